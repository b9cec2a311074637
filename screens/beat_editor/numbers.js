// The number of every beat, on its map: it stands on the beat's cell nearest to the beat's middle, and follows what is painted.
import { el } from "../map_host/elements.js";

const WIDE = 12, HIGH = 10; // half of a number's box in pixels

export class Numbers {
  constructor(editor) {
    this.editor = editor;
    this.marks = new Map();
    this.follow();
  }

  /** Put every number where its beat is now; did one move? `others` are numbers that are only proposed, {slot: code}. */
  follow(others = this.others ?? {}) {
    this.moved = false;
    this.others = others;
    const { core, cells, host } = this.editor, { inner } = cells, slots = core.beats.length;
    const [x, y] = middlesOf(core, cells);
    const best = new Int32Array(slots).fill(-1), least = new Float64Array(slots).fill(Infinity);
    for (let cell = 0; cell < core.n; cell++) {
      const slot = core.beatOf[cell];
      if (slot < 0) continue;
      const gap = (inner[2 * cell] - x[slot]) ** 2 + (inner[2 * cell + 1] - y[slot]) ** 2;
      if (gap < least[slot]) [least[slot], best[slot]] = [gap, cell];
    }
    for (let slot = 0; slot < slots; slot++) this.#put(host, slot, core.beats[slot] ? best[slot] : -1);
    return this.moved;
  }

  /** What the numbers take, in layer pixels. */
  boxes() {
    const { map } = this.editor.host;
    return [...this.marks.values()].map(({ marker }) => {
      const { x, y } = map.latLngToLayerPoint(marker.getLatLng());
      return [x - WIDE, y - HIGH, x + WIDE, y + HIGH];
    });
  }

  remove() {
    for (const { marker } of this.marks.values()) marker.remove();
    this.marks.clear();
  }

  #put(host, slot, cell) {
    const { L, map } = host, beat = this.editor.core.beats[slot];
    let mark = this.marks.get(slot);
    if (cell < 0) {
      mark?.marker.remove();
      this.marks.delete(slot);
      return;
    }
    if (!mark) {
      const node = el("span", { class: "beat-number" });
      mark = { node, marker: L.marker([0, 0], { pane: "numbers", interactive: false, keyboard: false, icon: L.divIcon({ html: node, className: "", iconSize: [0, 0] }) }) };
      this.marks.set(slot, mark);
    }
    if (mark.cell !== cell || mark.cells !== this.editor.cells) {
      const { inner } = this.editor.cells, at = map.options.crs.pointToLatLng(L.point(inner[2 * cell], inner[2 * cell + 1]), 0);
      mark.marker.setLatLng(at);
      this.moved = true;
      Object.assign(mark, { cell, cells: this.editor.cells });
      mark.marker.addTo(map);
    }
    const other = this.others[slot] ?? beat.code, text = other === beat.code ? other : `${beat.code}→${other}`;
    if (mark.node.textContent !== text) mark.node.textContent = text;
    mark.node.classList.toggle("locked", Boolean(beat.locked));
  }
}

/** Middles of all beats, weighted by area, in map units at zoom 0: [x by slot, y by slot]; NaN for a beat without cells. */
export function middlesOf(core, { inner }) {
  const slots = core.beats.length, areas = core.totals.values("area");
  const x = new Float64Array(slots), y = new Float64Array(slots), weight = new Float64Array(slots);
  for (let cell = 0; cell < core.n; cell++) {
    const slot = core.beatOf[cell];
    if (slot < 0) continue;
    const area = areas?.[cell] || 1;
    x[slot] += inner[2 * cell] * area;
    y[slot] += inner[2 * cell + 1] * area;
    weight[slot] += area;
  }
  return [x.map((sum, slot) => sum / weight[slot]), y.map((sum, slot) => sum / weight[slot])];
}
