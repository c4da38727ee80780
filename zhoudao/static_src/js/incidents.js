// The page of an incident: read anew when it, or the number of its cases, changes. Nothing moves under a hand.

const place = document.getElementById("incident");
let waiting = 0;

function renew() {
  waiting = 0;
  const busy = place.contains(document.activeElement) && document.activeElement.matches("input:not([type=checkbox]), select");
  if (busy) return soon(4000);
  htmx.ajax("GET", place.dataset.again, { target: "#incident", swap: "innerMorph" });
}

const soon = (after = 400) => (waiting ||= setTimeout(renew, after));

function hear() {
  const stream = new EventSource(`${document.body.dataset.live}/live/desk`, { withCredentials: true });
  stream.addEventListener("incident", (event) => JSON.parse(event.data).incident === place.dataset.incident && soon());
  stream.addEventListener("refresh", () => soon());
  stream.addEventListener("notice", () => document.body.dispatchEvent(new CustomEvent("desk:notices")));
  stream.addEventListener("error", () => stream.readyState === EventSource.CLOSED && setTimeout(hear, 10000));
}

if (place) hear();
