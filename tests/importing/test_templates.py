"""Templates: Chinese headers, a row that explains, a row that shows how; filled in, they come back through match and check."""

import io

import openpyxl
import pandas as pd
import pytest

from importing.crs_check import Placed
from importing.field_match import matched
from importing.kinds import KINDS
from importing.table_check import checked
from importing.templates import drop_template_rows, template, template_rows
from layers.definition.refusal import Refusal
from tests.importing.drawn_source import TOWN, source

TABLES = [key for key, kind in KINDS.items() if kind.kept == "table" or kind.geometry == "point"]
SHAPES = [key for key in KINDS if key not in TABLES]


def read_csv(data):
    return pd.read_csv(io.BytesIO(data), dtype=str, encoding="utf-8-sig", keep_default_na=False)


def read_xlsx(data):
    rows = list(openpyxl.load_workbook(io.BytesIO(data)).active.values)
    return pd.DataFrame(rows[1:], columns=rows[0], dtype=object)


READ = {"csv": read_csv, "xlsx": read_xlsx}


@pytest.mark.parametrize("format", READ)
@pytest.mark.parametrize("kind", TABLES)
def test_every_field_has_a_column_that_the_matching_finds_again(kind, format):
    table = READ[format](template(kind, format))
    taken = [name for name in ("经度", "纬度") if name in table]
    columns, report = matched(list(table.columns), KINDS[kind], taken=taken)
    assert set(columns) == set(KINDS[kind].field_names) and report.findings == ()
    assert bool(taken) == (KINDS[kind].kept != "table")


@pytest.mark.parametrize("format", READ)
@pytest.mark.parametrize("kind", TABLES)
def test_an_untouched_template_has_no_rows(kind, format):
    table = READ[format](template(kind, format))
    assert len(table) == 2 and len(drop_template_rows(table)) == 0


def test_filled_rows_keep_their_numbers():
    table = read_csv(template("schools", "csv"))
    table.loc[2] = ["S1", "东门小学", "", "东门社区", "小学", "109.645", "28.685"]
    left = drop_template_rows(table)
    assert left.index.tolist() == [2] and left["编码"].tolist() == ["S1"]
    columns, _ = matched(list(left.columns), KINDS["schools"], taken=["经度", "纬度"])
    rows = Placed(lon=left["经度"].to_numpy(float), lat=left["纬度"].to_numpy(float), columns=("经度", "纬度"))
    result = checked(source(left), rows, KINDS["schools"], columns, TOWN)
    assert result.frame["unit_code"].tolist() == ["430100001001"] and result.frame.index.tolist() == [3] and not result.report.refused


def test_an_example_row_that_was_overwritten_is_not_lost():
    table = read_csv(template("schools", "csv"))
    table.loc[1, "名称"] = "东门小学"
    left = drop_template_rows(table)
    assert left["编码"].tolist() == ["A001"] and left["名称"].tolist() == ["东门小学"]


def test_other_tables_come_back_as_they_are():
    for table in (pd.DataFrame({"编码": ["1", None, 3]}), pd.DataFrame(), pd.DataFrame({"a": []})):
        assert drop_template_rows(table) is table


def test_the_sheet_is_text_with_a_frozen_header_and_offers_the_choices():
    sheet = openpyxl.load_workbook(io.BytesIO(template("incidents", "xlsx"))).active
    assert sheet.title == "警情点" and sheet.freeze_panes == "A2"
    assert all(cell.data_type == "s" and cell.number_format == "@" for row in sheet.iter_rows(max_row=3) for cell in row if cell.value)
    assert sheet.column_dimensions["A"].number_format == "@"
    assert {rule.formula1 for rule in sheet.data_validations.dataValidation} >= {'"群众报警,主动发现"'}


def test_the_csv_opens_in_excel_and_explains_in_chinese():
    data = template("staff", "csv")
    assert data.startswith(b"\xef\xbb\xbf") and b"\r\n" in data
    header, explaining, example = template_rows(KINDS["staff"])
    assert header == ["编码", "姓名", "英文名", "人员类别"]
    assert explaining[0].startswith("【说明】必填") and "民警、辅警" in explaining[3] and example[0].startswith("【示例】")


@pytest.mark.parametrize("kind", SHAPES)
def test_areas_and_lines_have_no_table(kind):
    with pytest.raises(Refusal, match="shapes"):
        template(kind, "xlsx")


def test_unknown_kinds_and_formats_are_refused():
    with pytest.raises(Refusal, match="residents"):
        template("residents", "csv")
    with pytest.raises(Refusal, match="pdf"):
        template("staff", "pdf")
