"""Accounts, roles and sessions for the administrator."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, get_args

from actions import passwords
from actions.assign_staff import must_be_staff, must_be_target, named_targets
from actions.audit_record import once_per_session
from actions.caller import Caller
from actions.permissions import ROLES
from actions.staff_names import staff_name
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from storage.accounts import ScopeKind, User, UserRole
from storage.sessions import Session

__all__ = ["ScopeKind", "Session", "User", "UserRole"]

SCOPES: tuple[ScopeKind, ...] = get_args(ScopeKind)
_ALONE = ("auditor",)
"""Roles held with no other, so that nobody audits the work they share."""


@dataclass(frozen=True)
class OneTimePassword:
    """A first password, told once and kept nowhere: whoever logs in with it must choose another."""

    user: User
    password: str

    @property
    def link(self) -> str:
        """The end of a link to the log-in page; what stands behind the # reaches no server and no log."""
        return f"/signin#name={self.user.name}&password={self.password}"


def people(caller: Caller) -> tuple[User, ...]:
    """All accounts, in order of their login names."""
    caller.must("see_people")
    once_per_session(caller, ("see_people",), lambda: caller.note("see_people", "accounts"))
    return caller.store.users()


def with_second_factor(caller: Caller) -> frozenset[str]:
    """Ids of the accounts that give a code at the log-in."""
    caller.must("see_people")
    store = caller.store
    return frozenset(user.id for user in store.users() if store.secrets_of(user.id).totp_secret is not None)


def staff_list(caller: Caller) -> dict[str, Text]:
    """Code and name of everybody on the staff list, to whom an account can belong."""
    caller.must("see_people")
    staff = caller.model.staff
    return {str(code): staff_name(staff, code) for code in staff.index}


def scope_names(caller: Caller) -> dict[str, dict[str, Text]]:
    """What a role can be limited to: kind -> code -> name, by the plan in force."""
    caller.must("see_people")
    found = named_targets(caller.model, caller.store.plan_in_force())
    return {kind: found[kind] for kind in SCOPES if kind in found}


def add_person(
    caller: Caller, name: str, display_name: str = "", staff_code: str | None = None, roles: Iterable[UserRole] = ()
) -> OneTimePassword:
    """A new account with its roles and a one-time password. Refused: no or a taken name; unknown staff, role or scope."""
    caller.must("manage_people")
    roles, staff_code = tuple(roles), (staff_code or "").strip() or None
    _check_roles(caller, roles)
    _check_staff(caller, staff_code)
    user = caller.store.add_user(name, display_name, by=caller.user, staff_code=staff_code)
    caller.store.set_roles(user.id, roles, by=caller.user)
    return give_one_time_password(caller, user.id)


def give_one_time_password(caller: Caller, user_id: str) -> OneTimePassword:
    """Another one-time password, good for three days; all sessions of the account end.

    Refused: an account of the organisation's own provider, which alone says who that is.
    """
    caller.must("manage_people")
    if caller.store.user(user_id).issuer is not None:
        raise Refusal(
            Text("此账号由单位统一登录，没有口令。", "This account signs in with the organisation and has no password."),
            Text("请在单位的系统中处理，或为此人另建账号。", "See to it at the organisation, or make that person another account."),
        )
    password = passwords.one_time_password()
    caller.store.set_password_hash(user_id, passwords.hash_of(password), by=caller.user, must_change=True)
    caller.note("give_one_time_password", user_id)
    return OneTimePassword(caller.store.user(user_id), password)


def set_roles(caller: Caller, user_id: str, roles: Iterable[UserRole]) -> User:
    """Replace the roles of an account; its sessions end, so that no page of the old role stays open.

    Refused: the caller's own account; unknown roles or scopes; auditor beside another role; the last administrator's.
    """
    caller.must("manage_people")
    roles, user = tuple(roles), caller.store.user(user_id)
    _must_be_another(caller, user)
    _check_roles(caller, roles)
    if not any(role.role == "administrator" for role in roles):
        _must_not_be_last(caller, user)
    caller.store.set_roles(user_id, roles, by=caller.user)
    caller.store.end_sessions_of(user_id, by=caller.user)
    return caller.store.user(user_id)


