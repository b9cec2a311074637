"""Workspaces of earlier versions: a real file of version 2, and today's tables taken back to it on either database."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, text

from storage.geopackage import APPLICATION_ID, USER_VERSION

_DUMP = Path(__file__).with_name("workspace_version_2.sql")
"""Written by version 2 itself: the drawn town, p1 saved twice, p22 in force, four incidents added by an import."""

NEW_COLUMNS = {
    "plans": ("branch", "profile", "submitted_by", "submitted_at", "approved_by", "approved_at", "ended_on"),
    "plan_beats": ("colour", "locked"),
    "plan_cells": ("locked",),
}
NEW_TABLES = (
    "workload_profiles",
    "settings",
    "user_roles",
    "sessions",
    "login_attempts",
    "openid_links",
    "former_passwords",
    "users",
    "import_also",
    "protected_counts",
    "duty_records",
)


def version_2_file(path: Path) -> Path:
    """The real file of version 2."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(_DUMP.read_text(encoding="utf-8"))
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")  # a dump holds no pragmas
        connection.execute(f"PRAGMA user_version = {USER_VERSION}")
        connection.commit()
    return path


def take_back_to_version_2(connection: Connection) -> None:
    """Remove what the versions since brought."""
    for table in NEW_TABLES:
        connection.execute(text(f"DROP TABLE {table}"))
    for table, columns in NEW_COLUMNS.items():
        for column in columns:
            connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {column}"))
    connection.execute(text("UPDATE workspace SET schema_version = 2"))
