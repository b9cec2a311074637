"""The hotspot screen: one map, and views that say where, how sure, when, since when, and whether it holds."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from actions.caller import Caller
from actions.hotspot_data import beats_to_choose, radius_by_rule, source_counts, span, within_beat
from actions.hotspot_files import ENDINGS, areas_to_save, as_bytes, grid_to_save, public_grid
from actions.hotspot_maps import beats_of_hotspots, row_bounds
from actions.hotspot_public import base_of_public, public_map
from actions.hotspot_significance import significance_view
from actions.hotspots import CLAIM_CELL_M, density_view
from actions.permissions import may
from actions.see_map import IncidentFilter, base_map_for_map
from layers.definition.refusal import Refusal
from screens import hotspot_proof, hotspot_time, hotspot_views, wording
from screens.hotspot_parts import Asked, OnMap, basis_below, choice, said
from screens.incident_choice import RADII_M, chosen_incidents
from screens.kept_results import kept_hotspot_base, kept_hotspots
from screens.map_host import map_view
from screens.plain_text import plain
from screens.served import served
from screens.session import caller, field, keep, language, remember, remembered, say, start_of
from screens.wording import hotspots as words

MAP_HEIGHT = 620
CELL_M = 100
VIEWS: dict[str, Callable[[Caller, Asked], OnMap]] = {
    "density": hotspot_views.density,
    "significance": hotspot_views.significance,
    "areas": hotspot_views.areas,
    "further": hotspot_views.further,
    "when": hotspot_time.when,
    "change": hotspot_time.change,
    "repeat": hotspot_proof.repeat,
    "holds": hotspot_proof.holds,
    "workload": hotspot_proof.workload,
}


def screen() -> None:
    """The choice of incidents, the view, its map and its figures."""
    who = caller()
    if not may("see_hotspots", who.role):
        _public(who)
        return
    span(who)  # without incidents there is nothing to choose from, and the page says so
    everywhere = who
    with st.sidebar:
        who, beat = _within(who)
        radius = _radius(who)
        by = chosen_incidents(with_source=False)
        _export(who, by, radius)
    view = choice(words.VIEW, words.VIEWS, "hotspot_view", "density")
    by = _with_source(who, by)
    with st.container():  # holds its place when empty: what moves down is made anew by the browser, the map too
        hour = hotspot_time.only_hour()
    if hour is not None:
        by = replace(by, weekdays=frozenset({hour[0]}), hours=frozenset({hour[1]}))
    map_side, panel = st.columns([7, 5], gap="small")
    with panel:
        try:
            shown = VIEWS[view](who, Asked(by, CELL_M, radius, who.sight))
        except Refusal as refusal:
            said(refusal)
            shown = OnMap()
    with map_side:
        _map(everywhere, shown if shown.focus is not None or not beat else replace(shown, focus=_of_beat(everywhere, beat)))
        if shown.basis is not None:
            basis_below(shown.basis)


def _public(who: Caller) -> None:
    """What may hang in the street, for those who receive nothing finer."""
    shown = kept_hotspots(who, ("public",), lambda: public_map(who))
    base = kept_hotspots(who, ("public base",), lambda: base_of_public(who))
    patch = {"language": language(), "base_map": _base_map(), "shapes": shown.shapes}
    st.caption(plain(say(words.PUBLIC_ABOUT)))
    map_view(base, patch, key="hotspot_public_map", height=MAP_HEIGHT)
    basis_below(shown.basis)


def _of_beat(who: Caller, code: str) -> dict[str, Any]:
    """To where the map goes when a beat is chosen."""
    bounds = kept_hotspots(who, ("beat", code), lambda: row_bounds(who, "beat", code))
    return {"token": f"within {code}", "bounds": bounds, "layer": "beats", "code": code}


def _within(who: Caller) -> tuple[Caller, str]:
    """The whole town, or one beat of the plan shown, with its code: cut, corrected and tested at its border."""
    beats = beats_to_choose(who)
    if len(beats) < 2:
        return who, ""
    named = {"": words.WHOLE_TOWN if who.scope is None else words.OWN_AREA, **beats}
    chosen = st.selectbox(
        say(words.WITHIN),
        list(named),
        list(named).index(start_of("hotspot_within", "", named)),
        format_func=lambda code: say(named[code]),
        key=field("hotspot_within"),
    )
    code = str(keep("hotspot_within", chosen))
    return (within_beat(who, code), code) if code else (who, "")


def _radius(who: Caller) -> float:
    by_rule = round(radius_by_rule(who, CELL_M))
    start = served().settings.density_radius_m or by_rule
    radii = sorted({*RADII_M, start})
    radius = st.select_slider(
        say(wording.RADIUS),
        radii,
        start_of("filter_radius", start, radii),
        key=field("filter_radius"),
        help=f"{say(wording.RADIUS_BY_RULE, radius=by_rule, rule='Scott')} {say(words.CELL_BELOW)}",
    )
    return float(keep("filter_radius", radius))


def _with_source(who: Caller, by: IncidentFilter) -> IncidentFilter:
    """Reported and police-found apart: always visible, both counts shown."""
    reported, found = source_counts(who, by)
    options = {key: text.fill(r=reported, f=found) for key, text in words.SOURCE_CHOICES.items()}
    chosen = choice(words.SOURCE, options, "hotspot_source", "both")
    return by if chosen == "both" else replace(by, sources=frozenset({chosen}))


def _base_map() -> dict[str, Any] | None:
    base_map = served().base_map
    return base_map_for_map(base_map) if base_map is not None else None


def _beats(who: Caller) -> dict[str, Any] | None:
    """Outlines of the beats; none where there is no plan yet."""
    try:
        return kept_hotspots(who, ("beats",), lambda: beats_of_hotspots(who))
    except Refusal:
        return None


def _map(who: Caller, shown: OnMap) -> None:
    patch: dict[str, Any] = {
        "language": language(),
        "base_map": _base_map(),
        "plan": _beats(who),
        "density": shown.grid,
        "shapes": shown.shapes,
        "focus": shown.focus,
    }
    if shown.picked is not None:
        layer, code = shown.picked
        patch["highlight"] = {"layer": layer, "codes": [code]}
    map_view(kept_hotspot_base(who), patch, key="hotspot_map", height=MAP_HEIGHT)


def _export(who: Caller, by: IncidentFilter, radius: float) -> None:
    """Files of areas, grid, or what may be made public; parameters and caution are inside."""
    if not may("export_hotspots", who.role):
        return
    with st.expander(say(words.EXPORT), icon=":material/download:"):
        kind = choice(words.EXPORT_KIND, words.EXPORT_KINDS, "hotspot_export", "areas")
        ending = choice(words.EXPORT_KIND, {e: wording.DOWNLOAD.fill(format=e) for e in ENDINGS}, "hotspot_ending", ".geojson")
        wish = ("export", by, radius, kind, ending)
        if st.button(say(words.PREPARE), icon=":material/draft:"):
            remember("hotspot export", wish)
        if remembered("hotspot export") != wish:
            return
        try:
            content = kept_hotspots(who, wish, lambda: _file(who, by, radius, kind, ending))
        except Refusal as refusal:
            st.warning(plain(say(refusal.message)))
            return
        name = f"hotspots_{kind}{ending}"
        st.download_button(say(words.DOWNLOAD, f=name), content, file_name=name, icon=":material/download:")


def _file(who: Caller, by: IncidentFilter, radius: float, kind: str, ending: str) -> bytes:
    if kind == "public":
        return as_bytes(who, *public_grid(who, by), ending)
    if kind == "grid":
        view = density_view(who, by, CELL_M, radius)
        return as_bytes(who, grid_to_save(who, view), view.basis, ending)
    tested = significance_view(who, by, CLAIM_CELL_M)
    return as_bytes(who, areas_to_save(who, tested.claimed), tested.basis, ending)
