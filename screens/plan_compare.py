"""Two plans, or two versions of one, side by side: what moves, all measures of both, the maps, the response, the sheet."""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from actions import compare_plans as action
from actions import plan_files, publish_plan
from actions.caller import Caller
from actions.compare_plans import PlanComparison, PlanVersion, ResponseWish
from actions.measure_plan import MeasuredPlan
from actions.permissions import may
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from screens import wording
from screens.map_host import map_view
from screens.plain_text import capital, plain
from screens.plan_choice import plan_title, usual_plan
from screens.plan_figures import by_beat, change_of, title_of, value_of, with_unit
from screens.session import caller, field, keep, language, place_of, remember, remembered, reset, say
from screens.wording import plans as words

DIFFERENCE_HEIGHT, SIDE_HEIGHT = 560, 420


def screen() -> None:
    """Choose two sides, and see what the second changes."""
    lines = publish_plan.plan_list(caller())
    headers = {line.header.id: line.header for line in lines}
    if not headers:
        st.info(say(words.NO_PLANS))
        return
    ids = list(headers)
    sides = []
    for side, title, start in zip(st.columns(2), (words.BEFORE, words.AFTER), _usual_sides(headers), strict=True):
        with side:
            name = f"compared {title.en}"
            plan = st.selectbox(say(title), ids, place_of(name, start, ids), format_func=lambda i: plan_title(headers[i]), key=field(name))
            keep(name, plan)
            if plan is None:
                return
            revisions = list(range(headers[plan].revision, 0, -1))
            revision = st.selectbox(
                say(words.VERSION), revisions, index=None, placeholder=say(words.LATEST), key=f"revision of {title.en} {plan} {language()}"
            )
            sides.append(PlanVersion(plan, revision))
    if sides[0] == sides[1]:
        st.info(say(words.NEEDS_TWO))
        return
    try:
        comparison = _kept_comparison(sides[0], sides[1])
    except Refusal as refusal:
        st.warning(plain(say(refusal.text)))
        return
    _show(comparison, f"{sides}")


def choose(plan_id: str) -> None:
    """Compare that plan with the usual first side from the next run on."""
    for title in (words.BEFORE, words.AFTER):
        reset(f"compared {title.en}")
    keep(f"compared {words.AFTER.en}", plan_id)


def _usual_sides(headers: dict[str, publish_plan.PlanHeader]) -> tuple[str, str]:
    """What is to come against what is in force; where nothing is to come, what is in force against what was."""
    ids = list(headers)
    in_force = usual_plan(headers) or ids[0]
    others = [i for i in ids if i != in_force]
    coming = next((i for i in others if headers[i].status != "archived"), None)
    if coming is not None or not others:
        return in_force, coming or in_force
    return others[0], in_force


def measures_of(found: MeasuredPlan) -> None:
    """Every measure of one plan: for the whole, then beat by beat."""
    action_rows = action.metrics_of(found)
    head = f"| {say(words.MEASURE)} | |\n|:--|--:|\n"
    st.markdown(head + "\n".join(f"| {plain(title_of(row.metric))} | {plain(value_of(row.metric, row.after))} |" for row in action_rows))
    st.markdown(f"**{say(words.BY_BEAT)}**")
    st.dataframe(by_beat(found), width="stretch")


def _kept_comparison(before: PlanVersion, after: PlanVersion) -> PlanComparison:
    """Compared once per state of the workspace and choice of this session."""
    wanted = (caller().store.revision(), before, after)
    kept = remembered("comparison")
    if kept is None or kept[0] != wanted:
        comparison = action.compare_plans(caller(), before, after)
        kept = (wanted, comparison, action.maps_of(caller(), comparison))
        remember("comparison", kept)
    found: PlanComparison = kept[1]
    return found


def _show(comparison: PlanComparison, key: str) -> None:
    difference = comparison.difference
    with st.container(horizontal=True, gap="small"):
        st.metric(say(words.MOVED), say(words.MOVED_COUNT, n=len(difference.moved)))
        for title, shares in ((words.KEEP_OFFICER, difference.keep_officer_share), (words.KEEP_BEAT, difference.keep_beat_share)):
            share = shares.get("dwellings")
            st.metric(say(title), "–" if share is None else f"{share:.1%}")
    first, second, changes = remembered("comparison")[2]
    st.caption(say(words.DIFFERENCE_MAP))
    map_view(changes.base, {"language": language(), "plan": changes.plan, "calm": True}, key="difference_map", height=DIFFERENCE_HEIGHT)
    if st.toggle(say(words.SIDE_BY_SIDE), key=field("side by side")):
        for side, picture, title in zip(st.columns(2, gap="small"), (first, second), comparison.titles, strict=True):
            with side:
                st.caption(plain(say(title)))
                map_view(
                    picture.base,
                    {"language": language(), "plan": picture.plan, "calm": True},
                    key=f"side_{picture is second}",
                    height=SIDE_HEIGHT,
                )
    _metrics(comparison)
    _moved(comparison)
    _balance(comparison, difference.beats, words.BY_BEAT, wording.BEAT)
    if may("see_area", caller().role):
        _balance(comparison, difference.officers, words.BY_OFFICER, wording.OFFICER)
    _response(comparison)
    _sheet(comparison, key)
    st.caption(plain(" ".join(say(text) for text in comparison.about)))


