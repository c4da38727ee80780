// Dialogs and menus. The server fills #sheet-in; filling it opens the sheet.

import { notice, words } from "./page.js";

const sheet = () => document.getElementById("sheet");

export function closeSheet() {
  if (sheet().open) close(sheet());
}

// Emptied at once: the event of its closing comes later, and a swap in between would open what is still in it.
function close(dialog) {
  dialog?.close();
  if (dialog?.id === "sheet") document.getElementById("sheet-in").replaceChildren();
}

document.addEventListener("htmx:after:swap", () => {
  const inside = document.getElementById("sheet-in");
  if (inside.childElementCount && !sheet().open) {
    document.querySelectorAll("[popover]:popover-open").forEach((menu) => menu.hidePopover());
    sheet().classList.toggle("is-wide", Boolean(inside.querySelector("table")));
    sheet().showModal();
    (inside.querySelector("[autofocus]") ?? inside.querySelector("button"))?.focus();
  }
});
document.addEventListener("close", (event) => {
  if (event.target.id === "sheet") document.getElementById("sheet-in").replaceChildren();
}, true);

document.addEventListener("desk:notice", (event) => {
  const { text, undo, bad, closes } = event.detail;
  if (closes) closeSheet();
  if (text) notice(text, { undo, bad });
});

document.addEventListener("htmx:response:error", (event) => {
  const status = event.detail.ctx.response.status;
  if (status === 422) return; // the form comes back with what is missing
  event.detail.ctx.status = "refused";
  notice(status === 403 || status === 401 ? words.signed_out : words.failed, { bad: true });
});
document.addEventListener("htmx:error", (event) => {
  if (event.detail.error?.name !== "AbortError") notice(words.failed, { bad: true });
});

const actions = {
  close: (element) => close(element.closest("dialog")),
  print: () => window.print(),
  keys: () => document.getElementById("keys").showModal(),
  side: () => {
    const place = document.getElementById("workspace");
    place.dataset.side = place.dataset.side === "open" ? "" : "open";
  },
};

document.addEventListener("click", (event) => {
  const element = event.target.closest("[data-do]");
  if (element && actions[element.dataset.do]) {
    event.preventDefault();
    actions[element.dataset.do](element);
    return;
  }
  const copied = event.target.closest("[data-copy]");
  if (copied) navigator.clipboard?.writeText(copied.dataset.copy).then(() => notice(words.copied));
  if (event.target.tagName === "DIALOG") close(event.target); // the backdrop
});

// A menu opens below its button, inside the window.
document.addEventListener("toggle", (event) => {
  if (event.newState !== "open" || !event.target.classList.contains("menu-sheet")) return;
  const button = document.querySelector(`[popovertarget="${event.target.id}"]`).getBoundingClientRect();
  const left = Math.max(8, Math.min(button.right - event.target.offsetWidth, innerWidth - event.target.offsetWidth - 8));
  event.target.style.left = `${left}px`;
  event.target.style.top = `${Math.min(button.bottom + 6, innerHeight - event.target.offsetHeight - 8)}px`;
  event.target.querySelector(".menu-item")?.focus();
}, true);

// In a menu the arrows go round; Tab and Escape do what they do everywhere.
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu-sheet:popover-open");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!menu || !step || event.target.matches("input, textarea, select")) return;
  const items = [...menu.querySelectorAll(".menu-item:not(:disabled)")];
  const at = items.indexOf(event.target) + step;
  event.preventDefault();
  items[(at + items.length) % items.length]?.focus();
});
