"""Open sessions and attempts to log in. A session's id is the SHA-256 of its token; the token itself is never kept."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from storage import accounts, audit
from storage.accounts import User, login_name, short
from storage.schema import Schema

SEEN_EVERY_S = 60  # a write for each look would be a disk sync for each
ATTEMPTS_KEPT_S = 30 * 86_400


@dataclass(frozen=True)
class Session:
    """One login that was opened. Seconds of UTC since 1970; `ended_s` is None while nobody ended it."""

    id: str
    user_id: str
    created_s: int
    last_seen_s: int
    expires_s: int
    address: str
    agent: str
    ended_s: int | None = None

    def open_at(self, now_s: int, idle_s: int) -> bool:
        """Neither ended, nor past its absolute end, nor idle for as long as that."""
        return self.ended_s is None and now_s < self.expires_s and now_s - self.last_seen_s < idle_s


def open_session(
    connection: Connection, schema: Schema, user_id: str, token_hash: str, expires_s: int, address: str, agent: str, at: str, now_s: int
) -> Session:
    """A new session. Refused: an unknown or disabled account."""
    who = accounts.user(connection, schema, user_id)
    if who.disabled:
        raise Refusal(Text("账号已停用。", "The account is disabled."), Text("请联系管理员。", "Ask the administrator."))
    session = Session(token_hash, user_id, now_s, now_s, expires_s, short(address), short(agent))
    connection.execute(schema.table("sessions").insert(), session.__dict__)
    audit.append(connection, schema, at, who.name, "open_session", user_id, {"session": token_hash[:8], "address": session.address})
    return session


def session(connection: Connection, schema: Schema, token_hash: str, idle_s: int, now_s: int) -> tuple[Session, User] | None:
    """An open session and whose it is; None if it is unknown, ended, past its end, idle too long, or its account disabled."""
    table = schema.table("sessions")
    row = connection.execute(select(table).where(table.c.id == token_hash)).one_or_none()
    if row is None:
        return None
    found = Session(**row._mapping)
    if not found.open_at(now_s, idle_s):
        return None
    who = accounts.user(connection, schema, found.user_id)
    return None if who.disabled else (found, who)


def touch(connection: Connection, schema: Schema, token_hash: str, idle_s: int, now_s: int) -> None:
    """Note that an open session was used; one that is ended or idle too long stays so. No audit line."""
    table = schema.table("sessions")
    still_open = (table.c.ended_s.is_(None), table.c.expires_s > now_s, table.c.last_seen_s > now_s - idle_s)
    connection.execute(table.update().where(table.c.id == token_hash, *still_open).values(last_seen_s=now_s))


def end_session(connection: Connection, schema: Schema, token_hash: str, by: str, at: str, now_s: int) -> bool:
    """End a session; False if it was not there or had ended."""
    table = schema.table("sessions")
    ended = connection.execute(table.update().where(table.c.id == token_hash, table.c.ended_s.is_(None)).values(ended_s=now_s)).rowcount
    if ended:
        user_id = connection.scalar(select(table.c.user_id).where(table.c.id == token_hash)) or ""
        audit.append(connection, schema, at, by, "end_session", user_id, {"session": token_hash[:8]})
    return bool(ended)


def end_sessions_of(connection: Connection, schema: Schema, user_id: str, by: str, at: str, now_s: int, but: str | None = None) -> int:
    """End all sessions of an account, or all but one; how many."""
    table = schema.table("sessions")
    open_ones = (table.c.user_id == user_id, table.c.ended_s.is_(None), table.c.id != (but or ""))
    ended = connection.execute(table.update().where(*open_ones).values(ended_s=now_s)).rowcount
    if ended:
        audit.append(connection, schema, at, by, "end_sessions", user_id, {"sessions": ended})
    return ended


def list_sessions(connection: Connection, schema: Schema, user_id: str | None = None) -> tuple[Session, ...]:
    """The sessions that nobody ended, the last seen first; of all, or of one account. Some may be idle or past their end."""
    table = schema.table("sessions")
    query = select(table).where(table.c.ended_s.is_(None)).order_by(table.c.last_seen_s.desc(), table.c.id)
    if user_id is not None:
        query = query.where(table.c.user_id == user_id)
    return tuple(Session(**row._mapping) for row in connection.execute(query))


def note_attempt(connection: Connection, schema: Schema, name: str, address: str, succeeded: bool, now_s: int) -> None:
    """Note an attempt to log in, and forget those of more than 30 days ago. No audit line: strangers must not fill it."""
    table = schema.table("login_attempts")
    connection.execute(table.delete().where(table.c.at_s < now_s - ATTEMPTS_KEPT_S))
    row = {"name": short(login_name(name)), "address": short(address), "at_s": now_s, "succeeded": succeeded}
    connection.execute(table.insert(), row)


def attempts_since(connection: Connection, schema: Schema, since_s: int, name: str | None, address: str | None, failed_alone: bool) -> int:
    """How many attempts there were from that second on, for a login name, from an address, or both."""
    table = schema.table("login_attempts")
    query = select(func.count()).select_from(table).where(table.c.at_s >= since_s)
    if name is not None:
        query = query.where(table.c.name == short(login_name(name)))
    if address is not None:
        query = query.where(table.c.address == short(address))
    if failed_alone:
        query = query.where(table.c.succeeded.is_(False))
    return connection.scalar(query) or 0
