// What was done, step by step, both ways.
export const STEPS = 2000; // strokes of a week; a stroke of 100 cells takes about 1 kB
export const EMPTY = new Int32Array(0);

// a step's arrays are never written to, so the step that takes it back may hold the same
const whole = (values) => (typeof values === "number" || values instanceof Int32Array ? values : Int32Array.from(values));
const at = (values, i) => (typeof values === "number" ? values : values[i]);
const uniform = (values) => (typeof values !== "number" && values.length && values.every((value) => value === values[0]) ? values[0] : values);

/** One gesture: cells with their slots before and after, the lists of beats before and after, cells locked or unlocked. */
export class Step {
  constructor(kind, { cells = EMPTY, from = EMPTY, given = EMPTY, locks = EMPTY, locked = false }, before, after) {
    this.kind = kind;
    this.cells = whole(cells);
    this.from = uniform(whole(from));
    this.to = uniform(whole(given));
    this.locks = whole(locks);
    this.locked = locked;
    this.before = before;
    this.after = after;
  }

  fromOf(i) {
    return at(this.from, i);
  }

  toOf(i) {
    return at(this.to, i);
  }

  /** The same content under another name. */
  as(kind) {
    return this.with(kind, {});
  }

  /** What takes it back. */
  reversed(kind) {
    const { from, to, locked, before, after } = this;
    return this.with(kind, { from: to, given: from, locked: !locked }, after, before);
  }

  with(kind, content, before = this.before, after = this.after) {
    const { cells, from, to, locks, locked } = this;
    return new Step(kind, { cells, from, given: to, locks, locked, ...content }, before, after);
  }

  change() {
    return { kind: this.kind, cells: this.cells, beats: this.before !== this.after, locks: this.locks };
  }
}

/** Steps that can be taken back and taken again; past `STEPS` the oldest is forgotten. */
export class History {
  undo = [];
  redo = [];

  push(step) {
    this.undo.push(step);
    if (this.undo.length > STEPS) this.undo.shift();
    this.redo = [];
  }

  back() {
    const step = this.undo.pop();
    if (step) this.redo.push(step);
    return step;
  }

  forward() {
    const step = this.redo.pop();
    if (step) this.undo.push(step);
    return step;
  }
}
