// What changed against the plan in force: cells, work, households, and from which beat to which.
import { el } from "../map_host/elements.js";
import { said } from "../map_host/words.js";
import { shownShare, shownSum } from "./figures.js";
import { pictured } from "./glyphs.js";

export class ChangesTab {
  constructor(editor) {
    this.editor = editor;
    this.body = el("div", { class: "changes" });
    this.node = el("div", { class: "body", role: "tabpanel" }, this.body);
  }

  say() {
    this.text = null;
    this.live(this.editor.core.summary());
  }

  live({ changed }) {
    const { editor } = this, text = JSON.stringify(changed);
    if (text === this.text || (this.text && editor.core.painting)) return; // the list follows when the gesture is done
    this.text = text;
    if (!changed) return void this.body.replaceChildren(el("p", { class: "muted" }, editor.word("noForce")));
    const unit = (key) => said(editor.language, editor.core.base.measures.find((one) => one.key === key)?.unit);
    const { all } = editor.core.totals, ofAll = (part, whole) => editor.word("ofAll", { p: shownShare(whole ? part / whole : null, false) });
    const line = (name, value, of) => el("div", { class: "fact wide" }, el("span", {}, editor.word(name)), el("b", { "data-change": name }, value), of ? el("i", {}, of) : null);
    this.body.replaceChildren(
      el("p", { class: "muted" }, editor.word("againstForce")),
      line("changedCells", String(changed.cells), ofAll(changed.cells, editor.core.n)),
      line("changedWork", shownSum(editor, "workload", changed.workload), `${unit("workload")} · ${ofAll(changed.workload, all.workload)}`),
      line("changedDwellings", shownSum(editor, "dwellings", changed.dwellings), ofAll(changed.dwellings, all.dwellings)),
      ...this.#moves(),
    );
  }

  /** One line per pair of beats between which cells moved, most first: how many cells and households, and each place in turn. */
  #moves() {
    const { editor } = this, moves = movesOf(editor.core);
    if (!moves.length) return [el("p", { class: "muted" }, editor.word("noChange"))];
    return moves.map((move) => this.#move(move));
  }

  #move({ from, to, cells, dwellings, otherLead }) {
    const { editor } = this, pair = editor.word("fromTo", { from: from ?? "–", to: to ?? "–" });
    const h = dwellings === null ? "–" : shownSum(editor, "dwellings", dwellings);
    const place = el("span", { class: "place", title: editor.word("placeHint") }, editor.word("allPlaces", { n: cells.length }));
    let at = -1;
    const go = (by) => () => {
      at = at < 0 ? (by > 0 ? 0 : cells.length - 1) : (at + by + cells.length) % cells.length;
      place.textContent = editor.word("place", { i: at + 1, n: cells.length });
      editor.show([cells[at]]);
    };
    const all = el("button", { type: "button", class: "move", "data-move": pair, onclick: () => editor.show(cells) }, el("b", {}, pair), el("span", {}, editor.word("movesOf", { n: cells.length, h })));
    const lead = el("span", { class: otherLead ? "lead other" : "lead" }, editor.word(otherLead ? "otherLead" : "sameLead"));
    const each = cells.length > 1 ? [pictured("previous", "previous", go(-1)), place, pictured("next", "next", go(1))] : [];
    const steps = el("div", { class: "row steps" }, lead, ...each);
    for (const node of steps.querySelectorAll("[data-says]")) node.setAttribute("aria-label", editor.word(node.dataset.says));
    return el("div", { class: "moved" }, all, steps);
  }
}

/** [{from, to: codes or null, cells, dwellings in steps or null, otherLead}] of all cells in another beat than in the plan in force. */
export function movesOf(core) {
  const { beats: codes, leads, beatOf: then } = core.base.inForce, dwellings = core.totals.values("dwellings");
  const pairs = new Map();
  for (let cell = 0; cell < core.n; cell++) {
    const was = then[cell], slot = core.beatOf[cell], from = codes[was] ?? null, to = core.beats[slot]?.code ?? null;
    if (from === to) continue;
    const key = `${was} ${slot}`;
    if (!pairs.has(key)) {
      const otherLead = (leads[was] || null) !== (core.beats[slot]?.lead ?? null);
      pairs.set(key, { from, to, cells: [], dwellings: dwellings ? 0 : null, otherLead });
    }
    const pair = pairs.get(key);
    pair.cells.push(cell);
    if (dwellings) pair.dwellings += dwellings[cell];
  }
  return [...pairs.values()].sort((a, b) => b.cells.length - a.cells.length);
}
