"""How often each layer or table was written: a cheap token for caches, moved by every write of content and by nothing else."""

from sqlalchemy import Connection, func, select

from storage.schema import Schema


def count_up(connection: Connection, schema: Schema, subject: str) -> None:
    """Note in the caller's write transaction that a layer, or one of town, staff, assignments, plans, was written."""
    table = schema.table("revisions")
    found = connection.execute(table.update().where(table.c.subject == subject).values(revision=table.c.revision + 1))
    if found.rowcount == 0:
        connection.execute(table.insert(), {"subject": subject, "revision": 1})


def count(connection: Connection, schema: Schema, subject: str) -> int:
    """How often that subject was written so far."""
    table = schema.table("revisions")
    return connection.scalar(select(table.c.revision).where(table.c.subject == subject)) or 0


def token(connection: Connection, schema: Schema, *subjects: str) -> str:
    """The present state of these subjects together, or of all content when none is named; another workspace has other tokens."""
    workspace, table = schema.table("workspace"), schema.table("revisions")
    counted = select(func.coalesce(func.sum(table.c.revision), 0))
    if subjects:
        counted = counted.where(table.c.subject.in_(subjects))
    name, total = connection.execute(select(workspace.c.id, counted.scalar_subquery())).one()
    return f"{name}:{total}"
