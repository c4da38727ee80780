// Writing a canned reply: a variable goes in where one last wrote.

let last = null;

document.addEventListener("focusin", (event) => {
  if (event.target.matches("textarea[name^=body_]")) last = event.target;
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-variable]");
  if (!button) return;
  const field = last ?? document.querySelector("textarea[name^=body_]");
  field.setRangeText(`{{${button.dataset.variable}}}`, field.selectionStart, field.selectionEnd, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
