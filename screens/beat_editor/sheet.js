// The canvas of the cells: beats as colours, borders between beats thick, unassigned and locked cells hatched, changes dotted.
import { pixels, sheetClass } from "../map_host/sheets.js";

const STRENGTH = 0.66; // of a beat's fill, so that water and roads stay seen
const NEAR_PX = 3; // around what changed, for the borders' width
const SMALL_PX = 5; // cells smaller than that on the screen get no thin borders
const LOCK_PX = 22; // and below that no lock
const LOCK = new Path2D("M-4-.5h8v6h-8zM-2.5-.5v-2.2a2.5 2.5 0 0 1 5 0v2.2");

/** A canvas of our own over a Leaflet map for the cells of an editor. */
export function cellSheetClass(L) {
  const Sheet = sheetClass(L);
  return Sheet.extend({
    /** `editor` has cells, core, colourOf(slot), and changed: per cell whether it is marked, or null. */
    initialize(options, editor) {
      L.Renderer.prototype.initialize.call(this, options);
      this.editor = editor;
    },

    draw(ctx) {
      this.dirty = null;
      const { x, y } = this._bounds.getSize();
      this.region(ctx, this._bounds.min.x, this._bounds.min.y, x, y);
    },

    /** These cells look different now: drawn with the next frame. */
    touch(cells) {
      const { boxes } = this.editor.cells.shapes;
      this.dirty ??= [Infinity, Infinity, -Infinity, -Infinity];
      for (const cell of cells) {
        for (const i of [0, 1]) {
          this.dirty[i] = Math.min(this.dirty[i], boxes[4 * cell + i]);
          this.dirty[i + 2] = Math.max(this.dirty[i + 2], boxes[4 * cell + i + 2]);
        }
      }
    },

    /** Draw what was touched. */
    flush() {
      const { dirty } = this;
      this.dirty = null;
      if (!dirty || !this._map || dirty[0] > dirty[2]) return;
      const { scale, origin } = pixels(this._map);
      const sharp = Math.min(window.devicePixelRatio || 1, 2), { min, max } = this._bounds;
      const down = (value, least) => least + Math.floor((value - NEAR_PX - least) * sharp) / sharp;
      const up = (value, least) => least + Math.ceil((value + NEAR_PX - least) * sharp) / sharp;
      const left = Math.max(min.x, down(dirty[0] * scale - origin.x, min.x)), top = Math.max(min.y, down(dirty[1] * scale - origin.y, min.y));
      const right = Math.min(max.x, up(dirty[2] * scale - origin.x, min.x)), bottom = Math.min(max.y, up(dirty[3] * scale - origin.y, min.y));
      if (right > left && bottom > top) this.region(this._ctx, left, top, right - left, bottom - top);
    },

    region(ctx, left, top, wide, high) {
      const { cells } = this.editor;
      const { scale, origin } = pixels(this._map);
      const near = NEAR_PX + 1;
      const shown = cells.inBox([
        (left - near + origin.x) / scale,
        (top - near + origin.y) / scale,
        (left + wide + near + origin.x) / scale,
        (top + high + near + origin.y) / scale,
      ]);
      ctx.save();
      ctx.beginPath();
      ctx.rect(left, top, wide, high);
      ctx.clip();
      ctx.clearRect(left, top, wide, high);
      const frame = { ctx, shown, scale, x: origin.x, y: origin.y };
      this.fills(frame);
      this.borders(frame);
      this.locks(frame);
      ctx.restore();
    },

    fills(frame) {
      const { core, changed } = this.editor;
      const { ctx, shown } = frame;
      const bySlot = new Map();
      const locked = [], moved = [];
      for (const cell of shown) {
        const slot = core.beatOf[cell];
        if (!bySlot.has(slot)) bySlot.set(slot, []);
        bySlot.get(slot).push(cell);
        if (core.lockedCells[cell] || (slot >= 0 && core.beats[slot]?.locked)) locked.push(cell);
        if (changed?.[cell]) moved.push(cell);
      }
      ctx.globalAlpha = STRENGTH;
      for (const [slot, cells] of bySlot) {
        ctx.fillStyle = slot < 0 ? this.hatch("unassigned") : this.editor.colourOf(slot);
        this.path(frame, cells);
        ctx.fill("evenodd");
      }
      ctx.globalAlpha = 1;
      for (const [name, cells] of [["locked", locked], ["moved", moved]]) {
        if (!cells.length) continue;
        ctx.fillStyle = this.hatch(name);
        this.path(frame, cells);
        ctx.fill("evenodd");
      }
    },

    path({ ctx, scale, x: dx, y: dy }, list) {
      const { x, y, vertex, start, ringOf } = this.editor.cells;
      ctx.beginPath();
      for (const cell of list) {
        for (let ring = ringOf[cell]; ring < ringOf[cell + 1]; ring++) {
          let v = vertex[start[ring]];
          ctx.moveTo(x[v] * scale - dx, y[v] * scale - dy);
          for (let i = start[ring] + 1; i < start[ring + 1]; i++) {
            v = vertex[i];
            ctx.lineTo(x[v] * scale - dx, y[v] * scale - dy);
          }
          ctx.closePath();
        }
      }
    },

    borders({ ctx, shown, scale, x: dx, y: dy }) {
      const { core, cells } = this.editor;
      const { x, y, start, ringOf, segment } = cells;
      const small = cells.side * scale < SMALL_PX;
      if (this.stamp?.length !== cells.n) this.stamp = new Uint32Array(cells.n);
      const { stamp } = this, now = (this.now = (this.now ?? 0) + 1);
      for (const cell of shown) stamp[cell] = now;
      const thin = new Path2D(), units = new Path2D(), thick = new Path2D();
      for (const cell of shown) {
        for (let i = start[ringOf[cell]]; i < start[ringOf[cell + 1]]; i++) {
          const s = segment.of[i], a = segment.a[s], b = segment.b[s];
          if (a !== cell && stamp[a] === now) continue; // the cell beside it draws it
          const parted = b < 0 || core.beatOf[a] !== core.beatOf[b];
          if (!parted && small && core.unit[a] === core.unit[b]) continue;
          const path = parted ? thick : core.unit[a] !== core.unit[b] ? units : thin;
          path.moveTo(x[segment.from[s]] * scale - dx, y[segment.from[s]] * scale - dy);
          path.lineTo(x[segment.to[s]] * scale - dx, y[segment.to[s]] * scale - dy);
        }
      }
      ctx.lineCap = "round";
      ctx.strokeStyle = "rgba(38,50,64,0.34)";
      ctx.lineWidth = 0.6;
      ctx.stroke(thin);
      ctx.strokeStyle = "rgba(38,50,64,0.62)";
      ctx.lineWidth = 1.1;
      ctx.stroke(units);
      ctx.strokeStyle = "#1b2a3c";
      ctx.lineWidth = small ? 1.4 : 2.4;
      ctx.stroke(thick);
    },

    /** A lock on every cell that is locked by itself, where there is room for it. */
    locks({ ctx, shown, scale, x: dx, y: dy }) {
      const { core, cells } = this.editor;
      for (const cell of shown) {
        const { boxes } = cells.shapes;
        if (!core.lockedCells[cell] || (boxes[4 * cell + 2] - boxes[4 * cell]) * scale < LOCK_PX) continue;
        ctx.save();
        ctx.translate(cells.inner[2 * cell] * scale - dx, cells.inner[2 * cell + 1] * scale - dy);
        ctx.lineWidth = 1.6;
        ctx.fillStyle = "#ffffff";
        ctx.strokeStyle = "#1b2a3c";
        ctx.fill(LOCK);
        ctx.stroke(LOCK);
        ctx.restore();
      }
    },

    hatch(name) {
      this.hatches ??= {};
      return (this.hatches[name] ??= this._ctx.createPattern(HATCHES[name](), "repeat"));
    },

    _initContainer() {
      Sheet.prototype._initContainer.call(this);
      this.hatches = {};
    },
  });
}

function tile(size, draw) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  draw(canvas.getContext("2d"), size);
  return canvas;
}

function diagonals(ctx, size, rising) {
  ctx.beginPath();
  for (const k of [-1, 0, 1]) {
    ctx.moveTo(rising ? k * size : (k + 1) * size, size);
    ctx.lineTo(rising ? (k + 1) * size : k * size, 0);
  }
  ctx.stroke();
}

const HATCHES = {
  unassigned: () =>
    tile(10, (ctx, size) => {
      ctx.fillStyle = "#ffffff";
      ctx.fillRect(0, 0, size, size);
      ctx.strokeStyle = "#c2410c";
      ctx.lineWidth = 2;
      diagonals(ctx, size, true);
    }),
  locked: () =>
    tile(8, (ctx, size) => {
      ctx.strokeStyle = "rgba(27,42,60,0.38)";
      ctx.lineWidth = 1;
      diagonals(ctx, size, false);
    }),
  moved: () =>
    tile(9, (ctx) => {
      ctx.fillStyle = "rgba(15,28,46,0.75)";
      ctx.beginPath();
      ctx.arc(4.5, 4.5, 1.35, 0, 2 * Math.PI);
      ctx.fill();
    }),
};
