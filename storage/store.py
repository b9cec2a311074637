"""The store: one open workspace, for any number of threads. Every write is one transaction with its audit line."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, select

from planning.plan import Plan, PlanHeader
from storage import audit, cell_changes, duty_tables, import_ledger, layer_tables, named_values, plan_history, plan_tables, revisions
from storage.account_store import AccountStore
from storage.audit import AuditCheck, AuditLine
from storage.cell_changes import CellChange
from storage.contents import WorkspaceContents
from storage.duty_tables import DutyLine
from storage.file_refusals import taken
from storage.import_lines import ImportLine, ImportUndone, TakenImport, read_imports
from storage.named_values import KeptProfile
from storage.overtaken import Overtaken
from storage.plan_history import PlanSave
from storage.protected_counts import read_protected
from storage.schema import Schema
from storage.snapshot import write_snapshot
from storage.town import Town, town_of
from storage.workspace_file import much_to_write

__all__ = [
    "AuditCheck",
    "AuditLine",
    "CellChange",
    "DutyLine",
    "ImportLine",
    "ImportUndone",
    "KeptProfile",
    "Overtaken",
    "PlanSave",
    "Store",
    "TakenImport",
    "Town",
    "WorkspaceContents",
]


class Store(AccountStore):
    """An open workspace. Made by `storage.open_store`. Times are ISO 8601 local wall clock; left out, it is now.

    What it does with accounts and sessions stands in `AccountStore`.
    """

    def __init__(self, engine: Engine, schema: Schema, location: str, read_only: bool = False) -> None:
        self.location = location
        """Where it is kept, without a password."""
        self.read_only = read_only
        """Nothing can be written, the record neither."""
        super().__init__(engine, schema)

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

    def plan_in_force(self, on: date | None = None) -> Plan | None:
        """The plan that acts on a day, today if none is named; as it is kept now. None if there is none.

        An approved plan acts from its `effective_from` on, though its status may still be submitted until
        `start_due_plans`; a plan that was followed, until the day before. For a day past, ask `plan_at` for its cells then.
        """
        with self._reading.begin() as connection:
            plan_id = plan_tables.plan_in_force(connection, self._schema, (on or date.today()).isoformat())
            return None if plan_id is None else plan_tables.read_plan(connection, self._schema, plan_id)

    def plan_at(self, plan_id: str, revision: int) -> Plan:
        """A plan as it was at a revision, its cells in order of their codes. Refused: an id or revision that never was."""
        with self._reading.begin() as connection:
            return plan_history.plan_at(connection, self._schema, plan_id, revision)

    def plan_history(self, plan_id: str) -> tuple[PlanSave, ...]:
        """All saves of a plan, oldest first. Refused: an id that never was."""
        with self._reading.begin() as connection:
            return plan_history.plan_history(connection, self._schema, plan_id)

    def start_due_plans(self, by: str, at: str | None = None) -> tuple[PlanHeader, ...]:
        """Put the approved plans whose day has come in force; those that were. Asked at each start and once a day."""
        with self._reading.begin() as connection:
            if not any(header.waits for header in plan_tables.plan_headers(connection, self._schema)):
                return ()
        with self._writing.begin() as connection:
            return plan_tables.start_due_plans(connection, self._schema, by, at or audit.now())

    def workload_profiles(self) -> tuple[KeptProfile, ...]:
        """All workload profiles in order of their names."""
        with self._reading.begin() as connection:
            return named_values.read_profiles(connection, self._schema)

    def workload_profile(self, name: str) -> KeptProfile:
        """The workload profile of that name. Refused: there is none."""
        with self._reading.begin() as connection:
            return named_values.read_profile(connection, self._schema, name)

    def setting(self, key: str, default: Any = None) -> Any:
        """The value of a setting of this workspace, or the default where nobody set it."""
        with self._reading.begin() as connection:
            return named_values.read_setting(connection, self._schema, key, default)

    def settings(self) -> dict[str, Any]:
        """All settings of this workspace by key."""
        with self._reading.begin() as connection:
            return named_values.read_settings(connection, self._schema)

    def revision(self, *subjects: str) -> str:
        """A token that changes whenever the content does; with subjects, whenever one of these does: a layer, or town, staff,
        assignments, plans, settings, workload_profiles.

        Audit lines that record no change leave it alone. Changes by other programs, such as QGIS, are not seen.
        """
        with self._reading.begin() as connection:
            return revisions.token(connection, self._schema, *subjects)

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

    def hand_over(self, assignments: pd.DataFrame | None, draft: Plan | None, by: str, at: str | None = None, reason: str = "") -> None:
        """Replace all assignments and save a draft, where given: both or neither. Refused: see `write_assignments` and `save_plan`."""
        at = at or audit.now()
        with self._writing.begin() as connection:
            if assignments is not None:
                rows = layer_tables.write_assignments(connection, self._schema, assignments)
                audit.append(connection, self._schema, at, by, "write_assignments", "assignments", {"rows": rows, "reason": reason})
            if draft is not None:
                plan_tables.save_plan(connection, self._schema, draft, by, at, reason)

    def save_plan(self, plan: Plan, by: str, at: str | None = None, reason: str = "") -> Plan:
        """Save a plan that was read at `plan.header.revision` (0: a new one); the plan with its new revision.

        A plan that is no draft changes by a step of its life alone (`planning.plan_life`); who took it and when is written
        here. Putting a plan in force archives the one that was, in the same transaction. Refused, and nothing changed:
        `Overtaken` when somebody saved it since; what `storage.plan_steps.stepped` refuses.
        """
        with self._writing.begin() as connection:
            return plan_tables.save_plan(connection, self._schema, plan, by, at or audit.now(), reason)

    def save_workload_profile(self, profile: KeptProfile, by: str, at: str | None = None, reason: str = "") -> KeptProfile:
        """Save a profile read at `profile.revision` (0: a new one). Refused: somebody saved it since; a weight below 0; no name."""
        with self._writing.begin() as connection:
            return named_values.write_profile(connection, self._schema, profile, by, at or audit.now(), reason)

    def set_setting(self, key: str, value: Any, by: str, at: str | None = None, reason: str = "") -> None:
        """Set a setting of this workspace. Refused: a value that JSON can't hold; no key."""
        with self._writing.begin() as connection:
            named_values.write_setting(connection, self._schema, key, value, by, at or audit.now(), reason)

    def change_setting(self, key: str, change: Callable[[Any], Any], by: str, reason: str = "") -> None:
        """Set a setting to what `change` makes of its present value (None: nobody set it), with nobody else's change between.

        Refused, and nothing changed: what `change` refuses, and a value that JSON can't hold.
        """
        with self._writing.begin() as connection:
            value = change(named_values.read_setting(connection, self._schema, key, None))
            named_values.write_setting(connection, self._schema, key, value, by, audit.now(), reason)

    def change_town(self, town: Town, by: str, at: str | None = None, reason: str = "") -> None:
        """Other names, station, source or system of the town; its audit line says from what to what. Refused: see `town_of`."""
        new = town_of(town.row())
        with self._writing.begin() as connection:
            old = layer_tables.read_town(connection, self._schema).row()
            changed = {name: [old[name], value] for name, value in new.row().items() if old[name] != value}
            if changed:
                layer_tables.write_town(connection, self._schema, new)
                detail = {"changed": changed, "reason": reason}
                audit.append(connection, self._schema, at or audit.now(), by, "change_town", "town", detail)

    def change_cells(self, change: CellChange) -> ImportLine:
        """Change cells and all plans that have them, in one transaction, as one line that can be undone as one step.

        Refused, and nothing changed: what `layer_rows` and `plan_tables.carry_plan` refuse; a cell that goes and is not
        there; a plan not archived that still has one; somebody wrote the cells or a plan since.
        """
        taken = cell_changes.as_import(change)
        with import_ledger.checked(self._schema, taken) as rows, self._writing.begin() as connection:
            import_ledger.check_expected(connection, self._schema, taken)
            cell_changes.check_there(connection, self._schema, change)
            line = import_ledger.take(connection, self._schema, taken, rows)
            cell_changes.check_plans(connection, self._schema, change)
            return line

    def cell_changes(self) -> tuple[ImportLine, ...]:
        """The changes of cells, newest first; `choices` tell kind, reason and codes."""
        with self._reading.begin() as connection:
            return read_imports(connection, self._schema, cells=True)

    def undo_cell_change(self, change_id: str, by: str, at: str | None = None) -> ImportLine:
        """Undo a change of cells as one step, from the latest backwards, imports of cells among them. Refused: as `undo_import`."""
        with self._writing.begin() as connection:
            return import_ledger.undo(connection, self._schema, change_id, by, at or audit.now(), cells=True)

    def take_import(self, taken: TakenImport) -> ImportLine:
        """Take an import whole, with plans and further layers, in one transaction; its line in the ledger. One step undoes it.

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

    def duty_records(self, staff_code: str | None = None) -> pd.DataFrame:
        """Every line about duties done, oldest first, those of one member of staff if one is named; see `storage.duty_tables`."""
        with self._reading.begin() as connection:
            return duty_tables.read_duties(connection, self._schema, staff_code)

    def add_duty(self, duty: DutyLine, at: str | None = None) -> int:
        """Add a line about a duty done, or one that takes back an earlier line; its number. Refused: see `duty_tables.add_duty`."""
        with self._writing.begin() as connection:
            return duty_tables.add_duty(connection, self._schema, duty, at or audit.now())

    def protected_counts(self, import_id: str | None = None) -> pd.DataFrame:
        """What imports, or one of them, only counted: import_id, unit_code, category, first_month, last_month, incidents.

        The numbers are as they are; whoever shows them hides the small ones first.
        """
        with self._reading.begin() as connection:
            return read_protected(connection, self._schema, import_id)

    def import_undone(self, import_id: str) -> ImportUndone:
        """What undoing an import would do. Refused: an unknown id; undone already; the target or a carried plan was written since."""
        with self._reading.begin() as connection:
            return import_ledger.undone(connection, self._schema, import_id)

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

    def audit_lines(
        self, limit: int = 200, before: int | None = None, who: str | None = None, action: str | None = None, day: str | None = None
    ) -> tuple[AuditLine, ...]:
        """The latest lines of the audit, newest first; those with a number below `before`, of one person, action, day (YYYY-MM-DD)."""
        with self._reading.begin() as connection:
            return audit.latest_lines(connection, self._schema, limit, before, who, action, day)

    def audit_csv_rows(self) -> Iterator[tuple[str, ...]]:
        """The whole audit for export, oldest first, the names of the columns before it; one moment of it, a line at a time.

        Texts are as they were written: whoever makes a spreadsheet of them neutralises formulas.
        """
        with self._reading.begin() as connection:
            yield from audit.csv_rows(connection, self._schema)

    def verify_audit(self) -> AuditCheck:
        """Check the whole chain of the audit, and that every plan is what its lines, replayed from nothing, give."""
        table = self._schema.table("audit")
        with self._reading.begin() as connection:
            check = audit.check_chain(connection.execute(select(table).order_by(table.c.id)))
            if not check.ok:
                return check
            return AuditCheck(check.lines, check.last_hash, strayed_plans=plan_tables.strayed(connection, self._schema))

    def snapshot(self, path: str | Path, replace: bool = False) -> None:
        """Copy the workspace, of one moment, into a GeoPackage that other programs may open. Accounts come along with their
        password hashes, as a backup needs them; open sessions and login attempts don't.

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
