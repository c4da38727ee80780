// Offers the portal for the home screen where the browser can, and lets it say so when there is no connection.
(() => {
  "use strict";
  const script = document.currentScript;
  if ("serviceWorker" in navigator && window.parent === window) {
    navigator.serviceWorker.register(script.dataset.worker, { scope: script.dataset.scope }).catch(() => {});
  }
  const button = document.getElementById("install");
  if (!button) return;
  let asked = null;
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    asked = event;
    button.hidden = false;
  });
  button.addEventListener("click", async () => {
    if (!asked) return;
    asked.prompt();
    await asked.userChoice;
    asked = null;
    button.hidden = true;
  });
  window.addEventListener("appinstalled", () => (button.hidden = true));
})();
