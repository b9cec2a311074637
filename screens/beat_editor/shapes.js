// Which cells a shape hits, in any flat plane where x and y have the same unit (pixels of a zoom, or metres; not degrees).
//
// A rectangle, a circle drawn as a shape, and a lasso hit a cell whose inner point lies in it: a border that is only grazed
// does not drag a neighbour along. A brush hits every cell that its round tip touches, all along from the pointer's last place
// to this one, so that a fast stroke leaves no hole.

/** Outlines of n cells: `xy` pairs of all rings one after another (first point not repeated), `ringStart` (r + 1) in points,
 *  `cellStart` (n + 1) in rings; holes and further parts are rings like any other. `inner` pairs: a point inside each cell. */
export class Shapes {
  constructor({ xy, ringStart, cellStart, inner }) {
    Object.assign(this, { xy, ringStart, cellStart, inner, n: cellStart.length - 1 });
    this.boxes = boxesOf(this);
    this.grid = new BoxGrid(this.boxes);
  }

  /** Cells whose inner point lies in the rectangle. */
  inRectangle(x0, y0, x1, y1) {
    const [left, right, low, high] = [Math.min(x0, x1), Math.max(x0, x1), Math.min(y0, y1), Math.max(y0, y1)];
    const inside = (x, y) => x >= left && x <= right && y >= low && y <= high;
    return this.#withInner(left, low, right, high, inside);
  }

  /** Cells whose inner point lies in the circle. */
  inCircle(x, y, radius) {
    const inside = (px, py) => (px - x) ** 2 + (py - y) ** 2 <= radius * radius;
    return this.#withInner(x - radius, y - radius, x + radius, y + radius, inside);
  }

  /** Cells whose inner point lies in the drawn ring ([x, y, x, y …], closed by itself; where it crosses itself, every other part). */
  inLasso(ring) {
    const xs = ring.filter((_, i) => i % 2 === 0), ys = ring.filter((_, i) => i % 2 === 1);
    if (xs.length < 3) return new Int32Array(0);
    const least = (values) => values.reduce((a, b) => Math.min(a, b)), most = (values) => values.reduce((a, b) => Math.max(a, b));
    return this.#withInner(least(xs), least(ys), most(xs), most(ys), (x, y) => oddCrossings(ring, 0, xs.length, x, y));
  }

  /** The cell under a point, -1 for none. */
  at(x, y) {
    for (const cell of this.grid.within(x, y, x, y)) if (this.#covers(cell, x, y)) return cell;
    return -1;
  }

  /** Cells that a round tip touches on its way from (x0, y0) to (x1, y1). */
  underBrush(x0, y0, x1, y1, radius) {
    const box = [Math.min(x0, x1) - radius, Math.min(y0, y1) - radius, Math.max(x0, x1) + radius, Math.max(y0, y1) + radius];
    return this.grid.within(...box).filter((cell) => this.#touched(cell, x0, y0, x1, y1, radius * radius));
  }

  #withInner(left, low, right, high, inside) {
    return this.grid.within(left, low, right, high).filter((cell) => inside(this.inner[2 * cell], this.inner[2 * cell + 1]));
  }

  #covers(cell, x, y) {
    let inside = false;
    for (let ring = this.cellStart[cell]; ring < this.cellStart[cell + 1]; ring += 1) {
      if (oddCrossings(this.xy, this.ringStart[ring], this.ringStart[ring + 1], x, y)) inside = !inside;
    }
    return inside;
  }

  #touched(cell, x0, y0, x1, y1, limit) {
    if (this.#covers(cell, x0, y0)) return true;
    for (let ring = this.cellStart[cell]; ring < this.cellStart[cell + 1]; ring += 1) {
      const end = this.ringStart[ring + 1];
      for (let i = this.ringStart[ring], j = end - 1; i < end; j = i, i += 1) {
        const ax = this.xy[2 * j], ay = this.xy[2 * j + 1], bx = this.xy[2 * i], by = this.xy[2 * i + 1];
        if (squaredGap(ax, ay, bx, by, x0, y0, x1, y1) <= limit) return true;
      }
    }
    return false;
  }
}

