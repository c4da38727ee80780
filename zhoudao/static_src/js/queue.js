// The queue at the desk: read anew when it moves, and every half minute for the waits. Nothing moves under a press.

const place = document.getElementById("queue");
let waiting = 0;

function renew() {
  clearTimeout(waiting);
  waiting = 0;
  if (place.querySelector("details[open]")) return; // a menu is open: the next turn
  htmx.ajax("GET", place.dataset.again, { target: "#queue", swap: "innerMorph" });
}

const soon = () => (waiting ||= setTimeout(renew, 250));

function hear() {
  const stream = new EventSource(place.dataset.stream);
  for (const name of ["queue", "refresh"]) stream.addEventListener(name, soon);
  stream.addEventListener("error", () => stream.readyState === EventSource.CLOSED && setTimeout(hear, 10000));
}

function shut(menus) {
  for (const menu of menus) menu.open = false;
}

if (place) {
  hear();
  document.addEventListener("click", (event) => {
    shut([...place.querySelectorAll(".queue-menu[open]")].filter((menu) => !menu.contains(event.target)));
  });
  place.addEventListener("keydown", (event) => {
    const menu = event.target.closest("details[open]");
    if (event.key !== "Escape" || !menu) return;
    shut([menu]);
    menu.querySelector("summary").focus();
  });
  setInterval(() => document.hidden || renew(), 30000);
}
