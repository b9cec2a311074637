"""The parts of an XLSX file around the cells: sheets, shared strings, which styles show a date. Read as streams, without entities."""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.parsers.expat import ExpatError

from importing.read_limits import ReadLimits
from importing.read_refusals import damaged, too_many
from importing.sniffing import safe_xml_parser
from importing.unpacking import Archive
from layers.definition.text import Text

_BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])  # ECMA-376 18.8.30, with the Chinese ones
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|\[(?!h|m|s)[^\]]*\]|[_*].', re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[ymdhs年月日时]", re.IGNORECASE)


@dataclass(frozen=True)
class Workbook:
    """What cells need to be understood: sheet name -> member, the shared strings, the styles that show dates."""

    sheets: dict[str, str]
    strings: list[str]
    date_styles: frozenset[int]
    from_1904: bool


def read_workbook(archive: Archive, name: str, limits: ReadLimits) -> Workbook:
    """Sheets that are shown, in order. Refused: no workbook part, XML with a DOCTYPE, broken XML."""
    targets = _relations(archive, name)
    sheets, from_1904 = _sheets(archive, name, targets)
    if not sheets:
        raise damaged(name, Text("其中没有工作表", "it has no sheet"))
    return Workbook(sheets, _strings(archive, name, limits), _date_styles(archive, name), from_1904)


def parse_part(
    archive: Archive, member: str, name: str, start: dict[str, Callable[[dict[str, str]], None]], end: dict[str, Callable[[str], None]]
) -> None:
    """Stream a part through handlers by local element name; `end` gets the text since the last start of an element."""
    text: list[str] = []

    def started(tag: str, attributes: dict[str, str]) -> None:
        text.clear()
        handler = start.get(tag[tag.rfind(" ") + 1 :])
        if handler is not None:
            handler(attributes)

    def ended(tag: str) -> None:
        handler = end.get(tag[tag.rfind(" ") + 1 :])
        if handler is not None:
            handler("".join(text))
        text.clear()

    parser = safe_xml_parser(name)
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = started, ended, text.append
    try:
        for block in archive.blocks(member):
            parser.Parse(block)
        parser.Parse(b"", True)
    except ExpatError as error:
        raise damaged(name, Text("{m} 的 XML 有错", "the XML of {m} is wrong").fill(m=member)) from error


def _relations(archive: Archive, name: str) -> dict[str, str]:
    targets: dict[str, str] = {}

    def relation(attributes: dict[str, str]) -> None:
        if attributes.get("TargetMode") != "External":
            targets[attributes.get("Id", "")] = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", ""))).lstrip("/")

    _optional(archive, "xl/_rels/workbook.xml.rels", name, {"Relationship": relation}, {})
    return targets


def _sheets(archive: Archive, name: str, targets: dict[str, str]) -> tuple[dict[str, str], bool]:
    sheets: dict[str, str] = {}
    settings: dict[str, str] = {}

    def sheet(attributes: dict[str, str]) -> None:
        relation = next((value for key, value in attributes.items() if key.endswith(" id")), "")
        if attributes.get("state", "visible") == "visible" and targets.get(relation) in archive.members:
            sheets[attributes.get("name", "")] = targets[relation]

    _optional(archive, "xl/workbook.xml", name, {"sheet": sheet, "workbookPr": settings.update}, {})
    return sheets, settings.get("date1904") in ("1", "true")


def _strings(archive: Archive, name: str, limits: ReadLimits) -> list[str]:
    strings: list[str] = []
    parts: list[str] = []
    phonetic: list[bool] = []  # not empty inside <rPh>, which tells the pronunciation and is not part of the text

    def ended(text: str) -> None:
        strings.append("".join(parts))
        parts.clear()
        if len(strings) > limits.max_cells:
            raise too_many(name, Text("不同文字", "different texts"), len(strings), limits.max_cells)

    start = {"rPh": lambda _: phonetic.append(True)}
    end = {"t": lambda text: None if phonetic else parts.append(text), "rPh": lambda _: phonetic.clear(), "si": ended}
    _optional(archive, "xl/sharedStrings.xml", name, start, end)
    return strings


def _date_styles(archive: Archive, name: str) -> frozenset[int]:
    custom: dict[str, bool] = {}
    styles: list[bool] = []
    inside: list[bool] = []

    def number_format(attributes: dict[str, str]) -> None:
        custom[attributes.get("numFmtId", "")] = shows_date(attributes.get("formatCode", ""))

    def style(attributes: dict[str, str]) -> None:
        if inside:
            key = attributes.get("numFmtId", "0")
            styles.append(custom.get(key, key.isdigit() and int(key) in _BUILT_IN_DATES))

    start = {"numFmt": number_format, "cellXfs": lambda _: inside.append(True), "xf": style}
    _optional(archive, "xl/styles.xml", name, start, {"cellXfs": lambda _: inside.clear()})
    return frozenset(number for number, is_date in enumerate(styles) if is_date)


def shows_date(format_code: str) -> bool:
    """Whether a number format shows a date or time: any of y m d h s outside quotes, escapes, colours and conditions."""
    return bool(_DATE_LETTERS.search(_NOT_SHOWN.sub("", format_code.split(";")[0])))


def _optional(
    archive: Archive, member: str, name: str, start: dict[str, Callable[[dict[str, str]], None]], end: dict[str, Callable[[str], None]]
) -> None:
    if member in archive.members:
        parse_part(archive, member, name, start, end)
