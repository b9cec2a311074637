"""Two plans compared. Beats 1 (a b d), 2 (c f i), 3 (e g h) of small_town, led by P1, P2, P1.

Dwellings are 1 for a to 9 for i, workload is ten times that.

The new plan moves d to beat 3 and f to beat 1: d stays with P1, f goes from P2 to P1. Of 45 dwellings 4 + 6 change beat, 6 change officer.
"""

import pytest

from layers.definition.refusal import Refusal
from planning.plan import Beat, Plan
from planning.plan_difference import plan_difference
from tests.planning.small_town import CODES, cells, plan

CELLS = cells()
MOVED = plan({"d": "3", "f": "1"})


def renumbered(names: dict[str, str]) -> Plan:
    """The plan with other beat numbers."""
    old = plan()
    beats = tuple(Beat(names[beat.code], beat.name, beat.name_en, beat.lead) for beat in old.beats)
    return Plan(old.header, beats, {cell: names[beat] for cell, beat in old.beat_of.items() if beat})


def test_moved_cells_are_listed_with_from_and_to() -> None:
    moved = plan_difference(plan(), MOVED, CELLS).moved
    assert moved.index.tolist() == ["d", "f"]
    assert moved.loc["d", ["from", "to", "from_lead", "to_lead"]].tolist() == ["1", "3", "P1", "P1"]
    assert moved.loc["f", ["from", "to", "from_lead", "to_lead", "dwellings"]].tolist() == ["2", "1", "P2", "P1", 6]


def test_each_beat_and_officer_gains_and_loses() -> None:
    found = plan_difference(plan(), MOVED, CELLS)
    one = found.beats.loc["1"]
    assert (one["cells_gained"], one["cells_lost"], one["dwellings_gained"], one["dwellings_lost"]) == (1, 1, 6, 4)
    assert (one["workload_min_week_before"], one["workload_min_week_after"]) == (70, 90)
    first, second = found.officers.loc["P1"], found.officers.loc["P2"]
    assert (first["dwellings_gained"], first["dwellings_lost"], second["dwellings_gained"], second["dwellings_lost"]) == (6, 0, 0, 6)


def test_shares_that_keep_beat_and_officer() -> None:
    found = plan_difference(plan(), MOVED, CELLS)
    assert dict(found.keep_beat_share) == pytest.approx({"cells": 7 / 9, "dwellings": 35 / 45, "workload_min_week": 35 / 45})
    assert dict(found.keep_officer_share) == pytest.approx({"cells": 8 / 9, "dwellings": 39 / 45, "workload_min_week": 39 / 45})


def test_the_same_plan_has_no_difference() -> None:
    found = plan_difference(plan(), plan(), CELLS)
    assert found.moved.empty and found.keep_beat_share["cells"] == 1 and found.lines[0].en == "No cell changes its beat."
    assert (found.beats["cells_gained"] == 0).all()


def test_other_numbers_are_matched_by_what_they_have_in_common() -> None:
    found = plan_difference(plan(), renumbered({"1": "x", "2": "y", "3": "z"}), CELLS)
    assert dict(found.same_beat) == {"1": "x", "2": "y", "3": "z"}
    assert found.moved.empty and found.keep_officer_share["dwellings"] == 1 and found.beats.index.tolist() == ["x", "y", "z"]
    assert "Beat 1 is compared with x (largest overlap)." in [line.en for line in found.lines]


def test_a_code_in_both_plans_counts_before_any_overlap() -> None:
    found = plan_difference(plan(), renumbered({"1": "3", "3": "new", "2": "2"}), CELLS)
    assert dict(found.same_beat) == {"2": "2", "3": "3"}
    assert found.moved.index.tolist() == list("abdegh") and found.beats.index.tolist() == ["3", "2", "new", "1"]


def test_a_new_beat_and_a_dropped_one_have_rows_of_their_own() -> None:
    old = plan()
    beats = (*old.beats[:2], Beat("9", "九", "Nine", "P9"))
    new = Plan(old.header, beats, {**old.beat_of, "e": "1", "g": "1", "h": "2"})
    found = plan_difference(old, new, CELLS)
    assert found.beats.index.tolist() == ["1", "2", "9", "3"]
    assert found.beats.loc["3", "cells_lost"] == 3 and found.beats.loc["9", "cells_after"] == 0


def test_unassigned_cells_are_not_counted_as_kept() -> None:
    found = plan_difference(plan({"a": None, "b": None}), plan({"a": None}), CELLS)
    assert found.moved.index.tolist() == ["b"] and found.moved.loc["b", "from"] is None
    assert found.keep_beat_share["cells"] == 1
    nobody = plan_difference(plan(dict.fromkeys(CODES)), plan(), CELLS)
    assert nobody.keep_beat_share["cells"] is None and nobody.keep_officer_share["dwellings"] is None


def test_another_officer_for_the_same_beat_changes_no_cell_but_the_officers() -> None:
    found = plan_difference(plan(), plan(leads=("P3", "P2", "P1")), CELLS)
    assert found.moved.empty and found.keep_officer_share["cells"] == pytest.approx(6 / 9)
    assert found.officers.loc["P3", "dwellings_gained"] == 7


def test_cells_of_one_plan_alone_are_listed_and_not_counted() -> None:
    old, new = plan(), plan()
    less = Plan(new.header, new.beats, {cell: beat for cell, beat in new.beat_of.items() if cell != "a"})
    found = plan_difference(old, less, CELLS)
    assert found.only_before == ("a",) and found.only_after == () and found.beats.loc["1", "cells_before"] == 2
    assert plan_difference(less, old, CELLS).only_after == ("a",)


def test_without_numbers_only_cells_are_counted() -> None:
    found = plan_difference(plan(), MOVED, CELLS[["code"]])
    assert list(found.keep_beat_share) == ["cells"] and "dwellings" not in found.lines[1].en


def test_refuses_a_table_without_the_cells() -> None:
    with pytest.raises(Refusal, match=r"lacks 1 cells of the plans \(first: a\)"):
        plan_difference(plan(), MOVED, CELLS.iloc[1:])
    with pytest.raises(Refusal, match="occur twice"):
        plan_difference(plan(), MOVED, CELLS.assign(code="a"))
