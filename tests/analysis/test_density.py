"""Figures worked by hand or published.

* One incident, quartic, R = 500 m: at its own place 3 / (pi 0.5²) = 3.8197 per km².
* Uniform points, R = 500 m, cells of 20 km / 256: the edge row has 0.575 of the interior uncorrected, 0.999 corrected.
* An incident on a straight edge keeps ln 2: with c(t) the mass inside at t and c' the kernel's profile, the corrected map
  sums to the integral of c' / c from 1/2 to 1.
* Largest error of a binned quartic density against the exact sum, in parts of the peak, by cells in a radius, measured
  for linear sharing without a narrowed kernel: 0.091 at 1.6, 0.022 at 3.2, 0.013 at 6.4, 0.009 at 12.8. Ours is to beat it.
"""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from analysis.analysis_grid import analysis_grid, bin_points
from analysis.density import KERNELS, LEAST_MASS, Smoother, density, suggested_radius_m
from layers.definition.refusal import Refusal
from tests.analysis.exact_kernel import exact_per_km2, kdepy_per_km2, town_points

METRIC = "EPSG:4546"
YEAR = 365.25
SQUARE = shapely.box(0, 0, 20_000, 20_000)
GRID = analysis_grid(SQUARE, 20_000 / 256, METRIC)
SMOOTHER = Smoother(GRID, 500)
EDGE_ROW = 0.575
ERROR_BY_CELLS = {1.6: 0.091, 3.2: 0.022, 6.4: 0.013, 12.8: 0.009}


def half_plane_mass(away_m: float, radius_m: float) -> float:
    """Part of the quartic kernel inside a straight edge `away_m` off, from the kernel's profile 16 / (5 pi) (1 - t²)^2.5."""
    return 0.5 + quad(lambda t: 16 / (5 * np.pi) * (1 - t * t) ** 2.5, 0, min(away_m / radius_m, 1))[0]


# refuses


@pytest.mark.parametrize(
    ("x", "y", "days", "words"),
    [
        ([], [], YEAR, "no incidents"),
        ([109.66, 109.67], [28.70, 28.71], YEAR, "2 incidents are in degrees"),
        ([1e6], [1e6], YEAR, "All 1 incidents lie outside"),
        ([np.nan, 9e5], [np.nan, 9e5], YEAR, r"All 1 incidents lie outside the town \(first: 900000"),
        ([np.nan], [5000], YEAR, "no incidents"),
        ([5000], [5000], 0, "0 days"),
        ([5000], [5000], -3, "-3 days"),
        ([5000], [5000], float("nan"), "nan days"),
    ],
)
def test_what_can_not_be_mapped_is_refused_in_both_languages(x, y, days, words):
    grid = analysis_grid(shapely.box(4000, 4000, 20_000, 20_000), 100, METRIC)
    with pytest.raises(Refusal, match=words) as refused:
        density(grid, x, y, 500, days)
    assert refused.value.message.zh and refused.value.what_next


def test_a_radius_below_the_cell_is_refused_and_one_of_a_cell_is_not():
    with pytest.raises(Refusal, match="below the cell size"):
        Smoother(GRID, 78)
    assert density(GRID, [5000.0], [5000.0], GRID.size_m, YEAR).n_used == 1


def test_an_unknown_kernel_is_refused_with_those_there_are():
    with pytest.raises(Refusal, match="quartic, epanechnikov, uniform"):
        Smoother(GRID, 500, "gaussian")


@pytest.mark.parametrize(("weights", "words"), [([1, -1], "negative"), ([1, np.nan], "missing"), ([0, 0], "All weights are 0")])
def test_weights_that_make_no_sense_are_refused(weights, words):
    with pytest.raises(Refusal, match=words):
        SMOOTHER.density([5000, 6000], [5000, 6000], YEAR, weights)


# returns


def test_one_incident_is_the_kernel():
    x, y = (centres[128] for centres in GRID.centres_m())
    found = SMOOTHER.density([x], [y], YEAR)
    peak = 3 / (np.pi * 0.25)
    assert found.values[128, 128] == pytest.approx(peak, rel=0.035)
    np.testing.assert_allclose(found.values, exact_per_km2(GRID, np.array([x]), np.array([y]), 500), atol=0.035 * peak)
    assert (found.values[:, :121] < 1e-12).all()


