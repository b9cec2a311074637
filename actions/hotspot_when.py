"""When incidents happen: hours of the week, months with their trend, spans shared out, school hours and holidays."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from actions.caller import Caller
from actions.hotspot_basis import Basis
from actions.hotspot_data import chosen_rows, hotspot_data
from actions.hotspots import basis_of
from actions.permissions import may
from analysis.aoristic import Aoristic, aoristic
from analysis.disclosure import suppress_list, suppress_table
from analysis.incident_filter import IncidentFilter
from analysis.timing import DAY_KINDS, WEEKDAYS, HourTable, MonthlySeries, Period, hour_table, monthly_series, time_columns
from layers.definition.refusal import Refusal
from layers.definition.text import Text

CELL_M = 200
MOST_HOLIDAYS = 400
HOUR_WORDS = Text("当地钟表时间，不做时区换算", "local wall clock, never converted")


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


def when_view(
    caller: Caller,
    by: IncidentFilter,
    kinds: tuple[str, ...] = (),
    holidays: pd.DataFrame | None = None,
    spans: bool = False,
) -> WhenView:
    """Hours and months of a choice; its own hours and weekdays are left aside, for the table shows them all.

    `spans`: incidents known only as from-until are shared out over their hours. Refused: as `hour_table`.
    """
    whole = replace(by, hours=frozenset(), weekdays=frozenset())
    chosen = chosen_rows(caller, whole)
    period = Period(by.first, by.last)
    at = chosen.table["occurred_at"].reset_index(drop=True)
    hours = hour_table(at, period, kinds, holidays)
    shared = None
    if spans:
        until = chosen.table["occurred_until"].reset_index(drop=True)
        columns = time_columns(at, holidays)
        on = columns["day_kind"].isin(kinds).to_numpy() if kinds else np.ones(len(at), bool)
        shared = aoristic(at[on].reset_index(drop=True), until[on].reset_index(drop=True))
        hours = replace(hours, counts=shared.mass)
    months = monthly_series(at, period)
    exact = may("see_small_counts", caller.role)
    columns = time_columns(at, holidays)
    days = pd.Series(time_columns(pd.Series(period.dates), holidays)["day_kind"]).value_counts()
    of_kind = columns["day_kind"].value_counts().reindex(list(DAY_KINDS), fill_value=0)
    school = int(columns["school_hours"].sum())
    plain = basis_of(caller, chosen, hotspot_data(caller).grid(CELL_M))
    notices = [*hours.notices, *([months.notice] if months.notice else []), *([shared.notice] if shared and shared.notice else [])]
    return WhenView(
        hours=hours,
        shown=_shown_hours(hours, exact),
        aoristic=shared,
        months=months,
        months_shown=_shown_list(months.table["count"], exact),
        in_school_hours=str(school) if exact or not 0 < school < 5 else "<5",
        on_kinds={k: (n, int(days.get(k, 0))) for k, n in zip(DAY_KINDS, _shown_list(of_kind, exact), strict=True)},
        exact=exact,
        basis=replace(plain, cell_m=None, test=HOUR_WORDS, cautions=(*plain.cautions, *notices)),
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
    for word in text.replace("，", " ").replace(",", " ").replace("、", " ").split():
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
