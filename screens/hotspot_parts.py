"""Parts that the views of the hotspot screen share: what goes onto the map, the basis below it, tables, and long work."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import pandas as pd
import streamlit as st

from actions.caller import Caller
from actions.hotspot_basis import CAUTION, Basis
from actions.see_map import IncidentFilter
from actions.workload_profiles import profiles
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from screens.long_work import LongWork, Progress, watch
from screens.plain_text import plain
from screens.session import field, keep, language, place_of, remember, remembered, say, start_of
from screens.wording import hotspots as words

T = TypeVar("T")
MOST_ROWS = 11  # of a table that is shown without scrolling


@dataclass(frozen=True)
class Asked:
    """What every view is asked with: the incidents, the density's cell and radius in metres, and in what (the town, a beat)."""

    by: IncidentFilter
    cell_m: int
    radius_m: float
    within: str = ""
    spans: bool = False
    """Whether incidents known as from-until count in each hour by their part of it."""


@dataclass(frozen=True)
class OnMap:
    """What a view puts onto the map: a grid, shapes, where to go; and the basis that stands below."""

    grid: dict[str, Any] | None = None
    shapes: dict[str, Any] | None = None
    focus: dict[str, Any] | None = None
    picked: tuple[str, str] | None = None
    """Layer and code of what is outlined."""
    basis: Basis | None = None


def worked_out(name: str, asked: Asked, wish: tuple[object, ...], do: Callable[[Progress], T]) -> T | None:
    """The outcome of long work for this wish within what is asked; None while it goes on, with its bar shown. A new wish stops the old.

    Raises what the work refused.
    """
    wish = (asked.within, *wish)
    kept = remembered(f"hotspot work {name}")
    if kept is None or kept[0] != wish:
        if kept is not None:
            kept[1].stop()
        kept = (wish, LongWork(do))
        remember(f"hotspot work {name}", kept)
    work: LongWork = kept[1]
    if not work.done:
        watch(work)
        return None
    return cast(T, work.outcome())


def said(refusal: Refusal) -> None:
    """A refusal inside a view: the view says why it has nothing, the rest of the page stays."""
    st.warning(plain(say(refusal.text)), icon=":material/filter_alt_off:")


def basis_below(basis: Basis) -> None:
    """n, period, EPSG, cell, radius, area, left out, stacked, test, seed, the cautions, and that reports measure reporting."""
    st.caption(f"**{say(words.BASIS)}** · " + plain(say(basis.line)))
    for text in basis.cautions:
        st.caption(":material/info: " + plain(say(text)))
    st.caption(plain(say(CAUTION)))
    if not basis.exact:
        st.caption(plain(say(words.HIDDEN_NOTE)))


def choice(title: Text, options: dict[Any, Text], name: str, start: Any) -> Any:
    """One of a few, always visible."""
    chosen = st.segmented_control(
        say(title),
        list(options),
        default=start_of(name, start, options),
        required=True,
        format_func=lambda key: say(options[key]),
        key=field(name),
    )
    return keep(name, chosen)


def weights(who: Caller) -> str | None:
    """The workload profile that weighs incidents, by name; None: the default one."""
    kept = {profile.name if profile.revision else "": profile for profile in profiles(who)}
    names = list(kept)
    chosen = st.selectbox(
        say(words.WEIGHTS),
        names,
        place_of("hotspot_weights", "", names),
        format_func=lambda name: say(kept[name].title),
        key=field("hotspot_weights"),
    )
    return keep("hotspot_weights", chosen) or None


def slider(title: Text, options: list[int], name: str, start: int) -> int:
    """One of some numbers."""
    return int(keep(name, st.select_slider(say(title), options, start_of(name, start, options), key=field(name))))


def number(title: Text, name: str, start: int, least: int, most: int) -> int:
    """A whole number within bounds."""
    return int(keep(name, st.number_input(say(title), least, most, start_of(name, start), step=1, key=field(name))))


def table(rows: pd.DataFrame, name: str, picks: bool = False) -> int | None:
    """A table; with `picks`, the position of the row that was clicked."""
    height: Any = "content" if len(rows) <= MOST_ROWS else 420
    if not picks:
        st.dataframe(rows, hide_index=True, height=height)
        return None
    st.caption(say(words.CLICK_ROW))
    key = f"{name} {language()}"
    state = st.dataframe(rows, hide_index=True, height=height, on_select="rerun", selection_mode="single-row", key=key)
    chosen = cast(Any, state)["selection"]["rows"]
    return int(chosen[0]) if chosen and chosen[0] < len(rows) else None


def figures(rows: list[tuple[Text, str]]) -> None:
    """A few figures with their names."""
    st.markdown("\n".join(f"- {plain(say(title))}: **{plain(value)}**" for title, value in rows))
