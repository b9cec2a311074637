"""What a map sheet shows, as it is handed over (degrees, possibly with gaps) and as the drawing needs it (metres, clean)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers import LAYERS
from layers.definition.crs import metric_zone
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from layers.drawing.colour_classes import beat_colours

UNIT_LAYERS = ("communities", "villages")
NOTHING = Text("", "")
PALE, WHITE_SHARE = 0.7, 0.35
TOUCH_M = 1.0  # beats closer than this share a border even where a digitised edge leaves a hair of space


@dataclass(frozen=True)
class SheetContent:
    """What to print. Nothing is computed from persons; what a reader may not see is left out before it comes here.

    `layers`: tables by the keys of `layers.LAYERS`, longitude and latitude of EPSG:4490 (any CRS that is stated will do).
    `beats` may carry lead, lead_en, cells, dwellings, persons, area_km2, incidents_year, units_zh, units_en, colour.
    `focus`: codes of the beats that the sheet is about; empty for the whole town.
    """

    town: Text
    layers: Mapping[str, gpd.GeoDataFrame]
    town_code: str = ""
    metric_crs: str = ""
    station: Text = NOTHING
    title: Text = NOTHING
    subtitle: Text = NOTHING
    plan: Text = NOTHING
    as_of: str = ""
    source: Text = NOTHING
    maker: Text = NOTHING
    illustrative: bool = False
    internal: bool = False
    focus: tuple[str, ...] = ()


@dataclass(frozen=True)
class SheetData:
    """Tables in metres of `crs`, without empty rows or empty tables; the town, what the sheet is about, and the beats' fills."""

    crs: str
    tables: dict[str, gpd.GeoDataFrame]
    beats: gpd.GeoDataFrame
    units: gpd.GeoDataFrame
    town: Any
    subject: Any
    colours: dict[str, str]
    notes: tuple[Text, ...] = field(default=())

    def table(self, key: str) -> gpd.GeoDataFrame:
        """The layer's table, empty when it is not on the sheet."""
        return self.tables.get(key, _EMPTY)


_EMPTY = gpd.GeoDataFrame({"code": [], "name": [], "name_en": []}, geometry=[])


def word(value: object) -> str:
    """A cell of a table as text, empty for nothing at all."""
    return "" if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)) else str(value).strip()


def name_of(row: Any) -> Text:
    """A row's name in both languages; the one stands in for the other where it is missing."""
    fields = row if isinstance(row, pd.Series) else row._asdict()  # a Series keeps its index label under `.name`
    chinese, english = word(fields.get("name")), word(fields.get("name_en"))
    return Text(chinese or english, english or chinese)


def lead_of(row: Any) -> Text:
    """A beat's lead in both languages, empty where there is none; the one stands in for the other."""
    fields = row if isinstance(row, pd.Series) else row._asdict()
    chinese, english = word(fields.get("lead")), word(fields.get("lead_en"))
    return Text(chinese or english, english or chinese) if chinese else NOTHING


def prepared(content: SheetContent) -> SheetData:
    """The content made ready to be drawn.

    Refused: a table that states no CRS; a layer key that does not exist; no beat, unit or cell at all; a focus that no beat has.
    """
    _known(content)
    tables, notes = _in_metres(content)
    town = _town(tables)
    beats = tables.get("beats", _EMPTY)
    if len(beats):
        beats = beats.assign(code=[word(code) for code in beats["code"]]).sort_values("code", kind="stable").reset_index(drop=True)
    subject = _subject(beats, content.focus, town)
    units = [tables[key].assign(kind=key) for key in UNIT_LAYERS if key in tables]
    return SheetData(
        crs=_crs(content),
        tables=tables,
        beats=beats,
        units=gpd.GeoDataFrame(pd.concat(units, ignore_index=True)) if units else _EMPTY.assign(kind=""),
        town=town,
        subject=subject,
        colours=_colours(beats, content.focus),
        notes=tuple(notes),
    )


def _known(content: SheetContent) -> None:
    strangers = [key for key in content.layers if key not in LAYERS]
    if strangers:
        raise Refusal(
            Text("没有图层“{key}”。", "There is no layer '{key}'.").fill(key=strangers[0][:40]),
            Text("可用图层：{known}。", "The layers are: {known}.").fill(known=", ".join(LAYERS)),
        )
    for key, table in content.layers.items():
        if len(table) and table.crs is None:
            raise Refusal(
                Text("图层 {key} 没有坐标系。", "Layer {key} states no coordinate system.").fill(key=key),
                Text("请先为数据设定 EPSG:4490。", "Give the data EPSG:4490 first."),
            )


