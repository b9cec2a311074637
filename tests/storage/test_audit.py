"""The audit: lines are only added, a changed or missing line shows, and it gives every plan back from nothing."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from layers import LAYERS
from planning.plan import Beat
from storage import plan_tables
from storage.open_store import open_store
from storage.schema import build_schema
from storage.store import Store
from tests.storage.drawn_town import AT, plan


def _edit(store: Store) -> None:
    """Five saves of all sorts: cells moved, a beat added, one dropped with its cells, a cell split, a second plan."""
    kept = store.save_plan(store.plan("p1").with_cells(["c7"], "A"), "Li", AT)
    kept = store.save_plan(replace(kept, beats=(*kept.beats, Beat("C", "丙", "C"))).with_cells(["c8", "c9"], "C"), "Li", AT)
    kept = replace(kept.with_cells(["c1", "c2", "c3", "c7"], None), beats=kept.beats[:1] + kept.beats[2:])
    kept = store.save_plan(kept, "Wang", AT)
    split = {cell: beat for cell, beat in kept.beat_of.items() if cell != "c5"} | {"c5a": "B", "c5b": "C"}
    store.save_plan(replace(kept, beat_of=split), "Wang", AT, "new road")
    store.save_plan(plan("p22"), "Li", AT)


def _sql(store: Store, statement: str) -> None:
    """Change the tables behind the store's back."""
    with store._writing.begin() as connection:
        connection.execute(text(statement))


def test_lines_come_newest_first_and_hold_what_was_recorded(store: Store) -> None:
    store.record("Li", "log_in", "", {"from": "控制台"}, "refused", AT)
    store.record("Li", "export", "incidents")
    newest, before = store.audit_lines(2)
    assert (newest.action, newest.result, newest.detail) == ("export", "done", {}) and newest.at
    assert (before.who, before.action, before.detail, before.result, before.at) == ("Li", "log_in", {"from": "控制台"}, "refused", AT)
    assert newest.id == before.id + 1 and newest.previous_hash == before.hash


def test_replaying_the_audit_from_nothing_gives_every_plan(store: Store) -> None:
    _edit(store)
    with store._reading.begin() as connection:
        for header in store.plan_headers():
            kept = store.plan(header.id)
            assert plan_tables.replayed(connection, build_schema(LAYERS), header.id) == (kept.beats, dict(kept.beat_of))
    assert store.verify_audit().ok and store.plan("p1").header.revision == 5


def test_an_untouched_audit_is_whole(store: Store) -> None:
    check = store.verify_audit()
    assert check.ok and check.lines == 2 and check.last_hash == store.audit_lines(1)[0].hash and "2" in check.text.en


def test_the_hash_is_that_of_the_line_written_as_sorted_json(store: Store) -> None:
    store.record("李", "look", "x", {"n": 1}, "done", AT)
    line = store.audit_lines(1)[0]
    written = (
        f'{{"action":"look","at":"{AT}","detail":"{{\\"n\\":1}}","id":3,"plan_id":null,"previous_hash":"{line.previous_hash}",'
        f'"result":"done","revision":null,"subject":"x","who":"李"}}'
    )
    assert sha256(written.encode()).hexdigest() == line.hash


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("UPDATE audit SET who = 'Zhang' WHERE id = 4", 4),
        ("UPDATE audit SET detail = replace(detail, 'Plan one', 'Plan two') WHERE id = 3", 3),
        ("UPDATE audit SET at = '2020-01-01' WHERE id = 1", 1),
        ("DELETE FROM audit WHERE id = 5", 6),
        ("UPDATE audit SET id = 99 WHERE id = 5", 6),
        ("UPDATE audit SET hash = previous_hash WHERE id = 2", 2),
    ],
)
def test_a_changed_or_missing_line_is_found(store: Store, statement: str, line: int) -> None:
    _edit(store)
    _sql(store, statement)
    check = store.verify_audit()
    assert check.broken_at == line and not check.ok and str(line) in check.text.zh


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE plan_cells SET beat = 'A' WHERE plan_id = 'p22' AND cell_code = 'c9'",
        "DELETE FROM plan_cells WHERE plan_id = 'p22' AND cell_code = 'c1'",
        "UPDATE plan_beats SET lead = 'S2' WHERE plan_id = 'p22' AND code = 'A'",
        "UPDATE plans SET revision = 7 WHERE id = 'p22'",
        "DELETE FROM audit WHERE id = 7",
    ],
)
def test_a_plan_changed_behind_the_store_is_found(store: Store, statement: str) -> None:
    _edit(store)
    _sql(store, statement)
    check = store.verify_audit()
    assert not check.ok and check.strayed_plans == ("p22",) and "p22" in check.text.zh


def test_a_save_that_fails_in_the_middle_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    before, lines = store.plan("p1"), store.audit_lines()

    def broken(connection: Connection, *_: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(plan_tables, "count_up", broken)  # the last step of a save
    with pytest.raises(OSError, match="gone"):
        store.save_plan(before.with_cells(["c7"], "A"), "Li")
    assert store.plan("p1") == before and store.audit_lines() == lines


def test_a_snapshot_keeps_the_audit_whole(store: Store, tmp_path: Path) -> None:
    _edit(store)
    store.snapshot(tmp_path / "copy.gpkg")
    copy = open_store(tmp_path / "copy.gpkg", LAYERS)
    assert copy.verify_audit() == store.verify_audit() and copy.plan("p1") == store.plan("p1")
    copy.close()
