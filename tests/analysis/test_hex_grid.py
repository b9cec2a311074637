"""A hexagon 100 m from side to side has an area of sqrt(3) / 2 * 100² = 8,660.25 m²."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.analysis_grid import bin_points, cell_index
from analysis.hex_grid import hex_grid
from layers.definition.refusal import Refusal

METRIC = "EPSG:4546"
TOWN = shapely.Point(369_000, 3_176_000).buffer(900).difference(shapely.Point(369_200, 3_176_000).buffer(200))


def test_shares_are_the_areas_of_the_hexagons_inside():
    grid = hex_grid(TOWN, 100, METRIC)
    assert grid.cell_km2 * 1e6 == pytest.approx(8660.254, abs=1e-3)
    assert grid.inside_km2 == pytest.approx(TOWN.area / 1e6)
    row, col = np.nonzero(grid.mask)
    exact = shapely.area(shapely.intersection(grid.outlines(row, col), TOWN)) / 8660.254037844386
    np.testing.assert_allclose(grid.inside_share[row, col], exact, atol=1e-9)


def test_the_hexagons_fill_the_plane_without_gap_or_overlap():
    grid = hex_grid(TOWN, 100, METRIC)
    row, col = (index.ravel() for index in np.indices((grid.rows, grid.cols)))
    cells = grid.outlines(row, col)
    assert shapely.coverage_is_valid(cells)
    assert shapely.coverage_union_all(cells).area == pytest.approx(len(cells) * 8660.254037844386)


def test_a_point_is_in_the_hexagon_that_holds_it():
    grid = hex_grid(TOWN, 100, METRIC)
    x, y = np.random.default_rng(2).uniform((368_200, 3_175_200), (369_800, 3_176_800), (2000, 2)).T
    cell = cell_index(grid, x, y)
    assert (cell >= 0).all()
    assert shapely.contains_xy(grid.outlines(cell // grid.cols, cell % grid.cols), x, y).all()


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(-30, 30), st.integers(-30, 30)), max_size=40), st.sampled_from([50.0, 100.0, 173.2]))
def test_the_counts_sum_to_the_points_also_on_the_sides(steps, size_m):
    grid = hex_grid(shapely.Point(0, 0).buffer(900), size_m, METRIC)
    x, y = np.array(steps, float).reshape(-1, 2).T * 25
    counts, dropped = bin_points(grid, x, y)
    assert counts.sum() + dropped == len(x)


@pytest.mark.parametrize(
    ("size_m", "crs", "words"), [(0, METRIC, "cell size"), (100, "EPSG:4490", "metres"), (0.5, METRIC, "cells; at most")]
)
def test_impossible_sizes_and_degrees_are_refused(size_m, crs, words):
    with pytest.raises(Refusal, match=words):
        hex_grid(TOWN, size_m, crs)
