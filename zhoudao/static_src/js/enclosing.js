// Files that go with a reply: chosen, pasted or dropped; the server keeps them with the draft.

import { notice, words } from "./page.js";

const LARGEST = 20 * 1024 * 1024;
const place = () => document.getElementById("enclosed");
const form = () => document.getElementById("composer");
let underWay = 0;

export const hasFiles = () => Boolean(place()?.querySelector("[name=enclosed]"));
export const isUploading = () => underWay > 0;
export const emptied = () => place()?.replaceChildren();

async function change(address, body) {
  const target = place();
  underWay += 1;
  target.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": document.body.dataset.token } });
    if (!answer.ok) throw new Error(String(answer.status));
    target.innerHTML = await answer.text();
  } catch {
    notice(words.failed, { bad: true });
    target.querySelectorAll(".is-uploading").forEach((chip) => chip.remove());
  } finally {
    underWay -= 1;
    target.removeAttribute("aria-busy");
  }
}

async function put(files) {
  const fit = [...files].filter((file) => file.size <= LARGEST);
  if (fit.length < files.length) notice(words.too_large, { bad: true });
  if (!fit.length || !place()) return;
  for (const file of fit) {
    const chip = document.createElement("span");
    chip.className = "file is-uploading";
    chip.textContent = file.name;
    place().append(chip);
  }
  const body = new FormData();
  fit.forEach((file) => body.append("file", file));
  await change(place().dataset.put, body);
}

const takes = () => form()?.dataset.mode === "reply" && place();

document.addEventListener("click", (event) => {
  const button = event.target.closest("#enclosed [data-remove]");
  if (button) change(button.dataset.remove);
  else if (event.target.closest("#enclose-button")) document.getElementById("enclose-input").click();
});
document.addEventListener("change", (event) => {
  if (event.target.id !== "enclose-input") return;
  put([...event.target.files]);
  event.target.value = "";
});
document.addEventListener("paste", (event) => {
  const files = event.target.id === "reply-text" && takes() ? event.clipboardData.files : [];
  if (!files.length) return;
  event.preventDefault();
  put(files);
});
document.addEventListener("dragover", (event) => {
  if (event.target.closest?.("#composer") && takes() && event.dataTransfer.types.includes("Files")) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  if (!event.target.closest?.("#composer") || !takes() || !event.dataTransfer.files.length) return;
  event.preventDefault();
  put(event.dataTransfer.files);
});
