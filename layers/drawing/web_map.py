"""The town for the browser: layer declarations and tables become a folium map, and that one small packet of bytes."""

import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from folium.map import CustomPane
from numpy.typing import NDArray

from layers.definition.layer import GROUPS, Field, Layer
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from layers.drawing.symbols import svg_path

PANES = {"areas": 410, "density": 420, "sites": 430, "incidents": 440, "places": 450}
"""Where a layer is drawn, with the CSS z-index: five canvases, since one per layer is too much memory for a phone."""
COVERAGES = ("communities", "villages", "grid_cells")
"""Layers whose common borders must stay common when they are simplified."""
DIGITS = 5  # 1e-5 degrees is about a metre
METRES_PER_DEGREE = 111_320.0  # of latitude; only to turn a tolerance into degrees

BRACE = "\ue000"
"""Stands for { in texts while folium works: branca compiles the finished script as a template once more and would run {{ }} in a name."""

Feature = dict[str, Any]
Layers = Mapping[str, Layer]
"""Declarations by key, lowest first: `layers.LAYERS`, or some of them."""
Tables = Mapping[str, gpd.GeoDataFrame]


@dataclass(frozen=True)
class RenderedMap:
    """The script of a folium map, which makes a Leaflet map when run. The same tables give the same text."""

    script: str

    @property
    def size_bytes(self) -> int:
        """Bytes of the script in UTF-8, before compression."""
        return len(self.script.encode())


@dataclass(frozen=True)
class MapBase:
    """What the browser needs once: the folium script, how the layers are listed, and the incidents, compressed."""

    packed: bytes
    digest: str
    """Changes with the content."""


def web_map(layers: Layers, tables: Tables, tolerance_m: float = 9.0) -> folium.Map:
    """A folium map of every table, drawn as its layer in `layers` says, in their order; no tiles, no address, no popup.

    Tables are in degrees (EPSG:4490 or 4326), keyed by layer, with permitted columns only: what is in a column can reach
    the browser. Polygons lose detail below `tolerance_m`; communities, villages and cells keep their common borders.
    Every GeoJson says in its option `layer` whose it is, and its features carry code, name, name_en, tips, and the point
    of their label. Refused: a table in metres or without CRS, an unknown layer.
    """
    drawn = simplified(layers, tables, tolerance_m)
    map_ = folium.Map(location=[28.7, 109.66], tiles=None, zoom_start=12, prefer_canvas=True, zoom_control=False, attribution_control=False)
    for name, z_index in PANES.items():
        CustomPane(name, z_index=z_index).add_to(map_)
    for key, layer in layers.items():
        if key in drawn:
            _geojson(key, layer, drawn[key]).add_to(map_)
    return map_


def rendered(map_: folium.Map) -> RenderedMap:
    """The script of a folium map, its random names replaced by numbers, so that equal maps are equal text.

    None of folium's links to other servers are in it: those stand in the page's head, which is left out.
    """
    figure: Any = map_.get_root()
    figure.render()
    names: dict[str, str] = {}
    script = re.sub(r"(?<=_)[0-9a-f]{32}", lambda m: names.setdefault(m.group(), str(len(names))), figure.script.render())
    return RenderedMap(script.replace(json.dumps(BRACE)[1:-1], "\\u007b"))


