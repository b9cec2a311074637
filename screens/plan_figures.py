"""All figures of a plan as tables: one of its beats, one of the whole, each measure with unit and meaning."""

import pandas as pd
import streamlit as st

from actions.measure_plan import METRICS, MeasuredPlan, shown
from screens.plain_text import capital, plain
from screens.session import say
from screens.wording import draw_plan as words


def figures(found: MeasuredPlan) -> None:
    """Beats in rows and measures in columns; then the plan's own measures; then what they rest on."""
    beats = found.beats
    table = pd.DataFrame({_title(key): [shown(value, METRICS[key].digits) for value in beats[key]] for key in beats}, index=[*beats.index])
    names = [f"{beat.code} {plain(say(beat.title))}" for beat in found.plan.beats]
    st.dataframe(table.set_axis(names), height=min(38 * (len(table) + 1), 560))
    rows = [
        {
            say(words.FIGURE): capital(say(METRICS[key].title)),
            say(words.VALUE): shown(value, METRICS[key].digits),
            say(words.UNIT): say(METRICS[key].unit),
            say(words.MEANING): say(METRICS[key].about),
        }
        for key, value in found.summary.items()
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True)
    for line in found.about:
        st.caption(plain(say(line)))


def _title(key: str) -> str:
    unit = say(METRICS[key].unit)
    return f"{capital(say(METRICS[key].title))}（{unit.strip('（）')}）" if unit.strip() else capital(say(METRICS[key].title))
