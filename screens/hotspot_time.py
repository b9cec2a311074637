"""When and since when: the hours of the week, months, and two periods compared."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, cast

import pandas as pd
import streamlit as st

from actions.caller import Caller
from actions.hotspot_change import (
    ROWS,
    ChangeView,
    Period,
    change_view,
    density_change_view,
    displacement_of,
    may_tell,
    usual_before,
    verdict_words,
)
from actions.hotspot_data import span
from actions.hotspot_maps import SHAPES, change_patch_of, change_rows_patch_of, persistence_patch_of, row_bounds
from actions.hotspot_persistence import CLASSES, RULES, classes_by, persistence_view
from actions.hotspot_when import (
    DAY_KINDS,
    SCHOOL,
    SMALL,
    WhenView,
    holiday_table,
    read_holidays,
    read_school_hours,
    weekday_name,
    when_view,
)
from actions.hotspots import CLAIM_CELL_M
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from screens.hotspot_parts import Asked, OnMap, choice, figures, said, table, worked_out
from screens.hotspot_views import plain_density
from screens.kept_results import kept_hotspots
from screens.plain_text import plain
from screens.session import component_value, field, forget, keep, language, remember, remembered, say, start_of
from screens.wording import hotspots as words

HOUR = "hotspot hour"
REST = ""  # the control of all other rows together
TERM_EXAMPLE = "2025-02-17..2025-07-05 2025-09-01..2026-01-20"


def when(who: Caller, asked: Asked) -> OnMap:
    """The heat table of the week, whose cells filter the map, and the months."""
    picked = st.pills(
        say(words.KINDS),
        list(DAY_KINDS),
        selection_mode="multi",
        default=start_of("hotspot_kinds", []),
        format_func=lambda k: say(DAY_KINDS[k]),
        key=field("hotspot_kinds"),
    )
    kinds = tuple(keep("hotspot_kinds", picked))
    with st.expander(say(words.HOLIDAYS)):
        typed = _typed("hotspot_holidays", words.HOLIDAYS, say(words.HOLIDAYS_HINT))
        st.dataframe(_listed(asked), hide_index=True, height=180)
        hours = _typed("hotspot_school", words.SCHOOL_HOURS, _usual())
        terms = _typed("hotspot_terms", words.TERMS, TERM_EXAMPLE)
    spans = bool(keep("hotspot_spans", st.toggle(say(words.SPANS), start_of("hotspot_spans", False), key=field("hotspot_spans"))))
    school = read_school_hours(hours, terms)
    wish = ("when", asked.by, kinds, typed, spans, hours, terms)
    view = kept_hotspots(who, wish, lambda: when_view(who, asked.by, kinds, read_holidays(typed), spans, school))
    st.caption(say(words.CLICK_HOUR))
    _heat(view)
    _months(view)
    told = [say(words.ON_KIND, k=DAY_KINDS[k], n=n, d=d) for k, (n, d) in view.on_kinds.items() if d]
    st.caption(plain(" · ".join([*told, say(words.SCHOOL, n=view.in_school_hours)])))
    return OnMap(plain_density(who, replace(asked, spans=spans)).grid, basis=view.basis)


def _listed(asked: Asked) -> pd.DataFrame:
    """The days of the holiday table within the choice, with what they are."""
    days = holiday_table()
    inside = days[(days["date"] >= str(asked.by.first)) & (days["date"] <= str(asked.by.last))]
    kinds = [say(words.WORKED if kind == "workday" else words.DAY_OFF) for kind in inside["kind"]]
    return pd.DataFrame({say(words.DAY): inside["date"], say(words.DAY_KIND): kinds, say(words.NAME): inside["name"]})


def _typed(name: str, title: Text, hint: str) -> str:
    return str(keep(name, st.text_input(say(title), start_of(name, ""), placeholder=hint, key=field(name), max_chars=2000)))


def _usual() -> str:
    return " ".join(f"{begin:%H:%M}-{end:%H:%M}" for begin, end in SCHOOL.spans)


def _heat(view: WhenView) -> None:
    """168 cells; a click keeps its hour for the map, a second one on it lets it go."""
    import altair as alt  # a third of a second to import, and only a chart needs it

    names = [say(weekday_name(day)) for day in range(7)]
    rows = pd.DataFrame(
        [
            {"day": day, "weekday": names[day], "hour": hour, "shown": str(view.shown.iloc[day, hour])}
            for day in range(7)
            for hour in range(24)
        ]
    )
    number = pd.to_numeric(rows["shown"], errors="coerce")
    rows["value"] = number.where(number.notna(), None)
    top = max(float(number.max(skipna=True)) if number.notna().any() else 0.0, float(SMALL))  # a table of zeros is not hot
    pick = alt.selection_point(name="cell", fields=["day", "hour"], on="click", clear=False)
    base = alt.Chart(rows).encode(
        x=alt.X("hour:O", title=say(words.HOUR), axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("weekday:N", sort=names, title=None),
        tooltip=[
            alt.Tooltip("weekday:N", title=say(words.WEEKDAY)),
            alt.Tooltip("hour:O", title=say(words.HOUR)),
            alt.Tooltip("shown:N", title=say(words.COUNT)),
        ],
    )
    scale, legend = alt.Scale(scheme="yelloworangered", domain=[0, top]), alt.Legend(gradientLength=150, format="d", tickMinStep=1)
    heat = base.mark_rect(stroke="white", strokeWidth=0.5, cursor="pointer", invalid=None).encode(
        color=alt.condition(
            "isValid(datum.value)", alt.Color("value:Q", scale=scale, title=say(words.COUNT), legend=legend), alt.value("#dddddd")
        )
    )
    chart = heat.add_params(pick).properties(height=190)
    key = f"hotspot heat {language()}"
    st.altair_chart(chart, on_select=partial(_picked, key), key=key, theme=None)
    if number.isna().any():
        st.caption(plain(say(words.GREY_HOURS, n=int(number.isna().sum()))))


def _picked(key: str) -> None:
    """Before the page runs: a run that broke off below would take the map, which it had not come to, from the page."""
    chosen = component_value(key).get("selection", {}).get("cell") or []
    if chosen and "day" in chosen[0]:
        remember(HOUR, (int(chosen[0]["day"]), int(chosen[0]["hour"])))


def only_hour() -> tuple[int, int] | None:
    """The weekday and hour that the map is kept to, with the way back."""
    hour = remembered(HOUR)
    if hour is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(
                plain(say(words.ONLY_HOUR, d=weekday_name(hour[0]), h=hour[1], k=hour[1] + 1)), icon=":material/schedule:", color="blue"
            )
            st.button(say(words.ALL_HOURS), icon=":material/close:", on_click=forget, args=(HOUR,))
    return cast("tuple[int, int] | None", hour)


def _months(view: WhenView) -> None:
    import altair as alt  # a third of a second to import, and only a chart needs it

    months = view.months.table.assign(shown=view.months_shown)
    if len(months):
        told = pd.to_numeric(months["shown"], errors="coerce").notna()
        months["per_30_days"] = months["per_30_days"].where(told)
        line = (
            alt.Chart(months)
            .mark_line(point=True, color="#12557d")
            .encode(
                x=alt.X("month:O", title=say(words.MONTH), axis=alt.Axis(labelAngle=-45, labelOverlap=True)),
                y=alt.Y("per_30_days:Q", title=say(words.PER_30_DAYS), scale=alt.Scale(zero=True)),
                tooltip=[alt.Tooltip("month:O", title=say(words.MONTH)), alt.Tooltip("shown:N", title=say(words.COUNT))],
            )
            .properties(height=190)
        )
        st.altair_chart(line, theme=None)
    trend = view.months.trend
    if trend is not None:
        st.caption(plain(say(words.TREND, w=trend.words, s=trend.slope, a=trend.lower, b=trend.upper, p=trend.p, m=trend.method)))
    elif view.months.reason is not None:
        st.caption(plain(say(view.months.reason)))


def change(who: Caller, asked: Asked) -> OnMap:
    """The period against the one before, per row and on the map."""
    before, how = _before(who, asked)
    st.markdown(plain(say(words.COMPARED, how=how, p=before.title)))
    start = start_of("hotspot_fair", False)
    fair = bool(keep("hotspot_fair", st.toggle(say(words.FAIR_MONTHS), start, key=field("hotspot_fair"), help=say(words.FAIR_HELP))))
    rows = choice(words.ROWS, dict(ROWS), "hotspot_rows", "beat")
    shown = choice(words.SHOW, words.SHOW_CHOICES, "hotspot_show", "rows")
    if shown == "persistence":
        return _persistence(who, asked, rows)
    view = kept_hotspots(who, ("change", asked.by, before, rows, fair), lambda: change_view(who, asked.by, before, rows, fair_months=fair))
    clicked = table(_change_rows(view), f"hotspot change {rows}", picks=True)
    st.caption(plain(say(words.PERCENT_RULE)))
    code = None if clicked is None else str(view.shown.index[clicked])
    if code is not None:
        _displacement(view, code)
    focus = None if code is None else {"token": f"row {rows} {code}", "bounds": row_bounds(who, rows, code), "layer": SHAPES, "code": code}
    if shown == "difference":
        grid, basis = kept_hotspots(who, ("difference", asked, before), lambda: _difference(who, asked, before))
        return OnMap(grid, focus=focus, basis=basis)
    patch = kept_hotspots(who, ("change map", asked.by, before, rows, fair), lambda: change_rows_patch_of(who, view, rows))
    return OnMap(None, patch, focus, None if code is None else (SHAPES, code), view.basis)


def _persistence(who: Caller, asked: Asked, rows: Any) -> OnMap:
    """The classes of cells with their rules, on the map and counted per row."""
    wish = (asked.by, CLAIM_CELL_M)
    view = worked_out("persistence", asked, wish, lambda progress: persistence_view(who, *wish, progress=progress))
    if view is None:
        return plain_density(who, asked)
    counted = view.result.counted
    figures([(words.CLASS_RULE.fill(c=CLASSES[name], r=RULES[name]), f"{n:,}") for name, n in counted.items() if name != "none"])
    by_row = kept_hotspots(who, ("classes", *wish, rows), lambda: classes_by(who, view, rows))
    if len(by_row):
        st.caption(plain(say(words.CLASSES_BY_ROW)))
        titles = {name: say(title) for name, title in CLASSES.items() if name in by_row}
        named = by_row[say(Text("name", "name_en"))].rename(say(words.NAME))
        table(pd.concat([named, by_row[list(titles)].rename(columns=titles)], axis=1), "hotspot classes")
    patch = kept_hotspots(who, ("persistence map", *wish), lambda: persistence_patch_of(who, view))
    return OnMap(None, patch, basis=view.basis)


def _before(who: Caller, asked: Asked) -> tuple[Period, Text]:
    """The usual period to compare with, or days of one's own, and what it is called."""
    first, last = span(who)
    if choice(words.AGAINST, words.AGAINST_CHOICES, "hotspot_against", "usual") == "usual":
        return usual_before(asked.by, first)
    usual = (first, min(last, max(first, asked.by.first - timedelta(days=1))))
    kept = start_of("hotspot_before", usual)
    days = st.date_input(
        say(words.OWN_DAYS),
        kept if all(first <= day <= last for day in kept) else usual,
        min_value=first,
        max_value=last,
        key=field("hotspot_before"),
        format="YYYY-MM-DD",
    )
    own = keep("hotspot_before", days if isinstance(days, tuple) and len(days) == 2 else usual)
    return Period(own[0], own[1], weekdays=asked.by.weekdays), words.OWN_DAYS


