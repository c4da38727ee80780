// A station for a scanner that types: every Enter is sent in its turn, the answer is drawn and heard, and the field
// stays ready for the next scan. Without this script the form is sent as a form.

const MUTE = "station-mute";
let air = null;
let queue = Promise.resolve();

const isMuted = () => localStorage.getItem(MUTE) === "1";

// [pitch in Hz, from, for how long in seconds, wave]
const TUNES = {
  right: [[1320, 0, 0.09, "sine"]],
  step: [[880, 0, 0.07, "sine"]],
  hint: [[520, 0, 0.16, "triangle"]],
  done: [[880, 0, 0.1, "sine"], [1175, 0.11, 0.1, "sine"], [1568, 0.22, 0.2, "sine"]],
  wrong: [[170, 0, 0.28, "sawtooth"], [140, 0.32, 0.42, "sawtooth"]],
  stopped: [[440, 0, 0.16, "square"], [330, 0.2, 0.16, "square"], [220, 0.4, 0.36, "square"]],
};

function sound(name) {
  const tune = TUNES[name];
  if (!tune || isMuted()) return;
  air ??= new AudioContext();
  air.resume();
  for (const [pitch, from, span, wave] of tune) {
    const [tone, loud, at] = [air.createOscillator(), air.createGain(), air.currentTime + from];
    tone.type = wave;
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.0001, at);
    loud.gain.exponentialRampToValueAtTime(0.25, at + 0.012);
    loud.gain.exponentialRampToValueAtTime(0.0001, at + span);
    tone.connect(loud).connect(air.destination);
    tone.start(at);
    tone.stop(at + span);
  }
  if (name === "wrong" || name === "stopped") navigator.vibrate?.([120, 60, 220]);
}

const field = () => document.querySelector(".station-form input[name=text]");

function ready() {
  const input = field();
  const count = document.querySelector(".station-form input[name=quantity]");
  if (count) count.value = "1";
  input?.focus({ preventScroll: true });
}

async function send(form, body) {
  const place = document.querySelector(form.dataset.station);
  let answer;
  try {
    answer = await fetch(form.getAttribute("action") || location.href, { method: "POST", body, headers: { "HX-Request": "true" } });
  } catch {
    answer = null;
  }
  if (!answer?.ok || answer.redirected) {
    // Not sent, or signed out, or over: nothing was booked that is not shown. The page itself says what is true.
    sound("wrong");
    setTimeout(() => location.assign(location.href), 900);
    return;
  }
  place.innerHTML = await answer.text();
  sound(place.firstElementChild.dataset.sound);
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-station]");
  if (!form) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  if (form.elements.key) body.set("key", crypto.randomUUID?.() ?? form.elements.key.value);
  if (form.elements.text) form.elements.text.value = "";
  ready();
  queue = queue.then(() => send(form, body));
});

// GS1 labels part their values by a character that no keyboard has: scanners type it as Ctrl+], which a field ignores.
document.addEventListener("keydown", (event) => {
  const input = field();
  if (!input || !(event.key === "\x1d" || (event.ctrlKey && event.key === "]"))) return;
  event.preventDefault();
  input.value += "\x1d";
});

// What a scanner types lands in the field, wherever the eye and the finger were.
document.addEventListener("keydown", (event) => {
  if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, button, summary, a")) return;
  field()?.focus({ preventScroll: true });
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-mute]");
  if (!button) return;
  localStorage.setItem(MUTE, isMuted() ? "0" : "1");
  button.setAttribute("aria-pressed", String(isMuted()));
});

document.querySelector("[data-mute]")?.setAttribute("aria-pressed", String(isMuted()));
