"""When incidents happen: a period with its exposure, kinds of day, school hours, the 168 hours of the week.

All times are local wall clock as recorded. Nothing is converted between time zones, and no day has 23 or 25 hours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.definition.refusal import Refusal
from layers.definition.text import Text

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]
Times = NDArray[np.datetime64]

HOURS_OF_WEEK = 168
WEEKDAYS = tuple(
    Text(zh, en)
    for zh, en in zip(
        ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)
DAY_KINDS = {"workday": Text("工作日", "working day"), "weekend": Text("周末", "weekend"), "holiday": Text("节假日", "holiday")}
FEW_WEEKS = 4  # of a weekday; below it one evening makes an hour look busy
HEAPED_SHARE = 0.15  # of minutes at :00 or :30, where evenly spread minutes give 0.033
MIDNIGHT_SHARE = 0.05  # at exactly 00:00, where evenly spread minutes give 0.0007
EVEN_HALF_HOURS = 2 / 60


@dataclass(frozen=True)
class Period:
    """Days `first` to `last`, both included, or only those in some months (1 to 12) or on some weekdays (0 Monday); empty: all."""

    first: date
    last: date
    months: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Refusal(
                Text("时间段的末日 {b} 早于首日 {a}。", "The period ends on {b}, before it begins on {a}.").fill(a=self.first, b=self.last),
                Text("请对调两个日期。", "Swap the two dates."),
            )

    @property
    def dates(self) -> pd.DatetimeIndex:
        """Its days, in order."""
        days = pd.date_range(self.first, self.last)
        return days[self._chosen(days)]

    @property
    def days(self) -> int:
        """How many days it has: what counts are divided by."""
        return len(self.dates)

    @property
    def title(self) -> Text:
        """First and last day with the months and weekdays chosen."""
        months = sorted(self.months)
        zh = f"，仅 {'、'.join(str(m) for m in months)} 月" if months else ""
        en = f", months {', '.join(str(m) for m in months)} only" if months else ""
        if self.weekdays:
            zh += "，仅" + "、".join(WEEKDAYS[d].zh for d in sorted(self.weekdays))
            en += ", " + ", ".join(WEEKDAYS[d].en for d in sorted(self.weekdays)) + " only"
        return Text(f"{self.first} 至 {self.last}{zh}", f"{self.first} to {self.last}{en}")

    def holds(self, at: Times) -> Bools:
        """(n,) whether each time lies in it; a missing time does not."""
        inside = (at >= np.datetime64(self.first)) & (at < np.datetime64(self.last) + np.timedelta64(1, "D"))
        return np.asarray(inside & self._chosen(pd.DatetimeIndex(at)))

    def overlaps(self, other: "Period") -> bool:
        """Whether the two have a day in common."""
        return bool(self.dates.isin(other.dates).any())

    def _chosen(self, days: pd.DatetimeIndex) -> Bools:
        keep = np.ones(len(days), bool)
        if self.months:
            keep &= days.month.isin(self.months)
        if self.weekdays:
            keep &= days.day_of_week.isin(self.weekdays)
        return keep


@dataclass(frozen=True)
class SchoolHours:
    """When pupils come and go: spans [from, until) of a school day, and the terms in which there is school (none given: all year)."""

    spans: tuple[tuple[time, time], ...] = ((time(7), time(8, 30)), (time(11, 30), time(14, 30)), (time(16), time(18)))
    terms: tuple[Period, ...] = ()


@dataclass(frozen=True, eq=False)
class HourTable:
    """Incidents by weekday and hour, with how often each weekday came and what was left out."""

    counts: Floats
    """(7, 24) incidents, Monday first; or their mass, where times are spans."""
    exposure_days: Integers
    """(7,) how many of each weekday the period has."""
    period: Period
    day_kinds: tuple[str, ...]
    """Kinds of day counted; empty: all."""
    n_used: int
    n_outside: int
    """Incidents with a time on no counted day."""
    n_missing: int
    """Incidents without a readable time."""
    half_hour_share: float
    """Share of the used times at :00 or :30."""
    notices: tuple[Text, ...]

    @property
    def per_day(self) -> Floats:
        """(7, 24) incidents per such hour, for example per Monday 8 to 9; 0 where the weekday did not come (`exposure_days` 0)."""
        return np.divide(self.counts, self.exposure_days[:, None], out=np.zeros((7, 24)), where=self.exposure_days[:, None] > 0)

    def table(self) -> pd.DataFrame:
        """168 rows: weekday (0 Monday), hour, count, exposure_days, per_day."""
        weekday, hour = (index.ravel() for index in np.indices((7, 24)))
        exposure = self.exposure_days[weekday]
        return pd.DataFrame(
            {"weekday": weekday, "hour": hour, "count": self.counts.ravel(), "exposure_days": exposure, "per_day": self.per_day.ravel()}
        )


def wall_clock(values: object) -> Times:
    """Times (n,) to the second from times or ISO 8601 texts, NaT where missing or unreadable.

    Refused: times with a time zone, which would have to be converted.
    """
    # Without a format pandas takes that of the first row, and rows in another one, such as a bare date, would be missing.
    try:
        read = pd.to_datetime(pd.Series(values).reset_index(drop=True), errors="coerce", format="ISO8601")
    except ValueError as mixed:  # pandas reads no column in which only some rows carry a zone
        raise _zoned() from mixed
    if getattr(read.dtype, "tz", None) is not None:
        raise _zoned()
    return np.asarray(read.to_numpy("datetime64[s]"))


def _zoned() -> Refusal:
    return Refusal(
        Text("时间带有时区。", "The times carry a time zone."),
        Text("请给出当地钟表时间，不带时区。", "Give them as local wall clock, without a zone."),
    )


def week_hour(at: Times) -> Integers:
    """Hour of the week (n,), 0 = Monday 0:00 to 1:00, 167 = Sunday 23:00 to 24:00; -1 where the time is missing."""
    hours = at.astype("datetime64[h]").astype(np.int64)
    return np.where(np.isnat(at), -1, (hours + 3 * 24) % HOURS_OF_WEEK)  # 1970-01-01 was a Thursday


def day_kinds(days: object, holidays: pd.DataFrame | None = None) -> NDArray[np.str_]:
    """workday, weekend or holiday (n,) of each time or date; '' where it is missing.

    `holidays` has the columns date and kind: 'holiday' is a day off, 'workday' one worked in exchange, also on a weekend
    (调休). Days not in it go by their weekday. Refused: another kind, an unreadable date.
    """
    day = wall_clock(days).astype("datetime64[D]")
    weekend = week_hour(day.astype("datetime64[s]")) >= 5 * 24
    kinds = np.where(weekend, "weekend", "workday").astype("<U8")
    if holidays is not None and len(holidays):
        listed = wall_clock(holidays["date"]).astype("datetime64[D]")
        told = holidays["kind"].astype(str).to_numpy()
        bad = np.isnat(listed) | ~np.isin(told, ["holiday", "workday"])
        if bad.any():
            first = int(np.argmax(bad))
            raise Refusal(
                Text(
                    "节假日表有 {n} 行无法使用（首行：第 {row} 行）。", "{n} rows of the holidays are not usable (first: row {row})."
                ).fill(n=int(bad.sum()), row=first + 1),
                Text("每行需要日期和 holiday 或 workday。", "Each row needs a date and 'holiday' or 'workday'."),
            )
        for kind in ("holiday", "workday"):
            kinds[np.isin(day, listed[told == kind])] = kind
    kinds[np.isnat(day)] = ""
    return kinds


def time_columns(at: object, holidays: pd.DataFrame | None = None, school: SchoolHours | None = None) -> pd.DataFrame:
    """One row per time, same index where `at` has one: week_hour (-1 missing), weekday, hour, day_kind, school_hours (bool).

    School hours are the spans of `school` on workdays in its terms.
    """
    times, school = wall_clock(at), school or SchoolHours()
    of_week, kind = week_hour(times), day_kinds(times, holidays)
    minute = (times - times.astype("datetime64[D]")).astype("timedelta64[m]").astype(np.int64)
    spans = [(a.hour * 60 + a.minute, b.hour * 60 + b.minute) for a, b in school.spans]
    in_span = np.any([(minute >= a) & (minute < b) for a, b in spans], axis=0) if spans else np.zeros(len(times), bool)
    in_term = np.any([term.holds(times) for term in school.terms], axis=0) if school.terms else np.ones(len(times), bool)
    columns = {
        "week_hour": of_week,
        "weekday": np.where(of_week < 0, -1, of_week // 24),
        "hour": np.where(of_week < 0, -1, of_week % 24),
        "day_kind": kind,
        "school_hours": in_span & in_term & (kind == "workday"),
    }
    return pd.DataFrame(columns, index=at.index if isinstance(at, pd.Series) else None)


def hour_table(at: object, period: Period, kinds: Sequence[str] = (), holidays: pd.DataFrame | None = None) -> HourTable:
    """Incidents by weekday and hour over the period, or over its days of some `kinds` (`DAY_KINDS`), with that exposure.

    Refused: a time zone, a period or choice without a day, an unknown kind. No incident at all gives a table of zeros, and says so.
    """
    unknown = set(kinds) - set(DAY_KINDS)
    if unknown:
        raise Refusal(
            Text("没有“{k}”这种日子。", "There is no kind of day '{k}'.").fill(k=sorted(unknown)[0]),
            Text("可选：{all}。", "Choose from {all}.").fill(all=", ".join(DAY_KINDS)),
        )
    times, dates = wall_clock(at), period.dates
    if kinds:
        dates = dates[np.isin(day_kinds(dates, holidays), list(kinds))]
    if len(dates) == 0:
        raise Refusal(
            Text("时间段 {p} 内没有所选的日子。", "The period {p} has no day of that choice.").fill(p=period.title),
            Text("请放宽时间段或日子的种类。", "Widen the period or the kinds of day."),
        )
    used = times[period.holds(times) & np.isin(times.astype("datetime64[D]"), dates.to_numpy("datetime64[D]"))]
    missing = int(np.isnat(times).sum())
    exposure = np.bincount(dates.day_of_week, minlength=7).astype(np.int64)
    return HourTable(
        counts=np.bincount(week_hour(used), minlength=HOURS_OF_WEEK).reshape(7, 24).astype(float),
        exposure_days=exposure,
        period=period,
        day_kinds=tuple(kinds),
        n_used=len(used),
        n_outside=len(times) - missing - len(used),
        n_missing=missing,
        half_hour_share=_half_hours(used),
        notices=(*_exposure_notices(exposure), *heaping_notices(used), *_none(used)),
    )


def heaping_notices(at: Times) -> tuple[Text, ...]:
    """What rounded times say: many at :00 or :30, many at exactly midnight. Missing times are left out."""
    at = at[~np.isnat(at)]
    if len(at) == 0:
        return ()
    found, share = [], _half_hours(at)
    midnight = float(np.mean(at == at.astype("datetime64[D]")))
    if share > HEAPED_SHARE:
        found.append(
            Text(
                "{s:.0%} 的时间落在整点或半点（均匀分布约 {e:.0%}）：时间多为估计，相邻小时之间不必细分。",
                "{s:.0%} of the times are at :00 or :30 (evenly spread: {e:.0%}): many are guesses, so do not split neighbouring hours.",
            ).fill(s=share, e=EVEN_HALF_HOURS)
        )
    if midnight > MIDNIGHT_SHARE:
        found.append(
            Text(
                "{s:.0%} 的时间恰为 00:00：可能是没有填写时刻。", "{s:.0%} of the times are exactly 00:00: their hour may not be known."
            ).fill(s=midnight)
        )
    return tuple(found)


def _half_hours(at: Times) -> float:
    minutes = at.astype("datetime64[m]").astype(np.int64) % 30
    return float(np.mean(minutes == 0)) if len(at) else 0.0


def _exposure_notices(exposure: Integers) -> tuple[Text, ...]:
    absent = [WEEKDAYS[d] for d in range(7) if exposure[d] == 0]
    if absent:
        names = Text("、".join(d.zh for d in absent), ", ".join(d.en for d in absent))
        return (Text("时间段内没有：{d}。其零值不是平安。", "Not in the period: {d}. Its zeros do not mean quiet.").fill(d=names),)
    if exposure.min() < FEW_WEEKS:
        least = int(exposure.min())
        return (
            Text(
                "有的星期几只出现 {n} 次：一个晚上就能改变一格。", "Some weekday came only {n} times: one evening can change a cell."
            ).fill(n=least),
        )
    return ()


def _none(used: Times) -> tuple[Text, ...]:
    return () if len(used) else (Text("所选时间内没有警情。", "There are no incidents in the chosen time."),)
