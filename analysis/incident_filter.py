"""Which incidents are meant: by date, hour, weekday, category and source. One rule for maps, densities and tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True)
class IncidentFilter:
    """A choice of incidents. Dates are inclusive; an empty set means 'all', so no choice is ever an empty one by accident.

    hours: 0 to 23; weekdays: 0 Monday to 6 Sunday; categories and sources: keys of the layer's choices.
    """

    first: date
    last: date
    hours: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    categories: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.last < self.first:
            first, last = self.last, self.first
            object.__setattr__(self, "first", first)
            object.__setattr__(self, "last", last)

    def keeps(self, incidents: pd.DataFrame) -> NDArray[np.bool_]:
        """One bool per row of a table with occurred_at (datetime), category and source."""
        return self.kept(IncidentColumns(incidents))

    def kept(self, columns: "IncidentColumns") -> NDArray[np.bool_]:
        """The same of a table whose columns were made into numbers before: a million rows take some milliseconds."""
        keep = (columns.second >= _seconds(self.first)) & (columns.second < _seconds(self.last + timedelta(days=1)))
        if self.hours:
            keep &= np.isin(np.arange(24), list(self.hours))[columns.hour]
        if self.weekdays:
            keep &= np.isin(np.arange(7), list(self.weekdays))[columns.weekday]
        if self.categories:
            keep &= columns.among("category", self.categories)
        if self.sources:
            keep &= columns.among("source", self.sources)
        return np.asarray(keep)

    @property
    def exposure_days(self) -> int:
        """Days of the span that the chosen weekdays leave; what counts are divided by. At least 1 in any span of a week."""
        days = (self.last - self.first).days + 1
        if not self.weekdays:
            return days
        return sum((self.first + timedelta(days=i)).weekday() in self.weekdays for i in range(days))

    def spec(self, category_codes: Mapping[str, int], source_codes: Mapping[str, int]) -> dict[str, object]:
        """The same choice as the plain values that the browser filters by."""
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "hours": sorted(self.hours),
            "weekdays": sorted(self.weekdays),
            "categories": sorted(category_codes[key] for key in self.categories),
            "sources": sorted(source_codes[key] for key in self.sources),
        }


class IncidentColumns:
    """What a filter looks at, as numbers: made where it is first asked for, and kept."""

    def __init__(self, incidents: pd.DataFrame) -> None:
        self._table = incidents
        self._codes: dict[str, tuple[NDArray[np.int64], list[str]]] = {}

    @cached_property
    def second(self) -> NDArray[np.int64]:
        """Seconds since 1970 by the wall clock; where the time is missing, before all days."""
        return self._table["occurred_at"].to_numpy("datetime64[s]").astype(np.int64)

    @cached_property
    def hour(self) -> NDArray[np.int8]:
        """0 to 23."""
        return (self.second // 3600 % 24).astype(np.int8)

    @cached_property
    def weekday(self) -> NDArray[np.int8]:
        """0 Monday to 6 Sunday; 1970 began on a Thursday."""
        return ((self.second // 86_400 + 3) % 7).astype(np.int8)

    def among(self, column: str, chosen: frozenset[str]) -> NDArray[np.bool_]:
        """Which rows have one of these words in the column; a missing one is none of them."""
        if column not in self._codes:
            words = self._table[column].astype("category").cat
            self._codes[column] = (words.codes.to_numpy(), [str(word) for word in words.categories])
        codes, names = self._codes[column]
        return np.array([*(name in chosen for name in names), False])[codes]


def _seconds(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86_400


def same_part_of_month(as_of: date) -> tuple[IncidentFilter, IncidentFilter]:
    """This month up to `as_of`, and the same part of the month before; whole months when `as_of` ends its month."""
    first = as_of.replace(day=1)
    before_last = first - timedelta(days=1)
    before_first = before_last.replace(day=1)
    ends_month = (as_of + timedelta(days=1)).day == 1
    last = before_last if ends_month else min(before_last, before_first + timedelta(days=as_of.day - 1))
    return IncidentFilter(first, as_of), IncidentFilter(before_first, last)


def year_up_to(last: date) -> date:
    """First day of the twelve months that end with `last`."""
    day = last + timedelta(days=1)
    return day.replace(year=day.year - 1) if (day.month, day.day) != (2, 29) else date(day.year - 1, 3, 1)


def month_start(day: date, months_before: int = 0) -> date:
    """First day of the month of `day`, or of a month so many before it."""
    year, month = divmod(day.year * 12 + day.month - 1 - months_before, 12)
    return date(year, month + 1, 1)
