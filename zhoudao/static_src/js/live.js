// The live stream: rows, threads, people and counts change by themselves; after a break everything is read anew.

import { words } from "./page.js";
import { openCase, show } from "./list.js";
import { showAllPeople, showPeople } from "./people.js";

const place = () => document.getElementById("workspace");
let counting = 0;
let reading = 0;
let typing = 0;
let wasLost = false;

function recount() {
  if (counting) return;
  counting = setTimeout(() => {
    counting = 0;
    htmx.ajax("GET", `${place().dataset.views}${location.search}`, { target: "#views", swap: "innerMorph" });
  }, 900);
}

function reread() {
  clearTimeout(reading);
  reading = setTimeout(() => {
    if (openCase()) htmx.ajax("GET", openCase().dataset.parts, { target: "#case-head", swap: "innerMorph" });
  }, 60);
}

async function refresh() {
  reread();
  recount();
  const address = new URL(place().dataset.list, location.href);
  address.search = place().dataset.query;
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) return;
  const page = Object.assign(document.createElement("template"), { innerHTML: await answer.text() }).content;
  [...page.querySelectorAll(".row")].reverse().forEach((row) => show(row.outerHTML));
}

function begin() {
  const stream = new EventSource(`${document.body.dataset.live}/live/desk`, { withCredentials: true });
  const hear = (name, act) => stream.addEventListener(name, (event) => act(event.data));
  hear("case", (html) => {
    show(html);
    showAllPeople();
    recount();
  });
  hear("thread", (data) => {
    if (JSON.parse(data).case === openCase()?.dataset.case || isOpen(JSON.parse(data).conversation)) reread();
  });
  hear("presence", (data) => showPeople(JSON.parse(data).case, JSON.parse(data).people));
  hear("typing", (data) => isOpen(JSON.parse(data).conversation) && customerTypes());
  hear("flow", (data) => {
    if (JSON.parse(data).case === openCase()?.dataset.case) document.body.dispatchEvent(new Event("flow-changed"));
  });
  hear("incident", (data) => document.querySelector(`.case-incident[data-incident="${JSON.parse(data).incident}"]`) && reread());
  hear("page", (data) => call(JSON.parse(data)));
  hear("notice", () => document.body.dispatchEvent(new CustomEvent("desk:notices")));
  hear("refresh", refresh);
  hear("counts", recount);
  stream.addEventListener("open", () => {
    lost(false);
    if (wasLost) refresh();
    wasLost = false;
  });
  stream.addEventListener("error", () => {
    wasLost = true;
    setTimeout(() => wasLost && lost(true), 4000);
    if (stream.readyState === EventSource.CLOSED) setTimeout(begin, 5000);
  });
}

const isOpen = (conversation) => openCase()?.dataset.conversations.split(" ").includes(conversation);

function customerTypes() {
  const line = document.getElementById("typing");
  if (!line) return;
  line.hidden = false;
  clearTimeout(typing);
  typing = setTimeout(() => (line.hidden = true), 6000);
}

// A call to whoever is on duty stays until it is followed.
function call({ text, address }) {
  const line = Object.assign(document.createElement("a"), { className: "toast-line is-bad", href: address });
  line.append(text);
  line.setAttribute("role", "alert");
  line.addEventListener("click", () => line.remove());
  document.getElementById("toasts").append(line);
}

function lost(isLost) {
  const line = document.getElementById("offline");
  line.textContent = words.offline;
  line.hidden = !isLost;
}

begin();
