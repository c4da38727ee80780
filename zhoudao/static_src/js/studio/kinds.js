// Which parts of the panel an element has, and the values that stand in BPMN's own words rather than ours.

const KINDS = {
  "bpmn:UserTask": "user",
  "bpmn:ManualTask": "manual",
  "bpmn:Task": "manual",
  "bpmn:ServiceTask": "service",
  "bpmn:SendTask": "send",
  "bpmn:ReceiveTask": "receive",
  "bpmn:BusinessRuleTask": "rule",
  "bpmn:CallActivity": "call",
  "bpmn:SubProcess": "subprocess",
  "bpmn:SequenceFlow": "flow",
  "bpmn:Process": "process",
};
const EVENTS = { "bpmn:TimerEventDefinition": "timer", "bpmn:MessageEventDefinition": "message", "bpmn:ErrorEventDefinition": "error", "bpmn:EscalationEventDefinition": "escalation" };
const CODES = { message: ["bpmn:Message", "messageRef", "name"], error: ["bpmn:Error", "errorRef", "errorCode"], escalation: ["bpmn:Escalation", "escalationRef", "escalationCode"] };
const TIMES = ["timeDuration", "timeDate", "timeCycle"];

export const objectOf = (element) => element.businessObject;
const definition = (element) => objectOf(element).eventDefinitions?.[0];
export const eventOf = (element) => EVENTS[definition(element)?.$type] ?? "";

// The names of the panel's parts that concern this element.
export function partsOf(element) {
  const object = objectOf(element);
  const parts = new Set(["all", KINDS[object.$type] ?? ""]);
  if (object.$instanceOf("bpmn:FlowNode")) parts.add("node");
  if (object.$instanceOf("bpmn:Activity")) parts.add("activity");
  if (object.$type === "bpmn:BoundaryEvent") parts.add("boundary");
  if (object.$type === "bpmn:ReceiveTask") parts.add("message");
  if (eventOf(element)) parts.add(eventOf(element));
  if (object.loopCharacteristics?.$type === "bpmn:MultiInstanceLoopCharacteristics") parts.add("loop");
  if (object.$type === "bpmn:SequenceFlow" && /Gateway|Task|Activity/.test(object.sourceRef?.$type ?? "")) parts.add("condition");
  if (object.$instanceOf("bpmn:FlowNode") && object.$type !== "bpmn:EndEvent") parts.add("onward");
  return parts;
}

export class Native {
  constructor(modeler) {
    this.modeler = modeler;
    this.modeling = modeler.get("modeling");
    this.make = modeler.get("bpmnFactory");
  }

  expression(body) {
    return body ? this.make.create("bpmn:FormalExpression", { body }) : undefined;
  }

  timer(element) {
    const found = definition(element);
    const kind = TIMES.find((name) => found?.[name]) ?? "timeDuration";
    const basis = objectOf(element).get("zd:basis") || found?.get("zd:basis");
    return { kind, value: found?.[kind]?.body ?? "", business: basis === "business" };
  }

  setTimer(element, { kind, value, business }) {
    const times = Object.fromEntries(TIMES.map((name) => [name, name === kind ? this.expression(value) : undefined]));
    this.modeling.updateModdleProperties(element, definition(element), { ...times, "zd:basis": undefined });
    this.modeling.updateProperties(element, { "zd:basis": business ? "business" : undefined });
  }

  code(element, kind) {
    const [, reference, name] = CODES[kind];
    const holder = kind === "message" && objectOf(element).$type === "bpmn:ReceiveTask" ? objectOf(element) : definition(element);
    return holder?.[reference]?.[name] ?? "";
  }

  setCode(element, kind, value) {
    const [type, reference, name] = CODES[kind];
    const isTask = objectOf(element).$type === "bpmn:ReceiveTask";
    const referred = value ? this.root(element, type, name, value) : undefined;
    if (isTask) this.modeling.updateProperties(element, { [reference]: referred });
    else this.modeling.updateModdleProperties(element, definition(element), { [reference]: referred });
  }

  // The message, error or escalation of this name at the top of the file; it is made when it is not there.
  root(element, type, name, value) {
    const top = this.modeler.getDefinitions();
    const known = top.rootElements.find((entry) => entry.$type === type && entry[name] === value);
    if (known) return known;
    const made = this.make.create(type, { id: this.modeler.get("moddle").ids.nextPrefixed(`${type.slice(5).toLowerCase()}_`), [name]: value });
    if (name !== "name") made.name = value;
    made.$parent = top;
    this.modeling.updateModdleProperties(element, top, { rootElements: [...top.rootElements, made] });
    return made;
  }

  condition(element) {
    return objectOf(element).conditionExpression?.body ?? "";
  }

  setCondition(element, value) {
    this.modeling.updateProperties(element, { conditionExpression: this.expression(value) });
  }

  isDefault(element) {
    return objectOf(element).sourceRef?.default === objectOf(element);
  }

  setDefault(element, isDefault) {
    this.modeling.updateProperties(element.source, { default: isDefault ? objectOf(element) : undefined });
  }

  loop(element) {
    const found = objectOf(element).loopCharacteristics;
    return {
      cardinality: found.loopCardinality?.body ?? "",
      collection: found.get("zd:collection") ?? "",
      item: found.get("zd:item") ?? "",
      until: found.completionCondition?.body ?? "",
    };
  }

  setLoop(element, { cardinality, collection, item, until }) {
    this.modeling.updateModdleProperties(element, objectOf(element).loopCharacteristics, {
      loopCardinality: this.expression(cardinality),
      completionCondition: this.expression(until),
      "zd:collection": collection || undefined,
      "zd:item": item || undefined,
    });
  }
}
