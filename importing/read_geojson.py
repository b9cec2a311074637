"""Reads GeoJSON with Python's own parser: no driver, no linked CRS, no number that is none, no endless nesting."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa
import shapely

from importing.raw_table import Ask, RawTable, utf8_by_norm
from importing.read_kml import columns_of, gathered
from importing.read_refusals import damaged, not_taken, shown, too_many, unsafe
from importing.read_shapes import BROKEN
from importing.sniffing import FORMATS
from layers.definition.text import Text

_SHAPES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection")
_EPSG = re.compile(r"(?:urn:ogc:def:crs:)?EPSG:[0-9.]*:?([0-9]{4,6})", re.IGNORECASE)
_WGS84 = re.compile(r"(?:urn:ogc:def:crs:)?OGC:[0-9.]*:?CRS84", re.IGNORECASE)
_DIGITS = 18  # whole numbers up to here fit a column of numbers; longer ones are codes and stay text


def read_geojson(path: Path, ask: Ask) -> RawTable:
    """The features as one table. `declared_crs` only if a `crs` member says so; without one RFC 7946 means WGS-84 degrees.

    Refused: not UTF-8, broken JSON, nesting deeper than Python's own limit, NaN or Infinity, other types of JSON, a linked
    CRS. Shapes that can't be built are kept as broken, with their rows.
    """
    document = _parsed(path, ask.name)
    features = _features(document, ask.name)
    if len(features) > ask.limits.max_rows_at_once:
        raise too_many(ask.name, Text("要素", "features"), len(features), ask.limits.max_rows_at_once)
    crs = _crs(document.get("crs"), ask.name)
    columns = columns_of([_properties(feature) for feature in features], ask)
    wkb = pa.array([_wkb(feature.get("geometry")) if isinstance(feature, dict) else BROKEN for feature in features], pa.binary())
    layer = document.get("name")
    title = FORMATS["geojson"].title
    return RawTable(shown(layer) if isinstance(layer, str) and layer else title, columns, wkb, utf8_by_norm(columns, title), crs)


def _parsed(path: Path, name: str) -> dict[str, Any]:
    def no_number(written: str) -> NoReturn:
        raise damaged(
            name,
            Text("其中有 {w}，不是 JSON 的数", "it holds {w}, which is no number of JSON").fill(w=written),
            Text("请在原程序中改正这些坐标或数值。", "Mend these coordinates or values in the program they came from."),
        )

    try:
        document = json.loads(path.read_bytes().decode("utf-8-sig"), parse_constant=no_number, parse_int=_whole)
    except UnicodeDecodeError as error:
        raise damaged(name, Text("不是 UTF-8 编码，而 GeoJSON 规定用 UTF-8", "it is not UTF-8, as GeoJSON must be")) from error
    except RecursionError as error:
        raise unsafe(name, Text("JSON 嵌套过深", "its JSON is nested too deeply")) from error
    except json.JSONDecodeError as error:
        raise damaged(name, Text("JSON 第 {line} 行有错", "its JSON is wrong at line {line}").fill(line=error.lineno)) from error
    if not isinstance(document, dict):
        raise not_taken(name, Text("JSON 而非 GeoJSON", "JSON but no GeoJSON"))
    return document


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= _DIGITS else digits


def _features(document: dict[str, Any], name: str) -> list[Any]:
    kind = document.get("type")
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        features: list[Any] = document["features"]
        if not features:
            raise damaged(name, Text("其中没有要素", "it has no feature"))
        return features
    if kind == "Feature":
        return [document]
    if kind in _SHAPES:
        return [{"type": "Feature", "properties": {}, "geometry": document}]
    raise not_taken(name, Text("JSON（type 为 {kind}）而非 GeoJSON", "JSON of type {kind} but no GeoJSON").fill(kind=shown(kind)))


def _properties(feature: Any) -> dict[str, object]:
    if not isinstance(feature, dict):
        return {}
    properties = feature.get("properties")
    row = dict(properties) if isinstance(properties, dict) else {}
    if feature.get("id") is not None:
        row.setdefault("id", feature["id"])
    return {key: None if value == "" else value for key, value in row.items()}


def _crs(declared: Any, name: str) -> str | None:
    if declared is None:
        return None
    properties = declared.get("properties") if isinstance(declared, dict) else None
    if not isinstance(properties, dict) or declared.get("type") != "name":
        raise unsafe(
            name,
            Text("坐标系写成了链接或无法识别", "its coordinate system is a link or can't be understood"),
            Text("请删去 crs，或写成 EPSG 代码；本程序不访问链接。", "Leave out crs or write its EPSG code; links are never followed."),
        )
    written = str(properties.get("name"))
    if _WGS84.fullmatch(written):
        return "EPSG:4326"
    code = _EPSG.fullmatch(written)
    if code is None:
        raise damaged(name, Text("坐标系“{crs}”无法识别", "its coordinate system '{crs}' can't be understood").fill(crs=shown(written)))
    return f"EPSG:{code[1]}"


def _wkb(geometry: Any) -> bytes | None:
    if geometry is None:
        return None
    try:
        return bytes(shapely.to_wkb(_built(geometry)))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError):
        return BROKEN


def _built(geometry: dict[str, Any], deep: bool = False) -> object:
    if geometry["type"] == "GeometryCollection":
        if deep:
            raise ValueError("a collection in a collection")
        return gathered([_built(part, deep=True) for part in geometry["geometries"]])
    return _BUILDERS[geometry["type"]](geometry["coordinates"])


def _numbers(coordinates: Any, depth: int) -> np.ndarray:
    """Coordinates as floats of two or three columns. ValueError for text, ragged lists and other depths."""
    array = np.array(coordinates)
    if array.dtype.kind not in "iuf" or array.ndim != depth or array.shape[-1] not in (2, 3, 4):
        raise ValueError("not coordinates")
    return array[..., :3].astype(float)


def _polygon(rings: Any) -> object:
    if not rings:
        return shapely.Polygon()
    built = [shapely.linearrings(_closed(_numbers(ring, 2))) for ring in rings]
    return shapely.polygons(built[0], built[1:] or None)


def _closed(ring: np.ndarray) -> np.ndarray:
    return ring if len(ring) and (ring[0] == ring[-1]).all() else np.vstack([ring, ring[:1]])


_BUILDERS: dict[str, Callable[[Any], object]] = {
    "Point": lambda c: shapely.points(_numbers(c, 1)) if c else shapely.Point(),
    "MultiPoint": lambda c: shapely.multipoints(_numbers(c, 2)),
    "LineString": lambda c: shapely.linestrings(_numbers(c, 2)),
    "MultiLineString": lambda c: shapely.multilinestrings([shapely.linestrings(_numbers(line, 2)) for line in c]),
    "Polygon": _polygon,
    "MultiPolygon": lambda c: shapely.multipolygons([_polygon(rings) for rings in c]),
}
