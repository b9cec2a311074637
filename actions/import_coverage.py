"""Units and cells on their way in: checked as a coverage against what is there, mended where the person asked for it, and shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.spatial import cKDTree

from actions.import_preview import RepairPicture
from actions.import_town import COVERAGES
from actions.town_model import UNIT_LAYERS, TownModel
from importing.area_shapes import area_text
from importing.import_report import Finding, ImportReport
from importing.topology_check import TopologyCheck, check_topology
from importing.topology_flaws import FLAW_TITLES, FLAWS
from importing.topology_repair import repair_topology
from layers import LAYERS
from layers.definition.crs import STORED_CRS
from layers.definition.refusal import Refusal
from layers.definition.text import Text

Metres = NDArray[np.float64]

ROUNDED_M = 0.0015  # a repair rounds to a millimetre in either direction
MOVED_M = 0.01  # less is what seven decimals of a degree round away
SHOWN_FLAWS = 200
SHOWN_AREAS = 200
SHOWN_VERTICES = 5_000  # a map of two layers with more is slow to draw in a browser


@dataclass(frozen=True, eq=False)
class CheckedCoverage:
    """Areas after the check and perhaps the repair, what was found, the flaws as points, and a picture of the repair.

    `also`: other layers of units and cells that came along or whose borders moved with these, by key, to be saved in the same step.
    """

    frame: gpd.GeoDataFrame
    report: ImportReport
    flaws: gpd.GeoDataFrame
    repair: RepairPicture | None
    also: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class _Town:
    """Units and cells as they would be, each row with the layer it is of."""

    units: gpd.GeoDataFrame
    unit_layers: tuple[str, ...]
    cells: gpd.GeoDataFrame | None

    def layer(self, key: str) -> gpd.GeoDataFrame:
        """The rows of a layer, in their order."""
        if key == "grid_cells":
            return self.cells
        chosen = np.array([each == key for each in self.unit_layers], dtype=bool)
        return self.units[chosen].reset_index(drop=True)


def checked_coverage(
    model: TownModel, key: str, frame: gpd.GeoDataFrame, beside: Mapping[str, gpd.GeoDataFrame], repair: bool
) -> CheckedCoverage:
    """The areas checked as a coverage against what is there; mended first where the person asked for it.

    beside: other layers of units that come in the same file, in place of those that are there.

    A repair moves shared borders together: those of cells with their units, those of units with the units beside them and
    with their cells. What moved beside the areas that came is in `also`. Where the cells that are there fit the new units
    nowhere near, units alone are mended, and it is told that the cells stay behind.
    Refused: what `repair_topology` refuses.
    """
    town = _town(model, key, {**beside, key: frame})
    if not repair:
        found = _checked(model, key, town)
        return CheckedCoverage(frame, ImportReport(found.findings, _counted(found.flaws)), _flaws(found.flaws), None, beside)
    after, findings = _mended(model, key, town)
    picture, moved_m = _moves(model, key, town, after)
    also = {each: after.layer(each) for each in COVERAGES if each != key and (each in beside or _differs(town, after, each))}
    for each in [each for each in also if each not in beside]:
        findings = [*findings, _moved_along(each, moved_by(town.layer(each), after.layer(each), model.town.metric_crs))]
    found = _checked(model, key, after)
    report = ImportReport((*findings, *found.findings), {"repair_moved_m": round(float(moved_m), 3), **_counted(found.flaws)})
    if also:
        report = report.with_(also=sorted(also))
    return CheckedCoverage(after.layer(key), report, _flaws(found.flaws), picture, also)


def _town(model: TownModel, key: str, coming: Mapping[str, gpd.GeoDataFrame]) -> _Town:
    """All units and cells as they would be: those that come in place of those of their layer, those of the target first."""
    tables = {each: coming.get(each, model.layers[each]) for each in COVERAGES}
    order = [key, *(each for each in UNIT_LAYERS if each != key)] if key in UNIT_LAYERS else UNIT_LAYERS
    units = gpd.GeoDataFrame(pd.concat([tables[each] for each in order], ignore_index=True), crs=STORED_CRS)
    cells = tables["grid_cells"].reset_index(drop=True)
    return _Town(units, tuple(each for each in order for _ in range(len(tables[each]))), cells if len(cells) else None)


def _checked(model: TownModel, key: str, town: _Town) -> TopologyCheck:
    """What is wrong with the borders: of cells among themselves and with their units, of units among themselves."""
    units = town.units if len(town.units) else None
    return check_topology(units, town.cells if key == "grid_cells" else None, model.town.metric_crs)


def _mended(model: TownModel, key: str, town: _Town) -> tuple[_Town, list[Finding]]:
    """Units and cells after the repair; units alone, with a warning, where the cells that are there don't fit them."""
    units = town.units if len(town.units) else None
    try:
        done, behind = repair_topology(units, town.cells, model.town.metric_crs), []
    except Refusal:
        if key == "grid_cells" or town.cells is None:
            raise
        done, behind = repair_topology(units, None, model.town.metric_crs), [_cells_behind(len(town.cells))]
    known = [table for table in (town.units, town.cells) if table is not None and len(table)]
    after = [None if table is None else _on_known_vertices(table, known, model.town.metric_crs) for table in (done.units, done.cells)]
    cells = after[1] if town.cells is not None and after[1] is not None else town.cells
    return _Town(town.units if after[0] is None else after[0], town.unit_layers, cells), [*done.findings, *behind]


