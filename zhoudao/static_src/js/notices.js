// The bell: news are said once, with a way there.

let known = null;

document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx.target?.id !== "bell-news") return;
  const newest = document.querySelector("#bell-news [data-newest]")?.dataset;
  if (known !== null && newest && newest.newest > known) say(newest);
  known = newest?.newest ?? known ?? "";
});

function say({ text, address }) {
  const line = Object.assign(document.createElement("a"), { className: "toast-line", href: address });
  line.append(text);
  document.getElementById("toasts").append(line);
  setTimeout(() => line.remove(), 8000);
}
