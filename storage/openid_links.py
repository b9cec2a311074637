"""Accounts of the organisation's own OpenID provider: known by issuer and subject alone, never by a name that somebody can choose."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from storage import accounts, audit
from storage.accounts import User
from storage.schema import Schema


def find_linked(connection: Connection, schema: Schema, issuer: str, subject: str) -> User | None:
    """The account of a subject at an issuer, if it signed in before."""
    table = schema.table("openid_links")
    user_id = connection.scalar(select(table.c.user_id).where(table.c.issuer == issuer, table.c.subject == subject))
    return None if user_id is None else accounts.user(connection, schema, user_id)


def add_linked(
    connection: Connection, schema: Schema, issuer: str, subject: str, name: str, display_name: str, by: str, at: str, now_s: int
) -> User:
    """A new account without password for a subject; a name that is taken gets a number, so that nobody's account is taken over."""
    free = next(one for n in range(1, 10_000) if accounts.find_user(connection, schema, one := name if n == 1 else f"{name}-{n}") is None)
    made = accounts.add_user(connection, schema, free, display_name, by, at, now_s)
    row = {"issuer": issuer, "subject": subject, "user_id": made.id, "roles": ""}
    connection.execute(schema.table("openid_links").insert(), row)
    audit.append(connection, schema, at, by, "link_user", made.id, {"issuer": issuer, "subject": subject})
    return accounts.user(connection, schema, made.id)


def give_roles(connection: Connection, schema: Schema, user_id: str, roles: Iterable[str], by: str, at: str) -> bool:
    """The roles that the provider gives now, those of before end; whether they are others. A line from what to what if so."""
    table = schema.table("openid_links")
    before = connection.scalar(select(table.c.roles).where(table.c.user_id == user_id)) or ""
    after = " ".join(roles)
    if before == after:
        return False
    connection.execute(table.update().where(table.c.user_id == user_id).values(roles=after))
    audit.append(connection, schema, at, by, "set_roles", user_id, {"from": before.split(), "to": after.split(), "by": "openid"})
    return True
