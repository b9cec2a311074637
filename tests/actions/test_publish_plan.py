"""A plan's life: who may take which step, what hinders it, and that nothing is ever overwritten."""

from datetime import date, timedelta

import pytest

from actions.caller import Caller
from actions.draw_plan import new_draft
from actions.measure_plan import measure_plan
from actions.open_workspace import as_caller
from actions.publish_plan import (
    abandon,
    approve,
    archive,
    check_lines,
    draft_from,
    give_back,
    history,
    open_steps,
    plan_list,
    rename,
    set_one_person_station,
    start_due_plans,
    submit,
)
from layers.definition.refusal import Refusal

DRAFT, IN_FORCE = "plan-2026-draft", "plan-2025"
"""The demo's draft is whole but not balanced, and divides units: checks that should hold, not ones that must."""
WHY = "社区边界按河道调整"


@pytest.fixture
def chief(drafter: Caller) -> Caller:
    return as_caller(drafter.workspace, "所长", "chief")


def test_a_plan_with_broken_wishes_is_submitted_only_with_a_reason_that_stays_in_the_plan(drafter: Caller) -> None:
    with pytest.raises(Refusal, match=r"2 checks that should hold .*state a reason"):
        submit(drafter, DRAFT)
    assert drafter.store.plan(DRAFT).header.status == "draft"
    done = submit(drafter, DRAFT, WHY)
    assert (done.header.status, done.header.submitted_by, done.header.reason) == ("submitted", drafter.user, WHY)


def test_a_second_person_puts_it_in_force_and_the_plan_before_is_archived(drafter: Caller, chief: Caller) -> None:
    submit(drafter, DRAFT, WHY)
    done = approve(chief, DRAFT, reason="同意")
    assert (done.header.status, done.header.approved_by) == ("in_force", "所长")
    assert done.header.reason == f"{WHY} / 同意" and done.header.effective_from == date.today().isoformat()
    assert drafter.store.plan(IN_FORCE).header.status == "archived"
    lines = [line for line in drafter.store.audit_lines() if line.action == "save_plan" and line.who == "所长"]
    assert lines and "批准 / Approve: 同意" in lines[0].detail["reason"]


def test_a_planner_may_not_approve_and_a_chief_not_their_own(drafter: Caller, chief: Caller) -> None:
    submit(chief, DRAFT, WHY)
    with pytest.raises(Refusal, match="may not do this"):
        approve(drafter, DRAFT)
    assert open_steps(chief, drafter.store.plan(DRAFT).header) == ("give_back",)
    with pytest.raises(Refusal, match="somebody else approves"):
        approve(chief, DRAFT)


def test_a_station_of_one_may_approve_its_own_and_the_setting_is_on_record(drafter: Caller, chief: Caller) -> None:
    with pytest.raises(Refusal, match="reason"):
        set_one_person_station(chief, True, " ")
    set_one_person_station(chief, True, "全所一人")
    assert any(line.action == "set_setting" and line.detail["reason"] == "全所一人" for line in chief.store.audit_lines())
    submit(chief, DRAFT, WHY)
    assert approve(chief, DRAFT).header.status == "in_force"
    with pytest.raises(Refusal, match="may not do this"):
        set_one_person_station(drafter, False, "planner")


def test_a_broken_must_keeps_a_plan_from_being_submitted_and_from_force(drafter: Caller, chief: Caller) -> None:
    draft = new_draft(drafter, "断开的方案", start_from=IN_FORCE)
    cell = next(cell for cell, beat in draft.beat_of.items() if beat == "13")  # far north of beat 14
    broken = drafter.store.save_plan(draft.with_cells([cell], "14"), by=drafter.user)
    found = measure_plan(drafter, broken.header.id)
    assert [finding.check for finding in found.broken_musts] == ["in_one_piece"]
    assert next(line for line in check_lines(drafter, found) if line.state == "broken").must
    with pytest.raises(Refusal, match="must hold are broken"):
        submit(drafter, broken.header.id, WHY)
    drafter.store.save_plan(  # as an older version of the tool could have left it
        type(broken)(type(broken.header)(**{**vars(broken.header), "status": "submitted"}), broken.beats, broken.beat_of), by=drafter.user
    )
    with pytest.raises(Refusal, match="must hold are broken"):
        approve(chief, broken.header.id, reason=WHY)


def test_approved_for_a_later_day_it_waits_and_starts_only_when_the_day_has_come(drafter: Caller, chief: Caller) -> None:
    submit(drafter, DRAFT, WHY)
    with pytest.raises(Refusal, match="before its approval"):
        approve(chief, DRAFT, date.today() - timedelta(days=1))
    waiting = approve(chief, DRAFT, date.today() + timedelta(days=30))
    assert waiting.header.waits and start_due_plans(drafter) == ()
    assert drafter.store.plan(IN_FORCE).header.status == "in_force"
    given = give_back(chief, DRAFT, "日期有误")
    assert (given.header.status, given.header.approved_by) == ("draft", None)


def test_giving_back_and_archiving_need_a_reason(drafter: Caller, chief: Caller) -> None:
    submit(drafter, DRAFT, WHY)
    with pytest.raises(Refusal, match="needs a reason"):
        give_back(chief, DRAFT, "  ")
    with pytest.raises(Refusal, match="needs a reason"):
        archive(chief, IN_FORCE, "")
    assert archive(chief, IN_FORCE, "撤点").header.status == "archived"


def test_any_version_comes_back_as_a_draft_on_a_branch_and_nothing_is_overwritten(drafter: Caller) -> None:
    old = drafter.store.plan(DRAFT)
    cell = next(cell for cell, beat in old.beat_of.items() if beat == "01")
    drafter.store.save_plan(old.with_cells([cell], "03"), by=drafter.user, reason="试一格")
    back = draft_from(drafter, DRAFT, "回到第一版", revision=1, branch="河东")
    assert (dict(back.beat_of), back.header.branch, back.header.parent_id) == (dict(old.beat_of), "河东", DRAFT)
    assert drafter.store.plan(DRAFT).beat_of[cell] == "03"
    saves = history(drafter, DRAFT)
    assert (saves[0].revision, saves[0].n_cells_changed, saves[0].reason) == (2, 1, "试一格")
    with pytest.raises(Refusal, match="no revision 9"):
        draft_from(drafter, DRAFT, "没有的版", revision=9)


def test_a_name_is_free_and_not_too_long_and_only_a_draft_is_renamed(drafter: Caller) -> None:
    assert rename(drafter, DRAFT, " 新  名 ", branch="甲").header.name == "新 名"
    for name, says in (("现行方案", "already"), ("", "1 to 60"), ("长" * 61, "1 to 60")):
        with pytest.raises(Refusal, match=says):
            rename(drafter, DRAFT, name)
    with pytest.raises(Refusal, match="can't be renamed"):
        rename(drafter, IN_FORCE, "别名")


def test_the_list_says_what_each_person_may_do_now(drafter: Caller, chief: Caller) -> None:
    def steps(who: Caller) -> dict[str, tuple[str, ...]]:
        return {line.header.id: line.steps for line in plan_list(who)}

    assert steps(drafter) == {DRAFT: ("submit", "abandon"), IN_FORCE: ()}
    assert steps(chief)[IN_FORCE] == ("archive",)
    assert steps(as_caller(drafter.workspace, "民警", "officer")) == {DRAFT: (), IN_FORCE: ()}
    with pytest.raises(Refusal):
        plan_list(as_caller(drafter.workspace, "访客", "viewer"))
    assert abandon(drafter, DRAFT).header.status == "archived" and steps(drafter)[DRAFT] == ()
