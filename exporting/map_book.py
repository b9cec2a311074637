"""A map book as one PDF: cover, linked index, a page per beat, officer or unit, and how to read it; set by typst with our one font.

Everything that comes from data reaches the template as values, never as markup, so no name can change the page. The book is
tagged, has bookmarks, and is the same bytes for the same content.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import typst

from exporting.book_pages import Area, BookMap, BookMaps, readable
from exporting.fonts import missing_characters
from exporting.qr_code import qr_code, qr_svg
from exporting.sheet_content import NOTHING, SheetContent
from exporting.sheet_furniture import ILLUSTRATIVE, INTERNAL, PUBLIC
from exporting.sheet_layout import NAMES, Wording
from layers.definition.refusal import Refusal, chosen
from layers.definition.text import Text
from layers.drawing.fonts import regular_font

__all__ = ["BookContent", "BookFile", "BookPage", "CellRow", "Contact", "Figures", "Near", "Places", "book_texts", "draw_book"]

TEMPLATE = Path(__file__).with_name("book_template.typ")
MAP_MM, OVERVIEW_MM = (182.0, 122.0), (182.0, 158.0)
MOST_PAGES = 500
S_PER_PAGE = 0.9  # a page's map, measured on two shared cores; only for telling beforehand
Progress = Callable[[float, Text], bool]
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Figures:
    """Sums over an area; None for what the readers may not know. Workload in hours a week; incidents by class as they may be shown."""

    cells: int
    dwellings: int | None
    persons: int | None
    organisations: int | None
    area_km2: float
    workload_h_week: float | None = None
    incidents: tuple[tuple[Text, str], ...] = ()


@dataclass(frozen=True)
class Near:
    """A neighbour: number, name, who leads it, and the code of its page (empty: it has none)."""

    code: str
    title: Text
    lead: Text
    page: str


@dataclass(frozen=True)
class Contact:
    """A role and the names of those who hold it."""

    role: Text
    names: tuple[Text, ...]


@dataclass(frozen=True)
class Places:
    """Places of one layer in an area: how many, and the names worth a line."""

    title: Text
    count: int
    names: tuple[Text, ...] = ()


@dataclass(frozen=True)
class CellRow:
    """A cell of the page's area by its name, with its counts."""

    title: Text
    dwellings: int
    persons: int


@dataclass(frozen=True)
class BookPage:
    """What one page is about. `number` stands in the badge; `link` is the live page's address, empty for no QR code."""

    code: str
    number: str
    title: Text
    area: Area
    figures: Figures
    lead: Text = NOTHING
    units: tuple[Text, ...] = ()
    beats: tuple[Text, ...] = ()
    neighbours: tuple[Near, ...] = ()
    contacts: tuple[Contact, ...] = ()
    places: tuple[Places, ...] = ()
    cells: tuple[CellRow, ...] = ()
    link: str = ""


@dataclass(frozen=True)
class BookContent:
    """What to print. `sheet` brings layers, beats, plan, dates and marks as for a map sheet; persons are left out before it comes here.

    `by`: what the pages are about; `incidents_about`: period and rule of the incident counts; `about`: what a reader must know.
    """

    sheet: SheetContent
    by: Text
    pages: tuple[BookPage, ...]
    total: Figures
    incidents_about: Text = NOTHING
    about: tuple[Text, ...] = ()


@dataclass(frozen=True)
class BookFile:
    """A book as PDF: bytes, pages of paper, and what the person should know."""

    content: bytes
    pages: int
    notes: tuple[Text, ...]


def draw_book(content: BookContent, language: str = "both", progress: Progress | None = None) -> BookFile:
    """The book with names in zh, en or both. `progress` is told the share done; when it says False the drawing is given up.

    Refused: no page at all, more than MOST_PAGES, an unknown language, and what `exporting.sheet_content.prepared` refuses.
    """
    _countable(content)
    wording = Wording(chosen(language, NAMES, Text("语言", "language")))
    tell = progress or (lambda share, what: True)

    def step(share: float, what: Text) -> None:
        if not tell(share, what):
            raise Refusal(Text("已停止制作地图册。", "The book was stopped."))

    step(0.0, Text("整理数据", "Preparing the data"))
    maps = BookMaps(content.sheet, wording)
    drawn: list[BookMap] = []
    for at, area in enumerate((Area(), *(page.area for page in content.pages))):
        n = len(content.pages)
        step(0.04 + 0.86 * at / (n + 1), Text("绘制第 {at} 幅地图，共 {n} 幅", "Drawing map {at} of {n}").fill(at=at + 1, n=n + 1))
        drawn.append(maps.draw(area, *(OVERVIEW_MM if at == 0 else MAP_MM)))
    step(0.9, Text("排版", "Setting the pages"))
    values = _values(content, wording, drawn, maps.legend(182.0))
    pdf = _set(values)
    step(1.0, Text("完成", "Done"))
    lacking = missing_characters([*book_texts(content), *(text for one in drawn for text in one.texts)])
    return BookFile(pdf, _pages_of(pdf), (*maps.notes, *_lacking(lacking), *_unlinked(content)))