function boxesOf({ xy, ringStart, cellStart, n }) {
  const boxes = new Float64Array(4 * n);
  for (let cell = 0; cell < n; cell += 1) {
    let [left, low, right, high] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = ringStart[cellStart[cell]]; i < ringStart[cellStart[cell + 1]]; i += 1) {
      left = Math.min(left, xy[2 * i]);
      right = Math.max(right, xy[2 * i]);
      low = Math.min(low, xy[2 * i + 1]);
      high = Math.max(high, xy[2 * i + 1]);
    }
    boxes.set([left, low, right, high], 4 * cell);
  }
  return boxes;
}

/** Is the point inside the ring of points [from, to)? Counts the sides to its right. */
function oddCrossings(xy, from, to, x, y) {
  let odd = false;
  for (let i = from, j = to - 1; i < to; j = i, i += 1) {
    const ax = xy[2 * i], ay = xy[2 * i + 1], bx = xy[2 * j], by = xy[2 * j + 1];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}

/** Squared distance from a point to the line a-b. */
function squaredTo(px, py, ax, ay, bx, by) {
  const dx = bx - ax, dy = by - ay, length = dx * dx + dy * dy;
  const t = length > 0 ? Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / length)) : 0;
  return (px - ax - t * dx) ** 2 + (py - ay - t * dy) ** 2;
}

/** Squared distance between the lines a-b and c-d, 0 where they cross. */
function squaredGap(ax, ay, bx, by, cx, cy, dx, dy) {
  const side = (px, py, qx, qy, rx, ry) => (qx - px) * (ry - py) - (qy - py) * (rx - px);
  const apart = side(ax, ay, bx, by, cx, cy) * side(ax, ay, bx, by, dx, dy), across = side(cx, cy, dx, dy, ax, ay) * side(cx, cy, dx, dy, bx, by);
  if (apart < 0 && across < 0) return 0;
  return Math.min(
    squaredTo(ax, ay, cx, cy, dx, dy),
    squaredTo(bx, by, cx, cy, dx, dy),
    squaredTo(cx, cy, ax, ay, bx, by),
    squaredTo(dx, dy, ax, ay, bx, by),
  );
}

/** Boxes [left, low, right, high …] in a uniform grid of about as many squares as boxes. */
class BoxGrid {
  constructor(boxes) {
    const n = boxes.length / 4;
    this.boxes = boxes;
    this.seen = new Uint32Array(n);
    this.turn = 0;
    const edge = (place, pick) => boxes.reduce((found, value, i) => (i % 4 === place ? pick(found, value) : found), pick());
    [this.left, this.low] = [edge(0, Math.min), edge(1, Math.min)];
    const wide = edge(2, Math.max) - this.left, high = edge(3, Math.max) - this.low;
    this.side = Math.max(Math.sqrt((wide * high) / Math.max(n, 1)), Math.max(wide, high) / 2048) || 1;
    this.columns = n ? Math.floor(wide / this.side) + 1 : 1;
    this.rows = n ? Math.floor(high / this.side) + 1 : 1;
    this.squares = Array.from({ length: this.columns * this.rows }, () => []);
    for (let cell = 0; cell < n; cell += 1) this.#visit(...boxes.subarray(4 * cell, 4 * cell + 4), (square) => square.push(cell));
  }

  #visit(left, low, right, high, action) {
    const column = (x) => Math.min(this.columns - 1, Math.max(0, Math.floor((x - this.left) / this.side)));
    const row = (y) => Math.min(this.rows - 1, Math.max(0, Math.floor((y - this.low) / this.side)));
    for (let r = row(low); r <= row(high); r += 1) {
      for (let c = column(left); c <= column(right); c += 1) action(this.squares[r * this.columns + c]);
    }
  }

  /** Boxes that touch this one, in ascending order. */
  within(left, low, right, high) {
    const { boxes, seen } = this, found = [];
    this.turn += 1;
    this.#visit(left, low, right, high, (square) => {
      for (const cell of square) {
        if (seen[cell] === this.turn) continue;
        seen[cell] = this.turn;
        const at = 4 * cell;
        if (boxes[at] <= right && boxes[at + 2] >= left && boxes[at + 1] <= high && boxes[at + 3] >= low) found.push(cell);
      }
    });
    return Int32Array.from(found).sort();
  }
}
