"""Accounts and sessions of an open workspace, each change in one transaction with its audit line."""

import time
from collections.abc import Iterable
from copy import copy
from typing import Self

from sqlalchemy import Engine

from storage import accounts, audit, openid_links, sessions
from storage.accounts import Secrets, User, UserRole
from storage.schema import Schema
from storage.sessions import SEEN_EVERY_S, Session


def _seconds(now_s: int | None) -> int:
    return int(time.time()) if now_s is None else now_s


class AccountStore:
    """The part of a store that knows accounts. `by` is who does it; `now_s` seconds of UTC since 1970, left out, it is now."""

    def __init__(self, engine: Engine, schema: Schema) -> None:
        self._schema = schema
        self._reading = engine
        self._writing = engine.execution_options(writing=True)

    def acting(self, role: str, address: str = "") -> Self:
        """The same store for somebody who acts in a role from an address: every line it adds to the audit says so."""
        told = {"role": role} | ({"address": address} if address else {})
        theirs = copy(self)
        theirs._writing = self._writing.execution_options(acting=told)
        return theirs

    def has_users(self) -> bool:
        """Whether anybody has an account."""
        with self._reading.begin() as connection:
            return accounts.has_users(connection, self._schema)

    def users(self) -> tuple[User, ...]:
        """All accounts with their roles, in order of their login names."""
        with self._reading.begin() as connection:
            return accounts.users(connection, self._schema)

    def user(self, user_id: str) -> User:
        """One account. Refused: there is none."""
        with self._reading.begin() as connection:
            return accounts.user(connection, self._schema, user_id)

    def find_user(self, name: str) -> User | None:
        """The account of a login name as typed (width and case don't matter), if there is one."""
        with self._reading.begin() as connection:
            return accounts.find_user(connection, self._schema, name)

    def secrets_of(self, user_id: str) -> Secrets:
        """Password hash and second-factor secret of an account. Refused: there is none."""
        with self._reading.begin() as connection:
            return accounts.secrets_of(connection, self._schema, user_id)

    def add_user(
        self, name: str, display_name: str, by: str, staff_code: str | None = None, at: str | None = None, now_s: int | None = None
    ) -> User:
        """A new account without password or role. Refused: no name; a name that is taken."""
        with self._writing.begin() as connection:
            return accounts.add_user(connection, self._schema, name, display_name, by, at or audit.now(), _seconds(now_s), staff_code)

    def change_user(self, user_id: str, display_name: str, staff_code: str | None, by: str, at: str | None = None) -> None:
        """Another display name or link to staff. Refused: an unknown account."""
        with self._writing.begin() as connection:
            accounts.change_user(connection, self._schema, user_id, display_name, staff_code, by, at or audit.now())

    def set_password_hash(
        self,
        user_id: str,
        hash: str,
        by: str,
        must_change: bool = False,
        keep_session: str | None = None,
        at: str | None = None,
        now_s: int | None = None,
    ) -> None:
        """Another password hash; all sessions of the account end, but the one in which it was changed. Refused: an unknown account."""
        with self._writing.begin() as connection:
            accounts.set_password_hash(connection, self._schema, user_id, hash, must_change, by, at or audit.now(), _seconds(now_s))
            sessions.end_sessions_of(connection, self._schema, user_id, by, at or audit.now(), _seconds(now_s), keep_session)

    def former_passwords(self, user_id: str) -> tuple[str, ...]:
        """Hashes of the last passwords that somebody chose, newest first; one-time passwords are not among them."""
        with self._reading.begin() as connection:
            return accounts.former_passwords(connection, self._schema, user_id)

    def password_set_s(self, user_id: str) -> int:
        """When the present password was chosen. Refused: an unknown account."""
        with self._reading.begin() as connection:
            return accounts.password_set_s(connection, self._schema, user_id)

    def must_change_password(self, user_id: str, by: str, at: str | None = None) -> None:
        """Another password must be chosen at the next log-in; open sessions stay. Refused: an unknown account."""
        with self._writing.begin() as connection:
            accounts.must_change_password(connection, self._schema, user_id, by, at or audit.now())

    def set_totp_secret(self, user_id: str, secret: str | None, by: str, at: str | None = None) -> None:
        """A second factor, or none. Refused: an unknown account."""
        with self._writing.begin() as connection:
            accounts.set_totp(connection, self._schema, user_id, secret, by, at or audit.now())

    def set_roles(self, user_id: str, roles: Iterable[UserRole], by: str, at: str | None = None) -> None:
        """Replace all roles of an account. Refused: an unknown account; a scope without its code; days that are none."""
        with self._writing.begin() as connection:
            accounts.set_roles(connection, self._schema, user_id, roles, by, at or audit.now())

    def disable_user(self, user_id: str, by: str, at: str | None = None, now_s: int | None = None) -> None:
        """Shut an account and end its sessions in the same transaction. Refused: an unknown account."""
        with self._writing.begin() as connection:
            accounts.set_disabled(connection, self._schema, user_id, True, by, at or audit.now())
            sessions.end_sessions_of(connection, self._schema, user_id, by, at or audit.now(), _seconds(now_s))

    def enable_user(self, user_id: str, by: str, at: str | None = None) -> None:
        """Open an account again. Refused: an unknown account."""
        with self._writing.begin() as connection:
            accounts.set_disabled(connection, self._schema, user_id, False, by, at or audit.now())

    def find_linked(self, issuer: str, subject: str) -> User | None:
        """The account of a subject at an OpenID provider, if it signed in before."""
        with self._reading.begin() as connection:
            return openid_links.find_linked(connection, self._schema, issuer, subject)

    def enter_linked(
        self, issuer: str, subject: str, name: str, display_name: str, roles: Iterable[str], by: str, now_s: int | None = None
    ) -> User:
        """The account of a subject at an OpenID provider with the roles it has there now, made if it is the first time.

        Roles that changed end its other sessions, so that no page of the old ones stays open. One transaction.
        """
        at, now_s = audit.now(), _seconds(now_s)
        with self._writing.begin() as connection:
            found = openid_links.find_linked(connection, self._schema, issuer, subject)
            if found is None:
                found = openid_links.add_linked(connection, self._schema, issuer, subject, name, display_name, by, at, now_s)
            if openid_links.give_roles(connection, self._schema, found.id, roles, by, at):
                sessions.end_sessions_of(connection, self._schema, found.id, by, at, now_s)
            return accounts.user(connection, self._schema, found.id)

    def open_session(
        self,
        user_id: str,
        token_hash: str,
        lasts_s: int,
        address: str,
        agent: str,
        at: str | None = None,
        now_s: int | None = None,
    ) -> Session:
        """A new session, which ends after so many seconds whatever is done in it. Refused: an unknown or disabled account."""
        now_s = _seconds(now_s)
        with self._writing.begin() as connection:
            when = at or audit.now()
            return sessions.open_session(connection, self._schema, user_id, token_hash, now_s + lasts_s, address, agent, when, now_s)

    def session(self, token_hash: str, idle_s: int, now_s: int | None = None) -> tuple[Session, User] | None:
        """An open session and whose it is; None if unknown, ended, past its end, idle for `idle_s`, or its account disabled."""
        with self._reading.begin() as connection:
            return sessions.session(connection, self._schema, token_hash, idle_s, _seconds(now_s))

    def touch(self, session: Session, idle_s: int, now_s: int | None = None) -> None:
        """Note that a session is used, at most once a minute. One that ended or was idle too long is not woken."""
        now_s = _seconds(now_s)
        if now_s - session.last_seen_s >= SEEN_EVERY_S:
            with self._writing.begin() as connection:
                sessions.touch(connection, self._schema, session.id, idle_s, now_s)

    def end_session(self, token_hash: str, by: str, at: str | None = None, now_s: int | None = None) -> bool:
        """End a session; False if it was not there or had ended."""
        with self._writing.begin() as connection:
            return sessions.end_session(connection, self._schema, token_hash, by, at or audit.now(), _seconds(now_s))

    def end_sessions_of(
        self, user_id: str, by: str, at: str | None = None, now_s: int | None = None, keep_session: str | None = None
    ) -> int:
        """End all sessions of an account, or all but one; how many."""
        with self._writing.begin() as connection:
            return sessions.end_sessions_of(connection, self._schema, user_id, by, at or audit.now(), _seconds(now_s), keep_session)

    def list_sessions(self, user_id: str | None = None) -> tuple[Session, ...]:
        """The sessions that nobody ended, the last seen first; of all, or of one account."""
        with self._reading.begin() as connection:
            return sessions.list_sessions(connection, self._schema, user_id)

    def note_attempt(self, name: str, address: str, succeeded: bool, now_s: int | None = None) -> None:
        """Note an attempt to log in; kept for 30 days, without an audit line."""
        with self._writing.begin() as connection:
            sessions.note_attempt(connection, self._schema, name, address, succeeded, _seconds(now_s))

    def attempts_since(self, since_s: int, name: str | None = None, address: str | None = None, failed_alone: bool = True) -> int:
        """How many attempts there were from that second on, for a login name, from an address, or both."""
        with self._reading.begin() as connection:
            return sessions.attempts_since(connection, self._schema, since_s, name, address, failed_alone)
