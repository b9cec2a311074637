"""A sheet is read as a person sees it.

     A        B        C
1    花名册 (merged A1:C1)
2    姓名     社区     编码
3    甲       杨家村   430703001001
4    乙       (merged with B3)
"""

from pathlib import Path

import pytest

from importing.raw_table import Ask, RawTable
from importing.read_xlsx import column_number, date_text, number_text, read_xlsx
from importing.xlsx_parts import shows_date
from layers.definition.refusal import Refusal
from tests.importing.good_files import workbook


def text(reference: str, value: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>'


def read(folder: Path, rows: dict[int, str], after: str = "", **parts: str) -> RawTable:
    path = folder / "a.xlsx"
    filled = "".join(f'<row r="{number}">{cells}</row>' for number, cells in rows.items())
    path.write_bytes(workbook(filled + f"</sheetData>{after}<sheetData>", {f"xl/{name}.xml": part for name, part in parts.items()}))
    return read_xlsx(path, Ask("a.xlsx"))


def values(table: RawTable) -> dict[str, list[str | None]]:
    return {name: column.to_pylist() for name, column in table.columns}


def keys(table: RawTable) -> dict[str, int]:
    return {finding.key: finding.count for finding in table.findings}


def test_a_title_is_passed_over_and_merged_cells_are_filled(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        {
            1: text("A1", "花名册"),
            2: text("A2", "姓名") + text("B2", "社区") + text("C2", "编码"),
            3: text("A3", "甲") + text("B3", "杨家村") + '<c r="C3"><v>430703001001</v></c>',
            4: text("A4", "乙"),
        },
        '<mergeCells><mergeCell ref="A1:C1"/><mergeCell ref="B3:B4"/></mergeCells>',
    )
    assert values(table) == {"姓名": ["甲", "乙"], "社区": ["杨家村", "杨家村"], "编码": ["430703001001", None]}
    assert keys(table) == {"rows_above_header": 1}


def test_shared_strings_leave_the_pronunciation_out(tmp_path: Path) -> None:
    strings = "<sst><si><t>编码</t></si><si><r><t>杨</t></r><r><t>家村</t></r><rPh><t>yang</t></rPh></si></sst>"
    table = read(
        tmp_path, {1: '<c r="A1" t="s"><v>0</v></c>', 2: '<c r="A2" t="s"><v>1</v></c><c r="B2" t="s"><v>99</v></c>'}, sharedStrings=strings
    )
    assert values(table) == {"编码": ["杨家村"]}


def test_formulas_errors_and_rounded_numbers_are_told_with_their_rows(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        {
            1: text("A1", "a") + text("B1", "b"),
            2: '<c r="A2"><f>1+1</f><v>2</v></c><c r="B2"><f>NOW()</f></c>',
            3: '<c r="A3" t="e"><v>#N/A</v></c><c r="B3"><v>4.3070300100100102E+17</v></c>',
        },
    )
    assert values(table) == {"a": ["2", None], "b": [None, "430703001001001020"]}
    assert keys(table) == {"formulas": 2, "formula_without_result": 1, "error_cells": 1, "rounded_numbers": 1}
    assert {finding.key: finding.rows for finding in table.findings}["error_cells"] == (2,)


def test_blank_rows_between_stay_so_that_row_numbers_hold(tmp_path: Path) -> None:
    table = read(tmp_path, {3: text("A3", "a") + text("B3", "b"), 5: text("A5", "1"), 9: '<c r="A9" s="1"/>'})
    assert values(table) == {"a": [None, "1"], "b": [None, None]}


def test_dates_are_told_by_the_style(tmp_path: Path) -> None:
    styles = (
        '<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>'
        '<numFmt numFmtId="171" formatCode="[Red]0.0&quot; days&quot;"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs>'
        "</styleSheet>"
    )
    row = "".join(f'<c r="{column}2" s="{style}"><v>45322</v></c>' for column, style in (("A", 0), ("B", 1), ("C", 2)))
    table = read(tmp_path, {1: text("A1", "a") + text("B1", "b") + text("C1", "c"), 2: row}, styles=styles)
    assert values(table) == {"a": ["45322"], "b": ["2024-01-31"], "c": ["45322"]}


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("12.0", "12"),
        ("0.1", "0.1"),
        ("0.30000000000000004", "0.3"),
        ("1E3", "1000"),
        ("-7", "-7"),
        ("1e999999999", "1e999999999"),
        ("x", "x"),
    ],
)
def test_a_number_is_written_as_a_person_sees_it(written: str, seen: str) -> None:
    assert number_text(written) == seen


@pytest.mark.parametrize(
    ("written", "seen"),
    [("45322", "2024-01-31"), ("45322.354166666664", "2024-01-31 08:30:00"), ("0.5", "12:00:00"), ("9e9", "9e9"), ("nan", "nan")],
)
def test_a_date_is_wall_clock_text(written: str, seen: str) -> None:
    assert date_text(written) == seen


def test_the_calendar_of_1904_is_1462_days_later() -> None:
    assert date_text("43860", from_1904=True) == "2024-01-31"


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("yyyy-mm-dd", True),
        ("h:mm", True),
        ("[h]:mm:ss", True),
        ("0.00", False),
        ('0" days"', False),
        ("[Red]0", False),
        ("General", False),
        ("@", False),
    ],
)
def test_number_formats_that_show_a_date(code: str, is_date: bool) -> None:
    assert shows_date(code) is is_date


def test_columns_count_from_a() -> None:
    assert [column_number(letters) for letters in ("A", "Z", "AA", "XFD")] == [1, 26, 27, 16384]


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="nothing in the sheets"):
        read(tmp_path, {1: '<c r="A1" s="1"/>'})
