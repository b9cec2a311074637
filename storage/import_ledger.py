"""The ledger of imports: each is taken in one transaction with what undoing it needs, and undone in one."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Table, func, null, or_, select, true
from sqlalchemy.exc import IntegrityError

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from storage import audit, import_refusals, layer_tables, plan_tables, protected_counts, revisions
from storage.import_also import ACTION, also_of, also_rows, known_fields, put_also_back, write_also
from storage.import_lines import PLAN, ImportLine, ImportUndone, LayerUndone, TakenImport, read_imports
from storage.kept_rows import forget_rows, keep_rows, kept_rows
from storage.layer_tables import PLAIN
from storage.row_parts import PART_ROWS, PutAside, Rows
from storage.rows_in import LayerRows
from storage.schema import Schema

_WRITES = ("write_layer", "write_staff", "write_assignments", "take_import", "undo_import", "change_cells", "undo_cell_change", ACTION)
_LOOKED_UP = 5_000  # values in one query; databases take some 32,000


@dataclass(frozen=True)
class NewRows:
    """The checked rows that an import brings to a layer, in batches."""

    count: int
    batches: Iterable[Rows]
    also: Mapping[str, LayerRows] = field(default_factory=dict)
    """Of the further layers of the same step, by key."""


@contextmanager
def checked(schema: Schema, taken: TakenImport) -> Iterator[NewRows]:
    """Read and check an import's rows before anything is locked; those of several tables wait on disk.

    Refused: an unknown or computed layer; see `storage.rows_in.layer_rows`; stopped. Staff and assignments are checked by `take`.
    """
    also = also_rows(schema, taken)
    if taken.target == PLAN or taken.target in PLAIN:
        yield NewRows(0, (), also)
    elif isinstance(taken.rows, pd.DataFrame):
        rows = layer_tables.checked_rows(schema, taken.target, taken.rows)
        yield NewRows(rows.count, rows.batches(PART_ROWS), also)
    else:
        schema.layer_table(taken.target)
        with closing(PutAside()) as aside:
            for frame in taken.rows:
                try:
                    rows = layer_tables.checked_rows(schema, taken.target, frame)
                except Refusal as refusal:
                    raise import_refusals.in_part(refusal, aside.count) from refusal
                aside.add(rows.columns, rows.count)
                _ask(taken, aside.count)
            yield NewRows(aside.count, aside, also)


def check_expected(connection: Connection, schema: Schema, taken: TakenImport) -> None:
    """Refused: somebody wrote the target, a further layer, or a plan, since the preview was made."""
    also = ((expected, target) for target, expected in taken.expected_also.items())
    for expected, target in ((taken.expected_revision, taken.target), (taken.expected_plans, PLAN), *also):
        subject = plan_tables.SUBJECT if target == PLAN else target
        if expected is not None and expected != revisions.token(connection, schema, subject):
            raise import_refusals.moved_on(import_refusals.title(schema, target), *_last_write(connection, schema, target))


def take(connection: Connection, schema: Schema, taken: TakenImport, new: NewRows) -> ImportLine:
    """Take an import in the caller's write transaction: rows, plans, ledger, what undoing needs, audit lines.

    Refused: what `check_expected`, `write_staff`, `write_assignments`, `plan_tables.carry_plan` refuse; a code that is there; stopped.
    """
    check_expected(connection, schema, taken)
    import_id, at = uuid4().hex, taken.at or audit.now()
    frame = _frame(taken) if taken.target in PLAIN else None
    rows = new.count if frame is None else len(frame)
    _enter(connection, schema, taken, import_id, at, rows)
    _settle_metric_crs(connection, schema, taken, at)
    if frame is not None:
        _write_plain(connection, schema, taken, import_id, frame)
    elif taken.target != PLAN:
        _write_layer(connection, schema, taken, import_id, new)
    write_also(connection, schema, import_id, taken, new.also, at, lambda: _ask(taken, rows))
    protected_counts.write_protected(connection, schema, import_id, taken.protected)
    for plan in taken.plans:
        before = plan_tables.plan_revision(connection, schema, plan.header.id)
        saved = plan_tables.carry_plan(connection, schema, plan, taken.by, at, import_id)
        carried = {"import_id": import_id, "plan_id": plan.header.id, "revision_before": before, "revision_after": saved.header.revision}
        connection.execute(schema.table("import_plans").insert(), carried)
    return read_imports(connection, schema, import_id)[0]


def undo(connection: Connection, schema: Schema, import_id: str, by: str, at: str, cells: bool = False) -> ImportLine:
    """Undo an import, or a change of cells, in the caller's write transaction: rows and plans as they were before, with audit lines.

    The import before it can be undone next. Refused: an unknown id; undone already; target or plans written since;
    a plan was made from one that would go; staff that assignments need would go.
    """
    row, carried, also = _to_undo(connection, schema, import_id, cells)
    imports = schema.table("imports")
    detail = {"import": import_id, "file_name": row.file_name, "rows": row.rows}
    audit.append(connection, schema, at, by, "undo_cell_change" if cells else "undo_import", row.target, detail)
    for plan in carried:
        now = plan_tables.put_back(connection, schema, plan.plan_id, plan.revision_before, by, at, import_id)
        here_before = {"plan_id": plan.plan_id, "revision_after": plan.revision_before}
        _follow(connection, schema.table("import_plans"), here_before, now)
    if row.target != PLAN:
        _put_rows_back(connection, schema, row, first_of_others=min((each.first_part for each in also), default=None))
    for each in also:
        audit.append(connection, schema, at, by, "undo_import", each.target, detail)
        _follow_layer(connection, schema, each.target, each.revision_before, put_also_back(connection, schema, each))
    forget_rows(connection, schema, import_id)
    protected_counts.forget_protected(connection, schema, import_id)
    connection.execute(imports.update().where(imports.c.id == import_id).values(undone_at=at, undone_by=by))
    return read_imports(connection, schema, import_id)[0]


def undone(connection: Connection, schema: Schema, import_id: str) -> ImportUndone:
    """What `undo` would do, told before. Refused: an unknown id; undone already; target or plans written since."""
    row, carried, also = _to_undo(connection, schema, import_id, cells=False)
    parts = [(each.target, each.first_part, each.end_part) for each in also]
    if row.target != PLAN and row.mode == "append" and row.target not in PLAIN:
        rows = layer_tables.count_rows(connection, schema, row.target)
        layers = [LayerUndone(row.target, rows, rows - row.rows)]
    else:
        parts = [*([(row.target, 0, min((first for _, first, _ in parts), default=None))] if row.target != PLAN else []), *parts]
        layers = []
    for target, first, end in parts:
        table = layer_tables.table_of(schema, target)
        before = [old.get("code") for batch in kept_rows(connection, schema, import_id, first, end) for old in batch]
        coded = table.c.code if "code" in table.c else null()
        now = connection.scalars(select(coded).select_from(table).order_by(table.c.fid)).all()
        gone, back = (_but(these, others) for these, others in ((now, before), (before, now)))
        layers.append(LayerUndone(target, len(now), len(before), gone, back))
    gone = tuple(plan.plan_id for plan in carried if plan.revision_before == 0)
    return ImportUndone(tuple(layers), gone, tuple(plan.plan_id for plan in carried if plan.revision_before))


def _but(these: Iterable[Any], others: Iterable[Any]) -> tuple[str, ...]:
    left_out = {None, *others}
    return tuple(code for code in these if code not in left_out)


def _to_undo(connection: Connection, schema: Schema, import_id: str, cells: bool) -> tuple[Any, list[Any], list[Any]]:
    """An import's row, the plans it carried and its further layers, if it can be undone."""
    imports = schema.table("imports")
    row = connection.execute(select(imports).where(imports.c.id == import_id)).one_or_none()
    if row is None or (row.mode == "cells") != cells:
        raise import_refusals.unknown(import_id)
    if row.undone_at is not None:
        raise import_refusals.undone_already(row.file_name, row.undone_by, row.undone_at)
    carried, also = _plans_of(connection, schema, import_id), also_of(connection, schema, import_id)
    _check_untouched(connection, schema, row, carried, also)
    return row, carried, also


