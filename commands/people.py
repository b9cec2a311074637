"""Accounts and staff assignments. Whoever may write the workspace's file may do what its administrator may."""

from collections.abc import Callable

import click

from actions import manage_people as action
from actions.assign_staff import ASSIGNED_TO
from actions.assign_staff import assign as assign_to
from actions.caller import Caller
from actions.manage_people import UserRole
from actions.permissions import ROLES
from commands.command import caller_at, cli, command, show
from layers.definition.refusal import Refusal
from layers.definition.text import Language, Text


@cli.group(name="people")
def people() -> None:
    """Accounts: list, add, role, disable, enable, password."""


def _of_people(function: Callable[..., None]) -> Callable[..., None]:
    return command(function, people)


_DAYS = ("valid_from", "valid_to")
_NAME = click.argument("name")
_ROLE = click.option(
    "--role",
    multiple=True,
    metavar="ROLE[:SCOPE:CODE][@FROM[/TO]]",
    help="Such as planner, officer:beat:03, viewer@2026-01-01/2026-06-30; again for more. Scopes: unit, beat, cell.",
)


@_of_people
def _list(workspace: str, lang: Language, as_json: bool) -> None:
    """All accounts with their roles; no secrets."""
    found = action.people(_administrator(workspace))
    show([action.as_json(user) for user in found], as_json, [_line(user, lang) for user in found])


@_of_people
@_NAME
@click.option("--display", default="", help="Name to show.")
@click.option("--staff", help="Code in the staff list.")
@_ROLE
def _add(workspace: str, lang: Language, as_json: bool, name: str, display: str, staff: str | None, role: tuple[str, ...]) -> None:
    """A new account NAME; prints a one-time password, which is shown once and kept nowhere."""
    made = action.add_person(_administrator(workspace), name, display, staff, [_role_of(text) for text in role])
    _show_once(made, as_json, lang)


@_of_people
@_NAME
@_ROLE
def _role(workspace: str, lang: Language, as_json: bool, name: str, role: tuple[str, ...]) -> None:
    """Replace the roles of NAME by those given; its sessions end."""
    who = _administrator(workspace)
    user = action.set_roles(who, action.find_person(who, name).id, [_role_of(text) for text in role])
    show(action.as_json(user), as_json, [_line(user, lang)])


@_of_people
@_NAME
def _disable(workspace: str, lang: Language, as_json: bool, name: str) -> None:
    """Shut the account NAME; its open sessions end at once."""
    who = _administrator(workspace)
    action.disable(who, action.find_person(who, name).id)
    user = action.find_person(who, name)
    show(action.as_json(user), as_json, [_line(user, lang)])


@_of_people
@_NAME
def _enable(workspace: str, lang: Language, as_json: bool, name: str) -> None:
    """Open the account NAME again."""
    who = _administrator(workspace)
    action.enable(who, action.find_person(who, name).id)
    user = action.find_person(who, name)
    show(action.as_json(user), as_json, [_line(user, lang)])


@_of_people
@_NAME
def _password(workspace: str, lang: Language, as_json: bool, name: str) -> None:
    """Another one-time password for NAME; its sessions end."""
    who = _administrator(workspace)
    _show_once(action.give_one_time_password(who, action.find_person(who, name).id), as_json, lang)


@command
@click.argument("staff")
@click.argument("kind", type=click.Choice(ASSIGNED_TO))
@click.argument("code")
@click.option("--role", default="community_officer", show_default=True, help="What for.")
@click.option("--from", "begins", metavar="DAY", help="First day, YYYY-MM-DD.  [default: today]")
@click.option("--to", "ends", metavar="DAY", help="Last day, YYYY-MM-DD.  [default: open]")
def assign(
    workspace: str, lang: Language, as_json: bool, staff: str, kind: str, code: str, role: str, begins: str | None, ends: str | None
) -> None:
    """Assign STAFF (code) to a unit, beat, cell or school by its CODE; an open assignment of the same kind ends the day before."""
    table = assign_to(caller_at(workspace), staff, kind, code, role, begins, ends)
    mine = table[table["staff_code"] == staff].astype(object)
    rows = mine.where(mine.notna(), None).to_dict("records")
    lines = [
        f"{row['staff_code']}  {row['target_kind']} {row['target_code']}  {row['role']}  " + " – ".join(row[d] or "" for d in _DAYS)
        for row in rows
    ]
    show(rows, as_json, lines)


def _administrator(workspace: str) -> Caller:
    return caller_at(workspace, "administrator")


def _role_of(written: str) -> UserRole:
    """ROLE[:SCOPE:CODE][@FROM[/TO]] as a role of an account. Refused: another form."""
    what, _, when = written.partition("@")
    begins, _, ends = when.partition("/")
    role, *scope = what.split(":")
    if len(scope) not in (0, 2) or (scope and scope[0] not in action.SCOPES):
        raise Refusal(
            Text("看不懂角色“{role}”。", "The role '{role}' is not understood.").fill(role=written[:60]),
            Text("写法如 officer:beat:03@2026-01-01。", "Write it as officer:beat:03@2026-01-01."),
        )
    kind: action.ScopeKind = next((known for known in action.SCOPES if scope and known == scope[0]), action.SCOPES[0])
    return UserRole(role, kind, scope[1] if scope else None, begins or None, ends or None)


def _line(user: action.User, lang: Language) -> str:
    held = ", ".join(
        " ".join(
            part for part in (_title(r.role, lang), r.scope_code or "", r.valid_from or "", f"– {r.valid_to}" if r.valid_to else "") if part
        )
        for r in user.roles
    )
    shut = Text("（已停用）", " (disabled)").in_(lang) if user.disabled else ""
    return f"{user.name}{shut}  {user.display_name}  {user.staff_code or ''}  {held}"


def _title(role: str, lang: Language) -> str:
    return next((known.title.in_(lang) for key, known in ROLES.items() if key == role), role)


def _show_once(made: action.OneTimePassword, as_json: bool, lang: Language) -> None:
    told = Text("一次性口令（3 天内有效，只显示这一次）：", "One-time password (good for 3 days, shown this once):").in_(lang)
    where = Text("登录页后接：", "Behind the app's address:").in_(lang)
    values = action.as_json(made.user) | {"one_time_password": made.password, "link": made.link}
    show(values, as_json, [_line(made.user, lang), f"{told} {made.password}", f"{where} {made.link}"])
