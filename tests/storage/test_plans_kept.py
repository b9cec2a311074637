"""Plans: whole saves or none, nobody overwrites anybody, and the audit alone gives the state back.

The drawn plan p1: A has c1 to c3, B has c4 to c6, c7 to c9 are unassigned.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Thread

import pytest

from layers import LAYERS
from layers.definition.refusal import Refusal
from planning.plan import Beat
from storage.open_store import create_store, open_store
from storage.store import Overtaken, Store
from tests.storage import drawn_town
from tests.storage.drawn_town import AT, CELL_CODES, plan, put_in_force


@pytest.fixture
def second(store: Store, location: str | Path) -> Iterator[Store]:
    """The same workspace, opened once more."""
    opened = open_store(location, LAYERS)
    yield opened
    opened.close()


def test_a_plan_comes_back_as_it_was_saved_with_its_beats_in_order(store: Store) -> None:
    kept = store.plan("p1")
    assert kept == replace(plan(), header=replace(plan().header, revision=1))
    assert [beat.code for beat in kept.beats] == ["B", "A"] and tuple(kept.beat_of) == CELL_CODES
    assert store.plan_headers() == (kept.header,) and store.plan_in_force() is None


def test_a_new_plan_gets_revision_one_its_time_and_its_author(store: Store) -> None:
    draft = replace(plan("p22"), header=replace(plan("p22").header, parent_id="p1", created_at="", author=""))
    saved = store.save_plan(draft, "Li", AT)
    assert (saved.header.revision, saved.header.created_at, saved.header.author) == (1, AT, "Li")
    assert store.plan("p22") == saved and [header.id for header in store.plan_headers()] == ["p1", "p22"]


def test_a_save_changes_cells_beats_and_header_together(store: Store) -> None:
    beats = (Beat("A", "甲", "A", "S2"), Beat("C", "丙", "C"))
    beat_of = {"c1": "A", "c2": "C", "c3": None, "c4": None, "c7": "C", "c10": "A"}
    changed = replace(store.plan("p1"), beats=beats, beat_of={})
    changed = replace(changed, beat_of=beat_of, header=replace(changed.header, name="新名", status="submitted"))
    saved = store.save_plan(changed, "Li", AT, "because")
    assert store.plan("p1") == saved and saved.header.revision == 2 and dict(saved.beat_of) == beat_of


def test_the_audit_line_holds_who_why_and_the_cells_that_changed(store: Store) -> None:
    store.save_plan(store.plan("p1").with_cells(["c3", "c4"], "B").with_cells(["c9"], "A"), "Li", AT, "even out")
    line = store.audit_lines(1)[0]
    assert (line.who, line.at, line.action, line.plan_id, line.revision) == ("Li", AT, "save_plan", "p1", 2)
    assert line.detail["cells"] == [["c3", "A", "B"], ["c9", None, "A"]] and line.detail["reason"] == "even out"
    assert line.detail["beats"] == [["B", "乙警务区", "Beat B", "S1"], ["A", "甲警务区", "Beat A", None]]


def test_who_comes_second_is_told_by_whom_when_and_how_many_cells_differ(store: Store, second: Store) -> None:
    mine, theirs = store.plan("p1"), second.plan("p1")
    second.save_plan(theirs.with_cells(["c7", "c8"], "A"), "Wang", AT)
    with pytest.raises(Overtaken) as overtaken:
        store.save_plan(mine.with_cells(["c8", "c9"], "A"), "Li")
    # theirs has c7 and c8 in A, mine c8 and c9: two cells differ
    assert (overtaken.value.by, overtaken.value.at, overtaken.value.revision) == ("Wang", AT, 2)
    assert overtaken.value.cells == ("c7", "c9") and "2 cells" in str(overtaken.value) and "Wang" in overtaken.value.message.zh
    assert store.plan("p1").beat_of["c9"] is None and store.plan("p1").header.revision == 2
    again = store.save_plan(store.plan("p1").with_cells(["c9"], "A"), "Li")
    assert again.header.revision == 3 and second.plan("p1") == again


def test_a_new_plan_under_a_name_that_is_taken_is_overtaken(store: Store) -> None:
    with pytest.raises(Overtaken):
        store.save_plan(plan("p1").with_cells(["c1"], None), "Li")


def test_saves_of_the_same_cells_from_two_stores_are_seen_by_both(store: Store, second: Store) -> None:
    token = second.revision("plans")
    store.save_plan(store.plan("p1").with_cells(["c7"], "A"), "Li")
    assert second.plan("p1").beat_of["c7"] == "A" and second.revision("plans") != token


@pytest.mark.parametrize("status", ["in_force", "archived"])
def test_a_plan_in_force_or_archived_can_not_be_changed(store: Store, status: str) -> None:
    kept = store.save_plan(plan("p22", status), "chief")
    changes = [
        kept.with_cells(["c1"], None),
        replace(kept, header=replace(kept.header, name="x")),
        replace(kept, header=replace(kept.header, status="draft")),
        replace(kept.with_cells(["c1"], None), header=replace(kept.header, status="archived")),
    ]
    for change in changes:
        with pytest.raises(Refusal, match="can't be changed"):
            store.save_plan(change, "Li")
    assert store.plan("p22") == kept


def test_a_plan_in_force_may_be_archived(store: Store) -> None:
    kept = store.save_plan(plan("p22", "in_force"), "chief")
    store.save_plan(replace(kept, header=replace(kept.header, status="archived")), "chief")
    assert store.plan_in_force() is None and store.plan("p22").header.status == "archived"


def test_putting_a_plan_in_force_archives_the_one_before_in_the_same_save(store: Store) -> None:
    store.save_plan(plan("p22", "in_force"), "chief")
    saved = put_in_force(store, store.plan("p1"), "2026-02-01T08:00:00", "2026-02-01")
    assert store.plan_in_force(date(2026, 2, 1)) == saved
    former = store.plan("p22")
    assert (former.header.status, former.header.revision, former.header.ended_on) == ("archived", 2, "2026-02-01")
    assert [(line.plan_id, line.revision) for line in store.audit_lines(3)] == [("p1", 3), ("p22", 2), ("p1", 2)]


def test_a_workspace_starts_with_one_plan_in_force_at_most(tmp_path: Path) -> None:
    two = drawn_town.contents(plans=(plan("p1", "in_force"), plan("p22", "in_force")))
    with pytest.raises(Refusal, match="2 plans are in force: p1, p22"):
        create_store(tmp_path / "two.gpkg", LAYERS, two, by="tests")


def test_an_unknown_plan_is_refused_naming_the_known(store: Store) -> None:
    for use in (
        lambda: store.plan("p9"),
        lambda: store.save_plan(replace(plan("p9"), header=replace(plan("p9").header, revision=3)), "Li"),
    ):
        with pytest.raises(Refusal, match="There is no plan p9"):
            use()


def test_threads_on_one_store_lose_no_save(store: Store) -> None:
    acknowledged: list[int] = []

    def edit(cell: str) -> None:
        for turn in range(6):
            while True:
                try:
                    saved = store.save_plan(store.plan("p1").with_cells([cell], "AB"[turn % 2]), cell)
                except Overtaken:
                    continue
                acknowledged.append(saved.header.revision)
                break

    threads = [Thread(target=edit, args=(cell,)) for cell in CELL_CODES[:4]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(acknowledged) == list(range(2, 26)) and store.plan("p1").header.revision == 25
    assert store.verify_audit().ok
