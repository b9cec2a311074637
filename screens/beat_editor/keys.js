// The keyboard: one table for what it does and for the card that says so.
import { WAYS } from "./cursor.js";

const DIGITS_MS = 700; // two digits within that time are one number

const KEYS = [
  ["B", "brush", (e) => e.use("brush")],
  ["R", "rectangle", (e) => e.use("rectangle")],
  ["L", "lasso", (e) => e.use("lasso")],
  ["U", "unit", (e) => e.use("unit")],
  ["F", "flood", (e) => e.use("flood")],
  ["E", "erase", (e) => e.use("erase")],
  ["I", "pick", (e) => e.use("pick")],
  ["S", "select", (e) => e.use("select")],
  ["X", "split", (e) => e.use("split")],
  ["H", "pan", (e) => e.use("pan")],
  ["K", "lock", (e) => e.toggleLock(e.active)],
  ["N", "newBeat", (e) => e.newBeat()],
  ["M", "marks", (e) => e.marks.toggle()],
  ["?", "help", (e) => e.help.toggle()],
  ["[", null, (e) => e.pointer.resize(-1)],
  ["]", null, (e) => e.pointer.resize(1)],
  ["PAGEUP", null, (e) => e.stepBeat(-1)],
  ["PAGEDOWN", null, (e) => e.stepBeat(1)],
  ["ESCAPE", null, (e) => e.escape()],
];
const ACTIONS = new Map(KEYS.map(([key, , action]) => [key, action]));
const TOOL_OF = new Map(KEYS.map(([key, name]) => [key, name]));

/** Rows [keys, name of the wording] of the help card. */
export const SHORTCUTS = [
  ...KEYS.filter(([, name]) => name).map(([key, name]) => [key, name]),
  ["[ ]", "sizeKeys"],
  ["0–9", "numberKeys"],
  ["Alt + ●", "altClick"],
  ["Space", "temporaryPan"],
  ["← ↑ → ↓", "cursorKeys"],
  ["Enter", "cursorPaint"],
  ["Enter", "endLine"],
  ["Backspace", "backKey"],
  ["PgUp PgDn", "beatKeys"],
  ["Ctrl + Z", "undo"],
  ["Ctrl + Shift + Z", "redo"],
  ["Esc", "escape"],
];

const PAGE_ASKS = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]'; // outside the editor, which keeps its own in a shadow

export class Keys {
  constructor(editor) {
    this.editor = editor;
    this.typed = "";
    // before Streamlit's own shortcuts, which would run the page again at R
    window.addEventListener("keydown", (this.down = (event) => this.#down(event)), { capture: true });
    window.addEventListener("keyup", (this.up = (event) => this.#up(event)), { capture: true });
    window.addEventListener("blur", (this.blur = () => this.#space(false)));
  }

  /** A key is ours unless the editor is not seen, somebody writes, or a question of the page stands over the editor. */
  #mine(event) {
    const path = event.composedPath(), [target] = path, { node } = this.editor;
    if (!node.isConnected || !node.offsetWidth || target.isContentEditable) return false;
    if (!path.includes(node) && document.querySelector(PAGE_ASKS)) return false;
    return !["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName) || target.type === "checkbox";
  }

  #down(event) {
    if (!this.#mine(event)) return;
    if (this.#does(event)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }

  /** Do what a key means; was it one of ours? */
  #does(event) {
    const { editor } = this, key = event.key.toUpperCase();
    if (event.ctrlKey || event.metaKey) {
      const back = key === "Z" && !event.shiftKey, again = key === "Y" || (key === "Z" && event.shiftKey);
      if (!editor.editing || event.altKey || !(back || again)) return false;
      editor.travel(back ? "undo" : "redo");
      return true;
    }
    if (event.altKey) return false;
    const [target] = event.composedPath(), pressed = target.tagName === "BUTTON" || target.type === "checkbox";
    if (WAYS[key]?.[0] && target.role === "tab") {
      editor.panel.step(WAYS[key][0]);
      return true;
    }
    if (WAYS[key] && editor.editing && editor.tool !== "pan") {
      editor.cursor.move(WAYS[key]);
      return true;
    }
    const { pen } = editor.pointer;
    if (pen.points.length && !pressed && ["ENTER", "BACKSPACE"].includes(key)) {
      if (key === "ENTER") pen.finish();
      else pen.back();
      return true;
    }
    if ((key === "ENTER" || key === " ") && editor.cursor.shown && editor.editing && !pressed) {
      if (!event.repeat) editor.cursor.act();
      return true;
    }
    if (key === " ") {
      if (pressed) return false;
      this.#space(true);
      return true;
    }
    if (/^\d$/.test(key) && editor.editing) {
      this.#digit(key);
      return true;
    }
    const action = ACTIONS.get(key);
    if (!action || editor.simple.hides(TOOL_OF.get(key)) || (!editor.editing && !["?", "ESCAPE"].includes(key))) return false;
    action(editor);
    return true;
  }

  #digit(key) {
    clearTimeout(this.later);
    this.typed += key;
    let slot = this.#numbered(this.typed);
    if (slot == null) slot = this.#numbered((this.typed = key)); // no beat of two such digits: the second begins anew
    if (slot != null) this.editor.activate(slot);
    this.later = setTimeout(() => (this.typed = ""), DIGITS_MS);
  }

  #numbered(typed) {
    const { core } = this.editor;
    if (/^0+$/.test(typed)) return typed === "0" ? -1 : null;
    return core.order.find((slot) => core.beats[slot].code === typed || Number(core.beats[slot].code) === Number(typed));
  }

  #up(event) {
    if (event.key === " ") this.#space(false);
  }

  #space(held) {
    if (this.editor.panning === held) return;
    this.editor.panning = held;
    this.editor.pointer.setTool();
  }

  end() {
    window.removeEventListener("keydown", this.down, { capture: true });
    window.removeEventListener("keyup", this.up, { capture: true });
    window.removeEventListener("blur", this.blur);
  }
}
