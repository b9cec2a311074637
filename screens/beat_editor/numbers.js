// The number of every beat, on its map: it stands on the beat's cell nearest to the beat's middle, and follows what is painted.
import { el } from "../map_host/elements.js";

const WIDE = 12, HIGH = 10; // half of a number's box in pixels

export class Numbers {
  constructor(editor) {
    this.editor = editor;
    this.marks = new Map();
    this.follow();
  }

  /** Put every number where its beat is now; did one move? */
  follow() {
    this.moved = false;
    const { core, cells, host } = this.editor;
    const slots = core.beats.length;
    const x = new Float64Array(slots), y = new Float64Array(slots), weight = new Float64Array(slots);
    const areas = core.totals.values("area"), { inner } = cells;
    for (let cell = 0; cell < core.n; cell++) {
      const slot = core.beatOf[cell];
      if (slot < 0) continue;
      const area = areas?.[cell] || 1;
      x[slot] += inner[2 * cell] * area;
      y[slot] += inner[2 * cell + 1] * area;
      weight[slot] += area;
    }
    const best = new Int32Array(slots).fill(-1), least = new Float64Array(slots).fill(Infinity);
    for (let cell = 0; cell < core.n; cell++) {
      const slot = core.beatOf[cell];
      if (slot < 0) continue;
      const gap = (inner[2 * cell] - x[slot] / weight[slot]) ** 2 + (inner[2 * cell + 1] - y[slot] / weight[slot]) ** 2;
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
    if (mark.node.textContent !== beat.code) mark.node.textContent = beat.code;
    mark.node.classList.toggle("locked", Boolean(beat.locked));
  }
}
