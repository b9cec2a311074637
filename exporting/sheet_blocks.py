"""Blocks of the sheet's panel beside the index: legend of what was drawn, key to numbers, locator, and small print."""

from dataclasses import dataclass

import shapely

from exporting.fonts import ASCENT, MM_PER_POINT, shortened, text_width_mm, wrapped
from exporting.locator import Locator
from exporting.map_body import (
    BADGE_FILL,
    BEAT_LINE,
    BEAT_PT,
    BEFORE_LINE,
    CELL_DASH,
    CELL_LINE,
    CELL_PT,
    PARK_ALPHA,
    SUBJECT_LINE,
    SUBJECT_PT,
    TOWN_BAND,
    TOWN_LINE,
    TOWN_PT,
    UNIT_DASH,
    UNIT_LINE,
    UNIT_PT,
    draw_badge,
    symbol_mark,
)
from exporting.page import GREY, INK, Box, Page
from exporting.sheet_content import ClassedAreas, SheetData
from exporting.sheet_layout import SMALLEST_PT, Theme, Wording
from exporting.sheet_themes import VARIANTS, Variant
from layers import LAYERS
from layers.definition.text import Text
from layers.drawing.print_map import ROADS, WATER_EDGE, WATER_FILL, symbol_outline

LEGEND: dict[str, Text] = {
    "badge": Text("警务区编号", "Beat number"),
    "lead": Text("责任民警", "Lead officer"),
    "moved": Text("换区网格（原→新）", "Cell that moves (from→to)"),
    "before": Text("取消的警务区界", "Border that goes"),
    "colours": Text("颜色只区分相邻区", "Colours only separate areas"),
    "unassigned": Text("未划入警务区", "In no beat"),
    "subject": Text("本图所示辖区", "Area of this map"),
    "town": Text("镇界", "Town boundary"),
    "beats": Text("警务区界", "Beat boundary"),
    "units": Text("社区、村界", "Community, village"),
    "grid_cells": Text("网格界", "Grid cell"),
    "enlargement": Text("放大图范围", "Shown enlarged"),
    "stations": LAYERS["stations"].title,
    "police_rooms": LAYERS["police_rooms"].title,
    "schools": LAYERS["schools"].title,
    "risk_places": LAYERS["risk_places"].title,
    "fire_hazards": LAYERS["fire_hazards"].title,
    "venues": LAYERS["venues"].title,
    "shops": LAYERS["shops"].title,
    "incidents": LAYERS["incidents"].title,
    "industrial_parks": LAYERS["industrial_parks"].title,
    "rural_parks": LAYERS["rural_parks"].title,
    "bridges": LAYERS["bridges"].title,
    "roads:national": Text("国省道", "National road"),
    "roads:county": Text("县乡道", "County road"),
    "roads:street": Text("街道", "Street"),
    "water": LAYERS["water"].title,
}
"""All that a legend may explain, in its order."""
PATTERNS = Text("底纹只区分相邻区", "Patterns only separate areas")
"""What "colours" says where hatches stand for them."""


