"""The administrator's view of the program itself: backups, accounts that need looking after, and the settings in force."""

from datetime import datetime, timedelta

import pandas as pd
import streamlit as st

from actions import back_up as action
from actions import manage_people
from screens.plain_text import plain
from screens.served import served
from screens.session import caller, language, say
from screens.wording import system as words

OLD_AFTER = timedelta(days=2)
SHOWN_BACKUPS = 12


def screen() -> None:
    """Backups on the left, what needs looking after on the right, the settings below. Administrators only."""
    caller().must("back_up")
    left, right = st.columns(2, gap="large")
    with left:
        _backups()
    with right:
        _accounts()
    _settings()


def _backups() -> None:
    st.markdown(f"**{say(words.BACKUPS)}**")
    folder = served().settings.backups_folder
    if st.button(say(words.BACK_UP), type="primary", icon=":material/save:"):
        made = action.back_up_now(caller(), folder)
        st.success(plain(say(words.MADE, name=made.name, mb=made.bytes / 1e6)), icon=":material/check:")
    found = action.backups(caller(), folder)
    if not found:
        st.warning(say(words.NO_BACKUP), icon=":material/warning:")
    elif datetime.now() - found[0].at > OLD_AFTER:
        st.warning(say(words.OLD_BACKUP, day=found[0].at.date()), icon=":material/warning:")
    if found:
        rows = [[one.name, f"{one.at:%Y-%m-%d %H:%M}", f"{one.bytes / 1e6:.1f}"] for one in found[:SHOWN_BACKUPS]]
        st.dataframe(pd.DataFrame(rows, columns=[say(title) for title in words.COLUMNS]), hide_index=True, width="stretch")
    st.caption(plain(say(words.WHERE, folder=action.backups_folder(caller(), folder))))
    st.caption(say(words.KEEP))


def _accounts() -> None:
    """Counts of what the operator's page says to look at each month."""
    st.markdown(f"**{say(words.ACCOUNTS)}**")
    who = caller()
    open_ones = [user for user in manage_people.people(who) if not user.disabled]
    protected = manage_people.with_second_factor(who)
    own = [user for user in open_ones if user.issuer is None]
    counts = (
        (words.OPEN_ACCOUNTS, len(open_ones)),
        (words.NEVER_CHANGED, sum(user.must_change for user in open_ones)),
        (words.NO_FACTOR, sum(user.id not in protected for user in own)),
        (words.NO_END, sum(any(role.valid_to is None for role in user.roles) for user in open_ones)),
        (words.NO_ROLE, sum(not user.roles for user in open_ones)),
    )
    st.markdown("\n".join(f"- {plain(say(title))}: **{n}**" for title, n in counts))
    st.caption(say(words.MONTHLY))


def _settings() -> None:
    st.markdown(f"**{say(words.SETTINGS)}**")
    st.caption(say(words.SETTINGS_ABOUT))
    rows = [
        [one.variable, one.value, say(words.CHANGED) if one.changed else "", one.about.in_(language())] for one in served().settings_shown
    ]
    st.dataframe(pd.DataFrame(rows, columns=[say(title) for title in words.SETTING_COLUMNS]), hide_index=True, width="stretch", height=420)
