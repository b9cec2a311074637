// How figures are written: sums in their measure's unit, shares in percent.

/** A share as a signed percentage with one decimal. */
export function shownShare(editor, share, signed = true) {
  if (share == null || !Number.isFinite(share)) return "–";
  const percent = Math.round(share * 1000) / 10;
  const text = Math.abs(percent).toFixed(1);
  const sign = !signed ? "" : percent > 0 ? "+" : percent < 0 ? "−" : "±";
  return editor.word("percent", { n: sign + text });
}

/** A sum, in whole steps of its measure, as people read it; without the unit. */
export function shownSum(editor, key, steps) {
  const measure = editor.core.base.measures.find((one) => one.key === key);
  if (!measure || steps == null) return "–";
  const value = steps * measure.step * (measure.scale ?? 1);
  return value.toLocaleString("en", { minimumFractionDigits: measure.decimals, maximumFractionDigits: measure.decimals });
}

/** A number with so many decimals. */
export function shownNumber(value, decimals = 2) {
  return value == null || !Number.isFinite(value) ? "–" : value.toFixed(decimals);
}
