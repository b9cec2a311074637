"""Layers that an import replaces beside its target, so that borders which moved together are saved, and undone, together."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, select

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from storage import audit, layer_tables, revisions
from storage.import_lines import TakenImport
from storage.kept_rows import keep_rows, kept_rows
from storage.rows_in import LayerRows
from storage.schema import Schema

ACTION = "take_import_also"


def also_rows(schema: Schema, taken: TakenImport) -> dict[str, LayerRows]:
    """The checked rows of the further layers. Refused: the target among them; an unknown or computed layer; see `layer_rows`."""
    if taken.target in taken.also:
        raise Refusal(
            Text("图层“{key}”在一次导入中出现两次。", "The layer '{key}' stands twice in one import.").fill(key=taken.target),
            Text("目标图层只列在 rows 中。", "The target stands in the rows alone."),
        )
    return {key: layer_tables.checked_rows(schema, key, frame) for key, frame in taken.also.items()}


def write_also(
    connection: Connection,
    schema: Schema,
    import_id: str,
    taken: TakenImport,
    rows: Mapping[str, LayerRows],
    at: str,
    ask: Callable[[], None],
) -> None:
    """Replace the further layers in the caller's write transaction, with an audit line each and what undoing needs."""
    for key, new in rows.items():
        before = revisions.count(connection, schema, key)
        first, end = keep_rows(connection, schema, import_id, schema.layer_table(key), None, ask)
        layer_tables.replace_layer(connection, schema, key, new)
        audit.append(connection, schema, at, taken.by, ACTION, key, {"import": import_id, "file_name": taken.file_name, "rows": new.count})
        line = {"import_id": import_id, "target": key, "first_part": first, "end_part": end}
        line |= {"revision_before": before, "revision_after": revisions.count(connection, schema, key)}
        connection.execute(schema.table("import_also").insert(), line)


def also_of(connection: Connection, schema: Schema, import_id: str) -> list[Any]:
    """The further layers of an import as rows of import_also, in order of their keys."""
    also = schema.table("import_also")
    return list(connection.execute(select(also).where(also.c.import_id == import_id).order_by(also.c.target)))


def put_also_back(connection: Connection, schema: Schema, row: Any) -> int:
    """The rows of a further layer as they were; its new revision."""
    table = schema.layer_table(row.target)
    connection.execute(table.delete())
    for batch in known_fields(table.c.keys(), kept_rows(connection, schema, row.import_id, row.first_part, row.end_part)):
        layer_tables.insert_rows(connection, table, batch)
    layer_tables.note_written(connection, schema, table)
    return revisions.count(connection, schema, row.target)


def known_fields(names: list[str], batches: Iterator[list[dict[str, Any]]]) -> Iterator[list[dict[str, Any]]]:
    """Rows that were put aside, without fields that a layer has no longer."""
    for batch in batches:
        yield [{name: old[name] for name in old if name in names} for old in batch]
