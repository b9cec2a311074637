// Plain DOM and SVG; text goes in as text, never as HTML.
const SVG = "http://www.w3.org/2000/svg";

/** An element with a class, attributes, listeners (on...: function) and children (nodes or texts). */
export function el(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value == null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

const ICONS = {
  plus: "M10 4v12M4 10h12",
  minus: "M4 10h12",
  home: "M3.5 9.5 10 4l6.5 5.5M5.5 8.5V16h9V8.5M8.5 16v-4h3v4",
  full: "M4 8V4h4M12 4h4v4M16 12v4h-4M8 16H4v-4",
  ruler: "M3 13 13 3l4 4L7 17zM6 10l1.6 1.6M8.5 7.5l1.6 1.6M11 5l1.6 1.6",
  layers: "M10 3.5 17 7.5 10 11.5 3 7.5zM3.5 10.5 10 14.2l6.5-3.7M3.5 13.3 10 17l6.5-3.7",
  legend: "M4 5h2.5M9 5h7M4 10h2.5M9 10h7M4 15h2.5M9 15h7",
  close: "M5 5l10 10M15 5 5 15",
  printer: "M6 7.5V3.5h8v4M6 14H3.5V7.5h13V14H14M6 11.5h8v5H6z",
};

/** A line icon of 20 by 20. */
export function icon(name) {
  return svg("svg", { viewBox: "0 0 20 20", class: "icon", "aria-hidden": "true" }, svg("path", { d: ICONS[name] }));
}

/** The picture of an outline that is laid over features: its topmost line around a white field. */
export function outlineSwatch(looks) {
  const { color, weight, dashArray } = looks.at(-1);
  const line = { stroke: color, "stroke-width": Math.min(weight, 3), "stroke-dasharray": dashArray && "1 3.4" };
  const box = svg("rect", { x: 2, y: 2.5, width: 18, height: 11, rx: 1.5, fill: "#fff", "stroke-linecap": "round", ...line });
  return svg("svg", { viewBox: "0 0 22 16", class: "swatch", "aria-hidden": "true" }, box);
}

/** The picture of a layer in lists: an area, a line, a symbol, a ramp or dots, in its own colours. */
export function swatch(spec, symbols, look = {}) {
  const style = { ...spec.style, ...look };
  const box = (...children) => svg("svg", { viewBox: "0 0 22 16", class: "swatch", "aria-hidden": "true" }, ...children);
  const line = { stroke: style.stroke ?? "none", "stroke-width": Math.min(style.weight, 2.2), "stroke-dasharray": style.dash && "4 2" };
  if (spec.key === "hotspots") {
    const colours = look.colours ?? ["#fed976", "#fd8d3c", "#e31a1c"];
    const wide = 20 / colours.length;
    return box(...colours.map((fill, i) => svg("rect", { x: 1 + i * wide, y: 3, width: wide + 0.2, height: 10, fill })));
  }
  if (spec.key === "incidents") {
    const dot = { r: 2.6, cx: 7, cy: 8, fill: style.fill };
    return box(svg("circle", dot), svg("circle", { ...dot, cx: 15, fill: "#fff", stroke: style.fill, "stroke-width": 1.4 }));
  }
  if (spec.key === "beats") {
    const fills = look.fills ?? ["#b3d0e5", "#e69e66", "#a985ca"];
    const parts = fills.slice(0, 3).map((fill, i) => svg("rect", { x: 1.5 + i * 6.4, y: 2.5, width: 6.4, height: 11, fill, "fill-opacity": 0.75 }));
    return box(...parts, svg("rect", { x: 1.5, y: 2.5, width: 19, height: 11, rx: 1.5, fill: "none", ...line }));
  }
  if (spec.geometry === "polygon") {
    const fill = { fill: style.fill ?? "none", "fill-opacity": Math.max(style.opacity, style.fill ? 0.12 : 0) };
    return box(svg("rect", { x: 2, y: 2.5, width: 18, height: 11, rx: 1.5, ...fill, ...line }));
  }
  if (spec.geometry === "line") return box(svg("path", { d: "M2 12C7 12 8 4 20 4", fill: "none", ...line }));
  const size = Math.max(4.4, Math.min(style.size, 6.5));
  const at = `translate(11 8) scale(${size})`;
  return box(svg("path", { d: symbols[style.symbol] ?? symbols.circle, transform: at, fill: style.fill, "fill-rule": "evenodd" }));
}
