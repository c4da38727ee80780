// The properties of what is chosen in the drawing: shown in the panel, written back as they are changed.

import { Native, objectOf, partsOf } from "./kinds.js";
import { Said } from "./zd.js";

const PAUSE = 800;
const form = document.getElementById("step-panel");
const one = (selector) => form.querySelector(selector);
const all = (selector) => form.querySelectorAll(selector);
const byId = (id) => document.getElementById(id);

export class Panel {
  constructor(modeler, choices) {
    this.modeler = modeler;
    this.choices = choices;
    this.said = new Said(modeler);
    this.native = new Native(modeler);
    this.element = null;
    this.fillLists();
    this.written = new Map();
    form.addEventListener("change", (event) => this.take(event.target));
    form.addEventListener("input", (event) => this.soon(event.target));
    form.addEventListener("submit", (event) => event.preventDefault());
    byId("add-input").addEventListener("click", () => this.addInput());
    byId("pick").addEventListener("change", (event) => this.pick(event.target.value));
  }

  fillLists() {
    for (const [id, names] of [["message-names", this.choices.messages], ["fact-names", this.choices.facts]]) {
      byId(id).replaceChildren(...names.map((name) => new Option(name, name)));
    }
  }

  // What the file says stays choosable even where the company has no such thing: the check names it.
  fillChoices(select, value) {
    const known = this.choices[select.dataset.choices];
    const rows = value && !known.some(([code]) => code === value) ? [...known, [value, `${value} ⚠`]] : known;
    select.replaceChildren(new Option("—", ""), ...rows.map(([code, words]) => new Option(words === code ? code : `${words} · ${code}`, code)));
    select.value = value;
  }

  show(element) {
    if (form.contains(document.activeElement)) this.take(document.activeElement); // of what was shown before
    this.element = element;
    this.written.clear();
    const parts = partsOf(element);
    for (const part of all("[data-part]")) part.hidden = !part.dataset.part.split(" ").some((name) => parts.has(name));
    one("[data-name=name]").value = objectOf(element).name ?? "";
    byId("step-id").textContent = element.id;
    this.fillElements();
    this.showSaid();
    this.showNative(parts);
    this.showForm();
    this.showArgs();
    if (parts.has("process")) this.showInputs();
  }

  refresh() {
    const still = this.element && this.modeler.get("elementRegistry").get(this.element.id);
    if (!form.contains(document.activeElement) || !still) this.show(still ?? this.modeler.get("canvas").getRootElement());
    else this.fillElements();
  }

  fillElements() {
    const named = this.modeler.get("elementRegistry").filter((each) => each.type !== "label" && objectOf(each).$instanceOf("bpmn:FlowElement"));
    const root = this.modeler.get("canvas").getRootElement();
    const options = [root, ...named.sort((a, b) => (a.x ?? 1e6) - (b.x ?? 1e6))].map((each) => new Option(objectOf(each).name || each.id, each.id));
    byId("pick").replaceChildren(...options);
    byId("pick").value = this.element.id;
  }

  pick(id) {
    const element = this.modeler.get("elementRegistry").get(id);
    const isRoot = element === this.modeler.get("canvas").getRootElement();
    this.modeler.get("selection").select(isRoot ? [] : element);
    if (!isRoot) this.modeler.get("canvas").scrollToElement(element);
    this.show(element);
  }

  showSaid() {
    for (const input of all("[data-zd]")) {
      const value = this.said.attribute(this.element, input.dataset.zd) || (input.dataset.zd === "calls" ? objectOf(this.element).calledElement ?? "" : "");
      if (input.dataset.choices) this.fillChoices(input, value);
      else input.value = value;
    }
    for (const input of all("[data-words]")) input.value = this.said.words(this.element, input.dataset.words)[input.lang] ?? "";
    const span = /^P(?:T(\d+(?:\.\d+)?)([HM])|(\d+)D)$/.exec(this.said.attribute(this.element, "target"));
    one("[data-span]").value = span ? span[1] ?? span[3] : this.said.attribute(this.element, "target");
    one("[data-unit]").value = span ? span[2] ?? "D" : "H";
  }

  showNative(parts) {
    if (parts.has("timer")) {
      const timer = this.native.timer(this.element);
      for (const input of all("[data-timer]")) input.type === "checkbox" ? (input.checked = timer.business) : (input.value = timer[input.dataset.timer]);
    }
    for (const input of all("[data-code]")) if (parts.has(input.dataset.code)) input.value = this.native.code(this.element, input.dataset.code);
    if (parts.has("boundary")) byId("interrupts").checked = objectOf(this.element).cancelActivity !== false;
    if (parts.has("condition")) {
      byId("condition").value = this.native.condition(this.element);
      byId("is-default").checked = this.native.isDefault(this.element);
    }
    if (parts.has("loop")) for (const input of all("[data-loop]")) input.value = this.native.loop(this.element)[input.dataset.loop];
  }

  showForm() {
    const lines = this.said.fields(this.element).map((field) => {
      const words = field.label["zh-Hans"] || field.label.en || field.name;
      return Object.assign(document.createElement("li"), { textContent: `${words} (${typeWords(field.type)})${field.required ? " *" : ""}` });
    });
    byId("form-lines").replaceChildren(...(lines.length ? lines : [byId("form-lines").dataset.none]));
  }

