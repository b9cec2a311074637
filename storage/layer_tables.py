"""Tables that are read and replaced whole: the layers, the town's row, staff and assignments."""

from typing import Any

import pandas as pd
from sqlalchemy import Connection, Table, func, select

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from storage.frames_out import layer_frame, plain_frame
from storage.geopackage import Bounds, note_change
from storage.revisions import count_up
from storage.rows_in import LayerRows, layer_rows, plain_rows
from storage.schema import GEOMETRY_NAME, POINT_COLUMNS, Schema
from storage.town import Town

STAFF_COLUMNS = ("code", "name", "name_en", "kind")
ASSIGNMENT_COLUMNS = ("staff_code", "target_kind", "target_code", "role", "plan_id", "valid_from", "valid_to")


def read_layer(connection: Connection, schema: Schema, key: str) -> pd.DataFrame:
    """The rows of a kept layer in the order they were written. Refused: an unknown or computed layer."""
    table, layer = schema.layer_table(key), schema.layers[key]
    place = POINT_COLUMNS if layer.kept == "points" else (GEOMETRY_NAME,)
    columns = [table.c[name] for name in (*(field.name for field in layer.fields), *place)]
    return layer_frame(layer, connection.execute(select(*columns).order_by(table.c.fid)).all())


def count_rows(connection: Connection, schema: Schema, key: str) -> int:
    """How many rows a kept layer has. Refused: an unknown or computed layer."""
    return connection.scalar(select(func.count()).select_from(schema.layer_table(key))) or 0


def checked_rows(schema: Schema, key: str, frame: pd.DataFrame) -> LayerRows:
    """A table as rows for a kept layer, before anything is locked. Refused: an unknown or computed layer; see `layer_rows`."""
    schema.layer_table(key)
    return layer_rows(schema.layers[key], frame)


def replace_layer(connection: Connection, schema: Schema, key: str, rows: LayerRows) -> int:
    """Replace all rows of a kept layer in the caller's write transaction; how many there are now."""
    table = schema.layer_table(key)
    connection.execute(table.delete())
    for batch in rows.batches():
        connection.execute(table.insert(), batch)
    _changed(connection, schema, table, rows.bounds)
    return rows.count


def read_town(connection: Connection, schema: Schema) -> Town:
    """The town of the workspace."""
    table = schema.table("town")
    row: dict[str, Any] = dict(connection.execute(select(table)).one()._mapping)
    del row["fid"]
    return Town(**row)


def write_town(connection: Connection, schema: Schema, town: Town) -> None:
    """Replace the town's row."""
    _replace(connection, schema, "town", [town.row()])


def read_plain(connection: Connection, schema: Schema, name: str) -> pd.DataFrame:
    """Staff or assignments in the order they were written."""
    table, columns = schema.table(name), _columns(name)
    return plain_frame(columns, connection.execute(select(*(table.c[c] for c in columns)).order_by(table.c.fid)).all())


def write_staff(connection: Connection, schema: Schema, frame: pd.DataFrame) -> int:
    """Replace all staff. Refused: no code, name or kind; a code twice; leaving out somebody who still has an assignment."""
    rows = plain_rows(Text("人员", "staff"), STAFF_COLUMNS, ("code", "name", "kind"), frame)
    codes = [row["code"] for row in rows]
    if twice := sorted({str(code) for code in codes if codes.count(code) > 1}):
        raise Refusal(Text("人员编号重复：{codes}。", "Staff codes stand twice: {codes}.").fill(codes=", ".join(twice)))
    assigned = schema.table("assignments").c.staff_code
    if left := sorted(set(connection.scalars(select(assigned))) - set(codes)):
        raise Refusal(
            Text("{n} 名人员仍有任务（首个：{code}）。", "{n} members of staff still have assignments (first: {code}).").fill(
                n=len(left), code=left[0]
            ),
            Text("请先改派其任务。", "Assign their tasks to others first."),
        )
    _replace(connection, schema, "staff", rows)
    return len(rows)


def write_assignments(connection: Connection, schema: Schema, frame: pd.DataFrame) -> int:
    """Replace all assignments. Refused: no staff code, target or role; staff that are not there."""
    rows = plain_rows(Text("任务", "assignments"), ASSIGNMENT_COLUMNS, ASSIGNMENT_COLUMNS[:4], frame)
    known = set(connection.scalars(select(schema.table("staff").c.code)))
    if strangers := [str(row["staff_code"]) for row in rows if row["staff_code"] not in known]:
        raise Refusal(
            Text("{n} 项任务的人员不存在（首个：{code}）。", "{n} assignments name staff that are not there (first: {code}).").fill(
                n=len(strangers), code=strangers[0]
            ),
            Text("请先登记人员。", "Enter the staff first."),
        )
    _replace(connection, schema, "assignments", rows)
    return len(rows)


def _columns(name: str) -> tuple[str, ...]:
    return {"staff": STAFF_COLUMNS, "assignments": ASSIGNMENT_COLUMNS}[name]


def _replace(connection: Connection, schema: Schema, name: str, rows: list[dict[str, Any]]) -> None:
    table = schema.table(name)
    connection.execute(table.delete())
    if rows:
        connection.execute(table.insert(), rows)
    _changed(connection, schema, table, None)


def _changed(connection: Connection, schema: Schema, table: Table, bounds: Bounds | None) -> None:
    note_change(connection, table, bounds)
    count_up(connection, schema, table.name)
