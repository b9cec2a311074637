"""Step check: tables of a drawn town (see drawn_source) become exactly the layer's fields, or it is said why not."""

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from importing.column import plain
from importing.crs_check import Placed, placed
from importing.field_match import matched
from importing.import_report import ImportReport
from importing.kinds import KINDS
from importing.protected_categories import PROTECTED
from importing.table_check import TableCheck, checked
from importing.usual_wordings import USUAL
from layers import LAYERS
from storage.rows_in import layer_rows
from tests.importing.drawn_source import FRAME, TOWN, UNIT_SHAPES, UNITS, finding, keys, source

INCIDENTS = pd.DataFrame(
    {
        "警情编号": ["J1", "J2", "J3", "J4"],
        "发生时间": ["2025-01-01 07:56", "2025/1/2 8:00", "2025年1月3日 9时", "2025-01-04T10:00:00+08:00"],
        "最晚时间": ["", "2025-01-02 09:00", None, ""],
        "类别": ["盗窃", "theft", "纠纷", "噪声扰民"],
        "来源": ["群众报警", "reported", "主动发现", "群众报警"],
        "经度": ["109.645", "109.665", "109.645", "109.667"],
        "纬度": ["28.685", "28.685", "28.705", "28.711"],
    },
    dtype=object,
)
SCHOOLS = pd.DataFrame(
    {
        "编码": ["S1", "S2", "S3"],
        "名称": ["东门小学", "西门小学", "甲村小学"],
        "所属社区/村": ["430100001001", "西门社区", "甲村村委会"],
        "学段": ["小学", "primary", ""],
        "lon": [109.645, 109.665, 109.645],
        "lat": [28.685, 28.685, 28.705],
    }
)


def changed(table, **columns):
    """The table with other values, by column and row: changed(INCIDENTS, 类别={1: '家暴'})."""
    table = table.copy()
    for column, values in columns.items():
        for row, value in values.items():
            table.loc[row, column] = value
    return table


def check(table, key, town=TOWN, shapes=None, **more):
    kind, file = KINDS[key], source(table, shapes, None if shapes is None else "EPSG:4490")
    rows = None if kind.kept == "table" else placed(file, FRAME, datum="wgs84")[0]
    columns, _ = matched(list(file.columns.columns), kind, taken=() if rows is None else rows.columns, given=more.get("given", ()))
    return checked(file, rows, kind, columns, town, **more)


def test_incidents_come_out_as_the_store_wants_them():
    result = check(INCIDENTS, "incidents")
    frame = result.frame
    assert list(frame.columns) == [field.name for field in LAYERS["incidents"].fields] + ["lon", "lat"]
    assert frame["category"].tolist() == ["theft", "theft", "dispute", "noise"] and frame.index.tolist() == [1, 2, 3, 4]
    assert frame["occurred_at"].astype(str).tolist() == [
        f"2025-01-0{i} {t}:00" for i, t in enumerate(["07:56", "08:00", "09:00", "10:00"], 1)
    ]
    assert frame["occurred_until"].notna().tolist() == [False, True, False, False]
    assert layer_rows(LAYERS["incidents"], frame).count == 4
    assert keys(result.report) == [] and result.report.choices["time_zone"] == "Asia/Shanghai"
    assert (result.report.choices["rows_read"], result.report.choices["rows_taken"]) == (4, 4)


def test_schools_of_a_table_become_points_with_the_units_code_by_code_or_name():
    result = check(SCHOOLS, "schools")
    assert isinstance(result.frame, gpd.GeoDataFrame) and result.frame.crs == "EPSG:4490"
    assert result.frame["unit_code"].tolist() == ["430100001001", "430100001002", "430100001201"]
    assert result.frame["level"].tolist() == ["primary", "primary", None] and not result.report.refused
    assert layer_rows(LAYERS["schools"], result.frame).count == 3


def test_areas_come_out_with_their_shapes_and_counts_as_whole_numbers():
    table = {"编码": ["430100001001001", "430100001001002"], "名称": ["一", "二"], "房屋": ["1,234", ""], "人口": ["３０", "40人"]}
    shapes = [shapely.box(109.64, 28.68, 109.65, 28.70), shapely.box(109.65, 28.68, 109.66, 28.70)]
    result = check(pd.DataFrame(table), "grid_cells", shapes=shapes)
    assert result.frame["dwellings"].tolist()[0] == 1234 and result.frame["persons"].tolist() == [30, 40]
    assert result.frame["unit_code"].tolist() == ["430100001001"] * 2 and keys(result.report) == ["unit_from_place"]
    assert layer_rows(LAYERS["grid_cells"], result.frame).count == 2


