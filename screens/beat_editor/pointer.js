// What a pointer does on the map: paint, frame, lasso, fill, pick, select, draw the line that splits a cell.
import { el, svg } from "../map_host/elements.js";
import { pixels } from "../map_host/sheets.js";
import { Pen } from "./pen.js";

const NEAR_PX = 4; // a lasso's next point, and what is still a click
export const SIZES = [0, 6, 10, 16, 24, 36, 52, 76]; // radius in pixels; 0 is the one cell under the pointer
const STROKES = new Set(["brush", "erase", "unit"]);
const SHAPES = new Set(["rectangle", "lasso"]);

export class Pointer {
  constructor(editor) {
    this.editor = editor;
    this.size = 2;
    this.fingers = new Map();
    this.tip = el("div", { class: "tip-round", hidden: true });
    this.shape = svg("path", { class: "drawn" });
    this.overlay = svg("svg", { class: "overlay", "aria-hidden": "true" }, this.shape);
    this.told = el("div", { class: "tell", hidden: true });
    this.pen = new Pen(editor, this.shape);
  }

  attach(host) {
    this.host = host;
    this.canvas = host.canvas;
    host.root.append(this.overlay, this.tip, this.told);
    this.ears?.abort();
    this.ears = new AbortController();
    const on = (name, action) => this.canvas.addEventListener(name, action, { capture: true, signal: this.ears.signal });
    on("pointerdown", (event) => this.#down(event));
    on("pointermove", (event) => this.#move(event));
    on("pointerup", (event) => this.#up(event));
    on("pointercancel", (event) => this.#lost(event));
    on("pointerleave", () => this.#left());
    on("dblclick", () => this.pen.finish());
    on("contextmenu", (event) => this.#closed(event));
    this.setTool();
  }

  get tool() {
    const { editor } = this;
    return editor.editing && !editor.panning && !this.host?.tools.measure.active ? editor.tool : "pan";
  }

  get radius() {
    return SIZES[this.size];
  }

  resize(by) {
    this.size = Math.max(0, Math.min(SIZES.length - 1, this.size + by));
    this.#ring();
    this.editor.bar.live();
  }

  /** The tool or the mode is another: the map moves by dragging only where nothing else wants the drag. */
  setTool() {
    if (!this.host) return;
    const { map } = this.host, free = this.tool === "pan";
    map.dragging[free ? "enable" : "disable"]();
    map.doubleClickZoom[free ? "enable" : "disable"]();
    map.boxZoom.disable();
    this.host.busy = !free;
    this.host.root.dataset.tool = this.tool;
    if (this.editor.tool !== "split") this.pen.drop();
    this.#ring();
  }

  /** Where an event is: pixels of the map box, and map units at zoom 0. */
  #at(event) {
    const box = this.canvas.getBoundingClientRect();
    const px = event.clientX - box.left, py = event.clientY - box.top;
    const { map } = this.host, { scale, origin } = pixels(map);
    const layer = map.containerPointToLayerPoint([px, py]);
    return { px, py, x: (layer.x + origin.x) / scale, y: (layer.y + origin.y) / scale, scale };
  }

  #down(event) {
    this.fingers.set(event.pointerId, event);
    if (this.fingers.size > 1) return this.#second();
    if (event.button === 1) return this.#grab(event);
    if (event.button !== 0 || this.tool === "pan") return undefined;
    const at = this.#at(event), { editor } = this, { shapes } = editor.cells;
    const cell = shapes.at(at.x, at.y);
    if (event.altKey || this.tool === "pick") return cell < 0 ? undefined : editor.pickFrom(cell);
    if (this.tool === "select") return cell < 0 ? undefined : editor.selection.take(cell);
    if (this.tool === "split") {
      this.canvas.setPointerCapture?.(event.pointerId);
      return this.pen.down(at);
    }
    if (editor.awaitsUnit && cell >= 0) editor.limitToUnitOf(cell);
    if (this.tool === "flood") return this.#flood(cell);
    const kind = this.tool === "brush" && !this.radius ? "click" : this.tool;
    if (SHAPES.has(this.tool)) this.stroke = { kind, points: [[at.x, at.y]], from: at };
    else {
      const to = kind === "erase" ? -1 : editor.active;
      const refused = editor.core.begin(kind, to);
      if (refused) return editor.say(refused);
      this.stroke = { kind, last: at };
      this.#paint(at);
    }
    this.canvas.setPointerCapture?.(event.pointerId);
    return undefined;
  }

  #move(event) {
    if (this.fingers.has(event.pointerId)) this.fingers.set(event.pointerId, event);
    if (this.grabbed) return this.#drag(event);
    if (this.tool === "pan") return undefined;
    const start = performance.now(), at = this.#at(event);
    this.here = at;
    if (event.pointerType !== "touch") this.#ring(at);
    if (!this.stroke) {
      if (this.tool === "split") this.pen.move(at);
      this.editor.voice.hover(this.editor.cells.shapes.at(at.x, at.y));
    } else if (this.stroke.points) this.#frame(at);
    else this.#paint(at);
    this.editor.timing.handler += performance.now() - start;
    return undefined;
  }

  #paint(at) {
    const { editor, stroke } = this, { last, kind } = stroke, { shapes } = editor.cells;
    const radius = (kind === "unit" ? 0 : this.radius) / at.scale;
    let cells = shapes.underBrush(last.x, last.y, at.x, at.y, radius);
    stroke.last = at;
    if (kind === "unit" && cells.length) {
      const units = new Set(Array.from(cells, (cell) => editor.core.unit[cell]));
      cells = editor.core.base.unit.reduce((found, unit, cell) => (units.has(unit) && found.push(cell), found), []);
    }
    const changed = cells.length ? editor.core.add(cells) : cells;
    if (changed.length) editor.painted(changed);
    stroke.metLock ||= cells.some((cell) => editor.core.beats[editor.core.beatOf[cell]]?.locked);
  }

  #frame(at) {
    const { stroke } = this, { from } = stroke;
    if (stroke.kind === "rectangle") {
      stroke.points = [[from.x, from.y], [at.x, from.y], [at.x, at.y], [from.x, at.y]];
      this.shape.setAttribute("d", `M${from.px} ${from.py}H${at.px}V${at.py}H${from.px}Z`);
    } else {
      const [x, y] = stroke.points.at(-1);
      if (Math.hypot(at.x - x, at.y - y) * at.scale < NEAR_PX) return;
      stroke.points.push([at.x, at.y]);
      this.shape.setAttribute("d", `${this.shape.getAttribute("d") || `M${from.px} ${from.py}`}L${at.px} ${at.py}`);
    }
    stroke.moved ||= Math.hypot(at.px - from.px, at.py - from.py) > NEAR_PX;
    this.told.hidden = false;
    this.told.textContent = this.editor.word("cellCount", { n: this.#framed(stroke).length });
    this.told.style.transform = `translate(${at.px + 14}px, ${at.py + 14}px)`;
  }

  /** The cells in the frame; a frame that is only a click means the cell under it. */
  #framed({ kind, points, from, moved }) {
    const { shapes } = this.editor.cells;
    if (!moved && points.length < 3) return [shapes.at(from.x, from.y)].filter((cell) => cell >= 0);
    return kind === "rectangle" ? shapes.inRectangle(...points[0], ...points[2]) : shapes.inLasso(points.flat());
  }

  #flood(cell) {
    const { editor } = this;
    if (cell < 0) return;
    editor.finished(editor.core.assign("flood", editor.core.flood(cell, editor.floodArea), editor.active), true);
  }

  #up(event) {
    this.fingers.delete(event.pointerId);
    if (this.grabbed) return void (this.grabbed = null);
    if (this.tool === "split") return this.pen.up();
    const { stroke, editor } = this;
    this.stroke = null;
    this.#clear();
    if (!stroke) return;
    if (!stroke.points) {
      const change = editor.core.commit();
      return !change && stroke.metLock ? editor.say("locked") : editor.finished(change);
    }
    const cells = this.#framed(stroke);
    if (event.shiftKey) return editor.selection.take(...cells);
    const refused = editor.core.begin(stroke.kind, editor.active);
    if (refused) return editor.say(refused);
    const changed = editor.core.add(cells);
    if (changed.length) editor.painted(changed);
    return editor.finished(editor.core.commit(), true);
  }

