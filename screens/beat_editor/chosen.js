// What can be done with chosen cells, or with the line that splits one: a card over the foot of the map.
import { el } from "../map_host/elements.js";
import { nameOf } from "../map_host/words.js";
import { worded } from "./glyphs.js";

export class Chosen {
  constructor(editor) {
    this.editor = editor;
    this.head = el("div", { class: "chosen-head", "aria-live": "polite" });
    this.row = el("div", { class: "row" });
    this.node = el("div", { class: "chosen", role: "group", "data-says": "chosen", hidden: true }, this.head, this.row);
  }

  /** What there is to do now, in the language of the moment. */
  say() {
    const { editor } = this, cells = [...editor.selection.cells], splitting = editor.tool === "split", before = this.node.hidden;
    this.node.hidden = !editor.editing || (!cells.length && !splitting);
    if (this.node.hidden !== before) editor.host?.arranged(); // on a phone the mark of illustrative data makes room
    if (this.node.hidden) return;
    if (before) editor.bar.node.classList.remove("all"); // unfolded on a phone, the bar would cover the card
    const [head, buttons] = splitting ? this.#line(cells) : this.#cells(cells);
    this.head.textContent = head;
    this.row.replaceChildren(...buttons.filter(Boolean));
    for (const node of this.row.children) node.textContent = editor.word(node.dataset.textOf);
  }

  /** What can be done with cells, and then none is chosen any more. */
  #cells(cells) {
    const { editor } = this, { core } = editor, codes = cells.map((cell) => core.codes[cell]);
    const act = (name, action) => worded(name, () => {
      action();
      editor.selection.clear();
    });
    const some = (locked) => cells.some((cell) => Boolean(core.lockedCells[cell]) === locked);
    const one = cells.length === 1, ofOneUnit = cells.every((cell) => core.unit[cell] === core.unit[cells[0]]);
    const pair = cells.length === 2 && ofOneUnit && core.neighbours.of(cells[0]).includes(cells[1]);
    const head = one ? this.#named(cells[0]) : editor.word("selected", { n: cells.length });
    return [
      `${head} · ${editor.word("into", { beat: editor.titleOf(editor.active) })}`,
      [
        act("giveCells", () => editor.finished(core.assign("list", cells, editor.active), true)),
        some(false) && act("lockCells", () => editor.did(core.lockCells(cells, true))),
        some(true) && act("unlockCells", () => editor.did(core.lockCells(cells, false))),
        ...(one ? this.#along(cells[0]) : []),
        one && worded("splitLine", () => editor.use("split")),
        !one && ofOneUnit && act("mergeCells", () => editor.command("merge", { cells: codes })),
        pair && worded("newBorder", () => editor.use("split")),
        worded("clearCells", () => editor.selection.clear()),
      ],
    ];
  }

  /** How the line that is drawn goes on. */
  #line(cells) {
    const { editor } = this, { pen } = editor.pointer, { cell, points } = pen;
    if (!points.length && cells.length === 1) return [`${this.#named(cells[0])} · ${editor.word("splitHint")}`, this.#along(cells[0])];
    if (!points.length) return [editor.word(cells.length === 2 ? "borderHint" : "splitHint"), [worded("undoCells", () => editor.command("undo_cells"))]];
    return [
      [cell >= 0 && this.#named(cell), editor.word("lineHint")].filter(Boolean).join(" · "),
      [
        points.length > 1 && worded("finishLine", () => pen.finish()),
        worded("backPoint", () => pen.back()),
        ...(cell >= 0 && points.length === 1 && cells.length !== 2 ? this.#along(cell) : []),
      ],
    ];
  }

  #along(cell) {
    const { editor } = this;
    const split = (along) => () => {
      editor.pointer.pen.drop();
      editor.command("split", { cell: editor.core.codes[cell], along });
    };
    return [worded("splitRoad", split("roads")), worded("splitWater", split("water"))];
  }

  #named(cell) {
    const { core, language } = this.editor, { base } = core;
    return nameOf(language, { name: base.names[cell], name_en: base.namesEn[cell], code: core.codes[cell] });
  }
}
