"""The duty list on an officer's screen: what is due, ticked with one press, and the incidents of the week and the month."""

import streamlit as st

from actions import area_news, duties
from actions.duties import DUTY_KINDS, DutyList
from actions.my_area import Area
from screens.plain_text import plain
from screens.session import caller, say
from screens.wording import my_area as words

SHOWN = 6


def duty_panel(area: Area) -> None:
    """Duties that are due, each with a button, the last lines, and taking the last one back."""
    found = duties.duty_list(caller(), area)
    st.markdown(f"**{say(words.DUE_NOW, n=len(found.now)) if found.now else say(words.ALL_DONE)}**")
    may_tick = caller().may("record_duty")
    for duty in found.now[:SHOWN]:
        due = duty.due
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            state = say(words.NEVER) if due.last is None else say(words.LATE, n=due.late_days) if due.late_days else say(words.DUE_TODAY)
            st.markdown(plain(f"{say(duty.title)} · {state}"))
            key = f"tick {area.officer} {due.kind} {due.target_kind} {due.target_code}"
            if may_tick and st.button(f"✓ {say(words.TICK)}", key=key):
                duties.record_duty(caller(), area.officer, due.kind, due.target_kind, due.target_code)
                st.rerun()
    if len(found.now) > SHOWN:
        st.caption(say(words.MORE, n=len(found.now) - SHOWN))
    _recent(found, may_tick)


def news_panel(area: Area) -> None:
    """Incidents of the last seven days and the month by kind, hour and place."""
    for period in area_news.periods(caller(), area):
        span = f"{period.span.first} – {period.span.last}"
        with st.expander(say(words.IN_SPAN, title=period.title, span=span, n=period.n)):
            if not period.n:
                st.markdown(say(words.NO_INCIDENTS))
                continue
            tables = ((words.BY_KIND, period.kinds), (words.BY_HOUR, period.hours), (words.BY_PLACE, period.places))
            for title, counts in tables:
                st.markdown(f"**{say(title)}**　" + plain(" · ".join(say(words.HOW_MANY, what=c.title, n=c.n) for c in counts if c.n)))


def _recent(found: DutyList, may_tick: bool) -> None:
    if not found.lines:
        return
    with st.expander(say(words.RECENT)):
        for line in found.lines:
            undone = f"· {say(words.UNDONE)}" if line.undone else ""
            st.markdown(
                plain(f"{line.at[5:16].replace('T', ' ')} {say(DUTY_KINDS[line.kind].title)} {say(line.place)} {line.count} {undone}")
            )
        if may_tick and found.undoable is not None and st.button(f"↶ {say(words.UNDO)}", key=f"undo duty {found.officer}"):
            duties.undo_last_duty(caller(), found.officer)
            st.rerun()
