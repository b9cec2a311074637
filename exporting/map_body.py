"""One map inside its frame: fills, water, roads, borders in their order, symbols and the names that map_names has placed."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from matplotlib.patches import FancyBboxPatch

from exporting.fonts import ASCENT, MM_PER_POINT
from exporting.label_placing import Placed
from exporting.map_names import CROWD, Names
from exporting.map_view import MapView
from exporting.page import INK, Page
from exporting.sheet_content import SheetData
from exporting.sheet_layout import Theme
from exporting.sheet_themes import contrast
from layers import LAYERS
from layers.drawing.colour_classes import NO_BEAT_COLOUR
from layers.drawing.print_map import WATER_EDGE, WATER_FILL, MapPainter, shared_borders, symbol_half_mm, symbol_outline

TOWN_BAND, TOWN_LINE = "#b7a1cf", "#4b2a6b"
BEAT_LINE, UNIT_LINE, CELL_LINE = "#1d2f4f", "#8a5a1f", "#757575"
BEAT_PT, UNIT_PT, CELL_PT, TOWN_PT = 1.25, 0.6, 0.32, 1.6
UNIT_DASH, CELL_DASH = (6.0, 2.2, 1.2, 2.2), (3.0, 2.5)
BEFORE_LINE = SUBJECT_LINE = "#b3261e"
SUBJECT_PT = 2.0
PARK_ALPHA = 0.65  # so much of a park's own colour that it looks on every fill as in the legend
SAME_BORDER_M = 2.0  # an old border nearer than that to a new one is the same border
MUTED = "#f1f1ee"
"""Beats that the sheet is not about."""
BADGE_FILL = "#14284b"
LEAST_CONTRAST = 4.5  # WCAG 2.1, 1.4.3, small text


@dataclass(frozen=True)
class Borders:
    """Shared borders in metres, computed once and drawn in every view."""

    cells: Any
    units: Any
    beats: Any
    town: Any


def borders_of(data: SheetData) -> Borders:
    """The four ranks of borders; a rank that is not on the sheet is None."""

    def of(table: Any) -> Any:
        return shared_borders(table.geometry.to_numpy()) if len(table) else None

    return Borders(of(data.table("grid_cells")), of(data.units), of(data.beats), shapely.boundary(data.town))


class MapBody:
    """Draws one view of the data onto a page and remembers which kinds of thing it has drawn."""

    def __init__(self, page: Page, view: MapView, data: SheetData, borders: Borders, theme: Theme, base_z: float = 0.0) -> None:
        self.page, self.view, self.data, self.borders, self.theme, self.base_z = page, view, data, borders, theme, base_z
        self.painter = MapPainter(page.axes, view.frame, theme.factor, base_z, page.tone)
        self.drawn: dict[str, int] = {}

    def draw(self, names: Names, hidden: Any = None) -> None:
        """Everything, lowest first; small dots not where an enlargement shows them (`hidden`, page mm)."""
        self.hidden = hidden
        self.page.box(self.view.frame, fill=self.data.variant.page, z=self.base_z)
        self._fills()
        self._ground()
        self._borders()
        self._symbols(names)
        for placed in names.placed:
            self._label(placed)

    def _fills(self) -> None:
        data = self.data
        if data.theme.fill == "units" and len(data.units):
            for row in data.units.itertuples():
                self._fill(row.geometry, data.unit_colours[str(row.code)])
        elif len(data.beats):
            shapely.prepare(data.subject)
            for row in data.beats.itertuples():
                about = data.subject.intersects(row.geometry.representative_point())
                self._fill(row.geometry, data.colours[row.code] if about else MUTED)
            rest = shapely.difference(data.town, data.beats.geometry.union_all()).buffer(-1)
            if rest.area > 100:
                self._fill(rest, NO_BEAT_COLOUR, "rising")
                self._seen("unassigned")
        else:
            for row in data.units.itertuples():
                self._fill(row.geometry, "#fbe9cf" if row.kind == "communities" else "#eaf0e0")
            if not len(data.units):
                self._fill(data.town, "#f3efe4")
        self._themed()

    def _themed(self) -> None:
        """What the theme lays over the areas: classes of a number, or the cells that change hands."""
        data = self.data
        if data.theme.fill == "classes" and data.classes is not None and len(data.classes.areas):
            ramp = data.variant.classes(len(data.classes.spans))
            inside = shapely.intersection(data.classes.areas.geometry.to_numpy(), data.town)
            for level, area in zip(data.classes.areas["level"], inside, strict=True):
                self._fill(area, ramp[int(level)], z=1.2)
        if data.theme.fill == "moved" and data.change is not None:
            for row in data.change.moved.itertuples():
                self._fill(row.geometry, data.variant.fill(row.colour), z=1.2)
                self._seen("moved")

    def _fill(self, area_m: Any, colour: str, hatch: str = "", z: float = 1.0) -> None:
        area = self.view.on_page(area_m)
        self.painter.area(area, colour, z)
        name = hatch or self.data.variant.hatch_of(colour)
        if name:
            seen = shapely.intersection(shapely.make_valid(area), shapely.box(*self.view.frame))
            self.page.hatched(seen, name, self.theme.factor, self.base_z + z + 0.1)

    def _ground(self) -> None:
        water = self.data.table("water")
        for geometry in water.geometry:
            self.painter.area(self.view.on_page(geometry), WATER_FILL, 2, edge=WATER_EDGE, width_pt=0.35)
        if self._in_frame(water):
            self._seen("water")
        for layer in ("rural_parks", "industrial_parks") if self.data.theme.parks else ():
            table, style = self.data.table(layer), LAYERS[layer].style
            for geometry in table.geometry:
                self.painter.area(self.view.on_page(geometry), style.fill, 2.4, alpha=PARK_ALPHA)
            if self._in_frame(table):
                edges = [self.view.on_page(geometry) for geometry in table.geometry]
                self.painter.lines(edges, style.stroke or INK, 0.8, 2.5, dash=(4, 2) if style.dash else None)
                self._seen(layer)
        roads = self.data.table("roads")
        if len(roads):
            shown = roads.assign(geometry=self.view.on_page(roads.geometry.to_numpy()))
            for name in self.painter.roads(shown, 3):
                self._seen(f"roads:{name}")
        x0, y0, x1, y1 = self.view.frame
        town = self.view.on_page(self.data.town)
        outside = shapely.difference(shapely.box(x0, y0, x1, y1), town)
        self.painter.area(outside, "#ffffff", 4, alpha=0.55)
        simple = shapely.simplify(town, 0.1)
        band = shapely.difference(shapely.buffer(simple, 1.5 * self.theme.factor), town)
        self.painter.area(band, TOWN_BAND, 4.1, alpha=0.75)

    def _borders(self) -> None:
        ranks = (
            ("grid_cells", self.borders.cells, CELL_LINE, CELL_PT, CELL_DASH, 5.0),
            ("units", self.borders.units, UNIT_LINE, UNIT_PT, UNIT_DASH, 5.1),
            ("beats", self.borders.beats, BEAT_LINE, BEAT_PT, None, 5.2),
            ("town", self.borders.town, TOWN_LINE, TOWN_PT, None, 5.3),
        )
        for key, border, colour, width, dash, z in ranks:
            if border is not None:
                line = self.view.on_page(border)
                self.painter.lines([line], colour, width, z, dash)
                if line.intersects(shapely.box(*self.view.frame)):
                    self._seen(key)

        if self.data.subject is not self.data.town:
            edge = self.view.on_page(shapely.boundary(self.data.subject))
            self.painter.lines([edge], SUBJECT_LINE, SUBJECT_PT, 5.6, alpha=0.85)
            self._seen("subject")
        change = self.data.change
        if self.data.theme.fill == "moved" and change is not None and len(change.before):
            stays = self.borders.beats if self.borders.beats is not None else shapely.MultiLineString()
            gone = shapely.difference(shared_borders(change.before.geometry.to_numpy()), shapely.buffer(stays, SAME_BORDER_M))
            self.painter.lines([self.view.on_page(gone)], BEFORE_LINE, 1.4, 5.25, (4.0, 2.5))
            self._seen("before")

    def _symbols(self, names: Names) -> None:
        frame = shapely.box(*self.view.frame)
        for layer in self.data.theme.dots:
            table = self.data.table(layer)
            if len(table):
                points = self.view.on_page(table.geometry.to_numpy())
                seen = points[shapely.contains(frame, points)]
                if self.hidden is not None:
                    seen = seen[~shapely.contains(self.hidden, seen)]
                self.painter.symbols([(p.x, p.y) for p in seen], LAYERS[layer].style, 6)
                if len(seen):
                    self._seen(layer)
        for step, (layer, places) in enumerate(reversed(names.symbols.items())):
            self.painter.symbols(places, LAYERS[layer].style, (6.5 if len(places) >= CROWD else 7) + 0.02 * step)
            self._seen(layer)

    def _label(self, placed: Placed) -> None:
        label = placed.label
        z = self.base_z + 8
        if placed.leader:
            under = self.base_z + 6.3  # below the symbols: a leader ends where its symbol begins
            self.page.line(list(placed.leader), "#ffffff", 1.5, under, solid_capstyle="round")
            self.page.line(list(placed.leader), INK, 0.5, under + 0.1)
        if placed.angle_deg:
            self._turned(placed)
            return
        x0, y0, x1, y1 = placed.box
        middle = (y0 + y1) / 2
        if label.badge:
            badge_x, badge_y = ((x0 + x1) / 2, y1 - label.badge_mm / 2) if label.stacked else (x0 + label.badge_mm / 2, middle)
            draw_badge(self.page, badge_x, badge_y, label.badge, label.badge_mm, self.theme.badge, z)
            self._seen("badge")
        beside = bool(label.badge) and not label.stacked
        text_left = x0 + (label.badge_mm + 0.7 if beside else 0.0)
        top = y0 + label.text_mm[1] if label.stacked else middle + label.text_mm[1] / 2
        halo, halo_pt = self._halo(placed), 2.4 if self.data.theme.fill == "classes" else 1.6
        for at, line in enumerate(label.lines):
            em = line.size_pt * MM_PER_POINT
            baseline = top - (line.height_mm - em) / 2 - ASCENT * em
            start = text_left
            if at == label.shield:
                self.page.shape(
                    symbol_outline("shield", text_left + em * 0.45, baseline + em * 0.36, em * 0.42), fill=BADGE_FILL, z=z + 0.1
                )
                start += line.height_mm * 0.95
                self._seen("lead")
            align: Any = "left" if beside else "center"
            x = start if beside else (text_left + x1) / 2
            look: dict[str, Any] = {"colour": line.colour, "bold": line.bold, "halo": halo, "halo_pt": halo_pt}
            self.page.text(x, baseline, line.text, line.size_pt, align=align, z=z, **look)
            top -= line.height_mm

    def _turned(self, placed: Placed) -> None:
        line = placed.label.lines[0]
        x0, y0, x1, y1 = placed.box
        em, angle = line.size_pt * MM_PER_POINT, np.radians(placed.angle_deg)
        drop = (ASCENT - 0.12) / 2 * em
        x, y = (x0 + x1) / 2 + drop * np.sin(angle), (y0 + y1) / 2 - drop * np.cos(angle)
        self.page.text(
            x, y, line.text, line.size_pt, align="center", colour=line.colour, halo="#ffffff", angle_deg=placed.angle_deg, z=self.base_z + 8
        )

    def _halo(self, placed: Placed) -> str:
        """The fill below, so that the halo cuts lines without a white cloud; white outside the beats and where letters need it."""
        below, tone = self._fill_below(placed), self.page.tone
        legible = all(contrast(tone(line.colour), tone(below)) >= LEAST_CONTRAST for line in placed.label.lines)
        return below if legible else "#ffffff"

    def _fill_below(self, placed: Placed) -> str:
        x0, y0, x1, y1 = placed.box
        beats = self.data.beats
        if (
            self.data.theme.fill in ("beats", "officers")
            and placed.kind in ("beat", "unit", "cell", "key")
            and not placed.leader
            and len(beats)
        ):
            ground = self.view.ground(((x0 + x1) / 2, (y0 + y1) / 2, x1, y1))
            hit = beats.sindex.query(shapely.Point(ground[0], ground[1]), predicate="intersects")
            if len(hit):
                row = beats.iloc[int(hit[0])]
                return self.data.colours[row["code"]] if self.data.subject.intersects(row.geometry.representative_point()) else MUTED
        return "#ffffff"

    def _in_frame(self, table: Any) -> bool:
        return bool(len(table)) and bool(table.intersects(shapely.box(*self.view.ground(self.view.frame))).any())

    def _seen(self, key: str) -> None:
        self.drawn[key] = self.drawn.get(key, 0) + 1


def draw_badge(page: Page, x: float, y: float, text: str, width_mm: float, size_pt: float, z: float) -> None:
    """A beat's number, white in a dark round or long badge."""
    height = size_pt * MM_PER_POINT * 1.5
    r = height / 2 * 0.999
    patch = FancyBboxPatch(
        (x - width_mm / 2 + r, y - height / 2 + r),
        max(width_mm - 2 * r, 0.001),
        0.001,
        boxstyle=f"round,pad={r},rounding_size={r}",
        facecolor=page.tone(BADGE_FILL),
        edgecolor=page.tone("white"),
        linewidth=0.6,
        zorder=z,
    )
    page.axes.add_artist(patch)
    em = size_pt * MM_PER_POINT
    page.text(x, y - 0.36 * em, text, size_pt, align="center", colour="white", bold=True, z=z + 0.1)


def symbol_mark(page: Page, layer: str, x: float, y: float, theme: Theme, z: float) -> None:
    """A layer's symbol outside the map, as in the legend."""
    style = LAYERS[layer].style
    outline = symbol_outline(style.symbol, x, y, max(symbol_half_mm(style, theme.factor), 0.5))
    page.shape(outline, fill=style.fill or INK, z=z)
