"""Handover: a leaving officer's list with open matters, as a page to print and a file, and the change of people on a day."""

from datetime import date
from urllib.parse import urlencode

import streamlit as st

from actions import handover as action
from actions import my_area
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from screens.plain_text import plain
from screens.session import asked_officer, caller, forget, language, remember, remembered, say
from screens.wording import my_area as area_words
from screens.wording import staffing as words


def screen() -> None:
    """Who leaves, the list of matters, files, and for those who assign staff the handing over."""
    who, lang = caller(), language()
    people = {code: say(name) for code, name in my_area.officers(who).items()}
    asked = asked_officer()
    start = list(people).index(asked) if asked in people else 0
    leaving = st.selectbox(say(words.LEAVING), list(people), index=start, format_func=lambda code: people[code], key="handover leaving")
    if leaving is None:
        return
    _done()
    found = action.handover_list(who, leaving)
    st.markdown(f"**{plain(say(words.MATTERS, who=found.area.name, day=found.day, n=len(found.matters)))}**")
    head = f"| {say(area_words.MATTER)} | {say(area_words.WHAT)} | {say(area_words.STATE)} |\n|:--|:--|:--|\n"
    rows = (f"| {plain(say(m.heading))} | {plain(say(m.what))} | {plain(say(m.state)) if m.state else ''} |" for m in found.matters)
    st.markdown(head + "\n".join(rows))
    st.link_button(say(words.PRINT_PAGE), f"/mine/handover?{urlencode({'officer': leaving, 'lang': lang})}", icon=":material/print:")
    _file(leaving)
    if who.may("hand_over"):
        _change(leaving, people, len(found.matters))


def _file(leaving: str) -> None:
    with st.form("handover file", border=False):
        purpose = st.text_input(say(words.PURPOSE), max_chars=200)
        if st.form_submit_button(say(words.MAKE_CSV)):
            remember("handover file", (leaving, action.handover_csv(caller(), leaving, language(), purpose)))
    made = remembered("handover file")
    if made is not None and made[0] == leaving:
        st.download_button(say(words.DOWNLOAD_CSV), made[1], f"handover-{leaving}-{date.today()}.csv", "text/csv")


def _change(leaving: str, people: dict[str, str], matters: int) -> None:
    with st.form("handover change"):
        others = [code for code in people if code != leaving]
        successor = st.selectbox(say(words.SUCCESSOR), others, format_func=lambda code: people[code])
        day = st.date_input(say(words.FROM_DAY), value=date.today(), min_value=date.today(), format="YYYY-MM-DD")
        if st.form_submit_button(say(words.HAND_OVER_ASK), type="primary") and successor and isinstance(day, date):
            _sure(leaving, successor, day, people, matters)


def _sure(leaving: str, successor: str, day: date, people: dict[str, str], matters: int) -> None:
    """From whom, to whom, from which day, how much, and what then lacks or is doubled; only then it is done."""

    @st.dialog(say(words.SURE_TITLE))
    def ask() -> None:
        try:
            would = action.what_handover_does(caller(), leaving, successor, day)
        except Refusal as refusal:
            st.error(plain(say(refusal.text)), icon=":material/block:")
            return
        st.markdown(f"**{plain(say(words.SURE, old=people[leaving], new=people[successor], day=day, n=matters))}**")
        st.markdown(plain(say(words.SURE_TASKS, n=would.assignments)))
        if would.draft is not None:
            st.markdown(plain(say(words.SURE_BEATS, n=would.beats)))
        if would.caused:
            st.warning(_listed(words.CAUSES, would.caused), icon=":material/warning:")
        else:
            st.caption(say(words.CAUSES_NONE))
        with st.container(horizontal=True):
            if st.button(say(words.HAND_OVER), type="primary", icon=":material/check:", key="handover yes"):
                try:
                    remember("handover done", action.hand_over(caller(), leaving, successor, day))
                except Refusal as refusal:
                    st.error(plain(say(refusal.text)), icon=":material/block:")
                    return
                st.rerun()
            if st.button(say(words.NOT_NOW), icon=":material/close:", key="handover no"):
                st.rerun()

    ask()


def _done() -> None:
    """What was just handed over, and what lacks or is doubled since."""
    done: action.HandedOver | None = remembered("handover done")
    if done is None:
        return
    forget("handover done")
    st.success(plain(say(done.said)), icon=":material/check:")
    if done.caused:
        st.warning(_listed(words.CAUSED, done.caused), icon=":material/warning:")


def _listed(title: Text, gaps: tuple[Text, ...]) -> str:
    return "\n".join([plain(say(title, n=len(gaps))), "", *(f"- {plain(say(gap))}" for gap in gaps)])
