"""An officer's duties: what is due where, what was done, and ticking it off. A place, a kind and a number; never a resident."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from actions.caller import Caller
from actions.my_area import Area, area_of, places_within
from actions.own_area import must_be_own
from actions.staff_names import staff_name
from layers import LAYERS
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.duties import DUTY_KINDS, UNIT_KINDS, Due, check_duty, due_duties, open_disputes, standing
from planning.staffing import SCHOOL_TARGETS, VICE_PRINCIPAL, on_day
from storage.store import DutyLine

SHOWN_LINES = 12
PEAKS = "school_peaks"
SCHOOL_PEAKS = (("07:20", "08:10"), ("16:30", "17:30"))
"""When posts stand at schools on school days, unless the setting `school_peaks` says otherwise."""
DUTY_DAYS = "duty_days"


@dataclass(frozen=True)
class DutyPlace:
    """Where a duty may be done: a unit or a place, by its layer and code."""

    layer: str
    code: str
    name: Text


@dataclass(frozen=True)
class DueDuty:
    """A duty that the calendar asks at a place of the area."""

    due: Due
    place: DutyPlace

    @property
    def title(self) -> Text:
        """Kind and place in words."""
        return Text("{kind} · {place}", "{kind} · {place}").fill(kind=DUTY_KINDS[self.due.kind].title, place=self.place.name)


@dataclass(frozen=True)
class DoneDuty:
    """A line of the record as people read it. `undone`: taken back by a later line."""

    id: int
    at: str
    kind: str
    place: Text
    count: int
    by: str
    undone: bool


@dataclass(frozen=True)
class SchoolDuty:
    """A school of the area: its vice-principal for law, when posts stand there on school days, and the last post on record."""

    name: Text
    vice_principal: Text | None
    peaks: tuple[tuple[str, str], ...]
    last: date | None


@dataclass(frozen=True)
class RiskVisit:
    """A risk place of the area and the last day that somebody of the station was there, by the duty records; None: never."""

    name: Text
    last: date | None


@dataclass(frozen=True)
class DutyList:
    """One officer's duties on a day: `due` the latest first, the last lines, disputes open by unit, where duties may be done."""

    officer: str
    day: date
    due: tuple[DueDuty, ...]
    lines: tuple[DoneDuty, ...]
    disputes: tuple[tuple[Text, int], ...]
    places: tuple[DutyPlace, ...]
    schools: tuple[SchoolDuty, ...]
    risks: tuple[RiskVisit, ...]

    @property
    def now(self) -> tuple[DueDuty, ...]:
        """What is due that day or late."""
        return tuple(duty for duty in self.due if duty.due.late_days >= 0)

    @property
    def undoable(self) -> DoneDuty | None:
        """The officer's last line that counts."""
        return next((line for line in self.lines if not line.undone), None)

    def places_for(self, kind: str) -> tuple[DutyPlace, ...]:
        """Where a kind of duty may be done."""
        return tuple(place for place in self.places if place.layer in DUTY_KINDS[kind].at)

    def as_json(self) -> dict[str, Any]:
        """Plain values for the command line."""
        return {
            "day": self.day.isoformat(),
            "due": [
                {
                    "kind": d.due.kind,
                    "layer": d.place.layer,
                    "code": d.place.code,
                    "name": d.place.name.zh,
                    "last": d.due.last.isoformat() if d.due.last else None,
                    "late_days": d.due.late_days,
                }
                for d in self.now
            ],
            "disputes_open": {name.zh: n for name, n in self.disputes},
            "risk_places": {risk.name.zh: risk.last.isoformat() if risk.last else None for risk in self.risks},
            "schools": [
                {
                    "name": s.name.zh,
                    "vice_principal": s.vice_principal.zh if s.vice_principal else None,
                    "peaks": [list(p) for p in s.peaks],
                }
                for s in self.schools
            ],
        }


def duty_list(caller: Caller, area: Area, day: date | None = None) -> DutyList:
    """What is due in an area on a day (today if none is named), what the officer did, and what is known of its schools and risks."""
    caller.must("see_area")
    must_be_own(caller, area.officer)
    day = day or date.today()
    places = duty_places(caller, area)
    records = caller.store.duty_records()
    by_code = {(place.layer, place.code): place for place in places}
    at = zip(records["target_kind"], records["target_code"], strict=True)
    here = records[np.fromiter((pair in by_code for pair in at), bool, len(records))]
    due = due_duties(by_code, here, day, caller.store.setting(DUTY_DAYS))
    names = dict(area.units)
    return DutyList(
        area.officer,
        day,
        tuple(DueDuty(one, by_code[one.target_kind, one.target_code]) for one in due),
        _lines(caller, records[records["staff_code"] == area.officer], by_code),
        tuple((names.get(unit, Text(unit, unit)), n) for unit, n in open_disputes(here).items()),
        places,
        _schools(caller, places, here, day),
        tuple(RiskVisit(place.name, _last_at(here, place)) for place in places if place.layer == "risk_places"),
    )