def book_texts(content: BookContent) -> Iterator[str]:
    """Every text of the data that the book prints, to be checked against the font before anything is drawn."""
    texts: list[Text] = [content.by, content.sheet.town, content.sheet.plan, content.sheet.source, content.sheet.maker, *content.about]
    for page in content.pages:
        texts += [page.title, page.lead, *page.units, *page.beats]
        texts += [text for near in page.neighbours for text in (near.title, near.lead)]
        texts += [name for contact in page.contacts for name in contact.names]
        texts += [name for places in page.places for name in places.names]
        texts += [cell.title for cell in page.cells]
    for text in texts:
        yield from (readable(text.zh), readable(text.en))


def _countable(content: BookContent) -> None:
    n = len(content.pages)
    if n == 0:
        raise Refusal(
            Text("没有可以成页的{by}。", "There is no {by} to make a page of.").fill(by=content.by),
            Text("请先为方案划分警务区并指定责任民警。", "Give the plan beats with cells, and leads for a book by officer."),
        )
    if n > MOST_PAGES:
        raise Refusal(
            Text("地图册有 {n} 页，最多 {most} 页。", "The book would have {n} pages; at most {most} are made.").fill(n=n, most=MOST_PAGES),
            Text("请按警务区或民警制作。", "Make it by beat or by officer."),
        )


def _values(content: BookContent, wording: Wording, drawn: list[BookMap], legend: BookMap) -> dict[str, Any]:
    """All that the template prints, as plain values; a wording is a list of one line per language."""
    sheet, at_page = content.sheet, {page.code: number for number, page in enumerate(content.pages)}

    def said(text: Text) -> list[str]:
        return [line for line in (readable(part) for part in wording.lines(text)) if line]

    def one(text: Text, between: str = " ") -> str:
        return between.join(said(text))

    def figures(of: Figures) -> dict[str, Any]:
        return {
            "tiles": [[said(title), value] for title, value in _tiles(of)],
            "row": [value for _, value in _tiles(of)],
            "incidents": [[said(title), shown] for title, shown in of.incidents],
        }

    def a_map(picture: BookMap) -> dict[str, Any]:
        boxes = [(code, box) for kind, code, box in picture.named if code in at_page]
        return {
            "svg": picture.svg,
            "height": picture.height_mm,
            "links": [[at_page[code], box[0], picture.height_mm - box[3], box[2] - box[0], box[3] - box[1]] for code, box in boxes],
            "numbers": [f"{number} {one(name)}" for number, name in picture.numbers],
        }

    marks = ([ILLUSTRATIVE] if sheet.illustrative else []) + ([PUBLIC] if sheet.public else [INTERNAL] if sheet.internal else [])
    review = (
        Text(f"审图号：{sheet.review_number}", f"Review no. {sheet.review_number}") if sheet.public and sheet.review_number else NOTHING
    )
    return {
        "lang": wording.language,
        "town": said(sheet.town),
        "station": said(sheet.station),
        "book": said(Text("警务地图册", "Police map book")),
        "title": one(Text(f"{sheet.town.zh}警务地图册", f"{sheet.town.en} police map book"), " · "),
        "by": said(content.by),
        "plan": one(sheet.plan, " · "),
        "plan_lines": said(sheet.plan),
        "source": said(sheet.source),
        "maker": one(sheet.maker, " · "),
        "as_of": one(Text(f"数据截至 {sheet.as_of}", f"Data up to {sheet.as_of}"), " · ") if sheet.as_of else "",
        "printed": one(sheet.printed, " · "),
        "watermark": one(sheet.watermark),
        "marks": [one(mark, " · ") for mark in marks],
        "review": one(review, " · "),
        "crs": sheet.metric_crs,
        "words": {key: said(text) for key, text in _WORDS.items()},
        "columns": [said(title) for title, _ in _tiles(content.total)],
        "with_lead": any(page.lead.zh for page in content.pages),
        "incidents_about": one(content.incidents_about),
        "total": figures(content.total),
        "overview": a_map(drawn[0]),
        "legend": legend.svg,
        "about": [said(line) for line in content.about],
        "pages": [
            {
                "number": readable(page.number),
                "title": said(page.title),
                "bookmark": f"{readable(page.number)} {one(page.title)}".strip(),
                "lead": said(page.lead),
                "map": a_map(picture),
                "figures": figures(page.figures),
                "units": [one(unit) for unit in page.units],
                "beats": [one(beat) for beat in page.beats],
                "neighbours": [
                    {"code": readable(near.code), "title": said(near.title), "lead": said(near.lead), "page": at_page.get(near.page)}
                    for near in page.neighbours
                ],
                "contacts": [[said(contact.role), [one(name) for name in contact.names]] for contact in page.contacts],
                "places": [[said(places.title), f"{places.count:,}", [one(name) for name in places.names]] for places in page.places],
                "cells": [[said(cell.title), f"{cell.dwellings:,}", f"{cell.persons:,}"] for cell in page.cells],
                "qr": qr_svg(qr_code(page.link)) if page.link else "",
                "link": page.link,
            }
            for page, picture in zip(content.pages, drawn[1:], strict=True)
        ],
    }


