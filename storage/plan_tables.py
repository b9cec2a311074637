"""Plans as rows: read whole, saved by compare-and-swap on the revision with the difference in the audit line."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from types import MappingProxyType

from sqlalchemy import Connection, bindparam, func, select

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.plan import STATUSES, Beat, Plan, PlanHeader
from storage import audit, plan_history, plan_steps
from storage.named_values import read_setting
from storage.overtaken import Overtaken
from storage.revisions import count_up
from storage.schema import Schema

SUBJECT = "plans"
ONE_PERSON = "one_person_station"
"""The setting that lets whoever drew a plan approve it."""
Cells = dict[str, str | None]
NOTHING: tuple[tuple[Beat, ...], Cells, frozenset[str]] = ((), {}, frozenset())
_NO_NOTE: Mapping[str, str] = MappingProxyType({})


def plan_headers(connection: Connection, schema: Schema) -> tuple[PlanHeader, ...]:
    """The headers of all plans, oldest first."""
    plans = schema.table("plans")
    return tuple(PlanHeader(**row._mapping) for row in connection.execute(select(plans).order_by(plans.c.created_at, plans.c.id)))


def read_plan(connection: Connection, schema: Schema, plan_id: str) -> Plan:
    """A plan, its cells in order of their codes. Refused: an unknown id."""
    header = _header(connection, schema, plan_id)
    if header is None:
        raise _unknown(connection, schema, plan_id)
    beat_of, locked = _cells(connection, schema, plan_id)
    return Plan(header, _beats(connection, schema, plan_id), dict(sorted(beat_of.items())), locked)


def plan_in_force(connection: Connection, schema: Schema, day: str) -> str | None:
    """The id of the plan that acts on a day (YYYY-MM-DD); there is one at most. See `plan_steps.acting_on`."""
    header = plan_steps.acting_on(plan_headers(connection, schema), day)
    return None if header is None else header.id


def start_due_plans(connection: Connection, schema: Schema, by: str, at: str) -> tuple[PlanHeader, ...]:
    """Put the approved plans whose day has come in force, earliest first, in the caller's write transaction; their headers."""
    due = [header for header in plan_headers(connection, schema) if header.waits and (header.effective_from or "") <= at[:10]]
    started = []
    for header in sorted(due, key=lambda header: header.effective_from or ""):
        plan = read_plan(connection, schema, header.id)
        reason = " / ".join(Text("生效日已到", "its day has come"))
        started.append(save_plan(connection, schema, replace(plan, header=replace(header, status="in_force")), by, at, reason).header)
    return tuple(started)


def save_plan(connection: Connection, schema: Schema, plan: Plan, by: str, at: str, reason: str) -> Plan:
    """Save in the caller's write transaction: header, beats, the cells that changed, and the audit line. The plan as saved.

    Revision 0 is a new plan, in any status. Putting a plan in force archives the one that was. Refused: `Overtaken` when
    the plan was saved by somebody since it was read; what `plan_steps.stepped` refuses; an unknown id.
    """
    kept = _header(connection, schema, plan.header.id)
    if kept is None and plan.header.revision:
        raise _unknown(connection, schema, plan.header.id)
    if kept is not None:
        if kept.revision != plan.header.revision:  # told before what the plan has become in the meantime
            raise _overtaken(connection, schema, kept, plan)
        one_person = bool(read_setting(connection, schema, ONE_PERSON, False))
        whole = None if kept.status == "draft" else read_plan(connection, schema, kept.id)
        plan = replace(plan, header=plan_steps.stepped(kept, whole, plan, by, at, one_person))
    if plan.header.waits:
        plan_steps.check_day_is_free(plan_headers(connection, schema), plan.header)
    if plan.header.status == "in_force":
        _archive_others(connection, schema, plan.header, by, at)
    return _insert(connection, schema, plan, by, at, reason) if kept is None else _update(connection, schema, kept, plan, by, at, reason)


def carry_plan(connection: Connection, schema: Schema, plan: Plan, by: str, at: str, import_id: str) -> Plan:
    """Save what an import makes of a plan that was read at its revision (0: a new draft), naming the import in the audit line.

    The one way to change the cells of a plan submitted or in force. Refused: `Overtaken`; an archived plan; another status;
    anything but the cells of a plan submitted or in force; an unknown id.
    """
    note, reason = {"import": import_id}, " / ".join(Text("随网格变更", "carried over to changed cells"))
    kept = _header(connection, schema, plan.header.id)
    if kept is None:
        if plan.header.revision:
            raise _unknown(connection, schema, plan.header.id)
        if plan.header.status != "draft":
            raise _not_carried(plan.header)
        return _insert(connection, schema, plan, by, at, plan.header.reason, note)
    if kept.revision != plan.header.revision:
        raise _overtaken(connection, schema, kept, plan)
    beats = _beats(connection, schema, kept.id)
    if (
        kept.status == "archived"
        or plan.header.status != kept.status
        or (kept.status != "draft" and (plan.header, plan.beats) != (kept, beats))
    ):
        raise _not_carried(kept)
    return _update(connection, schema, kept, plan, by, at, reason, note)


