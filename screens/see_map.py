"""The map screen: the town with every layer, a plan's beats, incidents and density by the filter, search and details."""

import secrets
from datetime import date
from urllib.parse import urlencode

import streamlit as st

from actions.find import find
from actions.permissions import may
from actions.see_details import see_details
from actions.see_map import IncidentFilter, PlanOnMap, incident_span, plan_on, plans
from actions.sheet_wish import MapState as SheetView
from layers import LAYERS
from layers.definition.refusal import Refusal
from screens import wording
from screens.incident_choice import chosen_incidents, chosen_radius
from screens.kept_results import density_maker, kept_density, kept_plan
from screens.map_panel import MapState, sight_to_print, town_map
from screens.plain_text import capital, plain
from screens.plan_choice import plan_title, usual_plan
from screens.session import caller, field, forget, keep, language, place_of, remember, remembered, say, start_of
from screens.take_snapshot import hand_over


def screen() -> None:
    """The sidebar's choices, and the map with its panel."""
    who = caller()
    with st.sidebar:
        on_map = _plan()
        _search(on_map)
        chosen = density = None
        if may("see_density", who.role) and _has_incidents():
            chosen = chosen_incidents()
            density = _density(chosen)
    _map_and_panel(MapState(on_map, chosen, density))


def _plan() -> PlanOnMap | None:
    """The plan, and where staff may be seen the day whose people the map shows; another day brings the plan that acted then."""
    who = caller()
    headers = {header.id: header for header in plans(who)}
    if not headers:
        return None
    day = _day() if who.may_see(LAYERS["officers"]) else None
    usual = plan_on(who, day) if day is not None else None
    name = "plan" if day in (None, date.today()) else f"plan {day}"
    place = place_of(name, usual or usual_plan(headers), list(headers))
    chosen = st.selectbox(say(wording.PLAN), list(headers), place, format_func=lambda i: plan_title(headers[i]), key=field(name))
    return kept_plan(who, keep(name, chosen), day)


def _day() -> date:
    """The day of the map's people: today, unless somebody looks back or ahead. Only then comes the calendar, a fifth of our bytes."""
    today = date.today()
    start = start_of("map other day", False)
    if not keep("map other day", st.toggle(say(wording.OTHER_DAY), start, key=field("map other day"), help=say(wording.MAP_DAY_ABOUT))):
        return today
    start = start_of("map day", today)
    chosen = st.date_input(say(wording.MAP_DAY), start, key=field("map day"), format="YYYY-MM-DD")
    return keep("map day", chosen) if isinstance(chosen, date) else today


def _search(on_map: PlanOnMap | None) -> None:
    asked = st.text_input(say(wording.SEARCH), placeholder=say(wording.SEARCH_HINT), key="search", icon=":material/search:", max_chars=60)
    if not asked:
        return
    hits = find(caller(), asked, on_map)
    if not hits:
        st.caption(plain(say(wording.NOTHING_FOUND, asked=asked)))
        return
    chosen = hits[0]
    if len(hits) > 1:
        title = say(wording.SEARCH_HITS, n=len(hits))
        chosen = st.selectbox(title, hits, format_func=lambda hit: say(hit.title), key=f"hits {asked} {language()}")
    if chosen is not None and remembered("sought") != (asked, chosen.layer, chosen.code):
        remember("sought", (asked, chosen.layer, chosen.code))
        remember("picked", (chosen.layer, chosen.code))
        remember("focus", secrets.token_hex(8))  # the browser knows those of before a reload


def _has_incidents() -> bool:
    try:
        incident_span(caller())
    except Refusal:
        return False
    return True


def _density(chosen: IncidentFilter) -> dict | None:
    maker = density_maker(caller())
    radius = chosen_radius(maker)
    try:
        return kept_density(caller(), maker, chosen, float(radius))
    except Refusal as refusal:
        st.warning(plain(say(refusal.text)), icon=":material/filter_alt_off:")
        return None
    finally:
        st.caption(say(wording.CAUTION))


@st.fragment
def _map_and_panel(state: MapState) -> None:
    map_side, panel = st.columns([7, 2], gap="small")
    with map_side:
        clicked = town_map(state, picked=remembered("picked"), focus=remembered("focus"))
    _print_view(state)
    if clicked is not None and clicked.n != remembered("clicked"):
        remember("clicked", clicked.n)
        here = [(clicked.layer, clicked.code), *clicked.also] if clicked.layer and clicked.code else []
        remember("picked", here[0] if here else None)
        remember("here", here)
        st.rerun(scope="fragment")
    with panel:
        picked = remembered("picked")
        if picked is None:
            _plan_summary(state.on_map)
        else:
            _details(state, *picked)


def _print_view(state: MapState) -> None:
    """Where the person asked for it: what is seen goes to the print screen, as plan, filter, bounds and layers."""
    sight = sight_to_print()
    if sight is not None and sight.n != remembered("printed sight"):
        remember("printed sight", sight.n)
        radius_m = float(state.density["radius_m"]) if state.density else None
        hand_over(state.on_map.header.id if state.on_map else None, SheetView(sight.bounds, sight.layers, state.chosen, radius_m))
        st.rerun()


def _plan_summary(on_map: PlanOnMap | None) -> None:
    """What the panel shows while nothing is picked: the beats of the plan with their leads."""
    if on_map is None:
        return
    st.markdown(f"**{plain(say(on_map.header.title))}**")
    st.caption(say(wording.DETAILS_HINT))
    chinese = language() == "zh"
    head = f"| | {say(wording.BEAT)} | {say(wording.LEAD)} | {say(wording.DWELLINGS)} |\n|:--|:--|:--|--:|\n"
    rows = [
        f"| **{plain(row['code'])}** | {plain(row['name'] if chinese else row['name_en'])} "
        f"| {plain(str(row.get('lead' if chinese else 'lead_en') or '—'))} | {_number(row.get('dwellings'))} |"
        for row in on_map.beats.drop(columns="geometry").to_dict("records")
    ]
    st.markdown(head + "\n".join(rows))


def _number(value: int | None) -> str:
    return "—" if value is None else f"{value:,}"


def _details(state: MapState, layer: str, code: str) -> None:
    try:
        details = see_details(caller(), layer, code, state.on_map, state.chosen)
    except Refusal as refusal:
        st.caption(plain(say(refusal.text)))
        return
    st.markdown(f"##### {plain(say(details.title))}")
    st.caption(plain(say(details.kind)))
    st.markdown("\n".join(f"- {plain(capital(say(what)))}: **{plain(say(value))}**" for what, value in details.rows))
    if details.officer is not None and may("see_area", caller().role) and state.on_map is not None:
        words = urlencode({"officer": details.officer.zh, "plan": state.on_map.header.id, "lang": language()})
        st.link_button(say(wording.OPEN_AREA), f"area?{words}", icon=":material/badge:")
    _also_here(state, (layer, code))
    st.button(say(wording.BACK_TO_PLAN), icon=":material/arrow_back:", on_click=forget, args=("picked", "here"))


def _also_here(state: MapState, picked: tuple[str, str]) -> None:
    """What else lies where the person clicked: under a beat its village and cell."""
    others = [hit for hit in remembered("here", []) if hit != picked]
    if picked not in remembered("here", []) or not others:
        return
    st.caption(say(wording.ALSO_HERE))
    for layer, code in others:
        try:
            other = see_details(caller(), layer, code, state.on_map, None)
        except Refusal:
            continue
        st.button(
            plain(f"{say(other.title)} · {say(other.kind)}"), key=f"also {layer} {code}", on_click=remember, args=("picked", (layer, code))
        )
