"""Cells of 100 m over a town that is an L of 300 m: rows counted from the south, columns from the west.

row 2   1  .  .
row 1   1  .  .
row 0   1  1  1      five whole cells: 0.05 km²
"""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.analysis_grid import AnalysisGrid, analysis_grid, bin_points, cell_index
from layers.definition.refusal import Refusal

METRIC = "EPSG:4546"
L_TOWN = shapely.Polygon([(0, 0), (300, 0), (300, 100), (100, 100), (100, 300), (0, 300)])


def lumpy_town() -> shapely.Polygon:
    """An irregular outline of 400 corners around (369000, 3176000), with a hole."""
    rng = np.random.default_rng(5)
    turn = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    away = 4000 + 1500 * np.sin(5 * turn) + rng.normal(0, 60, 400)
    outline = shapely.Polygon(np.column_stack([369000 + away * np.cos(turn), 3176000 + away * np.sin(turn)]))
    return outline.difference(shapely.Point(369300, 3176000).buffer(700))


# refuses


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4326", 4490, "EPSG:2277"])
def test_a_crs_without_metres_is_refused(crs):
    with pytest.raises(Refusal, match="metres"):
        analysis_grid(L_TOWN, 100, crs)


@pytest.mark.parametrize("size_m", [0, -100, float("nan"), float("inf")])
def test_a_size_that_is_not_positive_is_refused(size_m):
    with pytest.raises(Refusal, match="cell size"):
        analysis_grid(L_TOWN, size_m, METRIC)


def test_too_many_cells_are_refused_with_their_number_and_a_size_that_works():
    town = shapely.box(0, 0, 30_000, 20_000)
    with pytest.raises(Refusal, match=r"6,000,000 cells \(2000 rows x 3000 columns\).*Choose 20 m") as refused:
        analysis_grid(town, 10, METRIC)
    assert "6,000,000" in refused.value.text.zh
    assert analysis_grid(town, 20, METRIC).inside_km2 == pytest.approx(600)


@pytest.mark.parametrize("outline", [shapely.Polygon(), shapely.Point(1, 1)])
def test_an_outline_without_area_is_refused(outline):
    with pytest.raises(Refusal, match="empty or not an area"):
        analysis_grid(outline, 100, METRIC)


def test_an_outline_that_crosses_itself_is_refused_with_the_reason():
    with pytest.raises(Refusal, match="Self-intersection"):
        analysis_grid(shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)]), 10, METRIC)


# returns


def test_the_l_town_has_five_cells():
    grid = analysis_grid(L_TOWN, 100, METRIC)
    np.testing.assert_array_equal(grid.inside_share, [[1, 1, 1], [1, 0, 0], [1, 0, 0]])
    assert (grid.west_m, grid.south_m, grid.rows, grid.cols, grid.crs) == (0, 0, 3, 3, METRIC)
    assert grid.inside_km2 == pytest.approx(0.05) and grid.mask.sum() == 5


def test_a_half_covered_cell_has_a_half_share():
    grid = analysis_grid(shapely.Polygon([(10, 10), (20, 10), (20, 20)]), 10, METRIC)
    assert grid.inside_share.tolist() == [[0.5]] and grid.mask.all()


def test_the_origin_is_on_a_multiple_of_the_size_also_west_of_zero():
    grid = analysis_grid(shapely.box(-130, 370, 40, 410), 100, METRIC)
    assert (grid.west_m, grid.south_m, grid.rows, grid.cols) == (-200, 300, 2, 3)


@pytest.mark.parametrize("size_m", [250, 100, 37.7])
def test_shares_are_the_exact_areas_of_the_cells_inside(size_m):
    town = lumpy_town()
    grid = analysis_grid(town, size_m, METRIC)
    x, y = np.meshgrid(grid.west_m + np.arange(grid.cols) * size_m, grid.south_m + np.arange(grid.rows) * size_m)
    exact = shapely.area(shapely.intersection(shapely.box(x, y, x + size_m, y + size_m), town)) / size_m**2
    np.testing.assert_allclose(grid.inside_share, exact, atol=1e-9)
    assert grid.inside_km2 == pytest.approx(town.area / 1e6)


def test_shares_do_not_depend_on_how_the_rings_turn():
    town = shapely.MultiPolygon([lumpy_town(), shapely.box(375000, 3176000, 376000, 3176500)])
    one, other = (analysis_grid(t, 100, METRIC).inside_share for t in (town, shapely.reverse(town)))
    np.testing.assert_allclose(one, other, atol=1e-12)


def test_the_grid_can_not_be_changed():
    grid = analysis_grid(L_TOWN, 100, METRIC)
    with pytest.raises(ValueError, match="read-only"):
        grid.inside_share[0, 0] = 0


def test_cells_are_half_open():
    grid = analysis_grid(shapely.box(0, 0, 200, 200), 100, METRIC)
    x = [0, 99.999, 100, 200, 50, 50, np.nan]
    y = [0, 0, 100, 0, 200, -0.001, 50]
    assert cell_index(grid, x, y).tolist() == [0, 0, 3, -1, -1, -1, -1]


def test_points_on_the_lines_are_counted_once_where_an_intersection_counts_them_twice():
    """Rounded coordinates fall on the lines: half-open cells neither add nor lose a point."""
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 61, (2, 2000)) * 10.0
    grid = analysis_grid(shapely.box(0, 0, 700, 700), 50, METRIC)
    counts, dropped = bin_points(grid, x, y)
    assert counts.sum() == 2000 and dropped == 0


def test_weights_are_summed():
    grid = analysis_grid(shapely.box(0, 0, 200, 100), 100, METRIC)
    counts, dropped = bin_points(grid, [10, 20, 150, 900], [5, 5, 5, 5], weights=[1, 2.5, 4, 100])
    assert counts.tolist() == [[3.5, 4]] and dropped == 1


@settings(deadline=None)
@given(
    points=st.lists(st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4)), max_size=60),
    size_m=st.floats(20, 900),
    shift=st.tuples(st.floats(-5e3, 5e3), st.floats(-5e3, 5e3)),
)
def test_the_counts_sum_to_the_points_that_were_not_dropped(points, size_m, shift):
    town = shapely.box(shift[0], shift[1], shift[0] + 4000, shift[1] + 3000)
    grid = analysis_grid(town, size_m, METRIC)
    x, y = np.array(points, float).reshape(-1, 2).T
    counts, dropped = bin_points(grid, x, y)
    assert counts.shape == (grid.rows, grid.cols) and counts.sum() + dropped == len(points)
    inside = (x > shift[0]) & (x < shift[0] + 4000) & (y > shift[1]) & (y < shift[1] + 3000)
    assert (cell_index(grid, x[inside], y[inside]) >= 0).all()


@settings(deadline=None)
@given(st.floats(-1e6, 1e6), st.floats(20, 900))
def test_two_grids_of_one_size_agree_about_a_point(x, size_m):
    towns = shapely.box(x - 900, 0, x + 900, 100), shapely.box(x - 5000, -3000, x + 2000, 100)
    cells = []
    for grid in (analysis_grid(town, size_m, METRIC) for town in towns):
        cells.append(cell_index(grid, [x], [50])[0] % grid.cols + grid.first_col)
    assert cells[0] == cells[1]


def test_a_grid_is_made_by_its_parts_too():
    grid = AnalysisGrid(0, 0, 50.0, METRIC, np.ones((2, 2)))
    x, y = grid.centres_m()
    assert x.tolist() == [25, 75] and y.tolist() == [25, 75] and grid.inside_km2 == pytest.approx(0.01)
