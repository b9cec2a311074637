"""Signing in by the organisation's own provider: the account of a subject, the roles of its groups, and a session of ours.

Behind it stands the same session as behind a password (`actions.sign_in`): kept on the server, idle and absolute end, listed,
ended at once with its account. The account is found by issuer and subject alone, so no name that somebody chooses at the
provider reaches an account that is there; it has no password here.
"""

import re
import time
import unicodedata

from actions.openid_claims import Claims, Denied
from actions.openid_settings import Provider, host_of
from actions.sign_in import GUESSES_BY_ADDRESS, GUESSES_KEPT_S, LONGEST_WAIT_S, SignedIn, Wait, network_of, open_session
from actions.town_model import Workspace
from layers.definition.text import Text

ATTEMPT = "openid"
"""The name under which failures are counted; none of the people is known by then."""
_NAME = 40
_ASK = Text("请联系管理员。", "Ask the administrator.")


def sign_in_openid(
    workspace: Workspace, provider: Provider, claims: Claims, address: str, agent: str, lasts_s: int, now_s: int | None = None
) -> tuple[str, SignedIn]:
    """A new session for whom the provider vouched, with its token; the account is made at the first time.

    Its roles are those of the groups now, within the scope and days that an administrator set here. Refused: an account that
    is shut here; nobody whose groups give a role; an auditor who would hold another role.
    """
    store, now_s = workspace.store, int(time.time() if now_s is None else now_s)
    found, roles = store.find_linked(provider.issuer, claims.subject), provider.roles_of(claims.groups)
    by = f"openid {host_of(provider)}"
    if found is not None and found.disabled:
        raise Denied("disabled", Text("此账号已停用。", "This account is disabled."), _ASK)
    if not roles or ("auditor" in roles and len(roles) > 1):
        if found is not None:  # whoever lost the groups loses what is open
            store.enter_linked(provider.issuer, claims.subject, "", "", (), by, now_s)
        if roles:
            raise Denied("two_roles", Text("审计员不能兼任其他角色。", "An auditor holds no other role."), _ASK)
        raise Denied(
            "no_role",
            Text("您在单位统一登录中的组没有对应本系统的角色。", "None of your groups at your organisation has a role in this app."),
            Text("请管理员把您加入相应的组。", "Ask the administrator to put you into such a group."),
        )
    user = store.enter_linked(provider.issuer, claims.subject, login_name(provider, claims), display_name(claims), roles, by, now_s)
    store.record(user.name, "log_in", user.id, {"address": address, "by": by}, "done")
    store.note_attempt(ATTEMPT, network_of(address), True, now_s)
    return open_session(workspace, user, address, agent, lasts_s, now_s)


def must_not_wait(workspace: Workspace, address: str, now_s: int | None = None) -> None:
    """Refused: `Wait` for an address whose sign-ins failed 20 times in a quarter of an hour, so that it fills no record."""
    now_s = int(time.time() if now_s is None else now_s)
    if workspace.store.attempts_since(now_s - GUESSES_KEPT_S, ATTEMPT, network_of(address)) >= GUESSES_BY_ADDRESS:
        raise Wait(LONGEST_WAIT_S)


def note_refused(
    workspace: Workspace, denied: Denied, provider: Provider, claims: Claims | None, address: str, now_s: int | None = None
) -> None:
    """Put a sign-in that failed on record: why, from where, and whom the provider named, if it came that far."""
    store = workspace.store
    store.note_attempt(ATTEMPT, network_of(address), False, now_s)
    detail = {"address": address, "by": f"openid {host_of(provider)}", "why": denied.why}
    known = store.find_linked(provider.issuer, claims.subject) if claims is not None else None
    if claims is not None:
        detail["subject"] = claims.subject
    store.record("-" if known is None else known.name, "log_in", "-" if known is None else known.id, detail, "refused")


def login_name(provider: Provider, claims: Claims) -> str:
    """What the record will call this person: the name at the provider and its host, as in li@login.example; nobody's own choice alone."""
    chosen = claims.names.get("preferred_username") or claims.names.get("email") or claims.subject
    plain = re.sub(r"[^\w.-]", "", unicodedata.normalize("NFKC", chosen).partition("@")[0])[:_NAME]
    return f"{plain or 'person'}@{host_of(provider)}"


def display_name(claims: Claims) -> str:
    """The person's name as the screens show it."""
    shown = claims.names.get("name") or claims.names.get("preferred_username") or ""
    return "".join(sign for sign in shown if sign.isprintable()).strip()[:_NAME]
