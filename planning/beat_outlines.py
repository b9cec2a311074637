"""What follows from the table cell -> beat on the map: outlines, neighbours and a place for each label."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from planning.cell_graph import CellGraph, check_metres


def beat_outlines(cells: gpd.GeoDataFrame, beat_of: Mapping[str, str | None]) -> gpd.GeoSeries:
    """Outline of each beat, indexed by its code in sorted order: the union of its cells, vertex for vertex.

    `cells` has `code` and polygons that meet exactly; the outlines are in its CRS, degrees or metres. Neighbouring
    outlines share every vertex, so no gap or overlap can arise. Unassigned cells are in no outline.
    """
    beats = cells["code"].map(dict(beat_of))
    groups = cells.geometry.groupby(beats.to_numpy()).indices if len(cells) else {}
    shapes = cells.geometry.to_numpy()
    outlines = {beat: shapely.coverage_union_all(shapes[groups[beat]]) for beat in sorted(groups)}
    index = pd.Index(list(outlines), name="beat", dtype=object)
    return gpd.GeoSeries(list(outlines.values()), index=index, crs=cells.crs)


def display_outline(outlines: gpd.GeoSeries, tolerance_m: float) -> gpd.GeoSeries:
    """The outlines with fewer vertices for the screen, same index and CRS; common borders stay common.

    `tolerance_m` is about the side of the smallest bend that is kept (Visvalingam-Whyatt over the coverage).
    Refused: degrees. Never store or measure these.
    """
    check_metres(outlines)
    simple = shapely.coverage_simplify(outlines.to_numpy(), tolerance_m)
    return gpd.GeoSeries(simple, index=outlines.index, crs=outlines.crs)


def beat_neighbours(graph: CellGraph, beat_of: Mapping[str, str | None]) -> list[tuple[str, str]]:
    """Pairs of beats that share a border, each once and sorted, for colours and for lists of neighbours.

    Across a river counts too, for the two lie side by side on the map; a link between cells that do not touch does not.
    """
    owners = graph.owners(beat_of)
    touching = graph.edges[graph.border_m > 0]
    pairs = {tuple(sorted((a, b))) for a, b in owners[touching] if a is not None and b is not None and a != b}
    return sorted((a, b) for a, b in pairs)


def label_points(polygons: ArrayLike) -> NDArray[np.object_]:
    """The middle of the largest circle inside each polygon (n,): always inside, far from every border.

    Takes polygons or multipolygons in any one CRS and gives points in the same order. Empty areas give empty points.
    """
    areas = np.asarray(polygons, dtype=object)
    points = np.full(len(areas), shapely.Point(), dtype=object)
    real = ~shapely.is_empty(areas)
    points[real] = shapely.get_point(shapely.maximum_inscribed_circle(areas[real]), 0)
    return points
