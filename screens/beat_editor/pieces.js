// The connected pieces of each beat (slot) and of the unassigned cells (-1), worked out again only for those touched.
export class Pieces {
  #found = new Map();
  #known = new Uint8Array(64); // by slot + 1; a slot beyond it is not known

  constructor(neighbours, beatOf) {
    this.neighbours = neighbours;
    this.beatOf = beatOf;
    this.seen = new Uint8Array(beatOf.length);
    this.queue = new Int32Array(beatOf.length);
  }

  touch(from, to) {
    this.#known[from + 1] = 0;
    this.#known[to + 1] = 0;
  }

  /** Cells of each piece in ascending order, the piece of most cells first, then the one with the lowest cell. */
  of(slot) {
    if (!this.#known[slot + 1]) this.#find(slot);
    return this.#found.get(slot) ?? [];
  }

  /** The pieces of all that are not known, among them this slot. */
  #find(asked) {
    const { beatOf, seen } = this, known = this.#known, fresh = new Map([[asked, []]]);
    seen.fill(0);
    for (let cell = 0; cell < beatOf.length; cell += 1) {
      const slot = beatOf[cell];
      if (known[slot + 1] || seen[cell]) continue;
      if (!fresh.has(slot)) fresh.set(slot, []);
      fresh.get(slot).push(this.#piece(cell, slot));
    }
    for (const [slot, pieces] of fresh) {
      this.#found.set(slot, pieces.sort((a, b) => b.length - a.length || a[0] - b[0]));
      this.#note(slot + 1);
    }
  }

  #note(row) {
    if (row >= this.#known.length) {
      const wider = new Uint8Array(2 * row);
      wider.set(this.#known);
      this.#known = wider;
    }
    this.#known[row] = 1;
  }

  #piece(cell, slot) {
    const { beatOf, seen, queue } = this, { start, other, open } = this.neighbours;
    let size = 1;
    queue[0] = cell;
    seen[cell] = 1;
    for (let head = 0; head < size; head += 1) {
      for (let i = start[queue[head]]; i < start[queue[head] + 1]; i += 1) {
        const next = other[i];
        if (!open[i] || seen[next] || beatOf[next] !== slot) continue;
        seen[next] = 1;
        queue[size] = next;
        size += 1;
      }
    }
    return queue.slice(0, size).sort();
  }
}
