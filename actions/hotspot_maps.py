"""Views of hotspots as the web map takes them, and the base of that map."""

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from actions.caller import Caller
from actions.hotspot_basis import Basis
from actions.hotspot_change import ChangeView
from actions.hotspot_data import hotspot_data
from actions.hotspot_persistence import PersistenceView
from actions.hotspot_significance import ClusterView, MoranView, RoadView, SignificanceView
from actions.hotspots import DENSITY_UNIT, AreasView, DensityView, RiskView
from actions.permissions import may
from actions.see_map import plan_on_map, shown_plan, static_tables
from analysis.change import VERDICTS, DensityChange
from analysis.disclosure import HIDDEN_MARK, suppress_list
from analysis.local_moran import KINDS
from analysis.persistence import CLASSES
from layers import LAYERS
from layers.definition.text import Text
from layers.drawing.colour_classes import density_colours, steps_below
from layers.drawing.hotspot_patch import LAYER, SHAPES, GridPlace, ShapeClass, shapes_patch, statistic_patch
from layers.drawing.web_map import MapBase, map_base
from layers.drawing.web_patch import plan_patch
from planning.beat_outlines import beat_outlines
from planning.plan import STATUSES

Z_UNIT = Text("Gi* 的 z 值（标准差）", "z of Gi* (standard deviations)")
DENSITY_TITLE = Text("警情密度", "Incident density")
WORK_TITLE = Text("工作量密度", "Density of work")
RISK_TITLE = Text("警情发生率", "Incident rate")
Z_TITLE = Text("聚集程度（Gi*）", "Clustering (Gi*)")
CHANGE_TITLE = Text("密度的变化", "Change of density")
Z_EDGES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
FALL_COLOURS, RISE_COLOURS = ("#2166ac", "#67a9cf", "#d1e5f0"), ("#fddbc7", "#ef8a62", "#b2182b")
"""Blue for less, red for more: ColorBrewer RdBu, marked colour-blind safe there."""
CHANGE_EDGES = (-1.0, -0.5, -0.2, -0.05, 0.05, 0.2, 0.5)  # parts of the scale's limit; the middle class is not drawn
RED, BLUE, PALE_BLUE, ORANGE = "#b10026", "#2166ac", "#5b9fc8", "#e08214"
"""Told apart by people who see no red or green, and by their patterns without any colour."""
AREA = ShapeClass(Text("热点区（数字为名次）", "hotspot area, by rank"), "#ffffff", "outline", named=True)
CLUSTER = ShapeClass(Text("聚集区（数字为名次）", "cluster, by rank"), "#ffffff", "outline", named=True)
MORAN = {
    1: ShapeClass(KINDS[1], RED, "solid", RED),
    4: ShapeClass(KINDS[4], ORANGE, "rising", ORANGE),
    2: ShapeClass(KINDS[2], BLUE, "level", BLUE),
}
PERSISTENCE = {
    "emerging": ShapeClass(CLASSES["emerging"], ORANGE, "rising", ORANGE),
    "persistent": ShapeClass(CLASSES["persistent"], RED, "solid", RED),
    "fading": ShapeClass(CLASSES["fading"], PALE_BLUE, "falling", PALE_BLUE),
    "former": ShapeClass(CLASSES["former"], BLUE, "dots", BLUE),
}
VERDICT = {
    "up": ShapeClass(VERDICTS["up"], RED, "rising"),
    "down": ShapeClass(VERDICTS["down"], BLUE, "falling"),
    "unclear": ShapeClass(VERDICTS["unclear"], "#bdbdbd", "solid"),
    "none": ShapeClass(VERDICTS["none"], "#ffffff", "outline"),
    "": ShapeClass(Text("隐藏（数目小）", "hidden (small counts)"), "#8c8c8c", "dots"),
}
ROAD_HALF_WIDTH_M = 14.0  # so that a road's colour is seen when the whole town is
TRANSPARENT = "#ffffff00"


def base_of_hotspots(caller: Caller) -> MapBase:
    """What lies around hotspots: the static layers, and room for beats, a grid and shapes. No single incident is in it."""
    caller.must("see_hotspots")
    layers = {**LAYERS, SHAPES: LAYER}
    return map_base(layers, static_tables(caller), computed=["beats", SHAPES, "hotspots"], illustrative=caller.model.town.illustrative)