def test_staff_and_tasks_are_plain_text_with_days():
    staff = check({"警号": ["P01", "P02"], "姓名": ["王建国", "李明"], "岗位": ["民警", "辅警"]}, "staff")
    assert staff.frame["kind"].tolist() == ["officer", "auxiliary"] and not staff.report.refused
    tasks = check(
        {
            "人员": ["李明", "P01"],
            "对象类型": ["社区/村", "网格"],
            "对象编码": ["东门社区", "430100001001001"],
            "职责": ["社区民警"] * 2,
            "开始日期": ["2025年1月1日", ""],
        },
        "assignments",
    )
    assert tasks.frame["staff_code"].tolist() == ["P02", "P01"] and tasks.frame["target_code"].tolist() == [
        "430100001001",
        "430100001001001",
    ]
    assert tasks.frame["valid_from"].tolist() == ["2025-01-01", None] and keys(tasks.report) == []


# refuses


def test_days_without_a_time_are_midnight_and_must_be_accepted():
    result = check(changed(INCIDENTS, 发生时间={2: "2025-01-03"}), "incidents")
    found = finding(result.report, "time_without_clock")
    assert (found.severity, found.rows) == ("warning", (3,)) and str(result.frame["occurred_at"][3]) == "2025-01-03 00:00:00"


def test_missing_required_values_are_named_by_row_and_place():
    result = check(changed(INCIDENTS, 类别={1: ""}, 警情编号={2: None}), "incidents")
    assert [(f.key, f.rows, f.places) for f in result.report.findings] == [
        ("required_empty", (3,), ((109.645, 28.705),)),
        ("required_empty", (2,), ((109.665, 28.685),)),
    ]


def test_unknown_choices_are_listed_with_their_counts_and_can_be_given_a_meaning():
    table = changed(INCIDENTS, 类别={0: "摸包", 1: "摸包", 2: "黄赌"})
    found = finding(check(table, "incidents").report, "unknown_choice")
    assert found.severity == "error" and found.count == 3
    assert '"摸包" in 2' in found.what.en and "“摸包”2 行、“黄赌”1 行" in found.what.zh and "纠纷" in found.what_next.zh
    result = check(table, "incidents", wordings={"category": {"摸包": "petty_theft", "黄赌": "gambling"}})
    assert result.frame["category"].tolist() == ["petty_theft", "petty_theft", "gambling", "noise"] and not result.report.refused


def test_usual_wordings_are_read_told_and_overruled_by_the_person():
    table = changed(INCIDENTS, 类别={0: "扒窃", 1: "盗窃类案件", 2: "邻里纠纷"}, 来源={0: "110报警", 3: "巡逻发现"})
    result = check(table, "incidents")
    assert result.frame["category"].tolist() == ["theft", "theft", "dispute", "noise"] and not result.report.refused
    assert result.frame["source"].tolist() == ["reported", "reported", "found", "found"]
    told = [f for f in result.report.findings if f.key == "usual_wording"]
    assert [(f.severity, f.count) for f in told] == [("note", 3), ("note", 2)]
    assert "“扒窃”→盗窃 1 行" in told[0].what.zh and '"邻里纠纷" as dispute in 1' in told[0].what.en
    assert result.usual_choices["category"] == {"扒窃": "theft", "盗窃类案件": "theft", "邻里纠纷": "dispute"}
    said = check(table, "incidents", wordings={"category": {"扒窃": "petty_theft"}})
    assert said.frame["category"].tolist() == ["petty_theft", "theft", "dispute", "noise"]
    assert "扒窃" not in said.usual_choices["category"]


@pytest.mark.parametrize("kind_field", USUAL, ids=".".join)
def test_every_usual_wording_means_one_known_choice_that_is_not_its_own_name(kind_field):
    kind, field = kind_field
    choices = KINDS[kind].field(field).choices
    words = [plain(word) for written in USUAL[kind_field].values() for word in written.split()]
    assert set(USUAL[kind_field]) <= set(choices) and len(words) == len(set(words))
    assert not {plain(word) for key, text in choices.items() for word in (key, *text)} & set(words)


def test_one_value_can_be_given_for_all_rows():
    result = check(INCIDENTS.drop(columns="来源"), "incidents", given={"source": "群众报警"})
    assert result.frame["source"].tolist() == ["reported"] * 4 and result.report.choices["given"] == {"source": "群众报警"}


