"""An import, or its undoing, killed at any of its steps: the workspace is as before or as after, never a part of it."""

import multiprocessing
import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from layers import LAYERS
from storage import import_ledger, kept_rows, row_parts
from storage.open_store import open_store
from storage.store import Store, TakenImport
from tests.storage.drawn_town import AT, incidents

FORK = multiprocessing.get_context("fork")  # no store is open in this process when a child starts, so no lock is shared
NEVER, AT_COMMIT = -1, -2
MOST_CHECKS = 10  # statements of the short transaction before the long one
STEPS = {"file": (2, 40), "postgis": (9, 5)}  # every which statement kills; how many kills that must give at least


def _import(store: Store) -> None:
    """Two tables of rows in place of the four that are there, and the plan's cell c7 in beat A, in parts of two rows."""
    import_ledger.PART_ROWS = kept_rows.PART_ROWS = row_parts.PART_ROWS = 2
    tables = (incidents(2 * stop).tail(10).assign(code=[f"n{stop}_{i}" for i in range(10)]) for stop in (10, 20))
    plan = store.plan("p1").with_cells(["c7"], "A")
    store.take_import(TakenImport("incidents", "Li", "a.csv", "", rows=tables, plans=(plan,), at=AT))


def _undo(store: Store) -> None:
    import_ledger.PART_ROWS = kept_rows.PART_ROWS = row_parts.PART_ROWS = 2
    store.undo_import(store.imports()[0].id, "Li", AT)


def _tiny_cache(connection: Connection) -> None:
    """As with millions of rows, changed pages go into the file long before the commit, and must come out again."""
    connection.connection.cursor().execute("PRAGMA cache_size = 1")


def _die_after(location: str | Path, act: Callable[[Store], None], number: int) -> None:
    """Act, and be killed right after so many statements, or when all are done and the transaction is to be committed."""
    store, seen = open_store(location, LAYERS), count(1)
    if isinstance(location, Path):
        event.listen(Engine, "engine_connect", _tiny_cache)

    def executed(*_: object) -> None:
        if next(seen) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def committing(connection: Connection) -> None:
        if number == AT_COMMIT and connection.get_execution_options().get("writing") and next(seen) > MOST_CHECKS:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "after_cursor_execute", executed)
    event.listen(Engine, "commit", committing)
    act(store)
    os._exit(0)  # the store is not closed: what is acknowledged is there without


def _ends_well(location: str | Path, act: Callable[[Store], None], number: int) -> bool:
    """Did it come to its end, or was it killed?"""
    process = FORK.Process(target=_die_after, args=(location, act, number))
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode == 0


def _state(location: str | Path) -> tuple[Any, ...]:
    store = open_store(location, LAYERS)
    try:
        assert store.verify_audit().ok
        line = store.imports()[0] if store.imports() else None
        frame, plan = store.read_layer("incidents"), store.plan("p1")
        ledger = None if line is None else (line.rows, line.plans, line.undone_by)
        parts = _parts(store)
        return tuple(frame["code"]), plan.beat_of["c7"], plan.header.revision, len(store.audit_lines()), ledger, parts
    finally:
        store.close()


def _parts(store: Store) -> int:
    with store._reading.begin() as connection:
        return len(connection.exec_driver_sql("SELECT part FROM import_before").all())


OLD = tuple(f"i{i}" for i in range(4))
NEW = tuple(f"n{stop}_{i}" for stop in (10, 20) for i in range(10))
BEFORE = (OLD, None, 1, 2, None, 0)
TAKEN = (NEW, "A", 2, 4, (20, ("p1",), None), 2)
UNDONE = (OLD, None, 3, 6, (20, ("p1",), "Li"), 0)


def test_an_import_killed_at_any_step_is_not_there_and_its_undoing_neither(location: str | Path) -> None:
    step, at_least = STEPS["file" if isinstance(location, Path) else "postgis"]
    killed = 0
    for act, old, new in ((_import, BEFORE, TAKEN), (_undo, TAKEN, UNDONE)):
        for number in count(1, step):
            if _ends_well(location, act, number):
                break
            assert _state(location) == old
            killed += 1
        assert _state(location) == new  # and nothing that the killed left behind was in its way
    assert killed >= at_least
    if isinstance(location, Path):
        with closing(sqlite3.connect(location)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert [path.name for path in location.parent.iterdir()] == [location.name]


@pytest.mark.parametrize(("act", "old", "new"), [(_import, BEFORE, TAKEN), (_undo, TAKEN, UNDONE)])
def test_killed_just_before_or_just_after_the_commit_it_is_not_there_or_there(
    town_file: Path, act: Callable[[Store], None], old: tuple[Any, ...], new: tuple[Any, ...]
) -> None:
    if act is _undo:
        assert _ends_well(town_file, _import, NEVER)
    assert not _ends_well(town_file, act, AT_COMMIT)
    assert _state(town_file) == old
    assert _ends_well(town_file, act, NEVER)
    assert _state(town_file) == new
