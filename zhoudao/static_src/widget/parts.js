// The pieces a chat is drawn from. Text is only ever set as text.
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const DRAWINGS = {
    file: ["M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8Z", "M14 3v5h5"],
    cross: ["M18 6 6 18", "m6 6 12 12"],
    check: ["m5 12.5 4.5 4.5L19 7.5"],
    clock: ["M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z", "M12 7.5V12l3 2"],
    alert: ["M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z", "M12 8v5", "M12 16.2h.01"],
  };
  const STAR = "m12 3.2 2.7 5.6 6.1.8-4.5 4.2 1.1 6.1L12 17l-5.4 2.9 1.1-6.1-4.5-4.2 6.1-.8Z";
  const LINK = /https?:\/\/[^\s<>"'，。！？；：、（）《》「」]+[^\s<>"'，。！？；：、（）《》「」.,!?;:)\]]/g;

  function h(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (value === true) made.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  function icon(name, className = "icon") {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("class", className);
    svg.setAttribute("aria-hidden", "true");
    for (const line of name === "star" ? [STAR] : DRAWINGS[name]) {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", line);
      svg.append(path);
    }
    return svg;
  }

  function linked(text) {
    const parts = [];
    let end = 0;
    for (const found of text.matchAll(LINK)) {
      parts.push(text.slice(end, found.index));
      parts.push(h("a", { href: found[0], target: "_blank", rel: "noopener noreferrer nofollow", title: found[0] }, shortened(found[0])));
      end = found.index + found[0].length;
    }
    return [...parts, text.slice(end)];
  }

  function shortened(address) {
    const bare = address.replace(/^https?:\/\//, "");
    return bare.length > 36 ? `${bare.slice(0, 34)}…` : bare;
  }

  function size(bytes) {
    return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
  }

  // `open` gives the file's bytes; pictures are shown, other files are saved under their name.
  function attachment(file, open, words) {
    if (file.is_picture) {
      const picture = h("img", { alt: file.name, class: "picture", loading: "lazy" });
      const frame = h("button", { type: "button", class: "picture-frame", "aria-label": `${words.open_file}: ${file.name}` }, picture);
      const shown = open().then((blob) => (picture.src = URL.createObjectURL(blob)));
      frame.addEventListener("click", () => shown.then((address) => window.open(address, "_blank", "noopener")));
      shown.catch(() => frame.replaceWith(chip(file, open, words)));
      return frame;
    }
    return chip(file, open, words);
  }

  function chip(file, open, words) {
    const save = async () => {
      const address = URL.createObjectURL(await open());
      h("a", { href: address, download: file.name }).click();
      setTimeout(() => URL.revokeObjectURL(address), 10000);
    };
    return h(
      "button",
      { type: "button", class: "chip", onclick: save, "aria-label": `${words.save_file}: ${file.name}` },
      icon("file"), h("span", { class: "chip-name" }, file.name), h("span", { class: "chip-size" }, size(file.size)),
    );
  }

  function bubble(message, { words, open, clock }) {
    const foot = h("div", { class: "foot" });
    if (message.author && message.from === "staff") foot.append(h("span", {}, message.author));
    foot.append(h("time", { datetime: message.at, title: clock.exact(message.at) }, clock.hour(message.at)));
    const body = h("div", { class: "bubble" });
    if (message.text) body.append(h("p", { class: "words" }, ...linked(message.text)));
    for (const file of message.attachments) body.append(attachment(file, () => open(file), words));
    const speaker = message.from === "visitor" ? words.you : message.author || words.us;
    return h(
      "li",
      { class: `message ${message.from}`, "data-id": message.id },
      h("span", { class: "aside" }, `${speaker}: `), body, foot,
    );
  }

  // A message that has not arrived yet: waiting, on its way, or refused with the reason and a way on.
  function unsent(message, { words, open, retry, drop }) {
    const body = h("div", { class: "bubble" });
    if (message.text) body.append(h("p", { class: "words" }, ...linked(message.text)));
    for (const file of message.files) body.append(attachment(file, () => open(file), words));
    const failed = message.state === "failed";
    const state = { waiting: words.waiting, sending: words.sending, failed: message.problem || words.failed }[message.state];
    const foot = h("div", { class: "foot" }, icon(failed ? "alert" : "clock", "icon small"), h("span", { role: failed ? "alert" : null }, state));
    if (failed) {
      foot.append(
        h("button", { type: "button", class: "text-button", onclick: retry }, words.retry),
        h("button", { type: "button", class: "text-button", onclick: drop }, words.discard),
      );
    }
    return h("li", { class: `message visitor unsent ${message.state}`, "data-client": message.client_id }, h("span", { class: "aside" }, `${words.you}: `), body, foot);
  }

  function rating(own, { words, rate }) {
    let chosen = own.score || 0;
    const note = h("p", { class: "rating-note", role: "status" }, own.score ? words.rated : "");
    const comment = h("textarea", { rows: 2, maxlength: 2000, placeholder: words.comment, "aria-label": words.comment });
    const submit = h("button", { type: "button", class: "button" }, words.rate_send);
    const more = h("div", { class: "rating-more", hidden: true }, comment, submit);
    const stars = h("div", { class: "stars", role: "radiogroup", "aria-label": words.rate_title });
    const paint = () => [...stars.children].forEach((star, place) => {
      star.classList.toggle("full", place < chosen);
      star.setAttribute("aria-checked", String(place + 1 === chosen));
      star.tabIndex = place + 1 === (chosen || 1) ? 0 : -1;
    });
    const give = async () => {
      try {
        await rate(chosen, comment.value);
        note.textContent = words.rated;
        more.hidden = false;
      } catch (refusal) {
        note.textContent = refusal.message || words.failed;
      }
    };
    const choose = (score) => {
      chosen = score;
      paint();
      give();
    };
    for (let score = 1; score <= 5; score++) {
      const label = words.star.replace("%s", score);
      stars.append(h("button", { type: "button", role: "radio", class: "star", "aria-label": label, title: label, onclick: () => choose(score) }, icon("star", "star-shape")));
    }
    stars.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      stars.children[([...stars.children].indexOf(event.target) + step + 5) % 5].focus();
    });
    submit.addEventListener("click", () => give().then(() => (more.hidden = true)));
    paint();
    return h("section", { class: "rating", "aria-label": words.rate_title }, h("h2", {}, words.rate_title), stars, note, more);
  }

  function chip(file, words, drop) {
    return h(
      "li", { class: "chip" }, icon("file"), h("span", { class: "chip-name" }, file.name), h("span", { class: "chip-size" }, size(file.size)),
      h("button", { type: "button", class: "chip-drop", "aria-label": `${words.remove}: ${file.name}`, onclick: drop }, icon("cross", "icon small")),
    );
  }

  const format = (at, how) => new Intl.DateTimeFormat(document.documentElement.lang, how).format(new Date(at));
  const clock = {
    hour: (at) => format(at, { hour: "2-digit", minute: "2-digit", hour12: false }),
    exact: (at) => format(at, { dateStyle: "long", timeStyle: "short" }),
    day: (at) => format(at, { month: "long", day: "numeric", weekday: "long" }),
  };

  // Nodes that did not change stay: pictures do not flicker and screen readers hear only what is new.
  function drawing() {
    const made = new Map();
    function kept(key, make) {
      if (!made.has(key)) made.set(key, make());
      return made.get(key);
    }
    function update(list, nodes) {
      const wanted = new Set(nodes);
      for (const node of [...list.children]) if (!wanted.has(node)) node.remove();
      nodes.forEach((node, place) => {
        if (list.children[place] !== node) list.insertBefore(node, list.children[place] || null);
      });
    }
    return { kept, update };
  }

  // Without a secure context there is no randomUUID.
  function newId() {
    if (crypto.randomUUID) return crypto.randomUUID();
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // Tab stays inside the chat; Escape closes it.
  function trap(event, close) {
    if (event.key === "Escape") close();
    if (event.key !== "Tab") return;
    const stops = [...document.querySelectorAll("a[href], button, select, textarea, [tabindex='0']")]
      .filter((node) => !node.disabled && node.tabIndex >= 0 && node.getClientRects().length);
    const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
    if (document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
  }

  Object.assign(window.zd, { h, icon, size, bubble, unsent, rating, chip, clock, drawing, newId, trap });
})();
