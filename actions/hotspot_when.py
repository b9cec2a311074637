"""When incidents happen: hours of the week, months with their trend, spans shared out, school hours and holidays."""

from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from actions.caller import Caller
from actions.hotspot_basis import Basis
from actions.hotspot_data import chosen_rows
from actions.hotspots import basis_of
from actions.permissions import may
from analysis.aoristic import Aoristic, aoristic
from analysis.disclosure import SMALL, SMALL_MARK, suppress_list, suppress_table
from analysis.incident_filter import IncidentFilter
from analysis.timing import (
    DAY_KINDS,
    WEEKDAYS,
    HourTable,
    Period,
    SchoolHours,
    day_kinds,
    hour_table,
    time_columns,
)
from analysis.trend import MonthlySeries, monthly_series
from layers.definition.refusal import Refusal
from layers.definition.text import Text

__all__ = ["DAY_KINDS", "SMALL"]
CELL_M = 200
MOST_HOLIDAYS = 400
HOUR_WORDS = Text("当地钟表时间，不做时区换算", "local wall clock, never converted")
HOLIDAY_FILE = Path(__file__).resolve().parent.parent / "data" / "holidays_cn.csv"
"""Days off and days worked in exchange, one a row: date, kind (holiday or workday), name. A station may put its own in its place."""
HOLIDAY_SOURCE = Text(
    "节假日：data/holidays_cn.csv（{a} 至 {b} 年），依据国务院办公厅历年放假通知；可换成本单位的表",
    "Holidays: data/holidays_cn.csv ({a} to {b}), after the yearly notices of the General Office of the State Council; "
    "your own table may take its place",
)
SCHOOL = SchoolHours()


@dataclass(frozen=True, eq=False)
class WhenView:
    """The 168 hours of the week and the months of a choice, with what of it this caller may read."""

    hours: HourTable
    shown: pd.DataFrame
    """(7, 24) numbers as texts, Monday first: '<5' and '–' where few may not be told."""
    aoristic: Aoristic | None
    months: MonthlySeries
    months_shown: tuple[str, ...]
    in_school_hours: str
    """Incidents in school hours of school days."""
    on_kinds: dict[str, tuple[str, int]]
    """Kind of day -> incidents as text, days of that kind."""
    exact: bool
    basis: Basis


@cache
def holiday_table(path: Path = HOLIDAY_FILE) -> pd.DataFrame:
    """The table of days off: date, kind, name. Refused: a file that can't be read, another column or kind, a day twice."""
    try:
        table = pd.read_csv(path, dtype=str, encoding="utf-8-sig")[["date", "kind", "name"]]
        day_kinds(table["date"], table)
    except (OSError, ValueError, KeyError) as error:
        raise Refusal(
            Text("节假日表 {f} 无法读取。", "The table of holidays {f} can't be read.").fill(f=path.name),
            Text("需要列 date、kind、name。", "It needs the columns date, kind and name."),
        ) from error
    twice = table["date"].duplicated()
    if twice.any():
        raise Refusal(
            Text("节假日表中 {d} 出现两次。", "The table of holidays has {d} twice.").fill(d=table["date"][twice].iloc[0]),
            Text("请删去一行。", "Delete one of the rows."),
        )
    return table


def when_view(
    caller: Caller,
    by: IncidentFilter,
    kinds: tuple[str, ...] = (),
    own_days: pd.DataFrame | None = None,
    spans: bool = False,
    school: SchoolHours = SCHOOL,
) -> WhenView:
    """Hours and months of a choice; its own hours and weekdays are left aside, for the table shows them all.

    `own_days` (date, kind) go before those of the holiday table. `spans`: incidents known only as from-until are shared out over
    their hours. Refused: as `hour_table` and `holiday_table`.
    """
    caller.must("see_hotspots")
    whole = replace(by, hours=frozenset(), weekdays=frozenset())
    chosen = chosen_rows(caller, whole)
    holidays, told = _holidays(by, own_days)
    period = Period(by.first, by.last)
    at = chosen.table["occurred_at"].reset_index(drop=True)
    hours = hour_table(at, period, kinds, holidays)
    shared = None
    if spans:
        until = chosen.table["occurred_until"].reset_index(drop=True)
        columns = time_columns(at, holidays, school)
        on = columns["day_kind"].isin(kinds).to_numpy() if kinds else np.ones(len(at), bool)
        shared = aoristic(at[on].reset_index(drop=True), until[on].reset_index(drop=True))
        hours = replace(hours, counts=shared.mass)
    months = monthly_series(at, period)
    exact = may("see_small_counts", caller.role)
    columns = time_columns(at, holidays, school)
    days = pd.Series(time_columns(pd.Series(period.dates), holidays)["day_kind"]).value_counts()
    of_kind = columns["day_kind"].value_counts().reindex(list(DAY_KINDS), fill_value=0)
    in_school = int(columns["school_hours"].sum())
    plain = basis_of(caller, chosen, chosen.data.grid(CELL_M))
    caution = None if months.trend is None else months.trend.caution
    doubts = [text for text in (months.notice, caution, shared.notice if shared else None) if text is not None]
    notices = [told, *hours.notices, *doubts]
    return WhenView(
        hours=hours,
        shown=_shown_hours(hours, exact),
        aoristic=shared,
        months=months,
        months_shown=_shown_list(months.table["count"], exact),
        in_school_hours=str(in_school) if exact or not 0 < in_school < SMALL else SMALL_MARK,
        on_kinds={k: (n, int(days.get(k, 0))) for k, n in zip(DAY_KINDS, _shown_list(of_kind, exact), strict=True)},
        exact=exact,
        basis=replace(plain, cell_m=None, test=HOUR_WORDS, cautions=(*plain.cautions, *notices)),
    )


