// How figures are written: sums in their measure's unit, shares in percent.

/** A number with so many decimals, to the very digits of planning/shown.py. */
export function shownNumber(value, decimals = 2) {
  if (value == null || !Number.isFinite(value)) return "–";
  const n = Math.floor(Math.abs(value) * 10 ** decimals + 0.5), figures = String(n).padStart(decimals + 1, "0");
  const text = decimals ? `${figures.slice(0, -decimals)}.${figures.slice(-decimals)}` : figures;
  return value < 0 && n ? `-${text}` : text;
}

/** A share as a percentage with one decimal, written as in the messages of the checks. */
export function shownShare(share, signed = true) {
  if (share == null || !Number.isFinite(share)) return "–";
  return `${signed && share > 0 ? "+" : ""}${shownNumber(100 * share, 1)}%`;
}

/** A sum, in whole steps of its measure, as people read it; without the unit. */
export function shownSum(editor, key, steps) {
  const measure = editor.core.base.measures.find((one) => one.key === key);
  if (!measure || steps == null) return "–";
  const value = steps * measure.step * (measure.scale ?? 1);
  return value.toLocaleString("en", { minimumFractionDigits: measure.decimals, maximumFractionDigits: measure.decimals });
}
