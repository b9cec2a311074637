"""The map as the screens use it: the whole town with what was chosen, or one officer's area."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from actions.import_layer import ImportPreview, maps_of_import
from actions.my_area import Area
from actions.permissions import may
from actions.see_map import IncidentFilter, PlanOnMap, base_map_for_map, filter_for_map, where_on_map
from screens.kept_results import kept_base, kept_plan, kept_plan_patch
from screens.map_host import MapEvent, MapSight, map_view, sight_of
from screens.served import served
from screens.session import caller, component_value, language, say
from screens.wording import import_layer as words

MAP_HEIGHT = 760  # where the style sheet can't stretch it to the window
AREA_HEIGHT = 560
IMPORT_HEIGHT = 420


@dataclass(frozen=True)
class MapState:
    """What the map is to show: the plan, the incidents meant and their density as the map takes it."""

    on_map: PlanOnMap | None
    chosen: IncidentFilter | None
    density: dict[str, Any] | None


def town_map(state: MapState, picked: tuple[str, str] | None, focus: str | None) -> MapEvent | None:
    """The map of the town; gives the last click. `focus` is the last search's own word: each moves the map once to what was picked."""
    who = caller()
    patch = _common(state.on_map)
    patch["density"] = state.density
    patch["prints"] = may("take_snapshot", who.role)
    patch["filter"] = filter_for_map(state.chosen) if state.chosen is not None else None
    if picked is not None:
        layer, code = picked
        patch["highlight"] = {"layer": layer, "codes": [code]}
        if layer == "officers" and state.on_map is not None:  # an officer is where the beats are
            patch["highlight"] = {"layer": "beats", "codes": state.on_map.beats_of(code)}
        bounds = where_on_map(who, layer, code, state.on_map) if focus else None
        if bounds is not None:
            patch["focus"] = {"token": focus, "bounds": bounds, "layer": layer, "code": code}
    return map_view(kept_base(who), patch, key="town_map", height=MAP_HEIGHT)


def sight_to_print() -> MapSight | None:
    """What the person last asked to print of the town's map, if anything."""
    return sight_of(component_value("town_map").get("view"))


def area_map(area: Area) -> MapEvent | None:
    """The map of an officer's area: its beats stressed, the neighbours named with their leads."""
    who = caller()
    on_map = kept_plan(who, area.plan.id)
    patch = _common(on_map)
    layer = "beats" if area.beats else "grid_cells"
    codes = [beat.code for beat in area.beats] if area.beats else list(area.cells)
    patch["highlight"] = {
        "layer": layer,
        "codes": codes,
        "neighbours": [{"code": n.beat.code, "layer": "beats", "label": list(n.lead) if n.lead else None} for n in area.neighbours],
    }
    boxes = [box for code in codes if (box := where_on_map(who, layer, code, on_map)) is not None]
    if boxes:
        west, south, east, north = zip(*boxes, strict=True)
        patch["focus"] = {
            "token": f"{area.plan.id}/{area.officer}",
            "bounds": [min(west), min(south), max(east), max(north)],
            "layer": layer,
        }
    return map_view(kept_base(who), patch, key="area_map", height=AREA_HEIGHT)


def compared_maps(preview: ImportPreview) -> None:
    """What is there now beside what would be there after the import; one under the other on a phone."""
    now, then = maps_of_import(caller(), preview)
    shown = [(base, title) for base, title in ((now, words.NOW), (then, words.THEN)) if base is not None]
    if now is None and then is not None:
        st.caption(say(words.NOTHING_NOW))
    for side, (base, title) in zip(st.columns(max(len(shown), 1), gap="small"), shown, strict=False):
        with side:
            st.caption(f"**{say(title)}**")
            map_view(base, {"language": language()}, key=f"import_{title.en}_{preview.kind.key}", height=IMPORT_HEIGHT)


def _common(on_map: PlanOnMap | None) -> dict[str, Any]:
    base_map = served().base_map
    return {
        "language": language(),
        "plan": kept_plan_patch(caller(), on_map) if on_map is not None else None,
        "base_map": base_map_for_map(base_map) if base_map is not None else None,
    }
