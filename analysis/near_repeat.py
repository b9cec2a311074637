"""Do incidents come back near where and soon after one happened: Knox's table of pairs, against shuffled dates."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from analysis.timing import Bools, Floats, Integers, wall_clock
from layers.definition.refusal import Refusal
from layers.definition.text import Text

Distance = Literal["manhattan", "euclidean"]

PLACE_EDGES_M = (0.0, 1.0, 100.0, 200.0, 300.0, 400.0)  # the first band is the same address
TIME_EDGES_DAYS = (0.0, 7.0, 14.0, 21.0, 28.0)
DISTANCES: dict[Distance, Text] = {
    "manhattan": Text("曼哈顿距离", "Manhattan distance"),
    "euclidean": Text("直线距离", "straight-line distance"),
}
FEWEST_INCIDENTS = 20  # below it a band holds a pair or two
MOST_PAIRS = 50_000_000  # near each other: 600 MB, and a minute for 999 shuffles
SAID_EVERY = 25  # shuffles between two words to the one who waits
_INTEGER_SPAN = 2**31  # days apart that whole numbers can hold

CAUTION = Text(
    "表中为警情对的数量；重复上报的同一警情会被当作重复发生，请先核对同地同时的记录。",
    "The table counts pairs; one incident entered twice looks like a repeat, so check records of one place and time first.",
)


@dataclass(frozen=True, eq=False)
class NearRepeat:
    """Pairs of incidents by distance (rows) and days apart (columns), with what shuffled dates give.

    With a `reason` there is no verdict: p is None.
    """

    observed: Integers
    """(places, times) pairs."""
    expected: Floats
    """(places, times) pairs that any dates would give on average: row sum x column sum / all pairs."""
    p: Floats | None
    """(places, times) share of maps with shuffled dates that have as many pairs or more, the real one included."""
    place_edges_m: tuple[float, ...]
    time_edges_days: tuple[float, ...]
    distance: Distance
    shuffles: int
    """Done; fewer than asked for where the person stopped."""
    seed: int
    n_used: int
    n_dropped: int
    """Incidents without a coordinate or a time."""
    n_pairs: int
    reason: Text | None
    caution: Text = CAUTION

    @property
    def ratio(self) -> Floats:
        """(places, times) observed / expected, 1 where none is expected."""
        return np.divide(self.observed, self.expected, out=np.ones(self.expected.shape), where=self.expected > 0)

    @property
    def place_bands(self) -> tuple[str, ...]:
        """Bands as printed, in metres: [from, to)."""
        return _bands(self.place_edges_m)

    @property
    def time_bands(self) -> tuple[str, ...]:
        """Bands as printed, in days: [from, to)."""
        return _bands(self.time_edges_days)

    def table(self) -> pd.DataFrame:
        """A row per pair of bands: place_m, time_days, observed, expected, ratio, p (blank without a verdict)."""
        place, days = (index.ravel() for index in np.indices(self.observed.shape))
        p = [pd.NA] * self.observed.size if self.p is None else list(self.p.ravel())
        return pd.DataFrame(
            {
                "place_m": np.array(self.place_bands)[place],
                "time_days": np.array(self.time_bands)[days],
                "observed": self.observed.ravel(),
                "expected": self.expected.ravel(),
                "ratio": self.ratio.ravel(),
                "p": pd.array(p, dtype="Float64"),
            }
        )


def near_repeat(
    x_m: ArrayLike,
    y_m: ArrayLike,
    at: object,
    place_edges_m: Sequence[float] = PLACE_EDGES_M,
    time_edges_days: Sequence[float] = TIME_EDGES_DAYS,
    distance: Distance = "manhattan",
    shuffles: int = 999,
    seed: int = 0,
    progress: Callable[[int], bool] | None = None,
) -> NearRepeat:
    """Knox table of incidents (n,) at x, y in metres, at times (their dates count) or at numbers of days.

    Bands [a, b) between the edges, which rise; the last edge may be infinite. p is (1 + shuffles with as many pairs) / (1 + shuffles);
    each shuffle gives the same dates to the incidents in another order. `progress` is told the shuffles done, and stops them by
    answering False. Refused: columns of different length, edges that do not rise, degrees, over 50 million pairs of near places.
    Source: Knox 1964; Ratcliffe and Rengert 2008.
    """
    places, times = _edges(place_edges_m), _edges(time_edges_days)
    points, days, dropped = _usable(x_m, y_m, at)
    observed = np.zeros((len(places) - 1, len(times) - 1), np.int64)
    p, done, reason = None, 0, _why_not(points, days)
    n_pairs = len(days) * (len(days) - 1) // 2
    expected = np.zeros(observed.shape)
    if n_pairs:
        pairs = _PairsByPlace(points, places, distance)
        by_time = _pairs_by_time(days, times)
        observed = pairs.table(days, times, by_time)
        expected = pairs.row_sums(n_pairs)[:, None] * by_time / n_pairs
        if reason is None:
            p, done = _p_values(pairs, days, times, by_time, observed, shuffles, seed, progress)
    return NearRepeat(observed, expected, p, places, times, distance, done, seed, len(days), dropped, n_pairs, reason)


class _PairsByPlace:
    """Pairs of points nearer than the last finite edge, in order of their band. What lies beyond is known from the sums by time."""

    def __init__(self, points: Floats, edges: tuple[float, ...], distance: Distance) -> None:
        self.open_end = bool(np.isinf(edges[-1]))
        finite = edges[:-1] if self.open_end else edges
        norm = 1 if distance == "manhattan" else 2
        tree = cKDTree(points)
        reach = finite[-1]
        _refuse_too_many((int(tree.count_neighbors(tree, reach, p=norm)) - len(points)) // 2, reach)
        found = tree.query_pairs(reach, p=norm, output_type="ndarray").astype(np.int32)
        step = np.abs(points[found[:, 0]] - points[found[:, 1]])
        away = step.sum(axis=1) if norm == 1 else np.hypot(step[:, 0], step[:, 1])
        band = np.searchsorted(finite, away, "right") - 1
        # Nearer than the first edge counts in no band, but not in the open one either.
        order = np.lexsort((found[:, 1], found[:, 0], band))
        self.one, self.other = np.ascontiguousarray(found[order].T)
        self.ends = np.searchsorted(band[order], np.arange(-1, len(finite)))

    def table(self, days: NDArray[Any], edges: tuple[float, ...], by_time: Integers) -> Integers:
        """(places, times) pairs for those days (n,)."""
        apart = np.abs(days[self.one] - days[self.other])
        bands = [apart[start:end] for start, end in zip(self.ends, self.ends[1:], strict=False)]
        near = np.array([_between(band, edges) for band in bands])  # nearer than the first edge, then each finite band
        if self.open_end:
            return np.vstack([near[1:], by_time - near.sum(axis=0)])
        return near[1:]

    def row_sums(self, n_pairs: int) -> Integers:
        """Pairs in each band of distance, at any time."""
        near = np.diff(self.ends)
        return np.append(near[1:], n_pairs - near.sum()) if self.open_end else near[1:]


def _between(apart: NDArray[Any], edges: tuple[float, ...]) -> Integers:
    """How many of the day differences lie in each [a, b)."""
    below = [len(apart) if np.isinf(edge) else np.count_nonzero(apart < _like(apart, edge)) for edge in edges]
    return np.asarray(np.diff(np.array(below, np.int64)), np.int64)


def _like(apart: NDArray[Any], edge: float) -> Any:
    """The edge as a number of the array's kind: whole days below 6.5 are those below 7, and whole numbers compare fastest."""
    return apart.dtype.type(np.ceil(edge)) if apart.dtype.kind == "i" else edge


