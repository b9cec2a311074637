"""Many processes, and processes killed at any moment: nothing acknowledged is lost, nothing is there by half."""

import multiprocessing
import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from layers import LAYERS
from layers.definition.refusal import Refusal
from planning.plan import Beat
from storage.open_store import create_store, open_store
from storage.store import Overtaken
from tests.storage import drawn_town
from tests.storage.drawn_town import CELL_CODES

FORK = multiprocessing.get_context("fork")  # no store is open in this process when a child starts, so no lock is shared
WRITERS, SAVES = 8, 6
KILLS = 20
NAMES = ("小镇", "新镇")


def _save_many(path: Path, writer: int, acknowledged: int) -> None:
    store = open_store(path, LAYERS, busy_timeout_s=60)
    for turn in range(SAVES):
        while True:
            with suppress(Overtaken):
                saved = store.save_plan(store.plan("p1").with_cells([CELL_CODES[writer]], "AB"[turn % 2]), f"w{writer}")
                os.write(acknowledged, saved.header.revision.to_bytes(4))
                break


def _save_for_ever(path: Path, acknowledged: int) -> None:
    store = open_store(path, LAYERS)
    plan = store.plan("p1")
    while True:
        plan = store.save_plan(plan.with_cells(CELL_CODES[:3] if plan.header.revision % 2 else CELL_CODES[3:], "A"), "w")
        os.write(acknowledged, plan.header.revision.to_bytes(4))


def _create_for_ever(path: Path) -> None:
    for turn in range(10_000):
        create_store(path, LAYERS, drawn_town.contents(NAMES[turn % 2]), by="w", replace=True).close()


def _numbers(pipe: int) -> list[int]:
    data = b""
    while part := os.read(pipe, 65536):
        data += part
    os.close(pipe)
    return [int.from_bytes(data[i : i + 4]) for i in range(0, len(data), 4)]


def _killed(target: Callable[..., None], args: tuple[object, ...], after_s: float, first_from: int | None = None) -> None:
    """Start it and kill it so long after it began; with a pipe, so long after it acknowledged its first save there."""
    process = FORK.Process(target=target, args=args)
    process.start()
    if first_from is not None:
        assert len(os.read(first_from, 4)) == 4
    time.sleep(after_s)
    assert process.is_alive(), "it ended by itself"
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()


def _integrity(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])


