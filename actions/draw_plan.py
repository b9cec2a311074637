"""Draw beats: open a draft in the editor, take what was painted, and make way when two planners draw the same draft."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import numpy as np

from actions.caller import Caller
from actions.change_cells import children_of_cells
from actions.measure_plan import TOLERANCE, MeasuredPlan, held_on, measured
from actions.town_model import TownModel
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from layers.drawing.colour_classes import beat_colours
from layers.drawing.editor_cells import EditorBase, EditorCells, EditorGraph, Measure, editor_base
from planning.beat_outlines import beat_neighbours
from planning.cell_measures import AMOUNTS, DM_PER_M, borders_dm
from planning.gestures import KINDS, GestureMessage, read_message, replayed
from planning.metric import HOUR_DIGITS, HOURS, MINUTES_PER_HOUR
from planning.plan import STATUSES, Beat, Plan, PlanHeader
from planning.plan_merge import Merged, merge_plans
from planning.rules import BALANCE_TOLERANCE_SHARE, CHECKS
from storage.overtaken import Overtaken

SHOWN_PER = {"workload": (1 / MINUTES_PER_HOUR, HOURS, HOUR_DIGITS), "area": (1e-6, Text("平方公里", "km²"), 2)}
"""Amounts that people read in another unit than they are summed in: factor, unit, decimals."""
SUMMED = ("workload", "dwellings", "persons", "incidents", "area", "places", "risk_places")
LONGEST_NAME = 60


@dataclass(frozen=True, eq=False)
class Drawing:
    """A draft as the editor opens it. `codes` are its cells in the order of the bytes."""

    plan: Plan
    base: EditorBase
    codes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Taken:
    """The gestures up to number `n` are kept: the plan as saved, or, where somebody else saved meanwhile, the merge to decide.

    With a merge to decide nothing was saved yet; `by` and `at` tell who saved last, and when. `others` are cells that somebody
    else changed meanwhile: the editor does not show them yet.
    """

    n: int
    plan: Plan
    merge: Merged | None = None
    others: tuple[str, ...] = ()
    by: str = ""
    at: str = ""


def drafts(caller: Caller) -> tuple[PlanHeader, ...]:
    """The drafts that can be drawn on, newest first."""
    caller.must("draw_plan")
    return tuple(header for header in reversed(caller.store.plan_headers()) if header.status == "draft")


def new_draft(caller: Caller, name: str, name_en: str = "", start_from: str | None = None, beats: int = 0) -> Plan:
    """A new draft, saved; see `unsaved_draft`."""
    caller.must("draw_plan")
    plan = unsaved_draft(caller, name, name_en, start_from, beats)
    return caller.store.save_plan(plan, by=caller.user, reason=" / ".join(Text("新建草案", "new draft")))


def unsaved_draft(caller: Caller, name: str, name_en: str = "", start_from: str | None = None, beats: int = 0) -> Plan:
    """A new draft: a copy of the plan `start_from`, or all cells unassigned and so many empty beats numbered from 01.

    Refused: no cells, an empty or too long name, a name that a draft has already, fewer than 0 or more than 99 beats.
    """
    caller.must("draw_plan")
    name = free_name(caller, name)
    model = caller.model
    if not len(model.cells):
        raise Refusal(Text("工作区中还没有网格。", "The workspace has no grid cells yet."), Text("请先导入网格。", "Import them first."))
    if not 0 <= beats <= 99:
        raise Refusal(Text("警务区数应在 0 到 99 之间。", "A new plan takes 0 to 99 beats."))
    header = PlanHeader(uuid4().hex, name, name_en.strip(), "draft", parent_id=start_from, author=caller.user)
    if start_from is None:
        rows = tuple(Beat(f"{i:02d}", f"{i:02d}警务区", f"Beat {i:02d}") for i in range(1, beats + 1))
        plan = Plan(header, rows, dict.fromkeys(model.cells["code"]))
    else:
        parent = caller.store.plan(start_from)
        profile = replace(header, profile=parent.header.profile, branch=parent.header.branch)
        colours = _colours(model, parent)
        unlocked = tuple(replace(beat, locked=False, colour=beat.colour or colours.get(beat.code)) for beat in parent.beats)
        plan = Plan(profile, unlocked, {code: parent.beat_of.get(code) for code in model.cells["code"]})
    return plan


def open_drawing(caller: Caller, plan_id: str, acknowledged: int | None = None) -> Drawing:
    """A plan as the editor takes it; of a plan that is no draft, to look at. `acknowledged`: the last gesture that it holds,
    where a browser goes on drawing. Refused: an unknown id, no cells."""
    caller.must("draw_plan")
    model, plan = caller.model, caller.store.plan(plan_id)
    found = measured(model, caller.store, plan)
    in_force = caller.store.plan_in_force()
    tally, graph = found.tally, model.graph
    places = {code: place for place, code in enumerate(graph.codes)}
    order = np.array([tally.measures.position[code] for code in graph.codes], dtype=np.int64)
    columns = {key: column[order] for key, column in tally.measures.columns.items() if column is not None}
    base = editor_base(
        _cells(model, graph.codes, columns["outline"]),
        EditorGraph(graph.edges, borders_dm(graph) / DM_PER_M, graph.connected),
        [_measure(key, columns[key]) for key in SUMMED if key in columns],
        {
            "id": plan.header.id,
            "revision": plan.header.revision,
            "status": plan.header.status,
            "title": plan.header.title,
            "beats": _beats(model, plan),
            "beat_of": plan.beat_of,
            "locked_cells": [code for code in plan.locked_cells if code in places],
            "acknowledged": acknowledged,
        },
        in_force=None if in_force is None else _before(in_force),
        parents=children_of_cells(caller.store.cell_changes()),
        tolerance_share=float(caller.store.setting(TOLERANCE, BALANCE_TOLERANCE_SHARE)),
    )
    return Drawing(plan, base, graph.codes)


def take_gestures(caller: Caller, drawing: Drawing, message: object, since: Taken | None = None) -> Taken:
    """Save what was painted since the last save. `message` comes from a browser and is read with distrust.

    `since` is what was taken before from the same editor: a message that was sent before the word of it arrived brings its
    gestures once more. When somebody else saved the draft meanwhile and both can stand, both are saved; else nothing is, and
    the merge says what is to decide. Refused, and nothing changed: what `planning.gestures` refuses, a plan that is no draft, other cells.
    """
    caller.must("draw_plan")
    read = read_message(message, drawing.codes, digest=drawing.base.cells_digest)
    plan_id = drawing.plan.header.id
    if read.plan_id != plan_id:
        raise Refusal(
            Text("编辑内容属于另一个方案。", "The edits belong to another plan."), Text("请刷新页面后重试。", "Load the page again.")
        )
    if not same_cells(caller, drawing):
        raise Refusal(
            Text("编辑期间网格已变更。", "The cells have changed since the editor was opened."),
            Text("请刷新页面，在新网格上继续；已画的内容留在浏览器中。", "Load the page again; what you drew is kept in the browser."),
        )
    now = caller.store.plan(plan_id)
    must_be_draft(now.header)
    read = _new_gestures(read, since)
    last = read.gestures[-1].n if read.gestures else since.n if since else 0
    if not read.gestures:
        return Taken(last, now)
    if now.header.revision == read.revision:
        try:
            return Taken(last, _saved(caller, replayed(now, read), read))
        except Overtaken:
            now = caller.store.plan(plan_id)
    return _merged(caller, now, read, last)


def same_cells(caller: Caller, drawing: Drawing) -> bool:
    """Whether the cells are still those that the editor was opened on."""
    caller.must("draw_plan")
    return tuple(caller.model.graph.codes) == drawing.codes


def checks_for_editor(caller: Caller, found: MeasuredPlan) -> list[dict[str, Any]]:
    """The checks of a plan as the editor lists them."""
    caller.must("draw_plan")
    return [
        {
            "key": f.check,
            "title": list(CHECKS[f.check].title),
            "about": list(CHECKS[f.check].about),
            "weight": CHECKS[f.check].weight,
            "state": f.state,
            "message": list(f.message),
            "where": list(f.where),
            "where_kind": f.where_kind,
            "may_state": f.check == "whole_units" and f.state == "broken",
        }
        for f in found.findings
    ]


def teams(caller: Caller) -> dict[str, int]:
    """How many auxiliaries and village auxiliaries are assigned to each unit and beat today, by its code."""
    caller.must("draw_plan")
    held, staff = held_on(caller.model.assignments, date.today()), caller.model.staff
    helpers = staff[staff["kind"].isin(["auxiliary", "village_auxiliary"])].index
    chosen = held[held["staff_code"].isin(helpers) & held["target_kind"].isin(["unit", "beat"])]
    return {str(code): int(n) for code, n in chosen.groupby("target_code")["staff_code"].nunique().items()}


def leads_to_choose(caller: Caller) -> list[dict[str, Any]]:
    """The officers who may lead a beat: code and name in both languages."""
    caller.must("draw_plan")
    staff = caller.model.staff
    officers = staff[staff["kind"] == "officer"]
    return [
        {"code": row.code, "name": row.name, "name_en": row.name_en or row.name} for row in officers.itertuples(index=False, name="Row")
    ]


def _new_gestures(read: GestureMessage, since: Taken | None) -> GestureMessage:
    """Without the gestures that are kept already; the rest stands on the plan that holds them."""
    if since is None or read.revision > since.plan.header.revision:
        return read
    rest = tuple(gesture for gesture in read.gestures if gesture.n > since.n)
    return replace(read, gestures=rest, revision=since.plan.header.revision)


def _saved(caller: Caller, plan: Plan, read: GestureMessage) -> Plan:
    """One line in the record for all gestures that came together, with what kinds they were."""
    kinds = list(dict.fromkeys(gesture.kind for gesture in read.gestures))
    zh, en = ("、".join(KINDS[kind].zh for kind in kinds), ", ".join(KINDS[kind].en for kind in kinds))
    return caller.store.save_plan(plan, by=caller.user, reason=f"{zh} / {en}")


def _merged(caller: Caller, now: Plan, read: GestureMessage, last: int) -> Taken:
    """What the gestures give on the plan they began on, put together with what others saved since."""
    began = caller.store.plan_at(now.header.id, read.revision)
    merge = merge_plans(began, replayed(began, read), now)
    save = caller.store.plan_history(now.header.id)[-1]
    if merge.open:
        return Taken(last, now, merge, merge.taken_from_theirs, save.who, save.at)
    if _same(merge.plan, now):  # kept already: only the word of it was lost on the way
        return Taken(last, now)
    return Taken(last, _saved(caller, merge.plan, read), None, merge.taken_from_theirs, save.who, save.at)


def _same(one: Plan, other: Plan) -> bool:
    return (one.beats, dict(one.beat_of), one.locked_cells) == (other.beats, dict(other.beat_of), other.locked_cells)


def must_be_draft(header: PlanHeader) -> None:
    """Refused: a plan that is no draft any more."""
    if header.status != "draft":
        raise Refusal(
            Text("方案“{name}”是{status}，不能再画。", "'{name}' is {status} and can't be drawn on any more.").fill(
                name=header.title, status=STATUSES[header.status]
            ),
            Text("请以它为起点新建草案。", "Start a new draft from it."),
        )


def free_name(caller: Caller, name: str, but: str | None = None) -> str:
    """A plan's name with its blanks put right. Refused: none, one that is too long, one that another plan than `but` has."""
    caller.must("draw_plan")
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Refusal(Text("方案名称应为 1 到 {n} 个字。", "A plan's name takes 1 to {n} characters.").fill(n=LONGEST_NAME))
    if any(header.name == name and header.status != "archived" and header.id != but for header in caller.store.plan_headers()):
        now = datetime.now().strftime("%m-%d %H:%M")
        raise Refusal(
            Text("已有名为“{name}”的方案。", "There is a plan named '{name}' already.").fill(name=name),
            Text("请换个名称，例如“{name} {now}”。", "Choose another, such as '{name} {now}'.").fill(name=name, now=now),
        )
    return name


