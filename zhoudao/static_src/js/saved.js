// The saved view one is in stands out, as the fixed ones do.

const same = (one, other) => [...one].sort().join("&") === [...other].sort().join("&");

document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx.target?.id !== "saved-views") return;
  const here = new URLSearchParams(document.getElementById("workspace").dataset.query);
  for (const link of document.querySelectorAll("#saved-views a.view")) {
    if (same(new URLSearchParams(link.search), here)) link.setAttribute("aria-current", "true");
  }
});
