"""One map sheet of a beat plan, exact to a tenth of a millimetre, as PDF or PNG; the same content gives the same bytes."""

import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import numpy as np
import shapely

from exporting.enlargement import Enlargement, crowded_region, find_room
from exporting.fonts import MM_PER_POINT, missing_characters
from exporting.index_table import IndexTable, beat_table, unit_table
from exporting.label_placing import Placed
from exporting.map_body import Borders, MapBody, borders_of
from exporting.map_names import Namer, number_key
from exporting.map_view import MapView
from exporting.page import INK, Box, Page, TextMark
from exporting.sheet_blocks import Legend, NumberKey, SmallPrint, legend_keys
from exporting.sheet_content import SheetContent, SheetData, prepared
from exporting.sheet_furniture import (
    ILLUSTRATIVE,
    INTERNAL,
    draw_foot,
    draw_frame,
    draw_scale_bar,
    draw_title,
    ratio_text,
)
from exporting.sheet_layout import NAMES, ORIENTATIONS, PAPERS, Layout, Wording, chosen, fitting_scales, layout
from layers.definition.refusal import Refusal
from layers.definition.text import Text

FORMATS = ("pdf", "png")
DPI = 300
GAP_MM = 3.5
TRIED_SCALES = 3  # a smaller map is worth it when it leaves room to show the centre enlarged


@dataclass(frozen=True)
class Sheet:
    """A drawn sheet. `view` and `enlargement` tell where ground lies on the page; `labels` what was placed on the maps."""

    page: Page
    title: Text
    subject: Text
    maker: Text
    view: MapView
    enlargement: Enlargement | None
    labels: tuple[Placed, ...]
    enlarged_labels: tuple[Placed, ...]
    legend: tuple[str, ...]
    notes: tuple[Text, ...]

    @property
    def scale(self) -> int:
        """Denominator of the main map's scale."""
        return self.view.scale

    @property
    def width_mm(self) -> float:
        """Width of the paper."""
        return self.page.width_mm

    @property
    def height_mm(self) -> float:
        """Height of the paper."""
        return self.page.height_mm

    @property
    def texts(self) -> tuple[TextMark, ...]:
        """Every piece of text on the page, with size and box."""
        return tuple(self.page.marks)

    def save(self, target: str | Path | IO[bytes], format: str = "pdf", dpi: int = DPI) -> None:
        """Write to a path (whole or not at all) or into a binary stream. Refused: another format, a folder that can't be written."""
        content = self.to_bytes(format, dpi)
        if isinstance(target, str | Path):
            _write_whole(Path(target), content)
        else:
            target.write(content)

    def to_bytes(self, format: str = "pdf", dpi: int = DPI) -> bytes:
        """The sheet as a file in memory. Refused: a format other than pdf and png, a resolution outside 36 to 1200."""
        format = chosen(format, dict.fromkeys(FORMATS), Text("格式", "format"))
        if not 36 <= dpi <= 1200:
            raise Refusal(Text("分辨率须在 36 至 1200 dpi 之间。", "The resolution must lie between 36 and 1200 dpi."))
        out = BytesIO()
        self.page.write(out, format, dpi, self._metadata(format))
        return out.getvalue()

    def _metadata(self, format: str) -> dict[str, Any]:
        title, subject = f"{self.title.zh} {self.title.en}".strip(), f"{self.subject.zh} {self.subject.en}".strip()
        if format == "png":
            return {"Title": title, "Description": subject, "Author": self.maker.zh, "Software": "Jingge"}
        return {
            "Title": title,
            "Subject": subject,
            "Author": f"{self.maker.zh} {self.maker.en}".strip(),
            "Creator": "Jingge",
            "Producer": "Jingge with matplotlib",
            "CreationDate": None,
            "ModDate": None,
        }


