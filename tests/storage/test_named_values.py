"""Settings, workload profiles and the town's own row: kept in the workspace, each change told from what to what."""

from collections.abc import Callable
from dataclasses import replace
from math import inf, nan
from typing import Any

import pytest

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from storage.store import KeptProfile, Store
from tests.storage.drawn_town import AT

PROFILE = KeptProfile("本所实测", "Measured", Text("2025 年实测", "measured in 2025"), {"theft": 90}, {"dwellings": 0.2}, {"night": 1.5})


@pytest.mark.parametrize("value", [True, 0, 1.5, "字", None, [1, "a"], {"a": {"b": 2}}])
def test_a_setting_comes_back_as_it_was_set(store: Store, value: Any) -> None:
    assert store.setting("tolerance", "default") == "default"
    store.set_setting("tolerance", value, by="chief")
    assert store.setting("tolerance", "default") == value and store.settings() == {"tolerance": value}


def test_a_setting_is_told_from_what_to_what_and_moves_its_revision_alone(store: Store) -> None:
    plans, settings = store.revision("plans"), store.revision("settings")
    store.set_setting("tolerance", 0.1, by="chief", at=AT)
    store.set_setting("tolerance", 0.2, by="Li", at=AT, reason="wider")
    line = store.audit_lines(1)[0]
    assert (line.who, line.action, line.subject, line.detail) == (
        "Li",
        "set_setting",
        "tolerance",
        {"from": 0.1, "to": 0.2, "reason": "wider"},
    )
    assert store.revision("settings") != settings and store.revision("plans") == plans


@pytest.mark.parametrize(("key", "value", "said"), [("a", nan, "can't be kept"), ("a", {1, 2}, "can't be kept"), (" ", 1, "no name")])
def test_a_setting_without_key_or_that_json_does_not_hold_is_refused(store: Store, key: str, value: Any, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        store.set_setting(key, value, by="chief")
    assert store.settings() == {} and len(store.audit_lines()) == 2


def test_a_profile_comes_back_as_it_was_saved_with_its_audit_line(store: Store) -> None:
    saved = store.save_workload_profile(PROFILE, "Li", AT, "first")
    assert saved == replace(PROFILE, revision=1, who="Li", at=AT) == store.workload_profile("本所实测")
    line = store.audit_lines(1)[0]
    assert (
        line.action == "save_workload_profile" and line.detail["minutes_per_incident"] == {"theft": 90} and line.detail["reason"] == "first"
    )
    again = store.save_workload_profile(replace(saved, factors={}), "Wang", AT)
    other = store.save_workload_profile(replace(PROFILE, name="A"), "Li", AT)
    assert again.revision == 2 and store.workload_profiles() == (other, again) and store.verify_audit().ok


def test_who_comes_second_with_a_profile_is_told(store: Store) -> None:
    first = store.save_workload_profile(PROFILE, "Li", AT)
    store.save_workload_profile(replace(first, factors={"night": 2}), "Wang", AT)
    for late in (first, PROFILE):
        with pytest.raises(Refusal, match=r"Wang saved 'Measured' at 2026-01-05T09:00:00 \(revision 2\)"):
            store.save_workload_profile(late, "Li")
    with pytest.raises(Refusal, match="no workload profile 'B'"):
        store.save_workload_profile(replace(first, name="B", name_en=""), "Li")
    assert store.workload_profile("本所实测").factors == {"night": 2}


@pytest.mark.parametrize("weights", [{"theft": -1}, {"theft": nan}, {"theft": inf}, {"theft": "9"}, {"theft": True}])
def test_weights_are_numbers_of_0_or_more(store: Store, weights: dict[str, Any]) -> None:
    with pytest.raises(Refusal, match=r"1 weights of 'Measured' are not 0 or more \(first: theft"):
        store.save_workload_profile(replace(PROFILE, minutes_per_incident=weights), "Li")
    assert store.workload_profiles() == ()


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda store: store.workload_profile("x"), "no workload profile 'x'. There are: none"),
        (lambda store: store.save_workload_profile(replace(PROFILE, name=" "), "Li"), "no name"),
    ],
)
def test_no_profile_without_a_name(store: Store, ask: Callable[[Store], Any], said: str) -> None:
    with pytest.raises(Refusal, match=said):
        ask(store)


def test_the_town_changes_with_a_line_from_what_to_what(store: Store) -> None:
    token = store.revision("town")
    store.change_town(replace(store.town(), name="新镇", station="新镇派出所"), "chief", AT, "renamed")
    assert (store.town().name, store.town().station, store.town().name_en) == ("新镇", "新镇派出所", "Small Town")
    line = store.audit_lines(1)[0]
    assert line.detail == {"changed": {"name": ["小镇", "新镇"], "station": ["", "新镇派出所"]}, "reason": "renamed"}
    assert store.revision("town") != token
    store.change_town(store.town(), "chief")  # nothing to change, nothing to tell
    assert store.audit_lines(1)[0] == line


def test_a_town_needs_its_name(store: Store) -> None:
    with pytest.raises(Refusal, match="The town lacks: name"):
        store.change_town(replace(store.town(), name=""), "chief")
    assert store.town().name == "小镇"
