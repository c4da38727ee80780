// What is drawn is kept on the server at every pause, and checked there; a save that comes too late says what changed.

import { post } from "../page.js";
import { changeList } from "./changes.js";

const PAUSE = 700;
const AGAIN = 4000;
const place = document.getElementById("content");
const state = document.getElementById("save-state");
const conflict = document.getElementById("conflict");

export class Keeper {
  constructor(modeler, page, whenChecked) {
    this.modeler = modeler;
    this.page = page;
    this.whenChecked = whenChecked;
    this.was = page.source;
    this.waiting = 0;
    this.busy = null;
    this.pending = false;
    document.getElementById("conflict-mine").addEventListener("click", () => this.putMine());
    addEventListener("beforeunload", (event) => (this.pending || this.busy) && event.preventDefault());
    this.say("untouched");
  }

  say(word) {
    state.textContent = state.dataset[word];
    state.dataset.is = word;
  }

  touched() {
    this.pending = true;
    this.say("saving");
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.save(), PAUSE);
  }

  // One save after the other; whoever asks meanwhile waits for the next.
  async save() {
    clearTimeout(this.waiting);
    while (this.busy) await this.busy;
    this.busy = this.send().finally(() => (this.busy = null));
    return this.busy;
  }

  async send() {
    this.pending = false;
    const { xml } = await this.modeler.saveXML({ format: true });
    const values = { source: xml, was: this.was, revision: this.page.revision, version: this.page.version };
    if (this.page.replaces) values.replaces = "1";
    const answer = await post(place.dataset.save, values).catch(() => null);
    const told = answer?.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
    if (!told) return this.failed();
    if (answer.status === 409) return this.late(told);
    if (!answer.ok) return this.refused(told);
    this.was = xml;
    this.page.revision = told.revision;
    this.page.replaces = false;
    conflict.hidden = true;
    if (!this.pending) this.say("saved");
    this.whenChecked(told.problems);
    return true;
  }

  failed() {
    this.pending = true;
    this.say("unsaved");
    this.waiting = setTimeout(() => this.save(), AGAIN);
    return false;
  }

  refused(told) {
    this.say("refused");
    state.textContent += ` · ${told.refusal}`;
    return false;
  }

  late(told) {
    this.say("refused");
    this.theirs = told.revision;
    document.getElementById("conflict-words").textContent = told.refusal;
    document.getElementById("conflict-changes").replaceChildren(...changeList(told.changes));
    conflict.hidden = false;
    return false;
  }

  putMine() {
    this.page.revision = this.theirs;
    this.page.replaces = true;
    this.save();
  }
}
