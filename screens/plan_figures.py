"""All figures of a plan as tables: one of its beats, one of the whole, each measure with unit and meaning."""

from math import isfinite

import pandas as pd
import streamlit as st

from actions.measure_plan import METRICS, SHARE, MeasuredPlan, Metric, shown
from screens.plain_text import capital, plain
from screens.session import language, say
from screens.wording import draw_plan as words


def figures(found: MeasuredPlan) -> None:
    """Beats in rows and measures in columns; then the plan's own measures; then what they rest on."""
    table = by_beat(found)
    st.dataframe(table, height=min(38 * (len(table) + 1), 560))
    rows = [
        {
            say(words.FIGURE): title_of(METRICS[key]),
            say(words.VALUE): value_of(METRICS[key], value),
            say(words.MEANING): say(METRICS[key].about),
        }
        for key, value in found.summary.items()
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True)
    for line in found.about:
        st.caption(plain(say(line)))


def by_beat(found: MeasuredPlan) -> pd.DataFrame:
    """One row per beat, named, and one column per measure with its unit; texts, as they are shown."""
    beats = found.beats
    columns = {title_of(METRICS[key]): [value_of(METRICS[key], value) for value in beats[key]] for key in beats}
    return pd.DataFrame(columns, index=[f"{beat.code} {plain(say(beat.title))}" for beat in found.plan.beats])


def title_of(metric: Metric) -> str:
    """A measure with its unit, but for shares: their values carry the sign."""
    title, unit = capital(say(metric.title)), say(metric.shown_unit).strip("（）")
    return title if metric.unit == SHARE else with_unit(title, unit)


def with_unit(title: str, unit: str) -> str:
    """A title with its unit in brackets, where there is one."""
    if not unit:
        return title
    return f"{title}（{unit}）" if language() == "zh" else f"{title} ({unit})"


def value_of(metric: Metric, value: float | None) -> str:
    """A value as all screens write it: a share as a percentage, large numbers with separators; – where it is not known."""
    if value is None or not isfinite(value):
        return shown(None, 0)
    if metric.unit == SHARE:
        return f"{shown(100 * value, 1)}%"
    text = metric.shown(value)
    whole, point, rest = text.lstrip("-").partition(".")
    return f"{'-' if text.startswith('-') else ''}{int(whole):,}{point}{rest}"


def change_of(metric: Metric, difference: float) -> str:
    """A difference with its sign; between two shares in percentage points."""
    sign = "+" if difference > 0 else ""
    if metric.unit == SHARE:
        return f"{sign}{shown(100 * difference, 1)} {say(words.POINTS)}"
    return f"{sign}{value_of(metric, difference)}"
