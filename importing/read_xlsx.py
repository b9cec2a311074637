"""Reads one sheet of an XLSX: values as the text a person sees, kept results of formulas, merged cells filled. No formula is run."""

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pyarrow as pa

from importing.column_names import clean_names
from importing.import_report import Finding
from importing.raw_table import Ask, RawTable, note, utf8_by_norm, warning
from importing.read_limits import ReadLimits
from importing.read_refusals import choose_layer, listed, shown, too_many
from importing.sniffing import FORMATS
from importing.unpacking import Archive, open_archive
from importing.xlsx_parts import Workbook, parse_part, read_workbook
from layers.definition.refusal import Refusal
from layers.definition.text import Text

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_LAST_ROW = 1_048_576
_EXACT_DIGITS = 15  # Excel keeps no more; the 16th digit of an identity or code number is already lost
_BLANK_ROWS = 10_000  # more than this between two filled rows is a stray cell, not a table
_FIRST_ROWS = 20


@dataclass
class _Sheet:
    """The filled cells as they are read: row number -> column number -> text, both from 1."""

    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    formulas: int = 0
    uncounted: list[int] = field(default_factory=list)
    errors: list[int] = field(default_factory=list)
    rounded: list[int] = field(default_factory=list)


def read_xlsx(path: Path, ask: Ask) -> RawTable:
    """One sheet as a table of text: the one asked for, else the first with anything in it.

    The header is the first row that names more than one column, so a title above is skipped. Refused: XML traps, a
    cell far outside the table, past the limits, no header.
    """
    with open_archive(path, ask.name, ask.limits) as archive:
        book = read_workbook(archive, ask.name, ask.limits)
        if ask.layer is not None and ask.layer not in book.sheets:
            raise choose_layer(ask.name, list(book.sheets), ask.layer)
        chosen, sheet = _first_filled(archive, book, ask, [ask.layer] if ask.layer is not None else list(book.sheets))
    _fill_merged(sheet, ask.limits)
    header_row, columns = _columns(sheet, ask)
    others = tuple(name for name in book.sheets if name != chosen)
    return RawTable(
        layer=chosen,
        columns=columns,
        wkb=None,
        encoding=utf8_by_norm(columns, FORMATS["xlsx"].title),
        other_layers=others,
        findings=tuple(_findings(sheet, header_row, () if ask.layer is not None else others, chosen)),
    )


def _first_filled(archive: Archive, book: Workbook, ask: Ask, names: Sequence[str]) -> tuple[str, _Sheet]:
    for name in names:
        sheet = _cells(archive, book, name, ask)
        if sheet.rows:
            return name, sheet
    raise Refusal(
        Text("{name} 的工作表是空的：{sheets}。", "There is nothing in the sheets of {name}: {sheets}.").fill(
            name=shown(ask.name), sheets=listed(names)
        ),
        Text("请检查是否保存了数据。", "Check whether the data were saved."),
    )


def _cells(archive: Archive, book: Workbook, name: str, ask: Ask) -> _Sheet:
    sheet = _Sheet()
    row = column = count = 0
    attributes: dict[str, str] = {}
    value = ""
    has_formula = False
    texts: list[str] = []

    def started_row(row_attributes: dict[str, str]) -> None:
        nonlocal row, column
        written = row_attributes.get("r", "")
        row, column = int(written) if written.isdecimal() and len(written) < 8 else row + 1, 0

    def started_cell(cell_attributes: dict[str, str]) -> None:
        nonlocal attributes, value, has_formula, column, row
        attributes, value, has_formula = cell_attributes, "", False
        texts.clear()
        place = _REFERENCE.fullmatch(cell_attributes.get("r", ""))
        column = column_number(place[1]) if place else column + 1
        row = int(place[2]) if place else row

    def formula(_: str) -> None:
        nonlocal has_formula
        has_formula = True

    def cached(text: str) -> None:
        nonlocal value
        value = text

    def ended_cell(_: str) -> None:
        nonlocal count
        shown_text = _text(value, "".join(texts), attributes, book, sheet, row)
        sheet.formulas += has_formula
        if has_formula and not shown_text:
            sheet.uncounted.append(row)
        if not shown_text:
            return
        if column > ask.limits.max_columns or not 0 < row <= _LAST_ROW:
            raise _stray(ask.name, attributes.get("r", f"{row}/{column}"))
        count += 1
        if count > ask.limits.max_cells:
            raise too_many(ask.name, Text("单元格", "filled cells"), count, ask.limits.max_cells)
        sheet.rows.setdefault(row, {})[column] = shown_text

    def merged(merge_attributes: dict[str, str]) -> None:
        area = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})", merge_attributes.get("ref", ""))
        if area and len(sheet.merged) < ask.limits.max_cells:
            sheet.merged.append((int(area[2]), column_number(area[1]), int(area[4]), column_number(area[3])))

    start = {"row": started_row, "c": started_cell, "mergeCell": merged}
    parse_part(archive, book.sheets[name], ask.name, start, {"f": formula, "v": cached, "t": texts.append, "c": ended_cell})
    return sheet


def _text(value: str, inline: str, attributes: dict[str, str], book: Workbook, sheet: _Sheet, row: int) -> str:
    kind = attributes.get("t", "n")
    if kind == "s":
        return book.strings[int(value)] if value.isdecimal() and len(value) < 9 and int(value) < len(book.strings) else ""
    if kind == "inlineStr":
        return inline
    if kind == "e":
        sheet.errors.append(row)
        return ""
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    if kind != "n" or not value:
        return value
    style = attributes.get("s", "0")
    if style.isdecimal() and len(style) < 7 and int(style) in book.date_styles:
        return date_text(value, book.from_1904)
    text = number_text(value)
    if text.lstrip("-").isdecimal() and len(text.lstrip("-")) > _EXACT_DIGITS:
        sheet.rounded.append(row)
    return text


