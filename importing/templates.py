"""Templates to fill in: a sheet per kind with Chinese headers, a row that explains, and a row that shows how."""

import csv
import io
from typing import Any, Literal, get_args

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from importing.kinds import KINDS, Kind, kind_named
from layers.definition.layer import Field
from layers.definition.refusal import Refusal
from layers.definition.text import Text

Format = Literal["csv", "xlsx"]

EXPLAINING, EXAMPLE = "【说明】", "【示例】"
"""What the first cell of the two rows begins with; `drop_template_rows` knows them by it."""
_ROWS = 5_000  # rows of a new sheet that offer the choices
_LIST_LETTERS = 250  # Excel's limit for a list typed into a cell rule is 255
_EXAMPLE_VALUES: dict[str, str] = {
    "code": "A001",
    "name": "示例名称",
    "name_en": "Example",
    "unit_code": "430100001001",
    "occurred_at": "2025-01-01 07:56",
    "occurred_until": "2025-01-01 09:30",
    "valid_from": "2025-01-01",
    "staff_code": "P01",
    "target_code": "430100001001",
    "cell_code": "430100001001001",
    "beat": "01",
    "lead": "P01",
    "product": "油茶",
    "lon": "112.94",
    "lat": "28.23",
}
_PLACE = (
    Field("lon", Text("经度", "longitude"), "Decimal degrees, CGCS2000 or WGS-84, such as 112.94.", "number", required=True),
    Field("lat", Text("纬度", "latitude"), "Decimal degrees, CGCS2000 or WGS-84, such as 28.23.", "number", required=True),
)
_TYPES = {"text": "文字", "integer": "整数", "number": "数字", "time": "当地时间，如 2025-01-01 07:56"}


def template(kind: str, format: Format) -> bytes:
    """An empty table of a kind as CSV (UTF-8 with mark, so that Excel reads it) or XLSX (all cells text, header frozen).

    Refused: an unknown kind or format, and areas and lines, which no table can hold.
    """
    if format not in get_args(Format):
        raise Refusal(
            Text("没有 {format} 格式的模板。", "There is no template as {format}.").fill(format=format),
            Text("可用：csv、xlsx。", "There are csv and xlsx."),
        )
    wanted = kind_named(kind)
    rows = template_rows(wanted)
    return _csv(rows) if format == "csv" else _xlsx(wanted, rows)


def template_rows(kind: Kind) -> list[list[str]]:
    """Header, explaining row and example row of a kind's template. Refused: areas and lines."""
    fields = template_fields(kind)
    header = [field.title.zh for field in fields]
    explaining = [_explained(field, kind.kept == "table") for field in fields]
    example = [_example(field) for field in fields]
    explaining[0], example[0] = EXPLAINING + explaining[0], EXAMPLE + example[0]
    return [header, explaining, example]


def template_fields(kind: Kind) -> tuple[Field, ...]:
    """The fields that a table of this kind has, with longitude and latitude for points. Refused: areas and lines."""
    if kind.kept == "table":
        return kind.fields
    if kind.geometry != "point":
        raise Refusal(
            Text("{kind}是图形，没有表格模板。", "{kind} are shapes, for which there is no table.").fill(kind=kind.title),
            Text("请用 Shapefile、GeoPackage 或 GeoJSON 导入。", "Import them as Shapefile, GeoPackage or GeoJSON."),
        )
    return (*kind.fields, *_PLACE)


def drop_template_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """A filled template without its explaining and example rows; the index, and so the numbers of the rows, stays.

    An example row that somebody has overwritten but for its mark is kept, without the mark. Any other table comes back as it is.
    """
    if not len(frame.columns) or not len(frame):
        return frame
    first = frame.iloc[:, 0].astype(object)
    marked = [isinstance(value, str) and value.startswith((EXPLAINING, EXAMPLE)) for value in first]
    if not any(marked):
        return frame
    examples = {tuple(template_rows(kind)[2]) for kind in KINDS.values() if kind.kept == "table" or kind.geometry == "point"}
    own = [mark and str(first.iloc[i]).startswith(EXAMPLE) and _cells(frame, i) not in examples for i, mark in enumerate(marked)]
    frame = frame.copy()
    frame.isetitem(0, [str(value).removeprefix(EXAMPLE) if mine else value for value, mine in zip(first, own, strict=True)])
    return frame[[mine or not mark for mine, mark in zip(own, marked, strict=True)]]


def _cells(frame: pd.DataFrame, row: int) -> tuple[str, ...]:
    return tuple("" if pd.isna(value) else str(value) for value in frame.iloc[row])


def _explained(field: Field, days: bool) -> str:
    """What a column takes, in Chinese: required or not, type, unit, choices; times of a table are days."""
    kind = "日期，如 2025-01-01" if days and field.type == "time" else _TYPES[field.type]
    parts = ["必填" if field.required else "可空", kind]
    if field.unit is not None:
        parts.append(f"单位：{field.unit.zh}")
    if field.choices:
        parts = [parts[0], "填：" + "、".join(text.zh for text in field.choices.values())]
    if field.name.endswith("code"):
        parts.append("按文本填写，保留开头的 0")
    if field.name in ("lon", "lat"):
        parts = ["必填", "十进制度，CGCS2000 或 WGS-84（高德、百度坐标请在导入时说明）"]
    return "；".join(parts)


def _example(field: Field) -> str:
    if field.choices:
        return next(iter(field.choices.values())).zh
    if field.name in _EXAMPLE_VALUES:
        return _EXAMPLE_VALUES[field.name]
    return "10" if field.type in ("integer", "number") else ""


def _csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(kind: Kind, rows: list[list[str]]) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = kind.title.zh.replace("：", " ")[:31]
    for number, field in enumerate(template_fields(kind), 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = 22
        sheet.column_dimensions[letter].number_format = "@"
        for row, cells in enumerate(rows, 1):
            cell = sheet.cell(row, number, cells[number - 1])
            cell.number_format, cell.data_type = "@", "s"
            cell.alignment = Alignment(wrap_text=row == 2, vertical="top")
            cell.font = Font(bold=row == 1, italic=row > 1, color="666666" if row > 1 else "000000")
            cell.fill = PatternFill("solid", fgColor="DCE6F1" if row == 1 else "F5F5F5")
        _offer_choices(sheet, field, letter)
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _offer_choices(sheet: Any, field: Field, letter: str) -> None:
    words = ",".join(text.zh for text in field.choices.values())
    if not words or len(words) > _LIST_LETTERS:
        return
    rule = DataValidation(type="list", formula1=f'"{words}"', allow_blank=not field.required)
    sheet.add_data_validation(rule)
    rule.add(f"{letter}4:{letter}{_ROWS}")
