"""What changes on the web map while it stands: a plan's beats and officers, a density, a base map. Plain values for JSON."""

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer

from layers.definition.crs import STORED_CRS
from layers.definition.text import Text
from layers.drawing.web_map import DIGITS, Layers, check_degrees, coverage, features, tip_titles

LATTICE_M = 3000.0  # between nodes this far apart, straight lines miss the true position by about 0.1 m
DENSITY_UNIT = Text("起/平方公里·年", "incidents per km² and year")


def plan_patch(
    layers: Layers,
    plan_id: str,
    title: Text,
    status: Text,
    beats: gpd.GeoDataFrame,
    colours: Mapping[str, str],
    officers: gpd.GeoDataFrame | None = None,
    *,
    illustrative: bool = False,
    tolerance_m: float = 9.0,
) -> dict[str, Any]:
    """The beats of a plan and, where they may be seen, its officers, to replace those on the map.

    `beats` and `officers` are in degrees with permitted columns only; `colours` has a fill per beat code. Common borders
    stay common. Columns used: code, name, name_en, the tip fields of the layers, each with `<field>_en` where it has one.
    The layers travel compressed in `packed`.
    """
    layer = layers["beats"]
    check_degrees(layer, beats)
    shapes = coverage(beats.geometry.to_numpy(), tolerance_m) if len(beats) else beats.geometry.to_numpy()
    beats = beats.set_geometry(gpd.GeoSeries(shapes, index=beats.index, crs=beats.crs))
    parts: dict[str, Any] = {
        "beats": {
            "tips": tip_titles(layer, beats.columns),
            "features": features(layer, beats, lambda row: {"colour": colours.get(row["code"], "#efefef")}),
        }
    }
    if officers is not None:
        check_degrees(layers["officers"], officers)
        parts["officers"] = {
            "tips": tip_titles(layers["officers"], officers.columns),
            "features": features(layers["officers"], officers),
        }
    about = {"id": plan_id, "title": list(title), "status": list(status), "illustrative": illustrative}
    return about | {"packed": _packed(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode())}


def density_patch(
    values: ArrayLike,
    edges: Sequence[float],
    colours: Sequence[str],
    *,
    west_m: float,
    south_m: float,
    size_m: float,
    crs: str,
    n: int,
    radius_m: float,
    period: Text,
    unit: Text = DENSITY_UNIT,
    illustrative: bool = False,
) -> dict[str, Any]:
    """A density on a metric grid as classes per cell, with the lattice that puts its cells where they belong in degrees.

    `values` (rows, cols), row 0 southernmost, NaN outside the town. Class i holds edges[i] <= value < edges[i + 1], the last
    one all above; below edges[0] nothing is drawn. Cells are drawn as reprojected quadrangles, never as an image: the lattice
    gives every k-th corner in 1e-6 degrees, and straight lines between them miss the true corner by less than 1 m.
    """
    values = np.asarray(values, float)
    rows, cols = values.shape
    classes = np.where(np.isnan(values), 0, np.searchsorted(np.asarray(edges[: len(colours)], float), np.nan_to_num(values), side="right"))
    step = max(1, int(LATTICE_M // size_m))
    lines, columns = _nodes(rows, step), _nodes(cols, step)
    x, y = np.meshgrid(west_m + np.array(columns) * size_m, south_m + np.array(lines) * size_m)
    lon, lat = Transformer.from_crs(crs, STORED_CRS, always_xy=True).transform(x, y)
    return {
        "rows": rows,
        "cols": cols,
        "size_m": size_m,
        "lattice": {"rows": lines, "cols": columns, "lon": _millionths(lon), "lat": _millionths(lat)},
        "classes": _packed(classes.astype("uint8").tobytes()),
        "colours": list(colours),
        "edges": [float(edge) for edge in edges],
        "unit": list(unit),
        "n": n,
        "radius_m": radius_m,
        "period": list(period),
        "illustrative": illustrative,
    }


def base_map_patch(url: str, attribution: str = "", review_number: str = "", datum: str = "wgs84", max_zoom: int = 18) -> dict[str, Any]:
    """Tiles below the layers; over a source in GCJ-02 the browser moves all layers to where they lie on it."""
    return {"url": url, "attribution": attribution, "review_number": review_number, "datum": datum, "max_zoom": max_zoom}


def focus_bounds(table: gpd.GeoDataFrame, codes: Sequence[str]) -> list[float] | None:
    """West, south, east, north of the rows with these codes, in degrees; None when there are none."""
    chosen = table[table["code"].isin(list(codes))]
    return [round(float(v), DIGITS) for v in chosen.total_bounds] if len(chosen) else None


def unpacked(packed: str) -> bytes:
    """The bytes in a `packed` or `classes` of a patch, as the browser unpacks them."""
    return zlib.decompress(base64.b64decode(packed))


def _packed(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content, 9)).decode()


def _nodes(count: int, step: int) -> list[int]:
    return sorted({*range(0, count, step), count})


def _millionths(degrees: NDArray[np.float64]) -> list[int]:
    return [int(v) for v in np.round(degrees * 1e6).ravel()]
