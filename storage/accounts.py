"""Accounts: who may log in, with which roles, which sessions are open, and how often somebody guessed.

Hashes of passwords and tokens come from outside; neither they nor second-factor secrets go into the audit or a `User`. All
clock readings are whole seconds of UTC since 1970, by this server's clock.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal, get_args
from uuid import uuid4

from sqlalchemy import Connection, Row, func, select

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from storage import audit
from storage.schema import Schema

ScopeKind = Literal["none", "unit", "beat", "cell"]
FORMER_KEPT = 5  # passwords that are not taken again, the present one among them
_KEPT_TEXT = 300  # characters of what a stranger's browser says of itself


@dataclass(frozen=True)
class UserRole:
    """A role, for the whole town (none) or one unit, beat or cell, from a day to a day (YYYY-MM-DD, both included)."""

    role: str
    scope_kind: ScopeKind = "none"
    scope_code: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None

    def holds_on(self, day: str) -> bool:
        """Is it valid on that day?"""
        return (self.valid_from or "") <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class User:
    """Somebody with an account; `name` is what they log in with. Without secrets: see `Secrets`."""

    id: str
    name: str
    display_name: str
    staff_code: str | None
    must_change: bool
    disabled: bool
    created_s: int
    created_by: str
    roles: tuple[UserRole, ...] = ()
    """Those that may hold: what the provider gave last, within the scope and days that an administrator set for them."""
    issuer: str | None = None
    """The organisation's provider by which alone this person signs in; None: by a password."""


@dataclass(frozen=True)
class Secrets:
    """What a login is checked against; never printed."""

    password_hash: str | None = field(repr=False)
    totp_secret: str | None = field(repr=False)


def login_name(typed: str) -> str:
    """A login name as it is kept: NFKC, lower case, no blanks around, so that look-alikes of one name are one."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def add_user(
    connection: Connection, schema: Schema, name: str, display_name: str, by: str, at: str, now_s: int, staff_code: str | None = None
) -> User:
    """A new account without password or role, which can't log in yet. Refused: no name; a name that is taken."""
    users, login = schema.table("users"), login_name(name)
    if not login:
        raise Refusal(Text("没有登录名。", "There is no login name."), Text("请填写登录名。", "Fill it in."))
    if connection.scalar(select(users.c.id).where(users.c.name == login)) is not None:
        raise Refusal(
            Text("登录名“{name}”已被使用。", "The login name '{name}' is taken.").fill(name=login),
            Text("请换一个。", "Choose another."),
        )
    row = {
        "id": uuid4().hex,
        "name": login,
        "display_name": display_name.strip() or login,
        "staff_code": staff_code,
        "created_s": now_s,
        "created_by": by,
    }
    connection.execute(users.insert(), row)
    told = {"name": login, "display_name": row["display_name"], "staff_code": staff_code}
    audit.append(connection, schema, at, by, "add_user", str(row["id"]), told)
    return user(connection, schema, str(row["id"]))


def users(connection: Connection, schema: Schema) -> tuple[User, ...]:
    """All accounts in order of their login names."""
    table = schema.table("users")
    rows = connection.execute(select(table).order_by(table.c.name)).all()
    return tuple(_user(connection, schema, row) for row in rows)


def has_users(connection: Connection, schema: Schema) -> bool:
    """Whether there is an account."""
    return connection.scalar(select(schema.table("users").c.id).limit(1)) is not None


def user(connection: Connection, schema: Schema, user_id: str) -> User:
    """One account. Refused: there is none."""
    return _user(connection, schema, _row(connection, schema, user_id))


def find_user(connection: Connection, schema: Schema, name: str) -> User | None:
    """The account of a login name as typed, if there is one."""
    table = schema.table("users")
    row = connection.execute(select(table).where(table.c.name == login_name(name))).one_or_none()
    return None if row is None else _user(connection, schema, row)


def secrets_of(connection: Connection, schema: Schema, user_id: str) -> Secrets:
    """Password hash and second-factor secret of an account. Refused: there is none."""
    row = _row(connection, schema, user_id)
    return Secrets(row.password_hash, row.totp_secret)


def change_user(connection: Connection, schema: Schema, user_id: str, display_name: str, staff_code: str | None, by: str, at: str) -> None:
    """Another display name or link to staff."""
    before = _row(connection, schema, user_id)
    after = {"display_name": display_name.strip() or before.name, "staff_code": staff_code}
    _set(connection, schema, user_id, **after)
    told = {"from": {name: getattr(before, name) for name in after}, "to": after}
    audit.append(connection, schema, at, by, "change_user", user_id, told)


def set_password_hash(
    connection: Connection, schema: Schema, user_id: str, hash: str, must_change: bool, by: str, at: str, now_s: int
) -> None:
    """Another password hash; the caller ends the sessions. The last ones are kept, but for one-time passwords."""
    _row(connection, schema, user_id)
    _set(connection, schema, user_id, password_hash=hash, must_change=must_change)
    if not must_change:
        table = schema.table("former_passwords")
        newest = connection.scalar(select(func.max(table.c.position)).where(table.c.user_id == user_id)) or 0
        connection.execute(table.insert(), {"user_id": user_id, "position": newest + 1, "hash": hash, "set_s": now_s})
        connection.execute(table.delete().where(table.c.user_id == user_id, table.c.position <= newest + 1 - FORMER_KEPT))
    audit.append(connection, schema, at, by, "set_password", user_id, {"must_change": must_change})


