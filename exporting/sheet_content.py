"""What a map sheet shows, as it is handed over (degrees, possibly with gaps) and as the drawing needs it (metres, clean)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from exporting.sheet_themes import THEMES, VARIANTS, SheetTheme, Variant
from layers import LAYERS
from layers.definition.crs import STORED_CRS, metric_zone
from layers.definition.refusal import Refusal, chosen
from layers.definition.text import Text
from layers.drawing.colour_classes import BEAT_COLOURS, MORE_BEAT_COLOURS, beat_colours

UNIT_LAYERS = ("communities", "villages")
NOTHING = Text("", "")
TOUCH_M = 1.0  # beats closer than this share a border even where a digitised edge leaves a hair of space


@dataclass(frozen=True, eq=False)
class ClassedAreas:
    """Areas by class, for the themes that show a number: `areas` has `level` (0 is the lowest class) and a geometry.

    `spans`: what the legend says beside each class, lowest first. `words`: what the legend must state (n, period, radius, caution).
    """

    title: Text
    areas: gpd.GeoDataFrame
    spans: tuple[str, ...]
    words: tuple[Text, ...] = ()


@dataclass(frozen=True, eq=False)
class PlanChange:
    """What a plan changes: `before`, its old beats (code, geometry); `moved`, the cells that change hands (cell, name, before, after)."""

    title: Text
    before: gpd.GeoDataFrame
    moved: gpd.GeoDataFrame


@dataclass(frozen=True)
class SheetContent:
    """What to print. Nothing is computed from persons; what a reader may not see is left out before it comes here.

    `layers`: tables by the keys of `layers.LAYERS`, longitude and latitude of EPSG:4490 (any CRS that is stated will do).
    `beats` may carry lead, lead_en, cells, dwellings, persons, area_km2, incidents_year, units_zh, units_en, colour.
    `focus`: codes of the beats that the sheet is about; empty for the whole town.
    `theme`, `variant`: keys of THEMES and VARIANTS; `classes` goes with hotspots and workload, `change` with change.
    `extent`: west, south, east, north in degrees, to print just this part; None for the whole of the subject.
    `printed`: who printed it, when and for what, in the margin; `watermark`: pale across the map.
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
    theme: str = "beats"
    variant: str = "colour"
    classes: ClassedAreas | None = None
    change: PlanChange | None = None
    extent: tuple[float, float, float, float] | None = None
    public: bool = False
    review_number: str = ""
    printed: Text = NOTHING
    watermark: Text = NOTHING


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
    """Fill of every beat, as printed."""
    unit_colours: dict[str, str] = field(default_factory=dict)
    notes: tuple[Text, ...] = field(default=())
    theme: SheetTheme = THEMES["beats"]
    variant: Variant = VARIANTS["colour"]
    classes: ClassedAreas | None = None
    change: PlanChange | None = None
    part: Any = None
    """The wished part of the ground, where the sheet shows only that."""
    said: str = ""
    """Words of the title; a name that it holds is not written again on the map."""

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

    Refused: a table that states no CRS; a layer key that does not exist; no beat, unit or cell at all; a focus that no beat has;
    a part that does not show the town.
    """
    _known(content)
    tables, notes = _in_metres(content)
    town = _town(tables)
    beats = tables.get("beats", _EMPTY)
    if len(beats):
        beats = beats.assign(code=[word(code) for code in beats["code"]]).sort_values("code", kind="stable").reset_index(drop=True)
    subject = _subject(beats, content.focus, town)
    parts = [tables[key].assign(kind=key) for key in UNIT_LAYERS if key in tables]
    units = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True)) if parts else _EMPTY.assign(kind="")
    theme, variant = _theme(content), VARIANTS[chosen(content.variant, VARIANTS, Text("配色", "colouring"))]
    crs = _crs(content)
    return SheetData(
        crs=crs,
        tables=tables,
        beats=beats,
        units=units,
        town=town,
        subject=subject,
        colours=fills_of(beats, content.focus, theme, variant),
        unit_colours=_unit_colours(units, variant) if theme.fill == "units" else {},
        notes=tuple(notes),
        theme=theme,
        variant=variant,
        classes=replace(content.classes, areas=content.classes.areas.to_crs(crs)) if content.classes is not None else None,
        change=_change(content.change, crs),
        part=_part(content.extent, crs, town),
        said=content.title.zh,
    )


def _theme(content: SheetContent) -> SheetTheme:
    key = chosen(content.theme, THEMES, Text("专题", "theme"))
    lacking = {"classes": content.classes is None, "moved": content.change is None}
    if lacking.get(THEMES[key].fill):
        raise Refusal(
            Text("专题“{title}”没有可画的数据。", "There is nothing to draw for the theme '{title}'.").fill(title=THEMES[key].title),
            Text("请先选择要比较的方案、时段或指标。", "Choose the plan to compare with, the period or the measure first."),
        )
    return THEMES[key]


def _change(change: PlanChange | None, crs: str) -> PlanChange | None:
    if change is None:
        return None
    return replace(change, before=change.before.to_crs(crs), moved=change.moved.to_crs(crs) if len(change.moved) else change.moved)


def _part(extent: tuple[float, float, float, float] | None, crs: str, town: Any) -> Any:
    """The wished part in metres. Refused: one that is empty or nowhere near the town."""
    if extent is None:
        return None
    west, south, east, north = extent
    if west < east and south < north:
        part = shapely.box(*Transformer.from_crs(STORED_CRS, crs, always_xy=True).transform_bounds(*extent))
        if part.intersects(town):
            return part
    raise Refusal(
        Text("所选范围内没有本辖区。", "The chosen part does not show the town."),
        Text("请把地图移回辖区后再打印。", "Move the map back to the town, then print."),
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


def fills_of(beats: gpd.GeoDataFrame, focus: tuple[str, ...], theme: SheetTheme, variant: Variant) -> dict[str, str]:
    """The printed fill of every beat: by neighbourhood, by lead, or pale where something else is the theme; light for those in focus."""
    if not len(beats):
        return {}
    codes = list(beats["code"])
    if theme.fill not in ("beats", "officers"):
        return dict.fromkeys(codes, variant.pale)
    if theme.fill == "officers" and "lead" in beats:
        keys = [word(lead) or code for lead, code in zip(beats["lead"], codes, strict=True)]
        by_lead = four_colours(keys, beats.geometry.to_numpy())
        return {code: variant.fill(by_lead[key]) for code, key in zip(codes, keys, strict=True)}
    return {code: _own_fill(colour, variant) for code, colour in _fills(beats, focus).items()}


def _own_fill(colour: str, variant: Variant) -> str:
    """The variant's fill for a colour of our sets; a person's own colour is kept where colours are."""
    known = any(colour in fills for fills in (*BEAT_COLOURS.values(), MORE_BEAT_COLOURS))
    return variant.fill(colour if known or not variant.turn else BEAT_COLOURS[4][sum(map(ord, colour)) % 4])


def _unit_colours(units: gpd.GeoDataFrame, variant: Variant) -> dict[str, str]:
    codes = [str(code) for code in units["code"]] if len(units) else []
    return {code: variant.fill(colour) for code, colour in four_colours(codes, units.geometry.to_numpy()).items()} if codes else {}


def _fills(beats: gpd.GeoDataFrame, focus: tuple[str, ...]) -> dict[str, str]:
    """The fills that the table brings, else four colours by neighbourhood, the lightest first for the beats in focus."""
    if not focus and "colour" in beats and all(word(colour) for colour in beats["colour"]):
        return dict(zip(beats["code"], beats["colour"], strict=True))
    codes, shapes = list(beats["code"]), beats.geometry.to_numpy()
    return four_colours(codes, shapes) | (four_colours(codes, shapes, only=focus) if focus else {})


def four_colours(keys: list[str], shapes: Any, only: tuple[str, ...] = ()) -> dict[str, str]:
    """A colour of BEAT_COLOURS per key such that no two keys whose areas (metres) touch share one; areas of one key share theirs."""
    tree = shapely.STRtree(shapes)
    left, right = tree.query(shapes, predicate="dwithin", distance=TOUCH_M)
    pairs = [(a, b) for a, b in zip(left, right, strict=True) if a < b and keys[a] != keys[b]]
    touching = [(keys[a], keys[b]) for a, b in pairs if shapes[a].buffer(TOUCH_M).intersection(shapes[b]).area > 10 * TOUCH_M**2]
    sizes: dict[str, float] = {}
    for key, area in zip(keys, shapely.area(shapes), strict=True):
        sizes[key] = sizes.get(key, 0.0) + float(area)
    return beat_colours(touching, only or keys, sizes)