def change_person(caller: Caller, user_id: str, display_name: str, staff_code: str | None) -> User:
    """Another name or another link to the staff list. Refused: the caller's own account; unknown staff."""
    caller.must("manage_people")
    _must_be_another(caller, caller.store.user(user_id))
    staff_code = (staff_code or "").strip() or None
    _check_staff(caller, staff_code)
    caller.store.change_user(user_id, display_name, staff_code, by=caller.user)
    return caller.store.user(user_id)


def disable(caller: Caller, user_id: str) -> None:
    """Shut an account; its open sessions end at once. Refused: the caller's own; the last administrator's."""
    caller.must("manage_people")
    user = caller.store.user(user_id)
    _must_be_another(caller, user)
    _must_not_be_last(caller, user)
    caller.store.disable_user(user_id, by=caller.user)


def enable(caller: Caller, user_id: str) -> None:
    """Open an account again."""
    caller.must("manage_people")
    caller.store.enable_user(user_id, by=caller.user)


def drop_second_factor(caller: Caller, user_id: str) -> None:
    """Switch off the second factor of somebody who lost the telephone; on record. Refused: the caller's own."""
    caller.must("manage_people")
    _must_be_another(caller, caller.store.user(user_id))
    caller.store.set_totp_secret(user_id, None, by=caller.user)


def sessions(caller: Caller, user_id: str | None = None) -> tuple[Session, ...]:
    """The sessions that nobody ended, of all or of one account, the last seen first."""
    caller.must("see_people")
    return caller.store.list_sessions(user_id)


def end_session(caller: Caller, session_id: str) -> bool:
    """End a session; False if it had ended."""
    caller.must("manage_people")
    return caller.store.end_session(session_id, by=caller.user)


def find_person(caller: Caller, name: str) -> User:
    """The account of a login name. Refused: there is none."""
    caller.must("see_people")
    user = caller.store.find_user(name)
    if user is None:
        raise Refusal(
            Text("没有登录名为“{name}”的账号。", "There is no account '{name}'.").fill(name=name[:60]),
            Text("geo_cli.py people list 列出所有账号。", "geo_cli.py people list shows them all."),
        )
    return user


def as_json(user: User) -> dict[str, Any]:
    """Plain values of an account, none of them secret."""
    return {
        "name": user.name,
        "display_name": user.display_name,
        "staff_code": user.staff_code,
        "disabled": user.disabled,
        "must_change": user.must_change,
        "roles": [asdict(role) for role in user.roles],
    }


def _check_roles(caller: Caller, roles: tuple[UserRole, ...]) -> None:
    for role in roles:
        if role.role not in ROLES:
            raise Refusal(
                Text("没有角色“{role}”。", "There is no role '{role}'.").fill(role=role.role[:40]),
                Text("可选：{roles}。", "There are: {roles}.").fill(roles=", ".join(ROLES)),
            )
        if role.scope_kind not in ("none", "beat"):
            must_be_target(caller.model, caller.store.plan_in_force(), role.scope_kind, role.scope_code or "")
    held = {role.role for role in roles}
    if held & set(_ALONE) and len(held) > 1:
        raise Refusal(
            Text("审计员不能兼任其他角色。", "An auditor holds no other role."),
            Text("请为审计另建账号，由他人使用。", "Make another account for the audit, for another person."),
        )


def _check_staff(caller: Caller, staff_code: str | None) -> None:
    if staff_code is not None:
        must_be_staff(caller.model, staff_code)


def _must_be_another(caller: Caller, user: User) -> None:
    if user.name == caller.user:
        raise Refusal(
            Text("不能更改自己的账号。", "Nobody changes their own account."), Text("请另一位管理员操作。", "Ask another administrator.")
        )


def _must_not_be_last(caller: Caller, user: User) -> None:
    active = {u.id for u in caller.store.users() if not u.disabled and any(r.role == "administrator" for r in u.roles)}
    if active == {user.id}:
        raise Refusal(Text("这是最后一位管理员。", "This is the last administrator."), Text("请先设立另一位。", "Make another one first."))
