"""What is wrong with the borders of units and cells: every flaw with its place and size, before anything is taken over."""

import re
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from importing.area_shapes import CELLS, UNITS, area_text, labels, mended, metric_shapes, not_areas, off_the_map, place_text, without_area
from importing.border_faces import (
    NOBODY,
    REAL_HOLE_WIDTH_M,
    TOLERANCE_M,
    Faces,
    Flags,
    Floats,
    Integers,
    Shapes,
    border_faces,
    largest_of,
    summed,
    with_open_borders,
)
from importing.face_owners import farthest_m
from importing.home_units import home_units, unit_of_faces
from importing.import_report import Finding
from importing.topology_flaws import FLAWS, RING_REASONS, WHOLE_SHARE
from layers.definition.crs import STORED_CRS
from layers.definition.text import Text

FIRST = 10
MEASURABLE_M2 = 0.01  # less is rounding; such borders are told as not meeting vertex to vertex
ROUNDED_WIDTH_M = 0.02  # two borders rounded to seven decimals of a degree each lie up to this far apart


@dataclass(frozen=True, eq=False)
class TopologyCheck:
    """What was found, one finding per kind of flaw and layer, and every single flaw as a row.

    `flaws`: kind, layer (units or cells), row (of the first area, from 1; <NA> where none), who, area_m2 (NaN where a
    size says nothing) and a point in EPSG:4490, largest first within a kind.
    """

    findings: tuple[Finding, ...]
    flaws: gpd.GeoDataFrame


@dataclass(frozen=True, eq=False)
class _Flaws:
    """Flaws of one kind: positions of the first area (k,) or NOBODY, sizes in m² (k,) or NaN, points in metres, names."""

    kind: str
    row: Integers
    area_m2: Floats
    points: Shapes
    who: list[Text]


@dataclass(frozen=True, eq=False)
class _Layer:
    key: str
    name: Text
    table: gpd.GeoDataFrame
    given: Shapes
    """(n,) in metres, as they came."""
    rows: Integers
    """Rows that have an area (m,); what follows is about these."""
    shapes: Shapes
    """(m,) valid polygons."""
    names: list[str]

    @cached_property
    def same_as(self) -> Integers:
        """Position of the first area with the very same shape (m,)."""
        known: dict[bytes, int] = {}
        keys = shapely.to_wkb(shapely.normalize(self.shapes))
        return np.array([known.setdefault(key, i) for i, key in enumerate(keys)], dtype=np.int64)


def check_topology(
    units: gpd.GeoDataFrame | None,
    cells: gpd.GeoDataFrame | None,
    metric_crs: str,
    outline: gpd.GeoSeries | None = None,
    tolerance_m: float = TOLERANCE_M,
) -> TopologyCheck:
    """Check units and cells by themselves, cells against units, and both against the town's outline, where given.

    Tables of polygons in any CRS; lengths and areas are measured in `metric_crs`. Gaps up to `tolerance_m` wide can be
    repaired; up to 20 m wide they are doubtful; wider ones are holes, which may be meant. Sizes of gaps and overlaps
    are measured after broken rings are mended. Refused: a table without a CRS.
    """
    layers = [
        _layer(key, name, table, metric_crs) for key, name, table in (("units", UNITS, units), ("cells", CELLS, cells)) if table is not None
    ]
    town = None if outline is None else shapely.union_all(outline.to_crs(metric_crs).to_numpy())
    findings: list[Finding] = []
    tables: list[pd.DataFrame] = []
    for layer in layers:
        home = layers[0] if layer.key == "cells" and len(layers) == 2 and len(layers[0].rows) else None
        for flaws in (
            *_rows_without_area(layer),
            *_shape_flaws(layer, tolerance_m),
            *_border_flaws(layer, home, tolerance_m),
            *_outside(layer, town, tolerance_m),
        ):
            if len(flaws.row):
                finding, rows = _told(layer, flaws, metric_crs)
                findings.append(finding)
                tables.append(rows)
    columns = ["kind", "layer", "row", "who", "area_m2", "geometry"]
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame({name: [] for name in columns})
    return TopologyCheck(tuple(findings), gpd.GeoDataFrame(table, geometry="geometry", crs=STORED_CRS))


