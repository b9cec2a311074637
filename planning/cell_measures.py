"""What is counted and measured in each cell, as whole numbers: their sums are the same in Python and in a browser, to the last digit."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.cell_graph import CellGraph, check_metres
from planning.workload import WORKLOAD

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

EXACT_BELOW = 2**53  # a browser's numbers and numpy's float64 hold every whole number up to here
DM_PER_M = 10


@dataclass(frozen=True)
class Amount:
    """One amount of a cell. It is kept in wholes of 1 / `per_unit` of its unit: 100 per minute are steps of 0.01 minutes."""

    key: str
    title: Text
    unit: Text
    per_unit: int
    column: str | None
    """The column of the cells that it is read from; None: counted elsewhere, or measured from the shapes."""


AMOUNTS: dict[str, Amount] = {
    amount.key: amount
    for amount in (
        Amount("workload", Text("工作量", "workload"), Text("分钟/周", "minutes a week"), 100, WORKLOAD),
        Amount("dwellings", Text("房屋", "dwellings"), Text("户", "dwellings"), 1, "dwellings"),
        Amount("persons", Text("人口", "persons"), Text("人", "persons"), 1, "persons"),
        Amount("incidents", Text("警情", "incidents"), Text("起", "incidents"), 1, None),
        Amount("places", Text("场所", "places"), Text("处", "places"), 1, None),
        Amount("risk_places", Text("风险场所", "risk places"), Text("处", "places"), 1, None),
        Amount("area", Text("面积", "area"), Text("平方米", "m²"), 1, None),
        Amount("outline", Text("边界长", "outline"), Text("米", "m"), DM_PER_M, None),
    )
}


@dataclass(frozen=True, eq=False)
class CellMeasures:
    """The amounts of n cells; arrays follow `codes` and are not writable. Metres are those of the cells' metric CRS."""

    codes: tuple[str, ...]
    columns: Mapping[str, Integers | None]
    """For each key of `AMOUNTS` the wholes (n,); None where the amount isn't known at all."""
    missing: Mapping[str, tuple[str, ...]]
    """For each key with gaps, the cells whose value is missing: they count as 0, and whoever shows a sum says so."""
    unit_code: NDArray[np.object_] | None
    """Community or village of each cell (n,), if the cells name it."""
    inner_xy_m: Floats
    """(n, 2) a point inside each cell; distances are taken from here."""
    hull_xy_m: Floats
    """(v, 2) corners of the cells' convex hulls, all a beat's hull and circle depend on."""
    hull_cell: Integers
    """(v,) the position of the cell that each corner belongs to."""

    def __post_init__(self) -> None:
        arrays = (self.inner_xy_m, self.hull_xy_m, self.hull_cell, *self.columns.values())
        for array in arrays:
            if array is not None:
                array.setflags(write=False)

    @cached_property
    def position(self) -> dict[str, int]:
        """Where each code stands in `codes`."""
        return {code: position for position, code in enumerate(self.codes)}

    def positions(self, codes: list[str]) -> Integers:
        """Where these cells stand. Refused: a cell that is not there."""
        strangers = [code for code in codes if code not in self.position]
        if strangers:
            raise Refusal(
                Text("没有 {n} 个网格（首个：{cell}）。", "{n} cells are not there (first: {cell}).").fill(
                    n=len(strangers), cell=strangers[0]
                ),
                Text("请重新载入网格图层。", "Load the cells again."),
            )
        return np.array([self.position[code] for code in codes], dtype=np.int64)

    def total(self, key: str) -> int | None:
        """Sum of an amount over all cells, in wholes; None where it isn't known."""
        column = self.columns[key]
        return None if column is None else int(column.sum())


