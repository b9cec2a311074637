"""Two cells over four weeks, 60 minutes a theft, 30 a noise, 2 a week per dwelling, 5 per km².

cell  thefts  noise  minutes  dwellings  area    minutes a week
a     4       0      240      10         1 km²   240/4 + 10*2 + 5 = 85
b     0       2      60       0          1 km²   60/4 + 5         = 20
c     none counted            1          1 km²   2 + 5            = 7
"""

import numpy as np
import pandas as pd
import pytest

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from layers.incidents import CATEGORIES
from planning.workload import (
    DEFAULT_PROFILE,
    WORKLOAD,
    WorkloadProfile,
    bootstrap_interval,
    cell_workload,
    demand_by_hour,
    incident_minutes,
)
from tests.planning.small_town import cells

PROFILE = WorkloadProfile(Text("试", "try"), Text("试", "try"), {"theft": 60, "noise": 30, "fraud": 9}, {"dwellings": 2, "area_km2": 5})
MINUTES = {"a": 240.0, "b": 60.0}


def three_cells():
    return cells()[:3].assign(dwellings=[10, 0, 1]).set_index(pd.Index([7, 8, 9]))


def incidents(*rows: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame({"category": [c for c, _ in rows], "occurred_at": pd.to_datetime([t for _, t in rows])})


def test_an_incident_takes_the_minutes_of_its_category_hour_and_month():
    profile = WorkloadProfile(Text("试", "try"), Text("试", "try"), {"theft": 60, "noise": 30}, {}, night_factor=1.5, month_factor={2: 2.0})
    told = incidents(
        ("theft", "2025-01-05T12:00"), ("noise", "2025-01-05T23:10"), ("noise", "2025-02-05T05:59"), ("noise", "2025-03-05T06:00")
    )
    assert incident_minutes(told, profile).tolist() == [60, 45, 90, 30]


def test_minutes_are_those_worked_by_hand_with_the_cells_index():
    found = cell_workload(three_cells(), MINUTES, 4, PROFILE)
    assert found.to_dict() == {7: 85, 8: 20, 9: 7} and found.name == WORKLOAD


def test_demand_stands_in_the_hour_of_the_week_in_which_it_began():
    """Two thefts at a on a Monday at 8 and one noise at b on a Sunday at 23, over four weeks: 30 and 7.5 minutes a week."""
    told = incidents(("theft", "2025-01-06T08:00"), ("theft", "2025-01-13T08:59"), ("noise", "2025-01-12T23:30"))
    found = demand_by_hour(told.assign(cell_code=["a", "a", "b"]), pd.Index(["a", "b", "c"]), 4, PROFILE)
    assert found.shape == (3, 168) and found[0, 8] == 30 and found[1, 167] == 7.5 and found.sum() == 37.5


def test_an_area_column_goes_before_the_shapes():
    found = cell_workload(pd.DataFrame(three_cells().assign(area_km2=2.0)).drop(columns="geometry"), MINUTES, 4, PROFILE)
    assert found.to_list() == [90, 25, 12]


def test_no_incidents_leave_the_duties():
    assert cell_workload(three_cells(), {}, 4, PROFILE).to_list() == [25, 5, 7]


@pytest.mark.parametrize(
    ("table", "minutes", "weeks", "words"),
    [
        (three_cells(), MINUTES, 0, "0 weeks"),
        (three_cells(), {"a": 1.0, "x": 1.0}, 4, "1 cells have incidents but are not among the cells .first: x"),
        (three_cells().drop(columns="dwellings"), MINUTES, 4, "no column dwellings"),
        (three_cells().assign(dwellings=[1, None, None]), MINUTES, 4, "2 cells have no dwellings .first: b"),
        (three_cells().to_crs(4490), MINUTES, 4, "no column area_km2"),
    ],
)
def test_what_can_not_be_weighed_is_refused(table, minutes, weeks, words):
    with pytest.raises(Refusal, match=words):
        cell_workload(table, minutes, weeks, PROFILE)


def test_a_category_without_a_weight_is_refused():
    with pytest.raises(Refusal, match=r"1 incident categories have no weight .first: arson"):
        incident_minutes(incidents(("theft", "2025-01-05T12:00"), ("arson", "2025-01-05T12:00")), PROFILE)


def test_negative_and_missing_weights_and_months_that_are_none_are_refused():
    for wrong in (-1, float("nan"), float("inf")):
        with pytest.raises(Refusal, match="first: theft"):
            WorkloadProfile(Text("试", "try"), Text("试", "try"), {"theft": wrong}, {})
    with pytest.raises(Refusal, match="month 13"):
        WorkloadProfile(Text("试", "try"), Text("试", "try"), {}, {}, month_factor={13: 1.0})


def test_the_default_weighs_every_category_and_says_that_it_is_an_assumption():
    assert set(DEFAULT_PROFILE.minutes_per_incident) == set(CATEGORIES) and "not measured" in DEFAULT_PROFILE.about.en


def test_the_interval_holds_the_mean_is_a_point_for_equal_weeks_and_wider_for_few():
    weeks = np.random.default_rng(3).poisson(4, (2, 52)).astype(float) * 30
    weeks[1] = 60
    low, high = bootstrap_interval(weeks)
    assert low[0] < weeks[0].mean() < high[0] and low[1] == high[1] == 60
    standard_error = weeks[0].std() / np.sqrt(52)
    assert (high[0] - low[0]) == pytest.approx(2 * 1.645 * standard_error, rel=0.1)
    few_low, few_high = bootstrap_interval(weeks[:, :13])
    assert few_high[0] - few_low[0] > high[0] - low[0]
    with pytest.raises(Refusal, match="7 weeks"):
        bootstrap_interval(weeks[:, :7])
