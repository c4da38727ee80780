// What the check found: a mark on every element that has something wrong, and the list beside it.

import { fill } from "../page.js";
import { sign } from "./drawing.js";

export class Marks {
  constructor(modeler, list, head) {
    this.modeler = modeler;
    this.list = list;
    this.head = head;
    this.marked = [];
  }

  show(problems) {
    this.clear();
    const byElement = Map.groupBy ? Map.groupBy(problems, (problem) => problem.element) : grouped(problems);
    for (const [element, found] of byElement) this.mark(element, found);
    this.list.replaceChildren(...problems.map((problem) => this.line(problem)));
    const blocking = problems.filter((problem) => problem.blocks).length;
    this.head.textContent = blocking ? fill(this.head.dataset.problems, { n: blocking }) : this.head.dataset.sound;
    this.head.classList.toggle("is-bad", blocking > 0);
    return blocking;
  }

  mark(id, found) {
    const element = this.modeler.get("elementRegistry").get(id);
    if (!element || !element.parent) return; // the process itself has no place on paper
    const isBad = found.some((problem) => problem.blocks);
    this.modeler.get("canvas").addMarker(element, isBad ? "is-wrong" : "is-doubtful");
    const title = found.map((problem) => `${problem.what} ${problem.what_to_do}`).join("\n");
    const place = element.waypoints ? { top: -8, left: 0 } : { top: -10, left: -8 };
    this.marked.push([element, sign(this.modeler, element, "flow-problem", "!", place, title)]);
  }

  clear() {
    for (const [element, overlay] of this.marked) {
      this.modeler.get("overlays").remove(overlay);
      if (!this.modeler.get("elementRegistry").get(element.id)) continue;
      this.modeler.get("canvas").removeMarker(element, "is-wrong");
      this.modeler.get("canvas").removeMarker(element, "is-doubtful");
    }
    this.marked = [];
  }

  line(problem) {
    const line = document.createElement("li");
    const button = Object.assign(document.createElement("button"), { type: "button", className: "problem" });
    const name = document.createElement("strong");
    name.textContent = problem.name || problem.element || this.list.dataset.file;
    button.append(name, ` ${problem.what} `);
    const advice = Object.assign(document.createElement("span"), { className: "soft", textContent: problem.what_to_do });
    button.append(advice);
    button.dataset.element = problem.element;
    button.addEventListener("click", () => this.go(problem.element));
    line.append(button);
    return line;
  }

  go(id) {
    const element = this.modeler.get("elementRegistry").get(id);
    if (!element?.parent) return;
    this.modeler.get("selection").select(element);
    this.modeler.get("canvas").scrollToElement(element);
  }
}

function grouped(problems) {
  const found = new Map();
  for (const problem of problems) found.set(problem.element, [...(found.get(problem.element) ?? []), problem]);
  return found;
}
