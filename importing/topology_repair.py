"""Closes gaps and removes overlaps of units and cells so that shared borders stay shared, within a stated tolerance."""

from dataclasses import dataclass, replace
from itertools import pairwise

import geopandas as gpd
import numpy as np
import shapely

from importing.area_shapes import (
    CELLS,
    UNITS,
    area_text,
    labels,
    lon_lat,
    mended,
    metric_shapes,
    not_areas,
    off_the_map,
    place_text,
    without_area,
)
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
)
from importing.face_owners import decide_owners
from importing.home_units import home_units, unit_of_faces
from importing.import_report import Finding
from layers.definition.refusal import Refusal
from layers.definition.text import Text

ROUNDING_GRID_M = 0.001  # a tenth of what EPSG:4490 degrees with 7 decimals hold
MEASURABLE_M2 = 0.01  # less is rounding
FIRST = 10


@dataclass(frozen=True)
class CoverageState:
    """How far areas are from an exact coverage. Gaps are uncovered places up to 20 m wide; wider ones are holes."""

    areas: int
    gap_m2: float
    overlap_m2: float
    invalid: int
    """Areas with a broken ring, or that overlap a neighbour or do not meet it vertex to vertex."""


@dataclass(frozen=True, eq=False)
class Repaired:
    """New tables with the rows, columns and CRS of the old, and what was done. `before` and `after` by layer: units, cells."""

    units: gpd.GeoDataFrame | None
    cells: gpd.GeoDataFrame | None
    moved_m: float
    """The farthest that any border moved; at most the tolerance."""
    before: dict[str, CoverageState]
    after: dict[str, CoverageState]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, eq=False)
class _Layer:
    """One table on the way: its shapes in metres, valid, and the words for messages."""

    key: str
    name: Text
    table: gpd.GeoDataFrame
    shapes: Shapes
    broken_rings: Flags
    metric_crs: str

    def place(self, shape: object) -> str:
        return place_text(lon_lat(np.array([shapely.point_on_surface(shape)]), self.metric_crs)[0])


@dataclass(frozen=True, eq=False)
class _Outcome:
    """A repaired layer: new shapes (n,) in metres, how far each moved, the faces and who owns each."""

    shapes: Shapes
    moved_m: Floats
    faces: Faces
    owner: Integers
    before: CoverageState
    after: CoverageState
    findings: tuple[Finding, ...]


def repair_topology(
    units: gpd.GeoDataFrame | None, cells: gpd.GeoDataFrame | None, metric_crs: str, tolerance_m: float = TOLERANCE_M
) -> Repaired:
    """Units and cells as exact coverages: neighbours meet vertex to vertex, nothing overlaps, narrow gaps are closed.

    Tables with polygons in any CRS; the result has the same rows in the same order and CRS. With both, cells are fitted
    to the repaired units (by `unit_code` where it names a unit, else by the largest share), and each unit is then the
    union of its cells, vertex for vertex. Between two areas the later one's line becomes the border. No point of a
    border moves by more than `tolerance_m`, and no ground wider than twice that changes hands. Gaps that would need
    more stay and are reported; places wider than 20 m are holes and stay.
    Refused: rows without an area, coordinates that are not numbers, areas that overlap or reach into another unit by
    more than the tolerance (also duplicates and an area inside another), and areas that would vanish.
    """
    done: dict[str, _Outcome] = {}
    layers: dict[str, _Layer] = {}
    for key, name, table in (("units", UNITS, units), ("cells", CELLS, cells)):
        if table is not None and len(table):
            layers[key] = _layer(key, name, table, metric_crs)
            within = (layers["units"], done["units"].shapes) if key == "cells" and "units" in done else None
            done[key] = _repaired(layers[key], tolerance_m, within)
    shapes = {key: outcome.shapes for key, outcome in done.items()}
    if "units" in done and "cells" in done:
        shapes["units"] = _units_of(done["cells"].faces, shapes["units"])
    tables = {key: _with_shapes(layers[key], shapes[key]) for key in done}
    return Repaired(
        tables.get("units", units),
        tables.get("cells", cells),
        max((float(outcome.moved_m.max()) for outcome in done.values()), default=0.0),
        {key: outcome.before for key, outcome in done.items()},
        {key: outcome.after for key, outcome in done.items()},
        tuple(finding for outcome in done.values() for finding in outcome.findings),
    )


