// The plan as it is now: who has which cell, the beats, the locks, and the figures kept up with them.
import { stateOf } from "./beat_edits.js";
import { flooded } from "./flood.js";
import { Neighbours } from "./neighbours.js";
import { Pieces } from "./pieces.js";
import { summary } from "./summary.js";
import { Totals } from "./totals.js";

const MANY = 24; // a step of more than one cell in so many is counted anew: adding up a cell takes far less than moving it

export class Board {
  #summary = null;

  constructor(base) {
    this.version = 0;
    this.limits = { unassigned: false, unit: -1, beats: null };
    this.load(base, stateOf(base.beats));
  }

  get beats() {
    return this.state.beats;
  }

  get order() {
    return this.state.order;
  }

  /** Start from a base; `state` holds the same beats as the base, in the same order. */
  load(base, state) {
    this.base = base;
    this.plan = { ...base.plan };
    this.codes = base.codes;
    this.n = base.codes.length;
    this.unit = base.unit;
    this.tolerance = base.tolerance;
    this.beatOf = Int32Array.from(base.beatOf, (place) => (place < 0 ? -1 : state.order[place]));
    this.lockedCells = Uint8Array.from(base.lockedCells);
    this.neighbours = new Neighbours(this.n, base);
    this.totals = new Totals(base, this.neighbours, this.beatOf, state.beats.length);
    this.parts = new Pieces(this.neighbours, this.beatOf);
    this.state = state;
    this.changed();
  }

  changed() {
    this.version += 1;
    this.#summary = null;
  }

  /** The one place that knows every lock and limit. */
  mayGive(cell, to) {
    const from = this.beatOf[cell], { unassigned, unit, beats } = this.limits;
    if (from === undefined || from === to || this.lockedCells[cell]) return false;
    if (from !== -1 && this.beats[from].locked) return false;
    if (to !== -1 && (!this.beats[to] || this.beats[to].locked)) return false;
    if ((unassigned && from !== -1) || (unit !== -1 && this.unit[cell] !== unit)) return false;
    return !beats || (beats.includes(from) && (to === -1 || beats.includes(to)));
  }

  /** A cell to a slot, with all sums; whoever calls has asked `mayGive`, or takes back what was given. */
  give(cell, to) {
    const from = this.beatOf[cell];
    this.totals.move(cell, from, to);
    this.parts.touch(from, to);
    this.beatOf[cell] = to;
  }

  /** All cells of a step, and then the sums of everything once. */
  #giveMany(step) {
    const { cells, to } = step, one = typeof to === "number";
    for (let i = 0; i < cells.length; i += 1) {
      const given = one ? to : to[i];
      this.parts.touch(this.beatOf[cells[i]], given);
      this.beatOf[cells[i]] = given;
    }
    this.totals.recount();
  }

  /** A whole step, forwards. */
  take(step) {
    this.state = step.after;
    this.totals.grow(step.after.beats.length);
    if (step.cells.length * MANY < this.n) for (let i = 0; i < step.cells.length; i += 1) this.give(step.cells[i], step.toOf(i));
    else this.#giveMany(step);
    for (const cell of step.locks) this.lockedCells[cell] = step.locked ? 1 : 0;
    this.changed();
  }

  flood(cell, areaMax = Infinity) {
    const owner = this.beatOf[cell];
    const enters = (other) => this.beatOf[other] === owner && !this.lockedCells[other];
    return flooded(cell, this.neighbours, enters, this.totals.values("area"), areaMax);
  }

  unitOf(cell) {
    const unit = this.unit[cell];
    return this.#where((other) => this.unit[other] === unit);
  }

  cellsOf(...slots) {
    return this.#where((cell) => slots.includes(this.beatOf[cell]));
  }

  #where(wanted) {
    const found = [];
    for (let cell = 0; cell < this.n; cell += 1) if (wanted(cell)) found.push(cell);
    return Int32Array.from(found);
  }

  pieces(slot) {
    return this.parts.of(slot);
  }

  summary() {
    this.#summary ??= summary(this);
    return this.#summary;
  }
}