@dataclass(frozen=True)
class Legend:
    """Only what was drawn, in columns."""

    keys: tuple[str, ...]
    fills: tuple[str, ...]
    wording: Wording
    theme: Theme
    columns: int = 3
    variant: Variant = VARIANTS["colour"]

    def _row_mm(self) -> float:
        lines = 2 if self.wording.names == "both" else 1
        return max(lines * self.theme.small * MM_PER_POINT * 1.14 + 0.9, 3.4 * self.theme.factor)

    def _rows(self) -> int:
        return -(-len(self.keys) // self.columns)

    def height(self, width: float) -> float:
        """Height in mm."""
        return 1.6 * self.theme.heading * MM_PER_POINT + self._rows() * self._row_mm()

    def draw(self, page: Page, x: float, top: float, width: float) -> float:
        """Draw it down from `top`; returns where it ends."""
        t = self.theme
        y = top - ASCENT * t.heading * MM_PER_POINT
        page.text(x, y, self.wording.one(Text("图例", "Legend"), "  "), t.heading, bold=True)
        start = top - 1.6 * t.heading * MM_PER_POINT
        rows, swatch, columns = self._rows(), 9.0 * t.factor, self._columns_mm(width)
        for at, key in enumerate(self.keys):
            left, middle = x + sum(columns[: at // rows]), start - (at % rows + 0.5) * self._row_mm()
            wide = columns[at // rows]
            self._swatch(page, key, left, middle, swatch)
            lines = self._words(key)
            line_mm = t.small * MM_PER_POINT * 1.14
            baseline = middle + len(lines) * line_mm / 2 - ASCENT * t.small * MM_PER_POINT - 0.05
            for line in lines:
                page.text(left + swatch + 1.3 * t.factor, baseline, shortened(line, wide - swatch - 2 * t.factor, t.small), t.small)
                baseline -= line_mm
        return start - rows * self._row_mm()

    def _words(self, key: str) -> list[str]:
        return self.wording.lines(PATTERNS if key == "colours" and self.variant.hatch else LEGEND[key])

    def _columns_mm(self, width: float) -> list[float]:
        """Equal columns, or where a text needs it each as wide as its longest with the rest shared out."""
        rows, small = self._rows(), self.theme.small
        texts = [[line for key in self.keys[at : at + rows] for line in self._words(key)] for at in range(0, len(self.keys), rows)]
        needed = [11.1 * self.theme.factor + max(text_width_mm(line, small) for line in lines) for lines in texts]
        equal, spare = width / self.columns, width - sum(needed)
        if spare < 0 or all(each <= equal for each in needed):
            return [equal] * self.columns
        return [each + spare / len(needed) for each in needed]

    def _swatch(self, page: Page, key: str, x: float, y: float, wide: float) -> None:
        t = self.theme
        ends = [(x, y), (x + wide, y)]
        lines: dict[str, tuple[str, float, tuple[float, ...] | None]] = {
            "beats": (BEAT_LINE, BEAT_PT, None),
            "units": (UNIT_LINE, UNIT_PT, UNIT_DASH),
            "grid_cells": (CELL_LINE, CELL_PT, CELL_DASH),
            "before": (BEFORE_LINE, 1.4, (4.0, 2.5)),
            "subject": (SUBJECT_LINE, SUBJECT_PT, None),
        }
        half = 1.25 * t.factor
        if key in lines:
            colour, width, dash = lines[key]
            page.line(ends, colour, width * t.factor, 50, linestyle=(0, dash) if dash else "solid")
        elif key == "town":
            page.box((x, y, x + wide, y + 1.5 * t.factor), fill=TOWN_BAND, z=49, alpha=0.75)
            page.line(ends, TOWN_LINE, TOWN_PT * t.factor, 50)
        elif key.startswith("roads:"):
            look = ROADS[key.removeprefix("roads:")]
            page.box((x, y - half, x + wide, y + half), fill="#e9e7df", z=49)
            page.line(ends, look.casing, look.casing_pt * t.factor, 50, solid_capstyle="butt")
            page.line(ends, look.surface, look.width_pt * t.factor, 51, solid_capstyle="butt")
        elif key == "water":
            page.box((x, y - half, x + wide, y + half), fill=WATER_FILL, edge=WATER_EDGE, width_pt=0.35, z=50)
        elif key == "colours":
            step = wide / max(len(self.fills), 1)
            for i, fill in enumerate(self.fills):
                box = (x + i * step, y - half, x + (i + 1) * step, y + half)
                draw_fill(page, box, fill, self.variant, t.factor)
        elif key == "moved":
            draw_fill(page, (x, y - half, x + wide, y + half), self.variant.sets[4][1], self.variant, t.factor)
            page.text(x + wide / 2, y - 0.36 * t.small * MM_PER_POINT, "1→2", t.small, align="center", bold=True, z=52)
        elif key == "unassigned":
            page.box((x, y - half, x + wide, y + half), fill="#efefef", edge="#bdbdbd", width_pt=0.25, z=50)
            page.hatched(shapely.box(x, y - half, x + wide, y + half), "rising", t.factor, 50.5)
        elif key == "enlargement":
            page.box((x, y - half, x + wide, y + half), edge=INK, width_pt=0.9 * t.factor, z=50, linestyle=(0, (4, 2)))
        elif key == "badge":
            draw_badge(page, x + wide / 2, y, "01", t.badge * 0.3528 * 1.55, max(0.85 * t.badge, SMALLEST_PT), 50)
        elif key == "lead":
            page.shape(symbol_outline("shield", x + wide / 2, y, 1.15 * t.factor), fill=BADGE_FILL, z=50)
        elif LAYERS[key].geometry == "polygon":
            style = LAYERS[key].style
            page.box((x, y - half, x + wide, y + half), fill=style.fill, z=50, alpha=PARK_ALPHA)
            line_style = (0, (4, 2)) if style.dash else "solid"
            page.box((x, y - half, x + wide, y + half), edge=style.stroke, width_pt=0.8 * t.factor, z=51, linestyle=line_style)
        else:
            symbol_mark(page, key, x + wide / 2, y, t, 50)


@dataclass(frozen=True)
class SmallPrint:
    """The locator on the left where there is a county outline, and beside it source, date, maker and what else must be said."""

    data: SheetData
    texts: tuple[tuple[Text, Text], ...]
    wording: Wording
    theme: Theme

    @property
    def _locator(self) -> Locator:
        return Locator(self.data, self.wording, self.theme)

    def _lines(self, width: float) -> list[tuple[str, bool]]:
        t = self.theme
        aside = self._locator.size_mm[0]
        room = width - aside - (3 if aside else 0)
        lines: list[tuple[str, bool]] = []
        for heading, text in self.texts:
            if not (text.zh or text.en):
                continue
            lines.append((self.wording.one(heading, " "), True))
            lines += [(line, False) for each in self.wording.lines(text) for line in wrapped(each, room, t.small)]
        return lines

    def height(self, width: float) -> float:
        """Height in mm."""
        return max(len(self._lines(width)) * self.theme.small * MM_PER_POINT * 1.22, self._locator.height_mm)

    def draw(self, page: Page, x: float, top: float, width: float) -> float:
        """Draw it down from `top`; returns where it ends."""
        t, locator = self.theme, self._locator
        locator.draw(page, x, top)
        wide = locator.size_mm[0]
        left = x + wide + 3 if wide else x
        y = top
        for line, is_heading in self._lines(width):
            page.text(left, y - ASCENT * t.small * MM_PER_POINT, line, t.small, bold=is_heading, colour=INK if is_heading else GREY)
            y -= t.small * MM_PER_POINT * 1.22
        return top - self.height(width)


@dataclass(frozen=True)
class ClassLegend:
    """What the classes of a number mean, and the words that must stand beside them."""

    classes: ClassedAreas
    wording: Wording
    theme: Theme
    variant: Variant

    def _row_mm(self) -> float:
        return max(1.35 * self.theme.small * MM_PER_POINT, 3.4 * self.theme.factor)

    def _words(self, width: float) -> list[str]:
        lines = [line for text in self.classes.words for line in self.wording.lines(text)]
        return [piece for line in lines for piece in wrapped(line, width, self.theme.small)]

    def _heading(self, width: float) -> list[str]:
        return [piece for line in self.wording.lines(self.classes.title) for piece in wrapped(line, width, self.theme.body)]

    def height(self, width: float) -> float:
        """Height in mm."""
        t = self.theme
        text_mm = (len(self._heading(width)) * 1.3 * t.body + len(self._words(width)) * 1.22 * t.small) * MM_PER_POINT
        return text_mm + -(-len(self.classes.spans) // 2) * self._row_mm() + 1

    def draw(self, page: Page, x: float, top: float, width: float) -> float:
        """Draw it down from `top`; returns where it ends."""
        t, y = self.theme, top
        for line in self._heading(width):
            page.text(x, y - ASCENT * t.body * MM_PER_POINT, line, t.body, bold=True)
            y -= 1.3 * t.body * MM_PER_POINT
        ramp, rows, swatch = self.variant.classes(len(self.classes.spans)), -(-len(self.classes.spans) // 2), 9.0 * t.factor
        for at, (fill, span) in enumerate(zip(ramp, self.classes.spans, strict=False)):
            left, middle = x + at // rows * width / 2, y - (at % rows + 0.5) * self._row_mm()
            draw_fill(page, (left, middle - 1.25 * t.factor, left + swatch, middle + 1.25 * t.factor), fill, self.variant, t.factor)
            page.text(left + swatch + 1.5, middle - 0.36 * t.small * MM_PER_POINT, span, t.small)
        y -= rows * self._row_mm() + 1
        for line in self._words(width):
            page.text(x, y - ASCENT * t.small * MM_PER_POINT, line, t.small, colour=GREY)
            y -= 1.22 * t.small * MM_PER_POINT
        return y


def draw_fill(page: Page, box: Box, fill: str, variant: Variant, factor: float) -> None:
    """A swatch of a fill, with its hatch where it has one."""
    page.box(box, fill=fill, z=50)
    if variant.hatch_of(fill):
        page.hatched(shapely.box(*box), variant.hatch_of(fill), 0.6 * factor, 50.5)
    page.box(box, edge="#8a8a8a", width_pt=0.25, z=51)


def legend_keys(drawn: set[str]) -> tuple[str, ...]:
    """The legend's entries for what was drawn, in the legend's order."""
    return tuple(key for key in LEGEND if key in drawn)
