"""The change sheet: what one plan changes against another on A3 paper, a map with its tables, then every cell that moves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import shapely
from matplotlib.backends.backend_pdf import PdfPages

from exporting.fonts import ASCENT, MM_PER_POINT, shortened, wrapped
from exporting.index_table import Column, IndexTable, Row, number_text
from exporting.map_view import MapView
from exporting.page import DRAWING, GREY, INK, Page, TextMark
from exporting.sheet_furniture import ILLUSTRATIVE, INTERNAL, draw_foot, draw_frame, draw_title
from exporting.sheet_layout import NAMES, PAPERS, Layout, Wording, chosen, fitting_scales, layout
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from layers.drawing.print_map import WATER_EDGE, WATER_FILL, MapPainter, shared_borders

TITLE = Text("警务区调整变更表", "Change of police beats")
OLD_LINE, NEW_LINE, MOVED_LINE = "#8a5a1f", "#14284b", "#b3261e"
OLD_DASH = (5.0, 3.0)
SAME_MM = 0.15  # lines nearer than that are one line on paper
STAYS_ALPHA = 0.25  # pale enough that the cells that move stand out, and still tells beats apart
NOTHING = Text("没有网格换区", "No cell changes its beat")

Fact = tuple[Text, str, str, Text]
"""A measure with its unit, its value before and after, and what that means in a word."""


@dataclass(frozen=True)
class ChangeContent:
    """What the sheet shows. Tables are in degrees with permitted columns only.

    `before`, `after`: code, name, name_en, colour, one row per beat. `moved`: cell, name, name_en, before, after, dwellings,
    colour, and from_lead, to_lead with their `_en` where staff may be seen. `officers`: name, name_en and per measure
    `_gained`, `_lost`; empty where staff may not be seen.
    """

    town: Text
    metric_crs: str
    before_title: Text
    after_title: Text
    before: gpd.GeoDataFrame
    after: gpd.GeoDataFrame
    moved: gpd.GeoDataFrame
    water: gpd.GeoDataFrame
    officers: pd.DataFrame
    facts: tuple[Fact, ...]
    about: tuple[Text, ...]
    illustrative: bool = False
    internal: bool = False


@dataclass(frozen=True)
class ChangeSheet:
    """The drawn pages: the map with what gains and loses, then the cells that move."""

    pages: tuple[Page, ...]
    title: Text
    scale: int

    @property
    def texts(self) -> tuple[TextMark, ...]:
        """Every piece of text on all pages."""
        return tuple(mark for page in self.pages for mark in page.marks)

    def to_bytes(self, format: str = "pdf", dpi: int = 300) -> bytes:
        """All pages as one PDF, or the first as a PNG. The same content gives the same bytes. Refused: another format."""
        format = chosen(format, dict.fromkeys(("pdf", "png")), Text("格式", "format"))
        out = BytesIO()
        if format == "png":
            self.pages[0].write(out, "png", dpi, {"Title": self.title.en})
            return out.getvalue()
        about = {"Title": f"{self.title.zh} {self.title.en}", "Creator": "Jingge", "CreationDate": None, "ModDate": None}
        with (
            DRAWING,
            mpl.rc_context({"pdf.fonttype": 42, "pdf.compression": 6, "path.simplify": False}),
            PdfPages(out, metadata=about) as book,
        ):
            for page in self.pages:
                book.savefig(page.figure)
        return out.getvalue()


def draw_change_sheet(content: ChangeContent, names: str = "both") -> ChangeSheet:
    """The sheet on A3, landscape, names in zh, en or both. Refused: unknown names; a plan without any beat that has cells."""
    wording = Wording(chosen(names, NAMES, Text("语言", "language")))
    if content.before.empty and content.after.empty:
        raise Refusal(Text("两个方案都没有警务区可画。", "Neither plan has a beat to draw."), Text("请先划分警务区。", "Draw beats first."))
    at = layout(PAPERS["A3"], "landscape")
    view = _view(content, at)
    first = Page(at.width_mm, at.height_mm)
    _title(first, at, content, wording)
    _draw_map(first, at, view, content)
    draw_frame(first, view, at.theme.small)
    draw_foot(first, at, view, wording)
    _panel(first, at, content, wording)
    more = tuple(_cell_pages(at, content, wording))
    return ChangeSheet((first, *more), Text(f"{content.town.zh}{TITLE.zh}", f"{content.town.en}: {TITLE.en}"), view.scale)


def _view(content: ChangeContent, at: Layout) -> MapView:
    bounds = np.array([table.to_crs(content.metric_crs).total_bounds for table in (content.before, content.after) if len(table)])
    (west, south), (east, north) = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
    scale = fitting_scales((float(east - west), float(north - south)), at.frame)[0]
    return MapView(content.metric_crs, scale, at.frame, (float(west + east) / 2, float(south + north) / 2))


def _title(page: Page, at: Layout, content: ChangeContent, wording: Wording) -> None:
    marks = [mark for mark, shown in ((ILLUSTRATIVE, content.illustrative), (INTERNAL, content.internal)) if shown]
    title = Text(f"{content.town.zh}{TITLE.zh}", f"{content.town.en}: {TITLE.en}")
    changes = Text(f"{content.before_title.zh} → {content.after_title.zh}", f"{content.before_title.en} → {content.after_title.en}")
    draw_title(page, at.title, title, changes, [], marks, wording, at.theme)


def _draw_map(page: Page, at: Layout, view: MapView, content: ChangeContent) -> None:
    painter, theme = MapPainter(page.axes, view.frame, at.theme.factor), at.theme
    page.box(view.frame, fill="white", z=0)
    old, new, moved, water = (_on_page(table, view) for table in (content.before, content.after, content.moved, content.water))
    for shape, colour in zip(new, content.after["colour"], strict=True):
        painter.area(shape, colour, 1, alpha=STAYS_ALPHA)
    for shape, colour in zip(moved, content.moved["colour"], strict=True):
        painter.area(shape, colour, 2, edge=MOVED_LINE, width_pt=1.1, hatch="///")
    for shape in water:
        painter.area(shape, WATER_FILL, 3, edge=WATER_EDGE, width_pt=0.35)
    borders, former = (shared_borders(shapes) if len(shapes) else shapely.MultiLineString() for shapes in (new, old))
    painter.lines([borders], NEW_LINE, 1.2, 4.0)
    painter.lines([shapely.difference(former, shapely.buffer(borders, SAME_MM))], OLD_LINE, 1.6, 4.1, OLD_DASH)
    stays = shapely.difference(new, shapely.union_all(moved)) if len(moved) else new
    for shape, rest, code in zip(new, stays, content.after["code"], strict=True):
        _write(page, view, shape if rest.is_empty else rest, str(code), theme.beat * 1.5, NEW_LINE)
    for shape, old_code, new_code in zip(moved, content.moved["before"], content.moved["after"], strict=True):
        _write(page, view, shape, f"{old_code}→{new_code}", theme.badge, MOVED_LINE)


def _on_page(table: gpd.GeoDataFrame, view: MapView) -> Any:
    return view.on_page(table.to_crs(view.crs).geometry.to_numpy()) if len(table) else np.empty(0, dtype=object)


def _write(page: Page, view: MapView, shape: Any, text: str, size_pt: float, colour: str) -> None:
    """In the middle of an area, where that lies on the map."""
    inner = shapely.maximum_inscribed_circle(shape, tolerance=0.3)
    x, y = shapely.get_coordinates(inner)[0]
    if shapely.box(*view.frame).contains(shapely.Point(x, y)):
        page.text(x, y - 0.35 * size_pt * MM_PER_POINT, text, size_pt, align="center", colour=colour, bold=True, halo="white", z=62)


def _panel(page: Page, at: Layout, content: ChangeContent, wording: Wording) -> None:
    """From the top: what the lines mean, the measures, the officers, and what the figures rest on."""
    x0, y0, x1, _ = at.panel
    y = _legend(page, at, content, wording) - 3
    for table in _panel_tables(at, content, wording):
        if y - table.height(x1 - x0) < y0:
            break
        y = table.draw(page, x0, y, x1 - x0) - 4
    size = at.theme.small
    lines = [line for text in content.about for each in wording.lines(text) for line in wrapped(each, x1 - x0, size)]
    for line in lines:
        y -= size * MM_PER_POINT * 1.25
        if y < y0:
            break
        page.text(x0, y, line, size, colour=GREY)


def _legend(page: Page, at: Layout, content: ChangeContent, wording: Wording) -> float:
    x0, _, x1, y = at.panel
    size = at.theme.body
    high = size * MM_PER_POINT * 1.45 * (2 if wording.names == "both" else 1)
    entries: tuple[tuple[dict[str, Any], Text], ...] = (
        ({"fill": "#e69e66", "edge": MOVED_LINE, "width_pt": 1.1, "hatch": "///"}, _moved_words(content)),
        ({"edge": NEW_LINE, "width_pt": 1.2}, Text("新警务区界与编号", "Borders and numbers of the beats after")),
        (
            {"edge": OLD_LINE, "width_pt": 1.5, "linestyle": (0, OLD_DASH)},
            Text("原警务区界（有变化处）", "Borders before, where they changed"),
        ),
    )
    for look, text in entries:
        page.box((x0 + 0.5, y - high + 1.2, x0 + 9, y - 0.6), z=41, **look)
        for i, line in enumerate(wording.lines(text)):
            baseline = y - (i + ASCENT) * size * MM_PER_POINT * 1.3 - 0.2
            page.text(x0 + 12, baseline, shortened(line, x1 - x0 - 12, size), size)
        y -= high + 0.8
    return y


def _moved_words(content: ChangeContent) -> Text:
    n = len(content.moved)
    return Text("换区网格 {n} 个（原→新）", "{n} cells that change their beat (before→after)").fill(n=n) if n else NOTHING


def _panel_tables(at: Layout, content: ChangeContent, wording: Wording) -> Iterable[IndexTable]:
    def lines(text: Text) -> tuple[str, ...]:
        return tuple(wording.lines(text)) or ("",)

    if content.facts:
        columns: tuple[Column, ...] = (
            Column(Text("指标", "Measure"), share=1.0),
            Column(Text("原", "Before"), number=True),
            Column(Text("新", "After"), number=True),
            Column(Text("评价", "Verdict")),
        )
        rows = tuple(Row((lines(title), (old,), (new,), lines(verdict))) for title, old, new, verdict in content.facts)
        yield IndexTable(Text("主要指标", "Main measures"), columns, rows, wording, at.theme, tight=0.6)
    changed = _changed(content.officers)
    if len(changed):
        columns = (Column(Text("民警", "Officer"), share=1.0), *(Column(title, number=True) for title in _GAINS.values()))
        rows = tuple(
            Row((lines(Text(row["name"], row["name_en"])), *((number_text(row[key]),) for key in _GAINS)))
            for row in changed.to_dict("records")
        )
        yield IndexTable(Text("各民警增减", "What each officer gains and loses"), columns, rows, wording, at.theme, tight=0.6)


_GAINS = {
    "cells_gained": Text("增网格", "Cells +"),
    "cells_lost": Text("减网格", "Cells −"),
    "dwellings_gained": Text("增户", "Homes +"),
    "dwellings_lost": Text("减户", "Homes −"),
}


def _changed(officers: pd.DataFrame) -> pd.DataFrame:
    if officers.empty or not set(_GAINS) <= set(officers):
        return officers.iloc[:0]
    return officers[(officers["cells_gained"] > 0) | (officers["cells_lost"] > 0)]


def _cell_pages(at: Layout, content: ChangeContent, wording: Wording) -> Iterable[Page]:
    """Every cell that moves: where from, where to, and who answers for its residents now; as many pages as it takes."""
    rows = list(_cell_rows(content, wording))
    left, bottom, right, top = at.paper.margin_mm, at.paper.margin_mm + 6, at.width_mm - at.paper.margin_mm, at.title[1] - 2
    number = 1
    while rows:
        fit = _fitting(rows, content, wording, at, right - left, top - bottom)
        page, number = Page(at.width_mm, at.height_mm), number + 1
        _title(page, at, content, wording)
        _cell_table(rows[:fit], content, wording, at).draw(page, left, top, right - left)
        page.text(right, at.paper.margin_mm, str(number), at.theme.body, align="right", colour=INK)
        rows = rows[fit:]
        yield page


def _fitting(rows: Sequence[Row], content: ChangeContent, wording: Wording, at: Layout, width: float, height: float) -> int:
    low, high = 1, len(rows)
    while low < high:
        middle = (low + high + 1) // 2
        if _cell_table(rows[:middle], content, wording, at).height(width) <= height:
            low = middle
        else:
            high = middle - 1
    return low


def _cell_table(rows: Sequence[Row], content: ChangeContent, wording: Wording, at: Layout) -> IndexTable:
    columns = [
        Column(Text("网格编码", "Cell")),
        Column(Text("名称", "Name"), share=1.4),
        Column(Text("户数", "Homes"), number=True),
        Column(Text("原警务区", "Beat before"), share=1.0),
        Column(Text("新警务区", "Beat after"), share=1.0),
    ]
    if "to_lead" in content.moved:
        columns += [Column(Text("原责任民警", "Officer before"), share=0.8), Column(Text("新责任民警", "New officer"), share=0.8)]
    return IndexTable(Text("换区网格明细", "The cells that change their beat"), tuple(columns), tuple(rows), wording, at.theme, tight=0.6)


def _cell_rows(content: ChangeContent, wording: Wording) -> Iterable[Row]:
    names = {
        side: {row.code: Text(f"{row.code} {row.name}", f"{row.code} {row.name_en}") for row in table.itertuples(index=False, name="Row")}
        for side, table in (("before", content.before), ("after", content.after))
    }
    for row in content.moved.drop(columns=content.moved.geometry.name).to_dict("records"):
        old, new = (names[side].get(row[side], Text(str(row[side]), str(row[side]))) for side in ("before", "after"))
        cells: list[tuple[str, ...]] = [
            (str(row["cell"]),),
            tuple(wording.lines(Text(str(row["name"]), str(row["name_en"])))),
            (number_text(row["dwellings"]),),
            tuple(wording.lines(old)),
            tuple(wording.lines(new)),
        ]
        if "to_lead" in row:
            cells += [tuple(wording.lines(Text(row[key], row[f"{key}_en"]))) for key in ("from_lead", "to_lead")]
        yield Row(tuple(cell or ("",) for cell in cells))
