"""Reads FlatGeobuf through GDAL and GeoParquet through pyarrow. Both parsers are C++ on bytes from outside: only ever inside the jail."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from importing.column_names import clean_names
from importing.import_report import Finding
from importing.raw_table import Ask, RawTable, is_binary, plain, utf8_by_norm, warning
from importing.read_refusals import choose_layer, damaged, listed, shown, too_big, too_many
from importing.sniffing import FORMATS
from layers.definition.refusal import Refusal
from layers.definition.text import Text

DRIVERS = ("ESRI Shapefile", "FlatGeobuf")
"""The only GDAL drivers that the jail leaves alive."""


def gdal_table(path: Path, driver: str, name: str) -> tuple[str | None, list[tuple[str, pa.Array]], pa.Array | None]:
    """CRS ('EPSG:n', WKT or None), columns and WKB of a file under our own name. Refused: what GDAL can't read.

    GDAL's own messages are not passed on, since they may quote what is in a file.
    """
    import pyogrio
    import pyogrio.raw

    alive = set(pyogrio.list_drivers())
    if not alive <= set(DRIVERS):  # better no import than one through a driver that opens other files
        raise Refusal(
            Text("读取程序的隔离不完整，已停止。", "The reader is not shut in as it should be, so it stopped."),
            Text("请告知管理员：GDAL 仍有 {n} 个驱动。", "Tell the administrator: GDAL still has {n} drivers.").fill(n=len(alive)),
        )
    try:
        about, table = pyogrio.raw.read_arrow(str(path), columns=[] if driver == "ESRI Shapefile" else None)
    except MemoryError:
        raise
    except (RuntimeError, ValueError, LookupError, TypeError, OSError, pa.ArrowException) as error:
        raise damaged(name, Text("{driver} 无法读取", "its {driver} can't be read").fill(driver=driver)) from error
    shape = about.get("geometry_name") or "wkb_geometry"
    columns = [(column, plain(table[i])) for i, column in enumerate(table.column_names) if column != shape and not is_binary(table[i].type)]
    wkb = table[shape].combine_chunks() if shape in table.column_names else None
    return about.get("crs"), columns, pa.array(wkb.to_pylist(), pa.binary()) if wkb is not None else None


def read_flatgeobuf(path: Path, ask: Ask) -> RawTable:
    """The one layer of a FlatGeobuf."""
    crs, columns, wkb = gdal_table(path, "FlatGeobuf", ask.name)
    if wkb is not None and len(wkb) > ask.limits.max_rows_at_once:
        raise too_many(ask.name, Text("行数", "rows"), len(wkb), ask.limits.max_rows_at_once)
    title = FORMATS["flatgeobuf"].title
    if ask.layer not in (None, title):
        raise choose_layer(ask.name, [title], ask.layer)
    named = _named(columns)
    return RawTable(title, named, wkb, utf8_by_norm(named, title), crs)


def read_geoparquet(path: Path, ask: Ask) -> RawTable:
    """A GeoParquet file with WKB shapes, or a Parquet file without shapes as a plain table.

    Refused: damaged, shapes in another form than WKB, past the limits, also of what it says it unpacks to.
    """
    import pyarrow.parquet

    try:
        file = pyarrow.parquet.ParquetFile(path)
        _check_sizes(file.metadata, ask)
        about = _geo(file.schema_arrow.metadata or {}, ask.name)
        table = file.read(use_threads=False)
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, ValueError, LookupError) as error:
        raise damaged(ask.name, Text("Parquet 无法读取", "its Parquet can't be read")) from error
    primary = about.get("primary_column") if about else None
    wkb = _wkb_column(table, primary, about, ask.name) if about else None
    left_out = [column.name for column in table.schema if is_binary(column.type) and column.name != primary]
    names = [name for name in table.column_names if name != primary and name not in left_out and not name.startswith("__index_level_")]
    columns = _named([(name, plain(table.column(name))) for name in names])
    findings: tuple[Finding, ...] = ()
    if left_out:
        what = Text("{n} 列是二进制内容，未读：{names}。", "{n} columns hold binary content and were not read: {names}.")
        findings = (warning("binary_columns", what.fill(n=len(left_out), names=listed(left_out)), count=len(left_out)),)
    title = FORMATS["geoparquet"].title
    if ask.layer not in (None, title):
        raise choose_layer(ask.name, [title], ask.layer)
    crs = _crs(about["columns"][primary], ask.name) if about else None
    return RawTable(title, columns, wkb, utf8_by_norm(columns, title), crs, findings=findings)


def _named(columns: list[tuple[str, pa.Array]]) -> list[tuple[str, pa.Array]]:
    return list(zip(clean_names([name for name, _ in columns]), [array for _, array in columns], strict=True))


def _check_sizes(metadata: Any, ask: Ask) -> None:
    if metadata.num_rows > ask.limits.max_rows_at_once:
        raise too_many(ask.name, Text("行数", "rows"), metadata.num_rows, ask.limits.max_rows_at_once)
    if metadata.num_columns > ask.limits.max_columns:
        raise too_many(ask.name, Text("列数", "columns"), metadata.num_columns, ask.limits.max_columns)
    unpacked = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
    if unpacked > ask.limits.max_unpacked_bytes:
        raise too_big(ask.name, unpacked, ask.limits.max_unpacked_bytes)


def _geo(metadata: dict[bytes, bytes], name: str) -> dict[str, Any] | None:
    """The 'geo' entry of GeoParquet 1.x, checked as far as it is used; None for a Parquet file without one."""
    if b"geo" not in metadata:
        return None
    about = json.loads(metadata[b"geo"])
    primary = about.get("primary_column") if isinstance(about, dict) else None
    columns = about.get("columns") if isinstance(about, dict) else None
    if not isinstance(columns, dict) or not isinstance(columns.get(primary), dict):
        raise damaged(name, Text("“geo”说明有错", "its 'geo' entry is wrong"))
    return dict(about)


def _wkb_column(table: pa.Table, primary: Any, about: dict[str, Any], name: str) -> pa.Array:
    encoding = about["columns"][primary].get("encoding")
    if (
        primary not in table.column_names
        or table.column_names.count(primary) > 1
        or encoding != "WKB"
        or not is_binary(table.column(primary).type)
    ):
        raise damaged(
            name,
            Text("图形列“{c}”不是 WKB", "its column of shapes '{c}' is not WKB").fill(c=shown(primary)),
            Text("请另存为以 WKB 编码的 GeoParquet。", "Save it as GeoParquet with WKB encoding."),
        )
    return pa.array(table.column(primary).to_pylist(), pa.binary())


def _crs(column: dict[str, Any], name: str) -> str | None:
    """'EPSG:n' or WKT. GeoParquet without a crs is WGS-84 by its norm; an explicit null is unknown."""
    if "crs" not in column:
        return "EPSG:4326"
    crs = column["crs"]
    if crs is None:
        return None
    written = crs.get("id") if isinstance(crs, dict) else None
    if isinstance(written, dict) and written.get("authority") == "EPSG":
        return f"EPSG:{int(written['code'])}"
    if isinstance(written, dict) and written.get("authority") == "OGC":
        return "EPSG:4326"
    import pyproj

    try:
        return str(pyproj.CRS.from_json_dict(crs).to_wkt())
    except (pyproj.exceptions.CRSError, AttributeError, TypeError, ValueError) as error:
        raise damaged(name, Text("坐标系无法识别", "its coordinate system can't be understood")) from error
