// Cells that are chosen but not painted: outlined in blue until something is done with them; and places that the map goes to.
const CHOSEN = { color: "#0b4fd6", weight: 3, fill: false, interactive: false };
const FLASHING = { color: "#f59e0b", weight: 5, fill: false, interactive: false, className: "flash" };
const FLASH_MS = 2400;
const FLASHED = 200; // outlines at once: more are seen without flashing

export class Selection {
  constructor(editor) {
    this.editor = editor;
    this.cells = new Set();
  }

  attach({ L, map }) {
    this.outlines = L.layerGroup([]).addTo(map);
    this.shown();
  }

  /** One cell turns; more are added. */
  take(...cells) {
    const one = cells.length === 1;
    for (const cell of cells) {
      if (one && this.cells.has(cell)) this.cells.delete(cell);
      else this.cells.add(cell);
    }
    this.shown();
  }

  clear() {
    this.cells.clear();
    this.shown();
  }

  shown() {
    const { editor } = this, { host } = editor;
    if (!host) return;
    this.outlines.clearLayers();
    for (const cell of this.cells) host.L.polygon(editor.cells.latLngs(cell), { renderer: host.marks, ...CHOSEN }).addTo(this.outlines);
    editor.chosen.say();
  }

  /** Zoom to places: cells, beats or units by their codes. */
  goTo(kind, codes) {
    const { core } = this.editor, wanted = new Set(codes), found = [];
    for (let cell = 0; cell < core.n; cell++) {
      const code = kind === "cell" ? core.codes[cell] : kind === "unit" ? core.base.units[core.unit[cell]]?.[0] : core.beats[core.beatOf[cell]]?.code;
      if (wanted.has(code)) found.push(cell);
    }
    this.show(found);
  }

  /** Zoom to cells and let them flash. */
  show(cells) {
    const { cells: places, host } = this.editor, bounds = places.bounds(cells);
    if (!bounds) return;
    const { L, marks, map, room } = host;
    room.fit(bounds, 0.22, { maxZoom: 16.5 });
    const flash = L.layerGroup(Array.from(cells).slice(0, FLASHED).map((cell) => L.polygon(places.latLngs(cell), { renderer: marks, ...FLASHING }))).addTo(map);
    setTimeout(() => flash.remove(), FLASH_MS);
  }

  end() {
    this.outlines?.remove();
  }
}
