// Keeps the last view of an officer's own area for when there is no connection, and drops it at log-out, after a
// refusal, or when it is old. Everything else goes its way untouched.
const KEPT = "jingge-mine", LAST = "/mine-last", READ_AT = "x-read-at";
const LEAVING = ["/signout", "/signin", "/openid", "/openid/back"]; // whoever comes next may be another
const OLD_MS = 12 * 3600 * 1000; // a shift; after it nothing of staff or incidents may lie on the telephone

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(fetch(event.source.url.split("#")[0], { credentials: "same-origin" }).then(keep, () => {}));
});

self.addEventListener("fetch", (event) => {
  const { request } = event, { pathname } = new URL(request.url);
  if (LEAVING.includes(pathname)) event.waitUntil(caches.delete(KEPT));
  else if (pathname === "/mine" && request.method === "GET" && request.mode === "navigate") event.respondWith(shown(event));
});

async function shown(event) {
  let answer;
  try {
    answer = await fetch(event.request);
  } catch {
    return (await last()) ?? Response.error();
  }
  if (answer.ok) event.waitUntil(keep(answer.clone()));
  else if (answer.status === 401 || answer.status === 403) await caches.delete(KEPT);
  return answer;
}

async function keep(answer) {
  if (!answer.ok || new URL(answer.url).pathname !== "/mine") return caches.delete(KEPT);
  const headers = { [READ_AT]: String(Date.now()) }; // not the length and packing of what travelled
  for (const name of ["content-type", "content-security-policy", "permissions-policy"]) headers[name] = answer.headers.get(name) ?? "";
  const cache = await caches.open(KEPT);
  await cache.put(LAST, new Response(await answer.arrayBuffer(), { headers }));
}

async function last() {
  const kept = await (await caches.open(KEPT)).match(LAST);
  if (!kept) return null;
  if (Date.now() - Number(kept.headers.get(READ_AT)) < OLD_MS) return kept;
  await caches.delete(KEPT);
  return null;
}