def _crs(content: SheetContent) -> str:
    if content.metric_crs:
        return content.metric_crs
    bounds = [table.to_crs("EPSG:4490").total_bounds for table in content.layers.values() if len(table)]
    return metric_zone(float(np.nanmean([[box[0], box[2]] for box in bounds]))) if bounds else "EPSG:4546"


def _in_metres(content: SheetContent) -> tuple[dict[str, gpd.GeoDataFrame], list[Text]]:
    tables: dict[str, gpd.GeoDataFrame] = {}
    notes: list[Text] = []
    crs = _crs(content)
    for key in (key for key in LAYERS if key in content.layers):
        table = content.layers[key]
        drawn = ~(table.geometry.isna() | table.geometry.is_empty) if len(table) else []
        lost = len(table) - int(np.sum(drawn))
        if lost:
            notes.append(
                Text("{layer}：{n} 行没有图形，未绘出。", "{layer}: {n} rows have no geometry and are not drawn.").fill(
                    layer=LAYERS[key].title, n=lost
                )
            )
        if len(table) > lost:
            kept = table[drawn].reset_index(drop=True).to_crs(crs)
            if LAYERS[key].geometry == "polygon":
                kept = kept.set_geometry(kept.geometry.make_valid())
            tables[key] = kept if "code" in kept else kept.assign(code=[str(i + 1) for i in range(len(kept))])
    return tables, notes


def _town(tables: dict[str, gpd.GeoDataFrame]) -> Any:
    for keys in (("grid_cells",), UNIT_LAYERS, ("beats",)):
        parts = [geometry for key in keys if key in tables for geometry in tables[key].geometry]
        if parts:
            whole = shapely.union_all(np.asarray(parts, dtype=object), grid_size=0.01)
            if whole.area > 0:
                return whole
    raise Refusal(
        Text("没有警务区、社区、行政村或网格可画。", "There is no beat, community, village or cell to draw."),
        Text("请先导入辖区图层。", "Import the layers of the town first."),
    )


def _subject(beats: gpd.GeoDataFrame, focus: tuple[str, ...], town: Any) -> Any:
    if not focus:
        return town
    chosen = beats[beats["code"].isin(focus)]
    if chosen.empty:
        raise Refusal(
            Text("没有警务区 {codes}。", "There is no beat {codes}.").fill(codes=", ".join(focus[:5])),
            Text("请选择方案中的警务区。", "Choose a beat of the plan."),
        )
    return chosen.geometry.union_all()


def on_paper(colour: str) -> str:
    """A fill as it is printed: a third of white in the deeper ones, so that names read well on them."""
    if colour_value(colour) >= PALE:
        return colour
    red, green, blue = (round(int(colour[at : at + 2], 16) * (1 - WHITE_SHARE) + 255 * WHITE_SHARE) for at in (1, 3, 5))
    return f"#{red:02x}{green:02x}{blue:02x}"


def colour_value(colour: str) -> float:
    """Luma of a colour #rrggbb from 0 (black) to 1 (white), weights of Rec. 601."""
    return sum(weight * int(colour[at : at + 2], 16) for at, weight in ((1, 0.299), (3, 0.587), (5, 0.114))) / 255


def _colours(beats: gpd.GeoDataFrame, focus: tuple[str, ...]) -> dict[str, str]:
    return {code: on_paper(colour) for code, colour in _fills(beats, focus).items()}


def _fills(beats: gpd.GeoDataFrame, focus: tuple[str, ...]) -> dict[str, str]:
    """The fills that the table brings, else four colours by neighbourhood, the lightest first for the beats in focus."""
    if not len(beats):
        return {}
    if "colour" in beats and all(word(colour) for colour in beats["colour"]):
        return dict(zip(beats["code"], beats["colour"], strict=True))
    shapes = beats.geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    left, right = tree.query(shapes, predicate="dwithin", distance=TOUCH_M)
    codes = list(beats["code"])
    pairs = [(a, b) for a, b in zip(left, right, strict=True) if a < b]
    touching = [(codes[a], codes[b]) for a, b in pairs if shapes[a].buffer(TOUCH_M).intersection(shapes[b]).area > 10 * TOUCH_M**2]
    sizes = dict(zip(codes, beats.area, strict=True))
    return beat_colours(touching, codes, sizes) | (beat_colours(touching, focus, sizes) if focus else {})
