"""Cells are split, merged and parted anew with every plan carried over, and back as one step."""

import pytest
import shapely

from actions.caller import Caller
from actions.change_cells import (
    cell_changes,
    children_of_cells,
    preview_border,
    preview_merge,
    preview_split,
    take_change,
    undo_cell_change,
)
from actions.open_workspace import as_caller
from layers.definition.refusal import Refusal

BY_THE_RIVER = "433125109213002"  # a village cell with the river in it, 2.0 and 2.2 km² of land on either side


def across(drafter: Caller, cell: str) -> list[tuple[float, float]]:
    west, south, east, north = drafter.model.cells.geometry.loc[cell].bounds
    return [((west + east) / 2, south - 0.001), ((west + east) / 2, north + 0.001)]


def counts(drafter: Caller, *cells: str) -> list[int]:
    return drafter.model.cells.loc[list(cells), ["dwellings", "persons", "organisations"]].sum().tolist()


def test_a_cell_is_split_at_the_river_its_counts_shared_out_and_every_plan_carried_over(drafter: Caller) -> None:
    before, owner = counts(drafter, BY_THE_RIVER), drafter.store.plan("plan-2025").beat_of[BY_THE_RIVER]
    preview = preview_split(drafter, BY_THE_RIVER, None, along="water", share_by="incidents")
    children = preview.change.children[BY_THE_RIVER]
    assert len(children) == 2 and BY_THE_RIVER in drafter.model.cells.index
    take_change(drafter, preview, "以河为界")
    assert counts(drafter, *children) == before and BY_THE_RIVER not in drafter.model.cells.index
    for plan_id in ("plan-2025", "plan-2026-draft"):
        beats = drafter.store.plan(plan_id).beat_of
        assert BY_THE_RIVER not in beats and set(children) <= beats.keys()
    assert {drafter.store.plan("plan-2025").beat_of[child] for child in children} == {owner}
    water = drafter.model.layers["water"].union_all()
    parted = shapely.shared_paths(*(drafter.model.cells.geometry.loc[child].boundary for child in children))
    assert parted.length > 0 and parted.intersection(water.buffer(1e-5)).length > 0.9 * parted.length
    assert shapely.coverage_is_valid(drafter.model.cells.geometry.to_numpy())
    assert drafter.store.verify_audit().ok


def test_a_change_is_undone_as_one_step_and_the_cells_are_as_before_to_the_last_bit(drafter: Caller) -> None:
    before = drafter.model.layers["grid_cells"].set_index("code").sort_index()
    plan = drafter.store.plan("plan-2025").beat_of
    line = take_change(drafter, preview_split(drafter, BY_THE_RIVER, None, along="water"))
    assert set(children_of_cells(cell_changes(drafter))) == {BY_THE_RIVER}
    undo_cell_change(drafter, line.id)
    after = drafter.model.layers["grid_cells"].set_index("code").sort_index()
    assert after.geometry.equals(before.geometry) and after.drop(columns="geometry").equals(before.drop(columns="geometry"))
    assert drafter.store.plan("plan-2025").beat_of == plan and children_of_cells(cell_changes(drafter)) == {}


def test_a_planner_says_how_many_dwellings_lie_in_each_part(drafter: Caller) -> None:
    dwellings, persons, _ = counts(drafter, BY_THE_RIVER)
    told = (dwellings - 7, 7)
    preview = preview_split(drafter, BY_THE_RIVER, None, along="water", share_by="dwellings", dwellings=told)
    assert tuple(preview.children["dwellings"]) == told and preview.children["persons"].sum() == persons
    with pytest.raises(Refusal, match="must add up"):
        preview_split(drafter, BY_THE_RIVER, None, along="water", share_by="dwellings", dwellings=(1, 1))


def test_a_drawn_line_splits_a_cell_and_the_parts_can_be_merged_again(drafter: Caller) -> None:
    before = counts(drafter, BY_THE_RIVER)
    take_change(drafter, preview_split(drafter, BY_THE_RIVER, across(drafter, BY_THE_RIVER)))
    children = children_of_cells(cell_changes(drafter))[BY_THE_RIVER]
    take_change(drafter, preview_merge(drafter, children))
    (one,) = children_of_cells(cell_changes(drafter))[BY_THE_RIVER]
    assert counts(drafter, one) == before and shapely.coverage_is_valid(drafter.model.cells.geometry.to_numpy())


def test_the_border_of_two_neighbours_is_drawn_anew_and_their_codes_stay(drafter: Caller) -> None:
    graph, cells = drafter.model.graph, drafter.model.cells
    unit = dict(zip(cells["code"], cells["unit_code"], strict=True))
    pairs = [(a, b) for a, b in graph.to_networkx().edges if unit[a] == unit[b]]
    for a, b in pairs:
        both = shapely.union(cells.geometry.loc[a], cells.geometry.loc[b])
        west, south, east, north = both.bounds
        middle = (south + north) / 2
        try:
            preview = preview_border(drafter, a, b, [(west - 0.001, middle), (east + 0.001, middle)])
        except Refusal:
            continue
        before = counts(drafter, a, b)
        take_change(drafter, preview)
        assert counts(drafter, a, b) == before and shapely.coverage_is_valid(drafter.model.cells.geometry.to_numpy())
        return
    pytest.fail("no pair of neighbours could be parted along a straight line")


@pytest.mark.parametrize(
    ("line", "along", "words"),
    [
        ([(109.0, 28.0), (109.1, 28.0)], None, "does not part"),
        ([(109.0, 28.0)], None, "not valid"),
        ([(float("nan"), 1), (1, 1)], None, "not valid"),
        ("x", None, "not valid"),
        (None, "incidents", "can't be split along"),
        (None, "<b>", "can't be split along"),
    ],
)
def test_a_line_that_does_not_divide_is_refused(drafter: Caller, line: object, along: str | None, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        preview_split(drafter, BY_THE_RIVER, line, along=along)  # type: ignore[arg-type]


def test_a_change_that_was_overtaken_is_refused(drafter: Caller) -> None:
    preview = preview_split(drafter, BY_THE_RIVER, None, along="water")
    take_change(drafter, preview)
    with pytest.raises(Refusal):
        take_change(drafter, preview)
    assert drafter.store.verify_audit().ok


def test_only_planners_and_chiefs_change_cells(drafter: Caller) -> None:
    officer = as_caller(drafter.workspace, "x", "officer")
    for action in (
        lambda: preview_split(officer, BY_THE_RIVER, None, along="water"),
        lambda: preview_merge(officer, [BY_THE_RIVER]),
        lambda: undo_cell_change(officer, "x"),
    ):
        with pytest.raises(Refusal, match="may not do this"):
            action()