def test_eight_processes_save_one_plan_and_every_acknowledged_save_is_there(town_file: Path) -> None:
    reading, writing = os.pipe()
    writers = [FORK.Process(target=_save_many, args=(town_file, number, writing)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    os.close(writing)
    acknowledged = _numbers(reading)
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    assert sorted(acknowledged) == list(range(2, 2 + WRITERS * SAVES))
    store = open_store(town_file, LAYERS)
    check = store.verify_audit()  # the lines are contiguous, and replayed they give the plan
    assert check.ok and check.lines == 2 + WRITERS * SAVES and store.plan("p1").header.revision == 1 + WRITERS * SAVES
    assert all(store.plan("p1").beat_of[CELL_CODES[number]] == "B" for number in range(WRITERS))
    store.close()


def test_a_process_killed_while_saving_loses_no_acknowledged_save_and_leaves_no_half(town_file: Path) -> None:
    chance = random.Random(1)
    for _ in range(KILLS):
        reading, writing = os.pipe()
        _killed(_save_for_ever, (town_file, writing), after_s=chance.uniform(0.0, 0.2), first_from=reading)
        os.close(writing)
        acknowledged = _numbers(reading)
        store = open_store(town_file, LAYERS)
        revision = store.plan("p1").header.revision
        assert not acknowledged or revision - acknowledged[-1] in (0, 1)  # one may be saved and not yet acknowledged
        assert store.verify_audit().ok
        store.close()
        assert _integrity(town_file) == "ok"
    assert revision > KILLS


def test_a_process_killed_while_making_leaves_the_old_workspace_or_the_new_one(tmp_path: Path) -> None:
    chance, path, seen = random.Random(2), tmp_path / "town.gpkg", set()
    for kills in range(20 * KILLS):
        if kills >= KILLS and set(NAMES) <= seen:  # a loaded machine needs more time until both were made
            break
        _killed(_create_for_ever, (path,), after_s=chance.uniform(0.02, 0.4) * (1 + kills // KILLS))
        if not path.exists():
            seen.add("nothing")
            continue
        store = open_store(path, LAYERS)
        seen.add(store.town().name)
        assert (store.count("grid_cells"), store.count("incidents"), store.plan("p1").header.revision) == (9, 4, 1)
        assert store.verify_audit().ok
        store.close()
        assert _integrity(path) == "ok"
    assert set(NAMES) <= seen


def _die_at_statement(path: Path, number: int, act: Callable[[Path], Callable[[], object]]) -> None:
    """Prepare, then act and be killed right after so many statements; return when there are fewer."""
    ready, seen = act(path), count(1)

    def executed(*_: object) -> None:
        if next(seen) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "after_cursor_execute", executed)
    ready()


def _one_save(path: Path) -> Callable[[], object]:
    store = open_store(path, LAYERS)
    plan = store.plan("p1")
    split = {cell: beat for cell, beat in plan.beat_of.items() if cell != "c5"} | {"c1": "C", "c5a": "B", "c5b": "C"}
    changed = replace(plan, beats=(*plan.beats, Beat("C", "丙", "C")), beat_of=split)
    return lambda: store.save_plan(changed, "w")


def _one_create(path: Path) -> Callable[[], object]:
    return lambda: create_store(path, LAYERS, drawn_town.contents("新镇"), by="w", replace=True)


def _one_replacement(path: Path, before: bool) -> None:
    real = os.replace

    def replace_and_die(*places: Path) -> None:
        if not before:
            real(*places)
        os.kill(os.getpid(), signal.SIGKILL)

    os.replace = replace_and_die  # type: ignore[assignment]
    _one_create(path)()


def _exit_of(target: Callable[..., None], *args: object) -> int | None:
    process = FORK.Process(target=target, args=args)
    process.start()
    process.join()
    return process.exitcode


OLD = ("小镇", 1, 2, 9)


@pytest.mark.parametrize(
    ("act", "step", "at_least", "new"), [(_one_save, 1, 8, ("小镇", 2, 3, 9)), (_one_create, 12, 100, ("新镇", 1, 2, 9))]
)
def test_killed_after_any_statement_the_state_is_the_old_one_until_it_is_the_new(
    town_file: Path, act: Callable[[Path], Callable[[], object]], step: int, at_least: int, new: tuple[str, int, int, int]
) -> None:
    for number in count(1, step):
        ended = _exit_of(_die_at_statement, town_file, number, act)
        store = open_store(town_file, LAYERS)
        plan = store.plan("p1")
        state = store.town().name, plan.header.revision, len(plan.beats), store.count("grid_cells")
        assert store.verify_audit().ok and _integrity(town_file) == "ok"
        store.close()
        if state != OLD:
            break
        assert ended == -signal.SIGKILL
    assert number > at_least and state == new


@pytest.mark.parametrize(("before", "name"), [(True, "小镇"), (False, "新镇")])
def test_killed_at_the_moment_of_replacement_the_old_or_the_new_one_is_whole(town_file: Path, before: bool, name: str) -> None:
    assert _exit_of(_one_replacement, town_file, before) == -signal.SIGKILL
    store = open_store(town_file, LAYERS)
    assert store.town().name == name and store.count("grid_cells") == 9 and store.verify_audit().ok
    store.close()
    assert _integrity(town_file) == "ok"


def test_what_killed_makers_left_behind_is_cleared_away_later(tmp_path: Path) -> None:
    old, young = tmp_path / ".town.gpkg.0.part", tmp_path / ".town.gpkg.1.part"
    for part in (old, young):
        part.write_bytes(b"half")
    os.utime(old, (0, 0))
    create_store(tmp_path / "town.gpkg", LAYERS, drawn_town.contents(), by="tests").close()
    assert not old.exists() and young.exists()


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_disk_that_fails_while_making_leaves_the_old_workspace(town_file: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, broken)
    with pytest.raises(Refusal, match="can't be written: No space left on device"):
        create_store(town_file, LAYERS, drawn_town.contents("新镇"), by="tests", replace=True)
    monkeypatch.undo()
    store = open_store(town_file, LAYERS)
    assert store.town().name == "小镇" and [path.name for path in town_file.parent.iterdir()] == ["file.gpkg"]
    store.close()
