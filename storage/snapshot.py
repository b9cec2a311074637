"""A whole copy of a workspace as a GeoPackage file of its own: what GDAL or QGIS may read, and what a backup keeps."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine, select

from storage import geopackage
from storage.layer_tables import extent
from storage.schema import Schema
from storage.workspace_file import BUSY_TIMEOUT_S, file_engine, made_beside

_BATCH = 10_000
_NOT_COPIED = ("sessions", "login_attempts")  # a backup that is put back must not open sessions that were ended since


def write_snapshot(engine: Engine, schema: Schema, path: Path, replace: bool) -> None:
    """Copy all tables, as of one moment, into a new file at `path`; accounts come along, their sessions don't.

    Refused: the place is taken and `replace` is not set.
    """
    with made_beside(path, replace, BUSY_TIMEOUT_S) as part:
        if engine.dialect.name == "sqlite":
            _back_up(engine, part)
        else:
            _copy(engine, schema, part)


def _back_up(engine: Engine, part: Path) -> None:
    with closing(engine.raw_connection()) as source, closing(sqlite3.connect(part, isolation_level=None)) as target:
        source.driver_connection.backup(target)  # type: ignore[union-attr]
        target.execute("PRAGMA journal_mode = DELETE")  # one file, whatever the live one uses
        target.execute("PRAGMA secure_delete = ON")
        for name in _NOT_COPIED:
            target.execute(f"DELETE FROM {name}")  # noqa: S608  # the names are ours


def _copy(engine: Engine, schema: Schema, part: Path) -> None:
    """Table by table out of PostGIS: the schema is the same, so a row is a row."""
    target = file_engine(part, busy_timeout_s=0.0)
    try:
        with engine.begin() as source, target.execution_options(writing=True).begin() as sink:
            schema.metadata.create_all(sink, checkfirst=False)
            geopackage.prepare(sink, schema)
            for table in schema.metadata.sorted_tables:
                if table.name in _NOT_COPIED:
                    continue
                rows = source.execute(select(table)).mappings()
                while batch := rows.fetchmany(_BATCH):
                    sink.execute(table.insert(), [dict(row) for row in batch])
                geopackage.note_change(sink, table, extent(sink, table))
    finally:
        target.dispose()
