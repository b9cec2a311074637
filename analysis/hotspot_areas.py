"""Hot cells side by side as areas that a patrol can be sent to: outline, count, density, rank, and how much in how little."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage
from shapely.geometry import MultiPolygon, Polygon

from analysis.analysis_grid import Cells
from layers.definition.refusal import Refusal
from layers.definition.text import Text

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, eq=False)
class HotspotAreas:
    """Areas of the chosen cells, best first, and what they hold together."""

    areas: gpd.GeoDataFrame
    """rank (1: densest), cells, count, area_km2, per_km2, per_km2_year (where days are known), share_of_incidents,
    share_of_area (0 to 1), geometry in the grid's metric CRS. Empty if no cell was chosen."""
    share_of_incidents: float
    share_of_area: float
    n: float
    """Incidents of the whole town, or their weight."""
    crs: str
    size_m: float
    mask_area_km2: float
    days: float | None

    @property
    def summary(self) -> Text:
        """One sentence for map and table."""
        if len(self.areas) == 0:
            return Text("没有热点区。", "There are no hotspot areas.")
        return Text(
            "{n} 个热点区：{i:.1%} 的警情发生在 {a:.1%} 的面积内。", "{n} hotspot areas: {i:.1%} of the incidents in {a:.1%} of the area."
        ).fill(n=len(self.areas), i=self.share_of_incidents, a=self.share_of_area)


def hotspot_areas(
    grid: Cells, chosen: Bools, counts: Floats, days: float | None = None, outline: Polygon | MultiPolygon | None = None
) -> HotspotAreas:
    """The chosen cells (rows, cols), joined where they share a side, as polygons in the grid's CRS.

    `counts` (rows, cols) are incidents per cell; areas are of what lies inside the town; `outline`, in the same CRS, cuts the
    polygons to it. Rank by density, then by count. Refused: arrays of another shape than the grid, days not above 0.
    """
    if chosen.shape != grid.mask.shape or counts.shape != grid.mask.shape:
        raise Refusal(
            Text("分析格与数据的行列数不一致。", "The cells and the data differ in rows and columns."),
            Text("请用同一格网重新计算。", "Count again on the same grid."),
        )
    if days is not None and not days > 0:
        raise Refusal(
            Text("观察天数 {days} 无效。", "A period of {days} days is not possible.").fill(days=days),
            Text("请选择至少一天的时间段。", "Choose a period of at least one day."),
        )
    labels, n_areas = ndimage.label(chosen & grid.mask, _sides(grid))
    numbers = np.arange(1, n_areas + 1)
    inside = np.where(grid.mask, counts, 0.0)
    count = np.atleast_1d(ndimage.sum_labels(inside, labels, numbers)).astype(float)
    area_km2 = np.atleast_1d(ndimage.sum_labels(grid.inside_share, labels, numbers)).astype(float) * grid.cell_km2
    row, col = np.nonzero(labels)
    label = labels[row, col]
    cells = grid.outlines(row, col)
    shapes = [shapely.coverage_union_all(cells[label == number]) for number in numbers]
    if outline is not None:
        shapes = list(shapely.intersection(np.asarray(shapes, dtype=object), outline))
    total, town_km2 = float(inside.sum()), grid.inside_km2
    table = gpd.GeoDataFrame(
        {
            "cells": np.bincount(label, minlength=n_areas + 1)[1:],
            "count": count,
            "area_km2": area_km2,
            "per_km2": count / area_km2,
            "share_of_incidents": count / total if total else np.zeros(n_areas),
            "share_of_area": area_km2 / town_km2,
        },
        geometry=gpd.GeoSeries(shapes, crs=grid.crs, dtype="geometry"),
    )
    if days is not None:
        table.insert(4, "per_km2_year", table["per_km2"] * DAYS_PER_YEAR / days)
    table = table.sort_values(["per_km2", "count"], ascending=False, kind="stable", ignore_index=True)
    table.insert(0, "rank", np.arange(1, n_areas + 1))
    return HotspotAreas(
        areas=table,
        share_of_incidents=float(table["share_of_incidents"].sum()),
        share_of_area=float(table["share_of_area"].sum()),
        n=total,
        crs=grid.crs,
        size_m=grid.size_m,
        mask_area_km2=town_km2,
        days=days,
    )


def densest_cells(grid: Cells, values: Floats, share_of_area: float) -> Bools:
    """The cells (rows, cols) of the highest values that together fill at most this share (0 to 1) of the town's area.

    Cells of 0 are never taken, nor some of those with one value without the others: which of them would be chance.
    Refused: a share that is not between 0 and 1.
    """
    if not 0 < share_of_area <= 1:
        raise Refusal(
            Text("面积占比 {s} 不在 0 与 1 之间。", "A share of {s} of the area is not between 0 and 1.").fill(s=share_of_area),
            Text("例如 0.05。", "Give for example 0.05."),
        )
    chosen = np.zeros(grid.mask.shape, bool)
    ranked, km2 = values[grid.mask], grid.inside_share[grid.mask]
    levels = np.unique(ranked[ranked > 0])[::-1]
    area_from = _area_from(ranked, km2, levels)
    fits = levels[area_from <= share_of_area * km2.sum() + 1e-9]
    if len(fits):
        chosen[grid.mask] = ranked >= fits[-1]
    return chosen


def _area_from(ranked: Floats, km2: Floats, levels: Floats) -> Floats:
    """Area of the cells at or above each level, levels falling."""
    order = np.argsort(-ranked, kind="stable")
    return np.asarray(np.cumsum(km2[order])[np.searchsorted(-ranked[order], -levels, side="right") - 1])


def _sides(grid: Cells) -> NDArray[np.int64]:
    """(3, 3): the neighbours that share a side with the middle cell, four of a square and six of a hexagon."""
    found = np.zeros((3, 3), np.int64)
    for row, first, last in grid.runs_within(grid.size_m):
        found[row + 1, first + 1 : last + 2] = 1
    return found
