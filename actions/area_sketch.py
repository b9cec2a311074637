"""The map of an officer's area for a phone: own surroundings only, drawn from a few kilobytes of whole metres.

The town's map with all layers and incidents takes half a megabyte; a slow connection can't carry that in three seconds.
"""

from typing import Any

import numpy as np
import shapely
from pyproj import Transformer

from actions.caller import Caller
from actions.my_area import Area, places_within
from actions.own_area import must_be_own
from layers import LAYERS
from layers.definition.crs import STORED_CRS

SIMPLER_M = 12.0  # half a pixel where the whole area fills a phone
AROUND = 0.4  # share of the area's size that is shown beyond it
LOCATED = ("police_rooms", "schools", "industrial_parks", "rural_parks", "risk_places", "fire_hazards", "venues", "stations")
MARKS = {
    "police_rooms": ("警", "J"),
    "schools": ("学", "S"),
    "industrial_parks": ("园", "I"),
    "rural_parks": ("田", "P"),
    "risk_places": ("险", "!"),
    "fire_hazards": ("火", "F"),
    "venues": ("场", "V"),
    "stations": ("所", "H"),
}
"""A letter for each kind of place, so that its colour is never the only sign."""
FIT_DEGREES = 0.05


def area_sketch(caller: Caller, area: Area) -> dict[str, Any]:
    """Plain values for the drawing in the browser: metres east and south of a corner, whole numbers, and how degrees become these.

    own, around: beats as {label, at, rings}, the neighbours with their leads; units; roads, water: lines and rings;
    places: [mark, x, y, names]; fit: x = a lon + b lat + c, y = d lon + e lat + f, within 10 m up to 10 km from the middle.
    """
    caller.must("see_area")
    must_be_own(caller, area.officer)
    model, crs = caller.model, caller.model.town.metric_crs
    shapes = model.cells_m.geometry
    own = shapely.coverage_union_all(shapes.loc[list(area.cells)].to_numpy())
    west, south, east, north = own.bounds
    margin = AROUND * max(east - west, north - south)
    window = shapely.box(west - margin, south - margin, east + margin, north + margin)
    corner = (west - margin, north + margin)
    plan = caller.store.plan(area.plan.id)
    beats = _cells_by_beat(plan.beat_of)

    def outline(beat: str) -> Any:
        return shapely.simplify(shapely.coverage_union_all(shapes.reindex(beats[beat]).dropna().to_numpy()), SIMPLER_M)

    return {
        "size": [round(east - west + 2 * margin), round(north - south + 2 * margin)],
        "inner": [round(margin), round(margin), round(east - west + margin), round(north - south + margin)],
        "own": [_shape(outline(b.code), corner, [f"{b.code} {b.name}", f"{b.code} {b.title.en}"]) for b in area.beats if b.code in beats]
        or [_shape(shapely.simplify(own, SIMPLER_M), corner, ["", ""])],
        "around": [
            _shape(cut, corner, [f"{n.beat.code} {n.lead.zh if n.lead else ''}", f"{n.beat.code} {n.lead.en if n.lead else ''}"])
            for n in area.neighbours
            if n.beat.code in beats and not (cut := shapely.intersection(outline(n.beat.code), window)).is_empty
        ],
        "units": [
            _shape(shapely.simplify(shape, SIMPLER_M), corner, [name.zh, name.en])
            for (_, name), shape in zip(area.units, _units(caller, area), strict=True)
        ],
        "roads": _lines(caller, "roads", window, corner),
        "water": _lines(caller, "water", window, corner),
        "places": _places(caller, area, corner),
        "fit": _fit(crs, own.centroid, corner),
        "marks": {key: list(mark) for key, mark in MARKS.items()},
        "colours": {key: LAYERS[key].style.fill for key in MARKS},
    }


def _cells_by_beat(beat_of: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for cell, beat in beat_of.items():
        if beat is not None:
            found.setdefault(beat, []).append(cell)
    return found


def _units(caller: Caller, area: Area) -> list[Any]:
    model = caller.model
    units = model.derived("units_m", lambda: model.units.to_crs(model.town.metric_crs).geometry)
    return [units.loc[code] for code, _ in area.units]


def _shape(shape: Any, corner: tuple[float, float], label: list[str]) -> dict[str, Any]:
    at = shapely.point_on_surface(shape)
    return {"label": label, "at": _points(shapely.get_coordinates(at), corner)[0], "rings": _rings(shape, corner)}


def _rings(shape: Any, corner: tuple[float, float]) -> list[list[list[int]]]:
    polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return [_points(shapely.get_coordinates(ring), corner) for part in polygons for ring in (part.exterior, *part.interiors)]


def _points(coordinates: Any, corner: tuple[float, float]) -> list[list[int]]:
    """Metres east and south of the corner."""
    return np.rint((coordinates - corner) * (1, -1)).astype(int).tolist()


def _lines(caller: Caller, key: str, window: Any, corner: tuple[float, float]) -> list[list[list[int]]]:
    model = caller.model
    table = model.layers[key]
    if not len(table) or not caller.may_see(LAYERS[key]):
        return []
    cut = shapely.intersection(model.derived((key, "lines_m"), lambda: table.to_crs(model.town.metric_crs).geometry.to_numpy()), window)
    parts = shapely.simplify(shapely.get_parts(cut[~shapely.is_empty(cut)]), SIMPLER_M)
    lines = [line for part in parts for line in ([part.exterior] if part.geom_type == "Polygon" else [part])]
    return [_points(shapely.get_coordinates(line), corner) for line in lines if line.geom_type in ("LineString", "LinearRing")]


def _places(caller: Caller, area: Area, corner: tuple[float, float]) -> list[list[Any]]:
    crs, found = caller.model.town.metric_crs, []
    for key, table in places_within(caller, area.cells).items():
        if key not in LOCATED:
            continue
        points = shapely.point_on_surface(table.to_crs(crs).geometry.to_numpy())
        for (x, y), row in zip(_points(shapely.get_coordinates(points), corner), table.itertuples(index=False), strict=True):
            found.append([key, x, y, [row.name, row.name_en or row.name]])
    return sorted(found, key=lambda place: place[0] == "risk_places")  # drawn last, so that none lies under a shop


def _fit(crs: str, middle: Any, corner: tuple[float, float]) -> list[float]:
    """Degrees to metres around the middle, exact at three points; the browser's own position never leaves the browser."""
    lon, lat = Transformer.from_crs(crs, STORED_CRS, always_xy=True).transform(middle.x, middle.y)
    at = [(lon - FIT_DEGREES, lat - FIT_DEGREES), (lon + FIT_DEGREES, lat - FIT_DEGREES), (lon, lat + FIT_DEGREES)]
    x, y = Transformer.from_crs(STORED_CRS, crs, always_xy=True).transform([a for a, _ in at], [b for _, b in at])
    known = np.array([[a, b, 1.0] for a, b in at])
    columns = np.linalg.solve(known, np.column_stack([np.array(x) - corner[0], corner[1] - np.array(y)]))
    return [float(v) for v in columns.T.ravel()]
