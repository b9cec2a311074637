// Numbers for all beats in one gesture, from west to east or from north to south; seen on the map before they are given.
import { el } from "../map_host/elements.js";
import { worded } from "./glyphs.js";
import { middlesOf } from "./numbers.js";

/** {slot: code}: 01, 02 … in the order of the beats' middles along `axis` (0 west to east, 1 north to south); those without cells last. */
export function numbersAlong(core, middles, axis) {
  const wide = Math.max(2, String(core.order.length).length);
  const at = (slot) => middles[axis][slot];
  const sorted = [...core.order].sort((a, b) => (at(a) === at(b) ? 0 : Number.isNaN(at(a)) ? 1 : Number.isNaN(at(b)) ? -1 : at(a) - at(b)));
  return Object.fromEntries(sorted.map((slot, i) => [slot, String(i + 1).padStart(wide, "0")]));
}

export class Renumber {
  constructor(editor) {
    this.editor = editor;
    this.codes = null;
    this.way = el("select", { "data-action": "renumberWay", onchange: () => this.#preview() });
    this.list = el("div", { class: "renumbered" });
    this.open = worded("renumber", () => this.#toggle());
    this.card = el("div", { class: "offer", hidden: true }, this.way, this.list, el("div", { class: "row" }, worded("apply", () => this.#apply()), worded("cancel", () => this.close())));
  }

  say() {
    const { editor } = this, kept = this.way.value || "0";
    const option = (value, name) => el("option", { value, selected: value === kept }, editor.word(name));
    this.way.replaceChildren(option("0", "westEast"), option("1", "northSouth"));
    this.open.textContent = editor.word("renumber");
    for (const node of this.card.querySelectorAll("[data-text-of]")) node.textContent = editor.word(node.dataset.textOf);
  }

  #toggle() {
    if (this.codes) return this.close();
    return this.#preview();
  }

  #preview() {
    const { editor } = this, { core } = editor;
    this.codes = numbersAlong(core, middlesOf(core, editor.cells), Number(this.way.value));
    const changed = core.order.filter((slot) => core.beats[slot].code !== this.codes[slot]);
    const rows = changed.map((slot) => el("span", { class: "where" }, editor.word("fromTo", { from: core.beats[slot].code, to: this.codes[slot] })));
    this.list.replaceChildren(...(rows.length ? rows : [editor.word("renumberFixed")]));
    this.card.hidden = false;
    editor.panel.reveal(this.card);
    editor.numbers.follow(this.codes);
  }

  #apply() {
    const { codes, editor } = this;
    this.close();
    editor.did(editor.core.renumber(codes));
  }

  /** Beats or their cells changed: the numbers that were proposed are not those of now. */
  overtaken() {
    if (this.codes) this.close();
  }

  close() {
    this.codes = null;
    this.card.hidden = true;
    this.editor.numbers?.follow({});
  }
}
