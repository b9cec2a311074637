"""Two plans side by side: what moves, what every measure says, maps, expected response."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from actions.caller import Caller, Scope
from actions.compare_plans import (
    PlanVersion,
    compare_plans,
    compared_response,
    maps_of,
    metrics_of,
    moved_cells,
    outlines_of,
)
from actions.open_workspace import as_caller
from actions.own_area import own_cells
from actions.response import ResponseWish, expected_response
from layers.definition.refusal import Refusal
from layers.drawing.web_patch import unpacked
from planning.beat_outlines import beat_neighbours

DRAFT, IN_FORCE = "plan-2026-draft", "plan-2025"
BOTH = (PlanVersion(IN_FORCE), PlanVersion(DRAFT))


def test_the_cells_that_move_and_the_sums_that_come_and_go(planner: Caller) -> None:
    found = compare_plans(planner, *BOTH)
    old, new = planner.store.plan(IN_FORCE), planner.store.plan(DRAFT)
    moved = {cell for cell in old.beat_of if old.beat_of[cell] != new.beat_of[cell]}
    assert set(found.difference.moved.index) == moved and len(moved) == 10
    homes = planner.model.cells.loc[sorted(moved), "dwellings"].sum()
    for table in (found.difference.beats, found.difference.officers):
        assert table["dwellings_gained"].sum() == table["dwellings_lost"].sum() == homes
    share = 1 - homes / planner.model.cells["dwellings"].sum()
    assert found.difference.keep_officer_share["dwellings"] == pytest.approx(share)


def test_every_measure_has_both_values_and_a_verdict_by_its_own_direction(planner: Caller) -> None:
    rows = {row.metric.key: row for row in compare_plans(planner, *BOTH).metrics}
    assert rows["workload_gini"].verdict == "better" and rows["workload_gini"].difference < 0
    assert rows["mean_polsby_popper"].verdict == "worse" and rows["mean_polsby_popper"].difference < 0
    assert rows["beats"].verdict == "same" and rows["unserved_share"].verdict == "neither"
    back = {row.metric.key: row.verdict for row in compare_plans(planner, *reversed(BOTH)).metrics}
    assert back["workload_gini"] == "worse" and back["mean_polsby_popper"] == "better"


def test_an_officer_is_told_of_the_leads_beside_the_own_beats_and_of_no_others(planner: Caller) -> None:
    staff, plans = planner.model.staff, [planner.store.plan(version.plan_id) for version in BOTH]
    led = {plan.header.id: {beat.code for beat in plan.beats_led_by("P01")} for plan in plans}
    officer = replace(planner, role="officer", scope=Scope(staff="P01"))
    own = {plan.header.id: {b for b in (plan.beat_of.get(c) for c in own_cells(officer)) if b is not None} for plan in plans}
    assert led[IN_FORCE] == own[IN_FORCE]
    pairs = {plan.header.id: beat_neighbours(planner.model.graph, plan.beat_of) for plan in plans}
    near = {id: codes | {b for pair in pairs[id] if codes & set(pair) for b in pair} for id, codes in own.items()}
    told = {beat.lead for plan in plans for beat in plan.beats if beat.code in near[plan.header.id]}
    others = {beat.lead for plan in plans for beat in plan.beats} - told - {None}
    assert others, "the town has officers who are no neighbours"
    found = compare_plans(officer, *BOTH)
    pictured = [outlines_of(officer, plan)["lead"].dropna() for plan in plans] + [moved_cells(officer, found)[["from_lead", "to_lead"]]]
    sent = " ".join([json.dumps(found.as_json(), ensure_ascii=False), str(found.names), *(table.to_csv() for table in pictured)])
    assert staff.at["P01", "name"] in sent
    assert not [code for code in others if staff.at[code, "name"] in sent or f'"{code}"' in sent]
    assert set(compare_plans(planner, *BOTH).difference.officers.index) >= others


def test_two_versions_of_one_plan_and_the_refusal_of_one_with_itself(drafter: Caller) -> None:
    plan = drafter.store.plan(DRAFT)
    cell = next(cell for cell, beat in plan.beat_of.items() if beat == "01")
    drafter.store.save_plan(plan.with_cells([cell], None), by=drafter.user)
    found = compare_plans(drafter, PlanVersion(DRAFT, 1), PlanVersion(DRAFT))
    moved = found.difference.moved
    assert (list(moved.index), moved.at[cell, "from"], moved.at[cell, "to"]) == ([cell], "01", None)
    assert "revision 1" in found.titles[0].en and json.loads(json.dumps(found.as_json()))["moved"][0]["to"] is None
    assert moved_cells(drafter, found)["after_en"].tolist() == ["none"]
    with pytest.raises(Refusal, match="same version"):
        compare_plans(drafter, PlanVersion(DRAFT), PlanVersion(DRAFT, 2))
    with pytest.raises(Refusal, match="no revision 7"):
        compare_plans(drafter, PlanVersion(DRAFT, 7), PlanVersion(DRAFT))


def test_the_difference_map_fills_the_moved_cells_and_labels_them_from_and_to(planner: Caller) -> None:
    first, second, changes = maps_of(planner, compare_plans(planner, *BOTH))
    parts = json.loads(unpacked(changes.plan["packed"]))["beats"]
    assert len(parts["features"]) == 10 and all("→" in f["properties"]["code"] for f in parts["features"])
    colours = outlines_of(planner, planner.store.plan(DRAFT)).set_index("code")["colour"]
    for feature in parts["features"]:
        assert feature["properties"]["colour"] == colours[feature["properties"]["code"].split("→")[1]]
    assert first.plan["title"] == ["现行方案", "Plan in force"] and second.base.digest


def test_names_of_staff_stay_with_those_who_may_see_them(planner: Caller) -> None:
    found = compare_plans(planner, *BOTH)
    assert "lead" in outlines_of(planner, found.after.plan) and "to_lead" in moved_cells(planner, found)
    worker = as_caller(planner.workspace, "tests", "grid_worker")
    assert "lead" not in outlines_of(worker, found.after.plan) and "to_lead" not in moved_cells(worker, found)
    with pytest.raises(Refusal):
        compare_plans(worker, *BOTH)


def test_one_plan_alone_has_the_same_measures(planner: Caller) -> None:
    found = compare_plans(planner, *BOTH)
    assert [row.after for row in metrics_of(found.after)] == [row.after for row in found.metrics]


def test_the_expected_response_states_its_rates_and_keeps_the_calls(planner: Caller) -> None:
    old, new = compared_response(planner, compare_plans(planner, *BOTH))
    days, calls = 365, 2_920  # reported incidents of 2025
    for told in (old, new):
        assert told.beats["calls_per_day"].sum() * days == pytest.approx(calls)
        assert told.queueing.form == "approximate" and 0 < told.response_min < 60 and 0 < told.queueing.cross_beat_share < 1
        assert np.average(told.beats["response_min"], weights=told.beats["calls_per_day"]) == pytest.approx(told.response_min)
        assert "2025-01-01" in told.about[0].en and "40 km/h" in told.about[1].en
        json.dumps(told.as_json(), allow_nan=False)


def test_half_the_speed_is_twice_the_travel_and_roads_are_longer_than_straight_lines(planner: Caller) -> None:
    usual = expected_response(planner, IN_FORCE)
    slow = expected_response(planner, IN_FORCE, ResponseWish(speed_kmh=20))
    assert slow.queueing.travel_min == pytest.approx(2 * usual.queueing.travel_min)
    assert expected_response(planner, IN_FORCE, ResponseWish(way="roads")).queueing.travel_min > usual.queueing.travel_min
    with pytest.raises(Refusal, match="speed"):
        expected_response(planner, IN_FORCE, ResponseWish(speed_kmh=0))


def test_who_may_not_see_small_counts_is_told_no_rates_of_few_calls(planner: Caller) -> None:
    officer = replace(planner, role="officer", scope=Scope(staff="P04"), staff_code="P04")
    week = ResponseWish(period=(date(2025, 12, 25), date(2025, 12, 31)))
    assert expected_response(planner, IN_FORCE, week).beats["calls_per_day"].notna().all()
    told = expected_response(officer, IN_FORCE, week)
    assert told.beats[["calls_per_day", "utilisation"]].isna().all(axis=None) and told.response_min > 0
    assert expected_response(officer, IN_FORCE).beats["calls_per_day"].notna().all(), "no beat has so few in a year"
    found = compare_plans(officer, *BOTH)
    assert not found.before.small_counts and not found.after.small_counts