def put_back(connection: Connection, schema: Schema, plan_id: str, revision: int, by: str, at: str, import_id: str) -> int:
    """Give a plan the content that it had at an earlier revision (0: it was not there, and goes); the number of this save.

    History only grows: the old content gets a new revision. Refused: another plan was made from the one that goes.
    """
    note, reason = {"undone_import": import_id}, " / ".join(Text("撤销导入", "import undone"))
    header = _header(connection, schema, plan_id)
    if header is None:
        raise _unknown(connection, schema, plan_id)
    if revision == 0:
        _remove(connection, schema, header, by, at, {"reason": reason, **note})
        return header.revision + 1
    before = plan_history.plan_at(connection, schema, plan_id, revision)
    as_now = replace(before, header=replace(before.header, revision=header.revision))
    return _update(connection, schema, header, as_now, by, at, reason, note).header.revision


def plan_revision(connection: Connection, schema: Schema, plan_id: str) -> int:
    """The revision that a plan has now; 0 when it is not there."""
    header = _header(connection, schema, plan_id)
    return 0 if header is None else header.revision


def replayed(connection: Connection, schema: Schema, plan_id: str) -> tuple[tuple[Beat, ...], Cells, frozenset[str]]:
    """Beats, cell -> beat and locked cells of a plan as its audit lines give them, from nothing."""
    return audit.replay(plan_history.lines(connection, schema, plan_id))


def strayed(connection: Connection, schema: Schema) -> tuple[str, ...]:
    """Ids of the plans whose rows or revision are not what the audit lines say, and of those that vanished without a line."""
    table = schema.table("audit")
    found = []
    for header in plan_headers(connection, schema):
        saves = connection.scalars(select(table.c.revision).where(table.c.plan_id == header.id).order_by(table.c.id)).all()
        state = _beats(connection, schema, header.id), *_cells(connection, schema, header.id)
        if list(saves) != list(range(1, header.revision + 1)) or replayed(connection, schema, header.id) != state:
            found.append(header.id)
    there = select(schema.table("plans").c.id)
    gone = select(table.c.plan_id).where(table.c.plan_id.is_not(None), table.c.plan_id.not_in(there)).distinct().order_by(table.c.plan_id)
    return (*found, *(plan_id for plan_id in connection.scalars(gone).all() if replayed(connection, schema, plan_id) != NOTHING))


def _insert(connection: Connection, schema: Schema, plan: Plan, by: str, at: str, reason: str, note: Mapping[str, str] = _NO_NOTE) -> Plan:
    lines = schema.table("audit").c
    former = connection.scalar(select(func.max(lines.revision)).where(lines.plan_id == plan.header.id)) or 0
    header = replace(plan.header, revision=former + 1, created_at=plan.header.created_at or at, author=plan.header.author or by)
    connection.execute(schema.table("plans").insert(), asdict(header))
    saved = replace(plan, header=header)
    _write_content(connection, schema, saved, {}, frozenset(), by, at, reason, note)
    return saved


def _update(
    connection: Connection, schema: Schema, kept: PlanHeader, plan: Plan, by: str, at: str, reason: str, note: Mapping[str, str] = _NO_NOTE
) -> Plan:
    plans = schema.table("plans")
    header = replace(plan.header, revision=plan.header.revision + 1)
    swapped = connection.execute(
        plans.update().where(plans.c.id == header.id, plans.c.revision == plan.header.revision).values(**asdict(header))
    )
    if swapped.rowcount == 0:
        raise _overtaken(connection, schema, kept, plan)
    saved = replace(plan, header=header)
    _write_content(connection, schema, saved, *_cells(connection, schema, header.id), by, at, reason, note)
    return saved


def _remove(connection: Connection, schema: Schema, header: PlanHeader, by: str, at: str, detail: Mapping[str, str]) -> None:
    """Delete a plan's rows. Its audit line counts as a save of nothing at all, so that replay and revisions go on."""
    plans = schema.table("plans")
    children = connection.execute(select(plans.c.name, plans.c.author).where(plans.c.parent_id == header.id)).all()
    if children:
        raise Refusal(
            Text("{n} 个方案由“{name}”改成（首个：{child}，{who}）。", "{n} plans were made from '{name}' (first: {child}, {who}).").fill(
                n=len(children), name=header.title, child=children[0].name, who=children[0].author
            ),
            Text("撤销会使它们失去来源；未作改动。", "Undoing would take away what they come from; nothing was changed."),
        )
    gone = list(_cells(connection, schema, header.id)[0])
    for name in ("plan_cells", "plan_beats"):
        table = schema.table(name)
        connection.execute(table.delete().where(table.c.plan_id == header.id))
    connection.execute(plans.delete().where(plans.c.id == header.id))
    nothing = {"header": asdict(header), "beats": [], "cells": [], "added": [], "gone": gone}
    audit.append(connection, schema, at, by, "remove_plan", header.id, {**detail, **nothing}, "removed", header.id, header.revision + 1)
    count_up(connection, schema, SUBJECT)


