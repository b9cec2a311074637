// Cells of one kind drawn as one outline: the borders between two of them fall away, so that a beat of a thousand cells is a
// path of a few hundred points.
const NONE = -1;

export class Outlines {
  constructor(cells) {
    this.cells = cells;
    const many = cells.segment.of.length;
    this.stamp = new Uint32Array(cells.n); // which cells are among those drawn
    this.now = 0;
    this.head = new Int32Array(cells.x.length).fill(NONE); // of the open halves at a vertex
    this.next = new Int32Array(4 * many); // by half and end; a half is a piece of border seen from one of its sides
    this.used = new Uint8Array(2 * many);
  }

  /** Outlines of `list` by kind: Map(kind -> Path2D, to be filled by the even-odd rule) in pixels, and `edges`, one path of every
   *  border between two kinds. `kinds` gives an integer per cell. */
  trace(list, kinds, { scale, x: dx, y: dy }) {
    const { cells, stamp } = this, { start, ringOf, segment } = cells, { a, b, of, from, to } = segment, { x, y } = cells;
    const now = (this.now += 1), halves = [], edges = new Path2D();
    for (let i = 0; i < list.length; i += 1) stamp[list[i]] = now;
    for (let k = 0; k < list.length; k += 1) {
      const cell = list[k], kind = kinds[cell];
      for (let i = start[ringOf[cell]], end = start[ringOf[cell + 1]]; i < end; i += 1) {
        const s = of[i], first = a[s] === cell, other = first ? b[s] : a[s];
        const seen = other >= 0 && stamp[other] === now, apart = other < 0 || kinds[other] !== kind;
        if (seen && !apart) continue;
        this.#open(2 * s + (first ? 0 : 1));
        halves.push(2 * s + (first ? 0 : 1));
        if (!apart || (seen && other < cell)) continue;
        edges.moveTo(x[from[s]] * scale - dx, y[from[s]] * scale - dy);
        edges.lineTo(x[to[s]] * scale - dx, y[to[s]] * scale - dy);
      }
    }
    const paths = this.#walk(halves, kinds, scale, dx, dy);
    this.#clear(halves);
    return { paths, edges };
  }

  #open(half) {
    const { head, next } = this, { from, to } = this.cells.segment, s = half >> 1;
    this.used[half] = 0;
    next[2 * half] = head[from[s]];
    head[from[s]] = 2 * half;
    next[2 * half + 1] = head[to[s]];
    head[to[s]] = 2 * half + 1;
  }

  #clear(halves) {
    const { from, to } = this.cells.segment;
    for (const half of halves) this.head[from[half >> 1]] = this.head[to[half >> 1]] = NONE;
  }

  /** Every vertex has an even number of open halves of a kind, so a walk along unused ones comes back to where it began. */
  #walk(halves, kinds, scale, dx, dy) {
    const { cells, used } = this, { segment, x, y } = cells, { a, b, from, to } = segment, paths = new Map();
    for (const first of halves) {
      if (used[first]) continue;
      const kind = kinds[first & 1 ? b[first >> 1] : a[first >> 1]];
      let path = paths.get(kind);
      if (!path) paths.set(kind, (path = new Path2D()));
      let v = from[first >> 1], half = first;
      path.moveTo(x[v] * scale - dx, y[v] * scale - dy);
      while (half !== NONE) {
        used[half] = 1;
        v = from[half >> 1] === v ? to[half >> 1] : from[half >> 1];
        path.lineTo(x[v] * scale - dx, y[v] * scale - dy);
        half = this.#unused(v, kind, kinds);
      }
      path.closePath();
    }
    return paths;
  }

  #unused(v, kind, kinds) {
    const { a, b } = this.cells.segment;
    for (let at = this.head[v]; at !== NONE; at = this.next[at]) {
      const half = at >> 1;
      if (!this.used[half] && kinds[half & 1 ? b[half >> 1] : a[half >> 1]] === kind) return half;
    }
    return NONE;
  }
}
