// Runs the editor's core through lists of operations and reports what it holds after each; the tests compare it with Python.
import { listed } from "/core/beat_edits.js";
import { Core, PAINTS } from "/core/core.js";

const ARRAYS = { unit: Int32Array, edges: Uint32Array, connected: Uint8Array, border: Int32Array, outline: Int32Array, beatOf: Int32Array, lockedCells: Uint8Array };

/** A base as Python sends it, out of plain lists. */
export function baseOf(plain) {
  const typed = Object.entries(ARRAYS).map(([key, kind]) => [key, kind.from(plain[key])]);
  const measures = plain.measures.map((measure) => ({ ...measure, values: Int32Array.from(measure.values) }));
  return { ...plain, ...Object.fromEntries(typed), measures };
}

/** One report per operation, then what taking all back gives. */
export function run({ base: plain, operations }) {
  const session = { base: baseOf(plain), sent: 0 };
  session.core = new Core(session.base);
  session.server = serverOf(session.core);
  const start = full(session.core);
  const reports = operations.map(([name, ...args]) => {
    const told = OPERATIONS[name](session, ...args);
    return { ...reported(session), told: told ?? null };
  });
  while (session.core.undo());
  return { reports, start, end: full(session.core), final: reported(session) };
}

const slotOf = (core, pick) => (core.order.length ? core.order[pick % core.order.length] : -1);
const some = (core, picks) => picks.map((pick) => pick % core.n);

const OPERATIONS = {
  paint(session, kind, to, picks, more) {
    const { core } = session;
    core.begin(PAINTS[kind % PAINTS.length], to < 0 ? -1 : slotOf(core, to));
    core.add(some(core, picks));
    core.add(Int32Array.from(some(core, more)));
    core.commit();
  },
  cancelled({ core }, to, picks) {
    const before = JSON.stringify(full(core));
    core.begin("lasso", to < 0 ? -1 : slotOf(core, to));
    core.add(some(core, picks));
    core.summary();
    core.cancel();
    return JSON.stringify(full(core)) === before;
  },
  flood({ core }, cell, to, area) {
    core.assign("flood", core.flood(cell % core.n, area), slotOf(core, to));
  },
  unit({ core }, cell, to) {
    core.assign("unit", core.unitOf(cell % core.n), slotOf(core, to));
  },
  proposal({ core }, picks) {
    core.assign("proposal", some(core, picks), picks.map((pick) => (pick % 5 ? slotOf(core, pick) : -1)));
  },
  limit({ core }, unassigned, unit, beats) {
    core.limit({ unassigned, unit, beats: beats && beats.map((pick) => slotOf(core, pick)) });
  },
  newBeat: ({ core }, fields) => core.newBeat(fields).refused,
  edit: ({ core }, pick, fields) => core.edit(slotOf(core, pick), fields).refused,
  remove: ({ core }, pick) => core.remove(slotOf(core, pick)).refused,
  merge: ({ core }, picks, into) => core.merge(picks.map((pick) => slotOf(core, pick)), slotOf(core, into)).refused,
  swap({ core }, a, b) {
    const [one, two] = [slotOf(core, a), slotOf(core, b)];
    return one < 0 ? "noBeat" : core.renumber({ [one]: core.beats[two].code, [two]: core.beats[one].code }).refused;
  },
  lockBeat: ({ core }, pick, locked) => core.lockBeats([slotOf(core, pick)], locked).refused,
  lockAll: ({ core }, locked) => core.lockAll(locked).refused,
  lockCells: ({ core }, picks, locked) => core.lockCells(some(core, picks), locked).refused,
  undo: ({ core }, times) => void Array.from({ length: times }, () => core.undo()),
  redo: ({ core }, times) => void Array.from({ length: times }, () => core.redo()),
  acknowledge(session) {
    session.core.acknowledge(session.sent, session.core.plan.revision + 1);
    session.server = serverOf(session.core);
  },
  reload(session) {
    const saved = JSON.parse(JSON.stringify(session.core.saved())), before = shown(session.core);
    session.core = new Core({ ...session.base, ...session.server });
    const told = session.core.restore(saved), cut = told.undo.cut + told.redo.cut + told.pending.cut;
    return cut === 0 && JSON.stringify(shown(session.core)) === JSON.stringify(before);
  },
};

/** The plan as the server has it: the beats in order, the cells by place. */
function serverOf(core) {
  const place = new Map(core.order.map((slot, i) => [slot, i]));
  return {
    plan: { ...core.plan },
    beats: listed(core.state),
    beatOf: core.beatOf.map((slot) => place.get(slot) ?? -1),
    lockedCells: core.lockedCells.slice(),
  };
}

const shown = (core) => ({ ...serverOf(core), undo: core.canUndo, redo: core.canRedo });

/** All that must be as it was. */
export function full(core) {
  const held = { beatOf: Array.from(core.beatOf), lockedCells: Array.from(core.lockedCells) };
  return { beats: listed(core.state), ...held, rows: rows(core), summary: plainSummary(core) };
}

const rows = (core) => [-1, ...core.order].map((slot) => core.totals.row(slot));

function plainSummary(core) {
  const { pieces, ...rest } = core.summary();
  const codes = (slots) => slots.map((slot) => core.beats[slot].code);
  return {
    ...rest,
    furthest: core.beats[rest.furthest]?.code ?? null,
    beyond: codes(rest.beyond),
    empty: codes(rest.empty),
    split: codes(rest.split),
    noLead: codes(rest.noLead),
    pieces: [-1, ...core.order].map((slot) => pieces.get(slot)),
  };
}

function reported(session) {
  const { core } = session, message = core.pending(session.sent);
  if (message) session.sent = message.gestures.at(-1).n;
  return {
    message,
    beats: listed(core.state),
    owner: Array.from(core.beatOf, (slot) => core.beats[slot]?.code ?? null),
    lockedCells: Array.from(core.lockedCells),
    rows: rows(core),
    summary: plainSummary(core),
    pieces: [-1, ...core.order].map((slot) => core.pieces(slot).map((piece) => Array.from(piece))),
  };
}
