// Shapes that come and go beside a density: named classes, each with a colour and a pattern, drawn on the map and in the legend alike.
import { el } from "./elements.js";
import { fromBase64, inflated } from "./packed.js";
import { said, word } from "./words.js";

const TILE_PX = 8; // of a pattern
const CHIP = [22, 16];
const LINES = { rising: [[0, 8, 8, 0]], falling: [[0, 0, 8, 8]], level: [[0, 4, 8, 4]], crossed: [[0, 0, 8, 8], [0, 8, 8, 0]] };
const WEAK = 0.28; // of the colour under a pattern's lines

/** What fills a class on a canvas: a colour, or lines of it on a weak ground; null where only the outline is drawn. */
function filling({ colour, pattern }) {
  if (pattern === "outline") return null;
  if (pattern === "solid") return colour;
  const tile = el("canvas", { width: TILE_PX, height: TILE_PX });
  const ctx = tile.getContext("2d");
  ctx.globalAlpha = WEAK;
  ctx.fillStyle = colour;
  ctx.fillRect(0, 0, TILE_PX, TILE_PX);
  ctx.globalAlpha = 1;
  ctx.fillStyle = ctx.strokeStyle = colour;
  ctx.lineWidth = 2;
  ctx.lineCap = "square"; // lines meet across the tiles' edges
  for (const [x0, y0, x1, y1] of LINES[pattern] ?? []) {
    ctx.beginPath();
    ctx.moveTo(x0, y0);
    ctx.lineTo(x1, y1);
    ctx.stroke();
  }
  if (pattern === "dots") {
    ctx.beginPath();
    ctx.arc(4, 4, 2, 0, 2 * Math.PI);
    ctx.fill();
  }
  return ctx.createPattern(tile, "repeat");
}

/** The shapes of a patch as a Leaflet layer, unpacked; their classes stay with the patch. */
export async function unpackedShapes(patch) {
  return JSON.parse(new TextDecoder().decode(await inflated(fromBase64(patch.packed))));
}

export function shapesLeaf(L, patch, part, spec) {
  const fills = patch.classes.map(filling);
  const style = ({ properties }) => {
    const { kind } = properties, { outline } = patch.classes[kind], fill = fills[kind];
    const look = { color: outline ?? spec.style.stroke, weight: outline ? 1 : spec.style.weight, interactive: false, pane: spec.pane };
    return { ...look, fill: fill != null, fillColor: fill, fillOpacity: spec.style.opacity };
  };
  return L.geoJson(part.features, { style, smoothFactor: 0.6, pane: spec.pane });
}

function chip(shape, stroke) {
  const [width, height] = CHIP;
  const sharp = 2;
  const canvas = el("canvas", { class: "swatch", width: width * sharp, height: height * sharp, "aria-hidden": "true" });
  const ctx = canvas.getContext("2d");
  ctx.scale(sharp, sharp);
  const fill = filling(shape);
  ctx.fillStyle = fill ?? "#ffffff";
  ctx.strokeStyle = shape.outline ?? stroke;
  ctx.lineWidth = shape.outline ? 1 : 2;
  ctx.fillRect(2, 2, width - 4, height - 4);
  ctx.strokeRect(2, 2, width - 4, height - 4);
  return canvas;
}

/** The block of the legend: what the shapes are, each class by its picture, and on what they rest. */
export function shapesBlock(host, spec) {
  const { shapes, language } = host;
  const rows = shapes.classes.map((shape) => {
    const text = said(language, shape.title);
    return el("div", { class: "item", "data-class": shape.key }, chip(shape, spec.style.stroke), el("span", { class: "name", title: text }, text));
  });
  return el(
    "div",
    { class: "block" },
    el("div", { class: "item" }, el("strong", { class: "name" }, said(language, shapes.title))),
    ...rows,
    el("p", { class: "muted" }, said(language, shapes.about)),
    shapes.illustrative ? el("p", { class: "muted" }, word(language, "illustrative")) : null,
  );
}