@pytest.mark.parametrize(("cells", "most"), ERROR_BY_CELLS.items())
def test_it_agrees_with_the_exact_sum_as_well_as_the_table_says(cells, most):
    x, y = town_points(20_000, np.random.default_rng(7))
    grid = analysis_grid(SQUARE, 500 / cells, METRIC)
    deep = slice(int(cells) + 2, -int(cells) - 2)  # without the edge, where the exact sum is not corrected
    exact = exact_per_km2(grid, x, y, 500)[deep, deep]
    found = density(grid, x, y, 500, YEAR).values[deep, deep]
    assert np.abs(found - exact).max() / exact.max() < most


@pytest.mark.parametrize("cells", [3.2, 6.4, 12.8])
def test_it_agrees_with_kdepy_and_is_nearer_to_the_exact_sum(cells):
    x, y = town_points(20_000, np.random.default_rng(5))
    grid = analysis_grid(SQUARE, 500 / cells, METRIC)
    deep = slice(int(cells) + 2, -int(cells) - 2)
    exact = exact_per_km2(grid, x, y, 500)[deep, deep]
    ours, theirs = (found[deep, deep] for found in (density(grid, x, y, 500, YEAR).values, kdepy_per_km2(grid, x, y, 500)))
    off, peer_off = np.abs(ours - exact).max(), np.abs(theirs - exact).max()
    assert np.abs(ours - theirs).max() <= off + peer_off and off < peer_off / 1.5


def test_incidents_between_four_centres_may_lie_along_the_diagonal():
    """The worst for moments of which the one by both axes is not kept: all of a square on one line across it."""
    centre = GRID.centres_m()[0][128]
    x = np.linspace(centre, centre + GRID.size_m, 1000, endpoint=False)
    found, exact = SMOOTHER.density(x, x, YEAR).values, exact_per_km2(GRID, x, x, 500)
    assert np.abs(found - exact).max() / exact.max() < 0.02


def test_at_the_edge_it_is_the_exact_sum_over_the_exact_mass_inside():
    x, y = town_points(5_000, np.random.default_rng(11))
    rows = np.arange(0, 8)
    inside = np.array([half_plane_mass((row + 0.5) * GRID.size_m, 500) for row in rows])
    exact = exact_per_km2(GRID, x, y, 500)[rows, 20:-20] / inside[:, None]
    found = SMOOTHER.density(x, y, YEAR).values
    assert np.abs(found[rows, 20:-20] - exact).max() / np.nanmax(found) < 0.02


def test_the_mass_inside_is_that_of_a_half_plane_at_the_edge_and_one_in_the_middle():
    assert SMOOTHER.mass[0, 128] == pytest.approx(EDGE_ROW, abs=0.005)
    for row in range(8):
        assert SMOOTHER.mass[row, 128] == pytest.approx(half_plane_mass((row + 0.5) * GRID.size_m, 500), abs=0.004)
    assert SMOOTHER.mass[0, 0] == pytest.approx(SMOOTHER.mass[0, 128] ** 2, abs=0.005)
    np.testing.assert_allclose(SMOOTHER.mass[8:-8, 8:-8], 1)


def test_an_even_spread_is_even_up_to_the_edge():
    x, y = np.random.default_rng(3).uniform(0, 20_000, (2, 1_000_000))
    found = SMOOTHER.density(x, y, YEAR).values
    edge = np.concatenate([found[0], found[-1], found[:, 0], found[:, -1]])
    assert edge.mean() / found[8:-8, 8:-8].mean() == pytest.approx(1, abs=0.01)
    uncorrected = found[0] * SMOOTHER.mass[0]
    assert uncorrected.mean() / found[8:-8, 8:-8].mean() == pytest.approx(EDGE_ROW, abs=0.02)


def test_a_perfectly_even_field_comes_out_exactly_even_in_a_ragged_town():
    """Points on a fine lattice clipped by cells: what is shared out is the mask itself."""
    turn = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    town = shapely.Polygon(np.column_stack([5000 + 3000 * np.cos(turn), 5000 + (2000 + 700 * np.sin(3 * turn)) * np.sin(turn)]))
    grid = analysis_grid(town, 100, METRIC)
    whole = replace(grid, inside_share=grid.mask.astype(float))
    x, y = (side.ravel() for side in np.meshgrid(np.arange(2000, 8000, 10) + 5.0, np.arange(2000, 8000, 10) + 5.0))
    found = density(whole, x, y, 400, YEAR)
    np.testing.assert_allclose(found.values[whole.mask], 1e4, rtol=2e-3)  # one point per 100 m²
    assert np.isnan(found.values[~whole.mask]).all()


def test_the_map_sums_to_the_incidents_when_all_lie_deep_inside():
    x, y = np.random.default_rng(2).uniform(1000, 19_000, (2, 500))
    found = SMOOTHER.density(x, y, days=91)
    years = 91 / YEAR
    assert (found.values * GRID.inside_share).sum() * GRID.cell_km2 * years == pytest.approx(500, rel=1e-9)
    assert found.mass_ratio == pytest.approx(1, rel=1e-9)


