"""Logging in and out, and who a session belongs to. Guesses are slowed by account and address, so no outsider locks anybody out.

A session's token is in the browser's cookie alone; the workspace keeps its SHA-256. The session is looked up at every request
and before every action, so an account that is shut is out at once.
"""

import secrets
import time
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from ipaddress import ip_address, ip_network
from threading import Lock

from actions import passwords
from actions.caller import Caller, Scope
from actions.make_workspace import DEMO_TOWN
from actions.permissions import ROLES, RoleKey
from actions.town_model import Workspace
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from storage.accounts import User, UserRole
from storage.sessions import Session

FREE_GUESSES = 3  # a slip of the finger or two costs nothing
LONGEST_WAIT_S = 300
GUESSES_KEPT_S = 900
GUESSES_BY_ADDRESS = 20  # in GUESSES_KEPT_S, for accounts that never logged in from there
ADDRESS_KNOWN_S = 30 * 86_400
ROLE_ORDER: tuple[RoleKey, ...] = ("chief", "planner", "officer", "grid_worker", "viewer", "auditor", "administrator")
"""In which role somebody who holds several begins: the daily work before the duties that are rare."""


class Wait(Refusal):
    """Too many guesses; `wait_s` says for how long."""

    def __init__(self, wait_s: int) -> None:
        self.wait_s = wait_s
        super().__init__(
            Text("尝试过多，请在 {s} 秒后再试。", "Too many attempts; try again in {s} seconds.").fill(s=wait_s),
            Text("忘记口令时，请管理员发一个一次性口令。", "If you forgot the password, ask the administrator for a one-time one."),
        )


@dataclass(frozen=True)
class SignedIn:
    """An open session and whose it is."""

    session: Session
    user: User

    def roles(self, day: date | None = None) -> tuple[RoleKey, ...]:
        """Roles that hold on a day, today if none is given, the usual one first."""
        held = {entry.role for entry in self.user.roles if entry.holds_on((day or date.today()).isoformat())}
        return tuple(role for role in ROLE_ORDER if role in held)


def needs_accounts(workspace: Workspace) -> bool:
    """Whether nobody enters without an account: every workspace but one of the demo town in which no account was made."""
    if workspace.store.has_users():
        return True
    town = workspace.store.town()
    return not (town.illustrative and (town.name, town.code) == DEMO_TOWN)


def has_administrator(workspace: Workspace) -> bool:
    """Whether somebody can make accounts."""
    return any(not user.disabled and any(entry.role == "administrator" for entry in user.roles) for user in workspace.store.users())


_FIRST = Lock()


def make_first_administrator(workspace: Workspace, name: str, password: str, address: str) -> None:
    """The first administrator of a workspace. Refused: there is one; a weak password; a name that is taken or empty."""
    with _FIRST:  # the link is good for one, however fast it is followed twice
        if has_administrator(workspace):
            raise Refusal(Text("已有管理员。", "There is an administrator already."), Text("请登录。", "Log in."))
        passwords.check_password(password, name)
        store, by = workspace.store, f"first start {address}".strip()
        user = store.add_user(name, name, by=by)
        store.set_password_hash(user.id, passwords.hash_of(password), by=by)
        store.set_roles(user.id, [UserRole("administrator")], by=by)


def sign_in(
    workspace: Workspace,
    name: str,
    password: str,
    code: str,
    address: str,
    agent: str,
    lasts_s: int,
    now_s: int | None = None,
    password_days: int = 0,
) -> tuple[str, SignedIn]:
    """A new session for a name and password, with its token. Success and failure are on record.

    A password that is older than `password_days` (0: no such rule) must be changed before anything else.

    Refused: `Wait` for who guessed too often; a wrong name, password or second factor, all in the same words.
    """
    store, now_s, near = workspace.store, int(time.time() if now_s is None else now_s), network_of(address)
    if wait_s := wait_before(workspace, name, near, now_s):
        raise Wait(wait_s)
    user = store.find_user(name)
    kept = store.secrets_of(user.id) if user is not None else None
    right = passwords.fits(password, kept.password_hash if kept is not None else None) and not passwords.is_past(password, now_s)
    if right and kept is not None and kept.totp_secret is not None:
        right = _second_factor(workspace, user, kept.totp_secret, code, now_s)
    right = right and user is not None and not user.disabled
    store.note_attempt(name, near, right, now_s)
    if not right or user is None:
        # a stranger's text stays out of the record: people type passwords into the wrong field
        store.record("-" if user is None else user.name, "log_in", "-" if user is None else user.id, {"address": address}, "refused")
        raise Refusal(
            Text("登录名、口令或动态码不对，或账号已停用。", "Name, password or code are not right, or the account is disabled."),
            Text("请再试一次，或联系管理员。", "Try again, or ask the administrator."),
        )
    if password_days and not user.must_change and now_s - store.password_set_s(user.id) >= password_days * 86_400:
        store.must_change_password(user.id, by=user.name)
        user = store.user(user.id)
    return open_session(workspace, user, address, agent, lasts_s, now_s)