def map_base(
    layers: Layers,
    tables: Tables,
    incidents: pd.DataFrame | None = None,
    *,
    computed: Iterable[str] = (),
    illustrative: bool = False,
    tolerance_m: float = 9.0,
) -> MapBase:
    """All that the map shows before anything is chosen: static layers, and the incidents if they may be seen.

    `incidents` has lon, lat (degrees), occurred_at, category, source; give none to a role that may not see points, and the
    layer is not even listed. `computed` names the layers that come by patches (beats, officers, hotspots), as far as allowed.
    """
    _check_known(layers, [*tables, *computed])
    listed = {*tables, *computed, *(["incidents"] if incidents is not None else [])}
    counts = {key: len(table) for key, table in tables.items()} | ({"incidents": len(incidents)} if incidents is not None else {})
    header = {
        "layers": [_line(key, layer, tables.get(key), counts.get(key)) for key, layer in layers.items() if key in listed],
        "groups": {group: list(title) for group, title in GROUPS.items()},
        "symbols": {name: svg_path(name) for name in sorted({layer.style.symbol for layer in layers.values()})},
        "home": _home(layers, tables),
        "illustrative": illustrative,
        "script": rendered(web_map(layers, tables, tolerance_m)).script,
        "incidents": None if incidents is None else _incident_words(layers["incidents"], len(incidents)),
    }
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-(len(text) + 4) % 4)  # the numbers behind it start at a multiple of four
    points = b"" if incidents is None else _incident_bytes(layers["incidents"], incidents)
    packed = zlib.compress(len(text).to_bytes(4, "little") + text + points, 9)
    return MapBase(packed, hashlib.sha256(packed).hexdigest()[:16])


def simplified(layers: Layers, tables: Tables, tolerance_m: float) -> dict[str, gpd.GeoDataFrame]:
    """The tables with fewer vertices. Units are put together from their simplified cells, so all three share every border."""
    _check_known(layers, tables)
    for key, table in tables.items():
        check_degrees(layers[key], table)
    out = dict(tables)
    present = [key for key in COVERAGES if key in tables and len(tables[key])]
    whole = _whole_units(tables, present, tolerance_m)
    for key in present:
        shapes = [whole.get(code, shape) for code, shape in zip(tables[key]["code"], tables[key].geometry, strict=True)]
        out[key] = _with(tables[key], np.array(shapes, dtype=object))
    for key, table in tables.items():
        if key not in COVERAGES and layers[key].geometry != "point":
            out[key] = _with(table, shapely.simplify(table.geometry.to_numpy(), _degrees(tolerance_m) / 2))
    return out


def coverage(shapes: NDArray[np.object_], tolerance_m: float) -> NDArray[np.object_]:
    """Polygons that tile an area, in degrees, with bends below `tolerance_m` removed and common borders kept common."""
    return np.asarray(shapely.coverage_simplify(shapes, _degrees(tolerance_m)), dtype=object)


def check_degrees(layer: Layer, table: gpd.GeoDataFrame) -> None:
    """Refused: a table that is not in longitude and latitude."""
    if table.crs is None or not table.crs.is_geographic:
        name = "—" if table.crs is None else table.crs.to_string()
        raise Refusal(
            Text("{layer}的坐标系是 {crs}，不是经纬度。", "{layer}: its coordinate system is {crs}, not longitude and latitude.").fill(
                layer=layer.title, crs=name
            ),
            Text("请先转换到 EPSG:4490。", "Convert it to EPSG:4490 first."),
        )


def features(layer: Layer, table: gpd.GeoDataFrame, more: Callable[[Any], dict[str, Any]] | None = None) -> list[Feature]:
    """GeoJSON features in lon-lat, 5 decimals, with code, name, name_en, `tip` (one wording per tip field) and label point `at`.

    A wording is one text where both languages agree, else [zh, en], and null where the row has no value. `more` adds properties.
    Rows without geometry are left out.
    """
    table = table[~(table.geometry.isna() | table.geometry.is_empty)]
    shapes = shapely.transform(table.geometry.to_numpy(), lambda xy: np.round(xy, DIGITS))
    points = _label_points(shapes) if layer.style.label_priority is not None and layer.geometry != "point" else None
    tips = [f for f in layer.fields if f.in_tip and f.name in table.columns and f.name not in ("code", "name", "name_en")]
    out = []
    for i, row in enumerate(table.drop(columns=table.geometry.name).to_dict("records")):
        properties: dict[str, Any] = {name: str(row[name]) for name in ("code", "name", "name_en") if _has(row.get(name))}
        properties["tip"] = [_wording(f, row) for f in tips]
        if points is not None:
            properties["at"] = points[i]
        if more is not None:
            properties |= more(row)
        out.append({"type": "Feature", "properties": properties, "geometry": _geometry(shapes[i])})
    return out


