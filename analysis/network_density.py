"""Density of incidents along the roads: per kilometre of road and year, spread along the streets and not across the blocks.

Equal-split kernel: what an incident spreads is divided at each junction among the ways that lead on. At a dead end it turns
back, so each incident keeps its whole mass on the roads. Source: Okabe, Satoh and Sugihara 2009; Okabe and Sugihara 2012.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.ops import substring

from analysis.analysis_grid import metric_crs
from analysis.coordinate_check import check_days, no_incidents, stacked
from layers.definition.refusal import Refusal
from layers.definition.text import Text

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Split = Literal["discontinuous", "continuous"]

DAYS_PER_YEAR = 365.25
SNAP_M = 50.0  # farther from a road, an incident is not on it: a field, a courtyard
LIXEL_M = 20.0
SAME_END_M = 0.01  # ends this close are one junction
_LEAST_WEIGHT = 1e-4  # of an incident; the continuous kernel echoes between junctions for ever
_MERGE_FROM, _MERGE_M = 100_000, 0.5  # so many wavefronts are joined where they run along one road within half a metre


@dataclass(frozen=True, eq=False)
class NetworkDensity:
    """Density on pieces of road, with all that must be printed beside it."""

    lixels: gpd.GeoDataFrame
    """road (number of the line given), length_m, incidents (their mass on the piece), per_km_year; geometry in `crs`."""
    used: NDArray[np.bool_]
    """(n,) which of the incidents given are near a road."""
    n_used: int
    n_far: int
    """Incidents farther than `snap_m` from every road, or without a coordinate: left out."""
    stacked_share: float
    top_stack: int
    mass_ratio: float
    """Mass on the roads / weight of the incidents used: 1 but for echoes below 1/10,000 that are let go."""
    radius_m: float
    lixel_m: float
    snap_m: float
    split: Split
    days: float
    road_km: float
    crs: str

    @property
    def caution(self) -> Text:
        return Text("道路在相交处一律连通（立交桥也算路口）。", "Roads join wherever they cross on the map, bridges over roads as well.")


@dataclass(frozen=True, eq=False)
class _Network:
    """Edges between junctions; half-edge 2 e runs along edge e, 2 e + 1 against it."""

    edges: NDArray[np.object_]
    length_m: Floats
    ends: Integers
    """(half-edges,): junction where each arrives."""
    leaving: Integers
    """Half-edges by the junction they leave, one junction after the other."""
    first: Integers
    """(junctions + 1,): where each junction's half-edges begin in `leaving`."""

    @property
    def degree(self) -> Integers:
        return np.diff(self.first)


def network_density(
    roads: gpd.GeoDataFrame | gpd.GeoSeries,
    x_m: ArrayLike,
    y_m: ArrayLike,
    radius_m: float,
    days: float,
    weights: ArrayLike | None = None,
    split: Split = "discontinuous",
    lixel_m: float = LIXEL_M,
    snap_m: float = SNAP_M,
) -> NetworkDensity:
    """Incidents per km of road and year on pieces of at most `lixel_m`, quartic along the road up to `radius_m`.

    `roads`: LineStrings in a CRS in metres; they are cut where they cross. Points (n,) in the same CRS are put on the nearest road
    within `snap_m`. discontinuous: at a junction of n roads 1 / (n - 1) goes on into each other road. continuous: 2 / n goes
    on, and (2 - n) / n comes back, so the density has no step at the junction. Refused: a CRS not in metres, no lines, no incidents,
    none near a road, a radius below a piece, lengths or days that are not positive, weights negative or missing.
    """
    crs = metric_crs(roads.crs) if roads.crs is not None else _refuse_without_crs()
    check_days(days)
    _check_lengths(radius_m, lixel_m, snap_m)
    x, y = np.asarray(x_m, float).ravel(), np.asarray(y_m, float).ravel()
    weight = np.ones(len(x)) if weights is None else np.asarray(weights, float).ravel()
    if (~(weight >= 0)).any():
        raise Refusal(Text("权重为负或缺失。", "Weights are negative or missing."), Text("请检查权重。", "Check the weights."))
    lines = _lines(roads)
    network = _network(lines)
    edge, along_m, used = _on_roads(network, x, y, snap_m)
    pieces = np.maximum(np.ceil(network.length_m / lixel_m - 1e-9), 1).astype(np.int64)
    mass = _spread(network, pieces, edge, along_m, weight[used], radius_m, split)
    stack = stacked(x[used], y[used])
    geometry, length_m = _cut(network, pieces)
    middles = shapely.line_interpolate_point(geometry, 0.5, normalized=True)
    road = shapely.STRtree(lines).query_nearest(middles, all_matches=False)[1]
    table = gpd.GeoDataFrame(
        {"road": road, "length_m": length_m, "incidents": mass, "per_km_year": mass / (length_m / 1000) * DAYS_PER_YEAR / days},
        geometry=gpd.GeoSeries(geometry, crs=crs),
    )
    return NetworkDensity(
        lixels=table,
        used=used,
        n_used=int(used.sum()),
        n_far=int((~used).sum()),
        stacked_share=stack.share,
        top_stack=stack.most,
        mass_ratio=float(mass.sum() / weight[used].sum()) if weight[used].sum() > 0 else 0.0,
        radius_m=radius_m,
        lixel_m=lixel_m,
        snap_m=snap_m,
        split=split,
        days=days,
        road_km=float(network.length_m.sum() / 1000),
        crs=crs,
    )


