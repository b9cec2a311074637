"""How often duties are due and when posts stand at schools, as part of the staffing screen."""

import pandas as pd
import streamlit as st

from actions import duty_rhythm as action
from actions.duties import school_peaks
from actions.duty_rhythm import DUTY_KINDS
from layers import LAYERS
from screens.plain_text import plain
from screens.session import caller, field, reset, say
from screens.wording import staffing as words


def rhythm() -> None:
    """For those who assign staff: the school hours, and a table of days that can be written into."""
    with st.expander(say(words.RHYTHM), icon=":material/event_repeat:"):
        _school_hours()
        st.caption(say(words.RHYTHM_ABOUT))
        now = action.duty_rhythm(caller())
        rows = [[say(DUTY_KINDS[kind].title), say(LAYERS[layer].title), days] for (kind, layer), days in now.items()]
        duty, place, days = (say(title) for title in (words.DUTY, words.AT, words.EVERY_DAYS))
        table = pd.DataFrame(rows, columns=[duty, place, days]).astype({days: "Int64"})
        column = st.column_config.NumberColumn(days, min_value=1, max_value=action.LONGEST_DAYS, step=1)
        edited = st.data_editor(
            table,
            hide_index=True,
            width="stretch",
            disabled=[duty, place],
            column_config={days: column},
            placeholder="—",
            key=field("duty rhythm"),
        )
        wanted = {key: None if pd.isna(n) else int(n) for key, n in zip(now, edited[days], strict=True)}
        if st.button(say(words.SAVE), key="save rhythm", disabled=wanted == now):
            action.set_duty_rhythm(caller(), wanted)
            reset("duty rhythm")
            st.rerun()


def _school_hours() -> None:
    now = action.written_peaks(school_peaks(caller()))
    written = st.text_input(say(words.SCHOOL_HOURS), now, key=f"{field('school hours')} {now}", max_chars=80)
    if written.strip() != now and st.button(say(words.SAVE), key="save school hours"):
        action.set_school_peaks(caller(), written)
        st.rerun()
    st.caption(plain(say(words.SCHOOL_HOURS_ABOUT)))