def cell_measures(
    cells: gpd.GeoDataFrame,
    incidents_per_cell: pd.Series | None = None,
    places_per_cell: pd.Series | None = None,
    risk_places_per_cell: pd.Series | None = None,
) -> CellMeasures:
    """The amounts of each cell as whole numbers, in the order of the table.

    `cells` has `code` and polygons in metres; dwellings, persons, workload_min_week and unit_code are taken where
    there. The counts are indexed by cell code; a cell they lack had none. A missing value counts as 0 and is named in
    `missing`; an amount that every cell misses is not known. Refused: degrees, codes twice, cells without a shape,
    counts for unknown cells, amounts that are negative, infinite, or sum up to 2^53 wholes or more.
    """
    check_metres(cells)
    codes = tuple(cells["code"])
    _check_codes(codes)
    shapes = cells.geometry.to_numpy()
    _check_shapes(codes, shapes)
    counts = {"incidents": incidents_per_cell, "places": places_per_cell, "risk_places": risk_places_per_cell}
    values = {amount.key: _numbers(cells[amount.column]) for amount in AMOUNTS.values() if amount.column in cells}
    values |= {key: _counted(codes, series) for key, series in counts.items() if series is not None}
    values |= {"area": shapely.area(shapes), "outline": shapely.length(shapes)}
    hull_xy, hull_cell = shapely.get_coordinates(shapely.convex_hull(shapes), return_index=True)
    return CellMeasures(
        codes=codes,
        columns={key: _wholes_of(codes, amount, values.get(key)) for key, amount in AMOUNTS.items()},
        missing={key: gaps for key, each in values.items() if (gaps := _at(codes, np.isnan(each))) and len(gaps) < len(codes)},
        unit_code=cells["unit_code"].to_numpy(object) if "unit_code" in cells else None,
        inner_xy_m=shapely.get_coordinates(shapely.point_on_surface(shapes)).reshape(-1, 2),
        hull_xy_m=hull_xy,
        hull_cell=hull_cell.astype(np.int64),
    )


def wholes(values: ArrayLike, per_unit: int) -> Integers:
    """Numbers >= 0 in whole steps of 1 / per_unit, halves upwards: floor(x per_unit + 1/2). Same shape."""
    return np.floor(np.asarray(values, dtype=np.float64) * per_unit + 0.5).astype(np.int64)


def borders_dm(graph: CellGraph) -> Integers:
    """Length of the common border of each edge (m,) of a cell graph, in whole decimetres."""
    return wholes(graph.border_m, DM_PER_M)


def _numbers(column: pd.Series) -> Floats:
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def _counted(codes: tuple[str, ...], series: pd.Series) -> Floats:
    strangers = series.index.difference(pd.Index(codes, dtype=object))
    if len(strangers):
        raise Refusal(
            Text(
                "{n} 个网格有计数但不在网格表中（首个：{cell}）。", "{n} cells have a count but are not among the cells (first: {cell})."
            ).fill(n=len(strangers), cell=strangers[0]),
            Text("请用当前网格重新统计。", "Count again on the present cells."),
        )
    return _numbers(series.reindex(list(codes), fill_value=0))


def _wholes_of(codes: tuple[str, ...], amount: Amount, values: Floats | None) -> Integers | None:
    if values is None or (len(values) and np.isnan(values).all()):
        return None
    wrong = _at(codes, (values < 0) | np.isinf(values))
    if wrong:
        raise Refusal(
            Text("{n} 个网格的{what}为负或无穷大（首个：{cell}）。", "{n} cells have a negative or infinite {what} (first: {cell}).").fill(
                n=len(wrong), what=amount.title, cell=wrong[0]
            ),
            Text("请更正后重新导入。", "Correct it and import again."),
        )
    known = np.nan_to_num(values)
    if known.sum() * amount.per_unit >= EXACT_BELOW:
        raise Refusal(
            Text("{what}总和过大，无法精确求和。", "The {what} of all cells is too large to be summed exactly.").fill(what=amount.title),
            Text("请检查单位。", "Check its unit."),
        )
    return wholes(known, amount.per_unit)


def _at(codes: tuple[str, ...], flags: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(codes[i] for i in np.flatnonzero(flags))


def _check_codes(codes: tuple[str, ...]) -> None:
    twice = [str(code) for code in pd.Index(codes, dtype=object)[pd.Index(codes, dtype=object).duplicated()]]
    if twice:
        raise Refusal(
            Text("{n} 个网格编码重复（首个：{cell}）。", "{n} cell codes occur twice (first: {cell}).").fill(n=len(twice), cell=twice[0]),
            Text("请更正编码后重新导入。", "Correct the codes and import again."),
        )


def _check_shapes(codes: tuple[str, ...], shapes: NDArray[np.object_]) -> None:
    bare = _at(codes, shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if bare:
        raise Refusal(
            Text("{n} 个网格没有图形（首个：{cell}）。", "{n} cells have no shape (first: {cell}).").fill(n=len(bare), cell=bare[0]),
            Text("请补画或删除后重新导入。", "Draw or delete them, then import again."),
        )