def _refuse_without_crs() -> str:
    raise Refusal(
        Text("道路图层没有坐标系。", "The roads have no coordinate system."),
        Text("请先导入并指明坐标系。", "Import them with their system first."),
    )


def _check_lengths(radius_m: float, lixel_m: float, snap_m: float) -> None:
    if not (np.isfinite(radius_m) and lixel_m > 0 and snap_m > 0 and radius_m >= lixel_m):
        raise Refusal(
            Text(
                "半径 {r:g} 米、路段 {l:g} 米、归路距离 {s:g} 米不可用：半径不得小于路段长，且都须大于 0。",
                "A radius of {r:g} m with pieces of {l:g} m and {s:g} m to the road is not possible: all above 0, radius at least a piece.",
            ).fill(r=radius_m, l=lixel_m, s=snap_m),
            Text("例如 300、20 和 50 米。", "Give for example 300, 20 and 50 m."),
        )


def _lines(roads: gpd.GeoDataFrame | gpd.GeoSeries) -> NDArray[np.object_]:
    """The single LineStrings of the roads."""
    parts = shapely.get_parts(np.asarray(roads.geometry.array, dtype=object))
    lines = parts[(shapely.get_type_id(parts) == 1) & (shapely.length(parts) > 0)]
    if len(lines) == 0:
        raise Refusal(Text("道路图层中没有线。", "There is no line among the roads."), Text("请先导入道路。", "Import the roads first."))
    return np.asarray(lines)


def _network(lines: NDArray[np.object_]) -> _Network:
    """Lines cut where they cross and joined where only two meet; ends within a centimetre are one junction."""
    merged = shapely.line_merge(shapely.unary_union(lines))
    edges = shapely.get_parts(merged)
    edges = edges[shapely.length(edges) > SAME_END_M]
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(edges, at)) for at in (0, -1)])
    _, junction = np.unique(np.rint(ends / SAME_END_M), axis=0, return_inverse=True)
    start, stop = junction.ravel().reshape(2, -1)
    leaves, arrives = np.column_stack([start, stop]).ravel(), np.column_stack([stop, start]).ravel()
    leaving = np.argsort(leaves, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(leaves))])
    return _Network(edges, shapely.length(edges), arrives, leaving, first)


def _on_roads(network: _Network, x: Floats, y: Floats, snap_m: float) -> tuple[Integers, Floats, NDArray[np.bool_]]:
    """Edge and metres along it of each incident near a road, and which those are."""
    placed = np.isfinite(x) & np.isfinite(y)
    if not placed.any():
        raise no_incidents()
    points = shapely.points(np.where(placed, x, 0.0), np.where(placed, y, 0.0))
    near = shapely.STRtree(network.edges).query_nearest(points[placed], max_distance=snap_m, all_matches=False)
    used = np.zeros(len(x), bool)
    used[np.flatnonzero(placed)[near[0]]] = True
    if not used.any():
        raise Refusal(
            Text(
                "{n} 起警情距道路都超过 {s:g} 米（首个：{x:g}, {y:g}）。",
                "All {n} incidents are farther than {s:g} m from every road (first: {x:g}, {y:g}).",
            ).fill(n=int(placed.sum()), s=snap_m, x=x[placed][0], y=y[placed][0]),
            Text("请检查坐标系，或加大归路距离。", "Check the coordinate system, or allow a longer way to the road."),
        )
    return near[1], shapely.line_locate_point(network.edges[near[1]], points[used]), used


