// Names on the map: placed one after the other by priority; what would overlap is left out.
import { clearanceAt } from "./room.js";
import { sheetClass } from "./sheets.js";

const FONTS =
  '"PingFang SC", "Microsoft YaHei", "Source Han Sans SC", "Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Micro Hei", "Jingge Sans", sans-serif';
const ANYTHING = { own: null, priority: Infinity }; // a label that every symbol stands in the way of
const LINE = { own: null, priority: -Infinity }; // a leader line, which only other labels stand in the way of
const GAP = 2; // free pixels around every label
const AWAY = [16, 34]; // pixels between a name that finds no room over its area and the middle of that
const SYMBOL = 8; // a leader line ends so far from a middle where a symbol stands

/** The canvas of names. `candidates()` gives {labels, symbols} of `Layers.labels`, and boxes that are `taken` by cards. */
export function labelClass(L) {
  const Sheet = sheetClass(L);
  return Sheet.extend({
    initialize(options, candidates) {
      L.Renderer.prototype.initialize.call(this, options);
      this.candidates = candidates;
      this.shown = [];
    },

    onAdd(map) {
      Sheet.prototype.onAdd.call(this, map);
      this._fade = () => (this._container.style.opacity = 0);
      this._lettered = () => this.again(); // letters that were still on their way when the names were first written
      map.on("zoomstart", this._fade);
      document.fonts.addEventListener("loadingdone", this._lettered);
    },

    onRemove(map) {
      map.off("zoomstart", this._fade);
      document.fonts.removeEventListener("loadingdone", this._lettered);
      L.Renderer.prototype.onRemove.call(this, map);
    },

    draw(ctx, bounds) {
      this._container.style.opacity = 1;
      const { labels, symbols, taken: cards } = this.candidates();
      const taken = new Boxes(symbols);
      for (const box of cards) taken.add(box);
      const seen = L.bounds(this._map.containerPointToLayerPoint([0, 0]), this._map.containerPointToLayerPoint(this._map.getSize()));
      this.shown = [];
      ctx.textBaseline = "middle";
      ctx.lineJoin = "round";
      for (const label of labels.sort((a, b) => a.priority - b.priority)) {
        if (!bounds.contains([label.x, label.y])) continue;
        measure(ctx, label);
        if (label.fits && label.width > label.fits) continue;
        const free = (box) => inside(box, seen) && !taken.hits(box, label);
        const clear = (box) => free(box) && !taken.hits(box, ANYTHING);
        const place = over(ctx, label, free, clear) ?? away(label, free, taken);
        if (!place || (label.once && this.repeats(label, place.box))) continue;
        taken.add(place.box);
        if (place.leader) {
          taken.add(around(place.leader));
          lead(ctx, place.leader);
        }
        write(ctx, label, place.box);
        this.shown.push({ text: label.lines.map((line) => line.text).join(" "), layer: label.layer, ...place });
      }
    },

    /** Is the same name already written nearby? A road has one name and many parts. */
    repeats(label, [left, top]) {
      const text = label.lines[0].text;
      return this.shown.some((other) => other.text === text && Math.hypot(other.box[0] - left, other.box[1] - top) < 320);
    },
  });
}

function inside([left, top, right, bottom], { min, max }) {
  return left >= min.x && top >= min.y && right <= max.x && bottom <= max.y;
}

function measure(ctx, label) {
  for (const line of label.lines) {
    line.font = `${line.slant ?? ""} ${line.weight} ${line.size}px ${FONTS}`;
    ctx.font = line.font;
    line.width = ctx.measureText(line.text).width;
    line.height = line.size * 1.22;
  }
  label.width = Math.max(...label.lines.map((line) => line.width));
  label.height = label.lines.reduce((sum, line) => sum + line.height, 0);
}

/** Boxes [left, top, right, bottom] to try, best first: areas keep their middle, points try their sides. */
function places({ x, y, width, height, beside, spots }) {
  const w = width / 2 + GAP, h = height / 2 + GAP;
  const box = (dx, dy) => [x + dx - w, y + dy - h, x + dx + w, y + dy + h];
  if (spots) return spots.map((spot) => box(spot.x - x, spot.y - y));
  const d0 = 12; // clear of a symbol in the middle
  if (beside == null) return [box(0, 0), box(0, -h - d0), box(0, h + d0), box(w + d0, 0), box(-w - d0, 0)];
  const d = beside + 2;
  return [box(w + d, 0), box(-w - d, 0), box(0, -h - d), box(0, h + d)];
}

