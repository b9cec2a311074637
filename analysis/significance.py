"""Which cells have more incidents around them than chance puts there: Gi and Gi* z-values, and what of them may be claimed.

The map is z; the claim is only what passes a correction for looking at every cell at once. By default that is the
max-statistic: the cells' counts are shuffled over the town, the largest z of each shuffled map is kept, and a cell is hot
where its z is above all but 5 % of those. It needs no assumption about how counts spread, so it holds on sparse maps and on
maps with a few heavy addresses, where the normal p-values of Gi* cry wolf.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from analysis.analysis_grid import Cells, bin_points, inside
from analysis.coordinate_check import checked_rounding_m, refuse_unless_inside, stacked
from layers.definition.refusal import Refusal
from layers.definition.text import Text

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Runs = tuple[tuple[int, int, int], ...]
Correction = Literal["max_statistic", "benjamini_hochberg"]

CORRECTIONS: dict[Correction, Text] = {
    "max_statistic": Text("最大统计量置换检验", "permutation max-statistic"),
    "benjamini_hochberg": Text("Benjamini-Hochberg 校正", "Benjamini-Hochberg"),
}
FEWEST_INCIDENTS = 30  # below it a verdict rests on two or three incidents side by side
FEWEST_CELLS = 30  # below it there are too few places for a neighbourhood to stand out from
SHORT_DAYS = 7
SAID_EVERY = 25  # shuffles between two words to the one who waits
_TIE = 1e-9  # sums of weights in another order differ by rounding; equal z must count as equal


@dataclass(frozen=True, eq=False)
class Significance:
    """A map of z-values with its claim and all that must be printed beside it.

    With a `reason` there is no verdict: z and p are None, and nothing is hot.
    """

    grid: Cells
    counts: Floats
    """(rows, cols) incidents per cell, or their summed weights; 0 outside the town."""
    z: Floats | None
    """(rows, cols) Gi* or Gi in standard deviations, NaN outside the town."""
    p: Floats | None
    """(rows, cols) corrected p-value of being hot, one-sided, NaN outside the town."""
    hot: Bools
    """(rows, cols) cells with p <= alpha."""
    threshold: float | None
    """A cell is hot if its z is above it (max-statistic) or at least it (Benjamini-Hochberg); None: nothing can pass."""
    reason: Text | None
    cautions: tuple[Text, ...]
    star: bool
    neighbourhood: Text
    correction: Correction
    alpha: float
    shuffles: int
    """Shuffles done, 0 where none are needed."""
    seed: int
    n_used: int
    n_dropped: int
    """Incidents in no cell of the town or without a coordinate."""
    stacked_share: float
    """Share of the used incidents that have their coordinate in common with another one, 0 to 1."""
    top_stack: int
    rounding_m: float
    """To which the coordinates were found rounded; 0 if not."""

    @property
    def test(self) -> Text:
        name = "Gi*" if self.star else "Gi"
        return Text(f"{name}（单侧，检验偏多）", f"{name} (one-sided: more than chance)")

    area_rule = Text("边界切割的格按其在辖区内的面积折算", "cells that the border cuts are held against their area inside")

    @property
    def crs(self) -> str:
        return self.grid.crs

    @property
    def size_m(self) -> float:
        return self.grid.size_m

    @property
    def mask_area_km2(self) -> float:
        return self.grid.inside_km2


@dataclass(frozen=True)
class Neighbours:
    """Who is near whom: all cells up to `reach` steps away, or all whose centres lie within `distance_m` metres."""

    reach: int = 1
    distance_m: float | None = None

    def runs(self, grid: Cells) -> Runs:
        """Per row offset the first and last column offset. Refused: a distance or reach below one cell."""
        if self.reach < 1 or (self.distance_m is not None and not self.distance_m >= grid.size_m):
            raise Refusal(
                Text("邻域小于一个分析格（{size:g} 米）。", "The neighbourhood is below one cell of {size:g} m.").fill(size=grid.size_m),
                Text("请给出至少一格的距离。", "Give a distance of at least one cell."),
            )
        return grid.runs(self.reach) if self.distance_m is None else grid.runs_within(self.distance_m)

    @property
    def title(self) -> Text:
        if self.distance_m is None:
            return Text(f"相邻 {self.reach} 圈格", f"rings of neighbouring cells: {self.reach}")
        return Text(f"{self.distance_m:g} 米以内的格", f"cells within {self.distance_m:g} m")


QUEEN = Neighbours()


class LocalG:
    """Gi* (`star`) or Gi of cells in a mask (rows, cols), binary weights, from sums over runs of cells.

    z = (sum of neighbours - W mean) / (s sqrt((n W - W²) / (n - 1))), W neighbours of n cells, the cell itself counted among
    them in Gi*; in Gi it is left out of sum, mean and s, and n is one less. A cell whose neighbourhood is empty or the whole
    town stands out from nothing: 0. Source: Ord and Getis 1995; Getis and Ord 1996.
    """

    def __init__(self, mask: Bools, runs: Runs, star: bool = True) -> None:
        self._runs, self._star = runs, star
        self._mask, self._n = mask, int(mask.sum())
        reach_row = max(abs(row) for row, _, _ in runs)
        left, right = max(0, -min(first for _, first, _ in runs)), max(0, max(last for _, _, last in runs))
        rows, cols = mask.shape
        self._top, self._left = reach_row, left + 1
        self._padded = np.zeros((rows + 2 * reach_row, cols + left + right + 1))
        self._inner = (slice(reach_row, reach_row + rows), slice(left + 1, left + 1 + cols))
        self._at = np.flatnonzero(np.pad(mask, ((reach_row, reach_row), (left + 1, right))).ravel())
        within = np.flatnonzero(mask.ravel())
        self._within = None if len(within) == mask.size else within
        self._links = self._sums(np.ones(self._n)) - (0 if star else 1)
        n = self._n if star else self._n - 1
        spread = self._links * (n - self._links) / max(n - 1, 1)
        self._scale = np.divide(1, np.sqrt(np.maximum(spread, 0)), out=np.zeros(self._n), where=spread > 0)

    def z(self, values: Floats) -> Floats:
        """z (n,) of the masked cells' values (n,), both in row order. All 0 where the values do not differ."""
        sums = self._sums(values)
        if self._star:
            mean, deviation = values.mean(), values.std()
            if deviation <= _TIE * max(abs(mean), _TIE):
                return np.zeros(self._n)
            sums -= mean * self._links
            sums *= self._scale / deviation
            return sums
        mean = (values.sum() - values) / (self._n - 1)
        variance = ((values**2).sum() - values**2) / (self._n - 1) - mean**2
        steady = variance <= _TIE * np.maximum(mean**2, _TIE)  # all others alike
        found = (sums - values - self._links * mean) * self._scale / np.sqrt(np.where(steady, 1.0, variance))
        return np.where(steady, 0.0, found)

    def _sums(self, values: Floats) -> Floats:
        """Sum over each masked cell's neighbourhood, itself included."""
        self._padded.ravel()[self._at] = values
        running = np.cumsum(self._padded, axis=1)
        rows, cols = self._mask.shape
        total: Floats | None = None
        for across, of_row in _by_width(self._runs).items():
            first, last = across
            run = (
                running[:, self._left + last : self._left + last + cols]
                - running[:, self._left + first - 1 : self._left + first - 1 + cols]
            )
            for row in of_row:
                part = run[self._top + row : self._top + row + rows]
                total = part.copy() if total is None else np.add(total, part, out=total)
        assert total is not None
        return total.ravel() if self._within is None else total.ravel()[self._within]