def beats_of_hotspots(caller: Caller) -> dict[str, Any]:
    """The beats of the plan shown as outlines with their names: where a hotspot lies in whose area. Refused: no plan."""
    plan = plan_on_map(caller)
    clear = dict.fromkeys(plan.colours, TRANSPARENT)
    status = STATUSES[plan.header.status]
    illustrative = caller.model.town.illustrative
    return plan_patch(LAYERS, plan.header.id, plan.header.title, status, plan.beats, clear, illustrative=illustrative)


def density_patch_of(caller: Caller, view: DensityView) -> dict[str, Any]:
    """Classes of 1, 2, 5, 10 ... incidents, or hours of work, per km² and year."""
    title = WORK_TITLE if view.of_work else DENSITY_TITLE
    values = view.density.values
    return _grid_patch(view.density.grid, values, steps_below(float(np.nanmax(values))), title, view.unit, view.basis)


def risk_patch_of(caller: Caller, view: RiskView) -> dict[str, Any]:
    """Classes of the rate; nothing where the base is below its floor."""
    shown = view.risk.values[np.isfinite(view.risk.values)]
    edges = steps_below(float(shown.max())) if len(shown) else ()
    return _grid_patch(view.grid, view.risk.values, edges, RISK_TITLE, view.unit, view.basis)


def significance_patch_of(caller: Caller, view: SignificanceView) -> dict[str, Any]:
    """z in classes; without a verdict nothing is drawn, never a cold map."""
    z = view.result.z
    blank = np.full(view.result.counts.shape, np.nan)
    top = -1.0 if z is None else float(np.nanmax(z))
    edges = tuple(edge for edge in Z_EDGES if edge < top)
    return _grid_patch(view.result.grid, blank if z is None else z, edges, Z_TITLE, Z_UNIT, view.basis)


def hexagons_patch_of(caller: Caller, view: SignificanceView) -> dict[str, Any]:
    """z of hexagons in the same classes, as shapes, and over them the areas that pass with their rank."""
    caller.must("see_hotspots")
    z = view.result.z
    top = -1.0 if z is None else float(np.nanmax(z))
    edges = [edge for edge in Z_EDGES if edge < top]
    titles = [f"{a:g}–{b:g}" for a, b in itertools.pairwise(edges)] + [f"≥ {edge:g}" for edge in edges[-1:]]
    classes = [ShapeClass(Text(t, t), c, "solid", c) for t, c in zip(titles, density_colours(len(edges)), strict=True)]
    kind = np.zeros(view.result.counts.shape, np.int64) if z is None else np.searchsorted(edges, np.nan_to_num(z, nan=-1.0), side="right")
    present = [k for k in range(1, len(edges) + 1) if (kind == k).any()]
    cells = gpd.GeoDataFrame(
        {"code": [f"z{k}" for k in present], "name": [titles[k - 1] for k in present], "kind": [k - 1 for k in present]},
        geometry=[_joined(view.result.grid, *np.nonzero(kind == k)) for k in present],
        crs=view.result.crs,
    )
    areas = _area_rows(caller, view.claimed).assign(kind=len(classes))
    table = gpd.GeoDataFrame(pd.concat([cells, areas], ignore_index=True), crs=view.result.crs)
    about = Text("{u}；{r}", "{u}; {r}").fill(u=Z_UNIT, r=view.claimed.rule)
    return _shapes(Z_TITLE, table, [*classes, AREA], about, view.basis)


def change_patch_of(caller: Caller, change: DensityChange, basis: Basis) -> dict[str, Any]:
    """After minus before in six classes around none; both periods have one scale."""
    limit = change.difference_limit_per_km2
    grid = change.after.grid
    if not limit > 0:
        return _grid_patch(grid, np.full(change.difference.shape, np.nan), (), CHANGE_TITLE, DENSITY_UNIT, basis)
    edges = [_two_figures(limit * part) for part in CHANGE_EDGES]
    difference = np.where(np.isfinite(change.difference), np.maximum(change.difference, edges[0]), np.nan)
    difference[np.abs(difference) < edges[4]] = np.nan
    unit = Text("后期减前期，起/平方公里·年；蓝为减少，红为增加", "after minus before, incidents per km² and year; blue less, red more")
    place = GridPlace(grid.west_m, grid.south_m, grid.size_m, grid.crs)
    colours = (*FALL_COLOURS, "#f7f7f7", *RISE_COLOURS)
    return statistic_patch(_below_nan(difference, edges[0]), edges, colours, place, title=CHANGE_TITLE, **_legend(basis), unit=unit)


