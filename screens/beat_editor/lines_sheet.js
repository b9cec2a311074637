// The thin lines between cells and those between units: they stand over the colours and are drawn anew only when the map moves.
import { pixels, sheetClass } from "../map_host/sheets.js";

export const SMALL_PX = 5; // cells smaller than that on the screen get no thin borders
const LARGE_PX = 60; // from that size on their borders are as strong as they get: one paints cell by cell then

/** A canvas for the borders that no painting changes. */
export function linesSheetClass(L) {
  return sheetClass(L).extend({
    initialize(options, editor) {
      L.Renderer.prototype.initialize.call(this, options);
      this.editor = editor;
    },

    draw(ctx, bounds) {
      const { cells, core } = this.editor;
      cells.place(L, this._map);
      const { scale, origin } = pixels(this._map);
      const shown = cells.inBox([bounds.min, bounds.max].flatMap((at) => [(at.x + origin.x) / scale, (at.y + origin.y) / scale]));
      const small = cells.side * scale < SMALL_PX;
      const { x, y, start, ringOf, segment } = cells, { unit } = core;
      const thin = new Path2D(), units = new Path2D();
      for (const cell of shown) {
        for (let i = start[ringOf[cell]]; i < start[ringOf[cell + 1]]; i++) {
          const s = segment.of[i], other = segment.b[s];
          if (segment.a[s] !== cell || other < 0) continue; // the cell beside it draws it; outside is always a beat's border
          const between = unit[cell] !== unit[other];
          if (small && !between) continue;
          const path = between ? units : thin;
          path.moveTo(x[segment.from[s]] * scale - origin.x, y[segment.from[s]] * scale - origin.y);
          path.lineTo(x[segment.to[s]] * scale - origin.x, y[segment.to[s]] * scale - origin.y);
        }
      }
      const near = Math.min(1, (cells.side * scale) / LARGE_PX);
      ctx.lineCap = "round";
      ctx.strokeStyle = `rgba(38,50,64,${0.34 + 0.28 * near})`;
      ctx.lineWidth = 0.6 + 0.5 * near;
      ctx.stroke(thin);
      ctx.strokeStyle = `rgba(38,50,64,${0.62 + 0.16 * near})`;
      ctx.lineWidth = 1.1 + 0.7 * near;
      ctx.stroke(units);
    },
  });
}
