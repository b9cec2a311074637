"""Who of the staff answers for what, with from and to dates, so that last month's map shows last month's people."""

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from actions.caller import Caller
from actions.staff_names import staff_name
from actions.town_model import TownModel
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.plan import Plan
from planning.staffing import (
    LEAVE,
    ROLE_TITLES,
    ROLES_AT,
    SCHOOL_POST,
    SCHOOL_TARGETS,
    SUBSTITUTE,
    TARGET_TITLES,
    VICE_PRINCIPAL,
    Gap,
    on_day,
)
from planning.staffing_rules import STAFF_OF_UNIT

__all__ = ["ROLES_AT", "ROLE_TITLES", "TARGET_TITLES"]

ASSIGNED_TO = tuple(ROLES_AT)
_ROLE_OF_GAP = {kind: role for roles in STAFF_OF_UNIT.values() for role, (kind, _) in roles.items()} | {
    VICE_PRINCIPAL: VICE_PRINCIPAL,
    SCHOOL_POST: SCHOOL_POST,
}


@dataclass(frozen=True)
class Assignment:
    """One assignment as people read it; days are YYYY-MM-DD, both included, None where it is open."""

    staff: str
    target_kind: str
    target: str
    role: str
    first: str | None
    last: str | None
    who: Text
    where: Text

    @property
    def what(self) -> Text:
        """The role in words."""
        return ROLE_TITLES.get(self.role, Text(self.role, self.role))


def assignments_on(caller: Caller, day: date) -> tuple[Assignment, ...]:
    """The assignments that hold on a day, leave apart, in order of places and people."""
    caller.must("see_staffing")
    model = caller.model
    held, names = on_day(model.assignments, day), named_targets(model, caller.store.plan_in_force(day))
    rows = held[~held["role"].isin((LEAVE, SUBSTITUTE))].astype(object)
    rows = rows.where(rows.notna(), None)
    found = []
    for row in rows.itertuples(index=False, name="Row"):
        kind = "school" if row.target_kind in SCHOOL_TARGETS else row.target_kind
        where = names.get(kind, {}).get(row.target_code) or Text("{kind} {code}", "{kind} {code}").fill(
            kind=TARGET_TITLES.get(kind, Text(kind, kind)), code=row.target_code
        )
        who = staff_name(model.staff, row.staff_code) if row.staff_code in model.staff.index else Text(row.staff_code, row.staff_code)
        about = (row.staff_code, row.target_kind, row.target_code, row.role, row.valid_from or None, row.valid_to or None)
        found.append(Assignment(*about, who, where))
    return tuple(sorted(found, key=lambda one: (ASSIGNED_TO.index(one.target_kind) if one.target_kind in ASSIGNED_TO else 9, one.target)))


def fills(gap: Gap) -> tuple[str, str, str] | None:
    """Kind, code and role of the assignment that would fill a gap; None for what no assignment does: a lead stands in the plan, a
    substitute in the leave."""
    role = _ROLE_OF_GAP.get(gap.kind)
    return None if role is None or gap.missing <= 0 else (gap.target_kind, gap.target_code, role)


def targets(caller: Caller) -> dict[str, dict[str, Text]]:
    """What somebody can be assigned to: kind -> code -> name, by the plan in force."""
    caller.must("see_staffing")
    return named_targets(caller.model, caller.store.plan_in_force())


def named_targets(model: TownModel, plan: Plan | None) -> dict[str, dict[str, Text]]:
    """Units, beats of a plan, cells and schools: kind -> code -> name."""
    tables = {"unit": model.units, "cell": model.cells, "school": model.layers["schools"]}
    names = {
        kind: {
            row.code: Text(row.name, row.name_en or row.name)
            for row in table[["code", "name", "name_en"]].itertuples(index=False, name="Row")
        }
        for kind, table in tables.items()
    }
    beats = plan.beats if plan is not None else ()
    names["beat"] = {beat.code: Text(f"{beat.code} {beat.name}", f"{beat.code} {beat.title.en}") for beat in beats}
    return {kind: names[kind] for kind in ASSIGNED_TO}


