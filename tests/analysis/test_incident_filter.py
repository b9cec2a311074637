"""Which incidents are meant: dates inclusive, an empty choice means all."""

from datetime import date

import pandas as pd
import pytest

from analysis.incident_filter import IncidentFilter, month_start, year_up_to

# Monday 2025-06-02 to Sunday 2025-06-08
INCIDENTS = pd.DataFrame(
    {
        "occurred_at": pd.to_datetime(["2025-06-02T00:00", "2025-06-03T23:59", "2025-06-07T14:30", "2025-06-08T23:59", "2025-06-09T00:00"]),
        "category": ["theft", "dispute", "theft", "noise", "theft"],
        "source": ["reported", "reported", "found", "reported", "reported"],
    }
)
WEEK = (date(2025, 6, 2), date(2025, 6, 8))


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        ({}, [1, 1, 1, 1, 0]),
        ({"hours": {23}}, [0, 1, 0, 1, 0]),
        ({"hours": {22, 23, 0, 1}}, [1, 1, 0, 1, 0]),
        ({"weekdays": {5, 6}}, [0, 0, 1, 1, 0]),
        ({"categories": {"theft"}}, [1, 0, 1, 0, 0]),
        ({"sources": {"found"}}, [0, 0, 1, 0, 0]),
        ({"categories": {"theft"}, "sources": {"reported"}, "hours": {5}}, [0, 0, 0, 0, 0]),
    ],
)
def test_a_filter_keeps_what_fits_all_its_choices(choice: dict[str, set], kept: list[int]) -> None:
    chosen = IncidentFilter(*WEEK, **{name: frozenset(values) for name, values in choice.items()})
    assert chosen.keeps(INCIDENTS).tolist() == [bool(k) for k in kept]


def test_dates_the_wrong_way_round_are_taken_the_right_way_round() -> None:
    assert IncidentFilter(WEEK[1], WEEK[0]) == IncidentFilter(*WEEK)


@pytest.mark.parametrize(("weekdays", "days"), [(set(), 7), ({0}, 1), ({5, 6}, 2)])
def test_exposure_is_the_days_that_the_weekdays_leave(weekdays: set[int], days: int) -> None:
    assert IncidentFilter(*WEEK, weekdays=frozenset(weekdays)).exposure_days == days


def test_the_browser_gets_the_same_choice_as_plain_values() -> None:
    spec = IncidentFilter(*WEEK, categories=frozenset({"theft"})).spec({"dispute": 0, "theft": 1}, {"reported": 0})
    assert spec == {"first": "2025-06-02", "last": "2025-06-08", "hours": [], "weekdays": [], "categories": [1], "sources": []}


@pytest.mark.parametrize(
    ("last", "first"),
    [(date(2025, 12, 31), date(2025, 1, 1)), (date(2025, 6, 15), date(2024, 6, 16)), (date(2024, 2, 28), date(2023, 3, 1))],
)
def test_a_year_up_to_a_day_is_twelve_months(last: date, first: date) -> None:
    assert year_up_to(last) == first


def test_a_month_starts_on_its_first_day_however_many_months_back() -> None:
    assert [month_start(date(2025, 2, 28), back) for back in (0, 1, 2)] == [date(2025, 2, 1), date(2025, 1, 1), date(2024, 12, 1)]