@pytest.mark.parametrize(
    ("value", "key"),
    [("2025-01-01T07:56:00Z", "other_offset"), ("01/02/2025", "not_a_time"), ("1900-01-01 00:00", "time_out_of_range")],
)
def test_times_that_would_have_to_be_guessed_are_errors(value, key):
    found = finding(check(changed(INCIDENTS, 发生时间={0: value}), "incidents").report, key)
    assert found.severity == "error" and found.rows == (1,) and value in found.what.en


def test_spans_that_end_before_they_begin_are_errors_and_long_ones_warned_of():
    result = check(changed(INCIDENTS, 最晚时间={0: "2025-01-01 07:00", 1: "2025-01-09 08:01", 2: "2025-01-10 09:00"}), "incidents")
    assert finding(result.report, "span_backwards").rows == (1,) and finding(result.report, "span_backwards").severity == "error"
    assert finding(result.report, "span_long").rows == (2,) and finding(result.report, "span_long").severity == "warning"


def test_unknown_units_are_listed_and_names_that_two_units_share_are_unknown():
    found = finding(check(changed(SCHOOLS, **{"所属社区/村": {0: "南门社区"}}), "schools").report, "unknown_unit")
    assert found.severity == "error" and "南门社区" in found.what.zh
    twins = dataclasses.replace(TOWN, units={**UNITS, "430100001003": "东门社区"})
    assert finding(check(changed(SCHOOLS, **{"所属社区/村": {0: "东门社区"}}), "schools", twins).report, "unknown_unit").rows == (1,)


def test_unknown_officers_are_counted_without_their_names():
    result = check({"人员": ["赵六"], "对象类型": ["网格"], "对象编码": ["430100001001001"], "职责": ["社区民警"]}, "assignments")
    found = finding(result.report, "unknown_officer")
    assert found.severity == "error" and "赵六" not in str(found.as_json())


def test_cells_of_a_plan_must_be_there_once():
    table = {"网格编码": ["430100001001001", "430100001001001", "9"], "警务区": ["01", "02", "01"]}
    result = check(table, "plan_cells")
    assert finding(result.report, "unknown_cell").rows == (3,) and finding(result.report, "duplicate_key").rows == (2,)
    assert result.frame["beat"].tolist() == ["01", "02", "01"]


def test_units_that_are_not_known_are_not_checked():
    result = check(SCHOOLS, "schools", dataclasses.replace(TOWN, units=None, unit_shapes=None))
    assert result.frame["unit_code"].tolist() == SCHOOLS["所属社区/村"].tolist() and not result.report.refused


def test_a_unit_comes_from_the_place_when_empty_and_a_wrong_one_is_warned_of():
    result = check(changed(SCHOOLS, **{"所属社区/村": {0: "", 1: "甲村"}}), "schools")
    assert result.frame["unit_code"].tolist() == ["430100001001", "430100001201", "430100001201"]
    assert finding(result.report, "unit_from_place").rows == (1,) and finding(result.report, "unit_elsewhere").rows == (2,)


def test_rows_without_a_place_are_an_error_for_schools_and_left_out_of_incidents():
    result = check(changed(SCHOOLS, lon={1: np.nan}, lat={1: np.nan}), "schools")
    assert finding(result.report, "no_place").severity == "error" and finding(result.report, "no_place").rows == (2,)
    result = check(changed(INCIDENTS, 经度={1: ""}, 纬度={1: None}), "incidents")
    assert finding(result.report, "left_out_without_place").severity == "warning" and result.frame.index.tolist() == [1, 3, 4]


def test_shapes_of_another_kind_are_an_error():
    shapes = [shapely.Point(109.65, 28.69), shapely.box(109.65, 28.69, 109.66, 28.70)]
    found = finding(check(pd.DataFrame({"编码": ["a", "b"], "名称": ["a", "b"]}), "villages", shapes=shapes).report, "wrong_geometry")
    assert found.rows == (1,) and "Point" in found.what.en


# repeats


def test_the_same_code_on_different_rows_is_an_error():
    found = finding(check(changed(INCIDENTS, 警情编号={2: "J1"}), "incidents").report, "duplicate_key")
    assert (found.severity, found.rows, found.places) == ("error", (3,), ((109.645, 28.705),)) and "J1" in found.what.en


