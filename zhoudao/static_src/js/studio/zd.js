// What the company says about a step, in the file's own namespace: how the modeller reads, keeps and writes it.

const text = (name) => ({ name, type: "String", isAttr: true });
const body = { name: "body", type: "String", isBody: true };
const child = (name, ...properties) => ({ name, superClass: ["Element"], properties });

export const LANGUAGES = ["zh-Hans", "zh-Hant", "en"];

export const descriptor = {
  name: "Zhoudao",
  prefix: "zd",
  uri: "https://zhoudao.org/bpmn",
  xml: { tagAlias: "lowerCase" },
  types: [
    {
      name: "Step",
      isAbstract: true,
      extends: ["bpmn:FlowNode"],
      properties: ["team", "target", "warn", "cost", "command", "decision", "calls", "done-on", "asks", "tells", "result", "protected", "basis", "text", "purpose", "instructions"].map(text),
    },
    { name: "Timing", isAbstract: true, extends: ["bpmn:TimerEventDefinition"], properties: [text("basis")] },
    { name: "Each", isAbstract: true, extends: ["bpmn:MultiInstanceLoopCharacteristics"], properties: [text("collection"), text("item")] },
    child("Text", text("lang"), body),
    child("Purpose", text("lang"), body),
    child("Instructions", text("lang"), body),
    child("Arg", text("name"), body),
    child("Label", text("lang"), body),
    child("Input", text("name"), text("type")),
    child("Option", text("value"), { name: "labels", type: "Label", isMany: true }),
    child("Field", text("name"), text("type"), text("required"), text("options"), text("value"), { name: "labels", type: "Label", isMany: true }, { name: "words", type: "Option", isMany: true }),
  ],
};

export class Said {
  constructor(modeler) {
    this.modeling = modeler.get("modeling");
    this.make = modeler.get("bpmnFactory");
    this.moddle = modeler.get("moddle");
  }

  attribute(element, name) {
    return element.businessObject.get(`zd:${name}`) ?? "";
  }

  setAttribute(element, name, value) {
    this.modeling.updateProperties(element, { [`zd:${name}`]: value || undefined });
  }

  children(element, type) {
    return element.businessObject.extensionElements?.values?.filter((entry) => entry.$type === `zd:${type}`) ?? [];
  }

  // All children of one type are written anew, in one step that can be undone.
  setChildren(element, type, made, more = {}) {
    const object = element.businessObject;
    const others = object.extensionElements?.values?.filter((entry) => entry.$type !== `zd:${type}`) ?? [];
    const values = [...others, ...made];
    const holder = values.length ? this.make.create("bpmn:ExtensionElements", { values }) : undefined;
    if (holder) holder.$parent = object;
    for (const entry of values) entry.$parent = holder;
    this.modeling.updateProperties(element, { extensionElements: holder, ...more });
  }

  create(type, values) {
    return this.moddle.create(`zd:${type}`, values);
  }

  words(element, type) {
    const found = Object.fromEntries(this.children(element, type).map((entry) => [entry.lang ?? "zh-Hans", entry.body ?? ""]));
    const plain = this.attribute(element, type.toLowerCase());
    return plain && !found["zh-Hans"] ? { ...found, "zh-Hans": plain } : found;
  }

  setWords(element, type, words) {
    const made = Object.entries(words).filter(([, body]) => body.trim()).map(([lang, body]) => this.create(type, { lang, body: body.trim() }));
    this.setChildren(element, type, made, { [`zd:${type.toLowerCase()}`]: undefined });
  }

  args(element) {
    return Object.fromEntries(this.children(element, "Arg").map((entry) => [entry.name, entry.body ?? ""]));
  }

  setArgs(element, args) {
    const made = Object.entries(args).filter(([, body]) => body.trim()).map(([name, body]) => this.create("Arg", { name, body: body.trim() }));
    this.setChildren(element, "Arg", made);
  }

  labels(said) {
    return Object.entries(said).filter(([, body]) => body.trim()).map(([lang, body]) => this.create("Label", { lang, body: body.trim() }));
  }

  // One option a line: its code, then its words in each language.
  optionLines(entry) {
    const words = Object.fromEntries((entry.words ?? []).map((option) => [option.value, Object.fromEntries((option.labels ?? []).map((label) => [label.lang ?? "zh-Hans", label.body ?? ""]))]));
    const codes = (entry.options ?? "").split("|").map((code) => code.trim()).filter(Boolean);
    return codes.map((code) => (words[code] ? [code, ...LANGUAGES.map((lang) => words[code][lang] ?? "")].join(" | ") : code)).join("\n");
  }

  fields(element) {
    return this.children(element, "Field").map((entry) => ({
      name: entry.name ?? "",
      type: entry.type ?? "string",
      required: entry.required === "true",
      options: this.optionLines(entry),
      value: entry.value ?? "",
      label: Object.fromEntries((entry.labels ?? []).map((label) => [label.lang ?? "zh-Hans", label.body ?? ""])),
    }));
  }

  setFields(element, fields) {
    const made = fields.map(({ name, type, required, options, value, label }) => {
      const lines = options.split("\n").map((line) => line.split("|").map((part) => part.trim())).filter(([code]) => code);
      const labels = this.labels(label);
      const words = lines.filter(([, ...said]) => said.some(Boolean)).map(([code, ...said]) => {
        const option = this.create("Option", { value: code, labels: this.labels(Object.fromEntries(LANGUAGES.map((lang, at) => [lang, said[at] ?? ""]))) });
        for (const each of option.labels) each.$parent = option;
        return option;
      });
      const codes = lines.map(([code]) => code).join("|");
      const field = this.create("Field", { name, type, required: required ? "true" : undefined, options: codes || undefined, value: value || undefined, labels, words });
      for (const each of [...labels, ...words]) each.$parent = field;
      return field;
    });
    this.setChildren(element, "Field", made);
  }
}
