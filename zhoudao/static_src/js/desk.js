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
  if (event.target.closest("form[data-at-once]")) event.target.form.requestSubmit();
});
