// Canvases of our own over a Leaflet map: incidents and density. Positions are kept in map units at zoom 0.

/** A canvas that Leaflet moves and scales with the map; a child class draws on it. */
export function sheetClass(L) {
  return L.Renderer.extend({
    options: { padding: 0.1 },

    _initContainer() {
      this._container = document.createElement("canvas");
      this._ctx = this._container.getContext("2d");
      this._layers = {};
    },

    _destroyContainer() {
      this._container.remove();
      this._container = this._ctx = null;
    },

    _update() {
      if (!this._map || (this._map._animatingZoom && this._bounds)) return;
      L.Renderer.prototype._update.call(this);
      const sharp = Math.min(window.devicePixelRatio || 1, 2);
      const size = this._bounds.getSize();
      const canvas = this._container;
      L.DomUtil.setPosition(canvas, this._bounds.min);
      canvas.width = Math.max(1, Math.round(size.x * sharp));
      canvas.height = Math.max(1, Math.round(size.y * sharp));
      canvas.style.width = `${size.x}px`;
      canvas.style.height = `${size.y}px`;
      this._ctx.setTransform(sharp, 0, 0, sharp, -this._bounds.min.x * sharp, -this._bounds.min.y * sharp);
      this.draw(this._ctx, this._bounds);
    },

    /** Draw anew, without waiting for the map to move. */
    again() {
      if (this._map && this._ctx) this._update();
    },

    setOpacity(share) {
      this.options.opacity = share;
      if (this._container) this._container.style.opacity = share;
    },

    onAdd(map) {
      L.Renderer.prototype.onAdd.call(this, map);
      this._container.style.opacity = this.options.opacity ?? 1;
    },

    draw() {},
  });
}

/** x and y of (lon, lat) arrays in map units at zoom 0, in the map's present system. */
export function placed(L, map, lon, lat) {
  const { projection, transformation } = map.options.crs;
  const x = new Float64Array(lon.length), y = new Float64Array(lon.length);
  for (let i = 0; i < lon.length; i++) {
    const at = transformation._transform(projection.project(L.latLng(lat[i], lon[i])), map.options.crs.scale(0));
    x[i] = at.x;
    y[i] = at.y;
  }
  return { x, y };
}

/** Scale and shift from map units at zoom 0 to the pixels that Leaflet's layers use now. */
export function pixels(map) {
  const crs = map.options.crs;
  return { scale: crs.scale(map.getZoom()) / crs.scale(0), origin: map.getPixelOrigin() };
}

const DAY = 1440;

/** Which incidents a filter keeps, as indices. The days of a filter are inclusive; an empty list means all. */
export function kept(points, filter) {
  const minute = (day) => Math.round(Date.parse(`${day}T00:00Z`) / 60000);
  const from = filter?.first ? minute(filter.first) : -Infinity;
  const until = filter?.last ? minute(filter.last) + DAY : Infinity;
  const among = (list) => (list?.length ? new Set(list) : null);
  const hours = among(filter?.hours), weekdays = among(filter?.weekdays);
  const categories = among(filter?.categories), sources = among(filter?.sources);
  const out = new Uint32Array(points.minute.length);
  let n = 0;
  for (let i = 0; i < points.minute.length; i++) {
    const at = points.minute[i];
    if (at < from || at >= until) continue;
    if (hours && !hours.has(Math.floor((((at % DAY) + DAY) % DAY) / 60))) continue;
    // 1970-01-01 was a Thursday: day 0 is weekday 3, counted from Monday
    if (weekdays && !weekdays.has((((Math.floor(at / DAY) + 3) % 7) + 7) % 7)) continue;
    if (categories && !categories.has(points.category[i])) continue;
    if (sources && !sources.has(points.source[i])) continue;
    out[n++] = i;
  }
  return out.slice(0, n);
}

/** Incidents as dots: full when people reported them, rings when the police found them. */
export function incidentClass(L) {
  return sheetClass(L).extend({
    setPoints(points, style) {
      this.points = points;
      this.style = style;
      this.shown = kept(points, null);
    },

    setFilter(filter) {
      this.shown = kept(this.points, filter);
      this.again();
    },

    /** Put every point where it lies in the map's system. */
    place(map) {
      this.at = placed(L, map, this.points.lon, this.points.lat);
    },

    /** Radius of a dot in pixels at the present zoom. */
    radius() {
      return this.style.size * Math.min(Math.max(0.62 + (this._map.getZoom() - 12) * 0.19, 0.62), 2);
    },

    draw(ctx, bounds) {
      const { scale, origin } = pixels(this._map);
      const radius = this.radius();
      const full = new Path2D(), rings = new Path2D();
      this.drawn = 0;
      for (const i of this.shown) {
        const x = this.at.x[i] * scale - origin.x, y = this.at.y[i] * scale - origin.y;
        if (x < bounds.min.x || x > bounds.max.x || y < bounds.min.y || y > bounds.max.y) continue;
        const path = this.points.source[i] ? rings : full;
        path.moveTo(x + radius, y);
        path.arc(x, y, radius, 0, 2 * Math.PI);
        this.drawn++;
      }
      ctx.globalAlpha = this.style.opacity;
      ctx.fillStyle = ctx.strokeStyle = this.style.fill;
      ctx.fill(full);
      ctx.lineWidth = Math.max(0.9, radius * 0.5);
      ctx.fillStyle = "#ffffff";
      ctx.fill(rings);
      ctx.stroke(rings);
    },

    /** The incident nearest to a pixel: its index, pixels outside its dot, pixels from its middle; null when none is within reach. */
    near(point, reach) {
      const { scale, origin } = pixels(this._map);
      let best = -1, least = reach * reach;
      for (const i of this.shown) {
        const d = (this.at.x[i] * scale - origin.x - point.x) ** 2 + (this.at.y[i] * scale - origin.y - point.y) ** 2;
        if (d <= least) [best, least] = [i, d];
      }
      const distance = Math.sqrt(least);
      return best < 0 ? null : { incident: best, gap: Math.max(0, distance - this.radius()), distance };
    },
  });
}