def _tiles(of: Figures) -> list[tuple[Text, str]]:
    found: list[tuple[Text, float | None, int]] = [
        (Text("网格", "Cells"), of.cells, 0),
        (Text("房屋（户）", "Dwellings"), of.dwellings, 0),
        (Text("人口（人）", "Persons"), of.persons, 0),
        (Text("单位（家）", "Organisations"), of.organisations, 0),
        (Text("面积（km²）", "Area (km²)"), of.area_km2, 2),
        (Text("工作量（小时/周）", "Workload (h/week)"), of.workload_h_week, 1),
    ]
    return [(title, f"{value:,.{digits}f}") for title, value, digits in found if value is not None]


def _set(values: dict[str, Any]) -> bytes:
    """The PDF by typst: no system font, no file of the machine, no package, a fixed date."""
    compiler = typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False, font_paths=[str(regular_font().parent)]))
    made = compiler.compile(
        input=TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"book": json.dumps(values, ensure_ascii=False)},
        timestamp=_stamp(values["as_of"]),
    )
    assert isinstance(made, bytes)
    return made


def _stamp(as_of: str) -> datetime:
    """The day of the data, so that the same book is the same bytes whenever it is made."""
    found = re.search(r"\d{4}-\d{2}-\d{2}", as_of)
    return datetime.combine(date.fromisoformat(found.group()), datetime.min.time(), UTC) if found else _EPOCH


def _pages_of(pdf: bytes) -> int:
    with pikepdf.open(BytesIO(pdf)) as book:
        return len(book.pages)


def _lacking(characters: list[str]) -> tuple[Text, ...]:
    if not characters:
        return ()
    said = Text("字体缺 {n} 个字，印成方框：{which}。", "The font lacks {n} characters, printed as boxes: {which}.")
    return (said.fill(n=len(characters), which=" ".join(characters[:20])),)


def _unlinked(content: BookContent) -> tuple[Text, ...]:
    if any(page.link for page in content.pages):
        return ()
    return (Text("未设置本系统的网址，页上没有二维码。", "The address of this system is not set, so the pages carry no QR code."),)


_WORDS = {
    "overview": Text("总图", "Overview"),
    "index": Text("索引", "Index"),
    "reading": Text("读图说明", "How to read this book"),
    "page": Text("页", "Page"),
    "number": Text("编号", "No."),
    "name": Text("名称", "Name"),
    "lead": Text("责任民警", "Lead officer"),
    "no_lead": Text("未定", "none"),
    "neighbours": Text("相邻", "Neighbours"),
    "contacts": Text("警力", "Staff"),
    "incidents": Text("近 12 个月警情（起）", "Incidents in 12 months"),
    "places": Text("重点场所", "Key places"),
    "units": Text("社区、村", "Communities and villages"),
    "beats": Text("警务区", "Beats"),
    "cells": Text("网格（户数、人口）", "Cells (dwellings, persons)"),
    "numbers": Text("图上字母", "Letters on the map"),
    "total": Text("合计", "Total"),
    "live": Text("在线查看", "Live page"),
    "plan": Text("方案", "Plan"),
    "crs": Text("坐标系", "Coordinate system"),
    "source": Text("来源", "Source"),
    "maker": Text("制作", "Made by"),
    "none": Text("无", "none"),
}
