"""Two drafts of one plan put together. Beats 1 (a b d), 2 (c f i), 3 (e g h) of small_town.

mine: d -> 3, e -> 1;  theirs: f -> 1, e -> 2.  Alone: d mine, f theirs; e is a conflict.
"""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.definition.refusal import Refusal
from planning.plan import Beat, Plan
from planning.plan_merge import merge_plans
from tests.planning.small_town import CODES, plan

BASE = plan()
MINE = plan({"d": "3", "e": "1"})
THEIRS = replace(plan({"f": "1", "e": "2"}), header=replace(BASE.header, revision=5))


def with_beats(old: Plan, *beats: Beat, without: str = "") -> Plan:
    """The plan with these beats changed or added, and one removed with its cells unassigned."""
    new = {beat.code: beat for beat in (*old.beats, *beats) if beat.code != without}
    return replace(old, beats=tuple(new.values()), beat_of={cell: None if beat == without else beat for cell, beat in old.beat_of.items()})


def test_what_one_side_changed_is_taken_and_what_both_changed_is_a_conflict() -> None:
    merged = merge_plans(BASE, MINE, THEIRS)
    assert (merged.taken_from_mine, merged.taken_from_theirs) == (("d",), ("f",))
    assert dict(merged.conflicts) == {"e": ("3", "1", "2")} and merged.open == 1
    assert merged.plan.beat_of["d"] == "3" and merged.plan.beat_of["f"] == "1" and merged.plan.beat_of["e"] == "1"
    assert merged.plan.header.revision == 5
    assert [line.en for line in merged.lines][-1] == "1 cells were changed by both; choose."


def test_a_choice_decides_each_conflict() -> None:
    merged = merge_plans(BASE, MINE, THEIRS)
    assert merged.resolved({"e": "theirs"}).beat_of["e"] == "2"
    assert merged.resolved({"e": "base"}).beat_of["e"] == "3"


