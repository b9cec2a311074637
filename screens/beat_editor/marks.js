// Which cells have another beat than in the plan in force; dotted on the map while asked for.
export class Marks {
  constructor(editor) {
    this.editor = editor;
    this.on = false;
    this.flags = null;
  }

  toggle() {
    this.on = !this.on;
    this.again();
    this.editor.sheet.again();
    this.editor.bar.live();
  }

  /** All cells, after beats or numbers changed. */
  again() {
    const { core } = this.editor;
    this.flags = core.base.inForce && this.on ? new Uint8Array(core.n) : null;
    if (this.flags) for (let cell = 0; cell < core.n; cell++) this.#mark(cell);
  }

  touch(cells) {
    if (this.flags) for (const cell of cells) this.#mark(cell);
  }

  #mark(cell) {
    const { core } = this.editor, { inForce } = core.base;
    const now = core.beats[core.beatOf[cell]]?.code ?? null;
    this.flags[cell] = now !== (inForce.beats[inForce.beatOf[cell]] ?? null) ? 1 : 0;
  }
}
