// The layers of one map: which are on, how strong, what lies under a pixel, which names they want to show.
import { spotsInside } from "./room.js";
import { nameOf, said } from "./words.js";

const REACH = window.matchMedia?.("(pointer: coarse)").matches ? 14 : 5; // pixels around a point that still hit it
const SYMBOLS_KEPT_FREE = 40; // names avoid the symbols of layers up to this label priority

/** Leaflet's point drawn as one of the symbols of layers/drawing/symbols.py. */
export function symbolClass(L, symbols) {
  const paths = Object.fromEntries(Object.entries(symbols).map(([name, d]) => [name, new Path2D(d)]));
  return L.CircleMarker.extend({
    _updatePath() {
      const renderer = this._renderer;
      if (!renderer._drawing || this._empty()) return;
      const ctx = renderer._ctx, { x, y } = this._point, look = this.options;
      const size = this._radius;
      ctx.save();
      ctx.translate(x, y);
      ctx.scale(size, size);
      const path = paths[look.symbol] ?? paths.circle;
      if (look.stroke) {
        ctx.globalAlpha = look.opacity;
        ctx.lineWidth = (2 * look.weight + 0.6) / size;
        ctx.lineJoin = "round";
        ctx.strokeStyle = look.color;
        ctx.stroke(path);
      }
      ctx.globalAlpha = look.fillOpacity;
      ctx.fillStyle = look.fillColor;
      ctx.fill(path, "evenodd");
      ctx.restore();
    },
  });
}

export class Layers {
  constructor(L, map, specs, view) {
    this.L = L;
    this.map = map;
    this.view = view;
    this.notes = new Map(); // "layer/code" -> a further line of its name
    this.entries = new Map(specs.map((spec) => [spec.key, this.#entry(spec)]));
    this.ordered = [...this.entries.values()].sort((a, b) => a.spec.order - b.spec.order);
  }

  #entry(spec) {
    return { spec, leaf: null, index: new Map(), on: this.view.on[spec.key] ?? spec.on, share: this.view.share[spec.key] ?? 1 };
  }

  /** Take a Leaflet layer (or null) as the content of a map layer; what was there goes. */
  put(key, leaf, tips) {
    const entry = this.entries.get(key);
    if (!entry) return;
    entry.leaf?.remove();
    entry.leaf = leaf;
    entry.index.clear();
    if (tips) entry.spec.tips = tips;
    if (!leaf) return;
    leaf.eachLayer?.((child) => {
      child.look = { opacity: child.options.opacity ?? 1, fillOpacity: child.options.fillOpacity ?? 1 };
      const code = child.feature.properties.code;
      if (!entry.index.has(code)) entry.index.set(code, []);
      entry.index.get(code).push(child);
    });
    if (entry.share !== 1) this.#fade(entry);
    this.#settle(entry);
  }

  /** The Leaflet layers of a feature; several when a code stands twice. */
  find(key, code) {
    return this.entries.get(key)?.index.get(code) ?? [];
  }

  setOn(key, on) {
    const entry = this.entries.get(key);
    if (!entry) return;
    entry.on = this.view.on[key] = on;
    if (entry.leaf) this.#settle(entry);
  }

  setShare(key, share) {
    const entry = this.entries.get(key);
    entry.share = this.view.share[key] = share;
    if (entry.leaf) this.#fade(entry);
  }

  #settle(entry) {
    if (!entry.on) return void entry.leaf.remove();
    if (!this.map.hasLayer(entry.leaf)) entry.leaf.addTo(this.map);
    for (const other of this.ordered) {
      if (other.spec.pane === entry.spec.pane && other.spec.order >= entry.spec.order && other.leaf && this.map.hasLayer(other.leaf)) {
        other.leaf.bringToFront?.();
      }
    }
  }

  #fade({ leaf, share }) {
    if (leaf.setOpacity) return leaf.setOpacity(share * (leaf.options.strength ?? 1));
    leaf.eachLayer((child) => child.setStyle({ opacity: child.look.opacity * share, fillOpacity: child.look.fillOpacity * share }));
  }

  get visible() {
    return this.ordered.filter((entry) => entry.on && entry.leaf && this.map.hasLayer(entry.leaf));
  }

  /** What lies under a pixel: points within reach, nearest first, then what is wider, topmost first.
   * {spec, child} of features, {spec, incident} or {spec, density}. */
  hits(point) {
    const points = [], found = [];
    for (const { spec, leaf } of this.visible.toReversed?.() ?? [...this.visible].reverse()) {
      if (spec.key === "incidents") {
        const near = leaf.near(point, REACH);
        if (near) points.push({ spec, ...near });
      } else if (spec.key === "hotspots") {
        const density = leaf.classAt(point);
        if (density) found.push({ spec, density });
      } else if (spec.geometry === "point") {
        const near = nearest(leaf, point);
        if (near) points.push({ spec, ...near });
      } else if (spec.group !== "background") {
        leaf.eachLayer((child) => {
          if (child._containsPoint?.(point)) found.push({ spec, child });
        });
      }
    }
    points.sort((a, b) => a.gap - b.gap || a.distance - b.distance);
    return [...points, ...found];
  }

