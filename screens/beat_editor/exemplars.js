// What roundness looks like: three shapes with a known Polsby-Popper value, a number beside each.
import { el, svg } from "../map_host/elements.js";

/** [4 pi A / P^2, lobes, depth]: outlines r = 1 + depth cos(lobes t); the depths were found by halving for 240 points. */
export const EXEMPLARS = [[0.15, 7, 0.5589], [0.34, 5, 0.4403], [0.56, 4, 0.3415]];
const POINTS = 240;

/** Points [x, y] of an exemplar's outline, about 1 in radius. */
export function outlineOf([, lobes, depth]) {
  return Array.from({ length: POINTS }, (_, i) => {
    const t = (2 * Math.PI * i) / POINTS, r = 1 + depth * Math.cos(lobes * t);
    return [r * Math.cos(t), r * Math.sin(t)];
  });
}

/** The three pictures in a row, behind what they are for. */
export function exemplars(about = null) {
  const one = (exemplar) => {
    const points = outlineOf(exemplar).map(([x, y]) => `${(x * 11).toFixed(1)},${(y * 11).toFixed(1)}`).join(" ");
    const picture = svg("svg", { viewBox: "-22 -22 44 44", class: "exemplar", "aria-hidden": "true" }, svg("polygon", { points }));
    return el("span", { class: "exemplar-of" }, picture, el("b", {}, String(exemplar[0])));
  };
  return el("div", { class: "exemplars" }, about && el("span", { class: "muted" }, about), ...EXEMPLARS.map(one));
}
