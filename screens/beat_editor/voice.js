// What the editor says: for screen readers, for everybody for a while, and about the cell under the pointer.
import { el } from "../map_host/elements.js";
import { shownShare, shownSum } from "./figures.js";

const SAY_MS = 4000;

export class Voice {
  constructor(editor) {
    this.editor = editor;
    this.heard = el("div", { class: "heard", role: "status", "aria-live": "polite" });
    this.note = el("div", { class: "note", role: "alert", hidden: true });
  }

  /** For screen readers. */
  hear(text) {
    this.heard.textContent = text;
  }

  /** For everybody, for a while. */
  tell(text) {
    clearTimeout(this.noted);
    this.note.textContent = text;
    this.note.hidden = false;
    this.noted = setTimeout(() => (this.note.hidden = true), SAY_MS);
  }

  /** What a gesture did to the beat that got its cells. */
  announce({ cells }) {
    if (!cells.length) return;
    const { editor } = this, { core } = editor, { totals, order } = core;
    const slot = core.beatOf[cells[0]], u = totals.cells[0];
    if (slot < 0) return this.hear(editor.word("heardErased", { n: cells.length, u }));
    const w = shownSum(editor, "workload", totals.sum("workload", slot));
    const d = shownShare(totals.deviation(slot, order.length));
    return this.hear(editor.word("heard", { n: cells.length, beat: editor.titleOf(slot), w, d, u }));
  }

  /** The cell under the pointer, in words. */
  hover(cell) {
    if (cell === this.hovered) return;
    this.hovered = cell;
    this.editor.bar.hovered(cell);
  }

  end() {
    clearTimeout(this.noted);
  }
}
