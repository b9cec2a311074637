"""Reads one table of a GeoPackage with SQLite itself, after looking at the schema: no views, no foreign triggers, no functions, no GDAL.

Only ever opens a copy in the jail; the live workspace belongs to storage.
"""

import re
import sqlite3
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from importing.column_names import clean_names
from importing.raw_table import Ask, RawTable, array_of, layers_left, note, utf8_by_norm, warning
from importing.read_refusals import choose_layer, damaged, listed, shown, too_many, unsafe
from importing.read_shapes import BROKEN
from importing.sniffing import FORMATS
from layers.definition.refusal import Refusal
from layers.definition.text import Text

_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}  # GeoPackage 1.3 table 5
_OWN_TRIGGERS = re.compile(  # of the norm's annexes, and the two by which GDAL counts features
    r"rtree_.+_(insert|update[0-9]*|delete)|trigger_(insert|delete)_feature_count_.+|gpkg_.+|.+_(zoom|tile_column|tile_row)_(insert|update)",
    re.DOTALL,
)
_RTREE = re.compile(r"""CREATE\s+VIRTUAL\s+TABLE\s+("(?:[^"]|"")*"|[^\s"]+)\s+USING\s+rtree\s*\(""", re.IGNORECASE)
_MAY = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_PRAGMA}
_PRAGMAS = ("table_xinfo", "trusted_schema", "cell_size_check")
_LONGEST_VALUE = 100_000_000
_BATCH = 10_000


@dataclass(frozen=True)
class _Table:
    name: str
    geometry: str | None
    srs_id: int | None


def read_geopackage(path: Path, ask: Ask) -> RawTable:
    """One feature or attribute table: the one asked for, else the first with shapes, with a warning about the others.

    Refused: a damaged file, names that are not UTF-8, views, virtual tables other than the index of shapes, triggers
    other than the norm's, computed columns, a contents list that names what is not there.
    """
    try:
        with _opened(path) as database:
            _check_schema(database, ask.name)
            tables = _tables(database, ask.name)
            table = _chosen(tables, ask)
            others = tuple(other.name for other in tables if other is not table)
            raw = _read(database, table, others, ask)
    except (sqlite3.Error, UnicodeDecodeError, struct.error, OverflowError) as error:
        raise damaged(ask.name, Text("数据库无法读取", "its database can't be read")) from error
    return replace(raw, findings=(*raw.findings, _STILL_OPEN)) if _kept_a_log(path) else raw


_STILL_OPEN = note(
    "still_open",
    Text(
        "文件来自仍打开着它的程序，最近的修改可能不在其中。",
        "The file came from a program that had it open; the latest edits may not be in it.",
    ),
    what_next=Text("如有缺失，请先关闭 QGIS 再复制文件。", "If something is missing, close QGIS before copying the file."),
)


def _kept_a_log(path: Path) -> bool:
    """Byte 18 is 2 while edits go to a second file, -wal, which is not here. Source: SQLite file format, 1.3."""
    with path.open("rb") as file:
        return file.read(19)[18:] == b"\x02"


class _opened:  # noqa: N801
    """A read-only connection that may only select; every text comes as bytes, so that we decode it."""

    def __init__(self, path: Path) -> None:
        self.database = sqlite3.connect(f"file:{path.name}?mode=ro&immutable=1", uri=True)

    def __enter__(self) -> sqlite3.Connection:
        self.database.text_factory = bytes
        self.database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
        self.database.execute("PRAGMA trusted_schema = OFF")
        self.database.execute("PRAGMA cell_size_check = ON")
        self.database.set_authorizer(_only_select)
        return self.database

    def __exit__(self, *_: object) -> None:
        self.database.close()


