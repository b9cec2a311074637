"""Cells split, merged or moved: rows and plans change in one transaction and are undone as one step.

The drawn plan p1: A has c1 to c3, B has c4 to c6, c7 to c9 are unassigned. Here c1 becomes c1a and c1b.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import shapely

from layers.definition.refusal import Refusal
from planning.plan import Plan
from storage.store import CellChange, Overtaken, Store
from tests.storage.drawn_town import AT, CELL_CODES, cells, plan, put_in_force
from tests.storage.test_import_ledger import carried, extents, new_cells, rich_store, small_parts, state, taken

__all__ = ["rich_store", "small_parts"]


def split(store: Store, **other: Any) -> CellChange:
    plans = tuple(carried(store.plan(header.id)) for header in store.plan_headers() if header.status != "archived")
    return CellChange("Li", "split", new_cells().head(2), ("c1",), **{"plans": plans, "reason": "new road", "at": AT, **other})


def moved_border() -> Any:
    """The border between c1 and c2 half a cell to the east; both keep their codes."""
    frame = cells().head(2)
    west, south, east, north = frame.total_bounds
    edge = west + (east - west) * 0.75
    return frame.assign(geometry=[shapely.box(west, south, edge, north), shapely.box(edge, south, east, north)])


def merge(store: Store) -> CellChange:
    """c1 and c2 become c1."""
    kept = store.plan("p1")
    both = cells().head(1).assign(geometry=[shapely.box(*cells().head(2).total_bounds)])
    merged = replace(kept, beat_of={code: beat for code, beat in kept.beat_of.items() if code != "c2"})
    return CellChange("Li", "merge", both, ("c2",), (merged,))


CHANGES: dict[str, Callable[[Store], CellChange]] = {
    "split": split,
    "merge": merge,
    "border": lambda store: CellChange("Li", "border", moved_border()),
    "cell away": lambda store: CellChange(
        "Li",
        "remove",
        cells().head(0),
        ("c9",),
        (replace(store.plan("p1"), beat_of={c: store.plan("p1").beat_of[c] for c in CELL_CODES[:8]}),),
    ),
}


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("case", CHANGES)
def test_undoing_gives_every_byte_back(rich_store: Store, case: str) -> None:
    store, before, places = rich_store, state(rich_store), extents(rich_store)
    line = store.change_cells(CHANGES[case](store))
    assert state(store) != before and store.verify_audit().ok
    assert store.cell_changes() == (line,) and store.imports() == () and line.undone_at is None
    undone = store.undo_cell_change(line.id, "Wang", AT)
    assert state(store) == before and extents(store) == places and store.verify_audit().ok
    assert store.cell_changes() == (undone,) == (replace(line, undone_at=AT, undone_by="Wang"),)
    assert store.change_cells(CHANGES[case](store)).id != line.id


def test_a_split_changes_those_rows_alone_and_is_one_line_with_its_reason(store: Store) -> None:
    line = store.change_cells(split(store))
    assert sorted(store.read_layer("grid_cells")["code"]) == sorted(["c1a", "c1b", *CELL_CODES[1:]])
    now = store.plan("p1")
    assert (now.beat_of["c1a"], now.beat_of["c1b"], now.header.revision) == ("A", "A", 2) and "c1" not in now.beat_of
    told = store.audit_lines(2)[1]
    assert (told.action, told.subject, told.who, told.detail["import"]) == ("change_cells", "grid_cells", "Li", line.id)
    choices = {"kind": "split", "reason": "new road", "gone": ["c1"], "codes": ["c1a", "c1b"]}
    assert told.detail["choices"] == line.choices == choices and line.plans == ("p1",)


def test_a_plan_in_force_keeps_its_history_and_an_archived_one_its_cells(store: Store) -> None:
    archived = store.save_plan(plan("p22", "archived"), "chief")
    kept = put_in_force(store, store.plan("p1"))
    line = store.change_cells(split(store))
    in_force = store.plan_in_force()
    assert in_force is not None and in_force.header.status == "in_force" and "c1a" in in_force.beat_of
    assert store.plan_at("p1", 3) == kept and [save.revision for save in store.plan_history("p1")] == [1, 2, 3, 4]
    assert store.plan("p22") == archived and line.plans == ("p1",)
    store.undo_cell_change(line.id, "Li")
    assert store.plan_in_force() == replace(kept, header=replace(kept.header, revision=5))


def test_locked_cells_are_carried_over_and_come_back(store: Store) -> None:
    kept = store.save_plan(replace(store.plan("p1"), locked_cells=frozenset({"c1", "c2"})), "Li")
    halves = replace(carried(replace(kept, locked_cells=frozenset())), locked_cells=frozenset({"c1a", "c1b", "c2"}))
    line = store.change_cells(CellChange("Li", "split", new_cells().head(2), ("c1",), (halves,)))
    assert store.plan("p1").locked_cells == {"c1a", "c1b", "c2"}
    store.undo_cell_change(line.id, "Li")
    assert store.plan("p1").locked_cells == {"c1", "c2"} and store.verify_audit().ok


def _stale(store: Store) -> Plan:
    made = carried(store.plan("p1"))
    store.save_plan(store.plan("p1").with_cells(["c9"], "A"), "Wang")
    return made


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda store: split(store, plans=()), r"plan 'Plan one' was not carried over: 1 cells don't fit \(first: c1\)"),
        (lambda store: split(store, plans=(replace(_without(store, "c1")),)), r"2 cells don't fit \(first: c1a\)"),
        (lambda store: CellChange("Li", "x", cells().head(0), ("c1", "c77")), r"1 cells are not there \(first: c77\)"),
        (lambda store: CellChange("Li", "x", cells().head(1), ("c1",)), r"1 cells both go and come \(first: c1\)"),
        (lambda store: CellChange("Li", "x", cells().head(0)), "no cell to change"),
        (lambda store: CellChange("Li", "x", cells().to_crs("EPSG:4546").head(1)), "the store keeps EPSG:4490"),
        (lambda store: split(store, plans=(_stale(store),)), "Wang saved this plan"),
    ],
)
def test_a_change_that_does_not_fit_is_refused_whole(store: Store, change: Callable[[Store], CellChange], said: str) -> None:
    wanted = change(store)
    before = state(store)
    with pytest.raises(Refusal, match=said):
        store.change_cells(wanted)
    assert state(store) == before and store.cell_changes() == () and store.verify_audit().ok


def _without(store: Store, cell: str) -> Plan:
    kept = store.plan("p1")
    return replace(kept, beat_of={code: beat for code, beat in kept.beat_of.items() if code != cell})


def test_who_wrote_cells_or_plans_since_is_named(store: Store) -> None:
    wanted = split(store, expected_revision=store.revision("grid_cells"), expected_plans=store.revision("plans"))
    store.save_plan(plan("p22"), "Wang", AT)
    with pytest.raises(Refusal, match="Wang changed plans at"):
        store.change_cells(wanted)
    with pytest.raises(Overtaken):
        store.change_cells(split(store, plans=(replace(carried(store.plan("p1")), header=plan("p1").header), carried(store.plan("p22")))))


def test_changes_and_imports_are_undone_from_the_latest_backwards_each_by_its_own_name(store: Store) -> None:
    before = state(store)
    first = store.change_cells(split(store))
    second = store.take_import(taken("grid_cells", cells(), plans=(replace(store.plan("p1"), beat_of=plan().beat_of),)))
    third = store.change_cells(split(store))
    for undo, line in ((store.undo_import, second), (store.undo_cell_change, first)):
        with pytest.raises(Refusal, match=r"Li changed .* after this import"):
            undo(line.id, "Wang")
    for wrong, line in ((store.undo_import, third), (store.undo_cell_change, second)):
        with pytest.raises(Refusal, match="There is no import"):
            wrong(line.id, "Wang")
    for undo, line in ((store.undo_cell_change, third), (store.undo_import, second), (store.undo_cell_change, first)):
        undo(line.id, "Wang")
    assert state(store) == before and store.verify_audit().ok
