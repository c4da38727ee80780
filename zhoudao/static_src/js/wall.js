// The wall: renewed when something happens and every half minute, turned from stop to stop, kept signed in.

const { live, seconds } = document.body.dataset;
const stops = JSON.parse(document.getElementById("wall-stops").textContent);
const state = document.getElementById("wall-state");
const wall = document.getElementById("wall");
let place = 0;
let waiting = 0;
let isBusy = false;

async function renew() {
  clearTimeout(waiting);
  waiting = 0;
  if (isBusy) return;
  isBusy = true;
  try {
    const answer = await fetch(stops[place], { headers: { "HX-Request": "true" }, redirect: "manual" });
    if (answer.type === "opaqueredirect" || [401, 403].includes(answer.status)) return location.reload();
    if (!answer.ok) throw new Error(String(answer.status));
    const page = Object.assign(document.createElement("template"), { innerHTML: await answer.text() });
    wall.replaceChildren(page.content);
    state.textContent = "";
  } catch {
    state.textContent = state.dataset.lost;
  } finally {
    isBusy = false;
  }
}

const soon = () => (waiting ||= setTimeout(renew, 1500));

function hear() {
  const stream = new EventSource(`${live}/live/desk`, { withCredentials: true });
  for (const name of ["case", "thread", "counts", "refresh"]) stream.addEventListener(name, soon);
  stream.addEventListener("error", () => stream.readyState === EventSource.CLOSED && setTimeout(hear, 10000));
}

hear();
setInterval(renew, 30000);
if (stops.length > 1) {
  setInterval(() => {
    place = (place + 1) % stops.length;
    renew();
  }, Number(seconds) * 1000);
}
setTimeout(() => location.reload(), 4 * 3600 * 1000); // a new version, and a longer session