def _write_content(
    connection: Connection,
    schema: Schema,
    plan: Plan,
    before: Mapping[str, str | None],
    locked_before: frozenset[str],
    by: str,
    at: str,
    reason: str,
    note: Mapping[str, str],
) -> None:
    """Beats, changed cells and audit line. Beats that go are deleted last, as cells may still point to them."""
    cells, plan_id = schema.table("plan_cells"), plan.header.id
    added = [(cell, beat) for cell, beat in plan.beat_of.items() if cell not in before]
    changed = [(cell, before[cell], beat) for cell, beat in plan.beat_of.items() if cell in before and before[cell] != beat]
    gone = [cell for cell in before if cell not in plan.beat_of]
    locked = sorted(plan.locked_cells - locked_before)
    unlocked = sorted((locked_before - plan.locked_cells) & plan.beat_of.keys())
    dropped = _write_beats(connection, schema, plan)
    this_cell = (cells.c.plan_id == plan_id, cells.c.cell_code == bindparam("cell"))
    if gone:
        connection.execute(cells.delete().where(*this_cell), [{"cell": cell} for cell in gone])
    if changed:
        connection.execute(cells.update().where(*this_cell).values(beat=bindparam("to")), [{"cell": c, "to": to} for c, _, to in changed])
    if added:
        connection.execute(cells.insert(), [{"plan_id": plan_id, "cell_code": cell, "beat": beat} for cell, beat in added])
    if locked or unlocked:
        to_lock = [{"cell": cell, "to": cell in plan.locked_cells} for cell in (*locked, *unlocked)]
        connection.execute(cells.update().where(*this_cell).values(locked=bindparam("to")), to_lock)
    if dropped:
        beats = schema.table("plan_beats")
        connection.execute(beats.delete().where(beats.c.plan_id == plan_id, beats.c.code.in_(dropped)))
    detail = {
        "reason": reason,
        "header": asdict(plan.header),
        "beats": [audit.beat_values(beat) for beat in plan.beats],
        "cells": changed,
        "added": added,
        "gone": gone,
        **{name: codes for name, codes in (("locked", locked), ("unlocked", unlocked)) if codes},
        **note,
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


def _archive_others(connection: Connection, schema: Schema, follower: PlanHeader, by: str, at: str) -> None:
    plans = schema.table("plans")
    former = connection.scalar(select(plans.c.id).where(plans.c.status == "in_force", plans.c.id != follower.id))
    if former is not None:
        plan = read_plan(connection, schema, former)
        header = replace(plan.header, status="archived", ended_on=(follower.effective_from or at)[:10])
        reason = Text("由 {id} 取代", "followed by {id}").fill(id=follower.id)
        _update(connection, schema, plan.header, replace(plan, header=header), by, at, " / ".join(reason))


def _overtaken(connection: Connection, schema: Schema, kept: PlanHeader, plan: Plan) -> Overtaken:
    table = schema.table("audit")
    last = connection.execute(select(table.c.who, table.c.at).where(table.c.plan_id == kept.id, table.c.revision == kept.revision)).one()
    theirs, _ = _cells(connection, schema, kept.id)
    every = dict.fromkeys([*theirs, *plan.beat_of])
    nowhere = object()
    differing = tuple(cell for cell in every if theirs.get(cell, nowhere) != plan.beat_of.get(cell, nowhere))
    return Overtaken(last.who, last.at, kept.revision, differing)


def _not_carried(header: PlanHeader) -> Refusal:
    return Refusal(
        Text("方案“{name}”（{status}）不能随导入这样改变。", "An import can't change the plan '{name}' ({status}) in this way.").fill(
            name=header.title, status=STATUSES[header.status]
        ),
        Text(
            "新方案以草案进入；现行方案只能改变网格归属；已归档的方案不变。",
            "New plans come in as drafts; of a plan in force only the cells may change; archived plans stay.",
        ),
    )


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
    columns = [table.c[name] for name in Beat.__dataclass_fields__]
    return tuple(Beat(*row) for row in connection.execute(select(*columns).where(table.c.plan_id == plan_id).order_by(table.c.position)))


def _cells(connection: Connection, schema: Schema, plan_id: str) -> tuple[Cells, frozenset[str]]:
    table = schema.table("plan_cells")
    cells = select(table.c.cell_code, table.c.beat).where(table.c.plan_id == plan_id)
    locked = select(table.c.cell_code).where(table.c.plan_id == plan_id, table.c.locked)  # few; a look at each flag takes longer
    return {cell: beat for cell, beat in connection.execute(cells)}, frozenset(connection.scalars(locked))
