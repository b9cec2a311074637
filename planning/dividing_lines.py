"""Lines along which a cell may be divided: the middle of a river in it, and the roads that run through it."""

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Voronoi

SPACING_M = 5.0  # between points on the banks; the line is then within about half of that from the true middle
SMALLEST_LAND_M2 = 100.0
REACH_M = 30.0  # a road that ends so near to the cell's border is meant to reach it


def middle_line(cell: shapely.Polygon, water: shapely.Geometry) -> shapely.Geometry:
    """The line midway between the two largest banks of the water that parts a cell; metres, empty where it does not part it.

    Ridges of the Voronoi diagram of points on both banks, those between the two. Source: Lee 1982, medial axis by Voronoi.
    """
    land = [part for part in shapely.get_parts(shapely.difference(cell, water)) if part.area >= SMALLEST_LAND_M2]
    if len(land) < 2:
        return shapely.LineString()
    banks = sorted(land, key=lambda part: -part.area)[:2]
    wet = shapely.buffer(shapely.intersection(water, cell), SPACING_M / 10)
    points = [_along(shapely.intersection(bank.boundary, wet)) for bank in banks]
    if min(map(len, points)) < 2:
        return shapely.LineString()
    side = np.repeat([0, 1], [len(p) for p in points])
    found = Voronoi(np.concatenate(points))
    ridges = np.array(found.ridge_vertices, dtype=np.int64)
    a, b = side[found.ridge_points].T
    between = ridges[(a != b) & (ridges >= 0).all(axis=1)]
    line = shapely.line_merge(shapely.union_all(shapely.linestrings(found.vertices[between])))
    return shapely.simplify(_longest(shapely.intersection(line, cell)), SPACING_M / 5)


def roads_through(cell: shapely.Polygon, roads: NDArray[np.object_]) -> list[shapely.Geometry]:
    """Roads in a cell joined end to end, the longest way inside first; metres."""
    near = roads[shapely.intersects(roads, cell)]
    inside = shapely.intersection(near, shapely.buffer(cell, REACH_M))
    merged = shapely.get_parts(shapely.line_merge(shapely.union_all(inside)))
    return sorted((line for line in merged if line.length > 0), key=lambda line: -shapely.length(shapely.intersection(line, cell)))


def _along(line: shapely.Geometry) -> NDArray[np.float64]:
    return np.unique(shapely.get_coordinates(shapely.segmentize(line, SPACING_M)), axis=0)


def _longest(line: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shapely.line_merge(line)) if line.geom_type != "LineString" else [line]
    return max(parts, key=shapely.length, default=shapely.LineString())