def _spread(network: _Network, pieces: Integers, edge: Integers, along_m: Floats, weight: Floats, radius_m: float, split: Split) -> Floats:
    """Mass on each piece of each edge, in the order of the edges. A front is a half-edge, the way to its start, and its weight."""
    mass = np.zeros(int(pieces.sum()))
    way, gone_m, carried = _start(network, edge, along_m, weight)
    while len(way):
        _lay_down(mass, network, pieces, way, gone_m, carried, radius_m)
        gone_m = gone_m + network.length_m[way // 2]
        on = gone_m < radius_m
        way, gone_m, carried = _onward(network, way[on], gone_m[on], carried[on], split)
        if len(way) > _MERGE_FROM:
            way, gone_m, carried = _merged(way, gone_m, carried, radius_m)
    return mass


def _start(network: _Network, edge: Integers, along_m: Floats, weight: Floats) -> tuple[Integers, Floats, Floats]:
    """Two fronts from each incident; from one at a junction of n roads, n fronts of 2 / n."""
    length = network.length_m[edge]
    at_end = np.where(along_m < SAME_END_M, 2 * edge + 1, np.where(length - along_m < SAME_END_M, 2 * edge, -1))
    middle, corner = at_end < 0, at_end >= 0
    way, of = _ways_from(network, network.ends[at_end[corner]])
    shared = 2 * weight[corner] / network.degree[network.ends[at_end[corner]]]
    return (
        np.concatenate([2 * edge[middle], 2 * edge[middle] + 1, way]),
        np.concatenate([-along_m[middle], along_m[middle] - length[middle], np.zeros(len(way))]),
        np.concatenate([weight[middle], weight[middle], shared[of]]),
    )


def _ways_from(network: _Network, junction: Integers) -> tuple[Integers, Integers]:
    """All half-edges that leave each junction, and of which of the given each is."""
    degree = network.degree[junction]
    of = np.repeat(np.arange(len(junction)), degree)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(degree) - degree, degree)
    return network.leaving[network.first[junction][of] + nth], of


def _onward(network: _Network, way: Integers, gone_m: Floats, carried: Floats, split: Split) -> tuple[Integers, Floats, Floats]:
    """The fronts after the junction where each arrives."""
    onward, of = _ways_from(network, network.ends[way])
    degree = network.degree[network.ends[way]][of].astype(float)
    back = onward == way[of] ^ 1
    if split == "continuous":
        part = np.where(back, (2 - degree) / degree, 2 / degree)
    else:
        part = np.where(back, 0.0, 1 / np.maximum(degree - 1, 1))
    part[degree == 1] = 1.0  # a dead end turns everything back
    found = carried[of] * part
    keep = np.abs(found) >= _LEAST_WEIGHT
    return onward[keep], gone_m[of][keep], found[keep]


def _merged(way: Integers, gone_m: Floats, carried: Floats, radius_m: float) -> tuple[Integers, Floats, Floats]:
    """Fronts on one half-edge with nearly the same way behind them as one, at their weighted mean."""
    steps = int(radius_m / _MERGE_M) + 2
    key, of = np.unique(way * steps + np.rint(gone_m / _MERGE_M).astype(np.int64), return_inverse=True)
    total, heft = np.bincount(of, carried), np.bincount(of, np.abs(carried))
    mean_m = np.bincount(of, np.abs(carried) * gone_m) / heft
    return key // steps, mean_m, total.astype(float)


def _lay_down(mass: Floats, network: _Network, pieces: Integers, way: Integers, gone_m: Floats, carried: Floats, radius_m: float) -> None:
    """Add what each front leaves on the pieces of its edge: the kernel's integral over each piece."""
    edge = way // 2
    size = network.length_m[edge] / pieces[edge]
    begin = np.clip(np.floor(-gone_m / size), 0, None).astype(np.int64)
    stop = np.minimum(np.ceil((radius_m - gone_m) / size), pieces[edge]).astype(np.int64)
    count = np.maximum(stop - begin, 0)
    first_piece = (np.cumsum(pieces) - pieces)[edge]
    for some in _blocks(count):
        of = np.repeat(np.arange(some.start, some.stop), count[some])
        nth = np.arange(len(of)) - np.repeat(np.cumsum(count[some]) - count[some], count[some]) + begin[of]
        near = _integral((gone_m[of] + nth * size[of]) / radius_m)
        far = _integral((gone_m[of] + (nth + 1) * size[of]) / radius_m)
        at = first_piece[of] + np.where(way[of] % 2 == 0, nth, pieces[edge[of]] - 1 - nth)
        mass += np.bincount(at, carried[of] * (far - near), len(mass))


def _blocks(count: Integers, most: int = 4_000_000) -> list[slice]:
    """Runs of fronts with at most some four million pieces together, so that memory stays small."""
    block = np.cumsum(count) // most
    cuts = np.concatenate([[0], np.flatnonzero(np.diff(block)) + 1, [len(count)]])
    return [slice(int(a), int(b)) for a, b in pairwise(cuts)]


def _integral(t: Floats) -> Floats:
    """Mass of the quartic kernel 15/16 (1 - t²)² from 0 to t, t in radii: 1/2 at the rim."""
    t = np.clip(t, 0.0, 1.0)
    return np.asarray(15 / 16 * (t - 2 * t**3 / 3 + t**5 / 5))


def _cut(network: _Network, pieces: Integers) -> tuple[NDArray[np.object_], Floats]:
    """The pieces as lines, and their lengths in metres."""
    of = np.repeat(np.arange(len(pieces)), pieces)
    size = (network.length_m / pieces)[of]
    nth = np.arange(len(of)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    lines = [substring(network.edges[e], i * s, (i + 1) * s) for e, i, s in zip(of, nth, size, strict=True)]
    return np.asarray(lines, dtype=object), size
