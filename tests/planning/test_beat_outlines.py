"""Outlines of the small town's three beats; each is an L or a strip of three cells."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from layers.definition.refusal import Refusal
from planning.beat_outlines import beat_neighbours, beat_outlines, display_outline, label_points
from planning.cell_graph import cell_graph
from tests.planning.small_town import BEAT_OF, METRIC, RIVER, cells
from tests.planning.test_cell_graph import voronoi_cells


def voronoi_beats(town: gpd.GeoDataFrame) -> dict[str, str]:
    return {code: f"{int(p.x // 4000)}{int(p.y // 4000)}" for code, p in zip(town["code"], town.representative_point(), strict=True)}


def test_outlines_are_the_unions_of_the_cells_by_beat():
    outlines = beat_outlines(cells(), BEAT_OF)
    assert list(outlines.index) == ["1", "2", "3"] and outlines.crs == METRIC
    assert outlines["1"].equals(shapely.box(0, 0, 1000, 2000).union(shapely.box(0, 0, 2000, 1000)))
    assert outlines["2"].equals(shapely.box(2000, 0, 3000, 3000))
    assert (outlines.area == 3e6).all() and (outlines.length == 8000).all()


def test_outlines_leave_no_gap_and_share_their_vertices():
    town = voronoi_cells(300)
    outlines = beat_outlines(town, voronoi_beats(town))
    assert shapely.coverage_is_valid(outlines.to_numpy())
    assert outlines.area.sum() == pytest.approx(1e8)


def test_unassigned_cells_are_in_no_outline():
    outlines = beat_outlines(cells(), {**BEAT_OF, "i": None, "f": None})
    assert outlines["2"].area == 1e6 and outlines.area.sum() == 7e6
    assert len(beat_outlines(cells(), dict.fromkeys(BEAT_OF))) == 0
    assert len(beat_outlines(cells()[:0], BEAT_OF)) == 0


def test_outlines_do_not_depend_on_the_tables_index_and_work_in_degrees():
    stored = cells().to_crs("EPSG:4490").set_index("code", drop=False)[::-1]
    outlines = beat_outlines(stored, BEAT_OF)
    assert outlines.crs == "EPSG:4490" and list(outlines.index) == ["1", "2", "3"] and outlines.is_valid.all()


def test_a_beat_in_two_pieces_has_two_parts():
    outline = beat_outlines(cells(), {"a": "1", "i": "1"})["1"]
    assert outline.geom_type == "MultiPolygon" and outline.area == 2e6


def test_the_screens_outlines_are_lighter_and_still_meet():
    town = voronoi_cells(800)
    outlines = beat_outlines(town, voronoi_beats(town))
    shown = display_outline(outlines, 100)
    assert shapely.get_num_coordinates(shown.to_numpy()).sum() < shapely.get_num_coordinates(outlines.to_numpy()).sum()
    assert shapely.coverage_is_valid(shown.to_numpy()) and list(shown.index) == list(outlines.index) and shown.crs == METRIC
    with pytest.raises(Refusal, match="no metres"):
        display_outline(outlines.to_crs(4490), 100)


def test_beats_that_share_a_line_are_neighbours_also_across_the_river():
    assert beat_neighbours(cell_graph(cells(), RIVER), BEAT_OF) == [("1", "2"), ("1", "3"), ("2", "3")]
    assert beat_neighbours(cell_graph(cells()), {**BEAT_OF, "c": None, "f": None}) == [("1", "3"), ("2", "3")]
    assert beat_neighbours(cell_graph(cells()), {"a": "1", "e": "2"}) == []


def test_a_link_does_not_make_beats_neighbours_on_the_map():
    assert beat_neighbours(cell_graph(cells(), links=[("a", "i")]), {"a": "1", "i": "2"}) == []


def test_labels_lie_inside_where_a_centroid_would_not():
    horseshoe = shapely.box(0, 0, 100, 100).difference(shapely.box(20, 20, 80, 100))
    shapes = np.array([horseshoe, shapely.box(0, 0, 10, 10), shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(50, 0, 70, 20)])])
    points = label_points(shapes)
    assert shapely.contains_properly(shapes, points).all() and not horseshoe.contains(horseshoe.centroid)
    assert points[1].distance(shapely.Point(5, 5)) < 0.1 and points[2].distance(shapely.Point(60, 10)) < 0.1


def test_labels_take_a_geoseries_none_and_empty_areas():
    assert len(label_points(beat_outlines(cells(), BEAT_OF))) == 3
    assert len(label_points(gpd.GeoSeries([], crs=METRIC))) == 0
    assert label_points([shapely.Polygon(), shapely.box(0, 0, 2, 2)])[0].is_empty
