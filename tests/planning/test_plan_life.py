"""A plan's life: draft, submitted, in force, archived; who may take which step, and the day it acts from.

The plan has one beat with both cells; drawn by Wang, submitted by Li on 5 January 2026, approved by Chen.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from layers.definition.refusal import Refusal
from planning import plan_life
from planning.plan import Beat, Plan, PlanHeader

AT = "2026-01-05T09:00:00"
TODAY = date(2026, 1, 5)
DRAFT = Plan(PlanHeader("p", "方案", "Plan", "draft", author="Wang"), (Beat("A", "甲", "A"),), {"c1": "A", "c2": "A"})
SUBMITTED = plan_life.submit(DRAFT, "Li", AT)
WAITING = plan_life.approve(SUBMITTED, "Chen", AT, "2026-02-01")
IN_FORCE = plan_life.approve(SUBMITTED, "Chen", AT, "2026-01-05")
ARCHIVED = plan_life.archive(IN_FORCE, "Chen", "2026-03-01T10:00:00", "merged")


def test_submitting_signs_and_keeps_the_content() -> None:
    assert replace(DRAFT, header=replace(DRAFT.header, status="submitted", submitted_by="Li", submitted_at=AT)) == SUBMITTED


def test_a_plan_with_unassigned_cells_is_not_submitted() -> None:
    with pytest.raises(Refusal, match=r"1 cells are unassigned \(first: c2\)"):
        plan_life.submit(DRAFT.with_cells(["c2"], None), "Li", AT)


def test_approved_for_today_it_is_in_force_for_later_it_waits() -> None:
    assert (IN_FORCE.header.status, IN_FORCE.header.effective_from, IN_FORCE.header.waits) == ("in_force", "2026-01-05", False)
    assert (WAITING.header.status, WAITING.header.effective_from, WAITING.header.waits) == ("submitted", "2026-02-01", True)
    assert plan_life.status_of(WAITING.header).en == "approved, in force from 2026-02-01"
    assert plan_life.status_of(SUBMITTED.header).zh == "已提交"


def test_a_plan_that_waits_starts_on_its_day_and_no_sooner() -> None:
    with pytest.raises(Refusal, match="that day has not come"):
        plan_life.start(WAITING, date(2026, 1, 31))
    assert plan_life.start(WAITING, date(2026, 2, 1)).header.status == "in_force"
    with pytest.raises(Refusal, match="is not approved"):
        plan_life.start(SUBMITTED, TODAY)


@pytest.mark.parametrize(
    ("day", "said"), [("2026-01-04", "before its approval"), ("2026-2-30", "is no day"), ("soon", "is no day"), ("", "is no day")]
)
def test_the_first_day_is_a_day_and_not_before_the_approval(day: str, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        plan_life.approve(SUBMITTED, "Chen", AT, day)


@pytest.mark.parametrize("by", ["Wang", "Li"])
def test_a_second_person_approves_unless_there_is_one_alone(by: str) -> None:
    with pytest.raises(Refusal, match=f"{by} drew or submitted the plan 'Plan'"):
        plan_life.approve(SUBMITTED, by, AT, "2026-01-05")
    assert plan_life.approve(SUBMITTED, by, AT, "2026-01-05", one_person_station=True).header.approved_by == by


def test_nobody_approves_twice() -> None:
    with pytest.raises(Refusal, match="Chen has approved the plan 'Plan' already"):
        plan_life.approve(WAITING, "Zhao", AT, "2026-03-01")


@pytest.mark.parametrize("kept", [SUBMITTED, WAITING])
def test_given_back_it_is_a_draft_without_signatures(kept: Plan) -> None:
    back = plan_life.give_back(kept, "Chen", AT, "c2 is too far")
    assert back.header.status == "draft" and back.header.reason == "c2 is too far"
    assert (back.header.submitted_by, back.header.approved_by, back.header.approved_at) == (None, None, None)


@pytest.mark.parametrize(
    "step", [lambda: plan_life.give_back(SUBMITTED, "Chen", AT, " "), lambda: plan_life.archive(IN_FORCE, "Chen", AT, "")]
)
def test_giving_back_and_ending_need_a_reason(step: Callable[[], Plan]) -> None:
    with pytest.raises(Refusal, match="needs a reason"):
        step()


def test_a_draft_is_abandoned_and_a_plan_in_force_ended() -> None:
    assert plan_life.abandon(DRAFT, "Wang", AT).header.status == "archived"
    assert (ARCHIVED.header.status, ARCHIVED.header.ended_on) == ("archived", "2026-03-01")


@pytest.mark.parametrize(
    ("kept", "by", "steps"),
    [
        (DRAFT, "Wang", ("submit", "abandon")),
        (SUBMITTED, "Li", ("give_back",)),
        (SUBMITTED, "Chen", ("give_back", "approve")),
        (WAITING, "Chen", ("give_back",)),
        (IN_FORCE, "Wang", ("archive",)),
        (ARCHIVED, "Chen", ()),
    ],
)
def test_the_steps_open_to_a_person(kept: Plan, by: str, steps: tuple[str, ...]) -> None:
    assert plan_life.steps_open_to(kept.header, by, TODAY) == steps


def test_every_step_from_a_wrong_status_is_refused_saying_which_it_takes() -> None:
    takes = {
        "submit": lambda kept: plan_life.submit(kept, "Li", AT),
        "give_back": lambda kept: plan_life.give_back(kept, "Chen", AT, "why"),
        "approve": lambda kept: plan_life.approve(kept, "Chen", AT, "2026-01-05"),
        "start": lambda kept: plan_life.start(kept, TODAY),
        "abandon": lambda kept: plan_life.abandon(kept, "Li", AT),
        "archive": lambda kept: plan_life.archive(kept, "Chen", AT, "why"),
    }
    assert takes.keys() == plan_life.STEPS.keys()
    for key, take in takes.items():
        for kept in (DRAFT, SUBMITTED, IN_FORCE, ARCHIVED):
            if kept.header.status != plan_life.STEPS[key].before:
                with pytest.raises(Refusal, match="It takes a plan that is"):
                    take(kept)