def _below_nan(values: NDArray[np.float64], least: float) -> NDArray[np.float64]:
    """NaN is read as 0 by no one here: it stays outside all classes."""
    return np.where(values >= least, values, np.nan)


def _two_figures(value: float) -> float:
    return float(f"{value:.2g}")


def _grid_patch(grid: Any, values: NDArray[np.float64], edges: tuple[float, ...], title: Text, unit: Text, basis: Basis) -> dict[str, Any]:
    place = GridPlace(grid.west_m, grid.south_m, grid.size_m, grid.crs)
    return statistic_patch(values, edges, density_colours(len(edges)), place, title=title, **_legend(basis), unit=unit)


def _legend(basis: Basis) -> dict[str, Any]:
    words = Text("{p} · {s}", "{p} · {s}").fill(p=basis.period, s=basis.sources)
    if basis.test is not None:
        words = Text("{w} · {t}", "{w} · {t}").fill(w=words, t=basis.test)
    told = basis.counts["n"]
    n: Any = basis.n if told.replace(",", "").isdigit() else told
    return {"n": n, "radius_m": basis.radius_m, "period": words, "illustrative": basis.illustrative}


def area_table(caller: Caller, view: AreasView) -> gpd.GeoDataFrame:
    """Areas as this caller may read them, EPSG of the town: code, rank, count (text), area_km2, and per_km2_year and the share of
    incidents where the count may be told, share_of_area, geometry."""
    areas = view.areas.areas
    counts = areas["count"].round().astype("int64")
    exact = may("see_small_counts", caller.role)
    shown = counts.astype(str).to_list() if exact or areas.empty else suppress_list(counts).table["shown"].to_list()[: len(counts)]
    told = pd.Series([mark.isdigit() for mark in shown], dtype=bool)
    columns: dict[str, Any] = {
        "code": [str(rank) for rank in areas["rank"]],
        "rank": areas["rank"],
        "count": shown,
        "area_km2": areas["area_km2"],
        "per_km2_year": areas["per_km2_year"].where(told),
        "share_of_incidents": areas["share_of_incidents"].where(told),
        "share_of_area": areas["share_of_area"],
    }
    return gpd.GeoDataFrame(columns, geometry=areas.geometry.to_numpy(), crs=areas.crs)


def areas_patch_of(caller: Caller, view: AreasView) -> dict[str, Any]:
    """Outlines of areas with their rank as label."""
    return _shapes(Text("热点区", "Hotspot areas"), _area_rows(caller, view), [AREA], view.rule, view.basis)


def _area_rows(caller: Caller, view: AreasView) -> gpd.GeoDataFrame:
    """Areas as shapes of the map, with what their tips say."""
    table = area_table(caller, view)
    density = [HIDDEN_MARK if pd.isna(v) else f"{v:,.0f} {DENSITY_UNIT.zh}" for v in table["per_km2_year"]]
    density_en = [HIDDEN_MARK if pd.isna(v) else f"{v:,.0f} {DENSITY_UNIT.en}" for v in table["per_km2_year"]]
    parts = list(zip(table["share_of_incidents"], table["share_of_area"], strict=True))
    rows: dict[str, Any] = {
        "code": table["code"],
        "name": table["code"],
        "count": [f"{n} 起" for n in table["count"]],
        "count_en": [f"{n} incidents" for n in table["count"]],
        "density": density,
        "density_en": density_en,
        "share": [_in_area(a, b).zh for a, b in parts],
        "share_en": [_in_area(a, b).en for a, b in parts],
        "kind": [0] * len(table),
    }
    return gpd.GeoDataFrame(rows, geometry=table.geometry.to_numpy(), crs=table.crs)