def _holidays(by: IncidentFilter, own_days: pd.DataFrame | None) -> tuple[pd.DataFrame, Text]:
    """The holiday table with the days of one's own before its own, and what it is, with the days that it does not reach."""
    table = holiday_table()
    first, last = table["date"].min()[:4] + "-01-01", table["date"].max()[:4] + "-12-31"
    told = HOLIDAY_SOURCE.fill(a=first[:4], b=last[:4])
    if str(by.first) < first or str(by.last) > last:
        told = Text("{t}；其余年份未列入，按星期计", "{t}; other years are not in it and go by the weekday").fill(t=told)
    if own_days is not None:
        mine = own_days.assign(date=own_days["date"].astype(str))
        table = pd.concat([table[~table["date"].isin(mine["date"])], mine[["date", "kind"]]], ignore_index=True)
    return table, told


def read_school_hours(hours: str, terms: str) -> SchoolHours:
    """School hours as people write them: '07:00-08:30 16:00-18:00', terms '2025-02-17..2025-07-05'; empty: the usual, all year.

    Refused: what is no time or date, a span that ends before it begins.
    """
    spans, kept = [], []
    for word in _words(hours):
        begin, _, end = word.replace("–", "-").partition("-")
        try:
            span = time.fromisoformat(begin), time.fromisoformat(end)
        except ValueError as error:
            raise _unread(word, "07:00-08:30") from error
        if span[1] <= span[0]:
            raise _unread(word, "07:00-08:30")
        spans.append(span)
    for word in _words(terms):
        first, _, last = word.partition("..")
        try:
            kept.append(Period(date.fromisoformat(first), date.fromisoformat(last)))
        except ValueError as error:
            raise _unread(word, "2025-09-01..2026-01-20") from error
    return SchoolHours(tuple(spans) or SCHOOL.spans, tuple(kept))


def _words(text: str) -> list[str]:
    for mark in "，,、；;":
        text = text.replace(mark, " ")
    return text.split()


def _unread(word: str, example: str) -> Refusal:
    return Refusal(
        Text("无法理解“{w}”。", "'{w}' can't be read.").fill(w=word[:40]), Text("例如 {e}。", "Write for example {e}.").fill(e=example)
    )


def _shown_hours(hours: HourTable, exact: bool) -> pd.DataFrame:
    counts = pd.DataFrame(hours.counts)
    if exact:
        return counts.map(lambda v: f"{v:g}" if v == int(v) else f"{v:.1f}")
    # shares of incidents are rounded first: a tenth of an incident is not a count that could be hidden
    return suppress_table(counts.round().astype("int64")).table.iloc[:7, :24]


def _shown_list(counts: pd.Series, exact: bool) -> tuple[str, ...]:
    if exact or not len(counts):
        return tuple(str(int(v)) for v in counts)
    return tuple(suppress_list(counts).table["shown"].to_list()[: len(counts)])


def read_holidays(text: str) -> pd.DataFrame | None:
    """Holidays as people write them: days or spans like 2025-10-01..2025-10-07, and !2025-10-11 for a day worked in exchange.

    Separated by spaces, commas or lines. None when empty. Refused: what is no date, or more than 400 days.
    """
    rows: list[tuple[date, str]] = []
    for word in _words(text):
        kind, rest = ("workday", word[1:]) if word.startswith(("!", "！")) else ("holiday", word)
        first, _, last = rest.partition("..")
        try:
            begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
        except ValueError as error:
            raise Refusal(
                Text("“{w}”不是日期。", "'{w}' is not a date.").fill(w=word[:40]),
                Text("例如 2025-10-01..2025-10-07 !2025-10-11。", "Write for example 2025-10-01..2025-10-07 !2025-10-11."),
            ) from error
        days = (end - begin).days + 1
        if not 0 < days <= MOST_HOLIDAYS - len(rows):
            raise Refusal(
                Text("“{w}”的天数不可用（共最多 {m} 天）。", "'{w}' holds no usable number of days (at most {m} in all).").fill(
                    w=word[:40], m=MOST_HOLIDAYS
                ),
                Text("请检查起止日期。", "Check the first and last day."),
            )
        rows += [(begin + timedelta(days=i), kind) for i in range(days)]
    return pd.DataFrame(rows, columns=["date", "kind"]) if rows else None


def weekday_name(day: int) -> Text:
    """Monday (0) to Sunday (6) in words."""
    return WEEKDAYS[day]