def _metrics(comparison: PlanComparison) -> None:
    st.markdown(f"**{say(words.ALL_MEASURES)}**")
    titles = (words.MEASURE, words.OLD, words.NEW, words.CHANGE)
    head = "| " + " | ".join(say(title) for title in titles) + " |\n|:--|--:|--:|:--|\n"
    rows = [
        f"| {plain(title_of(row.metric))} | {plain(value_of(row.metric, row.before))} | {plain(value_of(row.metric, row.after))} "
        f"| {plain(say(action.VERDICTS[row.verdict]))} {plain(change_of(row.metric, row.difference)) if row.difference else ''} |"
        for row in comparison.metrics
    ]
    with st.container(key="compared_measures"):
        st.markdown(head + "\n".join(rows))


def _moved(comparison: PlanComparison) -> None:
    moved = comparison.difference.moved
    if moved.empty:
        return
    st.markdown(f"**{say(words.MOVED)}**")
    table: dict[str, list[Any]] = {
        say(words.CELL): [f"{code} {say(comparison.name(code))}" for code in moved.index],
        say(words.FROM): [code or "—" for code in moved["from"]],
        say(words.TO): [code or "—" for code in moved["to"]],
    }
    if may("see_area", caller().role):
        table[say(words.OLD_OFFICER)] = [say(comparison.name(code)) for code in moved["from_lead"]]
        table[say(words.NEW_OFFICER)] = [say(comparison.name(code)) for code in moved["to_lead"]]
    for key in action.MEASURES[1:]:
        if key in moved:
            table |= _column(capital(say(action.MEASURE_NAMES[key])), key, moved[key])
    _shown(table)


def _balance(comparison: PlanComparison, table: pd.DataFrame, title: Text, who: Text) -> None:
    """What each beat or officer has after, and what comes and goes."""
    shown: dict[str, list[Any]] = {say(who): [_who(comparison, code) for code in table.index]}
    for key in action.MEASURES:
        name = Text(action.MEASURE_NAMES[key].zh, capital(action.MEASURE_NAMES[key].en))
        for part, words_of in (("after", words.NOW), ("gained", words.GAINED), ("lost", words.LOST)):
            if f"{key}_{part}" in table:
                shown |= _column(say(words_of, what=name), key, table[f"{key}_{part}"])
    with st.expander(say(title)):
        _shown(shown)


def _shown(columns: dict[str, list[Any]]) -> None:
    """A table whose numbers of one column have the same decimals."""
    table = pd.DataFrame(columns)
    formats = {name: "%.1f" for name in table.select_dtypes("float")} | {name: "localized" for name in table.select_dtypes("int")}
    config = {name: st.column_config.NumberColumn(format=form) for name, form in formats.items()}
    st.dataframe(table, hide_index=True, width="stretch", column_config=config)


def _column(title: str, measure: str, values: pd.Series) -> dict[str, list[Any]]:
    """A column under its title with the unit that people read."""
    factor, unit, decimals = action.READ_IN.get(measure, (1.0, None, 0))
    numbers = (values * factor).round(decimals)
    return {with_unit(title, say(unit) if unit else ""): (numbers if decimals else numbers.astype(int)).tolist()}


def _who(comparison: PlanComparison, code: str) -> str:
    name = say(comparison.name(code))
    return code if name == code else f"{code} {name}"


def _response(comparison: PlanComparison) -> None:
    with st.expander(say(words.RESPONSE)):
        speed = st.number_input(say(words.SPEED), 5.0, 120.0, 40.0, 5.0, key="response speed")
        way = st.segmented_control(
            say(words.WAY), list(action.WAYS), format_func=lambda key: say(action.WAYS[key]), default="straight", key=f"way {language()}"
        )
        try:
            both = action.compared_response(caller(), comparison, ResponseWish(speed, way or "straight"))
        except Refusal as refusal:
            st.warning(plain(say(refusal.text)))
            return
        for side, told, title in zip(st.columns(2), both, comparison.titles, strict=True):
            with side:
                st.caption(plain(say(title)))
                st.metric(say(words.RESPONSE_MIN), f"{told.response_min:.1f}")
                st.metric(say(words.CROSS_SHARE), f"{told.queueing.cross_beat_share:.1%}")
                columns = {
                    "calls_per_day": words.CALLS_A_DAY,
                    "post": words.POST,
                    "utilisation": words.BUSY,
                    "response_min": words.RESPONSE_MIN,
                    "cross_share": words.CROSS_SHARE,
                }
                beats = told.beats.rename(columns={key: say(text) for key, text in columns.items()}).rename_axis(say(wording.BEAT))
                st.dataframe(beats.round(3), width="stretch")
                st.caption(plain(" ".join(say(line) for line in told.about)))


def _sheet(comparison: PlanComparison, key: str) -> None:
    who = caller()
    if not may("take_snapshot", who.role):
        return
    st.download_button(
        say(words.SHEET),
        data=partial(_sheet_content, who, comparison, "both" if language() == "zh" else "en"),
        file_name="jingge_changes.pdf",
        mime="application/pdf",
        icon=":material/print:",
        on_click="ignore",
        key=f"change sheet {key}",
    )


def _sheet_content(who: Caller, comparison: PlanComparison, names: str) -> bytes:
    """Made when it is asked for, outside the session, so the person and the language are handed over."""
    return plan_files.change_sheet_content(who, comparison, names).content
