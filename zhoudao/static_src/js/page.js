// What the other modules stand on: the page's words, its token, its clock, small notices.

export const words = JSON.parse(document.getElementById("page-words").textContent);
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

const loaded = Date.now();
const clock = JSON.parse(document.body.dataset.clock);
export const companyNow = () => Date.parse(clock.now) + (Date.now() - loaded) * clock.rate;
export const realNow = () => Date.now() + (clock.real * 1000 - loaded);

export const me = document.body.dataset.me;

export function post(address, values = {}) {
  const body = new URLSearchParams(values);
  return fetch(address, { method: "POST", body, headers: { "X-CSRFToken": document.body.dataset.token } });
}

// For the moment a page is left: the browser sends it even though we are gone.
export function postOnLeaving(address, values) {
  navigator.sendBeacon(address, new URLSearchParams({ ...values, csrfmiddlewaretoken: document.body.dataset.token }));
}

export function notice(text, { undo = "", bad = false } = {}) {
  const line = document.createElement("p");
  line.className = bad ? "toast-line is-bad" : "toast-line";
  line.append(text);
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words.undo;
    button.addEventListener("click", () => {
      line.remove();
      htmx.ajax("POST", undo, { target: "#sheet-in" });
    });
    line.append(button);
  }
  document.getElementById("toasts").append(line);
  setTimeout(() => line.remove(), undo || bad ? 8000 : 3500);
}

export const isTyping = (element) =>
  Boolean(element?.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable=true]"));

export const composes = (event) => event.isComposing || event.keyCode === 229;
