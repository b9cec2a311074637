"""What plans are held to: each change has a reason, is on record, and is for whom it is for."""

import pytest

from actions.caller import Caller
from actions.measure_plan import measure_plan
from actions.open_workspace import as_caller
from actions.plan_rules import (
    allow_pieces,
    plan_rules,
    set_duty_hours,
    set_response_limit,
    set_tolerance,
    state_splits,
    unit_names,
    withdraw_splits,
)
from layers.definition.refusal import Refusal

DRAFT = "plan-2026-draft"
WHY = "河两岸"


@pytest.fixture
def chief(drafter: Caller) -> Caller:
    return as_caller(drafter.workspace, "所长", "chief")


def state(caller: Caller, check: str) -> str:
    return next(found.state for found in measure_plan(caller, DRAFT).findings if found.check == check)


def test_a_workspace_starts_with_ten_percent_no_limit_a_second_person_and_no_exception(drafter: Caller) -> None:
    rules = plan_rules(drafter)
    assert (rules.tolerance_share, rules.response_limit_m, rules.one_person_station) == (0.10, None, False)
    assert not rules.stated_splits and not rules.allowed_pieces


def test_a_chief_sets_tolerance_and_limit_and_the_checks_follow(drafter: Caller, chief: Caller) -> None:
    assert (state(drafter, "balanced"), state(drafter, "response_distance")) == ("broken", "not_checked")
    set_tolerance(chief, 0.30, "山区网格大")
    set_response_limit(chief, 21_000.0, "全域")
    assert (state(drafter, "balanced"), state(drafter, "response_distance")) == ("ok", "ok")
    set_response_limit(chief, 5_000.0, "试算")
    assert state(drafter, "response_distance") == "broken"
    set_response_limit(chief, None, "暂不检查")
    assert state(drafter, "response_distance") == "not_checked"
    lines = [line for line in drafter.store.audit_lines() if "山区网格大" in str(line.detail)]
    assert len(lines) == 1 and lines[0].who == "所长" and drafter.store.verify_audit().ok


def test_duty_hours_make_the_demand_outside_them_known(drafter: Caller, chief: Caller) -> None:
    def unserved() -> float | None:
        return measure_plan(drafter, DRAFT).summary["unserved_share"]

    assert unserved() is None and plan_rules(drafter).duty_hours is None
    set_duty_hours(chief, (0, 24), (0, 24), "全天值守")
    assert unserved() == 0
    set_duty_hours(chief, (8, 18), (9, 17), "夏季班次")
    found = measure_plan(drafter, DRAFT)
    share = found.summary["unserved_share"]
    assert plan_rules(drafter).duty_hours == ((8, 18), (9, 17)) and "8 to 18 on weekdays" in found.about[-1].en
    at = drafter.model.incidents["occurred_at"]
    by_day = ((at.dt.day_of_week < 5) & at.dt.hour.between(8, 17)) | ((at.dt.day_of_week >= 5) & at.dt.hour.between(9, 16))
    assert share is not None and share == pytest.approx(1 - by_day.mean(), abs=0.1)  # minutes, not incidents
    set_duty_hours(chief, (0, 0), (0, 0), "无人")
    assert unserved() == 1
    set_duty_hours(chief, None, None, "待定")
    assert unserved() is None
    with pytest.raises(Refusal, match="from 18 to 8"):
        set_duty_hours(chief, (18, 8), (9, 17), WHY)


def test_a_divided_unit_is_stated_by_a_planner_and_taken_back(drafter: Caller) -> None:
    divided = next(found for found in measure_plan(drafter, DRAFT).findings if found.check == "whole_units")
    assert divided.where[0] not in divided.message.zh and unit_names(drafter)[divided.where[0]].zh in divided.message.zh
    state_splits(drafter, divided.where, WHY)
    assert state(drafter, "whole_units") == "ok" and set(plan_rules(drafter).stated_splits.values()) == {WHY}
    withdraw_splits(drafter, divided.where[:1], "又合为一区")
    assert state(drafter, "whole_units") == "broken" and len(plan_rules(drafter).stated_splits) == len(divided.where) - 1


def test_a_beat_may_be_in_pieces_once_a_chief_says_so(drafter: Caller, chief: Caller) -> None:
    plan = drafter.store.plan(DRAFT)
    far = next(cell for cell in plan.cells_of("13"))
    drafter.store.save_plan(plan.with_cells([far], "14"), by="tests")
    assert state(drafter, "in_one_piece") == "broken"
    allow_pieces(chief, "14", 2, "飞地")
    assert state(drafter, "in_one_piece") == "ok" and plan_rules(drafter).allowed_pieces == {"14": (2, "飞地")}
    allow_pieces(chief, "14", 1, "不再需要")
    assert state(drafter, "in_one_piece") == "broken"


def test_what_is_out_of_range_unknown_or_without_a_reason_is_refused(drafter: Caller, chief: Caller) -> None:
    with pytest.raises(Refusal, match="1% to 50%, not 80%"):
        set_tolerance(chief, 0.80, WHY)
    for limit_m in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(Refusal, match="above 0"):
            set_response_limit(chief, limit_m, WHY)
    with pytest.raises(Refusal, match="takes a reason"):
        set_tolerance(chief, 0.2, "  ")
    with pytest.raises(Refusal, match="1 of them are unknown"):
        state_splits(drafter, ["999"], WHY)
    with pytest.raises(Refusal, match="is chosen"):
        state_splits(drafter, [], WHY)
    for beat, pieces in (("99", 2), ("01", 0), ("01", 21)):
        with pytest.raises(Refusal, match="no beat"):
            allow_pieces(chief, beat, pieces, WHY)
    assert plan_rules(drafter) == plan_rules(chief) and plan_rules(drafter).tolerance_share == 0.10


def test_a_planner_states_splits_but_loosens_no_standard(drafter: Caller) -> None:
    for act in (
        lambda: set_tolerance(drafter, 0.3, WHY),
        lambda: set_response_limit(drafter, 9.0, WHY),
        lambda: set_duty_hours(drafter, (8, 18), (9, 17), WHY),
        lambda: allow_pieces(drafter, "01", 2, WHY),
    ):
        with pytest.raises(Refusal, match="may not do this"):
            act()
