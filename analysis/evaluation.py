"""Does it hold: each way of ranking cells learns from the past and is scored on the period that came next, at a fixed share of the area."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from analysis.analysis_grid import AnalysisGrid, Cells, bin_points, inside
from analysis.coordinate_check import refuse_unless_inside
from analysis.density import Smoother
from analysis.significance import QUEEN, LocalG, beyond_even
from analysis.timing import Bools, Floats, Period, Times, wall_clock
from layers.definition.refusal import Refusal
from layers.definition.text import Text

AREA_SHARE = 0.05
CURVE_SHARES = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0)
FEWEST_ORIGINS = 3  # below it an interval over origins says nothing
FEW_INCIDENTS = 30  # tested in all; below it the order of methods is luck
_TIE = 1e-9  # of the highest score: scores that differ by rounding are one

MEASURES = {
    "hit_share": Text("命中率：落入所选面积的警情比例", "hit rate: share of the incidents in the chosen area"),
    "pai": Text("PAI：命中率 ÷ 面积比例，1 为随机", "PAI: hit rate / share of the area; 1 is chance"),
    "pei": Text("PEI：命中数 ÷ 同样面积的最大可能命中数", "PEI: hits / the most hits possible in that area"),
    "rri": Text("RRI：测试期命中率 ÷ 学习期命中率，1 为不变", "RRI: hit rate in the test / in the training; 1 is unchanged"),
}


@dataclass(frozen=True)
class Origin:
    """One turn of the check: learn from `train`, be scored on `test`, which begins after it."""

    train: Period
    test: Period

    def __post_init__(self) -> None:
        if self.test.first <= self.train.last:
            raise Refusal(
                Text("测试期 {b} 与学习期 {a} 重叠。", "The test {b} overlaps the training {a}.").fill(
                    a=self.train.title, b=self.test.title
                ),
                Text("测试期须在学习期之后。", "The test must come after the training."),
            )


@dataclass(frozen=True, eq=False)
class Training:
    """What a method may see: the past incidents in the town, metres in the grid's CRS, and their times."""

    grid: AnalysisGrid
    x_m: Floats
    y_m: Floats
    at: Times
    origin: Origin

    def counts(self, last_days: int | None = None) -> Floats:
        """(rows, cols) incidents, of all the training or of its last days."""
        keep = np.ones(len(self.at), bool)
        if last_days is not None:
            keep = self.at >= np.datetime64(self.origin.train.last - timedelta(days=last_days - 1))
        return bin_points(self.grid, self.x_m[keep], self.y_m[keep])[0]


Method = Callable[[Training], Floats]
"""Gives a score per cell (rows, cols), higher first; cells outside the town do not matter."""


def uniform(training: Training) -> Floats:
    """Every cell alike: the baseline of chance."""
    return np.zeros(training.grid.mask.shape)


def last_counts(training: Training) -> Floats:
    """Incidents per km² of town in as many days before the test as the test has: what a pin map of last month says."""
    return _per_area(training.grid, training.counts(training.origin.test.days))


def all_counts(training: Training) -> Floats:
    """Incidents per km² of town over the whole training."""
    return _per_area(training.grid, training.counts())


def gi_star(training: Training) -> Floats:
    """z of Gi* over the whole training, queen's neighbours: what a map of significance says."""
    grid, found = training.grid, uniform(training)
    found[grid.mask] = LocalG(grid.mask, QUEEN.runs(grid)).z(beyond_even(grid, training.counts()))
    return found


@dataclass(frozen=True)
class DensitySurface:
    """The density of the training with a radius in metres, as a method."""

    radius_m: float
    kernel: str = "quartic"
    _kept: dict[int, Smoother] = field(default_factory=dict, compare=False, repr=False)

    def __call__(self, training: Training) -> Floats:
        """(rows, cols) incidents per km² and year; all alike where the training is empty."""
        if len(training.x_m) == 0:
            return uniform(training)
        smoother = self._kept.get(id(training.grid))
        if smoother is None or smoother.grid is not training.grid:
            smoother = self._kept[id(training.grid)] = Smoother(training.grid, self.radius_m, self.kernel)
        return smoother.density(training.x_m, training.y_m, training.origin.train.days).values


