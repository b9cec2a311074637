"""What incidents' coordinates can carry: are they metres, inside the town, how finely rounded, how often the same place."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Transformer

from analysis.analysis_grid import Cells, inside
from layers.definition.crs import wgs84_to_bd09, wgs84_to_gcj02
from layers.definition.refusal import Refusal
from layers.definition.text import Text

Floats = NDArray[np.float64]

FEWEST_PLACES = 20  # fewer places can all be round numbers by chance
_SAMPLE = 2_000  # places looked at; each costs three shifts of datum
_SHARE = 0.99  # of the places must be rounded alike: a few may have been set by hand
_STEPS_M = (1000.0, 500.0, 250.0, 200.0, 100.0, 50.0, 25.0, 20.0, 10.0, 5.0, 2.0, 1.0)
_STEPS_DEG = (0.1, 0.01, 0.001, 0.0001)  # to 11 m; finer than that no cell is asked for
_DEGREE_M = 111_320.0  # length of a degree of latitude; of longitude it is less
_NOISE_M, _NOISE_DEG = 1e-3, 2e-7  # by which a rounded number may be off after projecting there and back


@dataclass(frozen=True)
class Stack:
    """Incidents with one coordinate in common, to the centimetre."""

    share: float
    """Of the incidents that have their coordinate in common with another one, 0 to 1."""
    most: int
    """Incidents at the most used coordinate."""
    at_m: tuple[float, float]
    """Where that is, metres."""


def stacked(x_m: Floats, y_m: Floats) -> Stack:
    """How many points (n,) share a coordinate, and the largest such stack. Refused: no points."""
    if len(x_m) == 0:
        raise no_incidents()
    key = np.rint(x_m * 100).astype(np.int64) * 2**32 + np.rint(y_m * 100).astype(np.int64)
    places, counts = np.unique(key, return_counts=True)
    first = int(np.argmax(key == places[np.argmax(counts)]))
    return Stack(float(counts[counts > 1].sum() / len(key)), int(counts.max()), (float(x_m[first]), float(y_m[first])))


def check_days(days: float) -> None:
    """Refused: a period that is not above 0 days."""
    if not (np.isfinite(days) and days > 0):
        raise Refusal(
            Text("观察天数 {days} 无效。", "A period of {days} days is not possible.").fill(days=days),
            Text("请选择至少一天的时间段。", "Choose a period of at least one day."),
        )


def refuse_unless_inside(crs: str, x_m: Floats, y_m: Floats, n_used: int) -> None:
    """Refused when none of the points (n,) is inside: none at all, in degrees, or all elsewhere; each with its own words."""
    if n_used:
        return
    placed = np.isfinite(x_m) & np.isfinite(y_m)
    if not placed.any():
        raise no_incidents()
    first = {"n": int(placed.sum()), "x": x_m[placed][0], "y": y_m[placed][0]}
    if max(np.abs(x_m[placed]).max(), np.abs(y_m[placed]).max()) <= 360:
        raise Refusal(
            Text(
                "{n} 起警情的坐标是度，而不是米（首个：{x:g}, {y:g}）。",
                "{n} incidents are in degrees, not metres (first: {x:g}, {y:g}).",
            ).fill(**first),
            Text("请先转换到 {crs}。", "Convert them to {crs} first.").fill(crs=crs),
        )
    raise Refusal(
        Text(
            "{n} 起警情都在辖区之外（首个：{x:.0f}, {y:.0f}）。",
            "All {n} incidents lie outside the town (first: {x:.0f}, {y:.0f}).",
        ).fill(**first),
        Text("请检查坐标系是否为 {crs}。", "Check that their coordinate system is {crs}.").fill(crs=crs),
    )


def no_incidents() -> Refusal:
    """The refusal for a table without a single placed incident."""
    return Refusal(
        Text("没有带坐标的警情，不显示密度图。", "There are no incidents with a place, so no density is shown."),
        Text("请放宽时间或类别筛选。", "Widen the time or category filter."),
    )


def rounding_m(x_m: ArrayLike, y_m: ArrayLike, crs: str) -> float:
    """The step in metres to which coordinates (n,) in the metric `crs` were rounded, 0 if none of a metre or more is seen.

    Looked for in metres (1 to 1,000 m) and in degrees of up to four decimals, as WGS-84, GCJ-02 and BD-09: a number
    rounded in one of them is crooked in all others. Coordinates at fewer than 20 places tell nothing: 0.
    """
    points = np.column_stack([np.asarray(x_m, float), np.asarray(y_m, float)])
    points = points[np.isfinite(points).all(axis=1)]
    thin = points[:: max(1, len(points) // (10 * _SAMPLE))]
    places = np.unique(thin, axis=0)
    if len(places) < FEWEST_PLACES:
        return 0.0
    places = places[:: max(1, len(places) // _SAMPLE)]
    in_metres = _coarsest(places, _STEPS_M, _NOISE_M)
    if in_metres:
        return in_metres
    geodetic = CRS.from_user_input(crs).geodetic_crs
    lon, lat = Transformer.from_crs(crs, geodetic, always_xy=True).transform(*places.T)
    for degrees in ((lon, lat), wgs84_to_gcj02(lon, lat), wgs84_to_bd09(lon, lat)):
        step = _coarsest(np.column_stack(degrees), _STEPS_DEG, _NOISE_DEG)
        if step:
            return step * _DEGREE_M
    return 0.0


def checked_rounding_m(grid: Cells, x_m: ArrayLike, y_m: ArrayLike) -> float:
    """`rounding_m` of the points inside the grid. Refused: cells smaller than it, where rounding alone makes hot and empty cells."""
    step = rounding_m(*inside(grid, x_m, y_m), grid.crs)
    # A step of degrees is a little shorter in metres along one axis, so a cell of nearly that size is let through.
    if grid.size_m < 0.85 * step:
        raise Refusal(
            Text(
                "坐标取整到约 {step:.0f} 米，比 {size:g} 米的分析格更粗。",
                "The coordinates are rounded to about {step:.0f} m, coarser than cells of {size:g} m.",
            ).fill(step=step, size=grid.size_m),
            Text("请用 {m} 米或更大的边长。", "Choose cells of {m} m or more.").fill(m=int(np.ceil(step / 10) * 10)),
        )
    return step


def _coarsest(places: Floats, steps: tuple[float, ...], noise: float) -> float:
    """The largest step of which 99 % of the places (n, 2) are multiples, apart from a common offset of half a step; 0 if none."""
    for step in steps:
        for offset in (0.0, step / 2):  # centres of cells are rounded too
            off = np.abs((places - offset) / step - np.rint((places - offset) / step)) * step
            if (off <= noise).all(axis=1).mean() >= _SHARE:
                return step
    return 0.0
