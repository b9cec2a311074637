"""Incidents from a CSV too long to be held: the same rows as at once, watched, stopped, refused when the file changed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from actions import import_points, streamed_points
from actions.caller import Caller
from actions.import_layer import ImportWish, accept_import, imports, preview_import, protected_of_import, undo_import
from actions.open_workspace import as_caller, open_workspace
from importing.read_limits import DEFAULT_LIMITS
from layers.definition.refusal import Refusal
from layers.definition.text import Text

ROWS = 1_000
STREAMED = replace(DEFAULT_LIMITS, max_csv_at_once_bytes=1_000)
HEAD = "编码,发生时间,类别,来源,经度,纬度\n"


@pytest.fixture
def me(demo_copy: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Caller]:
    monkeypatch.setattr(streamed_points, "CHUNK_ROWS", 300)  # four chunks
    workspace = open_workspace(demo_copy)
    yield as_caller(workspace, "tests", "planner")
    workspace.store.close()


def incidents_csv(folder: Path, rows: int = ROWS, category: str = "盗窃", more: str = "") -> Path:
    lines = [
        f"N{row:05d},2025-12-{row % 28 + 1:02d} 23:10,{category},群众报警,{109.62 + row % 97 / 1000:.6f},{28.66 + row % 89 / 1000:.6f}"
        for row in range(rows)
    ]
    path = folder / "incidents.csv"
    path.write_text(HEAD + "\n".join(lines) + "\n" + more, encoding="utf-8")
    return path


def wish(path: Path, **said: object) -> ImportWish:
    return ImportWish("incidents", path, path.name, datum="wgs84", limits=STREAMED, **said)  # type: ignore[arg-type]


def test_chunks_give_the_report_and_the_rows_that_the_whole_gives(me: Caller, tmp_path: Path) -> None:
    known = me.model.incidents["code"].iloc[0]
    more = f"{known},2024-01-01 10:00,盗窃,群众报警,109.66,28.70\nN00000,2025-12-01 23:10,盗窃,群众报警,109.620000,28.660000\n"
    path = incidents_csv(tmp_path, more=more)  # one known code, one exact duplicate of the first row, three chunks on
    streamed, whole = preview_import(me, wish(path)), preview_import(me, replace(wish(path), limits=DEFAULT_LIMITS))
    assert streamed.streamed is not None and whole.streamed is None
    assert streamed.counts == whole.counts == {"read": 1002, "new": 1000, "known": 1}
    told = [{(f.key, f.severity, f.count) for f in preview.report.findings} for preview in (streamed, whole)]
    assert told[0] == told[1] and ("exact_duplicate", 1) in {(key, count) for key, _, count in told[0]}
    accept_import(me, streamed, accept_warnings=True)
    taken = me.store.read_layer("incidents").iloc[9_000:].reset_index(drop=True)
    assert len(taken) == ROWS and taken["code"].tolist() == whole.rows["code"].tolist()
    assert taken["lon"].tolist() == pytest.approx(whole.rows["lon"].tolist())
    undo_import(me, imports(me)[0].id)
    assert me.store.count("incidents") == 9_000


def test_a_sample_is_there_for_the_map(me: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_points, "SAMPLED", 30)
    preview = preview_import(me, wish(incidents_csv(tmp_path)))
    assert preview.rows is not None and preview.counts["new"] == ROWS and 120 <= len(preview.rows) <= 140
    assert set(preview.rows["code"].str[:2]) == {"N0"} and preview.rows["code"].iloc[-1] >= "N00900"


def test_progress_grows_to_the_whole_and_either_way_stops_it(me: Caller, tmp_path: Path) -> None:
    path, before, told = incidents_csv(tmp_path), me.store.revision(), []

    def hear(share: float, doing: Text) -> bool:
        told.append(share)
        return doing.en != "" and doing.zh != ""

    preview = preview_import(me, wish(path), progress=hear)
    assert len(told) >= 5 and told == sorted(told) and told[0] >= 0 and told[-1] <= 1
    for after in range(len(told)):
        heard: list[float] = []
        with pytest.raises(Refusal, match="Stopped"):
            preview_import(me, wish(path), progress=lambda share, _, heard=heard, n=after: heard.append(share) is None and len(heard) <= n)
    told.clear()
    accept_import(me, preview, True, progress=hear)
    assert told == sorted(told)
    undo_import(me, imports(me)[0].id)
    undone = me.store.revision()
    for after in range(len(told)):
        heard = []
        with pytest.raises(Refusal, match="nothing"):
            accept_import(
                me,
                replace(preview, revision=me.store.revision("incidents")),
                True,
                progress=lambda share, _, heard=heard, n=after: heard.append(share) is None and len(heard) <= n,
            )
    with pytest.raises(Refusal, match="nothing"):
        accept_import(me, replace(preview, revision=me.store.revision("incidents")), True, stop=lambda: True)
    with pytest.raises(Refusal, match="Stopped, nothing written"):
        preview_import(me, wish(path), stop=lambda: True)
    assert me.store.revision() == undone != before and me.store.count("incidents") == 9_000 and me.store.verify_audit().ok


def test_a_file_that_changed_or_went_since_the_preview_is_refused(me: Caller, tmp_path: Path) -> None:
    path = incidents_csv(tmp_path)
    preview = preview_import(me, wish(path))
    path.write_text(path.read_text(encoding="utf-8").replace("盗窃", "纠纷", 1), encoding="utf-8")
    with pytest.raises(Refusal, match="changed since the preview"):
        accept_import(me, preview, accept_warnings=True)
    path.unlink()
    with pytest.raises(Refusal, match="changed since the preview"):
        accept_import(me, preview, accept_warnings=True)
    assert me.store.count("incidents") == 9_000


def test_an_error_in_the_last_chunk_stops_it_and_names_the_row(me: Caller, tmp_path: Path) -> None:
    path = incidents_csv(tmp_path, more="N9,2025-13-45 99:10,盗窃,群众报警,109.66,28.70\n")
    preview = preview_import(me, wish(path))
    wrong = [f for f in preview.report.findings if f.severity == "error"]
    assert preview.rows is None and [f.key for f in wrong] == ["not_a_time"] and wrong[0].rows == (1001,)
    with pytest.raises(Refusal):
        accept_import(me, preview, accept_warnings=True)


def test_protected_rows_are_counted_and_never_among_the_points(me: Caller, tmp_path: Path) -> None:
    path = incidents_csv(tmp_path, more="N9,2025-12-01 10:00,家庭暴力,群众报警,109.66,28.70\n")
    preview = preview_import(me, wish(path))
    assert preview.protected is not None and preview.protected["incidents"].sum() == 1
    assert preview.counts["new"] == ROWS


@pytest.mark.parametrize("limits", [STREAMED, DEFAULT_LIMITS])
def test_protected_counts_are_kept_by_unit_shown_without_small_numbers_and_undone(me: Caller, tmp_path: Path, limits: object) -> None:
    cell = me.model.cells.geometry.iloc[0].representative_point()
    unit = me.model.cells["unit_code"].iloc[0]
    more = "".join(f"D{i},2025-{10 + i % 3}-03 10:00,家庭暴力,群众报警,{cell.x:.6f},{cell.y:.6f}\n" for i in range(7))
    more += f"S1,2025-11-03 10:00,强奸,群众报警,{cell.x:.6f},{cell.y:.6f}\n"
    said = replace(wish(incidents_csv(tmp_path, more=more)), limits=limits)
    preview = preview_import(me, said)
    assert "D1" not in str(preview.as_json()) and preview.report.choices["protected"] == ["domestic", "sexual"]
    shown = {(row["unit_code"], row["group"]): row["incidents"] for row in preview.as_json()["choices"]["protected_counts"]}
    assert (shown[unit, "domestic"], shown[unit, "sexual"]) == ("–", "<5")  # with the 7, the total would tell the 1
    line = accept_import(me, preview, accept_warnings=True)
    kept = me.store.protected_counts()
    assert kept["incidents"].tolist() == [7, 1] and set(kept["unit_code"]) == {unit} and set(kept["import_id"]) == {line.id}
    assert set(kept["first_month"]) == {"2025-10"} and set(kept["last_month"]) == {"2025-12"}
    assert {row["incidents"] for row in protected_of_import(me, line.id) if row["group"] == "sexual"} == {"<5"}
    assert not me.store.read_layer("incidents")["code"].str.startswith(("D", "S")).any()
    again = preview_import(me, said)  # the same file: its points are known by their codes, its counts by its checksum
    assert again.protected is None and "protected_known" in {f.key for f in again.report.findings}
    said.path.write_text(said.path.read_text(encoding="utf-8") + "N77777,2025-12-01 23:10,盗窃,群众报警,109.66,28.70\n", encoding="utf-8")
    assert "protected_overlap" in {f.key for f in preview_import(me, said).report.warnings}
    undo_import(me, line.id)
    assert len(me.store.protected_counts()) == 0 and me.store.verify_audit().ok


def test_a_default_point_is_named_and_left_out_on_demand(me: Caller, tmp_path: Path) -> None:
    more = "".join(f"D{row:04d},2025-12-01 23:10,盗窃,群众报警,109.650000,28.700000\n" for row in range(100))
    path = incidents_csv(tmp_path, more=more)
    for limits in (STREAMED, DEFAULT_LIMITS):
        preview = preview_import(me, replace(wish(path), limits=limits))
        assert preview.default_point == pytest.approx((109.65, 28.70)) and preview.counts["new"] == ROWS + 100
        left = preview_import(me, replace(wish(path, leave_points=(preview.default_point,)), limits=limits))
        assert left.default_point is None and left.counts["new"] == ROWS and left.may_be_taken


def test_rows_without_codes_get_the_same_ones_in_chunks_as_at_once_and_again(me: Caller, tmp_path: Path) -> None:
    path = incidents_csv(tmp_path)
    path.write_text("\n".join(line.partition(",")[2] for line in path.read_text(encoding="utf-8").splitlines()), encoding="utf-8")
    assert "required_field" in {finding.key for finding in preview_import(me, wish(path)).report.findings}
    streamed = preview_import(me, wish(path, number_rows=True))
    whole = preview_import(me, replace(wish(path, number_rows=True), limits=DEFAULT_LIMITS))
    assert streamed.streamed is not None and streamed.counts["new"] == whole.counts["new"] == ROWS
    accept_import(me, streamed, accept_warnings=True)
    assert set(me.store.read_layer("incidents")["code"].iloc[9_000:]) == set(whole.rows["code"])
    assert preview_import(me, wish(path, number_rows=True)).counts == {"read": ROWS, "new": 0, "known": ROWS}


@pytest.mark.parametrize("limits", [STREAMED, DEFAULT_LIMITS])
def test_unknown_choices_are_counted_and_may_be_given_a_meaning(me: Caller, tmp_path: Path, limits: object) -> None:
    said = replace(wish(incidents_csv(tmp_path, category="偷电动车案")), limits=limits)
    preview = preview_import(me, said)
    assert preview.rows is None and preview.unknown_choices == {"category": {"偷电动车案": ROWS}}
    assert preview.as_json()["unknown_choices"] == {"category": {"偷电动车案": ROWS}}
    for meaning in ("theft", "盗窃"):
        told = preview_import(me, replace(said, values={"category": {"偷电动车案": meaning}}))
        assert told.may_be_taken and set(told.rows["category"]) == {"theft"} and not told.unknown_choices
    for values in ({"category": {"偷电动车案": "nonsense"}}, {"code": {"a": "b"}}, {"nothing": {"a": "b"}}):
        with pytest.raises(Refusal):
            preview_import(me, replace(said, values=values))


@pytest.mark.parametrize("limits", [STREAMED, DEFAULT_LIMITS])
def test_one_value_may_be_given_for_a_field_that_the_file_lacks(me: Caller, tmp_path: Path, limits: object) -> None:
    path = tmp_path / "incidents.csv"
    lines = [f"N{row:05d},2025-12-01 23:10,盗窃,{109.62 + row / 20_000:.6f},28.70" for row in range(400)]
    path.write_text("编码,发生时间,类别,经度,纬度\n" + "\n".join(lines) + "\n", encoding="utf-8")
    assert not preview_import(me, replace(wish(path), limits=limits)).may_be_taken
    told = preview_import(me, replace(wish(path), limits=limits, given={"source": "群众报警"}))
    assert told.may_be_taken and set(told.rows["source"]) == {"reported"}


def test_a_code_that_looks_like_a_formula_is_told_as_it_is_at_once(me: Caller, tmp_path: Path) -> None:
    path = incidents_csv(tmp_path, more="=1+1,2025-12-01 10:00,盗窃,群众报警,109.66,28.70\n")
    for limits in (STREAMED, DEFAULT_LIMITS):
        warned = {f.key: f.count for f in preview_import(me, replace(wish(path), limits=limits)).report.warnings}
        assert warned["formula_like"] == 1


def test_a_limit_of_the_settings_refuses_the_file(me: Caller, tmp_path: Path) -> None:
    path = incidents_csv(tmp_path)
    for small in (replace(STREAMED, max_csv_bytes=2_000), replace(DEFAULT_LIMITS, max_file_bytes=2_000)):
        with pytest.raises(Refusal):
            preview_import(me, replace(wish(path), limits=small))
