"""Communities C1, C2 and village V1. C1 has officer P1 and auxiliaries A1, A2; C2 has P2 and A3 alone; V1 has W1.

Due: an officer and two auxiliaries per community, one auxiliary per village; so C2 lacks one auxiliary.
"""

import pandas as pd
import pytest

from planning.cell_measures import cell_measures
from planning.circumstances import Circumstances
from planning.rules import check_plan
from planning.staffing_rules import STAFF_OF_UNIT, STAFF_TITLES
from tests.planning.small_town import cells, plan

MEASURES = cell_measures(cells())
UNITS = {"C1": "communities", "C2": "communities", "V1": "villages"}
KINDS = {"P": "officer", "A": "auxiliary", "W": "village_auxiliary"}
STAFF = pd.DataFrame([(code, KINDS[code[0]]) for code in ("P1", "P2", "A1", "A2", "A3", "A4", "W1")], columns=["code", "kind"])
COLUMNS = ["staff_code", "target_kind", "target_code", "role"]
ROWS = [
    ("P1", "unit", "C1", "community_officer"),
    ("A1", "unit", "C1", "community_auxiliary"),
    ("A2", "unit", "C1", "community_auxiliary"),
    ("P2", "unit", "C2", "community_officer"),
    ("A3", "unit", "C2", "community_auxiliary"),
    ("W1", "unit", "V1", "village_auxiliary"),
    ("A4", "place", "C2", "community_auxiliary"),
]


def found(check, rows=ROWS, the_plan=None, **around):
    known = {"staff": STAFF, "assignments": pd.DataFrame(rows, columns=COLUMNS), "unit_kinds": UNITS} | around
    return next(f for f in check_plan(the_plan or plan(), MEASURES, None, Circumstances(**known)) if f.check == check)


def test_a_community_without_its_second_auxiliary_is_named():
    short = found("community_staff")
    assert (short.state, short.where, short.where_kind) == ("broken", ("C2",), "unit")
    assert short.message.en == "1 of 2 communities lack staff (most: C2, which lacks 1 auxiliaries)."
    assert short.message.zh == "2 个社区中有 1 个缺员（最缺：C2，缺辅警 1 名）。"
    assert found("community_staff", [*ROWS, ("A4", "unit", "C2", "community_auxiliary")]).state == "ok"


def test_the_unit_that_lacks_most_comes_first():
    short = found("community_staff", ROWS[3:])
    assert short.where == ("C1", "C2") and "C1, which lacks 1 officers and 2 auxiliaries" in short.message.en


@pytest.mark.parametrize(
    "wrong",
    [
        ("A3", "unit", "C2", "community_auxiliary"),  # the same person again
        ("P1", "unit", "C2", "community_auxiliary"),  # an officer is no auxiliary
        ("A4", "unit", "C2", "school_safety"),  # another role
        ("A9", "unit", "C2", "community_auxiliary"),  # nobody of that code
    ],
)
def test_only_people_of_the_right_kind_in_the_right_role_count_and_each_once(wrong):
    assert found("community_staff", [*ROWS, wrong]).where == ("C2",)


def test_a_village_needs_its_auxiliary():
    assert found("village_staff").state == "ok"
    assert found("village_staff", ROWS[:5]).where == ("V1",)


def test_without_staff_assignments_or_units_nothing_is_checked():
    for missing in ({"staff": None}, {"assignments": None}, {"unit_kinds": None}, {"unit_kinds": {"V1": "villages"}}):
        assert found("community_staff", **missing).state == "not_checked"


def test_leads_are_officers_of_the_staff():
    assert found("leads_are_officers").state == "ok"
    wrong = found("leads_are_officers", the_plan=plan(leads=("P1", "A1", "P9", None)))
    assert (wrong.state, wrong.where) == ("broken", ("2", "3"))
    assert wrong.message.en == "2 beats are led by no officer of the staff (first: 2 Beat 2, by A1)."
    assert found("leads_are_officers", staff=None).state == "not_checked"


def test_every_kind_that_is_due_has_a_name():
    assert {kind for due in STAFF_OF_UNIT.values() for kind, _ in due.values()} == set(STAFF_TITLES)
