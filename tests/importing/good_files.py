"""Makes good files of two cells by hand or by the usual program; the hostile ones are made of them."""

import io
import struct
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyarrow.parquet
import shapely

CODES = ("430703001001001", "430703001001002")
NAMES = ("杨家村", "沙河口社区")
HOUSEHOLDS = (312, 428)
SHAPES = (shapely.box(109.60, 28.70, 109.61, 28.71), shapely.box(109.61, 28.70, 109.62, 28.71))


def cells() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"code": CODES, "name": NAMES, "households": HOUSEHOLDS}, geometry=list(SHAPES), crs="EPSG:4490")


@cache
def _written(ending: str, **options: Any) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"cells.{ending}"
        cells().to_file(path, **options)
        return path.read_bytes()


def geopackage(path: Path) -> Path:
    path.write_bytes(_written("gpkg", layer="cells"))
    return path


def flatgeobuf() -> bytes:
    return _written("fgb")


@cache
def shapefile_files(encoding: str = "utf-8") -> tuple[tuple[str, bytes], ...]:
    with tempfile.TemporaryDirectory() as folder:
        cells().to_file(Path(folder) / "cells.shp", encoding=encoding)
        return tuple((path.name, path.read_bytes()) for path in sorted(Path(folder).iterdir()))


def shapefile_parts(encoding: str = "utf-8", *, cpg: bool = True, language_byte: int = 0) -> dict[str, bytes]:
    """Member -> bytes. `language_byte` is byte 29 of the DBF; without `cpg` only that tells the encoding."""
    parts = dict(shapefile_files(encoding))
    if not cpg:
        del parts["cells.cpg"]
    table = bytearray(parts["cells.dbf"])
    table[29] = language_byte
    return {**parts, "cells.dbf": bytes(table)}


def shapefile(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for member, content in parts.items():
            packed.writestr(member, content)
    return path


def dbf(fields: list[tuple[bytes, bytes, int]], rows: list[list[bytes]]) -> bytes:
    """A DBF by hand: (name, type, width) per field, values padded with blanks."""
    width = 1 + sum(field[2] for field in fields)
    header = struct.pack("<B3BLHH20x", 3, 124, 1, 1, len(rows), 33 + 32 * len(fields), width)
    described = b"".join(name.ljust(11, b"\0") + kind + bytes(4) + bytes([size, 0]) + bytes(14) for name, kind, size in fields)
    records = b"".join(b" " + b"".join(value.ljust(field[2]) for value, field in zip(row, fields, strict=True)) for row in rows)
    return header + described + b"\r" + records


def points_shp(count: int) -> tuple[bytes, bytes]:
    """.shp and .shx of points (0, 0), (1, 1) …"""
    records = b"".join(struct.pack(">ii", i + 1, 10) + struct.pack("<idd", 1, i, i) for i in range(count))
    index = b"".join(struct.pack(">ii", 50 + 14 * i, 10) for i in range(count))

    def header(size: int) -> bytes:
        return struct.pack(">i20xi", 9994, size // 2) + struct.pack("<ii8d", 1000, 1, 0, 0, count, count, 0, 0, 0, 0)

    return header(100 + len(records)) + records, header(100 + len(index)) + index


def geoparquet(geo: str | None = None) -> bytes:
    out = io.BytesIO()
    cells().to_parquet(out)
    if geo is None:
        return out.getvalue()
    table = pyarrow.parquet.read_table(io.BytesIO(out.getvalue()))
    changed = io.BytesIO()
    pyarrow.parquet.write_table(table.replace_schema_metadata({b"geo": geo.encode()}), changed)
    return changed.getvalue()


_SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(sheet_data: str, parts: dict[str, str] | None = None, before: str = "") -> bytes:
    """A workbook of one sheet out of its XML, so that it can hold what no program would write."""
    members = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "xl/workbook.xml": f'<workbook {_SPACE} xmlns:r="{_RELATIONS}">'
        '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"{before}<worksheet {_SPACE}><sheetData>{sheet_data}</sheetData></worksheet>",
        **(parts or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for member, content in members.items():
            packed.writestr(member, content)
    return out.getvalue()
