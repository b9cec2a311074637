"""A plan's life: which change of status there is, who may make it, and from which day a plan acts. Nothing is saved here.

Draft -> submitted -> in force -> archived. A plan submitted or in force is frozen. Who approves is not who drew or submitted
it, unless the station has one person. Approved for a later day it stays submitted and waits: in force it is from that day only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.plan import STATUSES, Plan, PlanHeader, Status

StepKey = Literal["submit", "give_back", "approve", "start", "abandon", "archive"]


@dataclass(frozen=True)
class Step:
    """One change of status: its button, its meaning, where it starts and where it may end."""

    title: Text
    about: Text
    before: Status
    after: tuple[Status, ...]
    second_person: bool = False
    needs_reason: bool = False


STEPS: Mapping[StepKey, Step] = {
    "submit": Step(
        Text("提交", "Submit"),
        Text("提交审批；方案随即冻结。", "Hand it in for approval; from now on it is frozen."),
        "draft",
        ("submitted",),
    ),
    "give_back": Step(
        Text("退回", "Give back"),
        Text("退回为草案，并说明理由；已有的批准作废。", "Make it a draft again, with a reason; an approval is void."),
        "submitted",
        ("draft",),
        needs_reason=True,
    ),
    "approve": Step(
        Text("批准", "Approve"),
        Text(
            "由另一人批准；自生效日起现行，未到生效日则等待。",
            "A second person approves; it is in force from its first day, and waits until then.",
        ),
        "submitted",
        ("submitted", "in_force"),
        second_person=True,
    ),
    "start": Step(
        Text("生效", "Put in force"),
        Text("已批准方案的生效日已到；原现行方案归档。", "The day of an approved plan has come; the plan before it is archived."),
        "submitted",
        ("in_force",),
    ),
    "abandon": Step(
        Text("放弃", "Abandon"), Text("归档草案，不再使用。", "Archive a draft that nobody goes on with."), "draft", ("archived",)
    ),
    "archive": Step(
        Text("归档", "Archive"),
        Text("现行方案停止使用，没有后续方案。", "End the plan in force without another to follow."),
        "in_force",
        ("archived",),
        needs_reason=True,
    ),
}


def status_of(header: PlanHeader) -> Text:
    """The status in words; an approved plan that waits says from which day it acts."""
    if header.waits:
        return Text("已批准，{day} 起生效", "approved, in force from {day}").fill(day=header.effective_from)
    return STATUSES[header.status]


def steps_open_to(header: PlanHeader, by: str, on: date, one_person_station: bool = False) -> tuple[StepKey, ...]:
    """The steps that this person may take with the plan on that day. Roles are not asked here."""
    return tuple(key for key in STEPS if _hindrance(header, key, by, on, one_person_station) is None)


def submit(plan: Plan, by: str, at: str) -> Plan:
    """The draft handed in. Refused: another status; a plan with unassigned cells, which nobody would answer for."""
    _check(plan.header, "submit", by, _day(at))
    unassigned = plan.cells_of(None)
    if unassigned:
        raise Refusal(
            Text("{n} 个网格未分配（首个：{cell}），不能提交。", "{n} cells are unassigned (first: {cell}); it can't be submitted.").fill(
                n=len(unassigned), cell=unassigned[0]
            ),
            Text("请先把它们划入警务区。", "Assign them to beats first."),
        )
    return _with(plan, status="submitted", submitted_by=by, submitted_at=at, approved_by=None, approved_at=None)


def give_back(plan: Plan, by: str, at: str, reason: str) -> Plan:
    """The submitted plan as a draft again. Refused: another status; no reason."""
    _check(plan.header, "give_back", by, _day(at), reason=reason)
    return _with(plan, status="draft", reason=reason, submitted_by=None, submitted_at=None, approved_by=None, approved_at=None)


def approve(plan: Plan, by: str, at: str, effective_from: str, one_person_station: bool = False) -> Plan:
    """The submitted plan approved: in force if its first day (YYYY-MM-DD) is the day of approval, else it waits for it.

    Refused: another status; approved already; whoever drew or submitted it, but for a station of one person; no such
    day, or one before the approval.
    """
    today, first = _day(at), _day(effective_from, exact=True)
    _check(plan.header, "approve", by, today, one_person_station)
    if first < today:
        raise Refusal(
            Text("生效日 {first} 早于批准日 {today}。", "It can't be in force from {first}, before its approval on {today}.").fill(
                first=first, today=today
            ),
            Text("请选择今天或以后的日期。", "Choose today or a later day."),
        )
    status: Status = "in_force" if first == today else "submitted"
    return _with(plan, status=status, approved_by=by, approved_at=at, effective_from=first.isoformat())


def start(plan: Plan, on: date) -> Plan:
    """The approved plan in force. Refused: not approved; its day has not come."""
    _check(plan.header, "start", "", on)
    return _with(plan, status="in_force")


def abandon(plan: Plan, by: str, at: str) -> Plan:
    """The draft archived. Refused: another status."""
    _check(plan.header, "abandon", by, _day(at))
    return _with(plan, status="archived")


def archive(plan: Plan, by: str, at: str, reason: str) -> Plan:
    """The plan in force ended on that day. Refused: another status; no reason."""
    _check(plan.header, "archive", by, _day(at), reason=reason)
    return _with(plan, status="archived", ended_on=_day(at).isoformat(), reason=reason)


def _check(header: PlanHeader, key: StepKey, by: str, on: date, one_person_station: bool = False, reason: str | None = None) -> None:
    hindrance = _hindrance(header, key, by, on, one_person_station)
    if hindrance is not None:
        raise hindrance
    if STEPS[key].needs_reason and not (reason or "").strip():
        raise Refusal(
            Text("“{step}”需要说明理由。", "'{step}' needs a reason.").fill(step=STEPS[key].title),
            Text("请写一句理由。", "Write one sentence."),
        )


def _hindrance(header: PlanHeader, key: StepKey, by: str, on: date, one_person_station: bool) -> Refusal | None:
    step = STEPS[key]
    if header.status != step.before:
        return Refusal(
            Text("方案“{name}”{status}，不能{step}。", "The plan '{name}' is {status}; '{step}' is not possible.").fill(
                name=header.title, status=status_of(header), step=step.title
            ),
            Text("只有状态为“{status}”的方案可以。", "It takes a plan that is {status}.").fill(status=STATUSES[step.before]),
        )
    special: Callable[[], Refusal | None] | None = {"approve": lambda: _not_twice(header), "start": lambda: _not_before(header, on)}.get(
        key
    )
    found = special() if special else None
    if found is None and step.second_person and not one_person_station and by in (header.author, header.submitted_by):
        return Refusal(
            Text(
                "方案“{name}”由 {by} 编制或提交，须由另一人批准。", "{by} drew or submitted the plan '{name}'; somebody else approves it."
            ).fill(name=header.title, by=by),
            Text("请同事批准；一人所可打开设置 one_person_station。", "Ask a colleague; a station of one has one_person_station."),
        )
    return found


def _not_twice(header: PlanHeader) -> Refusal | None:
    if not header.waits:
        return None
    return Refusal(
        Text("方案“{name}”已由 {by} 批准。", "{by} has approved the plan '{name}' already.").fill(name=header.title, by=header.approved_by),
        Text("如需改期，请先退回。", "To change its day, give it back first."),
    )


def _not_before(header: PlanHeader, on: date) -> Refusal | None:
    if not header.waits:
        return Refusal(
            Text("方案“{name}”尚未批准。", "The plan '{name}' is not approved.").fill(name=header.title),
            Text("请先批准。", "Approve it first."),
        )
    if header.effective_from is not None and header.effective_from > on.isoformat():
        return Refusal(
            Text("方案“{name}”自 {day} 起生效，尚未到日。", "The plan '{name}' acts from {day} on; that day has not come.").fill(
                name=header.title, day=header.effective_from
            ),
            Text("请等到那一天，或退回后改期。", "Wait for it, or give the plan back and choose another day."),
        )
    return None


def _day(text: str, exact: bool = False) -> date:
    try:
        return date.fromisoformat(text if exact else text[:10])
    except ValueError as error:
        raise Refusal(
            Text("“{text}”不是日期。", "'{text}' is no day.").fill(text=text), Text("请写成 2026-03-01。", "Write it as 2026-03-01.")
        ) from error


def _with(plan: Plan, **changes: str | None) -> Plan:
    return replace(plan, header=replace(plan.header, **changes))  # type: ignore[arg-type]
