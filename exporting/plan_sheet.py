"""The change sheet: what one plan changes against another on A3 paper, a map with its tables, then every cell that moves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import product
from typing import Any

import pandas as pd

from exporting.drawn_sheet import Sheet
from exporting.fonts import ASCENT, MM_PER_POINT, wrapped
from exporting.index_table import Column, IndexTable, Row, number_text
from exporting.map_sheet import draw_sheet, sheet_marks
from exporting.page import GREY, INK, Page
from exporting.sheet_content import SheetContent
from exporting.sheet_furniture import draw_title
from exporting.sheet_layout import NAMES, PAPERS, Layout, Theme, Wording, layout
from exporting.sheet_panel import GAP_MM, Panel, Told
from layers.definition.refusal import Refusal, chosen
from layers.definition.text import Text

TITLE = Text("警务区调整变更表", "Change of police beats")
NOTHING = Text("没有网格换区", "No cell changes its beat")

Fact = tuple[Text, str, str, Text]
"""A measure with its unit, its value before and after, and what that means in a word."""


@dataclass(frozen=True)
class ChangeContent:
    """What the sheet shows, with permitted columns only.

    `sheet`: as for a map sheet of theme "change" with title, subtitle and marks; its beats are those after, and its moved cells
    carry from_lead, to_lead with their `_en` where staff may be seen. `officers`: name, name_en and per measure `_gained`,
    `_lost`; empty where staff may not be seen.
    """

    sheet: SheetContent
    officers: pd.DataFrame
    facts: tuple[Fact, ...]
    about: tuple[Text, ...]


def draw_change_sheet(content: ChangeContent, names: str = "both") -> Sheet:
    """The sheet on A3, landscape, names in zh, en or both: the map, then the cells that move.

    Refused: unknown names; a plan without any beat that has cells; what `draw_sheet` refuses.
    """
    wording = Wording(chosen(names, NAMES, Text("语言", "language")))
    sheet, change = content.sheet, content.sheet.change
    if change is None or (change.before.empty and sheet.layers["beats"].empty):
        raise Refusal(Text("两个方案都没有警务区可画。", "Neither plan has a beat to draw."), Text("请先划分警务区。", "Draw beats first."))

    panel = partial(ChangePanel, officers=content.officers, facts=content.facts, about=content.about)
    drawn = draw_sheet(sheet, "A3", "landscape", names, panel=panel)
    at = layout(PAPERS["A3"], "landscape")
    pages = tuple(_cell_pages(at, content, wording, 2 + len(drawn.further)))
    return replace(drawn, further=(*drawn.further, *pages))


@dataclass(frozen=True)
class Remarks:
    """Lines of small print, one below the other."""

    texts: tuple[Text, ...]
    wording: Wording
    theme: Theme

    def _lines(self, width: float) -> list[str]:
        return [line for text in self.texts for each in self.wording.lines(text) for line in wrapped(each, width, self.theme.small)]

    def height(self, width: float) -> float:
        """Height in mm."""
        return len(self._lines(width)) * self.theme.small * MM_PER_POINT * 1.22

    def draw(self, page: Page, x: float, top: float, width: float) -> float:
        """Draw it down from `top`; returns where it ends."""
        for line in self._lines(width):
            page.text(x, top - ASCENT * self.theme.small * MM_PER_POINT, line, self.theme.small, colour=GREY)
            top -= self.theme.small * MM_PER_POINT * 1.22
        return top


@dataclass(frozen=True)
class ChangePanel(Panel):
    """Beside the map: the measures, the officers, what letters and lines mean, and what the figures rest on."""

    officers: pd.DataFrame = field(default_factory=pd.DataFrame)
    facts: tuple[Fact, ...] = ()
    about: tuple[Text, ...] = ()

    def draw(self, page: Page, at: Layout, legend: tuple[str, ...], key: list[tuple[str, Text]], enlarged: bool) -> Told:
        """Draw all of it; what does not fit comes back whole, for pages that follow."""
        x0, y0, x1, y = at.panel
        width, theme = x1 - x0, self.paper.theme
        n = len(self.content.change.moved) if self.content.change is not None else 0
        moved = Text("换区网格 {n} 个（原→新）", "{n} cells that change their beat (before→after)").fill(n=n) if n else NOTHING
        numbers, told = self._key(key, width, 0.25 * (y - y0))
        remarks = Remarks((*self.about, self.content.source), self.wording, theme)
        fixed: list[Any] = [Remarks((moved,), self.wording, replace(theme, small=theme.body)), *numbers, self._legend(legend, 3), remarks]
        room = y - y0 - sum(block.height(width) + GAP_MM for block in fixed)
        tables: list[IndexTable] = []
        leading = replace(self.wording, names=self.wording.language)
        for of_facts, of_officers in product((self.wording, leading), repeat=2):
            tables = [*_measures(self.facts, of_facts, theme), *_gains(self.officers, of_officers, theme)]
            if sum(table.height(width) + GAP_MM for table in tables) <= room:
                break
        while tables and sum(table.height(width) + GAP_MM for table in tables) > room:
            note = Text("“{what}”在图旁放不下，见 PDF 第 2 页起。", "'{what}' has no room beside the map: from page 2 of the PDF.")
            told = Told((note.fill(what=tables[-1].heading),), (tables.pop(),)) + told
        for block in [fixed[0], *tables, *fixed[1:]]:
            y = block.draw(page, x0, y, width) - GAP_MM
        return told


def _lines(text: Text, wording: Wording) -> tuple[str, ...]:
    return tuple(wording.lines(text)) or ("",)


def _measures(facts: tuple[Fact, ...], wording: Wording, theme: Theme) -> Iterable[IndexTable]:
    if facts:
        columns: tuple[Column, ...] = (
            Column(Text("指标", "Measure"), share=1.0),
            Column(Text("原", "Before"), number=True),
            Column(Text("新", "After"), number=True),
            Column(Text("评价", "Verdict")),
        )
        rows = tuple(Row((_lines(title, wording), (old,), (new,), _lines(verdict, wording))) for title, old, new, verdict in facts)
        yield IndexTable(Text("主要指标", "Main measures"), columns, rows, wording, theme, tight=0.6)


def _gains(officers: pd.DataFrame, wording: Wording, theme: Theme) -> Iterable[IndexTable]:
    changed = _changed(officers)
    if len(changed):
        columns = (Column(Text("民警", "Officer"), share=1.0), *(Column(title, number=True) for title in _GAINS.values()))
        rows = tuple(
            Row((_lines(Text(row["name"], row["name_en"]), wording), *((number_text(row[key]),) for key in _GAINS)))
            for row in changed.to_dict("records")
        )
        yield IndexTable(Text("各民警增减", "What each officer gains and loses"), columns, rows, wording, theme, tight=0.6)


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


def _cell_pages(at: Layout, content: ChangeContent, wording: Wording, number: int) -> Iterable[Page]:
    """Every cell that moves: where from, where to, and who answers for its residents now; as many pages as it takes."""
    rows = list(_cell_rows(content, wording))
    left, bottom, right, top = at.paper.margin_mm, at.paper.margin_mm + 6, at.width_mm - at.paper.margin_mm, at.title[1] - 2
    while rows:
        fit = _fitting(rows, content, wording, at, right - left, top - bottom)
        page, sheet = Page(at.width_mm, at.height_mm), content.sheet
        draw_title(page, at.title, sheet.title, sheet.subtitle, [], sheet_marks(sheet), wording, at.theme)
        _cell_table(rows[:fit], content, wording, at).draw(page, left, top, right - left)
        page.text(right, at.paper.margin_mm, str(number), at.theme.body, align="right", colour=INK)
        rows, number = rows[fit:], number + 1
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
    if content.sheet.change is not None and "to_lead" in content.sheet.change.moved:
        columns += [Column(Text("原责任民警", "Officer before"), share=0.8), Column(Text("新责任民警", "New officer"), share=0.8)]
    return IndexTable(Text("换区网格明细", "The cells that change their beat"), tuple(columns), tuple(rows), wording, at.theme, tight=0.6)


def _cell_rows(content: ChangeContent, wording: Wording) -> Iterable[Row]:
    change = content.sheet.change
    if change is None:
        return
    names = {
        side: {row.code: Text(f"{row.code} {row.name}", f"{row.code} {row.name_en}") for row in table.itertuples(index=False, name="Row")}
        for side, table in (("before", change.before), ("after", content.sheet.layers["beats"]))
    }
    for row in change.moved.drop(columns=change.moved.geometry.name).to_dict("records"):
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
