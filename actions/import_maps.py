"""What an import found, on a map: flaws by number, outlines before and after a repair, where each datum would put known places."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from actions.caller import Caller
from actions.import_layer import ImportPreview
from layers import LAYERS
from layers.definition.crs import DATUMS, STORED_CRS, Datum, to_wgs84
from layers.definition.fields import CODE, NAME, NAME_EN
from layers.definition.layer import Field, Geometry, Group, Layer, Style
from layers.definition.text import Text
from layers.drawing.web_map import MapBase, map_base

SHIFT_DEG = 0.008  # BD-09 is up to so far off
NEAR_DEG = 0.5
FENCE = 3.0
FINE_M = 0.1  # a repair moves borders by metres, so nothing of them may be smoothed away
AROUND = ("water", "communities", "villages")
"""Layers of the town that tell where one is."""


def _layer(title: Text, about: str, geometry: Geometry, style: Style, group: Group = "risk", *more: Field) -> Layer:
    return Layer(title, about, group, geometry, (CODE, NAME, NAME_EN, *more), style, on_at_start=True)


def _points(colour: str, symbol: str, order: int, label_priority: int | None) -> Style:
    return Style(colour, 1.0, "#ffffff", 1.5, symbol=symbol, size=8, label_priority=label_priority, order=order)


SIZE = Field("size", Text("大小", "size"), "How large the flaw is, in square metres or metres.", in_tip=True)
WHAT = Field("what", Text("问题", "flaw"), "What is wrong here.", in_tip=True)

MARKS: Mapping[str, Layer] = {
    "import_before": _layer(
        Text("修补前", "Before the repair"), "Outlines as the file has them.", "polygon", Style(None, 0, "#c2410c", 2.6, order=24), "areas"
    ),
    "import_after": _layer(
        Text("修补后", "After the repair"),
        "Outlines as they would be taken over.",
        "polygon",
        Style("#12557d", 0.06, "#12557d", 1.6, dash="6 4", order=25),
        "areas",
    ),
    "import_flaws": _layer(
        Text("边界问题", "Flaws"), "Where borders have flaws.", "point", _points("#b91c1c", "circle", 70, 1), "risk", WHAT, SIZE
    ),
    "import_as_read": _layer(
        Text("按文件原样", "As read"), "Where the file's numbers put a place.", "point", _points("#c2410c", "triangle", 71, 3), "risk"
    ),
    "import_shifted": _layer(
        Text("换算后", "As shifted"), "Where the datum would put it.", "point", _points("#12557d", "square", 72, 4), "risk"
    ),
    "import_gcj02": _layer(
        Text("若来自高德、腾讯", "If from AMap or Tencent"),
        "Where GCJ-02 would put it.",
        "point",
        _points("#12557d", "square", 72, None),
        "risk",
    ),
    "import_bd09": _layer(
        Text("若来自百度", "If from Baidu"), "Where BD-09 would put it.", "point", _points("#6d28d9", "diamond", 73, None), "risk"
    ),
    "import_in_town": _layer(
        Text("辖区中的位置", "As the town has it"), "Where the town has it.", "point", _points("#15803d", "star", 73, 2), "places"
    ),
}
"""What is drawn only during an import, over the layers of the town."""


def datum_map(caller: Caller, preview: ImportPreview) -> MapBase | None:
    """Each place that the town knows three times: as read, as the guessed datum would put it, as the town has it.

    None without such places, or where nothing speaks for a shift.
    """
    caller.must("import_layer")
    pairs = preview.datum_pairs
    if not len(pairs) or (pairs["read_lon"].eq(pairs["shifted_lon"]) & pairs["read_lat"].eq(pairs["shifted_lat"])).all():
        return None
    ways = {"import_as_read": "read", "import_shifted": "shifted", "import_in_town": "town"}
    tables = {
        key: _named([str(name) for name in pairs["name"]], shapely.points(pairs[f"{way}_lon"], pairs[f"{way}_lat"]))
        for key, way in ways.items()
    }
    return _drawn(caller, tables)


def datum_counts(preview: ImportPreview) -> pd.DataFrame:
    """Rows that each datum would put outside the town, and outside the unit they name: datum, outside, away (None where no
    row names one); empty where not counted."""
    guess = preview.report.choices.get("datum_guess") or {}
    outside, away = guess.get("outside_town") or {}, guess.get("outside_their_unit") or {}
    rows = [(datum, outside[datum], away.get(datum)) for datum in DATUMS if datum in outside]
    return pd.DataFrame(rows, columns=["datum", "outside", "away"])


def readings_map(caller: Caller, preview: ImportPreview) -> MapBase | None:
    """Some of the points under each of the three datums among the units; None unless `datum_counts` has rows."""
    caller.must("import_layer")
    if preview.places is None or not len(datum_counts(preview)):
        return None
    keys: dict[Datum, str] = {"wgs84": "import_as_read", "gcj02": "import_gcj02", "bd09": "import_bd09"}
    numbers = [str(number) for number in range(1, len(preview.places) + 1)]
    lon, lat = preview.places.T
    return _drawn(caller, {key: _named(numbers, shapely.points(*to_wgs84(datum, lon, lat))) for datum, key in keys.items()})


def readings_bounds(caller: Caller, preview: ImportPreview) -> tuple[float, float, float, float]:
    """What `readings_map` is to show: west, south, east, north of the town and of the points, but for those that lie far off.

    Near the town is within half a degree. Where no point is, or there is no town: within three quartile distances of the quartiles.
    """
    caller.must("import_layer")
    assert preview.places is not None
    model, points = caller.model, preview.places
    areas = model.units if len(model.units) else model.cells
    town = areas.total_bounds if len(areas) else None
    shown = np.zeros(len(points), bool)
    if town is not None:
        shown = ((points >= town[:2] - NEAR_DEG) & (points <= town[2:] + NEAR_DEG)).all(axis=1)
    if not shown.any():
        low, high = np.quantile(points, (0.25, 0.75), axis=0)
        reach = np.maximum(FENCE * (high - low), NEAR_DEG)
        shown = ((points >= low - reach) & (points <= high + reach)).all(axis=1)
    corners = np.vstack([points[shown] - SHIFT_DEG, points[shown] + SHIFT_DEG, *([] if town is None else [town.reshape(2, 2)])])
    (west, south), (east, north) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    return west, south, east, north


def flaws(preview: ImportPreview) -> gpd.GeoDataFrame:
    """The flaws of the borders, worst first as the check gives them, numbered from 1 in `code`; empty when there are none."""
    found = preview.flaws
    if found is None or not len(found):
        return gpd.GeoDataFrame({"code": [], "name": [], "name_en": []}, geometry=[], crs=STORED_CRS)
    numbers = [str(number) for number in range(1, len(found) + 1)]
    return found.reset_index(drop=True).assign(code=numbers, name=numbers, name_en=numbers)


def flaws_map(caller: Caller, preview: ImportPreview, table: gpd.GeoDataFrame) -> MapBase | None:
    """The flaws (`flaws`) as numbered points over the town and what the file brings; None without any."""
    caller.must("import_layer")
    if not len(table):
        return None
    points = table.assign(what=table["title_zh"], what_en=table["title_en"], size=table["size"].map(str))
    shown = {"import_flaws": points[["code", "name", "name_en", "what", "what_en", "size", "geometry"]]}
    rows = preview.rows if preview.rows is not None else preview.drawn
    if preview.kind.key in LAYERS and isinstance(rows, gpd.GeoDataFrame) and len(rows):
        units = {key: preview.also[key] for key in preview.report.choices.get("units_parted", ())}
        shown = {preview.kind.key: rows, **units, **shown}
    return _drawn(caller, shown)


def repair_map(caller: Caller, preview: ImportPreview) -> MapBase | None:
    """Both outlines over each other, nothing smoothed: the file's, and the mended ones; None when nothing was mended."""
    caller.must("import_layer")
    repair = preview.repair
    if repair is None or not len(repair.after):
        return None
    tables = {"import_before": repair.before, "import_after": repair.after}
    return map_base(dict(MARKS), tables, illustrative=caller.model.town.illustrative, tolerance_m=FINE_M)


def _drawn(caller: Caller, tables: Mapping[str, gpd.GeoDataFrame]) -> MapBase:
    model = caller.model
    around = {key: model.layers[key] for key in AROUND if key not in tables and len(model.layers[key])}
    shown = {**LAYERS, **MARKS}
    shown |= {key: replace(shown[key], on_at_start=True) for key in tables}
    return map_base(shown, {**around, **tables}, illustrative=model.town.illustrative)


def _named(names: list[str], points: Any) -> gpd.GeoDataFrame:
    codes = [str(number) for number in range(1, len(names) + 1)]
    return gpd.GeoDataFrame({"code": codes, "name": names, "name_en": names}, geometry=points, crs=STORED_CRS)
