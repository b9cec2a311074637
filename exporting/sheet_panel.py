"""The part of the sheet beside or below the map: index, classes, key to letters, legend, locator and small print."""

from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from exporting.fonts import MM_PER_POINT, shortened
from exporting.index_pages import cut, parts_of
from exporting.index_table import IndexTable
from exporting.number_key import NumberKey
from exporting.page import GREY, Page
from exporting.sheet_blocks import ClassLegend, Legend, SmallPrint, legend_keys
from exporting.sheet_content import SheetContent, SheetData, lead_of, name_of
from exporting.sheet_layout import Layout, PaperSize, Theme, Wording, layout
from exporting.sheet_tables import balance_table, beat_table, cell_table, moved_table, place_table, unit_table
from layers.definition.text import Text

GAP_MM = 3.5
LARGEST = 1.4  # of the smallest letters: a table may grow so far where there is room
MOST_KEY = 0.4  # of the panel of an upright page
HIGHEST_SHARE = 0.42  # of an upright page, for all that is not the map


@dataclass(frozen=True)
class Told:
    """What a reader must be told, and the blocks that were cut, whole."""

    notes: tuple[Text, ...] = ()
    cut: tuple[Any, ...] = ()

    def __add__(self, other: "Told") -> "Told":
        return Told(self.notes + other.notes, self.cut + other.cut)


