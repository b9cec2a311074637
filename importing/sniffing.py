"""Which format a file is in, by what is in it. A name that says otherwise is refused, so nothing can pose as something else."""

import re
import xml.parsers.expat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from importing.read_limits import ReadLimits
from importing.read_refusals import damaged, empty, not_taken, shown, unsafe
from importing.unpacking import open_archive
from layers.definition.refusal import Refusal
from layers.definition.text import Text

FormatKey = Literal["shapefile", "geopackage", "geojson", "kml", "kmz", "flatgeobuf", "geoparquet", "csv", "xlsx", "osm", "osm_pbf"]


@dataclass(frozen=True)
class Format:
    """A format that is taken: its name and the endings that fit it."""

    title: str
    endings: tuple[str, ...]


FORMATS: dict[FormatKey, Format] = {
    "shapefile": Format("ESRI Shapefile", (".zip",)),
    "geopackage": Format("GeoPackage", (".gpkg",)),
    "geojson": Format("GeoJSON", (".geojson", ".json")),
    "kml": Format("KML", (".kml",)),
    "kmz": Format("KMZ", (".kmz",)),
    "flatgeobuf": Format("FlatGeobuf", (".fgb",)),
    "geoparquet": Format("GeoParquet", (".parquet", ".geoparquet", ".pq")),
    "csv": Format("CSV", (".csv", ".txt", ".tsv")),
    "xlsx": Format("XLSX", (".xlsx",)),
    "osm": Format("OpenStreetMap XML", (".osm", ".xml")),
    "osm_pbf": Format("OpenStreetMap PBF", (".pbf",)),
}

_START = 65_536
_SQLITE = b"SQLite format 3\0"
_GEOPACKAGE_IDS = (b"GPKG", b"GP10", b"GP11")
_SAVE_AS_XLSX = Text("请用 Excel 或 WPS 不加密地另存为 .xlsx。", "Save it as .xlsx without a password, in Excel or WPS.")
_OPEN_AND_SAVE = Text("若是表格，请用 Excel 或 WPS 打开后另存为 .xlsx。", "If it is a table, open it in Excel or WPS and save it as .xlsx.")
_ZIP_IT = Text(
    "请把同名的 .shp、.shx、.dbf、.prj、.cpg 一起压缩为 .zip。", "Zip the .shp, .shx, .dbf, .prj and .cpg of the same name together."
)
_UNPACK = Text("请先解压，再导入其中的文件；Shapefile 请压缩为 .zip。", "Unpack it and import the file in it; a shapefile is to be zipped.")
_EXPORT = Text("请在原软件或 QGIS 中另存为 GeoPackage 或 Shapefile。", "Save it as GeoPackage or Shapefile in its own program or in QGIS.")
_OTHERS: tuple[tuple[bytes, Text, Text | None], ...] = (
    (b"\x00\x00\x27\x0a", Text("单独的 .shp 或 .shx", "a lone .shp or .shx"), _ZIP_IT),
    (b"\xd0\xcf\x11\xe0", Text("旧式或加密的 Office 文件", "an old or encrypted Office file"), _SAVE_AS_XLSX),
    (b"%PDF", Text("PDF", "a PDF"), None),
    (b"\x89PNG", Text("图片", "a picture"), None),
    (b"\xff\xd8\xff", Text("图片", "a picture"), None),
    (b"GIF8", Text("图片", "a picture"), None),
    (b"II*\0", Text("图片", "a picture"), None),
    (b"MM\0*", Text("图片", "a picture"), None),
    (b"\x1f\x8b", Text("gzip 压缩文件", "a gzip archive"), _UNPACK),
    (b"7z\xbc\xaf", Text("7z 压缩文件", "a 7z archive"), _UNPACK),
    (b"Rar!", Text("RAR 压缩文件", "a RAR archive"), _UNPACK),
    (b"\x00\x01\x00\x00Standard", Text("Access 数据库", "an Access database"), _EXPORT),
    (b"\x7fELF", Text("程序", "a program"), None),
    (b"MZ", Text("程序", "a program"), None),
)
_KML_SPACES = ("http://www.opengis.net/kml/2.2", "http://earth.google.com/kml/2.", "http://www.opengis.net/kml/")


def sniff(path: Path, name: str, limits: ReadLimits) -> FormatKey:
    """The format of the file at `path`, which its sender called `name`.

    Refused: an empty file, anything not on the list, and a name whose ending belongs to another format.
    """
    found = _by_content(path, name, limits)
    ending = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    if ending not in FORMATS[found].endings:
        raise Refusal(
            Text("{name} 的扩展名不对：内容是 {title}。", "{name} has the wrong extension: what is in it is {title}.").fill(
                name=shown(name), title=FORMATS[found].title
            ),
            Text("确认无误后请改名为 {ending}。", "If that is what you meant, rename it to end in {ending}.").fill(
                ending=FORMATS[found].endings[0]
            ),
        )
    return found


