"""Reads KML and KMZ: placemarks with their fields, folder and shape. Follows no link, opens no picture, expands no entity."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers.expat import ExpatError

import numpy as np
import pyarrow as pa
import shapely

from importing.column_names import clean_names
from importing.import_report import Finding
from importing.raw_table import Ask, RawTable, array_of, utf8_by_norm, warning
from importing.read_limits import ReadLimits
from importing.read_refusals import choose_layer, damaged, shown, too_many
from importing.read_shapes import BROKEN
from importing.sniffing import FORMATS, safe_xml_parser
from importing.unpacking import open_archive
from layers.definition.refusal import Refusal
from layers.definition.text import Text

_DEEPEST = 64
_OWN_FIELDS = ("name", "description", "address", "phoneNumber")
_SHAPES = ("Point", "LineString", "LinearRing", "Polygon", "MultiGeometry")
_NOT_READ = ("Track", "MultiTrack", "Model", "GroundOverlay", "PhotoOverlay", "ScreenOverlay")


@dataclass
class _Shape:
    kind: str
    rings: list[str] = field(default_factory=list)
    parts: list["_Shape"] = field(default_factory=list)


@dataclass
class _Reader:
    """What has been read so far, and where in the tree the parser stands."""

    name: str
    limits: ReadLimits
    rows: list[dict[str, object]] = field(default_factory=list)
    wkb: list[bytes | None] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)
    path: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    row: dict[str, object] | None = None
    shapes: list[_Shape] = field(default_factory=list)
    shape: bytes | None = None
    key: str = ""
    text: list[str] = field(default_factory=list)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag[tag.rfind(" ") + 1 :]
        self.path.append(tag)
        if len(self.path) > _DEEPEST:
            raise damaged(self.name, Text("XML 嵌套超过 {n} 层", "its XML is nested deeper than {n}").fill(n=_DEEPEST))
        self.text.clear()
        if tag in ("Folder", "Document"):
            self.folders.append("")
        elif tag == "Placemark":
            self.row, self.shape, self.shapes = {"folder": "/".join(filter(None, self.folders)) or None}, None, []
        elif tag in _SHAPES and self.row is not None:
            self.shapes.append(_Shape(tag))
        elif tag in ("Data", "SimpleData"):
            self.key = attributes.get("name", "")
        elif tag == "NetworkLink" or tag in _NOT_READ:
            self.passed_over[tag] += 1

    def end(self, tag: str) -> None:
        tag = tag[tag.rfind(" ") + 1 :]
        parent = self.path[-2] if len(self.path) > 1 else ""
        text = "".join(self.text).strip()
        self.text.clear()
        self.path.pop()
        if tag in ("Folder", "Document"):
            self.folders.pop()
        elif tag == "name" and parent in ("Folder", "Document"):
            self.folders[-1] = text if parent == "Folder" else ""
        elif self.row is not None:
            self._inside_placemark(tag, parent, text)

    def _inside_placemark(self, tag: str, parent: str, text: str) -> None:
        if self.row is None:
            return
        if tag == "Placemark":
            self.rows.append(self.row)
            self.wkb.append(self.shape)
            self.row = None
            if len(self.rows) > self.limits.max_rows_at_once:
                raise too_many(self.name, Text("地标", "placemarks"), len(self.rows), self.limits.max_rows_at_once)
        elif tag in _OWN_FIELDS and parent == "Placemark":
            self.row[tag] = text or None
        elif tag == "SimpleData" or (tag == "value" and parent == "Data"):
            while self.key in self.row:  # the placemark's own name, or a field given twice
                self.key += " "
            self.row[self.key] = text or None
        elif tag == "coordinates" and self.shapes:
            self.shapes[-1].rings.append(text)
        elif tag in _SHAPES and self.shapes:
            done = self.shapes.pop()
            if self.shapes and self.shapes[-1].kind == "Polygon" and done.kind == "LinearRing":
                self.shapes[-1].rings += done.rings
            elif self.shapes:
                self.shapes[-1].parts.append(done)
            else:
                self.shape = _wkb(done)


def read_kml(path: Path, ask: Ask) -> RawTable:
    """All placemarks of a KML as one table, with the folder they lie in; coordinates are WGS-84 degrees by the norm."""
    with path.open("rb") as file:
        return _read(iter(lambda: file.read(1 << 18), b""), ask, "kml")


def read_kmz(path: Path, ask: Ask) -> RawTable:
    """The KML inside a KMZ. Refused: several KML files, unless the layer says which."""
    with open_archive(path, ask.name, ask.limits) as archive:
        inside = [member for member in archive.members if member.lower().endswith(".kml")]
        wanted = [member for member in inside if ask.layer in (None, member)]
        if len(wanted) != 1:
            raise choose_layer(ask.name, inside, ask.layer)
        return _read(archive.blocks(wanted[0]), Ask(ask.name, None, ask.encoding, ask.limits), "kmz")


def _read(blocks: Iterator[bytes], ask: Ask, key: str) -> RawTable:
    title = "KMZ" if key == "kmz" else FORMATS["kml"].title
    if ask.layer not in (None, title):
        raise choose_layer(ask.name, [title], ask.layer)
    reader = _Reader(ask.name, ask.limits)
    parser = safe_xml_parser(ask.name)
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = reader.start, reader.end, reader.text.append
    try:
        for block in blocks:
            parser.Parse(block)
        parser.Parse(b"", True)
    except ExpatError as error:
        raise damaged(ask.name, Text("XML 第 {line} 行有错", "its XML is wrong at line {line}").fill(line=error.lineno)) from error
    if not reader.rows:
        raise _nothing(ask.name, reader.passed_over)
    columns = columns_of(reader.rows, ask)
    return RawTable(
        layer=title,
        columns=columns,
        wkb=pa.array(reader.wkb, pa.binary()),
        encoding=utf8_by_norm(columns, title),
        declared_crs="EPSG:4326",
        findings=tuple(_passed_over(reader.passed_over)),
    )


def columns_of(rows: list[dict[str, object]], ask: Ask) -> list[tuple[str, pa.Array]]:
    """The rows' fields as columns, in the order in which they first appear. Refused: more fields than columns allowed."""
    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(row))
        if len(names) > ask.limits.max_columns:
            raise too_many(ask.name, Text("列数", "columns"), len(names), ask.limits.max_columns)
    return [(clean, array_of([row.get(name) for row in rows])) for clean, name in zip(clean_names(list(names)), names, strict=True)]


