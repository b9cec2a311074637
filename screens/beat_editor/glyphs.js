// The pictures of the editor's buttons, lines of 20 by 20.
import { el, svg } from "../map_host/elements.js";

const GLYPHS = {
  pan: "M10 3v14M3 10h14M10 3 8 5M10 3l2 2M10 17l-2-2M10 17l2-2M3 10l2-2M3 10l2 2M17 10l-2-2M17 10l-2 2",
  brush: "M16.5 3.5 9 11M9 11l2 2 6-8.5M9 11c-2 0-3 1-3 3 0 1.5-1 2-2.5 2.5 3 1 7 .5 7.5-3.5",
  rectangle: "M4 5h12v10H4z",
  lasso: "M10 4c4 0 6.5 1.8 6.5 4.3S14 12.6 10 12.6 3.5 10.8 3.5 8.3 6 4 10 4M6.5 12c-1.2 1-.8 2.5.5 2.5 1.5 0 1.5 2.5-.5 2.5",
  unit: "M3.5 9 10 3.5 16.5 9v7.5h-13zM8 16.500v-4h4v4",
  flood: "M9 3l6.500 6.500-6 6-6.500-6.500zM4 9h10M17 13c1.300 1.800 1.300 3.500 0 3.500s-1.300-1.700 0-3.500",
  erase: "M7.500 16.500 3.500 12.500l8-8 5 5-7 7zM7 8.500l5 5M7.500 16.500h9",
  pick: "M12 5l3 3M3.500 16.500l1-3.500 6.500-6.500 2.500 2.500-6.500 6.500zM12 5l1.500-1.500a2 2 0 0 1 3 3L15 8",
  select: "M5 3.500 15.500 9l-4.500 1.500 3 4.500-2 1.300-3-4.500L6 15z",
  split: "M3.500 5.500h13v9h-13zM12.500 3 7.500 17",
  undo: "M7 5 3.500 8.500 7 12M4 8.500h7.500a4 4 0 0 1 0 8H8",
  redo: "M13 5l3.500 3.500L13 12M16 8.500H8.500a4 4 0 0 0 0 8H12",
  marks: "M4 4h12v12H4zM8 8v.01M12 8v.01M8 12v.01M12 12v.01",
  help: "M7.500 7.500a2.500 2.500 0 1 1 3.700 2.200c-.8.500-1.200 1-1.200 2M10 14.500v.01M10 2.500a7.500 7.500 0 1 1 0 15 7.500 7.500 0 0 1 0-15",
  lock: "M5.500 9h9v7h-9zM7.500 9V6.500a2.500 2.500 0 0 1 5 0V9",
  unlock: "M5.500 9h9v7h-9zM7.500 9V6.500a2.500 2.500 0 0 1 4.800-1",
  plus: "M10 4v12M4 10h12",
  zoom: "M8.500 3.500a5 5 0 1 1 0 10 5 5 0 0 1 0-10M12.200 12.200l4.300 4.300",
  scale: "M3.500 10h13M6 7l-2.500 3L6 13M14 7l2.500 3-2.500 3",
  ok: "M4.500 10.500 8.500 14.500 15.500 6",
  broken: "M10 3.500 17 16H3zM10 8.500v3.500M10 14v.01",
  not_checked: "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14M7 10h6",
  close: "M5 5l10 10M15 5 5 15",
  drawer: "M4 7h12M4 10h12M4 13h12",
  density: "M10 3.500a6.500 6.500 0 1 1 0 13 6.500 6.500 0 0 1 0-13M10 6.500a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7M10 9.500v1",
  simple: "M4 5h12M4 10h6M4 15h3M13 15l2 2 3-5",
  more: "M5 10h.01M10 10h.01M15 10h.01",
  previous: "M12 5 7 10l5 5",
  next: "M8 5l5 5-5 5",
};

/** A line picture. */
export function glyph(name) {
  return svg("svg", { viewBox: "0 0 20 20", class: "icon", "aria-hidden": "true" }, svg("path", { d: GLYPHS[name] }));
}

/** A button with a picture; `name` is the wording of its tip. */
export function pictured(name, picture, onclick, keys = "") {
  return el("button", { type: "button", class: "button", "data-says": name, "data-keys": keys, "data-action": name, onclick }, glyph(picture));
}

/** A button with a wording. */
export function worded(name, onclick, more = "") {
  return el("button", { type: "button", class: `plain ${more}`, "data-text-of": name, "data-action": name, onclick });
}
