// What can be changed about a beat: its names, number, officer, colour; merging it into another; deleting it, once confirmed.
import { el } from "../map_host/elements.js";
import { nameOf } from "../map_host/words.js";
import { PALETTE } from "./palette.js";

export class BeatForm {
  constructor(editor) {
    this.editor = editor;
    this.shown = false;
    this.typed = {}; // field -> what was written into it and not yet taken: a redraw must not lose it
  }

  button(slot) {
    const { editor } = this;
    const open = () => {
      this.shown = !this.shown;
      this.sure = false;
      this.typed = {};
      editor.panel.say();
      this.#seen();
    };
    return (this.opener = el("button", { type: "button", class: "plain", "data-action": "editBeat", "aria-expanded": String(this.shown), onclick: open }, editor.word("name") + " · " + editor.word("lead") + " · " + editor.word("colour")));
  }

  /** Opened, it is in sight with the keys in its first field; closed, they go back to its button. */
  #seen() {
    if (this.shown) this.editor.panel.reveal(this.card);
    (this.shown ? this.card.querySelector("input") : this.opener).focus({ preventScroll: true });
  }

  node(slot) {
    if (!this.shown) return null;
    if (this.slot !== slot) this.typed = {};
    this.slot = slot;
    const { editor } = this, { core } = editor, beat = core.beats[slot];
    const edit = (values) => editor.did(core.edit(slot, values));
    const option = (value, text, selected = false) => el("option", { value, selected }, text);
    const strangers = beat.lead && !editor.staff.some(({ code }) => code === beat.lead) ? [option(beat.lead, beat.lead, true)] : [];
    const officers = editor.staff.map((one) => option(one.code, nameOf(editor.language, one), one.code === beat.lead));
    const lead = el("select", { "data-field": "lead", onchange: (event) => edit({ lead: event.target.value || null }) }, option("", editor.word("noLead"), !beat.lead), ...strangers, ...officers);
    const swatches = [null, ...PALETTE].map((colour) => this.#swatch(beat, colour, edit));
    const group = el("div", { class: "swatches", role: "group", "aria-label": editor.word("colour") }, ...swatches);
    const others = core.order.filter((other) => other !== slot);
    const merge = el(
      "select",
      { "data-field": "merge", onchange: (event) => event.target.value !== "" && this.#merge(slot, Number(event.target.value)) },
      option("", editor.word("mergeInto"), true),
      ...others.map((other) => option(String(other), editor.titleOf(other))),
    );
    this.card = el(
      "div",
      { class: "form" },
      ...this.#field("number", beat.code, (code) => core.renumber({ [slot]: code })),
      ...this.#field("name", beat.name, (name) => core.edit(slot, { name })),
      ...this.#field("nameEn", beat.name_en ?? "", (name) => core.edit(slot, { name_en: name })),
      el("label", {}, el("span", {}, editor.word("lead")), lead),
      el("div", { class: "colours" }, el("span", {}, editor.word("colour")), group),
      el("div", { class: "row" }, merge, this.#remover(slot)),
    );
    return this.card;
  }

  /** Redraw without taking the field away from who is writing in it: its text, its caret. Tells whether somebody was. */
  across(redraw) {
    const focused = this.card?.getRootNode().activeElement, field = this.card?.contains(focused) ? focused.dataset.field : null;
    const caret = focused?.selectionStart;
    this.redrawing = true; // a field that is taken away is left, not finished
    redraw();
    this.redrawing = false;
    const node = field && this.shown ? this.card.querySelector(`[data-field="${field}"]`) : null;
    if (!node?.isConnected) return false;
    node.focus({ preventScroll: true });
    if (caret != null) node.setSelectionRange(caret, caret);
    return true;
  }

  /** A field and the place under it that says why what was written can't be. */
  #field(name, value, change) {
    const { editor } = this, told = el("p", { class: "refused", id: `refused-${name}`, role: "alert" });
    const taken = ({ target }) => {
      delete this.typed[name];
      const found = change(target.value.trim()), refused = found.refused === "nothing" ? null : found.refused;
      target.setAttribute("aria-invalid", String(Boolean(refused)));
      told.textContent = refused ? editor.word(refused) : "";
      if (refused) editor.panel.reveal(told);
      if (found.change) editor.did(found);
    };
    const typing = ({ target }) => void (this.typed[name] = target.value);
    const left = (event) => name in this.typed && !this.redrawing && taken(event); // after a redraw the browser sees no change
    const entered = (event) => event.key === "Enter" && left(event);
    const heard = { oninput: typing, onchange: taken, onblur: left, onkeydown: entered };
    const input = el("input", { type: "text", value: this.typed[name] ?? value, maxlength: "60", "data-field": name, "aria-describedby": told.id, ...heard });
    return [el("label", {}, el("span", {}, editor.word(name)), input), told];
  }

  #swatch(beat, colour, edit) {
    const { editor } = this, chosen = (beat.colour ?? null) === colour;
    const automatic = { class: "colour auto", title: editor.word("autoColourHint") };
    const about = colour ? { class: "colour", "aria-label": colour, title: colour } : automatic;
    const node = el("button", { type: "button", "aria-pressed": String(chosen), onclick: () => edit({ colour }), ...about });
    if (colour) node.style.background = colour;
    else node.textContent = editor.word("autoColour");
    return node;
  }

  #merge(slot, into) {
    const { editor } = this, found = editor.core.merge([slot], into);
    editor.did(found);
    if (found.change) editor.activate(into);
  }

  /** The first press asks, the second deletes. */
  #remover(slot) {
    const { editor } = this;
    const press = () => {
      if (!this.sure) {
        this.sure = true;
        return editor.panel.say();
      }
      this.sure = this.shown = false;
      return editor.did(editor.core.remove(slot));
    };
    return el("button", { type: "button", class: "plain danger", "data-action": "remove", onclick: press }, editor.word(this.sure ? "reallyRemove" : "remove"));
  }
}
