// Ctrl K: everything on the page that names itself a command, found by its words, with its key.

import { composes, fill, words } from "./page.js";

const dialog = () => document.getElementById("palette");
let commands = [];
let chosen = 0;

document.addEventListener("desk:palette", () => {
  if (dialog().open) return dialog().close();
  document.querySelector("dialog[open]")?.close();
  commands = [...document.querySelectorAll("[data-command]:not(:disabled)")].map((element) => ({
    element,
    text: element.dataset.command,
    key: element.dataset.key ?? "",
  }));
  const input = dialog().querySelector("input");
  input.value = "";
  show("");
  dialog().showModal();
  input.focus();
});

function found(typed) {
  const wanted = typed.trim().toLowerCase().split(/\s+/);
  const fitting = commands.filter(({ text }) => wanted.every((word) => text.toLowerCase().includes(word)));
  const open = document.querySelector('.rail-place[data-key="g /"]')?.href; // only where one may search
  if (!typed.trim() || !open) return fitting;
  const address = `${open}?q=${encodeURIComponent(typed.trim())}`;
  const search = { text: fill(words.search, { words: typed.trim() }), key: "", address };
  return /^c?[\d-]{1,14}$/i.test(typed.trim()) ? [search, ...fitting] : [...fitting, search];
}

function show(typed) {
  chosen = 0;
  const lines = found(typed).slice(0, 60).map((command, index) => {
    const line = document.createElement("li");
    line.role = "option";
    line.id = `command-${index}`;
    line.append(command.text);
    if (command.key) line.append(Object.assign(document.createElement("kbd"), { textContent: command.key }));
    line.addEventListener("click", () => run(command));
    line.command = command;
    return line;
  });
  if (!lines.length) lines.push(Object.assign(document.createElement("li"), { textContent: words.nothing, className: "soft" }));
  dialog().querySelector("ul").replaceChildren(...lines);
  mark();
}

function mark() {
  const lines = [...dialog().querySelectorAll("[role=option]")];
  chosen = Math.max(0, Math.min(chosen, lines.length - 1));
  lines.forEach((line, index) => line.setAttribute("aria-selected", String(index === chosen)));
  lines[chosen]?.scrollIntoView({ block: "nearest" });
  dialog().querySelector("input").setAttribute("aria-activedescendant", lines[chosen]?.id ?? "");
}

function run(command) {
  dialog().close();
  command.address ? location.assign(command.address) : command.element.click();
}

document.addEventListener("input", (event) => {
  if (event.target.closest("#palette")) show(event.target.value);
});
document.addEventListener("keydown", (event) => {
  if (!event.target.closest("#palette") || composes(event)) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    chosen += event.key === "ArrowDown" ? 1 : -1;
    mark();
  } else if (event.key === "Enter") {
    event.preventDefault();
    const command = dialog().querySelectorAll("[role=option]")[chosen]?.command;
    if (command) run(command);
  }
});