def _layer(key: str, name: Text, table: gpd.GeoDataFrame, metric_crs: str) -> _Layer:
    given = metric_shapes(table, metric_crs)
    usable = ~(without_area(given) | not_areas(given) | off_the_map(given))
    shapes = mended(given[usable])
    kept = ~shapely.is_empty(shapes)
    return _Layer(key, name, table, given, np.flatnonzero(usable)[kept], shapes[kept], labels(table))


def _rows_without_area(layer: _Layer) -> list[_Flaws]:
    """Rows that can't be checked further."""
    missing, other, off = without_area(layer.given), not_areas(layer.given), off_the_map(layer.given)
    found = (("no_geometry", missing), ("not_an_area", other & ~off), ("not_a_number", off))
    return [_of_rows(layer, kind, np.flatnonzero(where), with_point=kind == "not_an_area") for kind, where in found]


def _shape_flaws(layer: _Layer, tolerance_m: float) -> list[_Flaws]:
    """What a single area shows by itself: broken rings, several parts, parts that are slivers; and the same shape twice."""
    parts, owner = shapely.get_parts(layer.shapes, return_index=True)
    width_m = 2 * shapely.area(parts) / np.maximum(shapely.length(parts), 1e-9)  # of a long strip; less than the width of a square
    thin, many = np.flatnonzero(width_m < tolerance_m), np.bincount(owner, minlength=len(layer.rows)) > 1
    smallest = largest_of(owner, -shapely.area(parts), len(layer.rows))[many]
    return [
        _broken_rings(layer),
        _of_parts(layer, "sliver", owner[thin], parts[thin]),
        _of_parts(layer, "multi_part", owner[smallest], parts[smallest]),
        _duplicates(layer),
    ]


def _broken_rings(layer: _Layer) -> _Flaws:
    rows = np.flatnonzero(~shapely.is_valid(layer.given) & ~shapely.is_missing(layer.given) & ~off_the_map(layer.given))
    points, who = [], []
    for row, reason in zip(rows, shapely.is_valid_reason(layer.given[rows]), strict=True):
        word, _, place = reason.partition("[")
        xy = [float(number) for number in re.findall(r"[-+0-9.e]+", place)]
        points.append(shapely.Point(xy[:2] if len(xy) >= 2 else shapely.get_coordinates(layer.given[row])[0]))
        who.append(Text("{who}（{why}）", "{who} ({why})").fill(who=layer.names[row], why=RING_REASONS.get(word, Text(word, word))))
    return _Flaws("invalid_ring", rows, np.full(len(rows), np.nan), np.array(points, dtype=object), who)


def _duplicates(layer: _Layer) -> _Flaws:
    """Areas with the very shape of an earlier one."""
    first = layer.same_as
    again = np.flatnonzero(first != np.arange(len(first)))
    twins = layer.shapes[again]
    return _of_pairs(layer, "duplicate_shape", first[again], again, shapely.area(twins), shapely.point_on_surface(twins))


def _border_flaws(layer: _Layer, units: _Layer | None, tolerance_m: float) -> list[_Flaws]:
    """What areas show beside each other: overlaps, borders that do not match, gaps, holes; for cells also against the units."""
    if len(layer.rows) == 0:
        return []
    outlines = None if units is None else units.shapes
    near_flaws = with_open_borders(layer.shapes) if units is None else None  # the others meet all their neighbours exactly
    faces = border_faces(layer.shapes, tolerance_m, REAL_HOLE_WIDTH_M, outlines, cut_along=near_flaws)
    unit = None if units is None else unit_of_faces(faces, units.shapes)
    found = [*_overlaps(layer, faces), *_gaps(layer, faces, None if unit is None else unit != NOBODY, tolerance_m)]
    return found if units is None or unit is None else [*found, *_strays(layer, units, faces, unit, tolerance_m)]


