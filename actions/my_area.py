"""An officer's own area: beats and units, neighbours and their leads, people, key places, this month against last."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely

from actions.audit_record import once_per_session
from actions.caller import Caller
from actions.own_area import answers_for, assigned_units, must_be_own, own_incidents, plan_of_area
from actions.see_map import shown_plan
from actions.staff_names import acting_names, staff_name
from analysis.incident_filter import IncidentFilter, same_part_of_month
from layers import LAYERS
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from layers.incidents import CLASS_OF, CLASSES
from planning.beat_outlines import beat_neighbours
from planning.plan import Beat, Plan, PlanHeader
from planning.staffing import on_day

KEY_PLACES = ("police_rooms", "schools", "industrial_parks", "rural_parks", "risk_places", "fire_hazards", "venues", "shops")
NAMED_PLACES = ("police_rooms", "schools", "industrial_parks", "rural_parks", "risk_places", "fire_hazards")
"""Places worth a line each; venues and shops are only counted."""
SMALLEST_BASE = 5  # below it a percentage says more than the numbers do


@dataclass(frozen=True)
class Neighbour:
    """A beat that borders the area, and the officer who leads it, or stands in for whoever does."""

    beat: Beat
    lead: Text | None


@dataclass(frozen=True)
class MonthCount:
    """Incidents in this month and in the same part of the month before. `change` is a share, None where the base is under 5."""

    title: Text
    this_month: int
    last_month: int

    @property
    def change(self) -> float | None:
        """(this - last) / last, or None."""
        return None if self.last_month < SMALLEST_BASE else self.this_month / self.last_month - 1


@dataclass(frozen=True)
class Area:
    """What an officer answers for in one plan. Counts are sums over its cells; areas in km² in the town's metric system."""

    officer: str
    name: Text
    plan: PlanHeader
    beats: tuple[Beat, ...]
    cells: tuple[str, ...]
    units: tuple[tuple[str, Text], ...]
    team: tuple[Text, ...]
    neighbours: tuple[Neighbour, ...]
    dwellings: int
    persons: int
    organisations: int
    area_km2: float
    places: dict[str, tuple[Text, ...]]
    this_month: IncidentFilter
    last_month: IncidentFilter
    months: tuple[MonthCount, ...]
    illustrative: bool

    def as_json(self) -> dict[str, Any]:
        """Plain values, as `geo_cli.py area-of --json` prints them."""
        return {
            "officer": {"code": self.officer, "name": self.name.zh, "name_en": self.name.en},
            "plan": {"id": self.plan.id, "name": self.plan.name, "status": self.plan.status},
            "beats": [{"code": b.code, "name": b.name, "name_en": b.name_en} for b in self.beats],
            "units": [{"code": code, "name": name.zh, "name_en": name.en} for code, name in self.units],
            "cells": list(self.cells),
            "team": [name.zh for name in self.team],
            "neighbours": [
                {"beat": n.beat.code, "name": n.beat.name, "name_en": n.beat.name_en, "lead": n.lead.zh if n.lead else None}
                for n in self.neighbours
            ],
            "dwellings": self.dwellings,
            "persons": self.persons,
            "organisations": self.organisations,
            "area_km2": round(self.area_km2, 2),
            "illustrative": self.illustrative,
            "places": {key: [name.zh for name in names] for key, names in self.places.items()},
            "incidents": {
                "this_month": {
                    "from": self.this_month.first.isoformat(),
                    "to": self.this_month.last.isoformat(),
                    "count": self.months[0].this_month,
                },
                "last_month": {
                    "from": self.last_month.first.isoformat(),
                    "to": self.last_month.last.isoformat(),
                    "count": self.months[0].last_month,
                },
            },
        }


def officers(caller: Caller) -> dict[str, Text]:
    """Code and name of every officer whose area the caller may open, in the order of the staff list: for a limited caller the
    own one, and those of whom the caller stands in for today."""
    caller.must("see_area")
    staff = caller.model.staff
    if caller.scope is not None:
        staff = staff[staff["code"].isin(answers_for(caller))]
    return {
        row.code: Text(row.name, row.name_en or row.name) for row in staff[staff["kind"] == "officer"].itertuples(index=False, name="Row")
    }


def officer_code(caller: Caller, asked: str) -> str:
    """The code of an officer named by code or by name in either language. Refused: nobody of that name, with who there is."""
    asked = asked.strip()
    known = officers(caller)
    if caller.scope is not None and caller.scope.staff is None:
        must_be_own(caller, asked)
    for code, name in known.items():
        if asked in (code, name.zh, name.en):
            return code
    some = Text("、".join(n.zh for n in known.values()) or "无", ", ".join(n.en for n in known.values()) or "none")
    raise Refusal(
        Text("没有名为“{asked}”的民警。", "There is no officer '{asked}'.").fill(asked=asked[:60]),
        Text("现有：{some}。", "There are: {some}.").fill(some=some),
    )


