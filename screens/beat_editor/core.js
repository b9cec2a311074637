// The beat editor's model, without a screen: who has which cell, what that adds up to, and how it came about.
//
// new Core(base)   base as Python sends it:
//   {plan: {id, revision, status}, digest, codes: [string], unit: Int32Array(n), edges: Uint32Array(2m), connected: Uint8Array(m),
//    border: Int32Array(m) dm, outline: Int32Array(n) dm, measures: [{key, step, values}], beats: [{code, name, name_en, lead,
//    colour, locked}], beatOf: Int32Array(n) place in beats or -1, lockedCells: Uint8Array(n),
//    inForce: null | {beatOf, leads, beats: [code]}, tolerance: share,
//    next?: number of the first gesture (1), acknowledged?: number of the last gesture that Python has, if it knows}
//   measures are whole numbers of steps (area: whole m2); keys workload, dwellings, persons, incidents, area; one may be missing.
//
// Slots. A beat is known by its slot, a number that never changes and is never used again: `beatOf[cell]` is a slot or -1
// (unassigned), `beats[slot]` the beat or null once deleted, `order` the slots in the plan's order. At the start slot = place.
// (Only the slot of a new beat that was taken back is given to the next new beat.)
// Read freely, never write: plan, codes, n, unit, beatOf, lockedCells, beats, order, totals, tolerance, version (grows with every change).
//
// Painting: one gesture = one step back = one message.
//   begin(kind, to) -> null or why not; kind one of PAINTS; to = slot or -1     begin, undo and beat edits commit what is open
//   add(cells) -> [cells that changed], at once; left out: locked, outside the limits, already there
//   commit() -> Change or null (nothing changed: no step, no message);   cancel() -> Change or null, exactly as before
//   assign(kind, cells, to) -> Change or null: a whole gesture; `to` a slot or one slot per cell (a proposal)
//   mayGive(cell, to) -> boolean;   limits = {unassigned: false, unit: -1, beats: null | [slots]}, set with limit({...})
//   flood(cell, areaMaxM2) -> cells connected with it that have the same owner and no lock, fewest steps first, up to an area
//   unitOf(cell) -> cells of its unit;   cellsOf(slot) -> cells
// Beat edits, each a gesture -> {change} or {refused: key}:  newBeat(fields), edit(slot, {name, name_en, lead, colour}),
//   remove(slot), merge(slots, into), renumber({slot: code}), lockBeats(slots, locked), lockAll(locked), lockCells(cells, locked)
//   why not: noBeat, locked, lockedCells, taken, badCode, badName, badLead, badColour, nothing, tooMany
// undo() / redo() -> Change or null;  canUndo, canRedo: kinds or null
// Change = {kind, cells: Int32Array, beats: boolean, locks: Int32Array}: redraw these cells, the list of beats, these locks
//
// Figures: totals.row(slot) (see totals.js; ints in steps), summary() (see summary.js), pieces(slot) -> [Int32Array], largest first.
// Python: pending(afterN) -> message or null;  acknowledge(n, revision)
// Life: saved(steps) -> JSON value, savedText(steps) -> the same as text;  restore(saved) and rebase(base, {parents: {oldCode: [newCode]}}) ->
//   {undo, redo, pending: {kept, cut}}: what could not be carried over is cut, and how much is told
//   setAside() -> JSON value of what Python has not confirmed, now off the plan;  again(saved) -> {kept, cut}, as new gestures
import * as edits from "./beat_edits.js";
import { Board } from "./board.js";
import { doneAgain } from "./carry_over.js";
import { EMPTY, History, Step } from "./history.js";
import { Kept, carriedBack, carriedOn, carrier, fits, readSaved, written } from "./kept.js";
import { Outbox } from "./outbox.js";

export const PAINTS = ["brush", "click", "rectangle", "circle", "lasso", "unit", "flood", "piece", "erase", "list", "proposal"];

export class Core extends Board {
  #open = null;
  #history = new History();
  #outbox;

  constructor(base) {
    super(base);
    this.#outbox = new Outbox(base.plan.revision, base.next ?? 1);
  }

  get canUndo() {
    return this.#history.undo.at(-1)?.kind ?? null;
  }

  get canRedo() {
    return this.#history.redo.at(-1)?.kind ?? null;
  }

  get painting() {
    return this.#open?.kind ?? null;
  }

  limit(limits) {
    this.limits = { ...this.limits, ...limits };
  }

  begin(kind, to) {
    this.commit();
    if (!PAINTS.includes(kind)) throw new Error(`no such way of painting: ${kind}`);
    if (to !== -1 && !this.beats[to]) return "noBeat";
    if (to !== -1 && this.beats[to].locked) return "locked";
    this.#open = { kind, to, cells: [], from: [], given: [] };
    return null;
  }

  add(cells) {
    return this.#open ? this.#add(cells, this.#open.to) : [];
  }