  /** Names that want a place, and the symbols they must not cover, in layer pixels. */
  labels(language) {
    const labels = [], symbols = [];
    const zoom = this.map.getZoom() + 0.01;
    const view = this.#view();
    const told = new Set([...this.notes.values()].filter(Boolean).map(([zh]) => zh)); // leads that stand in the names of their beats
    for (const { spec, leaf } of this.visible) {
      if (spec.priority == null) continue;
      leaf.eachLayer((child) => {
        const { properties } = child.feature;
        if (spec.named && !spec.named.includes(properties.kind)) return;
        const p = spec.geometry === "point" ? child._point : this.map.latLngToLayerPoint([properties.at[1], properties.at[0]]);
        if (!p) return;
        const own = spec.geometry === "point" ? child : null;
        const size = spec.style.size + 1;
        if (own && spec.priority <= SYMBOLS_KEPT_FREE) symbols.push({ own, priority: spec.priority, box: [p.x - size, p.y - size, p.x + size, p.y + size] });
        const key = `${spec.key}/${properties.code}`, stressed = this.notes.has(key);
        if (zoom < spec.from_zoom && !stressed) return;
        if (spec.key === "officers" && told.has(properties.name)) return;
        const label = { ...this.#label(spec, child, this.notes.get(key), language), x: p.x, y: p.y, own, layer: spec.key };
        if (spec.geometry === "polygon" && spec.group !== "background") label.rings = child._rings;
        if (stressed) this.#stress(label, child, view);
        labels.push(label);
      });
    }
    return { labels, symbols };
  }

  #view() {
    const { L, map } = this;
    return L.bounds(map.containerPointToLayerPoint([0, 0]), map.containerPointToLayerPoint(map.getSize()));
  }

  /** A stressed feature is named before all others, and an area wherever a part of it is seen. */
  #stress(label, child, view) {
    label.priority = 0;
    if (label.own || !child._rings) return;
    const spots = spotsInside(this.L, child._rings, view);
    if (!spots.length) return;
    Object.assign(label, { spots, x: spots[0].x, y: spots[0].y, fits: null });
  }

  #label(spec, child, note, language) {
    const { properties } = child.feature;
    const text = nameOf(language, properties);
    const strong = spec.priority <= 15, normal = spec.priority <= 31;
    const line = { text, size: strong ? 12.5 : normal ? 12 : 11, weight: strong ? 700 : normal ? 600 : 500 };
    const label = { lines: [line], priority: spec.priority, colour: "#1f2d3d", beside: null };
    if (spec.key === "beats") {
      label.lines = [{ text: properties.code, size: 15, weight: 800 }, line];
      label.colour = "#12233d";
      label.shorter = [label.lines.slice(0, 1)]; // the number alone where the name finds no room
    } else if (spec.geometry === "polygon") {
      label.colour = darker(spec.style.stroke) ?? label.colour;
      if (spec.group === "background") Object.assign(line, { slant: "italic", colour: "#3d7ea6" });
      else label.fits = (child._pxBounds?.getSize().x ?? Infinity) + 4;
    } else if (spec.geometry === "line") {
      Object.assign(line, { colour: "#8a6a38", size: 10.5 });
      label.once = true;
      label.fits = child._pxBounds ? Math.hypot(child._pxBounds.getSize().x, child._pxBounds.getSize().y) : Infinity;
    } else {
      label.beside = spec.style.size;
    }
    if (note) {
      const last = { text: said(language, note), size: 11.5, weight: 600, colour: "#8a1c1c" };
      label.shorter = [[label.lines[0], last], ...(label.shorter ?? [])];
      label.lines.push(last);
    }
    return label;
  }

  /** How much of each layer stands on the canvases: for tests that look at what is drawn. */
  counts() {
    const out = {};
    for (const { spec, leaf } of this.visible) {
      out[spec.key] = leaf.drawn ?? 0;
      leaf.eachLayer?.((child) => (out[spec.key] += child._empty?.() || child._parts?.length === 0 ? 0 : 1));
    }
    return out;
  }
}

/** A colour at seven tenths of its light, so that pale outlines give names that can be read. */
function darker(colour) {
  return colour && `rgb(${[1, 3, 5].map((i) => Math.round(parseInt(colour.slice(i, i + 2), 16) * 0.7)).join(",")})`;
}

/** The symbol nearest to a pixel, or null: how far it is outside the symbol, and from its middle. */
function nearest(leaf, point) {
  let best = null;
  leaf.eachLayer((child) => {
    const distance = child._point ? child._point.distanceTo(point) : Infinity;
    const gap = Math.max(0, distance - child._radius);
    if (gap <= REACH && distance < (best?.distance ?? Infinity)) best = { child, gap, distance };
  });
  return best;
}