def _overlaps(layer: _Layer, faces: Faces) -> list[_Flaws]:
    """Pairs of areas over the same ground, those inside another apart, then areas that meet a neighbour inexactly."""
    a, b, area_m2, largest = _claimed_twice(faces)
    whole = shapely.area(layer.shapes)
    same = layer.same_as[a] == layer.same_as[b]
    inside = (area_m2 > WHOLE_SHARE * np.minimum(whole[a], whole[b])) & ~same
    smaller, larger = np.where(whole[a] <= whole[b], a, b), np.where(whole[a] <= whole[b], b, a)
    points = shapely.point_on_surface(faces.shapes[largest])
    plain = ~inside & ~same & (area_m2 >= MEASURABLE_M2)
    told = np.zeros(len(whole), dtype=bool)
    told[a[area_m2 >= MEASURABLE_M2]] = told[b[area_m2 >= MEASURABLE_M2]] = True
    loose = _unmatched(layer.shapes, ~told)
    return [
        _of_pairs(layer, "inside_another", smaller[inside], larger[inside], area_m2[inside], points[inside]),
        _of_pairs(layer, "overlap", a[plain], b[plain], area_m2[plain], points[plain]),
        _of_rows(layer, "unmatched", layer.rows[loose], with_point=True),
    ]


def _unmatched(shapes: Shapes, asked: Flags) -> Flags:
    """Which of the areas asked for (n,) meet a neighbour inexactly; the others are looked at only as neighbours."""
    found = np.zeros(len(shapes), dtype=bool)
    if asked.any():
        beside = np.unique(shapely.STRtree(shapes).query(shapes[asked])[1])
        found[beside] = ~shapely.is_empty(shapely.coverage_invalid_edges(shapes[beside]))
    return found & asked


def _claimed_twice(faces: Faces) -> tuple[Integers, Integers, Floats, Integers]:
    """Pairs of areas that overlap, the ground that both cover in m², and the largest face of it."""
    face, area = faces.covering.T
    starts = np.flatnonzero(np.r_[True, face[1:] != face[:-1]])
    number = np.arange(len(face)) - np.repeat(starts, np.diff(np.r_[starts, len(face)]))  # of the area within its face
    first, second = [], []
    for step in range(1, int(faces.times_covered.max(initial=0))):
        later = np.flatnonzero(number >= step)
        first.append(later - step)
        second.append(later)
    i, j = (np.concatenate(side) if side else np.array([], dtype=np.int64) for side in (first, second))
    pairs, which = np.unique(np.column_stack([area[i], area[j]]).reshape(-1, 2), axis=0, return_inverse=True)
    which, size = which.ravel(), faces.area_m2[face[i]]
    largest = face[i][largest_of(which, size, len(pairs))] if len(i) else face[:0]
    return pairs[:, 0], pairs[:, 1], summed(which, size, len(pairs)), largest


def _gaps(layer: _Layer, faces: Faces, inside: Flags | None, tolerance_m: float) -> list[_Flaws]:
    """Connected uncovered places by their width: up to the tolerance, up to 20 m, and holes."""
    narrow = faces.gaps(tolerance_m, inside)
    rounded = np.zeros(len(narrow), dtype=bool) if inside is None else narrow & _rounded_edge(faces)
    narrow &= ~rounded
    wide = faces.gaps(REAL_HOLE_WIDTH_M, inside) & ~narrow & ~rounded
    uncovered = (faces.times_covered == 0) if inside is None else (faces.times_covered == 0) & inside
    hole = uncovered & ~wide & ~rounded & ~faces.narrow(uncovered & ~narrow & ~wide & ~rounded, REAL_HOLE_WIDTH_M) & ~narrow
    kinds = (("gap", narrow), ("wide_gap", wide), ("hole", hole), ("town_edge_rounded", rounded))
    return [_of_places(layer, kind, faces, chosen) for kind, chosen in kinds]


