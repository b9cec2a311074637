"""What a caller with a limited scope answers for: the cells, the incidents in them, and whose area may be opened.

The plan in force decides, never a draft: otherwise whoever draws one could give anybody any beat.
"""

from datetime import date
from typing import Any

import pandas as pd
import shapely

from actions.caller import Caller
from layers import LAYERS
from layers.definition.layer import Sensitivity
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.beat_outlines import beat_neighbours
from planning.plan import Plan
from planning.staffing import acting


def answers_for(caller: Caller) -> tuple[str, ...]:
    """Staff whose areas a limited caller works in today: the own one first, then those of whom the caller stands in for."""
    own = caller.scope.staff if caller.scope is not None else None
    if own is None:
        return ()
    stands_in_for = (code for code, other in acting(caller.model.assignments, date.today()).items() if other == own)
    return (own, *stands_in_for)


def own_cells(caller: Caller) -> frozenset[str] | None:
    """Codes of the cells within the caller's scope, by the plan in force; None: all of them."""
    scope = caller.scope
    if scope is None:
        return None
    model, plan = caller.model, caller.store.plan_in_force()
    beats, units = set(scope.beats), set(scope.units)
    for staff in answers_for(caller):
        led = {beat.code for beat in plan.beats_led_by(staff)} if plan is not None else set()
        beats |= led
        units |= set() if led else assigned_units(model.assignments, staff, date.today().isoformat())
    beat_of = plan.beat_of if plan is not None else {}
    unit_of = model.cells["unit_code"]
    return frozenset(c for c in model.cells.index if c in scope.cells or unit_of[c] in units or beat_of.get(c) in beats)


def assigned_units(assignments: pd.DataFrame, staff: str, day: str | None = None) -> set[str]:
    """Units that somebody is assigned to; on a day (YYYY-MM-DD), or ever if none is given."""
    mine = assignments[(assignments["staff_code"] == staff) & (assignments["target_kind"] == "unit")]
    if day is not None:
        begun = mine["valid_from"].fillna("").astype(str) <= day
        lasting = mine["valid_to"].isna() | (mine["valid_to"].astype(str) >= day)
        mine = mine[begun & lasting]
    return set(mine["target_code"])


def own_incidents(caller: Caller) -> pd.DataFrame:
    """Incidents that the caller may work with one by one: those in the own cells, all for whom the scope is everything.

    Actions take incidents from here, not from the model, wherever a filter could leave single ones. The row numbers are
    those by which the caller's map names them.
    """
    incidents, cells = caller.model.incidents, own_cells(caller)
    return incidents if cells is None else incidents[incidents["cell_code"].isin(cells)].reset_index(drop=True)


def own_rows(caller: Caller, key: str, table: Any) -> Any:
    """Rows of a stored layer that the caller may receive: of a layer that is not public, those that touch the own cells."""
    everybodys = LAYERS[key].kept != "features" or LAYERS[key].sensitivity == Sensitivity.PUBLIC
    if caller.scope is None or everybodys or not len(table):
        return table
    cells = own_cells(caller) or frozenset()
    if not cells:
        return table.iloc[:0]
    outline = shapely.coverage_union_all(caller.model.cells.loc[sorted(cells)].geometry.to_numpy())
    shapely.prepare(outline)
    return table[shapely.intersects(outline, table.geometry.to_numpy())]


def must_be_own(caller: Caller, staff: str) -> None:
    """Refused: an area that a limited caller does not answer for today."""
    if caller.scope is not None and staff not in answers_for(caller):
        raise Refusal(
            Text("只能查看本人（及今日替班）的责任区。", "You may open your own area only, or one that you stand in for today."),
            Text("如需查看他人的责任区，请联系所领导。", "Ask the chief for another officer's area."),
        )


def plan_of_area(caller: Caller, plan: Plan) -> Plan:
    """The plan by which a caller may open an area. Refused: another than the one in force, to a limited caller."""
    in_force = caller.store.plan_in_force() if caller.scope is not None else None
    if caller.scope is not None and (in_force is None or in_force.header.id != plan.header.id):
        raise Refusal(
            Text("只能按现行方案查看责任区。", "You may open your area in the plan in force only."),
            Text("请选择现行方案。", "Choose the plan in force."),
        )
    return plan


def beats_with_leads(caller: Caller, plan: Plan) -> frozenset[str]:
    """Beats whose leads the caller may be told: all of them, or for a limited caller the own ones and those beside them."""
    cells = own_cells(caller)
    if cells is None:
        return frozenset(beat.code for beat in plan.beats)
    own = {beat for cell in cells if (beat := plan.beat_of.get(cell)) is not None}
    beside = {b for pair in beat_neighbours(caller.model.graph, plan.beat_of) if own & set(pair) for b in pair}
    return frozenset(own | beside)
