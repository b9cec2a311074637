"""What a save may do to a plan that is there: edit a draft, or take one step of its life. The store writes who and when itself.

`planning.plan_life` words and makes the steps; this is the last look before the rows are written.
"""

from collections.abc import Iterable
from dataclasses import replace

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.plan import STATUSES, Plan, PlanHeader, Status

STEPS: frozenset[tuple[Status, Status]] = frozenset(
    {
        ("draft", "submitted"),
        ("draft", "archived"),
        ("submitted", "draft"),
        ("submitted", "submitted"),  # approved, and waits for its day
        ("submitted", "in_force"),
        ("in_force", "archived"),
    }
)
_OF_LIFE = ("status", "reason", "effective_from", "submitted_by", "submitted_at", "approved_by", "approved_at", "ended_on")


def stepped(old: PlanHeader, kept: Plan | None, plan: Plan, by: str, at: str, one_person_station: bool) -> PlanHeader:
    """The header to save for `plan` over `old`, signed. A draft that stays one is an edit; all else is a step.

    `kept` is the whole plan as it is, None for a draft, whose content may change.
    Refused: a change of a plan that is no draft; a step there is not; putting in force before its day; approving what
    one drew or submitted oneself, but for a station of one person.
    """
    new = replace(plan.header, author=old.author, created_at=old.created_at)
    if (old.status, new.status) == ("draft", "draft"):
        return _unsigned(new)
    approving = old.status == "submitted" and new.status in ("submitted", "in_force") and not old.waits
    frozen = kept is not None
    if (old.status, new.status) not in STEPS or (kept is not None and not _same_but_life(kept, plan)):
        raise _can_not_change(old, new)
    if new.status == "submitted" and frozen and (not approving or new.approved_by is None):
        raise _can_not_change(old, new)  # a save that takes no step
    if approving:
        if not one_person_station and by in (old.author, old.submitted_by):
            raise _own_work(old, by)
        new = replace(new, approved_by=by, approved_at=at, effective_from=new.effective_from or at[:10])
    elif frozen and new.status in ("submitted", "in_force"):
        new = replace(new, approved_by=old.approved_by, approved_at=old.approved_at, effective_from=old.effective_from)
    if new.status == "in_force" and (new.effective_from or "")[:10] > at[:10]:
        raise _too_early(new)
    return _signed(old, new, by, at)


def acting_on(headers: Iterable[PlanHeader], day: str) -> PlanHeader | None:
    """The plan that acts on a day (YYYY-MM-DD): the latest to begin of those approved or in force that day.

    An approved plan acts from its day on, also before anybody put it in force; one that was followed until the day before.
    """
    acting = [header for header in headers if _acts(header, day)]
    return max(acting, key=lambda header: (header.effective_from or "", header.approved_at or "", header.created_at), default=None)


def check_day_is_free(headers: Iterable[PlanHeader], plan: PlanHeader) -> None:
    """Refused: a plan that waits for the same day as another."""
    for other in headers:
        if plan.waits and other.waits and other.id != plan.id and other.effective_from == plan.effective_from:
            raise Refusal(
                Text("方案“{name}”已定于 {day} 生效。", "The plan '{name}' waits for {day} already.").fill(
                    name=other.title, day=other.effective_from
                ),
                Text("请另选日期，或先退回那个方案。", "Choose another day, or give that plan back first."),
            )


def _acts(header: PlanHeader, day: str) -> bool:
    was_approved = header.status == "in_force" or header.waits or (header.status == "archived" and header.ended_on is not None)
    return was_approved and (header.effective_from or "")[:10] <= day and (header.ended_on is None or day < header.ended_on)


def _signed(old: PlanHeader, new: PlanHeader, by: str, at: str) -> PlanHeader:
    if new.status == "submitted" and old.status == "draft":
        return replace(_unsigned(new), submitted_by=by, submitted_at=at)
    if new.status == "draft":
        return _unsigned(new)
    ended = at[:10] if old.status == "in_force" else None
    kept = {"submitted_by": old.submitted_by, "submitted_at": old.submitted_at}
    if new.status == "archived":
        kept |= {name: getattr(old, name) for name in ("approved_by", "approved_at", "effective_from")}
    return replace(new, **kept, ended_on=ended)  # type: ignore[arg-type]


def _unsigned(header: PlanHeader) -> PlanHeader:
    return replace(header, submitted_by=None, submitted_at=None, approved_by=None, approved_at=None, ended_on=None)


def _same_but_life(kept: Plan, plan: Plan) -> bool:
    before = {name: getattr(kept.header, name) for name in _OF_LIFE}
    return replace(plan, header=replace(plan.header, **before)) == kept


def _can_not_change(old: PlanHeader, new: PlanHeader) -> Refusal:
    if old.status == "draft":
        return Refusal(
            Text("方案“{name}”是草案，不能直接变为{status}。", "The plan '{name}' is a draft and can't become {status} at once.").fill(
                name=old.title, status=STATUSES[new.status]
            ),
            Text("请先提交，再由另一人批准。", "Submit it first; then somebody else approves it."),
        )
    return Refusal(
        Text("方案“{name}”状态为{status}，不能再修改。", "The plan '{name}' is {status} and can't be changed.").fill(
            name=old.title, status=STATUSES[old.status]
        ),
        Text("请以它为基础另建草案。", "Make a new draft from it."),
    )


def _own_work(header: PlanHeader, by: str) -> Refusal:
    return Refusal(
        Text(
            "方案“{name}”由 {by} 编制或提交，须由另一人批准。", "{by} drew or submitted the plan '{name}'; somebody else approves it."
        ).fill(name=header.title, by=by),
        Text("请同事批准；一人所可打开设置 one_person_station。", "Ask a colleague; a station of one has one_person_station."),
    )


def _too_early(header: PlanHeader) -> Refusal:
    return Refusal(
        Text("方案“{name}”自 {day} 起生效，尚未到日。", "The plan '{name}' acts from {day} on; that day has not come.").fill(
            name=header.title, day=header.effective_from
        ),
        Text("请批准后等待，它到日生效。", "Approve it and let it wait; it acts from that day."),
    )
