"""Coordinates rounded to 250 m, to 0.001 degrees (111 m), in three datums, and not at all."""

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from analysis.analysis_grid import analysis_grid
from analysis.coordinate_check import checked_rounding_m, rounding_m, stacked
from analysis.density import density
from layers.definition.crs import bd09_to_wgs84, gcj02_to_wgs84
from layers.definition.refusal import Refusal

METRIC = "EPSG:4546"
RANDOM = np.random.default_rng(0)
LON, LAT = RANDOM.uniform(109.6, 109.7, 3000), RANDOM.uniform(28.6, 28.7, 3000)
TO_METRES = Transformer.from_crs("EPSG:4490", METRIC, always_xy=True).transform


@pytest.mark.parametrize("step", [1, 25, 250, 1000])
def test_metres_rounded_to_a_step_are_found_also_as_centres_of_cells(step):
    x, y = RANDOM.integers(0, 40, (2, 500)) * float(step)
    assert rounding_m(369_000 + x, 3_176_000 + y, METRIC) == step
    assert rounding_m(369_000 + x + step / 2, 3_176_000 + y + step / 2, METRIC) in (step, step / 2)


@pytest.mark.parametrize("datum", [lambda lon, lat: (lon, lat), gcj02_to_wgs84, bd09_to_wgs84])
def test_degrees_rounded_in_any_datum_are_found_after_projecting(datum):
    x, y = TO_METRES(*datum(LON.round(3), LAT.round(3)))
    assert rounding_m(x, y, METRIC) == pytest.approx(111.32)


def test_coordinates_that_are_not_rounded_or_too_few_to_tell_are_zero():
    assert rounding_m(*TO_METRES(LON, LAT), METRIC) == 0
    assert rounding_m([5000.0, 6000.0], [5000.0, 7000.0], METRIC) == 0
    assert rounding_m([], [], METRIC) == 0


def test_a_few_finer_coordinates_do_not_hide_the_rounding():
    x, y = RANDOM.integers(0, 40, (2, 1000)) * 100.0
    x[:4] += 3.21
    assert rounding_m(x, y, METRIC) == 100


def test_cells_finer_than_the_data_are_refused_and_cells_as_coarse_are_not():
    x, y = TO_METRES(LON.round(3), LAT.round(3))
    town = shapely.box(x.min() - 500, y.min() - 500, x.max() + 500, y.max() + 500)
    with pytest.raises(Refusal, match=r"rounded to about 111 m, coarser than cells of 50 m.*120 m") as refused:
        density(analysis_grid(town, 50, METRIC), x, y, 500, 365)
    assert "111" in refused.value.message.zh
    assert checked_rounding_m(analysis_grid(town, 100, METRIC), x, y) == pytest.approx(111.32)


def test_stacks_are_counted_to_the_centimetre():
    found = stacked(np.array([1.0, 1.001, 2.0, 3.0]), np.array([1.0, 1.0, 2.0, 3.0]))
    assert (found.share, found.most, found.at_m) == (0.5, 2, (1.0, 1.0))
    with pytest.raises(Refusal, match="no incidents"):
        stacked(np.empty(0), np.empty(0))
