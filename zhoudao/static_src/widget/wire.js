// The chat's protocol: JSON over HTTP with the visitor's token, and a stream that says when there is something new.
(() => {
  "use strict";

  class Refused extends Error {
    constructor(status, problem) {
      super(problem.detail || "");
      this.status = status;
      this.code = problem.code || "";
      this.wait = Number(problem.retry_after) || 0;
    }
    // Worth trying again later, with the same words: nobody has looked at them yet.
    get passes() {
      return this.status === 0 || this.status === 409 || this.status === 429 || this.status >= 500;
    }
  }

  function wire(config, store) {
    const at = (path) => `${config.path}${path}`;
    let language = config.language;
    let starting = null;

    async function ask(method, path, { body, token, signal } = {}) {
      const headers = { Accept: "application/json", "Accept-Language": language };
      if (token) headers.Authorization = `Bearer ${token}`;
      if (body && !(body instanceof FormData)) headers["Content-Type"] = "application/json";
      let answer;
      try {
        answer = await fetch(path, {
          method, headers, signal, credentials: "omit", cache: "no-store",
          body: body instanceof FormData ? body : body && JSON.stringify(body),
        });
      } catch {
        throw new Refused(0, {});
      }
      if (!answer.ok) throw new Refused(answer.status, await answer.json().catch(() => ({})));
      return answer;
    }

    async function token() {
      if (config.token) return config.token; // somebody we know: their own, as long as they are signed in
      const known = store.get("token");
      if (known) return known;
      starting ??= ask("POST", at("start"), { body: {} })
        .then((answer) => answer.json())
        .then((answer) => {
          store.set("token", answer.token);
          return answer.token;
        })
        .finally(() => (starting = null));
      return starting;
    }

    // A token that is no longer known is replaced once; unsent messages then go out under the new one.
    async function asVisitor(method, path, body) {
      try {
        return await ask(method, path, { body, token: await token() });
      } catch (refusal) {
        if (refusal.code !== "unknown_visitor") throw refusal;
        if (config.token) return location.reload(); // signed out meanwhile
        store.drop("token");
        return ask(method, path, { body, token: await token() });
      }
    }

    async function send(message) {
      const about = config.conversation ? { conversation_id: config.conversation } : config.about ? { about: config.about } : {};
      let body = { client_id: message.client_id, text: message.text, ...about };
      if (message.files.length) {
        body = new FormData();
        body.append("client_id", message.client_id);
        body.append("text", message.text);
        for (const [name, value] of Object.entries(about)) body.append(name, value);
        for (const file of message.files) {
          const blob = await window.zd.files.get(file.key);
          if (!blob) throw new Refused(400, { code: "file_lost" });
          body.append("attachments", blob, file.name);
        }
      }
      const answer = await (await asVisitor("POST", at("messages"), body)).json();
      if (config.about) [config.conversation, config.about] = [answer.conversation_id, ""];
      return answer;
    }

    async function history(after) {
      if (config.about) return { messages: [], cases: [], more: false }; // nothing was said about it here yet
      const asked = new URLSearchParams({ ...(after && { after }), ...(config.conversation && { conversation: config.conversation }) });
      return (await asVisitor("GET", at(`messages?${asked}`))).json();
    }

    return {
      send,
      history,
      hasToken: () => Boolean(config.token || store.get("token")),
      speak: (chosen) => (language = chosen),
      typing: () => asVisitor("POST", at("typing"), {}).catch(() => {}),
      file: async (path) => (await asVisitor("GET", path)).blob(),
      rate: (path, score, comment) => ask("POST", path, { body: { score, comment } }).then((answer) => answer.json()),
      listen: (heard) => listen(config, token, heard),
    };
  }

  // Streams when it can, asks every few seconds when it cannot.
  function listen(config, token, heard) {
    let source = null;
    let failures = 0;
    let timer = 0;
    let stopped = false;

    function poll() {
      clearTimeout(timer);
      const streaming = source && source.readyState === EventSource.OPEN;
      const pause = streaming ? 30000 : document.hidden ? 5 * config.poll_ms : config.poll_ms;
      timer = setTimeout(() => {
        if (stopped) return;
        heard("message");
        poll();
      }, pause);
    }

    async function stream() {
      if (stopped || !config.live || !window.EventSource) return;
      source = new EventSource(`${config.live}?token=${encodeURIComponent(await token())}`);
      source.onopen = () => {
        failures = 0;
        heard("message"); // whatever came while we were away
        poll();
      };
      source.onerror = () => {
        source.close();
        setTimeout(stream, Math.min(60000, 5000 * 2 ** failures++));
        poll();
      };
      source.addEventListener("message", () => heard("message"));
      source.addEventListener("refresh", () => heard("message"));
      source.addEventListener("typing", () => heard("typing"));
    }

    stream().catch(() => {});
    poll();
    return {
      now: poll,
      stop() {
        stopped = true;
        clearTimeout(timer);
        if (source) source.close();
      },
    };
  }

  Object.assign(window.zd, { wire, Refused });
})();
