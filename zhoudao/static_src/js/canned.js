// `/` in the composer: canned replies found while one types, put in with their variables filled; `@` in a note: colleagues.

import { composes, fill, notice, words } from "./page.js";

const SLASH = /(?:^|\s)[/、]([^\s/、]*)$/; // an input method types 、 where the key says /
const AT = /@([^\s@]{0,20})$/;
const OPEN = /\{\{\s*[A-Za-z_][\w.]*\s*\}\}/g;
const field = () => document.getElementById("reply-text");
const box = () => document.getElementById("offers");
const isOpen = () => Boolean(box()) && !box().hidden;
const options = () => [...box().querySelectorAll("[role=option]")];
let waiting = 0;
let asking = null;

function asked() {
  const { mode, offers, colleagues } = field().form.dataset;
  const before = field().value.slice(0, field().selectionStart);
  const at = mode === "note" && AT.exec(before);
  const found = at || SLASH.exec(before);
  if (!found) return null;
  const source = at ? { address: colleagues, keep: "mentions" } : { address: offers, keep: "canned" };
  return { from: before.length - found[1].length - 1, until: before.length, typed: found[1], ...source };
}

function look() {
  clearTimeout(waiting);
  const place = asked();
  if (!place) return close();
  waiting = setTimeout(() => ask(place), isOpen() ? 120 : 0);
}

async function ask({ typed, address: source }) {
  asking?.abort();
  asking = new AbortController();
  const address = `${source}?q=${encodeURIComponent(typed)}`;
  const answer = await fetch(address, { signal: asking.signal }).catch(() => null);
  if (!answer?.ok || asked()?.typed !== typed) return;
  box().querySelector("ul").innerHTML = await answer.text();
  box().hidden = false;
  field().setAttribute("aria-controls", "offer-list");
  mark(0);
}

function close() {
  clearTimeout(waiting);
  if (!isOpen()) return;
  box().hidden = true;
  field().removeAttribute("aria-activedescendant");
}

function mark(index) {
  const all = options();
  const chosen = all[Math.max(0, Math.min(all.length - 1, index))];
  all.forEach((option) => option.setAttribute("aria-selected", String(option === chosen)));
  chosen?.scrollIntoView({ block: "nearest" });
  field().setAttribute("aria-activedescendant", chosen?.id ?? "");
}

function put(option) {
  const place = asked();
  const text = option.querySelector(".offer-text").textContent;
  if (!place) return;
  field().focus();
  field().setRangeText(text, place.from, place.until, "end");
  const used = field().form.elements[place.keep];
  used.value = [...used.value.split(",").filter(Boolean), option.dataset.id].join(",");
  close();
  field().dispatchEvent(new Event("input", { bubbles: true }));
  const open = field().value.slice(place.from).search(OPEN);
  if (open >= 0) showFirst();
}

function showFirst() {
  const found = [...field().value.matchAll(OPEN)][0];
  field().focus();
  field().setSelectionRange(found.index, found.index + found[0].length);
}

function tellOpen() {
  const line = document.getElementById("unfilled");
  if (!line) return;
  const names = field().form.dataset.mode === "reply" ? [...new Set(field().value.match(OPEN) ?? [])] : [];
  line.hidden = !names.length;
  line.textContent = names.length ? fill(words.unfilled, { names: names.join(" ") }) : "";
}

document.addEventListener("input", (event) => {
  if (event.target !== field()) return;
  tellOpen();
  if (!event.isComposing) look();
});
document.addEventListener("compositionend", (event) => event.target === field() && look());
document.addEventListener("keydown", (event) => {
  if (event.target !== field() || !isOpen() || composes(event)) return;
  const chosen = options().findIndex((option) => option.getAttribute("aria-selected") === "true");
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key === "Escape") close();
  else if (event.key in steps && options().length) mark(chosen + steps[event.key]);
  else if ((event.key === "Enter" || event.key === "Tab") && chosen >= 0 && !event.ctrlKey && !event.metaKey) put(options()[chosen]);
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
document.addEventListener("click", (event) => {
  const option = event.target.closest("#offers [role=option]");
  if (option) put(option);
  else if (event.target.closest("#offer-button")) begin();
  else if (!event.target.closest("#offers")) close();
});

function begin() {
  const before = field().value.slice(0, field().selectionStart);
  field().focus();
  if (!asked()) field().setRangeText(/\S$/.test(before) ? " /" : "/", field().selectionStart, field().selectionStart, "end");
  look();
}

document.addEventListener("htmx:config:request", (event) => {
  const form = event.detail.ctx.sourceElement;
  if (form?.id !== "composer" || form.dataset.mode !== "reply") return;
  close();
  tellOpen();
  const line = document.getElementById("unfilled");
  if (line.hidden) return;
  event.preventDefault();
  notice(line.textContent, { bad: true });
  showFirst();
});
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceElement?.id !== "composer" || ctx.response.status !== 200) return;
  for (const name of ["canned", "mentions"]) ctx.sourceElement.elements[name].value = "";
  tellOpen();
});
document.addEventListener("htmx:after:swap", () => field() && tellOpen());
