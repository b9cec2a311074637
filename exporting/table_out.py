"""Layers as tables for spreadsheets: CSV (UTF-8 with mark) and XLSX (typed columns). Nothing in them is ever a formula."""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from exporting.data_table import DataTable, System, missing
from exporting.shapes_out import Files
from exporting.spreadsheet_text import without_formula
from exporting.steady_zip import steady_zip
from layers.definition.layer import Field
from layers.definition.text import Language

LONGEST_CELL = 32_767  # characters that Excel takes in a cell
SHEET_NAME = 31  # characters that Excel takes as the name of a sheet
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(<)")


def csv_files(tables: Sequence[DataTable], system: System, language: Language = "zh") -> Files:
    """One CSV per layer: titles with units, then a row per feature, with the place of its point or of a point inside it."""
    files: Files = {}
    for table in tables:
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow([without_formula(word) for word in _headings(table, system, language)])
        for row in _rows(table, system, language):
            writer.writerow([csv_word(value) for value in row])
        files[f"{table.key}.csv"] = b"\xef\xbb\xbf" + out.getvalue().encode()
    return files


def xlsx(tables: Sequence[DataTable], system: System, name: str, language: Language = "zh") -> Files:
    """One workbook with a sheet per layer: numbers and times as such, codes as text, the heading frozen, a filter on it."""
    book = Workbook()
    book.remove(book.active)
    taken: set[str] = set()
    for table in tables:
        sheet = book.create_sheet(_sheet_name(table, language, taken))
        headings = _headings(table, system, language)
        rows = _rows(table, system, language)
        for line, row in enumerate([headings, *rows], 1):
            for place, value in enumerate(row, 1):
                if value is None:
                    continue
                cell = sheet.cell(line, place)
                if isinstance(value, str):
                    cell.value = value[:LONGEST_CELL]
                    cell.data_type = "s"  # openpyxl takes a text that starts with = for a formula
                    cell.number_format = "@"
                else:
                    cell.value = value
                    if isinstance(value, float):
                        cell.number_format = "0.000000" if place > len(table.fields) and system.in_degrees else "0.00"
                    elif not isinstance(value, int):
                        cell.number_format = "yyyy-mm-dd hh:mm"
        for place in range(1, len(headings) + 1):
            sheet.cell(1, place).font = Font(bold=True)
            sheet.column_dimensions[get_column_letter(place)].width = _width(headings[place - 1], [row[place - 1] for row in rows[:200]])
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{len(rows) + 1}"
    out = io.BytesIO()
    book.save(out)
    return {f"{name}.xlsx": _undated(out.getvalue())}


def _headings(table: DataTable, system: System, language: Language) -> list[str]:
    titles = [_heading(f, language) for f in table.fields]
    titles = [f"{title} [{f.name}]" if titles.count(title) > 1 else title for title, f in zip(titles, table.fields, strict=True)]
    degrees, metres = (("经度（度）", "纬度（度）"), ("东（米）", "北（米）"))
    if language == "en":
        degrees, metres = (("longitude (degrees)", "latitude (degrees)"), ("east (m)", "north (m)"))
    mark = f" {system.mark}" if system.mark else ""
    return [*titles, *(f"{word}{mark}" for word in (degrees if system.in_degrees else metres))]


def _heading(declared: Field, language: Language) -> str:
    title = declared.title.in_(language)
    if declared.unit is None:
        return title
    return f"{title}（{declared.unit.zh}）" if language == "zh" else f"{title} ({declared.unit.en})"


def _rows(table: DataTable, system: System, language: Language) -> list[list[Any]]:
    """Values by field, then x and y: of the point, or of a point inside the shape."""
    points = shapely.point_on_surface(table.shapes)
    xy = np.array([(p.x, p.y) if p is not None and not p.is_empty else (np.nan, np.nan) for p in system.placed(points)]).reshape(-1, 2)
    xy = np.round(xy, 7 if system.in_degrees else 2)
    attributes = table.attributes
    columns = [[_value(f, v, language) for v in attributes[f.name]] for f in table.fields]
    columns += [[None if np.isnan(v) else float(v) for v in xy[:, side]] for side in (0, 1)]
    return [list(row) for row in zip(*columns, strict=True)]


def _value(declared: Field, value: Any, language: Language) -> Any:
    if missing(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    if declared.choices and value in declared.choices:
        return declared.choices[value].in_(language)
    return value.item() if isinstance(value, np.generic) else value


def csv_word(value: Any) -> str:
    """A value as a CSV has it: texts harmless, numbers with at most 7 decimals, times to the minute."""
    if value is None:
        return ""
    if isinstance(value, str):
        return without_formula(value)
    if isinstance(value, float):
        return str(round(value, 7))
    return value.isoformat(sep=" ", timespec="minutes") if hasattr(value, "isoformat") else str(value)


def _sheet_name(table: DataTable, language: Language, taken: set[str]) -> str:
    plain = re.sub(r"[\[\]:*?/\\']", "-", table.title.in_(language))[:SHEET_NAME] or table.key
    name = plain if plain.lower() not in taken else f"{plain[: SHEET_NAME - 1 - len(table.key)]} {table.key}"[:SHEET_NAME]
    taken.add(name.lower())
    return name


def _width(heading: str, values: Sequence[Any]) -> float:
    longest = max((sum(2 if ord(c) > 0x2E7F else 1 for c in str(v)) for v in (heading, *values) if v is not None), default=8)
    return float(min(max(longest + 2, 8), 50))


def _undated(book: bytes) -> bytes:
    """The same workbook without the clock in it."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["docProps/core.xml"] = _STAMP.sub(rb"\g<1>2000-01-01T00:00:00Z\g<3>", files["docProps/core.xml"])
    return steady_zip(files)
