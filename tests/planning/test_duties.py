"""Duties due and done.

Monday 2 March 2026. Risk place K1: checked 31 January (due after 30 days: 30 days ago, so due today, 0 late), patrolled
20 February (10 days ago, due after 7: 3 late). School S1: a post on 2 March itself (due again in a day: -1).
"""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from layers.definition.refusal import Refusal
from planning.duties import check_duty, due_duties, last_done, open_disputes, standing

MONDAY, SUNDAY = date(2026, 3, 2), date(2026, 3, 1)
COLUMNS = ["id", "at", "staff_code", "kind", "target_kind", "target_code", "count", "by", "undoes"]
ROWS: list[tuple[Any, ...]] = [
    (1, "2026-01-31T09:00:00", "P1", "check", "risk_places", "K1", 1, "p1", None),
    (2, "2026-02-20T22:00:00", "P1", "patrol", "risk_places", "K1", 1, "p1", None),
    (3, "2026-03-02T07:20:00", "P1", "school_post", "schools", "S1", 1, "p1", None),
    (4, "2026-02-01T10:00:00", "P1", "dispute", "villages", "V1", 3, "p1", None),
    (5, "2026-02-02T10:00:00", "P1", "settled", "villages", "V1", 1, "p1", None),
    (6, "2026-03-01T10:00:00", "P1", "check", "risk_places", "K1", 1, "p1", None),
    (7, "2026-03-01T10:01:00", "P1", "check", "risk_places", "K1", 1, "p1", 6),
]


def table(rows: list[tuple[Any, ...]] = ROWS) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object).astype({"id": "int64", "count": "int64", "undoes": "Int64"})


def test_a_line_that_was_taken_back_and_the_one_that_took_it_back_do_not_count() -> None:
    assert standing(table())["id"].tolist() == [1, 2, 3, 4, 5]
    assert last_done(table())["check", "risk_places", "K1"] == date(2026, 1, 31)


def test_duties_are_late_due_or_not_yet_by_their_days() -> None:
    due = due_duties([("risk_places", "K1"), ("schools", "S1")], table(), MONDAY)
    assert [(d.kind, d.late_days) for d in due if d.last is not None] == [("patrol", 3), ("check", 0), ("school_post", -1)]
    assert [d.kind for d in due if d.last is None] == ["check"] and due[0].last is None  # never on record stands first


def test_no_post_stands_at_schools_on_a_weekend_and_own_days_replace_the_usual() -> None:
    assert [d.kind for d in due_duties([("schools", "S1")], table([]), SUNDAY)] == ["check"]
    own = due_duties([("risk_places", "K1")], table(), MONDAY, {"patrol": {"risk_places": 5}})
    assert [(d.kind, d.late_days) for d in own] == [("patrol", 5), ("check", 0)]


def test_open_disputes_are_those_taken_up_and_not_settled() -> None:
    assert open_disputes(table()) == {"V1": 2} and open_disputes(table([])) == {}


@pytest.mark.parametrize(("kind", "layer"), [("drink", "villages"), ("school_post", "villages"), ("visit", "incidents"), ("", "")])
def test_a_kind_or_a_place_that_is_not_listed_is_refused(kind: str, layer: str) -> None:
    with pytest.raises(Refusal, match="no duty"):
        check_duty(kind, layer)
