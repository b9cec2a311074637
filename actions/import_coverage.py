"""Units and cells on their way in: checked as a coverage against what is there, mended where the person asked for it, and shown."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.spatial import cKDTree

from actions.import_wish import RepairPicture
from actions.town_model import TownModel
from importing.area_shapes import area_text
from importing.import_report import Finding, ImportReport
from importing.topology_check import check_topology
from importing.topology_flaws import FLAW_TITLES, FLAWS
from importing.topology_repair import repair_topology
from layers.definition.crs import STORED_CRS
from layers.definition.text import Text

Metres = NDArray[np.float64]

ROUNDED_M = 0.0015  # a repair rounds to a millimetre in either direction
MOVED_M = 0.01  # less is what seven decimals of a degree round away
SHOWN_FLAWS = 200
SHOWN_AREAS = 200
SHOWN_VERTICES = 5_000  # a map of two layers with more is slow to draw in a browser


@dataclass(frozen=True, eq=False)
class CheckedCoverage:
    """Areas after the check and perhaps the repair, what was found, the flaws as points, and a picture of the repair."""

    frame: gpd.GeoDataFrame
    report: ImportReport
    flaws: gpd.GeoDataFrame
    repair: RepairPicture | None


def checked_coverage(model: TownModel, key: str, frame: gpd.GeoDataFrame, repair: bool) -> CheckedCoverage:
    """The areas checked as a coverage against what is there; mended first where the person asked for it.

    A repair fits cells to the units that are there, and new units to the units of the other kind. Where those would have
    to move as well they stay as they are, which is told: the store takes one layer at a time.
    """
    picture, report = None, ImportReport()
    if repair:
        mended, picture, report = _mended(model, key, frame)
        frame = mended
    is_cells = key == "grid_cells"
    units = _units(model, key, frame)
    found = check_topology(units if len(units) else None, frame if is_cells else None, model.town.metric_crs)
    return CheckedCoverage(frame, report.with_(*found.findings), _flaws(found.flaws), picture)


def _units(model: TownModel, key: str, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """All units as they would be: those that come before those of the other kind that are there."""
    if key == "grid_cells":
        return model.units.reset_index(drop=True)
    other = model.layers["villages" if key == "communities" else "communities"]
    return gpd.GeoDataFrame(pd.concat([frame, other], ignore_index=True), crs=STORED_CRS)


def _mended(model: TownModel, key: str, frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, RepairPicture, ImportReport]:
    """Cells fitted to the units, units to the other units; what else would have to move is told, not moved."""
    is_cells = key == "grid_cells"
    units = _units(model, key, frame)
    done = repair_topology(units if len(units) else None, frame if is_cells else None, model.town.metric_crs)
    units_after = done.units if done.units is not None else units
    mended = done.cells if is_cells else units_after.iloc[: len(frame)]
    mended = _on_known_vertices(mended, [frame, units] if is_cells else [units], model.town.metric_crs)
    moved_m = moved_by(frame, mended, model.town.metric_crs)
    findings = list(done.findings)
    if len(units):
        first = 0 if is_cells else len(frame)
        others = moved_by(units.iloc[first:], units_after.iloc[first:], model.town.metric_crs)
        findings += _left_behind(Text("其他社区、行政村", "other units") if first else Text("社区、行政村", "the units"), others)
    if not is_cells and len(model.cells):
        moved_codes = set(frame["code"].to_numpy()[moved_m > MOVED_M])
        findings += _cells_behind(int(model.cells["unit_code"].isin(moved_codes).sum()))
    report = ImportReport(tuple(findings), {"repair_moved_m": round(float(moved_m.max(initial=0.0)), 3)})
    return mended, _picture(frame, mended, moved_m), report


def _on_known_vertices(mended: gpd.GeoDataFrame, known: list[gpd.GeoDataFrame], metric_crs: str) -> gpd.GeoDataFrame:
    """The areas with every vertex that the repair only rounded put back where it stood, so that what is the same stays the same."""
    there = np.concatenate([shapely.get_coordinates(table.geometry.to_crs(STORED_CRS).to_numpy()) for table in known])
    to_metres = Transformer.from_crs(STORED_CRS, metric_crs, always_xy=True)
    tree = cKDTree(np.column_stack(to_metres.transform(*there.T)))

    def put_back(lon_lat: Metres) -> Metres:
        away_m, nearest = tree.query(np.column_stack(to_metres.transform(*lon_lat.T)), distance_upper_bound=ROUNDED_M)
        found = np.isfinite(away_m)
        return np.where(found[:, None], there[np.where(found, nearest, 0)], lon_lat)

    return mended.set_geometry(gpd.GeoSeries(shapely.transform(mended.geometry.to_numpy(), put_back), index=mended.index, crs=STORED_CRS))


def _left_behind(layer: Text, moved_m: Metres) -> list[Finding]:
    """A warning about areas of another layer that the repair would have to move too, which this import does not write."""
    n = int((moved_m > MOVED_M).sum())
    if not n:
        return []
    what = Text(
        "修复还需移动{layer}的 {n} 个面（最多 {moved:.1f} 米），本次导入不写入它们。",
        "The repair would also move {n} areas of {layer} (by {moved:.1f} m at most), which this import does not write.",
    ).fill(layer=layer, n=n, moved=float(moved_m.max()))
    then = Text("请随后以“修复”再导入该图层，使共用边界一致。", "Import that layer with the repair next, so that shared borders agree.")
    return [Finding("check", "warning", "repair_left_behind", what, then, n)]


def _cells_behind(n: int) -> list[Finding]:
    """A warning about cells of units whose border moved."""
    if not n:
        return []
    what = Text(
        "{n} 个网格所在的社区、村边界已移动，网格本身未改。", "{n} grid cells lie in units with a border that moved; the cells stay."
    ).fill(n=n)
    then = Text(
        "请随后以“修复”再导入网格，使其与新边界一致。", "Import the grid cells with the repair next, so that they fit the new borders."
    )
    return [Finding("check", "warning", "cells_left_behind", what, then, n)]


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