/** A free place where the name stands: for an area, with its middle in it. What is too long there is shortened. */
function over(ctx, label, free, clear) {
  const home = ([left, top, right, bottom]) => clearanceAt((left + right) / 2, (top + bottom) / 2, label.rings) > 0;
  for (const lines of [label.lines, ...(label.shorter ?? [])]) {
    label.lines = lines;
    measure(ctx, label);
    const [middle, ...others] = places(label);
    const all = label.rings && !label.spots ? [middle, ...others.filter(home)] : [middle, ...others];
    const box = (label.spots && all.find(clear)) ?? all.find(free);
    if (box) return { box };
  }
  return null;
}

/** For what has a number: a free place beside its area, with a line to its middle that crosses no other name. */
function away(label, free, taken) {
  if (!label.rings || !label.shorter || label.spots) return null;
  const { x, y } = label, w = label.width / 2 + GAP, h = label.height / 2 + GAP;
  for (const d of AWAY) {
    for (const [i, j] of [[0, -1], [0, 1], [1, 0], [-1, 0], [1, -1], [-1, -1], [1, 1], [-1, 1]]) {
      const at = [x + i * (w + d), y + j * (h + d)], box = [at[0] - w, at[1] - h, at[0] + w, at[1] + h];
      const leader = leaderOf(box, x, y, taken);
      if (free(box) && !taken.hits(around(leader), LINE)) return { box, leader };
    }
  }
  return null;
}

/** The line [x, y, x, y] from a box to a point, or to the edge of a symbol that stands there. */
function leaderOf([left, top, right, bottom], x, y, taken) {
  const from = [Math.min(Math.max(x, left), right), Math.min(Math.max(y, top), bottom)];
  const long = Math.hypot(from[0] - x, from[1] - y);
  const short = taken.hits([x - 1, y - 1, x + 1, y + 1], ANYTHING) ? SYMBOL / long : 0;
  return [...from, x + short * (from[0] - x), y + short * (from[1] - y)];
}

const around = ([x, y, u, v]) => [Math.min(x, u) - 1, Math.min(y, v) - 1, Math.max(x, u) + 1, Math.max(y, v) + 1];

function lead(ctx, [x, y, u, v]) {
  for (const [width, colour] of [[3.4, "rgba(255,255,255,0.88)"], [1.3, "#12233d"]]) {
    ctx.lineWidth = width;
    ctx.strokeStyle = ctx.fillStyle = colour;
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(u, v);
    ctx.stroke();
    ctx.beginPath();
    ctx.arc(u, v, width / 2 + 1, 0, 2 * Math.PI);
    ctx.fill();
  }
}

function write(ctx, label, [left, top, right]) {
  let y = top + GAP;
  ctx.textAlign = label.beside == null ? "center" : "left";
  const x = label.beside == null ? (left + right) / 2 : left + GAP;
  for (const line of label.lines) {
    y += line.height / 2;
    ctx.font = line.font;
    ctx.lineWidth = line.halo ?? 3;
    ctx.strokeStyle = label.haloColour ?? "rgba(255,255,255,0.88)";
    ctx.fillStyle = line.colour ?? label.colour;
    ctx.strokeText(line.text, x, y);
    ctx.fillText(line.text, x, y);
    y += line.height / 2;
  }
}

/** Boxes on the map, found again by a coarse raster. */
class Boxes {
  constructor(symbols) {
    this.raster = new Map();
    for (const symbol of symbols) this.add(symbol.box, symbol);
  }

  *keys([left, top, right, bottom]) {
    for (let i = Math.floor(left / 64); i <= Math.floor(right / 64); i++) {
      for (let j = Math.floor(top / 64); j <= Math.floor(bottom / 64); j++) yield `${i},${j}`;
    }
  }

  add(box, symbol = null) {
    for (const key of this.keys(box)) {
      if (!this.raster.has(key)) this.raster.set(key, []);
      this.raster.get(key).push({ box, symbol });
    }
  }

  /** Does a label's box overlap what is there? Its own symbol, and symbols of much less weight, do not stand in its way. */
  hits(box, label) {
    for (const key of this.keys(box)) {
      for (const { box: other, symbol } of this.raster.get(key) ?? []) {
        const apart = box[2] <= other[0] || box[0] >= other[2] || box[3] <= other[1] || box[1] >= other[3];
        const yields = symbol && (symbol.own === label.own || symbol.priority > label.priority + 5);
        if (!apart && !yields) return true;
      }
    }
    return false;
  }
}
