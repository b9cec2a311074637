"""Numbers of cells shared out over new parts of their ground, so that every sum stays exactly what it was."""

from collections.abc import Mapping
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.definition.refusal import Refusal
from layers.definition.text import Text

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]
ShareBy = Literal["area", "incidents"] | Mapping[str, Literal["area", "incidents"] | gpd.GeoSeries] | tuple[int, ...]
"""A tuple is the dwellings that somebody counted in each part, in the order of the parts; all else goes by them."""

BY_AREA = Text("面积", "area")
BY_POINTS = Text("点数", "points")
BY_DWELLINGS = Text("清点的户数", "dwellings as counted")
NO_POINTS = Text("面积（没有点）", "area, for want of points")


def number_columns(cells: pd.DataFrame) -> list[str]:
    """The columns that are added up when cells merge: all numbers, truth values not."""
    return [name for name in cells if pd.api.types.is_numeric_dtype(cells[name]) and not pd.api.types.is_bool_dtype(cells[name])]


def shared_out(
    cells: gpd.GeoDataFrame, places: list[int], parts: Shapes, share_by: ShareBy, incidents: gpd.GeoSeries | None
) -> tuple[dict[str, object], dict[str, Text]]:
    """New numbers (k,) of each column for the parts of the ground of the cells at `places`, and by what each was shared.

    A column of whole numbers is shared in whole numbers by the largest remainder, any other in proportion; what is
    missing in a cell is missing in the parts that have ground of it. Refused: an unknown way to share, columns that are
    no numbers, incidents asked for but not given, points in another CRS, counted dwellings that are not one number per
    part or do not add up.
    """
    if isinstance(share_by, tuple):
        return _by_dwellings(cells, places, parts, share_by)
    old = cells.geometry.to_numpy()[places]
    ways = _points_by_column(cells, share_by, incidents)
    shares: dict[str, object] = {}
    shared_by: dict[str, Text] = {}
    for column, points in ways.items():
        whole = _all_whole(cells[column])
        shared_by[column] = BY_AREA if points is None else BY_POINTS
        total: Floats = np.zeros(len(parts))
        for shape, value in zip(old, cells[column].iloc[places].to_numpy(float, na_value=np.nan), strict=True):
            weight = _points_in(shape, parts, points) if points is not None else np.zeros(len(parts))
            if not weight.sum() > 0:
                shared_by[column] = NO_POINTS if points is not None else BY_AREA
                weight = shapely.area(shapely.intersection(shape, parts))
            total += _shares(value, weight, whole)
        shares[column] = pd.array([None if np.isnan(number) else number for number in total], dtype=cells[column].dtype)
    return shares, shared_by


def _by_dwellings(
    cells: gpd.GeoDataFrame, places: list[int], parts: Shapes, dwellings: tuple[int, ...]
) -> tuple[dict[str, object], dict[str, Text]]:
    """The dwellings of the parts are what was counted, and every other number goes by them (by area where there are none)."""
    _check_dwellings(cells["dwellings"].iloc[places].sum(), len(parts), dwellings)
    weight: Floats = np.array(dwellings, float) if any(dwellings) else shapely.area(parts)
    shares: dict[str, object] = {}
    for column in number_columns(cells):
        whole = _all_whole(cells[column])
        values = cells[column].iloc[places].to_numpy(float, na_value=np.nan)
        total = np.sum([_shares(value, weight, whole) for value in values], axis=0)
        shares[column] = pd.array([None if np.isnan(number) else number for number in total], dtype=cells[column].dtype)
    shares["dwellings"] = pd.array(dwellings, dtype=cells["dwellings"].dtype)
    return shares, dict.fromkeys(shares, BY_DWELLINGS if any(dwellings) else BY_AREA)


def _check_dwellings(before: float, parts: int, dwellings: tuple[int, ...]) -> None:
    if len(dwellings) == parts and min(dwellings) >= 0 and sum(dwellings) == before:
        return
    raise Refusal(
        Text(
            "{parts} 个部分的户数应合计 {before}，给出的是 {given}。",
            "The dwellings of {parts} parts must add up to {before}; given: {given}.",
        ).fill(parts=parts, before=f"{before:g}", given=" + ".join(map(str, dwellings)) or "—"),
        Text("请逐个部分填写户数。", "Give the dwellings of each part."),
    )


def largest_remainder(value: float, weight: Floats) -> Floats:
    """Whole numbers (k,) that add up to the whole number `value`, nearest to the weights; of equal remainders the first gets more.

    Source: Hamilton 1792.
    """
    quota = value * weight / weight.sum()
    base: Floats = np.floor(quota)
    short = round(value - base.sum())
    base[np.argsort(base - quota, kind="stable")[:short]] += 1
    return base


def _shares(value: float, weight: Floats, whole: bool) -> Floats:
    if np.isnan(value):
        return np.where(weight > 0, np.nan, 0.0)
    return largest_remainder(value, weight) if whole else value * weight / weight.sum()


def _points_by_column(cells: gpd.GeoDataFrame, share_by: ShareBy, incidents: gpd.GeoSeries | None) -> dict[str, gpd.GeoSeries | None]:
    """Per column of numbers the points to share by, or None for area."""
    columns = number_columns(cells)
    ways = dict(share_by) if isinstance(share_by, Mapping) else dict.fromkeys(columns, share_by)
    unknown = [name for name, way in ways.items() if name not in columns or (isinstance(way, str) and way not in ("area", "incidents"))]
    if unknown:
        raise Refusal(
            Text("有 {n} 列无法分摊（首个：{name}）。", "{n} columns can't be shared like that (first: {name}).").fill(
                n=len(unknown), name=unknown[0]
            ),
            Text("只能按面积、警情或给出的点分摊数字列。", "Columns of numbers are shared by area, incidents, or points that you give."),
        )
    found: dict[str, gpd.GeoSeries | None] = {}
    for name in columns:
        way = ways.get(name, "area")
        found[name] = None if isinstance(way, str) and way == "area" else incidents if isinstance(way, str) else way
        if isinstance(way, str) and way == "incidents" and incidents is None:
            raise Refusal(Text("没有给出警情点。", "No incidents were given."), Text("请改为按面积分摊。", "Share by area instead."))
        if (points := found[name]) is not None and points.crs != cells.crs:
            raise Refusal(
                Text("分摊用的点与网格的坐标系不同。", "The points to share by are not in the coordinate system of the cells."),
                Text("请转换到 {crs}。", "Convert them to {crs}.").fill(crs=cells.crs.to_string()),
            )
    return found


def _all_whole(column: pd.Series) -> bool:
    """Counts: integers, or numbers that came as decimals only because some are missing."""
    known = column.dropna().to_numpy(float)
    return bool((known == np.floor(known)).all())


def _points_in(shape: shapely.Geometry, parts: Shapes, points: gpd.GeoSeries) -> Floats:
    """Points of the old cell in each part (k,); one on a common border counts in the first."""
    inside = points.to_numpy()[points.sindex.query(shape, predicate="intersects")]
    point, part = shapely.STRtree(parts).query(inside, predicate="intersects")
    order = np.lexsort((part, point))
    _, first = np.unique(point[order], return_index=True)
    return np.bincount(part[order][first], minlength=len(parts)).astype(np.float64)
