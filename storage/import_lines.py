"""What an import brings to the store, and what the ledger says of one afterwards."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd
from sqlalchemy import Connection, Table, select

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
    also: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """Layers that are replaced in the same step, by key, each as `Store.write_layer` takes it; never the target itself."""
    expected_also: Mapping[str, str] = field(default_factory=dict)
    """What `Store.revision(key)` gave for each of them when the preview was made."""
    metric_crs: str = ""
    """The system in metres of a town that had none; a town that has one keeps it."""
    protected: pd.DataFrame | None = None
    """Incidents that are only counted: the columns of `storage.protected_counts.COLUMNS`."""
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
    also: tuple[str, ...] = ()
    """Layers that were replaced in the same step."""


@dataclass(frozen=True)
class LayerUndone:
    """What undoing an import does to one layer or table: its rows now and then, codes that go, and codes that come back."""

    target: str
    now: int
    then: int
    gone: tuple[str, ...] = ()
    back: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportUndone:
    """What undoing an import does: to its layers, the target first, and to plans, which go or get their content of before."""

    layers: tuple[LayerUndone, ...]
    plans_gone: tuple[str, ...]
    plans_back: tuple[str, ...]


def read_imports(connection: Connection, schema: Schema, import_id: str | None = None, cells: bool = False) -> tuple[ImportLine, ...]:
    """The imports, or the changes of cells, newest first; or the one of either with that id, if there is one."""
    imports = schema.table("imports")
    carried = _listed(connection, schema.table("import_plans"), "plan_id")
    also = _listed(connection, schema.table("import_also"), "target")
    query = select(imports).order_by(imports.c.audit_line.desc())
    of_kind = imports.c.mode == "cells" if cells else imports.c.mode != "cells"
    rows = connection.execute(query.where(of_kind if import_id is None else imports.c.id == import_id)).mappings()
    names = [name for name in ImportLine.__dataclass_fields__ if name not in ("plans", "also")]
    read = {"choices": json.loads, "counts": json.loads}
    return tuple(
        ImportLine(
            plans=carried.get(row["id"], ()),
            also=also.get(row["id"], ()),
            **{name: read.get(name, _as_is)(row[name]) for name in names},
        )
        for row in rows
    )


def _listed(connection: Connection, table: Table, name: str) -> dict[str, tuple[str, ...]]:
    """Import -> what stands in that column, in order."""
    found: dict[str, tuple[str, ...]] = {}
    for import_id, value in connection.execute(select(table.c.import_id, table.c[name]).order_by(table.c[name])):
        found[import_id] = (*found.get(import_id, ()), value)
    return found


def _as_is(value: Any) -> Any:
    return value
