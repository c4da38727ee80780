// Writing: modes, drafts kept on the server, sending, and a warning when the customer was faster.

import { composes, post, postOnLeaving, words } from "./page.js";
import { emptied, hasFiles, isUploading } from "./enclosing.js";
import { openCase } from "./list.js";

const form = () => document.getElementById("composer");
const field = () => document.getElementById("reply-text");
const thread = () => document.getElementById("thread");
const begun = new Map(); // words by the address of their draft, until the server has them
let saving = 0;
let lastHeard = null;
let read = "";
let wasAtEnd = true;
let current;
let known = null;

export function setMode(mode, focus = true) {
  if (!form()) return;
  form().dataset.mode = mode;
  form().elements.mode.value = mode;
  field().placeholder = field().dataset[mode];
  form().querySelectorAll("[role=tab]").forEach((tab) => tab.setAttribute("aria-selected", String(tab.dataset.mode === mode)));
  form().querySelectorAll("[data-only]").forEach((part) => (part.hidden = part.dataset.only !== mode));
  if (focus) field().focus();
}

function later() {
  begun.set(form().dataset.draft, { text: field().value, mode: form().dataset.mode });
  clearTimeout(saving);
  saving = setTimeout(save, 700);
}

async function save() {
  clearTimeout(saving);
  const kept = await Promise.all([...begun].map(([address, mine]) => keep(address, mine)));
  if (kept.includes(false)) saving = setTimeout(save, 4000);
}

async function keep(address, mine) {
  const answer = await post(address, { text: mine.text, mode: mine.mode }).catch(() => null);
  const isOurs = form()?.dataset.draft === address;
  if (!answer?.ok) {
    if (isOurs) tell(words.unsaved);
    return false;
  }
  if (begun.get(address) === mine) begun.delete(address);
  if (isOurs) tell(mine.text.trim() ? words.saved : "");
  return true;
}

function tell(text) {
  const line = document.getElementById("saved");
  if (line) line.textContent = text;
}

document.addEventListener("input", (event) => {
  if (event.target.id === "reply-text") later();
});
document.addEventListener("click", (event) => {
  const tab = event.target.closest(".composer-tab");
  if (tab) setMode(tab.dataset.mode);
});
document.addEventListener("keydown", (event) => {
  if (event.target.id !== "reply-text" || composes(event)) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    const wanted = event.shiftKey ? "[name=then][value=resolve]" : "[name=then][value='']";
    form().requestSubmit(form().querySelector(`${wanted}:not([hidden])`) ?? form().querySelector("[name=then][value='']"));
  }
});

document.addEventListener("htmx:config:request", (event) => {
  if (event.detail.ctx.sourceElement !== form() || event.defaultPrevented) return;
  const isReply = form().dataset.mode === "reply";
  if (isReply && isUploading()) tell(words.uploading);
  if ((isReply && isUploading()) || !(field().value.trim() || (isReply && hasFiles()))) event.preventDefault();
  else clearTimeout(saving);
});
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceElement?.id !== "composer") return;
  if (ctx.response.status === 200) begun.delete(ctx.sourceElement.dataset.draft); // also when another case is open now
  if (ctx.sourceElement !== form()) return;
  if (ctx.response.status !== 200) {
    if (begun.size) saving = setTimeout(save, 700); // what was not sent stays a draft
    return;
  }
  if (form().dataset.mode === "reply") emptied();
  const resolves = ctx.request.submitter?.value === "resolve";
  field().value = "";
  tell("");
  quiet();
  setMode("reply", !resolves);
  wasAtEnd = true;
  if (resolves) setTimeout(() => document.querySelector("[data-key=e]")?.click(), 50);
});

// The thread keeps its place, unless it was at its end: then it follows.
document.addEventListener("htmx:before:swap", (event) => {
  if (event.detail.tasks?.some((task) => task.target?.id === "case")) save();
  const now = thread();
  if (now) wasAtEnd ||= now.scrollHeight - now.scrollTop - now.clientHeight < 90;
});
document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail.ctx.target?.id;
  if (target === "case" || openCase()?.dataset.case !== current) ready();
  else if (form() !== known) fresh();
  if (wasAtEnd) follow();
  wasAtEnd = false;
  listen();
});
document.addEventListener("scroll", (event) => {
  if (event.target === thread()) wasAtEnd = false;
}, true);

function follow() {
  if (thread()) thread().scrollTop = thread().scrollHeight;
}

// What the writer has read goes along with the answer; the server holds it back when more was said since.
function listen() {
  const warning = document.getElementById("conflict");
  const said = document.querySelectorAll("#thread .message:is([data-direction=in], [data-direction=out]:not(.is-auto))");
  const heard = [...said].at(-1)?.id ?? "";
  const isWriting = Boolean(field()?.value.trim());
  const isNew = lastHeard !== null && heard > lastHeard;
  if (isNew && isWriting && !warning.childElementCount) warning.textContent = words.new_message;
  if (lastHeard === null || !isWriting) read = heard;
  lastHeard = heard;
  if (warning) warning.hidden = !warning.textContent.trim();
  if (form()) form().elements.seen.value = read.replace("message-", "");
}

function quiet() {
  document.getElementById("conflict")?.replaceChildren();
  lastHeard = null;
}

// Words that have not arrived at the server yet stand in the field again, unless it has written them into its own.
function fresh() {
  known = form();
  const mine = begun.get(known?.dataset.draft);
  if (mine && mine.text && field().value.includes(mine.text)) begun.delete(known.dataset.draft);
  else if (mine) field().value = mine.text;
  if (known) setMode(mine?.mode ?? known.dataset.mode, false);
}

function ready() {
  current = openCase()?.dataset.case;
  quiet();
  fresh();
  follow();
  thread()?.querySelectorAll("img").forEach((picture) => picture.addEventListener("load", follow, { once: true }));
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "hidden") return;
  begun.forEach((mine, address) => postOnLeaving(address, { text: mine.text, mode: mine.mode }));
});
ready();
listen();
