// The beat editor around a map: the model, the canvas of cells, tools, panel and keyboard, and how they tell each other.
import { el } from "../map_host/elements.js";
import { nameOf } from "../map_host/words.js";
import { Bar } from "./bar.js";
import { Cells } from "./cells.js";
import { Core } from "./core.js";
import { shownShare, shownSum } from "./figures.js";
import { Help } from "./help.js";
import { Keeper } from "./keeper.js";
import { Keys } from "./keys.js";
import { Numbers } from "./numbers.js";
import { coloured } from "./palette.js";
import { Panel } from "./panel.js";
import { Pointer } from "./pointer.js";
import { cellSheetClass } from "./sheet.js";
import { word } from "./words.js";

const LABELS_MS = 120; // the numbers on the map follow that often while a brush moves
const SAY_MS = 4000;

export class Editor {
  constructor(base, send) {
    this.send = send;
    this.core = new Core(base);
    this.language = "zh";
    this.mode = "edit";
    this.tool = "brush";
    this.active = this.core.order[0] ?? -1;
    this.selected = new Set();
    this.colours = coloured(this.core);
    this.staff = [];
    this.checks = [];
    this.floodArea = Infinity;
    this.timing = { handler: 0, frames: [] };
    this.commands = 0;
    this.pointer = new Pointer(this);
    this.help = new Help(this);
    this.bar = new Bar(this);
    this.panel = new Panel(this);
    this.stage = el("div", { class: "stage" });
    this.heard = el("div", { class: "heard", role: "status", "aria-live": "polite" });
    this.note = el("div", { class: "note", role: "alert", hidden: true });
    this.node = el("div", { class: "editor" }, this.bar.node, this.stage, this.panel.node, this.help.node, this.note, this.heard);
    this.keeper = new Keeper(this.core, (message) => this.send("message", message), () => this.bar.live());
    this.keys = new Keys(this);
    this.keeper.restore();
    this.colours = coloured(this.core, this.colours);
    if (!this.core.beats[this.active]) this.active = this.core.order[0] ?? -1;
  }

  get editing() {
    return this.mode === "edit";
  }

  word(key, values) {
    return word(this.language, key, values);
  }

  /** Stand on a map; again on another when the map itself was made anew. */
  attach(host) {
    this.host = host;
    const { L, map } = host;
    host.whole = this.node;
    host.send = () => {};
    for (const [name, z] of [["cells", 412], ["numbers", 465]]) Object.assign((map.getPane(name) ?? map.createPane(name)).style, { zIndex: z, pointerEvents: "none" });
    this.cells = new Cells(L, map, this.core.base);
    this.sheet = new (cellSheetClass(L))({ pane: "cells" }, this);
    this.sheet.addTo(map);
    this.numbers = new Numbers(this);
    host.taken = () => this.numbers.boxes();
    this.chosen = L.layerGroup([]).addTo(map);
    this.pointer.attach(host);
    this.marked();
    this.say_();
  }

  /** The town has other cells, or the plan was saved elsewhere: the history goes along as far as it fits. */
  rebase(base) {
    this.pointer.cancel();
    if (base.acknowledged != null) this.core.acknowledge(base.acknowledged, base.plan.revision); // it is in the base already
    const found = this.core.rebase(base, { parents: base.parents ?? {} });
    this.selected.clear();
    this.keeper.changed();
    if (this.host) {
      this.cells = new Cells(this.host.L, this.host.map, base);
      this.redrawn();
    }
    if (found?.pending?.cut) this.tell(this.word("carried", found.pending));
  }

  colourOf(slot) {
    return this.colours.get(slot) ?? "#d9d9d9";
  }

  titleOf(slot) {
    const beat = this.core.beats[slot];
    return beat ? `${beat.code} ${nameOf(this.language, beat)}` : this.word("unassigned");
  }

  // what patches change, one method per key

  language_(language) {
    this.language = language ?? "zh";
    this.say_();
  }

  ack_(ack) {
    if (ack) this.keeper.acknowledged(ack);
    this.bar.live();
  }

  checks_(checks) {
    this.checks = checks ?? [];
    this.panel.say();
  }

  staff_(staff) {
    this.staff = staff ?? [];
    this.panel.say();
  }

  mode_(mode) {
    this.mode = mode ?? "edit";
    this.node.classList.toggle("viewing", !this.editing);
    this.pointer.setTool();
    this.say_();
  }

  patch(values) {
    for (const [name, value] of Object.entries(values)) this[`${name}_`]?.(value ?? null);
  }