def draw_sheet(content: SheetContent, paper: str = "A3", orientation: str = "landscape", language: str = "both") -> Sheet:
    """The sheet of that content on A3 or A4, names in zh, en or both, at the largest round scale that fits.

    Refused: an unknown paper, orientation or language, and what `prepared` refuses. Gaps in the data are told in `notes`.
    """
    size = PAPERS[chosen(paper, PAPERS, Text("纸张", "paper"))]
    orientation = chosen(orientation, ORIENTATIONS, Text("纸张方向", "orientation"))
    wording = Wording(chosen(language, NAMES, Text("语言", "language")))
    return _Drawing(content, prepared(content), size, orientation, wording).sheet()


def sheet_bytes(
    content: SheetContent, paper: str = "A3", orientation: str = "landscape", language: str = "both", format: str = "pdf", dpi: int = DPI
) -> bytes:
    """`draw_sheet` and `Sheet.to_bytes` in one."""
    return draw_sheet(content, paper, orientation, language).to_bytes(format, dpi)


class _Drawing:
    """One sheet while it is being made."""

    def __init__(self, content: SheetContent, data: SheetData, paper: Any, orientation: str, wording: Wording) -> None:
        self.content, self.data, self.paper, self.orientation, self.wording = content, data, paper, orientation, wording
        self.theme = paper.theme
        self.notes = list(data.notes)
        self.enlarged = False

    def sheet(self) -> Sheet:
        """Draw everything and give the sheet."""
        at = self._page_layout()
        self.page = Page(at.width_mm, at.height_mm)
        borders = borders_of(self.data)
        view, room = self._views(at.frame)
        self.enlarged = room is not None
        hidden = room.outline_on(view) if room else None
        namer = Namer(view, self.data, self.wording, self.theme, [room.box] if room else [], hidden)
        names = namer.names()
        enlarged: tuple[Placed, ...] = ()
        drawn: set[str] = set()
        key: list[tuple[str, Text]] = []
        missing = names.missing
        if room is not None:
            enlarged, drawn, key = self._draw_enlargement(room, borders, {item.code for item in missing})
            shown = {label.code for label in enlarged if label.kind in ("unit", "key")}
            missing = tuple(item for item in missing if item.code not in shown)
        key += number_key(namer, missing, first=len(key) + 1)
        names = replace(names, placed=tuple(namer.placed))
        body = MapBody(self.page, view, self.data, borders, self.theme)
        body.draw(names, hidden)
        if hidden is not None:
            self.page.box(hidden.bounds, edge=INK, width_pt=0.9 * self.theme.factor, z=7.9, linestyle=(0, (4, 2)))
            drawn.add("enlargement")
        drawn |= set(body.drawn) | ({"colours"} if len(self._shown_fills()) > 1 else set())
        covered = [box for label in names.placed for box in label.covers]
        draw_frame(self.page, view, self.theme.small, [*covered, *([room.box] if room else [])])
        draw_foot(self.page, at, view, self.wording)
        self._draw_title(at)
        legend = legend_keys(drawn)
        self._draw_panel(at, legend, key)
        self._note_missing_characters()
        title, subject = self._titles()
        return Sheet(self.page, title, subject, self.content.maker, view, room, names.placed, enlarged, legend, tuple(self.notes))

    def _page_layout(self) -> Layout:
        at = layout(self.paper, self.orientation)
        if self.orientation == "portrait":
            left, right = self._portrait_columns(at)
            table = self._table(left, 0.36 * at.height_mm)
            rough = Legend(tuple(legend_keys(set(_likely(self.data)))), (), self.wording, self.theme, columns=2)
            high = max(table.height(left) if table else 0.0, rough.height(right) + self._small_print().height(right) + 2 * GAP_MM)
            at = layout(self.paper, self.orientation, min(high, 0.42 * at.height_mm))
        return at

    def _views(self, frame: Box) -> tuple[MapView, Enlargement | None]:
        """The main view at the largest scale that fits, or a little smaller where that leaves room for a needed enlargement."""
        x0, y0, x1, y1 = shapely.bounds(self.data.subject)
        middle = ((x0 + x1) / 2, (y0 + y1) / 2)
        views = [MapView(self.data.crs, scale, frame, middle) for scale in fitting_scales((x1 - x0, y1 - y0), frame)]
        heading = 1.75 * self.theme.body * MM_PER_POINT
        crowded = Namer(views[0], self.data, self.wording, self.theme, []).areas_only().crowded
        region = crowded_region(crowded, views[0])
        if region is None:
            return views[0], None
        for view in views[:TRIED_SCALES]:
            room = find_room(region, view, self.data.subject, heading)
            if room is not None:
                return room.main, room
        return views[0], None

    def _draw_enlargement(
        self, room: Enlargement, borders: Borders, unnamed: set[str]
    ) -> tuple[tuple[Placed, ...], set[str], list[tuple[str, Text]]]:
        """Draw it; gives its labels, what it shows, and the numbers for units that neither map can name."""
        t, page = self.theme, self.page
        x0, y0, x1, y1 = room.box
        bar_mm = min(0.3 * (x1 - x0), 34 * t.factor)
        em = t.small * MM_PER_POINT
        bar = (x0, y0, x0 + bar_mm + 9 * t.factor, y0 + 2.6 * em + 1)
        namer = Namer(room.view, self.data, self.wording, t, [bar])
        names = namer.names(areas_first=True)
        if namer.stuck:
            namer = Namer(room.view, self.data, self.wording, t, [bar])
            names = namer.names()
        key = number_key(namer, tuple(item for item in names.missing if item.code in unnamed or item.kind == "place"))
        names = replace(names, placed=tuple(namer.placed))
        page.box((x0 - 0.8, y0 - 0.8, x1 + 0.8, y1 + 0.8), fill="white", z=9.5)
        body = MapBody(page, room.view, self.data, borders, t, base_z=10)
        body.draw(names)
        page.box(bar, fill="white", z=25, alpha=0.85)
        draw_scale_bar(page, x0 + 3, y0 + 1.2, room.view.scale, bar_mm, t.small, z=26)
        top = room.view.frame[3]
        page.box((x0, top, x1, y1), fill="#e6e9f0", edge=INK, width_pt=0.5, z=26)
        heading = self.wording.one(Text("放大图", "Enlargement"), " ")
        size = t.body
        page.text(x0 + 1.5, top + 0.5 * size * MM_PER_POINT, f"{heading}  {ratio_text(room.view.scale)}", size, bold=True, z=27)
        page.box(room.box, edge=INK, width_pt=0.9, z=28)
        return names.placed, set(body.drawn), key

    def _draw_title(self, at: Layout) -> None:
        c = self.content
        right = [c.station, self._plan_line(), Text(f"截至 {c.as_of}", f"as of {c.as_of}") if c.as_of else Text("", "")]
        marks = ([ILLUSTRATIVE] if c.illustrative else []) + ([INTERNAL] if c.internal else [])
        title = c.title if c.title.zh or c.title.en else c.town
        draw_title(self.page, at.title, title, c.subtitle, right, marks, self.wording, self.theme)

    def _shown_fills(self) -> tuple[str, ...]:
        """The fills of the beats that the sheet is about."""
        about = [code for code in sorted(self.data.colours) if not self.content.focus or code in self.content.focus]
        return tuple(dict.fromkeys(self.data.colours[code] for code in about))

    def _plan_line(self) -> Text:
        plan = self.content.plan
        return Text(f"方案：{plan.zh}", f"Plan: {plan.en}") if plan.zh or plan.en else Text("", "")

    def _draw_panel(self, at: Layout, legend: tuple[str, ...], key: list[tuple[str, Text]]) -> None:
        x0, y0, x1, y1 = at.panel
        fills = self._shown_fills()
        small = self._small_print()
        numbers = [NumberKey(tuple(key), self.wording, self.theme)] if key else []
        if self.orientation == "portrait":
            left, right = self._portrait_columns(at)
            table = self._table(left, y1 - y0)
            if table is not None:
                table.draw(self.page, x0, y1, left)
            y = y1
            blocks: list[Any] = [Legend(legend, fills, self.wording, self.theme, columns=2), *numbers, small]
            for block in blocks:
                y = block.draw(self.page, x1 - right, y, right) - GAP_MM
            return
        width = x1 - x0
        others: list[Any] = [*numbers, Legend(legend, fills, self.wording, self.theme)]
        below = sum(block.height(width) + GAP_MM for block in others) + small.height(width)
        table = self._table(width, y1 - y0 - below - GAP_MM)
        y = y1
        for block in ([table] if table is not None else []) + others:
            y = block.draw(self.page, x0, y, width) - GAP_MM
        small.draw(self.page, x0, min(y, y0 + small.height(width)), width)

    def _portrait_columns(self, at: Layout) -> tuple[float, float]:
        width = at.panel[2] - at.panel[0] - 5
        return 0.56 * width, 0.44 * width

    def _table(self, width: float, room_mm: float) -> IndexTable | None:
        """The fullest index that fits the height; the barest one, said in the notes, when none does."""
        if not len(self.data.beats):
            forms = [unit_table(self.data, self.wording, self.theme)]
        else:
            forms = [beat_table(self.data, self.wording, self.theme, detail) for detail in (2, 1, 0)]
            forms += [replace(forms[-1], tight=0.3)] if forms[-1] is not None else []
            one = beat_table(self.data, replace(self.wording, names=self.wording.language), self.theme, 0)
            forms.append(replace(one, tight=0.2))
        for table in forms:
            if table is None:
                return None
            for size in np.arange(self.theme.small * 1.25, self.theme.small - 0.01, -0.2):
                sized = replace(table, theme=replace(self.theme, small=max(float(size), self.theme.small)))
                if sized.height(width) <= room_mm and (size <= self.theme.small + 0.01 or not sized.cramped(width)):
                    return sized
        last = forms[-1]
        assert last is not None
        kept = list(last.rows)
        while len(kept) > 1 and replace(last, rows=tuple(kept)).height(width) > room_mm:
            kept.pop()
        note = Text("一览表放不下，省略了 {n} 行。", "The index has no room for {n} of its rows.").fill(n=len(last.rows) - len(kept))
        if note not in self.notes:
            self.notes.append(note)
        return replace(last, rows=tuple(kept))

    def _small_print(self) -> SmallPrint:
        c = self.content
        note = Text("符号可能略有移位。", "Symbols may be moved slightly.")
        if self.enlarged:
            note = Text(
                f"放大图范围内的场所只在放大图上表示；{note.zh}", f"Inside the enlarged part places are shown enlarged only. {note.en}"
            )
        texts = [
            (Text("资料来源", "Source"), c.source),
            (Text("制图", "Made by"), c.maker),
            (Text("说明", "Note"), note),
        ]
        return SmallPrint(self.data, tuple(texts), self.wording, self.theme)

    def _titles(self) -> tuple[Text, Text]:
        c = self.content
        title = c.title if c.title.zh or c.title.en else c.town
        marks = ([ILLUSTRATIVE] if c.illustrative else []) + ([INTERNAL] if c.internal else [])
        parts = [*marks, c.subtitle]
        subject = Text(" · ".join(p.zh for p in parts if p.zh), " · ".join(p.en for p in parts if p.en))
        if c.illustrative:
            title = Text(f"{title.zh}（{ILLUSTRATIVE.zh}）", f"{title.en} ({ILLUSTRATIVE.en})")
        return title, subject

    def _note_missing_characters(self) -> None:
        lacking = missing_characters(mark.text for mark in self.page.marks)
        if lacking:
            self.notes.append(
                Text("字体缺 {n} 个字，印成方框：{which}。", "The font lacks {n} characters, printed as boxes: {which}.").fill(
                    n=len(lacking), which=" ".join(lacking[:20])
                )
            )


def _likely(data: SheetData) -> list[str]:
    roads = [f"roads:{name}" for name in ("national", "county", "street")] if "roads" in data.tables else []
    return [*data.tables, *roads, "badge", "lead", "colours", "town", "units", "enlargement"]


def _write_whole(path: Path, content: bytes) -> None:
    """Beside its place first, then moved there: nobody ever sees half a sheet. Who may read it is the umask's to say."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with unfinished.open("xb") as file:
            file.write(content)
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise Refusal(
            Text("无法写入 {folder}：{why}。", "{folder} can't be written: {why}.").fill(folder=path.parent, why=error.strerror),
            Text("请选择另一个文件夹。", "Choose another folder."),
        ) from error
