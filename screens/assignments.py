"""Who answers for what, as part of the staffing screen: the list of a day, a new assignment with from and to dates, the end of one."""

from datetime import date

import pandas as pd
import streamlit as st

from actions import assign_staff as action
from actions.assign_staff import ROLE_TITLES, ROLES_AT, TARGET_TITLES, Assignment
from actions.staffing import StaffingReport
from layers.definition.text import Text
from screens.plain_text import plain
from screens.session import caller, field, forget, remember, remembered, say
from screens.wording import staffing as words

WISH = "assign to"
"""Kind, code and role that a gap asks for, until somebody is assigned or the form is closed."""


def gaps(report: StaffingReport) -> None:
    """What lacks on the day, each with a way to fill it for those who assign staff."""
    if not report.found.missing:
        st.markdown(say(words.NOTHING_MISSING))
    for gap in report.found.missing:
        filling = action.fills(gap) if caller().may("assign_staff") else None
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"- {plain(say(report.said(gap)))}")
            if filling is not None:
                key = f"fill {gap.kind} {gap.target_kind} {gap.target_code}"
                st.button(say(words.FILL), key=key, icon=":material/person_add:", on_click=remember, args=(WISH, filling))


def new_assignment(report: StaffingReport) -> None:
    """The form of a new assignment, opened by itself when a gap asks to be filled."""
    wish: tuple[str, str, str] | None = remembered(WISH)
    with st.expander(say(words.ASSIGN), icon=":material/person_add:", expanded=wish is not None):
        names = {code: say(name) for code, name in report.staff.items()}
        places = action.targets(caller())
        mark = "" if wish is None else " ".join(wish)
        kinds = [kind for kind in ROLES_AT if places[kind]]
        start = kinds.index(wish[0]) if wish is not None and wish[0] in kinds else 0
        first, second = st.columns(2, gap="small")
        kind = first.selectbox(
            say(words.AT_KIND), kinds, start, format_func=lambda k: say(TARGET_TITLES[k]), key=f"{field('assign kind')} {mark}"
        )
        if kind is None:
            return
        codes, roles = list(places[kind]), list(ROLES_AT[kind])
        at = codes.index(wish[1]) if wish is not None and wish[1] in codes else 0
        of = roles.index(wish[2]) if wish is not None and wish[2] in roles else 0
        target = second.selectbox(
            say(words.WHERE), codes, at, format_func=lambda c: say(places[kind][c]), key=f"{field('assign where')} {kind} {mark}"
        )
        with st.form("assign", border=False):
            first, second = st.columns(2, gap="small")
            role = first.selectbox(
                say(words.AS_WHAT), roles, of, format_func=lambda r: say(ROLE_TITLES[r]), key=f"{field('assign role')} {kind} {mark}"
            )
            staff = second.selectbox(say(words.ASSIGNED), list(names), format_func=lambda code: names[code], key=field("assign who"))
            begins = first.date_input(say(words.FROM), value=report.found.day, key=field("assign from"), format="YYYY-MM-DD")
            ends = second.date_input(say(words.TO), value=None, key=field("assign to"), format="YYYY-MM-DD")
            if st.form_submit_button(say(words.SAVE), type="primary") and staff and target and role:
                action.assign(caller(), staff, kind, target, role, _written(begins), _written(ends))
                forget(WISH)
                st.rerun()


def all_assignments(report: StaffingReport) -> None:
    """The list of the day, and the end of one of them."""
    found = action.assignments_on(caller(), report.found.day)
    with st.expander(say(words.ASSIGNMENTS, n=len(found)), icon=":material/list_alt:"):
        columns = (words.ASSIGNED, words.WHERE, words.AS_WHAT, words.FROM, words.UNTIL)
        rows = [[say(one.who), say(one.where), say(one.what), one.first or "", one.last or ""] for one in found]
        st.dataframe(pd.DataFrame(rows, columns=[say(title) for title in columns]), hide_index=True, width="stretch", height=320)
        if found and caller().may("assign_staff"):
            _end(found, report.found.day)


def _end(found: tuple[Assignment, ...], day: date) -> None:
    with st.form("end assignment", border=False):
        first, second = st.columns([2, 1], gap="small")
        which = first.selectbox(say(words.WHICH), list(found), format_func=_line, key=field("end which"))
        last = second.date_input(say(words.LAST_DAY), value=day, key=field("end day"), format="YYYY-MM-DD")
        if st.form_submit_button(say(words.END_ASSIGNMENT)) and which is not None and isinstance(last, date):
            action.end_assignment(caller(), which, last)
            st.rerun()


def _line(one: Assignment) -> str:
    return say(Text("{who} · {where} · {what}", "{who} · {where} · {what}").fill(who=one.who, where=one.where, what=one.what))


def _written(day: object) -> str | None:
    return day.isoformat() if isinstance(day, date) else None
