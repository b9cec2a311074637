"""One map sheet of a plan, exact to a tenth of a millimetre: the content laid out, its names placed, everything drawn."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import shapely

from exporting.drawn_sheet import DPI, FORMATS, Sheet
from exporting.enlargement import Enlargement, crowded_regions, find_room
from exporting.fonts import MM_PER_POINT
from exporting.index_pages import IndexPages
from exporting.label_placing import Placed
from exporting.map_body import Borders, MapBody, borders_of
from exporting.map_names import Namer
from exporting.map_view import MapView
from exporting.number_key import is_mark, number_key
from exporting.page import INK, Box, Page
from exporting.sheet_blocks import legend_keys
from exporting.sheet_content import SheetContent, SheetData, prepared
from exporting.sheet_furniture import (
    ILLUSTRATIVE,
    INTERNAL,
    PUBLIC,
    draw_foot,
    draw_frame,
    draw_printed,
    draw_scale_bar,
    draw_title,
    draw_watermark,
    ratio_text,
)
from exporting.sheet_layout import NAMES, ORIENTATIONS, PAPERS, Layout, Wording, band_mm, fitting_scales
from exporting.sheet_panel import Panel
from exporting.sheet_themes import THEMES, VARIANTS
from layers.definition.refusal import Refusal, chosen
from layers.definition.text import Text

__all__ = ["DPI", "FORMATS", "NAMES", "PAPERS", "THEMES", "VARIANTS", "Sheet", "SheetContent", "draw_sheet", "sheet_bytes"]

TRIED_SCALES = 3  # a smaller map is worth it when it leaves room to show the centre enlarged
Symbols = dict[str, list[tuple[float, float]]]
Progress = Callable[[float, Text], bool]


def _unwatched(share: float, what: Text) -> bool:
    return True


def draw_sheet(
    content: SheetContent,
    paper: str = "A3",
    orientation: str = "landscape",
    language: str = "both",
    progress: Progress = _unwatched,
    panel: Callable[..., Panel] = Panel,
) -> Sheet:
    """The sheet of that content on A4 to A0, names in zh, en or both, at the largest round scale that fits.

    `progress` is told the share done and what is being done; when it says False the drawing is given up. `panel` makes what
    stands beside or below the map.
    Refused: an unknown paper, orientation or language, and what `prepared` refuses. Gaps in the data are told in `notes`.
    """
    size = PAPERS[chosen(paper, PAPERS, Text("纸张", "paper"))]
    orientation = chosen(orientation, ORIENTATIONS, Text("纸张方向", "orientation"))
    wording = Wording(chosen(language, NAMES, Text("语言", "language")))

    def step(share: float, what: Text) -> None:
        if not progress(share, what):
            raise Refusal(Text("已停止制图。", "The drawing was stopped."))

    step(0.0, Text("整理数据", "Preparing the data"))
    data = prepared(content)
    return _Drawing(content, data, panel(content, data, size, orientation, wording), step).sheet()


def sheet_bytes(
    content: SheetContent, paper: str = "A3", orientation: str = "landscape", language: str = "both", format: str = "pdf", dpi: int = DPI
) -> bytes:
    """`draw_sheet` and `Sheet.to_bytes` in one."""
    return draw_sheet(content, paper, orientation, language).to_bytes(format, dpi)


def sheet_marks(content: SheetContent) -> list[Text]:
    """Illustrative, internal or public with its review number."""
    number = content.review_number
    review = Text(f"{PUBLIC.zh} · 审图号：{number}", f"{PUBLIC.en} · review no. {number}")
    who = [review if number else PUBLIC] if content.public else [INTERNAL] if content.internal else []
    return ([ILLUSTRATIVE] if content.illustrative else []) + who


class _Drawing:
    """One sheet while it is being made."""

    def __init__(self, content: SheetContent, data: SheetData, panel: Panel, step: Callable[[float, Text], None]) -> None:
        self.content, self.data, self.panel, self.paper, self.wording = content, data, panel, panel.paper, panel.wording
        self.theme, self.step = self.paper.theme, step
        self.notes = list(data.notes)

    def sheet(self) -> Sheet:
        """Draw everything and give the sheet."""
        panel = self.panel
        at = panel.page_layout()
        variant = self.data.variant
        self.page = Page(at.width_mm, at.height_mm, variant.tone, variant.page)
        borders = borders_of(self.data)
        view, room = self._views(at.frame)
        self.step(0.25, Text("放置注记", "Placing the names"))
        hidden = room.outline_on(view) if room else None
        namer = Namer(view, self.data, self.wording, self.theme, [room.box] if room else [], hidden)
        names = namer.names()
        enlarged: tuple[Placed, ...] = ()
        symbols: Symbols = {}
        drawn: set[str] = set()
        key: list[tuple[str, Text]] = []
        missing = names.missing
        if room is not None:
            enlarged, symbols, drawn, key = self._draw_enlargement(room, borders, {item.code for item in missing})
            shown = {(label.kind, label.code) for label in enlarged} | {("any", label.code) for label in enlarged if label.kind == "key"}
            missing = tuple(item for item in missing if not {(item.kind, item.code), ("any", item.code)} & shown)
        key += number_key(namer, missing, first=sum(is_mark(mark) for mark, _ in key))
        marked = {name for mark, name in key if is_mark(mark)}
        key = [entry for entry in dict.fromkeys(key) if is_mark(entry[0]) or entry[1] not in marked]
        names = replace(names, placed=tuple(namer.placed))
        self.step(0.5, Text("绘制地图", "Drawing the map"))
        body = MapBody(self.page, view, self.data, borders, self.theme)
        body.draw(names, hidden)
        if hidden is not None:
            self.page.box(hidden.bounds, edge=INK, width_pt=0.9 * self.theme.factor, z=7.9, linestyle=(0, (4, 2)))
            drawn.add("enlargement")
        drawn |= set(body.drawn) | ({"colours"} if len(panel.shown_fills()) > 1 else set())
        covered = [box for label in names.placed for box in label.covers]
        draw_frame(self.page, view, self.theme.small, [*covered, *([room.box] if room else [])], band_mm(self.theme))
        if self.content.watermark.zh:
            draw_watermark(self.page, view.frame, self.wording.one(self.content.watermark, "  "))
        draw_foot(self.page, at, view, self.wording)
        self._draw_title(at)
        legend = legend_keys(drawn)
        self.step(0.7, Text("绘制图例和一览表", "Drawing legend and index"))
        told = panel.draw(self.page, at, legend, key, room is not None)
        self.notes += told.notes
        if self.content.printed.zh:
            draw_printed(self.page, at, self.content.printed, self.wording)
        self._note_missing_characters()
        title, subject = self._titles()
        further = IndexPages(title, self.paper, at.width_mm, at.height_mm, self.wording).pages(told.cut)
        return Sheet(
            page=self.page,
            title=title,
            subject=subject,
            maker=self.content.maker,
            view=view,
            enlargement=room,
            labels=names.placed,
            enlarged_labels=enlarged,
            legend=legend,
            notes=tuple(self.notes),
            named=tuple(key),
            symbols=names.symbols,
            enlarged_symbols=symbols,
            further=further,
        )

    def _views(self, frame: Box) -> tuple[MapView, Enlargement | None]:
        """The main view at the largest scale that fits, or a little smaller where that leaves room for a needed enlargement."""
        x0, y0, x1, y1 = self._extent()
        middle = ((x0 + x1) / 2, (y0 + y1) / 2)
        asked = self.content.extent is not None
        scales = fitting_scales((x1 - x0, y1 - y0), frame, *((0.0,) if asked else ()))
        views = [MapView(self.data.crs, scale, frame, middle) for scale in scales]
        if asked:
            return views[0], None
        heading = 1.75 * self.theme.body * MM_PER_POINT
        crowded = Namer(views[0], self.data, self.wording, self.theme, []).areas_only().crowded
        for region, view in product(crowded_regions(crowded, views[0]), views[:TRIED_SCALES]):
            room = find_room(region, view, self.data.subject, heading)
            if room is not None:
                return room.main, room
        return views[0], None

    def _extent(self) -> Box:
        """What the map must show, in metres."""
        if self.data.part is None:
            x0, y0, x1, y1 = shapely.bounds(self.data.subject)
            return float(x0), float(y0), float(x1), float(y1)
        x0, y0, x1, y1 = shapely.bounds(self.data.part)
        return float(x0), float(y0), float(x1), float(y1)

    def _draw_enlargement(
        self, room: Enlargement, borders: Borders, unnamed: set[str]
    ) -> tuple[tuple[Placed, ...], Symbols, set[str], list[tuple[str, Text]]]:
        """Draw it; gives its labels and symbols, what it shows, and the letters for units that neither map can name."""
        t, page = self.theme, self.page
        x0, y0, x1, y1 = room.box
        bar_mm = min(0.3 * (x1 - x0), 34 * t.factor)
        em = t.small * MM_PER_POINT
        bar = (x0, y0, x0 + bar_mm + 9 * t.factor, y0 + 2.6 * em + t.factor)
        namer = Namer(room.view, self.data, self.wording, t, [bar])
        names = namer.names(areas_first=True)
        if namer.stuck:
            namer = Namer(room.view, self.data, self.wording, t, [bar])
            names = namer.names()
        key = number_key(namer, tuple(item for item in names.missing if item.code in unnamed or item.kind == "place"))
        names = replace(names, placed=tuple(namer.placed))
        rim = 0.8 * t.factor
        page.box((x0 - rim, y0 - rim, x1 + rim, y1 + rim), fill="white", z=9.5)
        body = MapBody(page, room.view, self.data, borders, t, base_z=10)
        body.draw(names)
        page.box(bar, fill="white", z=25, alpha=0.85)
        draw_scale_bar(page, x0 + 3 * t.factor, y0 + 1.2 * t.factor, room.view.scale, bar_mm, t.small, z=26)
        top = room.view.frame[3]
        page.box((x0, top, x1, y1), fill="#e6e9f0", edge=INK, width_pt=0.5 * t.factor, z=26)
        heading = self.wording.one(Text("放大图", "Enlargement"), " ")
        size = t.body
        page.text(x0 + 1.5 * t.factor, top + 0.5 * size * MM_PER_POINT, f"{heading}  {ratio_text(room.view.scale)}", size, bold=True, z=27)
        page.box(room.box, edge=INK, width_pt=0.9 * t.factor, z=28)
        return names.placed, names.symbols, set(body.drawn), key

    def _draw_title(self, at: Layout) -> None:
        c = self.content
        right = [c.station, self._plan_line(), Text(f"截至 {c.as_of}", f"as of {c.as_of}") if c.as_of else Text("", "")]
        title = c.title if c.title.zh or c.title.en else c.town
        draw_title(self.page, at.title, title, c.subtitle, right, sheet_marks(c), self.wording, self.theme)

    def _plan_line(self) -> Text:
        plan = self.content.plan
        return Text(f"方案：{plan.zh}", f"Plan: {plan.en}") if plan.zh or plan.en else Text("", "")

    def _titles(self) -> tuple[Text, Text]:
        c = self.content
        title = c.title if c.title.zh or c.title.en else c.town
        parts = [*sheet_marks(c), c.subtitle]
        subject = Text(" · ".join(p.zh for p in parts if p.zh), " · ".join(p.en for p in parts if p.en))
        if c.illustrative:
            title = Text(f"{title.zh}（{ILLUSTRATIVE.zh}）", f"{title.en} ({ILLUSTRATIVE.en})")
        return title, subject

    def _note_missing_characters(self) -> None:
        if self.content.public and not self.content.review_number:
            self.notes.append(
                Text("公开地图须有审图号，图上尚无。", "A public map must carry its review number (审图号); this one has none yet.")
            )
        lacking = self.page.lacking
        if lacking:
            which, where = " ".join(list(lacking)[:20]), next(iter(lacking.values()))
            self.notes.append(
                Text(
                    "字体缺 {n} 个字：{which}（首见于“{where}”），图上以〓代替；请改用通用字后再打印。",
                    "The font lacks {n} characters: {which} (first in '{where}'). 〓 is printed for each; use common characters instead.",
                ).fill(n=len(lacking), which=which, where=where[:30])
            )
