"""A post at the middle of cell a: a is 0 m away, b and d 1000, e 1414.2, c and g 2000, f and h 2236.1, i 2828.4.

Two cells with work in two hours: a has 2 minutes on Monday 00:00 and 6 on Monday 01:00, b has 2 on Monday 01:00.
On duty at 00:00 alone: 8 of 10 minutes fall in no duty hours.
"""

import math

import numpy as np
import pytest

from layers.definition.refusal import Refusal
from planning.cell_measures import cell_measures
from planning.reach import hours_on_duty, straight_distance_m, unserved_by_cell, unserved_share
from tests.planning.small_town import cells

DEMAND = np.zeros((2, 168))
DEMAND[0, :2], DEMAND[1, 1] = (2, 6), 2
EARLY, LATE = np.arange(168) == 0, np.arange(168) == 1


def test_straight_distances_to_one_post_and_to_each_beats_post():
    inner = cell_measures(cells()).inner_xy_m
    one = straight_distance_m(inner, (500, 500))
    assert one.tolist() == pytest.approx([0, 1000, 2000, 1000, 1414.2, 2236.1, 2000, 2236.1, 2828.4], abs=0.05)
    each = straight_distance_m(inner, [(500, 500), (2500, 2500), (math.nan, math.nan)])
    assert each.shape == (9, 3) and each[:, 0].tolist() == one.tolist()
    assert each[8, 1] == 0 and np.isnan(each[:, 2]).all()


def test_demand_outside_duty_hours_by_hand():
    assert unserved_by_cell(DEMAND, EARLY).tolist() == [6, 2]
    assert unserved_share(DEMAND, EARLY) == pytest.approx(0.8)
    assert unserved_by_cell(DEMAND, [EARLY, LATE]).tolist() == [[6, 2], [2, 0]]
    assert unserved_share(DEMAND, EARLY | LATE) == 0


def test_duty_hours_are_those_of_the_clock():
    on = hours_on_duty((8, 18), (0, 0))
    assert on.shape == (168,) and on.sum() == 5 * 10
    assert on[8] and on[17] and not on[7] and not on[18] and not on[5 * 24 :].any()
    assert hours_on_duty((0, 24), (0, 24)).all()


@pytest.mark.parametrize("wrong", [(18, 8), (-1, 8), (8, 25)])
def test_hours_that_are_none_are_refused(wrong):
    with pytest.raises(Refusal, match=f"from {wrong[0]} to {wrong[1]} are not possible"):
        hours_on_duty((8, 18), wrong)


def test_without_demand_no_share_is_known():
    assert math.isnan(unserved_share(np.zeros((2, 168)), EARLY))


def test_another_week_and_missing_demand_are_refused():
    with pytest.raises(Refusal, match="168 hours, not 24"):
        unserved_share(DEMAND[:, :24], EARLY)
    with pytest.raises(Refusal, match="168 hours, not 7"):
        unserved_share(DEMAND, np.ones(7, dtype=bool))
    with pytest.raises(Refusal, match="1 cells have a negative or missing demand"):
        unserved_share(np.where(DEMAND == 6, np.nan, DEMAND), EARLY)
