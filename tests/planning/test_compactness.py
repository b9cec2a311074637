"""Shapes whose numbers are known, and the small town's L of three cells and strip of three cells (see small_town.py).

          Polsby-Popper   Schwartzberg       Reock             hull
circle    1               1                  1                 1
square    pi / 4          sqrt(pi) / 2       2 / pi            1
L         12 pi / 64      sqrt(12 pi / 64)   3 / (2 pi)        3 / 3.5
strip     12 pi / 64      sqrt(12 pi / 64)   3 / (2.5 pi)      1
"""

import math

import numpy as np
import pytest
import shapely

from planning.beat_outlines import beat_outlines
from planning.cell_measures import cell_measures
from planning.compactness import enclosures, hull_share, polsby_popper, reock, schwartzberg
from tests.planning.small_town import cells
from tests.planning.test_beat_outlines import voronoi_beats
from tests.planning.test_cell_graph import voronoi_cells

OWNER = np.array([0, 0, 1, 0, 2, 1, 2, 2, 1])  # the small town's plan
AREA = np.array([math.pi, 1.0, 3.0, 0.0])  # circle of radius 1, square, L, empty
BORDER = np.array([2 * math.pi, 4.0, 8.0, 0.0])


def test_shapes_have_their_known_numbers_and_an_empty_beat_none():
    nan = pytest.approx(math.nan, nan_ok=True)
    assert polsby_popper(AREA, BORDER).tolist() == [pytest.approx(1), pytest.approx(math.pi / 4), pytest.approx(12 * math.pi / 64), nan]
    root = math.sqrt(12 * math.pi / 64)
    assert schwartzberg(AREA, BORDER).tolist() == [pytest.approx(1), pytest.approx(math.sqrt(math.pi) / 2), pytest.approx(root), nan]
    circle = np.array([1, math.sqrt(0.5), math.sqrt(2), 0])
    assert reock(AREA, circle).tolist() == [pytest.approx(1), pytest.approx(2 / math.pi), pytest.approx(1.5 / math.pi), nan]
    assert hull_share(AREA, np.array([math.pi, 1, 3.5, 0])).tolist() == [pytest.approx(1), pytest.approx(1), pytest.approx(6 / 7), nan]


def test_hull_and_circle_of_the_small_towns_beats():
    found = enclosures(cell_measures(cells()), OWNER, np.arange(4))
    assert found[:, 0].tolist() == [3.5e6, 3e6, 3.5e6, 0]
    assert found[:, 1].tolist() == pytest.approx([math.sqrt(2) * 1000, math.sqrt(2.5) * 1000, math.sqrt(2) * 1000, 0])


def test_some_beats_alone_give_the_same_and_unassigned_cells_belong_to_none():
    measures = cell_measures(cells())
    found = enclosures(measures, np.where(OWNER == 1, -1, OWNER), np.array([2, 1]))
    assert found[:, 0].tolist() == [3.5e6, 0]
    assert enclosures(measures, np.full(9, -1), np.arange(0)).shape == (0, 2)


def test_cells_corners_give_the_hull_and_the_circle_of_the_whole_outline():
    town = voronoi_cells(300)
    beats = voronoi_beats(town)
    outlines = beat_outlines(town, beats)
    owner = np.array([list(outlines.index).index(beats[code]) for code in town["code"]])
    found = enclosures(cell_measures(town), owner, np.arange(len(outlines)))
    np.testing.assert_allclose(found[:, 0], outlines.convex_hull.area)
    np.testing.assert_allclose(found[:, 1], shapely.minimum_bounding_radius(outlines.to_numpy()))