def _in_area(incidents: float, area: float) -> Text:
    if pd.isna(incidents):
        return Text(HIDDEN_MARK, HIDDEN_MARK)
    return Text("{a:.1%} 的警情，{b:.2%} 的面积", "{a:.1%} of incidents in {b:.2%} of the area").fill(a=incidents, b=area)


def cluster_table(caller: Caller, view: ClusterView) -> gpd.GeoDataFrame:
    """Clusters as this caller may read them: code, rank, count (text), area_km2, share_of_area, and share_of_incidents where the count
    may be told, geometry. Counts are at least the fewest that make one, so none is a small one unless the person asks for it."""
    caller.must("see_hotspots")
    areas = view.result.areas
    counts = areas["count"].astype("int64")
    exact = may("see_small_counts", caller.role) or areas.empty
    shown = counts.astype(str).to_list() if exact else suppress_list(counts).table["shown"].to_list()[: len(counts)]
    told = pd.Series([mark.isdigit() for mark in shown], dtype=bool)
    columns: dict[str, Any] = {
        "code": [str(rank) for rank in areas["rank"]],
        "rank": areas["rank"],
        "count": shown,
        "area_km2": areas["area_km2"],
        "share_of_incidents": areas["share_of_incidents"].where(told),
        "share_of_area": areas["share_of_area"],
    }
    return gpd.GeoDataFrame(columns, geometry=areas.geometry.to_numpy(), crs=view.result.crs)


def clusters_patch_of(caller: Caller, view: ClusterView) -> dict[str, Any]:
    """Clusters as areas with their rank as label."""
    table = cluster_table(caller, view)
    rows: dict[str, Any] = {
        "code": table["code"],
        "name": table["code"],
        "count": [f"{n} 起" for n in table["count"]],
        "count_en": [f"{n} incidents" for n in table["count"]],
        "kind": [0] * len(table),
    }
    shapes = gpd.GeoDataFrame(rows, geometry=table.geometry.to_numpy(), crs=table.crs)
    return _shapes(Text("聚集区", "Clusters"), shapes, [CLUSTER], view.basis.test, view.basis)


def moran_patch_of(caller: Caller, view: MoranView) -> dict[str, Any]:
    """Cells of each kind joined: high among high, and those that stand against their neighbours; low among low is left blank."""
    found = view.result
    shapes = {k: _joined(found.grid, *np.nonzero(found.kind == k)) for k in MORAN if (found.kind == k).any()}
    return _classes(Text("Local Moran 分类", "Kinds by local Moran"), MORAN, shapes, found.crs, view.basis)


def persistence_patch_of(caller: Caller, view: PersistenceView) -> dict[str, Any]:
    """Cells of each class joined."""
    grid = hotspot_data(caller).grid(view.cell_m)
    of_class = {name: view.result.classes == name for name in PERSISTENCE}
    shapes = {name: _joined(grid, view.row[chosen], view.col[chosen]) for name, chosen in of_class.items() if chosen.any()}
    return _classes(Text("热点的延续", "How hotspots last"), PERSISTENCE, shapes, grid.crs, view.basis)


def _joined(grid: Any, row: NDArray[np.int64], col: NDArray[np.int64]) -> Any:
    return gpd.GeoSeries(grid.outlines(row, col)).union_all(method="coverage")


def _classes(title: Text, classes: Mapping[Any, ShapeClass], shapes: Mapping[Any, Any], crs: str, basis: Basis) -> dict[str, Any]:
    """One shape per class that occurs; the legend names all of them."""
    keys = list(classes)
    rows = {
        "code": [str(keys.index(key) + 1) for key in shapes],
        "name": [classes[key].title.zh for key in shapes],
        "name_en": [classes[key].title.en for key in shapes],
        "kind": [keys.index(key) for key in shapes],
    }
    table = gpd.GeoDataFrame(rows, geometry=list(shapes.values()), crs=crs)
    return _shapes(title, table, list(classes.values()), basis.test, basis)


