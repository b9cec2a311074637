// Gestures that Python has not confirmed yet, as it reads them.
import { listed } from "./beat_edits.js";

export class Outbox {
  constructor(revision, next = 1) {
    this.revision = revision;
    this.next = next;
    this.items = [];
  }

  push(step) {
    this.items.push({ n: this.next, step });
    this.next += 1;
  }

  acknowledge(n, revision) {
    this.items = this.items.filter((item) => item.n > n);
    this.revision = revision;
  }

  after(n) {
    return this.items.filter((item) => item.n > n).map((item) => gesture(item.n, item.step));
  }
}

/** {n, kind, cells, to, beats?, renamed?, locked_cells?}: `to` in the codes after the gesture, one for all or one per cell. */
function gesture(n, step) {
  const { before, after } = step;
  const code = (slot) => (slot === -1 ? null : after.beats[slot].code);
  const to = typeof step.to === "number" ? code(step.to) : Array.from(step.to, code);
  const found = { n, kind: step.kind, cells: Array.from(step.cells), to: step.cells.length ? to : null };
  if (before !== after) found.beats = listed(after).map((beat) => ({ ...beat }));
  const renamed = after.order.filter((slot) => before.beats[slot] && before.beats[slot].code !== after.beats[slot].code);
  if (renamed.length) found.renamed = Object.fromEntries(renamed.map((slot) => [before.beats[slot].code, after.beats[slot].code]));
  if (step.locks.length) found.locked_cells = { cells: Array.from(step.locks), locked: step.locked };
  return found;
}