def area_of(caller: Caller, officer: str, plan_id: str | None = None, day: date | None = None) -> Area:
    """The area of an officer, named by code or name, in a plan; without one, the plan in force on `day` (today if none is named).

    Assignments are those of that day, so last month's area shows last month's people.

    An officer who leads no beat but is assigned to units has these; one with neither has an empty area.
    """
    caller.must("see_area")
    code = officer_code(caller, officer)
    must_be_own(caller, code)
    day = day or date.today()
    plan = plan_of_area(caller, _plan_on(caller, plan_id, day))
    model = caller.model
    beats = plan.beats_led_by(code)
    assigned = assigned_units(model.assignments, code, day.isoformat())
    led = {beat.code for beat in beats}
    unit_of = model.cells["unit_code"]
    cells = tuple(c for c, owner in plan.beat_of.items() if (owner in led if led else unit_of.get(c) in assigned) and c in unit_of.index)
    units = tuple(dict.fromkeys(unit_of[c] for c in cells))
    rows = model.cells.loc[list(cells)]
    this_month, last_month = same_part_of_month(as_of(caller))
    seen = f"{plan.header.id}/{code}"
    once_per_session(caller, ("see_area", seen, str(day)), lambda: caller.note("see_area", seen))
    return Area(
        officer=code,
        name=staff_name(model.staff, code),
        plan=plan.header,
        beats=beats,
        cells=cells,
        units=tuple((unit, _unit_name(caller, unit)) for unit in units),
        team=_team(caller, units, day),
        neighbours=_neighbours(caller, plan, led, day),
        dwellings=int(rows["dwellings"].sum()),
        persons=int(rows["persons"].sum()),
        organisations=int(rows["organisations"].sum()),
        area_km2=float(rows["area_km2"].sum()),
        places=_places(caller, cells),
        this_month=this_month,
        last_month=last_month,
        months=_months(caller, cells, this_month, last_month),
        illustrative=bool(model.town.illustrative),
    )


def as_of(caller: Caller) -> date:
    """The day the data reach to: as the town states it, or else the day of the last incident, never the clock's."""
    stated = caller.model.town.as_of
    if stated:
        return date.fromisoformat(stated)
    times = caller.model.incidents["occurred_at"]
    return times.max().date() if len(times) else date.today()


def _unit_name(caller: Caller, code: str) -> Text:
    row = caller.model.units.loc[code]
    return Text(row["name"], row["name_en"] or row["name"])


def _plan_on(caller: Caller, plan_id: str | None, day: date) -> Plan:
    then = caller.store.plan_in_force(day) if plan_id is None and day < date.today() else None
    return then or shown_plan(caller, plan_id)


def _team(caller: Caller, units: tuple[str, ...], day: date) -> tuple[Text, ...]:
    model = caller.model
    held = on_day(model.assignments, day)
    mine = held[(held["target_kind"] == "unit") & held["target_code"].isin(units)]
    helpers = [
        code for code in dict.fromkeys(mine["staff_code"]) if code in model.staff.index and model.staff.at[code, "kind"] != "officer"
    ]
    return tuple(staff_name(model.staff, code) for code in helpers)


def _neighbours(caller: Caller, plan: Plan, led: set[str], day: date) -> tuple[Neighbour, ...]:
    pairs = beat_neighbours(caller.model.graph, plan.beat_of)
    around = sorted({b for pair in pairs for b in pair if led & set(pair) and b not in led})
    names = acting_names(caller.model.staff, caller.model.assignments, day)
    beats = [plan.beat(code) for code in around]
    return tuple(Neighbour(beat, names.get(beat.lead) if beat.lead is not None else None) for beat in beats)


def _places(caller: Caller, cells: tuple[str, ...]) -> dict[str, tuple[Text, ...]]:
    return {
        key: tuple(Text(row.name, row.name_en or row.name) for row in table[["name", "name_en"]].itertuples(index=False, name="Row"))
        for key, table in places_within(caller, cells).items()
    }


def places_within(caller: Caller, cells: tuple[str, ...]) -> dict[str, Any]:
    """Layer -> its places in these cells that the caller may see (EPSG:4490, permitted fields); layers with none are left out."""
    if not cells:
        return {}
    model = caller.model  # asked once: each asking looks whether the store has changed
    outline = shapely.coverage_union_all(model.cells.loc[list(cells)].geometry.to_numpy())
    shapely.prepare(outline)
    found = {}
    for key in KEY_PLACES:
        if not caller.may_see(LAYERS[key]):
            continue
        table = model.layers[key]
        inside = table[shapely.intersects(outline, shapely.point_on_surface(table.geometry.to_numpy()))]
        if len(inside):
            found[key] = caller.permitted(key, inside)
    return found


def _months(caller: Caller, cells: tuple[str, ...], this: IncidentFilter, last: IncidentFilter) -> tuple[MonthCount, ...]:
    incidents = own_incidents(caller)
    mine = incidents[incidents["cell_code"].isin(cells)]
    kinds = mine["category"].map(CLASS_OF).fillna("other")
    now, before = kinds[this.keeps(mine)], kinds[last.keeps(mine)]
    total = MonthCount(Text("全部警情", "all incidents"), len(now), len(before))
    return (total, *(MonthCount(title, int((now == key).sum()), int((before == key).sum())) for key, title in CLASSES.items()))
