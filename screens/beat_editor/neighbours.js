// Who borders whom, as arrays: the neighbours of a cell stand from start[cell] to start[cell + 1].
export class Neighbours {
  constructor(n, { edges, border, connected }) {
    const m = border.length;
    this.n = n;
    this.start = new Uint32Array(n + 1);
    for (let i = 0; i < 2 * m; i += 1) this.start[edges[i] + 1] += 1;
    for (let cell = 0; cell < n; cell += 1) this.start[cell + 1] += this.start[cell];
    const next = this.start.slice();
    this.other = new Uint32Array(2 * m);
    this.border = new Int32Array(2 * m);
    this.open = new Uint8Array(2 * m);
    for (let edge = 0; edge < m; edge += 1) {
      const a = edges[2 * edge], b = edges[2 * edge + 1];
      for (const [from, to] of [[a, b], [b, a]]) {
        const place = next[from];
        next[from] += 1;
        this.other[place] = to;
        this.border[place] = border[edge];
        this.open[place] = connected[edge] ? 1 : 0;
      }
    }
  }

  /** The cells beside a cell. */
  of(cell) {
    return this.other.subarray(this.start[cell], this.start[cell + 1]);
  }
}
