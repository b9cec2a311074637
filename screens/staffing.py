"""Staffing for the chief: who is missing, doubled or over the load on a day, who answers for what, and leave with substitutes."""

from datetime import date

import streamlit as st

from actions import staffing as action
from actions.staffing import StaffingReport
from layers.definition.text import Text
from screens import assignments, duty_rhythm
from screens.plain_text import plain
from screens.session import caller, say
from screens.wording import staffing as words


def screen() -> None:
    """A day, its counts, what lacks, what is doubled, leave and assignments; beside them the loads and their standard."""
    who = caller()
    day = st.date_input(say(words.DAY), value=date.today(), key="staffing day", format="YYYY-MM-DD")
    report = action.see_staffing(who, day if isinstance(day, date) else None)
    found = report.found
    st.caption(plain(say(words.PLAN_OF_DAY, plan=report.plan.title)))
    counts = ((words.MISSING, found.missing), (words.DOUBLED, found.doubled), (words.OVER, found.over), (words.AWAY, found.absences))
    with st.container(horizontal=True, gap="small"):
        for title, of in counts:
            st.metric(say(title), len(of))
    lists, figures = st.columns([3, 2], gap="large")
    with lists:
        st.markdown(f"**{say(words.MISSING)}**")
        assignments.gaps(report)
        st.markdown(f"**{say(words.DOUBLED)}**")
        st.markdown("\n".join(f"- {plain(say(report.said(gap)))}" for gap in found.doubled) or say(words.NOTHING_DOUBLED))
        _absences(report, found.day)
        if who.may("assign_staff"):
            assignments.new_assignment(report)
            _leave(report)
        assignments.all_assignments(report)
    with figures:
        _loads(report)
        if who.may("assign_staff"):
            _standard(report)
            duty_rhythm.rhythm()


def _loads(report: StaffingReport) -> None:
    st.markdown(f"**{say(words.LOADS)}**")
    head = (words.OFFICER, words.PERSONS, words.FOR_OTHERS, words.SHARE, words.STATE)
    lines = ["| " + " | ".join(say(title) for title in head) + " |", "|:--|--:|--:|--:|:--|"]
    for load in report.found.loads:
        state = words.IS_AWAY if load.on_leave else words.IS_OVER if load.persons > load.standard else words.IS_WITHIN
        name = plain(say(report.name(load.officer)))
        lines.append(f"| {name} | {load.persons:,} | {load.for_others:,} | {load.share:.0%} | {say(state)} |")
    st.markdown("\n".join(lines))


def _absences(report: StaffingReport, day: date) -> None:
    st.markdown(f"**{say(words.AWAY)}**")
    if not report.found.absences:
        st.markdown(say(words.NOBODY_AWAY))
    for away in report.found.absences:
        with st.container(horizontal=True, vertical_alignment="center"):
            stand_in = report.name(away.substitute) if away.substitute else words.NOBODY
            last = Text(away.last, away.last) if away.last else words.OPEN
            st.markdown(plain(say(words.STANDS_IN, who=report.name(away.staff), first=away.first or "", last=last, substitute=stand_in)))
            if caller().may("assign_staff") and st.button(say(words.END_LEAVE), key=f"end leave {away.staff}"):
                action.end_leave(caller(), away.staff, day)
                st.rerun()


def _leave(report: StaffingReport) -> None:
    with st.expander(say(words.SET_LEAVE), icon=":material/event_busy:"), st.form("leave", border=False):
        names = {code: say(name) for code, name in report.staff.items()}
        staff = st.selectbox(say(words.WHO), list(names), format_func=lambda code: names[code])
        first = st.date_input(say(words.FROM), value=report.found.day, format="YYYY-MM-DD")
        last = st.date_input(say(words.TO), value=None, format="YYYY-MM-DD")
        substitute = st.selectbox(
            say(words.SUBSTITUTE), list(names), index=None, format_func=lambda code: names[code], placeholder=say(words.NOBODY)
        )
        st.caption(say(words.NO_REASON))
        if st.form_submit_button(say(words.SAVE), type="primary") and staff and isinstance(first, date):
            action.set_leave(caller(), staff, first, last if isinstance(last, date) else None, substitute)
            st.rerun()


def _standard(report: StaffingReport) -> None:
    standard = st.number_input(say(words.STANDARD), min_value=100, max_value=100_000, step=100, value=report.standard)
    if int(standard) != report.standard:
        action.set_people_per_officer(caller(), int(standard))
        st.rerun()
