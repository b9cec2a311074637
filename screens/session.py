"""What belongs to one browser session. The only user of st.session_state and of the query string."""

from typing import Any, cast

import streamlit as st

from actions.caller import Caller
from actions.open_workspace import as_caller
from actions.permissions import ROLES, RoleKey
from layers.definition.text import LANGUAGES, Language, Text
from screens.kept_results import workspace
from screens.served import served


def language() -> Language:
    """The language chosen in this session: from the link, else the setting."""
    chosen = st.session_state.get("language") or st.query_params.get("lang") or served().settings.language
    return chosen if chosen in LANGUAGES else "zh"


def set_language(chosen: Language) -> None:
    """Switch this session to a language, and say so in the address."""
    st.session_state["language"] = chosen
    st.query_params["lang"] = chosen


def say(text: Text, **values: object) -> str:
    """A wording in the session's language, its placeholders filled."""
    return (text.fill(**values) if values else text).in_(language())


def caller() -> Caller:
    """The person in this session, at the served workspace. Refused when the workspace can't be opened."""
    role = cast(RoleKey, served().settings.role)
    return as_caller(workspace(), user=f"demo {ROLES[role].title.en}", role=role)


def asked_officer() -> str | None:
    """The officer that the link names, if any."""
    return st.query_params.get("officer")


def remember_officer(code: str) -> None:
    """Put the officer into the address, so that the page can be linked and reloaded."""
    if st.query_params.get("officer") != code:
        st.query_params["officer"] = code


def remembered(key: str, default: Any = None) -> Any:
    """A value that a screen put aside in this session."""
    return st.session_state.get(key, default)


def remember(key: str, value: object) -> None:
    """Put a value aside for this session."""
    st.session_state[key] = value


def forget(*keys: str) -> None:
    """Drop what was put aside, widgets' values included, so that they start from their defaults."""
    for key in keys:
        st.session_state.pop(key, None)
