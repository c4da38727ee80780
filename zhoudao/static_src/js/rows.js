// A table of rows walked with j and k; Enter opens the row, Tab goes on to what can be done with it.

const rows = () => [...document.querySelectorAll("[data-row]")];

document.addEventListener("desk:key", (event) => {
  const step = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 }[event.detail];
  if (!step || (event.detail.length > 1 && document.activeElement.closest("select, input, button"))) return;
  const all = rows();
  const at = all.indexOf(document.activeElement.closest("[data-row]"));
  const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
  if (!next) return;
  event.preventDefault();
  next.querySelector("a").focus();
});