def _layer(key: str, name: Text, table: gpd.GeoDataFrame, metric_crs: str) -> _Layer:
    shapes = metric_shapes(table, metric_crs)
    wrong = without_area(shapes) | not_areas(shapes) | off_the_map(shapes)
    if wrong.any():
        raise Refusal(
            Text(
                "{layer}：{n} 行没有可用的面图形（首行：第 {row} 行，{label}），无法修复边界。",
                "{layer}: {n} rows have no usable area (first: row {row}, {label}), so the borders can't be repaired.",
            ).fill(layer=name, n=int(wrong.sum()), row=int(wrong.argmax()) + 1, label=labels(table)[int(wrong.argmax())]),
            Text("请补画或删除后重新导入。", "Draw or delete them, then import again."),
        )
    return _Layer(key, name, table, mended(shapes), ~shapely.is_valid(shapes), metric_crs)


def _repaired(layer: _Layer, tolerance_m: float, within: tuple[_Layer, Shapes] | None) -> _Outcome:
    outcome = _attempt(layer, tolerance_m, within)
    lost = np.flatnonzero(shapely.is_empty(outcome.shapes))
    if outcome.after.invalid or len(lost):
        first = int(lost[0]) if len(lost) else 0
        raise Refusal(
            Text(
                "{layer}：{n} 个面修复后会消失（首个：{label}）。", "{layer}: {n} areas would vanish in the repair (first: {label})."
            ).fill(layer=layer.name, n=len(lost) or outcome.after.invalid, label=labels(layer.table)[first]),
            Text("请在原文件中更正后重新导入。", "Correct them in the source and import again."),
        )
    return outcome


def _attempt(layer: _Layer, tolerance_m: float, within: tuple[_Layer, Shapes] | None) -> _Outcome:
    faces = border_faces(layer.shapes, tolerance_m, guides=None if within is None else within[1], grid_m=ROUNDING_GRID_M)
    home, place = None, None
    if within is not None:
        place = unit_of_faces(faces, within[1])
        home = home_units(layer.table, faces, within[0].table, place)
    owners = decide_owners(faces, layer.shapes, tolerance_m, home, place)
    faces, owner = owners.faces, owners.owner
    place = None if place is None else place[owners.origin]
    if len(owners.stuck):
        raise _too_far(layer, faces, owners.stuck, tolerance_m, home, place)
    inside = None if place is None else place != NOBODY
    before = CoverageState(len(layer.shapes), _gap_m2(faces, inside), _overlap_m2(faces), _invalid(layer.shapes, layer.broken_rings))
    owned = np.flatnonzero(owner != NOBODY)
    filled = replace(faces, covering=np.column_stack([owned, owner[owned]]))
    exact = within is None and before.invalid == 0 and np.array_equal(filled.covering, faces.covering)
    shapes = layer.shapes if exact else _dissolved(faces, owner, len(layer.shapes))
    after = CoverageState(len(shapes), _gap_m2(filled, inside), _overlap_m2(filled), _invalid(shapes))
    findings = _findings(layer, before, after, owners.moved_m, filled, inside, tolerance_m)
    return _Outcome(shapes, owners.moved_m, faces, owner, before, after, findings)


def _dissolved(faces: Faces, owner: Integers, areas: int) -> Shapes:
    """The union of each area's faces (areas,), vertex for vertex; empty for an area without any."""
    order = np.argsort(owner, kind="stable")
    bounds = np.searchsorted(owner[order], np.arange(areas + 1))
    result = np.empty(areas, dtype=object)
    result[:] = [shapely.coverage_union_all(faces.shapes[order[start:end]]) for start, end in pairwise(bounds)]
    return result


def _units_of(faces: Faces, units: Shapes) -> Shapes:
    """The repaired units with every vertex that their cells have."""
    return _dissolved(faces, unit_of_faces(faces, units), len(units))


def _with_shapes(layer: _Layer, shapes: Shapes) -> gpd.GeoDataFrame:
    new = gpd.GeoSeries(shapes, index=layer.table.index, crs=layer.metric_crs).to_crs(layer.table.crs)
    return layer.table.set_geometry(new.to_numpy(), crs=layer.table.crs)


def _gap_m2(faces: Faces, inside: Flags | None) -> float:
    return float(faces.area_m2[faces.gaps(REAL_HOLE_WIDTH_M, inside)].sum())


def _overlap_m2(faces: Faces) -> float:
    return float((faces.area_m2 * np.maximum(faces.times_covered - 1, 0)).sum())


def _invalid(shapes: Shapes, broken_rings: Flags | None = None) -> int:
    wrong = ~shapely.is_empty(shapely.coverage_invalid_edges(shapes))
    return int((wrong if broken_rings is None else wrong | broken_rings).sum())


