"""What is new in an officer's area: incidents of the week and the month by kind, hour and place, and what the plan changed."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from actions.caller import Caller
from actions.my_area import Area, as_of
from actions.own_area import must_be_own, own_incidents
from actions.staff_names import staff_name
from analysis.incident_filter import IncidentFilter
from layers.definition.text import Text
from layers.incidents import CATEGORIES
from planning.plan import Plan, PlanHeader

BLOCK_H = 3
"""Hours of the day are counted in blocks of three: single hours of one area are mostly 0 or 1."""


@dataclass(frozen=True)
class Count:
    """How many of something there are."""

    title: Text
    n: int


@dataclass(frozen=True)
class Period:
    """Incidents of a span in the area: in all, by kind and place (most first, none left out), and by blocks of three hours from 0."""

    title: Text
    span: IncidentFilter
    n: int
    kinds: tuple[Count, ...]
    hours: tuple[Count, ...]
    places: tuple[Count, ...]

    @property
    def peak(self) -> Count | None:
        """The block of hours with most; None when there is no incident."""
        return max(self.hours, key=lambda block: block.n) if self.n else None


@dataclass(frozen=True)
class Moved:
    """A cell that the area gained or lost, with the unit it is in and the officer it came from or went to (None: nobody)."""

    cell: str
    unit: Text
    other: Text | None


@dataclass(frozen=True)
class Changes:
    """The area against the same officer's in the plan before. `before` None: there was none to compare with."""

    before: PlanHeader | None
    gained: tuple[Moved, ...]
    lost: tuple[Moved, ...]


def periods(caller: Caller, area: Area) -> tuple[Period, Period]:
    """The last seven days and the month, both up to the day the data reach to.

    Counts are of single incidents, so an officer receives those of the own area alone.
    """
    caller.must("see_area")
    must_be_own(caller, area.officer)
    last = as_of(caller)
    incidents = own_incidents(caller)
    mine = incidents[incidents["cell_code"].isin(area.cells)]
    week = IncidentFilter(last - timedelta(days=6), last)
    return _period(caller, area, mine, week, Text("近 7 天", "last 7 days")), _period(
        caller, area, mine, area.this_month, Text("本月", "this month")
    )


def changes(caller: Caller, area: Area) -> Changes:
    """Cells that the plan gave to the officer or took away: against the plan that acted before it, else the one it was made from."""
    caller.must("see_area")
    must_be_own(caller, area.officer)
    before = _plan_before(caller, area.plan)
    if before is None or not area.beats:
        return Changes(None, (), ())
    now = caller.store.plan(area.plan.id)
    had, has = _cells_of(before, area.officer), set(area.cells)
    gained = tuple(_moved(caller, before, cell) for cell in sorted(has - had) if cell in before.beat_of)
    lost = tuple(_moved(caller, now, cell) for cell in sorted(had - has) if cell in now.beat_of)
    return Changes(before.header, gained, lost)


def as_json(week: Period, month: Period, changed: Changes) -> dict[str, Any]:
    """Plain values for the command line."""
    return {
        "week": _period_json(week),
        "month": _period_json(month),
        "changed": {
            "since": changed.before.id if changed.before else None,
            "gained": [m.cell for m in changed.gained],
            "lost": [m.cell for m in changed.lost],
        },
    }


def _period_json(period: Period) -> dict[str, Any]:
    counts = {name: {c.title.en: c.n for c in getattr(period, name)} for name in ("kinds", "hours", "places")}
    return {"from": period.span.first.isoformat(), "to": period.span.last.isoformat(), "count": period.n, **counts}


def _period(caller: Caller, area: Area, mine: pd.DataFrame, span: IncidentFilter, title: Text) -> Period:
    rows = mine[span.keeps(mine)]
    blocks = (rows["occurred_at"].dt.hour // BLOCK_H).value_counts()
    hours = [Text(f"{h}–{h + BLOCK_H} 时", f"{h:02d}–{h + BLOCK_H:02d} h") for h in range(0, 24, BLOCK_H)]
    cells = caller.model.cells
    own = cells.loc[list(area.cells)].itertuples(index=False)
    names = {str(cell.code): Text(str(cell.name), str(cell.name_en or cell.name)) for cell in own} | dict(area.units)
    unit_of = cells["unit_code"]
    places = rows["cell_code"].map(unit_of).value_counts() if len(area.units) > 1 else rows["cell_code"].value_counts()
    return Period(
        title,
        span,
        len(rows),
        tuple(Count(CATEGORIES.get(str(key), Text(str(key), str(key))), int(n)) for key, n in rows["category"].value_counts().items()),
        tuple(Count(name, int(blocks.get(i, 0))) for i, name in enumerate(hours)),
        tuple(Count(names.get(str(code), Text(str(code), str(code))), int(n)) for code, n in places.items()),
    )


def _plan_before(caller: Caller, header: PlanHeader) -> Plan | None:
    if header.effective_from and header.status in ("in_force", "archived"):
        acted = caller.store.plan_in_force(date.fromisoformat(header.effective_from[:10]) - timedelta(days=1))
        return None if acted is None or acted.header.id == header.id else acted
    known = {kept.id for kept in caller.store.plan_headers()}
    return caller.store.plan(header.parent_id) if header.parent_id in known and header.parent_id is not None else None


def _cells_of(plan: Plan, officer: str) -> set[str]:
    led = {beat.code for beat in plan.beats_led_by(officer)}
    return {cell for cell, beat in plan.beat_of.items() if beat in led}


def _moved(caller: Caller, other_plan: Plan, cell: str) -> Moved:
    """The cell with its unit, and who leads it in the other of the two plans."""
    model = caller.model
    beat = other_plan.beat_of[cell]
    lead = other_plan.beat(beat).lead if beat is not None else None
    unit = model.units.loc[model.cells.at[cell, "unit_code"]] if cell in model.cells.index else None
    name = Text(cell, cell) if unit is None else Text(unit["name"], unit["name_en"] or unit["name"])
    return Moved(cell, name, staff_name(model.staff, lead) if lead is not None and lead in model.staff.index else None)