def test_the_same_change_on_both_sides_is_no_conflict() -> None:
    merged = merge_plans(BASE, plan({"d": "3"}), plan({"d": "3"}))
    assert merged.open == 0 and merged.plan.beat_of["d"] == "3" and merged.taken_from_mine == merged.taken_from_theirs == ()


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({}, r"1 conflicts are undecided: cells \(first: e\)"),
        ({"e": "mine", "a": "mine"}, r"1 choices fit no conflict: cells \(first: a\)"),
        ({"e": "ours"}, "fit no conflict"),
    ],
)
def test_refuses_open_and_idle_choices(choices: dict, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        merge_plans(BASE, MINE, THEIRS).resolved(choices)


def test_a_name_and_a_lead_changed_by_two_people_are_both_taken() -> None:
    first = BASE.beats[0]
    merged = merge_plans(BASE, with_beats(BASE, replace(first, name="东")), with_beats(BASE, replace(first, lead="P9")))
    assert merged.open == 0 and merged.plan.beat("1") == replace(first, name="东", lead="P9")


def test_a_name_changed_twice_is_a_conflict_of_the_beat() -> None:
    first = BASE.beats[0]
    mine, theirs = replace(first, name="东"), replace(first, name="西", lead="P9")
    merged = merge_plans(BASE, with_beats(BASE, mine), with_beats(BASE, theirs))
    assert merged.beat_conflicts["1"] == (first, mine, theirs) and merged.plan.beat("1") == replace(mine, lead="P9")
    assert merged.resolved({}, beats={"1": "theirs"}).beat("1") == theirs


def test_beats_added_on_either_side_are_all_there() -> None:
    mine = with_beats(BASE, Beat("8", "八", "Eight")).with_cells(["a"], "8")
    theirs = with_beats(BASE, Beat("9", "九", "Nine")).with_cells(["i"], "9")
    merged = merge_plans(BASE, mine, theirs)
    assert merged.open == 0 and [beat.code for beat in merged.plan.beats] == ["1", "2", "3", "9", "8"]
    assert merged.plan.beat_of["a"] == "8" and merged.plan.beat_of["i"] == "9"


def test_a_beat_removed_by_one_and_untouched_by_the_other_is_gone() -> None:
    merged = merge_plans(BASE, with_beats(BASE, without="3"), THEIRS.with_cells(["e"], "3"))
    assert merged.open == 0 and [beat.code for beat in merged.plan.beats] == ["1", "2"] and merged.plan.cells_of(None) == ("e", "g", "h")


def test_a_beat_removed_by_one_and_enlarged_by_the_other_is_a_conflict() -> None:
    merged = merge_plans(BASE, with_beats(BASE, without="3"), plan({"d": "3"}))
    assert merged.beat_conflicts["3"] == (BASE.beats[2], None, BASE.beats[2]) and merged.plan.beat_of["d"] == "3"
    assert merged.resolved({}, beats={"3": "theirs"}).cells_of("3") == ("d",)
    with pytest.raises(Refusal, match=r"Beat 3 is removed, but has 1 cells \(first: d\)"):
        merged.resolved({}, beats={"3": "mine"})


def test_a_beat_that_both_removed_is_gone_even_where_a_cell_of_it_is_a_conflict() -> None:
    merged = merge_plans(BASE, with_beats(BASE, without="3").with_cells(["e"], "1"), with_beats(BASE, without="3").with_cells(["e"], "2"))
    assert dict(merged.conflicts) == {"e": ("3", "1", "2")} and not merged.beat_conflicts
    assert merged.resolved({"e": "theirs"}).beat_of["e"] == "2"
    with pytest.raises(Refusal, match="Beat 3 is removed"):
        merged.resolved({"e": "base"})


def test_a_beat_removed_by_one_and_renamed_by_the_other_is_a_conflict() -> None:
    renamed = replace(BASE.beats[2], name="北")
    merged = merge_plans(BASE, with_beats(BASE, without="3"), with_beats(BASE, renamed))
    assert merged.beat_conflicts["3"] == (BASE.beats[2], None, renamed) and renamed in merged.plan.beats
    assert renamed not in merged.resolved({}, beats={"3": "mine"}).beats


def test_locks_and_words_of_the_header_are_merged_too() -> None:
    mine = replace(BASE, header=replace(BASE.header, name="甲", reason="夜间"), locked_cells=frozenset("a"))
    theirs = replace(BASE, header=replace(BASE.header, name="乙", revision=2), locked_cells=frozenset("b"))
    merged = merge_plans(BASE, mine, theirs)
    assert merged.plan.locked_cells == {"a", "b"} and merged.plan.header.reason == "夜间"
    assert dict(merged.header_conflicts) == {"name": ("方案", "甲", "乙")}
    settled = merged.resolved({}, header={"name": "theirs"}).header
    assert (settled.name, settled.reason, settled.revision) == ("乙", "夜间", 2)


def test_refuses_plans_over_other_cells() -> None:
    less = replace(BASE, beat_of={cell: beat for cell, beat in BASE.beat_of.items() if cell != "c"})
    with pytest.raises(Refusal, match=r"1 cells are not in all three plans \(first: c\)"):
        merge_plans(BASE, less, BASE)


assignments = st.fixed_dictionaries({code: st.sampled_from([None, "1", "2", "3"]) for code in CODES})


@settings(deadline=None)
@given(assignments, assignments, assignments)
def test_nothing_is_lost_whatever_two_people_do(base: dict, mine: dict, theirs: dict) -> None:
    merged = merge_plans(plan(base), plan(mine), plan(theirs))
    for cell in CODES:
        here = merged.plan.beat_of[cell]
        if cell in merged.conflicts:
            assert merged.conflicts[cell] == (base[cell], mine[cell], theirs[cell]) and len({base[cell], mine[cell], theirs[cell]}) == 3
        else:
            # whoever changed the cell finds it as they left it
            assert here == mine[cell] or mine[cell] == base[cell]
            assert here == theirs[cell] or theirs[cell] == base[cell]
    for side, choice in (("mine", mine), ("theirs", theirs)):
        plan_after = merged.resolved(dict.fromkeys(merged.conflicts, side))
        assert all(plan_after.beat_of[cell] == choice[cell] for cell in CODES if choice[cell] != base[cell])
    swapped = merge_plans(plan(base), plan(theirs), plan(mine))
    assert swapped.conflicts.keys() == merged.conflicts.keys() and swapped.taken_from_mine == merged.taken_from_theirs
