// A store's day: read anew every half minute, so that who has come is seen at every counter.

const place = document.getElementById("bookings");

function renew() {
  if (document.hidden || place.contains(document.activeElement)) return;
  htmx.ajax("GET", place.dataset.again, { target: "#bookings", swap: "innerMorph" });
}

if (place) setInterval(renew, 30000);
