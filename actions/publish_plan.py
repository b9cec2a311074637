"""A plan's life as a person leads it: submit, give back, approve, put in force, archive; its saves, and any of them as a new draft."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import uuid4

from actions.caller import Caller
from actions.draw_plan import LONGEST_NAME, free_name
from actions.measure_plan import MeasuredPlan, measured
from actions.permissions import may
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning import plan_life
from planning.check import STATES, Finding
from planning.plan import STATUSES, Plan, PlanHeader
from planning.plan_life import STEPS, Step, StepKey, status_of
from planning.rules import CHECKS
from storage.store import PlanSave

__all__ = [
    "STATUSES",
    "STEPS",
    "CheckLine",
    "PlanHeader",
    "PlanLine",
    "PlanSave",
    "Step",
    "StepKey",
    "abandon",
    "approve",
    "archive",
    "check_lines",
    "draft_from",
    "give_back",
    "history",
    "is_one_person_station",
    "open_steps",
    "place_names",
    "plan_list",
    "rename",
    "set_one_person_station",
    "start_due_plans",
    "status_of",
    "submit",
]

ONE_PERSON = "one_person_station"
PERMISSION_OF_STEP: dict[StepKey, str] = {
    "submit": "submit_plan",
    "give_back": "give_back_plan",
    "approve": "approve_plan",
    "start": "start_plans",
    "abandon": "submit_plan",
    "archive": "approve_plan",
}


@dataclass(frozen=True)
class PlanLine:
    """One plan in the list: its header, its status in words, how many beats and cells, and the steps open to the caller."""

    header: PlanHeader
    status: Text
    beats: int
    cells: int
    steps: tuple[StepKey, ...]


@dataclass(frozen=True)
class CheckLine:
    """The answer of one check with its wording: what it asks, whether it must hold, and where to look (codes, worst first)."""

    title: Text
    about: Text
    must: bool
    state: str
    shown_state: Text
    message: Text
    where: tuple[str, ...]
    where_kind: str


def plan_list(caller: Caller) -> tuple[PlanLine, ...]:
    """All plans, newest first, with what the caller may do with each now."""
    caller.must("see_plans")
    lines = []
    for header in reversed(caller.store.plan_headers()):
        plan = caller.store.plan(header.id)
        lines.append(PlanLine(header, status_of(header), len(plan.beats), len(plan.beat_of), open_steps(caller, header)))
    return tuple(lines)


def open_steps(caller: Caller, header: PlanHeader) -> tuple[StepKey, ...]:
    """The steps that the plan's status, the day, the second-person rule and the caller's role allow."""
    steps = plan_life.steps_open_to(header, caller.user, date.today(), _one_person(caller))
    return tuple(key for key in steps if may(PERMISSION_OF_STEP[key], caller.role))


def check_lines(caller: Caller, found: MeasuredPlan) -> tuple[CheckLine, ...]:
    """Every check of a measured plan in words, in the order of the table of checks."""
    caller.must("see_plans")
    return tuple(_check_line(finding) for finding in found.findings)


def place_names(caller: Caller, found: MeasuredPlan) -> dict[tuple[str, str], Text]:
    """(kind, code) -> name of every cell, unit and beat that a check points at; of a beat with its number before it."""
    caller.must("see_plans")
    model, beats = caller.model, {beat.code: beat.title for beat in found.plan.beats}
    tables = {"cell": model.cells, "unit": model.units}
    named: dict[tuple[str, str], Text] = {}
    for finding in found.findings:
        for code in finding.where:
            if finding.where_kind == "beat":
                named["beat", code] = Text("{code} {name}", "{code} {name}").fill(code=code, name=beats.get(code, Text("", "")))
                continue
            table = tables[finding.where_kind]
            for row in table[table["code"] == code].itertuples(index=False):
                named[finding.where_kind, code] = Text(str(row.name), str(row.name_en or row.name))
    return named


def submit(caller: Caller, plan_id: str, reason: str = "") -> Plan:
    """Hand a draft in for approval; from then on it is frozen.

    Refused: no draft; a broken check that must hold; broken checks that should hold without a reason.
    """
    plan = _of_caller(caller, "submit", plan_id)
    _fit_for_force(caller, plan, reason)
    done = plan_life.submit(plan, caller.user, _now())
    return _saved(caller, "submit", replace(done, header=replace(done.header, reason=reason.strip())), reason)


def give_back(caller: Caller, plan_id: str, reason: str) -> Plan:
    """A submitted plan becomes a draft again. Refused: another status; no reason."""
    plan = _of_caller(caller, "give_back", plan_id)
    return _saved(caller, "give_back", plan_life.give_back(plan, caller.user, _now(), reason), reason)


def approve(caller: Caller, plan_id: str, effective_from: date | None = None, reason: str = "") -> Plan:
    """A second person approves; in force from that day (today if none is named), waiting until then.

    Broken checks that should hold need a reason, at submission or here; it stays in the plan's `reason`.
    Refused: not submitted; whoever drew or submitted it, but for a station of one; a day past; a broken check that must hold.
    """
    plan = _of_caller(caller, "approve", plan_id)
    stated = " / ".join(part for part in (plan.header.reason.strip(), reason.strip()) if part)
    first = (effective_from or date.today()).isoformat()
    done = plan_life.approve(plan, caller.user, _now(), first, _one_person(caller))
    _fit_for_force(caller, plan, stated)
    return _saved(caller, "approve", replace(done, header=replace(done.header, reason=stated)), reason)


def start_due_plans(caller: Caller) -> tuple[PlanHeader, ...]:
    """Put the approved plans whose day has come in force; those that were."""
    caller.must("start_plans")
    return caller.store.start_due_plans(caller.user)


def abandon(caller: Caller, plan_id: str, reason: str = "") -> Plan:
    """Archive a draft that nobody goes on with. Refused: another status."""
    plan = _of_caller(caller, "abandon", plan_id)
    return _saved(caller, "abandon", plan_life.abandon(plan, caller.user, _now()), reason)


def archive(caller: Caller, plan_id: str, reason: str) -> Plan:
    """End the plan in force without another to follow. Refused: another status; no reason."""
    plan = _of_caller(caller, "archive", plan_id)
    return _saved(caller, "archive", plan_life.archive(plan, caller.user, _now(), reason), reason)


def rename(caller: Caller, plan_id: str, name: str, name_en: str = "", branch: str = "") -> Plan:
    """Another name and branch for a draft. Refused: no draft; an empty or too long name, or one that another plan has."""
    caller.must("draw_plan")
    plan = caller.store.plan(plan_id)
    if plan.header.status != "draft":
        raise Refusal(
            Text("方案“{name}”是{status}，不能改名。", "'{name}' is {status} and can't be renamed.").fill(
                name=plan.header.title, status=status_of(plan.header)
            ),
            Text("请以它为起点新建草案。", "Start a new draft from it."),
        )
    header = replace(plan.header, name=free_name(caller, name, but=plan_id), name_en=_short(name_en), branch=_short(branch))
    return caller.store.save_plan(replace(plan, header=header), by=caller.user, reason=_both(Text("改名", "renamed")))


def history(caller: Caller, plan_id: str) -> tuple[PlanSave, ...]:
    """All saves of a plan, newest first: who, when, why, how many cells. Refused: an id never saved."""
    caller.must("see_plans")
    return caller.store.plan_history(plan_id)[::-1]


def draft_from(caller: Caller, plan_id: str, name: str, revision: int | None = None, branch: str = "") -> Plan:
    """A new draft with the cells of a plan as it was at a revision (None: now), on a branch of that name if one is given.

    Cells that are gone are left out, cells that are new are unassigned. Refused: an unknown id or revision; a name as in `rename`.
    """
    caller.must("draw_plan")
    name = free_name(caller, name)
    old = caller.store.plan(plan_id) if revision is None else caller.store.plan_at(plan_id, revision)
    why = Text("取自“{name}”第 {revision} 版", "from '{name}', revision {revision}").fill(
        name=old.header.title, revision=old.header.revision
    )
    header = PlanHeader(
        uuid4().hex,
        name,
        "",
        "draft",
        parent_id=plan_id,
        author=caller.user,
        reason=_both(why),
        branch=_short(branch) or old.header.branch,
        profile=old.header.profile,
    )
    beats = tuple(replace(beat, locked=False) for beat in old.beats)
    plan = Plan(header, beats, {code: old.beat_of.get(code) for code in sorted(caller.model.cells["code"])})
    return caller.store.save_plan(plan, by=caller.user, reason=_both(why))


def set_one_person_station(caller: Caller, on: bool, reason: str) -> None:
    """Let whoever drew a plan approve it, as a station of one person must; logged. Refused: no reason."""
    caller.must("approve_plan")
    if not reason.strip():
        raise _no_reason(Text("更改一人所设置", "changing the setting for a station of one"))
    caller.store.set_setting(ONE_PERSON, on, by=caller.user, reason=reason.strip())


def is_one_person_station(caller: Caller) -> bool:
    """Whether whoever drew a plan may approve it."""
    caller.must("see_plans")
    return _one_person(caller)


def _of_caller(caller: Caller, step: StepKey, plan_id: str) -> Plan:
    caller.must(PERMISSION_OF_STEP[step])
    return caller.store.plan(plan_id)


def _saved(caller: Caller, step: StepKey, plan: Plan, reason: str) -> Plan:
    """The step in the record, by its name and the reason that was given."""
    said = f": {reason.strip()}" if reason.strip() else ""
    return caller.store.save_plan(plan, by=caller.user, reason=_both(STEPS[step].title) + said)


def _fit_for_force(caller: Caller, plan: Plan, reason: str) -> None:
    found = measured(caller.model, caller.store, plan)
    if found.broken_musts:
        first = found.broken_musts[0]
        raise Refusal(
            Text("方案有 {n} 项必须符合的检查不符合（首项：{what}）", "{n} checks that must hold are broken (first: {what})").fill(
                n=len(found.broken_musts), what=first.message
            ),
            Text("请在编辑器中改正后再试。", "Put it right in the editor and try again."),
        )
    wishes = [finding for finding in found.findings if finding.state == "broken"]
    if wishes and not reason.strip():
        raise Refusal(
            Text("方案有 {n} 项应当符合的检查不符合（首项：{what}）", "{n} checks that should hold are broken (first: {what})").fill(
                n=len(wishes), what=wishes[0].message
            ),
            Text("请改正，或写明为何仍要采用。", "Put them right, or state a reason why the plan is taken all the same."),
        )


def _check_line(finding: Finding) -> CheckLine:
    check = CHECKS[finding.check]
    return CheckLine(
        check.title,
        check.about,
        check.weight == "must",
        finding.state,
        STATES[finding.state],
        finding.message,
        finding.where,
        finding.where_kind,
    )


def _one_person(caller: Caller) -> bool:
    return bool(caller.store.setting(ONE_PERSON, False))


def _short(word: str) -> str:
    return " ".join(word.split())[:LONGEST_NAME]


def _no_reason(what: Text) -> Refusal:
    return Refusal(
        Text("{what}需要说明理由。", "A reason is needed for {what}.").fill(what=what), Text("请写一句理由。", "Write one sentence.")
    )


def _both(text: Text) -> str:
    return " / ".join(text)


def _now() -> str:
    return datetime.now().isoformat(timespec="seconds")
