"""Areas cut along a line that somebody drew by hand, or along a road or river that does not quite reach the border."""

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.definition.refusal import Refusal
from layers.definition.text import Text

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]

REACH_M = 25.0  # hand-drawn lines stop short by about a road's width; a longer gap is meant
CORNER_M = 0.5  # a cut that near to a corner goes through it: an edge that short is a drawing flaw
ON_BORDER_M = 1e-6  # float noise of a crossing point at coordinates of millions of metres
OVERSHOOT_M = 0.01  # beyond the border, so that noise can't make the line stop short of it
LEAST_PART_M2 = 100.0  # smaller than one block of flats
LEAST_WIDTH_M = 5.0  # narrower than a lane with its houses
MOST_PARTS = 12  # more is a whole net of roads given by mistake


def faces_of(whole: shapely.Geometry, line: shapely.Geometry, name: str) -> Shapes:
    """The parts (k,) into which a line cuts an area in metres; pieces that it does not touch stay with the nearest part.

    Corners of the area keep their exact coordinates; where the cut meets the border between them is a new vertex. An end
    up to 25 m short of the border is drawn out to it. `name` is what a refusal calls the area. Refused: a line that does
    not part it, slivers, more than 12 parts.
    """
    cut = shapely.snap(_reaching(line, whole), shapely.multipoints(shapely.get_coordinates(whole)), CORNER_M)
    found: list[shapely.Geometry] = []
    untouched: list[shapely.Geometry] = []
    for piece in shapely.get_parts(whole):
        faces = shapely.get_parts(shapely.polygonize([shapely.union_all([piece.boundary, cut])]))
        faces = faces[shapely.contains(piece, shapely.point_on_surface(faces))]
        (found if len(faces) > 1 else untouched).extend(faces)
    if not found:
        raise Refusal(
            Text("该线没有把网格 {cell} 分开。", "The line does not part cell {cell}.").fill(cell=name),
            Text(
                "请从边界画到边界；离边界 {reach:.0f} 米以内会自动延长。",
                "Draw it from border to border; ends within {reach:.0f} m of the border are drawn out.",
            ).fill(reach=REACH_M),
        )
    if len(found) > MOST_PARTS:
        raise Refusal(
            Text("该线把网格 {cell} 分成 {n} 块，最多 {most} 块。", "The line cuts cell {cell} into {n} parts; {most} is the most.").fill(
                cell=name, n=len(found), most=MOST_PARTS
            ),
            Text("请用一条线分几次拆分。", "Split it in several steps, one line at a time."),
        )
    _check_slivers(np.array(found, dtype=object), name)
    for piece in untouched:
        nearest = int(np.argmin(shapely.distance(found, piece)))
        found[nearest] = shapely.union(found[nearest], piece)
    return np.array(found, dtype=object)


def _check_slivers(parts: Shapes, name: str) -> None:
    area_m2, width_m = shapely.area(parts), 2 * shapely.length(shapely.maximum_inscribed_circle(parts))
    slivers = np.flatnonzero((area_m2 < LEAST_PART_M2) | (width_m < LEAST_WIDTH_M))
    if len(slivers):
        first = slivers[0]
        raise Refusal(
            Text(
                "网格 {cell} 会留下 {n} 个碎块（首个：{area:.1f} 平方米，宽 {width:.1f} 米）。",
                "Cell {cell} would be left with {n} slivers (first: {area:.1f} m², {width:.1f} m wide).",
            ).fill(cell=name, n=len(slivers), area=area_m2[first], width=width_m[first]),
            Text(
                "每块至少 {area:.0f} 平方米、宽 {width:.0f} 米；请避免沿边界画线。",
                "A part needs {area:.0f} m² and {width:.0f} m of width; keep the line away from the border.",
            ).fill(area=LEAST_PART_M2, width=LEAST_WIDTH_M),
        )


def _reaching(line: shapely.Geometry, whole: shapely.Geometry) -> shapely.Geometry:
    """The line with its ends drawn out to the border where they stop short of it by no more than `REACH_M`."""
    parts = shapely.get_parts(shapely.line_merge(shapely.force_2d(line)))
    return shapely.union_all([shapely.linestrings(_drawn_out(_drawn_out(xy, whole)[::-1], whole)) for xy in map(_vertices, parts)])


def _vertices(line: shapely.LineString) -> Floats:
    xy: Floats = shapely.get_coordinates(line)
    return xy


def _drawn_out(xy: Floats, whole: shapely.Geometry) -> Floats:
    """The vertices with one more at the end if that lies inside: straight on to the border, or else to its nearest point."""
    end, border = shapely.points(xy[-1]), whole.boundary
    if np.array_equal(xy[0], xy[-1]) or not shapely.intersects(whole, end) or shapely.distance(end, border) > REACH_M:
        return xy
    before = xy[:-1][(xy[:-1] != xy[-1]).any(axis=1)][-1]
    ahead = (xy[-1] - before) / np.hypot(*(xy[-1] - before))
    met = shapely.intersection(shapely.linestrings([xy[-1], xy[-1] + REACH_M * ahead]), border)
    target = shapely.get_coordinates(shapely.shortest_line(end, border if met.is_empty else met))[-1]
    way = target - xy[-1]
    length_m = np.hypot(*way)
    beyond = target + OVERSHOOT_M * (way / length_m if length_m > ON_BORDER_M else ahead)
    return np.vstack([xy, beyond])


def from_west(parts: Shapes) -> Shapes:
    """Parts (k,) numbered as cells are: west to east, then north to south."""
    x, y = shapely.get_coordinates(shapely.point_on_surface(parts)).T
    return parts[np.lexsort((-y, x))]