def _enter(connection: Connection, schema: Schema, taken: TakenImport, import_id: str, at: str, rows: int) -> None:
    """The ledger's row and the audit line. Writing the target once more is what moves its revision by one."""
    known = {"file_name": taken.file_name, "sha256": taken.sha256, "mode": taken.mode, "rows": rows}
    told = {"choices": dict(taken.choices), "counts": dict(taken.counts)}
    action = "change_cells" if taken.mode == "cells" else "take_import"
    line = audit.append(connection, schema, at, taken.by, action, taken.target, {"import": import_id, **known, **told})
    before = revisions.count(connection, schema, taken.target)
    row = {
        "id": import_id,
        "audit_line": line,
        "at": at,
        "who": taken.by,
        "target": taken.target,
        "revision_before": before,
        "revision_after": before + 1,
        **known,
        **{name: json.dumps(value, ensure_ascii=False, default=str) for name, value in told.items()},
    }
    connection.execute(schema.table("imports").insert(), row)


def _settle_metric_crs(connection: Connection, schema: Schema, taken: TakenImport, at: str) -> None:
    """A town without a system in metres gets that of its first boundaries, and keeps it when these are undone."""
    town = layer_tables.read_town(connection, schema)
    if taken.metric_crs and not town.metric_crs:
        layer_tables.write_town(connection, schema, replace(town, metric_crs=taken.metric_crs))
        detail = {"changed": {"metric_crs": ["", taken.metric_crs]}, "reason": taken.file_name}
        audit.append(connection, schema, at, taken.by, "change_town", "town", detail)


