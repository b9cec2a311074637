"""The small town's plan keeps to all but two wishes: units U1 and U2 are divided, and beat 1 has 53 % too little work."""

import numpy as np

from planning.cell_graph import cell_graph
from planning.cell_measures import cell_measures
from planning.circumstances import Circumstances
from planning.reach import straight_distance_m
from planning.rules import CHECKS, STATES, check_plan
from tests.planning.small_town import BRIDGE, CODES, RIVER, cells, plan

DRY = cell_graph(cells())
BRIDGED = cell_graph(cells(), RIVER, BRIDGE)
MEASURES = cell_measures(cells())
POST = straight_distance_m(MEASURES.inner_xy_m, (500, 500))  # in cell a: i is 2828.4 m away, f and h 2236.1, c and g 2000


def found(check, the_plan, measures=MEASURES, graph=DRY, tolerance_share=0.1, **around):
    """The finding of one check."""
    findings = check_plan(the_plan, measures, graph, Circumstances(**around), tolerance_share)
    return next(f for f in findings if f.check == check)


def test_every_check_answers_in_the_tables_order_and_in_both_languages():
    for graph in (None, DRY):
        findings = check_plan(plan(), MEASURES, graph)
        assert [f.check for f in findings] == list(CHECKS)
        assert all(f.state in STATES and f.message.zh and f.message.en for f in findings)


def test_the_plan_is_whole_connected_and_led():
    states = {f.check: f.state for f in check_plan(plan(), MEASURES, DRY)}
    assert states == {
        "complete": "ok",
        "no_empty_beat": "ok",
        "in_one_piece": "ok",
        "has_lead": "ok",
        "leads_are_officers": "not_checked",
        "community_staff": "not_checked",
        "village_staff": "not_checked",
        "whole_units": "broken",
        "balanced": "broken",
        "response_distance": "not_checked",
        "amounts_known": "ok",
    }


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
    assert (divided.where, divided.where_kind) == (("U2", "U1"), "unit")
    assert "first: U2, among 1, 2, 3" in divided.message.en
    by_unit = {**dict.fromkeys("abc", "1"), **dict.fromkeys("defghi", "2")}
    assert found("whole_units", plan(by_unit)).state == "ok"
    assert found("whole_units", plan({**by_unit, "c": None})).state == "ok"


def test_the_unit_among_most_beats_comes_first_and_stated_splits_are_left_out():
    assert found("whole_units", plan({"b": "3"})).where == ("U1", "U2")  # three beats each
    assert found("whole_units", plan({"a": "2", "b": "2"})).where == ("U2",)
    assert found("whole_units", plan({"b": "1", "d": "1"}), stated_splits=frozenset({"U1"})).where == ("U2",)
    stated = found("whole_units", plan(), stated_splits=frozenset({"U1", "U2"}))
    assert (stated.state, stated.where) == ("ok", ()) and "but for 2 as stated" in stated.message.en


def test_cells_that_name_no_unit_are_no_unit_of_their_own():
    partly = cell_measures(cells().assign(unit_code=[None, None, None, *["U2"] * 6]))
    assert found("whole_units", plan(), partly).where == ("U2",)


def test_pieces_that_are_allowed_are_right_and_no_more_than_those():
    two, three = plan({"i": "1"}), plan({"i": "1", "g": "1", "d": "3", "f": "3"})
    assert found("in_one_piece", two, allowed_pieces={"1": 2}).state == "ok"
    assert "but for 1 that may be in several" in found("in_one_piece", two, allowed_pieces={"1": 2}).message.en
    assert found("in_one_piece", two, allowed_pieces={"2": 2}).state == "broken"
    assert found("in_one_piece", three, allowed_pieces={"1": 2}).where[:2] == ("g", "i")  # a b, g, i


def test_a_beat_of_islands_alone_is_right_but_one_with_a_part_of_the_mainland_is_not():
    shores = cell_graph(cells()[~cells()["code"].isin(["b", "d", "f", "h"])])  # a c e g i touch nothing
    few = cell_measures(cells()[~cells()["code"].isin(["b", "d", "f", "h"])])
    assert shores.neighbours("a") == ()
    assert found("in_one_piece", plan({"a": "1", "i": "1"}), few, shores).state == "ok"
    row = cells()[cells()["code"].isin(["a", "g", "h", "i"])]  # the island a, the mainland g h i
    parted = found("in_one_piece", plan({"a": "1", "g": "1", "h": "2", "i": "2"}), cell_measures(row), cell_graph(row))
    assert (parted.state, parted.where) == ("broken", ("g",))


def test_the_beat_with_most_pieces_comes_first():
    scattered = found("in_one_piece", plan({"d": "2", "g": "1", "i": "1", "h": "2", "f": "3"}))
    # beat 1: a b, g, i; beat 2: c, d, h; beat 3: e f
    assert scattered.where == ("g", "i", "d", "h") and "2 beats" in scattered.message.en and "1 Beat 1 has 3" in scattered.message.en


def test_cells_beyond_the_limit_are_named_furthest_first():
    far = found("response_distance", plan(), post_distance_m=POST, response_limit_m=2000.0)
    assert (far.state, far.where, far.where_kind) == ("broken", ("i", "f", "h"), "cell")
    assert far.message.en == "3 cells are more than 2 km from their post (furthest: i, 2.8 km)."
    assert found("response_distance", plan(), post_distance_m=POST, response_limit_m=2830.0).state == "ok"
    assert found("response_distance", plan({"i": None}), post_distance_m=POST, response_limit_m=2300.0).state == "ok"
    assert found("response_distance", plan(), post_distance_m=POST).state == "not_checked"


def test_a_distance_that_is_not_known_is_not_taken_for_near():
    lost = np.where(np.array(CODES) == "b", np.nan, POST)
    unknown = found("response_distance", plan(), post_distance_m=lost, response_limit_m=3000.0)
    assert (unknown.state, unknown.where) == ("not_checked", ("b",))
    assert found("response_distance", plan(), post_distance_m=lost, response_limit_m=2500.0).where == ("i", "b")


def test_missing_numbers_are_named():
    gaps = cell_measures(cells().assign(dwellings=[None, *range(8)], persons=[*range(8), None]))
    told = found("amounts_known", plan(), gaps)
    assert (told.state, told.where, told.where_kind) == ("broken", ("a", "i"), "cell")
    assert told.message.en == "2 cells lack a number of dwellings, persons, which counts as 0 (first: a)."


def test_balance_names_the_beats_beyond_the_tolerance_worst_first():
    off = found("balanced", plan())
    assert off.where == ("1", "3", "2") and "1 Beat 1 -53.3%" in off.message.en
    assert found("balanced", plan(), tolerance_share=0.25).where == ("1", "3")
    even = found("balanced", plan(), tolerance_share=8 / 15)
    assert (even.state, even.where) == ("ok", ())


def test_what_needs_data_that_is_not_there_is_not_checked():
    states = {f.check: f.state for f in check_plan(plan(), cell_measures(cells()[["code", "geometry"]]))}
    assert {key for key, state in states.items() if state != "not_checked"} == {"complete", "no_empty_beat", "has_lead", "amounts_known"}
    assert states["complete"] == "ok"


def test_every_check_says_what_it_asks_for_in_both_languages():
    for key, check in CHECKS.items():
        assert check.key == key and all((check.title.zh, check.title.en, check.about.zh, check.about.en))
