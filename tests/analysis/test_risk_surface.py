"""By hand: 100 incidents and 2,000 persons spread alike over a year are 50 per 1,000 persons everywhere that is shown."""

import numpy as np
import pytest
import shapely

from analysis.analysis_grid import analysis_grid
from analysis.density import Smoother
from analysis.risk_surface import risk_surface
from layers.definition.refusal import Refusal

GRID = analysis_grid(shapely.box(0, 0, 6000, 6000), 100, "EPSG:4546")
SMOOTHER = Smoother(GRID, 500)
YEAR = 365.25
X, Y = np.random.default_rng(1).normal(3000, 300, (2, 100))


def test_incidents_that_lie_as_people_do_are_one_rate_everywhere():
    found = risk_surface(SMOOTHER, SMOOTHER.density(X, Y, YEAR), X, Y, np.full(100, 20))
    np.testing.assert_allclose(found.values[found.shown], 50)
    assert found.shown.sum() > 100 and np.isnan(found.values[~found.shown]).all()
    half_year = risk_surface(SMOOTHER, SMOOTHER.density(X, Y, YEAR / 2), X, Y, np.full(100, 20), per=1)
    np.testing.assert_allclose(half_year.values[half_year.shown], 0.1)


def test_where_few_live_nothing_is_shown_and_the_hidden_incidents_are_told():
    far_x, far_y = np.append(X, 500.0), np.append(Y, 500.0)
    found = risk_surface(SMOOTHER, SMOOTHER.density(far_x, far_y, YEAR), X, Y, np.full(100, 20))
    assert not found.shown[5, 5] and 0.009 < found.incidents_hidden_share < 0.05
    assert found.floor_per_km2 == 50 and risk_surface(
        Smoother(GRID, 300), Smoother(GRID, 300).density(X, Y, YEAR), X, Y, np.full(100, 20)
    ).floor_per_km2 == pytest.approx(20 / (np.pi * 0.09))


def test_a_base_too_thin_everywhere_has_a_word_instead_of_a_map():
    found = risk_surface(SMOOTHER, SMOOTHER.density(X, Y, YEAR), X, Y, np.full(100, 0.01))
    assert "no risk is shown" in found.reason.en and not found.shown.any()


def test_two_smoothings_of_different_kind_and_impossible_numbers_are_refused():
    with pytest.raises(Refusal, match="another grid, radius or kernel"):
        risk_surface(Smoother(GRID, 600), SMOOTHER.density(X, Y, YEAR), X, Y, np.full(100, 20))
    with pytest.raises(Refusal, match="above 0"):
        risk_surface(SMOOTHER, SMOOTHER.density(X, Y, YEAR), X, Y, np.full(100, 20), per=0)
    with pytest.raises(Refusal, match="lie outside"):
        risk_surface(SMOOTHER, SMOOTHER.density(X, Y, YEAR), [9e6], [9e6], [5])
