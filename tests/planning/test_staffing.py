"""Staffing of a day.

Two beats: 01 led by P1 (cells a 2,000 and b 1,500 people), 02 led by P2 (cell c 500). Community U1 has officer P1 and
auxiliaries A1, A2; village V1 has the auxiliary W1; school S1 has the vice-principal P2; school-safety team: A1.
P1 is on leave 1 to 10 March 2026, P2 stands in: P2 then carries 500 + 3,500 = 4,000 people, 4,000 / 3,000 = 1.333 of the standard.
"""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from planning.plan import Beat, Plan, PlanHeader
from planning.staffing import acting, on_day, staffing

PLAN = Plan(
    PlanHeader("p", "甲", "A", "draft"),
    (Beat("01", "一", "One", "P1"), Beat("02", "二", "Two", "P2")),
    {"a": "01", "b": "01", "c": "02"},
)
PERSONS = {"a": 2_000, "b": 1_500, "c": 500}
STAFF = pd.DataFrame(
    [("P1", "officer"), ("P2", "officer"), ("A1", "auxiliary"), ("A2", "auxiliary"), ("W1", "village_auxiliary")], columns=["code", "kind"]
)
COLUMNS = ["staff_code", "target_kind", "target_code", "role", "plan_id", "valid_from", "valid_to"]
ROWS: list[tuple[Any, ...]] = [
    ("P1", "unit", "U1", "community_officer", None, "2025-01-01", None),
    ("A1", "unit", "U1", "community_auxiliary", None, "2025-01-01", None),
    ("A2", "unit", "U1", "community_auxiliary", None, "2025-01-01", None),
    ("W1", "unit", "V1", "village_auxiliary", None, None, None),
    ("P2", "place", "S1", "vice_principal", None, "2025-01-01", None),
    ("A1", "team", "1", "school_safety", None, "2025-01-01", None),
]
LEAVE = [
    ("P1", "staff", "P1", "leave", None, "2026-03-01", "2026-03-10"),
    ("P2", "staff", "P1", "substitute", None, "2026-03-01", "2026-03-10"),
]
BEFORE, DURING = date(2026, 2, 28), date(2026, 3, 10)


def found(rows: list[tuple[Any, ...]], day: date = BEFORE, schools: tuple[str, ...] = ("S1",), plan: Plan = PLAN) -> Any:
    table = pd.DataFrame(rows, columns=COLUMNS, dtype=object)
    return staffing(plan, PERSONS, {"U1": "communities", "V1": "villages"}, dict.fromkeys(schools, True), STAFF, table, day)


def test_a_station_with_all_its_staff_lacks_nothing() -> None:
    full = found(ROWS)
    assert not full.missing and not full.doubled and not full.absences
    assert [(load.officer, load.persons, load.persons > load.standard) for load in full.loads] == [("P1", 3_500, True), ("P2", 500, False)]


@pytest.mark.parametrize(
    ("without", "kind", "target"),
    [(0, "officer", "U1"), (1, "auxiliary", "U1"), (3, "village_auxiliary", "V1"), (4, "vice_principal", "S1"), (5, "school_post", "S1")],
)
def test_whoever_is_taken_out_is_missing_there(without: int, kind: str, target: str) -> None:
    short = found([row for i, row in enumerate(ROWS) if i != without]).missing
    assert [(gap.kind, gap.target_code, gap.missing) for gap in short] == [(kind, target, 1)]


def test_leave_with_a_substitute_moves_the_load_and_leaves_no_gap() -> None:
    away = found([*ROWS, *LEAVE], DURING)
    assert not away.missing and [(a.staff, a.substitute) for a in away.absences] == [("P1", "P2")]
    by = {load.officer: load for load in away.loads}
    assert (by["P2"].persons, by["P2"].for_others, round(by["P2"].share, 3)) == (4_000, 3_500, 1.333)
    assert by["P1"].persons == 0 and by["P1"].on_leave and [load.officer for load in away.over] == ["P2"]
    assert found([*ROWS, *LEAVE], date(2026, 3, 11)).loads == found(ROWS, date(2026, 3, 11)).loads


def test_leave_without_a_substitute_is_a_gap_wherever_the_absent_one_stood() -> None:
    away = found([*ROWS, LEAVE[0]], DURING)
    assert {(gap.kind, gap.target_code) for gap in away.missing} == {("lead", "01"), ("officer", "U1"), ("substitute", "P1")}


def test_substitutes_who_are_away_themselves_pass_it_on_and_a_circle_ends_with_nobody() -> None:
    chain = [
        *LEAVE,
        ("P2", "staff", "P2", "leave", None, "2026-03-05", None),
        ("A1", "staff", "P2", "substitute", None, "2026-03-05", None),
    ]
    circle = [*chain[:3], ("P1", "staff", "P2", "substitute", None, "2026-03-05", None)]
    table, loop = (pd.DataFrame(rows, columns=COLUMNS, dtype=object) for rows in (chain, circle))
    assert acting(table, DURING) == {"P1": "A1", "P2": "A1"} and acting(loop, DURING) == {"P1": None, "P2": None}


def test_two_officers_of_one_community_and_one_of_two_units_are_doubled() -> None:
    more = [*ROWS, ("P2", "unit", "U1", "community_officer", None, None, None), ("W1", "unit", "U1", "village_auxiliary", None, None, None)]
    assert {(gap.kind, gap.target_code) for gap in found(more).doubled} == {("officer", "U1"), ("unit", "W1")}


def test_schools_without_a_post_of_their_own_take_the_team_in_order() -> None:
    more = [*ROWS, ("P2", "place", "S0", "vice_principal", None, None, None)]
    assert [gap.target_code for gap in found(more, schools=("S0", "S1")).missing] == ["S1"]
    own = [*more, ("A2", "school", "S1", "school_post", None, None, None)]
    assert not found(own, schools=("S0", "S1")).missing


def test_assignments_hold_from_their_first_to_their_last_day() -> None:
    table = pd.DataFrame(LEAVE, columns=COLUMNS, dtype=object)
    assert [len(on_day(table, date(2026, m, d))) for m, d in ((2, 28), (3, 1), (3, 10), (3, 11))] == [0, 2, 2, 0]
