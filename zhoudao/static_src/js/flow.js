// One flow version, drawn as in its file; a number on a step says how many tasks wait there.

const place = document.getElementById("flow");
const waiting = JSON.parse(document.getElementById("flow-waiting").textContent);

async function draw() {
  const answer = await fetch(place.dataset.source, { credentials: "same-origin" });
  const viewer = new window.BpmnJS({ container: place });
  await viewer.importXML(await answer.text());
  viewer.get("canvas").zoom("fit-viewport", "auto");
  const overlays = viewer.get("overlays");
  for (const [element, count] of Object.entries(waiting)) {
    const badge = document.createElement("div");
    badge.className = "flow-waits";
    badge.textContent = count;
    overlays.add(element, { position: { top: -10, right: 12 }, html: badge });
  }
}

draw().catch(() => {
  place.replaceChildren(document.createTextNode(place.dataset.broken));
  place.classList.add("is-broken");
});
