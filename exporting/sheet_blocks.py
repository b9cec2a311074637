"""Blocks of the sheet's panel beside the index: legend of what was drawn, key to numbers, locator, and small print."""

from dataclasses import dataclass
from typing import Any

import shapely

from exporting.fonts import ASCENT, MM_PER_POINT, shortened, wrapped
from exporting.map_body import (
    BADGE_FILL,
    BEAT_LINE,
    BEAT_PT,
    CELL_DASH,
    CELL_LINE,
    CELL_PT,
    TOWN_BAND,
    TOWN_LINE,
    TOWN_PT,
    UNIT_DASH,
    UNIT_LINE,
    UNIT_PT,
    draw_badge,
    symbol_mark,
)
from exporting.page import GREY, INK, Page
from exporting.sheet_content import SheetData
from exporting.sheet_furniture import MARK_RED
from exporting.sheet_layout import Theme, Wording
from layers import LAYERS
from layers.definition.text import Text
from layers.drawing.print_map import ROADS, WATER_EDGE, WATER_FILL, outline_of, symbol_outline

LEGEND: dict[str, Text] = {
    "badge": Text("警务区编号", "Beat number"),
    "lead": Text("责任民警", "Lead officer"),
    "colours": Text("颜色只区分相邻区", "Colours part neighbours"),
    "unassigned": Text("未划入警务区", "In no beat"),
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


@dataclass(frozen=True)
class Legend:
    """Only what was drawn, in columns."""

    keys: tuple[str, ...]
    fills: tuple[str, ...]
    wording: Wording
    theme: Theme
    columns: int = 3

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
        wide, rows = width / self.columns, self._rows()
        for at, key in enumerate(self.keys):
            left, middle = x + at // rows * wide, start - (at % rows + 0.5) * self._row_mm()
            swatch = 9.0 * t.factor
            self._swatch(page, key, left, middle, swatch)
            lines = self.wording.lines(LEGEND[key])
            line_mm = t.small * MM_PER_POINT * 1.14
            baseline = middle + len(lines) * line_mm / 2 - ASCENT * t.small * MM_PER_POINT - 0.05
            for line in lines:
                page.text(left + swatch + 1.3, baseline, shortened(line, wide - swatch - 2, t.small), t.small)
                baseline -= line_mm
        return start - rows * self._row_mm()

    def _swatch(self, page: Page, key: str, x: float, y: float, wide: float) -> None:
        t = self.theme
        ends = [(x, y), (x + wide, y)]
        lines: dict[str, tuple[str, float, tuple[float, ...] | None]] = {
            "beats": (BEAT_LINE, BEAT_PT, None),
            "units": (UNIT_LINE, UNIT_PT, UNIT_DASH),
            "grid_cells": (CELL_LINE, CELL_PT, CELL_DASH),
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
                page.box((x + i * step, y - half, x + (i + 1) * step, y + half), fill=fill, edge="#8a8a8a", width_pt=0.25, z=50)
        elif key == "unassigned":
            page.box((x, y - half, x + wide, y + half), fill="#efefef", edge="#bdbdbd", width_pt=0.25, z=50, hatch="////")
        elif key == "enlargement":
            page.box((x, y - half, x + wide, y + half), edge=INK, width_pt=0.9 * t.factor, z=50, linestyle=(0, (4, 2)))
        elif key == "badge":
            draw_badge(page, x + wide / 2, y, "01", t.badge * 0.3528 * 1.55, t.badge * 0.85, 50)
        elif key == "lead":
            page.shape(symbol_outline("shield", x + wide / 2, y, 1.15 * t.factor), fill=BADGE_FILL, z=50)
        elif LAYERS[key].geometry == "polygon":
            style = LAYERS[key].style
            page.box((x, y - half, x + wide, y + half), fill=style.fill, z=50, alpha=0.45)
            line_style = (0, (4, 2)) if style.dash else "solid"
            page.box((x, y - half, x + wide, y + half), edge=style.stroke, width_pt=0.8 * t.factor, z=51, linestyle=line_style)
        else:
            symbol_mark(page, key, x + wide / 2, y, t, 50)


@dataclass(frozen=True)
class NumberKey:
    """The names of areas that carry only a number on the map."""

    entries: tuple[tuple[str, Text], ...]
    wording: Wording
    theme: Theme

    def _lines(self, width: float) -> list[str]:
        words = [f"{number} {self.wording.one(name)}" for number, name in self.entries]
        return wrapped(("，" if self.wording.names == "zh" else ", ").join(words), width, self.theme.small, is_list=True)

    def height(self, width: float) -> float:
        """Height in mm."""
        return 1.5 * self.theme.heading * MM_PER_POINT + len(self._lines(width)) * self.theme.small * MM_PER_POINT * 1.25

    def draw(self, page: Page, x: float, top: float, width: float) -> float:
        """Draw it down from `top`; returns where it ends."""
        t = self.theme
        page.text(
            x, top - ASCENT * t.heading * MM_PER_POINT, self.wording.one(Text("图上编号", "Numbers on the map"), "  "), t.heading, bold=True
        )
        y = top - 1.5 * t.heading * MM_PER_POINT
        for line in self._lines(width):
            page.text(x, y - ASCENT * t.small * MM_PER_POINT, line, t.small)
            y -= t.small * MM_PER_POINT * 1.25
        return y


@dataclass(frozen=True)
class SmallPrint:
    """The locator on the left where there is a county outline, and beside it source, date, maker and what else must be said."""

    data: SheetData
    texts: tuple[tuple[Text, Text], ...]
    wording: Wording
    theme: Theme

    def _locator_mm(self) -> tuple[float, float]:
        county = self.data.table("county")
        if not len(county):
            return 0.0, 0.0
        x0, y0, x1, y1 = shapely.total_bounds([*county.geometry, self.data.town])
        high = 40.0 * self.theme.factor
        return min(high * (x1 - x0) / (y1 - y0), 1.25 * high), high

    def _lines(self, width: float) -> list[tuple[str, bool]]:
        t = self.theme
        room = width - self._locator_mm()[0] - (3 if self._locator_mm()[0] else 0)
        lines: list[tuple[str, bool]] = []
        for heading, text in self.texts:
            if not (text.zh or text.en):
                continue
            lines.append((self.wording.one(heading, " "), True))
            lines += [(line, False) for each in self.wording.lines(text) for line in wrapped(each, room, t.small)]
        return lines

    def height(self, width: float) -> float:
        """Height in mm."""
        caption = 1.5 * self.theme.small * MM_PER_POINT if self._locator_mm()[1] else 0.0
        return max(len(self._lines(width)) * self.theme.small * MM_PER_POINT * 1.22, self._locator_mm()[1] + caption)

    def draw(self, page: Page, x: float, top: float, width: float) -> float:
        """Draw it down from `top`; returns where it ends."""
        t, (wide, high) = self.theme, self._locator_mm()
        left = x
        if wide:
            self._locator(page, x, top, wide, high)
            left = x + wide + 3
        y = top
        for line, is_heading in self._lines(width):
            page.text(left, y - ASCENT * t.small * MM_PER_POINT, line, t.small, bold=is_heading, colour=INK if is_heading else GREY)
            y -= t.small * MM_PER_POINT * 1.22
        return top - self.height(width)

    def _locator(self, page: Page, x: float, top: float, wide: float, high: float) -> None:
        county = self.data.table("county")
        x0, y0, x1, y1 = shapely.total_bounds([*county.geometry, self.data.town])
        factor = min((wide - 2) / (x1 - x0), (high - 2) / (y1 - y0))
        middle = ((x0 + x1) / 2, (y0 + y1) / 2)

        def moved(geometry: Any) -> Any:
            shape = shapely.transform(geometry, lambda xy: (xy - middle) * factor + (x + wide / 2, top - high / 2))
            return shapely.simplify(shape, 0.05)

        page.box((x, top - high, x + wide, top), edge=INK, fill="#fbfbf9", width_pt=0.5, z=40)
        for geometry in county.geometry:
            outline = outline_of(moved(geometry))
            if outline is not None:
                page.shape(outline, fill="#e9e7df", edge="#6f6f6f", width_pt=0.6, z=41)
        about = self.data.subject is not self.data.town
        town, subject = outline_of(moved(self.data.town)), outline_of(moved(self.data.subject))
        if town is not None:
            page.shape(town, fill=TOWN_BAND if about else TOWN_LINE, edge=TOWN_LINE, width_pt=0.4, z=42, alpha=0.85)
        if about and subject is not None:
            page.shape(subject, fill=MARK_RED, edge=MARK_RED, width_pt=0.8, z=43)
        t = self.theme
        names = [Text(str(n), str(e or n)) for n, e in zip(county["name"], county.get("name_en", county["name"]), strict=True)]
        caption = self.wording.one(Text(f"位置图：{names[0].zh}", f"Locator: {names[0].en}"), " ")
        page.text(x, top - high - 1.2 * t.small * MM_PER_POINT, shortened(caption, wide + 20, t.small), t.small, colour=GREY)


def legend_keys(drawn: set[str]) -> tuple[str, ...]:
    """The legend's entries for what was drawn, in the legend's order."""
    return tuple(key for key in LEGEND if key in drawn)
