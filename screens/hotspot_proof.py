"""Does it come back, does it hold, and what work it makes."""

import pandas as pd
import streamlit as st

from actions.caller import Caller
from actions.cell_workload import workload_interval
from actions.hotspot_evaluate import (
    AREA_SHARE,
    DISTANCES,
    MEASURES,
    METHODS,
    TEST_DAYS,
    TRAIN_DAYS,
    beat_workload,
    best_method,
    repeat_view,
)
from actions.measure_plan import profile_named
from layers.definition.text import Text
from screens.hotspot_evidence import scored
from screens.hotspot_parts import Asked, OnMap, choice, number, slider, table, weights, worked_out
from screens.hotspot_views import plain_density
from screens.kept_results import kept_hotspots
from screens.plain_text import plain
from screens.session import say
from screens.wording import hotspots as words


def repeat(who: Caller, asked: Asked) -> OnMap:
    """Knox's table."""
    distance = choice(words.DISTANCE, dict(DISTANCES), "hotspot_distance", "manhattan")
    shuffles = slider(words.SHUFFLES, [199, 999, 1999], "hotspot_knox_shuffles", 999)
    seed = number(words.SEED, "hotspot_knox_seed", 0, 0, 999_999)
    view = worked_out(
        "repeat",
        asked,
        (asked.by, distance, shuffles, seed),
        lambda progress: repeat_view(who, asked.by, distance, shuffles, seed, progress=progress),
    )
    if view is None:
        return plain_density(who, asked)
    if view.result.reason is not None:
        st.info(plain(say(view.result.reason)), icon=":material/info:")
    st.caption(plain(say(words.REPEAT_MEANS)))
    shown = view.table
    table(
        pd.DataFrame(
            {
                say(words.PLACE_BAND): shown["place_m"],
                say(words.TIME_BAND): shown["time_days"],
                say(words.OBSERVED): shown["observed"],
                say(words.EXPECTED): [_blank(v, ".1f") for v in shown["expected"]],
                say(words.RATIO): [_blank(v, ".2f") for v in shown["ratio"]],
                "p": [_blank(v, ".3f") for v in shown["p"]],
            }
        ),
        "hotspot repeat",
    )
    return OnMap(plain_density(who, asked).grid, basis=view.basis)


def _blank(value: float, how: str) -> str:
    return "—" if pd.isna(value) else format(float(value), how)


def holds(who: Caller, asked: Asked) -> OnMap:
    """The methods scored on the period that came next."""
    train = slider(words.TRAIN, [90, 180, 365], "hotspot_train", TRAIN_DAYS)
    test = slider(words.TEST_DAYS, [7, 14, 28, 56], "hotspot_test", TEST_DAYS)
    share = slider(words.AT_SHARE, [1, 2, 5, 10, 20], "hotspot_at", round(AREA_SHARE * 100)) / 100
    view = scored(who, asked, train, test, share)
    if view is None:
        return plain_density(who, asked)
    st.markdown(f"**{plain(say(best_method(view)))}**")
    scores = view.result.table.sort_values("hit_share", ascending=False, key=lambda share: share.astype(float))
    columns: dict[str, list[str]] = {
        say(words.METHOD): [say(_method(m)) for m in scores["method"]],
        say(words.HITS): [f"{float(v) * 100:.1f}" for v in scores["hit_share"]],
    }
    for name in ("pai", "pei", "rri"):
        columns[name.upper()] = [_interval(row, name) for row in scores.to_dict("records")]
    table(pd.DataFrame(columns), "hotspot holds")
    st.caption("  \n".join(plain(say(about)) for about in MEASURES.values()))
    _curve(view.result.curve)
    return OnMap(plain_density(who, asked).grid, basis=view.basis)


def _method(name: str) -> Text:
    return METHODS.get(name, Text(name, name))


def _interval(row: dict, name: str) -> str:
    middle, low, high = (row.get(key) for key in (name, f"{name}_lower", f"{name}_upper"))
    if pd.isna(middle):
        return "—"
    digits = 1 if name == "pai" else 2
    if pd.isna(low) or low == high:
        return f"{middle:.{digits}f}"
    return f"{middle:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


def _curve(curve: pd.DataFrame) -> None:
    import altair as alt  # a third of a second to import, and only a chart needs it

    rows = curve.assign(
        method=[say(_method(m)) for m in curve["method"]], area=curve["area_share"] * 100, hit=curve["hit_share"].astype(float) * 100
    )
    names = [say(title) for title in METHODS.values()]  # each keeps its colour in either language
    chart = (
        alt.Chart(rows)
        .mark_line(point=True)
        .encode(
            x=alt.X("area:Q", title=say(words.SHARE_AREA)),
            y=alt.Y("hit:Q", title=say(words.HIT)),
            color=alt.Color(
                "method:N",
                title=None,
                scale=alt.Scale(domain=names, range=["#b10026", "#009e73", "#2166ac", "#e69f00", "#666666"]),
                legend=alt.Legend(orient="bottom", columns=2),
            ),
            strokeDash=alt.StrokeDash("method:N", title=None, scale=alt.Scale(domain=names)),
        )
        .properties(height=220)
    )
    st.altair_chart(chart, theme=None)


def workload(who: Caller, asked: Asked) -> OnMap:
    """Minutes a week per beat with an interval."""
    profile = weights(who)
    found = kept_hotspots(who, ("workload", profile), lambda: beat_workload(who, profile=profile))
    rows = found.table
    table(
        pd.DataFrame(
            {
                say(words.BEAT): [f"{code} {name}" for code, name in zip(rows.index, rows[say(Text("name", "name_en"))], strict=True)],
                say(words.CELLS): rows["cells"].to_numpy(),
                say(words.COUNT): rows["incidents"].to_numpy(),
                say(words.MINUTES): rows["minutes_week"].round().astype(int).to_numpy(),
                say(words.LOW): rows["low"].round().astype(int).to_numpy(),
                say(words.HIGH): rows["high"].round().astype(int).to_numpy(),
            }
        ),
        "hotspot workload",
    )
    st.caption(plain(say(found.note)))
    with st.expander(say(words.BY_CELL)):
        _by_cell(who, profile)
    return plain_density(who, asked)


def _by_cell(who: Caller, profile: str | None) -> None:
    """The same of every grid cell, most work first."""
    found = kept_hotspots(who, ("workload of cells", profile), lambda: workload_interval(who, profile_named(who.store, profile)))
    of_cells = found.sort_values("minutes_week", ascending=False)
    shown = {
        say(words.CELLS): of_cells[say(Text("name", "name_en"))].to_numpy(),
        say(words.MINUTES): of_cells["minutes_week"].round(1).to_numpy(),
        say(words.LOW): of_cells["low"].round(1).to_numpy(),
        say(words.HIGH): of_cells["high"].round(1).to_numpy(),
    }
    table(pd.DataFrame(shown), "hotspot workload of cells")
