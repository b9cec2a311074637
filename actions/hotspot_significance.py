"""What may be claimed: cells that pass a test with their areas, kinds of cells by local Moran, clusters, and density along roads."""

from dataclasses import dataclass, replace
from typing import Literal

import geopandas as gpd

from actions.caller import Caller
from actions.hotspot_basis import Basis
from actions.hotspot_data import chosen_rows
from actions.hotspots import AreasView, Progress, basis_of, go_on
from analysis.analysis_grid import bin_points
from analysis.clusters import Clusters, clusters
from analysis.hotspot_areas import hotspot_areas
from analysis.incident_filter import IncidentFilter
from analysis.local_moran import LocalMoran, local_moran
from analysis.network_density import NetworkDensity, network_density
from analysis.significance import Correction, Significance, hot_cells
from layers.definition.refusal import Refusal
from layers.definition.text import Text

SHUFFLES, SEED, ALPHA = 999, 0, 0.05
MORAN_SHUFFLES = 9_999  # corrected for thousands of cells, no p of fewer shuffles can pass
COUNTING, TESTING, SPREADING = (
    Text("统计各格", "Counting per cell"),
    Text("计算中（停止须待此步结束）", "Working (a stop waits for the end of this step)"),
    Text("沿路分摊（停止须待此步结束）", "Spreading along the roads (a stop waits for the end of this step)"),
)
SHUFFLING = Text("随机置换：已完成 {n:,} 次，共 {of:,} 次", "Shuffling: {n:,} of {of:,} done")
CORRECTIONS: dict[Correction, Text] = {
    "max_statistic": Text("置换最大值", "largest by chance"),
    "benjamini_hochberg": Text("BH 校正", "Benjamini-Hochberg"),
}
BH_CAUTION = Text(
    "BH 依据正态近似的 z：警情稀少时，没有热点的图也常被判有热点，请以置换最大值为准。",
    "Benjamini-Hochberg rests on normal z: where incidents are sparse, maps without a hotspot often show one; trust the largest by chance.",
)


@dataclass(frozen=True, eq=False)
class SignificanceView:
    """The test with the areas that it claims; none where nothing passes."""

    result: Significance
    claimed: AreasView
    basis: Basis


@dataclass(frozen=True, eq=False)
class MoranView:
    """Local Moran with its basis."""

    result: LocalMoran
    basis: Basis


@dataclass(frozen=True, eq=False)
class ClusterView:
    """Clusters with their basis."""

    result: Clusters
    basis: Basis


@dataclass(frozen=True, eq=False)
class RoadView:
    """Density along roads with its basis."""

    result: NetworkDensity
    basis: Basis


def significance_view(
    caller: Caller,
    by: IncidentFilter,
    cell_m: int,
    correction: Correction = "max_statistic",
    alpha: float = ALPHA,
    shuffles: int = SHUFFLES,
    seed: int = SEED,
    hexagons: bool = False,
    progress: Progress | None = None,
) -> SignificanceView:
    """Gi* of every cell and what passes the threshold, as areas. Refused: as `hot_cells`; too few incidents give a reason."""
    chosen = chosen_rows(caller, by)
    data = chosen.data
    grid = data.cells_of(cell_m, hexagons)
    x, y = chosen.points_m
    said = None if progress is None else lambda n: progress(n / shuffles, SHUFFLING.fill(n=n, of=shuffles))
    result = hot_cells(grid, x, y, correction=correction, alpha=alpha, shuffles=shuffles, seed=seed, days=by.exposure_days, progress=said)
    plain = basis_of(caller, chosen, grid)
    bh = (BH_CAUTION,) if correction == "benjamini_hochberg" else ()
    basis = replace(
        plain,
        test=_test(result),
        shuffles=result.shuffles or None,
        seed=seed,
        cautions=tuple(dict.fromkeys((*plain.cautions, *result.cautions, *bh))),
    )
    areas = hotspot_areas(grid, result.hot, result.counts, by.exposure_days, data.outline_m)
    rule = Text("Gi* 超过阈值的格", "cells whose Gi* passes the threshold")
    none = Text("没有格超过阈值：差异在偶然范围内。", "No cell passes the threshold: the differences are within chance.")
    reason = result.reason or (None if len(areas.areas) else none)
    return SignificanceView(result, AreasView(areas, basis, rule, reason), basis)


