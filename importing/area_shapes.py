"""Units and cells as plain polygons in metres: how the check and the repair of their borders see a table."""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from layers.definition.crs import STORED_CRS
from layers.definition.refusal import Refusal
from layers.definition.text import Text

Shapes = NDArray[np.object_]
Flags = NDArray[np.bool_]

UNITS = Text("社区、村", "units")
CELLS = Text("网格", "cells")
POLYGON, MULTIPOLYGON, COLLECTION = 3, 6, 7


def metric_shapes(table: gpd.GeoDataFrame, metric_crs: str) -> Shapes:
    """The geometries (n,) in metres, None where there is none. Refused: a table without a CRS."""
    if table.crs is None:
        raise Refusal(
            Text("图层没有坐标系。", "The layer has no coordinate system."),
            Text("请先选定坐标系再检查边界。", "Choose it before the borders are checked."),
        )
    return np.asarray(table.geometry.to_crs(metric_crs).to_numpy(), dtype=object)


def without_area(shapes: Shapes) -> Flags:
    """Where there is nothing to draw: no geometry or an empty one."""
    return np.asarray(shapely.is_missing(shapes) | shapely.is_empty(shapes))


def not_areas(shapes: Shapes) -> Flags:
    """Where there is a geometry, but a line or a point."""
    return np.asarray(~without_area(shapes) & ~np.isin(shapely.get_type_id(shapes), (POLYGON, MULTIPOLYGON)))


def off_the_map(shapes: Shapes) -> Flags:
    """Where a coordinate is not a number or without end, also after projecting."""
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    found = np.zeros(len(shapes), dtype=bool)
    found[owner[~np.isfinite(xy).all(axis=1)]] = True
    return found


def mended(shapes: Shapes) -> Shapes:
    """Valid polygons (n,) with the same ground: crossing rings become parts, spikes without area go."""
    wrong = ~shapely.is_valid(shapes)
    result = shapes.copy()
    fixed = shapely.make_valid(shapes[wrong], method="structure", keep_collapsed=False)
    result[wrong] = [_only_areas(shape) for shape in fixed]
    return result


def labels(table: gpd.GeoDataFrame) -> list[str]:
    """How each row is called in a message: its code and name, or its number."""
    numbers = (str(row) for row in range(1, len(table) + 1))
    codes = table["code"].astype(str) if "code" in table else numbers
    if "name" not in table:
        return list(codes)
    return [f"{code} {name}".strip() for code, name in zip(codes, table["name"].fillna("").astype(str), strict=True)]


def lon_lat(points: Shapes, metric_crs: str) -> list[tuple[float, float]]:
    """Points in metres as longitude and latitude in EPSG:4490, to 1 cm."""
    degrees = gpd.GeoSeries(points, crs=metric_crs).to_crs(STORED_CRS)
    return [(round(float(x), 7), round(float(y), 7)) for x, y in shapely.get_coordinates(degrees.to_numpy())]


def place_text(place: tuple[float, float]) -> str:
    """Longitude and latitude as written in a message."""
    return f"{place[0]:.5f}, {place[1]:.5f}"


def area_text(area_m2: float) -> str:
    """A size as written in a message: square metres, to 1 cm² where it is small."""
    return f"{area_m2:,.0f} m²" if area_m2 >= 10 else f"{area_m2:.2g} m²"


def _only_areas(shape: Any) -> Any:
    if shapely.get_type_id(shape) != COLLECTION:
        return shape
    parts = [part for part in shapely.get_parts(shape) if shapely.get_type_id(part) in (POLYGON, MULTIPOLYGON)]
    return shapely.union_all(parts) if parts else shapely.Polygon()
