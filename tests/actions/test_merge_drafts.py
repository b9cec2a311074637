"""Two planners on one cell of a draft: both sides in words and on maps, each answer, and a branch; nothing is lost.

The first gave cell 3 to beat 02 and renamed beat 07; the second gave cells 3 and 9 to beat 05 and renamed beat 07 otherwise.
"""

import json
from dataclasses import replace

import pytest

from actions.caller import Caller
from actions.draw_plan import Drawing, Taken, new_draft, open_drawing, take_gestures
from actions.merge_drafts import NOBODY, Overtaken, conflict_maps, conflicts, decide_merge, keep_as_branch
from actions.open_workspace import as_caller
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from layers.drawing.web_patch import unpacked
from planning.plan_merge import Merged
from tests.actions.test_draw_plan import message


@pytest.fixture
def drawing(drafter: Caller) -> Drawing:
    return open_drawing(drafter, new_draft(drafter, "试画", start_from="plan-2025").header.id)


def renamed(drawing: Drawing, name: str) -> dict:
    fields = ("code", "name", "name_en", "lead", "colour", "locked")
    beats = [{key: getattr(beat, key) for key in fields} for beat in drawing.plan.beats]
    return {"kind": "rename", "beats": [beat | ({"name": name} if beat["code"] == "07" else {}) for beat in beats]}


@pytest.fixture
def taken(drafter: Caller, drawing: Drawing) -> Taken:
    take_gestures(drafter, drawing, message(drawing, {"cells": [3], "to": "02"}, renamed(drawing, "河东警务区")))
    other = as_caller(drafter.workspace, "另一人", "planner")
    return take_gestures(other, drawing, message(drawing, {"cells": [3, 9], "to": "05"}, renamed(drawing, "河西警务区")))


@pytest.fixture
def merge(taken: Taken) -> Merged:
    assert taken.merge is not None
    return taken.merge


def test_the_second_is_told_who_changed_what_in_words_and_nothing_is_saved_yet(
    drafter: Caller, drawing: Drawing, taken: Taken, merge: Merged
) -> None:
    cell, beat = conflicts(drafter, merge)
    was = next(beat for beat in drawing.plan.beats if beat.code == drawing.plan.beat_of[drawing.codes[3]])
    assert taken.by == drafter.user and cell.key == drawing.codes[3] and cell.what.zh.endswith("网格")
    assert cell.base == Text(f"{was.code} {was.name}", f"{was.code} {was.name_en}")
    assert (cell.mine.zh[:2], cell.theirs.zh[:2]) == ("05", "02")
    assert (beat.kind, beat.key, beat.mine.zh, beat.theirs.en) == ("beat", "07", "名称 河西警务区", "name 河东警务区")
    assert drafter.store.plan(drawing.plan.header.id).beat_of[drawing.codes[3]] == "02"


def test_a_cell_that_somebody_unassigned_and_a_beat_that_is_gone_have_words_too(drafter: Caller, merge: Merged) -> None:
    (code, (was, mine, _)), (beat, three) = next(iter(merge.conflicts.items())), next(iter(merge.beat_conflicts.items()))
    odd = replace(merge, conflicts={code: (was, mine, None)}, beat_conflicts={beat: (three[0], three[1], None)})
    cell_row, beat_row = conflicts(drafter, odd)
    assert cell_row.theirs == NOBODY and beat_row.theirs.en == "(not there)" and beat_row.mine.en == "name 河西警务区"


def test_each_side_has_a_map_with_the_open_cell_from_where_to_where(drafter: Caller, drawing: Drawing, merge: Merged) -> None:
    maps = conflict_maps(drafter, merge)
    assert maps is not None
    was = drawing.plan.beat_of[drawing.codes[3]]
    for picture, beat in ((maps.mine, "05"), (maps.theirs, "02")):
        (cell,) = json.loads(unpacked(picture.plan["packed"]))["beats"]["features"]
        assert cell["properties"]["code"] == f"{was}→{beat}"
    assert maps.bounds == tuple(drafter.model.cells.loc[[drawing.codes[3]]].total_bounds)
    assert conflict_maps(drafter, replace(merge, conflicts={})) is None


@pytest.mark.parametrize(("side", "beat"), [("mine", "05"), ("theirs", "02"), ("base", None)])
def test_each_answer_stands_and_what_only_one_side_changed_is_in_it(
    drafter: Caller, drawing: Drawing, merge: Merged, side: str, beat: str | None
) -> None:
    cell = drawing.codes[3]
    decided = decide_merge(drafter, drawing.plan.header.id, merge, {cell: side}, {"07": "theirs"}, {})
    assert decided.beat_of[cell] == (beat or drawing.plan.beat_of[cell]) and decided.beat_of[drawing.codes[9]] == "05"
    assert decided == drafter.store.plan(drawing.plan.header.id) and drafter.store.verify_audit().ok


def test_the_own_side_becomes_a_branch_and_the_draft_stays_theirs(drafter: Caller, drawing: Drawing, merge: Merged) -> None:
    branch = keep_as_branch(drafter, drawing.plan.header.id, merge.plan, "试画二")
    assert branch.beat_of[drawing.codes[3]] == "05" and branch.header.parent_id == drawing.plan.header.id
    assert drafter.store.plan(drawing.plan.header.id).beat_of[drawing.codes[3]] == "02"
    with pytest.raises(Refusal, match="named '试画二' already"):
        keep_as_branch(drafter, drawing.plan.header.id, merge.plan, "试画二")


def test_an_answer_that_was_overtaken_is_refused_and_saves_nothing(drafter: Caller, drawing: Drawing, merge: Merged) -> None:
    plan = drafter.store.plan(drawing.plan.header.id)
    later = take_gestures(
        drafter, replace(drawing, plan=plan), message(drawing, {"cells": [20], "to": "02"}, revision=plan.header.revision)
    )
    with pytest.raises(Overtaken):
        decide_merge(drafter, drawing.plan.header.id, merge, {drawing.codes[3]: "mine"}, {"07": "mine"}, {})
    assert drafter.store.plan(drawing.plan.header.id) == later.plan