def _test(result: Significance) -> Text:
    threshold = Text("—", "—") if result.threshold is None else Text(f"{result.threshold:.2f}", f"{result.threshold:.2f}")
    words = Text("{test}，{rule}，阈值 z = {z}，alpha = {a:g}", "{test}, {rule}, threshold z = {z}, alpha = {a:g}")
    return words.fill(test=result.test, rule=result.area_rule, z=threshold, a=result.alpha)


def moran_view(
    caller: Caller,
    by: IncidentFilter,
    cell_m: int,
    shuffles: int = MORAN_SHUFFLES,
    seed: int = SEED,
    hexagons: bool = False,
    progress: Progress | None = None,
) -> MoranView:
    """Cells like their neighbours and cells that stand against them. Refused: as `local_moran`; whoever stops it between two steps."""
    go_on(progress, 0.0, COUNTING)
    chosen = chosen_rows(caller, by)
    data = chosen.data
    grid = data.cells_of(cell_m, hexagons)
    counts, _ = bin_points(grid, *chosen.points_m)
    go_on(progress, 0.1, TESTING)
    result = local_moran(grid, counts, shuffles=shuffles, seed=seed)
    go_on(progress, 1.0, TESTING)
    plain = basis_of(caller, chosen, grid)
    words = Text("Local Moran，{who}，BH 校正，alpha = {a:g}", "local Moran, {who}, Benjamini-Hochberg, alpha = {a:g}")
    test = words.fill(who=result.neighbourhood, a=result.alpha)
    return MoranView(result, replace(plain, test=test, shuffles=shuffles, seed=seed, cautions=(*plain.cautions, result.caution)))


def cluster_view(
    caller: Caller,
    by: IncidentFilter,
    cell_m: int,
    method: Literal["dbscan", "hdbscan"] = "dbscan",
    radius_m: float = 150.0,
    fewest: int = 20,
    progress: Progress | None = None,
) -> ClusterView:
    """Groups of incidents close together. Refused: as `clusters`; whoever stops it between two steps."""
    go_on(progress, 0.0, COUNTING)
    chosen = chosen_rows(caller, by)
    data = chosen.data
    grid = data.grid(cell_m)
    go_on(progress, 0.1, TESTING)
    result = clusters(grid, *chosen.points_m, radius_m=radius_m if method == "dbscan" else None, fewest=fewest, method=method)
    go_on(progress, 1.0, TESTING)
    plain = basis_of(caller, chosen, grid, radius_m if method == "dbscan" else None)
    words = Text("{m}，每簇至少 {k} 起，无显著性检验", "{m}, at least {k} incidents each, no test of significance")
    test = words.fill(m=method.upper(), k=fewest)
    return ClusterView(result, replace(plain, cell_m=None, test=test, cautions=(*plain.cautions, result.caution)))


def road_view(caller: Caller, by: IncidentFilter, cell_m: int, radius_m: float = 300.0, progress: Progress | None = None) -> RoadView:
    """Incidents per km of road and year; roads cut to what the caller's incidents come from.

    Refused: a workspace without roads, as `network_density`; whoever stops it between two steps.
    """
    go_on(progress, 0.0, COUNTING)
    chosen = chosen_rows(caller, by)
    data = chosen.data
    roads = data.model.layers["roads"]
    if roads.empty:
        raise Refusal(Text("工作区中没有道路图层。", "The workspace has no roads."), Text("请先导入道路。", "Import the roads first."))
    x, y = chosen.points_m
    roads_m: gpd.GeoDataFrame = roads.to_crs(data.model.town.metric_crs)
    if caller.scope is not None:
        roads_m = roads_m.clip(data.outline_m, keep_geom_type=True).explode(ignore_index=True)
    go_on(progress, 0.1, SPREADING)
    result = network_density(roads_m, x, y, radius_m, by.exposure_days)
    go_on(progress, 1.0, SPREADING)
    plain = basis_of(caller, chosen, data.grid(cell_m), radius_m)
    words = Text("沿路密度，道路 {km:.1f} 公里，路口均分", "along {km:.1f} km of road, split evenly at junctions")
    found = int(data.found[chosen.rows][result.used].sum())
    basis = replace(
        plain,
        cell_m=None,
        n=result.n_used,
        reported=result.n_used - found,
        found=found,
        n_dropped=result.n_far,
        dropped_why=Text("距道路超过 {s:g} 米", "farther than {s:g} m from every road").fill(s=result.snap_m),
        stacked_share=result.stacked_share,
        top_stack=result.top_stack,
        test=words.fill(km=result.road_km),
    )
    return RoadView(result, replace(basis, cautions=(*plain.cautions, result.caution)))