  /** A second finger: what the first had begun was meant to move the map. */
  #second() {
    this.cancel();
  }

  #lost(event) {
    this.fingers.delete(event.pointerId);
    this.cancel();
  }

  /** Take back the gesture in hand; was there one? */
  cancel() {
    const { stroke, editor } = this, line = this.pen.drop();
    this.stroke = this.grabbed = null;
    this.#clear();
    const change = editor.core.cancel();
    if (change) editor.repaint(change);
    return Boolean(stroke) || line;
  }

  #clear() {
    this.shape.setAttribute("d", "");
    this.told.hidden = true;
  }

  #left() {
    this.here = null;
    this.tip.hidden = true;
    this.editor.voice.hover(-1);
  }

  /** The ring under the pointer that shows how wide the brush is. */
  #ring(at = this.here) {
    const round = STROKES.has(this.tool) && this.tool !== "unit" && this.radius;
    this.tip.hidden = !round || !at;
    if (this.tip.hidden) return;
    this.tip.style.width = this.tip.style.height = `${2 * this.radius}px`;
    this.tip.style.transform = `translate(${at.px - this.radius}px, ${at.py - this.radius}px)`;
  }

  // the middle button moves the map whatever the tool

  #grab(event) {
    event.preventDefault();
    this.grabbed = { x: event.clientX, y: event.clientY };
    this.canvas.setPointerCapture?.(event.pointerId);
  }

  #drag(event) {
    this.host.map.panBy([this.grabbed.x - event.clientX, this.grabbed.y - event.clientY], { animate: false });
    this.grabbed = { x: event.clientX, y: event.clientY };
  }

  /** The right button ends a line, as in a GIS. */
  #closed(event) {
    if (!this.pen.points.length) return;
    event.preventDefault();
    this.pen.finish();
  }

  end() {
    this.ears?.abort();
    for (const node of [this.overlay, this.tip, this.told]) node.remove();
  }
}
