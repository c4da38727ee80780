// A decision table as rows of plain words: edited here, tried and published on the server, lost nowhere.

import { post } from "../page.js";
import { changeList } from "./changes.js";

const form = document.getElementById("table-form");
const page = JSON.parse(document.getElementById("table-page").textContent);
const state = page.state;
const byId = (id) => document.getElementById(id);
const said = form.dataset;
const may = Boolean(said.may);
let touched = false;
let results = [];

function make(tag, properties = {}, ...inside) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...inside);
  return element;
}

function input(value, label, write, placeholder = "") {
  const made = make("input", { value: value ?? "", placeholder });
  made.setAttribute("aria-label", label);
  made.addEventListener("input", () => {
    write(made.value);
    touch();
  });
  return made;
}

function button(text, label, act) {
  const made = make("button", { type: "button", className: "tool", textContent: text, title: label });
  made.setAttribute("aria-label", label);
  made.addEventListener("click", () => {
    act();
    touch();
    draw();
  });
  return made;
}

function touch() {
  touched = true;
  results = [];
}

// The tools at the end of a line: up, down, away.
function tools(list, place, name) {
  const move = (by) => () => {
    const to = place + by;
    if (to >= 0 && to < list.length) list.splice(to, 0, list.splice(place, 1)[0]);
  };
  const made = make("td", { className: "grid-tools" });
  if (may) made.append(button("↑", `${said.up}: ${name}`, move(-1)), button("↓", `${said.down}: ${name}`, move(1)), button("×", `${said.remove}: ${name}`, () => list.splice(place, 1)));
  return made;
}

function head(texts) {
  return make("thead", {}, make("tr", {}, ...texts.map((text) => make("th", { scope: "col", textContent: text }))));
}

function drawRows() {
  const cells = [...state.columns, ...state.outputs];
  const body = make("tbody");
  for (const [place, row] of state.rows.entries()) {
    const name = `${said.row} ${place + 1}`;
    const line = make("tr", {}, make("td", { className: "number soft", textContent: place + 1 }));
    for (const column of cells) {
      const isAnswer = state.outputs.includes(column);
      const field = input(row.cells[column.id], `${name}, ${column.field}`, (value) => (row.cells[column.id] = value), isAnswer ? "" : said.any);
      line.append(make("td", { className: isAnswer ? "is-answer" : "" }, field));
    }
    line.append(make("td", { className: "is-note" }, input(row.note, `${name}, ${said.note}`, (value) => (row.note = value))), tools(state.rows, place, name));
    body.append(line);
  }
  byId("grid").replaceChildren(head(["", ...cells.map((column) => (state.outputs.includes(column) ? `→ ${column.field}` : column.field)), said.note, ""]), body);
}

function expectations() {
  return state.policy === "collect" ? ["rows"] : state.outputs.map((column) => column.field);
}

function drawTests() {
  const asked = state.inputs.map((each) => each.name);
  const body = make("tbody");
  for (const [place, test] of state.tests.entries()) {
    const name = `${said.test} ${place + 1}`;
    const line = make("tr", {}, make("td", { className: "is-note" }, input(test.name, name, (value) => (test.name = value))));
    for (const each of asked) line.append(make("td", {}, input(test.inputs[each], `${name}, ${each}`, (value) => (test.inputs[each] = value))));
    for (const each of expectations()) line.append(make("td", { className: "is-answer" }, input(test.expect[each], `${name}, → ${each}`, (value) => (test.expect[each] = value))));
    line.append(verdict(results[place]), tools(state.tests, place, name));
    body.append(line);
  }
  byId("tests").replaceChildren(head([said.test, ...asked, ...expectations().map((each) => `→ ${each}`), "", ""]), body);
}

function verdict(result) {
  const cell = make("td", { className: "verdict" });
  if (!result) return cell;
  const text = result.passed ? `✓ ${said.passed}` : `✗ ${said.failed} ${result.found}`;
  cell.append(make("span", { className: `chip ${result.passed ? "chip-good" : "chip-bad"}`, textContent: text }));
  return cell;
}

function drawLists() {
  const line = (text, list, place) => make("li", {}, `${text} `, ...(may ? [button("×", `${said.remove}: ${text}`, () => list.splice(place, 1))] : []));
  byId("inputs").replaceChildren(...state.inputs.map((each, place) => line(`${each.name}: ${each.type}`, state.inputs, place)));
  const columns = state.columns.map((each, place) => line(each.field, state.columns, place));
  const outputs = state.outputs.map((each, place) => line(`→ ${each.field}`, state.outputs, place));
  byId("columns").replaceChildren(...columns, ...outputs);
  byId("input-names").replaceChildren(...state.inputs.map((each) => new Option(each.name, each.name)));
}

function draw() {
  byId("policy").value = state.policy;
  drawRows();
  drawTests();
  drawLists();
}

const fresh = (letter, list) => {
  let number = list.length + 1;
  while (list.some((each) => each.id === `${letter}${number}`)) number += 1;
  return `${letter}${number}`;
};

function adding(id, act) {
  byId(id).addEventListener("click", () => {
    act();
    touch();
    draw();
  });
}

function column(list, letter) {
  const field = byId("column-field").value.trim();
  if (!field || list.some((each) => each.field === field)) return byId("column-field").focus();
  list.push({ id: fresh(letter, [...state.columns, ...state.outputs]), field });
  byId("column-field").value = "";
  return null;
}

adding("add-row", () => state.rows.push({ id: fresh("r", state.rows), note: "", cells: {} }));
adding("add-test", () => state.tests.push({ name: "", inputs: {}, expect: {} }));
adding("add-column", () => column(state.columns, "c"));
adding("add-output", () => column(state.outputs, "o"));
byId("input-name").addEventListener("change", (event) => {
  const offered = [...document.querySelectorAll("code[data-type]")].find((each) => each.textContent === event.target.value);
  if (offered) byId("input-type").value = offered.dataset.type;
});
adding("add-input", () => {
  const name = byId("input-name").value.trim();
  if (!name || state.inputs.some((each) => each.name === name)) return byId("input-name").focus();
  state.inputs.push({ name, type: byId("input-type").value });
  byId("input-name").value = "";
  return null;
});
byId("policy").addEventListener("change", (event) => {
  state.policy = event.target.value;
  touch();
  draw();
});

function refuse(words, changes = []) {
  byId("table-refusal").textContent = words;
  byId("table-refusal").hidden = !words;
  byId("table-changes").replaceChildren(...changeList(changes));
  if (words) byId("table-refusal").scrollIntoView({ block: "center" });
}

async function ask(address, more = {}) {
  const answer = await post(address, { table: JSON.stringify(state), ...more });
  const told = await answer.json();
  refuse(told.refusal ?? "", told.changes);
  return told;
}

byId("try").addEventListener("click", async () => {
  const told = await ask(said.try);
  results = told.tests ?? [];
  drawTests();
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const told = await ask(said.publish, { note: byId("note").value, seen: page.seen });
  if (told.seen) {
    page.seen = told.seen;
    byId("publish").textContent = said.over;
  }
  if (!told.address) return;
  touched = false;
  location.assign(told.address);
});
addEventListener("beforeunload", (event) => touched && event.preventDefault());
draw();
