// The panel beside the map: figures of the whole plan, then the beats, the checks, or what changed.
import { el } from "../map_host/elements.js";
import { said } from "../map_host/words.js";
import { BeatsTab } from "./beats_tab.js";
import { ChangesTab } from "./changes_tab.js";
import { ChecksTab } from "./checks_tab.js";
import { shownNumber, shownShare } from "./figures.js";
import { worded } from "./glyphs.js";

const FIGURES = ["largestDeviation", "variation", "gini", "split_", "meanRoundness", "unassigned"];
const SHARES = { byIncidents: "incidents", byArea: "area" };

export class Panel {
  constructor(editor) {
    this.editor = editor;
    this.title = el("div", { class: "plan-title" });
    this.offer = el("div", { class: "offer", hidden: true });
    this.values = new Map(FIGURES.map((name) => [name, el("b", { "data-figure": name })]));
    this.figures = el("div", { class: "figures" }, ...FIGURES.map((name) => el("div", { class: "figure" }, this.values.get(name), el("span", { "data-text-of": name }))));
    this.tabs = { beats: new BeatsTab(editor), checks: new ChecksTab(editor), changes: new ChangesTab(editor) };
    this.tab = "beats";
    this.heads = Object.fromEntries(Object.keys(this.tabs).map((name) => [name, el("button", { type: "button", role: "tab", "data-tab": name, onclick: () => this.open(name) })]));
    this.selection = el("div", { class: "selection", hidden: true });
    this.by = el("select", { "data-says": "shareBy" });
    const bodies = Object.values(this.tabs).map((tab) => tab.node);
    const heads = el("div", { class: "tabs", role: "tablist" }, ...Object.values(this.heads));
    this.bodies = el("div", { class: "bodies" }, ...bodies);
    this.node = el("aside", { class: "panel", "data-says": "panel" }, this.title, this.offer, this.figures, this.selection, heads, this.bodies);
  }

  get shareBy() {
    return SHARES[this.by.value] ?? "incidents";
  }

  open(name) {
    const other = this.tab !== name;
    this.tab = name;
    this.say();
    if (other) this.bodies.scrollTop = 0;
  }

  /** On a phone: out and in. */
  toggle() {
    this.node.classList.toggle("out");
  }

  close() {
    this.node.classList.remove("out");
    this.tabs.beats.fold();
  }

  /** All of it, in the language of the moment. */
  say() {
    const { editor } = this, { plan } = editor.core;
    this.title.textContent = said(editor.language, editor.core.base.plan.title ?? plan.id);
    for (const [name, head] of Object.entries(this.heads)) {
      head.setAttribute("aria-selected", String(name === this.tab));
      head.textContent = editor.word(name);
      this.tabs[name].node.hidden = name !== this.tab;
    }
    const broken = editor.checks.filter((check) => check.state === "broken").length;
    if (broken) this.heads.checks.append(el("i", { class: "count" }, String(broken)));
    for (const node of this.node.querySelectorAll(".figure [data-text-of]")) node.textContent = editor.word(node.dataset.textOf);
    const kept = this.by.value;
    this.by.replaceChildren(...Object.keys(SHARES).map((name) => el("option", { value: name, selected: name === kept }, editor.word(name))));
    this.tabs[this.tab].say();
    this.#selection();
    this.offering();
    this.live();
  }

  /** The figures only; called with every frame in which something was painted. */
  live() {
    const { editor } = this, found = editor.core.summary();
    const text = {
      largestDeviation: shownShare(editor, found.largestDeviation, false),
      variation: shownShare(editor, found.variation, false),
      gini: shownNumber(found.gini, 3),
      split_: String(found.split.length),
      meanRoundness: shownNumber(found.meanPolsbyPopper),
      unassigned: String(found.unassigned.cells),
    };
    const wrong = { largestDeviation: found.beyond.length, split_: found.split.length, unassigned: found.unassigned.cells };
    for (const [name, node] of this.values) {
      if (node.textContent === text[name]) continue;
      node.textContent = text[name];
      node.parentNode.classList.toggle("wrong", Boolean(wrong[name]));
    }
    this.tabs[this.tab].live(found);
  }

  /** What can be done with selected cells. */
  #selection() {
    const { editor } = this, cells = [...editor.selection.cells], { core } = editor;
    const splitting = editor.tool === "split" && editor.editing;
    this.selection.hidden = !cells.length && !splitting;
    if (this.selection.hidden) return;
    const act = (name, action) => worded(name, () => {
      action();
      editor.selection.clear();
    });
    const codes = () => cells.map((cell) => core.codes[cell]);
    const shared = el("label", { class: "muted" }, `${editor.word("shareBy")} `, this.by);
    const split = (along) => () => editor.command("split", { cell: core.codes[cells[0]], along, by: this.shareBy });
    const buttons = cells.length
      ? [
          act("giveCells", () => editor.finished(core.assign("list", cells, editor.active), true)),
          act("lockCells", () => editor.did(core.lockCells(cells, true))),
          act("unlockCells", () => editor.did(core.lockCells(cells, false))),
          cells.length > 1 ? act("mergeCells", () => editor.command("merge", { cells: codes() })) : null,
          ...(cells.length === 1 ? [act("splitRoad", split("roads")), act("splitWater", split("water"))] : []),
        ].filter(Boolean)
      : [worded("undoCells", () => editor.command("undo_cells"))];
    const hint = splitting && cells.length === 2 ? "borderHint" : splitting || !cells.length ? "splitHint" : null;
    const head = el("div", {}, [cells.length ? editor.word("selected", { n: cells.length }) : "", hint ? editor.word(hint) : ""].filter(Boolean).join(" · "));
    this.selection.replaceChildren(head, el("div", { class: "row" }, ...buttons), ...(splitting || cells.length === 1 ? [shared] : []));
    for (const node of this.selection.querySelectorAll("[data-text-of]")) node.textContent = editor.word(node.dataset.textOf);
  }

  /** What a person must choose: gestures that the server refused, or that were kept and do not fit the plan as it is now. */
  offering() {
    const { editor } = this, { keeper } = editor, refused = keeper?.state === "refused" && keeper.refusal, offered = keeper?.offered;
    this.offer.hidden = !refused && !offered;
    if (this.offer.hidden) return;
    const set = (drop) => () => {
      keeper.setAside(drop);
      editor.command("reload");
    };
    const carry = () => editor.tell(editor.word("carried", keeper.carryOver()));
    const [about, ...choices] = refused
      ? [`${editor.word("refused")}：${said(editor.language, refused)}`, worded("setAside", set(false)), worded("dropMine", set(true), "danger")]
      : [editor.word("found", { n: offered.outgoing.length }), worded("carryOver", carry), worded("discard", () => keeper.forget(), "danger")];
    this.offer.replaceChildren(el("div", {}, about), el("div", { class: "row" }, ...choices));
    for (const node of this.offer.querySelectorAll("[data-text-of]")) node.textContent = editor.word(node.dataset.textOf);
  }
}
