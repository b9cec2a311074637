"""The rules that plans are held to, and the exceptions that somebody stated; each change asks for its reason."""

from collections.abc import Callable, Sequence

import streamlit as st

from actions import plan_rules, publish_plan
from actions.measure_plan import measure_plan
from actions.permissions import may
from actions.plan_rules import MOST_PIECES, TOLERANCES_SHARE, PlanRules
from layers.definition.refusal import Refusal
from screens import wording
from screens.plain_text import plain
from screens.session import caller, remember, say
from screens.wording import plan_rules as words


def screen() -> None:
    """All rules as they are, and a form for each that the person may change."""
    rules = plan_rules.plan_rules(caller())
    decides = may("approve_plan", caller().role)
    st.caption(say(words.ABOUT) if decides else f"{say(words.ABOUT)} {say(words.READ_ONLY)}")
    with st.container(border=True):
        _standards(rules, decides)
    with st.container(border=True):
        _splits(rules)
    with st.container(border=True):
        _pieces(rules, decides)


def _standards(rules: PlanRules, decides: bool) -> None:
    share, limit_m = rules.tolerance_share, rules.response_limit_m
    st.markdown(f"**{say(words.TOLERANCE_NOW, p=f'{share * 100:g}')}**")
    st.markdown(f"**{say(words.LIMIT_NOW, km=f'{limit_m / 1000:g}') if limit_m is not None else say(words.NO_LIMIT)}**")
    st.markdown(f"**{_hours(rules)}**")
    st.markdown(f"**{say(words.ONE_PERSON if rules.one_person_station else words.SECOND_PERSON)}**")
    if not decides:
        return
    with st.container(horizontal=True):
        with st.popover(say(words.TOLERANCE)), st.form("rule tolerance", border=False):
            least, most = (100 * end for end in TOLERANCES_SHARE)
            percent = st.number_input(say(words.TOLERANCE), least, most, 100 * share, 1.0)
            _save(lambda reason: plan_rules.set_tolerance(caller(), percent / 100, reason))
        with st.popover(say(words.LIMIT)), st.form("rule limit", border=False):
            km = st.number_input(say(words.LIMIT), 0.0, None, (limit_m or 0.0) / 1000, 1.0)
            _save(lambda reason: plan_rules.set_response_limit(caller(), km * 1000 or None, reason))
        with st.popover(say(words.HOURS)), st.form("rule hours", border=False):
            st.caption(say(words.HOURS_ABOUT))
            known = st.toggle(say(words.HOURS_KNOWN), rules.duty_hours is not None)
            now = rules.duty_hours or ((8, 18), (9, 17))
            spans = [st.slider(say(title), 0, 24, span) for title, span in zip((words.WEEKDAYS, words.WEEKEND), now, strict=True)]
            given = spans if known else [None, None]
            _save(lambda reason: plan_rules.set_duty_hours(caller(), given[0], given[1], reason))
        with st.popover(say(words.ONE_PERSON)), st.form("rule one person", border=False):
            on = st.toggle(say(words.ONE_PERSON), rules.one_person_station)
            _save(lambda reason: publish_plan.set_one_person_station(caller(), on, reason))


def _hours(rules: PlanRules) -> str:
    if rules.duty_hours is None:
        return say(words.NO_HOURS)
    (a, b), (c, d) = rules.duty_hours
    return say(words.HOURS_NOW, a=a, b=b, c=c, d=d)


def _splits(rules: PlanRules) -> None:
    names = plan_rules.unit_names(caller())
    st.markdown(f"**{say(words.SPLITS)}**")
    for code, why in rules.stated_splits.items():
        st.markdown(f"- {plain(say(names[code]) if code in names else code)}{say(wording.COLON)}{plain(why)}")
    if not rules.stated_splits:
        st.caption(say(words.NO_SPLITS))
    if not may("draw_plan", caller().role):
        return
    with st.container(horizontal=True):
        with st.popover(say(words.STATE)), st.form("rule splits", border=False):
            units = st.multiselect(say(words.UNITS), list(names), format_func=lambda code: say(names[code]))
            _save(lambda reason: plan_rules.state_splits(caller(), units, reason))
        if rules.stated_splits:
            with st.popover(say(words.WITHDRAW)), st.form("rule withdraw", border=False):
                gone = st.multiselect(
                    say(words.UNITS), list(rules.stated_splits), format_func=lambda code: say(names[code]) if code in names else code
                )
                _save(lambda reason: plan_rules.withdraw_splits(caller(), gone, reason))


def _pieces(rules: PlanRules, decides: bool) -> None:
    names = plan_rules.beat_names(caller())
    titles = {code: f"{code} {say(name)}" for code, name in sorted(names.items())}
    st.markdown(f"**{say(words.PIECES)}**")
    for code, (pieces, why) in rules.allowed_pieces.items():
        st.markdown(f"- {plain(say(words.PIECES_OF, beat=titles.get(code, code), n=pieces, why=why))}")
    if not rules.allowed_pieces:
        st.caption(say(words.NO_SPLITS))
    if not decides or not titles:
        return
    with st.popover(say(words.PIECES)), st.form("rule pieces", border=False):
        beat = st.selectbox(say(words.BEAT), list(titles), format_func=titles.__getitem__)
        most = int(st.number_input(say(words.HOW_MANY), 1, MOST_PIECES, 2))
        _save(lambda reason: plan_rules.allow_pieces(caller(), str(beat), most, reason))


def _save(act: Callable[[str], None]) -> None:
    """The reason and the button of a form."""
    reason = st.text_input(say(words.REASON), max_chars=200)
    if st.form_submit_button(say(words.SAVE), type="primary"):
        try:
            act(reason)
        except Refusal as refusal:
            st.error(plain(say(refusal.text)), icon=":material/block:")
            return
        remember("plan told", words.SAVED)
        st.rerun()


def state_dialog(plan_id: str) -> None:
    """From the editor: why the units that this plan divides are divided."""

    @st.dialog(say(words.STATE))
    def ask() -> None:
        names = plan_rules.unit_names(caller())
        st.caption(say(words.STATE_ABOUT))
        divided = _divided(plan_id)
        units = st.multiselect(say(words.UNITS), divided, divided, format_func=lambda code: say(names[code]) if code in names else code)
        _told(units)

    ask()


def _told(units: Sequence[str]) -> None:
    reason = st.text_input(say(words.REASON), max_chars=200)
    if st.button(say(words.SAVE), type="primary", icon=":material/check:"):
        try:
            plan_rules.state_splits(caller(), units, reason)
        except Refusal as refusal:
            st.error(plain(say(refusal.text)), icon=":material/block:")
            return
        remember("draw_told", words.SAVED)
        st.rerun()


def _divided(plan_id: str) -> list[str]:
    found = measure_plan(caller(), plan_id).findings
    return [code for finding in found if finding.check == "whole_units" and finding.state == "broken" for code in finding.where]
