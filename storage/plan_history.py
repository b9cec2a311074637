"""Every save of a plan, and the plan as it was at any of them, out of the audit: nothing is ever overwritten."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.plan import Plan, PlanHeader, Status
from storage import audit
from storage.schema import Schema


@dataclass(frozen=True)
class PlanSave:
    """One save: its revision, when, by whom and why, the status it left, and how many cells changed, came or went."""

    revision: int
    at: str
    who: str
    reason: str
    status: Status
    n_cells_changed: int


def plan_history(connection: Connection, schema: Schema, plan_id: str) -> tuple[PlanSave, ...]:
    """All saves of a plan, oldest first, also of one that an undone import took away. Refused: an id never saved."""
    return tuple(
        PlanSave(
            line.revision or 0,
            line.at,
            line.who,
            line.detail["reason"],
            line.detail["header"]["status"],
            sum(len(line.detail[part]) for part in ("cells", "added", "gone")),
        )
        for line in _known_lines(connection, schema, plan_id)
    )


def plan_at(connection: Connection, schema: Schema, plan_id: str, revision: int) -> Plan:
    """A plan as it was at a revision, its cells in order of their codes. Refused: an id or revision never saved; a removal."""
    saves = [line for line in _known_lines(connection, schema, plan_id) if (line.revision or 0) <= revision]
    if not saves or saves[-1].revision != revision or saves[-1].action == "remove_plan":
        raise Refusal(
            Text("方案 {id} 没有第 {revision} 版。", "The plan {id} has no revision {revision}.").fill(id=plan_id, revision=revision),
            Text("请从它的保存记录中选择。", "Choose one from the list of its saves."),
        )
    beats, beat_of, locked = audit.replay(saves)
    return Plan(PlanHeader(**saves[-1].detail["header"]), beats, dict(sorted(beat_of.items())), locked)


def lines(connection: Connection, schema: Schema, plan_id: str) -> list[audit.AuditLine]:
    """The audit lines of a plan's saves, oldest first."""
    table = schema.table("audit")
    return list(audit.read_lines(connection, select(table).where(table.c.plan_id == plan_id).order_by(table.c.id)))


def _known_lines(connection: Connection, schema: Schema, plan_id: str) -> list[audit.AuditLine]:
    found = lines(connection, schema, plan_id)
    if not found:
        raise Refusal(
            Text("没有编号为 {id} 的方案。", "There is no plan {id}.").fill(id=plan_id),
            Text("请从方案列表中选择。", "Choose one from the list of plans."),
        )
    return found
