"""Own data, from a file to the workspace: told before anything is written, taken whole or not at all, undone as one step."""

import json
import shutil
import zlib
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from actions.caller import Caller
from actions.import_layer import (
    ImportWish,
    accept_import,
    import_template,
    importable,
    imports,
    maps_of_import,
    preview_import,
    undo_import,
)
from actions.make_workspace import SAMPLE, NewTown, make_empty
from actions.open_workspace import as_caller, open_workspace
from layers.definition.crs import wgs84_to_gcj02
from layers.definition.refusal import Refusal

HEAD = "编码,名称,英文名,所属社区/村,学段,经度,纬度\n"


@pytest.fixture
def me(demo_copy: Path) -> Iterator[Caller]:
    workspace = open_workspace(demo_copy)
    yield as_caller(workspace, "tests", "planner")
    workspace.store.close()


def schools_csv(me: Caller, folder: Path, shift: bool = False, encoding: str = "utf-8", leave_out: int = 0) -> Path:
    """The demo's own schools as a table in Chinese, perhaps in GCJ-02."""
    rows = me.model.layers["schools"]
    lines = []
    for row in list(rows.itertuples(index=False, name="Row"))[leave_out:]:
        lon, lat = row.geometry.x, row.geometry.y
        if shift:
            lon, lat = (float(value) for value in wgs84_to_gcj02(lon, lat))
        lines.append(f"{row.code},{row.name},{row.name_en},{row.unit_code},{row.level},{lon:.7f},{lat:.7f}")
    path = folder / "schools.csv"
    path.write_text(HEAD + "\n".join(lines) + "\n", encoding=encoding)
    return path


def wish(path: Path, target: str = "schools", **said: Any) -> ImportWish:
    return ImportWish(target, path, path.name, **said)


def state(me: Caller) -> str:
    return me.store.revision()


def test_the_same_file_again_changes_nothing(me: Caller, tmp_path: Path) -> None:
    preview = preview_import(me, wish(schools_csv(me, tmp_path)))
    assert preview.may_be_taken and preview.counts == {"read": 32, "new": 0, "changed": 0, "unchanged": 32, "vanished": 0}


def test_a_gbk_table_is_read_and_says_why(me: Caller, tmp_path: Path) -> None:
    preview = preview_import(me, wish(schools_csv(me, tmp_path, encoding="gb18030")))
    assert preview.counts["unchanged"] == 32 and preview.report.choices["encoding"].lower().startswith("gb")
    assert any("小学" in sample or "名称" in sample for sample in preview.report.choices["encoding_samples"])


def test_a_datum_is_guessed_but_never_applied_without_a_word(me: Caller, tmp_path: Path) -> None:
    path = schools_csv(me, tmp_path, shift=True)
    asked = preview_import(me, wish(path))
    assert not asked.may_be_taken and asked.report.choices["datum_guess"]["datum"] == "gcj02"
    assert [f.key for f in asked.report.findings if f.severity == "error"] == ["datum_needs_word"]
    told = preview_import(me, wish(path, datum="gcj02"))
    assert told.may_be_taken and told.counts["unchanged"] == 32


def test_rows_that_vanish_must_be_accepted_and_the_import_can_be_undone(me: Caller, tmp_path: Path) -> None:
    before = state(me)
    preview = preview_import(me, wish(schools_csv(me, tmp_path, leave_out=3)))
    assert preview.counts["vanished"] == 3 and state(me) == before
    assert any(finding.key == "depends_on_vanished" for finding in preview.report.warnings)  # the vice-principals of those schools
    with pytest.raises(Refusal, match="warnings"):
        accept_import(me, preview)
    assert state(me) == before and me.store.count("schools") == 32
    line = accept_import(me, preview, accept_warnings=True)
    assert me.store.count("schools") == 29 and imports(me)[0].id == line.id and line.file_name == "schools.csv"
    undo_import(me, line.id)
    assert me.store.count("schools") == 32 and imports(me)[0].undone_by == "tests"


