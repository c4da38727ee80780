// The launcher on somebody else's page. The page's policy need only allow our origin in script-src and frame-src:
// no inline style, no <style>, no eval, no innerHTML; what it looks like is a sheet made by script, in a shadow root.
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script || document.querySelector("zhoudao-chat")) return;
  const WORDS = /*words*/ {};
  const base = new URL(".", script.src);
  const channel = script.dataset.channel || "webchat";
  const language = speak(script.dataset.language);
  const words = WORDS[language] || {};
  const remembered = `zhoudao-chat-${channel}`;
  const phone = matchMedia("(max-width: 560px)");

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; --accent: #335ab4; --accent-deep: #244698; }
    [hidden] { display: none !important; }
    .launcher {
      position: fixed; right: 20px; bottom: calc(20px + env(safe-area-inset-bottom)); z-index: 2147483001;
      width: 60px; height: 60px; padding: 0; border: 0; border-radius: 50%; cursor: pointer; color: #fff;
      background: linear-gradient(160deg, var(--accent), var(--accent-deep)); display: grid; place-items: center;
      box-shadow: 0 6px 20px rgb(20 26 46 / .28), 0 2px 6px rgb(20 26 46 / .2); transition: transform .16s ease, box-shadow .16s ease;
    }
    .launcher:hover { transform: translateY(-2px); box-shadow: 0 10px 26px rgb(20 26 46 / .32), 0 2px 6px rgb(20 26 46 / .2); }
    .launcher:focus-visible { outline: 3px solid #fff; outline-offset: -6px; box-shadow: 0 0 0 4px var(--accent-deep); }
    .launcher svg { width: 28px; height: 28px; fill: none; stroke: currentColor; stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round; }
    .launcher .down, .launcher[aria-expanded=true] .talk { display: none; }
    .launcher[aria-expanded=true] .down { display: block; }
    .unread {
      position: absolute; top: -3px; right: -3px; min-width: 22px; height: 22px; padding: 0 6px; box-sizing: border-box;
      border-radius: 11px; border: 2px solid #fff; background: #b91c1c; color: #fff; font: 600 12px/18px system-ui, sans-serif; text-align: center;
    }
    .panel {
      position: fixed; right: 20px; bottom: calc(94px + env(safe-area-inset-bottom)); z-index: 2147483000;
      width: min(400px, calc(100vw - 40px)); height: min(690px, calc(100dvh - 118px)); overflow: hidden; border-radius: 18px;
      background: Canvas; color-scheme: light dark; box-shadow: 0 18px 60px rgb(20 24 38 / .28), 0 0 0 1px rgb(20 24 38 / .08);
      visibility: hidden; opacity: 0; transform: translateY(14px) scale(.985); transform-origin: 100% 100%;
      transition: opacity .18s ease, transform .18s ease, visibility 0s .18s;
    }
    .panel[data-open] { visibility: visible; opacity: 1; transform: none; transition-delay: 0s; }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    @media (max-width: 560px) {
      .panel { inset: 0 0 auto 0; width: 100%; height: var(--height, 100dvh); border-radius: 0; box-shadow: none; }
      .launcher[aria-expanded=true] { display: none; }
    }
    @media (prefers-reduced-motion: reduce) { .panel, .launcher { transition: none; } }
    @media print { .panel, .launcher { display: none; } }
  `);

  const host = document.createElement("zhoudao-chat");
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  const panel = element("div", { class: "panel", role: "dialog", "aria-label": words.title, id: "panel" });
  const button = element("button", {
    class: "launcher", type: "button", "aria-label": words.open, "aria-expanded": "false", "aria-haspopup": "dialog",
  });
  const unread = element("span", { class: "unread", hidden: "" });
  button.append(
    drawing("talk", "M21 11.5a8.4 8.4 0 0 1-8.5 8.3c-1.4 0-2.8-.3-4-.9L3 20.5l1.7-5.1a8 8 0 0 1-.9-3.9 8.4 8.4 0 0 1 8.6-8.2 8.4 8.4 0 0 1 8.6 8.2Z", "M8.6 11.6h.01M12.5 11.6h.01M16.4 11.6h.01"),
    drawing("down", "m6 9 6 6 6-6"),
    unread,
  );
  root.append(panel, button);

  let frame = null;
  let isOpen = false;
  let takesFocus = false;
  button.addEventListener("click", () => show(!isOpen));
  button.addEventListener("pointerenter", () => load(), { once: true });
  window.addEventListener("message", hear);
  phone.addEventListener("change", fit);
  if (window.visualViewport) window.visualViewport.addEventListener("resize", fit);
  if (document.body) begin();
  else document.addEventListener("DOMContentLoaded", begin);

  function begin() {
    document.body.append(host);
    if (recall("localStorage")) load(); // they wrote before: an answer may have come
    if (recall("sessionStorage") && !phone.matches) show(true, { focus: false });
  }

  function load() {
    if (frame) return;
    frame = element("iframe", { title: words.title, allow: "clipboard-write", referrerpolicy: "strict-origin" });
    frame.src = new URL(`widget/${encodeURIComponent(channel)}/?language=${language}`, base).href;
    frame.addEventListener("load", () => announce());
    panel.append(frame);
  }

  function show(open, { focus = true } = {}) {
    load();
    isOpen = open;
    panel.toggleAttribute("data-open", open);
    button.setAttribute("aria-expanded", String(open));
    button.setAttribute("aria-label", open ? words.close : words.open);
    note("sessionStorage", open);
    if (open) note("localStorage", true);
    fit();
    takesFocus = focus;
    if (focus && !open) button.focus();
    announce();
  }

  // Also when the frame has only now loaded: a frame that is still empty cannot be given the focus.
  function announce() {
    if (isOpen && takesFocus) frame.focus();
    tell(isOpen ? "opened" : "closed", takesFocus);
  }

  function fit() {
    const covers = isOpen && phone.matches;
    document.documentElement.style.setProperty("overflow", covers ? "hidden" : "");
    panel.setAttribute("aria-modal", String(covers));
    if (window.visualViewport) panel.style.setProperty("--height", `${window.visualViewport.height}px`);
  }

  function hear(event) {
    if (!frame || event.source !== frame.contentWindow || event.origin !== base.origin) return;
    const said = event.data && event.data.zhoudao;
    if (said === "close") show(false);
    if (said === "unread") count(Number(event.data.count) || 0);
  }

  function count(number) {
    unread.hidden = number === 0;
    unread.textContent = number > 9 ? "9+" : String(number);
    if (!isOpen) button.setAttribute("aria-label", number ? `${words.open} (${number})` : words.open);
  }

  function tell(what, focus = false) {
    if (frame && frame.contentWindow) frame.contentWindow.postMessage({ zhoudao: what, focus }, base.origin);
  }

  function speak(asked) {
    const tag = (asked && asked !== "auto" ? asked : navigator.language || "").toLowerCase();
    if (/^zh-(hant|tw|hk|mo)/.test(tag)) return "zh-hant";
    return tag.startsWith("zh") ? "zh-hans" : tag ? "en" : "zh-hans";
  }

  function element(tag, attributes) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  }

  function drawing(name, ...paths) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("class", name);
    svg.setAttribute("aria-hidden", "true");
    for (const line of paths) {
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("d", line);
      svg.append(path);
    }
    return svg;
  }

  function note(storage, value) {
    try {
      if (value) window[storage].setItem(remembered, "1");
      else window[storage].removeItem(remembered);
    } catch {} // a page may forbid storage; the chat works without
  }

  function recall(storage) {
    try {
      return window[storage].getItem(remembered) === "1";
    } catch {
      return false;
    }
  }
})();
