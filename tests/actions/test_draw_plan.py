"""Drawing on a draft: what a browser sends is read with distrust, saved whole, and makes way for others."""

import json
from pathlib import Path

import pytest

from actions import draw_plan
from actions.caller import Caller
from actions.draw_plan import Drawing, Taken, new_draft, open_drawing, take_gestures
from actions.open_workspace import as_caller, open_workspace
from layers.definition.refusal import Refusal


@pytest.fixture
def drawing(drafter: Caller) -> Drawing:
    return open_drawing(drafter, new_draft(drafter, "试画", start_from="plan-2025").header.id)


def message(drawing: Drawing, *gestures: dict, revision: int | None = None, **changes: object) -> str:
    told = {
        "plan": drawing.plan.header.id,
        "digest": drawing.base.cells_digest,
        "revision": drawing.plan.header.revision if revision is None else revision,
        "gestures": [{"n": n, "kind": "brush", "cells": [], "to": None, **gesture} for n, gesture in enumerate(gestures, start=1)],
    }
    return json.dumps(told | changes)


def beat_of(taken: Taken, drawing: Drawing, cell: int) -> str | None:
    return taken.plan.beat_of[drawing.codes[cell]]


def test_a_gesture_is_saved_with_its_kind_in_the_record_and_a_new_revision(drafter: Caller, drawing: Drawing) -> None:
    taken = take_gestures(drafter, drawing, message(drawing, {"cells": [3, 4], "to": "02"}))
    assert (taken.n, taken.merge, taken.plan.header.revision) == (1, None, drawing.plan.header.revision + 1)
    assert beat_of(taken, drawing, 3) == beat_of(taken, drawing, 4) == "02"
    assert drafter.store.plan(drawing.plan.header.id) == taken.plan
    assert "画笔" in drafter.store.plan_history(drawing.plan.header.id)[-1].reason


def test_a_message_that_comes_twice_is_saved_once(drafter: Caller, drawing: Drawing) -> None:
    sent = message(drawing, {"cells": [3], "to": "02"})
    first, again = take_gestures(drafter, drawing, sent), take_gestures(drafter, drawing, sent)
    assert again.merge is None and again.plan == first.plan


def test_gestures_sent_again_before_the_word_of_them_arrived_are_taken_once(drafter: Caller, drawing: Drawing) -> None:
    first = take_gestures(drafter, drawing, message(drawing, {"cells": [3], "to": "02"}))
    both = message(drawing, {"cells": [3], "to": "02"}, {"cells": [3, 4], "to": "05"})
    second = take_gestures(drafter, drawing, both, since=first)
    assert second.merge is None and second.n == 2 and beat_of(second, drawing, 3) == beat_of(second, drawing, 4) == "05"


def test_two_planners_who_paint_different_cells_lose_nothing(drafter: Caller, drawing: Drawing) -> None:
    take_gestures(drafter, drawing, message(drawing, {"cells": [3], "to": "02"}))
    both = take_gestures(as_caller(drafter.workspace, "另一人", "planner"), drawing, message(drawing, {"cells": [9], "to": "05"}))
    assert both.merge is None and both.others == (drawing.codes[3],) and both.by == drafter.user
    assert (beat_of(both, drawing, 3), beat_of(both, drawing, 9)) == ("02", "05")


@pytest.mark.parametrize(
    ("gesture", "changes", "words"),
    [
        ({"cells": [99999], "to": "02"}, {}, "99999"),
        ({"cells": [1], "to": "77"}, {}, "77"),
        ({"cells": [1, 1], "to": "02"}, {}, "twice|more than once|1"),
        ({"cells": [1], "to": "02"}, {"plan": "plan-2025"}, "another plan"),
        ({"cells": [1], "to": "02"}, {"digest": "0"}, "cells have changed"),
        ({"cells": [1], "to": "02"}, {"revision": 99}, "99|never"),
        ({"cells": "x" * 10_000_000, "to": "02"}, {}, "8"),
        ({"cells": [1], "to": "02", "beats": [{"code": "<script>"}]}, {}, "can't be read"),
    ],
    ids=["unknown cell", "unknown beat", "cell twice", "another plan", "other cells", "stale revision", "10 MB of junk", "bad beats"],
)
def test_forged_messages_are_refused_and_change_nothing(
    drafter: Caller, drawing: Drawing, gesture: dict, changes: dict, words: str
) -> None:
    with pytest.raises(Refusal, match=words):
        take_gestures(drafter, drawing, message(drawing, gesture, **changes))
    assert drafter.store.plan(drawing.plan.header.id) == drawing.plan


def test_a_locked_beat_and_a_locked_cell_stay_as_they_are_whatever_the_browser_says(drafter: Caller, drawing: Drawing) -> None:
    beats = [
        {"code": b.code, "name": b.name, "name_en": b.name_en, "lead": b.lead, "colour": None, "locked": b.code == "02"}
        for b in drawing.plan.beats
    ]
    locked = take_gestures(drafter, drawing, message(drawing, {"kind": "lock", "beats": beats}))
    with pytest.raises(Refusal):
        take_gestures(drafter, drawing, message(drawing, {"cells": [3], "to": "02"}, revision=locked.plan.header.revision))
    assert drafter.store.plan(drawing.plan.header.id) == locked.plan


def test_a_plan_in_force_is_opened_to_look_at_and_never_drawn_on(drafter: Caller) -> None:
    seen = open_drawing(drafter, "plan-2025")
    with pytest.raises(Refusal, match="can't be drawn"):
        take_gestures(drafter, seen, message(seen, {"cells": [3], "to": "02"}))


@pytest.mark.parametrize("role", ["officer", "viewer", "grid_worker", "auditor", "administrator"])
def test_who_does_not_draw_is_refused(drafter: Caller, drawing: Drawing, role: str) -> None:
    other = as_caller(drafter.workspace, "x", role)
    for action in (
        lambda: take_gestures(other, drawing, message(drawing, {"cells": [3], "to": "02"})),
        lambda: new_draft(other, "x"),
        lambda: open_drawing(other, "plan-2025"),
        lambda: draw_plan.drafts(other),
    ):
        with pytest.raises(Refusal, match="may not do this"):
            action()


@pytest.mark.parametrize(("name", "beats", "words"), [("", 3, "1 to 60"), ("x" * 61, 3, "1 to 60"), ("新", 100, "0 to 99")])
def test_a_draft_needs_a_name_and_a_number_of_beats(drafter: Caller, name: str, beats: int, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        new_draft(drafter, name, beats=beats)


def test_an_empty_draft_has_all_cells_unassigned_and_its_name_once(drafter: Caller) -> None:
    plan = new_draft(drafter, "从零开始", beats=4)
    assert [beat.code for beat in plan.beats] == ["01", "02", "03", "04"] and set(plan.beat_of.values()) == {None}
    with pytest.raises(Refusal, match="a plan named '从零开始' already"):
        new_draft(drafter, "从零开始")


def test_what_was_drawn_is_there_after_the_workspace_is_opened_again(drafter: Caller, drawing: Drawing) -> None:
    taken = take_gestures(drafter, drawing, message(drawing, {"cells": [3], "to": "02"}))
    again = open_workspace(Path(drafter.store.location))
    assert again.store.plan(drawing.plan.header.id) == taken.plan
