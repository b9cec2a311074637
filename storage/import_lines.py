"""What an import brings to the store, and what the ledger says of one afterwards."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd
from sqlalchemy import Connection, select

from planning.plan import Plan
from storage.schema import Schema

PLAN = "plan"
Mode = Literal["replace", "append", "cells"]
"""How rows come in: all are replaced, some are added, or those of a change of cells take the place of the cells it names."""


@dataclass(frozen=True, eq=False)
class TakenImport:
    """An import that somebody accepted.

    `target` is a layer's key, staff, assignments, or plan, which has no rows. `rows` are one table, or tables one after the
    other for more than memory holds; each as `Store.write_layer` takes it. `choices` and `counts` go into the ledger as JSON;
    they are read after the rows, so tables that come one by one may still count. `plans` are plans read at their revision
    and carried over (of one in force only the cells may change), or new drafts (revision 0).

    `expected_revision` and `expected_plans` are what `Store.revision(target)` and `Store.revision("plans")` gave when the
    preview was made. `progress` is told how many rows have been read, then asked again while they are written; False stops.
    """

    target: str
    by: str
    file_name: str
    sha256: str
    mode: Mode = "replace"
    rows: pd.DataFrame | Iterable[pd.DataFrame] = ()
    plans: tuple[Plan, ...] = ()
    choices: Mapping[str, Any] = field(default_factory=dict)
    counts: Mapping[str, Any] = field(default_factory=dict)
    at: str | None = None
    expected_revision: str | None = None
    expected_plans: str | None = None
    gone: tuple[str, ...] = ()
    """In mode cells: codes whose rows go, beside those that come anew."""
    progress: Callable[[int], bool] | None = None


@dataclass(frozen=True)
class ImportLine:
    """One import in the ledger: `rows` were taken, the plans named were carried over or made. Undone by somebody, or not."""

    id: str
    at: str
    who: str
    target: str
    file_name: str
    sha256: str
    mode: Mode
    rows: int
    choices: Mapping[str, Any]
    counts: Mapping[str, Any]
    plans: tuple[str, ...]
    undone_at: str | None
    undone_by: str | None


def read_imports(connection: Connection, schema: Schema, import_id: str | None = None, cells: bool = False) -> tuple[ImportLine, ...]:
    """The imports, or the changes of cells, newest first; or the one of either with that id, if there is one."""
    imports, plans = schema.table("imports"), schema.table("import_plans")
    carried: dict[str, list[str]] = {}
    for row in connection.execute(select(plans.c.import_id, plans.c.plan_id).order_by(plans.c.plan_id)):
        carried.setdefault(row.import_id, []).append(row.plan_id)
    query = select(imports).order_by(imports.c.audit_line.desc())
    of_kind = imports.c.mode == "cells" if cells else imports.c.mode != "cells"
    rows = connection.execute(query.where(of_kind if import_id is None else imports.c.id == import_id)).mappings()
    names = [name for name in ImportLine.__dataclass_fields__ if name != "plans"]
    read = {"choices": json.loads, "counts": json.loads}
    return tuple(
        ImportLine(plans=tuple(carried.get(row["id"], ())), **{name: read.get(name, _as_is)(row[name]) for name in names}) for row in rows
    )


def _as_is(value: Any) -> Any:
    return value