def _only_select(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:
    """SQLite asks before it compiles a statement; functions, writing and attaching are never allowed."""
    if action == sqlite3.SQLITE_PRAGMA and first not in _PRAGMAS:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _MAY else sqlite3.SQLITE_DENY


def _check_schema(database: sqlite3.Connection, name: str) -> None:
    found: dict[str, list[str]] = {"view": [], "trigger": [], "virtual": []}
    for raw in database.execute("SELECT type, name, sql FROM sqlite_master"):
        kind, entry, sql = (value.decode() if isinstance(value, bytes) else "" for value in raw)
        if kind == "view" or (kind == "trigger" and not _OWN_TRIGGERS.fullmatch(entry)):
            found[kind].append(entry)
        elif kind == "table" and re.match(r"\s*CREATE\s+VIRTUAL", sql, re.IGNORECASE) and not _RTREE.match(sql):
            found["virtual"].append(entry)
    words = {
        "view": Text("视图", "views"),
        "trigger": Text("非标准触发器", "triggers of its own"),
        "virtual": Text("虚拟表", "virtual tables"),
    }
    for kind, entries in found.items():
        if entries:
            raise unsafe(
                name,
                Text("其中有 {n} 个{what}（{names}）", "it holds {n} {what} ({names})").fill(
                    n=len(entries), what=words[kind], names=listed(entries)
                ),
                Text("请把所需图层另存为新的 GeoPackage。", "Save the layer you need as a new GeoPackage."),
            )


def _tables(database: sqlite3.Connection, name: str) -> list[_Table]:
    there = {row[0].decode() for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys"} <= there:
        raise damaged(name, Text("缺少 GeoPackage 的目录表", "the tables that every GeoPackage has are missing"))
    shapes = {
        table.decode(): (column.decode(), srs)
        for table, column, srs in database.execute("SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns")
    }
    listed_tables = [
        row[0].decode() for row in database.execute("SELECT table_name FROM gpkg_contents WHERE data_type IN ('features', 'attributes')")
    ]
    missing = [table for table in listed_tables if table not in there]
    if missing:
        raise damaged(name, Text("目录中的表不存在：{t}", "tables in its contents are not there: {t}").fill(t=listed(missing)))
    if not listed_tables:
        raise Refusal(
            Text("{name} 中没有矢量图层。", "{name} has no layer of features.").fill(name=shown(name)),
            Text("栅格和瓦片不能导入。", "Pictures and tiles can't be imported."),
        )
    tables = [_Table(table, *shapes.get(table, (None, None))) for table in listed_tables]
    return sorted(tables, key=lambda table: table.geometry is None)


def _chosen(tables: list[_Table], ask: Ask) -> _Table:
    if ask.layer is None:
        return tables[0]
    for table in tables:
        if table.name == ask.layer:
            return table
    raise choose_layer(ask.name, [table.name for table in tables], ask.layer)


def _read(database: sqlite3.Connection, table: _Table, others: tuple[str, ...], ask: Ask) -> RawTable:
    names, key = _columns(database, table, ask)
    rows = list(_rows(database, table, [*names, *([table.geometry] if table.geometry else [])], key, ask))
    by_column = list(zip(*rows, strict=True)) if rows else [()] * (len(names) + bool(table.geometry))
    kept, dropped = [], []
    for name, values in zip(clean_names(names), by_column, strict=False):
        if any(isinstance(value, bytes) and not isinstance(value, _Text) for value in values):
            dropped.append(name)
        else:
            kept.append((name, array_of([value.decode() or None if isinstance(value, bytes) else value for value in values])))
    findings = list(layers_left(table.name, others) if ask.layer is None else ())
    if dropped:
        what = Text("{n} 列是二进制内容，未读：{names}。", "{n} columns hold binary content and were not read: {names}.")
        findings.append(warning("binary_columns", what.fill(n=len(dropped), names=listed(dropped)), count=len(dropped)))
    wkb = pa.array([_wkb(value) for value in by_column[-1]], pa.binary()) if table.geometry else None
    return RawTable(
        layer=table.name,
        columns=kept,
        wkb=wkb,
        encoding=utf8_by_norm(kept, FORMATS["geopackage"].title),
        declared_crs=_crs(database, table),
        other_layers=others,
        findings=tuple(findings),
    )


class _Text(bytes):
    """UTF-8 text of the database, told apart from its blobs."""


def _columns(database: sqlite3.Connection, table: _Table, ask: Ask) -> tuple[list[str], str | None]:
    """Names of the columns that hold data, and the name of the key that only numbers the rows."""
    names, key = [], None
    for _, raw, kind, _, _, primary, hidden in database.execute(f"PRAGMA table_xinfo({_quoted(table.name)})"):
        name = raw.decode()
        if hidden:
            raise unsafe(ask.name, Text("表中有计算列：{c}", "a column of its table is computed: {c}").fill(c=shown(name)))
        if primary and kind.upper() == b"INTEGER" and name.lower() in ("fid", "ogc_fid", "id", "objectid", "gid"):
            key = name
        if name != table.geometry:
            names.append(name)
    if table.geometry is not None and len(names) == 0:
        raise damaged(ask.name, Text("图层没有列", "the layer has no columns"))
    if len(names) > ask.limits.max_columns:
        raise too_many(ask.name, Text("列数", "columns"), len(names), ask.limits.max_columns)
    return [name for name in names if name != key or key.lower() in ("id", "gid")], key


def _rows(database: sqlite3.Connection, table: _Table, columns: list[str], key: str | None, ask: Ask) -> Iterator[tuple[object, ...]]:
    database.text_factory = _Text
    chosen = ", ".join(_quoted(column) for column in columns)
    order = f" ORDER BY {_quoted(key)}" if key else ""
    cursor = database.execute(f"SELECT {chosen} FROM {_quoted(table.name)}{order}")  # noqa: S608
    count = 0
    while batch := cursor.fetchmany(_BATCH):
        count += len(batch)
        if count > ask.limits.max_rows_at_once:
            raise too_many(ask.name, Text("行数", "rows"), count, ask.limits.max_rows_at_once)
        yield from batch


def _quoted(name: str) -> str:
    """A name of the file's own choosing as an SQL identifier; whatever is in it stays a name."""
    return '"' + name.replace('"', '""') + '"'


def _wkb(blob: object) -> bytes | None:
    """The WKB in a GeoPackage blob; what is no such blob counts as broken. Source: OGC 12-128r17, 2.1.3."""
    if blob is None:
        return None
    if not isinstance(blob, bytes) or len(blob) < 8 or blob[:2] != b"GP":
        return BROKEN
    extended, envelope = blob[3] & 0x20, blob[3] >> 1 & 0b111
    if extended or envelope not in _ENVELOPE_BYTES:
        return BROKEN
    return bytes(blob[8 + _ENVELOPE_BYTES[envelope] :])


def _crs(database: sqlite3.Connection, table: _Table) -> str | None:
    if table.srs_id in (None, 0, -1):
        return None
    database.text_factory = bytes
    row = database.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?", (table.srs_id,)
    ).fetchone()
    if row is None:
        return None
    organization, code, definition = row
    if isinstance(organization, bytes) and organization.upper() == b"EPSG" and isinstance(code, int):
        return f"EPSG:{code}"
    return definition.decode() if isinstance(definition, bytes) and definition else None