  #add(cells, to) {
    const { cells: all, from, given } = this.#open, one = typeof to === "number", changed = [];
    for (let i = 0; i < cells.length; i += 1) {
      const cell = cells[i], owner = one ? to : to[i];
      if (!this.mayGive(cell, owner)) continue;
      all.push(cell);
      from.push(this.beatOf[cell]);
      given.push(owner);
      this.give(cell, owner);
      changed.push(cell);
    }
    if (changed.length) this.changed();
    return changed;
  }

  commit() {
    const open = this.#open;
    this.#open = null;
    if (!open?.cells.length) return null;
    return this.#keep(new Step(open.kind, open, this.state, this.state));
  }

  cancel() {
    const open = this.#open;
    this.#open = null;
    if (!open?.cells.length) return null;
    for (let i = open.cells.length - 1; i >= 0; i -= 1) this.give(open.cells[i], open.from[i]);
    this.changed();
    return { kind: "cancel", cells: Int32Array.from(open.cells), beats: false, locks: EMPTY };
  }

  assign(kind, cells, to) {
    const one = typeof to === "number";
    if (this.begin(kind, one ? to : -1)) return null;
    const last = new Map(Array.from(cells, (cell, i) => [cell, one ? to : to[i]]));
    this.#add([...last.keys()], one ? to : [...last.values()]);
    return this.commit();
  }

  #keep(step) {
    this.#history.push(step);
    this.#outbox.push(step);
    return step.change();
  }

  #do(step) {
    this.take(step);
    return { change: this.#keep(step) };
  }

  undo() {
    this.commit();
    return this.#travel(this.#history.back(), "undo");
  }

  redo() {
    this.commit();
    return this.#travel(this.#history.forward(), "redo");
  }

  #travel(step, kind) {
    if (!step) return null;
    const taken = kind === "undo" ? step.reversed("undo") : step.as("redo");
    this.take(taken);
    this.#outbox.push(taken);
    return taken.change();
  }

  #edit(kind, after, cells = EMPTY, to = -1) {
    if (after.refused) return after;
    const from = Int32Array.from(cells, (cell) => this.beatOf[cell]);
    return this.#do(new Step(kind, { cells, from, given: to }, this.state, after));
  }

  newBeat(fields = {}) {
    this.commit();
    return this.#edit("new", edits.added(this.state, fields));
  }

  edit(slot, fields) {
    this.commit();
    return this.#edit(edits.kindOf(fields), edits.edited(this.state, slot, fields));
  }

  remove(slot) {
    this.commit();
    return this.#emptied("delete", [slot], -1);
  }

  merge(slots, into) {
    this.commit();
    const others = [...new Set(slots)].filter((slot) => slot !== into);
    if (!this.beats[into]) return { refused: "noBeat" };
    if (this.beats[into].locked) return { refused: "locked" };
    return others.length ? this.#emptied("merge", others, into) : { refused: "nothing" };
  }

  #emptied(kind, slots, to) {
    const after = edits.without(this.state, slots);
    if (after.refused) return after;
    const cells = this.cellsOf(...slots);
    return cells.some((cell) => this.lockedCells[cell]) ? { refused: "lockedCells" } : this.#edit(kind, after, cells, to);
  }

  renumber(codes) {
    this.commit();
    return this.#edit("renumber", edits.renumbered(this.state, codes));
  }

  lockBeats(slots, locked) {
    this.commit();
    return this.#edit(locked ? "lock" : "unlock", edits.locked(this.state, slots, locked));
  }

  lockAll(locked) {
    return this.lockBeats(this.order, locked);
  }

  lockCells(cells, locked) {
    this.commit();
    const locks = Int32Array.from(new Set(cells)).filter((cell) => cell in this.lockedCells && Boolean(this.lockedCells[cell]) !== locked);
    if (!locks.length) return { refused: "nothing" };
    return this.#do(new Step(locked ? "lock_cells" : "unlock_cells", { locks, locked }, this.state, this.state));
  }

  pending(afterN = 0) {
    const gestures = this.#outbox.after(afterN);
    return gestures.length ? { plan: this.plan.id, digest: this.base.digest, revision: this.#outbox.revision, gestures } : null;
  }

  acknowledge(n, revision) {
    this.#outbox.acknowledge(n, revision);
    this.plan.revision = revision;
  }

  saved(steps = Infinity) {
    return JSON.parse(this.savedText(steps));
  }

  savedText(steps = Infinity) {
    this.commit();
    return written(this.plan.id, this.base.digest, this.#history, this.#outbox, this.state, steps, this.codes);
  }

  restore(saved) {
    const { base } = this;
    const known = base.acknowledged ?? (saved?.revision === base.plan.revision ? 0 : null);
    const fit = saved?.plan === base.plan.id && saved.digest === base.digest && known !== null;
    return this.#adopt(base, fit ? readSaved(saved, known) : new Kept(), (step) => step);
  }

  rebase(base, { parents = {} } = {}) {
    this.commit();
    return this.#adopt(base, new Kept(this.#history, this.#outbox, this.state), carrier(this.codes, base.codes, parents));
  }

  /** Everything that Python has not confirmed is taken off the plan; as JSON, to be done again or dropped. */
  setAside() {
    const saved = this.saved(0);
    for (const { step } of [...this.#outbox.items].reverse()) this.take(step.reversed("undo"));
    this.#outbox.items = [];
    this.#history = new History();
    return saved;
  }

  /** What was set aside or kept, done once more on the plan as it is now: {kept, cut}. */
  again(saved) {
    this.commit();
    return doneAgain(this, saved, this.base.parents);
  }

  #adopt(base, kept, carry) {
    const { history, outbox } = kept, known = outbox.items[0]?.step.before ?? kept.state;
    const same = known !== null && edits.same(known, base.beats);
    this.#history = new History();
    this.#outbox = new Outbox(base.plan.revision, Math.max(outbox.next, base.next ?? 1));
    this.load(base, same ? known : edits.stateOf(base.beats));
    for (const { n, step } of outbox.items) {
      const carried = carry(step);
      if (!carried || !fits(carried, this)) break;
      this.take(carried);
      this.#outbox.items.push({ n, step: carried });
    }
    this.#history.undo = carriedBack(history.undo, carry, this);
    this.#history.redo = carriedOn(history.redo, carry, this);
    const told = (had, has) => ({ kept: has.length, cut: had.length - has.length }), { undo, redo } = this.#history;
    return { undo: told(history.undo, undo), redo: told(history.redo, redo), pending: told(outbox.items, this.#outbox.items) };
  }
}
