"""The incident filter beside the map: dates, hours, weekdays, categories, source, and the density's radius."""

from datetime import date

import streamlit as st

from actions.see_map import DensityMaker, IncidentFilter, incident_span, usual_periods
from layers.definition.text import Text
from layers.incidents import CATEGORIES, LAYER
from screens import wording
from screens.served import served
from screens.session import caller, field, keep, reset, say, start_of

KEYS = ("filter_period", "filter_dates", "filter_hours", "filter_weekdays", "filter_categories", "filter_sources", "filter_radius")
SOURCES = LAYER.field("source").choices
RADII_M = tuple(range(200, 1001, 50))


def chosen_incidents(with_source: bool = True) -> IncidentFilter:
    """The choice made in the sidebar; all incidents of the last twelve months to begin with. The source may be asked for elsewhere."""
    first, last = incident_span(caller())
    with st.expander(say(wording.FILTERS), icon=":material/filter_alt:", expanded=True):
        chosen = IncidentFilter(
            *_dates(first, last),
            _hours(),
            _weekdays(),
            _of(wording.CATEGORIES, CATEGORIES, "filter_categories"),
            _of(wording.SOURCES, SOURCES, "filter_sources") if with_source else frozenset(),
        )
        st.button(say(wording.RESET), on_click=reset, args=KEYS, icon=":material/restart_alt:", width="stretch")
    return chosen


def chosen_radius(maker: DensityMaker) -> int:
    """The kernel radius in metres: the setting's or the rule's to begin with, then the slider's."""
    by_rule = round(maker.radius_by_rule())
    start = served().settings.density_radius_m or by_rule
    radii = sorted({*RADII_M, start})
    radius = st.select_slider(
        say(wording.RADIUS),
        radii,
        start_of("filter_radius", start, radii),
        key=field("filter_radius"),
        help=say(wording.RADIUS_BY_RULE, radius=by_rule, rule=maker.rule),
    )
    return int(keep("filter_radius", radius))


def _dates(first: date, last: date) -> tuple[date, date]:
    """A usual period by one tap, or days of one's own. All end with the last day of the data, not with today."""
    periods = {name: max(first, begin) for name, begin in usual_periods(last).items()} | {"all": first}
    names = [*periods, "own"]
    chosen = st.segmented_control(
        say(wording.DATES),
        names,
        default=start_of("filter_period", "year", names),
        required=True,
        format_func=lambda name: say(wording.PERIODS[name]),
        key=field("filter_period"),
    )
    keep("filter_period", chosen)
    if chosen != "own":
        return periods[chosen], last
    usual = (periods["year"], last)
    before = start_of("filter_dates", usual)
    days = st.date_input(
        say(wording.PERIODS["own"]),
        before if all(first <= day <= last for day in before) else usual,
        min_value=first,
        max_value=last,
        key=field("filter_dates"),
        format="YYYY-MM-DD",
        label_visibility="collapsed",
    )
    own = keep("filter_dates", days if isinstance(days, tuple) else (days,))
    return (own[0], own[-1]) if own else (first, last)


def _hours() -> frozenset[int]:
    first, last = keep("filter_hours", st.slider(say(wording.HOURS), 0, 24, start_of("filter_hours", (0, 24)), key=field("filter_hours")))
    return frozenset() if (first, last) == (0, 24) else frozenset(range(first, max(last, first + 1)))


def _weekdays() -> frozenset[int]:
    days = st.pills(
        say(wording.WEEKDAYS),
        range(7),
        selection_mode="multi",
        default=start_of("filter_weekdays", []),
        format_func=lambda day: say(wording.WEEKDAY_NAMES[day]),
        key=field("filter_weekdays"),
    )
    return frozenset(keep("filter_weekdays", days))


def _of(title: Text, choices: dict[str, Text], name: str) -> frozenset[str]:
    chosen = st.pills(
        say(title),
        list(choices),
        selection_mode="multi",
        default=start_of(name, []),
        format_func=lambda key: say(choices[key]),
        key=field(name),
    )
    return frozenset(keep(name, chosen))