def tip_titles(layer: Layer, columns: Iterable[str]) -> list[list[str]]:
    """Titles [zh, en] of the tip fields that the table has, in the order of the features' `tip`."""
    return [list(f.title) for f in layer.fields if f.in_tip and f.name in set(columns) and f.name not in ("code", "name", "name_en")]


def choice_codes(layer: Layer, field: str) -> dict[str, int]:
    """The number that stands for each choice of a field in the incidents' bytes and in a filter for the browser."""
    return {key: number for number, key in enumerate(layer.field(field).choices)}


def pane_of(layer: Layer) -> str:
    """The pane of `PANES` that a layer is drawn in, from its order and geometry."""
    if layer.style.order < 26:
        return "areas"
    return "places" if layer.style.order >= 42 else "sites"


def _check_known(layers: Layers, keys: Iterable[str]) -> None:
    unknown = sorted(set(keys) - set(layers))
    if unknown:
        raise Refusal(Text("没有名为 {key} 的图层。", "There is no layer called {key}.").fill(key=unknown[0]))


def _whole_units(tables: Tables, present: list[str], tolerance_m: float) -> dict[str, Any]:
    """Simplified shape by code, of every cell and unit: units from their cells where there are cells, else as one coverage."""
    if "grid_cells" not in present:
        shapes = np.concatenate([tables[key].geometry.to_numpy() for key in present]) if present else np.empty(0, dtype=object)
        return dict(zip((code for key in present for code in tables[key]["code"]), coverage(shapes, tolerance_m), strict=True))
    cells = tables["grid_cells"]
    shapes = coverage(cells.geometry.to_numpy(), tolerance_m)
    whole = dict(zip(cells["code"], shapes, strict=True))
    parts = cells.groupby("unit_code").indices if "unit_code" in cells else {}
    return whole | {code: shapely.coverage_union_all(shapes[rows]) for code, rows in parts.items()}


def _geojson(key: str, layer: Layer, table: gpd.GeoDataFrame) -> folium.GeoJson:
    style = layer.style
    look: dict[str, Any] = {
        "stroke": style.stroke is not None,
        "color": style.stroke or "#000000",
        "weight": style.weight,
        "dashArray": style.dash,
        "fill": style.fill is not None,
        "fillColor": style.fill or "#000000",
        "fillOpacity": style.fill_opacity,
        "opacity": 1.0,
    }
    marker = None
    if layer.geometry == "point":
        marker = folium.CircleMarker(location=(0, 0), radius=style.size)
        marker.options = {**look, "radius": style.size, "symbol": style.symbol, "pane": pane_of(layer), "interactive": False}
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": [f | {"properties": _unbraced(f["properties"])} for f in features(layer, table)]},
        name=layer.title.en,
        style_function=lambda _: look,
        marker=marker,
        show=layer.on_at_start,
        smooth_factor=0.6,  # with Leaflet's 1.0 thin gaps show between neighbours
        pane=pane_of(layer),
        layer=key,
        interactive=False,  # the host looks up what is under the pointer itself: canvases hide each other's events
    )


