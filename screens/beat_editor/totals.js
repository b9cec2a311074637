// Sums per beat, kept up with every cell that moves. All are whole numbers in the measure's step, so no rounding adds up.
import { deviation, polsbyPopper } from "./measures.js";

/** Add each value to the row after its owner's number. */
function addUp(column, owners, values) {
  for (let i = 0; i < owners.length; i += 1) column[owners[i] + 1] += values[i];
}

/** Rows are slots, and -1 for the unassigned cells. */
export class Totals {
  constructor(base, neighbours, beatOf, slots) {
    this.neighbours = neighbours;
    this.beatOf = beatOf;
    this.outlines = base.outline;
    this.measures = base.measures;
    this.keys = base.measures.map((measure) => measure.key);
    this.all = Object.fromEntries(base.measures.map(({ key, values }) => [key, values.reduce((sum, value) => sum + value, 0)]));
    this.force = base.inForce;
    this.weights = ["workload", "dwellings"].map((key) => this.values(key));
    this.grow(slots);
    this.recount();
  }

  /** All sums anew, column by column: where many cells moved this is faster than moving each. */
  recount() {
    const { beatOf, outlines, force, wasWidth } = this, n = beatOf.length;
    for (const column of [this.cells, this.outline, this.inner, ...this.sums]) column.fill(0);
    for (let cell = 0; cell < n; cell += 1) this.cells[beatOf[cell] + 1] += 1;
    addUp(this.outline, beatOf, outlines);
    this.sums.forEach((column, i) => addUp(column, beatOf, this.measures[i].values));
    const { start, other, border } = this.neighbours;
    for (let cell = 0; cell < n; cell += 1) {
      const slot = beatOf[cell];
      for (let i = start[cell]; i < start[cell + 1]; i += 1) if (other[i] > cell && beatOf[other[i]] === slot) this.inner[slot + 1] += border[i];
    }
    if (!force) return;
    const place = new Int32Array(n);
    for (let cell = 0; cell < n; cell += 1) place[cell] = (beatOf[cell] + 1) * wasWidth + force.beatOf[cell];
    this.was.forEach((column, i) => {
      column.fill(0);
      if (i === 0) for (let cell = 0; cell < n; cell += 1) column[place[cell] + 1] += 1;
      else if (this.weights[i - 1]) addUp(column, place, this.weights[i - 1]);
    });
  }

  /** Values of a measure per cell, in its step; undefined where the town does not know it. */
  values(key) {
    return this.measures.find((measure) => measure.key === key)?.values;
  }

  /** Room for so many slots. */
  grow(slots) {
    if (this.cells && slots + 1 <= this.cells.length) return;
    const room = this.cells ? 2 * slots + 1 : slots + 1;
    const wider = (old, times = 1) => {
      const grown = new Float64Array(room * times);
      if (old) grown.set(old);
      return grown;
    };
    this.cells = wider(this.cells);
    this.outline = wider(this.outline);
    this.inner = wider(this.inner);
    this.sums = this.measures.map((_, i) => wider(this.sums?.[i]));
    this.wasWidth = (this.force?.beats.length ?? 0) + 1;
    this.was = [0, 1, 2].map((i) => (this.force ? wider(this.was?.[i], this.wasWidth) : null));
  }

  #count(cell, row, sign) {
    this.cells[row] += sign;
    this.outline[row] += sign * this.outlines[cell];
    for (let i = 0; i < this.sums.length; i += 1) this.sums[i][row] += sign * this.measures[i].values[cell];
    if (!this.force) return;
    const place = row * this.wasWidth + this.force.beatOf[cell] + 1, [work, dwellings] = this.weights;
    this.was[0][place] += sign;
    if (work) this.was[1][place] += sign * work[cell];
    if (dwellings) this.was[2][place] += sign * dwellings[cell];
  }

  #borderWith(cell, slot) {
    const { start, other, border } = this.neighbours;
    let sum = 0;
    for (let i = start[cell]; i < start[cell + 1]; i += 1) if (this.beatOf[other[i]] === slot) sum += border[i];
    return sum;
  }

  /** A cell goes from a slot to another; called while `beatOf` still says `from`. */
  move(cell, from, to) {
    this.#count(cell, from + 1, -1);
    this.#count(cell, to + 1, 1);
    this.inner[from + 1] -= this.#borderWith(cell, from);
    this.inner[to + 1] += this.#borderWith(cell, to);
  }

  /** Sum of a measure over a beat, in its step; null where the town does not know the measure. */
  sum(key, slot) {
    const i = this.keys.indexOf(key);
    return i < 0 ? null : this.sums[i][slot + 1];
  }

  /** Length of a beat's border in dm: the outlines of its cells without the borders inside it. */
  perimeter(slot) {
    return this.outline[slot + 1] - 2 * this.inner[slot + 1];
  }

  /** {cells, workload, dwellings, persons, incidents, area: whole numbers in steps; perimeter dm; polsbyPopper}. */
  row(slot) {
    const sums = Object.fromEntries(this.keys.map((key, i) => [key, this.sums[i][slot + 1]]));
    const perimeter = this.perimeter(slot);
    return { cells: this.cells[slot + 1], ...sums, perimeter, polsbyPopper: this.roundness(slot) };
  }

  /** Polsby and Popper; area in whole m2. */
  roundness(slot) {
    const area = this.sum("area", slot);
    return area === null ? null : polsbyPopper(area, this.perimeter(slot) / 10);
  }

  /** Work of a beat if all were equal, in steps, of all cells, so that it does not move while a plan is drawn. */
  ideal(beats) {
    return "workload" in this.all && beats ? this.all.workload / beats : null;
  }

  deviation(slot, beats) {
    return "workload" in this.all ? deviation(this.sum("workload", slot), this.all.workload, beats) : null;
  }

  /** Against the plan in force: calls `action(place then or -1, cells, workload, dwellings)` for all that is in a slot now. */
  overlaps(slot, action) {
    const [cells, workload, dwellings] = this.was, first = (slot + 1) * this.wasWidth;
    for (let i = 0; i < this.wasWidth; i += 1) {
      if (cells[first + i]) action(i - 1, cells[first + i], workload[first + i], dwellings[first + i]);
    }
  }
}
