// Where the cells lie, in map units at zoom 0: outlines with every vertex once, pieces of border with the cells they part, middles.
import { placed } from "../map_host/sheets.js";
import { Shapes } from "./shapes.js";

const SHIFT = 2 ** 26; // room for one coordinate beside the other in a number

export class Cells {
  constructor(L, map, base) {
    this.n = base.codes.length;
    this.rings = base.rings;
    this.#vertices();
    this.#segments();
    this.place(L, map);
  }

  /** `vertex` says which of the shared vertices each point of a ring is. */
  #vertices() {
    const { lon, lat, size } = this.rings;
    const west = lon.reduce((a, b) => Math.min(a, b), Infinity), south = lat.reduce((a, b) => Math.min(a, b), Infinity);
    const known = new Map();
    this.first = [];
    this.vertex = new Int32Array(lon.length);
    for (let i = 0; i < lon.length; i++) {
      const key = (lon[i] - west) * SHIFT + (lat[i] - south);
      let v = known.get(key);
      if (v === undefined) {
        known.set(key, (v = this.first.length));
        this.first.push(i);
      }
      this.vertex[i] = v;
    }
    this.start = new Int32Array(size.length + 1);
    size.forEach((points, ring) => (this.start[ring + 1] = this.start[ring] + points));
    this.ringOf = new Int32Array(this.n + 1); // the rings of a cell stand together
    for (const cell of this.rings.cell) this.ringOf[cell + 1]++;
    for (let cell = 0; cell < this.n; cell++) this.ringOf[cell + 1] += this.ringOf[cell];
  }

  /** Every piece of border once, with the cells on either side (-1: outside); `of` is the piece that ends at a ring's point. */
  #segments() {
    const { vertex, start, rings } = this;
    const many = this.first.length, total = vertex.length;
    const known = new Map();
    const from = new Int32Array(total), to = new Int32Array(total), a = new Int32Array(total), b = new Int32Array(total).fill(-1);
    const of = new Int32Array(total);
    let n = 0;
    for (let ring = 0; ring < rings.size.length; ring++) {
      const cell = rings.cell[ring], begin = start[ring], end = start[ring + 1];
      for (let i = begin, last = end - 1; i < end; last = i++) {
        const u = vertex[last], v = vertex[i];
        const key = u < v ? u * many + v : v * many + u;
        const other = known.get(key);
        if (other === undefined) {
          known.set(key, n);
          [from[n], to[n], a[n]] = [u, v, cell];
          of[i] = n++;
        } else {
          b[other] = cell;
          of[i] = other;
        }
      }
    }
    this.segment = { from, to, a, b, of };
  }

  /** Put everything where it lies in the map's system, once per system: tiles in GCJ-02 shift every cell. */
  place(L, map) {
    if (this.system === map.options.crs.code) return;
    this.system = map.options.crs.code;
    const { lon, lat } = this.rings, { vertex, n } = this;
    const { x, y } = placed(L, map, this.first.map((i) => lon[i] / 1e6), this.first.map((i) => lat[i] / 1e6));
    Object.assign(this, { x, y });
    const xy = new Float64Array(2 * vertex.length), inner = new Float64Array(2 * n);
    for (let i = 0; i < vertex.length; i++) {
      xy[2 * i] = x[vertex[i]];
      xy[2 * i + 1] = y[vertex[i]];
    }
    for (let cell = 0; cell < n; cell++) inner.set(this.#middle(cell), 2 * cell);
    this.shapes = new Shapes({ xy, ringStart: this.start, cellStart: this.ringOf, inner });
    this.inner = inner;
    const { boxes } = this.shapes;
    const edge = (place, pick) => {
      let found = boxes[place];
      for (let at = place; at < boxes.length; at += 4) found = pick(found, boxes[at]);
      return found;
    };
    const high = edge(3, Math.max) - edge(1, Math.min), wide = edge(2, Math.max) - edge(0, Math.min);
    this.side = Math.sqrt((wide * high) / Math.max(n, 1)); // of a cell, about
  }

  /** A point inside a cell: the middle of its longest stretch halfway up. */
  #middle(cell) {
    const { x, y, vertex, start, ringOf } = this;
    let top = Infinity, bottom = -Infinity;
    for (let i = start[ringOf[cell]]; i < start[ringOf[cell + 1]]; i++) {
      top = Math.min(top, y[vertex[i]]);
      bottom = Math.max(bottom, y[vertex[i]]);
    }
    const level = (top + bottom) / 2 + (bottom - top) * 1e-7; // beside a vertex, not on it
    const crossings = [];
    for (let ring = ringOf[cell]; ring < ringOf[cell + 1]; ring++) {
      for (let i = start[ring], last = start[ring + 1] - 1; i < start[ring + 1]; last = i++) {
        const u = vertex[last], v = vertex[i];
        if (y[u] > level !== y[v] > level) crossings.push(x[u] + ((level - y[u]) * (x[v] - x[u])) / (y[v] - y[u]));
      }
    }
    crossings.sort((p, q) => p - q);
    let [middle, longest] = [x[vertex[start[ringOf[cell]]]], 0];
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const wide = crossings[i + 1] - crossings[i];
      if (wide > longest) [longest, middle] = [wide, (crossings[i] + crossings[i + 1]) / 2];
    }
    return [middle, level];
  }

  /** Cells whose box meets a box. */
  inBox(region) {
    return this.shapes.grid.within(...region);
  }

  /** West, south, east, north in degrees around some cells; null for none. */
  bounds(cells) {
    let out = null;
    const { lon, lat } = this.rings;
    for (const cell of cells) {
      for (let i = this.start[this.ringOf[cell]]; i < this.start[this.ringOf[cell + 1]]; i++) {
        const x = lon[i] / 1e6, y = lat[i] / 1e6;
        out ??= [x, y, x, y];
        out = [Math.min(out[0], x), Math.min(out[1], y), Math.max(out[2], x), Math.max(out[3], y)];
      }
    }
    return out;
  }

  /** The rings of a cell as Leaflet takes them. */
  latLngs(cell) {
    const { lon, lat } = this.rings, rings = [];
    for (let ring = this.ringOf[cell]; ring < this.ringOf[cell + 1]; ring++) {
      const points = [];
      for (let i = this.start[ring]; i < this.start[ring + 1]; i++) points.push([lat[i] / 1e6, lon[i] / 1e6]);
      rings.push(points);
    }
    return rings;
  }
}
