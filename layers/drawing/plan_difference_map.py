"""Two plans on the web map: the beats of one, and the cells that another moves, with where from and where to."""

from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd

from layers.definition.fields import CODE, NAME, NAME_EN, count
from layers.definition.layer import Field, Layer, Style
from layers.definition.text import Text
from layers.drawing.web_map import Layers, MapBase, map_base
from layers.drawing.web_patch import plan_patch

PATCHED = "beats"
"""The key that the host fills feature by feature; its declaration here is the plan's own or that of the cells that move."""

MOVED = Layer(
    title=Text("换区网格", "Cells that move"),
    about="Cells that change their beat, filled in the colour of the new one, labelled with the beats from -> to.",
    group="plan",
    geometry="polygon",
    fields=(
        CODE,
        NAME,
        NAME_EN,
        Field("cell", Text("网格编码", "cell"), "Code of the cell.", in_tip=True),
        Field("before", Text("原警务区", "beat before"), "Number of the beat it leaves.", in_tip=True),
        Field("after", Text("新警务区", "beat after"), "Number of the beat it joins.", in_tip=True),
        Field("from_lead", Text("原责任民警", "officer before"), "Officer who answered for it.", in_tip=True),
        Field("to_lead", Text("新责任民警", "officer after"), "Officer who answers for it now.", in_tip=True),
        count("dwellings", Text("房屋", "dwellings"), "Dwellings in the cell.", Text("户", "dwellings"), in_tip=True),
    ),
    style=Style(fill_opacity=0.85, stroke="#b3261e", weight=2.4, dash="6 3", label_priority=5, order=24),
    kept="computed",
    on_at_start=True,
    counts_as=Text("个", "cells"),
)
_BORDERS = Layer(
    title=Text("新警务区界", "Borders after"),
    about="Outlines of the second plan's beats.",
    group="plan",
    geometry="polygon",
    fields=(CODE, NAME, NAME_EN),
    style=Style(fill=None, stroke="#1d2f4f", weight=2.2, label_priority=30, order=23),
    on_at_start=True,
    counts_as=Text("个", "beats"),
)
BORDERS: dict[str, Layer] = {
    "before": replace(
        _BORDERS,
        title=Text("原警务区界", "Borders before"),
        about="Outlines of the first plan's beats.",
        style=Style(fill=None, stroke="#8a5a1f", weight=3.0, dash="7 5", order=22),
    ),
    "after": _BORDERS,
}


@dataclass(frozen=True)
class PlanPicture:
    """A map as the browser takes it: what stands, and the beats or cells that are filled one by one."""

    base: MapBase
    plan: dict[str, Any]


def plan_picture(
    layers: Layers, water: gpd.GeoDataFrame, beats: gpd.GeoDataFrame, title: Text, status: Text, illustrative: bool
) -> PlanPicture:
    """A plan's beats by themselves, for a map beside another. Degrees; `beats`: code, name, name_en, colour, lead where seen."""
    chosen = {key: layers[key] for key in ("water", PATCHED)}
    base = map_base(chosen, _filled({"water": water}), computed=[PATCHED], illustrative=illustrative)
    return PlanPicture(base, _patch(chosen, beats, title, status, illustrative))


def difference_picture(
    layers: Layers,
    water: gpd.GeoDataFrame,
    moved: gpd.GeoDataFrame,
    before: gpd.GeoDataFrame,
    after: gpd.GeoDataFrame,
    title: Text,
    status: Text,
    illustrative: bool,
) -> PlanPicture:
    """The cells that move in the colour of their new beat, over the borders before (dashed) and after (whole). Degrees.

    `moved`: cell, name, name_en, before, after, colour, dwellings; from_lead and to_lead where they may be seen. Each is
    labelled "before → after", so that colour is not all there is to read.
    """
    chosen: dict[str, Layer] = {"water": layers["water"], **BORDERS, PATCHED: MOVED}
    numbered = after.assign(**{name: after["code"] + " " + after[name] for name in ("name", "name_en")})
    tables = _filled({"water": water, "before": before, "after": gpd.GeoDataFrame(numbered)})
    base = map_base(chosen, tables, computed=[PATCHED], illustrative=illustrative)
    labelled = moved.assign(code=[f"{old}→{new}" for old, new in zip(moved["before"], moved["after"], strict=True)])
    return PlanPicture(base, _patch(chosen, gpd.GeoDataFrame(labelled), title, status, illustrative))


def _patch(layers: Layers, table: gpd.GeoDataFrame, title: Text, status: Text, illustrative: bool) -> dict[str, Any]:
    colours = dict(zip(table["code"], table["colour"], strict=True))
    return plan_patch(layers, "compared", title, status, table, colours, illustrative=illustrative)


def _filled(tables: dict[str, gpd.GeoDataFrame]) -> dict[str, gpd.GeoDataFrame]:
    return {key: table for key, table in tables.items() if len(table)}
