"""Which places stay hot: a row of periods side by side, and one class per cell, unit or beat by stated rules."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.incident_filter import month_start
from analysis.timing import Bools, Floats, Integers, Period
from layers.definition.refusal import Refusal
from layers.definition.text import Text

OFTEN = 0.5  # of a window's periods: a place is at home among the hot ones
CLASSES = {
    "emerging": Text("新出现", "emerging"),
    "persistent": Text("持续", "persistent"),
    "fading": Text("减弱", "fading"),
    "former": Text("曾经", "former"),
    "none": Text("无", "none"),
}
RULES = {
    "emerging": Text(
        "近期至少一半时段为热点，早期不到一半", "hot in at least half of the recent periods, in less than half of the earlier ones"
    ),
    "persistent": Text("近期和早期均至少一半时段为热点", "hot in at least half of the recent and half of the earlier periods"),
    "fading": Text("早期至少一半，近期不到一半但仍有", "hot in at least half of the earlier periods, in fewer but some of the recent ones"),
    "former": Text("早期至少一半，近期没有", "hot in at least half of the earlier periods, in none of the recent ones"),
    "none": Text("近期和早期都不到一半", "hot in less than half of the recent and of the earlier periods"),
}


@dataclass(frozen=True, eq=False)
class Persistence:
    """The class of each place and the windows it rests on. The recent and the earlier periods have none in common."""

    classes: NDArray[np.str_]
    """(n,) key of `CLASSES`."""
    recent_share: Floats
    """(n,) part of the recent periods in which the place was hot, 0 to 1; likewise `earlier_share`."""
    earlier_share: Floats
    n_hot: Integers
    """(n,) periods in which it was hot."""
    recent: tuple[Period, ...]
    earlier: tuple[Period, ...]

    @property
    def counted(self) -> dict[str, int]:
        """Places by class, zeros included."""
        return {name: int((self.classes == name).sum()) for name in CLASSES}


def months_back(last: date, periods: int, months_each: int = 1) -> tuple[Period, ...]:
    """So many periods of whole months, oldest first; the newest ends with the last month that is whole on `last`. None overlap."""
    _check_number(periods, months_each)
    following = last + timedelta(days=1)
    end = following if following.day == 1 else last.replace(day=1)
    firsts = [month_start(end, months_each * back) for back in range(periods, -1, -1)]
    return tuple(Period(a, b - timedelta(days=1)) for a, b in itertools.pairwise(firsts))


def persistence(hot: ArrayLike, periods: Sequence[Period], recent: int) -> Persistence:
    """Class by `RULES` of each place from hot or not (periods, n), oldest first. The recent window is exactly the last `recent` periods.

    Refused: no whole number of recent periods, or none left before them; periods that overlap or are out of order; another shape.
    """
    flags: Bools = np.asarray(hot, bool)
    check_apart(periods)
    if flags.ndim != 2 or len(flags) != len(periods):
        raise Refusal(
            Text("{p} 个时段，热点表形状为 {s}。", "There are {p} periods, and hot cells of shape {s}.").fill(
                p=len(periods), s=flags.shape
            ),
            Text("每个时段一行，每个地点一列。", "Give one row per period and one column per place."),
        )
    if not 1 <= recent < len(periods):
        raise Refusal(
            Text("近期 {k} 个时段，共 {p} 个。", "{k} recent periods of {p} leave nothing to compare with.").fill(k=recent, p=len(periods)),
            Text("请至少留 1 个早期时段。", "Keep at least one recent and one earlier period."),
        )
    now, then = flags[-recent:].mean(axis=0), flags[:-recent].mean(axis=0)
    rules = [(now >= OFTEN) & (then < OFTEN), (now >= OFTEN) & (then >= OFTEN), (then >= OFTEN) & (now > 0), then >= OFTEN]
    classes = np.select(rules, ["emerging", "persistent", "fading", "former"], "none")
    return Persistence(classes, now, then, flags.sum(axis=0), tuple(periods[-recent:]), tuple(periods[:-recent]))


def check_apart(periods: Sequence[Period]) -> None:
    """Refused: periods of which one does not end before the next begins."""
    for earlier, later in itertools.pairwise(periods):
        if earlier.last >= later.first:
            raise Refusal(
                Text("时段 {a} 与 {b} 重叠或次序颠倒。", "The periods {a} and {b} overlap or are out of order.").fill(
                    a=earlier.title, b=later.title
                ),
                Text("请按时间先后给出不重叠的时段。", "Give periods in order of time that do not overlap."),
            )


def _check_number(periods: int, length: int) -> None:
    if periods < 1 or length < 1:
        raise Refusal(
            Text("{p} 个时段、每段 {n} 无效。", "{p} periods of length {n} are not possible.").fill(p=periods, n=length),
            Text("两者都至少为 1。", "Both must be at least 1."),
        )
