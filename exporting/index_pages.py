"""The pages that follow a map sheet when its index or its key did not fit beside the map: the whole of both, in columns."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from exporting.fonts import ASCENT, MM_PER_POINT, shortened
from exporting.index_table import IndexTable
from exporting.page import GREY, INK, Page
from exporting.sheet_layout import PaperSize, Wording
from layers.definition.text import Text

GAP_MM = 5.0


@dataclass(frozen=True)
class IndexPages:
    """Lays blocks (an index, a key) out in columns over as many pages of the same paper as they need."""

    title: Text
    paper: PaperSize
    width_mm: float
    height_mm: float
    wording: Wording

    def pages(self, blocks: Sequence[Any]) -> tuple[Page, ...]:
        """The pages, numbered from 2; none for no blocks. A row that is higher than a page stands alone and is not cut."""
        columns = self._columns(list(blocks))
        across = self._across()
        made: list[Page] = []
        for first in range(0, len(columns), across):
            page = self._page(len(made) + 2, 1 + -(-len(columns) // across))
            for at, column in enumerate(columns[first : first + across]):
                y = self._top()
                for block in column:
                    y = block.draw(page, self._left(at), y, self._wide()) - GAP_MM
            made.append(page)
        return tuple(made)

    def _columns(self, blocks: list[Any]) -> list[list[Any]]:
        """The blocks cut into what each column holds."""
        columns: list[list[Any]] = [[]]
        room = high = self._top() - self.paper.margin_mm - 2 * self._line()
        while blocks:
            fits, rest = cut(blocks[0], self._wide(), room)
            if fits is None and columns[-1]:
                columns.append([])
                room = high
                continue
            if fits is None:
                fits, rest = split(blocks[0], 1)
            columns[-1].append(fits)
            room -= fits.height(self._wide()) + GAP_MM
            blocks = [rest, *blocks[1:]] if rest is not None else blocks[1:]
        return columns if columns[0] else []

    def _page(self, number: int, of: int) -> Page:
        page, t = Page(self.width_mm, self.height_mm), self.paper.theme
        left, right = self.paper.margin_mm, self.width_mm - self.paper.margin_mm
        baseline = self.height_mm - self.paper.margin_mm - ASCENT * t.beat * 1.4 * MM_PER_POINT
        title = shortened(self.wording.one(self.title, "  "), right - left, t.beat * 1.4)
        page.text(left, baseline, title, t.beat * 1.4, bold=True)
        page.line([(left, self._top() + 1.5), (right, self._top() + 1.5)], INK, 0.6)
        page.text(right, self.paper.margin_mm, f"{number} / {of}", t.small, align="right", colour=GREY)
        return page

    def _across(self) -> int:
        return max(int((self.width_mm - 2 * self.paper.margin_mm + GAP_MM) // (self.paper.panel_mm + GAP_MM)), 1)

    def _wide(self) -> float:
        return (self.width_mm - 2 * self.paper.margin_mm + GAP_MM) / self._across() - GAP_MM

    def _left(self, at: int) -> float:
        return self.paper.margin_mm + at * (self._wide() + GAP_MM)

    def _top(self) -> float:
        return self.height_mm - self.paper.margin_mm - 2.2 * self.paper.theme.beat * MM_PER_POINT - 1.5

    def _line(self) -> float:
        return self.paper.theme.small * MM_PER_POINT


def parts_of(block: Any) -> tuple[str, tuple[Any, ...]]:
    """The field that holds what a block lists, and the list."""
    name = "rows" if isinstance(block, IndexTable) else "entries"
    return name, getattr(block, name)


def cut(block: Any, width: float, room_mm: float) -> tuple[Any | None, Any | None]:
    """What of a block fits that height, and the rest; None for nothing."""
    name, items = parts_of(block)
    low, high = 0, len(items)
    while low < high:
        middle = (low + high + 1) // 2
        if replace(block, **{name: items[:middle]}).height(width) <= room_mm:
            low = middle
        else:
            high = middle - 1
    return split(block, low) if low else (None, block)


def split(block: Any, count: int) -> tuple[Any, Any | None]:
    """The first `count` things that a block lists, and the rest; None for no rest."""
    name, items = parts_of(block)
    return replace(block, **{name: items[:count]}), replace(block, **{name: items[count:]}) if count < len(items) else None
