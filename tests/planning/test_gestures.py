"""Messages of the editor on the small town: beat 1 has a b d, beat 2 c f i, beat 3 e g h; cells count from 0 in that order."""

import json
import math
from dataclasses import replace
from typing import Any

import pytest

from layers.definition.refusal import Refusal
from planning.gestures import KINDS, Gesture, applied, read_message, replayed
from planning.plan import Beat, Plan
from tests.planning.small_town import CODES, plan

BEATS = [vars(beat) for beat in plan().beats]


def gesture(**changed: Any) -> dict[str, Any]:
    """Cells a and b to beat 3, unless told otherwise."""
    return {"n": 1, "kind": "brush", "cells": [0, 1], "to": "3"} | changed


def message(*gestures: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """A message as the editor sends it."""
    return {"plan": plan().header.id, "digest": "d", "revision": 0, "gestures": list(gestures)} | changed


def after(*gestures: dict[str, Any], start: Plan | None = None) -> Plan:
    """The plan after them, by way of JSON."""
    return replayed(start or plan(), read_message(json.dumps(message(*gestures)), CODES))


def locked(code: str, start: Plan | None = None) -> Plan:
    """The plan with a beat locked."""
    start = start or plan()
    return replace(start, beats=tuple(replace(beat, locked=beat.locked or beat.code == code) for beat in start.beats))


def rows(*codes: str, **changed: Any) -> list[dict[str, Any]]:
    """These beats, changed alike."""
    return [row | changed for row in BEATS if row["code"] in codes]


# refuses: what is malformed


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "{",
        "null",
        b"\xff\xfe",
        {},
        message() | {"more": 1},
        message(plan=7),
        message(plan=""),
        message(revision=-1),
        message(revision=True),
        message(revision=1.0),
        message(gestures={}),
        message(7),
        message(gesture(kind="drag")),
        message(gesture(kind=None)),
        message(gesture(kind=["brush"])),
        message(gesture(n="1")),
        message(gesture(n=True)),
        message(gesture(n=2**53)),
        message(gesture(cells=[9])),
        message(gesture(cells=[-1])),
        message(gesture(cells=[0, 0])),
        message(gesture(cells=[True])),
        message(gesture(cells=[1.0])),
        message(gesture(cells=["a"])),
        message(gesture(cells="ab")),
        message(gesture(cells=[*range(9), 0])),
        message(gesture(to=["3"])),
        message(gesture(to=["3", 3])),
        message(gesture(to=3)),
        message(gesture(to="")),
        message(gesture(to={"a": "3"})),
        message(gesture(extra=None)),
        message({"n": 1, "kind": "brush", "cells": []}),
        message(gesture(), gesture()),
        message(gesture(), gesture(n=3)),
        message(gesture(kind="redo", beats=None)),
        message(gesture(kind="redo", beats=[{"code": "1"}])),
        message(gesture(kind="redo", beats=BEATS + BEATS[:1])),
        message(gesture(kind="redo", beats=rows("1", code=" 1"))),
        message(gesture(kind="redo", beats=rows("1", code="1" * 41))),
        message(gesture(kind="redo", beats=rows("1", name="长" * 101))),
        message(gesture(kind="redo", beats=rows("1", name="a\nb"))),
        message(gesture(kind="redo", beats=rows("1", name="a\u202eb"))),
        message(gesture(kind="redo", beats=rows("1", name="a\ud800"))),
        message(gesture(kind="redo", beats=rows("1", name_en=None))),
        message(gesture(kind="redo", beats=rows("1", lead=""))),
        message(gesture(kind="redo", beats=rows("1", colour="red"))),
        message(gesture(kind="redo", beats=rows("1", colour="#FFFFFF"))),
        message(gesture(kind="redo", beats=rows("1", colour="#12345\n"))),
        message(gesture(kind="redo", beats=rows("1", locked=1))),
        message(gesture(kind="redo", beats=[{**BEATS[0], "code": f"b{i}"} for i in range(1001)])),
        message(gesture(kind="redo", renamed=["1"])),
        message(gesture(kind="redo", renamed={"1": 2})),
        message(gesture(kind="redo", locked_cells=[0])),
        message(gesture(kind="redo", locked_cells={"cells": [0], "locked": "yes"})),
        message(gesture(kind="redo", locked_cells={"cells": [0, 0], "locked": True})),
        message(gesture(beats=BEATS)),
        message(gesture(renamed={})),
        message(gesture(n=math.nan)),
        message(gesture(cells={0})),
        '{"plan": "p", "digest": "d", "revision": NaN, "gestures": []}',
        "[" * 100_000,
    ],
)
def test_what_is_malformed_is_refused_in_both_languages(value):
    with pytest.raises(Refusal) as refusal:
        read_message(value, CODES)
    assert refusal.value.text.zh and refusal.value.text.en and refusal.value.what_next


def test_too_much_is_refused_with_the_number():
    with pytest.raises(Refusal, match=r"too large \(\d+ bytes, at most 100\)"):
        read_message(message(*[gesture(n=n) for n in range(20)]), CODES, max_bytes=100)
    with pytest.raises(Refusal, match=r"too many gestures \(20, at most 3\)"):
        read_message(message(*[gesture(n=n) for n in range(20)]), CODES, max_gestures=3)


def test_a_message_on_other_cells_or_for_another_plan_is_refused():
    with pytest.raises(Refusal, match="cells have changed"):
        read_message(message(), CODES, digest="e")
    with pytest.raises(Refusal, match="another plan"):
        replayed(plan(), read_message(message(plan="q"), CODES))


