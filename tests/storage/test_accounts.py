"""Accounts, roles, sessions and attempts to log in, by this server's clock in seconds.

Sessions here last 1,000 s and are shut after 100 s of idleness, from second 10,000 on.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from layers import LAYERS
from layers.definition.refusal import Refusal
from storage.accounts import User, UserRole
from storage.open_store import open_store
from storage.sessions import ATTEMPTS_KEPT_S, Session
from storage.store import Store
from tests.storage.drawn_town import AT

START, LASTS, IDLE = 10_000, 1_000, 100
HASH, TOTP = "$argon2id$v=19$not-a-real-one", "JBSWY3DPEHPK3PXP"


@pytest.fixture
def li(store: Store) -> User:
    """An account with a password."""
    made = store.add_user("Li", "李警官", by="chief", staff_code="S1", at=AT, now_s=START)
    store.set_password_hash(made.id, HASH, by="chief", at=AT, now_s=START)
    return store.user(made.id)


def opened(store: Store, user: User, token: str = "a" * 64) -> Session:
    return store.open_session(user.id, token, LASTS, "10.0.0.5", "Firefox", now_s=START)


def test_an_account_comes_back_and_is_found_however_its_name_is_typed(store: Store, li: User) -> None:
    assert li == User(li.id, "li", "李警官", "S1", False, False, START, "chief") and store.users() == (li,)
    assert [store.find_user(typed) for typed in ("LI", " ｌｉ ", "li")] == [li] * 3 and store.find_user("l i") is None


@pytest.mark.parametrize(("name", "said"), [("ＬＩ", "login name 'li' is taken"), ("  ", "no login name")])
def test_two_accounts_never_look_alike_and_none_is_nameless(store: Store, li: User, name: str, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        store.add_user(name, "x", by="chief")
    assert store.users() == (li,)


def test_secrets_are_kept_apart_never_printed_and_never_in_the_audit(store: Store, li: User) -> None:
    store.set_totp_secret(li.id, TOTP, by="Li")
    secrets = store.secrets_of(li.id)
    assert (secrets.password_hash, secrets.totp_secret) == (HASH, TOTP)
    for shown in (repr(secrets), repr(li), "\n".join(map(repr, store.audit_csv_rows()))):
        assert HASH not in shown and TOTP not in shown
    assert [line.action for line in store.audit_lines(3)] == ["set_totp", "set_password", "add_user"]


def test_the_last_five_passwords_are_kept_but_for_one_time_ones(store: Store, li: User) -> None:
    for number in range(6):
        store.set_password_hash(li.id, f"h{number}", by="Li", must_change=number == 3, now_s=START + number)
    assert store.former_passwords(li.id) == ("h5", "h4", "h2", "h1", "h0") and store.password_set_s(li.id) == START + 5
    other = store.add_user("Wang", "", by="chief", now_s=START + 9)
    assert store.former_passwords(other.id) == () and store.password_set_s(other.id) == START + 9
    store.must_change_password(li.id, by="Li")
    assert store.user(li.id).must_change and store.audit_lines(1)[0].action == "password_too_old"


def test_roles_are_replaced_whole_with_a_line_from_what_to_what(store: Store, li: User) -> None:
    first = (UserRole("planner"), UserRole("officer", "beat", "A", "2026-01-01", "2026-12-31"))
    store.set_roles(li.id, first, by="chief")
    assert store.user(li.id).roles == first
    store.set_roles(li.id, first[1:], by="chief")
    line = store.audit_lines(1)[0]
    assert store.user(li.id).roles == first[1:] and len(line.detail["from"]) == 2 and line.detail["to"][0]["scope_code"] == "A"
    store.set_roles(li.id, (), by="chief")
    assert store.user(li.id).roles == ()


def test_a_role_holds_from_its_first_to_its_last_day() -> None:
    role = UserRole("officer", "unit", "u1", "2026-01-02", "2026-01-03")
    assert [role.holds_on(f"2026-01-0{day}") for day in (1, 2, 3, 4)] == [False, True, True, False]
    assert UserRole("officer").holds_on("1999-01-01")


@pytest.mark.parametrize(
    ("role", "said"),
    [
        (UserRole("x", "beat"), "has a scope without its code"),
        (UserRole("x", "none", "A"), "has a scope without its code, or a code without scope"),
        (UserRole("x", "town", "A"), "has an unknown scope"),  # type: ignore[arg-type]
        (UserRole("x", valid_from="soon"), "has a day that is none"),
        (UserRole("x", valid_from="2026-02-01", valid_to="2026-01-01"), "ends before it begins"),
    ],
)
def test_roles_that_say_nothing_are_refused_and_the_old_ones_stay(store: Store, li: User, role: UserRole, said: str) -> None:
    store.set_roles(li.id, [UserRole("planner")], by="chief")
    with pytest.raises(Refusal, match=said):
        store.set_roles(li.id, [UserRole("officer"), role], by="chief")
    assert store.user(li.id).roles == (UserRole("planner"),)


def test_a_session_is_open_until_it_was_idle_or_is_past_its_end(store: Store, li: User) -> None:
    session = opened(store, li)
    assert store.session(session.id, IDLE, now_s=START + 99) == (session, li)
    assert store.session(session.id, IDLE, now_s=START + 100) is None
    for now_s in range(START + 90, START + LASTS, 90):
        found = store.session(session.id, IDLE, now_s=now_s)
        assert found is not None
        store.touch(found[0], IDLE, now_s=now_s)
    assert store.session(session.id, IDLE, now_s=START + 999) is not None  # seen at 990
    assert store.session(session.id, IDLE, now_s=START + LASTS) is None


def test_touching_writes_once_a_minute_and_wakes_nothing(store: Store, li: User) -> None:
    session = opened(store, li)
    store.touch(session, IDLE, now_s=START + 59)
    assert store.list_sessions() == (session,)
    store.touch(session, IDLE, now_s=START + 60)
    assert store.list_sessions() == (replace(session, last_seen_s=START + 60),)
    store.touch(session, IDLE, now_s=START + 160)
    assert store.session(session.id, IDLE, now_s=START + 161) is None
    lines = len(store.audit_lines())
    store.touch(session, 10**6, now_s=START + 500)
    assert len(store.audit_lines()) == lines


ENDINGS: dict[str, Callable[[Store, User, Session], Any]] = {
    "the session": lambda store, user, session: store.end_session(session.id, by="Li"),
    "all of the account": lambda store, user, session: store.end_sessions_of(user.id, by="chief"),
    "account disabled": lambda store, user, session: store.disable_user(user.id, by="chief"),
    "another password": lambda store, user, session: store.set_password_hash(user.id, "new", by="chief"),
}


@pytest.mark.parametrize("how", ENDINGS)
def test_an_ended_session_is_over_at_once_and_for_good(store: Store, li: User, location: str | Path, how: str) -> None:
    session, second = opened(store, li), open_store(location, LAYERS)
    assert second.session(session.id, IDLE, now_s=START + 1) is not None
    ENDINGS[how](store, li, session)
    assert second.session(session.id, IDLE, now_s=START + 1) is None and second.list_sessions() == ()
    second.touch(session, IDLE, now_s=START + 70)
    store.enable_user(li.id, by="chief")
    assert second.session(session.id, IDLE, now_s=START + 71) is None and store.verify_audit().ok
    assert not store.end_session(session.id, by="Li") and store.end_sessions_of(li.id, by="Li") == 0
    second.close()


def test_changing_a_password_keeps_the_session_it_was_changed_in(store: Store, li: User) -> None:
    mine, other = opened(store, li), opened(store, li, "b" * 64)
    store.set_password_hash(li.id, "new", by="Li", keep_session=mine.id, must_change=False)
    assert store.list_sessions(li.id) == (mine,) and store.session(other.id, IDLE, now_s=START + 1) is None


def test_disabling_fails_whole_or_not_at_all(store: Store, li: User, monkeypatch: pytest.MonkeyPatch) -> None:
    session = opened(store, li)

    def broken(*_: object) -> int:
        raise OSError("the disk is gone")

    monkeypatch.setattr("storage.sessions.end_sessions_of", broken)
    with pytest.raises(OSError, match="gone"):
        store.disable_user(li.id, by="chief")
    assert not store.user(li.id).disabled and store.session(session.id, IDLE, now_s=START + 1) is not None


def test_a_disabled_account_opens_no_session(store: Store, li: User) -> None:
    store.disable_user(li.id, by="chief")
    with pytest.raises(Refusal, match="account is disabled"):
        opened(store, li)


@pytest.mark.parametrize(
    "ask",
    [
        lambda store: store.user("x"),
        lambda store: store.secrets_of("x"),
        lambda store: store.set_password_hash("x", HASH, by="chief"),
        lambda store: store.set_roles("x", (), by="chief"),
        lambda store: store.disable_user("x", by="chief"),
        lambda store: store.change_user("x", "X", None, by="chief"),
        lambda store: store.set_totp_secret("x", None, by="chief"),
        lambda store: store.open_session("x", "t", LASTS, "", ""),
    ],
)
def test_an_unknown_account_is_refused(store: Store, ask: Callable[[Store], Any]) -> None:
    lines = store.audit_lines()
    with pytest.raises(Refusal, match="no such account"):
        ask(store)
    assert store.audit_lines() == lines


def test_an_account_changes_its_name_and_staff_link(store: Store, li: User) -> None:
    store.change_user(li.id, "李所长", None, by="chief")
    assert store.user(li.id) == replace(li, display_name="李所长", staff_code=None)
    assert store.audit_lines(1)[0].detail["from"] == {"display_name": "李警官", "staff_code": "S1"}


def test_attempts_are_counted_by_name_address_and_time_and_forgotten(store: Store) -> None:
    lines = len(store.audit_lines())
    for second, name, address, good in ((0, "Li", "a", False), (10, "ＬＩ", "b", False), (20, "li", "a", True), (30, "wang", "a", False)):
        store.note_attempt(name, address, good, now_s=START + second)
    assert store.attempts_since(START) == 3 and store.attempts_since(START, failed_alone=False) == 4
    assert store.attempts_since(START, name="LI") == 2 and store.attempts_since(START + 1, name="li") == 1
    assert store.attempts_since(START, address="a") == 2 and store.attempts_since(START, name="li", address="a") == 1
    store.note_attempt("li", "c", False, now_s=START + ATTEMPTS_KEPT_S + 11)
    assert store.attempts_since(0) == 2 and len(store.audit_lines()) == lines


def test_what_a_stranger_sends_is_cut_and_cleaned(store: Store, li: User) -> None:
    nasty = "\0\udcff" + "x" * 10_000
    store.note_attempt(nasty, nasty, False, now_s=START)
    assert store.attempts_since(START, name=nasty, address=nasty) == 1
    session = store.open_session(li.id, "c" * 64, LASTS, nasty, nasty, now_s=START)
    assert len(session.agent) == 300 and store.list_sessions() == (session,)


def test_a_snapshot_keeps_accounts_and_opens_no_session(store: Store, li: User, tmp_path: Path) -> None:
    session = opened(store, li)
    store.note_attempt("li", "a", False)
    store.snapshot(tmp_path / "copy.gpkg")
    copy = open_store(tmp_path / "copy.gpkg", LAYERS)
    assert copy.users() == (li,) and copy.list_sessions() == () and copy.attempts_since(0) == 0 and copy.verify_audit().ok
    copy.close()
    assert store.list_sessions() == (session,) and session.id.encode() not in (tmp_path / "copy.gpkg").read_bytes()


def test_roles_need_their_account(store: Store) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"), store._writing.begin() as connection:
        connection.execute(text("INSERT INTO user_roles (user_id, position, role, scope_kind) VALUES ('x', 0, 'r', 'none')"))
