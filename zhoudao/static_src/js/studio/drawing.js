// What every drawing of the studio does: read a file, fit it, put small signs on its elements.

export async function read(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.text();
}

// The whole drawing with air around it: a flow of three steps need not fill the wall.
export function fit(viewer, air = 24) {
  const canvas = viewer.get("canvas");
  const { inner, outer } = canvas.viewbox();
  const scale = Math.min((outer.width - 2 * air) / inner.width, (outer.height - 2 * air) / inner.height, 1);
  const [width, height] = [outer.width / scale, outer.height / scale];
  canvas.viewbox({ x: inner.x - (width - inner.width) / 2, y: inner.y - (height - inner.height) / 2, width, height });
}

// As `fit`, with room on the left for the tools.
export function fitBesideTools(viewer, room = 90) {
  const canvas = viewer.get("canvas");
  const { inner, outer } = canvas.viewbox();
  const scale = Math.min((outer.width - room - 40) / inner.width, (outer.height - 80) / inner.height, 1);
  const [width, height] = [outer.width / scale, outer.height / scale];
  canvas.viewbox({ x: inner.x - (room + 10) / scale, y: inner.y - (height - inner.height) / 2, width, height });
}

export function sign(viewer, element, className, text, position, title = "") {
  const badge = document.createElement("div");
  badge.className = className;
  badge.textContent = text;
  badge.title = title;
  return viewer.get("overlays").add(element, className.split(" ").at(-1), { position, html: badge });
}

export function broken(place) {
  place.replaceChildren(document.createTextNode(place.dataset.broken));
  place.classList.add("is-broken");
}
