// The editor of articles: marks put by key or button, and beside every text how it will be read.

import { composes, post } from "./page.js";

const form = document.getElementById("article-form");
const waiting = new Map();

async function show(field) {
  const box = field.closest(".kb-column").querySelector(".kb-preview");
  const source = field.value;
  box.hidden = !source.trim();
  if (box.hidden) return;
  const answer = await post(form.dataset.preview, { source }).catch(() => null);
  if (answer?.ok && field.value === source) box.innerHTML = await answer.text();
}

function soon(field) {
  clearTimeout(waiting.get(field));
  waiting.set(field, setTimeout(() => show(field), 350));
}

// Through the browser's own editing, so that it can be undone.
function put(field, from, until, text, chosenFrom, chosenUntil) {
  field.focus();
  field.setSelectionRange(from, until);
  if (!document.execCommand("insertText", false, text)) field.setRangeText(text, from, until);
  field.setSelectionRange(chosenFrom, chosenUntil);
  soon(field);
}

function mark(field, sign) {
  const { selectionStart: from, selectionEnd: until, value } = field;
  const inside = value.slice(from, until);
  put(field, from, until, sign + inside + sign, from + sign.length, until + sign.length);
}

function begin(field, sign) {
  const from = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
  const until = Math.max(field.selectionEnd, from);
  const lines = field.value.slice(from, until).split("\n");
  const number = /^\d/.test(sign);
  const text = lines.map((line, place) => (number ? `${place + 1}. ` : sign) + line).join("\n");
  put(field, from, until, text, from + text.length, from + text.length);
}

function link(field) {
  const { selectionStart: from, selectionEnd: until, value } = field;
  const text = `[${value.slice(from, until)}](https://)`;
  put(field, from, until, text, from + text.length - 9, from + text.length - 1);
}

const KEYS = { b: (field) => mark(field, "**"), i: (field) => mark(field, "*"), k: link };

for (const field of form.querySelectorAll(".kb-source")) {
  const tools = field.closest(".kb-column").querySelector(".kb-tools");
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const { mark: sign, line, link: isLink } = event.target.closest("button")?.dataset ?? {};
    if (sign) mark(field, sign);
    else if (line) begin(field, line);
    else if (isLink !== undefined) link(field);
  });
  field.addEventListener("input", () => soon(field));
  field.addEventListener("keydown", (event) => {
    const act = (event.ctrlKey || event.metaKey) && !event.altKey && KEYS[event.key.toLowerCase()];
    if (!act || composes(event)) return;
    event.preventDefault();
    event.stopPropagation();
    act(field);
  });
  show(field);
}

let isChanged = false;
form.addEventListener("input", () => (isChanged = true));
form.addEventListener("submit", () => (isChanged = false));
form.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s" && !composes(event)) {
    event.preventDefault();
    form.requestSubmit();
  }
});
addEventListener("beforeunload", (event) => {
  if (isChanged) event.preventDefault();
});
