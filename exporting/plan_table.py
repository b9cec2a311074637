"""A plan as a file: cell -> beat as CSV, XLSX or GeoJSON, and beats with their cells as a GeoPackage. Nothing in them is a formula."""

import csv
import io
import tempfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Font

from exporting.spreadsheet_text import without_formula
from layers.definition.refusal import Refusal, chosen
from layers.definition.text import Text

FORMATS: dict[str, Text] = {
    "csv": Text("CSV 表（网格→警务区）", "CSV table (cell -> beat)"),
    "xlsx": Text("Excel 表（网格→警务区）", "Excel table (cell -> beat)"),
    "gpkg": Text("GeoPackage（警务区与网格）", "GeoPackage (beats and cells)"),
    "geojson": Text("GeoJSON（网格）", "GeoJSON (cells)"),
}
MIME = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gpkg": "application/geopackage+sqlite3",
    "geojson": "application/geo+json",
}
HEADINGS: dict[str, str] = {
    "cell_code": "网格编码",
    "cell_name": "网格名称",
    "unit_code": "所属社区/村",
    "beat": "警务区编号",
    "beat_name": "警务区名称",
    "beat_name_en": "警务区英文名称",
    "lead": "责任民警",
}
"""Columns of the tables with their headings, which the import knows again."""


def plan_file(cells: gpd.GeoDataFrame, beats: gpd.GeoDataFrame, format: str) -> bytes:
    """The bytes of a plan's file.

    `cells` (degrees) has the columns of HEADINGS that are known, one row per cell, beat None where unassigned; `beats`
    (degrees) has code, name, name_en, and lead where it is known, one row per beat that has cells. Text stays text: a
    spreadsheet computes nothing. Refused: an unknown format; tables that are not in degrees.
    """
    format = chosen(format, FORMATS, Text("格式", "format"))
    for table in (cells, beats):
        if table.crs is None or not table.crs.is_geographic:
            raise Refusal(
                Text("导出的图形须为经纬度（EPSG:4490）。", "Shapes are exported in degrees (EPSG:4490)."),
                Text("请先转换坐标系。", "Convert them first."),
            )
    columns = [name for name in HEADINGS if name in cells]
    rows = pd.DataFrame(cells[columns])
    if format == "csv":
        return _csv(rows)
    if format == "xlsx":
        return _xlsx(rows)
    cells = gpd.GeoDataFrame(cells[[*columns, cells.geometry.name]])
    return _geojson(cells) if format == "geojson" else _geopackage(cells, beats)


def _csv(rows: pd.DataFrame) -> bytes:
    """UTF-8 with the mark that makes Excel read it as such; an apostrophe before what would be a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([HEADINGS[name] for name in rows])
    writer.writerows([without_formula(word) for word in row] for row in _words(rows))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _xlsx(rows: pd.DataFrame) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = "cells"
    for place, name in enumerate(rows, 1):
        sheet.cell(1, place, HEADINGS[name]).font = Font(bold=True)
        sheet.column_dimensions[chr(64 + place)].width = 20
    for line, row in enumerate(_words(rows), 2):
        for place, word in enumerate(row, 1):
            if not word:
                continue
            cell = sheet.cell(line, place)
            cell.value = word
            cell.data_type = "s"  # openpyxl takes a text that starts with = for a formula
            cell.number_format = "@"
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _geojson(cells: gpd.GeoDataFrame) -> bytes:
    """RFC 7946 wants WGS-84 degrees; CGCS2000 is the same to less than a metre."""
    named = gpd.GeoDataFrame(cells.set_crs("EPSG:4326", allow_override=True))
    return str(named.to_json(drop_id=True, ensure_ascii=False)).encode()


def _geopackage(cells: gpd.GeoDataFrame, beats: gpd.GeoDataFrame) -> bytes:
    with tempfile.TemporaryDirectory(prefix="jingge") as folder:
        path = Path(folder) / "plan.gpkg"
        for layer, table in (("cells", cells), ("beats", beats)):
            table.to_file(path, layer=layer, driver="GPKG", engine="pyogrio")
        return path.read_bytes()


def _words(rows: pd.DataFrame) -> list[list[str]]:
    return [["" if _missing(value) else str(value) for value in row] for row in rows.itertuples(index=False, name=None)]


def _missing(value: Any) -> bool:
    return value is None or bool(pd.isna(value))
