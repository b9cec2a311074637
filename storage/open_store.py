"""Open a workspace, or make a new one: a .gpkg file, or a postgresql:// address."""

from collections.abc import Callable, Mapping
from pathlib import Path

from sqlalchemy import Connection, Engine

from layers.definition.layer import Layer
from storage import postgis, workspace_file
from storage.audit import now
from storage.contents import WorkspaceContents, write_contents
from storage.schema import Schema, build_schema
from storage.schema_changes import bring_up_to_date
from storage.store import Store
from storage.workspace_file import BUSY_TIMEOUT_S


def open_store(location: str | Path, layers: Mapping[str, Layer], busy_timeout_s: float = BUSY_TIMEOUT_S, read_only: bool = False) -> Store:
    """The workspace kept there, its tables brought up to date for these layers.

    A file that can't be written opens for reading. Refused, and nothing changed: missing, not a workspace, of another
    application, damaged, locked by somebody for longer than the timeout, made by a newer version, on a network drive.
    """
    schema = build_schema(layers)
    if postgis.is_address(location):
        engine = postgis.postgis_engine(str(location), busy_timeout_s, read_only)
        return _opened(engine, schema, postgis.shown(engine.url), read_only)
    path = Path(location)
    workspace_file.check_workspace_file(path, busy_timeout_s)
    read_only = read_only or not workspace_file.may_write(path)
    engine = workspace_file.file_engine(path, busy_timeout_s, read_only)
    return _opened(engine, schema, str(path), read_only)


def create_store(
    location: str | Path,
    layers: Mapping[str, Layer],
    contents: WorkspaceContents,
    by: str,
    at: str | None = None,
    replace: bool = False,
    busy_timeout_s: float = BUSY_TIMEOUT_S,
) -> Store:
    """Make a whole new workspace and open it. Until it is whole, and if making it fails, what was there stays.

    Refused, and nothing changed: the place is taken and `replace` is not set; contents that `write_contents` refuses;
    a file that somebody writes.
    """
    schema = build_schema(layers)
    if postgis.is_address(location):
        engine = postgis.postgis_engine(str(location), busy_timeout_s)
        _fill(engine, schema, contents, by, at or now(), lambda connection: postgis.make_room(connection, schema, replace))
    else:
        with workspace_file.made_beside(Path(location), replace, busy_timeout_s) as part:
            _fill(workspace_file.file_engine(part, busy_timeout_s), schema, contents, by, at or now())
    return open_store(location, layers, busy_timeout_s)


def _opened(engine: Engine, schema: Schema, shown: str, read_only: bool) -> Store:
    try:
        if engine.dialect.name == "postgresql":
            postgis.check_workspace(engine)
        bring_up_to_date(engine, schema, read_only)
    except BaseException:
        engine.dispose()
        raise
    if engine.dialect.name == "sqlite" and not read_only:
        workspace_file.choose_journal(engine)
    return Store(engine, schema, shown, read_only)


def _fill(
    engine: Engine,
    schema: Schema,
    contents: WorkspaceContents,
    by: str,
    at: str,
    make_room: Callable[[Connection], None] = lambda connection: None,
) -> None:
    try:
        with engine.execution_options(writing=True).begin() as connection:
            make_room(connection)
            write_contents(connection, schema, contents, by, at)
    finally:
        engine.dispose()