def test_exact_duplicates_are_taken_once_and_repeats_with_a_code_of_their_own_are_kept():
    table = pd.concat([INCIDENTS, INCIDENTS.iloc[[0]], INCIDENTS.iloc[[1]].assign(警情编号="J9")], ignore_index=True)
    result = check(table, "incidents")
    assert finding(result.report, "exact_duplicate").rows == (5,) and finding(result.report, "exact_duplicate").severity == "warning"
    assert finding(result.report, "same_but_code").rows == (6,) and result.frame["code"].tolist() == ["J1", "J2", "J3", "J4", "J9"]


def many(count, on_one_point):
    at = np.arange(count)
    first = at < on_one_point
    return pd.DataFrame(
        {
            "编号": [f"J{i}" for i in at],
            "时间": [f"2025-01-{1 + i % 28:02d} 07:{i % 60:02d}" for i in at],
            "类别": "盗窃",
            "来源": "群众报警",
            "lon": np.where(first, 109.65, 109.641 + at * 1e-5),
            "lat": np.where(first, 28.69, 28.681 + at * 1e-5),
        }
    )


def test_a_point_on_which_the_geocoder_put_what_it_could_not_find_is_warned_of():
    report = check(many(400, 40), "incidents").report
    found = finding(report, "default_point")
    assert (found.severity, found.count, found.places) == ("warning", 40, ((109.65, 28.69),)) and "10.0%" in found.what.en
    assert finding(report, "stacked").count == 40


def test_a_few_rows_on_one_point_are_only_noted():
    report = check(many(400, 3), "incidents").report
    assert keys(report) == ["stacked"] and finding(report, "stacked").count == 3


# what must not become points


@pytest.mark.parametrize(
    ("wording", "group"),
    [
        ("家庭暴力", "domestic"),
        ("强制猥亵", "sexual"),
        ("侵害未成年人", "juvenile"),
        ("猥亵儿童", "sexual"),
        ("domestic violence", "domestic"),
        ("Rape", "sexual"),
    ],
)
def test_protected_categories_are_counted_by_unit_and_leave_no_trace_in_rows_or_report(wording, group):
    result = check(changed(INCIDENTS, 类别={1: wording}), "incidents")
    assert result.protected_counts.to_dict("records") == [{"unit_code": "430100001002", "group": group, "incidents": 1}]
    assert result.frame["code"].tolist() == ["J1", "J3", "J4"] and not result.report.refused
    found = finding(result.report, "protected_counted")
    assert found.what.en.startswith("<5 rows") and found.what.zh.startswith("<5 行")
    assert (found.count, found.rows, found.places) == (0, (), ()) and result.report.choices["protected"] == [group]
    assert "J2" not in str(result.report.as_json()) and "109.665" not in str(result.report.as_json())


def test_other_columns_can_say_so_too_by_their_words_or_by_a_yes():
    table = INCIDENTS.assign(
        备注=["", "家暴警情", "", ""], 是否涉未成年人=["否", "否", "是", "0"], 地点=["儿童公园", "少年宫", "grape lane", "妇女儿童中心"]
    )
    result = check(table, "incidents")
    assert result.protected_counts["group"].tolist() == ["domestic", "juvenile"] and result.frame["code"].tolist() == ["J1", "J4"]


def test_protected_rows_outside_every_unit_are_counted_without_one():
    result = check(changed(INCIDENTS, 类别={0: "家暴"}, 经度={0: "109.60"}), "incidents")
    assert result.protected_counts["unit_code"].tolist() == [None] and result.protected_counts["incidents"].sum() == 1


def test_every_protected_category_says_why():
    assert all(group.reason.zh and group.reason.en and group.title.zh for group in PROTECTED)


# personal data


def test_a_column_of_phones_stops_the_import_even_when_no_field_takes_it():
    result = check(SCHOOLS.assign(电话=["13812345678", "13912345678", ""]), "schools")
    assert keys(result.report, "error") == ["personal_phone"] and "13812345678" not in str(result.report.as_json())


def test_a_personal_column_that_the_person_leaves_out_stops_nothing_and_others_still_do():
    table = SCHOOLS.assign(电话=["13812345678", "13912345678", ""], 负责人=["王建国", "李明", "张伟"])
    result = check(table, "schools", left=["电话"])
    assert keys(result.report, "error") == ["personal_name"] and result.report.choices["personal_columns"] == ["负责人"]
    both = check(table, "schools", left=["电话", "负责人"])
    assert not both.report.refused and not {"电话", "负责人"} & set(both.frame.columns)


