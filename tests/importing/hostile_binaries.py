"""Makes hostile GeoPackages, FlatGeobuf and GeoParquet files."""

import json
import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from tests.importing import good_files
from tests.importing.hostile_files import Bait, Hostile


def geopackage(*statements: str, unsafe_schema: bool = False) -> Callable[[Bait, str], Path]:
    def make(bait: Bait, name: str) -> Path:
        path = good_files.geopackage(bait.folder / name)
        with sqlite3.connect(path) as database:
            if unsafe_schema:
                database.execute("PRAGMA writable_schema = ON")
            for statement in statements:
                database.execute(statement.format(secret=bait.secret, address=bait.address))
        database.close()
        return path

    return make


_VIRTUAL = (
    "INSERT INTO sqlite_master VALUES ('table', 'leak', 'leak', 0, "
    "'CREATE VIRTUAL TABLE leak USING VirtualOGR(''{secret}'')')"
)  # fmt: skip


def name_not_utf8(bait: Bait, name: str) -> Path:
    path = geopackage("CREATE TABLE odd_name_here (a)")(bait, name)
    return bait.write(name, path.read_bytes().replace(b"odd_name_here", b"odd\xff\xfe_\xfd\xfchere"))


def cut_database(bait: Bait, name: str) -> Path:
    return bait.write(name, good_files.geopackage(bait.folder / name).read_bytes()[:9000])


def plain_sqlite(bait: Bait, name: str) -> Path:
    path = bait.folder / name
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE a (b)")
    database.close()
    return path


def cut_columnar(kind: str, share: float) -> Callable[[Bait, str], Path]:
    def make(bait: Bait, name: str) -> Path:
        content = good_files.flatgeobuf() if kind == "fgb" else good_files.geoparquet()
        return bait.write(name, content[: int(len(content) * share)])

    return make


def garbage_flatgeobuf(bait: Bait, name: str) -> Path:
    content = bytearray(good_files.flatgeobuf())
    content[8:12] = struct.pack("<L", 2_000_000_000)
    return bait.write(name, bytes(content))


def parquet_with_geo(geo: object) -> Callable[[Bait, str], Path]:
    return lambda bait, name: bait.write(name, good_files.geoparquet(geo=json.dumps(geo)))


def parquet_bomb(bait: Bait, name: str) -> Path:
    """One long text, kept once and repeated by its number: a few KB that fill 20 GB."""
    repeated = pa.DictionaryArray.from_arrays(pa.array(np.zeros(1_900_000, np.int32)), ["x" * 10_000])
    pyarrow.parquet.write_table(pa.table({"a": repeated}), bait.folder / name)
    return bait.folder / name


HOSTILE = (
    Hostile("view", geopackage("CREATE VIEW leak AS SELECT * FROM cells"), "views (leak)", "a.gpkg"),
    Hostile("view of a gigabyte", geopackage("CREATE VIEW leak AS SELECT zeroblob(1000000000) AS geom"), "views", "a.gpkg"),
    Hostile(
        "foreign trigger",
        geopackage("CREATE TRIGGER own AFTER INSERT ON cells BEGIN DELETE FROM cells; END"),
        "triggers of its own",
        "a.gpkg",
    ),
    Hostile("virtual table", geopackage(_VIRTUAL, unsafe_schema=True), "virtual tables", "a.gpkg", True),
    Hostile(
        "computed column",
        geopackage("DROP TABLE cells", "CREATE TABLE cells (fid INTEGER PRIMARY KEY, geom BLOB, a TEXT AS (zeroblob(1000000000)))"),
        "computed",
        "a.gpkg",
    ),
    Hostile("contents without table", geopackage("DROP TABLE cells"), "not there", "a.gpkg"),
    Hostile("name not utf-8", name_not_utf8, "can't be read", "a.gpkg"),
    Hostile("database cut short", cut_database, "can't be read", "a.gpkg"),
    Hostile("sqlite that is no geopackage", plain_sqlite, "no GeoPackage", "a.gpkg"),
    Hostile("program as gpkg", lambda bait, name: bait.write(name, b"\x7fELF" + bytes(100)), "program", "a.gpkg"),
    Hostile("0 bytes", lambda bait, name: bait.write(name, b""), "0 bytes", "a.gpkg"),
    Hostile("flatgeobuf cut short", cut_columnar("fgb", 0.6), "can't be read", "a.fgb"),
    Hostile("flatgeobuf with a huge header", garbage_flatgeobuf, "can't be read", "a.fgb"),
    Hostile("parquet cut short", cut_columnar("parquet", 0.6), "can't be read", "a.parquet"),
    Hostile(
        "parquet whose shapes are elsewhere",
        parquet_with_geo({"primary_column": "x", "columns": {"x": {"encoding": "WKB"}}}),
        "not WKB",
        "a.parquet",
    ),
    Hostile("parquet whose geo is a list", parquet_with_geo([1, 2]), "'geo' entry", "a.parquet"),
    Hostile("parquet that swells", parquet_bomb, "memory", "a.parquet", max_memory_bytes=1_500_000_000),
)
