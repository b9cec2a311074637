// The list of layers with their switches, and the legend of what is on.
import { el, icon, outlineSwatch, swatch } from "./elements.js";
import { NEIGHBOUR, SELECTED } from "./marks.js";
import { shapesBlock } from "./shapes.js";
import { said, word } from "./words.js";

/** A card that folds into a button. */
class Folding {
  constructor(host, name, picture) {
    this.host = host;
    this.name = name;
    this.body = el("div", { class: "body" });
    this.title = el("span", { "data-text": name });
    this.head = el("button", { type: "button", class: "head", "aria-expanded": "false", onclick: () => this.fold() }, icon(picture), this.title);
    this.node = el("section", { class: `card folding ${name}` }, this.head, this.body);
    this.open = false;
    this.#show();
  }

  /** Open or folded as the person left it, else as told; known only when the map has a size. */
  start(open) {
    this.open = this.host.view.open[this.name] ?? open;
    this.#show();
  }

  fold(open = !this.open) {
    this.open = this.host.view.open[this.name] = open;
    this.#show();
    if (open) this.host.opened(this);
    this.host.arranged();
    this.host.remember();
  }

  #show() {
    this.head.setAttribute("aria-expanded", String(this.open));
    this.node.classList.toggle("folded", !this.open);
  }
}

/** The layers by group: a switch, a picture, a name and a slider each. */
export class LayerList extends Folding {
  constructor(host) {
    super(host, "layers", "layers");
  }

  say() {
    const { layers, header, language } = this.host;
    const groups = Object.entries(header.groups).map(([key, title]) => {
      const entries = [...layers.ordered].reverse().filter(({ spec }) => spec.group === key);
      if (!entries.length) return null;
      return el("fieldset", {}, el("legend", {}, said(language, title)), ...entries.map((entry) => this.#row(entry)));
    });
    this.body.replaceChildren(...groups.filter(Boolean));
  }

  #row({ spec, on, share }) {
    const { host } = this;
    const { language, header } = host;
    const title = said(language, spec.title);
    const slider = el("input", {
      type: "range",
      min: "0.1",
      max: "1",
      step: "0.05",
      value: String(share),
      hidden: !on,
      "aria-label": `${word(language, "opacity")} · ${title}`,
      title: word(language, "opacity"),
      oninput: () => {
        host.layers.setShare(spec.key, Number(slider.value));
        host.remember();
      },
    });
    const box = el("input", {
      type: "checkbox",
      "data-layer": spec.key,
      checked: on,
      onchange: () => {
        slider.hidden = !box.checked;
        host.switched(spec.key, box.checked);
      },
    });
    const count = spec.count == null ? null : el("span", { class: "count" }, spec.count.toLocaleString("en"));
    const name = el("label", { title }, box, swatch(spec, header.symbols, host.look(spec)), el("span", { class: "name" }, title), count);
    return el("div", { class: "line" }, name, slider);
  }
}

/** What is on, as it is drawn. */
export class Legend extends Folding {
  constructor(host) {
    super(host, "legend", "legend");
  }

  say() {
    const { layers, language } = this.host;
    const shown = [...layers.visible].reverse().filter(({ spec }) => spec.key !== "county" || spec.on);
    const special = { hotspots: (spec) => this.#density(spec), incidents: (spec) => this.#incidents(spec), beats: (spec) => this.#plan(spec), shapes: (spec) => shapesBlock(this.host, spec) };
    const blocks = shown.filter(({ spec }) => special[spec.key]).map(({ spec }) => special[spec.key](spec));
    const plain = shown.filter(({ spec }) => !special[spec.key] && spec.count !== 0).map(({ spec }) => this.#line(spec, said(language, spec.title)));
    const nothing = blocks.length + plain.length ? null : el("p", { class: "muted" }, word(language, "nothingOn"));
    this.body.replaceChildren(...[...this.#stress(), ...blocks, plain.length && el("div", { class: "items" }, ...plain), nothing].filter(Boolean));
  }

  /** The outlines of what is selected and of the beats beside it, while they are drawn. */
  #stress() {
    const { stressed, language } = this.host;
    const name = (key) => el("span", { class: "name" }, word(language, key));
    const line = (key, looks) => el("div", { class: "item", "data-outline": key }, outlineSwatch(looks), name(key));
    return [stressed?.selected && line("selected", SELECTED), stressed?.neighbours && line("neighbour", NEIGHBOUR)].filter(Boolean);
  }

  #line(spec, text, look = this.host.look(spec)) {
    return el("div", { class: "item" }, swatch(spec, this.host.header.symbols, look), el("span", { class: "name", title: text }, text));
  }

  #plan(spec) {
    const { plan, language } = this.host;
    const about = [said(language, plan.title), said(language, plan.status), plan.illustrative && word(language, "illustrative")].filter(Boolean).join(" · ");
    return el("div", { class: "block" }, this.#line(spec, said(language, spec.title)), el("p", { class: "muted" }, about));
  }

  #incidents(spec) {
    const { language, layers } = this.host;
    const sheet = layers.entries.get("incidents").leaf;
    const count = word(language, "shown", { n: sheet.shown.length.toLocaleString("en"), all: sheet.points.lon.length.toLocaleString("en") });
    const how = `● ${word(language, "reported")}  ○ ${word(language, "found")}`;
    return el("div", { class: "block" }, this.#line(spec, said(language, spec.title)), el("p", { class: "muted" }, how), el("p", { class: "muted" }, count));
  }

  #density(spec) {
    const { density, language } = this.host;
    const number = (value) => Number(value.toPrecision(3)).toLocaleString("en");
    const classes = density.colours.map((colour, i) => {
      const chip = el("span", { class: "chip" });
      chip.style.backgroundColor = colour;
      return el("div", { class: "class" }, chip, el("span", {}, number(density.edges[i])));
    });
    classes.at(-1).append(el("span", { class: "more" }, "+"));
    const basis = word(language, density.radius_m == null ? "basisOfCells" : "basis", { n: density.n.toLocaleString("en"), r: density.radius_m, c: density.size_m });
    return el(
      "div",
      { class: "block" },
      el("div", { class: "item" }, el("strong", { class: "name" }, said(language, density.title ?? spec.title))),
      el("p", { class: "muted" }, said(language, density.unit)),
      el("div", { class: "classes" }, ...classes),
      el("p", { class: "muted" }, basis),
      el("p", { class: "muted" }, said(language, density.period)),
      density.illustrative ? el("p", { class: "muted" }, word(language, "illustrative")) : null,
    );
  }
}