def _moves(model: TownModel, key: str, before: _Town, after: _Town) -> tuple[RepairPicture, float]:
    """The picture of what moved in the layer that comes, and the farthest that anything moved, in metres."""
    moved_m = moved_by(before.layer(key), after.layer(key), model.town.metric_crs)
    return _picture(before.layer(key), after.layer(key), moved_m), float(moved_m.max(initial=0.0))


def _differs(before: _Town, after: _Town, key: str) -> bool:
    """Whether a layer has another vertex anywhere: what meets vertex to vertex must be saved vertex for vertex."""
    old, new = before.layer(key), after.layer(key)
    return old is not None and len(old) > 0 and not bool(shapely.equals_identical(old.geometry.to_numpy(), new.geometry.to_numpy()).all())


def _moved_along(key: str, moved_m: Metres) -> Finding:
    """A warning about a layer that changes with the one that comes: it is not in the file. A note where it only gains vertices."""
    n = int((moved_m > MOVED_M).sum())
    if not n:
        same = Text(
            "{layer}的边界没有移动，只补上共用边界的折点；一并保存，可一并撤销。",
            "{layer} keep their borders and gain the vertices shared with these; saved, and undone, in the same step.",
        )
        return Finding("check", "note", "moved_along", same.fill(layer=LAYERS[key].title), None, 1)
    what = Text(
        "{layer}的共用边界随之移动：{n} 个面，最多 {moved:.2f} 米；一并保存，可一并撤销。",
        "{layer} moves along where borders are shared: {n} areas, by {moved:.2f} m at most; saved, and undone, in the same step.",
    ).fill(layer=LAYERS[key].title, n=n, moved=float(moved_m.max(initial=0.0)))
    return Finding("check", "warning", "moved_along", what, None, n)


