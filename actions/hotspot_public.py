"""The map of incidents that may hang in the street: counts on squares of 200 m or more in wide classes, small ones hidden.

One period and all categories, always: two such maps with different choices could be subtracted from each other.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from actions.caller import Caller
from actions.hotspot_basis import Basis
from actions.hotspot_data import whole_town
from actions.hotspot_files import public_grid
from actions.see_map import static_tables
from analysis.disclosure import SMALL
from analysis.incident_filter import IncidentFilter, year_up_to
from layers import LAYERS
from layers.definition.text import Text
from layers.drawing.colour_classes import density_colours
from layers.drawing.hotspot_patch import LAYER, SHAPES, ShapeClass, shapes_patch
from layers.drawing.web_map import MapBase, map_base

STEPS = (SMALL, 10, 20, 50)


@dataclass(frozen=True, eq=False)
class PublicMap:
    """Squares in classes as the map takes them, with what they rest on."""

    shapes: dict[str, Any]
    squares: int
    basis: Basis


def base_of_public(caller: Caller) -> MapBase:
    """The layers that this caller may see, and room for the squares."""
    caller.must("see_public_hotspots")
    layers = {**LAYERS, SHAPES: LAYER}
    return map_base(layers, static_tables(caller), computed=[SHAPES], illustrative=caller.model.town.illustrative)


def public_map(caller: Caller) -> PublicMap:
    """All incidents of the last twelve months in the data. Refused: no incidents, coordinates rounded to more than 200 m."""
    caller.must("see_public_hotspots")
    last = whole_town(caller).span[1]
    table, basis = public_grid(caller, IncidentFilter(max(year_up_to(last), whole_town(caller).span[0]), last))
    count = pd.to_numeric(table["shown"], errors="coerce").to_numpy(float)
    kind = np.where(np.isnan(count), 0, np.searchsorted(STEPS, np.nan_to_num(count), side="right"))
    colours = density_colours(len(STEPS))
    titles = [f"{a}–{b - 1}" for a, b in pairwise(STEPS)] + [f"{STEPS[-1]}+"]
    classes = [ShapeClass(Text("1 至 4 起，或为防推算而隐藏", "1 to 4, or hidden to protect them"), "#9a9a9a", "rising", "#9a9a9a")]
    classes += [ShapeClass(Text(f"{t} 起", f"{t} incidents"), colour, "solid", colour) for t, colour in zip(titles, colours, strict=True)]
    present = [k for k in range(len(classes)) if (kind == k).any()]
    rows = {
        "code": [str(k) for k in present],
        "name": [classes[k].title.zh for k in present],
        "name_en": [classes[k].title.en for k in present],
        "kind": present,
    }
    shapes = gpd.GeoDataFrame(rows, geometry=[table.geometry[kind == k].union_all() for k in present], crs=table.crs)
    title = Text("警情数（每 200 米方格）", "Incidents per square of 200 m")
    about = Text("n = {n} 起；{p}", "n = {n} incidents; {p}").fill(n=basis.counts["n"], p=basis.period)
    patch = shapes_patch(f"public {basis.period.en} {basis.n}", title, about, shapes, classes, basis.illustrative)
    return PublicMap(patch, len(table), basis)
