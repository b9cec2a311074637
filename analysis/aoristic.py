"""Incidents whose time is only known as a span: shared out over the 168 hours of the week, each with mass 1."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.timing import HOURS_OF_WEEK, Floats, Integers, wall_clock
from layers.definition.refusal import Refusal
from layers.definition.text import Text

RULES = {
    "exact": Text("只有一个时刻：全部计入该小时", "one time: all to its hour"),
    "span": Text("时间段：按每小时所占时长分摊", "a span: shared by the time it has in each hour"),
    "reversed": Text("止早于起：全部计入起始小时", "ends before it starts: all to the hour of the start"),
    "too_long": Text("超过 168 小时：168 个小时各计 1/168", "over 168 hours: 1/168 to every hour"),
    "no_start": Text("没有起始时间：不使用", "no start: not used"),
}
"""One rule for each kind of row, in the order of `Aoristic.rule`."""
NAMES = tuple(RULES)
_HOUR_S = 3600
_WEEK_S = HOURS_OF_WEEK * _HOUR_S
_MONDAY_S = 3 * 24 * _HOUR_S  # 1970-01-01 was a Thursday


@dataclass(frozen=True, eq=False)
class Aoristic:
    """The week's mass, and which rule each incident went by."""

    mass: Floats
    """(7, 24), Monday first; sums to `n_used`."""
    rule: Integers
    """(n,) number of the rule in `RULES`."""
    repaired: pd.DataFrame
    """The rows that did not go as recorded (reversed, too_long, no_start): row (as indexed), start, end, rule."""

    @property
    def n_used(self) -> int:
        """Incidents with a start, each of mass 1."""
        return int((self.rule != NAMES.index("no_start")).sum())

    @property
    def counted(self) -> dict[str, int]:
        """Incidents by rule, zeros included."""
        return {name: int((self.rule == number).sum()) for number, name in enumerate(NAMES)}

    @property
    def notice(self) -> Text | None:
        """How many rows were not used as recorded, or None."""
        n = {name: self.counted[name] for name in ("reversed", "too_long", "no_start")}
        if not any(n.values()):
            return None
        return Text(
            "时间段：{reversed} 条止早于起，{too_long} 条超过一周，{no_start} 条没有起始时间（未使用）。",
            "Spans: {reversed} end before they start, {too_long} are over a week, {no_start} have no start (not used).",
        ).fill(**n)


def aoristic(start: object, end: object) -> Aoristic:
    """Mass per hour of the week from spans [start, end) of local wall clock (n,), by `RULES`.

    A missing end means that the start is the time. No time zone, so no hour is lost or doubled in spring or autumn. Refused: a time
    zone, columns of different length. Source: Ratcliffe 2000, by minutes rather than by whole hours.
    """
    first, last, rule = _ruled(start, end)
    at_start = np.isin(rule, [NAMES.index("exact"), NAMES.index("reversed")])
    mass = np.bincount(first[at_start] // _HOUR_S % HOURS_OF_WEEK, minlength=HOURS_OF_WEEK).astype(float)
    mass += _shared(first[rule == NAMES.index("span")], last[rule == NAMES.index("span")])
    mass += (rule == NAMES.index("too_long")).sum() / HOURS_OF_WEEK
    odd = np.flatnonzero(rule >= NAMES.index("reversed"))
    index = start.index if isinstance(start, pd.Series) else pd.RangeIndex(len(rule))
    repaired = pd.DataFrame(
        {"row": index[odd], "start": wall_clock(start)[odd], "end": wall_clock(end)[odd], "rule": [NAMES[r] for r in rule[odd]]}
    )
    return Aoristic(mass.reshape(7, 24), rule, repaired)


def share_in_hours(start: object, end: object, hours: Collection[int]) -> Floats:
    """Part of each incident's mass (n,), 0 to 1, in the chosen hours of the week (0 Monday 0:00 to 167): weights for a map of a cell."""
    chosen = np.zeros(HOURS_OF_WEEK)
    chosen[list(hours)] = 1
    before = np.concatenate([[0.0], np.cumsum(chosen)])

    def chosen_hours_until(second: Integers) -> Floats:
        week, rest = np.divmod(second, _WEEK_S)
        hour = rest // _HOUR_S
        return np.asarray(week * before[-1] + before[hour] + chosen[hour] * (rest % _HOUR_S) / _HOUR_S)

    first, last, rule = _ruled(start, end)
    share = chosen[first // _HOUR_S % HOURS_OF_WEEK]
    span = rule == NAMES.index("span")
    share[span] = (chosen_hours_until(last[span]) - chosen_hours_until(first[span])) * _HOUR_S / (last[span] - first[span])
    share[rule == NAMES.index("too_long")] = chosen.mean()
    share[rule == NAMES.index("no_start")] = 0
    return share


def _ruled(start: object, end: object) -> tuple[Integers, Integers, Integers]:
    """Start and end in seconds since a Monday 0:00 (0 where missing), and the number of the rule for each row."""
    first, last = wall_clock(start), wall_clock(end)
    if len(first) != len(last):
        raise Refusal(
            Text("起始时间 {a} 个，结束时间 {b} 个。", "There are {a} starts and {b} ends.").fill(a=len(first), b=len(last)),
            Text("两列须等长。", "Both columns must have one value per incident."),
        )
    no_start, no_end = np.isnat(first), np.isnat(last)
    a = np.where(no_start, 0, first.astype(np.int64) + _MONDAY_S)
    b = np.where(no_end, a, last.astype(np.int64) + _MONDAY_S)
    kinds = [no_start, no_end | (a == b), b < a, b - a > _WEEK_S]
    rule = np.select(kinds, [NAMES.index(name) for name in ("no_start", "exact", "reversed", "too_long")], NAMES.index("span"))
    return a, b, rule.astype(np.int64)


def _shared(first: NDArray[np.int64], last: NDArray[np.int64]) -> Floats:
    """Mass (168,) of spans of at most a week: the parts of the first and last hour, and each whole hour between by a running sum."""
    mass, length = np.zeros(HOURS_OF_WEEK), (last - first).astype(float)
    a, b = first // _HOUR_S, last // _HOUR_S
    ends_in = np.where(a == b, last, (a + 1) * _HOUR_S)
    mass += np.bincount(a % HOURS_OF_WEEK, (ends_in - first) / length, HOURS_OF_WEEK)
    mass += np.bincount(b % HOURS_OF_WEEK, np.where(a == b, 0, last - b * _HOUR_S) / length, HOURS_OF_WEEK)
    from_hour = (a + 1) % HOURS_OF_WEEK
    until = from_hour + np.maximum(b - a - 1, 0)
    steps = np.bincount(from_hour, _HOUR_S / length, 2 * HOURS_OF_WEEK) - np.bincount(until, _HOUR_S / length, 2 * HOURS_OF_WEEK)
    whole = np.cumsum(steps).reshape(2, HOURS_OF_WEEK).sum(axis=0)
    return np.asarray(mass + whole)