# refuses: what is forged


@pytest.mark.parametrize(
    ("start", "forged"),
    [
        (locked("1"), gesture()),
        (locked("3"), gesture()),
        (locked("1"), gesture(kind="erase", to=None)),
        (replace(plan(), locked_cells=frozenset("b")), gesture()),
        (plan(), gesture(to="9")),
        (plan(), gesture(to=["3", "9"])),
        (locked("1"), gesture(kind="undo", beats=BEATS)),
        (locked("1"), gesture(kind="renumber", beats=BEATS, renamed={"1": "7"})),
        (plan(), gesture(kind="redo", beats=rows("1", "2") + rows("3", locked=True))),
        (locked("1"), gesture(kind="delete", cells=[], to=None, beats=rows("2", "3"))),
        (plan(), gesture(kind="delete", to=None, beats=rows("2", "3"))),
        (plan(), gesture(kind="delete", cells=[0, 1, 3], to="1", beats=rows("2", "3"))),
        (plan(), gesture(kind="renumber", cells=[], to=None, renamed={"1": "2"}, beats=BEATS)),
        (plan(), gesture(kind="renumber", cells=[], to=None, renamed={"9": "8"}, beats=BEATS)),
        (plan(), gesture(kind="renumber", cells=[], to=None, renamed={"1": "8"})),
        (replace(plan(), locked_cells=frozenset("b")), gesture(kind="undo", locked_cells={"cells": [1], "locked": False})),
        (plan(), gesture(kind="undo", locked_cells={"cells": [1], "locked": True})),
    ],
)
def test_what_goes_past_a_lock_or_names_a_stranger_is_refused_and_said(start, forged):
    with pytest.raises(Refusal, match=r"Step 1 \(.*\) is refused: .*first: "):
        after(forged, start=start)


def test_a_cell_that_the_plan_lacks_is_refused():
    with pytest.raises(Refusal, match=r"does not have these cells \(1, first: x\)"):
        applied(plan(), Gesture(1, "brush", ("x",), ("1",)))


def test_nothing_is_kept_of_a_message_whose_second_step_is_refused():
    start = plan()
    with pytest.raises(Refusal, match="Step 2"):
        after(gesture(), gesture(n=2, to="9"), start=start)
    assert start == plan()


# returns


def test_cells_go_to_their_beats_one_for_all_or_each():
    assert after(gesture()).beat_of["a"] == "3"
    mixed = after(gesture(kind="proposal", cells=[0, 2, 4], to=["2", None, "1"]))
    assert [mixed.beat_of[cell] for cell in "abce"] == ["2", "1", None, "1"]


def test_gestures_follow_one_another_and_the_header_stays():
    new = after(gesture(), gesture(n=2, kind="undo", to="1"), gesture(n=3, cells=[8], to=None))
    assert new.beat_of == {**plan().beat_of, "i": None} and new.header == plan().header


def test_numbers_are_swapped_all_at_once():
    swapped = [{**BEATS[0], "code": "2"}, {**BEATS[1], "code": "1"}, BEATS[2]]
    new = after(gesture(kind="renumber", cells=[], to=None, renamed={"1": "2", "2": "1"}, beats=swapped))
    assert new.cells_of("2") == ("a", "b", "d") and new.cells_of("1") == ("c", "f", "i")
    assert new.beat("2").name == plan().beat("1").name


def test_a_beat_is_merged_and_comes_back_with_its_cells():
    gone = after(gesture(kind="merge", cells=[0, 1, 3], to="3", beats=rows("2", "3")))
    assert gone.cells_of("3") == ("a", "b", "d", "e", "g", "h") and len(gone.beats) == 2
    assert after(gesture(kind="undo", cells=[0, 1, 3], to="1", beats=BEATS), start=gone) == plan()


def test_locks_are_set_and_keep_words_and_numbers_free():
    new = after(gesture(kind="lock_cells", cells=[], to=None, locked_cells={"cells": [0, 1], "locked": True}))
    assert new.locked_cells == {"a", "b"}
    assert after(gesture(kind="unlock_cells", cells=[], to=None, locked_cells={"cells": [0], "locked": False}), start=new).locked_cells == {
        "b"
    }
    named = after(gesture(kind="rename", cells=[], to=None, beats=rows("1", name="新名", locked=True) + rows("2", "3")), start=locked("1"))
    assert named.beat("1") == replace(locked("1").beat("1"), name="新名")


def test_names_stay_as_typed():
    typed = "<b>O'Brien & 子</b> 👮 "
    new = after(gesture(kind="rename", cells=[], to=None, beats=rows("1", name=typed) + rows("2", "3")))
    assert new.beat("1").name == typed


def test_text_and_parsed_messages_read_the_same():
    value = message(gesture(kind="redo", beats=BEATS, locked_cells={"cells": [8], "locked": True}))
    read = read_message(value, CODES, "d")
    assert read == read_message(json.dumps(value), CODES) == read_message(json.dumps(value).encode(), CODES)
    assert read.gestures[0].cells == ("a", "b") and read.gestures[0].to == ("3", "3")
    assert read.gestures[0].beats == tuple(Beat(**row) for row in BEATS) and read.gestures[0].locked_cells == ("i",)


def test_every_kind_has_words_in_both_languages():
    assert all(text.zh and text.en for text in KINDS.values())
