"""Plans as rows: read whole, saved by compare-and-swap on the revision with the difference in the audit line."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Connection, bindparam, select

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.plan import STATUSES, Beat, Plan, PlanHeader
from storage import audit
from storage.overtaken import Overtaken
from storage.revisions import count_up
from storage.schema import Schema

SUBJECT = "plans"
FROZEN = ("in_force", "archived")


def plan_headers(connection: Connection, schema: Schema) -> tuple[PlanHeader, ...]:
    """The headers of all plans, oldest first."""
    plans = schema.table("plans")
    return tuple(PlanHeader(**row._mapping) for row in connection.execute(select(plans).order_by(plans.c.created_at, plans.c.id)))


def read_plan(connection: Connection, schema: Schema, plan_id: str) -> Plan:
    """A plan, its cells in order of their codes. Refused: an unknown id."""
    header = _header(connection, schema, plan_id)
    if header is None:
        raise _unknown(connection, schema, plan_id)
    return Plan(header, _beats(connection, schema, plan_id), dict(sorted(_cells(connection, schema, plan_id).items())))


def plan_in_force(connection: Connection, schema: Schema) -> str | None:
    """The id of the plan in force; there is one at most."""
    plans = schema.table("plans")
    return connection.scalar(select(plans.c.id).where(plans.c.status == "in_force"))


def save_plan(connection: Connection, schema: Schema, plan: Plan, by: str, at: str, reason: str) -> Plan:
    """Save in the caller's write transaction: header, beats, the cells that changed, and the audit line. The plan as saved.

    Revision 0 is a new plan. Putting a plan in force archives the one that was. Refused: `Overtaken` when the plan was
    saved by somebody since it was read; a plan in force or archived, but for archiving it unchanged; an unknown id.
    """
    kept = _header(connection, schema, plan.header.id)
    if kept is None and plan.header.revision:
        raise _unknown(connection, schema, plan.header.id)
    if kept is not None:
        _check_open(connection, schema, kept, plan)
    if plan.header.status == "in_force":
        _archive_others(connection, schema, plan.header.id, by, at)
    return _insert(connection, schema, plan, by, at, reason) if kept is None else _update(connection, schema, kept, plan, by, at, reason)


def replayed(connection: Connection, schema: Schema, plan_id: str) -> tuple[tuple[Beat, ...], dict[str, str | None]]:
    """Beats and cell -> beat of a plan as its audit lines give them, from nothing."""
    table = schema.table("audit")
    lines = audit.read_lines(connection, select(table).where(table.c.plan_id == plan_id).order_by(table.c.id))
    return audit.replay(lines)


def strayed(connection: Connection, schema: Schema) -> tuple[str, ...]:
    """Ids of the plans whose rows or revision are not what the audit lines say."""
    table = schema.table("audit")
    found = []
    for header in plan_headers(connection, schema):
        saves = connection.scalars(select(table.c.revision).where(table.c.plan_id == header.id).order_by(table.c.id)).all()
        state = _beats(connection, schema, header.id), _cells(connection, schema, header.id)
        if list(saves) != list(range(1, header.revision + 1)) or replayed(connection, schema, header.id) != state:
            found.append(header.id)
    return tuple(found)


def _insert(connection: Connection, schema: Schema, plan: Plan, by: str, at: str, reason: str) -> Plan:
    header = replace(plan.header, revision=1, created_at=plan.header.created_at or at, author=plan.header.author or by)
    connection.execute(schema.table("plans").insert(), asdict(header))
    saved = replace(plan, header=header)
    _write_content(connection, schema, saved, {}, by, at, reason)
    return saved


def _update(connection: Connection, schema: Schema, kept: PlanHeader, plan: Plan, by: str, at: str, reason: str) -> Plan:
    plans = schema.table("plans")
    header = replace(plan.header, revision=plan.header.revision + 1)
    swapped = connection.execute(
        plans.update().where(plans.c.id == header.id, plans.c.revision == plan.header.revision).values(**asdict(header))
    )
    if swapped.rowcount == 0:
        raise _overtaken(connection, schema, kept, plan)
    saved = replace(plan, header=header)
    _write_content(connection, schema, saved, _cells(connection, schema, header.id), by, at, reason)
    return saved


def _write_content(
    connection: Connection, schema: Schema, plan: Plan, before: Mapping[str, str | None], by: str, at: str, reason: str
) -> None:
    """Beats, changed cells and audit line. Beats that go are deleted last, as cells may still point to them."""
    cells, plan_id = schema.table("plan_cells"), plan.header.id
    added = [(cell, beat) for cell, beat in plan.beat_of.items() if cell not in before]
    changed = [(cell, before[cell], beat) for cell, beat in plan.beat_of.items() if cell in before and before[cell] != beat]
    gone = [cell for cell in before if cell not in plan.beat_of]
    dropped = _write_beats(connection, schema, plan)
    this_cell = (cells.c.plan_id == plan_id, cells.c.cell_code == bindparam("cell"))
    if gone:
        connection.execute(cells.delete().where(*this_cell), [{"cell": cell} for cell in gone])
    if changed:
        connection.execute(cells.update().where(*this_cell).values(beat=bindparam("to")), [{"cell": c, "to": to} for c, _, to in changed])
    if added:
        connection.execute(cells.insert(), [{"plan_id": plan_id, "cell_code": cell, "beat": beat} for cell, beat in added])
    if dropped:
        beats = schema.table("plan_beats")
        connection.execute(beats.delete().where(beats.c.plan_id == plan_id, beats.c.code.in_(dropped)))
    detail = {
        "reason": reason,
        "header": asdict(plan.header),
        "beats": [[beat.code, beat.name, beat.name_en, beat.lead] for beat in plan.beats],
        "cells": changed,
        "added": added,
        "gone": gone,
    }
    audit.append(connection, schema, at, by, "save_plan", plan_id, detail, "saved", plan_id, plan.header.revision)
    count_up(connection, schema, SUBJECT)


def _write_beats(connection: Connection, schema: Schema, plan: Plan) -> list[str]:
    """Bring the plan's beats up to date, all but deleting; the codes to delete."""
    beats, plan_id = schema.table("plan_beats"), plan.header.id
    before = {row.code: dict(row._mapping) for row in connection.execute(select(beats).where(beats.c.plan_id == plan_id))}
    rows = [{"plan_id": plan_id, "position": position, **asdict(beat)} for position, beat in enumerate(plan.beats)]
    for row in rows:
        if row["code"] in before and row != before[row["code"]]:
            connection.execute(beats.update().where(beats.c.plan_id == plan_id, beats.c.code == row["code"]).values(**row))
    new = [row for row in rows if row["code"] not in before]
    if new:
        connection.execute(beats.insert(), new)
    return sorted(before.keys() - {beat.code for beat in plan.beats})


