"""Rows that an import replaces, put aside in parts as they are read, and read again when it is undone."""

from collections.abc import Callable, Iterator

from sqlalchemy import ColumnElement, Connection, Table, func, select, true

from storage.row_parts import PART_ROWS, Rows, pack, unpack
from storage.schema import Schema


def keep_rows(
    connection: Connection, schema: Schema, import_id: str, table: Table, going: ColumnElement[bool] | None, ask: Callable[[], None]
) -> tuple[int, int]:
    """Pack all rows of a table, or those that go; the numbers of their parts: the first, and the one after the last.

    `ask` is called after each part; what it raises ends it.
    """
    kept, names = schema.table("import_before"), [column.name for column in table.c]
    last = connection.scalar(select(func.max(kept.c.part)).where(kept.c.import_id == import_id))
    first = part = 0 if last is None else last + 1
    page = select(table).where(true() if going is None else going).order_by(table.c.fid).limit(PART_ROWS)
    rows = connection.execute(page).all()
    while rows:
        packed = pack(dict(zip(names, zip(*rows, strict=True), strict=True)))
        connection.execute(kept.insert(), {"import_id": import_id, "part": part, "packed": packed})
        ask()
        rows, part = connection.execute(page.where(table.c.fid > rows[-1].fid)).all(), part + 1
    return first, part


def kept_rows(connection: Connection, schema: Schema, import_id: str, first: int = 0, end: int | None = None) -> Iterator[Rows]:
    """The rows of those parts, a part at a time; without an end, of all that follow."""
    kept, part = schema.table("import_before"), first
    query = select(kept.c.packed).where(kept.c.import_id == import_id)
    while part != end and (packed := connection.scalar(query.where(kept.c.part == part))) is not None:
        yield unpack(packed)
        part += 1


def forget_rows(connection: Connection, schema: Schema, import_id: str) -> None:
    """Let go of all that was put aside for an import."""
    kept = schema.table("import_before")
    connection.execute(kept.delete().where(kept.c.import_id == import_id))
