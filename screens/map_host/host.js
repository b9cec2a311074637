// One map on the page: folium's script run in place, the dynamic layers beside it, and everything a patch can change.
import { gcjCrs } from "./datum.js";
import { el } from "./elements.js";
import { Hover, round5 } from "./hover.js";
import { labelClass } from "./labels.js";
import { Layers, symbolClass } from "./layers.js";
import { FLASH, NEIGHBOUR, SELECTED, marked } from "./marks.js";
import { fromBase64, inflated } from "./packed.js";
import { LayerList, Legend } from "./panel.js";
import { Room } from "./room.js";
import { shapesLeaf, unpackedShapes } from "./shapes.js";
import { densityClass, incidentClass } from "./sheets.js";
import { Tip } from "./tip.js";
import { Coordinates, Toolbar } from "./tools.js";
import { said, word } from "./words.js";
import { loadView, saveView } from "./view.js";

const WIDE_PX = 1100; // below it an open list of layers hides too much of the map
const NARROW_PX = 700, LOW_PX = 600; // below these the legend does
const LEGEND_PX = 520; // and of a map of shapes
const FOCUS_MARGIN = 0.2; // share of the free map at each side of what it goes to, for its surroundings
const FEW = 4; // stressed features that are named at every zoom

export class Host {
  constructor(L, key, base) {
    this.L = L;
    this.key = key;
    this.header = base.header;
    this.language = "zh";
    this.plan = { layers: {} };
    this.density = null;
    this.patches = {};
    this.view = loadView(key);
    this.send = () => {};
    this.sendView = () => {};
    this.busy = false; // the pointer belongs to someone else, who draws on this map
    this.taken = () => []; // boxes that names leave free for someone else's, in layer pixels
    this.whole = null; // what fills the screen instead of the map alone
    this.canvas = el("div", { class: "map" });
    this.root = el("div", { class: "jingge", "data-map": key }, this.canvas);
    this.room = new Room(this);
    this.#runFolium();
    this.#addSheets(base.points);
    this.#addFurniture();
    this.#listen();
    this.say();
  }

