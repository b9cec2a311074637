// A history carried over: into another page, or onto cells that were split or merged.
import { History, Step } from "./history.js";
import { Outbox } from "./outbox.js";

const VERSION = 1;
const MOST_CHARS = 300_000; // of steps either way: a browser writes that within a frame

/** What is to be carried over: steps, unconfirmed gestures, and the list of beats as it is now (null: nothing to keep). */
export class Kept {
  constructor(history = new History(), outbox = new Outbox(0), state = null) {
    this.history = history;
    this.outbox = outbox;
    this.state = state;
  }
}

/** Does the step fit the cells, beats and locks as they are now? */
export function fits(step, { beatOf, lockedCells, state }) {
  const free = (slot) => slot === -1 || (step.before.beats[slot] ?? step.after.beats[slot])?.locked === false;
  return (
    step.before === state &&
    step.cells.every((cell, i) => beatOf[cell] === step.fromOf(i) && !lockedCells[cell] && free(step.fromOf(i)) && free(step.toOf(i))) &&
    step.locks.every((cell) => Boolean(lockedCells[cell]) !== step.locked)
  );
}

function take(step, now) {
  step.cells.forEach((cell, i) => (now.beatOf[cell] = step.toOf(i)));
  step.locks.forEach((cell) => (now.lockedCells[cell] = step.locked ? 1 : 0));
  now.state = step.after;
}

const copied = ({ beatOf, lockedCells, state }) => ({ beatOf: beatOf.slice(), lockedCells: lockedCells.slice(), state });

/** The steps, newest last, that can still be taken back from here; the first that does not fit ends them. */
export function carriedBack(steps, carry, here) {
  const now = copied(here), found = [];
  for (const step of [...steps].reverse()) {
    const carried = carry(step), back = carried?.reversed("undo");
    if (!back || !fits(back, now)) break;
    take(back, now);
    found.push(carried);
  }
  return found.reverse();
}

/** The steps, next one last, that can still be taken again from here. */
export function carriedOn(steps, carry, here) {
  const now = copied(here), found = [];
  for (const step of [...steps].reverse()) {
    const carried = carry(step);
    if (!carried || !fits(carried, now)) break;
    take(carried, now);
    found.push(carried);
  }
  return found.reverse();
}

/** A function from a step on the old cells to the same on the new ones, or null where it can't be: a parent stands for its
 *  children; cells that became one must have moved together. `parents` is {old code: [new codes]}; other codes stay. */
export function carrier(oldCodes, newCodes, parents) {
  const position = new Map(newCodes.map((code, i) => [code, i]));
  const children = oldCodes.map((code) => (parents[code] ?? [code]).map((child) => position.get(child)));
  const parentsOf = new Map();
  for (const child of children.flat()) parentsOf.set(child, (parentsOf.get(child) ?? 0) + 1);
  const spread = (cells, value) => {
    const found = new Map();
    for (let i = 0; i < cells.length; i += 1) {
      for (const child of children[cells[i]]) {
        const [seen, was] = found.get(child) ?? [0, value(i)];
        if (child === undefined || was !== value(i)) return null;
        found.set(child, [seen + 1, was]);
      }
      if (!children[cells[i]].length) return null;
    }
    return [...found].every(([child, [seen]]) => seen === parentsOf.get(child)) ? [...found] : null;
  };
  return (step) => {
    const moved = spread(step.cells, (i) => `${step.fromOf(i)} ${step.toOf(i)}`), locks = spread(step.locks, () => "");
    if (!moved || !locks) return null;
    const part = (place) => moved.map(([, [, pair]]) => Number(pair.split(" ")[place]));
    const content = { cells: moved.map(([cell]) => cell), from: part(0), given: part(1), locks: locks.map(([cell]) => cell) };
    return step.with(step.kind, content);
  };
}

const plain = (values) => (typeof values === "number" ? values : Array.from(values));
const texts = new WeakMap(); // a step never changes, so it is written out once and not again with every gesture after it

/** A step but for its lists of beats, without the closing bracket. */
function textOf(step) {
  if (!texts.has(step)) {
    const { kind, cells, from, to, locks, locked } = step;
    texts.set(step, JSON.stringify([kind, plain(cells), plain(from), plain(to), plain(locks), locked]).slice(0, -1));
  }
  return texts.get(step);
}

/** All as JSON text; of the steps only the latest `steps`, and no more than `MOST_CHARS` take. Lists of beats are written once and
 *  named by their place; cells of unconfirmed gestures also by their codes, so that they can be told when the town has other cells. */
export function written(plan, digest, history, outbox, state, steps, codes) {
  const states = [], place = new Map();
  const stated = (one) => {
    if (!place.has(one)) place.set(one, states.push(one) - 1);
    return place.get(one);
  };
  const line = (step) => `${textOf(step)},${stated(step.before)},${stated(step.after)}]`;
  const latest = (all) => {
    const found = [];
    for (let i = all.length - 1, room = MOST_CHARS; i >= 0 && found.length < steps && room > 0; i -= 1) {
      found.push(line(all[i]));
      room -= found.at(-1).length;
    }
    return `[${found.reverse().join()}]`;
  };
  const { revision, next } = outbox;
  const unsent = outbox.items.flatMap(({ step }) => [...step.cells, ...step.locks]);
  const named = Object.fromEntries(unsent.map((cell) => [cell, codes[cell]]));
  const outgoing = `[${outbox.items.map(({ n, step }) => `[${n},${line(step)}]`).join()}]`;
  const lines = `"undo":${latest(history.undo)},"redo":${latest(history.redo)},"outgoing":${outgoing}`;
  const head = JSON.stringify({ version: VERSION, plan, digest, revision, next, named, state: stated(state), states });
  return `${head.slice(0, -1)},${lines}}`;
}

/** What `written` wrote, without the gestures up to `acknowledged`; nothing where a browser's store has been spoilt. */
export function readSaved(saved, acknowledged) {
  try {
    return saved.version === VERSION ? read(saved, acknowledged) : new Kept();
  } catch {
    return new Kept();
  }
}

function read(saved, acknowledged) {
  const states = saved.states.map(({ beats, order }) => ({ beats: beats.map((beat) => beat && Object.freeze(beat)), order }));
  const step = ([kind, cells, from, given, locks, locked, before, after]) =>
    new Step(kind, { cells, from, given, locks, locked }, states[before], states[after]);
  const history = new History();
  history.undo = saved.undo.map(step);
  history.redo = saved.redo.map(step);
  const outbox = new Outbox(saved.revision, saved.next);
  outbox.items = saved.outgoing.filter(([n]) => n > acknowledged).map(([n, line]) => ({ n, step: step(line) }));
  return new Kept(history, outbox, states[saved.state]);
}