def roads_patch_of(caller: Caller, view: RoadView) -> dict[str, Any]:
    """Pieces of road in classes of incidents per km and year, as ribbons; pieces of one class are one shape."""
    lixels = view.result.lixels
    values = lixels["per_km_year"].to_numpy(float)
    edges = steps_below(float(values.max(initial=0.0)), 5)
    colours = density_colours(len(edges))
    kind = np.searchsorted(edges, values, side="right")
    rows: dict[str, Any] = {"code": [], "name": [], "name_en": [], "kind": []}
    shapes, classes = [], []
    for number, colour in enumerate(colours if edges else (), start=1):
        top = f"–{edges[number]:g}" if number < len(edges) else "+"
        title = Text(f"{edges[number - 1]:g}{top} 起/公里·年", f"{edges[number - 1]:g}{top} incidents per km and year")
        classes.append(ShapeClass(title, colour, "solid", colour))
        if not (kind == number).any():
            continue
        pieces = lixels.geometry[kind == number].buffer(ROAD_HALF_WIDTH_M, cap_style="flat", quad_segs=2)
        shapes.append(pieces.union_all())
        rows["code"].append(str(number))
        rows["name"].append(title.zh)
        rows["name_en"].append(title.en)
        rows["kind"].append(number - 1)
    table = gpd.GeoDataFrame(rows, geometry=shapes, crs=view.result.crs)
    title = Text("沿路密度（起/公里·年）", "Density along roads (incidents per km and year)")
    reach = Text("半径 {r:g} 米（沿道路）；{t}", "radius {r:g} m along the roads; {t}").fill(r=view.result.radius_m, t=view.basis.test)
    return _shapes(title, table, classes, reach, view.basis)


def change_rows_patch_of(caller: Caller, view: ChangeView, rows: str) -> dict[str, Any]:
    """Units, beats or cells coloured by verdict, with both counts in the tip as they may be read."""
    change, names = view.change, view.names
    shapes = _row_shapes(caller, rows).reindex(list(names)).dropna()
    kept = view.shown.loc[shapes.index]
    verdict = kept["verdict"].to_list()
    kinds = [kind for kind in VERDICT if kind or "" in verdict]
    counts = [f"{a} → {b}" for a, b in zip(kept["before"], kept["after"], strict=True)]
    table: dict[str, Any] = {
        "code": list(shapes.index),
        "name": [names[c].zh for c in shapes.index],
        "name_en": [names[c].en for c in shapes.index],
        "count": counts,
        "share": kept["percent"].to_list(),
        "verdict": [VERDICTS[v].zh if v else HIDDEN_MARK for v in verdict],
        "verdict_en": [VERDICTS[v].en if v else HIDDEN_MARK for v in verdict],
        "kind": [kinds.index(v) for v in verdict],
    }
    about = Text("{b} 与 {a} 比较；{t}", "{b} against {a}; {t}").fill(a=change.before.title, b=change.after.title, t=change.method)
    frame = gpd.GeoDataFrame(table, geometry=shapes.to_numpy(), crs=shapes.crs)
    return _shapes(Text("变化的结论", "Verdict on the change"), frame, [VERDICT[kind] for kind in kinds], about, view.basis)


def row_bounds(caller: Caller, rows: str, code: str) -> list[float] | None:
    """West, south, east, north of a unit, beat or cell in degrees; None where it has no shape."""
    caller.must("see_hotspots")
    shapes = _row_shapes(caller, rows)
    return [float(v) for v in shapes.loc[[code]].total_bounds] if code in shapes.index else None


def _row_shapes(caller: Caller, rows: str) -> gpd.GeoSeries:
    model = caller.model
    if rows == "unit":
        return model.units.geometry
    if rows == "cell":
        return model.cells.geometry
    return beat_outlines(model.cells.reset_index(drop=True), shown_plan(caller).beat_of)


def _shapes(title: Text, table: gpd.GeoDataFrame, classes: Sequence[ShapeClass], about: Text | None, basis: Basis) -> dict[str, Any]:
    """Shapes with what they rest on; the token is that of their content."""
    digest = hashlib.sha256(pd.util.hash_pandas_object(table.drop(columns="geometry").astype(str)).to_numpy().tobytes())
    digest.update(b"".join(table.geometry.to_wkb()))
    words = Text("n = {n} 起；{p}", "n = {n} incidents; {p}").fill(n=basis.counts["n"], p=basis.period)
    told = words if about is None else Text("{a}；{w}", "{a}; {w}").fill(a=about, w=words)
    return shapes_patch(digest.hexdigest()[:16], title, told, table, classes, basis.illustrative)
