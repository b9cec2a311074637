"""A table on paper, as wide as its column of the page: headings, rows of wrapped text and numbers, with its height known beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from exporting.fonts import ASCENT, MM_PER_POINT, shortened, text_width_mm, wrapped
from exporting.page import INK, Align, Page
from exporting.sheet_layout import Theme, Wording
from layers.definition.text import Text

PAD_MM = 0.9  # beside the letters of A3; larger letters ask for more
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

    @property
    def _pad(self) -> float:
        return PAD_MM * max(self.theme.factor, 1.0)

    def widths(self, width: float) -> list[float]:
        """Width of every column in mm: numbers take what they need, the rest is shared out so that no Latin word is cut if it can be."""
        t = self.theme
        needed = []
        for at, column in enumerate(self.columns):
            words = [line for line in self._heading(column)] + (
                [line for row in self.rows for line in row.cells[at]] if column.share == 0 else []
            )
            longest = max((text_width_mm(line, t.small) for line in words), default=0.0)
            needed.append(longest + (3.2 if column.number else 2) * self._pad if column.share == 0 else 0.0)
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
        return max((text_width_mm(word, self.theme.small) for word in words), default=0.0) + 2 * self._pad + 0.1

    def cramped(self, width: float) -> bool:
        """Whether a heading or a word is wider than its column."""
        for at, (column, wide) in enumerate(zip(self.columns, self.widths(width), strict=True)):
            cells = [text for row in self.rows for text in row.cells[at]]
            words = [*self._heading(column), *(word for text in cells for word in text.replace("、", " ").split())]
            if any(text_width_mm(word, self.theme.small) > wide - 2 * self._pad + 0.05 for word in words):
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
        return 1.5 * self.theme.heading * MM_PER_POINT + deepest * self._line_mm() + 2 * self._pad

    def _line_mm(self) -> float:
        return self.theme.small * MM_PER_POINT * LINE

    def _row_mm(self, lines: Sequence[Sequence[str]]) -> float:
        return max(len(cell) for cell in lines) * self._line_mm() + 1.1 * self._pad * self.tight

    def _lines(self, width: float) -> list[list[list[str]]]:
        """Every cell broken into lines that fit its column."""
        widths = self.widths(width)
        return [
            [
                [line for text in cell for line in wrapped(text, wide - 2 * self._pad, self.theme.small, column.is_list)] or [""]
                for cell, column, wide in zip(row.cells, self.columns, widths, strict=True)
            ]
            for row in self.rows
        ]

    def _draw_heading(self, page: Page, x: float, y: float, widths: list[float]) -> float:
        deepest = max(len(self._heading(column)) for column in self.columns)
        high = deepest * self._line_mm() + 2 * self._pad
        total = sum(widths)
        page.box((x, y - high, x + total, y), fill="#e6e9f0", z=20)
        page.line([(x, y), (x + total, y)], INK, 0.8)
        page.line([(x, y - high), (x + total, y - high)], INK, 0.4)
        for column, wide in zip(self.columns, widths, strict=True):
            align, at = _place(column, x, wide, self._pad)
            line_y = y - self._pad - ASCENT * self.theme.small * MM_PER_POINT
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
            align, at = _place(column, x, wide, self._pad)
            line_y = y - (high - len(cell) * self._line_mm()) / 2 - ASCENT * em
            for line in cell:
                page.text(at, line_y, line, self.theme.small, align=align, bold=row.bold or column.swatch, colour=INK)
                line_y -= self._line_mm()
            x += wide


def _place(column: Column, x: float, wide: float, pad: float) -> tuple[Align, float]:
    if column.swatch:
        return "center", x + wide / 2
    return ("right", x + wide - pad) if column.number else ("left", x + pad)


def number_text(value: Any, digits: int = 0) -> str:
    """A number with gaps between the thousands; a dash for none."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return "–"
    return f"{number:,.{digits}f}".replace(",", " ") if np.isfinite(number) else "–"
