"""Random edits of a plan by a process that is killed at any moment: a whole plan is there again, and it is one that was meant.

The child draws its edits from a seed, so this process knows every plan that it could have saved, revision by revision.
"""

import os
import random
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from layers import LAYERS
from planning.plan import Beat, Plan
from storage.open_store import open_store
from storage.store import Store
from tests.storage.drawn_town import AT
from tests.storage.test_killed import FORK

EDITS = 12


def edits(plan: Plan, seed: int) -> Iterator[Plan]:
    """A plan after each of a row of random edits; each needs the one before saved, as only its content is told."""
    chance = random.Random(seed)
    for number in range(EDITS):
        plan = _edited(plan, chance, number)
        yield plan


def _edited(plan: Plan, chance: random.Random, number: int) -> Plan:
    cells = list(plan.beat_of)
    some = chance.sample(cells, chance.randint(1, len(cells)))
    kind = chance.randrange(6)
    if kind == 0:
        return plan.with_cells(some, chance.choice([None, *(beat.code for beat in plan.beats)]))
    if kind == 1:
        return replace(plan, beats=(Beat(f"N{number}", "新", "New", colour="#00ff00"), *plan.beats)).with_cells(some, f"N{number}")
    if kind == 2:
        return replace(plan, locked_cells=frozenset(some))
    if kind == 3:
        first, *others = plan.beats
        return replace(plan, beats=(*others, replace(first, locked=not first.locked, name=f"名{number}", lead=chance.choice([None, "S1"]))))
    if kind == 4 and len(plan.beats) > 1:
        gone = plan.beats[-1].code
        return replace(plan.with_cells(plan.cells_of(gone), None), beats=plan.beats[:-1])
    cell, *_ = some
    halves = {f"{cell}x": plan.beat_of[cell], f"{cell}y": None}
    beat_of = {code: beat for code, beat in plan.beat_of.items() if code != cell} | halves
    return replace(plan, beat_of=beat_of, locked_cells=plan.locked_cells - {cell})


def _save_and_die(path: Path, seed: int, statement: int, acknowledged: int) -> None:
    store = open_store(path, LAYERS)
    plan, seen = store.plan("p1"), count(1)

    def executed(*_: object) -> None:
        if next(seen) == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "after_cursor_execute", executed)
    for edited in edits(plan, seed):
        plan = store.save_plan(replace(edited, header=plan.header), "w", AT)
        os.write(acknowledged, plan.header.revision.to_bytes(4))
    os._exit(0)


def _content(plan: Plan) -> tuple[tuple[Beat, ...], dict[str, str | None], frozenset[str]]:
    return plan.beats, dict(plan.beat_of), plan.locked_cells


def _check(store: Store, meant: list[Plan], acknowledged: int) -> None:
    revision = store.plan("p1").header.revision
    assert revision - acknowledged in (0, 1)  # one may be saved and not yet acknowledged
    assert store.verify_audit().ok and [save.revision for save in store.plan_history("p1")] == list(range(1, revision + 1))
    assert _content(store.plan("p1")) == _content(meant[revision - 1])
    for number in range(1, revision + 1):
        assert _content(store.plan_at("p1", number)) == _content(meant[number - 1])


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), statement=st.integers(1, 120))
def test_killed_at_any_statement_of_any_edits_the_plan_is_whole(
    drawn_file: Path, tmp_path_factory: pytest.TempPathFactory, seed: int, statement: int
) -> None:
    path = tmp_path_factory.mktemp("killed") / "town.gpkg"
    path.write_bytes(drawn_file.read_bytes())
    reading, writing = os.pipe()
    process = FORK.Process(target=_save_and_die, args=(path, seed, statement, writing))
    process.start()
    os.close(writing)
    process.join()
    told = os.read(reading, 65536)
    os.close(reading)
    assert process.exitcode in (0, -signal.SIGKILL)
    store = open_store(path, LAYERS)
    first = store.plan_at("p1", 1)
    _check(store, [first, *edits(first, seed)], int.from_bytes(told[-4:]) if told else 1)
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


@pytest.mark.parametrize("seed", range(6))
def test_random_edits_come_back_each_at_its_revision(store: Store, seed: int) -> None:
    plan = store.plan("p1")
    meant = [plan]
    for edited in edits(plan, seed):
        plan = store.save_plan(replace(edited, header=plan.header), "w", AT)
        meant.append(edited)
    _check(store, meant, 1 + EDITS)
