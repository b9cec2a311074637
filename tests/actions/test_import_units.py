"""Communities and villages out of one file: parted, taken and undone in one step, a new version compared with both."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from actions.caller import Caller
from actions.import_layer import (
    ImportWish,
    accept_import,
    imports,
    maps_of_import,
    preview_import,
    rows_taken,
    undo_import,
    what_undo_changes,
)
from actions.make_workspace import NewTown, make_empty
from actions.open_workspace import as_caller, open_workspace
from layers.definition.refusal import Refusal
from tests.actions.test_import_layer import drawn_of

SIDE_M, EAST, NORTH, METRIC = 1_000.0, 480_000.0, 3_100_000.0, "EPSG:4547"
NAMES = {"430181103001": "东街社区", "430181103002": "西街社区", "430181103201": "石塘村", "430181103202": "南阳村"}


@pytest.fixture
def me(tmp_path: Path) -> Iterator[Caller]:
    make_empty(tmp_path / "own.gpkg", NewTown("柳溪镇"), user="tests").close()
    workspace = open_workspace(tmp_path / "own.gpkg")
    yield as_caller(workspace, "tests", "planner")
    workspace.store.close()


def units_file(folder: Path, names: dict[str, str] = NAMES, gap_m: float = 0.0) -> Path:
    """Squares in a row, from west to east, each drawn that much too narrow."""
    shapes = [shapely.box(EAST + n * SIDE_M + gap_m, NORTH, EAST + (n + 1) * SIDE_M, NORTH + SIDE_M) for n in range(len(names))]
    table = gpd.GeoDataFrame({"XZQDM": list(names), "XZQMC": list(names.values())}, geometry=shapes, crs=METRIC)
    table.to_file(folder / "units.gpkg", layer="units")
    return folder / "units.gpkg"


def wish(path: Path, target: str = "communities", **said: Any) -> ImportWish:
    return ImportWish(target, path, path.name, datum="wgs84", **said)


def counts(me: Caller) -> tuple[int, int]:
    return me.store.count("communities"), me.store.count("villages")


def test_one_file_fills_both_layers_in_one_step_and_is_undone_as_one(me: Caller, tmp_path: Path) -> None:
    preview = preview_import(me, wish(units_file(tmp_path)))
    assert preview.counts["new"] == 4 and {f.key for f in preview.report.warnings} == {"units_parted"}
    shown = maps_of_import(me, preview)[1]
    assert shown is not None and [drawn_of(shown.packed, key) for key in ("communities", "villages")] == [(True, 2)] * 2
    with pytest.raises(Refusal, match="not accepted"):
        accept_import(me, preview)
    line = accept_import(me, preview, accept_warnings=True)
    assert counts(me) == (2, 2) and line.also == ("villages",) and line.choices["units_parted"] == {"villages": 2}
    assert rows_taken(line) == {"communities": 2, "villages": 2}
    assert me.store.read_layer("villages")["name"].tolist() == ["石塘村", "南阳村"]
    undo = what_undo_changes(me, line.id)
    assert [text.en for text in undo.changes] == ["Communities: rows now 2, after the undo 0", "Villages: rows now 2, after the undo 0"]
    assert [text.zh.split("（")[0] for text in undo.warnings] == ["社区：2 行将消失", "行政村：2 行将消失"] and counts(me) == (2, 2)
    undo_import(me, line.id)
    assert counts(me) == (0, 0) and imports(me)[0].undone_at is not None


def test_before_an_undo_the_cells_that_lose_their_unit_are_counted(me: Caller, tmp_path: Path) -> None:
    line = accept_import(me, preview_import(me, wish(units_file(tmp_path))), accept_warnings=True)
    units = me.model.units
    fields = {"code": ["c1", "c2", "c3"], "name": list("abc"), "unit_code": list(NAMES)[1:]}
    cells = gpd.GeoDataFrame(fields, geometry=list(units.geometry)[1:])
    me.store.write_layer("grid_cells", cells.set_crs(units.crs), "tests")
    told = [text.en for text in what_undo_changes(me, line.id).warnings]
    assert len(told) == 4 and "cells that lose their unit: 1" in told[1] and "cells that lose their unit: 2" in told[3]


def test_a_unit_that_changes_its_kind_back_does_not_vanish(me: Caller, tmp_path: Path) -> None:
    accept_import(me, preview_import(me, wish(units_file(tmp_path))), accept_warnings=True)
    renamed = {**NAMES, "430181103001": "东街村"}
    renamed = {code.replace("103001", "103203"): name for code, name in renamed.items()}
    line = accept_import(me, preview_import(me, wish(units_file(tmp_path, renamed))), accept_warnings=True)
    undo = what_undo_changes(me, line.id)
    assert [text.zh for text in undo.changes] == ["社区：现有 1 行，撤销后 2 行", "行政村：现有 3 行，撤销后 2 行"]
    assert len(undo.warnings) == 1 and "430181103203" in undo.warnings[0].zh


def test_the_person_may_say_that_all_are_of_one_kind(me: Caller, tmp_path: Path) -> None:
    preview = preview_import(me, wish(units_file(tmp_path), one_kind=True))
    assert not preview.report.warnings and not preview.also
    accept_import(me, preview)
    assert counts(me) == (4, 0)


def test_a_new_version_is_compared_with_both_layers(me: Caller, tmp_path: Path) -> None:
    accept_import(me, preview_import(me, wish(units_file(tmp_path))), accept_warnings=True)
    newer = {**NAMES, "430181103202": "新南阳村"} | {"430181103203": "铁山村"}
    del newer["430181103201"]
    preview = preview_import(me, wish(units_file(tmp_path, newer), "villages"))
    assert {name: preview.counts[name] for name in ("new", "vanished", "read")} == {"new": 1, "vanished": 1, "read": 4}
    assert "430181103201" in next(f for f in preview.report.findings if f.key == "rows_vanish").what.zh
    accept_import(me, preview, accept_warnings=True)
    assert counts(me) == (2, 2)


def test_borders_between_the_two_kinds_are_checked_and_mended_together(me: Caller, tmp_path: Path) -> None:
    path = units_file(tmp_path, gap_m=2.0)
    broken = preview_import(me, wish(path))
    assert broken.report.refused and "gap" in {f.key for f in broken.report.findings}
    accept_import(me, preview_import(me, wish(path, repair=True)), accept_warnings=True)
    town = shapely.union_all([*me.model.layers["communities"].geometry, *me.model.layers["villages"].geometry])
    assert counts(me) == (2, 2) and town.geom_type == "Polygon" and not town.interiors


def test_whoever_wrote_the_other_layer_meanwhile_is_not_overwritten(me: Caller, tmp_path: Path) -> None:
    late = preview_import(me, wish(units_file(tmp_path)))
    only = {code: name for code, name in NAMES.items() if name.endswith("村")}
    first = preview_import(me, wish(units_file(tmp_path, only), "villages"))
    accept_import(me, first, accept_warnings=True)
    with pytest.raises(Refusal):
        accept_import(me, late, accept_warnings=True)
    assert counts(me) == (0, 2)
