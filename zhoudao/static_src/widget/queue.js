// A number, or the store's wall: read anew when the queue moves, and every 15 seconds; says so when it is one's turn.
(() => {
  "use strict";
  const { live, lost } = document.currentScript.dataset;
  const body = document.getElementById("body");
  let shown = "";
  let waiting = 0;
  let state = body.querySelector("[data-state]")?.dataset.state;

  async function refresh() {
    clearTimeout(waiting);
    waiting = 0;
    const answer = await fetch(location.href, { headers: { "X-Part": "body" }, cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    const text = await answer.text();
    if (text === shown) return;
    const fresh = new DOMParser().parseFromString(text, "text/html").body;
    const isSame = fresh.querySelector("[data-state]")?.dataset.state === state;
    if (isSame && body.querySelector("details[open]")) return; // about to leave: nothing moves under a finger
    shown = text;
    body.replaceChildren(...fresh.childNodes);
    tell();
  }

  function tell() {
    const ticket = body.querySelector("[data-state]");
    if (!ticket) return;
    document.title = ticket.dataset.title;
    if (ticket.dataset.state === "called" && state !== "called") navigator.vibrate?.([300, 150, 300]);
    state = ticket.dataset.state;
  }

  function note(text) {
    const line = document.getElementById("lost");
    if (line) line.textContent = text;
  }

  const quietly = () => refresh().then(() => note(""), () => note(lost || "")); // offline: what is shown stays
  const soon = () => (waiting ||= setTimeout(quietly, 200 + Math.random() * 600));

  function hear() {
    const stream = new EventSource(live);
    for (const name of ["queue", "refresh"]) stream.addEventListener(name, soon);
    stream.addEventListener("error", () => stream.readyState === EventSource.CLOSED && setTimeout(hear, 10000));
  }

  document.cookie = `zd_js=1; path=/; max-age=86400; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`; // no more reloading
  tell();
  hear();
  setInterval(() => document.hidden || quietly(), 15000);
  document.addEventListener("visibilitychange", () => document.hidden || quietly());
})();
