// One click on a star is enough: it is kept at once. Without script the form does the same with its button.
(() => {
  "use strict";
  const form = document.getElementById("rating");
  if (!form) return;
  const note = document.getElementById("note");

  async function keep() {
    const fields = new FormData(form);
    const body = JSON.stringify({ score: Number(fields.get("score")), comment: fields.get("comment") });
    const answer = await fetch(form.action, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    const content = await answer.json();
    note.textContent = answer.ok ? content.thanks : content.detail;
    note.classList.toggle("apology", !answer.ok);
  }

  form.addEventListener("change", (event) => {
    if (event.target.name === "score") keep().catch(() => {}); // the button is still there
  });
})();
