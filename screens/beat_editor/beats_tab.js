// The list of beats: a bar of work against the ideal each, and under the chosen one all its figures and what can be done with it.
import { el } from "../map_host/elements.js";
import { nameOf, said } from "../map_host/words.js";
import { BeatForm } from "./beat_form.js";
import { shownNumber, shownShare, shownSum } from "./figures.js";
import { exemplars } from "./exemplars.js";
import { pictured, worded } from "./glyphs.js";
import { Renumber } from "./renumber.js";

const ZOOMED = 0.3; // share off the ideal that fills a bar when differences are zoomed in on

/** Only what is new is written: every writing makes the browser lay the panel out again. */
function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export class BeatsTab {
  constructor(editor) {
    this.editor = editor;
    this.rows = new Map();
    this.scale = el("button", { type: "button", class: "plain", "data-action": "rescale", "aria-pressed": "false", onclick: () => this.#rescale() });
    this.ideal = el("span", { class: "muted" });
    this.add = worded("newBeat", () => editor.newBeat());
    this.lockAll = worded("lockAll", () => this.#lockAll());
    this.list = el("div", { class: "beats", role: "listbox", "data-says": "beats" });
    this.form = new BeatForm(editor);
    this.renumber = new Renumber(editor);
    this.tools = el("div", { class: "row edits" }, this.add, this.lockAll, this.renumber.open);
    this.node = el("div", { class: "body", role: "tabpanel" }, el("div", { class: "row" }, this.ideal, this.scale), this.list, this.tools, this.renumber.card);
  }

  #rescale() {
    this.zoomed = !this.zoomed;
    this.scale.setAttribute("aria-pressed", String(this.zoomed));
    for (const row of this.rows.values()) row.text = null;
    this.live(this.editor.core.summary());
  }

  #lockAll() {
    const { core } = this.editor;
    this.editor.did(core.lockAll(core.order.some((slot) => !core.beats[slot].locked)));
  }

  fold() {
    this.form.shown = false;
    this.say();
  }

  say() {
    const { core } = this.editor, held = this.list.contains(this.list.getRootNode().activeElement);
    const writing = this.form.across(() => this.#rows());
    this.scale.textContent = this.editor.word("rescale");
    this.add.textContent = this.editor.word("newBeat");
    const open = core.order.some((slot) => !core.beats[slot].locked);
    this.lockAll.textContent = this.editor.word(open ? "lockAll" : "unlockAll");
    this.tools.hidden = !this.editor.editing;
    this.renumber.say();
    if (held && !writing) this.rows.get(this.editor.active)?.node.firstElementChild.focus({ preventScroll: true });
    this.live(core.summary());
  }

  #rows() {
    const { core, active } = this.editor;
    this.rows.clear();
    const rows = [-1, ...core.order].map((slot) => this.#row(slot));
    this.list.replaceChildren(...rows.map((row) => row.node));
    this.rows.get(active)?.node.after(this.#details(active));
  }

  #row(slot) {
    const { editor } = this, beat = editor.core.beats[slot];
    const chip = el("span", { class: slot < 0 ? "chip-number none" : "chip-number" }, beat?.code ?? "0");
    if (beat) chip.style.background = editor.colourOf(slot);
    const bar = el("span", { class: "bar-fill" }), band = el("span", { class: "bar-band" }), line = el("span", { class: "bar-line" });
    const work = el("span", { class: "work" }), off = el("span", { class: "off" });
    const name = el("span", { class: "beat-name" }, beat ? nameOf(editor.language, beat) : editor.word("unassigned"));
    const choose = el(
      "button",
      { type: "button", class: "beat", role: "option", "aria-selected": String(slot === editor.active), "data-beat": beat?.code ?? "", onclick: () => editor.activate(slot) },
      chip,
      el("span", { class: "middle" }, el("span", { class: "names" }, name, off), beat ? el("span", { class: "track" }, band, bar, line) : null),
      work,
    );
    const lock = beat && pictured(beat.locked ? "unlock" : "lock", beat.locked ? "lock" : "unlock", () => editor.toggleLock(slot), "K");
    lock?.setAttribute("aria-pressed", String(beat.locked));
    for (const node of lock ? [lock] : []) {
      node.setAttribute("aria-label", `${editor.word(node.dataset.says)} ${beat.code}`);
      node.disabled = !editor.editing;
    }
    const row = { node: el("div", { class: "beat-row" }, choose, lock), chip, bar, band, line, work, off, text: null };
    this.rows.set(slot, row);
    return row;
  }

  /** Scroll the list to a beat and what stands under it. */
  reveal(slot) {
    const { node } = this.rows.get(slot) ?? {}, under = node?.nextElementSibling;
    if (!node || this.node.hidden) return;
    if (under?.classList.contains("details")) this.editor.panel.reveal(under);
    this.editor.panel.reveal(node);
  }

  /** These beats have another colour. */
  recolour(slots) {
    for (const slot of slots) this.rows.get(slot)?.chip.style.setProperty("background", this.editor.colourOf(slot));
  }

  /** Bars and figures. */
  live(found) {
    const { editor } = this, { totals, order, tolerance } = editor.core;
    const k = order.length, { ideal } = found;
    const most = ideal ? Math.max(2, ...order.map((slot) => totals.sum("workload", slot) / ideal)) : 1;
    const at = (share) => (this.zoomed ? Math.max(0, Math.min(1, (share - 1 + ZOOMED) / (2 * ZOOMED))) : share / most);
    for (const [slot, row] of this.rows) {
      const off = slot < 0 ? null : totals.deviation(slot, k);
      const sum = totals.sum("workload", slot);
      const text = `${sum} ${off} ${most} ${totals.row(slot).cells}`;
      if (row.text === text) continue;
      row.text = text;
      row.work.textContent = slot < 0 ? editor.word("cellCount", { n: totals.row(-1).cells }) : shownSum(editor, "workload", sum);
      if (slot < 0) continue;
      const beyond = off != null && Math.abs(off) > tolerance + 1e-9;
      row.off.textContent = shownShare(off);
      row.off.classList.toggle("beyond", beyond);
      row.bar.style.transform = `scaleX(${ideal ? at(sum / ideal) : 0})`;
      row.bar.classList.toggle("beyond", beyond);
      row.line.style.left = `${100 * at(1)}%`;
      row.band.style.left = `${100 * at(1 - tolerance)}%`;
      row.band.style.width = `${100 * (at(1 + tolerance) - at(1 - tolerance))}%`;
    }
    const measure = editor.core.base.measures.find((one) => one.key === "workload");
    const text = ideal ? `${editor.word("workload")} ${said(editor.language, measure.unit)} · ${editor.word("ideal")} ${shownSum(editor, "workload", ideal)} · ${editor.word("tolerance", { p: Math.round(100 * tolerance) })}` : "";
    if (this.ideal.textContent !== text) this.ideal.textContent = text;
    this.#figures(found);
  }

  /** Under the chosen beat: its figures, and the form to change it. */
  #details(slot) {
    const { editor } = this, { measures } = editor.core.base;
    this.cells = el("b", { "data-sum": "cells" });
    this.more = new Map(measures.filter(({ key }) => key !== "workload").map((measure) => [measure.key, el("b", { "data-sum": measure.key })]));
    const line = (title, node, unit = "", kind = "fact") => el("div", { class: kind }, el("span", {}, title), node, unit && !title.toLowerCase().endsWith(unit.toLowerCase()) ? el("i", {}, unit) : null);
    const facts = [line(editor.word("cells"), this.cells)];
    for (const { key, title, unit } of measures) if (this.more.has(key)) facts.push(line(said(editor.language, title), this.more.get(key), said(editor.language, unit)));
    this.own = { pieces: el("b", { "data-sum": "pieces" }), roundness: el("b", {}) };
    facts.push(line(editor.word("pieces"), this.own.pieces));
    if (slot >= 0) facts.push(line(editor.word("roundness"), this.own.roundness));
    if (slot >= 0) {
      this.staff = el("b", { "data-sum": "staff" });
      facts.push(line(editor.word("lead"), this.staff, "", "fact whole"), exemplars(editor.word("compare")));
    }
    const zoom = el("button", { type: "button", class: "plain", "data-action": "zoomTo", onclick: () => editor.show(editor.core.cellsOf(slot)) }, editor.word("zoomTo"));
    const nextPiece = el("button", { type: "button", class: "plain", "data-action": "nextPiece", onclick: () => this.#nextPiece(slot) }, editor.word("nextPiece"));
    this.pieceButton = nextPiece;
    const edit = slot >= 0 && editor.editing ? this.form.button(slot) : null;
    const form = slot >= 0 && editor.editing ? this.form.node(slot) : null;
    return el("div", { class: "details" }, el("div", { class: "facts" }, ...facts), el("div", { class: "row" }, zoom, nextPiece, edit), form);
  }

  #figures(found) {
    const { editor } = this, { totals } = editor.core, slot = editor.active;
    if (!this.more) return;
    const row = totals.row(slot);
    const pieces = found.pieces.get(slot) ?? 0;
    put(this.cells, String(row.cells));
    for (const [key, node] of this.more) put(node, shownSum(editor, key, row[key]));
    put(this.own.pieces, String(pieces));
    put(this.own.roundness, shownNumber(row.polsbyPopper));
    if (slot >= 0) put(this.staff, this.#staffed(slot));
    if (this.pieceButton.hidden !== pieces < 2) this.pieceButton.hidden = pieces < 2;
  }

  /** Who leads a beat, and how many help. */
  #staffed(slot) {
    const { editor } = this, { lead: code } = editor.core.beats[slot], n = editor.team.of(slot);
    const one = editor.staff.find((officer) => officer.code === code), lead = one ? nameOf(editor.language, one) : code || editor.word("noLead");
    return n === null ? lead : editor.word("teamOf", { lead, n });
  }

  #nextPiece(slot) {
    const pieces = this.editor.core.pieces(slot);
    this.piece = ((this.piece ?? -1) + 1) % pieces.length;
    this.editor.show(pieces[this.piece]);
  }
}