def end_other_sessions(workspace: Workspace, who: SignedIn) -> None:
    """End all other log-ins of the account, where a station wants one at a time."""
    workspace.store.end_sessions_of(who.user.id, by=who.user.name, keep_session=who.session.id)


def open_session(workspace: Workspace, user: User, address: str, agent: str, lasts_s: int, now_s: int) -> tuple[str, SignedIn]:
    """A new session of an account that proved who it is, with its token. Refused: an account that is disabled."""
    token = secrets.token_urlsafe(32)
    session = workspace.store.open_session(user.id, _kept(token), lasts_s, address, agent, now_s=now_s)
    return token, SignedIn(session, user)


def wait_before(workspace: Workspace, name: str, address: str, now_s: int) -> int:
    """Seconds before a further guess at this account from this address is looked at; 0: at once.

    From the fourth failure in a quarter of an hour on 2, 4, 8 ... to 300 s, for this account from this address. An address
    with 20 failures waits too, but for the accounts that logged in from it in the last 30 days.
    """
    store, since = workspace.store, now_s - GUESSES_KEPT_S
    failed = store.attempts_since(since, name, address)
    if failed >= FREE_GUESSES:
        wait_s = min(2 ** (failed - FREE_GUESSES + 1), LONGEST_WAIT_S)
        if store.attempts_since(now_s - wait_s + 1, name, address):
            return wait_s
    if store.attempts_since(since, address=address) >= GUESSES_BY_ADDRESS:
        ever = store.attempts_since(now_s - ADDRESS_KNOWN_S, name, address, failed_alone=False)
        if ever == store.attempts_since(now_s - ADDRESS_KNOWN_S, name, address):
            return LONGEST_WAIT_S
    return 0


