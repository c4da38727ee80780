// Two versions side by side; what was added, removed or changed is coloured and listed, and moved over together.

import { changeList } from "./changes.js";
import { broken, fitBesideTools, read } from "./drawing.js";

const changes = JSON.parse(document.getElementById("changes").textContent);
const list = document.getElementById("change-list");
const places = ["before", "after"].map((id) => document.getElementById(id));

async function draw(place, kinds) {
  const viewer = new window.BpmnJS({ container: place });
  await viewer.importXML(await read(place.dataset.source));
  fitBesideTools(viewer, 20);
  const known = viewer.get("elementRegistry");
  for (const { element, what } of changes) {
    if (kinds.includes(what) && known.get(element)?.parent) viewer.get("canvas").addMarker(element, `is-${what}`);
  }
  return viewer;
}

// Dragging or zooming one drawing moves the other.
function together(viewers) {
  let from = null;
  for (const viewer of viewers) {
    viewer.on("canvas.viewbox.changed", ({ viewbox }) => {
      if (from) return;
      from = viewer;
      const other = viewers.find((each) => each !== viewer).get("canvas");
      const { x, y, width, height } = viewbox;
      other.viewbox({ x, y, width, height });
      from = null;
    });
  }
}

function go(viewers, id) {
  for (const viewer of viewers) {
    const element = viewer.get("elementRegistry").get(id);
    if (element?.parent) return viewer.get("canvas").scrollToElement(element);
  }
  return null;
}

async function begin() {
  const viewers = await Promise.all([draw(places[0], ["removed", "changed"]), draw(places[1], ["added", "changed"])]);
  if (!list) return; // two flows: nothing of one is where it is in the other
  together(viewers);
  list.replaceChildren(...changeList(changes));
  for (const line of list.children) {
    line.tabIndex = 0;
    line.addEventListener("click", () => go(viewers, line.dataset.element));
    line.addEventListener("keydown", (event) => event.key === "Enter" && go(viewers, line.dataset.element));
  }
}

begin().catch(() => places.forEach(broken));
