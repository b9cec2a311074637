// Names on the map: placed one after the other by priority; what would overlap is left out.
import { sheetClass } from "./sheets.js";

const FONTS =
  '"PingFang SC", "Microsoft YaHei", "Source Han Sans SC", "Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Micro Hei", "Jingge Sans", sans-serif';
const GAP = 2; // free pixels around every label

/** The canvas of names. `candidates()` gives {lines, x, y, at, fits, priority, colour, ...}; see `Layers.labels`. */
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
      map.on("zoomstart", this._fade);
    },

    onRemove(map) {
      map.off("zoomstart", this._fade);
      L.Renderer.prototype.onRemove.call(this, map);
    },

    draw(ctx, bounds) {
      this._container.style.opacity = 1;
      const { labels, symbols } = this.candidates();
      const taken = new Boxes(symbols);
      this.shown = [];
      ctx.textBaseline = "middle";
      ctx.lineJoin = "round";
      for (const label of labels.sort((a, b) => a.priority - b.priority)) {
        if (!bounds.contains([label.x, label.y])) continue;
        measure(ctx, label);
        if (label.fits && label.width > label.fits) continue;
        const place = places(label).find((box) => label.forced || !taken.hits(box, label.own));
        if (!place || (label.once && this.repeats(label, place))) continue;
        taken.add(place);
        write(ctx, label, place);
        this.shown.push({ text: label.lines.map((line) => line.text).join(" "), layer: label.layer, box: place });
      }
    },

    /** Is the same name already written nearby? A road has one name and many parts. */
    repeats(label, [left, top]) {
      const text = label.lines[0].text;
      return this.shown.some((other) => other.text === text && Math.hypot(other.box[0] - left, other.box[1] - top) < 320);
    },
  });
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
function places({ x, y, width, height, beside }) {
  const w = width / 2 + GAP, h = height / 2 + GAP;
  const box = (dx, dy) => [x + dx - w, y + dy - h, x + dx + w, y + dy + h];
  if (beside == null) return [box(0, 0), box(0, -h - 10), box(0, h + 10)];
  const d = beside + 2;
  return [box(w + d, 0), box(-w - d, 0), box(0, -h - d), box(0, h + d)];
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
    for (const symbol of symbols) this.add(symbol.box, symbol.own);
  }

  *keys([left, top, right, bottom]) {
    for (let i = Math.floor(left / 64); i <= Math.floor(right / 64); i++) {
      for (let j = Math.floor(top / 64); j <= Math.floor(bottom / 64); j++) yield `${i},${j}`;
    }
  }

  add(box, own = null) {
    for (const key of this.keys(box)) {
      if (!this.raster.has(key)) this.raster.set(key, []);
      this.raster.get(key).push({ box, own });
    }
  }

  /** Does a box overlap one that is there? A symbol does not stand in the way of its own name. */
  hits(box, own) {
    for (const key of this.keys(box)) {
      for (const other of this.raster.get(key) ?? []) {
        const [left, top, right, bottom] = other.box;
        const apart = box[2] <= left || box[0] >= right || box[3] <= top || box[1] >= bottom;
        if (!apart && (own == null || own !== other.own)) return true;
      }
    }
    return false;
  }
}
