"""How older workspaces are brought up to date. A new layer or field needs nothing here; a changed table beside the layers a step."""

from collections.abc import Callable, Mapping

from sqlalchemy import Column, Connection, Engine, Table, inspect, select, text

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from storage import audit
from storage.geopackage import list_layer
from storage.schema import Schema

SCHEMA_VERSION = 6

_IMPORT_TABLES = (
    """CREATE TABLE imports (
        id TEXT NOT NULL PRIMARY KEY, audit_line INTEGER NOT NULL UNIQUE, at TEXT NOT NULL, who TEXT NOT NULL, target TEXT NOT NULL,
        file_name TEXT NOT NULL, sha256 TEXT NOT NULL, mode TEXT NOT NULL, rows INTEGER NOT NULL, choices TEXT NOT NULL,
        counts TEXT NOT NULL, revision_before INTEGER NOT NULL, revision_after INTEGER NOT NULL, first_fid INTEGER, last_fid INTEGER,
        undone_at TEXT, undone_by TEXT)""",
    """CREATE TABLE import_plans (
        import_id TEXT NOT NULL REFERENCES imports (id), plan_id TEXT NOT NULL, revision_before INTEGER NOT NULL,
        revision_after INTEGER NOT NULL, PRIMARY KEY (import_id, plan_id))""",
    """CREATE TABLE import_before (
        import_id TEXT NOT NULL REFERENCES imports (id), part INTEGER NOT NULL, packed {bytes} NOT NULL, PRIMARY KEY (import_id, part))""",
)

_PLAN_COLUMNS = (
    "plans ADD COLUMN branch TEXT DEFAULT '' NOT NULL",
    *(f"plans ADD COLUMN {name} TEXT" for name in ("profile", "submitted_by", "submitted_at", "approved_by", "approved_at", "ended_on")),
    "plan_beats ADD COLUMN colour TEXT",
    "plan_beats ADD COLUMN locked BOOLEAN DEFAULT {false} NOT NULL",
    "plan_cells ADD COLUMN locked BOOLEAN DEFAULT {false} NOT NULL",
)
_NAMED_AND_ACCOUNTS = (
    """CREATE TABLE workload_profiles (
        name TEXT NOT NULL PRIMARY KEY, name_en TEXT NOT NULL, about TEXT NOT NULL, weights TEXT NOT NULL, revision INTEGER NOT NULL,
        who TEXT NOT NULL, at TEXT NOT NULL)""",
    "CREATE TABLE settings (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL)",
    """CREATE TABLE users (
        id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE, display_name TEXT NOT NULL, staff_code TEXT, password_hash TEXT,
        totp_secret TEXT, must_change BOOLEAN DEFAULT {false} NOT NULL, disabled BOOLEAN DEFAULT {false} NOT NULL,
        created_s {whole} NOT NULL, created_by TEXT NOT NULL)""",
    """CREATE TABLE user_roles (
        user_id TEXT NOT NULL REFERENCES users (id), position INTEGER NOT NULL, role TEXT NOT NULL, scope_kind TEXT NOT NULL,
        scope_code TEXT, valid_from TEXT, valid_to TEXT, PRIMARY KEY (user_id, position))""",
    """CREATE TABLE sessions (
        id TEXT NOT NULL PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id), created_s {whole} NOT NULL,
        last_seen_s {whole} NOT NULL, expires_s {whole} NOT NULL, address TEXT NOT NULL, agent TEXT NOT NULL, ended_s {whole})""",
    "CREATE INDEX sessions_of_user ON sessions (user_id)",
    """CREATE TABLE login_attempts (
        id {counted} NOT NULL PRIMARY KEY, name TEXT NOT NULL, address TEXT NOT NULL, at_s {whole} NOT NULL, succeeded BOOLEAN NOT NULL)""",
    "CREATE INDEX login_attempts_at ON login_attempts (at_s)",
)
_ALSO_AND_PROTECTED = (
    """CREATE TABLE import_also (
        import_id TEXT NOT NULL REFERENCES imports (id), target TEXT NOT NULL, first_part INTEGER NOT NULL, end_part INTEGER NOT NULL,
        revision_before INTEGER NOT NULL, revision_after INTEGER NOT NULL, PRIMARY KEY (import_id, target))""",
    """CREATE TABLE protected_counts (
        import_id TEXT NOT NULL REFERENCES imports (id), position INTEGER NOT NULL, unit_code TEXT, category TEXT NOT NULL,
        first_month TEXT, last_month TEXT, incidents INTEGER NOT NULL, PRIMARY KEY (import_id, position))""",
)
_DUTIES = """CREATE TABLE duty_records (
    id INTEGER NOT NULL PRIMARY KEY, at TEXT NOT NULL, staff_code TEXT NOT NULL, kind TEXT NOT NULL, target_kind TEXT NOT NULL,
    target_code TEXT NOT NULL, count INTEGER NOT NULL, "by" TEXT NOT NULL, undoes INTEGER UNIQUE REFERENCES duty_records (id))"""
