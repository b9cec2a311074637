"""The town in numbers: what the workspace holds, counted."""

from typing import Any

from actions.caller import Caller
from actions.town_model import UNPLACED_CRS
from layers import LAYERS
from layers.definition.layer import Layer, Sensitivity


def town_info(caller: Caller) -> dict[str, Any]:
    """Town, counts and plans as plain values for JSON. Area in km², measured in the town's metric system.

    Counts above the caller's level are left out.
    """
    caller.must("see_info")
    store = caller.store
    town = store.town()
    cells = store.read_layer("grid_cells")
    metric_crs = town.metric_crs or UNPLACED_CRS  # without one there are no units either
    units_km2 = sum(store.read_layer(key).to_crs(metric_crs).area.sum() for key in ("communities", "villages")) / 1e6
    plan = store.plan_in_force()
    staff = store.staff()["kind"].value_counts()
    workers = sum(int(store.read_layer(key)["workers"].sum()) for key in ("venues", "shops"))
    counts = {
        "communities": store.count("communities"),
        "villages": store.count("villages"),
        "grid_cells": len(cells),
        "beats": len(plan.beats) if plan else 0,
        "persons": int(cells["persons"].sum()),
        "dwellings": int(cells["dwellings"].sum()),
        "organisations": int(cells["organisations"].sum()),
        "officers": int(staff.get("officer", 0)),
        "auxiliaries": int(staff.get("auxiliary", 0)),
        "village_auxiliaries": int(staff.get("village_auxiliary", 0)),
        **{key: store.count(key) for key in ("schools", "industrial_parks", "rural_parks", "venues", "shops")},
        "workers": workers,
        **{key: store.count(key) for key in ("fire_hazards", "risk_places", "stations", "incidents")},
    }
    return {
        "town": {
            "name": town.name,
            "name_en": town.name_en,
            "code": town.code,
            "area_km2": round(float(units_km2), 2),
            "crs": town.metric_crs,
        },
        "counts": {key: value for key, value in counts.items() if _level_of(key) <= caller.level},
        "plans": [{"id": h.id, "name": h.name, "status": h.status, "beats": len(store.plan(h.id).beats)} for h in store.plan_headers()],
        "illustrative": bool(town.illustrative),
    }


def _level_of(count: str) -> Sensitivity:
    if count == "incidents":
        return Sensitivity.INTERNAL  # how many there are in all tells nothing about any one of them
    layer: Layer | None = LAYERS.get(count)
    return layer.sensitivity if layer else Sensitivity.PUBLIC


def layer_list(caller: Caller) -> list[dict[str, Any]]:
    """Every layer that the caller may see: key, titles, group, geometry, rows (None when computed), fields with units."""
    caller.must("see_layers")
    return [
        {
            "key": key,
            "title": layer.title.zh,
            "title_en": layer.title.en,
            "group": layer.group,
            "geometry": layer.geometry,
            "rows": caller.store.count(key) if layer.kept != "computed" else None,
            "about": layer.about,
            "fields": [
                {"name": f.name, "title": f.title.zh, "title_en": f.title.en, "type": f.type, "unit": f.unit.en if f.unit else None}
                for f in layer.fields_up_to(caller.level)
            ],
        }
        for key, layer in LAYERS.items()
        if caller.may_see(layer)
    ]
