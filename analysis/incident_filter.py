"""Which incidents are meant: by date, hour, weekday, category and source. One rule for maps, densities and tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

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
        at = incidents["occurred_at"].dt
        keep = (incidents["occurred_at"] >= pd.Timestamp(self.first)) & (
            incidents["occurred_at"] < pd.Timestamp(self.last + timedelta(days=1))
        )
        if self.hours:
            keep &= at.hour.isin(self.hours)
        if self.weekdays:
            keep &= at.day_of_week.isin(self.weekdays)
        if self.categories:
            keep &= incidents["category"].isin(self.categories)
        if self.sources:
            keep &= incidents["source"].isin(self.sources)
        return keep.to_numpy(dtype=bool)

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
