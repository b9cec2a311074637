"""A plan in numbers and checks through the actions: what they rest on is said, and who may not see it is refused."""

import json
from dataclasses import replace

import numpy as np
import pytest

from actions.caller import Caller, Scope
from actions.cell_workload import town_workload, workload_interval
from actions.measure_plan import METRICS, STATED_SPLITS, TOLERANCE, measure_plan
from actions.open_workspace import as_caller
from layers.definition.refusal import Refusal
from planning.rules import CHECKS
from planning.workload import DEFAULT_PROFILE
from storage.named_values import KeptProfile


def test_the_workload_of_all_cells_adds_up_to_incidents_and_duties_by_hand(planner: Caller) -> None:
    found = town_workload(planner)
    model = planner.model
    incidents = model.incidents[model.incidents["occurred_at"] >= "2025-01-01"]
    minutes = incidents["category"].map(dict(DEFAULT_PROFILE.minutes_per_incident)).sum() / (365 / 7)
    facts = model.cells.drop(columns="geometry").join(model.places_in_cells)
    duties = sum(each * facts[column].sum() for column, each in DEFAULT_PROFILE.minutes_week_per.items())
    assert found.minutes_week.sum() == pytest.approx(minutes + duties)
    assert int(found.incidents.sum()) == len(incidents) == 3_193 and found.n_outside == 0
    assert "3,193" in found.about.en and "2025-01-01" in found.about.zh and "not measured" in found.about.en


def test_the_interval_of_a_cell_holds_its_incident_minutes(planner: Caller) -> None:
    found, interval = town_workload(planner), workload_interval(planner)
    model = planner.model
    facts = model.cells.drop(columns="geometry").join(model.places_in_cells)
    duties = sum(each * facts[column] for column, each in DEFAULT_PROFILE.minutes_week_per.items())
    incidents = found.minutes_week - duties
    inside = (interval["low"] <= incidents + 2) & (incidents - 2 <= interval["high"])  # whole weeks leave out a day of the year
    assert inside.mean() > 0.97 and (interval["low"] <= interval["high"]).all()
    scope = Scope(cells=frozenset(list(interval.index[:2])))
    assert workload_interval(replace(planner, role="officer", scope=scope)).index.tolist() == interval.index[:2].tolist()


def test_every_check_and_every_measure_of_the_plan_in_force_is_there_in_plain_values(planner: Caller) -> None:
    told = json.loads(json.dumps(measure_plan(planner, "plan-2025").as_json(), allow_nan=False))
    assert [check["key"] for check in told["checks"]] == list(CHECKS) and told["may_be_in_force"] is True
    assert set(told["metrics"]) == {key for key, metric in METRICS.items() if metric.scope == "plan"}
    assert set(told["beats"]) == {f"{i:02d}" for i in range(1, 15)} and len(told["about"]) >= 2
    assert told["metrics"]["kept_beat_cells_share"]["value"] == 1 and told["metrics"]["unassigned_cells"]["value"] == 0
    assert sum(beat["dwellings"] for beat in told["beats"].values()) == 45_570


def test_distances_are_along_the_roads_and_say_so(planner: Caller) -> None:
    found = measure_plan(planner, "plan-2025")
    assert any("along roads" in line.en for line in found.about)
    assert 5 < found.summary["plan_mean_post_distance_m"] / 1000 < 12 < found.summary["plan_largest_post_distance_m"] / 1000


def test_settings_of_the_workspace_move_the_tolerance_and_allow_stated_splits(drafter: Caller) -> None:
    draft = drafter.store.plan("plan-2026-draft")
    unit = "433125109213"
    cells = [code for code in draft.beat_of if code.startswith(unit)]
    other = next(b.code for b in draft.beats if b.code != draft.beat_of[cells[0]])
    drafter.store.save_plan(draft.with_cells(cells[:1], other), by="tests")

    def answers() -> dict[str, str]:
        return {f.check: f.state for f in measure_plan(drafter, draft.header.id).findings}

    before = answers()
    drafter.store.set_setting(TOLERANCE, 0.9, by="tests")
    split = next(f for f in measure_plan(drafter, draft.header.id).findings if f.check == "whole_units").where
    assert unit in split
    drafter.store.set_setting(STATED_SPLITS, dict.fromkeys(split, "河两岸"), by="tests")
    after = answers()
    assert (before["balanced"], before["whole_units"]) == ("broken", "broken")
    assert (after["balanced"], after["whole_units"]) == ("ok", "ok")


def test_a_plan_is_weighed_by_the_profile_it_names(drafter: Caller) -> None:
    kept = KeptProfile(
        "只数房屋",
        "dwellings only",
        minutes_per_incident=dict.fromkeys(DEFAULT_PROFILE.minutes_per_incident, 0.0),
        minutes_week_per={"dwellings": 1.0},
    )
    drafter.store.save_workload_profile(kept, by="tests")
    draft = drafter.store.plan("plan-2026-draft")
    drafter.store.save_plan(replace(draft, header=replace(draft.header, profile="只数房屋")), by="tests")
    beats = measure_plan(drafter, draft.header.id).beats
    workload = next(column for column in beats if column.startswith("workload"))
    assert np.allclose(beats[workload], beats["dwellings"])


@pytest.mark.parametrize("role", ["viewer", "grid_worker", "auditor", "administrator"])
def test_who_sees_no_incidents_sees_no_figures_that_rest_on_them(planner: Caller, role: str) -> None:
    other = as_caller(planner.workspace, "x", role)
    for action in (lambda: measure_plan(other), lambda: town_workload(other), lambda: workload_interval(other)):
        with pytest.raises(Refusal, match="may not do this"):
            action()


def test_a_small_count_of_incidents_in_a_beat_is_for_those_who_plan(planner: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = measure_plan(planner).beats["incidents"]
    officer = as_caller(planner.workspace, "x", "officer")
    assert measure_plan(officer).beats["incidents"].tolist() == counts.tolist()  # none is small in the demo town
    monkeypatch.setattr("actions.measure_plan.SMALL", int(counts.min()) + 1)
    assert measure_plan(planner).beats["incidents"].tolist() == counts.tolist()
    assert measure_plan(officer).beats["incidents"].isna().all()
    assert {row["incidents"] for row in measure_plan(officer).as_json()["beats"].values()} == {None}


def test_places_of_a_cell_are_what_lies_in_it_and_never_the_cell_itself(planner: Caller) -> None:
    model = planner.model
    places = model.places_in_cells
    assert "grid_cells" not in places
    inside = {key: len(model.layers[key]) for key in places}
    assert {key: int(places[key].sum()) for key in places} == inside | {"stations": 1}  # the neighbours' stations lie outside
