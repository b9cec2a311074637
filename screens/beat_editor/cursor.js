// Painting without a pointer: a frame stands on one cell, arrow keys take it to the cell beside, Enter or Space paints there.
import { nameOf } from "../map_host/words.js";

const LOOK = { color: "#7a1fa2", weight: 4, dashArray: "2 5", fill: false, interactive: false, className: "cursor" };
export const WAYS = { ARROWLEFT: [-1, 0], ARROWRIGHT: [1, 0], ARROWUP: [0, -1], ARROWDOWN: [0, 1] };
const STRAIGHT = 0.35; // cosine: a neighbour farther off the way is none that lies that way

export class Cursor {
  constructor(editor) {
    this.editor = editor;
    this.cell = -1;
  }

  get shown() {
    return Boolean(this.mark);
  }

  /** Show it, or take it one cell on. */
  move([dx, dy]) {
    const { editor } = this, next = this.shown ? this.#beside(dx, dy) : this.#start();
    if (next < 0) return editor.hear(editor.word("noCellThere"));
    this.#put(next);
    return this.#announce();
  }

  /** Do with the cell what the tool does. */
  act() {
    const { editor, cell } = this, { core, tool } = editor;
    if (tool === "pick") return editor.pickFrom(cell);
    if (tool === "select") return editor.selection.take(cell);
    if (editor.awaitsUnit) editor.limitToUnitOf(cell);
    const cells = tool === "unit" ? core.unitOf(cell) : tool === "flood" ? core.flood(cell, editor.floodArea) : [cell];
    const kind = ["unit", "flood", "erase"].includes(tool) ? tool : "click", to = tool === "erase" ? -1 : editor.active;
    const refused = core.begin(kind, to);
    if (refused) return editor.say(refused);
    core.add(cells);
    const change = core.commit();
    if (!change) return editor.say(core.lockedCells[cell] || core.beats[core.beatOf[cell]]?.locked ? "locked" : "nothing");
    return editor.finished(change);
  }

  hide() {
    this.mark?.remove();
    this.mark = null;
    this.editor.voice.hover(-1);
  }

  #put(cell) {
    const { editor } = this, { L, map, marks, canvas } = editor.host, { inner } = editor.cells;
    this.mark?.remove();
    this.cell = cell;
    this.mark = L.polygon(editor.cells.latLngs(cell), { renderer: marks, ...LOOK }).addTo(map);
    const at = map.options.crs.pointToLatLng(L.point(inner[2 * cell], inner[2 * cell + 1]), 0);
    if (!map.getBounds().pad(-0.08).contains(at)) map.panTo(at, { animate: false });
    canvas.focus({ preventScroll: true });
    editor.voice.hover(cell);
  }

  #announce() {
    const { editor, cell } = this, { core } = editor, { base } = core;
    const name = nameOf(editor.language, { name: base.names[cell], name_en: base.namesEn[cell], code: core.codes[cell] });
    const slot = core.beatOf[cell], n = core.totals.cells[slot + 1];
    editor.hear(editor.word("cursorAt", { cell: name, beat: editor.titleOf(slot), n, u: core.totals.cells[0] }));
  }

  /** Where it stood, or the cell nearest to the map's middle. */
  #start() {
    const { editor } = this, { map } = editor.host, { inner, n } = editor.cells;
    if (this.cell >= 0 && this.cell < n) return this.cell;
    const { x, y } = map.options.crs.latLngToPoint(map.getCenter(), 0);
    let best = -1, least = Infinity;
    for (let cell = 0; cell < n; cell++) {
      const gap = (inner[2 * cell] - x) ** 2 + (inner[2 * cell + 1] - y) ** 2;
      if (gap < least) [least, best] = [gap, cell];
    }
    return best;
  }

  /** The neighbour that lies most that way; where there is none, the nearest cell in that direction. */
  #beside(dx, dy) {
    const { editor, cell } = this;
    const near = this.#best(editor.core.neighbours.of(cell), dx, dy, (gap, straight) => straight / gap ** 0.25);
    if (near >= 0) return near;
    return this.#best(Array.from({ length: editor.cells.n }, (_, one) => one), dx, dy, (gap, straight) => straight / gap);
  }

  #best(cells, dx, dy, worth) {
    const { inner } = this.editor.cells, x = inner[2 * this.cell], y = inner[2 * this.cell + 1];
    let best = -1, most = 0;
    for (const one of cells) {
      const ax = inner[2 * one] - x, ay = inner[2 * one + 1] - y, gap = Math.hypot(ax, ay);
      const straight = gap ? (ax * dx + ay * dy) / gap : 0;
      if (straight > STRAIGHT && worth(gap, straight) > most) [most, best] = [worth(gap, straight), one];
    }
    return best;
  }
}