def _rounded_edge(faces: Faces) -> Flags:
    """Faces (f,) that are strips narrower than rounding, along the edge of all that is known."""
    outline_m = shapely.length(faces.shapes)
    shared_m = summed(faces.neighbours.ravel(), np.repeat(faces.border_m, 2), len(faces.shapes))
    return (faces.area_m2 < ROUNDED_WIDTH_M * outline_m / 2) & (outline_m - shared_m > ROUNDED_WIDTH_M)


def _of_places(layer: _Layer, kind: str, faces: Faces, chosen: Flags) -> _Flaws:
    """One flaw per connected piece of the chosen faces, named by the area beside it."""
    piece = faces.pieces(np.where(chosen, 0, NOBODY))
    numbers, which = np.unique(piece[chosen], return_inverse=True)
    which, face = which.ravel(), np.flatnonzero(chosen)
    area_m2 = summed(which, faces.area_m2[face], len(numbers))
    largest = face[largest_of(which, faces.area_m2[face], len(numbers))] if len(face) else face
    kept = area_m2 >= MEASURABLE_M2
    points = shapely.point_on_surface(faces.shapes[largest[kept]])
    rows = layer.rows[_beside(faces)[largest[kept]]]
    who = [Text(f"{layer.names[row]} 旁", f"beside {layer.names[row]}") for row in rows]
    return _Flaws(kind, rows, area_m2[kept], points, who)


def _beside(faces: Faces) -> Integers:
    """For each face (f,) an area over the neighbouring face with the longest common border; 0 where there is none."""
    over = np.full(len(faces.shapes), NOBODY, dtype=np.int64)
    over[faces.covering[:, 0]] = faces.covering[:, 1]
    side, other = np.concatenate([faces.neighbours, faces.neighbours[:, ::-1]]).T
    known = over[other] != NOBODY
    side, other, length_m = side[known], other[known], np.tile(faces.border_m, 2)[known]
    return over[other[largest_of(side, length_m, len(faces.shapes))]] if len(other) else np.zeros_like(over)


def _strays(layer: _Layer, units: _Layer, faces: Faces, unit: Integers, tolerance_m: float) -> list[_Flaws]:
    """Cells with ground in another unit or outside all: by up to the tolerance, which a repair can fit, or deeper."""
    home = home_units(layer.table.iloc[layer.rows], faces, units.table.iloc[units.rows], unit)
    face, cell = faces.covering.T
    away = (unit[face] != home[cell]) | (unit[face] == NOBODY)
    face, cell = face[away], cell[away]
    borders = shapely.boundary(layer.shapes)
    shapely.prepare(borders)
    deep = ~faces.narrow(np.ones(len(faces.shapes), dtype=bool), 2 * tolerance_m)[face]
    deep[~deep] = farthest_m(faces.shapes[face[~deep]], borders[cell[~deep]], tolerance_m) > tolerance_m
    pairs, which = np.unique(np.column_stack([cell, unit[face]]).reshape(-1, 2), axis=0, return_inverse=True)
    which = which.ravel()
    area_m2 = summed(which, faces.area_m2[face], len(pairs))
    is_deep = summed(which, deep.astype(np.float64), len(pairs)) > 0
    largest = face[largest_of(which, faces.area_m2[face], len(pairs))] if len(face) else face
    points = shapely.point_on_surface(faces.shapes[largest])
    real, outside = area_m2 >= MEASURABLE_M2, pairs[:, 1] == NOBODY
    border_m = summed(which, shapely.length(faces.shapes[face]) / 2, len(pairs))
    rounded = area_m2 < ROUNDED_WIDTH_M * border_m
    kinds = (
        ("straddle", real & is_deep & ~outside),
        ("outside_units", real & is_deep & outside),
        ("unit_border", real & ~is_deep & ~rounded),
        ("unit_border_rounded", real & ~is_deep & rounded),
    )
    nowhere = Text("社区、村之外", "outside all units")
    found = []
    for kind, chosen in kinds:
        rows, unit_rows = layer.rows[pairs[chosen, 0]], pairs[chosen, 1]
        where = [nowhere if u == NOBODY else Text(*[units.names[units.rows[u]]] * 2) for u in unit_rows]
        who = [Text("{who} → {where}", "{who} → {where}").fill(who=layer.names[row], where=at) for row, at in zip(rows, where, strict=True)]
        found.append(_Flaws(kind, rows, area_m2[chosen], points[chosen], who))
    return found