def _write_plain(connection: Connection, schema: Schema, taken: TakenImport, import_id: str, frame: pd.DataFrame) -> None:
    """Staff and assignments are few: adding to them replaces all."""
    if taken.mode == "append":
        frame = pd.concat([layer_tables.read_plain(connection, schema, taken.target), frame], ignore_index=True)
    keep_rows(connection, schema, import_id, schema.table(taken.target), None, lambda: _ask(taken, len(frame)))
    write = layer_tables.write_staff if taken.target == "staff" else layer_tables.write_assignments
    write(connection, schema, frame)


def _write_layer(connection: Connection, schema: Schema, taken: TakenImport, import_id: str, new: NewRows) -> None:
    table, imports = schema.layer_table(taken.target), schema.table("imports")
    if taken.mode != "append":
        going = table.c.code.in_([*taken.gone, *_codes(taken)]) if taken.mode == "cells" else true()
        keep_rows(connection, schema, import_id, table, going, lambda: _ask(taken, new.count))
        connection.execute(table.delete().where(going))
    last = _last_fid(connection, table)
    _insert(connection, schema, taken, table, new)
    if taken.mode != "replace" and new.count:
        added = connection.execute(select(func.min(table.c.fid), func.max(table.c.fid)).where(table.c.fid > last)).one()
        connection.execute(imports.update().where(imports.c.id == import_id).values(first_fid=added[0], last_fid=added[1]))
    layer_tables.note_written(connection, schema, table)


def _insert(connection: Connection, schema: Schema, taken: TakenImport, table: Table, new: NewRows) -> None:
    done = 0
    for batch in new.batches:
        last = _last_fid(connection, table)
        try:
            with _asked_about_after(connection):
                layer_tables.insert_rows(connection, table, batch)
        except IntegrityError as error:
            refusal = _clash(connection, schema, taken.target, table.c.fid <= last, batch, done)
            if refusal is None:
                raise
            raise refusal from error
        done += len(batch)
        _ask(taken, new.count)


def _last_fid(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.max(table.c.fid))) or 0


def _asked_about_after(connection: Connection) -> AbstractContextManager[Any]:
    """PostgreSQL answers nothing after an error but behind a savepoint; SQLite does, and a savepoint would copy each page once more."""
    return nullcontext() if connection.dialect.name == "sqlite" else connection.begin_nested()