def _wkb(shape: _Shape) -> bytes:
    try:
        return bytes(shapely.to_wkb(_built(shape)))
    except (ValueError, TypeError, IndexError, shapely.errors.ShapelyError):
        return BROKEN


def _built(shape: _Shape) -> object:
    if shape.kind == "MultiGeometry":
        return gathered([_built(part) for part in shape.parts])
    rings = [_coordinates(ring) for ring in shape.rings]
    if shape.kind == "Point":
        return shapely.points(rings[0][0])
    if shape.kind in ("LineString", "LinearRing"):
        return shapely.linestrings(rings[0])
    return shapely.polygons(shapely.linearrings(rings[0]), [shapely.linearrings(ring) for ring in rings[1:]] or None)


def gathered(parts: Iterable[object]) -> object:
    """Parts of one kind as the matching multi-part shape, others as a collection of one level."""
    flat = shapely.get_parts(np.array(list(parts), object))
    kinds = {int(kind) for kind in shapely.get_type_id(flat)}
    for kind, build in ((0, shapely.multipoints), (1, shapely.multilinestrings), (3, shapely.multipolygons)):
        if kinds == {kind}:
            return build(flat)
    return shapely.geometrycollections(flat)


def _coordinates(text: str) -> np.ndarray:
    """(n, 2) degrees out of 'lon,lat[,height] lon,lat …'. ValueError for anything else."""
    numbers = [[float(number) for number in point.split(",")[:2]] for point in text.split()]
    return np.array(numbers, float).reshape(-1, 2) if all(len(point) == 2 for point in numbers) else np.array([[float("x")]])


def _nothing(name: str, passed_over: Counter[str]) -> Refusal:
    links = passed_over["NetworkLink"]
    if links:
        return Refusal(
            Text("{name} 只有 {n} 个网络链接，数据不在文件中。", "{name} holds only {n} network links; the data are not in the file.").fill(
                name=shown(name), n=links
            ),
            Text("请在来源处导出数据本身；本程序不访问链接。", "Export the data themselves at their source; links are never followed."),
        )
    return Refusal(
        Text("{name} 中没有地标。", "{name} holds no placemark.").fill(name=shown(name)),
        Text("请从原程序重新导出后再试。", "Export it again from the program it came from, then try again."),
    )


def _passed_over(counts: Counter[str]) -> Iterator[Finding]:
    if counts["NetworkLink"]:
        what = Text("{n} 个网络链接未读，也未访问。", "{n} network links were neither read nor followed.").fill(n=counts["NetworkLink"])
        yield warning("network_links", what, count=counts["NetworkLink"])
    others = {kind: counts[kind] for kind in _NOT_READ if counts[kind]}
    if others:
        kinds = ", ".join(f"{kind} {count}" for kind, count in others.items())
        yield warning("not_read", Text("未读的内容：{kinds}。", "Not read: {kinds}.").fill(kinds=kinds), count=sum(others.values()))