def _on_known_vertices(mended: gpd.GeoDataFrame, known: list[gpd.GeoDataFrame], metric_crs: str) -> gpd.GeoDataFrame:
    """The areas with every vertex that the repair only rounded put back where it stood, so that what is the same stays the same."""
    there = np.concatenate([shapely.get_coordinates(table.geometry.to_crs(STORED_CRS).to_numpy()) for table in known])
    there = there[np.isfinite(there).all(axis=1)]
    to_metres = Transformer.from_crs(STORED_CRS, metric_crs, always_xy=True)
    tree = cKDTree(np.column_stack(to_metres.transform(*there.T)))

    def put_back(lon_lat: Metres) -> Metres:
        away_m, nearest = tree.query(np.column_stack(to_metres.transform(*lon_lat.T)), distance_upper_bound=ROUNDED_M)
        found = np.isfinite(away_m)
        return np.where(found[:, None], there[np.where(found, nearest, 0)], lon_lat)

    return mended.set_geometry(gpd.GeoSeries(shapely.transform(mended.geometry.to_numpy(), put_back), index=mended.index, crs=STORED_CRS))


def _cells_behind(n: int) -> Finding:
    """A warning that the cells keep their borders though those of the units moved."""
    what = Text(
        "现有 {n} 个网格与新的社区、村边界相差过大，未随之移动。",
        "The {n} grid cells that are there are too far off the new units' borders to move along; they stay as they are.",
    ).fill(n=n)
    then = Text("请随后导入与新边界一致的网格。", "Import grid cells that fit the new borders next.")
    return Finding("check", "warning", "cells_left_behind", what, then, n)


def moved_by(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, metric_crs: str) -> Metres:
    """Metres (n,) by which the borders of areas moved, row by row: the Hausdorff distance of the outlines.

    Broken rings have an outline too; an area without one moved by 0.
    """
    old, new = (shapely.boundary(table.geometry.to_crs(metric_crs).to_numpy()) for table in (before, after))
    moved = np.zeros(len(old))
    differ = np.flatnonzero(~shapely.equals_exact(old, new, tolerance=MOVED_M / 10))
    moved[differ] = shapely.hausdorff_distance(old[differ], new[differ])
    return np.nan_to_num(moved)


def _picture(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, moved_m: Metres) -> RepairPicture:
    moved = np.flatnonzero(moved_m > MOVED_M)
    order = moved[np.argsort(-moved_m[moved], kind="stable")][:SHOWN_AREAS]
    vertices = sum(shapely.get_num_coordinates(table.geometry.to_numpy()[order]) for table in (before, after))
    shown = order[np.cumsum(vertices) <= SHOWN_VERTICES] if len(order) else order

    def drawn(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        rows = table.iloc[shown].reset_index(drop=True)
        return gpd.GeoDataFrame(
            {"code": rows["code"], "name": rows["name"], "moved_m": np.round(moved_m[shown], 2)}, geometry=rows.geometry, crs=STORED_CRS
        )

    return RepairPicture(drawn(before), drawn(after), float(moved_m.max(initial=0.0)), len(moved))


def _counted(flaws: gpd.GeoDataFrame) -> dict[str, int]:
    """How many flaws have a place, also those that are too many to be shown."""
    return {"flaws": int(flaws.geometry.notna().sum())} if len(flaws) else {}


def _flaws(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Flaws with a place, errors first, the largest first among them."""
    there = table[table.geometry.notna()] if len(table) else table
    order = {"error": 0, "warning": 1, "note": 2}
    severity = [FLAWS[kind].severity for kind in there["kind"]]
    rank = np.lexsort((-np.nan_to_num(there["area_m2"].to_numpy(float)), [order[each] for each in severity]))[:SHOWN_FLAWS]
    rows = there.iloc[rank].reset_index(drop=True)
    kinds = rows["kind"].tolist()
    return gpd.GeoDataFrame(
        {
            "kind": kinds,
            "title_zh": [FLAW_TITLES[kind].zh for kind in kinds],
            "title_en": [FLAW_TITLES[kind].en for kind in kinds],
            "severity": [FLAWS[kind].severity for kind in kinds],
            "who": rows["who"].tolist(),
            "size": ["" if np.isnan(size) else area_text(size) for size in rows["area_m2"].to_numpy(float)],
        },
        geometry=list(rows.geometry),
        crs=STORED_CRS,
    )
