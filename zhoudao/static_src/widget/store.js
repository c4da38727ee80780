// What the chat keeps in this browser: the visitor's token, unsent messages (one key each, so two tabs never overwrite
// each other) and their files. Where a browser forbids storage, memory serves until the page goes.
(() => {
  "use strict";
  const memory = new Map();

  const plain = {
    get(key) {
      if (memory.has(key)) return memory.get(key);
      try {
        return localStorage.getItem(key);
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        localStorage.setItem(key, value);
        memory.delete(key);
      } catch {
        memory.set(key, value);
      }
    },
    drop(key) {
      memory.delete(key);
      try {
        localStorage.removeItem(key);
      } catch {}
    },
    keys() {
      try {
        return [...new Set([...Object.keys(localStorage), ...memory.keys()])];
      } catch {
        return [...memory.keys()];
      }
    },
  };

  function store(channel) {
    const own = (name) => `zhoudao.${channel}.${name}`;
    const prefix = own("unsent.");
    return {
      get: (name) => plain.get(own(name)),
      set: (name, value) => plain.set(own(name), value),
      drop: (name) => plain.drop(own(name)),
      unsent() {
        const found = plain.keys().filter((key) => key.startsWith(prefix)).map((key) => JSON.parse(plain.get(key)));
        return found.sort((a, b) => a.at - b.at);
      },
      keep: (message) => plain.set(prefix + message.client_id, JSON.stringify(message)),
      async forget(message) {
        plain.drop(prefix + message.client_id);
        for (const file of message.files) await files.drop(file.key);
      },
    };
  }

  let opened = null;
  function database() {
    opened ??= new Promise((resolve, reject) => {
      const asked = indexedDB.open("zhoudao-chat", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("files");
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
    return opened;
  }

  async function inFiles(mode, work) {
    const asked = work((await database()).transaction("files", mode).objectStore("files"));
    return new Promise((resolve, reject) => {
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }

  const files = {
    async keep(key, blob) {
      memory.set(key, blob);
      await inFiles("readwrite", (all) => all.put(blob, key)).catch(() => {});
    },
    async get(key) {
      return memory.get(key) ?? (await inFiles("readonly", (all) => all.get(key)).catch(() => undefined));
    },
    async drop(key) {
      memory.delete(key);
      await inFiles("readwrite", (all) => all.delete(key)).catch(() => {});
    },
  };

  window.zd = { store, files };
})();
