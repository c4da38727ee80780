// The kiosk: back to the start by itself, and nothing of who was here is left on the screen.
(() => {
  "use strict";
  const { start, seconds, words } = document.currentScript.dataset;
  const idle = document.getElementById("idle");
  const body = document.getElementById("body");
  const isStart = location.pathname === start;
  const patience = Number(seconds);
  let left = patience;

  async function leave() {
    left = patience;
    for (const form of document.forms) form.reset();
    if (!isStart) body.hidden = true;
    const answer = await fetch(start, { method: "HEAD", cache: "no-store" }).catch(() => null);
    if (answer?.ok) location.replace(start); // away: what is shown stays empty, the next turn tries again
  }

  function tick() {
    left -= 1;
    if (left <= 0) leave();
    else idle.textContent = !isStart && left <= 15 ? words.replace("{n}", left) : "";
  }

  if (patience) {
    setInterval(tick, 1000);
    for (const kind of ["pointerdown", "keydown", "input", "scroll"]) {
      addEventListener(kind, () => (left = patience), { passive: true, capture: true });
    }
  }
  addEventListener("pageshow", (event) => event.persisted && location.replace(start)); // the back button
  document.addEventListener("click", (event) => event.target.closest("[data-do=print]") && print());
})();