def _displacement(view: ChangeView, code: str) -> None:
    """The row's change beyond that of a control: another row, or all the rest."""
    others = [REST, *(other for other in view.names if other != code)]
    named = {REST: words.REST, **view.names}
    control = st.selectbox(
        say(words.CONTROL),
        others,
        format_func=lambda c: say(named[c]),
        key=f"control {code} {language()}",
    )
    codes = (code,) if control == REST else (code, control)
    if not may_tell(view, *codes):
        st.caption(plain(say(words.DISPLACED_HIDDEN)))
        return
    try:
        found = displacement_of(view, code, None if control == REST else control)
    except Refusal as refusal:
        said(refusal)
        return
    st.caption(plain(say(words.DISPLACED, name=view.names[code], c=named[control], e=found.estimate, a=found.lower, b=found.upper)))


def _difference(who: Caller, asked: Asked, before: Any) -> tuple[dict[str, Any], Any]:
    found, basis = density_change_view(who, asked.by, before, asked.cell_m, asked.radius_m)
    return change_patch_of(who, found, basis), basis


def _change_rows(view: Any) -> pd.DataFrame:
    shown = view.shown
    return pd.DataFrame(
        {
            say(words.NAME): [say(view.names[code]) if view.names[code].en != code else code for code in shown.index],
            say(words.BEFORE): shown["before"],
            say(words.AFTER): shown["after"],
            say(words.PERCENT): shown["percent"],
            say(words.VERDICT): [say(verdict_words(v)) for v in shown["verdict"]],
            say(words.P_VALUE): ["—" if pd.isna(p) else f"{p:.3f}" if p >= 0.001 else "<0.001" for p in shown["p"]],
        }
    )
