"""The small town's plan keeps to all but two wishes: units U1 and U2 are divided, and beat 1 has 53 % too little work."""

import pytest

from layers.definition.refusal import Refusal
from planning.cell_graph import cell_graph
from planning.rules import CHECKS, STATES, check_plan
from tests.planning.small_town import BRIDGE, RIVER, cells, plan

DRY = cell_graph(cells())
BRIDGED = cell_graph(cells(), RIVER, BRIDGE)


def found(check, the_plan, table=None, graph=DRY, **options):
    """The finding of one check."""
    return next(f for f in check_plan(the_plan, cells() if table is None else table, graph, **options) if f.check == check)


def test_every_check_answers_in_the_tables_order_and_in_both_languages():
    for graph in (None, DRY):
        findings = check_plan(plan(), cells(), graph)
        assert [f.check for f in findings] == list(CHECKS)
        assert all(f.state in STATES and f.message.zh and f.message.en for f in findings)


def test_the_plan_is_whole_connected_and_led():
    states = {f.check: f.state for f in check_plan(plan(), cells(), DRY)}
    assert states == {
        "complete": "ok",
        "no_empty_beat": "ok",
        "in_one_piece": "ok",
        "has_lead": "ok",
        "whole_units": "broken",
        "balanced": "broken",
    }


def test_degrees_are_refused():
    with pytest.raises(Refusal, match="no metres"):
        check_plan(plan(), cells().to_crs(4490))


def test_unassigned_and_vanished_cells_are_named():
    open_cells = found("complete", plan({"e": None, "g": None}))
    assert (open_cells.state, open_cells.where, open_cells.where_kind) == ("broken", ("e", "g"), "cell")
    assert open_cells.message.en == "2 cells are in no beat (first: e)."
    gone = found("complete", plan({"z": "1"}))
    assert (gone.state, gone.where) == ("broken", ("z",)) and "no longer exist" in gone.message.en
    fewer = plan().__class__(plan().header, plan().beats, {"a": "1"})
    assert len(found("complete", fewer).where) == 8


def test_an_empty_beat_and_one_without_a_lead_are_named():
    four = plan(leads=("P1", None, "P1", None))
    assert found("no_empty_beat", four).where == ("4",)
    leads = found("has_lead", four)
    assert leads.where == ("2", "4") and leads.message.en == "2 beats have no lead officer (first: 2 Beat 2)."


def test_a_beat_in_two_pieces_is_named_with_its_smaller_pieces():
    split = found("in_one_piece", plan({"e": "1", "h": "1", "i": "1", "a": "2", "b": "2"}))
    # beat 1: d e h i; beat 2: a b c f; beat 3: g alone
    assert split.state == "ok"
    split = found("in_one_piece", plan({"i": "1"}))
    assert (split.state, split.where, split.where_kind) == ("broken", ("i",), "cell")
    assert "1 Beat 1 has 2, of 3 + 1 cells" in split.message.en


def test_the_river_splits_a_beat_but_not_at_the_bridge():
    assert found("in_one_piece", plan(), graph=BRIDGED).where == ("d", "c")  # beats 1 and 2 reach over the river
    over_the_bridge = plan({"d": "3", "e": "1", "c": "1"})
    assert found("in_one_piece", over_the_bridge, graph=BRIDGED).state == "ok"


def test_unassigned_cells_are_no_beat_and_can_not_be_in_pieces():
    assert found("in_one_piece", plan({"a": None, "b": None, "i": None, "e": None, "d": "3", "g": "3"})).state == "ok"


def test_divided_units_are_named_and_unassigned_cells_divide_nothing():
    divided = found("whole_units", plan())
    assert (divided.where, divided.where_kind) == (("U1", "U2"), "unit")
    assert "first: U1, among 1, 2" in divided.message.en
    by_unit = {**dict.fromkeys("abc", "1"), **dict.fromkeys("defghi", "2")}
    assert found("whole_units", plan(by_unit)).state == "ok"
    assert found("whole_units", plan({**by_unit, "c": None})).state == "ok"


def test_balance_names_the_beats_beyond_the_tolerance_worst_first():
    off = found("balanced", plan())
    assert off.where == ("1", "3", "2") and "1 Beat 1 -53%" in off.message.en
    assert found("balanced", plan(), tolerance_share=0.25).where == ("1", "3")
    even = found("balanced", plan(), tolerance_share=8 / 15)
    assert (even.state, even.where) == ("ok", ())


def test_what_needs_data_that_is_not_there_is_not_checked():
    bare = cells()[["code", "geometry"]]
    states = {f.check: f.state for f in check_plan(plan(), bare)}
    assert {key for key, state in states.items() if state == "not_checked"} == {"in_one_piece", "whole_units", "balanced"}
    assert states["complete"] == "ok"


def test_every_check_says_what_it_asks_for_in_both_languages():
    for key, check in CHECKS.items():
        assert check.key == key and all((check.title.zh, check.title.en, check.about.zh, check.about.en))