def test_names_are_allowed_where_staff_is_kept_and_nowhere_else():
    names = ["王建国", "李明", "张伟"]
    assert not check({"编号": ["1", "2", "3"], "姓名": names, "岗位": ["民警"] * 3}, "staff").report.refused
    assert keys(check(SCHOOLS.assign(负责人=names), "schools").report, "error") == ["personal_name"]


def test_a_default_point_can_be_taken_as_no_place():
    lon, lat = zip(*[(109.645, 28.685) if n % 2 else (109.65 + n / 10_000, 28.70) for n in range(100)], strict=True)
    table = pd.concat([INCIDENTS.iloc[:1]] * 100, ignore_index=True)
    table = table.assign(警情编号=[f"J{n}" for n in range(100)], 经度=lon, 纬度=lat)
    table.loc[[1, 3], "类别"] = "家庭暴力"
    result = check(table, "incidents")
    assert finding(result.report, "default_point").count == 48 and result.default_point == pytest.approx((109.645, 28.685))
    assert result.protected_counts["unit_code"].tolist() == ["430100001001"]
    told = check(table, "incidents", nowhere=[result.default_point])
    assert len(told.frame) == 50 and told.default_point is None and "default_point" not in keys(told.report)
    assert finding(told.report, "left_out_without_place").count == 48 and finding(told.report, "default_point_left").count == 50
    assert told.protected_counts["unit_code"].tolist() == [None]  # where they happened is not known either


# chunks


def test_a_file_in_chunks_comes_out_as_the_whole_file_does():
    table = pd.concat(
        [many(300, 30), many(300, 30).iloc[[5, 7]], many(300, 30).iloc[[9]].assign(时间="2025-03-01 00:00")], ignore_index=True
    )
    table = changed(table, 类别={11: "家暴", 250: "黄赌"})
    whole = check(table, "incidents")
    kind = KINDS["incidents"]
    columns, _ = matched(list(table.columns), kind, taken=["lon", "lat"])
    chunks = TableCheck(kind, columns, TOWN)
    parts = []
    for at in range(0, len(table), 37):
        piece = table.iloc[at : at + 37]
        parts.append(chunks.add(source(piece), Placed(lon=piece["lon"].to_numpy(), lat=piece["lat"].to_numpy(), columns=("lon", "lat"))))
    pd.testing.assert_frame_equal(pd.concat(parts), whole.frame)
    pd.testing.assert_frame_equal(chunks.protected_counts(), whole.protected_counts)
    assert chunks.report() == whole.report == chunks.report()
    assert finding(whole.report, "exact_duplicate").rows == (301, 302) and finding(whole.report, "duplicate_key").rows == (303,)


def test_an_empty_table_comes_out_empty_with_all_columns():
    for key in ("incidents", "schools", "staff"):
        kind = KINDS[key]
        rows = None if key == "staff" else Placed(lon=np.empty(0), lat=np.empty(0))
        result = checked(source({"编码": []}), rows, kind, {"code": "编码"}, TOWN)
        assert len(result.frame) == 0 and set(kind.field_names) <= set(result.frame.columns) and result.report.findings == ()


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["J1", "J2", "", "00J", None]),
            st.sampled_from(["2025-01-01 07:56", "2025/1/1", "nonsense", ""]),
            st.sampled_from(["盗窃", "theft", "家暴", "别的", None]),
            st.one_of(st.floats(109.64, 109.68), st.just(np.nan)),
            st.floats(28.68, 28.72),
        ),
        max_size=12,
    )
)
def test_every_row_is_taken_counted_or_named(rows):
    table = pd.DataFrame(rows, columns=["编号", "时间", "类别", "lon", "lat"]).assign(来源="群众报警")
    places = Placed(lon=table["lon"].to_numpy(float), lat=table["lat"].to_numpy(float), columns=("lon", "lat"))
    columns = {"code": "编号", "occurred_at": "时间", "category": "类别", "source": "来源"}
    result = checked(source(table), places, KINDS["incidents"], columns, TOWN)
    found = {f.key: f.count for f in result.report.findings}
    gone = found.get("left_out_without_place", 0) + found.get("exact_duplicate", 0) + int(result.protected_counts["incidents"].sum())
    assert len(result.frame) + gone == len(table)
    if not result.report.refused:
        assert layer_rows(LAYERS["incidents"], result.frame).count == len(result.frame)


def test_the_report_goes_into_json():
    report = check(changed(INCIDENTS, 类别={0: "摸包"}), "incidents").report
    assert isinstance(report, ImportReport) and report.as_json()["findings"][0]["key"] == "unknown_choice"
    assert len(UNIT_SHAPES) == len(UNITS)