def hot_cells(
    grid: Cells,
    x_m: ArrayLike,
    y_m: ArrayLike,
    weights: ArrayLike | None = None,
    neighbours: Neighbours = QUEEN,
    star: bool = True,
    correction: Correction = "max_statistic",
    alpha: float = 0.05,
    shuffles: int = 999,
    seed: int = 0,
    fewest: int = FEWEST_INCIDENTS,
    days: float | None = None,
    progress: Callable[[int], bool] | None = None,
) -> Significance:
    """The cells around which more incidents lie than chance puts there.

    Points (n,) in metres of the grid's CRS; `weights` (n,) are summed per cell and tested in place of counts. Tested is what each cell
    has beyond an even spread (`beyond_even`), which for whole cells gives the z of their counts. `alpha` is the chance that a map
    without any hotspot shows one (max-statistic), or the share of false ones among the hot cells (BH).
    `progress` is told the shuffles done and says whether to go on; False stops, and the verdict rests on those done.
    No verdict but a `reason`: fewer than `fewest` incidents, fewer than 30 cells, all cells alike, all incidents in one cell.
    Refused: no incidents, none inside, degrees, cells finer than the coordinates' rounding, weights negative or missing.
    """
    x, y = np.asarray(x_m, float).ravel(), np.asarray(y_m, float).ravel()
    runs = neighbours.runs(grid)
    if not (0 < alpha < 1 and shuffles >= 1):
        raise Refusal(
            Text("显著性水平 {a} 或置换次数 {n} 无效。", "A level of {a} with {n} shuffles is not possible.").fill(a=alpha, n=shuffles),
            Text("例如 0.05 和 999。", "Give for example 0.05 and 999."),
        )
    used_x, used_y = inside(grid, x, y)
    refuse_unless_inside(grid.crs, x, y, len(used_x))
    rounding = checked_rounding_m(grid, x, y)
    counts = np.where(grid.mask, bin_points(grid, x, y, _checked(weights))[0], 0.0)
    stack = stacked(used_x, used_y)
    reason = _why_not(counts[grid.mask], len(used_x), fewest)
    z = p = threshold = None
    done = 0
    top_share = stack.most / len(used_x) if stack.most > 1 else 0.0  # alone at its place, an incident shares it with none
    cautions = _cautions(correction, days, top_share, counts[grid.mask])
    if reason is None:
        local, values = LocalG(grid.mask, runs, star), beyond_even(grid, counts)
        z = local.z(values)
        if correction == "max_statistic":
            maxima = largest_by_chance(local, values, shuffles, seed, progress)
            done = len(maxima)
            p, threshold = max_statistic(z, maxima, alpha)
            if threshold is None:
                reason = Text(
                    "仅完成 {n} 次置换，不足以在 {a:g} 水平下判断。", "Only {n} shuffles were done, too few for a verdict at {a:g}."
                ).fill(n=done, a=alpha)
                z = p = None
        else:
            p = benjamini_hochberg(ndtr(-z))
            passed = z[p <= alpha]
            threshold = float(passed.min()) if len(passed) else None
    return Significance(
        grid=grid,
        counts=counts,
        z=None if z is None else _on_map(grid, z),
        p=None if p is None else _on_map(grid, p),
        hot=np.zeros(counts.shape, bool) if p is None else np.nan_to_num(_on_map(grid, p), nan=1.0) <= alpha,
        threshold=threshold,
        reason=reason,
        cautions=cautions,
        star=star,
        neighbourhood=neighbours.title,
        correction=correction,
        alpha=alpha,
        shuffles=done,
        seed=seed,
        n_used=len(used_x),
        n_dropped=len(x) - len(used_x),
        stacked_share=stack.share,
        top_stack=stack.most,
        rounding_m=rounding,
    )


