// The beat editor around a map: the model, the canvas of cells, tools, panel and keyboard, and how they tell each other.
import { el } from "../map_host/elements.js";
import { nameOf } from "../map_host/words.js";
import { Bar } from "./bar.js";
import { Cells } from "./cells.js";
import { Chosen } from "./chosen.js";
import { Commands } from "./commands.js";
import { Core } from "./core.js";
import { Cursor } from "./cursor.js";
import { Frames } from "./frames.js";
import { Help } from "./help.js";
import { Keeper } from "./keeper.js";
import { Keys } from "./keys.js";
import { linesSheetClass } from "./lines_sheet.js";
import { Marks } from "./marks.js";
import { Numbers } from "./numbers.js";
import { coloured, given } from "./palette.js";
import { Panel } from "./panel.js";
import { Pointer } from "./pointer.js";
import { Selection } from "./selection.js";
import { cellSheetClass } from "./sheet.js";
import { Simple } from "./simple.js";
import { Team } from "./team.js";
import { Voice } from "./voice.js";
import { word } from "./words.js";

export class Editor {
  constructor(base, send) {
    this.send = send;
    this.core = new Core(base);
    this.language = "zh";
    this.mode = "edit";
    this.tool = "brush";
    this.active = this.core.order[0] ?? -1;
    this.colours = coloured(this.core, given(base));
    this.staff = [];
    this.checks = [];
    this.floodArea = Infinity; // m2
    this.team = new Team(this);
    this.frames = new Frames(this);
    this.timing = this.frames.timing;
    this.marks = new Marks(this);
    this.selection = new Selection(this);
    this.commands = new Commands(this);
    this.voice = new Voice(this);
    this.pointer = new Pointer(this);
    this.cursor = new Cursor(this);
    this.help = new Help(this);
    this.simple = new Simple(this);
    this.bar = new Bar(this);
    this.panel = new Panel(this);
    this.chosen = new Chosen(this);
    this.stage = el("div", { class: "stage" });
    const { heard, note } = this.voice;
    this.node = el("div", { class: "editor" }, this.bar.node, this.stage, this.panel.node, this.chosen.node, this.help.node, note, heard);
    this.keeper = new Keeper(this.core, {
      send: (message) => this.send("message", message),
      told: () => this.saving(),
      say: (key) => this.say(key),
      renewed: () => this.host && this.redrawn(),
    });
    this.keys = new Keys(this);
    this.keeper.restore();
    this.colours = coloured(this.core, this.colours);
    if (!this.core.beats[this.active]) this.active = this.core.order[0] ?? -1;
    this.simple.apply();
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
    host.view.on.hotspots ??= false; // a density lies over the colours of the beats: only for whoever asks for it
    host.layers.setOn("hotspots", host.view.on.hotspots);
    for (const [name, z] of [["cells", 412], ["numbers", 465]]) Object.assign((map.getPane(name) ?? map.createPane(name)).style, { zIndex: z, pointerEvents: "none" });
    this.cells = new Cells(L, map, this.core.base);
    this.sheet = new (cellSheetClass(L))({ pane: "cells" }, this).addTo(map);
    this.lines = new (linesSheetClass(L))({ pane: "cells" }, this).addTo(map);
    this.numbers = new Numbers(this);
    host.taken = () => this.numbers.boxes();
    this.selection.attach(host);
    this.pointer.attach(host);
    this.marks.again();
    this.say_();
  }

  /** The town has other cells, or the plan was saved elsewhere: the history goes along as far as it fits. */
  rebase(base) {
    this.pointer.cancel();
    this.panel.tabs.beats.renumber.overtaken();
    if (base.acknowledged != null) this.core.acknowledge(base.acknowledged, base.plan.revision); // it is in the base already
    const found = this.core.rebase(base, { parents: base.parents ?? {} });
    this.selection.cells.clear();
    this.cursor.hide();
    this.keeper.rebased();
    if (this.host) {
      this.cells = new Cells(this.host.L, this.host.map, base);
      this.lines.again();
      this.redrawn();
    }
    if (found.pending.cut) this.tell(this.word("carried", found.pending));
    else if (found.undo.cut) this.tell(this.word("undoCut", found.undo));
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

  team_(team) {
    this.team.set(team);
    this.panel.say();
  }

  density_() {
    this.bar.live();
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
    for (const part of [this.bar, this.panel, this.chosen, this.help]) part.say();
    this.worded();
  }

  worded() {
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
    this.marks.touch(cells);
    this.frames.later();
  }

  /** A gesture ended: `change` is what it did, or null. */
  finished(change, tellNothing = false) {
    if (!change) return void (tellNothing && this.say("nothing"));
    this.repaint(change);
    this.keeper.changed();
    this.voice.announce(change);
  }

  /** Draw a change, whatever it was. */
  repaint({ cells, beats, locks }) {
    this.panel.tabs.beats.renumber.overtaken();
    if (beats) return this.redrawn();
    this.painted(cells);
    if (locks?.length) this.sheet.touch(locks);
    return this.recoloured();
  }

  /** Beats that have come to touch and look alike get other colours, where nobody chose them. */
  recoloured() {
    const before = this.colours;
    this.colours = coloured(this.core, before);
    const other = [...this.colours].filter(([slot, colour]) => before.get(slot) !== colour).map(([slot]) => slot);
    if (!other.length) return;
    this.sheet.touch(this.core.cellsOf(...other));
    this.panel.tabs.beats.recolour(other);
    this.bar.live();
  }

  /** Beats came, went or look different. */
  redrawn() {
    this.colours = coloured(this.core, this.colours);
    if (this.active !== -1 && !this.core.beats[this.active]) this.active = this.core.order[0] ?? -1;
    this.marks.again();
    this.sheet?.again();
    this.bar.say();
    this.selection.shown();
    this.frames.later();
  }

  travel(how) {
    if (this.pointer.cancel()) return;
    const change = this.core[how]();
    if (!change) return;
    this.repaint(change);
    this.keeper.changed();
    this.hear(this.word(how === "undo" ? "undone" : "redone", { n: change.cells.length }));
  }

  /** A change to the list of beats, or why not. */
  did({ change, refused }) {
    if (refused) return this.say(refused);
    this.repaint(change);
    this.keeper.changed();
    return undefined;
  }

  saving() {
    this.bar.live();
    this.panel.tabs.checks.live();
    this.panel.offering();
  }

  // choosing

  use(tool) {
    this.pointer.cancel();
    this.tool = tool;
    this.pointer.setTool();
    this.bar.live();
    this.chosen.say();
  }

  activate(slot) {
    this.active = slot;
    if (this.tool === "erase" && slot !== -1) this.use("brush");
    this.panel.say();
    this.panel.tabs.beats.reveal(slot);
    this.bar.live();
    this.chosen.say();
    this.worded();
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
    if (this.cursor.shown) return this.cursor.hide();
    if (this.selection.cells.size) return this.selection.clear();
    return this.panel.close();
  }

  show(cells) {
    this.selection.show(cells);
  }

  command(name, values) {
    this.commands.send(name, values);
  }

  hear(text) {
    this.voice.hear(text);
  }

  tell(text) {
    this.voice.tell(text);
  }

  say(key) {
    this.tell(this.word(key));
  }

  end() {
    this.keeper.write();
    for (const part of [this.keeper, this.keys, this.pointer, this.voice, this.frames]) part.end();
    if (this.host?.map) for (const layer of [this.sheet, this.lines, this.selection.outlines, this.numbers]) layer.remove();
    this.cursor.hide();
    this.node.remove();
  }
}
