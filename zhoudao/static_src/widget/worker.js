// The portal's service worker: keeps our own style and the page for when there is no connection, and nothing else.
// Pages of customers are never kept: they always come from the server.
"use strict";
const KEPT = "portal-/*version*/";
const FILES = [/*files*/];

self.addEventListener("install", (event) => {
  const requests = FILES.map((file) => new Request(file, { credentials: "omit", cache: "reload" }));
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(requests)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name.startsWith("portal-") && name !== KEPT);
  const swept = caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name))));
  event.waitUntil(swept.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(FILES[0])));
    return;
  }
  const path = new URL(request.url).pathname;
  if (new URL(request.url).origin === self.location.origin && FILES.slice(1).includes(path)) {
    event.respondWith(fetch(request).catch(() => caches.match(path)));
  }
});
