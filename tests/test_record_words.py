"""The record is read by people: each action and detail that the program writes has words in both languages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from screens.wording import record as words
from tests.conftest import REPOSITORY

WRITERS = {"note": 0, "record": 1, "append": 4}
"""Function that writes a line -> which of its arguments names the action."""
ROOMS = ("actions", "storage", "screens", "commands")


def written(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Actions that a file names to the record, with the names of details given as keywords."""
    for call in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in WRITERS:
            place = WRITERS[call.func.attr]
            if call.func.attr == "append" and (getattr(call.func.value, "id", "") != "audit" or len(call.args) <= place):
                continue
            for named in ast.walk(call.args[place]) if len(call.args) > place else ():
                if isinstance(named, ast.Constant) and isinstance(named.value, str):
                    yield named.value, tuple(keyword.arg for keyword in call.keywords if keyword.arg)


FOUND = [found for room in ROOMS for path in sorted((REPOSITORY / room).rglob("*.py")) for found in written(path)]


def test_the_search_above_finds_what_is_known_to_be_written():
    assert {"see_area", "save_plan", "record_duty", "undo_duty", "act_as"} <= {action for action, _ in FOUND}
    assert len(FOUND) > 45


@pytest.mark.parametrize("action", sorted({action for action, _ in FOUND}))
def test_an_action_has_words(action: str):
    assert action in words.ACTIONS


@pytest.mark.parametrize("detail", sorted({name for action, names in FOUND for name in names if action in words.ACTIONS}))
def test_a_detail_has_words(detail: str):
    assert detail in words.DETAILS
