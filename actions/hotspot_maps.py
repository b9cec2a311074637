"""Views of hotspots as the web map takes them, and the base of that map."""

import hashlib
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from actions.caller import Caller
from actions.hotspot_basis import Basis
from actions.hotspot_change import PersistenceView
from actions.hotspot_data import hotspot_data
from actions.hotspot_significance import ClusterView, MoranView, RoadView, SignificanceView
from actions.hotspots import AreasView, DensityView, RiskView
from actions.permissions import may
from actions.see_map import shown_plan, static_tables
from analysis.analysis_grid import AnalysisGrid
from analysis.change import VERDICTS, Change, DensityChange
from analysis.disclosure import HIDDEN_MARK, suppress_list
from analysis.local_moran import KINDS
from analysis.persistence import CLASSES
from layers import LAYERS
from layers.definition.text import Text
from layers.drawing.colour_classes import density_colours, steps_below
from layers.drawing.hotspot_patch import LAYER, SHAPES, GridPlace, shapes_patch, statistic_patch
from layers.drawing.web_map import MapBase, map_base
from planning.beat_outlines import beat_outlines

DENSITY_UNIT = Text("起/平方公里·年", "incidents per km² and year")
Z_UNIT = Text("Gi* 的 z 值（标准差）；黑框为通过检验的区域", "z of Gi* (standard deviations); black outlines passed the test")
Z_EDGES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
FALL_COLOURS, RISE_COLOURS = ("#2166ac", "#67a9cf", "#d1e5f0"), ("#fddbc7", "#ef8a62", "#b2182b")
"""Blue for less, red for more: ColorBrewer RdBu, marked colour-blind safe there."""
CHANGE_EDGES = (-1.0, -0.5, -0.2, -0.05, 0.05, 0.2, 0.5)  # parts of the scale's limit; the middle class is not drawn
KIND_COLOURS = dict(zip((1, 2, 3, 4), ("#b10026", "#92c5de", "#2166ac", "#fdae61"), strict=True))
CLASS_OF_COLOUR = dict(zip(("emerging", "persistent", "fading", "former"), ("#fdae61", "#b10026", "#92c5de", "#2166ac"), strict=True))
VERDICT_COLOURS = {"up": "#b2182b", "down": "#2166ac", "unclear": "#d9d9d9", "none": "#ffffff", "": "#ffffff"}
ROAD_HALF_WIDTH_M = 14.0  # so that a road's colour is seen when the whole town is


def base_of_hotspots(caller: Caller) -> MapBase:
    """What lies around hotspots: the static layers, and room for a grid and for shapes. No single incident is in it."""
    caller.must("see_hotspots")
    layers = {**LAYERS, SHAPES: LAYER}
    return map_base(layers, static_tables(caller), computed=[SHAPES, "hotspots"], illustrative=caller.model.town.illustrative)


def density_patch_of(caller: Caller, view: DensityView) -> dict[str, Any]:
    """Classes of 1, 2, 5, 10 ... incidents per km² and year."""
    return _grid_patch(view.density.grid, view.density.values, steps_below(float(np.nanmax(view.density.values))), DENSITY_UNIT, view.basis)


def risk_patch_of(caller: Caller, view: RiskView) -> dict[str, Any]:
    """Classes of the rate; nothing where the base is below its floor."""
    shown = view.risk.values[np.isfinite(view.risk.values)]
    return _grid_patch(view.risk.grid, view.risk.values, steps_below(float(shown.max())) if len(shown) else (), view.unit, view.basis)


def significance_patch_of(caller: Caller, view: SignificanceView) -> dict[str, Any]:
    """z in classes; without a verdict nothing is drawn, never a cold map."""
    z = view.result.z
    blank = np.full(view.result.counts.shape, np.nan)
    top = -1.0 if z is None else float(np.nanmax(z))
    return _grid_patch(view.result.grid, blank if z is None else z, tuple(edge for edge in Z_EDGES if edge < top), Z_UNIT, view.basis)


def change_patch_of(caller: Caller, change: DensityChange, basis: Basis) -> dict[str, Any]:
    """After minus before in six classes around none; both periods have one scale."""
    limit = change.difference_limit_per_km2
    grid = change.after.grid
    if not limit > 0:
        return _grid_patch(grid, np.full(change.difference.shape, np.nan), (), DENSITY_UNIT, basis)
    edges = [_two_figures(limit * part) for part in CHANGE_EDGES]
    difference = np.where(np.isfinite(change.difference), np.maximum(change.difference, edges[0]), np.nan)
    difference[np.abs(difference) < edges[4]] = np.nan
    unit = Text("后期减前期，起/平方公里·年；蓝为减少，红为增加", "after minus before, incidents per km² and year; blue less, red more")
    place = GridPlace(grid.west_m, grid.south_m, grid.size_m, grid.crs)
    colours = (*FALL_COLOURS, "#f7f7f7", *RISE_COLOURS)
    return statistic_patch(_below_nan(difference, edges[0]), edges, colours, place, **_legend(basis), unit=unit)