def _pairs_by_time(days: NDArray[Any], edges: tuple[float, ...]) -> Integers:
    """(times,) pairs of all incidents by days apart, however far: the same in every shuffle."""
    ordered = np.sort(days.astype(float))
    later = np.arange(len(ordered)) + 1
    below = []
    for edge in edges:
        until = np.searchsorted(ordered, ordered + edge, "left")
        below.append(int(np.maximum(until - later, 0).sum()))
    return np.asarray(np.diff(np.array(below, np.int64)), np.int64)


def _p_values(
    pairs: _PairsByPlace,
    days: NDArray[Any],
    times: tuple[float, ...],
    by_time: Integers,
    observed: Integers,
    shuffles: int,
    seed: int,
    progress: Callable[[int], bool] | None,
) -> tuple[Floats | None, int]:
    """p (places, times) and the shuffles done; no p without any."""
    random, shuffled = np.random.default_rng(seed), days.copy()
    as_many, done = np.zeros(observed.shape, np.int64), 0
    for done in range(shuffles):
        if progress is not None and done % SAID_EVERY == 0 and not progress(done):
            return ((1 + as_many) / (1 + done) if done else None), done
        random.shuffle(shuffled)
        as_many += pairs.table(shuffled, times, by_time) >= observed
    if progress is not None:
        progress(shuffles)
    return ((1 + as_many) / (1 + shuffles) if shuffles else None), shuffles