@dataclass(frozen=True)
class Panel:
    """Fits what must be said into what the paper leaves; what it had to cut is told and given back whole, for pages that follow."""

    content: SheetContent
    data: SheetData
    paper: PaperSize
    orientation: str
    wording: Wording

    def page_layout(self) -> Layout:
        """How the page is divided; an upright page gives the panel what it needs, up to HIGHEST_SHARE."""
        at = layout(self.paper, self.orientation)
        if self.orientation != "portrait":
            return at
        left, right = self._columns(at)
        table = self._table(left, 0.36 * at.height_mm)[0]
        rough: list[Any] = [
            Legend(tuple(legend_keys(set(self._likely()))), (), self.wording, self.paper.theme, columns=2),
            *self._classes(),
        ]
        beside = sum(block.height(right) + GAP_MM for block in rough) + self._small_print(False).height(right) + GAP_MM
        most = HIGHEST_SHARE * at.height_mm
        tables = [table, *self._further(table, left, most - table.height(left) - GAP_MM)] if table is not None else []
        high = max(sum(block.height(left) + GAP_MM for block in tables) - GAP_MM, beside)
        return layout(self.paper, self.orientation, min(high, most))

    def shown_fills(self) -> tuple[str, ...]:
        """The fills of the areas that the sheet is about."""
        if self.data.theme.fill == "units":
            return tuple(dict.fromkeys(self.data.unit_colours.values()))
        about = [code for code in sorted(self.data.colours) if not self.content.focus or code in self.content.focus]
        return tuple(dict.fromkeys(self.data.colours[code] for code in about))

    def draw(self, page: Page, at: Layout, legend: tuple[str, ...], key: list[tuple[str, Text]], enlarged: bool) -> Told:
        """Draw all of it; gives what a reader must be told, and what did not fit."""
        if self.orientation == "portrait":
            return self._draw_below(page, at, legend, key, enlarged)
        x0, y0, x1, y1 = at.panel
        width, small = x1 - x0, self._small_print(enlarged)
        fixed: list[Any] = [*self._classes(), self._legend(legend, 3)]
        taken = sum(block.height(width) + GAP_MM for block in fixed) + small.height(width)
        free = y1 - y0 - taken - GAP_MM
        least = self._least_mm(width)
        numbers, notes = self._key(key, width, max(free - min(least, 0.5 * free), 0.25 * free))
        free -= sum(block.height(width) + GAP_MM for block in numbers)
        table, told = self._table(width, free)
        tables = [table, *self._further(table, width, free - table.height(width) - GAP_MM)] if table is not None else []
        y = y1
        for block in [*tables, *fixed[:-1], *numbers, fixed[-1]]:
            y = block.draw(page, x0, y, width) - GAP_MM
        small.draw(page, x0, min(y, y0 + small.height(width)), width)
        return notes + told

    def _draw_below(self, page: Page, at: Layout, legend: tuple[str, ...], key: list[tuple[str, Text]], enlarged: bool) -> Told:
        x0, y0, x1, y1 = at.panel
        left, right = self._columns(at)
        small = self._small_print(enlarged)
        blocks: list[Any] = [*self._classes(), self._legend(legend, 2)]
        free = y1 - y0 - sum(block.height(right) + GAP_MM for block in blocks) - small.height(right)
        numbers, notes = self._key(key, right, free)
        below: list[Any] = []
        if notes.cut:  # the key is worth more than a full index: its letters say nothing without it
            whole, under = self._key(key, left, MOST_KEY * (y1 - y0))
            if not under.cut:
                below, numbers, notes = whole, [], under
        room = y1 - y0 - sum(block.height(left) + GAP_MM for block in below)
        table, told = self._table(left, room)
        y = y1
        for block in [table, *self._further(table, left, room - table.height(left) - GAP_MM), *below] if table is not None else below:
            y = block.draw(page, x0, y, left) - GAP_MM
        y = y1
        for block in [*blocks, *numbers, small]:
            y = block.draw(page, x1 - right, y, right) - GAP_MM
        return notes + told

    def _legend(self, keys: tuple[str, ...], columns: int) -> Legend:
        return Legend(keys, self.shown_fills(), self.wording, self.paper.theme, columns, self.data.variant)

    def _classes(self) -> list[ClassLegend]:
        classes = self.data.classes
        return (
            [ClassLegend(classes, self.wording, self.paper.theme, self.data.variant)]
            if classes is not None and self.data.theme.fill == "classes"
            else []
        )

    def _key(self, entries: list[tuple[str, Text]], width: float, room_mm: float) -> tuple[list[Any], Told]:
        """The key, in one language or cut where it must be."""
        if not entries:
            return [], Told()
        for wording in (self.wording, replace(self.wording, names=self.wording.language)):
            whole = NumberKey(tuple(entries), wording, self.paper.theme)
            if whole.height(width) <= room_mm:
                return [whole], Told()
        return self._cut(whole, width, room_mm, NumberKey(tuple(entries), self.wording, self.paper.theme))

    def _cut(self, block: Any, width: float, room_mm: float, whole: Any) -> tuple[list[Any], Told]:
        """As much of a block as there is room for with a word on where it goes on, and all of it for the pages that follow."""
        kept, _ = cut(block, width, room_mm - Continued(self.wording, self.paper.theme).height(width))
        shown, of = (len(parts_of(kept)[1]) if kept is not None else 0), len(parts_of(block)[1])
        note = Text(
            "“{what}”在图旁只列出 {shown} 条（共 {of} 条），全部内容见 PDF 第 2 页起。",
            "Beside the map '{what}' lists {shown} of {of} entries; all of them follow from page 2 of the PDF.",
        )
        title = block.heading if isinstance(block, IndexTable) else block.title
        told = Told((note.fill(what=title, shown=shown, of=of),), (whole,))
        return ([CutBlock(kept, Continued(self.wording, self.paper.theme))] if kept is not None else []), told

    def _columns(self, at: Layout) -> tuple[float, float]:
        width = at.panel[2] - at.panel[0] - 5
        return 0.56 * width, 0.44 * width

    def _forms(self) -> list[Any]:
        """The index from its fullest form to its barest."""
        data, wording, theme = self.data, self.wording, self.paper.theme
        if data.theme.fill == "moved":
            return [moved_table(data, wording, theme), moved_table(data, replace(wording, names=wording.language), theme)]
        if not len(data.beats) or data.theme.fill == "units":
            return [unit_table(data, wording, theme), unit_table(data, replace(wording, names=wording.language), theme)]
        forms = [beat_table(data, wording, theme, detail) for detail in (2, 1, 0)]
        one = beat_table(data, replace(wording, names=wording.language), theme, 0)
        forms += [replace(forms[-1], tight=0.4), replace(one, tight=0.35)]
        running = tuple((str(row.code), Text(_named(row, "zh"), _named(row, "en"))) for row in data.beats.itertuples())
        title = Text("警务区一览", "Beats")
        return [*forms, *(NumberKey(running, each, theme, title) for each in (wording, replace(wording, names=wording.language)))]

    def _least_mm(self, width: float) -> float:
        """Height of the barest index."""
        last = self._forms()[-1]
        return float(last.height(width)) if last is not None else 0.0

    def _table(self, width: float, room_mm: float) -> tuple[Any, Told]:
        """The fullest index that fits the height; the barest one cut short when none does."""
        small = self.paper.theme.small
        last: Any = None
        for form in self._forms():
            if form is None:
                return None, Told()
            last = form
            sizes = np.arange(small * LARGEST, small - 0.01, -0.2) if isinstance(form, IndexTable) else [small]
            for size in sizes:
                sized = replace(form, theme=replace(self.paper.theme, small=max(float(size), small)))
                roomy = not isinstance(sized, IndexTable) or not sized.cramped(width)
                if sized.height(width) <= room_mm and (size <= small + 0.01 or roomy):
                    return sized, Told()
        blocks, told = self._cut(last, width, room_mm, self._forms()[0])
        return (blocks[0] if blocks else None), told

    def _further(self, above: Any, width: float, room_mm: float) -> list[IndexTable]:
        """What else the sheet's subject asks for, where there is room: the balance of a change, cells and places of one beat or officer.

        In the letters of the table above, in smaller ones, or in the leading language alone.
        """
        theme, leading = self.paper.theme, replace(self.wording, names=self.wording.language)
        largest = getattr(above, "theme", theme).small
        sizes = [replace(theme, small=float(size)) for size in (*np.arange(largest, theme.small, -0.2), theme.small)]
        found: list[IndexTable] = []
        for make in (balance_table, cell_table, place_table):
            forms = (make(self.data, wording, letters) for wording, letters in product((self.wording, leading), sizes))
            table = next((form for form in forms if form is not None and form.height(width) <= room_mm), None)
            if table is not None:
                found.append(table)
                room_mm -= table.height(width) + GAP_MM
        return found

    def _small_print(self, enlarged: bool) -> SmallPrint:
        c = self.content
        note = Text("符号可能略有移位。", "Symbols may be moved slightly.")
        if enlarged:
            note = Text(
                f"放大图范围内的场所只在放大图上表示；{note.zh}", f"Inside the enlarged part places are shown enlarged only. {note.en}"
            )
        texts = [(Text("资料来源", "Source"), c.source), (Text("制图", "Made by"), c.maker), (Text("说明", "Note"), note)]
        return SmallPrint(self.data, tuple(texts), self.wording, self.paper.theme)

    def _likely(self) -> list[str]:
        roads = [f"roads:{name}" for name in ("national", "county", "street")] if "roads" in self.data.tables else []
        theme = self.data.theme
        drawn = {*theme.symbols, *theme.dots, "water", "grid_cells", *(("industrial_parks", "rural_parks") if theme.parks else ())}
        themed = ["moved", "before"] if theme.fill == "moved" else []
        return [
            *(key for key in self.data.tables if key in drawn),
            *roads,
            *themed,
            "badge",
            "lead",
            "colours",
            "town",
            "beats",
            "units",
            "enlargement",
        ]


