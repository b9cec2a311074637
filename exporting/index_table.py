"""The index of the sheet: one row per beat (or per unit where there is no plan), as wide as its column of the page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from exporting.fonts import ASCENT, MM_PER_POINT, shortened, text_width_mm, wrapped
from exporting.page import INK, Align, Page
from exporting.sheet_content import SheetData, lead_of, name_of, word
from exporting.sheet_layout import Theme, Wording
from layers.definition.text import Text

PAD_MM = 0.9
LINE = 1.2


@dataclass(frozen=True)
class Column:
    """A column: heading, whether its cells are numbers, and its share of the width that numbers leave over."""

    heading: Text
    number: bool = False
    share: float = 0.0
    is_list: bool = False
    swatch: bool = False


@dataclass(frozen=True)
class Row:
    """One row: a cell is lines of text, Chinese first; `fill` colours the swatch."""

    cells: tuple[tuple[str, ...], ...]
    fill: str = ""
    bold: bool = False
    hatch: str = ""


@dataclass(frozen=True)
class IndexTable:
    """A table that knows its height before it is drawn."""

    heading: Text
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    wording: Wording
    theme: Theme
    tight: float = 1.0

    def widths(self, width: float) -> list[float]:
        """Width of every column in mm: numbers take what they need, the rest is shared out so that no Latin word is cut if it can be."""
        t = self.theme
        needed = []
        for at, column in enumerate(self.columns):
            words = [line for line in self._heading(column)] + (
                [line for row in self.rows for line in row.cells[at]] if column.share == 0 else []
            )
            longest = max((text_width_mm(line, t.small) for line in words), default=0.0)
            needed.append(longest + (3.2 if column.number else 2) * PAD_MM if column.share == 0 else 0.0)
        spare = max(width - sum(needed), 0.0)
        least = [self._longest_word_mm(at) if column.share else 0.0 for at, column in enumerate(self.columns)]
        if sum(least) > spare:
            least = [0.0] * len(least)
        while True:
            shares = sum(column.share for column, own in zip(self.columns, needed, strict=True) if own == 0) or 1.0
            shared = [column.share / shares * spare if own == 0 else own for column, own in zip(self.columns, needed, strict=True)]
            narrow = [at for at, wide in enumerate(shared) if wide < least[at]]
            if not narrow:
                return shared
            needed = [least[at] if at in narrow else own for at, own in enumerate(needed)]
            spare -= sum(least[at] for at in narrow)

    def _longest_word_mm(self, at: int) -> float:
        """What the longest word of Latin letters in a column needs."""
        texts = [text for row in self.rows for text in row.cells[at]]
        words = {word for text in texts for word in text.split() if all(ord(character) < 0x2E80 for character in word)}
        return max((text_width_mm(word, self.theme.small) for word in words), default=0.0) + 2 * PAD_MM + 0.1

    def cramped(self, width: float) -> bool:
        """Whether a heading or a word is wider than its column."""
        for at, (column, wide) in enumerate(zip(self.columns, self.widths(width), strict=True)):
            cells = [text for row in self.rows for text in row.cells[at]]
            words = [*self._heading(column), *(word for text in cells for word in text.replace("、", " ").split())]
            if any(text_width_mm(word, self.theme.small) > wide - 2 * PAD_MM + 0.05 for word in words):
                return True
        return False

    def height(self, width: float) -> float:
        """Height in mm."""
        lines = self._lines(width)
        return self._top_mm() + sum(self._row_mm(row) for row in lines)

    def draw(self, page: Page, x: float, top: float, width: float) -> float:
        """Draw it down from `top`; returns where it ends."""
        t, widths, y = self.theme, self.widths(width), top
        em = t.heading * MM_PER_POINT
        page.text(x, y - ASCENT * em, shortened(self.wording.one(self.heading, "  "), width, t.heading), t.heading, bold=True)
        y -= 1.5 * em
        y = self._draw_heading(page, x, y, widths)
        for at, (row, lines) in enumerate(zip(self.rows, self._lines(width), strict=True)):
            high = self._row_mm(lines)
            if row.bold:
                page.line([(x, y), (x + width, y)], INK, 0.6)
            elif at % 2 == 1:
                page.box((x, y - high, x + width, y), fill="#f4f4f2", z=20)
            self._draw_row(page, x, y, high, widths, row, lines)
            y -= high
        page.line([(x, y), (x + width, y)], INK, 0.8)
        return y

    def _heading(self, column: Column) -> list[str]:
        return self.wording.lines(column.heading)

    def _top_mm(self) -> float:
        deepest = max(len(self._heading(column)) for column in self.columns)
        return 1.5 * self.theme.heading * MM_PER_POINT + deepest * self._line_mm() + 2 * PAD_MM

    def _line_mm(self) -> float:
        return self.theme.small * MM_PER_POINT * LINE

    def _row_mm(self, lines: Sequence[Sequence[str]]) -> float:
        return max(len(cell) for cell in lines) * self._line_mm() + 1.1 * PAD_MM * self.tight

    def _lines(self, width: float) -> list[list[list[str]]]:
        """Every cell broken into lines that fit its column."""
        widths = self.widths(width)
        return [
            [
                [line for text in cell for line in wrapped(text, wide - 2 * PAD_MM, self.theme.small, column.is_list)] or [""]
                for cell, column, wide in zip(row.cells, self.columns, widths, strict=True)
            ]
            for row in self.rows
        ]

    def _draw_heading(self, page: Page, x: float, y: float, widths: list[float]) -> float:
        deepest = max(len(self._heading(column)) for column in self.columns)
        high = deepest * self._line_mm() + 2 * PAD_MM
        total = sum(widths)
        page.box((x, y - high, x + total, y), fill="#e6e9f0", z=20)
        page.line([(x, y), (x + total, y)], INK, 0.8)
        page.line([(x, y - high), (x + total, y - high)], INK, 0.4)
        for column, wide in zip(self.columns, widths, strict=True):
            align, at = _place(column, x, wide)
            line_y = y - PAD_MM - ASCENT * self.theme.small * MM_PER_POINT
            for i, line in enumerate(self._heading(column)):
                page.text(at, line_y, line, self.theme.small, align=align, bold=i == 0)
                line_y -= self._line_mm()
            x += wide
        return y - high

    def _draw_row(self, page: Page, x: float, y: float, high: float, widths: list[float], row: Row, lines: list[list[str]]) -> None:
        em = self.theme.small * MM_PER_POINT
        for column, wide, cell in zip(self.columns, widths, lines, strict=True):
            if column.swatch and row.fill:
                page.box((x + 0.3, y - high + 0.35, x + wide - 0.3, y - 0.35), fill=row.fill, edge="#8a8a8a", width_pt=0.25, z=21)
                if row.hatch:
                    page.hatched(shapely.box(x + 0.3, y - high + 0.35, x + wide - 0.3, y - 0.35), row.hatch, 0.7 * self.theme.factor, 21.5)
            align, at = _place(column, x, wide)
            line_y = y - (high - len(cell) * self._line_mm()) / 2 - ASCENT * em
            for line in cell:
                page.text(at, line_y, line, self.theme.small, align=align, bold=row.bold or column.swatch, colour=INK)
                line_y -= self._line_mm()
            x += wide


def _place(column: Column, x: float, wide: float) -> tuple[Align, float]:
    if column.swatch:
        return "center", x + wide / 2
    return ("right", x + wide - PAD_MM) if column.number else ("left", x + PAD_MM)


NUMBERS = (
    ("dwellings", Text("户数", "Homes"), 0),
    ("persons", Text("人口", "Persons"), 0),
    ("area_km2", Text("面积 km²", "Area km²"), 2),
    ("incidents_year", Text("年警情", "Incid./yr"), 0),
)


def beat_table(data: SheetData, wording: Wording, theme: Theme, detail: int) -> IndexTable:
    """The beats by number. `detail` 2 names the units in both languages, 1 in the leading one, 0 not at all."""
    beats = data.beats
    shown = beats[[data.subject.intersects(g.representative_point()) for g in beats.geometry]]
    numbers = [item for item in NUMBERS if item[0] in shown and shown[item[0]].notna().any()]
    leads = {str(row.code): wording.lines(lead_of(row)) for row in shown.itertuples()}
    has_lead = any(leads.values())
    units = [key for key in ("units_zh", "units_en") if key in shown and any(word(u) for u in shown[key])]
    units = [key for key in units if wording.names == "both" or key.endswith(wording.names)] or units[:1]
    units = units[: 1 if detail == 1 else 2] if detail else []
    columns = [Column(Text("编号", "No."), swatch=True), Column(Text("警务区", "Beat"), share=1.0)]
    if has_lead:
        columns.append(Column(Text("责任民警", "Lead"), share=0.0 if _short(leads.values()) else 0.7))
    if units:
        columns.append(Column(Text("社区、村", "Units"), share=1.5, is_list=True))
    columns += [Column(heading, number=True) for _, heading, _ in numbers]
    rows = []
    for row in shown.itertuples():
        cells: list[tuple[str, ...]] = [(str(row.code),), tuple(wording.lines(name_of(row)))]
        if has_lead:
            cells.append(tuple(leads[str(row.code)]) or ("",))
        if units:
            cells.append(tuple(dict.fromkeys(word(getattr(row, key)) for key in units)))
        cells += [(number_text(getattr(row, key), digits),) for key, _, digits in numbers]
        rows.append(Row(tuple(cells), data.colours[row.code], hatch=data.variant.hatch_of(data.colours[row.code])))
    if len(shown) > 1:
        totals = [(number_text(shown[key].sum(), digits),) for key, _, digits in numbers]
        label = tuple(wording.lines(Text("合计", "Total")))
        empty: list[tuple[str, ...]] = [("",)] * (len(columns) - len(numbers) - 2)
        rows.append(Row((("",), (" ".join(label),), *empty, *totals), bold=True))
    return IndexTable(Text("警务区一览表", "Index of beats"), tuple(columns), tuple(rows), wording, theme)


def unit_table(data: SheetData, wording: Wording, theme: Theme) -> IndexTable | None:
    """The communities and villages with their counts summed over cells, for a sheet without a plan; None without units."""
    units = data.units
    if not len(units):
        return None
    cells = data.table("grid_cells")
    numbers = [item for item in NUMBERS[:2] if item[0] in cells and "unit_code" in cells]
    sums = cells.groupby("unit_code")[[item[0] for item in numbers]].sum() if numbers else pd.DataFrame()
    columns = [Column(Text("序号", "No.")), Column(Text("社区、村", "Community, village"), share=1.0)]
    columns += [Column(heading, number=True) for _, heading, _ in (*numbers, NUMBERS[2])]
    rows = []
    for at, row in enumerate(units.sort_values("code", kind="stable").itertuples(), 1):
        counts = [(number_text(sums[key].get(row.code), digits),) for key, _, digits in numbers]
        area = (number_text(row.geometry.area / 1e6, 2),)
        rows.append(Row(((str(at),), (wording.one(name_of(row)),), *counts, area)))
    return IndexTable(Text("社区、村一览表", "Index of communities and villages"), tuple(columns), tuple(rows), wording, theme, tight=0.5)


def moved_table(data: SheetData, wording: Wording, theme: Theme) -> IndexTable | None:
    """The cells that change hands, with the beat before and after; None where none does."""
    if data.change is None or not len(data.change.moved):
        return None
    homes = "dwellings" in data.change.moved
    from_to = (Text("原警务区", "From"), Text("新警务区", "To"))
    columns = [Column(Text("网格", "Cell"), share=1.0), *(Column(heading, number=True) for heading in from_to)]
    columns += [Column(NUMBERS[0][1], number=True)] if homes else []
    rows = []
    for _, row in data.change.moved.sort_values("cell", kind="stable").iterrows():
        homes_text = [(number_text(row["dwellings"]),)] if homes else []
        rows.append(Row((tuple(wording.lines(name_of(row))), (word(row["before"]),), (word(row["after"]),), *homes_text)))
    return IndexTable(Text("换区网格", "Cells that move"), tuple(columns), tuple(rows), wording, theme, tight=0.6)


def balance_table(data: SheetData, wording: Wording, theme: Theme) -> IndexTable | None:
    """Homes of every beat that gives or takes cells, before and after; None where homes are not known or nothing moves."""
    change, beats = data.change, data.beats
    if change is None or not len(change.moved) or "dwellings" not in change.moved or "dwellings" not in beats:
        return None
    taken, given = (change.moved.groupby(side)["dwellings"].sum() for side in ("after", "before"))
    columns = [Column(Text("编号", "No."), swatch=True), Column(Text("警务区", "Beat"), share=1.0)]
    heads = (Text("调整前户数", "Homes before"), Text("调整后", "after"), Text("增减", "change"))
    columns += [Column(heading, number=True) for heading in heads]
    rows = []
    for row in beats.sort_values("code", kind="stable").itertuples():
        if row.code in taken.index or row.code in given.index:
            more = float(taken.get(row.code, 0) - given.get(row.code, 0))
            sign = "+" if more > 0 else "−" if more < 0 else "±"
            counts = ((number_text(row.dwellings - more),), (number_text(row.dwellings),), (f"{sign}{number_text(abs(more))}",))
            rows.append(Row(((str(row.code),), (wording.one(name_of(row), "  "),), *counts)))
    return IndexTable(Text("警务区户数变化", "Homes of beats, before and after"), tuple(columns), tuple(rows), wording, theme, tight=0.8)


def number_text(value: Any, digits: int = 0) -> str:
    """A number with gaps between the thousands; a dash for none."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return "–"
    return f"{number:,.{digits}f}".replace(",", " ") if np.isfinite(number) else "–"


def _short(leads: Iterable[Sequence[str]]) -> bool:
    """Whether no lead is longer than nine Chinese characters."""
    return max((text_width_mm(line, 1) for lines in leads for line in lines), default=0.0) <= 9 * MM_PER_POINT