def beyond_even(grid: Cells, counts: Floats) -> Floats:
    """What each cell of the town (n,) has beyond its part of an even spread: counts (rows, cols) less the total by area inside.

    Where the border cuts a cell, a plain count is low for want of area, and all whole cells look hot beside it: of even maps of a small
    beat with 50 incidents a cell 41 % showed a hotspot at 5 %; with this, 6 %. A constant shift leaves the z of whole cells as it is.
    """
    share = grid.inside_share[grid.mask]
    values = counts[grid.mask]
    beyond = values - values.sum() * share / share.sum()
    beyond[np.abs(beyond) <= _TIE * values.max(initial=0.0)] = 0.0  # what rounding leaves of an even spread
    return np.asarray(beyond)


def largest_by_chance(local: LocalG, values: Floats, shuffles: int, seed: int, progress: Callable[[int], bool] | None = None) -> Floats:
    """The largest z of each of `shuffles` maps on which the same values (n,) lie in random cells; fewer if `progress` says stop."""
    random = np.random.default_rng(seed)
    shuffled, maxima = values.copy(), np.empty(shuffles)
    for done in range(shuffles):
        if progress is not None and done % SAID_EVERY == 0 and not progress(done):
            return maxima[:done]
        random.shuffle(shuffled)
        maxima[done] = local.z(shuffled).max()
    if progress is not None:
        progress(shuffles)
    return maxima


