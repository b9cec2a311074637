"""Duties that an officer ticks: which kinds there are, where they are done, how often they are due, and what is open.

Pure functions on the table of duty lines (id, at, staff_code, kind, target_kind, target_code, count, by, undoes).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from layers.definition.refusal import Refusal
from layers.definition.text import Text

UNIT_KINDS = ("communities", "villages")


@dataclass(frozen=True)
class DutyKind:
    """A kind of duty: what it is called, at which layers' places it is done, and after how many days it is due again (None: never)."""

    title: Text
    counts: Text
    """What its number counts."""
    at: tuple[str, ...]
    every_days: Mapping[str, int]
    """Layer -> days until it is due again; a layer that is missing has no such duty by the calendar."""


DUTY_KINDS: dict[str, DutyKind] = {
    "visit": DutyKind(
        Text("走访", "visit"), Text("户", "homes"), (*UNIT_KINDS, "schools", "industrial_parks"), {"communities": 7, "villages": 14}
    ),
    "patrol": DutyKind(
        Text("巡逻", "patrol"), Text("次", "times"), (*UNIT_KINDS, "risk_places", "rural_parks", "venues"), {"risk_places": 7}
    ),
    "check": DutyKind(
        Text("检查", "check"),
        Text("次", "times"),
        ("risk_places", "fire_hazards", "venues", "industrial_parks", "schools", "shops"),
        {"risk_places": 30, "fire_hazards": 30, "industrial_parks": 90, "schools": 90},
    ),
    "dispute": DutyKind(Text("受理纠纷", "dispute taken up"), Text("件", "cases"), UNIT_KINDS, {}),
    "settled": DutyKind(Text("化解纠纷", "dispute settled"), Text("件", "cases"), UNIT_KINDS, {}),
    "school_post": DutyKind(Text("护学岗", "school post"), Text("次", "times"), ("schools",), {"schools": 1}),
    "field": DutyKind(Text("田间警务", "field duty"), Text("次", "times"), ("villages", "rural_parks"), {"villages": 30}),
}
"""Days are the usual rhythm of a township station: a chief's own come with the setting `duty_days`."""
SATURDAY = 5


@dataclass(frozen=True)
class Due:
    """A duty at a place: when it was last done (None: never, as far as the records tell) and since how many days it is due.

    `late_days` 0: due that day; above: late by so many; below: due in so many days.
    """

    kind: str
    target_kind: str
    target_code: str
    last: date | None
    late_days: int


def standing(records: pd.DataFrame) -> pd.DataFrame:
    """The lines that count: neither taken back nor taking one back. Same columns, same order."""
    undone = set(records["undoes"].dropna().astype(int))
    return records[records["undoes"].isna() & ~records["id"].isin(undone)]


def last_done(records: pd.DataFrame) -> dict[tuple[str, str, str], date]:
    """(kind, target kind, target code) -> the last day on which it was done."""
    kept = standing(records)
    found: dict[tuple[str, str, str], date] = {}
    for kind, layer, code, at in zip(kept["kind"], kept["target_kind"], kept["target_code"], kept["at"], strict=True):
        day = date.fromisoformat(str(at)[:10])
        key = (str(kind), str(layer), str(code))
        found[key] = max(day, found.get(key, day))
    return found


def due_duties(
    places: Iterable[tuple[str, str]], records: pd.DataFrame, day: date, days: Mapping[str, Mapping[str, int]] | None = None
) -> tuple[Due, ...]:
    """Every duty that the calendar asks at these places (layer, code), the latest first; never done comes before all.

    `days`: kind -> layer -> days, where a station has its own; otherwise `DUTY_KINDS`. Nothing is due at schools on a weekend
    or on a day's post that was done.
    """
    done, found = last_done(records), []
    for layer, code in places:
        for key, kind in DUTY_KINDS.items():
            every = (days or {}).get(key, kind.every_days).get(layer)
            if every is None or (key == "school_post" and day.weekday() >= SATURDAY):
                continue
            last = done.get((key, layer, code))
            late = 0 if last is None else (day - last).days - every
            found.append(Due(key, layer, code, last, late))
    return tuple(sorted(found, key=lambda due: (due.last is not None, -due.late_days, due.target_kind, due.target_code, due.kind)))


def open_disputes(records: pd.DataFrame) -> dict[str, int]:
    """Unit -> disputes taken up and not settled yet; units with none are left out."""
    kept = standing(records)
    taken = kept[kept["kind"] == "dispute"].groupby("target_code")["count"].sum()
    settled = kept[kept["kind"] == "settled"].groupby("target_code")["count"].sum()
    left = taken.sub(settled, fill_value=0)
    return {str(unit): int(n) for unit, n in left.items() if n > 0}


def check_duty(kind: str, target_kind: str) -> None:
    """Refused: a kind that is not listed, or one that is not done at such a place."""
    known = DUTY_KINDS.get(kind)
    if known is None or target_kind not in known.at:
        raise Refusal(
            Text("没有在“{place}”的“{kind}”勤务。", "There is no duty '{kind}' at '{place}'.").fill(kind=kind[:40], place=target_kind[:40]),
            Text("可选：{kinds}。", "There are: {kinds}.").fill(
                kinds=Text("、".join(k.title.zh for k in DUTY_KINDS.values()), ", ".join(k.title.en for k in DUTY_KINDS.values()))
            ),
        )
