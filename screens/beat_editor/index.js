// The way in: Streamlit's component calls `mount` with map and plan, and `patch` with what changed.
import { hostOf, mount as mountMap, patch as patchMap, stay } from "../map_host/index.js";
import { Editor } from "./editor.js";
import { readBase } from "./read.js";

const ABOVE_PX = 116; // what stands over the editor on the page, so that its foot is seen without scrolling
const LEAST_PX = 560;
const editors = new Map(); // by key; they outlive the page's changes
const patches = new Map();
const turns = new Map();
let style;

/** Put the editor of `data` into the element; called again with other data it changes what stands there. */
export async function mount({ parentElement, data, setStateValue }, assets) {
  const start = performance.now();
  const { head, map, plan } = opened(data);
  const { key, digest } = head;
  const turn = (turns.get(key) ?? 0) + 1;
  turns.set(key, turn);
  stay(key);
  const [sheet, base] = await Promise.all([(style ??= loadStyle(assets)), editors.get(key)?.digest === digest ? null : readBase(plan)]);
  if (turns.get(key) !== turn) return undefined;
  const send = (name, value) => setStateValue(name, value);
  let editor = editors.get(key);
  if (base && editor?.core.plan.id !== base.plan.id) {
    editor?.end();
    editors.set(key, (editor = new Editor(base, send)));
  } else if (base) editor.rebase(base);
  editor.digest = digest;
  editor.send = send;
  if (editor.node.parentNode !== parentElement) parentElement.append(editor.node);
  editor.node.style.height = `min(${head.height}px, max(${LEAST_PX}px, 100dvh - ${ABOVE_PX}px))`;
  const cleanup = await mountMap({ parentElement, data: map, setStateValue: () => {} }, assets, editor.stage);
  if (turns.get(key) !== turn) return undefined;
  parentElement.adoptedStyleSheets = [...parentElement.adoptedStyleSheets, sheet];
  const host = hostOf(key);
  if (editor.host !== host) {
    editor.attach(host);
    editor.facts = { bytes: data.byteLength, mount_ms: performance.now() - start };
  }
  host.send = () => {};
  for (const values of (patches.get(key) ?? new Map()).values()) hand(key, values);
  window.__jingge[key].editor = editor;
  return cleanup;
}

/** Hand a part of what changed to the editor and its map, now or as soon as they stand. */
export function patch(component) {
  const { map, part, values } = component.data;
  patchMap(component);
  if (!patches.has(map)) patches.set(map, new Map());
  patches.get(map).set(part, values);
  if (editors.get(map)?.host) hand(map, values);
}

function hand(key, values) {
  const editor = editors.get(key), known = (editor.patched ??= {});
  for (const [name, value] of Object.entries(values)) {
    const text = JSON.stringify(value ?? null);
    if (known[name] === text) continue;
    known[name] = text;
    editor.patch({ [name]: value });
  }
}

/** The plain head, and the packed map and plan behind it. */
function opened(data) {
  const size = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + size)));
  const end = 4 + size + head.map_bytes;
  return { head, map: data.slice(4 + size, end), plan: data.slice(end) };
}

async function loadStyle({ editor }) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(await (await fetch(`${editor}/beat_editor.css`)).text());
  return sheet;
}
