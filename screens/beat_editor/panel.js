// The panel beside the map: figures of the whole plan, then the beats, the checks, or what changed.
import { el } from "../map_host/elements.js";
import { said } from "../map_host/words.js";
import { BeatsTab } from "./beats_tab.js";
import { ChangesTab } from "./changes_tab.js";
import { ChecksTab } from "./checks_tab.js";
import { shownNumber, shownShare } from "./figures.js";
import { worded } from "./glyphs.js";

/** Figure -> places that it is about, as [cells] in the order in which one looks at them; none: nowhere to go. */
const FIGURES = {
  largestDeviation: (core, { furthest }) => (furthest < 0 ? [] : [core.cellsOf(furthest)]),
  variation: null,
  gini: null,
  split_: (core, { split }) => split.flatMap((slot) => core.pieces(slot).slice(1)),
  meanRoundness: null,
  unassigned: (core) => core.pieces(-1),
};

export class Panel {
  constructor(editor) {
    this.editor = editor;
    this.title = el("div", { class: "plan-title" });
    this.offer = el("div", { class: "offer", hidden: true });
    this.values = new Map(Object.keys(FIGURES).map((name) => [name, el("b", { "data-figure": name })]));
    this.figures = el("div", { class: "figures" }, ...Object.keys(FIGURES).map((name) => this.#figure(name)));
    this.seen = new Map();
    this.tabs = { beats: new BeatsTab(editor), checks: new ChecksTab(editor), changes: new ChangesTab(editor) };
    this.tab = "beats";
    this.heads = Object.fromEntries(Object.keys(this.tabs).map((name) => [name, el("button", { type: "button", role: "tab", id: `tab-${name}`, "data-tab": name, onclick: () => this.open(name) })]));
    for (const [name, { node }] of Object.entries(this.tabs)) node.setAttribute("aria-labelledby", `tab-${name}`);
    const bodies = Object.values(this.tabs).map((tab) => tab.node);
    const heads = el("div", { class: "tabs", role: "tablist" }, ...Object.values(this.heads));
    this.bodies = el("div", { class: "bodies" }, ...bodies);
    this.node = el("aside", { class: "panel", "data-says": "panel" }, this.title, this.offer, this.figures, heads, this.bodies);
  }

  #figure(name) {
    const parts = [this.values.get(name), el("span", { "data-text-of": name })];
    if (!FIGURES[name]) return el("div", { class: "figure" }, ...parts);
    return el("button", { type: "button", class: "figure", "data-goes": name, onclick: () => this.#goTo(name) }, ...parts);
  }

  /** To the next place that a figure is about. */
  #goTo(name) {
    const { core } = this.editor, places = FIGURES[name](core, core.summary());
    if (!places.length) return;
    const at = ((this.seen.get(name) ?? -1) + 1) % places.length;
    this.seen.set(name, at);
    if (name === "largestDeviation") this.editor.activate(core.beatOf[places[at][0]]);
    this.editor.show(places[at]);
  }

  open(name) {
    const other = this.tab !== name;
    this.tab = name;
    this.say();
    if (other) this.bodies.scrollTop = 0;
  }

  /** Another tab by its keys. */
  step(by) {
    const names = Object.keys(this.heads), next = names[(names.indexOf(this.tab) + by + names.length) % names.length];
    this.open(next);
    this.heads[next].focus();
  }

  /** Scroll the list, and not the page, until a part of it is seen. */
  reveal(node) {
    const { bodies } = this, seen = bodies.getBoundingClientRect(), own = node.getBoundingClientRect();
    if (own.top < seen.top) bodies.scrollTop -= seen.top - own.top;
    else if (own.bottom > seen.bottom) bodies.scrollTop += Math.min(own.bottom - seen.bottom, own.top - seen.top);
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
      head.tabIndex = name === this.tab ? 0 : -1;
      head.textContent = editor.word(name);
      this.tabs[name].node.hidden = name !== this.tab;
    }
    const broken = editor.checks.filter((check) => check.state === "broken").length;
    if (broken) this.heads.checks.append(el("i", { class: "count" }, String(broken)));
    else if (editor.checks.length) this.heads.checks.append(el("i", { class: "count ok", "aria-label": editor.word("ok") }, "✓"));
    for (const node of this.node.querySelectorAll(".figure [data-text-of]")) node.textContent = editor.word(node.dataset.textOf);
    this.tabs[this.tab].say();
    this.offering();
    this.live();
  }

  /** The figures only; called with every frame in which something was painted. */
  live() {
    const { editor } = this, found = editor.core.summary();
    const text = {
      largestDeviation: shownShare(found.largestDeviation, false),
      variation: shownShare(found.variation, false),
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
      if (FIGURES[name]) node.parentNode.title = editor.word("goThere");
    }
    this.tabs[this.tab].live(found);
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