def _cells(model: TownModel, codes: tuple[str, ...], outline_dm: Any) -> EditorCells:
    cells = model.cells.loc[list(codes)]
    units = list(dict.fromkeys(cells["unit_code"]))
    places = {code: place for place, code in enumerate(units)}
    known = model.units
    names = {row.code: Text(row.name, row.name_en or row.name) for row in known.itertuples(index=False, name="Row")}
    titles = [(code, names.get(code, Text(code, code))) for code in units]
    return EditorCells(
        shapes=cells.geometry.to_numpy(),
        codes=codes,
        names=[str(name) for name in cells["name"]],
        names_en=[str(en or name) for en, name in zip(cells["name_en"], cells["name"], strict=True)],
        unit=[places[code] for code in cells["unit_code"]],
        units=titles,
        outline_m=outline_dm / DM_PER_M,
    )


def _measure(key: str, wholes: Any) -> Measure:
    amount = AMOUNTS[key]
    scale, unit, decimals = SHOWN_PER.get(key, (1.0, amount.unit, 0))
    return Measure(key, amount.title, unit, wholes / amount.per_unit, 1 / amount.per_unit, scale, decimals)


def _beats(model: TownModel, plan: Plan) -> list[dict[str, Any]]:
    """Beats as the editor takes them; `auto_colour` is what one without a colour of its own starts with."""
    chosen = _colours(model, plan)
    return [
        {
            "code": beat.code,
            "name": beat.name,
            "name_en": beat.name_en,
            "lead": beat.lead,
            "colour": beat.colour,
            "auto_colour": chosen.get(beat.code),
            "locked": beat.locked,
        }
        for beat in plan.beats
    ]


def _colours(model: TownModel, plan: Plan) -> dict[str, str]:
    """A colour for every beat that differs from its neighbours'."""
    sizes = model.cells["area_km2"].groupby(model.cells["code"].map(plan.beat_of)).sum().to_dict()
    return beat_colours(beat_neighbours(model.graph, plan.beat_of), [beat.code for beat in plan.beats], sizes)


def _before(plan: Plan) -> dict[str, Any]:
    return {"beats": [beat.code for beat in plan.beats], "leads": [beat.lead for beat in plan.beats], "beat_of": plan.beat_of}
