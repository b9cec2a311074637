"""Two cells over four weeks, 60 minutes a theft, 30 a noise, 2 a week per dwelling, 5 per km².

cell  thefts  noise  dwellings  area    minutes a week
a     4       0      10         1 km²   4/4*60 + 10*2 + 5 = 85
b     0       2      0          1 km²   2/4*30 + 5        = 20
c     none counted   1          1 km²   2 + 5             = 7
"""

import pandas as pd
import pytest

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from layers.incidents import CATEGORIES
from planning.workload import DEFAULT_PROFILE, WORKLOAD, WorkloadProfile, cell_workload
from tests.planning.small_town import cells

PROFILE = WorkloadProfile(Text("试", "try"), Text("试", "try"), {"theft": 60, "noise": 30, "fraud": 9}, {"dwellings": 2, "area_km2": 5})
COUNTS = pd.DataFrame({"theft": [4, 0], "noise": [0, 2]}, index=["a", "b"])


def three_cells():
    return cells()[:3].assign(dwellings=[10, 0, 1]).set_index(pd.Index([7, 8, 9]))


def test_minutes_are_those_worked_by_hand_with_the_cells_index():
    found = cell_workload(three_cells(), COUNTS, 4, PROFILE)
    assert found.to_dict() == {7: 85, 8: 20, 9: 7} and found.name == WORKLOAD


def test_an_area_column_goes_before_the_shapes():
    found = cell_workload(pd.DataFrame(three_cells().assign(area_km2=2.0)).drop(columns="geometry"), COUNTS, 4, PROFILE)
    assert found.to_list() == [90, 25, 12]


def test_no_incidents_leave_the_duties():
    assert cell_workload(three_cells(), COUNTS[:0], 4, PROFILE).to_list() == [25, 5, 7]


@pytest.mark.parametrize(
    ("table", "counts", "weeks", "words"),
    [
        (three_cells(), COUNTS, 0, "0 weeks"),
        (three_cells(), COUNTS.assign(arson=1), 4, "1 incident categories have no weight .first: arson"),
        (three_cells(), COUNTS.rename(index={"b": "x"}), 4, "1 cells have incidents but are not among the cells .first: x"),
        (three_cells().drop(columns="dwellings"), COUNTS, 4, "no column dwellings"),
        (three_cells().assign(dwellings=[1, None, None]), COUNTS, 4, "2 cells have no dwellings .first: b"),
        (three_cells().to_crs(4490), COUNTS, 4, "no column area_km2"),
    ],
)
def test_what_can_not_be_weighed_is_refused(table, counts, weeks, words):
    with pytest.raises(Refusal, match=words):
        cell_workload(table, counts, weeks, PROFILE)


def test_negative_and_missing_weights_are_refused():
    for wrong in (-1, float("nan")):
        with pytest.raises(Refusal, match="first: theft"):
            WorkloadProfile(Text("试", "try"), Text("试", "try"), {"theft": wrong}, {})


def test_the_default_weighs_every_category_of_the_layer_and_says_that_it_is_an_assumption():
    assert set(DEFAULT_PROFILE.minutes_per_incident) == set(CATEGORIES)
    assert "not measured" in DEFAULT_PROFILE.about.en and "未经实测" in DEFAULT_PROFILE.about.zh


def test_a_profile_can_not_be_changed():
    with pytest.raises(TypeError):
        DEFAULT_PROFILE.minutes_per_incident["theft"] = 1  # type: ignore[index]
