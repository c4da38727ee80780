// Who else looks at or writes in a case: faces in the list and in the head.

import { fill, me, post, postOnLeaving, words } from "./page.js";
import { openCase } from "./list.js";

const here = new Map();
let current = null;
let said = 0;

export function showPeople(id, people) {
  if (people) here.set(id, people.filter((person) => person.id !== me));
  for (const element of document.querySelectorAll(`[data-people="${id}"]`)) {
    element.replaceChildren(...(here.get(id) ?? []).map(face));
  }
}

export function showAllPeople() {
  for (const id of here.keys()) showPeople(id);
}

function face(person) {
  const element = document.createElement("span");
  element.className = person.typing ? "face is-typing" : "face";
  element.textContent = person.name.slice(0, 1);
  element.title = fill(person.typing ? words.typing : words.looking, { name: person.name });
  element.setAttribute("aria-label", element.title);
  element.role = "img";
  return element;
}

function tell(state, mode = "") {
  if (openCase()) post(openCase().dataset.here, { state, mode }).catch(() => {});
}

function arrive() {
  const address = openCase()?.dataset.here ?? null;
  if (address === current) return;
  if (current) post(current, { state: "left" }).catch(() => {});
  current = address;
  tell("viewing");
}

document.addEventListener("htmx:after:swap", () => {
  arrive();
  showAllPeople();
});
document.addEventListener("input", (event) => {
  if (event.target.id !== "reply-text" || Date.now() - said < 3000) return;
  said = Date.now();
  tell("typing", event.target.form.dataset.mode);
});
setInterval(() => {
  if (document.visibilityState === "visible" && Date.now() - said > 6000) tell("viewing");
}, 15000);
addEventListener("pagehide", () => current && postOnLeaving(current, { state: "left" }));
arrive();
