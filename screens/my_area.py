"""An officer's own area: the beat on the map, people and places in it, neighbours, this month against last."""

import streamlit as st

from actions import my_area as area_action
from actions.my_area import Area, MonthCount
from layers import LAYERS
from layers.definition.text import Text
from screens import wording
from screens.map_panel import area_map
from screens.plain_text import plain
from screens.session import asked_officer, caller, language, remember_officer, say
from screens.take_snapshot import sheet_downloads

KEPT_SHORT = 12  # names shown per kind of place before the rest is only counted


def screen() -> None:
    """Choose an officer, or follow a link that names one."""
    officers = area_action.officers(caller())
    asked = asked_officer()
    start = area_action.officer_code(caller(), asked) if asked else None
    codes = list(officers)
    code = st.selectbox(
        say(wording.OFFICER),
        codes,
        index=codes.index(start) if start else 0,
        format_func=lambda c: say(officers[c]),
        placeholder=say(wording.CHOOSE_OFFICER),
        key=f"officer_{start}",
    )
    if code is None:
        return
    remember_officer(officers[code].zh)
    area = area_action.area_of(caller(), code)
    if not area.cells:
        st.info(plain(say(wording.NO_AREA, name=area.name)))
        return
    map_side, panel = st.columns([3, 2], gap="small")
    with map_side:
        area_map(area)
    with panel:
        _summary(area)
        _people(area)
        _months(area)
        _places(area)
        sheet_downloads(area.plan.id, officer=area.officer, key="area")


def _summary(area: Area) -> None:
    beats = " · ".join(f"{b.code} {b.name if language() == 'zh' else b.name_en}" for b in area.beats)
    st.markdown(f"##### {plain(say(area.name))}　{plain(beats)}")
    st.caption(f"{say(wording.PLAN)}: {plain(say(area.plan.title))}")
    with st.container(horizontal=True, gap="small"):
        for title, value in (
            (wording.DWELLINGS, f"{area.dwellings:,}"),
            (wording.PERSONS, f"{area.persons:,}"),
            (wording.ORGANISATIONS, f"{area.organisations:,}"),
            (wording.AREA_KM2, f"{area.area_km2:.2f}"),
        ):
            st.metric(say(title), value)
    _line(wording.UNITS, [say(name) for _, name in area.units])


def _people(area: Area) -> None:
    _line(wording.TEAM, [say(name) for name in area.team])
    neighbours = [
        f"{n.beat.code} {n.beat.name if language() == 'zh' else n.beat.name_en}（{say(n.lead or wording.NO_LEAD)}）"
        for n in area.neighbours
    ]
    _line(wording.NEIGHBOURS, neighbours)


def _months(area: Area) -> None:
    st.markdown(f"**{say(wording.INCIDENTS_MONTHS)}**")
    this = say(wording.THIS_MONTH, first=f"{area.this_month.first:%m-%d}", last=f"{area.this_month.last:%m-%d}")
    last = say(wording.LAST_MONTH, first=f"{area.last_month.first:%m-%d}", last=f"{area.last_month.last:%m-%d}")
    head = f"| {say(wording.KIND)} | {plain(this)} | {plain(last)} | {say(wording.CHANGE)} |\n|:--|--:|--:|--:|\n"
    st.markdown(head + "\n".join(f"| {plain(say(m.title))} | {m.this_month} | {m.last_month} | {_change(m)} |" for m in area.months))
    st.caption(f"{say(wording.CHANGE_NOTE)} {say(wording.CAUTION)}")


def _change(count: MonthCount) -> str:
    if count.change is None:
        return f"{count.this_month - count.last_month:+d}"
    return f"{count.this_month - count.last_month:+d} ({count.change:+.0%})"


def _places(area: Area) -> None:
    st.markdown(f"**{say(wording.KEY_PLACES)}**")
    for key, names in area.places.items():
        unit = say(LAYERS[key].counts_as or Text("", ""))
        title = f"{say(LAYERS[key].title)}　{len(names):,} {unit}"
        if key not in area_action.NAMED_PLACES:
            st.markdown(plain(title))
            continue
        with st.expander(plain(title), expanded=len(names) <= KEPT_SHORT):
            st.markdown(plain("、".join(say(n) for n in names) if language() == "zh" else ", ".join(say(n) for n in names)))


def _line(title: Text, values: list[str]) -> None:
    if values:
        st.markdown(f"**{say(title)}**　{plain(('、' if language() == 'zh' else ', ').join(values))}")