def test_for_an_even_spread_the_map_sums_to_the_incidents_on_average():
    x, y = np.random.default_rng(2).uniform(0, 20_000, (2, 20_000))
    assert SMOOTHER.density(x, y, YEAR).mass_ratio == pytest.approx(1, abs=0.01)


def test_a_cluster_at_the_edge_loses_mass_and_the_result_says_so():
    """The correction keeps an even spread even; it can't give back what one point spreads over the border."""
    x, y = np.full(10, 10_000.0), np.zeros(10)
    found = SMOOTHER.density(x, y, YEAR)
    assert found.mass_ratio == pytest.approx(np.log(2), abs=0.01)
    assert (found.values * GRID.inside_share).sum() * GRID.cell_km2 == pytest.approx(found.mass_ratio * 10)


def test_it_is_the_same_in_all_directions_and_wherever_the_point_lies():
    x, y = (centres[100] for centres in GRID.centres_m())
    spot = SMOOTHER.density([x], [y], YEAR).values
    np.testing.assert_allclose(spot[90:111, 90:111], spot[90:111, 90:111].T, atol=1e-12)
    np.testing.assert_allclose(spot[90:111, 90:111], spot[110:89:-1, 90:111], atol=1e-12)
    moved = SMOOTHER.density([x + 7 * GRID.size_m], [y], YEAR).values
    np.testing.assert_allclose(moved[90:111, 97:118], spot[90:111, 90:111], atol=1e-12)


def test_a_long_town_is_smoothed_by_one_radius_along_and_across():
    grid = analysis_grid(shapely.box(0, 0, 30_000, 4_000), 100, METRIC)
    x, y = grid.centres_m()
    found = density(grid, [x[150]], [y[20]], 800, YEAR).values
    along, across = (found[20] > 1e-9).sum(), (found[:, 150] > 1e-9).sum()
    assert along == across == 15  # 2 * 800 m / 100 m, without the two centres exactly on the rim


def test_weights_count_as_so_many_incidents():
    x, y = np.array([5000.0, 9000.0]), np.array([5000.0, 9000.0])
    weighted = SMOOTHER.density(x, y, YEAR, weights=[3, 1])
    repeated = SMOOTHER.density(x[[0, 0, 0, 1]], y[[0, 0, 0, 1]], YEAR)
    np.testing.assert_allclose(weighted.values, repeated.values, atol=1e-12)
    assert (weighted.n_used, repeated.n_used) == (2, 4)


def test_half_the_days_make_twice_the_yearly_density():
    a, b = (SMOOTHER.density([5000.0], [5000.0], days).values for days in (100, 50))
    np.testing.assert_allclose(2 * a, b)


def test_what_lies_outside_is_counted_and_left_out():
    l_town = shapely.box(0, 0, 3000, 1000).union(shapely.box(0, 0, 1000, 3000))
    grid = analysis_grid(l_town, 100, METRIC)
    found = density(grid, [500, 500, 2500, 9000, np.nan], [500, 2500, 2500, 500, 500], 300, YEAR)
    assert (found.n_used, found.n_outside) == (2, 3)
    assert np.isnan(found.values[25, 25]) and np.nanmin(found.values) >= 0
    assert (found.size_m, found.crs, found.radius_m, found.days, found.kernel) == (100, METRIC, 300, YEAR, "quartic")
    assert found.mask_area_km2 == pytest.approx(5)


def test_stacked_incidents_are_reported_with_the_top_place():
    x = [5000, 5000, 5000, 6000, 6000, 7000, 8000, 9000.001, 9000.0, 1e9]
    y = [5000, 5000, 5000, 6000, 6000, 7000, 8000, 9000.0, 9000.0, 1e9]
    found = SMOOTHER.density(x, y, YEAR)
    assert found.stacked_share == pytest.approx(7 / 9)  # 3 + 2 + 2 (to the centimetre) of 9 inside
    assert (found.top_stack, found.top_stack_at_m) == (3, (5000, 5000))


def test_a_narrow_spit_is_not_blown_up_beyond_the_stated_limit():
    grid = analysis_grid(shapely.box(0, 0, 4000, 20), 100, METRIC)
    smoother = Smoother(grid, 500)
    assert smoother.mass.max() < LEAST_MASS
    plain = exact_per_km2(grid, np.array([2050.0]), np.array([50.0]), 500)
    assert np.nanmax(smoother.density([2050.0], [10.0], YEAR).values) <= plain.max() / LEAST_MASS * 1.02


