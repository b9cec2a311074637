// The whole plan in a few figures; shares 0 to 1, sums in steps, null for what can't be known.
import { added, gini, variation } from "./measures.js";

/** {beats, ideal, largestDeviation, furthest: slot, beyond: [slots off the tolerance, worst first], variation, gini,
 *  meanPolsbyPopper, unassigned: row, complete, empty: [slots], pieces: Map(slot -> count, -1 the unassigned), split: [slots],
 *  noLead: [slots], changed: null | {cells, workload, dwellings: of those whose lead officer changes}} */
export function summary(core) {
  const { totals, order, beats } = core, k = order.length;
  const off = new Map(order.map((slot) => [slot, totals.deviation(slot, k)]));
  const known = order.filter((slot) => off.get(slot) !== null).sort((a, b) => Math.abs(off.get(b)) - Math.abs(off.get(a)));
  const works = "workload" in totals.all ? order.map((slot) => totals.sum("workload", slot)) : [];
  const pieces = new Map([...order, -1].map((slot) => [slot, core.pieces(slot).length]));
  const unassigned = totals.row(-1);
  return {
    beats: k,
    ideal: totals.ideal(k),
    largestDeviation: known.length ? Math.abs(off.get(known[0])) : null,
    furthest: known[0] ?? -1,
    beyond: known.filter((slot) => Math.abs(off.get(slot)) > core.tolerance + 1e-9),
    variation: variation(works),
    gini: gini(works),
    meanPolsbyPopper: meanRoundness(order.map((slot) => totals.roundness(slot))),
    unassigned,
    complete: unassigned.cells === 0,
    empty: order.filter((slot) => totals.cells[slot + 1] === 0),
    pieces,
    split: order.filter((slot) => pieces.get(slot) > 1),
    noLead: order.filter((slot) => !beats[slot].lead),
    changed: totals.force && changed(totals, order, beats),
  };
}

function meanRoundness(each) {
  const known = each.filter((value) => value !== null).length;
  return known ? added(each.map((value) => value ?? 0)) / known : null;
}

/** Against the plan in force: cells and their work in a beat of another number, dwellings with another lead officer or none. */
function changed(totals, order, beats) {
  const { beats: codes, leads } = totals.force, found = { cells: 0, workload: 0, dwellings: 0 };
  for (const slot of [-1, ...order]) {
    const code = beats[slot]?.code ?? null, lead = beats[slot]?.lead ?? null;
    totals.overlaps(slot, (place, cells, workload, dwellings) => {
      if (code !== (codes[place] ?? null)) {
        found.cells += cells;
        found.workload += workload;
      }
      if (lead !== (leads[place] || null)) found.dwellings += dwellings;
    });
  }
  return found;
}
