// The chat itself: what was said, what is still to be sent, and the person typing.
(() => {
  "use strict";
  const { store: storeOf, files: keptFiles, wire: wireOf, Refused, h, bubble, unsent, rating, chip, clock, drawing, newId, trap } = window.zd;
  const config = JSON.parse(document.getElementById("config").textContent);
  const store = storeOf(config.store || config.channel);
  const $ = (id) => document.getElementById(id);
  const log = $("log"), input = $("text"), form = $("composer"), picked = $("picked"), scroller = $("scroller");

  const OVERLAP = 10; // asked for again each time, so that a message committed late is never skipped
  const seen = new Map(); // id → message, as the server tells them
  let order = [];
  let sending = new Map(); // client_id → message not yet acknowledged
  let attached = [];
  let own = [];
  let language, words, wire, ear;
  const isAlone = config.portal || window.parent === window; let visible = isAlone;
  let flushing = false;
  let retries = 0;
  let typedAt = 0;
  let typingTimer = 0;

  // ---- languages

  function speak(chosen) {
    language = config.words[chosen] ? chosen : "zh-hans";
    words = config.words[language];
    document.documentElement.lang = { "zh-hans": "zh-Hans", "zh-hant": "zh-Hant", en: "en" }[language];
    if (wire) wire.speak(language);
    for (const node of document.querySelectorAll("[data-words]")) node.textContent = words[node.dataset.words];
    for (const node of document.querySelectorAll("[data-label]")) {
      node.setAttribute("aria-label", words[node.dataset.label]);
      node.title = words[node.dataset.label];
    }
    input.placeholder = words.placeholder;
    $("language").value = language;
    draw();
  }

  // ---- drawing

  function draw() {
    if (!words) return;
    const nodes = [kept(`welcome|${language}`, () => h("li", { class: "message staff" }, h("div", { class: "bubble" }, h("p", { class: "words" }, words.welcome))))];
    let day = "";
    for (const message of order.map((id) => seen.get(id))) {
      if (clock.day(message.at) !== day) {
        day = clock.day(message.at);
        nodes.push(kept(`day|${day}`, () => h("li", { class: "day" }, h("span", {}, day))));
      }
      nodes.push(drawn(message));
    }
    for (const message of sending.values()) nodes.push(drawnUnsent(message));
    update(log, nodes);
    drawCase();
  }

  const { kept, update } = drawing();
  function drawn(message) {
    const open = (file) => wire.file(file.path);
    return kept(`${language}|${JSON.stringify(message)}`, () => bubble(message, { words, clock, open }));
  }
  function drawnUnsent(message) {
    const ways = { words, open: (file) => keptFiles.get(file.key), retry: () => again(message), drop: () => discard(message) };
    return kept(`${language}|${message.client_id}|${message.state}|${message.problem || ""}`, () => unsent(message, ways));
  }
  function drawCase() {
    const last = own[own.length - 1];
    $("case").hidden = !last;
    $("rating").hidden = !(last && last.rating_path);
    if (!last) return;
    const state = last.rating_path ? "solved" : last.status === "waiting" ? "your_turn" : "working";
    $("case-number").textContent = `${words.case} ${last.number}`;
    $("case-state").textContent = words[state];
    $("case").className = `case ${state}`;
    $("case-link").href = last.progress_path;
    const key = `${language}|${last.number}|${last.rating_path}`;
    if (last.rating_path && $("rating").dataset.key !== key) {
      $("rating").dataset.key = key;
      $("rating").replaceChildren(rating(last, { words, rate: (score, comment) => wire.rate(last.rating_path, score, comment) }));
    }
  }

  // Whoever is at the end stays there, also when a picture has loaded; whoever reads further up is left alone.
  let sticks = true;
  function toEnd() {
    sticks = true;
    scroller.scrollTop = scroller.scrollHeight;
  }
  scroller.addEventListener("scroll", () => (sticks = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60));
  const grown = new ResizeObserver(() => sticks && toEnd());
  for (const part of [log, $("rating"), $("typing"), scroller]) grown.observe(part);

  // ---- sending

  async function submit(event) {
    event.preventDefault();
    await taking; // files chosen just now belong to this message
    const text = input.value.trim();
    if (!text && !attached.length) return input.focus();
    const message = {
      client_id: newId(),
      text,
      at: Date.now(),
      state: "sending",
      files: attached.map(({ key, name, size: bytes, is_picture }) => ({ key, name, size: bytes, is_picture })),
    };
    sending.set(message.client_id, message);
    input.value = "";
    attached = [];
    drawPicked();
    grow();
    store.drop("draft");
    store.keep(message);
    draw();
    toEnd();
    input.focus();
    await flush();
  }

  // One after the other, in the order written. What fails for now is tried again; what is refused says why and waits.
  async function flush() {
    if (flushing) return;
    flushing = true;
    try {
      for (let message; (message = [...sending.values()].find((each) => each.state !== "failed")); ) {
        if (!(await deliver(message))) break;
      }
    } finally {
      flushing = false;
    }
  }

  async function deliver(message) {
    mark(message, "sending");
    try {
      const answer = await wire.send(message);
      retries = 0;
      online(true);
      await store.forget(message);
      sending.delete(message.client_id);
      await arrived(message, answer);
      return true;
    } catch (refusal) {
      if (!(refusal instanceof Refused)) throw refusal;
      if (refusal.passes) {
        mark(message, "waiting");
        online(false);
        setTimeout(flush, Math.max(refusal.wait * 1000, Math.min(30000, 1000 * 2 ** retries++)));
      } else {
        mark(message, "failed", words[refusal.code] || refusal.message, refusal.code);
        return true;
      }
      return false;
    }
  }

  async function arrived(message, answer) {
    if (message.files.length) await sync(); // its files come back with their addresses
    else if (!seen.has(answer.message_id)) add({ id: answer.message_id, from: "visitor", author: "", at: answer.at, text: message.text, attachments: [] });
    draw();
    listen(answer.conversation_id);
    if (answer.case === null) awaitCase(answer.conversation_id);
  }

  // A case is opened within a moment, longer on a busy day; nothing is streamed when it is.
  function awaitCase(conversation, pause = 1000) {
    setTimeout(async () => {
      await sync();
      const known = own.some((each) => each.conversation_id === conversation);
      if (!known && pause < 60000) awaitCase(conversation, pause * 2);
    }, pause);
  }

  function mark(message, state, problem = "", code = "") {
    if (message.state === state && (message.problem || "") === problem) return;
    Object.assign(message, { state, problem, code });
    store.keep(message);
    draw();
  }

  function again(message) {
    if (message.code === "file_lost") message.files = [];
    mark(message, "sending");
    flush();
  }

  async function discard(message) {
    sending.delete(message.client_id);
    await store.forget(message);
    draw();
    input.focus();
  }

  // ---- hearing

  function add(message) {
    if (!seen.has(message.id)) order.push(message.id);
    seen.set(message.id, message);
    order.sort((a, b) => (seen.get(a).at < seen.get(b).at ? -1 : seen.get(a).at > seen.get(b).at ? 1 : a < b ? -1 : 1));
  }

  let syncing = null;
  let wanted = false;
  function sync() {
    wanted = true;
    syncing ??= fetchNew().finally(() => (syncing = null));
    return syncing;
  }

  async function fetchNew() {
    while (wanted && wire.hasToken()) {
      wanted = false;
      try {
        const first = seen.size === 0;
        const answer = await wire.history(order.length > OVERLAP ? order[order.length - 1 - OVERLAP] : "");
        online(true);
        const news = answer.messages.filter((message) => !seen.has(message.id));
        answer.messages.filter((message) => !sending.has(message.client_id)).forEach(add);
        own = answer.cases.filter((each) => each.status !== "merged");
        if (news.some((message) => message.from === "staff")) hideTyping();
        countUnread();
        draw();
        if (first) toEnd();
        wanted = wanted || answer.more;
      } catch (refusal) {
        if (!(refusal instanceof Refused)) throw refusal;
        online(!refusal.passes);
      }
    }
  }

  function countUnread() {
    const read = store.get("read") || "";
    const last = order.length ? seen.get(order[order.length - 1]).at : "";
    if (visible) store.set("read", last > read ? last : read);
    const unread = visible ? 0 : [...seen.values()].filter((message) => message.from !== "visitor" && message.at > read).length;
    tell("unread", { count: unread });
  }

  // The stream belongs to one conversation; a new one, after the last has ended, needs a new stream.
  let heard = "";
  function listen(conversation = "") {
    if (ear && conversation && heard && conversation !== heard) {
      ear.stop();
      ear = null;
    }
    heard = conversation || heard;
    ear ??= wire.listen((what) => (what === "typing" ? showTyping() : hear()));
  }

  // The message is there at once, what it means for the case a moment later.
  let later = 0;
  function hear() {
    sync();
    clearTimeout(later);
    later = setTimeout(sync, 2500);
  }

  function showTyping() {
    $("typing").hidden = false;
    clearTimeout(typingTimer);
    typingTimer = setTimeout(hideTyping, 6000);
  }

  const hideTyping = () => ($("typing").hidden = true);
  const online = (is) => ($("offline").hidden = is);

  // ---- files

  let taking = Promise.resolve();
  function take(list) {
    const files = [...list];
    taking = taking.then(() => keepAll(files));
  }

  async function keepAll(files) {
    for (const file of files) {
      if (attached.length >= config.files_limit) {
        warn(words.too_many);
        break;
      }
      if (file.size > config.file_bytes) warn(`${file.name}: ${words.too_large}`);
      else if (file.size === 0) warn(`${file.name}: ${words.empty_file}`);
      else {
        const key = `${Date.now()}-${Math.random().toString(36).slice(2)}`;
        await keptFiles.keep(key, file);
        attached.push({ key, name: file.name || "image.png", size: file.size, is_picture: /^image\/(png|jpeg|gif|webp)$/.test(file.type) });
      }
    }
    drawPicked();
    input.focus();
  }

  function drawPicked() {
    picked.hidden = !attached.length;
    picked.replaceChildren(...attached.map((file, place) => chip(file, words, () => {
      keptFiles.drop(attached.splice(place, 1)[0].key);
      drawPicked();
    })));
    $("send").disabled = !input.value.trim() && !attached.length;
  }

  function warn(text) {
    $("warning").textContent = text;
    $("warning").hidden = false;
    setTimeout(() => ($("warning").hidden = true), 8000);
  }

  // ---- the composer and the frame around us

  function grow() {
    input.style.setProperty("height", "auto");
    input.style.setProperty("height", `${Math.min(input.scrollHeight, 140)}px`);
    $("send").disabled = !input.value.trim() && !attached.length;
  }

  function typed() {
    grow();
    store.set("draft", input.value);
    if (wire.hasToken() && Date.now() - typedAt > 3000) {
      typedAt = Date.now();
      wire.typing();
    }
  }

  function tell(what, more = {}) {
    if (!isAlone) window.parent.postMessage({ zhoudao: what, ...more }, "*");
  }

  // Somebody else at the same browser begins as nobody we know.
  async function afresh() {
    if (!window.confirm(words.afresh_sure)) return;
    for (const message of sending.values()) await store.forget(message);
    store.drop("token");
    store.drop("draft");
    location.reload();
  }

  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || !event.data) return;
    if (event.data.zhoudao === "closed") visible = false;
    if (event.data.zhoudao === "opened") {
      visible = true;
      countUnread();
      toEnd();
      if (event.data.focus) input.focus();
    }
  });
  window.addEventListener("online", () => {
    retries = 0;
    flush();
    sync();
  });
  window.addEventListener("offline", () => online(false));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && ear) {
      sync();
      ear.now();
    }
  });
  document.addEventListener("keydown", (event) => trap(event, () => tell("close")));
  form.addEventListener("submit", submit);
  input.addEventListener("input", typed);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) submit(event);
  });
  input.addEventListener("paste", (event) => event.clipboardData.files.length && take(event.clipboardData.files));
  $("attach").addEventListener("click", () => $("file").click());
  $("file").addEventListener("change", (event) => {
    take([...event.target.files]);
    event.target.value = "";
  });
  scroller.addEventListener("dragover", (event) => event.preventDefault());
  scroller.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files);
  });
  $("language").addEventListener("change", (event) => {
    store.set("language", event.target.value);
    speak(event.target.value);
  });
  $("close").addEventListener("click", () => tell("close"));
  $("afresh").addEventListener("click", afresh);
  $("close").hidden = isAlone;

  // ---- begin

  speak(store.get("language") || config.language);
  wire = wireOf({ ...config, language }, store);
  for (const message of store.unsent()) sending.set(message.client_id, message);
  input.value = store.get("draft") || "";
  grow();
  draw();
  if (wire.hasToken()) {
    listen();
    sync();
  }
  flush();
})();
