"""The incident filter beside the map: dates, hours, weekdays, categories, source, and the density's radius."""

from datetime import date

import streamlit as st

from actions.see_map import DensityMaker, incident_span
from actions.see_map import IncidentFilter
from layers.incidents import CATEGORIES, LAYER
from screens import wording
from screens.served import served
from screens.session import caller, forget, language, say

KEYS = ("filter_from", "filter_to", "filter_hours", "filter_weekdays", "filter_categories", "filter_sources", "filter_radius")
SOURCES = LAYER.field("source").choices
RADII_M = tuple(range(200, 1001, 50))


def chosen_incidents() -> IncidentFilter:
    """The choice made in the sidebar; all incidents of the last twelve months to begin with."""
    first, last = incident_span(caller())
    with st.expander(say(wording.FILTERS), icon=":material/filter_alt:", expanded=True):
        chosen = IncidentFilter(
            *_dates(first, last), _hours(), _weekdays(), _of(wording.CATEGORIES, CATEGORIES, 4), _of(wording.SOURCES, SOURCES, 5)
        )
        st.button(say(wording.RESET), on_click=forget, args=KEYS, icon=":material/restart_alt:", width="stretch")
    return chosen


def chosen_radius(maker: DensityMaker) -> int:
    """The kernel radius in metres: the setting's or the rule's to begin with, then the slider's."""
    by_rule = round(maker.radius_by_rule())
    start = served().settings.density_radius_m or by_rule
    radius = st.select_slider(
        say(wording.RADIUS),
        sorted({*RADII_M, start}),
        value=start,
        key="filter_radius",
        help=say(wording.RADIUS_BY_RULE, radius=by_rule, rule=maker.rule),
    )
    return int(radius)


def _dates(first: date, last: date) -> tuple[date, date]:
    year_ago = max(first, date(last.year - 1, last.month, min(last.day, 28)))
    a, b = st.columns(2)
    start = a.date_input(say(wording.FROM), value=year_ago, min_value=first, max_value=last, key=KEYS[0])
    end = b.date_input(say(wording.TO), value=last, min_value=first, max_value=last, key=KEYS[1])
    return start or first, end or last


def _hours() -> frozenset[int]:
    first, last = st.slider(say(wording.HOURS), 0, 24, (0, 24), key=KEYS[2])
    return frozenset() if (first, last) == (0, 24) else frozenset(range(first, max(last, first + 1)))


def _weekdays() -> frozenset[int]:
    chosen = st.pills(
        say(wording.WEEKDAYS), range(7), selection_mode="multi", format_func=lambda day: say(wording.WEEKDAY_NAMES[day]), key=KEYS[3]
    )
    return frozenset(chosen or ())


def _of(title: object, choices: dict, key: int) -> frozenset[str]:
    chosen = st.multiselect(
        say(title), list(choices), format_func=lambda name: choices[name].in_(language()), placeholder=say(wording.ALL), key=KEYS[key]
    )
    return frozenset(chosen)
