// What changed against the plan in force: cells, work, households, and from which beat to which.
import { el } from "../map_host/elements.js";
import { said } from "../map_host/words.js";
import { shownSum } from "./figures.js";

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
    if (text === this.text) return;
    this.text = text;
    if (!changed) return void this.body.replaceChildren(el("p", { class: "muted" }, editor.word("noForce")));
    const unit = (key) => said(editor.language, editor.core.base.measures.find((one) => one.key === key)?.unit);
    const line = (name, value, of) => el("div", { class: "fact wide" }, el("span", {}, editor.word(name)), el("b", { "data-change": name }, value), of ? el("i", {}, of) : null);
    this.body.replaceChildren(
      el("p", { class: "muted" }, editor.word("againstForce")),
      line("changedCells", String(changed.cells)),
      line("changedWork", shownSum(editor, "workload", changed.workload), unit("workload")),
      line("changedDwellings", shownSum(editor, "dwellings", changed.dwellings)),
      ...this.#moves(),
    );
  }

  /** One line per pair of beats between which cells moved, most first. */
  #moves() {
    const { editor } = this, { core } = editor, { inForce } = core.base;
    const pairs = new Map();
    for (let cell = 0; cell < core.n; cell++) {
      const was = inForce.beats[inForce.beatOf[cell]] ?? "–", now = core.beats[core.beatOf[cell]]?.code ?? "–";
      if (was === now) continue;
      const pair = editor.word("fromTo", { from: was, to: now });
      if (!pairs.has(pair)) pairs.set(pair, []);
      pairs.get(pair).push(cell);
    }
    if (!pairs.size) return [el("p", { class: "muted" }, editor.word("noChange"))];
    const sorted = [...pairs].sort((a, b) => b[1].length - a[1].length);
    return sorted.map(([pair, cells]) => el("button", { type: "button", class: "move", onclick: () => editor.show(cells) }, el("b", {}, pair), el("span", {}, editor.word("cellCount", { n: cells.length }))));
  }
}