def _clash(connection: Connection, schema: Schema, target: str, before: ColumnElement[bool], batch: Rows, done: int) -> Refusal | None:
    """The refusal of a batch with codes that stood in the table before it; None if it is not for them that it failed."""
    table = schema.layer_table(target)
    if "code" not in table.c:
        return None
    codes = [row["code"] for row in batch]
    there: set[str] = set()
    for start in range(0, len(codes), _LOOKED_UP):
        there.update(connection.scalars(select(table.c.code).where(before, table.c.code.in_(codes[start : start + _LOOKED_UP]))))
    clashing = [position for position, code in enumerate(codes) if code in there]
    if not clashing:
        return None
    what, first = import_refusals.title(schema, target), clashing[0]
    return import_refusals.codes_taken(what, len(clashing), len(batch), codes[first], done + first + 1)


def _plans_of(connection: Connection, schema: Schema, import_id: str) -> list[Any]:
    carried = schema.table("import_plans")
    return list(connection.execute(select(carried).where(carried.c.import_id == import_id).order_by(carried.c.plan_id)))


def _check_untouched(connection: Connection, schema: Schema, row: Any, carried: Iterable[Any], also: Iterable[Any]) -> None:
    """Refused: the target of an import, a further layer, or a plan that it carried over, was written since."""
    for each in (*(() if row.target == PLAN else (row,)), *also):
        if revisions.count(connection, schema, each.target) != each.revision_after:
            raise import_refusals.written_since(import_refusals.title(schema, each.target), *_last_write(connection, schema, each.target))
    for plan in carried:
        if plan_tables.plan_revision(connection, schema, plan.plan_id) != plan.revision_after:
            name = Text("方案 {id}", "plan {id}").fill(id=plan.plan_id)
            raise import_refusals.written_since(name, *_last_write(connection, schema, PLAN, plan.plan_id))


def _put_rows_back(connection: Connection, schema: Schema, row: Any, first_of_others: int | None) -> None:
    table = layer_tables.table_of(schema, row.target)
    part_alone = row.mode == "cells" or (row.mode == "append" and row.target not in PLAIN)
    if not part_alone:
        connection.execute(table.delete())
    elif row.rows:
        connection.execute(table.delete().where(table.c.fid.between(row.first_fid, row.last_fid)))
    for batch in known_fields(table.c.keys(), kept_rows(connection, schema, row.id, end=first_of_others)):
        layer_tables.insert_rows(connection, table, batch)
    layer_tables.check_references(connection, schema, row.target)
    layer_tables.note_written(connection, schema, table)
    _follow_layer(connection, schema, row.target, row.revision_before, revisions.count(connection, schema, row.target))


def _follow_layer(connection: Connection, schema: Schema, target: str, before: int, now: int) -> None:
    for name in ("imports", "import_also"):
        _follow(connection, schema.table(name), {"target": target, "revision_after": before}, now)


def _follow(connection: Connection, table: Table, where: Mapping[str, Any], revision: int) -> None:
    """What an earlier import left behind is there again, under a new number: that import may be undone next."""
    connection.execute(table.update().where(*(table.c[name] == value for name, value in where.items())).values(revision_after=revision))


def _last_write(connection: Connection, schema: Schema, target: str, plan_id: str | None = None) -> tuple[str, str]:
    """Who wrote a target last, and when; of plans one alone, if it is named."""
    lines = schema.table("audit")
    wrote: ColumnElement[bool] = (lines.c.subject == target) & lines.c.action.in_(_WRITES)
    if target == PLAN:
        wrote = lines.c.plan_id.is_not(None) if plan_id is None else lines.c.plan_id == plan_id
    last = select(lines.c.who, lines.c.at).where(or_(wrote, lines.c.action == "make_workspace")).order_by(lines.c.id.desc()).limit(1)
    who, at = connection.execute(last).one()
    return who, at


def _codes(taken: TakenImport) -> list[str]:
    return [] if not isinstance(taken.rows, pd.DataFrame) else taken.rows["code"].tolist()


def _frame(taken: TakenImport) -> pd.DataFrame:
    frames = [taken.rows] if isinstance(taken.rows, pd.DataFrame) else list(taken.rows)
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _ask(taken: TakenImport, rows: int) -> None:
    if taken.progress is not None and not taken.progress(rows):
        raise import_refusals.stopped(rows)
