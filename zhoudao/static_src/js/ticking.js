// Clocks on the page run on: what is left of promises, and the seconds in which a reply can be taken back.

import { companyNow, fill, realNow, words } from "./page.js";

export function lasting(milliseconds, isShort) {
  const minutes = Math.round(Math.abs(milliseconds) / 60000);
  const [d, h, m] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  if (d) return fill(h ? words.days : words.whole_days, { d, h });
  if (isShort) return `${h}:${String(m).padStart(2, "0")}`;
  return fill(h ? (m ? words.hours : words.whole_hours) : words.minutes, { h, m });
}

function tick() {
  const now = companyNow();
  for (const element of document.querySelectorAll(".promise [data-due]")) {
    const left = Date.parse(element.dataset.due) - now;
    const span = lasting(left, "short" in element.dataset);
    const text = left > 0 && "short" in element.dataset ? span : fill(left > 0 ? words.left : words.over, { span });
    if (element.textContent !== text) element.textContent = text;
    if (left <= 0) element.closest(".promise").className = "promise is-over";
  }
  for (const element of document.querySelectorAll("[data-until]")) {
    const seconds = Math.ceil(Number(element.dataset.until) - realNow() / 1000);
    if (seconds > 0) element.textContent = fill(words.sending, { n: seconds });
  }
}

tick();
setInterval(tick, 1000);