@dataclass(frozen=True, eq=False)
class HitCurve:
    """Expected hits by area: cells are taken from the highest score down; among equal scores by chance, and in parts."""

    area_km2: Floats
    """Rises from 0 to the whole town; likewise `hits` from 0 to all."""
    hits: Floats

    def hits_at(self, share: float) -> float:
        """Expected incidents in the best `share` (0 to 1) of the area."""
        return float(np.interp(share * self.area_km2[-1], self.area_km2, self.hits))

    def share_at(self, shares: ArrayLike) -> Floats:
        """Part of the incidents (n,) in those shares of the area; 0 where there are none at all."""
        found = np.interp(np.asarray(shares, float) * self.area_km2[-1], self.area_km2, self.hits)
        return np.asarray(found / self.hits[-1] if self.hits[-1] else np.zeros(found.shape))


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Every method at every origin, and their means."""

    table: pd.DataFrame
    """A row per method: origins, tested (incidents), area_km2, hit_share, and for pai, pei and rri the mean over origins with _lower and
    _upper (blank under 3 origins), pai_over_counts (mean difference to last_counts, paired) likewise."""
    origins: pd.DataFrame
    """A row per method and origin: method, train, test, trained, tested, area_km2, hits, hit_share, pai, pei, rri (blank: no hit to
    compare with)."""
    curve: pd.DataFrame
    """A row per method and share of the area: method, area_share, hit_share over all origins."""
    area_share: float
    area_km2: float
    mask_area_km2: float
    size_m: float
    crs: str
    confidence: float
    n_dropped: int
    """Incidents in no cell of the town or without a time."""
    empty_tests: tuple[Period, ...]
    """Tests without an incident: nothing to hit, so they are not scored."""
    notices: tuple[Text, ...]

    method = Text("滚动起点，按起点的 t 区间；同分按期望计", "rolling origin, t intervals over origins; ties by their expected value")


def rolling_origins(first: date, last: date, train_days: int, test_days: int) -> tuple[Origin, ...]:
    """Origins from newest to oldest backwards, given oldest first; the newest test ends on `last`, tests do not overlap each other.

    Refused: lengths below a day, or a span that holds not even one.
    """
    found: list[Origin] = []
    test_last = last
    while train_days > 0 and test_days > 0:
        test_first = test_last - timedelta(days=test_days - 1)
        train_first = test_first - timedelta(days=train_days)
        if train_first < first:
            break
        found.append(Origin(Period(train_first, test_first - timedelta(days=1)), Period(test_first, test_last)))
        test_last = test_first - timedelta(days=1)
    if not found:
        raise Refusal(
            Text("{d} 天的数据容不下 {a} 天学习加 {b} 天测试。", "{d} days of data do not hold {a} days to learn and {b} to test.").fill(
                d=max((last - first).days + 1, 0), a=train_days, b=test_days
            ),
            Text("请缩短学习期或测试期。", "Shorten the training or the test."),
        )
    return tuple(reversed(found))


def hit_curve(grid: Cells, scores: Floats, counts: Floats) -> HitCurve:
    """Curve of incidents `counts` (rows, cols) by `scores` (rows, cols) over the town's cells, each with its area inside the town.

    Refused: a score that is missing inside the town.
    """
    score, hits = scores[grid.mask], counts[grid.mask]
    area = grid.inside_share[grid.mask] * grid.cell_km2
    if not np.isfinite(score).all():
        raise Refusal(
            Text("{n} 个分析格没有得分。", "{n} cells of the town have no score.").fill(n=int((~np.isfinite(score)).sum())),
            Text("每个辖区内的格都需要一个得分。", "Every cell inside the town needs one."),
        )
    order = np.argsort(-score, kind="stable")
    ranked = score[order]
    top = float(np.abs(ranked).max()) if len(ranked) else 0.0
    last_of_tie = np.append(ranked[:-1] - ranked[1:] > _TIE * top, True)
    areas, found = np.cumsum(area[order])[last_of_tie], np.cumsum(hits[order])[last_of_tie]
    return HitCurve(np.concatenate([[0.0], areas]), np.concatenate([[0.0], found]))


def evaluate(
    grid: AnalysisGrid,
    x_m: ArrayLike,
    y_m: ArrayLike,
    at: object,
    origins: Sequence[Origin],
    methods: Mapping[str, Method],
    area_share: float = AREA_SHARE,
    confidence: float = 0.95,
    progress: Callable[[int], bool] | None = None,
) -> Evaluation:
    """Score the methods, and beside them always `uniform` and `last_counts`, on incidents (n,) at x, y in metres of the grid's CRS.

    PAI = hit rate / share of the area; PEI = hits / most hits possible in that area; RRI = hit rate in the test / in the training.
    `progress` is told the origins done and stops by answering False. Refused: no incidents in the town, no origin, tests that
    overlap each other, a share not between 0 and 1, all tests empty.
    Source: Chainey, Tompson and Uhlig 2008 (PAI); Hunt 2016 (PEI); Levine 2008 (RRI).
    """
    _check_choice(origins, area_share)
    points, times, dropped = _in_town(grid, x_m, y_m, at)
    every: dict[str, Method] = {"uniform": uniform, "last_counts": last_counts, **methods}
    rows, curves, empty = [], [], []
    for done, origin in enumerate(origins):
        if progress is not None and not progress(done):
            break
        trained, tested = origin.train.holds(times), origin.test.holds(times)
        if not tested.any():
            empty.append(origin.test)
            continue
        counts = bin_points(grid, points[tested, 0], points[tested, 1])[0]
        training = Training(grid, points[trained, 0], points[trained, 1], times[trained], origin)
        for name, method in every.items():
            row, curve = _scored(training, method(training), counts, area_share)
            rows.append({"method": name, **row})
            curves.append({"method": name, "tested": row["tested"], "shares": curve.share_at(CURVE_SHARES)})
    if not rows:
        raise Refusal(
            Text("{n} 个测试期都没有警情。", "None of the {n} tests has an incident.").fill(n=len(empty)),
            Text("请延长测试期或放宽类别。", "Take longer tests or more categories."),
        )
    by_origin = pd.DataFrame(rows)
    by_origin["rri"] = by_origin["rri"].astype("Float64")
    return Evaluation(
        table=_summary(by_origin, every, confidence),
        origins=by_origin,
        curve=_mean_curve(curves, every),
        area_share=area_share,
        area_km2=area_share * grid.inside_km2,
        mask_area_km2=grid.inside_km2,
        size_m=grid.size_m,
        crs=grid.crs,
        confidence=confidence,
        n_dropped=dropped,
        empty_tests=tuple(empty),
        notices=_notices(by_origin, empty),
    )


def _scored(training: Training, scores: Floats, counts: Floats, share: float) -> tuple[dict[str, object], HitCurve]:
    grid = training.grid
    curve = hit_curve(grid, scores, counts)
    hits, hit_share = curve.hits_at(share), curve.hits_at(share) / curve.hits[-1]
    best = hit_curve(grid, _per_area(grid, counts), counts).hits_at(share)
    learnt = hit_curve(grid, scores, training.counts()).share_at([share])[0]
    row: dict[str, object] = {
        "train": training.origin.train.title.en,
        "test": training.origin.test.title.en,
        "trained": len(training.x_m),
        "tested": int(curve.hits[-1]),
        "area_km2": share * grid.inside_km2,
        "hits": hits,
        "hit_share": hit_share,
        "pai": hit_share / share,
        "pei": hits / best,
        "rri": hit_share / learnt if learnt else pd.NA,
    }
    return row, curve


def _per_area(grid: Cells, counts: Floats) -> Floats:
    """Counts per km² of town: a cell that the border cuts is small, and is to be taken before a whole one with as many."""
    area = grid.inside_share * grid.cell_km2
    return np.divide(counts, area, out=np.zeros(counts.shape), where=area > 0)


def _in_town(grid: AnalysisGrid, x_m: ArrayLike, y_m: ArrayLike, at: object) -> tuple[Floats, Times, int]:
    x, y, times = np.asarray(x_m, float).ravel(), np.asarray(y_m, float).ravel(), wall_clock(at)
    if not len(x) == len(y) == len(times):
        raise Refusal(
            Text("{x} 个 x、{y} 个 y、{t} 个时间。", "There are {x} x, {y} y and {t} times.").fill(x=len(x), y=len(y), t=len(times)),
            Text("每起警情各需一个。", "Each incident needs one of each."),
        )
    timed: Bools = ~np.isnat(times)
    row, col = grid.cell_of(x, y)
    held = timed & (row >= 0) & (row < grid.rows) & (col >= 0) & (col < grid.cols)
    held[held] = grid.mask[row[held].astype(int), col[held].astype(int)]
    refuse_unless_inside(grid.crs, x, y, len(inside(grid, x, y)[0]))
    return np.column_stack([x[held], y[held]]), times[held], int((~held).sum())


def _summary(rows: pd.DataFrame, methods: Mapping[str, Method], confidence: float) -> pd.DataFrame:
    baseline = rows[rows["method"] == "last_counts"]["pai"].to_numpy(float)
    found = []
    for name in methods:
        own = rows[rows["method"] == name]
        tested = own["tested"].sum()
        line: dict[str, object] = {
            "method": name,
            "origins": len(own),
            "tested": int(tested),
            "area_km2": own["area_km2"].iloc[0],
            "hit_share": own["hits"].sum() / tested,
        }
        values = {key: own[key].dropna().to_numpy(float) for key in ("pai", "pei", "rri")}
        values["pai_over_counts"] = own["pai"].to_numpy(float) - baseline
        for key, numbers in values.items():
            line[key], line[f"{key}_lower"], line[f"{key}_upper"] = _mean_interval(numbers, confidence)
        found.append(line)
    table = pd.DataFrame(found)
    measured = [column for column in table if str(column).startswith(("pai", "pei", "rri"))]
    return table.astype(dict.fromkeys(measured, "Float64"))


def _mean_interval(values: Floats, confidence: float) -> tuple[object, object, object]:
    """Mean and its t interval; no interval under 3 origins, no mean of nothing."""
    if len(values) == 0:
        return pd.NA, pd.NA, pd.NA
    mean = float(values.mean())
    if len(values) < FEWEST_ORIGINS:
        return mean, pd.NA, pd.NA
    half = float(special.stdtrit(len(values) - 1, (1 + confidence) / 2) * values.std(ddof=1) / np.sqrt(len(values)))
    return mean, mean - half, mean + half


def _mean_curve(curves: Sequence[dict[str, object]], methods: Mapping[str, Method]) -> pd.DataFrame:
    """Hit rates over all origins, each origin weighing as its incidents."""
    parts = []
    for name in methods:
        own = [curve for curve in curves if curve["method"] == name]
        rate = np.average(np.array([curve["shares"] for curve in own]), axis=0, weights=np.array([curve["tested"] for curve in own]))
        parts.append(pd.DataFrame({"method": name, "area_share": CURVE_SHARES, "hit_share": rate}))
    return pd.concat(parts, ignore_index=True)


def _check_choice(origins: Sequence[Origin], share: float) -> None:
    if not 0 < share < 1:
        raise Refusal(
            Text("面积比例 {s} 无效。", "A share of the area of {s} is not possible.").fill(s=share),
            Text("请给出 0 与 1 之间的数，例如 0.05。", "Give a number between 0 and 1, for example 0.05."),
        )
    tests = sorted((origin.test for origin in origins), key=lambda test: test.first)
    clash = [b for a, b in itertools.pairwise(tests) if b.first <= a.last]
    if clash or not tests:
        raise Refusal(
            Text("{n} 个测试期，其中 {c} 个与前一个重叠。", "There are {n} tests, {c} of which overlap the one before.").fill(
                n=len(tests), c=len(clash)
            ),
            Text("请给出至少一个、互不重叠的测试期。", "Give at least one, and none that overlap."),
        )


def _notices(rows: pd.DataFrame, empty: Sequence[Period]) -> tuple[Text, ...]:
    uniform_rows = rows[rows["method"] == "uniform"]
    found, n, tested = [], len(uniform_rows), int(uniform_rows["tested"].sum())
    if empty:
        found.append(
            Text("{n} 个测试期没有警情，未评分（首个：{p}）。", "{n} tests have no incident and are not scored (first: {p}).").fill(
                n=len(empty), p=empty[0].title
            )
        )
    if n < FEWEST_ORIGINS:
        found.append(Text("仅 {n} 个起点：没有区间。", "Only {n} origins: no interval is given.").fill(n=n))
    if tested < FEW_INCIDENTS:
        found.append(
            Text("共测试 {n} 起警情：方法之间的差别可能是偶然。", "{n} incidents tested in all: methods may differ by luck.").fill(n=tested)
        )
    if (uniform_rows["trained"] == 0).any():
        found.append(Text("有的学习期没有警情：其排序等同随机。", "Some training has no incidents: its ranking is chance."))
    return tuple(found)
