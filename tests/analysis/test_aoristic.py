"""Spans shared out by hand. 2025-03-30 is a Sunday, on which clocks in Europe go from 2:00 to 3:00: 1:30 to 4:30 is 3 hours here.

Monday 1:30 to 4:30: 1/6 to hour 1, 1/3 to 2, 1/3 to 3, 1/6 to 4.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.aoristic import RULES, aoristic, share_in_hours
from layers.definition.refusal import Refusal

MONDAY, SUNDAY = 0, 6


def hours(start: str, end: str | None) -> dict[int, float]:
    """Mass by hour of the week where there is any."""
    mass = aoristic([start], [end]).mass.ravel()
    return {int(hour): float(mass[hour]) for hour in np.flatnonzero(mass > 1e-12)}


def test_a_span_is_shared_by_its_minutes() -> None:
    assert hours("2025-06-02T01:30", "2025-06-02T04:30") == pytest.approx({1: 1 / 6, 2: 1 / 3, 3: 1 / 3, 4: 1 / 6})


def test_no_hour_is_lost_where_clocks_elsewhere_are_changed() -> None:
    found = hours("2025-03-30T01:30", "2025-03-30T04:30")
    assert found == pytest.approx({144 + hour: mass for hour, mass in {1: 1 / 6, 2: 1 / 3, 3: 1 / 3, 4: 1 / 6}.items()})


def test_a_span_over_the_end_of_the_week_goes_on_in_its_beginning() -> None:
    assert hours("2025-06-08T22:00", "2025-06-09T01:00") == pytest.approx({166: 1 / 3, 167: 1 / 3, 0: 1 / 3})


@pytest.mark.parametrize(
    ("start", "end", "rule", "expected"),
    [
        ("2025-06-02T08:10", None, "exact", {8: 1}),
        ("2025-06-02T08:10", "2025-06-02T08:10", "exact", {8: 1}),
        ("2025-06-02T08:10", "2025-06-02T08:50", "span", {8: 1}),
        ("2025-06-02T08:00", "2025-06-02T10:00", "span", {8: 0.5, 9: 0.5}),
        ("2025-06-02T08:10", "2025-06-01T08:10", "reversed", {8: 1}),
        ("2025-06-02T08:10", "2025-06-20T08:10", "too_long", dict.fromkeys(range(168), 1 / 168)),
        ("2025-06-02T08:10", "2025-06-09T08:10", "span", dict.fromkeys(range(168), 1 / 168)),
        (None, "2025-06-02T08:10", "no_start", {}),
    ],
)
def test_each_kind_of_row_has_its_rule(start: str | None, end: str | None, rule: str, expected: dict[int, float]) -> None:
    found = aoristic([start], [end])
    assert found.counted == {name: int(name == rule) for name in RULES}
    assert hours(start, end) == pytest.approx(expected)


def test_repaired_rows_are_counted_and_listed_by_their_index() -> None:
    start = pd.Series(["2025-06-02T08:00", None, "2025-06-02T08:00", "2025-06-01"], index=[7, 8, 9, 10])
    end = pd.Series(["2025-06-02T07:00", "2025-06-02T07:00", "2025-06-02T09:00", "2025-07-01"], index=[7, 8, 9, 10])
    found = aoristic(start, end)
    assert found.repaired["row"].tolist() == [7, 8, 10]
    assert found.repaired["rule"].tolist() == ["reversed", "no_start", "too_long"]
    assert found.n_used == 3 and "1 end before they start, 1 are over a week, 1 have no start" in found.notice.en


def test_no_incidents_are_a_table_of_zeros() -> None:
    found = aoristic([], [])
    assert found.mass.shape == (7, 24) and found.mass.sum() == 0 and found.notice is None


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(Refusal, match="1 starts and 2 ends"):
        aoristic(["2025-06-02"], [None, None])


SPANS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(-10_000, 900_000)), min_size=1, max_size=20)


@given(SPANS, st.sets(st.integers(0, 167)))
@settings(max_examples=80, deadline=None)
def test_each_incident_has_mass_one_and_the_hours_of_a_cell_take_the_same_mass_from_each(
    spans: list[tuple[int, int]], chosen: set[int]
) -> None:
    start = np.datetime64("2025-01-01T00:00:00") + np.array([a for a, _ in spans]).astype("timedelta64[s]")
    end = start + np.array([b for _, b in spans]).astype("timedelta64[s]")
    mass = aoristic(start, end).mass.ravel()
    assert mass.sum() == pytest.approx(len(spans)) and mass.min() > -1e-9
    share = share_in_hours(start, end, chosen)
    assert share.sum() == pytest.approx(mass[list(chosen)].sum())
    assert (share >= -1e-9).all() and (share <= 1 + 1e-9).all()
