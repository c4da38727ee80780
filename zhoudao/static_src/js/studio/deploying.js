// From the drawing to a version: saved first, then refused with what is wrong, or live.

import { post } from "../page.js";
import { changeList } from "./changes.js";

const place = document.getElementById("content");
const sheet = document.getElementById("deploy-sheet");
const form = document.getElementById("deploy-form");
const refusal = document.getElementById("deploy-refusal");
const submit = form.querySelector("[type=submit]");

export function readyToDeploy(keeper, whenChecked) {
  document.getElementById("open-deploy").addEventListener("click", async () => {
    if (!(await keeper.save())) return;
    refuse("");
    sheet.showModal();
    form.elements.note.focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit.disabled = true;
    send(keeper, whenChecked).finally(() => (submit.disabled = false));
  });
}

async function send(keeper, whenChecked) {
  const values = new URLSearchParams(new FormData(form));
  values.set("revision", keeper.page.revision);
  const answer = await post(place.dataset.deploy, values);
  const told = await answer.json();
  if (told.address) return location.assign(told.address);
  refuse(told.refusal, told.changes);
  if (told.problems) whenChecked(told.problems);
  if (told.seen) {
    form.elements.seen.value = told.seen;
    submit.textContent = submit.dataset.over;
  }
  return null;
}

function refuse(words, changes = []) {
  refusal.textContent = words;
  refusal.hidden = !words;
  document.getElementById("deploy-changes").replaceChildren(...changeList(changes ?? []));
}
