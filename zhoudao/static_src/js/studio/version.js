// One flow version, drawn as in its file, with what its runs tell on every step.

import { fill } from "../page.js";
import { broken, fit, read, sign } from "./drawing.js";

const place = document.getElementById("flow");
const figures = JSON.parse(document.getElementById("flow-figures").textContent);

function tell(viewer, element, { waiting, stuck, done, mean, bent, hint }) {
  const said = place.dataset;
  if (waiting) sign(viewer, element, "flow-waits", waiting, { top: -10, right: 12 }, fill(said.waiting, { n: waiting }));
  if (stuck) sign(viewer, element, "flow-waits flow-stuck", stuck, { top: -10, left: -6 }, fill(said.stuck, { n: stuck }));
  if (bent) sign(viewer, element, hint ? "flow-bent is-hint" : "flow-bent", `↷ ${bent}`, { bottom: 8, right: 24 }, fill(said.bent, { n: bent }) + (hint ? ` – ${said.hint}` : ""));
  if (mean) sign(viewer, element, "flow-mean", mean, { bottom: 8, left: 8 }, fill(said.mean, { n: done }));
}

async function draw() {
  const viewer = new window.BpmnJS({ container: place });
  await viewer.importXML(await read(place.dataset.source));
  fit(viewer);
  const known = viewer.get("elementRegistry");
  for (const [element, row] of Object.entries(figures)) {
    if (known.get(element)) tell(viewer, element, row);
  }
}

draw().catch(() => broken(place));
