"""The record of who did what, for the auditor: filter, check, take out."""

import json
from datetime import date

import pandas as pd
import streamlit as st

from actions import audit_record as action
from actions.permissions import ROLES
from layers import LAYERS
from layers.definition.text import Text
from screens.plain_text import plain
from screens.session import caller, field, forget, keep, place_of, remember, remembered, say, start_of
from screens.wording import COLON
from screens.wording import record as words

SHOWN_LINES = 100
SHOWN_LETTERS = 120


def screen() -> None:
    """Lines of the record, newest first. Auditors only."""
    st.caption(say(words.ABOUT))
    left, middle, right = st.columns(3, gap="small")
    start = start_of("record person", "")
    person = str(keep("record person", left.text_input(say(words.PERSON), start, max_chars=60, key=field("record person"))))
    actions = ["", *sorted(words.ACTIONS, key=_called)]
    place = place_of("record action", "", actions)
    wanted = middle.selectbox(say(words.ACTION), actions, place, format_func=_called, key=field("record action"))
    wanted = str(keep("record action", wanted or ""))
    day = right.date_input(say(words.DAY), value=None, key="record_day", format="YYYY-MM-DD")
    written = day.isoformat() if isinstance(day, date) else ""
    asked = (person, wanted, written)
    if remembered("record asked") != asked:
        remember("record asked", asked)
        forget("record before")
    lines = action.record_lines(caller(), person, wanted, written, remembered("record before"), SHOWN_LINES)
    if lines:
        st.dataframe(_table(lines), hide_index=True, width="stretch", height=520)
    else:
        st.info(say(words.NONE))
    with st.container(horizontal=True):
        if len(lines) == SHOWN_LINES:
            st.button(say(words.OLDER), on_click=remember, args=("record before", lines[-1].id))
        if remembered("record before") is not None:
            st.button(say(words.NEWEST), on_click=forget, args=("record before",))
        if st.button(say(words.CHECK), icon=":material/verified:"):
            check = action.check_record(caller())
            (st.success if check.ok else st.error)(plain(say(check.text)))
            st.caption(plain(say(words.HASH, hash=check.last_hash)))
    _export()


def _called(key: str) -> str:
    """An action in words, or as the record writes it."""
    return say(words.ACTIONS[key]) if key in words.ACTIONS else key or say(words.ANY)


def _told(line: action.AuditLine) -> str:
    """What else the line says; role and address stand in columns of their own."""
    rest = {name: value for name, value in line.detail.items() if name not in ("role", "address") and value not in ("", None, [], {})}
    return " · ".join(f"{say(words.DETAILS.get(name, Text(name, name)))}{say(COLON)}{_value(value)}" for name, value in rest.items())


def _value(value: object) -> str:
    """A value in a word or two: of a long list its size; the CSV holds all of it."""
    if isinstance(value, bool):
        return say(words.YES if value else words.NO)
    if isinstance(value, str):
        return value
    written = json.dumps(value, ensure_ascii=False)
    return say(words.ITEMS, n=len(value)) if isinstance(value, dict | list) and len(written) > SHOWN_LETTERS else written


def _table(lines: tuple[action.AuditLine, ...]) -> pd.DataFrame:
    names = action.names_in_record(caller())
    rows = [
        {
            "id": line.id,
            "at": line.at.replace("T", " "),
            "who": line.who,
            "role": _role(str(line.detail.get("role", ""))),
            "address": str(line.detail.get("address", "")),
            "action": _called(line.action),
            "subject": _subject(line.subject, names),
            "result": say(words.RESULTS[line.result]) if line.result in words.RESULTS else line.result,
            "detail": _told(line),
        }
        for line in lines
    ]
    return pd.DataFrame(rows).rename(columns={name: say(title) for name, title in words.COLUMNS.items()})


def _subject(key: str, names: dict[str, str]) -> str:
    """A layer or role by its title, an account by its name, the rest as the record writes it."""
    known = (
        {layer: declared.title for layer, declared in LAYERS.items()} | {role: one.title for role, one in ROLES.items()} | words.SUBJECTS
    )
    return say(known[key]) if key in known else names.get(key, key)


def _role(key: str) -> str:
    return next((say(role.title) for known, role in ROLES.items() if known == key), key)


def _export() -> None:
    start = start_of("record purpose", "")
    purpose = str(keep("record purpose", st.text_input(say(words.PURPOSE), start, max_chars=200, key=field("record purpose"))))
    if st.button(say(words.PREPARE), disabled=not purpose.strip()):
        remember("record csv", action.record_csv(caller(), purpose))
    if remembered("record csv") is not None:
        st.download_button(
            say(words.DOWNLOAD), remembered("record csv"), "jingge-record.csv", "text/csv", on_click=forget, args=("record csv",)
        )
