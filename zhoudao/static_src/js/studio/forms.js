// The form of one step: its fields added, ordered and named in three languages, then put into the drawing at once.

const sheet = document.getElementById("form-sheet");
const editor = document.getElementById("form-editor");
const list = document.getElementById("form-fields");
const refusal = document.getElementById("form-refusal");
const NEEDS_OPTIONS = new Set(["choice", "list"]);
let use = null;

export function openForm(fields, whenDone) {
  use = whenDone;
  refusal.hidden = true;
  list.replaceChildren(...fields.map(line));
  sheet.showModal();
  (list.querySelector("input") ?? document.getElementById("add-field")).focus();
}

function line(field) {
  const made = document.getElementById("field-template").content.cloneNode(true).firstElementChild;
  for (const input of made.querySelectorAll("[data-field]")) {
    if (input.type === "checkbox") input.checked = field.required;
    else input.value = field[input.dataset.field] ?? "";
  }
  for (const input of made.querySelectorAll("[data-label]")) input.value = field.label[input.dataset.label] ?? "";
  showOptions(made);
  return made;
}

function showOptions(made) {
  made.querySelector("[data-options]").hidden = !NEEDS_OPTIONS.has(made.querySelector("[data-field=type]").value);
}

function read(made) {
  const value = (name) => made.querySelector(`[data-field=${name}]`).value.trim();
  const label = Object.fromEntries([...made.querySelectorAll("[data-label]")].map((input) => [input.dataset.label, input.value]));
  const options = NEEDS_OPTIONS.has(value("type")) ? value("options").split("\n").filter((line) => line.trim()).join("\n") : "";
  return { name: value("name"), type: value("type"), required: made.querySelector("[data-field=required]").checked, options, value: value("value"), label };
}

function fault(fields) {
  const names = fields.map((field) => field.name);
  if (names.some((name) => !/^[A-Za-z_]\w*$/.test(name)) || new Set(names).size !== names.length) return "name";
  return fields.some((field) => field.type === "choice" && !field.options) ? "options" : "";
}

document.getElementById("add-field").addEventListener("click", () => {
  list.append(line({ name: "", type: "string", required: false, options: "", value: "", label: {} }));
  list.lastElementChild.querySelector("input").focus();
});
list.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move], [data-remove]");
  const made = button?.closest("li");
  if (!made) return;
  if ("remove" in button.dataset) made.remove();
  else if (button.dataset.move === "-1") made.previousElementSibling?.before(made);
  else made.nextElementSibling?.after(made);
  button.focus();
});
list.addEventListener("change", (event) => showOptions(event.target.closest("li")));
editor.addEventListener("submit", (event) => {
  event.preventDefault();
  const fields = [...list.children].map(read);
  const wrong = fault(fields);
  refusal.hidden = !wrong;
  refusal.textContent = wrong ? refusal.dataset[wrong] : "";
  if (wrong) return;
  use(fields);
  sheet.close();
});
