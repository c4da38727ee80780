// A picture, large: serial numbers and receipts are read at up to five times the screen.

const MOST = 5;
const box = () => document.getElementById("lightbox");
const stage = () => box().querySelector(".lightbox-in");
const picture = () => box().querySelector("img");
let pictures = [];
let index = 0;
let scale = 1;
let turned = 0;
let at = { x: 0, y: 0 };
let held = null;

function draw() {
  picture().style.transform = `translate(${at.x}px, ${at.y}px) rotate(${turned}deg) scale(${scale})`;
  stage().classList.toggle("is-zoomed", scale > 1);
  box().querySelector("output").textContent = `${Math.round(scale * 100)}%`;
}

// What is under the pointer stays there.
function zoom(wanted, point) {
  const next = Math.max(1, Math.min(MOST, wanted));
  const around = point ?? { x: innerWidth / 2, y: innerHeight / 2 };
  const grown = next / scale;
  at = {
    x: around.x - innerWidth / 2 - (around.x - innerWidth / 2 - at.x) * grown,
    y: around.y - innerHeight / 2 - (around.y - innerHeight / 2 - at.y) * grown,
  };
  if (next === 1) at = { x: 0, y: 0 };
  scale = next;
  draw();
}

function show(wanted) {
  index = (wanted + pictures.length) % pictures.length;
  [scale, turned, at] = [1, 0, { x: 0, y: 0 }];
  picture().src = pictures[index].href;
  picture().alt = pictures[index].querySelector("img").alt;
  box().querySelectorAll("[data-light=previous], [data-light=next]").forEach((button) => (button.hidden = pictures.length < 2));
  draw();
}

function turn() {
  turned = (turned + 90) % 360;
  draw();
}

const acts = {
  in: () => zoom(scale * 1.5),
  out: () => zoom(scale / 1.5),
  turn,
  previous: () => show(index - 1),
  next: () => show(index + 1),
  close: () => box().close(),
};
const keys = {
  "+": acts.in, "=": acts.in, "-": acts.out, 0: () => zoom(1), r: turn,
  ArrowLeft: acts.previous, ArrowRight: acts.next,
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-do=zoom]");
  if (link) {
    event.preventDefault();
    pictures = [...document.querySelectorAll("[data-do=zoom]")];
    show(pictures.indexOf(link));
    box().showModal();
  }
  const button = event.target.closest("[data-light]");
  if (button) acts[button.dataset.light]();
  if (event.target === stage()) box().close();
});
document.addEventListener("keydown", (event) => {
  if (!box()?.open || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});
document.addEventListener("dblclick", (event) => {
  if (event.target === picture()) zoom(scale > 1 ? 1 : 2.5, { x: event.clientX, y: event.clientY });
});
document.addEventListener("wheel", (event) => {
  if (!event.target.closest("#lightbox")) return;
  event.preventDefault();
  zoom(scale * (event.deltaY < 0 ? 1.2 : 1 / 1.2), { x: event.clientX, y: event.clientY });
}, { passive: false });
document.addEventListener("pointerdown", (event) => {
  if (event.target !== picture() || scale === 1) return;
  event.preventDefault();
  held = { x: event.clientX - at.x, y: event.clientY - at.y };
  picture().setPointerCapture(event.pointerId);
});
document.addEventListener("pointermove", (event) => {
  if (!held) return;
  at = { x: event.clientX - held.x, y: event.clientY - held.y };
  draw();
});
document.addEventListener("pointerup", () => (held = null));
document.addEventListener("pointercancel", () => (held = null));
