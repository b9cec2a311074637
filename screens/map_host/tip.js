// The small card beside the pointer: what is here, with its fields, and what lies below it.
import { el } from "./elements.js";
import { nameOf, said } from "./words.js";

const BELOW = 3; // further things named in one tip

export class Tip {
  constructor(host) {
    this.host = host;
    this.node = el("div", { class: "tip", role: "tooltip", hidden: true });
  }

  show(hits, at) {
    if (!hits.length) return this.hide();
    const { language } = this.host;
    const [first, ...others] = hits;
    const below = others.slice(0, BELOW).map((hit) => el("p", {}, el("span", {}, said(language, hit.spec.title)), this.#title(hit)));
    this.node.replaceChildren(
      el("div", { class: "kind" }, said(language, (first.density && this.host.density.title) || first.spec.title)),
      el("div", { class: "title" }, this.#title(first)),
      ...this.#fields(first).map(([title, value]) => el("p", {}, el("span", {}, title), value)),
      ...(below.length ? [el("div", { class: "below" }, ...below)] : []),
    );
    this.node.hidden = false;
    this.#place(at);
  }

  hide() {
    this.node.hidden = true;
  }

  #title({ spec, child, incident, density }) {
    const { language, header } = this.host;
    if (child) {
      const { properties } = child.feature;
      return spec.key === "beats" ? `${properties.code} ${nameOf(language, properties)}` : nameOf(language, properties);
    }
    if (density) return this.#densityText(density);
    const [, zh, en] = header.incidents.category[this.host.incidents.points.category[incident]] ?? [];
    return said(language, [zh, en]);
  }

  #fields({ spec, child, incident }) {
    const { language, header, incidents } = this.host;
    if (child) {
      const { tip } = child.feature.properties;
      return spec.tips.map((title, i) => [said(language, title), said(language, tip[i])]).filter(([, value]) => value);
    }
    if (incident == null) return [];
    const { minute, source } = incidents.points;
    const [, zh, en] = header.incidents.source[source[incident]] ?? [];
    const at = new Date(minute[incident] * 60000).toISOString();
    return [["", `${at.slice(0, 10)} ${at.slice(11, 16)}`], ["", said(language, [zh, en])]];
  }

  #densityText(kind) {
    const { density, language } = this.host;
    const [low, high] = [density.edges[kind - 1], density.edges[kind]];
    const number = (value) => Number(value.toPrecision(3)).toLocaleString("en");
    const range = kind < density.colours.length ? `${number(low)}–${number(high)}` : `≥ ${number(low)}`;
    return `${range} ${said(language, density.unit)}`;
  }

  /** Beside the pointer, inside the map. */
  #place({ x, y }) {
    const { clientWidth, clientHeight } = this.host.root;
    const { offsetWidth: w, offsetHeight: h } = this.node;
    const left = x + 16 + w < clientWidth ? x + 16 : Math.max(6, x - 16 - w);
    const top = Math.max(6, Math.min(y + 16, clientHeight - h - 6));
    this.node.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }
}
