"""Workload profiles: kept by name, saved by compare-and-swap, tried on a plan before they are saved."""

from dataclasses import replace

import pytest

from actions.caller import Caller
from actions.measure_plan import measure_plan
from actions.open_workspace import as_caller
from actions.workload_profiles import KeptProfile, choose_profile, effect_of, new_profile, profiles, save_profile, weighable
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from layers.incidents import CATEGORIES

DRAFT, IN_FORCE = "plan-2026-draft", "plan-2025"
MEASURED = Text("本所实测", "measured at our station")
ONLY_HOMES = {"minutes_per_incident": dict.fromkeys(CATEGORIES, 0.0), "minutes_week_per": {"dwellings": 2.0}, "factors": {}}


@pytest.fixture
def homes(drafter: Caller) -> KeptProfile:
    """Two minutes a week for each dwelling and nothing else: the work of a beat is twice its dwellings."""
    return replace(new_profile(drafter, "只计房屋", profiles(drafter)[0], "homes only", MEASURED), **ONLY_HOMES)


def test_the_default_comes_first_and_what_can_be_weighed_has_a_unit(drafter: Caller) -> None:
    assert [profile.revision for profile in profiles(drafter)] == [0]
    incidents, duties = weighable(drafter)
    assert [weight.key for weight in incidents] == list(CATEGORIES)
    assert {"dwellings", "schools", "area_km2"} <= {weight.key for weight in duties} and all(weight.unit.en for weight in duties)


def test_the_effect_on_the_beats_is_seen_before_it_is_saved(drafter: Caller, homes: KeptProfile) -> None:
    found = effect_of(drafter, homes, DRAFT)
    cells, plan = drafter.model.cells, drafter.store.plan(DRAFT)
    homes_of = cells["dwellings"].groupby(cells["code"].map(plan.beat_of)).sum()
    assert found.beats["after_min"].tolist() == (2.0 * homes_of.loc[found.beats.index]).tolist()
    assert found.beats["after_share"].sum() == pytest.approx(1) and MEASURED.en in found.about[1].en
    assert drafter.store.workload_profiles() == ()


def test_a_saved_profile_weighs_the_plan_that_chooses_it_and_stands_beside_its_figures(drafter: Caller, homes: KeptProfile) -> None:
    saved = save_profile(drafter, homes, "按实测")
    assert (saved.revision, saved.who) == (1, drafter.user)
    assert choose_profile(drafter, DRAFT, saved.name).header.profile == "只计房屋"
    found = measure_plan(drafter, DRAFT)
    assert found.beats["workload_min_week"].sum() == pytest.approx(2 * drafter.model.cells["dwellings"].sum())
    assert MEASURED.en in found.about[0].en
    assert choose_profile(drafter, DRAFT, None).header.profile is None


def test_the_second_to_save_is_told_and_changes_nothing(drafter: Caller, homes: KeptProfile) -> None:
    first = save_profile(drafter, homes)
    save_profile(as_caller(drafter.workspace, "另一人", "planner"), replace(first, factors={"night": 1.5}))
    with pytest.raises(Refusal, match="另一人 saved"):
        save_profile(drafter, replace(first, factors={"night": 2.0}))
    assert drafter.store.workload_profile("只计房屋").factors == {"night": 1.5}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"about": Text("", "")}, "where the weights come from"),
        ({"name": " "}, "no name"),
        ({"name": "默认权重"}, "built-in default"),
        ({"minutes_week_per": {"dwellings": -1.0}}, "negative"),
        ({"minutes_week_per": {"castles": 1.0}}, "no column castles"),
        ({"minutes_per_incident": {"theft": 10.0}}, "no weight"),
        ({"factors": {"month_13": 1.0}}, "no month 13"),
    ],
)
def test_a_profile_that_could_not_weigh_is_not_kept(drafter: Caller, homes: KeptProfile, change: dict, says: str) -> None:
    with pytest.raises(Refusal, match=says):
        save_profile(drafter, replace(homes, **change))
    assert drafter.store.workload_profiles() == ()


def test_only_a_draft_changes_its_weights_and_only_planners_change_profiles(drafter: Caller, homes: KeptProfile) -> None:
    with pytest.raises(Refusal, match="weights can't be changed"):
        choose_profile(drafter, IN_FORCE, None)
    with pytest.raises(Refusal, match="no workload profile"):
        choose_profile(drafter, DRAFT, "没有的")
    officer = as_caller(drafter.workspace, "民警", "officer")
    assert profiles(officer)
    with pytest.raises(Refusal, match="may not do this"):
        save_profile(officer, homes)