def number_text(written: str) -> str:
    """A number of a sheet as a person sees it: whole ones without a point, others to the 15 digits that Excel keeps."""
    try:
        number = Decimal(written)
        if number == number.to_integral_value() and number.adjusted() < 30:
            return str(int(number))
        return format(float(number), ".15g") if math.isfinite(float(number)) else written
    except (InvalidOperation, ValueError, OverflowError):
        return written


def date_text(written: str, from_1904: bool = False) -> str:
    """A date of a sheet, which is days since 1899-12-30, as local wall-clock text: 2024-01-31, 08:30:00, or both."""
    try:
        days = float(written)
        moment = datetime(1899, 12, 30) + timedelta(days=days + (1462 if from_1904 else 0))
        moment = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    except (ValueError, OverflowError):
        return written
    if 0 <= days < 1:
        return moment.strftime("%H:%M:%S")
    midnight = (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    return f"{moment:%Y-%m-%d}" if midnight else f"{moment:%Y-%m-%d %H:%M:%S}"


def column_number(letters: str) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _stray(name: str, cell: str) -> Refusal:
    return Refusal(
        Text("{name} 的单元格 {cell} 远在表格之外。", "Cell {cell} of {name} lies far outside the table.").fill(
            name=shown(name), cell=shown(cell)
        ),
        Text("请删除该单元格所在的整行或整列后保存。", "Delete its whole row or column, then save."),
    )


def _fill_merged(sheet: _Sheet, limits: ReadLimits) -> None:
    """Every cell of a merged area says what its first cell says, within the rows and columns that hold anything."""
    last_row, last_column = max(sheet.rows), max(max(cells) for cells in sheet.rows.values())
    left = limits.max_cells
    for top, first, bottom, last in sheet.merged:
        value = sheet.rows.get(top, {}).get(first)
        if value is None:
            continue
        for row in range(top, min(bottom, last_row) + 1):
            left -= min(last, last_column) - first + 1
            if left < 0:
                return
            cells = sheet.rows.setdefault(row, {})
            for column in range(first, min(last, last_column) + 1):
                cells.setdefault(column, value)


def _columns(sheet: _Sheet, ask: Ask) -> tuple[int, list[tuple[str, pa.Array]]]:
    header = _header_row(sheet)
    numbers = sorted({column for row, cells in sheet.rows.items() if row >= header for column in cells})
    filled = sorted(row for row in sheet.rows if row > header)
    gap = _widest_gap([header, *filled])
    if gap is not None:
        raise _stray(ask.name, f"{_letters(min(sheet.rows[gap]))}{gap}")
    rows = range(header + 1, (filled[-1] if filled else header) + 1)
    names = clean_names([sheet.rows[header].get(column, "") for column in numbers])
    nothing: dict[int, str] = {}
    return header, [
        (name, pa.array([sheet.rows.get(row, nothing).get(column) for row in rows], pa.string()))
        for name, column in zip(names, numbers, strict=True)
    ]


def _header_row(sheet: _Sheet) -> int:
    """The first row with two different texts; of a sheet with one column, its first row."""
    for row in sorted(sheet.rows):
        if len(set(sheet.rows[row].values())) > 1:
            return row
    return min(sheet.rows)


def _widest_gap(rows: Sequence[int]) -> int | None:
    return next((after for before, after in itertools.pairwise(rows) if after - before > _BLANK_ROWS), None)


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _findings(sheet: _Sheet, header: int, others: Sequence[str], chosen: str) -> list[Finding]:
    found = []
    if others:
        what = Text("读取了工作表“{taken}”；未读：{zh}。", "Sheet '{taken}' was read. Not read: {en}.")
        found.append(note("other_layers", what.fill(taken=shown(chosen), zh=listed(others, "、"), en=listed(others)), count=len(others)))
    above = sum(row < header for row in sheet.rows)
    if above:
        found.append(
            note(
                "rows_above_header",
                Text("表头在第 {h} 行，其上 {n} 行略过。", "The header is in row {h}; {n} rows above it were passed over.").fill(
                    h=header, n=above
                ),
                count=above,
            )
        )
    if sheet.formulas:
        what = Text("{n} 个单元格是公式，取其保存的结果。", "{n} cells are formulas; their kept results were taken.")
        found.append(note("formulas", what.fill(n=sheet.formulas), count=sheet.formulas))
    for key, rows, what, what_next in (
        (
            "formula_without_result",
            sheet.uncounted,
            _NO_RESULT,
            Text("请在 Excel 或 WPS 中打开并保存一次。", "Open and save it once in Excel or WPS."),
        ),
        ("error_cells", sheet.errors, _ERRORS, Text("请改正这些单元格。", "Mend these cells.")),
        ("rounded_numbers", sheet.rounded, _ROUNDED, Text("请把该列设为文本格式并重新填写。", "Make the column text and type them again.")),
    ):
        if rows:
            found.append(warning(key, what.fill(n=len(rows)), count=len(rows), rows=_data_rows(rows, header), what_next=what_next))
    return found


_NO_RESULT = Text("{n} 个公式没有保存结果，作空值。", "{n} formulas have no kept result and are empty.")
_ERRORS = Text("{n} 个单元格是错误值（如 #N/A），作空值。", "{n} cells hold an error such as #N/A and are empty.")
_ROUNDED = Text("{n} 个数超过 15 位，Excel 已改变其末位。", "{n} numbers have more than 15 digits; Excel has changed their last ones.")


def _data_rows(rows: Sequence[int], header: int) -> tuple[int, ...]:
    return tuple(row - header for row in rows[:_FIRST_ROWS] if row > header)
