"""Tables that are read and replaced whole: the layers, the town's row, staff and assignments."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, Table, func, select

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from storage.frames_out import layer_frame, plain_frame
from storage.geopackage import Bounds, as_bounds, note_change
from storage.revisions import count_up
from storage.rows_in import LayerRows, layer_rows, plain_rows
from storage.schema import GEOMETRY_NAME, POINT_COLUMNS, Schema
from storage.town import Town

STAFF_COLUMNS = ("code", "name", "name_en", "kind")
ASSIGNMENT_COLUMNS = ("staff_code", "target_kind", "target_code", "role", "plan_id", "valid_from", "valid_to")
PLAIN = ("staff", "assignments")


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
        insert_rows(connection, table, batch)
    _changed(connection, schema, table, rows.bounds)
    return rows.count


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of the same columns, at least one. Points go to SQLite as they are: SQLAlchemy's look at each value doubles the time."""
    insert = table.insert().compile(dialect=connection.dialect, column_keys=list(rows[0]))
    if insert.positiontup is None or GEOMETRY_NAME in rows[0]:
        connection.execute(table.insert(), rows)
    else:
        connection.exec_driver_sql(insert.string, list(map(itemgetter(*insert.positiontup), rows)))


def table_of(schema: Schema, name: str) -> Table:
    """The table of a kept layer, of staff or of assignments. Refused: an unknown or computed layer."""
    return schema.table(name) if name in PLAIN else schema.layer_table(name)


def note_written(connection: Connection, schema: Schema, table: Table) -> None:
    """Put extent and revision of a table right after its rows were written one part at a time."""
    _changed(connection, schema, table, extent(connection, table))


def extent(connection: Connection, table: Table) -> Bounds | None:
    """West, south, east, north of all geometry in a table; None where there is none."""
    if GEOMETRY_NAME not in table.columns:
        return None
    shapes = np.array(connection.scalars(select(table.c[GEOMETRY_NAME])).all(), object)
    return as_bounds(shapely.total_bounds(shapes)) if len(shapes) else None


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
    codes = [str(row["code"]) for row in rows]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise Refusal(Text("人员编号重复：{codes}。", "Staff codes stand twice: {codes}.").fill(codes=", ".join(twice)))
    _check_left_out(connection, schema, codes)
    _replace(connection, schema, "staff", rows)
    return len(rows)


def write_assignments(connection: Connection, schema: Schema, frame: pd.DataFrame) -> int:
    """Replace all assignments. Refused: no staff code, target or role; staff that are not there."""
    rows = plain_rows(Text("任务", "assignments"), ASSIGNMENT_COLUMNS, ASSIGNMENT_COLUMNS[:4], frame)
    _check_known(connection, schema, [str(row["staff_code"]) for row in rows])
    _replace(connection, schema, "assignments", rows)
    return len(rows)


def check_references(connection: Connection, schema: Schema, name: str) -> None:
    """Refused: staff that leave out somebody with an assignment, assignments of staff that are not there. Nothing of layers."""
    if name == "staff":
        _check_left_out(connection, schema, connection.scalars(select(schema.table("staff").c.code)).all())
    elif name == "assignments":
        _check_known(connection, schema, connection.scalars(select(schema.table("assignments").c.staff_code)).all())


def _check_left_out(connection: Connection, schema: Schema, codes: Sequence[str]) -> None:
    assigned = schema.table("assignments").c.staff_code
    if left := sorted(set(connection.scalars(select(assigned))) - set(codes)):
        raise Refusal(
            Text("{n} 名人员仍有任务（首个：{code}）。", "{n} members of staff still have assignments (first: {code}).").fill(
                n=len(left), code=left[0]
            ),
            Text("请先改派其任务。", "Assign their tasks to others first."),
        )


def _check_known(connection: Connection, schema: Schema, codes: Sequence[str]) -> None:
    known = set(connection.scalars(select(schema.table("staff").c.code)))
    if strangers := [code for code in codes if code not in known]:
        raise Refusal(
            Text("{n} 项任务的人员不存在（首个：{code}）。", "{n} assignments name staff that are not there (first: {code}).").fill(
                n=len(strangers), code=strangers[0]
            ),
            Text("请先登记人员。", "Enter the staff first."),
        )


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