@dataclass(frozen=True)
class Continued:
    """The line under a list that goes on elsewhere."""

    wording: Wording
    theme: Theme

    def height(self, _: float) -> float:
        """Height in mm."""
        return 1.6 * self.theme.small * MM_PER_POINT

    def draw(self, page: Page, x: float, top: float, width: float) -> float:
        """Draw it below `top`; returns where it ends."""
        words = self.wording.one(Text("续见 PDF 第 2 页", "goes on, page 2 of the PDF"), " · ")
        page.text(x, top - 1.2 * self.theme.small * MM_PER_POINT, shortened(words, width, self.theme.small), self.theme.small, colour=GREY)
        return top - self.height(width)


@dataclass(frozen=True)
class CutBlock:
    """A list that was cut, with the line that says so."""

    kept: Any
    line: Continued

    def height(self, width: float) -> float:
        """Height in mm."""
        return float(self.kept.height(width)) + self.line.height(width)

    def draw(self, page: Page, x: float, top: float, width: float) -> float:
        """Draw it down from `top`; returns where it ends."""
        return self.line.draw(page, x, self.kept.draw(page, x, top, width), width)


def _named(row: Any, language: str) -> str:
    name, lead = name_of(row), lead_of(row)
    return f"{name.in_('en' if language == 'en' else 'zh')} {lead.in_('en' if language == 'en' else 'zh')}".strip()
