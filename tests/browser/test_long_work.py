"""Work in a thread of its own: one after another where it says so, stopped while it waits, its refusal handed on."""

from threading import Event

import pytest

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from screens.long_work import LongWork, Progress

ENDS_S = 10


def refuses_when_stopped(progress: Progress) -> str:
    if not progress(0.5, Text("一半", "half")):
        raise Refusal(Text("已停止。", "Stopped."))
    return "drawn"


def test_work_begins_when_the_work_before_it_has_ended() -> None:
    order, go_on = [], Event()
    first = LongWork(lambda _: (go_on.wait(ENDS_S), order.append("first")))
    second = LongWork(lambda _: order.append("second"), after=first)
    assert not first.done and not second.done and order == []
    go_on.set()
    assert second._done.wait(ENDS_S) and order == ["first", "second"]


def test_work_that_waits_can_be_stopped_and_the_work_before_goes_on() -> None:
    go_on = Event()
    first = LongWork(lambda _: go_on.wait(ENDS_S) and "first")
    second = LongWork(refuses_when_stopped, after=first)
    second.stop()
    assert second._done.wait(ENDS_S) and second.stopped and not first.done
    go_on.set()
    assert first._done.wait(ENDS_S) and first.outcome() == "first"


def test_work_after_one_that_failed_is_done_all_the_same() -> None:
    def fails(_: Progress) -> None:
        raise Refusal(Text("不行。", "No."))

    first = LongWork(fails)
    second = LongWork(refuses_when_stopped, after=first)
    assert second._done.wait(ENDS_S) and second.outcome() == "drawn"
    with pytest.raises(Refusal):
        first.outcome()