_OPENID = """CREATE TABLE openid_links (
    issuer TEXT NOT NULL, subject TEXT NOT NULL, user_id TEXT NOT NULL UNIQUE REFERENCES users (id), roles TEXT NOT NULL,
    PRIMARY KEY (issuer, subject))"""
_FORMER_PASSWORDS = """CREATE TABLE former_passwords (
    user_id TEXT NOT NULL REFERENCES users (id), position INTEGER NOT NULL, hash TEXT NOT NULL, set_s {whole} NOT NULL,
    PRIMARY KEY (user_id, position))"""
_SPELT = {
    "sqlite": {"false": "0", "whole": "INTEGER", "counted": "INTEGER"},
    "postgresql": {"false": "false", "whole": "BIGINT", "counted": "SERIAL"},
}


def _add_import_ledger(connection: Connection, schema: Schema) -> None:
    for statement in _IMPORT_TABLES:
        connection.exec_driver_sql(statement.format(bytes="BYTEA" if connection.dialect.name == "postgresql" else "BLOB"))


def _add_life_and_accounts(connection: Connection, schema: Schema) -> None:
    """Colour, locks and life of plans; workload profiles, settings and accounts."""
    for statement in (*(f"ALTER TABLE {change}" for change in _PLAN_COLUMNS), *_NAMED_AND_ACCOUNTS):
        connection.exec_driver_sql(statement.format(**_SPELT[connection.dialect.name]))


def _add_also_and_protected(connection: Connection, schema: Schema) -> None:
    """Imports that replace several layers, counts of what is never a point, and duties that were ticked."""
    for statement in (*_ALSO_AND_PROTECTED, _DUTIES):
        connection.exec_driver_sql(statement)


def _add_openid_links(connection: Connection, schema: Schema) -> None:
    """Accounts of the organisation's own provider."""
    connection.exec_driver_sql(_OPENID)


def _add_former_passwords(connection: Connection, schema: Schema) -> None:
    """Hashes that an account had before, with the time they were set."""
    connection.exec_driver_sql(_FORMER_PASSWORDS.format(**_SPELT[connection.dialect.name]))


STEPS: Mapping[int, Callable[[Connection, Schema], None]] = {
    1: _add_import_ledger,
    2: _add_life_and_accounts,
    3: _add_also_and_protected,
    4: _add_openid_links,
    5: _add_former_passwords,
}
"""From a version to the next. A step writes in the transaction it is given, with plain SQL: the schema here is today's."""


def bring_up_to_date(engine: Engine, schema: Schema, read_only: bool) -> None:
    """Apply the steps, then make the tables of new layers and the columns of new fields, empty; all of it or nothing, with an audit line.

    Refused: a workspace of a newer version; one that needs changes where nothing may be written.
    """
    with engine.begin() as connection:
        if not _missing(connection, schema) and _version(connection, schema) == SCHEMA_VERSION:
            return
        if read_only:
            raise Refusal(
                Text("工作区需要更新结构，但以只读方式打开。", "The workspace needs its tables updated, but is open for reading only."),
                Text("请以可写方式打开一次。", "Open it once with the right to write."),
            )
    with engine.execution_options(writing=True).begin() as connection:
        found = _version(connection, schema)
        for version in range(found, SCHEMA_VERSION):
            STEPS[version](connection, schema)
        connection.execute(schema.table("workspace").update().values(schema_version=SCHEMA_VERSION))
        added = _missing(connection, schema)
        for part in added:
            _add(connection, schema, part)
        if added or found != SCHEMA_VERSION:  # nobody else was faster
            detail = {"from": found, "to": SCHEMA_VERSION, "added": [str(part) for part in added]}
            audit.append(connection, schema, audit.now(), "", "update_tables", "workspace", detail)


def _version(connection: Connection, schema: Schema) -> int:
    version = connection.scalar(select(schema.table("workspace").c.schema_version))
    if version is None or version > SCHEMA_VERSION:
        raise Refusal(
            Text(
                "工作区由更新的版本建立（结构 {found}，本程序 {ours}）。",
                "A newer version made this workspace ({found}; ours is {ours}).",
            ).fill(found=version, ours=SCHEMA_VERSION),
            Text("请升级本程序。", "Upgrade the program."),
        )
    return version


def _missing(connection: Connection, schema: Schema) -> list[Table | Column]:
    """Tables of layers, and columns of fields, that the database does not have yet."""
    there = set(inspect(connection).get_table_names())
    missing: list[Table | Column] = []
    for table in map(schema.layer_table, schema.layer_keys()):
        if table.name not in there:
            missing.append(table)
            continue
        columns = set(connection.execute(select(text("*")).select_from(table).limit(0)).keys())
        missing += [column for column in table.columns if column.name not in columns]
    return missing


def _add(connection: Connection, schema: Schema, part: Table | Column) -> None:
    if isinstance(part, Table):
        part.create(connection, checkfirst=False)
        list_layer(connection, schema, part.name)
        return
    quoted = connection.dialect.identifier_preparer
    # never NOT NULL: the rows that are there have no value yet
    connection.exec_driver_sql(
        f"ALTER TABLE {quoted.format_table(part.table)} ADD COLUMN {quoted.format_column(part)} {part.type.compile(connection.dialect)}"
    )