def network_of(address: str) -> str:
    """What guesses are counted by: an IPv4 address, or the /64 that one subscriber of IPv6 has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:60]
    return str(ip_network(f"{parsed}/64", strict=False)) if parsed.version == 6 else str(parsed)


_used_codes: dict[tuple[str, str], int] = {}


def _second_factor(workspace: Workspace, user: User | None, secret: str, code: str, now_s: int) -> bool:
    """Whether the code is right and was not used before."""
    step = passwords.totp_step(secret, code, now_s)
    if step is None or user is None:
        return False
    with _FIRST:
        key = (workspace.store.location, user.id)
        fresh = step > _used_codes.get(key, -1)
        _used_codes[key] = max(step, _used_codes.get(key, -1))
    return fresh


def who_is(workspace: Workspace, token: str, idle_s: int, now_s: int | None = None, used: bool = False) -> SignedIn | None:
    """Whose session a token opens; None for one that is unknown, ended, too old, idle too long, or of a disabled account.

    `used`: the person did something, so the time of being idle begins anew.
    """
    found = workspace.store.session(_kept(token), idle_s, now_s) if token else None
    if found is None:
        return None
    if used:
        workspace.store.touch(found[0], idle_s, now_s)
    return SignedIn(*found)


def sign_out(workspace: Workspace, token: str) -> None:
    """End the session of a token; it opens nothing any more, in no copy of the cookie."""
    found = workspace.store.session(_kept(token), idle_s=10**9)
    if found is not None:
        workspace.store.end_session(_kept(token), by=found[1].name)


def change_password(workspace: Workspace, who: SignedIn, old: str, new: str) -> None:
    """Another password; all other sessions of the account end. Refused: the old one is wrong; a weak one, or one of the last five."""
    store, user = workspace.store, who.user
    now_s, near = int(time.time()), network_of(who.session.address)
    if wait_s := wait_before(workspace, user.name, near, now_s):
        raise Wait(wait_s)
    if not passwords.fits(old, store.secrets_of(user.id).password_hash) or passwords.is_past(old, now_s):
        store.note_attempt(user.name, near, False, now_s)
        raise Refusal(Text("原口令不对。", "The old password is not right."), Text("请再试一次。", "Try again."))
    passwords.check_password(new, user.name, user.display_name)
    if new == old or any(passwords.fits(new, kept) for kept in store.former_passwords(user.id)):
        raise Refusal(
            Text("新口令与最近用过的口令相同。", "The new password is one of the last that were in use."),
            Text("请另选一个。", "Choose another."),
        )
    store.set_password_hash(user.id, passwords.hash_of(new), by=user.name, keep_session=who.session.id)


def has_second_factor(workspace: Workspace, who: SignedIn) -> bool:
    """Whether this account gives a code at the log-in."""
    return workspace.store.secrets_of(who.user.id).totp_secret is not None


def change_second_factor(workspace: Workspace, who: SignedIn, secret: str | None, code: str) -> None:
    """Switch the second factor on with the app's secret and its present code, or off with a present code of the one in use.

    Refused: the code is not right; too many wrong ones, as at the log-in, so that whoever finds a page open tries no million.
    """
    store, now_s, near = workspace.store, int(time.time()), network_of(who.session.address)
    if wait_s := wait_before(workspace, who.user.name, near, now_s):
        raise Wait(wait_s)
    kept = store.secrets_of(who.user.id).totp_secret
    proof = kept if secret is None or kept is not None else secret
    if proof is None or not _second_factor(workspace, who.user, proof, code, now_s):
        store.note_attempt(who.user.name, near, False, now_s)
        raise Refusal(
            Text("动态码不对。", "The code is not right."), Text("请等下一个动态码再试。", "Wait for the next one and try again.")
        )
    store.set_totp_secret(who.user.id, secret, by=who.user.name)


def caller_of(workspace: Workspace, who: SignedIn, role: str | None = None) -> Caller:
    """The caller of a session in one of its roles, the usual one if none or none of them is asked for.

    Refused: an account that has no role today, or must change its password first.
    """
    held = who.roles()
    if who.user.must_change or not held:
        raise Refusal(
            Text("账号目前没有角色，或须先更改口令。", "The account has no role today, or must change its password first."),
            Text("请联系管理员。", "Ask the administrator."),
        )
    acting = next((mine for mine in held if mine == role), held[0])
    scope = scope_of(who.user, acting, date.today())
    return Caller(workspace, who.user.name, acting, scope, who.session.address, who.session.id[:16], who.user.staff_code)


def scope_of(user: User, role: RoleKey, day: date) -> Scope | None:
    """What a role of an account reaches on a day; None: everything. Several entries of one role add up."""
    entries = [entry for entry in user.roles if entry.role == role and entry.holds_on(day.isoformat())]
    whole_town = any(entry.scope_kind == "none" for entry in entries)
    if whole_town and not ROLES[role].own_area:
        return None
    codes = {kind: frozenset(str(entry.scope_code) for entry in entries if entry.scope_kind == kind) for kind in ("unit", "beat", "cell")}
    return Scope(codes["unit"], codes["beat"], codes["cell"], user.staff_code if ROLES[role].own_area else None)


def demo_caller(workspace: Workspace, role: RoleKey, session: str = "") -> Caller:
    """Somebody at the demo in a named role. An officer or grid worker of the demo is the first who has an area."""
    scope, staff = None, None
    if ROLES[role].own_area:
        plan = workspace.store.plan_in_force()
        staff = next((beat.lead for beat in plan.beats if beat.lead is not None), None) if plan is not None else None
        scope = Scope(staff=staff)
    return Caller(workspace, f"demo {ROLES[role].title.en}", role, scope, session=session, staff_code=staff)


def _kept(token: str) -> str:
    return sha256(token.encode()).hexdigest()
