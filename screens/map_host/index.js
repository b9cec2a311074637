// The way in: Streamlit's component calls `mount` with the base of a map and `patch` with what changed.
import { Host } from "./host.js";
import { inflated } from "./packed.js";

const LEAVE_MS = 2000; // a map that is put back within this time was only moved on the page
const hosts = new Map();
const patches = new Map();
const turns = new Map();
const leaving = new Map();
let leaflet, styles;

/** Put the map of `data` into the element, or into `stage` within it; called again with other data it changes what stands there. */
export async function mount({ parentElement, data, setStateValue }, assets, stage = parentElement) {
  const { key, digest, packed } = opened(data);
  const turn = (turns.get(key) ?? 0) + 1;
  turns.set(key, turn);
  stay(key);
  const [L, sheets] = await Promise.all([(leaflet ??= loadLeaflet(assets.leaflet)), (styles ??= loadStyles(assets))]);
  let host = hosts.get(key);
  if (host?.digest !== digest) {
    const base = await unpacked(packed);
    if (turns.get(key) !== turn) return undefined;
    host = replaced(hosts.get(key), new Host(L, key, base));
    host.digest = digest;
    hosts.set(key, host);
  }
  if (turns.get(key) !== turn) return undefined;
  parentElement.adoptedStyleSheets = sheets;
  if (host.root.parentNode !== stage) stage.append(host.root);
  host.send = (event) => setStateValue("clicked", event);
  host.sendView = (view) => setStateValue("view", view);
  for (const values of (patches.get(key) ?? new Map()).values()) host.patch(values);
  host.resized();
  const memory = (window.__jingge ??= {});
  memory[key] = { ...memory[key], mounts: (memory[key]?.mounts ?? 0) + (host.counted ? 0 : 1), drawn: () => host.drawn(), host };
  host.counted = true;
  return () => {
    if (turns.get(key) === turn) leaving.set(key, setTimeout(() => leave(key), LEAVE_MS));
  };
}

/** The map of a key is being put back: however long that takes, it does not leave. */
export function stay(key) {
  clearTimeout(leaving.get(key));
}

/** The map that stands under a key, if one does. */
export function hostOf(key) {
  return hosts.get(key);
}

/** Hand a part of what changed to its map, now or as soon as it stands. */
export function patch({ parentElement, data }) {
  const { map, part, values } = data;
  const box = parentElement.host?.closest('[data-testid="stElementContainer"]');
  if (box) box.style.position = "absolute"; // it shows nothing, so it takes no room
  if (!patches.has(map)) patches.set(map, new Map());
  patches.get(map).set(part, values);
  hosts.get(map)?.patch(values);
}

function replaced(old, host) {
  if (old) {
    host.language = old.language;
    old.end();
  }
  return host;
}

function leave(key) {
  hosts.get(key)?.end();
  hosts.delete(key);
  patches.delete(key);
  if (window.__jingge?.[key]) window.__jingge[key] = { mounts: window.__jingge[key].mounts };
}

/** The plain head (key and digest) and the packed rest of a map's bytes. */
function opened(data) {
  const size = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + size)));
  return { ...head, packed: data.slice(4 + size) };
}

/** The header and the incidents out of what layers/drawing/web_map.py packed. */
async function unpacked(packed) {
  const { buffer } = await inflated(packed);
  const size = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, size)));
  const n = header.incidents?.count;
  if (n == null) return { header, points: null };
  const start = 4 + size;
  const degrees = (k) => Float64Array.from(new Int32Array(buffer, start + 4 * n * k, n), (v) => v / 1e5);
  const small = (k) => new Uint8Array(buffer, start + 12 * n + n * k, n);
  return { header, points: { lon: degrees(0), lat: degrees(1), minute: new Int32Array(buffer, start + 8 * n, n), category: small(0), source: small(1) } };
}

function loadLeaflet(url) {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = `${url}/leaflet.js`;
    script.onload = () => done(window.L.noConflict());
    script.onerror = () => failed(new Error(`Leaflet did not load from ${url}`));
    document.head.append(script);
  });
}

async function loadStyles({ leaflet: url, own }) {
  const texts = await Promise.all([`${url}/leaflet.css`, `${own}/map_host.css`].map(async (path) => (await fetch(path)).text()));
  return texts.map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
}
