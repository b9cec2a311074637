"""What belongs to one browser session. The only user of st.session_state and of the query string."""

import secrets
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Any, cast

import streamlit as st

from actions.caller import Caller
from actions.permissions import ROLES, RoleKey
from actions.sign_in import caller_of, demo_caller
from layers.definition.refusal import Refusal
from layers.definition.text import LANGUAGES, Language, Text
from screens.door import made_here, not_signed_in, open_demo, visit_of_script, visitor
from screens.kept_results import workspace
from screens.served import served


def language() -> Language:
    """The language of this session: as switched, else as the link says, else the town's first, else the setting."""
    if "language" not in st.session_state:
        asked = st.query_params.get("lang")
        set_language(cast(Language, asked if asked in LANGUAGES else _usual_language()))
    return cast(Language, st.session_state["language"])


def _usual_language() -> str:
    usual = served().settings.language
    with suppress(Refusal):  # without a workspace there is no town that could say
        usual = next(iter(workspace().store.setting("languages", [])), usual)
    return usual if usual in LANGUAGES else "zh"


def set_language(chosen: Language) -> None:
    """Switch this session to a language."""
    st.session_state["language"] = chosen


def say_language_in_address() -> None:
    """Put a language other than the setting's into the address, so that a reload or a copied link keeps it."""
    if language() != _usual_language() or "lang" in st.query_params:
        st.query_params["lang"] = language()


def say(text: Text, **values: object) -> str:
    """A wording in the session's language, its placeholders filled."""
    return (text.fill(**values) if values else text).in_(language())


def caller() -> Caller:
    """The person in this session, in the role acted in, at the served workspace.

    Looked up at each call, so an account that is shut or a session that was ended can do nothing more. Refused: nobody is
    signed in; the workspace can't be opened.
    """
    place, visit = workspace(), visit_of_script(st.context.headers)
    if open_demo(visit):
        return demo_caller(place, cast(RoleKey, _asked_role() or served().settings.role), session=_demo_session())
    who = visitor(visit)
    if who is None or not _begun_by(who.session.id):
        raise not_signed_in(visit)
    return caller_of(place, who, _asked_role())


def _begun_by(login: str) -> bool:
    """Whether this session of Streamlit's was begun by that log-in.

    A browser that loses its connection may ask for its session back by id. In a tab that stays open while somebody else logs in
    beside it, that would be the session of whoever was there before: what was put aside in it is dropped, and the page begins anew.
    """
    begun = st.session_state.setdefault("begun by", login)
    if begun != login:
        st.session_state.clear()
        st.session_state["begun by"] = begun  # so no later call of the same run takes it over either
    return bool(begun == login)


def roles_to_act_in() -> tuple[RoleKey, ...]:
    """The roles between which this session may switch: all at the demo, else those the account holds today."""
    visit = visit_of_script(st.context.headers)
    if open_demo(visit):
        return tuple(ROLES)
    who = visitor(visit)
    return () if who is None else who.roles()


def at_open_demo() -> bool:
    """Whether this session entered without an account."""
    return open_demo(visit_of_script(st.context.headers))


def has_own_password() -> bool:
    """Whether whoever is signed in has a password here, and not at the organisation's own provider."""
    who = visitor(visit_of_script(st.context.headers))
    return who is not None and who.user.issuer is None


def remember_maker(location: str) -> None:
    """The workspace there was made in this browser, which so may make its first administrator."""
    made_here(visit_of_script(st.context.headers), location)


def act_as(role: RoleKey) -> None:
    """Act in another role from now on, which goes on record; one that is not held is never acted in.

    What the screens put aside in the role before is dropped: no role lends another its sight.
    """
    if role in roles_to_act_in() and role != caller().role:
        before = caller()
        before.note("act_as", role)
        kept = {key: st.session_state[key] for key in _OF_THE_PERSON if key in st.session_state}
        st.session_state.clear()
        st.session_state.update(kept)
        remember("acting role", role)


_OF_THE_PERSON = ("language", "begun by", "demo session")
"""What stays when the role is switched."""


def _asked_role() -> str | None:
    asked = st.session_state.get("acting role")
    return asked if asked in ROLES else None


def _demo_session() -> str:
    if "demo session" not in st.session_state:
        st.session_state["demo session"] = secrets.token_hex(8)
    return str(st.session_state["demo session"])


def asked_officer() -> str | None:
    """The officer that the link names, if any."""
    return st.query_params.get("officer")


def asked_plan() -> str | None:
    """The plan that the link names, if any."""
    return st.query_params.get("plan")


def field(name: str) -> str:
    """The key of an input that keeps its value when the screen is left or the language switched, and can be reset.

    Give the input its value by `start_of` or `place_of`, and hand what it returns to `keep`. No value is written into the
    session's state for it: Streamlit tells the browser of such a value once, and a browser that is slow enough to draw the next run
    first would show the input's own default and send that back as if somebody had chosen it.
    """
    return f"{name} {language()} {st.session_state.get(f'round of {name}', 0)}"


def start_of(name: str, default: Any, among: Collection[Any] | None = None) -> Any:
    """The value that an input of `field` starts with: the one kept last, else the default; the default also if it is not offered."""
    value = st.session_state.get(f"kept {name}", default)
    return value if among is None or value in among else default


def place_of(name: str, default: Any, options: Sequence[Any]) -> int | None:
    """The same as its place among the options of a select box; the first where neither is offered, None where there is none."""
    value = start_of(name, default, options)
    return options.index(value) if value in options else 0 if options else None


def keep(name: str, value: Any) -> Any:
    """Keep the value of an input; gives it back."""
    st.session_state[f"kept {name}"] = value
    return value


def reset(*names: str) -> None:
    """Set inputs back to their defaults: as new inputs, since a browser sends the old ones' values again."""
    for name in names:
        st.session_state.pop(f"kept {name}", None)
        st.session_state[f"round of {name}"] = st.session_state.get(f"round of {name}", 0) + 1


def component_value(key: str) -> dict[str, Any]:
    """What the browser says in a component of that key, as it came; empty before the first word."""
    value = st.session_state.get(key)
    return dict(value) if value else {}


def remembered(key: str, default: Any = None) -> Any:
    """A value that a screen put aside in this session."""
    return st.session_state.get(key, default)


def remember(key: str, value: object) -> None:
    """Put a value aside for this session."""
    st.session_state[key] = value


def forget(*keys: str) -> None:
    """Drop what was put aside."""
    for key in keys:
        st.session_state.pop(key, None)
