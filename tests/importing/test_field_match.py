"""Which column becomes which field, by name in both languages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importing.field_match import matched, suggest_columns, suggest_matches
from importing.kinds import KINDS
from layers import LAYERS
from layers.definition.refusal import Refusal
from tests.importing.drawn_source import finding, keys


@pytest.mark.parametrize(
    ("kind", "columns", "wanted"),
    [
        ("schools", ["编码", "名称", "学段"], {"code": "编码", "name": "名称", "level": "学段"}),
        (
            "schools",
            ["学校编号", "学校名称", "所在社区", "类型"],
            {"code": "学校编号", "name": "学校名称", "unit_code": "所在社区", "level": "类型"},
        ),
        ("schools", ["ID", "Name", "unit_code"], {"code": "ID", "name": "Name", "unit_code": "unit_code"}),
        (
            "grid_cells",
            ["网格编码", "网格名称", "房屋（户）", "人口 (人)", "流动人口数"],
            {"code": "网格编码", "name": "网格名称", "dwellings": "房屋（户）", "persons": "人口 (人)", "floating_persons": "流动人口数"},
        ),
        (
            "incidents",
            ["警情编号", "案发时间", "最晚时间", "警情类别", "来源"],
            {"code": "警情编号", "occurred_at": "案发时间", "occurred_until": "最晚时间", "category": "警情类别", "source": "来源"},
        ),
        (
            "incidents",
            ["CODE", "Occurred At", "occurred_u"],
            {"code": "CODE", "occurred_at": "Occurred At", "occurred_until": "occurred_u"},
        ),
        ("communities", ["XZQDM", "XZQMC", "BZ"], {"code": "XZQDM", "name": "XZQMC"}),
        ("villages", ["BSM", "ZLDWDM", "ZLDWMC"], {"code": "ZLDWDM", "name": "ZLDWMC"}),
        ("incidents", ["接警单编号", "报警时间", "报警方式"], {"code": "接警单编号", "occurred_at": "报警时间", "source": "报警方式"}),
        ("staff", ["警号", "姓名", "岗位"], {"code": "警号", "name": "姓名", "kind": "岗位"}),
        ("plan_cells", ["网格", "警务区"], {"cell_code": "网格", "beat": "警务区"}),
    ],
)
def test_columns_of_real_files_find_their_fields(kind, columns, wanted):
    assert suggest_columns(columns, KINDS[kind]) == wanted


@pytest.mark.parametrize("name", ["编 码", "编码*", "ＣＯＤＥ", "Code ", "c o d e", "编码（12位）", "【编码】编码"])
def test_width_case_blanks_marks_and_brackets_do_not_count(name):
    assert suggest_columns([name], KINDS["schools"]) == {"code": name}


def test_a_layer_can_be_asked_as_well_as_a_kind():
    assert suggest_columns(["编码"], LAYERS["schools"]) == {"code": "编码"}


def test_one_column_serves_one_field_and_the_best_pairing_wins():
    # 类型 could be kind or category; alone it is level. 名称 is better for name than 学校名称.
    matches = suggest_matches(["学校名称", "名称"], KINDS["schools"])
    assert [(match.field, match.column) for match in matches] == [("name", "名称")]


def test_every_match_has_a_confidence_and_a_reason_in_both_languages():
    by_field = {match.field: match for match in suggest_matches(["编码", "学校名称", "所在社区", "现有学段"], KINDS["schools"])}
    assert [by_field[f].confidence for f in ("code", "name", "level")] == [1.0, 0.9, 0.75]
    assert 0.9 < by_field["unit_code"].confidence < 1
    assert all(match.reason.zh and match.reason.en for match in by_field.values())


def test_names_that_say_nothing_are_not_matched():
    assert suggest_columns(["Shape_Area", "F12", "面积", "geom", ""], KINDS["schools"]) == {}


def test_the_persons_word_wins_over_a_better_name():
    columns, report = matched(["编码", "旧编码", "名称"], KINDS["schools"], {"旧编码": "code"})
    assert columns == {"code": "旧编码", "name": "名称"}
    assert finding(report, "columns_left").what.zh.endswith("编码。")
    assert report.choices["column_reasons"]["code"] == {"confidence": 1.0, "reason": "your word"}


def test_a_column_can_be_left_out_and_coordinates_are_nobodys():
    columns, report = matched(["编码", "名称", "类型", "经度", "x"], KINDS["schools"], {"类型": "", "x": "lon"}, taken=["经度", "x"])
    assert columns == {"code": "编码", "name": "名称"} and report.choices["columns_left"] == ["类型"]


def test_a_required_field_without_a_column_is_an_error_unless_one_value_is_given_for_it():
    _, report = matched(["编码", "时间", "类别"], KINDS["incidents"])
    assert finding(report, "required_field").severity == "error" and "来源" in finding(report, "required_field").what.zh
    _, report = matched(["编码", "时间", "类别"], KINDS["incidents"], given=["source"])
    assert not report.refused


def test_doubtful_matches_must_be_accepted():
    _, report = matched(["编码", "名称{x}", "现有{学段}学段"], KINDS["schools"])
    assert "现有{学段}学段" in finding(report, "doubtful_match").what.zh and finding(report, "doubtful_match").severity == "warning"


def test_unknown_columns_unknown_fields_and_a_field_twice_are_refused():
    with pytest.raises(Refusal, match="no column nowhere"):
        matched(["编码"], KINDS["schools"], {"nowhere": "code"})
    with pytest.raises(Refusal, match="no field height"):
        matched(["编码"], KINDS["schools"], {"编码": "height"})
    with pytest.raises(Refusal, match="More than one column"):
        matched(["a", "b"], KINDS["schools"], {"a": "code", "b": "code"})


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_finds_its_own_field_names_and_its_chinese_titles(kind):
    fields = KINDS[kind].fields
    assert suggest_columns([field.name for field in fields], KINDS[kind]) == {field.name: field.name for field in fields}
    assert suggest_columns([field.title.zh for field in fields], KINDS[kind]) == {field.name: field.title.zh for field in fields}


@settings(deadline=None)
@given(st.lists(st.text(max_size=12), max_size=12, unique=True), st.sampled_from(sorted(KINDS)))
def test_whatever_the_headers_each_column_serves_at_most_one_field(names, kind):
    columns, report = matched(names, KINDS[kind])
    assert len(set(columns.values())) == len(columns) and set(columns.values()) <= set(names)
    assert set(columns) <= set(KINDS[kind].field_names)
    assert set(report.choices["columns_left"]) == set(names) - set(columns.values())
    missing = [field for field in KINDS[kind].fields if field.required and field.name not in columns]
    assert keys(report).count("required_field") == len(missing)
