"""The store: one open workspace, for any number of threads. Every write is one transaction with its audit line."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, select

from planning.plan import Plan, PlanHeader
from storage import audit, import_ledger, layer_tables, plan_tables, revisions
from storage.audit import AuditCheck, AuditLine
from storage.contents import WorkspaceContents
from storage.file_refusals import taken
from storage.import_lines import ImportLine, TakenImport, read_imports
from storage.overtaken import Overtaken
from storage.schema import Schema
from storage.snapshot import write_snapshot
from storage.town import Town
from storage.workspace_file import much_to_write

__all__ = ["AuditCheck", "AuditLine", "ImportLine", "Overtaken", "Store", "TakenImport", "Town", "WorkspaceContents"]


class Store:
    """An open workspace. Made by `storage.open_store`. Times are ISO 8601 local wall clock; left out, it is now."""

    def __init__(self, engine: Engine, schema: Schema, location: str, read_only: bool = False) -> None:
        self.location = location
        """Where it is kept, without a password."""
        self.read_only = read_only
        """Nothing can be written, the record neither."""
        self._schema = schema
        self._reading = engine
        self._writing = engine.execution_options(writing=True)

    def town(self) -> Town:
        """The town it is about."""
        with self._reading.begin() as connection:
            return layer_tables.read_town(connection, self._schema)

    def read_layer(self, key: str) -> Any:
        """A layer's rows: its fields and the geometry in EPSG:4490 as a GeoDataFrame, or for points its fields, lon and lat.

        Text is str or None, whole numbers int64 (Int64 where some are missing), numbers float64, times naive
        datetime64[s]. An empty layer has its columns too. Refused: an unknown or computed layer.
        """
        with self._reading.begin() as connection:
            return layer_tables.read_layer(connection, self._schema, key)

    def count(self, key: str) -> int:
        """How many rows a layer has. Refused: an unknown or computed layer."""
        with self._reading.begin() as connection:
            return layer_tables.count_rows(connection, self._schema, key)

    def staff(self) -> pd.DataFrame:
        """All staff: code, name, name_en, kind."""
        with self._reading.begin() as connection:
            return layer_tables.read_plain(connection, self._schema, "staff")

    def assignments(self) -> pd.DataFrame:
        """Who is assigned to what: staff_code, target_kind, target_code, role, plan_id, valid_from, valid_to."""
        with self._reading.begin() as connection:
            return layer_tables.read_plain(connection, self._schema, "assignments")

    def plan_headers(self) -> tuple[PlanHeader, ...]:
        """The headers of all plans, oldest first."""
        with self._reading.begin() as connection:
            return plan_tables.plan_headers(connection, self._schema)

    def plan(self, plan_id: str) -> Plan:
        """A plan with its beats and cells, the cells in order of their codes. Refused: an unknown id."""
        with self._reading.begin() as connection:
            return plan_tables.read_plan(connection, self._schema, plan_id)

    def plan_in_force(self) -> Plan | None:
        """The plan in force, if there is one."""
        with self._reading.begin() as connection:
            plan_id = plan_tables.plan_in_force(connection, self._schema)
            return None if plan_id is None else plan_tables.read_plan(connection, self._schema, plan_id)

    def revision(self, subject: str | None = None) -> str:
        """A token that changes whenever the content does; with a subject, whenever that layer, or town, staff, assignments, plans does.

        Audit lines that record no change leave it alone. Changes by other programs, such as QGIS, are not seen.
        """
        with self._reading.begin() as connection:
            return revisions.token(connection, self._schema, subject)

    def write_layer(self, key: str, frame: pd.DataFrame, by: str, at: str | None = None, reason: str = "") -> None:
        """Replace all rows of a layer. Refused, and nothing changed: what `storage.rows_in.layer_rows` refuses."""
        rows = layer_tables.checked_rows(self._schema, key, frame)
        self._replace("write_layer", key, by, at, reason, lambda c: layer_tables.replace_layer(c, self._schema, key, rows))

    def write_staff(self, frame: pd.DataFrame, by: str, at: str | None = None, reason: str = "") -> None:
        """Replace all staff. Refused: see `storage.layer_tables.write_staff`."""
        self._replace("write_staff", "staff", by, at, reason, lambda c: layer_tables.write_staff(c, self._schema, frame))

    def write_assignments(self, frame: pd.DataFrame, by: str, at: str | None = None, reason: str = "") -> None:
        """Replace all assignments. Refused: see `storage.layer_tables.write_assignments`."""
        self._replace("write_assignments", "assignments", by, at, reason, lambda c: layer_tables.write_assignments(c, self._schema, frame))

    def save_plan(self, plan: Plan, by: str, at: str | None = None, reason: str = "") -> Plan:
        """Save a plan that was read at `plan.header.revision` (0: a new one); the plan with its new revision.

        Putting a plan in force archives the one that was, in the same transaction. Refused, and nothing changed:
        `Overtaken` when somebody saved it since; a plan in force or archived, but for archiving it unchanged.
        """
        with self._writing.begin() as connection:
            return plan_tables.save_plan(connection, self._schema, plan, by, at or audit.now(), reason)

    def take_import(self, taken: TakenImport) -> ImportLine:
        """Take an import whole, with its plans, in one transaction; its line in the ledger. It can be undone as one step.

        Rows that come as several tables are read and checked first, onto disk, while others go on working. Refused, and
        nothing changed: what `layer_rows`, `write_staff`, `write_assignments` or `plan_tables.carry_plan` refuse; a code that
        is there already; somebody wrote the target or a plan since the preview; stopped by `progress`.
        """
        with self._writing.begin() as connection:  # no use in reading ten million rows for a refusal that is known before
            import_ledger.check_expected(connection, self._schema, taken)
        with import_ledger.checked(self._schema, taken) as rows, self._writing.begin() as connection, much_to_write(connection):
            return import_ledger.take(connection, self._schema, taken, rows)

    def imports(self) -> tuple[ImportLine, ...]:
        """The ledger of imports, newest first."""
        with self._reading.begin() as connection:
            return read_imports(connection, self._schema)

    def undo_import(self, import_id: str, by: str, at: str | None = None) -> ImportLine:
        """Undo an import as one step: rows exactly as before, plans with their content of before under a new revision.

        Imports are undone from the latest backwards. Refused, and nothing changed: an unknown id; undone already; the target
        or a carried plan was written since; a plan was made from one that would go; assignments need staff that would go.
        """
        with self._writing.begin() as connection, much_to_write(connection):
            return import_ledger.undo(connection, self._schema, import_id, by, at or audit.now())

    def record(
        self, who: str, action: str, subject: str, detail: Mapping[str, Any] | None = None, result: str = "done", at: str | None = None
    ) -> None:
        """Add a line to the audit. The detail must go into JSON."""
        with self._writing.begin() as connection:
            audit.append(connection, self._schema, at or audit.now(), who, action, subject, detail or {}, result)

    def audit_lines(self, limit: int = 200) -> tuple[AuditLine, ...]:
        """The latest lines of the audit, newest first."""
        table = self._schema.table("audit")
        with self._reading.begin() as connection:
            return tuple(audit.read_lines(connection, select(table).order_by(table.c.id.desc()).limit(limit)))

    def verify_audit(self) -> AuditCheck:
        """Check the whole chain of the audit, and that every plan is what its lines, replayed from nothing, give."""
        table = self._schema.table("audit")
        with self._reading.begin() as connection:
            check = audit.check_chain(connection.execute(select(table).order_by(table.c.id)))
            if not check.ok:
                return check
            return AuditCheck(check.lines, check.last_hash, strayed_plans=plan_tables.strayed(connection, self._schema))

    def snapshot(self, path: str | Path, replace: bool = False) -> None:
        """Copy the workspace, whole and of one moment, into a GeoPackage that other programs may open.

        Refused: the place is taken and `replace` is not set; the workspace's own place.
        """
        path = Path(path)
        if path.resolve() == Path(self.location).resolve():  # saves made meanwhile would be lost
            raise taken(path)
        write_snapshot(self._reading, self._schema, path, replace)

    def close(self) -> None:
        """Let go of the file or the server."""
        self._reading.dispose()

    def _replace(self, action: str, subject: str, by: str, at: str | None, reason: str, write: Callable[[Connection], int]) -> None:
        with self._writing.begin() as connection:
            rows = write(connection)
            audit.append(connection, self._schema, at or audit.now(), by, action, subject, {"rows": rows, "reason": reason})
