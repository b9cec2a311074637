// Gestures done once more, on the plan as it is now: what was kept of a draft that others have changed, or whose cells were split.
import { EMPTY } from "./history.js";

const FIELDS = ["name", "name_en", "lead", "colour"];

/** Do what `saved` holds unsent again, as new gestures that can be undone: {kept, cut}. Cells and beats go by their codes. */
export function doneAgain(core, saved, parents = {}) {
  const place = new Map(core.codes.map((code, cell) => [code, cell]));
  const cellsOf = (cell) => {
    const code = saved.named?.[cell] ?? (saved.digest === core.base.digest ? core.codes[cell] : undefined);
    return (parents[code] ?? [code]).map((one) => place.get(one)).filter((one) => one !== undefined);
  };
  const told = { kept: 0, cut: 0 };
  for (const [, line] of saved.outgoing ?? []) told[again(core, saved.states, line, cellsOf) ? "kept" : "cut"] += 1;
  return told;
}

function again(core, states, [kind, cells, , to, locks, locked, before, after], cellsOf) {
  const then = states[before], now = states[after], version = core.version;
  const slotOf = (code) => core.order.find((slot) => core.beats[slot].code === code) ?? null;
  if (before !== after) beatsAgain(core, then, now, slotOf);
  const owner = (slot) => (slot === -1 ? -1 : slotOf(now.beats[slot]?.code));
  const found = [], given = [];
  cells.forEach((cell, i) => {
    const slot = owner(typeof to === "number" ? to : to[i]);
    if (slot === null) return;
    for (const one of cellsOf(cell)) {
      found.push(one);
      given.push(slot);
    }
  });
  if (found.length) core.assign(["undo", "redo", "merge", "delete"].includes(kind) ? "list" : kind, found, given);
  for (const slot of then.order.filter((slot) => !now.beats[slot])) core.remove(slotOf(then.beats[slot].code) ?? -1);
  const turned = locks.flatMap((cell) => cellsOf(cell));
  core.lockCells(turned.length ? turned : EMPTY, locked);
  return core.version !== version;
}

/** New beats, and other words, numbers and locks of those that were there. */
function beatsAgain(core, then, now, slotOf) {
  for (const slot of now.order) {
    const was = then.beats[slot], beat = now.beats[slot];
    if (!was) {
      if (slotOf(beat.code) === null) core.newBeat(beat);
      continue;
    }
    const here = slotOf(was.code);
    if (here === null) continue;
    const fields = Object.fromEntries(FIELDS.filter((name) => was[name] !== beat[name]).map((name) => [name, beat[name]]));
    if (Object.keys(fields).length) core.edit(here, fields);
    if (was.locked !== beat.locked) core.lockBeats([here], beat.locked);
  }
  const codes = now.order.filter((slot) => then.beats[slot] && then.beats[slot].code !== now.beats[slot].code);
  const numbers = codes.map((slot) => [slotOf(then.beats[slot].code), now.beats[slot].code]).filter(([slot]) => slot !== null);
  if (numbers.length) core.renumber(Object.fromEntries(numbers));
}
