// The keyboard: one key, or g and another. At rest while somebody types or composes Chinese.

import { composes, isTyping } from "./page.js";

let first = "";
let forgotten = 0;

document.addEventListener("keydown", (event) => {
  if (composes(event)) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    document.dispatchEvent(new CustomEvent("desk:palette"));
    return;
  }
  if (event.key === "Escape" && isTyping(event.target) && !event.target.closest("dialog")) event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const key = first ? `${first} ${event.key}` : event.key;
  first = "";
  clearTimeout(forgotten);
  if (event.key === "g" && key === "g") {
    first = "g";
    forgotten = setTimeout(() => (first = ""), 1200);
    return;
  }
  if (act(key)) event.preventDefault();
});

function act(key) {
  const offered = document.dispatchEvent(new CustomEvent("desk:key", { detail: key, cancelable: true }));
  if (!offered) return true;
  const element = document.querySelector(`[data-key="${CSS.escape(key)}"]:not(:disabled)`);
  element?.click();
  return Boolean(element);
}
