"""An officer's own area: the beat on the map, people and places in it, neighbours, this month against last."""

from urllib.parse import urlencode

import streamlit as st

from actions import my_area as area_action
from actions.my_area import Area, MonthCount
from actions.see_map import plans
from layers import LAYERS
from layers.definition.text import Text
from screens import wording
from screens.duty_list import duty_panel, news_panel
from screens.map_panel import area_map
from screens.plain_text import plain
from screens.plan_choice import plan_title, usual_plan
from screens.served import own_address, served
from screens.session import asked_officer, asked_plan, caller, field, keep, language, place_of, say
from screens.take_snapshot import sheet_downloads
from screens.wording import my_area as words

KEPT_SHORT = 12  # names shown per kind of place before the rest is only counted


def screen() -> None:
    """Choose an officer and a plan, or follow a link that names them."""
    people = area_action.officers(caller())
    headers = {header.id: header for header in plans(caller())}
    if not headers or not people:
        st.info(say(words.NO_PLAN if not headers else words.NO_OFFICER), icon=":material/info:")
        return
    asked, linked_plan = asked_officer(), asked_plan()
    linked = area_action.officer_code(caller(), asked) if asked else next(iter(people), None)
    who, which = st.columns(2)
    officer = who.selectbox(
        say(wording.OFFICER),
        list(people),
        place_of(f"officer {asked}", linked, list(people)),
        format_func=lambda c: say(people[c]),
        key=field(f"officer {asked}"),
    )
    start = linked_plan if linked_plan in headers else usual_plan(headers)
    plan = which.selectbox(
        say(wording.PLAN),
        list(headers),
        place_of(f"area plan {linked_plan}", start, list(headers)),
        format_func=lambda i: plan_title(headers[i]),
        key=field(f"area plan {linked_plan}"),
    )
    if officer is None or plan is None:
        return
    keep(f"officer {asked}", officer)
    keep(f"area plan {linked_plan}", plan)
    area = area_action.area_of(caller(), officer, plan)
    if not area.cells:
        st.info(plain(say(wording.NO_AREA, name=area.name)))
        return
    map_side, panel = st.columns([3, 2], gap="small")
    with map_side:
        area_map(area)
    with panel:
        _summary(area)
        sheet_downloads(area.plan.id, officer=area.officer, key="area")
        link = urlencode({"officer": area.officer, "lang": language()})
        st.link_button(say(words.PHONE_PAGE), f"/mine?{link}", icon=":material/smartphone:")
        duty_panel(area)
        news_panel(area)
        _people(area)
        _months(area)
        _places(area)
    link = urlencode({"officer": area.name.zh, "plan": area.plan.id, "lang": language()})
    st.caption(f"{say(wording.COPY_LINK)}{say(wording.COLON)}`{own_address(served().settings)}/?{link}`")


def _summary(area: Area) -> None:
    beats = " · ".join(f"{b.code} {b.name if language() == 'zh' else b.name_en}" for b in area.beats)
    st.markdown(f"##### {plain(say(area.name))}　{plain(beats)}")
    st.caption(f"{say(wording.PLAN)}{say(wording.COLON)}{plain(say(area.plan.title))}")
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
        say(wording.WITH_LEAD, beat=Text(f"{n.beat.code} {n.beat.name}", f"{n.beat.code} {n.beat.name_en}"), lead=n.lead or wording.NO_LEAD)
        for n in area.neighbours
    ]
    _line(wording.NEIGHBOURS, neighbours)


def _months(area: Area) -> None:
    st.markdown(f"**{say(wording.INCIDENTS_MONTHS)}**")
    this, last = (f"{span.first} – {span.last:%m-%d}" for span in (area.this_month, area.last_month))
    head = f"| {say(wording.KIND)} | {plain(this)} | {plain(last)} | {say(wording.CHANGE)} |\n|:--|--:|--:|--:|\n"
    st.markdown(head + "\n".join(f"| {plain(say(m.title))} | {m.this_month} | {m.last_month} | {_change(m)} |" for m in area.months))
    st.caption(f"{say(wording.DATA_UP_TO, day=area.this_month.last)} {say(wording.CHANGE_NOTE)} {say(wording.CAUTION)}")


def _change(count: MonthCount) -> str:
    if count.this_month == count.last_month:
        return say(wording.NO_CHANGE)
    if count.change is None:
        return f"{count.this_month - count.last_month:+d}"
    return f"{count.this_month - count.last_month:+d} ({count.change:+.0%})"


def _places(area: Area) -> None:
    st.markdown(f"**{say(wording.KEY_PLACES)}**")
    for key, names in area.places.items():
        unit = LAYERS[key].counts_as or Text("", "")
        title = f"{LAYERS[key].title.zh} {len(names):,} {unit.zh}" if language() == "zh" else f"{LAYERS[key].title.en}: {len(names):,}"
        if key not in area_action.NAMED_PLACES:
            st.markdown(plain(title))
            continue
        with st.expander(plain(title), expanded=len(names) <= KEPT_SHORT):
            st.markdown(plain("、".join(say(n) for n in names) if language() == "zh" else ", ".join(say(n) for n in names)))


def _line(title: Text, values: list[str]) -> None:
    if values:
        st.markdown(f"**{say(title)}**　{plain(('、' if language() == 'zh' else ', ').join(values))}")