def assign(
    caller: Caller,
    staff_code: str,
    target_kind: str,
    target_code: str,
    role: str,
    valid_from: str | None = None,
    valid_to: str | None = None,
) -> pd.DataFrame:
    """Assign somebody to a unit, beat, cell or school from a day to a day (YYYY-MM-DD, both included); all assignments then.

    An assignment of the same person, target and role that is open on that day ends the day before, so that last month's
    map shows last month's people. Refused: unknown staff, kind, target or role; a day that is none; an end before the beginning.
    """
    caller.must("assign_staff")
    begins, ends = day_of(valid_from or date.today().isoformat()), day_of(valid_to) if valid_to else None
    if ends is not None and ends < begins:
        raise Refusal(Text("结束日期早于开始日期。", "It ends before it begins."), Text("请更正日期。", "Put the dates right."))
    must_be_staff(caller.model, staff_code)
    must_be_target(caller.model, caller.store.plan_in_force(), target_kind, target_code)
    if role not in ROLES_AT[target_kind]:
        raise Refusal(
            Text("{kind}没有“{role}”这一职责。", "There is no role '{role}' at a {kind}.").fill(
                role=role[:40], kind=TARGET_TITLES[target_kind]
            ),
            Text("可选：{roles}。", "There are: {roles}.").fill(roles=", ".join(ROLES_AT[target_kind])),
        )
    table = caller.store.assignments()
    same = (table["staff_code"] == staff_code) & (table["target_kind"] == target_kind) & (table["target_code"] == target_code)
    running = same & (table["role"] == role) & (table["valid_to"].isna() | (table["valid_to"].astype(str) >= begins.isoformat()))
    replaced = running & (table["valid_from"].fillna("").astype(str) >= begins.isoformat())
    table.loc[running & ~replaced, "valid_to"] = (begins - timedelta(days=1)).isoformat()
    new = {
        "staff_code": staff_code,
        "target_kind": target_kind,
        "target_code": target_code,
        "role": role,
        "plan_id": None,
        "valid_from": begins.isoformat(),
        "valid_to": ends.isoformat() if ends is not None else None,
    }
    whole = pd.concat([table[~replaced].astype(object), pd.DataFrame([new], dtype=object)], ignore_index=True)
    told = f"{staff_code} {target_kind} {target_code} {role} {new['valid_from']} {new['valid_to'] or ''}".strip()
    caller.store.write_assignments(whole, by=caller.user, reason=f"assign {told}")
    return caller.store.assignments()


def end_assignment(caller: Caller, ended: Assignment, last: date) -> None:
    """Let an assignment end with a day; one that would begin later is taken back. Refused: it is not there (any more)."""
    caller.must("assign_staff")
    table = caller.store.assignments().astype(object)
    about = {"staff_code": ended.staff, "target_kind": ended.target_kind, "target_code": ended.target, "role": ended.role}
    same = pd.Series(True, table.index)
    for column, value in about.items():
        same &= table[column] == value
    same &= (table["valid_from"].fillna("") == (ended.first or "")) & (table["valid_to"].fillna("") == (ended.last or ""))
    if not same.any():
        raise Refusal(
            Text("没有这项分工，可能已被他人更改。", "There is no such assignment; somebody may have changed it."),
            Text("请重新载入本页。", "Load the page again."),
        )
    never = same & (table["valid_from"].fillna("").astype(str) > last.isoformat())
    table.loc[same, "valid_to"] = last.isoformat()
    told = f"{ended.staff} {ended.target_kind} {ended.target} {ended.role} {last}"
    caller.store.write_assignments(table[~never].reset_index(drop=True), by=caller.user, reason=f"end {told}")


def must_be_staff(model: TownModel, code: str) -> None:
    """Refused: somebody who is not on the staff list."""
    if code not in model.staff.index:
        raise Refusal(
            Text("人员表中没有 {code}。", "There is no {code} in the staff list.").fill(code=code[:40]),
            Text("请先导入人员表，或更正编号。", "Import the staff first, or correct the code."),
        )


def must_be_target(model: TownModel, plan: Plan | None, kind: str, code: str) -> None:
    """Refused: a kind to which nobody is assigned, or a code that is not there."""
    if kind not in ASSIGNED_TO:
        raise Refusal(
            Text("不能指派到“{kind}”。", "Nobody can be assigned to a '{kind}'.").fill(kind=kind[:40]),
            Text("可选：{kinds}。", "There are: {kinds}.").fill(kinds=", ".join(ASSIGNED_TO)),
        )
    if code not in named_targets(model, plan)[kind]:
        raise Refusal(
            Text("没有{kind} {code}。", "There is no {kind} {code}.").fill(kind=TARGET_TITLES[kind], code=code[:40]),
            Text("请更正编号。", "Correct the code."),
        )


def day_of(written: str) -> date:
    """A day written YYYY-MM-DD. Refused: one that is none."""
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise Refusal(
            Text("“{day}”不是日期。", "'{day}' is not a day.").fill(day=written[:40]),
            Text("请写作 2026-03-01。", "Write it as 2026-03-01."),
        ) from error
