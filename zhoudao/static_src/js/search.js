// The search: it follows what is typed, and the arrow keys go through what was found.

import { composes } from "./page.js";

const form = document.getElementById("finder");
const box = document.getElementById("search");
const place = document.getElementById("results");
let asked = current();
let waiting = 0;

function current() {
  const values = [...new FormData(form)].filter(([, value]) => value);
  return new URLSearchParams(values).toString();
}

function look() {
  clearTimeout(waiting);
  const query = current();
  if (query === asked) return;
  asked = query;
  const address = query ? `${form.action}?${query}` : form.action;
  history.replaceState(history.state, "", address);
  htmx.ajax("GET", address, { target: place, swap: "innerHTML" });
}

const soon = () => {
  clearTimeout(waiting);
  waiting = setTimeout(look, 350);
};

// While Chinese is being composed the box holds letters nobody means to search for.
form.addEventListener("input", (event) => {
  if (event.target === box && !event.isComposing) soon();
});
box.addEventListener("compositionend", soon);
form.addEventListener("change", (event) => {
  if (event.target !== box) look();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  look();
});

place.addEventListener("click", (event) => {
  const tab = event.target.closest("#finder-tabs a");
  if (!tab || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  form.elements.kind.value = tab.dataset.kind;
  look();
});

const stops = () => [box, ...place.querySelectorAll("a.find-link, .finds-more a")];

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || composes(event) || event.target.closest("select, dialog, nav")) return;
  const all = stops();
  const at = all.indexOf(document.activeElement);
  const next = all[Math.max(0, Math.min(all.length - 1, (at < 0 ? 0 : at) + step))];
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest" });
});

document.addEventListener("desk:key", (event) => {
  if (event.detail !== "/") return;
  event.preventDefault();
  box.focus();
  box.select();
});