def _unbraced(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("{", BRACE)
    if isinstance(value, dict):
        return {name: _unbraced(part) for name, part in value.items()}
    return [_unbraced(part) for part in value] if isinstance(value, list) else value


def _line(key: str, layer: Layer, table: gpd.GeoDataFrame | None, count: int | None) -> dict[str, Any]:
    style = layer.style
    return {
        "key": key,
        "title": list(layer.title),
        "group": layer.group,
        "geometry": layer.geometry,
        "computed": layer.kept != "features",
        "on": layer.on_at_start,
        "order": style.order,
        "pane": pane_of(layer),
        "count": count,
        "unit": list(layer.counts_as) if layer.counts_as else None,
        "tips": [] if table is None else tip_titles(layer, table.columns),
        "priority": style.label_priority,
        "from_zoom": style.label_from_zoom,
        "style": {
            "fill": style.fill,
            "opacity": style.fill_opacity,
            "stroke": style.stroke,
            "weight": style.weight,
            "dash": style.dash,
            "symbol": style.symbol,
            "size": style.size,
        },
    }


def _home(layers: Layers, tables: Tables) -> list[float] | None:
    """West, south, east, north of the areas, or of everything."""
    shown = [t for key, t in tables.items() if len(t) and layers[key].group == "areas"] or [t for t in tables.values() if len(t)]
    if not shown:
        return None
    bounds = np.array([table.total_bounds for table in shown])
    return [round(float(v), DIGITS) for v in (*bounds[:, :2].min(axis=0), *bounds[:, 2:].max(axis=0))]


def _incident_words(layer: Layer, count: int) -> dict[str, Any]:
    choices = {name: [[key, *text] for key, text in layer.field(name).choices.items()] for name in ("category", "source")}
    return {"count": count, **choices}


def _incident_bytes(layer: Layer, table: pd.DataFrame) -> bytes:
    """Five arrays, one after the other: lon and lat (int32, 1e-5 degrees), minutes since 1970 by the wall clock (int32),
    then the numbers of category and source (uint8; see `choice_codes`)."""
    numbers = {name: list(layer.field(name).choices) for name in ("category", "source")}
    minutes = pd.to_datetime(table["occurred_at"]).to_numpy("datetime64[m]").astype("int64")
    columns = [
        *(np.round(table[name].to_numpy(float) * 1e5).astype("<i4") for name in ("lon", "lat")),
        minutes.astype("<i4"),
        *(pd.Categorical(table[name], categories=names).codes.astype("uint8") for name, names in numbers.items()),
    ]
    return b"".join(column.tobytes() for column in columns)


def _wording(field: Field, row: Mapping[str, Any]) -> list[str] | str | None:
    value = row[field.name]
    if not _has(value):
        return None
    value = value.item() if isinstance(value, np.generic) else value
    if field.type == "integer":
        value = int(value)
    elif isinstance(value, float):
        value = round(value, 2)
    shown = field.shown(value)
    english = row.get(f"{field.name}_en")  # a table may carry its own wording in English beside a field
    text = Text(shown.zh, str(english)) if _has(english) else shown
    return text.zh if text.zh == text.en else list(text)


def _has(value: object) -> bool:
    return value is not None and value != "" and not (isinstance(value, float) and np.isnan(value)) and value is not pd.NA


def _label_points(shapes: NDArray[np.object_]) -> list[list[float]]:
    """Where a label sits: the middle of the largest circle inside an area, the middle of a line; lon, lat."""
    flat = np.array([0.88, 1.0])  # a degree of longitude is about that much of one of latitude here; only to place labels
    squeezed = shapely.transform(shapes, lambda xy: xy * flat)
    lines = shapely.get_dimensions(shapes) == 1
    middles = np.empty(len(shapes), dtype=object)
    middles[lines] = shapely.line_interpolate_point(_longest(squeezed[lines]), 0.5, normalized=True)
    middles[~lines] = shapely.get_point(shapely.maximum_inscribed_circle(squeezed[~lines], tolerance=2e-4), 0)
    xy = shapely.get_coordinates(middles) / flat
    return [[round(float(x), DIGITS), round(float(y), DIGITS)] for x, y in xy]


def _longest(lines: NDArray[np.object_]) -> NDArray[np.object_]:
    merged = [max(shapely.get_parts(shapely.line_merge(line)), key=shapely.length) for line in lines]
    return np.array(merged, dtype=object)


def _geometry(shape: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shapely.to_geojson(shape))
    return found


def _with(table: gpd.GeoDataFrame, shapes: NDArray[np.object_]) -> gpd.GeoDataFrame:
    return table.set_geometry(gpd.GeoSeries(shapes, index=table.index, crs=table.crs))


def _degrees(metres: float) -> float:
    return metres / METRES_PER_DEGREE
