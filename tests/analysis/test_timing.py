"""June 2025: Sunday the 1st to Monday the 30th, so five Sundays and Mondays and four of each other weekday."""

from datetime import date, time

import numpy as np
import pandas as pd
import pytest

from analysis.timing import Period, SchoolHours, day_kinds, heaping_notices, hour_table, time_columns, wall_clock, week_hour
from layers.definition.refusal import Refusal

JUNE = Period(date(2025, 6, 1), date(2025, 6, 30))
HOLIDAYS = pd.DataFrame({"date": ["2025-05-31", "2025-06-02", "2025-06-07"], "kind": ["holiday", "holiday", "workday"]})
MONDAY, SUNDAY = 0, 6


# refuses


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Refusal, match="before it begins"):
        Period(date(2025, 6, 2), date(2025, 6, 1))


def test_times_with_a_zone_are_refused_rather_than_converted() -> None:
    with pytest.raises(Refusal, match="time zone"):
        hour_table(pd.Series(pd.to_datetime(["2025-06-02T08:00+08:00"])), JUNE)
    with pytest.raises(Refusal, match="time zone"):
        wall_clock(["2025-06-02T08:00", "2025-06-02T08:00Z"])


def test_rows_in_several_forms_of_iso_are_all_read() -> None:
    assert not np.isnat(wall_clock(["2025-06-02T08:00", "2025-06-02", "2025-06-02 08:00:30", date(2025, 6, 2)])).any()


def test_a_choice_without_a_day_an_unknown_kind_and_a_bad_holiday_are_refused() -> None:
    with pytest.raises(Refusal, match="no day of that choice"):
        hour_table([], Period(date(2025, 6, 3), date(2025, 6, 3)), kinds=["weekend"])
    with pytest.raises(Refusal, match="no kind of day 'feast'"):
        hour_table([], JUNE, kinds=["feast"])
    with pytest.raises(Refusal, match=r"1 row of the holidays is not usable \(first: row 1\)"):
        day_kinds(["2025-06-02"], pd.DataFrame({"date": ["soon"], "kind": ["holiday"]}))


# hours of the week


def test_the_week_begins_on_monday_at_midnight_and_a_missing_time_has_no_hour() -> None:
    at = wall_clock(["2025-06-02T00:00", "2025-06-08T23:59", "1969-12-29T01:00", None])
    assert week_hour(at).tolist() == [0, 167, 1, -1]


def test_counts_are_divided_by_how_often_the_weekday_came() -> None:
    found = hour_table(["2025-06-01T22:10", "2025-06-08T22:40", "2025-06-03T08:05", "2025-07-01T08:05", None], JUNE)
    assert found.exposure_days.tolist() == [5, 4, 4, 4, 4, 4, 5]
    assert found.counts[SUNDAY, 22] == 2 and found.per_day[SUNDAY, 22] == pytest.approx(0.4)
    assert (found.n_used, found.n_outside, found.n_missing) == (3, 1, 1)
    assert found.table()["count"].sum() == 3 and len(found.table()) == 168


def test_a_weekday_that_did_not_come_is_zero_and_told() -> None:
    found = hour_table(["2025-06-03T08:05"], Period(date(2025, 6, 3), date(2025, 6, 3)))
    assert np.isfinite(found.per_day).all() and found.per_day[MONDAY].sum() == 0
    assert "Monday" in found.notices[0].en and "周一" in found.notices[0].zh


def test_no_incidents_give_zeros_and_a_word() -> None:
    found = hour_table([], JUNE)
    assert found.counts.sum() == 0 and "no incidents" in found.notices[-1].en and found.half_hour_share == 0


def test_holidays_and_days_worked_in_exchange_go_before_the_weekday() -> None:
    assert day_kinds(["2025-06-02", "2025-06-07", "2025-06-08", "2025-06-09", None], HOLIDAYS).tolist() == [
        "holiday",
        "workday",
        "weekend",
        "workday",
        "",
    ]


def test_a_table_of_workdays_counts_and_divides_by_workdays_only() -> None:
    found = hour_table(["2025-06-02T08:10", "2025-06-09T08:10", "2025-06-07T08:10"], JUNE, ["workday"], HOLIDAYS)
    assert found.exposure_days.tolist() == [4, 4, 4, 4, 4, 1, 0]  # 2 June was a holiday, Saturday the 7th was worked
    assert found.n_used == 2 and found.per_day[5, 8] == 1


def test_school_hours_are_spans_of_workdays_in_the_terms_and_keep_the_index() -> None:
    at = pd.Series(["2025-06-03T07:00", "2025-06-03T08:30", "2025-06-02T07:30", "2025-07-15T07:30", None], index=list("abcde"))
    found = time_columns(at, HOLIDAYS, SchoolHours(((time(7), time(8, 30)),), (JUNE,)))
    assert found["school_hours"].tolist() == [True, False, False, False, False]
    assert found.index.tolist() == list("abcde") and found.loc["e", "week_hour"] == -1


def test_a_period_may_be_some_months_and_weekdays_only() -> None:
    year = Period(date(2024, 1, 1), date(2025, 12, 31), frozenset({6}), frozenset({MONDAY}))
    assert year.days == 4 + 5 and "months 6 only, Monday only" in year.title.en
    assert year.holds(wall_clock(["2025-06-02T23:59", "2025-06-03T00:00", "2025-05-26T10:00"])).tolist() == [True, False, False]


def test_rounded_times_are_told_and_even_ones_are_not() -> None:
    even = pd.date_range("2025-06-01", periods=1440, freq="min")
    assert heaping_notices(wall_clock(even)) == ()
    rounded = wall_clock(even.floor("30min"))
    assert [("half-hours" in t.en or ":30" in t.en) for t in heaping_notices(rounded)] == [True]
    assert "00:00" in heaping_notices(wall_clock(even.floor("D")))[1].en
