// Every page of the desk.

import "./sheets.js";
import "./keys.js";
import "./palette.js";
import "./ticking.js";
import "./notices.js";

for (const line of document.querySelectorAll("#toasts .toast-line")) {
  setTimeout(() => line.remove(), 5000);
}
document.addEventListener("change", (event) => {
  const all = event.target.dataset.all; // a box that chooses all boxes of this name
  if (all) for (const box of document.getElementsByName(all)) box.checked = event.target.checked;
  if (event.target.closest("form[data-at-once]")) event.target.form.requestSubmit();
});
for (const wrap of document.querySelectorAll(".table-wrap")) {
  if (wrap.scrollWidth > wrap.clientWidth) wrap.tabIndex = 0; // what is wider than the page is scrolled by keys as well
}
// On a phone the rail is a strip: the place one is in stands in its middle.
const here = document.querySelector(".rail-places > [aria-current]");
if (here) here.parentElement.scrollLeft = here.offsetLeft - (here.parentElement.clientWidth - here.offsetWidth) / 2;