def _by_content(path: Path, name: str, limits: ReadLimits) -> FormatKey:
    with path.open("rb") as file:
        start = file.read(_START)
    if not start:
        raise empty(name)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(path, name, limits)
    if start.startswith(_SQLITE):
        return _sqlite_kind(start, name)
    if start.startswith(b"fgb\x03fgb"):
        return "flatgeobuf"
    if start.startswith(b"PAR1"):
        return "geoparquet"
    if start[4:15] == b"\n\tOSMHeader":
        return "osm_pbf"
    for magic, it_is, what_next in _OTHERS:
        if start.startswith(magic):
            raise not_taken(name, it_is, *([what_next] if what_next else []))
    return _text_kind(path, start, name)


def _zip_kind(path: Path, name: str, limits: ReadLimits) -> FormatKey:
    with open_archive(path, name, limits) as archive:
        members = [member.lower() for member in archive.members]
    if "[content_types].xml" in members and any(member.startswith("xl/") for member in members):
        if any(member.endswith("vbaproject.bin") for member in members):
            raise not_taken(name, Text("含宏的工作簿", "a workbook with macros"), _SAVE_AS_XLSX)
        return "xlsx"
    endings = {PurePosixPath(member).suffix for member in members}
    if ".shp" in endings:
        return "shapefile"
    if ".kml" in endings:
        return "kmz"
    if ".gdbtable" in endings:
        raise not_taken(name, Text("压缩的 ESRI 地理数据库（.gdb）", "a zipped ESRI geodatabase (.gdb)"), _EXPORT)
    if ".dbf" in endings:
        raise damaged(name, Text("有 .dbf 而没有 .shp", "it has a .dbf but no .shp"), _ZIP_IT)
    if not members:
        raise not_taken(name, Text("空的压缩包", "an empty archive"))
    raise not_taken(name, Text("不含 Shapefile 的压缩包", "an archive without a shapefile"), _UNPACK)


def _sqlite_kind(start: bytes, name: str) -> FormatKey:
    if start[68:72] in _GEOPACKAGE_IDS:
        return "geopackage"
    raise not_taken(name, Text("SQLite 数据库而非 GeoPackage", "an SQLite database but no GeoPackage"))


def _text_kind(path: Path, start: bytes, name: str) -> FormatKey:
    text = start
    utf16 = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    if utf16:
        text = start[: len(start) // 2 * 2].decode("utf-16", "replace").encode()
    text = text.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not utf16 and b"\0" in start:
        if start.startswith(b"AC10"):
            raise not_taken(name, Text("CAD 图纸（DWG）", "a CAD drawing (DWG)"), _EXPORT)
        if name.lower().endswith(".dbf"):
            raise not_taken(name, Text("单独的 .dbf", "a lone .dbf"), _ZIP_IT)
        raise not_taken(name, Text("不认识的二进制文件", "a binary file of no known kind"))
    if not text:
        raise empty_text(name)
    if re.match(rb"<(!doctype )?html", text, re.IGNORECASE):
        raise not_taken(name, Text("网页，或存成网页的表格", "a web page, or a table saved as one"), _OPEN_AND_SAVE)
    if re.match(rb"0\s+SECTION\b", text):
        raise not_taken(name, Text("CAD 图纸（DXF）", "a CAD drawing (DXF)"), _EXPORT)
    if re.match(rb"<[A-Za-z!?]", text):
        return _xml_kind(path, name)
    if re.match(rb'\{\s*(["}]|$)', text) or re.match(rb"\[\s*[\[{]", text):
        return "geojson"
    return "csv"


def empty_text(name: str) -> Refusal:
    return Refusal(
        Text("{name} 中只有空白。", "There is nothing but blanks in {name}.").fill(name=shown(name)),
        Text("请从原程序重新导出后再试。", "Export it again from the program it came from, then try again."),
    )


class _RootFoundError(Exception):
    """Carries the name of the first element out of the parser."""


def _xml_kind(path: Path, name: str) -> FormatKey:
    root = _root_element(path, name)
    space, _, tag = root.rpartition(" ")
    if tag == "kml" and (not space or space.startswith(_KML_SPACES)):
        return "kml"
    if root == "osm":
        return "osm"
    raise not_taken(name, Text("XML 文件（{tag}）而非 KML", "an XML file ({tag}) but no KML").fill(tag=shown(tag)))


def _root_element(path: Path, name: str) -> str:
    def found(tag: str, attributes: dict[str, str]) -> None:
        raise _RootFoundError(tag)

    parser = safe_xml_parser(name)
    parser.StartElementHandler = found
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except _RootFoundError as root:
        return str(root)
    except xml.parsers.expat.ExpatError as error:
        raise damaged(name, Text("XML 第 {line} 行有错", "its XML is wrong at line {line}").fill(line=error.lineno)) from error
    raise damaged(name, Text("XML 中没有元素", "its XML has no element"))


def safe_xml_parser(name: str) -> xml.parsers.expat.XMLParserType:
    """An XML parser that refuses a document type, and with it every entity, bomb and outside file. Names are 'space tag'."""

    def refuse(*_: object) -> None:
        raise unsafe(
            name,
            Text("XML 中有 DOCTYPE 或实体定义", "its XML holds a DOCTYPE or entities"),
            Text("正常的 KML 和 XLSX 不含这些；请重新导出。", "Honest KML and XLSX have none; export it again."),
        )

    parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.buffer_text = True
    parser.buffer_size = 65_536
    return parser
