// The API for people: finding an operation while typing, opening the one an address names, copying.

const entries = [...document.querySelectorAll(".api-one")];
const sections = [...document.querySelectorAll(".api-group")];
const nothing = document.getElementById("api-nothing");
const search = document.getElementById("api-search");

function find() {
  const terms = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const entry of entries) {
    entry.hidden = !terms.every((term) => entry.dataset.found.includes(term));
    shown += entry.hidden ? 0 : 1;
  }
  for (const section of sections) {
    section.hidden = terms.length > 0 && !section.querySelector(".api-one:not([hidden])");
  }
  document.getElementById("begin").hidden = terms.length > 0;
  nothing.hidden = shown > 0;
}

function open() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named?.matches("details")) named.open = true;
}

function copy(button, lines) {
  getSelection().selectAllChildren(lines); // where no clipboard is given to pages, a key copies it
  const words = (button.dataset.words ??= button.textContent);
  navigator.clipboard?.writeText(lines.textContent).then(() => {
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = words; }, 1500);
  });
}

search.addEventListener("input", find);
addEventListener("hashchange", open);
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.isComposing && document.activeElement !== search) {
    event.preventDefault();
    search.focus();
  }
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copies]");
  if (button) copy(button, document.getElementById(button.dataset.copies));
});
open();