def _too_far(layer: _Layer, faces: Faces, stuck: Integers, tolerance_m: float, home: Integers | None, place: Integers | None) -> Refusal:
    """Why the repair stops: the areas that dispute too wide a strip, the largest first."""
    worst = stuck[np.argmax(faces.area_m2[stuck])]
    face, area = faces.covering.T
    named = labels(layer.table)
    concerned = np.unique(area[np.isin(face, stuck)])
    over = area[face == worst]
    crossing = home is not None and place is not None and (home[over] != place[worst]).any()
    what = (
        Text(
            "{layer}：{n} 个面的边界需移动超过 {limit:g} 米（首处：{who} 有 {size} 落在其他社区、村或辖区之外，位于 {place}）。",
            "{layer}: {n} areas need a border moved by more than {limit:g} m "
            "(first: {size} of {who} lie in another unit or outside all, at {place}).",
        )
        if crossing
        else Text(
            "{layer}：{n} 个面的边界需移动超过 {limit:g} 米（首处：{who} 重叠 {size}，位于 {place}）。",
            "{layer}: {n} areas need a border moved by more than {limit:g} m (first: {who} overlap by {size} at {place}).",
        )
    )
    return Refusal(
        what.fill(
            layer=layer.name,
            n=len(concerned),
            limit=tolerance_m,
            who=", ".join(named[a] for a in over[:3]),
            size=area_text(faces.area_m2[worst]),
            place=layer.place(faces.shapes[worst]),
        ),
        Text(
            "请在原文件中更正，或允许更大的移动量；没有任何改动。",
            "Correct them in the source, or allow a larger tolerance; nothing was changed.",
        ),
    )


def _findings(
    layer: _Layer, before: CoverageState, after: CoverageState, moved_m: Floats, filled: Faces, inside: Flags | None, tolerance_m: float
) -> tuple[Finding, ...]:
    """What was repaired as a note, and the gaps that stayed as a warning."""
    moved = np.flatnonzero(moved_m > ROUNDING_GRID_M)
    found = []
    if before != after or len(moved):
        found.append(
            Finding(
                "check",
                "note",
                "repaired",
                Text(
                    "{layer}：缝隙由 {gap} 减至 {gap_left}，重叠由 {overlap} 减至 0；{n} 个面的边界移动，最多 {moved:.1f} 米。",
                    "{layer}: gaps went from {gap} to {gap_left}, overlaps from {overlap} to 0; "
                    "{n} areas have a border that moved, by {moved:.1f} m at most.",
                ).fill(
                    layer=layer.name,
                    gap=area_text(before.gap_m2),
                    gap_left=area_text(after.gap_m2),
                    overlap=area_text(before.overlap_m2),
                    n=len(moved),
                    moved=float(moved_m.max(initial=0.0)),
                ),
                count=max(len(moved), 1),
                rows=tuple(int(row) + 1 for row in moved[:FIRST]),
                places=tuple(lon_lat(shapely.point_on_surface(layer.shapes[moved[:FIRST]]), layer.metric_crs)),
            )
        )
    left = _gaps_left(layer, filled, inside, tolerance_m)
    return (*found, left) if left is not None else tuple(found)


def _gaps_left(layer: _Layer, filled: Faces, inside: Flags | None, tolerance_m: float) -> Finding | None:
    """A warning about the gaps that nobody could take, largest first."""
    face = np.flatnonzero(filled.gaps(REAL_HOLE_WIDTH_M, inside))
    chosen = np.full(len(filled.shapes), NOBODY, dtype=np.int64)
    chosen[face] = 0
    pieces, which = np.unique(filled.pieces(chosen)[face], return_inverse=True)
    size_m2 = summed(which.ravel(), filled.area_m2[face], len(pieces))
    if size_m2.sum() < MEASURABLE_M2:
        return None
    widest = face[largest_of(which.ravel(), filled.area_m2[face], len(pieces))][np.argsort(-size_m2)]
    return Finding(
        "check",
        "warning",
        "gap_left",
        Text(
            "{layer}：{n} 处缝隙无法在 {limit:g} 米之内闭合，予以保留（共 {size}；最大处位于 {place}）。",
            "{layer}: {n} gaps can't be closed within {limit:g} m and stay ({size} together; the largest at {place}).",
        ).fill(
            layer=layer.name,
            n=len(pieces),
            limit=tolerance_m,
            size=area_text(float(size_m2.sum())),
            place=layer.place(filled.shapes[widest[0]]),
        ),
        Text("请核对是否有遗漏的面，或允许更大的移动量。", "Check whether an area is missing there, or allow a larger tolerance."),
        count=len(pieces),
        places=tuple(lon_lat(shapely.point_on_surface(filled.shapes[widest[:FIRST]]), layer.metric_crs)),
    )