def _usable(x_m: ArrayLike, y_m: ArrayLike, at: object) -> tuple[Floats, NDArray[Any], int]:
    """Points (n, 2), days (n,) and how many incidents lack one of them."""
    x, y = np.asarray(x_m, float).ravel(), np.asarray(y_m, float).ravel()
    values = np.asarray(at)
    days = values.astype(float).ravel() if values.dtype.kind in "iuf" else _dates(at)
    if not len(x) == len(y) == len(days):
        raise Refusal(
            Text("{x} 个 x、{y} 个 y、{t} 个时间。", "There are {x} x, {y} y and {t} times.").fill(x=len(x), y=len(y), t=len(days)),
            Text("每起警情各需一个。", "Each incident needs one of each."),
        )
    keep: Bools = np.isfinite(x) & np.isfinite(y) & np.isfinite(days)
    points = np.column_stack([x[keep], y[keep]])
    if len(points) and np.abs(points).max() <= 360 and np.ptp(points, axis=0).max() < 5:
        raise Refusal(
            Text("{n} 起警情的坐标是度，而不是米。", "{n} incidents are in degrees, not metres.").fill(n=len(points)),
            Text("请先转换到以米为单位的坐标系。", "Convert them to a system in metres first."),
        )
    used = days[keep]
    whole = len(used) == 0 or bool((used == np.rint(used)).all() and np.ptp(used) < _INTEGER_SPAN)
    compact: NDArray[Any] = (used - used.min()).astype(np.int32) if whole and len(used) else used
    return points, compact, int((~keep).sum())


def _dates(at: object) -> Floats:
    """Number of each time's date, NaN where missing: 23:50 and 0:10 are a day apart, as two dates are."""
    dates = wall_clock(at).astype("datetime64[D]")
    return np.where(np.isnat(dates), np.nan, dates.astype(np.int64))


def _edges(given: Sequence[float]) -> tuple[float, ...]:
    edges = tuple(float(edge) for edge in given)
    rising = len(edges) > 1 and all(a < b for a, b in itertools.pairwise(edges))
    if not rising or edges[0] < 0 or len(edges) - np.isinf(edges[-1]) < 2:
        raise Refusal(
            Text("分段边界 {e} 无效。", "The edges {e} make no bands.").fill(e=list(edges)),
            Text("请给出从 0 起递增的至少两个边界。", "Give at least two finite edges that rise from 0."),
        )
    return edges


def _bands(edges: tuple[float, ...]) -> tuple[str, ...]:
    return tuple(f"[{a:g}, {'∞' if np.isinf(b) else f'{b:g}'})" for a, b in itertools.pairwise(edges))


def _refuse_too_many(n: int, reach_m: float) -> None:
    if n > MOST_PAIRS:
        raise Refusal(
            Text("{r:g} 米以内有 {n:,} 对警情，上限为 {m:,} 对。", "{n:,} pairs lie within {r:g} m; at most {m:,} are possible.").fill(
                n=n, r=reach_m, m=MOST_PAIRS
            ),
            Text("请缩短最远的距离、选择一个类别或较短的时间段。", "Take a shorter last distance, one category, or a shorter period."),
        )


def _why_not(points: Floats, days: NDArray[Any]) -> Text | None:
    if len(days) < FEWEST_INCIDENTS:
        return Text(
            "数据不足：{n} 起警情有地点和时间，至少需要 {f} 起。", "Not enough data: {n} incidents with place and time, {f} are needed."
        ).fill(n=len(days), f=FEWEST_INCIDENTS)
    if days.min() == days.max():
        return Text("所有警情在同一天，无从比较先后。", "All incidents are of one day, so none follows another.")
    if (points == points[0]).all():
        return Text(
            "所有警情在同一地点：可能是默认地址，无从比较远近。",
            "All incidents are at one place, maybe a default address: none is nearer than another.",
        )
    return None
