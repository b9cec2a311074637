"""Which names a map carries and in which forms, from the beats down to the schools; where they go is label_placing's work."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import shapely

from exporting.label_forms import NO_LEAD, PARK_INK, PLACE_INK, RISK_INK, LabelForms
from exporting.label_placing import (
    Label,
    Line,
    Obstacles,
    Placed,
    place_beside,
    place_in_area,
    place_on_leader,
    spread_symbols,
)
from exporting.labels_along import place_along, river_line
from exporting.map_view import MapView
from exporting.page import GREY, Box
from exporting.sheet_content import NOTHING, SheetData, lead_of, name_of
from exporting.sheet_layout import Theme, Wording
from layers import LAYERS
from layers.definition.text import Text
from layers.drawing.print_map import WATER_NAME, lines_of, symbol_half_mm

CROWD = 160
"""From so many points on a layer is a texture: its symbols are not moved apart and names may lie on them."""
NAMED_AREAS = ("industrial_parks", "rural_parks")


@dataclass(frozen=True)
class Missing:
    """An area or place whose name found no room, with its outline or point on the page."""

    kind: str
    code: str
    name: Text
    area: Any


@dataclass(frozen=True)
class Names:
    """Everything that has found its place on one map: labels, symbols by layer, and what found none."""

    placed: tuple[Placed, ...]
    symbols: dict[str, list[tuple[float, float]]]
    missing: tuple[Missing, ...]
    crowded: tuple[Missing, ...]
    """Areas that carry less than their Chinese name: what an enlargement should show."""


class Namer:
    """Places the symbols and names of one view. `hidden` is the part (page mm) that an enlargement shows in detail."""

    def __init__(self, view: MapView, data: SheetData, wording: Wording, theme: Theme, blocked: list[Box], hidden: Any = None) -> None:
        self.view, self.data, self.wording, self.theme, self.hidden = view, data, wording, theme, hidden
        self.forms = LabelForms(wording, theme)
        self.taken = Obstacles()
        self.taken.add(blocked, margin=0.6)
        self.blocked = shapely.union_all([shapely.box(*box).buffer(2.0) for box in blocked])
        x0, y0, x1, y1 = view.frame
        self.window = shapely.box(x0 + 0.8, y0 + 0.8, x1 - 0.8, y1 - 0.8)
        self.placed: list[Placed] = []
        self.missing: list[Missing] = []
        self.crowded: list[Missing] = []
        self.stuck = 0
        self.beat_areas, self.unit_areas = (view.on_page(table.geometry.to_numpy()) for table in (data.beats, data.units))
        for area in (*self.beat_areas, *self.unit_areas):
            shapely.prepare(area)
        self.beat_lines = shapely.MultiLineString(lines_of(self.beat_areas)) if len(self.beat_areas) else None
        self.subject = view.on_page(data.subject) if data.subject is not data.town else None
        parks = [area for layer in NAMED_AREAS if data.theme.parks for area in data.table(layer).geometry]
        self.parks = view.on_page(shapely.union_all(parks))
        self.lines = view.on_page(self._water_and_main_roads())
        self.large = max(theme.factor, 1.0)  # on large paper symbols are larger, and give way and lead farther
        self._at: dict[str, dict[int, tuple[float, float]]] = {}
        if hidden is not None:
            self.taken.add_line(list(hidden.exterior.coords), half_mm=0.35)

    def names(self, areas_first: bool = False) -> Names:
        """All names, most important first. `areas_first`: names of beats and units before all symbols but stations and risk places.

        Symbols that come later give way by a few millimetres; `stuck` counts those that could not and now lie on something.
        """
        theme = self.data.theme
        symbols = self._symbols(theme.symbols[:2] if areas_first else theme.symbols)
        self._moved()
        self._beats()
        self._places("stations", leader=True)
        self._units()
        if areas_first:
            symbols |= self._symbols(theme.symbols[2:], reach_mm=3.2)
        for layer in NAMED_AREAS if theme.parks else ():
            self._parks(layer)
        for layer in theme.named[1:]:
            self._places(layer, leader=True)
        self._rivers()
        self._roads()
        for layer in theme.wished:
            self._places(layer, leader=False)
        if self.data.subject is not self.data.town:
            self._cells()
        return Names(tuple(self.placed), symbols, tuple(self.missing), tuple(self.crowded))

    def areas_only(self) -> Names:
        """Beats and units alone, all symbols in their places: enough to see what is crowded."""
        symbols = self._symbols(self.data.theme.symbols)
        self._moved()
        self._beats()
        self._units()
        return Names(tuple(self.placed), symbols, tuple(self.missing), tuple(self.crowded))

    def _symbols(self, layers: tuple[str, ...], reach_mm: float = 2.2) -> dict[str, list[tuple[float, float]]]:
        found: dict[str, list[tuple[float, float]]] = {}
        for layer in layers:
            table = self.data.table(layer)
            if not len(table):
                continue
            points = self.view.on_page(table.geometry.representative_point().to_numpy())
            inside = np.flatnonzero(shapely.contains(self.window, points) & ~shapely.contains(self.blocked, points))
            if self.hidden is not None and layer != "stations":
                inside = inside[~shapely.contains(self.hidden, points[inside])]
            places = [(float(points[i].x), float(points[i].y)) for i in inside]
            if len(places) < CROWD:
                homes = [self._homes(x, y) for x, y in places]
                half, reach = symbol_half_mm(LAYERS[layer].style, self.theme.factor), reach_mm * self.large
                places, stuck = spread_symbols(places, half, self.taken, reach, homes)
                self.stuck += stuck
            if places:
                found[layer] = places
                self._at[layer] = dict(zip(inside.tolist(), places, strict=True))
        return found

    def beat_at(self, area: Any) -> str:
        """The code of the beat in which a shape of the page lies; – for none."""
        point = area.representative_point()
        inside = shapely.contains_xy(self.beat_areas, point.x, point.y) if len(self.beat_areas) else np.zeros(0, np.bool_)
        return str(self.data.beats["code"].iloc[int(np.argmax(inside))]) if inside.any() else "–"

    def _homes(self, x: float, y: float) -> list[Any]:
        """The beat and the unit that a point lies in."""
        found = (areas[shapely.contains_xy(areas, x, y)] for areas in (self.beat_areas, self.unit_areas) if len(areas))
        return [inside[0] for inside in found if len(inside)]

    def _visible(self, area: Any) -> Any | None:
        """The largest piece of an area inside the frame, if it is worth a name."""
        pieces = [p for p in shapely.get_parts(shapely.intersection(area, self.window)) if p.geom_type == "Polygon" and p.area > 2]
        return max(pieces, key=lambda piece: piece.area) if pieces else None

    def _water_and_main_roads(self) -> Any:
        """What a name should not lie on where it need not."""
        roads = self.data.table("roads")
        main = roads.geometry[roads["road_class"] == "national"] if "road_class" in roads else []
        return shapely.union_all([*self.data.table("water").geometry, *main])

    def clear_of_parks(self, area: Any) -> Any:
        """What of an area no park covers, for a name on a park would seem to be the park's; all of it where that is most of it."""
        pieces = [p for p in shapely.get_parts(shapely.difference(area, self.parks)) if p.geom_type == "Polygon"]
        largest = max(pieces, key=lambda piece: piece.area, default=area)
        return largest if largest.area > 0.5 * area.area else area

    def _inside(self, area: Any) -> bool:
        """Whether an area too small to be seen lies on this map, and not where an enlargement stands."""
        point = area.representative_point()
        return bool(self.window.contains(point)) and not bool(self.blocked.contains(point))

    def _about(self, shape: Any) -> bool:
        """Whether the sheet is about what lies there: around the area of one beat or officer a name is not worth a letter or leader."""
        return self.subject is None or bool(self.subject.intersects(shape))

    def _lead(self, row: Any) -> Text:
        """A beat's lead as the map names it: not where the title has said it, nor where the theme is another."""
        lead = lead_of(row)
        return lead if self.data.theme.leads and not (lead.zh and lead.zh in self.data.said) else NOTHING

    def _moved(self) -> None:
        """The cells that change hands, each with its beat before and after."""
        change = self.data.change
        if self.data.theme.fill != "moved" or change is None or not len(change.moved):
            return
        for (_, row), shape in zip(change.moved.iterrows(), self.view.on_page(change.moved.geometry.to_numpy()), strict=True):
            arrow, name = f"{row['before']}→{row['after']}", name_of(row)
            area = self._visible(shape)
            forms = self.forms.moved(arrow, name)
            placed = place_in_area("cell", str(row["cell"]), area, forms, self.taken) if area is not None else None
            if placed is not None:
                self.placed.append(placed)
            elif area is not None or self._inside(shape):
                said = Text(f"{name.zh} {arrow}", f"{name.en} {arrow}")
                missing = Missing("cell", str(row["cell"]), said, area if area is not None else shape)
                self.missing.append(missing)
                self.crowded.append(missing)

    def _beats(self) -> None:
        beats = self.data.beats
        focus = self.data.subject
        shapely.prepare(focus)
        order = sorted(range(len(beats)), key=lambda i: self.beat_areas[i].area)
        for i in order:
            row = beats.iloc[i]
            area = self._visible(self.beat_areas[i])
            subject = focus.intersects(beats.geometry.iloc[i].representative_point())
            name = name_of(row)
            if area is None:
                if subject and self._inside(self.beat_areas[i]):
                    self.missing.append(Missing("beat", str(row["code"]), name, self.beat_areas[i]))
                continue
            variants = self._beat_forms(str(row["code"]), name, self._lead(row))
            placed = place_in_area("beat", row["code"], self.clear_of_parks(area), variants, self.taken, self.lines)
            whole = area.area > 0.6 * self.beat_areas[i].area
            if placed is None and whole:
                placed = place_on_leader("beat", row["code"], area, variants[-1:], self.taken, self.view.frame)
            if placed is not None:
                self.placed.append(placed)
            elif whole and subject:
                self.missing.append(Missing("beat", str(row["code"]), name, area))
            if whole and subject and (placed is None or not placed.label.lines):
                self.crowded.append(Missing("beat", row["code"], name, area))

    def beat_again(self, code: str) -> Placed | None:
        """Another place, or a shorter form, for a beat's label that had to give way."""
        at = int(np.flatnonzero((self.data.beats["code"] == code).to_numpy())[0])
        row, area = self.data.beats.iloc[at], self._visible(self.beat_areas[at])
        return place_in_area(
            "beat", code, self.clear_of_parks(area), self._beat_forms(code, name_of(row), self._lead(row)), self.taken, self.lines
        )

    def _beat_forms(self, code: str, name: Text, lead: Text) -> list[Label]:
        """On a sheet of officers the lead stands for the beat."""
        if self.data.theme.fill == "officers":
            name, lead = (lead if lead.zh else NO_LEAD), NOTHING
        return self.forms.beat(code, name, lead)

    def _units(self) -> None:
        units = self.data.units
        if not len(units):
            return
        areas = self.unit_areas
        subject = self.view.on_page(self.data.subject)
        for i in np.argsort([area.area for area in areas], kind="stable"):
            whole = shapely.intersection(areas[i], subject)
            if whole.area < 0.5 * areas[i].area:
                continue
            area = self._visible(whole)
            row = units.iloc[i]
            name = name_of(row)
            if area is None or area.area < 0.5 * areas[i].area:
                if area is None and self._inside(areas[i]):
                    self.missing.append(Missing("unit", str(row["code"]), name, areas[i]))
                continue
            placed = self._in_unit(str(row["code"]), area, name)
            if placed is not None:
                self.placed.append(placed)
            else:
                missing = Missing("unit", str(row["code"]), name, area)
                self.missing.append(missing)
                self.crowded.append(missing)

    def _in_unit(self, code: str, area: Any, name: Text) -> Placed | None:
        """In the part of the unit that lies in one beat first, so that the name crosses no beat's border."""
        variants = self.forms.unit(name)
        parts = shapely.intersection(self.beat_areas, area) if len(self.beat_areas) else np.asarray([area], dtype=object)
        pieces = [p for part in parts for p in shapely.get_parts(part) if p.geom_type == "Polygon" and p.area > 2]
        for piece in sorted(pieces, key=lambda p: -p.area)[:2]:
            placed = place_in_area("unit", code, self.clear_of_parks(piece), variants, self.taken, self.lines)
            if placed is not None:
                return placed
        return None

    def _cells(self) -> None:
        """The cells of a beat that has the sheet for itself, where there is room."""
        cells = self.data.table("grid_cells")
        cells = cells[cells.representative_point().within(self.data.subject)] if len(cells) else cells
        for area, (_, row) in zip(self.view.on_page(cells.geometry.to_numpy()), cells.iterrows(), strict=True):
            forms, seen = self.forms.cell(name_of(row)), self._visible(area)
            if seen is None or not forms:
                continue
            placed = place_in_area("cell", str(row["code"]), self.clear_of_parks(seen), forms, self.taken, self.lines)
            if placed is not None:
                self.placed.append(placed)
            else:
                self.missing.append(Missing("cell", str(row["code"]), name_of(row), seen))

    def _places(self, layer: str, leader: bool) -> None:
        table = self.data.table(layer)
        half = symbol_half_mm(LAYERS[layer].style, self.theme.factor)
        for i, (x, y) in self._at.get(layer, {}).items():
            row = table.iloc[i]
            name = name_of(row)
            if not name.zh:
                continue
            variants = self.forms.place(name, PLACE_INK if layer != "risk_places" else RISK_INK, both=layer != "schools")
            code = f"{layer}:{row['code']}"
            placed = place_beside("place", code, x, y, half, variants, self.taken, self.view.frame, self.beat_lines)
            asked = leader and self._about(shapely.Point(x, y))
            if placed is None and asked:
                point, frame = shapely.Point(x, y), self.view.frame
                kept_off = [self.beat_lines, *([None] if layer == "stations" else [])]  # a station is named whatever lies around it
                tries = (
                    place_on_leader("place", code, point, variants[-1:], self.taken, frame, borders, reach_mm=24 * self.large)
                    for borders in kept_off
                )
                placed = next((found for found in tries if found is not None), None)
            if placed is not None:
                self.placed.append(placed)
            elif asked:
                self.missing.append(Missing("place", code, name, shapely.Point(x, y)))

    def _parks(self, layer: str) -> None:
        table = self.data.table(layer)
        for i in range(len(table)):
            area = self.view.on_page(table.geometry.iloc[i])
            seen = shapely.intersection(area, self.window)
            if seen.area < 0.5 * area.area or (self.hidden is not None and seen.intersection(self.hidden).area > 0.5 * seen.area):
                continue
            name, code = name_of(table.iloc[i]), f"{layer}:{table['code'].iloc[i]}"
            variants = self.forms.place(name, PARK_INK)
            piece = max(shapely.get_parts(seen), key=lambda part: part.area)
            placed = place_in_area("place", code, piece, variants, self.taken) if piece.geom_type == "Polygon" else None
            if placed is None:
                x0, y0, x1, y1 = seen.bounds
                middle = shapely.Point((x0 + x1) / 2, (y0 + y1) / 2)
                half, high = (x1 - x0) / 2, (y1 - y0) / 2
                frame, borders = self.view.frame, self.beat_lines
                beside = partial(place_beside, "place", code, middle.x, middle.y, half, variants, self.taken, frame, borders, high_mm=high)
                placed = beside(across=False)
                if placed is None and self._about(piece):
                    placed = place_on_leader("place", code, middle, variants[-1:], self.taken, frame, borders, 32 * self.large)
                if placed is None and self.hidden is None and not self.blocked.is_empty:  # an enlargement has no room for more numbers
                    placed = beside()
            if placed is not None:
                self.placed.append(placed)
            elif self._about(piece):
                self.missing.append(Missing("place", code, name_of(table.iloc[i]), piece))

    def _rivers(self) -> None:
        table = self.data.table("water")
        for i in range(len(table)):
            name = name_of(table.iloc[i])
            middle = river_line(shapely.intersection(self.view.on_page(table.geometry.iloc[i]), self.window))
            if middle is None or not name.zh:
                continue
            self._along("water", str(table["code"].iloc[i]), middle, name, WATER_NAME)

    def _roads(self) -> None:
        table = self.data.table("roads")
        if "road_class" not in table:
            return
        longest: dict[str, tuple[float, Any, Text]] = {}
        for i in np.flatnonzero(table["road_class"].isin(["national", "county"]).to_numpy()):
            name = name_of(table.iloc[i])
            shape = shapely.line_merge(shapely.intersection(self.view.on_page(table.geometry.iloc[i]), self.window))
            for part in shapely.get_parts(shape):
                if part.geom_type == "LineString" and name.zh and part.length > longest.get(name.zh, (0.0, None, name))[0]:
                    longest[name.zh] = (part.length, part, name)
        for chinese, (_, line, name) in sorted(longest.items(), key=lambda item: -item[1][0]):
            self._along("road", chinese, line, name, GREY)

    def _along(self, kind: Any, code: str, line: Any, name: Text, colour: str) -> None:
        for text in dict.fromkeys([self.wording.one(name, "  "), self.wording.lines(name)[0]]):
            label = Label((Line(text, self.theme.place, colour=colour),))
            placed = place_along(kind, code, line, label, self.taken, self.view.frame)
            if placed is not None:
                self.placed.append(placed)
                return
