// Reads the page anew every 15 seconds while somebody looks at it; only what changed is replaced.
(() => {
  "use strict";
  const body = document.getElementById("body");
  let shown = "";

  async function refresh() {
    if (document.hidden || body.querySelector("form.is-touched")) return; // what somebody fills in stays
    const answer = await fetch(location.href, { headers: { "X-Part": "body" }, cache: "no-store" });
    if (!answer.ok) return;
    const text = await answer.text();
    if (text === shown) return;
    shown = text;
    const place = scrollY;
    body.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
    scrollTo(0, place);
  }

  body.addEventListener("input", (event) => event.target.closest("form")?.classList.add("is-touched"));
  const quietly = () => refresh().catch(() => {}); // offline: what is shown stays, the next turn tries again
  setInterval(quietly, 15000);
  document.addEventListener("visibilitychange", quietly);
})();
