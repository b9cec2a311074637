"""A plan's life in the store: frozen when handed in, approved by a second person, acting from its day, never overwritten.

The drawn plan p1 is by S1: A has c1 to c3, B has c4 to c6, c7 to c9 are unassigned. Submitted here by Li, approved by chief.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from layers.definition.refusal import Refusal
from planning import plan_life
from planning.plan import Plan
from storage import plan_steps
from storage.store import Overtaken, PlanSave, Store
from tests.storage.drawn_town import AT, plan, put_in_force

LATER = "2026-02-01"


def with_(kept: Plan, **header: Any) -> Plan:
    return replace(kept, header=replace(kept.header, **header))


def handed_in(store: Store, plan_id: str = "p1") -> Plan:
    return store.save_plan(with_(store.plan(plan_id), status="submitted"), "Li", AT)


def test_colour_and_locks_come_back_and_are_in_the_audit(store: Store) -> None:
    kept = store.plan("p1")
    painted = replace(kept.beats[0], colour="#1b9e77", locked=True)
    first = store.save_plan(replace(kept, beats=(painted, kept.beats[1]), locked_cells=frozenset({"c1", "c7"})), "Li", AT)
    assert store.plan("p1") == first and store.audit_lines(1)[0].detail["locked"] == ["c1", "c7"]
    assert store.audit_lines(1)[0].detail["beats"] == [
        ["B", "乙警务区", "Beat B", "S1", "#1b9e77", True],
        ["A", "甲警务区", "Beat A", None],
    ]
    split = {cell: beat for cell, beat in first.beat_of.items() if cell != "c7"} | {"c7a": "A"}
    second = store.save_plan(replace(first, beat_of=split, locked_cells=frozenset({"c2", "c7a"})), "Li", AT)
    detail = store.audit_lines(1)[0].detail
    assert store.plan("p1") == second and (detail["locked"], detail["unlocked"], detail["gone"]) == (["c2", "c7a"], ["c1"], ["c7"])
    assert store.plan_at("p1", 2) == first and store.plan_at("p1", 3) == second and store.verify_audit().ok


def test_a_lock_changed_behind_the_store_is_found(store: Store) -> None:
    from sqlalchemy import text

    with store._writing.begin() as connection:
        connection.execute(text("UPDATE plan_cells SET locked = NOT locked WHERE cell_code = 'c1'"))
    assert store.verify_audit().strayed_plans == ("p1",)


def test_the_store_signs_each_step_itself(store: Store) -> None:
    submitted = store.save_plan(with_(store.plan("p1"), status="submitted", submitted_by="Zhang", approved_by="Zhang"), "Li", AT)
    assert (submitted.header.submitted_by, submitted.header.submitted_at, submitted.header.approved_by) == ("Li", AT, None)
    approved = store.save_plan(with_(submitted, status="in_force", approved_by="Zhang", effective_from=None), "chief", AT)
    header = approved.header
    assert (header.submitted_by, header.approved_by, header.approved_at, header.effective_from) == ("Li", "chief", AT, AT[:10])
    ended = store.save_plan(with_(approved, status="archived"), "chief", "2026-03-01T09:00:00")
    assert (ended.header.ended_on, ended.header.approved_by) == ("2026-03-01", "chief") and store.verify_audit().ok


@pytest.mark.parametrize("by", ["Li", "S1"])
def test_who_drew_or_submitted_a_plan_does_not_approve_it_but_at_a_station_of_one(store: Store, by: str) -> None:
    submitted = handed_in(store)
    for status in ("in_force", "submitted"):
        with pytest.raises(Refusal, match="somebody else approves it"):
            store.save_plan(with_(submitted, status=status, approved_by="chief", effective_from=LATER), by, "2026-02-01T08:00:00")
    assert store.plan("p1") == submitted
    store.set_setting("one_person_station", True, by="chief")
    assert store.save_plan(with_(submitted, status="in_force"), by, AT).header.approved_by == by


@pytest.mark.parametrize("change", ["cells", "lock", "name", "nothing"])
def test_a_submitted_plan_is_frozen_until_it_is_given_back(store: Store, change: str) -> None:
    submitted = handed_in(store)
    changed = {
        "cells": submitted.with_cells(["c7"], "A"),
        "lock": replace(submitted, locked_cells=frozenset({"c1"})),
        "name": with_(submitted, name="新名"),
        "nothing": submitted,
    }[change]
    with pytest.raises(Refusal, match="is submitted and can't be changed"):
        store.save_plan(changed, "Li")
    if change != "nothing":
        with pytest.raises(Refusal, match="can't be changed"):
            store.save_plan(with_(changed, status="in_force"), "chief", AT)
    back = store.save_plan(with_(submitted, status="draft"), "chief", AT, "c7 is missing")
    assert back.header.submitted_by is None and store.save_plan(back.with_cells(["c7"], "A"), "Li").header.revision == 4


def test_a_draft_can_not_jump_into_force(store: Store) -> None:
    with pytest.raises(Refusal, match="is a draft and can't become in force at once"):
        store.save_plan(with_(store.plan("p1"), status="in_force"), "chief")


def test_an_approved_plan_waits_and_acts_from_its_day_whoever_starts_it_when(store: Store) -> None:
    store.save_plan(with_(plan("p22", "in_force"), effective_from="2026-01-01"), "chief", AT)
    submitted = handed_in(store)
    with pytest.raises(Refusal, match="acts from 2026-02-01 on; that day has not come"):
        store.save_plan(with_(submitted, status="in_force", effective_from=LATER), "chief", AT)
    waiting = store.save_plan(with_(submitted, approved_by="chief", effective_from=LATER), "chief", AT)
    assert waiting.header.waits and waiting.header.status == "submitted" and store.start_due_plans("clock", "2026-01-31T23:59:00") == ()

    def acting() -> list[str | None]:
        days = (date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 1), date(2026, 3, 1))
        return [None if found is None else found.header.id for found in map(store.plan_in_force, days)]

    assert acting() == [None, "p22", "p1", "p1"]
    started = store.start_due_plans("clock", "2026-02-03T07:00:00")  # two days late
    assert [header.id for header in started] == ["p1"] and store.plan("p1").header.status == "in_force"
    assert store.plan("p1").header.approved_by == "chief" and store.plan("p22").header.ended_on == LATER
    assert acting() == [None, "p22", "p1", "p1"] and store.start_due_plans("clock", "2026-02-03T07:00:00") == () and store.verify_audit().ok


def test_the_author_may_start_what_somebody_else_approved(store: Store) -> None:
    waiting = store.save_plan(with_(handed_in(store), approved_by="x", effective_from=LATER), "chief", AT)
    assert store.save_plan(with_(waiting, status="in_force"), "S1", "2026-02-01T00:00:00").header.approved_by == "chief"


def test_two_plans_can_not_wait_for_one_day(store: Store) -> None:
    store.save_plan(plan("p22"), "S1")
    first = store.save_plan(with_(handed_in(store), approved_by="x", effective_from=LATER), "chief", AT)
    second = handed_in(store, "p22")
    with pytest.raises(Refusal, match="'Plan one' waits for 2026-02-01 already"):
        store.save_plan(with_(second, approved_by="x", effective_from=LATER), "chief", AT)
    store.save_plan(with_(first, status="draft"), "chief", AT)
    assert store.save_plan(with_(second, approved_by="x", effective_from=LATER), "chief", AT).header.waits


def test_an_approval_that_comes_too_late_is_told(store: Store) -> None:
    submitted = handed_in(store)
    given_back = store.save_plan(with_(submitted, status="draft"), "chief", AT)
    for late in (with_(submitted, status="in_force"), submitted):
        with pytest.raises(Overtaken):
            store.save_plan(late, "chief", AT)
    assert store.plan("p1") == given_back


def test_every_revision_can_be_read_again_and_the_history_tells_them(store: Store) -> None:
    kept = [store.plan("p1")]
    kept.append(store.save_plan(kept[-1].with_cells(["c7", "c8"], "A"), "Li", AT, "even out"))
    kept.append(store.save_plan(with_(kept[-1], branch="南片", profile="默认"), "Li", AT, "named"))
    kept.append(put_in_force(store, kept[-1]))
    assert [store.plan_at("p1", n) for n in (1, 2, 3, 5)] == kept and store.plan("p1") == kept[-1]
    assert store.plan("p1").header.branch == "南片" and store.plan("p1").header.profile == "默认"
    assert store.plan_history("p1")[:3] == (
        PlanSave(1, AT, "tests", "试", "draft", 9),
        PlanSave(2, AT, "Li", "even out", "draft", 2),
        PlanSave(3, AT, "Li", "named", "draft", 0),
    )
    assert [save.status for save in store.plan_history("p1")[3:]] == ["submitted", "in_force"]


def test_a_revision_or_plan_that_never_was_is_refused(store: Store) -> None:
    for revision in (0, 2, -1):
        with pytest.raises(Refusal, match=f"has no revision {revision}"):
            store.plan_at("p1", revision)
    for ask in (lambda: store.plan_at("p9", 1), lambda: store.plan_history("p9")):
        with pytest.raises(Refusal, match="There is no plan p9"):
            ask()


def test_the_steps_of_the_store_are_those_of_a_plans_life() -> None:
    assert {(step.before, after) for step in plan_life.STEPS.values() for after in step.after} == plan_steps.STEPS


def test_what_a_plans_life_makes_the_store_takes(store: Store) -> None:
    full = store.save_plan(store.plan("p1").with_cells(["c7", "c8", "c9"], "B"), "S1")
    submitted = store.save_plan(plan_life.submit(full, "Li", AT), "Li", AT)
    approved = plan_life.approve(submitted, "chief", AT, LATER)
    waiting = store.save_plan(approved, "chief", AT)
    assert replace(waiting.header, revision=0) == replace(approved.header, revision=0)
    started = store.save_plan(plan_life.start(waiting, date(2026, 2, 1)), "clock", "2026-02-01T00:10:00")
    ended = store.save_plan(plan_life.archive(started, "chief", "2026-06-01T00:00:00", "no beats"), "chief", "2026-06-01T00:00:00")
    assert ended.header.ended_on == "2026-06-01" and store.plan_in_force(date(2026, 5, 31)) == ended
    assert store.plan_in_force(date(2026, 6, 1)) is None and store.verify_audit().ok
