// What stands on the map besides layers: buttons, pointer coordinates, measuring, the mark of illustrative data.
import { el, icon } from "./elements.js";
import { areaOf, lengthOf } from "./geodesy.js";
import { word } from "./words.js";

/** A square button with a picture; its name is its tip and what a screen reader says. */
export function button(name, picture, action) {
  return el("button", { type: "button", class: "button", "data-word": name, onclick: action }, icon(picture));
}

/** The column of buttons: zoom, home, full screen, measure, and print where somebody takes the view. */
export class Toolbar {
  constructor(host) {
    const { map } = host;
    this.measure = new Measure(host);
    this.measureButton = button("measure", "ruler", () => this.measure.toggle());
    this.measure.onchange = () => {
      this.measureButton.setAttribute("aria-pressed", String(this.measure.active));
      host.arranged();
    };
    this.measure.onchange();
    this.printButton = button("printView", "printer", () => host.printView());
    this.printButton.hidden = true;
    this.node = el(
      "div",
      { class: "toolbar", role: "toolbar", "data-label": "toolbar" },
      el("div", { class: "card stack" }, button("zoomIn", "plus", () => map.zoomIn()), button("zoomOut", "minus", () => map.zoomOut())),
      el(
        "div",
        { class: "card stack" },
        button("home", "home", () => host.goHome()),
        button("fullScreen", "full", () => fullScreen(host)),
        this.measureButton,
        this.printButton,
      ),
    );
  }
}

function fullScreen(host) {
  const root = host.whole ?? host.root;
  if (document.fullscreenElement) return void document.exitFullscreen();
  if (root.requestFullscreen) return void root.requestFullscreen().catch(() => {});
  root.classList.toggle("whole"); // phones that give no element the full screen
  host.resized();
}

/** Where the pointer is, in degrees; the middle of the map where there is no pointer. */
export class Coordinates {
  constructor(map) {
    this.node = el("div", { class: "coordinates" });
    const write = (at) => (this.node.textContent = `${at.lng.toFixed(5)}, ${at.lat.toFixed(5)} · CGCS2000`);
    map.on("mousemove", (event) => write(event.latlng));
    map.on("moveend", () => write(map.getCenter()));
  }
}

/** Metres as people read them. */
export function shownLength(language, m) {
  const short = m < 1000;
  const number = short ? Math.round(m) : (m / 1000).toFixed(m < 10000 ? 2 : 1);
  return `${number} ${word(language, short ? "m" : "km")}`;
}

/** Square metres as people read them. */
export function shownArea(language, m2) {
  const small = m2 < 100_000;
  return `${small ? Math.round(m2).toLocaleString("en") : (m2 / 1e6).toFixed(2)} ${word(language, small ? "m2" : "km2")}`;
}

/** Distance and area between clicked points. */
class Measure {
  constructor(host) {
    this.host = host;
    this.active = false;
    this.points = [];
    this.text = el("div", { class: "measured", role: "status", "aria-live": "polite" });
    this.finish = el("button", { type: "button", class: "plain", "data-text": "finish", onclick: () => this.end() });
    this.clear = el("button", { type: "button", class: "plain", "data-text": "clear", onclick: () => this.cancel() });
    this.card = el("div", { class: "card measure", hidden: true }, this.text, el("div", { class: "row" }, this.finish, this.clear));
    host.map.on("click", (event) => this.#add(event.latlng));
    host.map.on("mousemove", (event) => this.active && this.points.length && this.#draw(event.latlng));
    host.map.on("dblclick", () => this.active && this.end());
    host.root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && (this.active || this.points.length)) this.cancel();
    });
  }

  toggle() {
    if (this.active) return this.cancel();
    this.points = [];
    this.active = true;
    clearTimeout(this.later);
    this.host.map.doubleClickZoom.disable();
    this.host.map.getContainer().focus({ preventScroll: true });
    this.host.root.classList.add("measuring");
    this.#draw();
    this.onchange();
  }

  #add(at) {
    const last = this.points.at(-1);
    if (!this.active || (last && last.equals(at, 1e-9))) return;
    const near = last && this.host.map.latLngToLayerPoint(last).distanceTo(this.host.map.latLngToLayerPoint(at)) < 3;
    if (near) return; // the second click of the double click that ends it
    this.points.push(at);
    this.#draw();
  }

  /** Stop adding; the result stays until it is cleared. */
  end() {
    if (this.points.length < 2) return this.cancel();
    this.#stop();
    this.#draw();
  }

  cancel() {
    this.points = [];
    this.#stop();
    this.#draw();
  }

  #stop() {
    this.active = false;
    this.host.root.classList.remove("measuring");
    this.later = setTimeout(() => this.host.map?.doubleClickZoom.enable(), 50); // after the double click has been dealt with
    this.onchange();
  }

  #draw(pointer) {
    const { L, language, marks } = this.host;
    this.drawn?.remove();
    const points = pointer && this.active ? [...this.points, pointer] : this.points;
    this.card.hidden = !this.active && !points.length;
    this.finish.hidden = !this.active;
    this.metres = lengthOf(this.points);
    const length = lengthOf(points), area = points.length > 2 ? areaOf(points) : 0;
    const parts = [`${word(language, "distance")} ${shownLength(language, length)}`];
    if (area) parts.push(`${word(language, "area")} ${shownArea(language, area)}`);
    this.text.textContent = points.length ? parts.join(" · ") : word(language, "measureHint");
    if (!points.length) return;
    const look = { renderer: marks, color: "#c2410c", weight: 2, interactive: false };
    this.drawn = L.layerGroup([
      L.polygon(points, { ...look, stroke: false, fillOpacity: points.length > 2 ? 0.1 : 0 }),
      L.polyline(points, { ...look, dashArray: this.active ? "5 4" : null }),
      ...this.points.map((at) => L.circleMarker(at, { ...look, radius: 3.5, fillColor: "#fff", fillOpacity: 1 })),
    ]).addTo(this.host.map);
  }

  say() {
    this.#draw();
  }
}
