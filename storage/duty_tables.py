"""Duties that were done: lines that are only ever added. A line is taken back by another line, never changed or removed.

No line holds free text: a place or unit by its code, a kind by its key, a number. So no resident can be written into one.
"""

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, func, select

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from storage import audit
from storage.revisions import count_up
from storage.schema import Schema

COLUMNS = ("id", "at", "staff_code", "kind", "target_kind", "target_code", "count", "by", "undoes")
MOST_AT_ONCE = 999


@dataclass(frozen=True)
class DutyLine:
    """One duty done: by whom (staff code), of what kind, at which place (a layer's key and the code in it), how often.

    `by` is who wrote it down; `undoes` the number of an earlier line that this one takes back.
    """

    staff_code: str
    kind: str
    target_kind: str
    target_code: str
    count: int
    by: str
    undoes: int | None = None


def read_duties(connection: Connection, schema: Schema, staff_code: str | None = None) -> pd.DataFrame:
    """`COLUMNS`, oldest first; `at` is ISO 8601 local wall clock, `undoes` Int64."""
    table = schema.table("duty_records")
    query = select(*(table.c[name] for name in COLUMNS)).order_by(table.c.id)
    if staff_code is not None:
        query = query.where(table.c.staff_code == staff_code)
    rows = [tuple(row) for row in connection.execute(query)]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object).astype({"id": "int64", "count": "int64", "undoes": "Int64"})


def add_duty(connection: Connection, schema: Schema, duty: DutyLine, at: str) -> int:
    """Add a line in the caller's write transaction, with its audit line; its number.

    Refused: a count below 1 or above 999; staff that is not there; a line to take back that is not there, is another's, takes
    one back itself or was taken back.
    """
    table, staff = schema.table("duty_records"), schema.table("staff")
    if not 1 <= duty.count <= MOST_AT_ONCE:
        raise Refusal(
            Text("次数须在 1 到 {most} 之间。", "The count must be 1 to {most}.").fill(most=MOST_AT_ONCE),
            Text("请更正次数。", "Correct the count."),
        )
    if connection.scalar(select(func.count()).select_from(staff).where(staff.c.code == duty.staff_code)) != 1:
        raise Refusal(
            Text("人员表中没有 {code}。", "There is no {code} in the staff list.").fill(code=duty.staff_code[:40]),
            Text("请先导入人员表，或更正编号。", "Import the staff first, or correct the code."),
        )
    if duty.undoes is not None:
        _check_undone(connection, schema, duty)
    detail = {"kind": duty.kind, "place": f"{duty.target_kind}/{duty.target_code}", "count": duty.count, "undoes": duty.undoes}
    audit.append(connection, schema, at, duty.by, "undo_duty" if duty.undoes is not None else "record_duty", duty.staff_code, detail)
    number = (connection.scalar(select(func.max(table.c.id))) or 0) + 1
    values = {name: getattr(duty, name) for name in COLUMNS if name not in ("id", "at")}
    connection.execute(table.insert(), {"id": number, "at": at, **values})
    count_up(connection, schema, "duty_records")
    return number


def _check_undone(connection: Connection, schema: Schema, duty: DutyLine) -> None:
    table = schema.table("duty_records")
    line = connection.execute(select(table).where(table.c.id == duty.undoes)).one_or_none()
    taken_back = connection.scalar(select(func.count()).select_from(table).where(table.c.undoes == duty.undoes))
    if line is None or line.staff_code != duty.staff_code or line.undoes is not None or taken_back:
        raise Refusal(
            Text(
                "第 {id} 条记录不能撤销：不存在、不是本人的或已撤销。",
                "Record {id} can't be taken back: not there, another's or taken back already.",
            ).fill(id=duty.undoes),
            Text("请重新载入本页。", "Reload the page."),
        )