def duty_places(caller: Caller, area: Area) -> tuple[DutyPlace, ...]:
    """Units and places of the area at which some duty is done, units first."""
    kinds = caller.model.units["kind"]
    units = [DutyPlace(str(kinds[code]), code, name) for code, name in area.units]
    at = {layer for kind in DUTY_KINDS.values() for layer in kind.at} - set(UNIT_KINDS)
    return (
        *units,
        *(
            DutyPlace(key, str(row.code), Text(row.name, row.name_en or row.name))
            for key, table in places_within(caller, area.cells).items()
            if key in at
            for row in table[["code", "name", "name_en"]].itertuples(index=False, name="Row")
        ),
    )


def record_duty(caller: Caller, officer: str, kind: str, layer: str, code: str, count: int = 1, at: datetime | None = None) -> int:
    """Tick a duty: one line with time (now), place and count; its number.

    Refused: another's duties, to a limited caller; a kind or place that is not listed, or a place outside the officer's area; a
    count below 1 or above 999.
    """
    caller.must("record_duty")
    must_be_own(caller, officer)
    check_duty(kind, layer)
    area = area_of(caller, officer)
    if not any((place.layer, place.code) == (layer, code) for place in duty_places(caller, area)):
        raise Refusal(
            Text("责任区内没有此处：{layer} {code}。", "There is no such place in the area: {layer} {code}.").fill(
                layer=LAYERS[layer].title, code=code[:40]
            ),
            Text("请从列表中选择。", "Choose one from the list."),
        )
    return caller.store.add_duty(DutyLine(area.officer, kind, layer, code, count, caller.user), _written(at))


def undo_last_duty(caller: Caller, officer: str) -> int:
    """Take back the officer's last line that counts and that this caller wrote, by another line; the number of the line taken back.

    Refused: there is none.
    """
    caller.must("record_duty")
    must_be_own(caller, officer)
    own = standing(caller.store.duty_records(officer))
    own = own[own["by"] == caller.user]
    if own.empty:
        raise Refusal(
            Text("没有可撤销的记录。", "There is nothing to take back."),
            Text("只能撤销自己记下的最近一条。", "Only your own last tick can be."),
        )
    last = own.iloc[-1]
    line = DutyLine(officer, last["kind"], last["target_kind"], last["target_code"], int(last["count"]), caller.user, int(last["id"]))
    caller.store.add_duty(line)
    return int(last["id"])


def school_peaks(caller: Caller) -> tuple[tuple[str, str], ...]:
    """From and to of the peak hours at schools, HH:MM."""
    return tuple((str(begins), str(ends)) for begins, ends in caller.store.setting(PEAKS, SCHOOL_PEAKS))


def _written(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at is not None else None


def _lines(caller: Caller, records: pd.DataFrame, places: Mapping[tuple[str, str], DutyPlace]) -> tuple[DoneDuty, ...]:
    """The last lines, newest first, without those that only take one back."""
    counted, done = set(standing(records)["id"]), records[records["undoes"].isna()]
    found = []
    for row in done.iloc[::-1].head(SHOWN_LINES).itertuples(index=False):
        place = places.get((row.target_kind, row.target_code))
        name = place.name if place is not None else Text(row.target_code, row.target_code)
        found.append(DoneDuty(int(row.id), str(row.at), str(row.kind), name, int(row.count), str(row.by), row.id not in counted))
    return tuple(found)


def _last_at(records: pd.DataFrame, place: DutyPlace) -> date | None:
    kept = standing(records)
    mine = kept[(kept["target_kind"] == place.layer) & (kept["target_code"] == place.code)]
    return None if mine.empty else date.fromisoformat(max(mine["at"])[:10])


def _schools(caller: Caller, places: tuple[DutyPlace, ...], records: pd.DataFrame, day: date) -> tuple[SchoolDuty, ...]:
    held, staff = on_day(caller.model.assignments, day), caller.model.staff
    held = held[held["target_kind"].isin(SCHOOL_TARGETS) & (held["role"] == VICE_PRINCIPAL)]
    who = dict(zip(held["target_code"], held["staff_code"], strict=True))
    posts = records[records["kind"] == "school_post"]
    peaks = school_peaks(caller)
    return tuple(
        SchoolDuty(
            place.name,
            staff_name(staff, who[place.code]) if who.get(place.code) in staff.index else None,
            peaks,
            _last_at(posts, place),
        )
        for place in places
        if place.layer == "schools"
    )