def _outside(layer: _Layer, town: shapely.Geometry | None, tolerance_m: float) -> list[_Flaws]:
    """Areas that reach out of the town by more than the tolerance."""
    if town is None:
        return []
    wider = shapely.buffer(town, tolerance_m)
    shapely.prepare(wider)
    out = np.flatnonzero(~shapely.covers(wider, layer.shapes))
    beyond = shapely.difference(layer.shapes[out], town)
    return [_of_parts(layer, "outside_town", out, beyond)]


def _of_rows(layer: _Layer, kind: str, rows: Integers, with_point: bool) -> _Flaws:
    points = shapely.point_on_surface(layer.given[rows]) if with_point else np.full(len(rows), None, dtype=object)
    return _Flaws(kind, rows, np.full(len(rows), np.nan), points, [Text(*[layer.names[row]] * 2) for row in rows])


def _of_parts(layer: _Layer, kind: str, area: Integers, parts: Shapes) -> _Flaws:
    """Flaws that are a part of an area each."""
    rows = layer.rows[area]
    return _Flaws(kind, rows, shapely.area(parts), shapely.point_on_surface(parts), [Text(*[layer.names[row]] * 2) for row in rows])


def _of_pairs(layer: _Layer, kind: str, a: Integers, b: Integers, area_m2: Floats, points: Shapes) -> _Flaws:
    pairs = zip(layer.rows[a], layer.rows[b], strict=True)
    names = [(layer.names[i], layer.names[j]) for i, j in pairs]  # tens of thousands, so without the care of `Text.fill`
    who = [Text(f"{one} 与 {other}", f"{one} and {other}") for one, other in names]
    return _Flaws(kind, layer.rows[a], area_m2, points, who)


def _told(layer: _Layer, flaws: _Flaws, metric_crs: str) -> tuple[Finding, pd.DataFrame]:
    """The finding about these flaws, largest first, and their rows."""
    order = np.argsort(-flaws.area_m2, kind="stable")
    row, area_m2, who = flaws.row[order], flaws.area_m2[order], [flaws.who[i] for i in order]
    degrees = gpd.GeoSeries(flaws.points[order], crs=metric_crs).to_crs(STORED_CRS)
    first = [place for place in degrees.iloc[:FIRST] if place is not None]
    places = tuple((round(place.x, 7), round(place.y, 7)) for place in first)
    kind = FLAWS[flaws.kind]
    size = Text("", "") if np.isnan(area_m2[0]) else Text("，{size}", ", {size}").fill(size=area_text(float(area_m2[0])))
    at = Text("，位于 {place}", " at {place}").fill(place=place_text(places[0])) if places else Text("", "")
    values = {"layer": layer.name, "n": len(row), "who": who[0], "size": size, "at": at, "total": area_text(float(np.nansum(area_m2)))}
    finding = Finding(
        "check",
        kind.severity,
        flaws.kind,
        kind.what.fill(**values),
        kind.what_next,
        len(row),
        tuple(int(r) + 1 for r in row[:FIRST]),
        places,
    )
    table = pd.DataFrame({"kind": flaws.kind, "layer": layer.key, "row": row + 1, "who": [text.en for text in who], "area_m2": area_m2})
    return finding, table.assign(geometry=degrees.to_numpy())
