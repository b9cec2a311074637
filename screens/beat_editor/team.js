// How many auxiliaries help each beat's lead. The town tells it per beat, or per unit; a unit's people help the beat that holds
// most of its cells.
export class Team {
  constructor(editor) {
    this.editor = editor;
    this.known = null;
  }

  /** {code of a beat or a unit: people}, or null for unknown. */
  set(team) {
    this.known = team && new Map(Object.entries(team));
  }

  /** People beside the lead in a beat; null where nothing is known. */
  of(slot) {
    const { core } = this.editor;
    if (!this.known) return null;
    const own = this.known.get(core.beats[slot]?.code);
    if (own !== undefined) return own;
    let people = 0;
    for (const [unit, holder] of this.#holders()) if (holder === slot) people += this.known.get(core.base.units[unit][0]) ?? 0;
    return people;
  }

  /** Place of a unit -> slot with most of its cells, unassigned cells left out. */
  #holders() {
    const { core } = this.editor;
    if (this.version === core.version) return this.held;
    const counts = new Map();
    for (let cell = 0; cell < core.n; cell++) {
      const unit = core.unit[cell], slot = core.beatOf[cell];
      if (slot < 0) continue;
      if (!counts.has(unit)) counts.set(unit, new Map());
      counts.get(unit).set(slot, (counts.get(unit).get(slot) ?? 0) + 1);
    }
    this.version = core.version;
    this.held = new Map([...counts].map(([unit, slots]) => [unit, [...slots].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0][0]]));
    return this.held;
  }
}
