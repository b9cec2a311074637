"""The audit: lines are only added, a changed or missing line shows, and it gives every plan back from nothing."""

import re
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text

from layers import LAYERS
from planning.plan import Beat
from storage import audit, plan_tables
from storage.open_store import open_store
from storage.schema import build_schema
from storage.store import AuditLine, Store
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


def test_lines_are_asked_for_by_page_person_and_action(store: Store) -> None:
    for number in range(6):
        store.record("Li" if number % 2 else "Wang", "export" if number < 4 else "log_in", str(number))
    assert [line.id for line in store.audit_lines(3)] == [8, 7, 6] and [line.id for line in store.audit_lines(3, before=6)] == [5, 4, 3]
    assert [line.subject for line in store.audit_lines(who="Li", action="export")] == ["3", "1"]
    assert [line.subject for line in store.audit_lines(1, before=6, who="Wang")] == ["2"] and store.audit_lines(who="Zhang") == ()


def test_the_whole_audit_is_read_for_export_a_page_at_a_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_PAGE", 2)
    store.record("=1+1", "export", "incidents", {"why": "表"}, at=AT)
    _edit(store)
    rows = list(store.audit_csv_rows())
    assert rows[0] == tuple(AuditLine.__dataclass_fields__) and [row[0] for row in rows[1:]] == [str(n) for n in range(1, 9)]
    assert rows[3] == ("3", AT, "=1+1", "export", "incidents", '{"why":"表"}', "done", "", "", rows[2][-1], rows[3][-1])
    assert rows[-1][-1] == store.verify_audit().last_hash


def test_no_statement_of_the_storage_room_changes_or_removes_a_line() -> None:
    written = "\n".join(path.read_text(encoding="utf-8") for path in Path(audit.__file__).parent.glob("*.py"))
    assert not re.search(r"(?i)(update|delete from|drop table|alter table)\s+audit", written)
    source = Path(audit.__file__).read_text(encoding="utf-8")
    assert ".update()" not in source and ".delete()" not in source and source.count(".insert()") == 1


def test_replaying_the_audit_from_nothing_gives_every_plan(store: Store) -> None:
    _edit(store)
    with store._reading.begin() as connection:
        for header in store.plan_headers():
            kept = store.plan(header.id)
            assert plan_tables.replayed(connection, build_schema(LAYERS), header.id) == (kept.beats, dict(kept.beat_of), kept.locked_cells)
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


def test_whatever_is_done_the_statements_that_reach_the_audit_only_add(store: Store) -> None:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if re.search(r"\baudit\b", statement) and not statement.lstrip().upper().startswith("SELECT"):
            seen.append(statement.split()[0].upper())

    event.listen(store._reading, "before_cursor_execute", note)
    _edit(store)
    user = store.add_user("li", "Li", by="chief")
    store.disable_user(user.id, by="chief")
    store.set_setting("a", 1, by="chief")
    assert set(seen) == {"INSERT"} and len(seen) == 8
