"""Local Moran by esda: which cells are like their neighbours (high among high, low among low) and which stand against them."""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.analysis_grid import Cells
from analysis.significance import FEWEST_CELLS, FEWEST_INCIDENTS, QUEEN, Neighbours, benjamini_hochberg, beyond_even
from layers.definition.refusal import Refusal
from layers.definition.text import Text

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

KINDS: dict[int, Text] = {
    0: Text("不显著", "not significant"),
    1: Text("高-高", "high among high"),
    2: Text("低-高", "low among high"),
    3: Text("低-低", "low among low"),
    4: Text("高-低", "high among low"),
}
MOST_CELLS = 40_000  # a neighbour list of more takes minutes to build and gigabytes to shuffle


@dataclass(frozen=True, eq=False)
class LocalMoran:
    """A map of kinds with what it rests on. With a `reason` all kinds are 0 and I and p are None."""

    grid: Cells
    kind: Integers
    """(rows, cols) key of `KINDS`; 0 outside the town."""
    i: Floats | None
    """(rows, cols) local Moran's I, NaN outside the town."""
    p: Floats | None
    """(rows, cols) two-sided p-value, after Benjamini-Hochberg where `corrected`, NaN outside the town."""
    reason: Text | None
    caution: Text
    neighbourhood: Text
    alpha: float
    shuffles: int
    corrected: bool
    seed: int
    n: float

    @property
    def crs(self) -> str:
        return self.grid.crs


def local_moran(
    grid: Cells,
    counts: Floats,
    neighbours: Neighbours = QUEEN,
    alpha: float = 0.05,
    shuffles: int = 9_999,
    seed: int = 0,
    corrected: bool = True,
) -> LocalMoran:
    """Local Moran's I of what the town's cells have beyond an even spread of the counts (rows, cols), two-sided pseudo p.

    Weights row-standardised; for whole cells I is that of the counts (`beyond_even`).
    A further view beside Gi*, not the claim: it tells lone high cells from high areas. p by conditional shuffles in esda,
    corrected by Benjamini-Hochberg over all cells; with `corrected` False 5 % of all cells are called by chance.
    No verdict but a `reason`: fewer than 30 incidents or cells, all cells alike.
    Refused: another shape than the grid, more than 40,000 cells. Source: Anselin 1995; esda.moran.Moran_Local.
    """
    if counts.shape != grid.mask.shape:
        raise Refusal(
            Text("分析格与数据的行列数不一致。", "The cells and the data differ in rows and columns."),
            Text("请用同一格网重新计算。", "Count again on the same grid."),
        )
    values = np.asarray(counts[grid.mask], float)
    if len(values) > MOST_CELLS:
        raise Refusal(
            Text("{n:,} 个分析格过多，上限 {most:,}。", "{n:,} cells are too many here; at most {most:,}.").fill(
                n=len(values), most=MOST_CELLS
            ),
            Text("请加大分析格，或使用 Gi*。", "Take larger cells, or Gi*."),
        )
    near = _neighbour_lists(grid, neighbours)
    reason = _why_not(values)
    kind = np.zeros(grid.mask.shape, np.int64)
    i_map = p_map = None
    if reason is None:
        from esda.moran import Moran_Local  # takes a second to import, and only this view needs it
        from libpysal.weights import W

        weights = W(near, silence_warnings=True)
        with warnings.catch_warnings():
            # esda 2.9 gives one-sided p and warns that its next release will not; the version is pinned.
            warnings.simplefilter("ignore", DeprecationWarning)
            found = Moran_Local(beyond_even(grid, counts), weights, permutations=shuffles, seed=seed, n_jobs=1, keep_simulations=False)
        two_sided = np.minimum(2 * np.asarray(found.p_sim), 1.0)
        p = benjamini_hochberg(two_sided) if corrected else two_sided
        kind[grid.mask] = np.where(p <= alpha, found.q, 0)
        i_map, p_map = (_on_map(grid, each) for each in (np.nan_to_num(np.asarray(found.Is)), p))
    return LocalMoran(
        grid=grid,
        kind=kind,
        i=i_map,
        p=p_map,
        reason=reason,
        caution=_caution(len(values), alpha, shuffles, corrected),
        neighbourhood=neighbours.title,
        alpha=alpha,
        shuffles=shuffles,
        corrected=corrected,
        seed=seed,
        n=float(values.sum()),
    )


def _caution(cells: int, alpha: float, shuffles: int, corrected: bool) -> Text:
    if not corrected:
        return Text(
            "未作多重检验校正：约 {a:.0%} 的格会因偶然而显著。", "Not corrected: some {a:.0%} of the cells are called by chance."
        ).fill(a=alpha)
    least = int(np.ceil(2 / (shuffles + 1) * cells / alpha))
    return Text(
        "置换 {s} 次时，至少 {k} 格同时达到最小 p 值才会有显著结果。",
        "With {s} shuffles no cell is significant unless {k} or more reach the least possible p together.",
    ).fill(s=shuffles, k=least)


def _why_not(values: Floats) -> Text | None:
    if values.sum() < FEWEST_INCIDENTS:
        return Text("数据不足：仅 {n:g} 起警情，至少需要 {few} 起。", "Not enough data: {n:g} incidents, at least {few} are needed.").fill(
            n=values.sum(), few=FEWEST_INCIDENTS
        )
    if len(values) < FEWEST_CELLS:
        return Text("分析格不足：仅 {n} 格，至少需要 {few} 格。", "Not enough cells: {n}, at least {few} are needed.").fill(
            n=len(values), few=FEWEST_CELLS
        )
    if values.max() == values.min():
        return Text("所有分析格的数量相同，没有热点可言。", "All cells have the same count, so none stands out.")
    return None


def _neighbour_lists(grid: Cells, neighbours: Neighbours) -> dict[int, list[int]]:
    """Masked cell, numbered in row order -> the masked cells near it, itself not among them."""
    number = np.full(grid.mask.shape, -1)
    number[grid.mask] = np.arange(grid.mask.sum())
    runs = neighbours.runs(grid)
    reach = max(max(abs(row), abs(first), abs(last)) for row, first, last in runs)
    padded = np.pad(number, reach, constant_values=-1)
    at_row, at_col = (index + reach for index in np.nonzero(grid.mask))
    steps = [(row, col) for row, first, last in runs for col in range(first, last + 1) if (row, col) != (0, 0)]
    near = np.stack([padded[at_row + row, at_col + col] for row, col in steps], axis=1)
    return {cell: line[line >= 0].tolist() for cell, line in enumerate(near)}


def _on_map(grid: Cells, values: Floats) -> Floats:
    full = np.full(grid.mask.shape, np.nan)
    full[grid.mask] = values
    return full