  /** Everything in the language of the moment. */
  say_() {
    this.node.lang = this.language === "en" ? "en" : "zh-CN";
    this.bar.say();
    this.panel.say();
    this.help.say();
    this.#worded();
  }

  #worded() {
    for (const node of this.node.querySelectorAll("[data-text-of]")) node.textContent = this.word(node.dataset.textOf);
    for (const node of this.node.querySelectorAll("[data-says]")) {
      const text = this.word(node.dataset.says);
      node.setAttribute("aria-label", text);
      node.title = node.dataset.keys ? `${text} (${node.dataset.keys})` : text;
    }
  }

  // painting

  /** These cells were just painted: draw them and the figures with the next frame. */
  painted(cells) {
    this.sheet.touch(cells);
    if (this.changed) for (const cell of cells) this.#mark(cell);
    this.later();
  }

  later() {
    this.frame ??= requestAnimationFrame((now) => {
      this.frame = null;
      if (!this.host?.map) return;
      const start = performance.now();
      this.sheet.flush();
      this.panel.live();
      this.bar.live();
      if (!this.core.painting || now - (this.labelled ?? 0) > LABELS_MS) {
        this.labelled = now;
        if (this.numbers.follow() && !this.core.painting) this.host.labels.again();
      }
      this.timing.frames.push(performance.now() - start + this.timing.handler);
      this.timing.handler = 0;
      if (this.timing.frames.length > 2000) this.timing.frames.shift();
    });
  }

  /** A gesture ended: `change` is what it did, or null. */
  finished(change, drawnYet = false) {
    if (!change) return void (drawnYet && this.say("nothing"));
    this.repaint(change);
    this.keeper.changed();
    this.#announce(change);
  }

  /** Draw a change, whatever it was. */
  repaint({ cells, beats, locks }) {
    if (beats) return this.redrawn();
    this.sheet?.touch(cells);
    if (locks?.length) this.sheet?.touch(locks);
    if (this.changed) for (const cell of cells) this.#mark(cell);
    return this.later();
  }

  /** Beats came, went or look different. */
  redrawn() {
    this.colours = coloured(this.core, this.colours);
    if (this.active !== -1 && !this.core.beats[this.active]) this.active = this.core.order[0] ?? -1;
    this.marked();
    this.sheet?.again();
    this.panel.say();
    this.bar.say();
    this.#worded();
    this.#showChosen();
    this.later();
  }

  travel(how) {
    if (this.pointer.cancel()) return;
    const start = performance.now();
    const change = this.core[how]();
    if (!change) return;
    this.repaint(change);
    this.keeper.changed();
    this.timing[how] = performance.now() - start;
    this.hear(this.word(how === "undo" ? "undone" : "redone", { n: change.cells.length }));
  }

  /** A change to the list of beats, or why not. */
  did({ change, refused }) {
    if (refused) return this.say(refused);
    this.repaint(change);
    this.keeper.changed();
    return undefined;
  }

  // what differs from the plan in force

  marked() {
    const { inForce } = this.core.base;
    this.changed = inForce && this.marking ? new Uint8Array(this.core.n) : null;
    if (this.changed) for (let cell = 0; cell < this.core.n; cell++) this.#mark(cell);
  }

  #mark(cell) {
    const { inForce } = this.core.base;
    const now = this.core.beats[this.core.beatOf[cell]]?.code ?? null;
    this.changed[cell] = now !== (inForce.beats[inForce.beatOf[cell]] ?? null) ? 1 : 0;
  }

  toggleMarks() {
    this.marking = !this.marking;
    this.marked();
    this.sheet.again();
    this.bar.live();
  }

  // choosing

  use(tool) {
    this.pointer.cancel();
    this.tool = tool;
    this.pointer.setTool();
    this.bar.live();
    this.panel.say();
  }

  activate(slot) {
    this.active = slot;
    if (this.tool === "erase" && slot !== -1) this.use("brush");
    this.panel.say();
    this.bar.live();
    this.#worded();
    this.hear(this.word("active", { beat: this.titleOf(slot) }));
  }

  stepBeat(by) {
    const all = [-1, ...this.core.order];
    this.activate(all[(all.indexOf(this.active) + by + all.length) % all.length]);
  }

  pickFrom(cell) {
    this.activate(this.core.beatOf[cell]);
    if (this.tool === "pick") this.use("brush");
  }

  limitToUnitOf(cell) {
    this.awaitsUnit = false;
    this.core.limit({ unassigned: false, beats: null, unit: this.core.unit[cell] });
    this.bar.say();
  }

  select(...cells) {
    const one = cells.length === 1;
    for (const cell of cells) {
      if (one && this.selected.has(cell)) this.selected.delete(cell);
      else this.selected.add(cell);
    }
    this.#showChosen();
  }

  clearSelection() {
    this.selected.clear();
    this.#showChosen();
  }

  #showChosen() {
    if (!this.host) return;
    const { L, marks } = this.host;
    this.chosen.clearLayers();
    for (const cell of this.selected) {
      L.polygon(this.cells.latLngs(cell), { renderer: marks, color: "#0b4fd6", weight: 3, fill: false, interactive: false }).addTo(this.chosen);
    }
    this.panel.say();
    this.#worded();
  }

  newBeat() {
    const found = this.core.newBeat({ name: this.word("newName"), name_en: "New beat" });
    this.did(found);
    if (found.change) this.activate(this.core.order.at(-1));
  }

  toggleLock(slot) {
    if (slot >= 0) this.did(this.core.lockBeats([slot], !this.core.beats[slot].locked));
  }

  escape() {
    if (this.help.open) return this.help.toggle();
    if (this.pointer.cancel()) return this.hear(this.word("cancelled"));
    if (this.selected.size) return this.clearSelection();
    return this.panel.close();
  }

  /** Zoom to places: cells, beats or units by their codes. */
  goTo(kind, codes) {
    const wanted = new Set(codes);
    const { core } = this;
    const found = [];
    for (let cell = 0; cell < core.n; cell++) {
      const code = kind === "cell" ? core.codes[cell] : kind === "unit" ? core.base.units[core.unit[cell]]?.[0] : core.beats[core.beatOf[cell]]?.code;
      if (wanted.has(code)) found.push(cell);
    }
    this.show(found);
  }

  /** Zoom to cells and let them flash. */
  show(cells) {
    const bounds = this.cells.bounds(cells);
    if (!bounds) return;
    const { L, marks, map, room } = this.host;
    room.fit(bounds, 0.22, { maxZoom: 16.5 });
    const look = { renderer: marks, color: "#f59e0b", weight: 5, fill: false, interactive: false, className: "flash" };
    const flash = L.layerGroup(Array.from(cells).slice(0, 200).map((cell) => L.polygon(this.cells.latLngs(cell), look))).addTo(map);
    setTimeout(() => flash.remove(), 2400);
  }

  // what only the server can do

  command(name, values = {}) {
    this.commands = Math.max(this.commands + 1, Date.now());
    this.send("command", { n: this.commands, name, plan: this.core.plan.id, revision: this.core.plan.revision, ...values });
    this.tell(this.word("sent"));
  }

  /** A drawn line: it splits the cell that most of it lies in. */
  splitAlong(line) {
    const inside = new Map();
    for (let i = 1; i < line.length; i++) {
      for (let t = 0.05; t < 1; t += 0.1) {
        const mix = (key) => line[i - 1][key] + t * (line[i][key] - line[i - 1][key]);
        const cell = this.cells.shapes.at(mix("x"), mix("y"));
        if (cell >= 0) inside.set(cell, (inside.get(cell) ?? 0) + Math.hypot(line[i].x - line[i - 1].x, line[i].y - line[i - 1].y));
      }
    }
    const [cell] = [...inside].sort((a, b) => b[1] - a[1])[0] ?? [];
    if (cell === undefined) return this.say("nothing");
    const points = line.map(({ latlng }) => [Number(latlng.lng.toFixed(7)), Number(latlng.lat.toFixed(7))]);
    return this.command("split", { cell: this.core.codes[cell], line: points, by: this.panel.shareBy });
  }

  // what is said

  #announce({ cells }) {
    if (!cells.length) return;
    const slot = this.core.beatOf[cells[0]], u = this.core.totals.row(-1).cells;
    if (slot < 0) return this.hear(this.word("heardErased", { n: cells.length, u }));
    const { totals, order } = this.core;
    const w = shownSum(this, "workload", totals.sum("workload", slot));
    const d = shownShare(this, totals.deviation(slot, order.length));
    return this.hear(this.word("heard", { n: cells.length, beat: this.titleOf(slot), w, d, u }));
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

  say(key) {
    this.tell(this.word(key));
  }

  /** The cell under the pointer, in words. */
  hover(at) {
    const cell = at ? this.cells.shapes.at(at.x, at.y) : -1;
    if (cell === this.hovered) return;
    this.hovered = cell;
    this.bar.hovered(cell);
  }

  end() {
    this.keeper.write();
    this.keeper.end();
    this.keys.end();
    this.pointer.end();
    cancelAnimationFrame(this.frame);
    if (this.host?.map) for (const layer of [this.sheet, this.chosen, this.numbers]) layer.remove();
    this.node.remove();
  }
}
