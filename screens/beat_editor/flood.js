// Spreading from a cell over those one can walk to.

/** Cells connected with the first that `enters` lets in, by number of steps; ends before the sum of areas passes `areaMax`. */
export function flooded(cell, { n, start, other, open }, enters, areas, areaMax = Infinity) {
  if (!(cell >= 0 && cell < n) || !enters(cell)) return new Int32Array(0);
  const seen = new Uint8Array(n), queue = [cell];
  let area = 0, head = 0;
  seen[cell] = 1;
  for (; head < queue.length; head += 1) {
    const here = queue[head];
    area += areas?.[here] ?? 0;
    if (area > areaMax) break;
    for (let i = start[here]; i < start[here + 1]; i += 1) {
      const next = other[i];
      if (!open[i] || seen[next] || !enters(next)) continue;
      seen[next] = 1;
      queue.push(next);
    }
  }
  return Int32Array.from(queue.slice(0, head));
}
