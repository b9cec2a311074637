// The canvas of the cells: beats as colours, borders between beats thick, unassigned and locked cells hatched, changes dotted.
import { pixels, sheetClass } from "../map_host/sheets.js";
import { SMALL_PX } from "./lines_sheet.js";
import { Outlines } from "./outlines.js";

const STRENGTH = 0.66; // of a beat's fill, so that water and roads stay seen
const NEAR_PX = 3; // around what changed, for the borders' width
const LOCK_PX = 22; // narrower cells show no lock
const MOST = 0.2; // of all cells: when more look different everything is drawn, without looking for where
const LOCK = new Path2D("M-4-.5h8v6h-8zM-2.5-.5v-2.2a2.5 2.5 0 0 1 5 0v2.2");

/** A canvas of our own over a Leaflet map for the cells of an editor. */
export function cellSheetClass(L) {
  const Sheet = sheetClass(L);
  return Sheet.extend({
    /** `editor` has cells, core, colourOf(slot) and marks. */
    initialize(options, editor) {
      L.Renderer.prototype.initialize.call(this, options);
      this.editor = editor;
    },

    draw(ctx) {
      this.dirty = null;
      this.editor.cells.place(L, this._map);
      const { x, y } = this._bounds.getSize();
      this.region(ctx, this._bounds.min.x, this._bounds.min.y, x, y);
    },

    /** These cells look different now: drawn with the next frame. */
    touch(cells) {
      const { shapes, n } = this.editor.cells, { boxes } = shapes;
      const dirty = (this.dirty ??= [Infinity, Infinity, -Infinity, -Infinity]);
      if (cells.length > MOST * n) return void dirty.splice(0, 4, -Infinity, -Infinity, Infinity, Infinity);
      for (let i = 0; i < cells.length; i++) {
        const at = 4 * cells[i];
        if (boxes[at] < dirty[0]) dirty[0] = boxes[at];
        if (boxes[at + 1] < dirty[1]) dirty[1] = boxes[at + 1];
        if (boxes[at + 2] > dirty[2]) dirty[2] = boxes[at + 2];
        if (boxes[at + 3] > dirty[3]) dirty[3] = boxes[at + 3];
      }
      return undefined;
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
      if (this.tracer?.cells !== cells) this.tracer = new Outlines(cells);
      this.fills(frame);
      this.locks(frame);
      ctx.restore();
    },

    /** Colours of beats and the borders between them, hatches over what is locked, dots over what changed. */
    fills(frame) {
      const { core, marks } = this.editor, { ctx, shown } = frame;
      const { paths, edges } = this.tracer.trace(shown, core.beatOf, frame);
      ctx.globalAlpha = STRENGTH;
      for (const [slot, path] of paths) {
        ctx.fillStyle = slot < 0 ? this.hatch("unassigned") : this.editor.colourOf(slot);
        ctx.fill(path, "evenodd");
      }
      ctx.globalAlpha = 1;
      ctx.fillStyle = this.hatch("locked");
      for (const [slot, path] of paths) if (core.beats[slot]?.locked) ctx.fill(path, "evenodd");
      for (const [name, flags] of [["locked", core.lockedCells], ["moved", marks.flags]]) {
        const flagged = flags ? shown.filter((cell) => flags[cell]) : [];
        if (!flagged.length) continue;
        ctx.fillStyle = this.hatch(name);
        ctx.fill(this.tracer.trace(flagged, flags, frame).paths.get(1), "evenodd");
      }
      ctx.lineCap = "round";
      ctx.strokeStyle = "#1b2a3c";
      ctx.lineWidth = this.editor.cells.side * frame.scale < SMALL_PX ? 1.4 : 2.4;
      ctx.stroke(edges);
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

/** The pictures that stand over cells, by what they mean; the help card shows the same. */
export const HATCHES = {
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
