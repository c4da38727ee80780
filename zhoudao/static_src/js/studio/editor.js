// The modeller, put together: drawing, properties, check, saving, making live.

import { readyToDeploy } from "./deploying.js";
import { broken, fitBesideTools } from "./drawing.js";
import { openForm } from "./forms.js";
import { addAfter } from "./insert.js";
import { Marks } from "./marks.js";
import { Panel } from "./panel.js";
import { Keeper } from "./saving.js";
import { descriptor } from "./zd.js";

const page = JSON.parse(document.getElementById("studio-page").textContent);
const place = document.getElementById("flow");
const byId = (id) => document.getElementById(id);

const translate = (template, values = {}) =>
  (page.words[template] ?? template).replace(/\{([^}]+)\}/g, (whole, name) => values[name] ?? whole);

async function begin() {
  const modeler = new window.BpmnJS({
    container: place,
    moddleExtensions: { zd: descriptor },
    additionalModules: [{ translate: ["value", translate] }],
  });
  await modeler.importXML(page.source);
  fitBesideTools(modeler);
  const panel = new Panel(modeler, page.choices);
  const marks = new Marks(modeler, byId("problems"), byId("check-head"));
  const keeper = new Keeper(modeler, page, (problems) => marks.show(problems));
  marks.show(page.problems);
  follow(modeler, panel, keeper);
  readyToDeploy(keeper, (problems) => marks.show(problems));
  panel.show(modeler.get("canvas").getRootElement());
  place.dataset.ready = "1";
}

function follow(modeler, panel, keeper) {
  modeler.on("commandStack.changed", () => {
    keeper.touched();
    panel.refresh();
  });
  modeler.on("selection.changed", ({ newSelection }) => {
    const chosen = newSelection.length === 1 ? newSelection[0] : modeler.get("canvas").getRootElement();
    panel.show(chosen.labelTarget ?? chosen);
  });
  byId("add").addEventListener("click", () => addAfter(modeler, panel.element, byId("add-type").value));
  byId("open-form").addEventListener("click", () => {
    const element = panel.element;
    openForm(panel.said.fields(element), (fields) => {
      panel.said.setFields(element, fields);
      panel.show(element);
    });
  });
  for (const button of document.querySelectorAll("[data-edit]")) {
    button.addEventListener("click", () => modeler.get("commandStack")[button.dataset.edit]());
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "s" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      keeper.save();
    }
  });
}

begin().catch((error) => {
  broken(place);
  console.error(error);
});
