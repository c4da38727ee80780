// The list and the panes: a cursor that survives every change, the open case marked before it has come.

import { companyNow, fill, me, words } from "./page.js";

const place = () => document.getElementById("workspace");
const rows = () => [...document.querySelectorAll("#rows > .row")];
export const openCase = () => document.querySelector("#case [data-case]");
let cursor = "";
let newer = [];

function pointAt(row) {
  cursor = row?.dataset.case ?? "";
  rows().forEach((other) => other.classList.toggle("is-cursor", other === row));
  row?.scrollIntoView({ block: "nearest" });
}

function mark(id) {
  rows().forEach((row) => row.classList.toggle("is-chosen", row.dataset.case === id));
}

document.addEventListener("desk:key", (event) => {
  const all = rows();
  const at = all.findIndex((row) => row.dataset.case === (cursor || openCase()?.dataset.case));
  const step = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 }[event.detail];
  if (step && (event.detail.length === 1 || document.activeElement === document.body)) {
    event.preventDefault();
    pointAt(all[Math.max(0, Math.min(all.length - 1, at + step))]);
  } else if ((event.detail === "o" || event.detail === "Enter") && cursor && !document.activeElement.closest("a, button")) {
    event.preventDefault();
    all[at]?.querySelector("a").click();
  } else if (event.detail === "/") {
    event.preventDefault();
    document.getElementById("search").focus();
    document.getElementById("search").select();
  } else if (event.detail === "Escape" && place().dataset.side === "open") {
    place().dataset.side = "";
  }
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[hx-target='#case']");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    const row = link.closest(".row");
    if (row) pointAt(row);
    mark(row?.dataset.case ?? "");
    place().dataset.pane = "case";
    place().dataset.side = "";
  }
  if (event.target.closest("[data-do=back]")) {
    event.preventDefault();
    place().dataset.pane = "list";
    history.pushState(null, "", event.target.closest("a").href);
  }
  if (event.target.closest("#newer")) {
    newer.splice(0).forEach(insert);
    document.getElementById("list").scrollTop = 0;
    tellNewer();
  }
});

document.addEventListener("htmx:after:swap", () => {
  if (openCase()) mark(openCase().dataset.case);
});

// The address of a case keeps the view it was opened from: reloading shows the same list.
document.addEventListener("htmx:after:history:push", () => {
  const { query } = place().dataset;
  if (query && !location.search) history.replaceState(history.state, "", `${location.pathname}?${query}`);
});

// Whatever changed the open case may have moved its flow and its history: they look again, soon.
let looking = 0;
document.addEventListener("htmx:after:swap", (event) => {
  if (!event.detail.ctx.text?.includes('hx-target="#case-head"')) return;
  clearTimeout(looking);
  looking = setTimeout(() => {
    document.body.dispatchEvent(new CustomEvent("flow-changed"));
    const side = document.getElementById("case-side");
    if (side) htmx.ajax("GET", side.dataset.side, { target: side, swap: "innerMorph" });
  }, 400);
});

// A row that came by itself: changed in place, or put on top only where nobody is reading.
export function show(html) {
  const fresh = Object.assign(document.createElement("template"), { innerHTML: html.trim() }).content.firstElementChild;
  if (!fresh) return;
  const known = document.getElementById(fresh.id);
  if (place().dataset.narrowed && !known) reread();
  else if (known) {
    fresh.classList.toggle("is-chosen", known.classList.contains("is-chosen"));
    fresh.classList.toggle("is-cursor", known.classList.contains("is-cursor"));
    fresh.classList.toggle("is-gone", !place().dataset.narrowed && !belongs(fresh));
    known.replaceWith(fresh);
    htmx.process(fresh);
    if (place().dataset.narrowed) reread();
  } else if (belongs(fresh)) {
    newer = [...newer.filter((row) => row.id !== fresh.id), fresh];
    const list = document.getElementById("list");
    if (list.scrollTop < 4 && !list.matches(":hover, :focus-within") && !cursor) newer.splice(0).forEach(insert);
    tellNewer();
  }
}

// Whether a case fits a view with conditions of its own only the server knows.
let rereading = 0;
function reread() {
  clearTimeout(rereading);
  if (rows().length > 25) return; // several pages are open: nothing may jump
  const address = `${place().dataset.list}?${place().dataset.query}`;
  rereading = setTimeout(() => htmx.ajax("GET", address, { target: "#rows", swap: "innerMorph" }), 800);
}

function insert(row) {
  document.getElementById("no-rows")?.remove();
  row.classList.add("is-new");
  document.getElementById("rows").prepend(row);
  htmx.process(row);
}

function tellNewer() {
  const button = document.getElementById("newer");
  button.hidden = !newer.length;
  button.textContent = fill(words.newer, { n: newer.length });
}

function belongs(row) {
  const { view, team, fixed } = place().dataset;
  const { owner, status, due } = row.dataset;
  if (fixed || (team && row.dataset.team !== team)) return false;
  const isActive = ["new", "open", "waiting", "snoozed"].includes(status);
  const isOurs = status === "new" || status === "open";
  return {
    mine: owner === me && isOurs,
    unassigned: !owner && isOurs,
    due: isActive && due && Date.parse(due) < companyNow() + 30 * 60000,
    waiting: status === "waiting",
    snoozed: status === "snoozed",
    resolved: status === "resolved" || status === "closed",
    open: isActive,
    all: true,
  }[view];
}
