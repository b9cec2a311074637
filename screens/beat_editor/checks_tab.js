// The checks: each with a mark and a word, and for what is wrong every place, one after the other.
import { el } from "../map_host/elements.js";
import { said } from "../map_host/words.js";
import { glyph, pictured, worded } from "./glyphs.js";

const LISTED = 30;
const ORDER = { broken: 0, not_checked: 1, ok: 2 };

export class ChecksTab {
  constructor(editor) {
    this.editor = editor;
    this.at = new Map();
    this.stale = el("p", { class: "muted", hidden: true });
    this.list = el("div", { class: "checks" });
    this.verdict = el("div", { class: "verdict" });
    this.node = el("div", { class: "body", role: "tabpanel" }, this.verdict, this.stale, this.list);
  }

  say() {
    const { editor } = this;
    const checks = [...editor.checks].sort((a, b) => ORDER[a.state] - ORDER[b.state]);
    this.#verdict();
    this.list.replaceChildren(...(checks.length ? checks.map((check) => this.#check(check)) : [el("p", { class: "muted" }, editor.word("noChecks"))]));
    for (const node of this.list.querySelectorAll("[data-says]")) {
      node.setAttribute("aria-label", editor.word(node.dataset.says));
      node.title = editor.word(node.dataset.says);
    }
  }

  live() {
    const { editor } = this, state = editor.keeper?.state ?? "saved";
    const told = state === "saved" ? "" : editor.word(state === "saving" ? "stale" : "behind");
    this.stale.hidden = !told;
    if (this.stale.textContent !== told) this.stale.textContent = told;
  }

  /** Whether the draft can be handed in, and the step that does. */
  #verdict() {
    const { editor } = this, broken = editor.checks.filter(({ state }) => state === "broken");
    const musts = broken.filter(({ weight }) => weight === "must").length, wishes = broken.length - musts;
    this.verdict.hidden = !editor.editing || !editor.checks.length;
    if (this.verdict.hidden) return;
    const [state, text] = musts ? ["broken", editor.word("notReady", { n: musts })] : ["ok", wishes ? editor.word("readyBut", { n: wishes }) : editor.word("ready")];
    const submit = worded("submit", () => editor.command("submit"));
    submit.disabled = musts > 0;
    submit.textContent = editor.word("submit");
    this.verdict.dataset.state = state;
    this.verdict.replaceChildren(glyph(state), el("span", {}, text), submit);
  }

  #check({ key, title, state, weight, message, where: found = [], where_kind: kind, may_state: mayState }) {
    const { editor } = this, { language } = editor;
    const head = el("div", { class: `check-head ${state}` }, glyph(state), el("b", {}, said(language, title)), el("span", { class: "word" }, `${editor.word(weight)} · ${editor.word(state)}`));
    const text = el("p", {}, said(language, message));
    if (!found.length) return el("div", { class: "check", "data-check": key, "data-state": state }, head, text);
    const groups = this.#byBeat(kind, found), where = groups.flatMap(([, codes]) => codes), n = where.length;
    const at = this.at.get(key), place = el("span", { class: "place", title: editor.word("placeHint") });
    place.textContent = at == null ? editor.word("allPlaces", { n }) : editor.word("place", { i: Math.min(at, n - 1) + 1, n });
    const goTo = (i) => {
      this.at.set(key, i);
      editor.selection.goTo(kind, [where[i]]);
      place.textContent = editor.word("place", { i: i + 1, n });
    };
    const go = (by) => () => goTo(this.at.has(key) ? (this.at.get(key) + by + n) % n : by > 0 ? 0 : n - 1);
    const steps = el("div", { class: "row" }, pictured("previous", "previous", go(-1)), place, pictured("next", "next", go(1)));
    const pressed = (code) => () => goTo(where.indexOf(code));
    const chip = (code) => el("button", { type: "button", class: "where", onclick: pressed(code) }, this.#named(kind, code));
    const listed = new Set(where.slice(0, LISTED));
    const all = groups.flatMap(([slot, codes]) => {
      const shown = codes.filter((code) => listed.has(code)).map(chip);
      return slot === null || !shown.length ? shown : [el("b", { class: "of-beat" }, editor.titleOf(slot)), ...shown];
    });
    if (n > LISTED) all.push(el("span", { class: "muted" }, editor.word("more", { n: n - LISTED })));
    const stated = mayState && editor.editing ? [el("button", { type: "button", class: "plain", "data-action": "state", onclick: () => editor.command("state") }, editor.word("state"))] : [];
    return el("div", { class: "check", "data-check": key, "data-state": state }, head, text, steps, el("div", { class: "wheres" }, ...all), ...stated);
  }

  /** Places as [slot, codes] by the beat that has them; the slot is null where it says nothing. */
  #byBeat(kind, where) {
    const { core } = this.editor, groups = new Map();
    if (kind !== "cell") return [[null, where]];
    for (const code of where) {
      const slot = core.beatOf[core.codes.indexOf(code)] ?? -1;
      groups.set(slot, [...(groups.get(slot) ?? []), code]);
    }
    return groups.size === 1 && groups.has(-1) ? [[null, where]] : [...groups];
  }

  #named(kind, code) {
    const { core, language } = this.editor;
    if (kind === "unit") return said(language, core.base.units.find(([one]) => one === code)?.slice(1)) || code;
    if (kind === "beat") return this.editor.titleOf(core.order.find((slot) => core.beats[slot].code === code) ?? -2) || code;
    const cell = core.codes.indexOf(code);
    return cell < 0 ? code : said(language, [core.base.names[cell], core.base.namesEn[cell] || core.base.names[cell]]);
  }
}