def _below_nan(values: NDArray[np.float64], least: float) -> NDArray[np.float64]:
    """NaN is read as 0 by no one here: it stays outside all classes."""
    return np.where(values >= least, values, np.nan)


def _two_figures(value: float) -> float:
    return float(f"{value:.2g}")


def _grid_patch(grid: AnalysisGrid, values: NDArray[np.float64], edges: tuple[float, ...], unit: Text, basis: Basis) -> dict[str, Any]:
    place = GridPlace(grid.west_m, grid.south_m, grid.size_m, grid.crs)
    return statistic_patch(values, edges, density_colours(len(edges)), place, **_legend(basis), unit=unit)


def _legend(basis: Basis) -> dict[str, Any]:
    radius = basis.radius_m if basis.radius_m is not None else 1.5 * float(basis.cell_m or 0)
    words = Text("{p} · {s}", "{p} · {s}").fill(p=basis.period, s=basis.sources)
    if basis.test is not None:
        words = Text("{w} · {t}", "{w} · {t}").fill(w=words, t=basis.test)
    told = basis.counts["n"]
    n: Any = basis.n if told.replace(",", "").isdigit() else told
    return {"n": n, "radius_m": radius, "period": words, "illustrative": basis.illustrative}


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
    table = area_table(caller, view)
    density = [HIDDEN_MARK if pd.isna(v) else f"{v:,.0f} {DENSITY_UNIT.zh}" for v in table["per_km2_year"]]
    density_en = [HIDDEN_MARK if pd.isna(v) else f"{v:,.0f} {DENSITY_UNIT.en}" for v in table["per_km2_year"]]
    parts = list(zip(table["share_of_incidents"], table["share_of_area"], strict=True))
    rows: dict[str, Any] = {
        "code": table["code"],
        "name": [f"{n} 起" for n in table["count"]],
        "name_en": [f"{n} incidents" for n in table["count"]],
        "density": density,
        "density_en": density_en,
        "share": [_in_area(a, b).zh for a, b in parts],
        "share_en": [_in_area(a, b).en for a, b in parts],
        "colour": ["#ffffff"] * len(table),
    }
    return _shapes(caller, gpd.GeoDataFrame(rows, geometry=table.geometry.to_numpy(), crs=table.crs), view.rule)


def _in_area(incidents: float, area: float) -> Text:
    if pd.isna(incidents):
        return Text(HIDDEN_MARK, HIDDEN_MARK)
    return Text("{a:.1%} 的警情，{b:.2%} 的面积", "{a:.1%} of incidents in {b:.2%} of the area").fill(a=incidents, b=area)


def clusters_patch_of(caller: Caller, view: ClusterView) -> dict[str, Any]:
    """Clusters as areas; counts are at least the fewest that make one, so none is a small one unless the person asks for it."""
    areas = view.result.areas
    counts = areas["count"].astype("int64")
    exact = may("see_small_counts", caller.role) or areas.empty
    shown = counts.astype(str).to_list() if exact else suppress_list(counts).table["shown"].to_list()[: len(counts)]
    rows: dict[str, Any] = {
        "code": [str(rank) for rank in areas["rank"]],
        "name": [f"{n} 起" for n in shown],
        "name_en": [f"{n} incidents" for n in shown],
        "colour": ["#ffffff"] * len(areas),
    }
    return _shapes(caller, gpd.GeoDataFrame(rows, geometry=areas.geometry.to_numpy(), crs=view.result.crs), view.basis.test or DENSITY_UNIT)


def moran_patch_of(caller: Caller, view: MoranView) -> dict[str, Any]:
    """Cells of each kind joined: high among high, and those that stand against their neighbours; low among low is left blank."""
    found = view.result
    shapes = {k: _joined(found.grid, *np.nonzero(found.kind == k)) for k in (1, 2, 4) if (found.kind == k).any()}
    return _classes(caller, {KINDS[k]: (shape, KIND_COLOURS[k]) for k, shape in shapes.items()}, found.crs, view.basis.test)


def persistence_patch_of(caller: Caller, view: PersistenceView, cell_m: int) -> dict[str, Any]:
    """Cells of each class joined."""
    grid = hotspot_data(caller).grid(cell_m)
    shapes = {}
    for name, colour in CLASS_OF_COLOUR.items():
        chosen = view.result.classes == name
        if chosen.any():
            shapes[CLASSES[name]] = (_joined(grid, view.row[chosen], view.col[chosen]), colour)
    return _classes(caller, shapes, grid.crs, view.basis.test)