/** A density as its grid's cells, each a quadrangle where its metric corners lie. */
export function densityClass(L) {
  return sheetClass(L).extend({
    setGrid(grid, classes) {
      this.grid = grid;
      this.classes = classes;
    },

    place(map) {
      const { lattice, rows, cols } = this.grid;
      const nodes = placed(L, map, lattice.lon.map((v) => v / 1e6), lattice.lat.map((v) => v / 1e6));
      const wide = lattice.cols.length;
      const across = between(lattice.cols, cols), up = between(lattice.rows, rows);
      this.x = new Float64Array((rows + 1) * (cols + 1));
      this.y = new Float64Array((rows + 1) * (cols + 1));
      for (let r = 0; r <= rows; r++) {
        for (let c = 0; c <= cols; c++) {
          const [i, s] = up[r], [j, t] = across[c];
          const corners = [i * wide + j, i * wide + j + 1, (i + 1) * wide + j, (i + 1) * wide + j + 1];
          const shares = [(1 - s) * (1 - t), (1 - s) * t, s * (1 - t), s * t];
          const mixed = (values) => corners.reduce((sum, k, n) => sum + (shares[n] ? values[k] * shares[n] : 0), 0);
          this.x[r * (cols + 1) + c] = mixed(nodes.x);
          this.y[r * (cols + 1) + c] = mixed(nodes.y);
        }
      }
    },

    draw(ctx) {
      const { rows, cols, colours } = this.grid;
      const { scale, origin } = pixels(this._map);
      const paths = colours.map(() => new Path2D());
      const to = (path, how, k) => path[how](this.x[k] * scale - origin.x, this.y[k] * scale - origin.y);
      this.drawn = 0;
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < cols; ) {
          const kind = this.classes[r * cols + c];
          const start = c;
          while (c < cols && this.classes[r * cols + c] === kind) c++;
          if (!kind) continue;
          this.drawn += c - start;
          const low = r * (cols + 1), high = low + cols + 1;
          const path = paths[kind - 1];
          to(path, "moveTo", low + start);
          for (let k = start + 1; k <= c; k++) to(path, "lineTo", low + k);
          for (let k = c; k >= start; k--) to(path, "lineTo", high + k);
          path.closePath();
        }
      }
      paths.forEach((path, i) => {
        ctx.fillStyle = ctx.strokeStyle = colours[i];
        ctx.lineWidth = 0.7; // closes the hairlines that smoothing leaves between rows
        ctx.fill(path);
        ctx.stroke(path);
      });
    },

    /** Class of the cell under a pixel, 0 for none. */
    classAt(point) {
      const { rows, cols } = this.grid;
      const { scale, origin } = pixels(this._map);
      const x = (point.x + origin.x) / scale, y = (point.y + origin.y) / scale;
      // the lattice is all but a parallelogram: solve for row and column,
      const a = 0, b = cols, d = rows * (cols + 1);
      const ux = (this.x[b] - this.x[a]) / cols, uy = (this.y[b] - this.y[a]) / cols;
      const vx = (this.x[d] - this.x[a]) / rows, vy = (this.y[d] - this.y[a]) / rows;
      const det = ux * vy - uy * vx, px = x - this.x[a], py = y - this.y[a];
      const c = Math.floor((px * vy - py * vx) / det), r = Math.floor((ux * py - uy * px) / det);
      return r >= 0 && r < rows && c >= 0 && c < cols ? this.classes[r * cols + c] : 0;
    },
  });
}

/** For every line 0 to last: which pair of nodes it lies between, and how far along. */
function between(nodes, last) {
  let pair = 0;
  return Array.from({ length: last + 1 }, (_, k) => {
    while (pair < nodes.length - 2 && k > nodes[pair + 1]) pair++;
    return [pair, (k - nodes[pair]) / (nodes[pair + 1] - nodes[pair])];
  });
}
