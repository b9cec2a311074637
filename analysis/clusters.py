"""Groups of incidents close together, by DBSCAN or HDBSCAN of scikit-learn, as areas with counts."""

from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from analysis.analysis_grid import Cells, inside
from analysis.coordinate_check import refuse_unless_inside, stacked
from layers.definition.refusal import Refusal
from layers.definition.text import Text

Floats = NDArray[np.float64]
Method = Literal["dbscan", "hdbscan"]

HULL_RATIO = 0.3  # of shapely's concave hull: 0 follows every point, 1 is the convex hull
OUTLINE_M = 25.0  # by which the hull is widened: a cluster at one address is a disc, not a dot
MOST_INCIDENTS = {"dbscan": 1_000_000, "hdbscan": 50_000}  # beyond it HDBSCAN takes minutes


@dataclass(frozen=True, eq=False)
class Clusters:
    """Areas of clustered incidents, largest count first, with what they rest on."""

    areas: gpd.GeoDataFrame
    """rank, count, places (different coordinates), area_km2, per_km2, share_of_incidents, share_of_area (0 to 1), geometry: concave
    hull of the cluster's incidents widened by 25 m, in the grid's CRS. Areas may overlap. Empty if there is no cluster."""
    label: NDArray[np.int64]
    """(n,) rank of the cluster of each incident given; 0: in none; -1: outside the town or without a coordinate."""
    reason: Text | None
    """Why there are no areas, or None."""
    method: Method
    radius_m: float | None
    fewest: int
    n_used: int
    n_dropped: int
    stacked_share: float
    crs: str
    mask_area_km2: float
    outline: Text
    caution: Text


def clusters(
    grid: Cells, x_m: ArrayLike, y_m: ArrayLike, radius_m: float | None = 150.0, fewest: int = 20, method: Method = "dbscan"
) -> Clusters:
    """Clusters of incidents (n,), metres in the grid's CRS, inside the town.

    dbscan: an incident with `fewest` or more (itself too) within `radius_m` is a core; cores within the radius of each other are one
    cluster, with all incidents in reach of one. hdbscan: the most lasting clusters of at least `fewest` over all radii; `radius_m`
    is not used. Neither is a test: clusters are where many are, also by chance. Refused: no incidents, none inside, degrees, a
    radius that is not positive, fewer than 2 to a cluster, too many incidents. Source: Ester et al. 1996; Campello et al. 2013.
    """
    x, y = np.asarray(x_m, float).ravel(), np.asarray(y_m, float).ravel()
    used_x, used_y = inside(grid, x, y)
    refuse_unless_inside(grid.crs, x, y, len(used_x))
    _check_choice(method, radius_m, fewest, len(used_x))
    points, of, repeats = np.unique(np.column_stack([used_x, used_y]), axis=0, return_inverse=True, return_counts=True)
    of = of.ravel()
    found = _dbscan(points, repeats, float(radius_m or 0), fewest)[of] if method == "dbscan" else _hdbscan(points[of], fewest)
    table, rank = _areas(np.column_stack([used_x, used_y]), found, grid)
    label = np.full(len(x), -1)
    label[np.flatnonzero(_is_inside(grid, x, y))] = rank
    none = Text("没有 {n} 起以上聚在一起的警情。", "Nowhere do {n} or more incidents lie together.").fill(n=fewest)
    return Clusters(
        areas=table,
        label=label,
        reason=none if len(table) == 0 else None,
        method=method,
        radius_m=radius_m if method == "dbscan" else None,
        fewest=fewest,
        n_used=len(used_x),
        n_dropped=len(x) - len(used_x),
        stacked_share=stacked(used_x, used_y).share,
        crs=grid.crs,
        mask_area_km2=grid.inside_km2,
        outline=Text(f"凹包（比率 {HULL_RATIO}），外扩 {OUTLINE_M:g} 米", f"concave hull (ratio {HULL_RATIO}), widened by {OUTLINE_M:g} m"),
        caution=Text("聚集不等于显著：偶然也会成团。", "A cluster is not a test: chance makes clusters too."),
    )


