"""The record of who did what, for the auditor: filter, check, take out."""

import json
from datetime import date

import pandas as pd
import streamlit as st

from actions import audit_record as action
from screens.plain_text import plain
from screens.session import caller, field, forget, keep, remember, remembered, say
from screens.wording import record as words

SHOWN_LINES = 100


def screen() -> None:
    """Lines of the record, newest first. Auditors only."""
    st.markdown(f"### {say(words.TITLE)}")
    st.caption(say(words.ABOUT))
    left, middle, right = st.columns(3, gap="small")
    person = str(keep("record person", left.text_input(say(words.PERSON), max_chars=60, key=field("record person", ""))))
    wanted = str(keep("record action", middle.text_input(say(words.ACTION), max_chars=60, key=field("record action", ""))))
    day = right.date_input(say(words.DAY), value=None, key="record_day")
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


def _table(lines: tuple[action.AuditLine, ...]) -> pd.DataFrame:
    rows = [
        {
            "id": line.id,
            "at": line.at,
            "who": line.who,
            "address": str(line.detail.get("address", "")),
            "action": line.action,
            "subject": line.subject,
            "result": line.result,
            "detail": json.dumps(dict(line.detail), ensure_ascii=False)[:300],
        }
        for line in lines
    ]
    return pd.DataFrame(rows).rename(columns={name: say(title) for name, title in words.COLUMNS.items()})


def _export() -> None:
    purpose = str(keep("record purpose", st.text_input(say(words.PURPOSE), max_chars=200, key=field("record purpose", ""))))
    if st.button(say(words.PREPARE), disabled=not purpose.strip()):
        remember("record csv", action.record_csv(caller(), purpose))
    if remembered("record csv") is not None:
        st.download_button(
            say(words.DOWNLOAD), remembered("record csv"), "jingge-record.csv", "text/csv", on_click=forget, args=("record csv",)
        )
