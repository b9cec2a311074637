"""Beats from elsewhere: a table of cells, or areas from any file, become a new draft with the labels of the file."""

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest

from actions.caller import Caller
from actions.import_layer import ImportWish, accept_import, importable, imports, maps_of_import, preview_import, undo_import
from actions.import_plan import beats_on_map
from actions.open_workspace import as_caller, open_workspace
from layers.definition.refusal import Refusal


@pytest.fixture
def me(demo_copy: Path) -> Iterator[Caller]:
    workspace = open_workspace(demo_copy)
    yield as_caller(workspace, "tests", "planner")
    workspace.store.close()


def table(me: Caller, folder: Path, more: str = "", leave_out: int = 0) -> Path:
    """The plan in force as a station's own table, with labels of its own."""
    plan = me.store.plan("plan-2025")
    names = {beat.code: beat.name for beat in plan.beats}
    lines = [f"{cell},老{beat},{names[beat]},P01" for cell, beat in list(plan.beat_of.items())[leave_out:]]
    path = folder / "old_beats.csv"
    path.write_text("网格编码,警务区,警务区名称,责任民警\n" + "\n".join(lines) + "\n" + more, encoding="utf-8")
    return path


def wish(path: Path, target: str) -> ImportWish:
    return ImportWish(target, path, path.name, datum="wgs84")


def test_a_table_of_cells_becomes_a_draft_that_can_be_undone(me: Caller, tmp_path: Path) -> None:
    now = me.store.plan("plan-2025")
    preview = preview_import(me, wish(table(me, tmp_path), "plan_cells"))
    assert preview.may_be_taken, preview.report.as_json()["findings"]
    assert preview.counts == {"read": len(now.beat_of), "cells": len(now.beat_of), "beats": len(now.beats)}
    line = accept_import(me, preview, accept_warnings=True)
    (made,) = line.plans
    plan = me.store.plan(made)
    assert plan.header.status == "draft" and plan.header.name == "old_beats" and plan.header.author == "tests"
    assert dict(plan.beat_of) == {cell: f"老{beat}" for cell, beat in now.beat_of.items()}
    assert plan.beats[0].name == "风筝坪警务区" and plan.beats[0].lead == "P01"
    assert me.store.plan("plan-2025") == now and me.store.verify_audit().ok
    undo_import(me, line.id)
    assert made not in {header.id for header in me.store.plan_headers()} and imports(me)[0].undone_by == "tests"


def test_unknown_cells_are_left_out_listed_and_need_a_word(me: Caller, tmp_path: Path) -> None:
    more = "".join(f"99999999999{number},老01,,\n" for number in range(7))
    preview = preview_import(me, wish(table(me, tmp_path, more, leave_out=2), "plan_cells"))
    found = {f.key: f for f in preview.report.warnings}
    assert found["unknown_cells"].count == 7 and found["unknown_cells"].what.en.endswith(
        "999999999990, 999999999991, 999999999992, 999999999993, 999999999994 …"
    )
    assert found["cells_unassigned"].count == 2
    with pytest.raises(Refusal, match="warnings"):
        accept_import(me, preview)
    plan = me.store.plan(accept_import(me, preview, accept_warnings=True).plans[0])
    assert sum(beat is None for beat in plan.beat_of.values()) == 2 and "999999999990" not in plan.beat_of


def test_outlines_of_beats_come_back_as_the_same_cells(me: Caller, tmp_path: Path) -> None:
    now = me.store.plan("plan-2025")
    areas = beats_on_map(me, now)
    assert isinstance(areas, gpd.GeoDataFrame) and len(areas) == len(now.beats)
    path = tmp_path / "areas.gpkg"
    areas.to_file(path, layer="areas")
    preview = preview_import(me, wish(path, "beats"))
    assert preview.may_be_taken, preview.report.as_json()["findings"]
    plan = me.store.plan(accept_import(me, preview, accept_warnings=True).plans[0])
    assert dict(plan.beat_of) == dict(now.beat_of) and [b.name for b in plan.beats] == [b.name for b in now.beats]
    before, after = maps_of_import(me, preview)
    assert before is not None and after is not None


def test_a_plan_saved_in_between_is_told(me: Caller, tmp_path: Path) -> None:
    preview = preview_import(me, wish(table(me, tmp_path), "plan_cells"))
    me.store.save_plan(me.store.plan("plan-2026-draft"), by="another")
    with pytest.raises(Refusal):
        accept_import(me, preview, accept_warnings=True)


def test_a_list_of_beats_alone_can_not_be_imported_and_a_town_needs_cells(me: Caller) -> None:
    assert "plan_beats" not in importable(me) and {"plan_cells", "beats"} <= set(importable(me))
