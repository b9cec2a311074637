// The line that splits a cell or parts two anew: clicked point by point, or drawn in one go with the button or a finger held.
const NEAR_PX = 4; // nearer points are one
const STEP_PX = 7; // between two points of a line that is drawn in one go

export class Pen {
  /** `shape`: the SVG path that shows the line. */
  constructor(editor, shape) {
    this.editor = editor;
    this.shape = shape;
    this.points = [];
  }

  /** The cell under the first point, or -1. */
  get cell() {
    const [first] = this.points;
    return first ? this.editor.cells.shapes.at(first.x, first.y) : -1;
  }

  down(at) {
    this.held = true;
    this.#add(at, NEAR_PX);
    this.draw(at);
  }

  move(at) {
    if (this.held && this.#add(at, STEP_PX)) this.drawn = true;
    this.draw(at);
  }

  /** The button is up: a line drawn in one go is whole. */
  up() {
    const { drawn } = this;
    this.held = this.drawn = false;
    if (drawn) this.finish();
  }

  #add(at, apart) {
    const last = this.points.at(-1);
    if (last && Math.hypot(last.px - at.px, last.py - at.py) < apart) return false;
    this.points.push({ ...at, latlng: this.editor.host.map.containerPointToLatLng([at.px, at.py]) });
    this.editor.chosen.say();
    return true;
  }

  /** Show the line, as far as `at` where it is not ended. */
  draw(at = null) {
    if (!this.points.length) return;
    const { map } = this.editor.host, shown = this.points.map(({ latlng }) => map.latLngToContainerPoint(latlng));
    if (at) shown.push({ x: at.px, y: at.py });
    this.shape.setAttribute("d", shown.map(({ x, y }, i) => `${i ? "L" : "M"}${x} ${y}`).join(""));
  }

  /** Take back the last point. */
  back() {
    this.points.pop();
    if (this.points.length) this.draw();
    else this.drop();
    this.editor.chosen.say();
  }

  /** Ask for what the line means; one point is no line yet. */
  finish() {
    if (this.points.length < 2) return;
    const line = this.points;
    this.drop();
    this.editor.commands.splitAlong(line);
  }

  /** Forget the line; was there one? */
  drop() {
    const had = this.points.length > 0;
    this.points = [];
    this.held = this.drawn = false;
    if (had) {
      this.shape.setAttribute("d", "");
      this.editor.chosen.say();
    }
    return had;
  }
}