def _check_choice(method: str, radius_m: float | None, fewest: int, n: int) -> None:
    if method not in MOST_INCIDENTS:
        raise Refusal(
            Text("没有方法 {m}。", "There is no method {m}.").fill(m=method), Text("可选：dbscan、hdbscan。", "Choose dbscan or hdbscan.")
        )
    if method == "dbscan" and not (radius_m is not None and np.isfinite(radius_m) and radius_m > 0):
        raise Refusal(
            Text("半径 {r} 米无效。", "A radius of {r} m is not possible.").fill(r=radius_m),
            Text("例如 150 米。", "Give for example 150 m."),
        )
    if fewest < 2:
        raise Refusal(
            Text("每个聚集区至少 2 起，而不是 {n}。", "A cluster has at least 2 incidents, not {n}.").fill(n=fewest),
            Text("例如 20。", "Give for example 20."),
        )
    if n > MOST_INCIDENTS[method]:
        raise Refusal(
            Text("{n:,} 起警情过多，{m} 上限 {most:,}。", "{n:,} incidents are too many; {m} takes at most {most:,}.").fill(
                n=n, m=method, most=MOST_INCIDENTS[method]
            ),
            Text("请缩短时间段。", "Shorten the period."),
        )


def _dbscan(points: Floats, repeats: NDArray[np.int64], radius_m: float, fewest: int) -> NDArray[np.int64]:
    """Cluster from 0 of each different place (n, 2), -1 for none; a place counts as often as incidents lie there."""
    from sklearn.cluster import DBSCAN  # half a second to import, and only this view needs it

    return np.asarray(DBSCAN(eps=radius_m, min_samples=fewest).fit(points, sample_weight=repeats).labels_)


def _hdbscan(points: Floats, fewest: int) -> NDArray[np.int64]:
    """Cluster from 0 of each incident (n, 2), -1 for none."""
    from sklearn.cluster import HDBSCAN

    if len(points) <= fewest:
        return np.full(len(points), -1)
    return np.asarray(HDBSCAN(min_cluster_size=fewest, allow_single_cluster=True, copy=True).fit(points).labels_)


def _areas(points: Floats, found: NDArray[np.int64], grid: Cells) -> tuple[gpd.GeoDataFrame, NDArray[np.int64]]:
    """One row per cluster, largest first, and for each incident the rank of its cluster, 0 for none."""
    count = np.bincount(found[found >= 0])
    order = np.argsort(-count, kind="stable")
    places = [np.unique(points[found == cluster], axis=0) for cluster in order]
    hulls = [shapely.concave_hull(shapely.MultiPoint(each), HULL_RATIO) for each in places]
    shapes = shapely.buffer(np.asarray(hulls, dtype=object), OUTLINE_M)
    area_km2 = shapely.area(shapes) / 1e6
    table = gpd.GeoDataFrame(
        {
            "rank": np.arange(1, len(order) + 1),
            "count": count[order],
            "places": [len(each) for each in places],
            "area_km2": area_km2,
            "per_km2": count[order] / area_km2,
            "share_of_incidents": count[order] / len(points),
            "share_of_area": area_km2 / grid.inside_km2,
        },
        geometry=gpd.GeoSeries(shapes, crs=grid.crs, dtype="geometry"),
    )
    rank_of = np.zeros(len(order) + 1, np.int64)
    rank_of[order] = np.arange(1, len(order) + 1)
    return table, rank_of[found]


def _is_inside(grid: Cells, x: Floats, y: Floats) -> NDArray[np.bool_]:
    row, col = grid.cell_of(x, y)
    held = (row >= 0) & (row < grid.rows) & (col >= 0) & (col < grid.cols)
    cell = np.where(held, row * grid.cols + col, -1).astype(np.int64)
    return np.asarray(held & grid.mask.ravel()[cell])