def max_statistic(z: Floats, maxima: Floats, alpha: float) -> tuple[Floats, float | None]:
    """Corrected p (n,) of each z and the largest z that chance reaches too often; None if so few shuffles can't tell.

    p = (1 + shuffled maps whose largest z is at least this one) / (1 + shuffles). Source: Westfall and Young 1993.
    """
    maxima = np.sort(maxima)
    p = (1 + len(maxima) - np.searchsorted(maxima, z - _TIE)) / (1 + len(maxima))
    rank = int(np.floor(alpha * (1 + len(maxima)) + _TIE))
    return p, float(maxima[-rank]) if rank else None


def benjamini_hochberg(p: Floats) -> Floats:
    """Adjusted p (n,): reject where it is at most alpha; nothing is rejected where nothing passes. Source: Benjamini and Hochberg 1995."""
    order = np.argsort(p)
    stepped = p[order] * len(p) / np.arange(1, len(p) + 1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.minimum.accumulate(stepped[::-1])[::-1], 1.0)
    return adjusted


def _by_width(runs: Runs) -> dict[tuple[int, int], list[int]]:
    """Row offsets by the run of columns they share, so that a box sums along its rows once."""
    found: dict[tuple[int, int], list[int]] = {}
    for row, first, last in runs:
        found.setdefault((first, last), []).append(row)
    return found


def _on_map(grid: Cells, values: Floats) -> Floats:
    full = np.full(grid.mask.shape, np.nan)
    full[grid.mask] = values
    return full


def _checked(weights: ArrayLike | None) -> Floats | None:
    if weights is None:
        return None
    found = np.asarray(weights, float).ravel()
    bad = ~(found >= 0)
    if bad.any():
        raise Refusal(
            Text("{n} 个权重为负或缺失（首个：第 {row} 个）。", "{n} weights are negative or missing (first: number {row}).").fill(
                n=int(bad.sum()), row=int(np.argmax(bad)) + 1
            ),
            Text("请检查权重。", "Check the weights."),
        )
    return found


def _why_not(values: Floats, n: int, fewest: int) -> Text | None:
    """Why no verdict is given, or None."""
    if n < fewest:
        return Text("数据不足：仅 {n} 起警情，至少需要 {few} 起。", "Not enough data: {n} incidents, at least {few} are needed.").fill(
            n=n, few=fewest
        )
    if len(values) < FEWEST_CELLS:
        return Text("分析格不足：仅 {n} 格，至少需要 {few} 格。", "Not enough cells: {n}, at least {few} are needed.").fill(
            n=len(values), few=FEWEST_CELLS
        )
    if values.max() == values.min():
        return Text("所有分析格的数量相同，没有热点可言。", "All cells have the same count, so none stands out.")
    if np.count_nonzero(values) == 1:
        return Text(
            "全部 {n} 起警情都在一个分析格内：这是一个地点，不是一片热点。", "All {n} incidents lie in one cell: one place, not a hot area."
        ).fill(n=n)
    return None


def _cautions(correction: Correction, days: float | None, top_share: float, values: Floats) -> tuple[Text, ...]:
    found = []
    if days is not None and days < SHORT_DAYS:
        found.append(Text("仅 {d:g} 天的数据：可能只是偶然的一天。", "Only {d:g} days of data: it may be one unusual day.").fill(d=days))
    if top_share >= 0.05:  # at that share one default address alone makes nine cells hot and hides the others
        found.append(
            Text(
                "{s:.0%} 的警情坐标相同：可能是默认地址。", "{s:.0%} of the incidents share one coordinate: it may be a default address."
            ).fill(s=top_share)
        )
    if correction == "benjamini_hochberg" and values.mean() < 5:
        found.append(
            Text(
                "平均每格不足 5 起时，此校正常把偶然当热点；请以最大统计量为准。",
                "Below 5 incidents per cell on average this correction often takes chance for a hotspot: see max-statistic.",
            )
        )
    return tuple(found)