def _joined(grid: Any, row: NDArray[np.int64], col: NDArray[np.int64]) -> Any:
    return gpd.GeoSeries(grid.outlines(row, col)).union_all(method="coverage")


def _classes(caller: Caller, shapes: dict[Text, tuple[Any, str]], crs: str, about: Text | None) -> dict[str, Any]:
    rows = {
        "code": [str(i + 1) for i in range(len(shapes))],
        "name": [title.zh for title in shapes],
        "name_en": [title.en for title in shapes],
        "colour": [colour for _, colour in shapes.values()],
    }
    table = gpd.GeoDataFrame(rows, geometry=[shape for shape, _ in shapes.values()], crs=crs)
    return _shapes(caller, table, about or DENSITY_UNIT)


def roads_patch_of(caller: Caller, view: RoadView) -> dict[str, Any]:
    """Pieces of road in classes of incidents per km and year, as ribbons; pieces of one class are one shape."""
    lixels = view.result.lixels
    values = lixels["per_km_year"].to_numpy(float)
    edges = steps_below(float(values.max(initial=0.0)), 5)
    colours = density_colours(len(edges))
    kind = np.searchsorted(edges, values, side="right")
    rows: dict[str, Any] = {"code": [], "name": [], "name_en": [], "colour": []}
    shapes = []
    for number, colour in enumerate(colours if edges else (), start=1):
        if not (kind == number).any():
            continue
        pieces = lixels.geometry[kind == number].buffer(ROAD_HALF_WIDTH_M, cap_style="flat", quad_segs=2)
        shapes.append(pieces.union_all())
        top = f"–{edges[number]:g}" if number < len(edges) else "+"
        rows["code"].append(str(number))
        rows["name"].append(f"{edges[number - 1]:g}{top} 起/公里·年")
        rows["name_en"].append(f"{edges[number - 1]:g}{top} incidents per km and year")
        rows["colour"].append(colour)
    return _shapes(caller, gpd.GeoDataFrame(rows, geometry=shapes, crs=view.result.crs), view.basis.test or DENSITY_UNIT)


def change_rows_patch_of(caller: Caller, change: Change, shown: pd.DataFrame, names: dict[str, Text], rows: str) -> dict[str, Any]:
    """Units, beats or cells coloured by verdict, with both counts in the tip as they may be read."""
    shapes = _row_shapes(caller, rows).reindex(list(names)).dropna()
    kept = shown.loc[shapes.index]
    verdict = kept["verdict"].to_list()
    counts = [f"{a} → {b}" for a, b in zip(kept["before"], kept["after"], strict=True)]
    table: dict[str, Any] = {
        "code": list(shapes.index),
        "name": [names[c].zh for c in shapes.index],
        "name_en": [names[c].en for c in shapes.index],
        "count": counts,
        "share": kept["percent"].to_list(),
        "verdict": [VERDICTS[v].zh if v else HIDDEN_MARK for v in verdict],
        "verdict_en": [VERDICTS[v].en if v else HIDDEN_MARK for v in verdict],
        "colour": [VERDICT_COLOURS[v] for v in verdict],
    }
    about = Text("{a} 与 {b} 比较", "{b} against {a}").fill(a=change.before.title, b=change.after.title)
    return _shapes(caller, gpd.GeoDataFrame(table, geometry=shapes.to_numpy(), crs=shapes.crs), about)


def _row_shapes(caller: Caller, rows: str) -> gpd.GeoSeries:
    model = caller.model
    if rows == "unit":
        return model.units.geometry
    if rows == "cell":
        return model.cells.geometry
    return beat_outlines(model.cells.reset_index(drop=True), shown_plan(caller).beat_of)


def _shapes(caller: Caller, table: gpd.GeoDataFrame, about: Text) -> dict[str, Any]:
    digest = hashlib.sha256(pd.util.hash_pandas_object(table.drop(columns="geometry").astype(str)).to_numpy().tobytes())
    digest.update(b"".join(table.geometry.to_wkb()))
    return shapes_patch(digest.hexdigest()[:16], LAYER.title, about, table, caller.model.town.illustrative)


def legend_of_classes(shown: str) -> list[tuple[str, Text]]:
    """Colour and wording of the classes of a view: 'moran', 'persistence' or 'change'."""
    if shown == "moran":
        return [(KIND_COLOURS[k], KINDS[k]) for k in (1, 2, 4)]
    if shown == "persistence":
        return [(colour, CLASSES[name]) for name, colour in CLASS_OF_COLOUR.items()]
    return [(VERDICT_COLOURS[v], VERDICTS[v]) for v in ("up", "down", "unclear")]
