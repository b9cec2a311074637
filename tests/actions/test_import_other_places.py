"""Other places are imported a kind at a time, and stand on the web map; what the step *read* tells; flaws without an import.

Before: two banks (B1, B2) and one clinic (C1). The file: bank B1 moved, bank B3 new, none of the clinics.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from actions.caller import Caller
from actions.import_layer import ImportWish, accept_import, maps_of_import, preview_import, undo_import
from actions.import_maps import datum_counts, flaws, flaws_map, readings_bounds, readings_map
from actions.make_workspace import NewTown, make_empty
from actions.open_workspace import as_caller, open_workspace
from layers import LAYERS
from layers.definition.crs import STORED_CRS, wgs84_to_gcj02
from layers.drawing.web_map import rendered, web_map

WEST, SOUTH, SIDE = 109.64, 28.68, 0.02
UNITS = {f"43010000{n:04}": name for n, name in enumerate(("东门社区", "西门社区", "南门社区", "北门社区"))}
HEAD = "编码,名称,场所类型,经度,纬度\n"


def squares() -> gpd.GeoDataFrame:
    shapes = [shapely.box(WEST + i * SIDE, SOUTH + j * SIDE, WEST + (i + 1) * SIDE, SOUTH + (j + 1) * SIDE) for j in (0, 1) for i in (0, 1)]
    return gpd.GeoDataFrame({"code": list(UNITS), "name": list(UNITS.values()), "name_en": ""}, geometry=shapes, crs=STORED_CRS)


@pytest.fixture
def me(tmp_path: Path) -> Iterator[Caller]:
    """A planner of a fresh town with four units and nothing else."""
    make_empty(tmp_path / "own.gpkg", NewTown("测试镇", metric_crs="EPSG:4546"), user="tests").close()
    workspace = open_workspace(tmp_path / "own.gpkg")
    workspace.store.write_layer("communities", squares(), by="tests")
    yield as_caller(workspace, "tests", "planner")
    workspace.store.close()


def csv(folder: Path, text: str, name: str = "places.csv", encoding: str = "utf-8") -> Path:
    (folder / name).write_text(text, encoding=encoding)
    return folder / name


def previewed(me: Caller, path: Path, target: str = "other_places", datum: str = "wgs84", **said: object):  # type: ignore[no-untyped-def]
    return preview_import(me, ImportWish(target, path, path.name, datum=datum, **said))  # type: ignore[arg-type]


def with_places(me: Caller, folder: Path) -> None:
    first = csv(folder, HEAD + "B1,甲银行,银行,109.65,28.69\nB2,乙银行,银行,109.66,28.70\nC1,丙诊所,诊所,109.67,28.71\n", "first.csv")
    accept_import(me, previewed(me, first), accept_warnings=True)


def test_a_file_replaces_only_the_kinds_it_has_and_can_be_undone(me: Caller, tmp_path: Path) -> None:
    with_places(me, tmp_path)
    preview = previewed(me, csv(tmp_path, HEAD + "B1,甲银行,银行,109.651,28.69\nB3,丁银行,银行,109.66,28.71\n"))
    assert preview.counts == {"read": 2, "new": 1, "changed": 1, "unchanged": 0, "vanished": 1}
    line = accept_import(me, preview, accept_warnings=True)
    kept = me.store.read_layer("other_places").set_index("code")
    assert sorted(kept.index) == ["B1", "B3", "C1"] and kept.loc["B1"].geometry.x == pytest.approx(109.651)
    assert kept.loc["C1", "kind"] == "诊所"
    undo_import(me, line.id)
    assert sorted(me.store.read_layer("other_places")["code"]) == ["B1", "B2", "C1"]


def test_a_code_of_another_kind_is_refused(me: Caller, tmp_path: Path) -> None:
    with_places(me, tmp_path)
    preview = previewed(me, csv(tmp_path, HEAD + "C1,丙银行,银行,109.65,28.69\n"))
    assert not preview.may_be_taken and me.store.count("other_places") == 3


def test_they_are_drawn_on_the_web_map_as_their_layer_says(me: Caller, tmp_path: Path) -> None:
    with_places(me, tmp_path)
    places = me.store.read_layer("other_places")
    script = str(rendered(web_map(LAYERS, {"communities": squares(), "other_places": places})).script)
    assert '"layer": "other_places"' in script or '"other_places"' in script
    assert all(code in script for code in ("B1", "B2", "C1")) and LAYERS["other_places"].style.fill in script
    now, then = maps_of_import(me, previewed(me, csv(tmp_path, HEAD + "B1,甲银行,银行,109.65,28.69\n")))
    assert now is not None and then is not None and now.digest != then.digest


def test_the_areas_of_a_refused_file_are_drawn_under_their_flaws(me: Caller, tmp_path: Path) -> None:
    table = squares()
    table.loc[0, "geometry"] = shapely.box(WEST, SOUTH, WEST + SIDE * 0.9, SOUTH + SIDE)  # 195 m too narrow on one side
    table.loc[1, "geometry"] = shapely.box(WEST + SIDE * 0.999, SOUTH, WEST + 2 * SIDE, SOUTH + SIDE)
    table.loc[3, "geometry"] = shapely.box(WEST + SIDE * 0.95, SOUTH + SIDE, WEST + 2 * SIDE, SOUTH + 2 * SIDE)  # over its neighbour
    table.to_file(tmp_path / "units.gpkg", layer="units")
    preview = previewed(me, tmp_path / "units.gpkg", "communities")
    assert not preview.may_be_taken and preview.rows is None
    assert preview.drawn is not None and preview.drawn["code"].tolist() == list(UNITS) and preview.drawn.crs == STORED_CRS
    drawn = flaws_map(me, preview, flaws(preview))
    assert drawn is not None and drawn.digest


def test_a_file_of_several_layers_names_the_others(me: Caller, tmp_path: Path) -> None:
    for name in ("社区", "网格", "旧社区"):
        squares().to_file(tmp_path / "several.gpkg", layer=name)
    preview = previewed(me, tmp_path / "several.gpkg", "communities", layer="旧社区")
    assert preview.report.choices["layer"] == "旧社区" and set(preview.report.choices["other_layers"]) == {"社区", "网格"}


def test_the_reason_for_an_encoding_comes_in_chinese_too(me: Caller, tmp_path: Path) -> None:
    for encoding in ("utf-8-sig", "utf-8", "gb18030"):
        choices = previewed(me, csv(tmp_path, HEAD + "B1,甲银行,银行,109.65,28.69\n", encoding=encoding)).report.choices
        assert any("\u4e00" <= letter <= "\u9fff" for letter in choices["encoding_reason_zh"])
        assert choices["encoding_reason"].isascii()


def gcj_schools(folder: Path) -> Path:
    """Twelve schools read off AMap, named after the unit that each lies in, 200 m from its edge."""
    lines = []
    for n, (code, name) in enumerate(UNITS.items()):
        for k, (x, y) in enumerate(((0.1, 0.5), (0.9, 0.5), (0.5, 0.1))):
            lon, lat = wgs84_to_gcj02(WEST + (n % 2 + x) * SIDE, SOUTH + (n // 2 + y) * SIDE)
            lines.append(f"S{n}{k},{name.removesuffix('社区')}第{k}小学,{code},小学,{float(lon):.6f},{float(lat):.6f}")
    return csv(folder, "编码,名称,所属社区,学段,经度,纬度\n" + "\n".join(lines) + "\n", "学校.csv")


def test_the_first_points_of_a_fresh_town_are_judged_by_its_units_and_shown_under_each_datum(me: Caller, tmp_path: Path) -> None:
    preview = previewed(me, gcj_schools(tmp_path), "schools", datum="auto")
    assert not preview.may_be_taken and "datum_needs_word" in {f.key for f in preview.report.findings if f.severity == "error"}
    counts = datum_counts(preview).set_index("datum")
    assert counts.loc["gcj02"].tolist() == [0, 0] and counts.loc["wgs84", "away"] >= 3 and counts.loc["bd09", "away"] >= 3
    assert readings_map(me, preview) is not None and preview.places is not None and len(preview.places) == 12
    told = previewed(me, gcj_schools(tmp_path), "schools", datum="gcj02")
    assert told.may_be_taken and told.places == pytest.approx(preview.places, abs=1e-9)


def test_the_map_of_the_readings_frames_the_town_though_one_row_is_far_off(me: Caller, tmp_path: Path) -> None:
    lines = gcj_schools(tmp_path).read_text().splitlines()
    lines += [f"T{n},小学{n},{next(iter(UNITS))},小学,{WEST + SIDE / 9 * n:.6f},{SOUTH + SIDE / 2:.6f}" for n in range(7)]
    far = lines.pop().rsplit(",", 2)
    path = csv(tmp_path, "\n".join([*lines, f"{far[0]},29.1,{far[2]}"]) + "\n", "far.csv")
    preview = previewed(me, path, "schools", datum="auto")
    assert preview.places is not None and preview.places[:, 0].min() == pytest.approx(29.1) and len(lines) == 19
    west, south, east, north = readings_bounds(me, preview)
    assert WEST - 0.02 < west <= WEST and east < WEST + 2 * SIDE + 0.02 and south > SOUTH - 0.02 and north < SOUTH + 2 * SIDE + 0.02


def test_rows_that_name_no_unit_are_not_counted_as_lying_in_theirs(me: Caller, tmp_path: Path) -> None:
    head = "编码,名称,学段,经度,纬度"
    rows = [f"S{n},学校{n},小学,{WEST - 0.0001 if n == 0 else WEST + SIDE / 2:.6f},{SOUTH + SIDE / 2:.6f}" for n in range(3)]
    preview = previewed(me, csv(tmp_path, "\n".join([head, *rows]) + "\n", "s.csv"), "schools", datum="auto")
    counts = datum_counts(preview).set_index("datum")
    assert counts["away"].isna().all() and counts.loc["wgs84", "outside"] == preview.counts["outside"] == 1  # 10 m over the border
    told = next(f.what for f in preview.report.findings if f.key == "datum_first_points")
    assert told.zh.count("同名地点") == 1 and "Outside the town, of 3 rows: 1 as WGS-84" in told.en
    assert next(f.what.en for f in preview.report.findings if f.key == "outside_town").startswith("1 row lies outside the town")


def test_areas_that_name_their_unit_tell_in_which_datum_they_are(me: Caller, tmp_path: Path) -> None:
    shapes, side = [], SIDE / 3  # nine cells a unit, 700 m wide, so that a shift of 600 m carries many middles over a border
    for n, (i, j) in enumerate((i, j) for j in range(6) for i in range(6)):
        box = shapely.box(WEST + i * side, SOUTH + j * side, WEST + (i + 1) * side, SOUTH + (j + 1) * side)
        shapes.append((f"W{n:02}", list(UNITS)[i // 3 + 2 * (j // 3)], box))
    codes, units, boxes = zip(*shapes, strict=True)
    cells = gpd.GeoDataFrame({"编码": codes, "名称": codes, "所属社区": units}, geometry=list(boxes), crs=STORED_CRS)
    cells.to_file(tmp_path / "cells.gpkg", layer="cells")
    right = previewed(me, tmp_path / "cells.gpkg", "grid_cells", datum="auto")
    assert "datum_wgs84" in {f.key for f in right.report.findings if f.severity == "note"}
    amap = shapely.transform(cells.geometry.to_numpy(), lambda xy: np.column_stack(wgs84_to_gcj02(*xy.T)))
    cells.set_geometry(gpd.GeoSeries(amap, crs=STORED_CRS)).to_file(tmp_path / "amap.gpkg", layer="cells")
    shifted = previewed(me, tmp_path / "amap.gpkg", "grid_cells", datum="auto")
    assert "datum_needs_word" in {f.key for f in shifted.report.findings if f.severity == "error"}
    assert readings_map(me, shifted) is not None and datum_counts(shifted).set_index("datum").loc["gcj02", "away"] == 0


def test_first_points_that_seem_right_still_wait_for_the_persons_word(me: Caller, tmp_path: Path) -> None:
    path = csv(tmp_path, HEAD + "B1,甲银行,银行,109.65,28.69\nB2,乙银行,银行,109.60,28.70\n")
    preview = previewed(me, path, datum="auto")
    assert "datum_first_points" in {finding.key for finding in preview.report.warnings} and preview.may_be_taken
    assert preview.counts["outside"] == 1 and "at most" in json.dumps(preview.as_json())
    assert "datum_first_points" not in {finding.key for finding in previewed(me, path).report.findings}


def test_the_ledger_keeps_no_place_of_a_first_file_of_incidents(me: Caller, tmp_path: Path) -> None:
    text = "编号,发生时间,类别,来源,经度,纬度\nJ1,2025-01-01 10:00,盗窃,群众报警,109.6512,28.6934\n"
    line = accept_import(me, previewed(me, csv(tmp_path, text), "incidents", datum="auto"), accept_warnings=True)
    assert "109.65" not in json.dumps(line.choices, ensure_ascii=False, default=str)
