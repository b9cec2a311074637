"""Accounts, roles and sessions for the administrator, and who of the staff is assigned to what, with from and to dates."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, get_args

import pandas as pd

from actions import passwords
from actions.audit_record import once_per_session
from actions.caller import Caller
from actions.permissions import ROLES
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from storage.accounts import ScopeKind, User, UserRole
from storage.sessions import Session

__all__ = ["ScopeKind", "Session", "User", "UserRole"]

SCOPES: tuple[ScopeKind, ...] = get_args(ScopeKind)
ASSIGNED_TO = ("unit", "beat", "cell", "school")
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


def assign(
    caller: Caller,
    staff_code: str,
    target_kind: str,
    target_code: str,
    role: str,
    valid_from: str | None = None,
    valid_to: str | None = None,
) -> pd.DataFrame:
    """Assign somebody to a unit, beat, cell or school from a day to a day (YYYY-MM-DD, both included); all assignments then.

    An assignment of the same person, target and role that is open on that day ends the day before, so that last month's
    map shows last month's people. Refused: unknown staff, kind or target; a day that is none; an end before the beginning.
    """
    caller.must("assign_staff")
    begins, ends = _day(valid_from or date.today().isoformat()), _day(valid_to) if valid_to else None
    if ends is not None and ends < begins:
        raise Refusal(Text("结束日期早于开始日期。", "It ends before it begins."), Text("请更正日期。", "Put the dates right."))
    _check_staff(caller, staff_code)
    _check_target(caller, target_kind, target_code)
    table = caller.store.assignments()
    same = (table["staff_code"] == staff_code) & (table["target_kind"] == target_kind) & (table["target_code"] == target_code)
    running = same & (table["role"] == role) & (table["valid_to"].isna() | (table["valid_to"].astype(str) >= begins.isoformat()))
    replaced = running & (table["valid_from"].fillna("").astype(str) >= begins.isoformat())
    table.loc[running & ~replaced, "valid_to"] = (begins - timedelta(days=1)).isoformat()
    new = {
        "staff_code": staff_code,
        "target_kind": target_kind,
        "target_code": target_code,
        "role": role,
        "plan_id": None,
        "valid_from": begins.isoformat(),
        "valid_to": ends.isoformat() if ends is not None else None,
    }
    whole = pd.concat([table[~replaced].astype(object), pd.DataFrame([new], dtype=object)], ignore_index=True)
    told = f"{staff_code} {target_kind} {target_code} {role} {new['valid_from']} {new['valid_to'] or ''}".strip()
    caller.store.write_assignments(whole, by=caller.user, reason=f"assign {told}")
    return caller.store.assignments()


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
            _check_target(caller, role.scope_kind, role.scope_code or "")
    held = {role.role for role in roles}
    if held & set(_ALONE) and len(held) > 1:
        raise Refusal(
            Text("审计员不能兼任其他角色。", "An auditor holds no other role."),
            Text("请为审计另建账号，由他人使用。", "Make another account for the audit, for another person."),
        )


def _check_staff(caller: Caller, staff_code: str | None) -> None:
    if staff_code is not None and staff_code not in set(caller.store.staff()["code"]):
        raise Refusal(
            Text("人员表中没有 {code}。", "There is no {code} in the staff list.").fill(code=staff_code[:40]),
            Text("请先导入人员表，或更正编号。", "Import the staff first, or correct the code."),
        )


def _check_target(caller: Caller, kind: str, code: str) -> None:
    if kind not in ASSIGNED_TO:
        raise Refusal(
            Text("不能指派到“{kind}”。", "Nobody can be assigned to a '{kind}'.").fill(kind=kind[:40]),
            Text("可选：{kinds}。", "There are: {kinds}.").fill(kinds=", ".join(ASSIGNED_TO)),
        )
    model = caller.model
    plan = caller.store.plan_in_force() if kind == "beat" else None
    known = {
        "unit": lambda: set(model.units.index),
        "cell": lambda: set(model.cells.index),
        "school": lambda: set(model.layers["schools"]["code"]),
        "beat": lambda: {beat.code for beat in plan.beats} if plan is not None else set(),
    }[kind]()
    if code not in known:
        raise Refusal(
            Text("没有 {kind} {code}。", "There is no {kind} {code}.").fill(kind=kind, code=code[:40]),
            Text("请更正编号。", "Correct the code."),
        )


def _must_be_another(caller: Caller, user: User) -> None:
    if user.name == caller.user:
        raise Refusal(
            Text("不能更改自己的账号。", "Nobody changes their own account."), Text("请另一位管理员操作。", "Ask another administrator.")
        )


def _must_not_be_last(caller: Caller, user: User) -> None:
    active = {u.id for u in caller.store.users() if not u.disabled and any(r.role == "administrator" for r in u.roles)}
    if active == {user.id}:
        raise Refusal(Text("这是最后一位管理员。", "This is the last administrator."), Text("请先设立另一位。", "Make another one first."))


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise Refusal(
            Text("“{day}”不是日期。", "'{day}' is no day.").fill(day=written[:40]), Text("请写作 2026-03-01。", "Write it as 2026-03-01.")
        ) from error
