"""The maps of a map book: the town with every page's area, and each area large with what lies around it. Vector pictures as SVG."""

import re
import unicodedata
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import shapely

from exporting.fonts import ASCENT, MM_PER_POINT, font, text_width_mm
from exporting.map_body import MUTED, Borders, MapBody, borders_of
from exporting.map_names import Missing, Namer
from exporting.map_view import MapView
from exporting.number_key import number_key
from exporting.page import BOLD_PT, INK, Align, Box, Page, TextMark
from exporting.sheet_blocks import Legend, legend_keys
from exporting.sheet_content import SheetContent, SheetData, fills_of, prepared
from exporting.sheet_furniture import draw_frame, draw_north_arrow, draw_scale_bar, ratio_text
from exporting.sheet_layout import PAPERS, Wording, band_mm, fitting_scales
from layers.definition.text import Text

AROUND = 0.07  # share of the map's shorter side left free around an area, so that its neighbours can be seen and named
STRESSED = "#ffd98a"
"""Fill of the area a page is about, where beats are not the theme."""
FINEST_MM = 0.03  # a tenth of the thinnest line
CLIPPED = frozenset({"water", "roads"})
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
"""Controls, half characters, and marks that turn the direction of what follows: a name has no use for them, a file breaks on some."""
_STROKE = "stroke-"
_STROKED = re.compile(rf'<g id="{_STROKE}([0-9.]+)">\s*(?:<!--.*?-->\s*)?<text style="([^"]*)"')
_FILL = re.compile(r"fill: ?(#[0-9a-fA-F]{6})")
_LONG_NUMBER = re.compile(r"(?<=\.\d\d)\d+")


def readable(text: str) -> str:
    """A text of the data as it may be printed: composed, without hidden characters, without blanks around it."""
    return unicodedata.normalize("NFC", _HIDDEN.sub("", text)).strip()


@dataclass(frozen=True)
class Area:
    """What a page's map shows large: beats by code, or one unit; neither is the whole town."""

    beats: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True)
class BookMap:
    """A map as SVG with its size in mm, its scale, and where each beat or unit is named on it: boxes in mm from the lower left corner."""

    svg: str
    width_mm: float
    height_mm: float
    scale: int
    named: tuple[tuple[str, str, Box], ...]
    """kind ("beat" or "unit"), code, box."""
    numbers: tuple[tuple[str, Text], ...]
    """What only a number stands for on the map."""
    drawn: frozenset[str]
    texts: tuple[str, ...]


class TextPage(Page):
    """A page for SVG alone: halo and weight are strokes of the letters themselves, so that a book holds them as text, not as outlines."""

    def text(
        self,
        x: float,
        baseline: float,
        text: str,
        size_pt: float,
        *,
        align: Align = "left",
        colour: str = INK,
        bold: bool = False,
        halo: str | None = None,
        halo_pt: float = 1.6,
        angle_deg: float = 0.0,
        z: float = 60,
    ) -> None:
        """One line of text from its baseline, as `Page.text`."""
        said = readable(text)
        if not said:
            return
        text = self._printable(said)
        base: dict[str, Any] = {"ha": align, "va": "baseline", "fontproperties": font(size_pt), "rotation": angle_deg}
        base |= {"rotation_mode": "anchor", "parse_math": False}
        if halo is not None:
            self.axes.text(x, baseline, text, color=self.tone(halo), zorder=z - 0.5, gid=f"{_STROKE}{halo_pt:g}", **base)
        gid = f"{_STROKE}{BOLD_PT * size_pt:.2f}" if bold else None
        self.axes.text(x, baseline, text, color=self.tone(colour), zorder=z, gid=gid, **base)
        width, em = text_width_mm(text, size_pt), size_pt * MM_PER_POINT
        left = x - {"left": 0.0, "center": 0.5, "right": 1.0}[align] * width
        self.marks.append(TextMark(said, size_pt, (left, baseline - 0.12 * em, left + width, baseline + ASCENT * em), angle_deg))

    def svg(self) -> str:
        """The page with hundredths of a point, which is a third of a hundredth of a millimetre."""
        out = BytesIO()
        self.write(out, "svg", 72, {"Date": None, "Creator": "Jingge"})
        return _STROKED.sub(_stroked, _LONG_NUMBER.sub("", out.getvalue().decode()))