  // One line for each argument the command or table knows, and for those the file names beyond.
  showArgs() {
    const parts = partsOf(this.element);
    const given = this.said.args(this.element);
    const place = parts.has("rule") ? byId("decision-args") : byId("args");
    const chosen = parts.has("rule") ? this.choices.inputs[this.said.attribute(this.element, "decision")] : this.choices.arguments[this.said.attribute(this.element, "command")];
    const names = [...new Set([...(chosen ?? []), ...Object.keys(given)])];
    byId("args").replaceChildren();
    byId("decision-args").replaceChildren();
    place.replaceChildren(...names.map((name) => this.argLine(name, given[name] ?? "")));
  }

  argLine(name, value) {
    const label = Object.assign(document.createElement("label"), { className: "field is-line" });
    const words = Object.assign(document.createElement("span"), { textContent: name });
    const input = Object.assign(document.createElement("input"), { value, placeholder: "case_id" });
    input.dataset.arg = name;
    label.append(words, input);
    return label;
  }

  showInputs() {
    const lines = this.said.children(this.element, "Input").map((input) => {
      const line = document.createElement("li");
      const button = Object.assign(document.createElement("button"), { type: "button", className: "tool", textContent: "×" });
      button.setAttribute("aria-label", `× ${input.name}`);
      button.addEventListener("click", () => this.setInputs((each) => each.name !== input.name));
      line.append(`${input.name}: ${input.type} `, button);
      return line;
    });
    byId("inputs").replaceChildren(...lines);
  }

  setInputs(keep, more = []) {
    const kept = this.said.children(this.element, "Input").filter(keep).map(({ name, type }) => this.said.create("Input", { name, type }));
    this.said.setChildren(this.element, "Input", [...kept, ...more]);
    this.showInputs();
  }

  addInput() {
    const name = byId("input-name").value.trim();
    if (!/^[A-Za-z_]\w*$/.test(name)) return byId("input-name").focus();
    this.setInputs((each) => each.name !== name, [this.said.create("Input", { name, type: byId("input-type").value })]);
    byId("input-name").value = "";
  }

  // What is typed is taken over at a pause, not only when the field is left: nothing is lost with a closed page.
  soon(input) {
    clearTimeout(this.waiting);
    if (input.matches("input:not([type=checkbox]), textarea")) this.waiting = setTimeout(() => this.take(input), PAUSE);
  }

  take(input) {
    clearTimeout(this.waiting);
    const value = input.type === "checkbox" ? input.checked : input.value;
    if (this.written.get(input) === value || !input.isConnected) return;
    this.written.set(input, value);
    this.write(input);
  }

  write(input) {
    const { zd, words, name, timer, code, loop, arg } = input.dataset;
    if (name) this.rename(input.value.trim());
    else if (zd) this.writeAttribute(zd, input.value.trim());
    else if (words) this.said.setWords(this.element, words, { ...this.said.words(this.element, words), [input.lang]: input.value });
    else if (input.dataset.span || input.dataset.unit) this.writeSpan();
    else if (timer) this.writeTimer();
    else if (code) this.native.setCode(this.element, code, input.value.trim());
    else if (loop) this.writeLoop();
    else if (arg) this.said.setArgs(this.element, { ...this.said.args(this.element), [arg]: input.value });
    else this.writeFlow(input);
  }

  rename(text) {
    const isProcess = objectOf(this.element).$type === "bpmn:Process";
    if (isProcess) this.modeler.get("modeling").updateProperties(this.element, { name: text });
    else this.modeler.get("modeling").updateLabel(this.element, text);
    this.fillElements();
  }

  writeAttribute(name, value) {
    if (name === "calls") this.modeler.get("modeling").updateProperties(this.element, { calledElement: value || undefined, "zd:calls": undefined });
    else this.said.setAttribute(this.element, name, value);
    if (name === "command" || name === "decision") this.showArgs();
  }

  writeSpan() {
    const input = one("[data-span]");
    const text = input.value.trim();
    const isNumber = /^\d+(\.\d+)?$/.test(text);
    const unit = one("[data-unit]").value;
    input.setCustomValidity(text && !isNumber && !/^(P|=)/.test(text) ? input.dataset.bad : "");
    if (!input.reportValidity()) return;
    const whole = isNumber && !Number.isInteger(Number(text)) ? minutes(Number(text), unit) : `${unit === "D" ? "P" : "PT"}${text}${unit}`;
    this.said.setAttribute(this.element, "target", !text ? "" : isNumber ? whole : text);
  }

  writeTimer() {
    const [kind, value, business] = ["kind", "value", "business"].map((name) => one(`[data-timer=${name}]`));
    this.native.setTimer(this.element, { kind: kind.value, value: value.value.trim(), business: business.checked });
  }

  writeLoop() {
    this.native.setLoop(this.element, Object.fromEntries([...all("[data-loop]")].map((input) => [input.dataset.loop, input.value.trim()])));
  }

  writeFlow(input) {
    if (input.id === "condition") this.native.setCondition(this.element, input.value.trim());
    if (input.id === "is-default") this.native.setDefault(this.element, input.checked);
    if (input.id === "interrupts") this.modeler.get("modeling").updateProperties(this.element, { cancelActivity: input.checked });
  }

}

const minutes = (count, unit) => `PT${Math.round(count * { M: 1, H: 60, D: 1440 }[unit])}M`;
const typeWords = (type) => byId("field-template").content.querySelector(`[value="${type}"]`)?.textContent ?? type;