  /** folium's script makes this map and its layers; `L` is handed to it with our own point symbols. */
  #runFolium() {
    const { L, header } = this;
    const made = [];
    let map;
    const options = { zoomSnap: 0.25, wheelPxPerZoomLevel: 90, minZoom: 8, maxZoom: 19, keyboardPanDelta: 120 };
    const handed = Object.create(L);
    handed.map = (_, folium) => (map = L.map(this.canvas, { ...folium, ...options }));
    handed.CircleMarker = symbolClass(L, header.symbols);
    handed.geoJson = (data, geo) => {
      const layer = L.geoJson(data, geo);
      layer.addTo = () => layer; // shown or not is for `Layers` to say
      made.push(layer);
      return layer;
    };
    new Function("L", header.script)(handed);
    this.map = map;
    this.symbol = handed.CircleMarker;
    for (const [name, z] of [["marks", 455], ["labels", 460]]) {
      const pane = map.createPane(name);
      Object.assign(pane.style, { zIndex: z, pointerEvents: "none" });
    }
    this.marks = L.svg({ pane: "marks", padding: 0.2 }).addTo(map);
    this.layers = new Layers(L, map, header.layers, this.view);
    for (const layer of made) {
      delete layer.addTo;
      this.layers.put(layer.options.layer, layer);
    }
    this.#goToView();
  }

  #addSheets(points) {
    const { L, map, header } = this;
    this.labels = new (labelClass(L))({ pane: "labels" }, () => ({ ...this.layers.labels(this.language), taken: [...this.room.boxes(), ...this.taken()] })).addTo(map);
    if (!points) return;
    this.incidents = new (incidentClass(L))({ pane: "incidents" });
    this.incidents.setPoints(points, header.layers.find((spec) => spec.key === "incidents").style);
    this.incidents.place(map);
    this.layers.put("incidents", this.incidents);
  }

  #addFurniture() {
    const { L, map, root } = this;
    this.tools = new Toolbar(this);
    this.list = new LayerList(this);
    this.legend = new Legend(this);
    this.tip = new Tip(this);
    this.coordinates = new Coordinates(map);
    this.badge = el("div", { class: "badge", role: "note", hidden: !this.header.illustrative, "data-text": "illustrative" });
    this.source = el("div", { class: "source" });
    const scale = L.control.scale({ imperial: false, maxWidth: 110 }).addTo(map);
    this.foot = el("div", { class: "foot" }, this.source, scale.getContainer(), this.coordinates.node);
    const left = el("div", { class: "corner left" }, this.tools.node, this.tools.measure.card);
    root.append(left, el("div", { class: "corner right" }, this.list.node), el("div", { class: "corner low" }, this.legend.node));
    root.append(this.badge, this.foot, this.tip.node);
  }

  #listen() {
    const { map } = this;
    map.on("moveend", () => this.remember());
    this.hover = new Hover(this);
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.root);
  }

  #mark(child, looks) {
    return marked(this.L, this.marks, child, looks);
  }

  // what patches change, one method per key of a patch; each gets the whole new value or null

  language_(language) {
    this.language = language ?? "zh";
    this.say();
  }

  /** The beats and officers of a plan. */
  async plan_(plan) {
    const { L } = this;
    const layers = plan ? JSON.parse(new TextDecoder().decode(await inflated(fromBase64(plan.packed)))) : {};
    if (plan !== this.patches.plan || !this.map) return; // overtaken while unpacking
    this.plan = { ...plan, layers };
    for (const key of ["beats", "officers"]) {
      const part = this.plan.layers[key];
      const spec = this.layers.entries.get(key)?.spec;
      if (!spec) continue;
      const { style } = spec;
      const look = { color: style.stroke, weight: style.weight, fillOpacity: style.opacity, interactive: false, pane: spec.pane };
      const leaf =
        part &&
        L.geoJson(part.features, {
          style: ({ properties }) => (properties.colour ? { ...look, fillColor: properties.colour } : {}),
          smoothFactor: 0.6,
          pane: spec.pane,
          pointToLayer: (_, at) => new this.symbol(at, { ...look, radius: style.size, fillColor: style.fill, symbol: style.symbol }),
        });
      spec.count = part ? part.features.length : null;
      this.layers.put(key, leaf ?? null, part?.tips);
    }
    this.highlight_(this.patches.highlight ?? null);
    this.say();
  }

  async density_(density) {
    const classes = density && (await inflated(fromBase64(density.classes)));
    if (density !== this.patches.density || !this.map) return; // overtaken while unpacking
    this.density = density;
    if (!density) this.layers.put("hotspots", null);
    else {
      const strength = this.layers.entries.get("hotspots")?.spec.style.opacity ?? 0.6;
      const sheet = new (densityClass(this.L))({ pane: "density", strength, opacity: strength });
      sheet.setGrid(density, classes);
      sheet.place(this.map);
      this.layers.put("hotspots", sheet);
    }
    this.say();
  }

  /** Shapes in named classes: areas, classes of cells, pieces of road. */
  async shapes_(shapes) {
    const part = shapes && (await unpackedShapes(shapes));
    const spec = this.layers.entries.get("shapes")?.spec;
    if (shapes !== this.patches.shapes || !this.map || !spec) return; // overtaken while unpacking
    this.shapes = shapes;
    spec.priority = shapes?.named.length ? 10 : null; // names for ranked areas alone
    spec.named = shapes?.named;
    spec.count = part ? part.features.length : null;
    this.layers.put("shapes", part && shapesLeaf(this.L, shapes, part, spec), part?.tips);
    this.highlight_(this.patches.highlight ?? null);
    this.say();
  }

  /** On a page that goes on below, the wheel scrolls the page until the map is pressed, and again once the pointer has left. */
  calm_(calm) {
    const { canvas, map } = this, wheel = map.scrollWheelZoom;
    this.calmed?.abort();
    wheel[calm ? "disable" : "enable"]();
    if (!calm) return;
    this.calmed = new AbortController();
    canvas.addEventListener("pointerdown", () => wheel.enable(), { signal: this.calmed.signal });
    canvas.addEventListener("pointerleave", () => wheel.disable(), { signal: this.calmed.signal });
  }

  filter_(filter) {
    this.incidents?.setFilter(filter);
    this.legend.say();
  }

  /** Stress some features and their neighbours by outlines; never moves the map. */
  highlight_(highlight) {
    this.stress?.remove();
    const find = ({ layer, code }) => this.layers.find(layer, code);
    const neighbours = (highlight?.neighbours ?? []).map((next) => ({ layer: highlight.layer, ...next }));
    const selected = (highlight?.codes ?? []).map((code) => ({ layer: highlight.layer, code }));
    const around = neighbours.flatMap(find), chosen = selected.flatMap(find);
    const marks = [...around.map((child) => this.#mark(child, NEIGHBOUR)), ...chosen.map((child) => this.#mark(child, SELECTED))];
    this.stress = this.L.layerGroup(marks).addTo(this.map);
    this.stressed = { neighbours: around.length, selected: chosen.length };
    const named = [...neighbours, ...(selected.length <= FEW ? selected : [])];
    this.layers.notes = new Map(named.map(({ layer, code, label }) => [`${layer}/${code}`, label ?? null]));
    this.legend.say();
    this.labels.again();
  }

  /** Go to a place and let it flash, once per token. */
  focus_(focus) {
    if (!focus || focus.token === this.view.focus) return;
    this.view.focus = focus.token;
    this.pendingFocus = focus;
    this.#applyFocus();
    this.remember();
  }

  #applyFocus() {
    const { map, L, pendingFocus: focus } = this;
    if (!focus || !this.seen) return;
    this.pendingFocus = null;
    if (focus.bounds) this.room.fit(focus.bounds, FOCUS_MARGIN, { maxZoom: focus.zoom ?? 16 });
    else if (focus.at) map.setView([focus.at[1], focus.at[0]], focus.zoom ?? Math.max(map.getZoom(), 16), { animate: false });
    const found = this.layers.find(focus.layer, focus.code);
    const point = focus.at && L.circleMarker([focus.at[1], focus.at[0]], { radius: 6 });
    for (const child of found.length || !point ? found : [point]) {
      const flash = this.#mark(child, FLASH).addTo(map);
      setTimeout(() => flash.remove(), 2400);
    }
  }

  /** Turn layers on or off from outside, once per token. */
  show_(show) {
    if (!show || show.token === this.view.shown) return;
    this.view.shown = show.token;
    for (const key of show.on ?? []) this.layers.setOn(key, true);
    for (const key of show.off ?? []) this.layers.setOn(key, false);
    this.remember();
    this.say();
  }

  base_map_(base) {
    const { L, map } = this;
    this.tiles?.remove();
    this.tiles = base && L.tileLayer(base.url, { maxNativeZoom: base.max_zoom ?? 18, maxZoom: 19, minZoom: base.min_zoom ?? 0 }).addTo(map);
    const crs = base?.datum === "gcj02" ? gcjCrs(L) : L.CRS.EPSG3857;
    if (map.options.crs.code !== crs.code) {
      const centre = map.getCenter();
      map.options.crs = crs;
      for (const key of ["incidents", "hotspots"]) this.layers.entries.get(key)?.leaf?.place(map);
      map._resetView(centre, map.getZoom(), true);
    }
    this.root.classList.toggle("tiled", Boolean(base));
    this.baseMap = base;
    this.say();
  }

  /** Take a patch: each key that is in it, when its value is new. */
  patch(values) {
    for (const [name, value] of Object.entries(values)) {
      const text = JSON.stringify(value ?? null);
      if (this.patches[`${name} text`] === text || !this[`${name}_`]) continue;
      this.patches[`${name} text`] = text;
      this.patches[name] = value ?? null;
      this[`${name}_`](value ?? null);
    }
  }

  /** Everything in the language of the moment. */
  say() {
    const { language, root } = this;
    if (!this.list) return;
    root.lang = language === "en" ? "en" : "zh-CN";
    this.canvas.setAttribute("aria-label", word(language, "map"));
    for (const node of root.querySelectorAll("[data-text]")) node.textContent = word(language, node.dataset.text);
    for (const node of root.querySelectorAll("[data-label]")) node.setAttribute("aria-label", word(language, node.dataset.label));
    for (const node of root.querySelectorAll("[data-word]")) {
      node.setAttribute("aria-label", word(language, node.dataset.word));
      node.title = word(language, node.dataset.word);
    }
    const number = this.baseMap?.review_number;
    this.source.textContent = [said(language, this.baseMap?.attribution), number && word(language, "reviewNumber", { n: number })].filter(Boolean).join(" · ");
    this.list.say();
    this.legend.say();
    this.tools.measure.say();
    this.tip.hide();
    this.arranged();
  }

  /** The cards have another size or fold: what stands beside them goes on standing free. */
  arranged() {
    if (!this.foot) return;
    this.room.placeBadge();
    this.labels.again();
  }

  /** A card opens: where there is no room for two, the other folds. */
  opened(card) {
    if (this.root.clientWidth >= NARROW_PX) return;
    for (const other of [this.list, this.legend]) if (other !== card && other.open) other.fold(false);
  }

  switched(key, on) {
    this.layers.setOn(key, on);
    this.legend.say();
    this.labels.again();
    this.remember();
  }

  /** Colours that a layer's picture takes from what is drawn now. */
  look(spec) {
    if (spec.key === "hotspots" && this.density) return { colours: this.density.colours };
    const beats = this.plan.layers.beats?.features ?? [];
    const fills = [...new Set(beats.map((beat) => beat.properties.colour))];
    return spec.key === "beats" && fills.length ? { fills } : {};
  }

  /** Whether there is someone who prints what is seen. */
  prints_(prints) {
    this.tools.printButton.hidden = !prints;
  }

  /** Hand over what is seen, in degrees and layer keys: the picture is drawn anew from that, never taken from the screen. */
  printView() {
    const seen = this.map.getBounds();
    const bounds = [seen.getWest(), seen.getSouth(), seen.getEast(), seen.getNorth()].map(round5);
    this.sendView({ bounds, layers: this.layers.visible.map(({ spec }) => spec.key), n: Date.now() });
  }

  goHome() {
    this.room.fit(this.header.home ?? [109.2, 28.4, 109.9, 28.9], 0);
  }

  #goToView() {
    if (this.view.centre) this.map.setView(this.view.centre, this.view.zoom, { animate: false });
    else if (this.seen) this.goHome();
    else this.map.setView([28.7, 109.66], 12, { animate: false }); // a size is needed before anything can be fitted
  }

  /** The box has a new size; the first one above nothing also decides what is seen. */
  resized() {
    cancelAnimationFrame(this.resizing);
    this.resizing = requestAnimationFrame(() => {
      if (!this.map || !this.root.clientWidth || !this.root.clientHeight) return;
      const size = this.map.getSize(), { clientWidth, clientHeight } = this.canvas;
      if (size.x !== clientWidth || size.y !== clientHeight) {
        const centre = this.map.getCenter();
        this.map.invalidateSize({ pan: false });
        this.map.setView(centre, this.map.getZoom(), { animate: false });
        this.arranged();
      }
      if (!this.seen) {
        this.seen = true;
        this.list.start(clientWidth >= WIDE_PX);
        // classes of shapes are read in the legend alone, so beside these it opens earlier
        const room = this.layers.entries.has("shapes") ? LEGEND_PX : NARROW_PX;
        this.legend.start(clientWidth >= room && clientHeight >= LOW_PX);
        this.arranged();
        this.#goToView();
        this.root.dataset.ready = "1";
      }
      this.#applyFocus();
    });
  }

  remember() {
    if (!this.seen) return;
    const { lat, lng } = this.map.getCenter();
    Object.assign(this.view, { centre: [lat, lng], zoom: this.map.getZoom() });
    saveView(this.key, this.view);
  }

  /** What is drawn now, for tests. */
  drawn() {
    const origin = this.map.containerPointToLayerPoint([0, 0]);
    const shift = ([a, b, c, d]) => [a - origin.x, b - origin.y, c - origin.x, d - origin.y];
    return {
      paths: this.layers.counts(),
      labels: this.labels.shown.map((label) => ({ ...label, box: shift(label.box) })),
      zoom: this.map.getZoom(),
      centre: [this.map.getCenter().lng, this.map.getCenter().lat],
      metres: this.tools.measure.metres,
      pixel: (lon, lat) => this.map.latLngToContainerPoint([lat, lon]),
    };
  }

  end() {
    this.observer.disconnect();
    this.hover.end();
    this.map.remove();
    this.map = null;
    this.root.remove();
  }
}