def _stroked(found: re.Match[str]) -> str:
    """A text whose group asks for a stroke gets it, in the colour of its letters."""
    width, style = found.groups()
    fill = _FILL.search(style)
    colour = fill.group(1) if fill else "#000000"
    return f'<g><text style="stroke: {colour}; stroke-width: {width}; stroke-linejoin: round; {style}"'


class BookMaps:
    """Draws the maps of one book; the tables are made ready once for all of them.

    Refused: what `exporting.sheet_content.prepared` refuses.
    """

    def __init__(self, content: SheetContent, wording: Wording) -> None:
        self.wording, self.theme = wording, PAPERS["A4"].theme
        self.data = prepared(content)
        self.borders = borders_of(self.data)
        self.drawn: set[str] = set()

    @property
    def notes(self) -> tuple[Text, ...]:
        """What the tables lack."""
        return self.data.notes

    def draw(self, area: Area, width_mm: float, height_mm: float) -> BookMap:
        """The map of an area, or of the whole town."""
        data = self._data_for(area)
        page = TextPage(width_mm, height_mm)
        band = band_mm(self.theme)
        frame = (band + 0.4, band + 0.4, width_mm - band - 0.4, height_mm - band - 0.4)
        view = self._view(data, frame, whole=area == Area())
        corner = self._corner(view, data)
        data, borders = self._seen(data, view)
        namer = Namer(view, data, self.wording, self.theme, [corner])
        names = namer.names()
        numbers = tuple(number_key(namer, tuple(m for m in names.missing if self._must_be_named(m, area, data, view))))
        names = replace(names, placed=tuple(namer.placed))
        body = MapBody(page, view, data, borders, self.theme)
        body.draw(names)
        self._furniture(page, view, corner)
        draw_frame(page, view, self.theme.small, [box for label in names.placed for box in label.covers] + [corner], band)
        self.drawn |= set(body.drawn)
        named = tuple((label.kind, label.code, label.box) for label in names.placed if label.kind in ("beat", "unit"))
        texts = tuple(mark.text for mark in page.marks)
        return BookMap(page.svg(), width_mm, height_mm, view.scale, named, numbers, frozenset(body.drawn), texts)

    def legend(self, width_mm: float) -> BookMap:
        """All that the maps drawn so far show."""
        keys = legend_keys(self.drawn)
        block = Legend(keys, (), self.wording, self.theme, columns=4)
        height = block.height(width_mm) + 2
        page = TextPage(width_mm, height)
        block.draw(page, 0.5, height - 0.5, width_mm - 1)
        return BookMap(page.svg(), width_mm, height, 0, (), (), frozenset(keys), tuple(m.text for m in page.marks))

    def neighbours_of_unit(self, code: str) -> tuple[str, ...]:
        """Codes of the units that share a border with one, sorted."""
        units = self.data.units
        shape = units.geometry[units["code"] == code]
        if shape.empty:
            return ()
        near = units[units.dwithin(shape.iloc[0], 1.0)]
        return tuple(sorted(str(c) for c in near["code"] if c != code))

    def _data_for(self, area: Area) -> SheetData:
        data = self.data
        if area.unit:
            shape = data.units.geometry[data.units["code"] == area.unit].union_all()
            colours = {str(c): STRESSED if c == area.unit else MUTED for c in data.units["code"]}
            return replace(data, subject=shape, unit_colours=colours, theme=replace(data.theme, fill="units"))
        if area.beats:
            shape = data.beats.geometry[data.beats["code"].isin(area.beats)].union_all()
            return replace(data, subject=shape, colours=fills_of(data.beats, area.beats, data.theme, data.variant))
        return replace(data, theme=replace(data.theme, symbols=("stations",), named=("stations",), wished=(), dots=()))

    def _seen(self, data: SheetData, view: MapView) -> tuple[SheetData, Borders]:
        """Only what the frame shows, with no more detail than paper can: a page then weighs a tenth."""
        west, south, east, north = view.ground(view.frame)
        edge = 8.0 / view.mm_per_m
        window = (west - edge, south - edge, east + edge, north + edge)
        finest = FINEST_MM / view.mm_per_m

        def lines(border: Any) -> Any:
            return None if border is None else shapely.simplify(shapely.clip_by_rect(border, *window), finest)

        tables = {key: table.iloc[sorted(table.sindex.query(shapely.box(*window)))] for key, table in data.tables.items()}
        for key in CLIPPED & tables.keys():
            table = tables[key]
            cut = shapely.simplify(shapely.clip_by_rect(table.geometry.to_numpy(), *window), finest)
            tables[key] = table.set_geometry(cut, crs=table.crs)[~shapely.is_empty(cut)]
        kept = {key: table.reset_index(drop=True) for key, table in tables.items() if len(table)}
        beats, units = (
            table.iloc[sorted(table.sindex.query(shapely.box(*window)))].reset_index(drop=True) if len(table) else table
            for table in (data.beats, data.units)
        )
        b = self.borders
        borders = Borders(lines(b.cells), lines(b.units), lines(b.beats), lines(b.town))
        if data.subject is data.town:
            return replace(data, tables=kept), borders
        return replace(data, tables=kept, beats=beats, units=units, town=shapely.clip_by_rect(data.town, *window)), borders

    def _must_be_named(self, missing: Missing, area: Area, data: SheetData, view: MapView) -> bool:
        """What found no room on the map but is the page's subject: on the whole town beats, on a page all that lies in its area."""
        if area == Area():
            return missing.kind == ("unit" if data.theme.fill == "units" else "beat")
        return missing.kind != "beat" and bool(data.subject.intersects(_point(missing, view)))

    def _view(self, data: SheetData, frame: Box, whole: bool) -> MapView:
        x0, y0, x1, y1 = shapely.bounds(data.subject)
        margin = 5.0 if whole else AROUND * min(frame[2] - frame[0], frame[3] - frame[1]) + 4.0
        scale = fitting_scales((max(x1 - x0, 1.0), max(y1 - y0, 1.0)), frame, margin)[0]
        return MapView(data.crs, scale, frame, ((x0 + x1) / 2, (y0 + y1) / 2))

    def _corner(self, view: MapView, data: SheetData) -> Box:
        """Where scale bar and arrow stand: the corner in which they hide least of the area."""
        x0, y0, x1, y1 = view.frame
        wide, high = 50.0, 9.5
        boxes = [(x0, y0, x0 + wide, y0 + high), (x1 - wide, y0, x1, y0 + high)]
        boxes += [(x0, y1 - high, x0 + wide, y1), (x1 - wide, y1 - high, x1, y1)]
        subject = view.on_page(data.subject)
        return min(boxes, key=lambda box: round(float(subject.intersection(shapely.box(*box)).area), 3))

    def _furniture(self, page: Page, view: MapView, corner: Box) -> None:
        x0, y0, _, y1 = corner
        page.box(corner, fill="white", edge=INK, width_pt=0.4, z=28)
        draw_north_arrow(page, x0 + 3.6, y0 + 1.0, y1 - y0 - 1.6, 6.0)
        length = draw_scale_bar(page, x0 + 9, y0 + 4.6, view.scale, 30, 6.0, z=50)
        page.text(x0 + 9, y0 + 1.5, ratio_text(view.scale), 6.4, bold=True)
        wide = text_width_mm(ratio_text(view.scale), 6.4)
        paper = self.wording.one(Text("（A4，100%）", "(A4, 100 %)")) if self.wording.names != "both" else "(A4, 100 %)"
        if wide + 11 + text_width_mm(paper, 6.0) < max(length + 14, 40):
            page.text(x0 + 10 + wide, y0 + 1.5, paper, 6.0)


def _point(missing: Missing, view: MapView) -> Any:
    """A point of what found no room, on the ground in metres."""
    point = missing.area.representative_point()
    west, south, _, _ = view.ground((point.x, point.y, point.x, point.y))
    return shapely.Point(west, south)
