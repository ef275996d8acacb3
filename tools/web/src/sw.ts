// Keeps the shell of the pages (what is needed to draw them) on the device, and nothing else: answers of
// the node are never kept, because yesterday's "genuine" is worth nothing.
export {};
declare const self: ServiceWorkerGlobalScope;

const SHELL = '__SHELL__' as unknown as string[]; // filled in by vite.config.ts
const CACHE = 'tally-shell-__VERSION__';

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith('tally-shell-') && name !== CACHE)
      .map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

// A page comes from the node if that answers, so that it is the newest; its hashed files never change.
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (request.mode === 'navigate' && url.pathname.startsWith('/app/')) {
    event.respondWith(fetch(request).catch(async () => await caches.match('/app/') ?? Response.error()));
  } else if (url.pathname.startsWith('/app/assets/')) {
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  }
});
