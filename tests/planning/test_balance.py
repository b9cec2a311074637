"""The small town's workloads 70, 180, 200 of 450; an equal part is 150.

Largest deviation: |70 / 150 - 1| = 8/15.     Variation: sqrt((80² + 30² + 50²) / 3) / 150 = 0.38103.
Gini: (-2 * 70 + 0 * 180 + 2 * 200) / (3 * 450) = 26/135.
Theil: (7 ln(7/15) + 18 ln(6/5) + 20 ln(4/3)) / 45 = 0.082227.
"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.balance import deviation, gini, largest_deviation, theil, variation

WORKLOADS = np.array([70.0, 180.0, 200.0])
works = st.lists(st.floats(0, 1e6), min_size=1, max_size=20).map(np.array).filter(lambda w: w.sum() > 1e-3)


def test_the_measures_of_balance_by_hand():
    assert deviation(WORKLOADS, 450).tolist() == pytest.approx([-8 / 15, 1 / 5, 1 / 3])
    assert largest_deviation(WORKLOADS, 450) == pytest.approx(8 / 15)
    assert variation(WORKLOADS) == pytest.approx(0.38103, abs=5e-6)
    assert gini(WORKLOADS) == pytest.approx(26 / 135)
    assert theil(WORKLOADS) == pytest.approx((7 * math.log(7 / 15) + 18 * math.log(6 / 5) + 20 * math.log(4 / 3)) / 45)
    assert largest_deviation(np.array([90, 100, 125.0]), 300) == pytest.approx(0.25)


def test_equal_parts_give_0_and_one_beat_with_everything_the_most():
    even, alone = np.full(5, 3.0), np.array([0, 0, 0, 8.0])
    assert (gini(even), variation(even), largest_deviation(even, 15), theil(even)) == (0, 0, 0, 0)
    assert gini(alone) == pytest.approx(3 / 4) and theil(alone) == pytest.approx(math.log(4))
    assert variation(alone) == pytest.approx(math.sqrt(3)) and largest_deviation(alone, 8) == 3


@pytest.mark.parametrize("nothing", [np.array([]), np.zeros(3)])
def test_without_work_nothing_is_known(nothing):
    assert all(math.isnan(measure(nothing)) for measure in (gini, variation, theil))
    assert math.isnan(largest_deviation(nothing, 0))


@given(works, st.floats(0.1, 1000))
def test_measures_of_balance_do_not_depend_on_order_or_unit(work, factor):
    for measure in (gini, variation, theil):
        assert measure(work) == pytest.approx(measure(np.sort(work)[::-1] * factor), abs=1e-9)
    assert -1e-12 <= gini(work) <= 1 - 1 / len(work) + 1e-12
    assert -1e-12 <= theil(work) <= math.log(len(work)) + 1e-12
