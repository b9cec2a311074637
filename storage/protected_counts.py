"""Incidents with minors, sexual offences and violence at home: kept as counts by unit, and nothing else of them.

They belong to the import that brought them and go when it is undone. Months are those of all that the file counted, not of a
unit: a month beside the number 1 would be a case.
"""

import pandas as pd
from sqlalchemy import Connection, select

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from storage.schema import Schema

COLUMNS = ("unit_code", "category", "first_month", "last_month", "incidents")
"""unit_code: None where no unit is known; category: a key of the protected groups; months as 2025-03, None where no time is known."""


def write_protected(connection: Connection, schema: Schema, import_id: str, counts: pd.DataFrame | None) -> None:
    """Keep what an import only counted, in the caller's write transaction. Refused: a column is missing; a count below 1; no category."""
    if counts is None or not len(counts):
        return
    missing = [name for name in COLUMNS if name not in counts]
    wrong = [] if missing else [row for row in counts.itertuples() if not row.category or int(row.incidents) < 1]
    if missing or wrong:
        raise Refusal(
            Text("受保护类别的计数不完整（{n} 处）。", "The counts of protected categories are incomplete ({n} places).").fill(
                n=len(missing) or len(wrong)
            ),
            Text("没有写入任何内容，请重新预览。", "Nothing was written; preview the import again."),
        )
    rows = [
        {
            "import_id": import_id,
            "position": position,
            **{name: value if isinstance(value, str) and value else None for name, value in zip(COLUMNS[:-1], row[:-1], strict=True)},
            "incidents": int(row[-1]),
        }
        for position, row in enumerate(counts[list(COLUMNS)].itertuples(index=False, name=None))
    ]
    connection.execute(schema.table("protected_counts").insert(), rows)


def read_protected(connection: Connection, schema: Schema, import_id: str | None = None) -> pd.DataFrame:
    """import_id and `COLUMNS`, in order of the imports; of one import alone where it is named."""
    table, imports = schema.table("protected_counts"), schema.table("imports")
    query = select(table.c.import_id, *(table.c[name] for name in COLUMNS)).join(imports, imports.c.id == table.c.import_id)
    query = query.order_by(imports.c.audit_line, table.c.position)
    found = connection.execute(query if import_id is None else query.where(table.c.import_id == import_id)).all()
    frame = pd.DataFrame([tuple(row) for row in found], columns=["import_id", *COLUMNS], dtype=object)
    return frame.astype({"incidents": "int64"})


def forget_protected(connection: Connection, schema: Schema, import_id: str) -> None:
    """Let the counts of an import go, in the caller's write transaction."""
    table = schema.table("protected_counts")
    connection.execute(table.delete().where(table.c.import_id == import_id))
