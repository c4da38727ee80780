// The help centre: articles offered while one types. Everything works without.

const field = document.getElementById("q");
const box = document.getElementById("offers");
let waiting = 0;
let asking = null;

async function ask(question) {
  asking?.abort();
  asking = new AbortController();
  const address = `${field.dataset.offers}?offer=1&q=${encodeURIComponent(question)}`;
  const answer = await fetch(address, { signal: asking.signal }).catch(() => null);
  if (!answer?.ok || field.value.trim() !== question) return;
  box.innerHTML = await answer.text();
  box.hidden = !box.querySelector("a");
}

field.addEventListener("input", (event) => {
  clearTimeout(waiting);
  const question = field.value.trim();
  if (question.length < 2 || event.isComposing) {
    box.hidden = true;
    return;
  }
  waiting = setTimeout(() => ask(question), 250);
});
field.addEventListener("compositionend", () => field.dispatchEvent(new Event("input")));

field.form.addEventListener("keydown", (event) => {
  if (event.isComposing || box.hidden) return;
  const places = [field, ...box.querySelectorAll("a")];
  const here = places.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") {
    box.hidden = true;
    field.focus();
  } else if (step && here >= 0) {
    event.preventDefault();
    places[(here + step + places.length) % places.length].focus();
  }
});
document.addEventListener("click", (event) => {
  if (!field.form.contains(event.target)) box.hidden = true;
});
