// The formulas of planning/balance.py and compactness.py, step for step in its order of adding, so that both give the same digits.
// null stands for what can't be known.

/** Sum as numpy adds: by eights within blocks of 128, then block to block. */
export function added(values, from = 0, n = values.length) {
  let sum = 0;
  if (n < 8) {
    for (let i = 0; i < n; i += 1) sum += values[from + i];
    return sum;
  }
  if (n > 128) {
    const half = Math.floor(n / 2) - (Math.floor(n / 2) % 8);
    return added(values, from, half) + added(values, from + half, n - half);
  }
  const r = Array.from({ length: 8 }, (_, i) => values[from + i]), whole = n - (n % 8);
  for (let i = 8; i < whole; i += 1) r[i % 8] += values[from + i];
  sum = r[0] + r[1] + (r[2] + r[3]) + (r[4] + r[5] + (r[6] + r[7]));
  for (let i = whole; i < n; i += 1) sum += values[from + i];
  return sum;
}

/** How far one of k works is from an equal part of all, as a share of it: +0.2 is a fifth too much. */
export function deviation(work, all, k) {
  return all > 0 ? (k * work - all) / all : null;
}

/** Coefficient of variation: population standard deviation / mean. */
export function variation(works) {
  const mean = added(works) / works.length;
  if (!works.length || !(mean > 0)) return null;
  return Math.sqrt(added(works.map((work) => (work - mean) * (work - mean))) / works.length) / mean;
}

/** Gini index of whole numbers: sum of (2 i - k - 1) W_i / (k sum W), W sorted. */
export function gini(works) {
  const k = works.length, sum = added(works);
  if (!k || !(sum > 0)) return null;
  const sorted = Float64Array.from(works).sort();
  return sorted.reduce((total, work, i) => total + (2 * (i + 1) - k - 1) * work, 0) / (k * sum);
}

/** 4 pi A / P squared, in metres: 1 for a circle. */
export function polsbyPopper(areaM2, borderM) {
  return borderM > 0 ? (4 * Math.PI * areaM2) / (borderM * borderM) : null;
}
