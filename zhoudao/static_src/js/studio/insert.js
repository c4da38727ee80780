// A step added after another one, by button: what the mouse does with the palette, for the keyboard.

const ROOM = 180;

export function addAfter(modeler, element, type) {
  const shape = modeler.get("elementFactory").createShape({ type });
  const flow = element.outgoing.find((each) => each.type === "bpmn:SequenceFlow");
  const isOnly = element.outgoing.filter((each) => each.type === "bpmn:SequenceFlow").length === 1;
  const made = isOnly ? insert(modeler, element, flow, shape) : modeler.get("autoPlace").append(element, shape);
  modeler.get("selection").select(made);
  modeler.get("canvas").scrollToElement(made);
  return made;
}

// What stands to the right makes room first, so that nothing is drawn over.
function insert(modeler, element, flow, shape) {
  const edge = element.x + element.width + 10;
  const around = modeler.get("elementRegistry").filter((each) => each.parent === element.parent);
  const space = modeler.get("spaceTool");
  const { movingShapes, resizingShapes } = space.calculateAdjustments(around, "x", ROOM, edge);
  if (flow.target.x > edge) space.makeSpace(movingShapes, resizingShapes, { x: ROOM, y: 0 }, "e", edge);
  const [first, second] = flow.waypoints;
  const isLevel = Math.abs(first.y - second.y) < 1;
  const middle = isLevel ? { x: element.x + element.width + 40 + shape.width / 2, y: first.y } : { x: (first.x + second.x) / 2, y: (first.y + second.y) / 2 };
  return modeler.get("modeling").createShape(shape, middle, flow);
}