def _archive_others(connection: Connection, schema: Schema, plan_id: str, by: str, at: str) -> None:
    former = plan_in_force(connection, schema)
    if former is not None and former != plan_id:
        plan = read_plan(connection, schema, former)
        reason = Text("由 {id} 取代", "followed by {id}").fill(id=plan_id)
        _update(connection, schema, plan.header, replace(plan, header=replace(plan.header, status="archived")), by, at, " / ".join(reason))


def _check_open(connection: Connection, schema: Schema, kept: PlanHeader, plan: Plan) -> None:
    if kept.status not in FROZEN:
        return
    if kept.status == "in_force" and plan == replace(read_plan(connection, schema, kept.id), header=replace(kept, status="archived")):
        return
    raise Refusal(
        Text("方案“{name}”状态为{status}，不能再修改。", "The plan '{name}' is {status} and can't be changed.").fill(
            name=kept.title, status=STATUSES[kept.status]
        ),
        Text("请以它为基础另建草案。", "Make a new draft from it."),
    )


def _overtaken(connection: Connection, schema: Schema, kept: PlanHeader, plan: Plan) -> Overtaken:
    table = schema.table("audit")
    last = connection.execute(select(table.c.who, table.c.at).where(table.c.plan_id == kept.id, table.c.revision == kept.revision)).one()
    theirs = _cells(connection, schema, kept.id)
    every = dict.fromkeys([*theirs, *plan.beat_of])
    nowhere = object()
    differing = tuple(cell for cell in every if theirs.get(cell, nowhere) != plan.beat_of.get(cell, nowhere))
    return Overtaken(last.who, last.at, kept.revision, differing)


def _unknown(connection: Connection, schema: Schema, plan_id: str) -> Refusal:
    known = ", ".join(header.id for header in plan_headers(connection, schema))
    return Refusal(
        Text("没有编号为 {id} 的方案。", "There is no plan {id}.").fill(id=plan_id),
        Text("已有方案：{known}。", "The plans are: {known}.").fill(known=known or Text("无", "none")),
    )


def _header(connection: Connection, schema: Schema, plan_id: str) -> PlanHeader | None:
    plans = schema.table("plans")
    row = connection.execute(select(plans).where(plans.c.id == plan_id)).one_or_none()
    return None if row is None else PlanHeader(**row._mapping)


def _beats(connection: Connection, schema: Schema, plan_id: str) -> tuple[Beat, ...]:
    table = schema.table("plan_beats")
    query = select(table.c.code, table.c.name, table.c.name_en, table.c.lead).where(table.c.plan_id == plan_id).order_by(table.c.position)
    return tuple(Beat(*row) for row in connection.execute(query))


def _cells(connection: Connection, schema: Schema, plan_id: str) -> dict[str, Any]:
    table = schema.table("plan_cells")
    return {cell: beat for cell, beat in connection.execute(select(table.c.cell_code, table.c.beat).where(table.c.plan_id == plan_id))}