def test_an_error_stops_the_import_and_names_rows(me: Caller, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(HEAD + "S1,甲小学,A,没有这个村,小学,109.66,28.70\nS1,乙小学,B,朝阳社区,大学,109.66,28.70\n", encoding="utf-8")
    preview = preview_import(me, wish(path, datum="wgs84"))
    errors = {finding.key for finding in preview.report.findings if finding.severity == "error"}
    assert len(errors) >= 2 and not preview.may_be_taken
    with pytest.raises(Refusal):
        accept_import(me, preview, accept_warnings=True)
    assert me.store.count("schools") == 32


def test_somebody_who_wrote_in_between_is_not_overwritten(me: Caller, tmp_path: Path) -> None:
    preview = preview_import(me, wish(schools_csv(me, tmp_path, leave_out=1)))
    me.store.write_layer("schools", me.store.read_layer("schools").iloc[:30], by="another")
    with pytest.raises(Refusal):
        accept_import(me, preview, accept_warnings=True)
    assert me.store.count("schools") == 30


def test_incidents_are_added_and_those_known_left_out(me: Caller, tmp_path: Path) -> None:
    path = tmp_path / "incidents.csv"
    known = me.model.incidents.iloc[0]
    path.write_text(
        "编码,发生时间,类别,来源,经度,纬度\n"
        f"{known['code']},2024-01-01 10:00,盗窃,群众报警,{known['lon']},{known['lat']}\n"
        f"N1,2025-12-31 23:10,纠纷,群众报警,{known['lon']},{known['lat']}\n",
        encoding="utf-8",
    )
    preview = preview_import(me, wish(path, "incidents", datum="wgs84"))
    assert preview.counts == {"read": 2, "new": 1, "known": 1}, preview.report.as_json()
    accept_import(me, preview, accept_warnings=True)
    assert me.store.count("incidents") == 9_001


def test_cells_split_in_a_new_version_carry_the_plans_over(me: Caller, tmp_path: Path) -> None:
    features = json.loads((SAMPLE / "grid_cells.geojson").read_text(encoding="utf-8"))
    for number, feature in enumerate(features["features"]):
        if number < 2:
            feature["properties"]["code"] = f"{feature['properties']['unit_code']}90{number}"
    path = tmp_path / "cells.geojson"
    path.write_text(json.dumps(features, ensure_ascii=False), encoding="utf-8")
    preview = preview_import(me, wish(path, "grid_cells", datum="wgs84"))
    assert preview.may_be_taken, preview.report.as_json()
    assert (preview.counts["new"], preview.counts["vanished"]) == (2, 2) and len(preview.plans) == 2
    before = me.store.plan("plan-2025")
    accept_import(me, preview, accept_warnings=True)
    after = me.store.plan("plan-2025")
    assert {after.beat_of[f["properties"]["code"]] for f in features["features"]} == set(before.beat_of.values())
    assert set(after.beat_of) == set(me.store.read_layer("grid_cells")["code"])


def test_a_new_town_is_filled_from_files_without_a_trace_of_the_demo(tmp_path: Path) -> None:
    make_empty(tmp_path / "own.gpkg", NewTown("测试镇", longitude=109.66), user="tests").close()
    workspace = open_workspace(tmp_path / "own.gpkg")
    me = as_caller(workspace, "tests", "planner")
    for target in ("communities", "villages", "grid_cells", "schools", "staff"):
        ending = "csv" if target == "staff" else "geojson"
        path = Path(shutil.copy(SAMPLE / f"{target}.{ending}", tmp_path))
        preview = preview_import(me, wish(path, target, datum="wgs84"))
        assert preview.may_be_taken, (target, preview.report.as_json()["findings"])
        accept_import(me, preview, accept_warnings=True)
    assert me.store.count("communities") == 11 and me.store.count("incidents") == 0 and not me.store.plan_headers()
    assert not me.store.town().illustrative
    workspace.store.close()


def test_a_role_that_may_not_import_is_refused(me: Caller, tmp_path: Path) -> None:
    officer = Caller(me.workspace, "tests", "officer")
    with pytest.raises(Refusal):
        preview_import(officer, wish(schools_csv(me, tmp_path)))
    with pytest.raises(Refusal):
        imports(officer)


def test_every_table_has_a_template_that_reads_back_as_no_rows(me: Caller, tmp_path: Path) -> None:
    tables = [target for target, kind in importable(me).items() if kind.kept == "table" or kind.geometry == "point"]
    for target, ending in zip(tables, cycle(("csv", "xlsx")), strict=False):  # each form reads alike: see tests/importing/test_templates.py
        path = tmp_path / f"{target}.{ending}"
        path.write_bytes(import_template(me, target, ending))
        preview = preview_import(me, wish(path, target))
        assert not preview.may_be_taken and not preview.counts.get("new"), target


def drawn_of(packed: bytes, key: str) -> tuple[bool, int]:
    """Whether a layer of a map's base is switched on at first, and how many rows it has."""
    whole = zlib.decompress(packed)
    header = json.loads(whole[4 : 4 + int.from_bytes(whole[:4], "little")])
    return next((line["on"], line["count"]) for line in header["layers"] if line["key"] == key)


def test_nothing_of_a_column_that_was_left_out_is_kept_anywhere(me: Caller, tmp_path: Path, demo_copy: Path) -> None:
    path = tmp_path / "people.csv"
    lines = "".join(f"欧阳震{word},1380013800{n},S90{n},School {n},primary,109.655,28.70{n}\n" for n, word in enumerate("华强明亮军"))
    path.write_text(f"负责人,电话,code,name,level,lon,lat\n{lines}", encoding="utf-8")
    refused = preview_import(me, wish(path, datum="wgs84"))
    assert {f.key for f in refused.report.findings if f.severity == "error"} == {"personal_name", "personal_phone"}
    preview = preview_import(me, wish(path, datum="wgs84", columns={"负责人": "-", "电话": "-"}))
    accept_import(me, preview, accept_warnings=True)
    kept = demo_copy.read_bytes()
    assert b"School 1" in kept and "欧阳震".encode() not in kept and b"1380013800" not in kept
    assert not any("欧阳震" in str(line) for line in imports(me))


def test_a_column_that_waits_for_a_word_is_open_until_it_is_said(me: Caller, tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    lines = "".join(f"Z{n},民警{n}甲,民警,1397430{n:04},{n}\n" for n in range(6))
    path.write_text(f"警号,姓名,岗位,联系电话,年份\n{lines}", encoding="utf-8")
    found = preview_import(me, wish(path, "staff")).report
    assert found.choices["columns_open"] == found.choices["personal_columns"] == ["联系电话"] and found.refused
    told = {f.key: f for f in found.findings}
    assert "联系电话" in told["columns_open"].what.zh and told["columns_open"].severity == "warning"
    assert told["columns_left"].what.en == "1 column is not taken: 年份."
    assert told["personal_phone"].what_next is not None and "人员表不收电话" in told["personal_phone"].what_next.zh
    after = preview_import(me, wish(path, "staff", columns={"联系电话": "-"})).report
    assert not after.refused and "columns_open" not in after.choices and "联系电话" in str(after.findings)


def test_a_file_that_says_nothing_of_a_field_takes_nothing_away(me: Caller, tmp_path: Path) -> None:
    before = me.model.layers["grid_cells"]
    before[["code", "name", "geometry"]].to_file(tmp_path / "bare.gpkg", layer="cells")
    preview = preview_import(me, wish(tmp_path / "bare.gpkg", "grid_cells", datum="wgs84"))
    assert (
        preview.counts["unchanged"] == len(before) and "房屋" in next(f for f in preview.report.findings if f.key == "values_kept").what.zh
    )
    accept_import(me, preview, accept_warnings=True)
    assert me.model.layers["grid_cells"]["dwellings"].tolist() == before["dwellings"].tolist()
    before[["code", "name", "dwellings", "geometry"]].assign(dwellings=None).to_file(tmp_path / "emptied.gpkg", layer="cells")
    emptied = preview_import(me, wish(tmp_path / "emptied.gpkg", "grid_cells", datum="wgs84"))
    assert emptied.counts["changed"] == len(before)  # an empty column is the file's word


def test_tasks_replace_those_of_their_role_alone_and_those_that_vanish_are_told(me: Caller, tmp_path: Path) -> None:
    before = me.model.assignments
    path = tmp_path / "tasks.csv"
    path.write_text("社区,社区民警,辅警\n朝阳社区,P01,\n", encoding="utf-8")
    columns = {"社区": "target_code", "社区民警": "staff_code", "辅警": "-"}
    said = {"target_kind": "社区/村", "role": "社区民警"}
    preview = preview_import(me, wish(path, "assignments", columns=columns, given=said))
    gone = before[before["role"] == "community_officer"]
    assert preview.counts == {"read": 1, "new": 1, "unchanged": 0, "vanished": len(gone)} and len(gone) > 1
    told = next(f for f in preview.report.warnings if f.key == "rows_vanish")
    assert told.count == len(gone) and "民警01 → " in told.what.zh and told.what_next is not None
    with pytest.raises(Refusal, match="not accepted"):
        accept_import(me, preview)
    accept_import(me, preview, accept_warnings=True)
    after = me.model.assignments
    assert len(after) == len(before) - len(gone) + 1 and set(after["role"]) == set(before["role"])
    again = preview_import(me, wish(path, "assignments", columns=columns, given=said))
    assert again.counts == {"read": 1, "new": 0, "unchanged": 1, "vanished": 0} and not again.report.warnings


def test_a_cell_that_names_several_of_the_staff_is_a_task_for_each(me: Caller, tmp_path: Path) -> None:
    path = tmp_path / "tasks.csv"
    said = {"target_kind": "社区/村", "role": "社区辅警"}
    units, staff = me.model.units["name"].tolist(), me.model.staff
    path.write_text(f"社区,辅警\n{units[0]},A01、{staff.loc['A02', 'name']}；A03\n{units[1]},A04\n", encoding="utf-8")
    preview = preview_import(me, wish(path, "assignments", columns={"社区": "target_code", "辅警": "staff_code"}, given=said))
    assert preview.rows is not None and preview.rows["staff_code"].iloc[-4:].tolist() == ["A01", "A02", "A03", "A04"]
    told = next(f for f in preview.report.findings if f.key == "several_named")
    assert (told.count, told.rows) == (1, (1,)) and preview.counts["read"] == 2
    path.write_text(f"社区,辅警\n{units[0]},A01、无此人\n", encoding="utf-8")
    wrong = preview_import(me, wish(path, "assignments", columns={"社区": "target_code", "辅警": "staff_code"}, given=said))
    assert next(f for f in wrong.report.findings if f.key == "unknown_officer").rows == (1,)


def test_the_maps_show_what_is_imported_without_a_click(me: Caller, tmp_path: Path) -> None:
    path = tmp_path / "incidents.csv"
    path.write_text("编码,发生时间,类别,来源,经度,纬度\nN1,2025-12-01 23:10,盗窃,群众报警,109.66,28.70\n", encoding="utf-8")
    now, then = maps_of_import(me, preview_import(me, wish(path, "incidents")))
    assert now is not None and then is not None
    assert [drawn_of(base.packed, "incidents") for base in (now, then)] == [(True, 9_000), (True, 9_001)]
    now, then = maps_of_import(me, preview_import(me, wish(SAMPLE / "grid_cells.geojson", "grid_cells")))
    assert now is not None and then is not None
    assert [drawn_of(base.packed, "grid_cells")[0] for base in (now, then)] == [True, True]


def test_blank_rows_of_a_workbook_are_left_out_and_told(me: Caller, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    for row in (["编码", "姓名", "类别"], ["A1", "甲", "民警"], [None, "  ", None], [None, None, None], ["A2", "乙", "辅警"]):
        sheet.append(row)
    path = tmp_path / "staff.xlsx"
    book.save(path)
    preview = preview_import(me, wish(path, "staff"))
    assert preview.counts["read"] == 2 and preview.rows is not None and preview.rows["code"].tolist() == ["A1", "A2"]
