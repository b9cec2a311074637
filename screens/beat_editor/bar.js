// The bar of tools: what paints, how wide, where it may, back and forth, and whether all is saved.
import { el } from "../map_host/elements.js";
import { nameOf } from "../map_host/words.js";
import { glyph, pictured } from "./glyphs.js";
import { SIZES } from "./pointer.js";

const TOOLS = [["pan", "H"], ["brush", "B"], ["rectangle", "R"], ["lasso", "L"], ["unit", "U"], ["flood", "F"], ["erase", "E"], ["pick", "I"], ["select", "S"], ["split", "X"]];
const SCOPES = ["everywhere", "onlyUnassigned", "onlyUnit", "onlyBeats"];
const STATES = { saved: "ok", saving: "scale", offline: "broken", refused: "broken" };

export class Bar {
  constructor(editor) {
    this.editor = editor;
    this.tools = new Map(TOOLS.map(([name, key]) => [name, pictured(name, name, () => editor.use(name), key)]));
    this.size = el("input", { type: "range", min: "0", max: String(SIZES.length - 1), step: "1", "data-says": "size", "data-keys": "[ ]", oninput: () => this.#sized() });
    this.sizeShown = el("span", { class: "size" });
    this.scope = el("select", { "data-says": "scope", "data-action": "scope", onchange: () => this.#scoped() });
    this.unit = el("select", { "data-says": "onlyUnit", onchange: () => this.#scoped() });
    this.a = el("select", { "data-says": "beatA", onchange: () => this.#scoped() });
    this.b = el("select", { "data-says": "beatB", onchange: () => this.#scoped() });
    this.undo = pictured("undo", "undo", () => editor.travel("undo"), "Ctrl+Z");
    this.redo = pictured("redo", "redo", () => editor.travel("redo"), "Ctrl+Shift+Z");
    this.marks = pictured("marks", "marks", () => editor.marks.toggle(), "M");
    this.density = pictured("density", "density", () => this.#dense());
    this.simple = pictured("simple", "simple", () => editor.simple.toggle());
    this.flood = el("input", { type: "number", min: "0", step: "0.1", "data-says": "floodLimit", placeholder: "∞ km²", oninput: () => (editor.floodArea = Number(this.flood.value) > 0 ? 1e6 * Number(this.flood.value) : Infinity) });
    this.more = pictured("moreTools", "more", () => this.node.classList.toggle("all"));
    this.more.classList.add("more");
    this.help = pictured("help", "help", () => editor.help.toggle(), "?");
    this.drawer = pictured("panel", "drawer", () => editor.panel.toggle());
    this.drawer.classList.add("drawer");
    this.chip = el("button", { type: "button", class: "active-beat", onclick: () => editor.panel.toggle() });
    this.under = el("div", { class: "under" });
    this.state = el("div", { class: "state", role: "status" });
    this.node = el(
      "div",
      { class: "bar", role: "toolbar", "data-says": "tools" },
      el("div", { class: "group tools" }, ...this.tools.values()),
      el("label", { class: "group sizing" }, this.size, this.sizeShown),
      el("label", { class: "group flooding" }, this.flood),
      el("div", { class: "group steps" }, this.undo, this.redo),
      el("div", { class: "group looks" }, this.marks, this.density),
      el("div", { class: "group scopes" }, this.scope, this.unit, this.a, this.b),
      this.chip,
      this.under,
      this.state,
      el("div", { class: "group last" }, this.simple, this.help, this.more, this.drawer),
    );
  }

  /** The density that the page shows, over the cells. */
  #dense() {
    const { host } = this.editor;
    host.switched("hotspots", !host.layers.entries.get("hotspots").on);
    this.live();
  }

  #sized() {
    this.editor.pointer.resize(Number(this.size.value) - this.editor.pointer.size);
  }

  #scoped() {
    const { editor } = this, { core } = editor, kind = this.scope.value;
    const chosen = kind === "onlyUnit" && this.unit.value !== "" ? Number(this.unit.value) : -1;
    editor.awaitsUnit = kind === "onlyUnit" && chosen < 0;
    this.kind = kind;
    const beats = kind === "onlyBeats" ? [Number(this.a.value), Number(this.b.value)] : null;
    core.limit({ unassigned: kind === "onlyUnassigned", unit: chosen, beats });
    this.say();
  }

  /** Choices in the language of the moment. */
  say() {
    const { editor } = this, { core, language } = editor, { limits } = core;
    const option = (value, text, selected) => el("option", { value: String(value), selected }, text);
    const kind = limits.unit >= 0 ? "onlyUnit" : (this.kind ?? "everywhere");
    this.scope.replaceChildren(...SCOPES.map((name) => option(name, editor.word(name), name === kind)));
    this.unit.hidden = kind !== "onlyUnit";
    const units = core.base.units.map(([, name, nameEn], i) => option(i, nameOf(language, { name, name_en: nameEn }), i === limits.unit));
    this.unit.replaceChildren(option("", editor.word("clickUnit"), limits.unit < 0), ...units);
    for (const [i, select] of [this.a, this.b].entries()) {
      const [first, second] = [editor.active, core.order.find((slot) => slot !== editor.active)];
      const wanted = limits.beats?.[i] ?? (select.value !== "" ? Number(select.value) : i ? second : first);
      select.hidden = kind !== "onlyBeats";
      select.replaceChildren(...core.order.map((slot) => option(slot, editor.titleOf(slot), slot === wanted)));
    }
    if (kind === "onlyBeats") core.limit({ beats: [Number(this.a.value), Number(this.b.value)] });
    this.hovered(-1);
    this.live();
  }

  live() {
    const { editor } = this, { core, pointer, keeper } = editor;
    for (const [name, button] of this.tools) {
      button.setAttribute("aria-pressed", String(editor.tool === name));
      button.disabled = !editor.editing && name !== "pan";
      button.hidden = editor.simple?.hides(name) ?? false;
    }
    this.undo.disabled = !editor.editing || !core.canUndo;
    this.redo.disabled = !editor.editing || !core.canRedo;
    this.marks.setAttribute("aria-pressed", String(editor.marks.on));
    this.marks.disabled = !core.base.inForce;
    const dense = editor.host?.layers.entries.get("hotspots");
    this.density.hidden = !dense || !editor.host.patches.density;
    this.density.setAttribute("aria-pressed", String(Boolean(dense?.on)));
    this.simple.setAttribute("aria-pressed", String(Boolean(editor.simple?.on)));
    this.flood.parentNode.hidden = editor.tool !== "flood";
    this.size.parentNode.hidden = !["brush", "erase"].includes(editor.tool);
    this.size.value = String(pointer.size);
    const size = pointer.size ? `${2 * pointer.radius} px` : editor.word("oneCell");
    if (this.sizeShown.textContent !== size) this.sizeShown.textContent = size;
    this.#chip();
    this.#state(editor.editing ? (keeper?.state ?? "saved") : "reading");
  }

  #chip() {
    const { editor } = this, text = `${editor.active} ${editor.titleOf(editor.active)} ${editor.colourOf(editor.active)}`;
    if (this.chipped === text) return;
    this.chipped = text;
    const dot = el("span", { class: editor.active < 0 ? "dot none" : "dot" });
    if (editor.active >= 0) dot.style.background = editor.colourOf(editor.active);
    this.chip.replaceChildren(dot, el("span", {}, editor.titleOf(editor.active)));
  }

  #state(state) {
    const { editor } = this, refusal = editor.keeper?.refusal;
    const told = state === "refused" ? `${editor.word("refused")}：${refusal[editor.language === "en" ? 1 : 0] ?? refusal}` : editor.word(state);
    if (this.shown === `${state}${told}`) return;
    this.shown = `${state}${told}`;
    const node = el("span", {}, told);
    this.state.dataset.state = state;
    this.state.title = told;
    this.state.replaceChildren(...(STATES[state] ? [glyph(STATES[state])] : []), node);
  }

  /** The cell under the pointer. */
  hovered(cell) {
    const { editor } = this, { core, language } = editor, { base } = core;
    if (cell < 0) return void (this.under.textContent = "");
    const name = nameOf(language, { name: base.names[cell], name_en: base.namesEn[cell], code: core.codes[cell] });
    const was = base.inForce?.beats[base.inForce.beatOf[cell]], now = core.beats[core.beatOf[cell]]?.code;
    const before = base.inForce && was !== now ? ` · ${editor.word("wasIn", { beat: was ?? "–" })}` : "";
    this.under.textContent = `${name} · ${editor.titleOf(core.beatOf[cell])}${before}`;
    return undefined;
  }
}
