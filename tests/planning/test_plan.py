"""The small town's plan: beat 1 has a b d, beat 2 c f i, beat 3 e g h; officer P1 leads beats 1 and 3."""

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.definition.refusal import Refusal
from planning.plan import Beat, Plan, PlanHeader
from tests.planning.small_town import BEAT_OF, CODES, plan

HEADER = PlanHeader("p", "方案", "", "draft")


# refuses


def test_two_beats_with_one_number_are_refused():
    with pytest.raises(Refusal, match="numbers twice: 1"):
        Plan(HEADER, (Beat("1", "甲", "A"), Beat("1", "乙", "B")), {})


def test_a_cell_in_a_beat_that_is_not_there_is_refused_with_the_first():
    with pytest.raises(Refusal, match=r"2 cells name a beat .*first: b -> 9"):
        plan({"b": "9", "c": "9"})


def test_unknown_cells_and_beats_are_refused():
    with pytest.raises(Refusal, match=r"2 cells .*first: x"):
        plan().with_cells(["a", "x", "y"], "1")
    with pytest.raises(Refusal, match="first: a -> 9"):
        plan().with_cells(["a"], "9")
    with pytest.raises(Refusal, match="no beat 9"):
        plan().beat("9")


# returns


def test_cells_and_leads_are_found():
    assert plan().cells_of("1") == ("a", "b", "d")
    assert plan({"e": None}).cells_of(None) == ("e",)
    assert [beat.code for beat in plan().beats_led_by("P1")] == ["1", "3"]
    assert plan().beats_led_by("P9") == ()
    assert plan().beat("2").name_en == "Beat 2"


def test_a_plan_without_an_english_name_shows_the_chinese_one():
    assert HEADER.title == ("方案", "方案")


# a value


def test_an_edit_gives_a_new_plan_and_leaves_the_old():
    old = plan()
    new = old.with_cells(["a", "c"], "3")
    assert (new.beat_of["a"], new.beat_of["c"], new.beat_of["b"]) == ("3", "3", "1")
    assert dict(old.beat_of) == BEAT_OF and new.header is old.header


def test_a_plan_can_not_be_changed_not_even_by_the_table_it_was_built_from():
    table = dict(BEAT_OF)
    built = Plan(HEADER, plan().beats, table)
    table["a"] = "2"
    assert built.beat_of["a"] == "1"
    with pytest.raises(TypeError):
        built.beat_of["a"] = "2"  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        built.beats = ()  # type: ignore[misc]


@given(st.lists(st.tuples(st.sets(st.sampled_from(CODES)), st.sampled_from(["1", "2", "3", None])), max_size=8))
def test_after_any_edits_every_cell_is_in_one_beat_or_unassigned(edits):
    edited = plan()
    for cells, beat in edits:
        edited = edited.with_cells(cells, beat)
    owned = [cell for beat in ("1", "2", "3", None) for cell in edited.cells_of(beat)]
    assert sorted(owned) == list(CODES) and tuple(edited.beat_of) == CODES
