// Colours of beats: apart from each other under every kind of colour sight, pale enough to read names on (layers/drawing/colour_classes.py).
export const PALETTE = ["#ffeed7", "#b3d0e5", "#e69e66", "#a985ca", "#f8f3aa", "#abe0d1", "#bebada", "#44bb99", "#999933", "#cf8f9d", "#8fb0d9", "#d9d9d9"];
const FEW = PALETTE.slice(0, 8);

/** Colours that the town gave to beats without one of their own, so that map, paper and editor agree until two such beats touch. */
export const given = (base) => new Map(base.beats.flatMap((beat, slot) => (beat.auto_colour ? [[slot, beat.auto_colour]] : [])));

/** A colour for every beat that has none of its own, other than its neighbours'; what was given once is kept if it may be. */
export function coloured(core, before = new Map()) {
  const beside = neighboursOf(core);
  const found = new Map();
  for (const slot of core.order) if (core.beats[slot].colour) found.set(slot, core.beats[slot].colour);
  const open = core.order.filter((slot) => !found.has(slot)).sort((a, b) => beside.get(b).size - beside.get(a).size);
  for (const slot of open) {
    const others = [...beside.get(slot)], taken = new Set(others.map((other) => found.get(other)));
    const kept = before.get(slot);
    for (const other of others) if (!kept || taken.has(kept)) taken.add(found.get(other) ?? before.get(other)); // so that only one changes
    found.set(slot, kept && !taken.has(kept) ? kept : ([...FEW, ...PALETTE].find((colour) => !taken.has(colour)) ?? PALETTE[slot % PALETTE.length]));
  }
  return found;
}

/** Slot -> set of the slots beside it. */
function neighboursOf({ order, base: { edges }, beatOf }) {
  const beside = new Map(order.map((slot) => [slot, new Set()]));
  for (let i = 0; i < edges.length; i += 2) {
    const a = beatOf[edges[i]], b = beatOf[edges[i + 1]];
    if (a === b || a < 0 || b < 0) continue;
    beside.get(a)?.add(b);
    beside.get(b)?.add(a);
  }
  return beside;
}