def former_passwords(connection: Connection, schema: Schema, user_id: str) -> tuple[str, ...]:
    """Hashes of the last passwords that somebody chose, the present one among them, newest first."""
    table = schema.table("former_passwords")
    return tuple(connection.scalars(select(table.c.hash).where(table.c.user_id == user_id).order_by(table.c.position.desc())))


def password_set_s(connection: Connection, schema: Schema, user_id: str) -> int:
    """When the present password was chosen; when the account was made, where that is not known."""
    table = schema.table("former_passwords")
    mine = select(table.c.set_s).where(table.c.user_id == user_id).order_by(table.c.position.desc()).limit(1)
    newest: int | None = connection.scalar(mine)
    return newest if newest is not None else int(_row(connection, schema, user_id).created_s)


def must_change_password(connection: Connection, schema: Schema, user_id: str, by: str, at: str) -> None:
    """Another password must be chosen at the next log-in."""
    _row(connection, schema, user_id)
    _set(connection, schema, user_id, must_change=True)
    audit.append(connection, schema, at, by, "password_too_old", user_id, {})


def set_totp(connection: Connection, schema: Schema, user_id: str, secret: str | None, by: str, at: str) -> None:
    """A second factor, or none."""
    _row(connection, schema, user_id)
    _set(connection, schema, user_id, totp_secret=secret)
    audit.append(connection, schema, at, by, "set_totp", user_id, {"on": secret is not None})


def set_roles(connection: Connection, schema: Schema, user_id: str, roles: Iterable[UserRole], by: str, at: str) -> None:
    """Replace all roles of an account. Refused: an unknown scope; a scope without code; a day that is none or ends before it begins."""
    before = user(connection, schema, user_id).roles
    roles, table = tuple(roles), schema.table("user_roles")
    for role in roles:
        _check_role(role)
    connection.execute(table.delete().where(table.c.user_id == user_id))
    if roles:
        connection.execute(table.insert(), [{"user_id": user_id, "position": i, **asdict(role)} for i, role in enumerate(roles)])
    told = {"from": [asdict(role) for role in before], "to": [asdict(role) for role in roles]}
    audit.append(connection, schema, at, by, "set_roles", user_id, told)


def set_disabled(connection: Connection, schema: Schema, user_id: str, disabled: bool, by: str, at: str) -> None:
    """Shut an account, or open it again; the caller ends the sessions."""
    _row(connection, schema, user_id)
    _set(connection, schema, user_id, disabled=disabled)
    audit.append(connection, schema, at, by, "disable_user" if disabled else "enable_user", user_id, {})


def short(text: str) -> str:
    """What a stranger sends, cut to a length that fills no disk and without what text columns can't hold."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")[:_KEPT_TEXT]


def _set(connection: Connection, schema: Schema, user_id: str, **values: Any) -> None:
    table = schema.table("users")
    connection.execute(table.update().where(table.c.id == user_id).values(**values))


def _row(connection: Connection, schema: Schema, user_id: str) -> Row[Any]:
    table = schema.table("users")
    row = connection.execute(select(table).where(table.c.id == user_id)).one_or_none()
    if row is None:
        raise Refusal(
            Text("没有此账号。", "There is no such account."), Text("请从账号列表中选择。", "Choose one from the list of accounts.")
        )
    return row


def _user(connection: Connection, schema: Schema, row: Row[Any]) -> User:
    table, links = schema.table("user_roles"), schema.table("openid_links")
    columns = [table.c[name] for name in UserRole.__dataclass_fields__]
    kept = connection.execute(select(*columns).where(table.c.user_id == row.id).order_by(table.c.position))
    roles = tuple(UserRole(*role) for role in kept)
    link = connection.execute(select(links.c.issuer, links.c.roles).where(links.c.user_id == row.id)).one_or_none()
    if link is not None:
        roles = _within(link.roles.split(), roles)
    names = [name for name in User.__dataclass_fields__ if name not in ("roles", "issuer")]
    return User(**{name: getattr(row, name) for name in names}, roles=roles, issuer=None if link is None else link.issuer)


def _within(given: list[str], kept: tuple[UserRole, ...]) -> tuple[UserRole, ...]:
    """Each role that the provider gave, limited as an administrator wrote it down; for the whole town where nobody limited it."""
    return tuple(entry for role in given for entry in [one for one in kept if one.role == role] or [UserRole(role)])


def _check_role(role: UserRole) -> None:
    try:
        days = [date.fromisoformat(day) for day in (role.valid_from, role.valid_to) if day is not None]
    except ValueError as error:
        raise _wrong_role(role, Text("日期无效", "has a day that is none")) from error
    if role.scope_kind not in get_args(ScopeKind):
        raise _wrong_role(role, Text("范围未知", "has an unknown scope"))
    if (role.scope_kind == "none") != (not role.scope_code):
        raise _wrong_role(role, Text("范围与编号不配", "has a scope without its code, or a code without scope"))
    if days != sorted(days):
        raise _wrong_role(role, Text("先止后起", "ends before it begins"))


def _wrong_role(role: UserRole, why: Text) -> Refusal:
    return Refusal(
        Text("角色“{role}”{why}。", "The role '{role}' {why}.").fill(role=role.role, why=why),
        Text("请更正后再试。", "Put it right, then try again."),
    )
