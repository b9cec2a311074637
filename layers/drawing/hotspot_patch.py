"""Hotspots on the web map beside a density: classes per cell of any statistic, and areas, classes of cells or roads as shapes.

Shapes come in named classes, each with a colour and a pattern, so that they can be told apart without colours too; the legend names
them as they are drawn.
"""

import base64
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from layers.definition.crs import STORED_CRS
from layers.definition.layer import Field, Layer, Sensitivity, Style
from layers.definition.text import Text
from layers.drawing.web_map import features, tip_titles
from layers.drawing.web_patch import density_patch

SHAPES = "shapes"
"""The key under which the map takes shapes that come by patch."""
Pattern = Literal["outline", "solid", "rising", "falling", "level", "crossed", "dots"]

LAYER = Layer(
    title=Text("热点与等级", "Hotspots and classes"),
    about="Areas of incidents, classes of cells, or pieces of road: what a view of the hotspot screen claims.",
    group="incidents",
    geometry="polygon",
    fields=(
        Field("count", Text("警情", "incidents"), "Incidents within, '<5' where few may not be told.", in_tip=True),
        Field("density", Text("密度", "density"), "In the unit that stands with the number.", in_tip=True),
        Field("share", Text("占比", "share"), "Share of the town's incidents in what share of its area.", in_tip=True),
        Field("verdict", Text("结论", "verdict"), "What the view says of this shape.", in_tip=True),
    ),
    style=Style(fill="#ffffff", fill_opacity=0.7, stroke="#111111", weight=2.2, label_priority=10, order=27),
    kept="computed",
    on_at_start=True,
    sensitivity=Sensitivity.INTERNAL,
)


@dataclass(frozen=True)
class ShapeClass:
    """A class of shapes: its wording, colour and pattern; `outline` a thin line of that colour in place of the layer's; `named`: the
    names of its shapes stand on the map, which is of no use for a class spread over the town."""

    title: Text
    colour: str
    pattern: Pattern = "solid"
    outline: str | None = None
    named: bool = False


@dataclass(frozen=True)
class GridPlace:
    """Where a grid of squares lies: south-west corner and cell in metres of `crs`."""

    west_m: float
    south_m: float
    size_m: float
    crs: str


def statistic_patch(
    values: NDArray[np.float64],
    edges: Sequence[float],
    colours: Sequence[str],
    place: GridPlace,
    *,
    title: Text,
    n: int,
    radius_m: float | None,
    unit: Text,
    period: Text,
    illustrative: bool,
) -> dict[str, Any]:
    """Values (rows, cols) in classes from `edges` as the map takes them; NaN and below the first edge: nothing drawn.

    Without an edge (nothing stands out) the map carries no cell at all, and its legend still says on what it rests.
    """
    if not len(edges):
        edges, colours, values = (1.0,), colours[:1] or ("#b10026",), np.full(values.shape, np.nan)
    where: dict[str, Any] = {"west_m": place.west_m, "south_m": place.south_m, "size_m": place.size_m, "crs": place.crs}
    patch = density_patch(
        values, edges, colours, n=n, radius_m=radius_m or 0.0, unit=unit, period=period, illustrative=illustrative, **where
    )
    return {**patch, "radius_m": radius_m, "title": list(title)}


def shapes_patch(
    token: str, title: Text, about: Text, shapes: gpd.GeoDataFrame, classes: Sequence[ShapeClass], illustrative: bool
) -> dict[str, Any]:
    """Shapes as the map takes them; `token` says which, so that equal ones are not sent again.

    `shapes`: geometry in any system, code, name, name_en, kind (position in `classes`), and any of count, density, share, verdict as
    texts (`<field>_en` in English). Their outlines are sent as they are, without smoothing: they are edges of cells.
    """
    table = shapes.to_crs(STORED_CRS)
    kinds = dict(zip(table["code"], table["kind"], strict=True))
    plain = gpd.GeoDataFrame(table.drop(columns="kind"))
    part = {
        "tips": tip_titles(LAYER, plain.columns),
        "features": features(LAYER, plain, lambda row: {"kind": int(kinds[row["code"]])}),
    }
    text = json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode()
    named = [
        {"key": str(i), "title": list(c.title), "colour": c.colour, "pattern": c.pattern, "outline": c.outline}
        for i, c in enumerate(classes)
    ]
    packed = base64.b64encode(zlib.compress(text, 9)).decode()
    return {
        "named": [i for i, c in enumerate(classes) if c.named],
        "id": token,
        "title": list(title),
        "about": list(about),
        "classes": named,
        "illustrative": illustrative,
        "packed": packed,
    }
