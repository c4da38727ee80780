// Choosing cases in the list: x, shift-x, all; then b does the same to all of them.

import { fill, words } from "./page.js";
import { openCase } from "./list.js";

const rows = () => [...document.querySelectorAll("#rows > .row")];
const bar = () => document.getElementById("picked");
const picked = new Set();
let last = null;
let isAll = false;

function draw() {
  rows().forEach((row) => row.classList.toggle("is-picked", isAll || picked.has(row.dataset.number)));
  bar().hidden = !picked.size && !isAll;
  document.getElementById("picked-count").textContent = isAll ? bar().dataset.all : fill(words.picked, { n: picked.size });
}

function toggle(row) {
  if (!row) return;
  isAll = false;
  const { number } = row.dataset;
  picked.has(number) ? picked.delete(number) : picked.add(number);
  last = number;
  draw();
}

function upTo(row) {
  const all = rows();
  const ends = [all.findIndex((other) => other.dataset.number === last), all.indexOf(row)];
  if (ends.includes(-1)) return toggle(row);
  all.slice(Math.min(...ends), Math.max(...ends) + 1).forEach((other) => picked.add(other.dataset.number));
  last = row.dataset.number;
  draw();
}

function none() {
  picked.clear();
  isAll = false;
  draw();
}

function ask(numbers, address = bar().dataset.ask) {
  const query = isAll && !numbers ? document.getElementById("workspace").dataset.query || "view=mine" : "";
  htmx.ajax("POST", address, { target: "#sheet-in", values: { numbers: numbers ?? [...picked].join(","), query } });
}

const here = () => document.querySelector("#rows > .row.is-cursor") ?? document.querySelector("#rows > .row.is-chosen");
const acts = {
  x: () => toggle(here()),
  X: () => here() && upTo(here()),
  "*": () => {
    rows().forEach((row) => picked.add(row.dataset.number));
    draw();
  },
  b: () => (picked.size || isAll ? ask() : openCase() && ask(openCase().dataset.number)),
};

document.addEventListener("desk:key", (event) => {
  if (event.detail === "Escape" && (picked.size || isAll)) none();
  else if (acts[event.detail]) acts[event.detail]();
  else return;
  event.preventDefault();
});
document.addEventListener("click", (event) => {
  const row = event.target.closest("#rows > .row");
  if (row && event.detail && event.clientX - row.getBoundingClientRect().left < 20) {
    event.preventDefault();
    event.stopPropagation();
    event.shiftKey ? upTo(row) : toggle(row);
  }
  const button = event.target.closest("[data-pick]");
  if (!button) return;
  if (button.dataset.pick === "all") {
    isAll = true;
    draw();
  } else if (button.dataset.pick === "none") none();
  else if (button.dataset.pick === "join") ask(undefined, bar().dataset.join);
  else ask(button.dataset.pick === "one" ? openCase().dataset.number : undefined);
}, true);
document.addEventListener("htmx:after:swap", () => (picked.size || isAll) && draw());
