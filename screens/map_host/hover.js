// What lies under the pointer: named and outlined while it rests there, told to the page when it is clicked.
import { HOVERED, marked } from "./marks.js";

export class Hover {
  constructor(host) {
    this.host = host;
    const { map, root } = host;
    map.on("click", (event) => this.#clicked(event));
    map.on("mousemove", (event) => this.#moved(event));
    map.on("mouseout movestart", () => this.#left());
    // the mouse events that browsers make of a tap do not tell that a finger made them
    for (const name of ["pointerdown", "pointermove"]) {
      root.addEventListener(name, ({ pointerType }) => (this.touched = pointerType === "touch"), { capture: true });
    }
  }

  #clicked(event) {
    const { host } = this;
    if (host.tools.measure.active) return;
    const hits = host.layers.hits(event.layerPoint);
    const named = hits.map((hit) => ({ layer: hit.spec.key, code: codeOf(hit) })).filter((hit) => hit.code != null);
    const first = named[0] ?? { layer: null, code: null };
    host.send({ ...first, n: Date.now(), at: [round5(event.latlng.lng), round5(event.latlng.lat)], also: named.slice(1) });
  }

  #moved(event) {
    const { host } = this;
    if (host.tools.measure.active || this.touched || host.busy) return;
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      if (!host.map) return;
      const hits = host.layers.hits(event.layerPoint);
      host.tip.show(hits, event.containerPoint);
      this.#outline(hits[0]?.child);
      host.canvas.style.cursor = hits.some((hit) => codeOf(hit) != null) ? "pointer" : "";
    });
  }

  #left() {
    cancelAnimationFrame(this.frame);
    this.host.tip.hide();
    this.#outline(null);
  }

  #outline(child) {
    if (child === this.child) return;
    this.child = child;
    this.mark?.remove();
    const { L, marks, map } = this.host;
    this.mark = child && marked(L, marks, child, HOVERED).addTo(map);
  }

  end() {
    cancelAnimationFrame(this.frame);
  }
}

function codeOf(hit) {
  return hit.child ? (hit.child.feature.properties.code ?? null) : hit.incident != null ? String(hit.incident) : null;
}

/** Degrees to about a metre. */
export function round5(value) {
  return Math.round(value * 1e5) / 1e5;
}
