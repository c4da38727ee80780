// A signature drawn with finger, pen or mouse; what was drawn goes with the form as a picture. Without this script the
// name and a tick are enough.

const pad = document.querySelector("[data-sign]");
const canvas = pad?.querySelector("canvas");
const form = pad?.closest("form");
const drawn = form?.querySelector("input[name=drawn]");
let pen = null;
let isEmpty = true;

function place(event) {
  const box = canvas.getBoundingClientRect();
  return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
}

function clear() {
  const paper = canvas.getContext("2d");
  paper.fillStyle = "#fff";
  paper.fillRect(0, 0, canvas.width, canvas.height);
  drawn.value = "";
  isEmpty = true;
}

function begin(event) {
  event.preventDefault();
  canvas.setPointerCapture(event.pointerId);
  pen = place(event);
}

function go(event) {
  if (!pen) return;
  const paper = canvas.getContext("2d");
  const next = place(event);
  paper.strokeStyle = "#111";
  paper.lineWidth = 4;
  paper.lineCap = "round";
  paper.beginPath();
  paper.moveTo(...pen);
  paper.lineTo(...next);
  paper.stroke();
  pen = next;
  isEmpty = false;
}

function end() {
  pen = null;
}

if (pad) {
  pad.hidden = false;
  clear();
  canvas.addEventListener("pointerdown", begin);
  canvas.addEventListener("pointermove", go);
  for (const over of ["pointerup", "pointercancel"]) canvas.addEventListener(over, end);
  pad.querySelector("[data-sign-clear]").addEventListener("click", clear);
  form.addEventListener("submit", () => {
    drawn.value = isEmpty ? "" : canvas.toDataURL("image/png");
  });
}