@pytest.mark.parametrize(("kernel", "top"), [("quartic", 3), ("epanechnikov", 2), ("uniform", 1), ("triangular", 3), ("triweight", 4)])
def test_each_kernel_has_its_formulas_peak(kernel, top):
    grid = analysis_grid(shapely.box(0, 0, 4000, 4000), 20, METRIC)
    x, y = grid.centres_m()
    found = density(grid, [x[100]], [y[100]], 500, YEAR, kernel=kernel)
    assert found.values[100, 100] == pytest.approx(top / (np.pi * 0.25), rel=0.015)
    assert found.mass_ratio == pytest.approx(1) and KERNELS[kernel].about


@pytest.mark.parametrize("kernel", KERNELS)
def test_each_kernel_has_its_stated_variance(kernel):
    """Variance along one axis in parts of R²: half the mean of d²/R²."""
    shape = KERNELS[kernel].shape
    mass, spread = (quad(lambda r, power=power: float(shape(np.array(r * r))) * r**power, 0, 1)[0] for power in (1, 3))
    assert KERNELS[kernel].variance == pytest.approx(spread / mass / 2)


def test_the_town_s_edge_is_respected_by_each_point_also_within_a_cell():
    """Points at the two sides of one half of a cell, inside and outside the mask, with numbers that are missing among them."""
    grid = analysis_grid(shapely.box(1000, 1000, 2000, 2000), 100, METRIC)
    x = [999.999, 1000, 1999.999, 2000, np.nan, -1e12, 1e12, np.inf]
    found = density(grid, x, [1500] * 8, 300, YEAR)
    assert (found.n_used, found.n_outside) == (2, 6) and np.isfinite(found.values).all()


def test_one_day_alone_and_one_place_alone_are_cautioned():
    x, y = np.array([5000.0, 6000.0]), np.array([5000.0, 6000.0])
    assert "1 days" in SMOOTHER.density(x, y, 1).caution.en and SMOOTHER.density(x, y, YEAR).caution is None
    assert "share one coordinate" in SMOOTHER.density(x[[0, 0, 0]], y[[0, 0, 0]], YEAR).caution.en


@settings(deadline=None, max_examples=40)
@given(
    points=st.lists(st.tuples(st.floats(-500, 4500), st.floats(-500, 4500)), min_size=1, max_size=40),
    radius_m=st.floats(100, 1500),
)
def test_it_is_never_negative_nor_missing_inside_and_counts_every_point(points, radius_m):
    grid = analysis_grid(shapely.Point(2000, 2000).buffer(1900), 100, METRIC)
    x, y = np.array(points).T
    inside = int(bin_points(grid, x, y)[0][grid.mask].sum())
    if inside == 0:
        with pytest.raises(Refusal):
            density(grid, x, y, radius_m, YEAR)
        return
    found = density(grid, x, y, radius_m, YEAR)
    assert (found.values[grid.mask] >= 0).all() and np.isnan(found.values[~grid.mask]).all()
    assert found.n_used == inside and found.n_used + found.n_outside == len(points)


# the suggested radius


def test_the_radius_follows_the_stated_rule():
    """1,000 points, standard deviation 1,000 m: sqrt(8) * 1000 * 1000^(-1/6) = 894 m, in steps of 50 m: 900 m."""
    x, y = np.random.default_rng(0).normal(0, 1000, (2, 1000))
    assert suggested_radius_m(x, y) == 900


def test_the_radius_is_the_same_for_a_town_turned_by_a_right_angle():
    x, y = np.random.default_rng(0).normal(0, (200, 900), (500, 2)).T
    assert suggested_radius_m(x, y) == suggested_radius_m(y, x)


def test_a_stray_point_does_not_widen_the_radius():
    x, y = np.random.default_rng(0).normal(0, 500, (2, 400))
    assert abs(suggested_radius_m(np.append(x, 1e6), np.append(y, 1e6)) - suggested_radius_m(x, y)) <= 50


@pytest.mark.parametrize(("spread_m", "radius_m"), [(1, 150), (1e5, 1000)])
def test_the_radius_stays_between_a_block_and_a_kilometre(spread_m, radius_m):
    x, y = np.random.default_rng(0).normal(0, spread_m, (2, 100))
    assert suggested_radius_m(x, y) == radius_m


def test_the_radius_is_never_below_three_cells_and_no_points_are_refused():
    assert suggested_radius_m([0.0], [0.0]) == 150
    assert suggested_radius_m([0.0], [0.0], size_m=200) == 600
    with pytest.raises(Refusal, match="no incidents"):
        suggested_radius_m([np.nan], [1.0])
