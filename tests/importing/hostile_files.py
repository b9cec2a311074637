"""Makes the files that no import may be fooled by: each function writes one and says under which name it is sent."""

import io
import json
import shutil
import sqlite3
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import shapely

from tests.importing import good_files

SECRET = "the secret of the planted file"


@dataclass(frozen=True)
class Bait:
    """Where the files are made, and what they reach for: an address that must hear nothing, a file that must not leak."""

    folder: Path
    address: str
    secret: Path

    def write(self, name: str, content: bytes | str) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path


@dataclass(frozen=True)
class Hostile:
    """A file, the name it is sent under, and a word of the refusal; None where it must be read without harm."""

    key: str
    make: Callable[[Bait, str], Path]
    refused: str | None
    sent_as: str
    reaches_out: bool = False
    max_memory_bytes: int | None = None


# documents that send their reader elsewhere


def vrt(bait: Bait, name: str) -> Path:
    return bait.write(
        name,
        f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>CSV:{bait.secret}</SrcDataSource></OGRVRTLayer>'
        f'<OGRVRTLayer name="b"><SrcDataSource>/vsicurl/{bait.address}/x.geojson</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>',
    )


def gdalg(bait: Bait, name: str) -> Path:
    line = f"gdal vector pipeline ! read CSV:{bait.secret} ! write --output-format stream streamed_dataset"
    return bait.write(name, json.dumps({"type": "gdal_streamed_alg", "command_line": line}))


def wfs(bait: Bait, name: str) -> Path:
    return bait.write(name, f"<OGRWFSDataSource><URL>{bait.address}/wfs</URL></OGRWFSDataSource>")


def linked_crs(bait: Bait, name: str) -> Path:
    crs = {"type": "link", "properties": {"href": f"{bait.address}/crs", "type": "proj4"}}
    return bait.write(name, json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature()]}))


def virtual_path(bait: Bait, name: str) -> Path:
    return bait.write(name, f"/vsicurl/{bait.address}/x.geojson\n{bait.secret}\n")


def esri_service(bait: Bait, name: str) -> Path:
    return bait.write(name, json.dumps({"features": [], "exceededTransferLimit": True, "url": bait.address}))


def topojson(bait: Bait, name: str) -> Path:
    return bait.write(name, json.dumps({"type": "Topology", "objects": {}, "arcs": []}))


def html(bait: Bait, name: str) -> Path:
    return bait.write(name, f"<!doctype html><html><script src='{bait.address}/x.js'></script></html>")


def network_link(bait: Bait, name: str) -> Path:
    return bait.write(name, kml(f"<NetworkLink><Link><href>{bait.address}/x.kml</href></Link></NetworkLink>"))


def network_link_beside_placemark(bait: Bait, name: str) -> Path:
    return bait.write(name, kml(f"<NetworkLink><Link><href>{bait.address}/x.kml</href></Link></NetworkLink>" + PLACEMARK))


def outside_entity(bait: Bait, name: str) -> Path:
    return bait.write(
        name, f'<!DOCTYPE kml [<!ENTITY x SYSTEM "{bait.secret.as_uri()}">]>' + kml("<Placemark><name>&x;</name></Placemark>")
    )


def outside_doctype(bait: Bait, name: str) -> Path:
    return bait.write(name, f'<!DOCTYPE kml SYSTEM "{bait.address}/x.dtd">' + kml(PLACEMARK))


# GeoPackages


def geopackage(*statements: str, unsafe_schema: bool = False) -> Callable[[Bait, str], Path]:
    def make(bait: Bait, name: str) -> Path:
        path = good_files.geopackage(bait.folder / name)
        with sqlite3.connect(path) as database:
            if unsafe_schema:
                database.execute("PRAGMA writable_schema = ON")
            for statement in statements:
                database.execute(statement.format(secret=bait.secret, address=bait.address))
        database.close()
        return path

    return make


_VIRTUAL = (
    "INSERT INTO sqlite_master VALUES ('table', 'leak', 'leak', 0, "
    "'CREATE VIRTUAL TABLE leak USING VirtualOGR(''{secret}'')')"
)  # fmt: skip


def name_not_utf8(bait: Bait, name: str) -> Path:
    path = geopackage("CREATE TABLE odd_name_here (a)")(bait, name)
    return bait.write(name, path.read_bytes().replace(b"odd_name_here", b"odd\xff\xfe_\xfd\xfchere"))


def cut_database(bait: Bait, name: str) -> Path:
    return bait.write(name, good_files.geopackage(bait.folder / name).read_bytes()[:9000])


def plain_sqlite(bait: Bait, name: str) -> Path:
    path = bait.folder / name
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE a (b)")
    database.close()
    return path


# JSON


def feature(geometry: object = None, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def geojson(text: str) -> Callable[[Bait, str], Path]:
    return lambda bait, name: bait.write(name, text)


def collection(*features: dict[str, object]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def point(coordinates: str) -> str:
    return f'{{"type": "FeatureCollection", "features": [{{"type": "Feature", "properties": {{}}, "geometry": {{"type": "Point", "coordinates": {coordinates}}}}}]}}'


def deep_collections(bait: Bait, name: str) -> Path:
    geometry = '{"type": "GeometryCollection", "geometries": [' * 300 + "]}" * 300
    return bait.write(name, f'{{"type": "Feature", "properties": {{}}, "geometry": {geometry}}}')


def million_vertices(bait: Bait, name: str) -> Path:
    ring = ",".join(f"[{i * 1e-6:.6f},{(i % 2) * 1e-3}]" for i in range(1_000_000))
    return bait.write(name, f'{{"type": "Polygon", "coordinates": [[{ring},[0,0]]]}}')


# archives


def archive(**members: bytes) -> Callable[[Bait, str], Path]:
    return lambda bait, name: bait.write(name, zipped({key: value for key, value in members.items()}))


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for member, content in members.items():
            packed.writestr(member, content)
    return out.getvalue()


def shapefile_with(extra: dict[str, bytes]) -> Callable[[Bait, str], Path]:
    return lambda bait, name: bait.write(name, zipped({**good_files.shapefile_parts(), **extra}))


def zip_bomb(bait: Bait, name: str) -> Path:
    return bait.write(name, zipped({**good_files.shapefile_parts(), "big.dbf": bytes(300_000_000)}))


def lying_zip(bait: Bait, name: str) -> Path:
    """Says 1,000 bytes in its list and unpacks to 30 MB."""
    packed = bytearray(zipped({"a.shp": bytes(30_000_000), "a.dbf": b"x"}))
    real = struct.pack("<L", 30_000_000)
    return bait.write(name, bytes(packed.replace(real, struct.pack("<L", 1_000))))


def symbolic_link(bait: Bait, name: str) -> Path:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for member, content in good_files.shapefile_parts().items():
            packed.writestr(member, content)
        link = zipfile.ZipInfo("cells.cpg")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(link, str(bait.secret))
    return bait.write(name, out.getvalue())


def encrypted(bait: Bait, name: str) -> Path:
    packed = bytearray(zipped(good_files.shapefile_parts()))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = packed.find(signature)
        while at >= 0:
            packed[at + offset] |= 1
            at = packed.find(signature, at + 1)
    return bait.write(name, bytes(packed))


def nested(bait: Bait, name: str) -> Path:
    return bait.write(name, zipped({"inner.zip": zipped(good_files.shapefile_parts())}))


def nested_in_disguise(bait: Bait, name: str) -> Path:
    return bait.write(name, zipped({**good_files.shapefile_parts(), "cells.dbf": zipped({"a": b"a"})}))


def many_members(bait: Bait, name: str) -> Path:
    return bait.write(name, zipped({**good_files.shapefile_parts(), **{f"{i}.txt": b"" for i in range(1_500)}}))


def cut_zip(bait: Bait, name: str) -> Path:
    packed = zipped(good_files.shapefile_parts())
    return bait.write(name, packed[: len(packed) // 2])


def damaged_member(bait: Bait, name: str) -> Path:
    packed = bytearray(zipped(good_files.shapefile_parts()))
    packed[60:70] = b"0123456789"
    return bait.write(name, bytes(packed))


# shapefiles


def shapefile(change: Callable[[dict[str, bytes]], None]) -> Callable[[Bait, str], Path]:
    def make(bait: Bait, name: str) -> Path:
        parts = good_files.shapefile_parts()
        change(parts)
        return bait.write(name, zipped(parts))

    return make


def _cut(ending: str, share: float) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        parts[f"cells{ending}"] = parts[f"cells{ending}"][: int(len(parts[f"cells{ending}"]) * share)]

    return change


def _without(*endings: str) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        for ending in endings:
            del parts[f"cells{ending}"]

    return change


def null_shapes(count: int) -> Callable[[Bait, str], Path]:
    """A shapefile of `count` shapes that are none: 12 bytes each, which pack 900 to 1."""

    def make(bait: Bait, name: str) -> Path:
        record = struct.pack(">ii", 1, 2) + struct.pack("<i", 0)
        header = good_files.shapefile_parts()["cells.shp"][:100]
        index = struct.pack(">ii", 50, 2) * count
        table = (
            struct.pack("<B3BLHH20x", 3, 124, 1, 1, 0, 65, 2) + b"A".ljust(11, b"\0") + b"C" + bytes(4) + b"\x01\x00" + bytes(14) + b"\r"
        )
        return bait.write(name, zipped({"a.shp": header + record * count, "a.shx": header + index, "a.dbf": table}))

    return make


def other_count(parts: dict[str, bytes]) -> None:
    parts["cells.dbf"] = parts["cells.dbf"][:4] + struct.pack("<L", 1) + parts["cells.dbf"][8:]


def endless_record(parts: dict[str, bytes]) -> None:
    parts["cells.shx"] = parts["cells.shx"][:100] + struct.pack(">ii", 50, 2**30) + parts["cells.shx"][108:]


def two_shapefiles(parts: dict[str, bytes]) -> None:
    parts |= {member.replace("cells", "other/units"): content for member, content in list(parts.items())}


# workbooks


def workbook(sheet: str, **parts: str) -> Callable[[Bait, str], Path]:
    def make(bait: Bait, name: str) -> Path:
        filled = sheet.replace("SECRET", bait.secret.as_uri()).replace("ADDRESS", bait.address)
        return bait.write(name, good_files.workbook(filled, {key.replace("__", "/"): value for key, value in parts.items()}))

    return make


def cell(reference: str, text: str = "x") -> str:
    return f'<row r="{reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}"><c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c></row>'


HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>code</t></is></c><c r="B1" t="inlineStr"><is><t>name</t></is></c></row>'
LAUGHS = "<!DOCTYPE a [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 10)) + "]>"


def laughing(bait: Bait, name: str) -> Path:
    return bait.write(name, good_files.workbook(HEADER + cell("A2", "&a9;"), before=LAUGHS))


def wide_workbook(bait: Bait, name: str) -> Path:
    return bait.write(name, good_files.workbook("".join(f"<row>{'<c><v>1</v></c>' * 30}</row>" for _ in range(100_000))))


# others


def deep_xml(bait: Bait, name: str) -> Path:
    return bait.write(name, kml("<Folder>" * 10_000 + "</Folder>" * 10_000))


def laughing_kml(bait: Bait, name: str) -> Path:
    return bait.write(name, LAUGHS + kml("<Placemark><name>&a9;</name></Placemark>"))


def kmz(members: Callable[[Bait], dict[str, bytes]]) -> Callable[[Bait, str], Path]:
    return lambda bait, name: bait.write(name, zipped(members(bait)))


def cut_columnar(kind: str, share: float) -> Callable[[Bait, str], Path]:
    def make(bait: Bait, name: str) -> Path:
        content = good_files.flatgeobuf() if kind == "fgb" else good_files.geoparquet()
        return bait.write(name, content[: int(len(content) * share)])

    return make


def garbage_flatgeobuf(bait: Bait, name: str) -> Path:
    content = bytearray(good_files.flatgeobuf())
    content[8:12] = struct.pack("<L", 2_000_000_000)
    return bait.write(name, bytes(content))


def parquet_with_geo(geo: object) -> Callable[[Bait, str], Path]:
    return lambda bait, name: bait.write(name, good_files.geoparquet(geo=json.dumps(geo)))


def parquet_bomb(bait: Bait, name: str) -> Path:
    """One long text, kept once and repeated by its number: 5 KB that fill 20 GB."""
    return bait.write(name, good_files.parquet(pd.DataFrame({"a": ["x" * 10_000] * 1_900_000}).astype("category")))


def kml(inside: str) -> str:
    return f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{inside}</Document></kml>'


PLACEMARK = "<Placemark><name>&lt;script&gt;alert(1)&lt;/script&gt;</name><Point><coordinates>109.6,28.7</coordinates></Point></Placemark>"
SCRIPT = "<script>alert(1)</script>${alert(1)}`"
_VRT_NAMES = ("a.geojson", "a.json", "a.csv", "a.kml", "a.gpkg", "a.zip", "a.fgb", "a.parquet", "a.xlsx", "a.vrt")

HOSTILE = (
    *(Hostile(f"vrt as {name}", vrt, "OGRVRTDataSource", name, True) for name in _VRT_NAMES),
    Hostile("gdalg as json", gdalg, "gdal_streamed_alg", "a.json", True),
    Hostile("gdalg as geojson", gdalg, "gdal_streamed_alg", "a.geojson", True),
    Hostile("gdalg as csv", gdalg, "wrong extension", "a.csv", True),
    Hostile("wfs as geojson", wfs, "OGRWFSDataSource", "a.geojson", True),
    Hostile("linked crs", linked_crs, "is a link", "a.geojson", True),
    Hostile("virtual path as csv", virtual_path, None, "a.csv", True),
    Hostile("virtual path as name", virtual_path, "wrong extension", "/vsicurl/http://127.0.0.1/a.geojson", True),
    Hostile("climbing name", virtual_path, None, "../../../etc/passwd.csv", True),
    Hostile("esri service", esri_service, "no GeoJSON", "a.geojson", True),
    Hostile("topojson", topojson, "Topology", "a.json"),
    Hostile("html as csv", html, "DOCTYPE", "a.csv", True),
    Hostile("kml of network links", network_link, "network links", "a.kml", True),
    Hostile("network link beside a placemark", network_link_beside_placemark, None, "a.kml", True),
    Hostile("kml outside entity", outside_entity, "DOCTYPE", "a.kml", True),
    Hostile("kml outside doctype", outside_doctype, "DOCTYPE", "a.kml", True),
    Hostile("kml entity bomb", laughing_kml, "DOCTYPE", "a.kml"),
    Hostile("kml nested 10,000 deep", deep_xml, "nested deeper", "a.kml"),
    Hostile("kml cut short", lambda bait, name: bait.write(name, kml(PLACEMARK)[:-30]), "cut short", "a.kml"),
    Hostile("kmz with a climbing path", kmz(lambda bait: {"../doc.kml": kml(PLACEMARK).encode()}), "out of its folder", "a.kmz"),
    Hostile("kmz of network links", kmz(lambda bait: {"doc.kml": network_link(bait, "b.kml").read_bytes()}), "network links", "a.kmz", True),
    Hostile("kmz entity bomb", kmz(lambda bait: {"doc.kml": (LAUGHS + kml(PLACEMARK)).encode()}), "DOCTYPE", "a.kmz"),
    Hostile("view", geopackage("CREATE VIEW leak AS SELECT * FROM cells"), "views (leak)", "a.gpkg"),
    Hostile("view of a gigabyte", geopackage("CREATE VIEW leak AS SELECT zeroblob(1000000000) AS geom"), "views", "a.gpkg"),
    Hostile("foreign trigger", geopackage("CREATE TRIGGER own AFTER INSERT ON cells BEGIN DELETE FROM cells; END"), "triggers of its own", "a.gpkg"),
    Hostile("virtual table", geopackage(_VIRTUAL, unsafe_schema=True), "virtual tables", "a.gpkg", True),
    Hostile(
        "computed column",
        geopackage("DROP TABLE cells", "CREATE TABLE cells (fid INTEGER PRIMARY KEY, geom BLOB, a TEXT AS (zeroblob(1000000000)))"),
        "computed",
        "a.gpkg",
    ),
    Hostile("contents without table", geopackage("DROP TABLE cells"), "not there", "a.gpkg"),
    Hostile("name not utf-8", name_not_utf8, "can't be read", "a.gpkg"),
    Hostile("database cut short", cut_database, "can't be read", "a.gpkg"),
    Hostile("sqlite that is no geopackage", plain_sqlite, "no GeoPackage", "a.gpkg"),
    Hostile("nan", geojson(point("[NaN, 1]")), "NaN", "a.geojson"),
    Hostile("infinity", geojson(point("[1, -Infinity]")), "-Infinity", "a.geojson"),
    Hostile("number past all", geojson(point("[1e999, 1]")), "error wild_coordinates", "a.geojson"),
    Hostile("number too long", geojson(point(f"[{'9' * 5000}, 1]")), "error broken_shape", "a.geojson"),
    Hostile("nested 10,000 deep", geojson('{"a":' * 10_000 + "1" + "}" * 10_000), "nested", "a.geojson"),
    Hostile("lists 100,000 deep", geojson("[" * 100_000), "nested", "a.geojson"),
    Hostile("collections in collections", deep_collections, "error broken_shape", "a.geojson"),
    Hostile("text for coordinates", geojson(point('["a", {}]')), "error broken_shape", "a.geojson"),
    Hostile("no shape anywhere", geojson(collection(feature(), feature())), "error no_shapes", "a.geojson"),
    Hostile("no features", geojson(collection()), "no feature", "a.geojson"),
    Hostile("json cut short", geojson(collection(feature())[:-5]), "JSON is wrong", "a.geojson"),
    Hostile("geojson in gbk", lambda bait, name: bait.write(name, collection(feature(name="杨家村")).encode("gbk")), "not UTF-8", "a.geojson"),
    Hostile("million vertices", million_vertices, "vertices", "a.geojson"),
    Hostile("script in every field", geojson(collection(feature({"type": "Point", "coordinates": [1, 2]}, **{SCRIPT: SCRIPT}))), None, "a.geojson"),
    Hostile("zip bomb", zip_bomb, "times its size", "a.zip"),
    Hostile("zip that lies", lying_zip, "can't be opened", "a.zip"),
    Hostile("climbing path", shapefile_with({"../../evil.cpg": b"UTF-8"}), "out of its folder", "a.zip"),
    Hostile("absolute path", shapefile_with({"/etc/evil": b"x"}), "out of its folder", "a.zip"),
    Hostile("path of windows", shapefile_with({"..\\evil.txt": b"x"}), "out of its folder", "a.zip"),
    Hostile("drive of windows", shapefile_with({"C:/evil.txt": b"x"}), "out of its folder", "a.zip"),
    Hostile("symbolic link", symbolic_link, "symbolic link", "a.zip", True),
    Hostile("encrypted", encrypted, "encrypted", "a.zip"),
    Hostile("nested zip", nested, "archive inside", "a.zip"),
    Hostile("nested zip in disguise", nested_in_disguise, "archive inside", "a.zip"),
    Hostile("many members", many_members, "members", "a.zip"),
    Hostile("two members of one name", shapefile_with({"CELLS.DBF": b"x"}), "same name", "a.zip"),
    Hostile("zip cut short", cut_zip, "can't be opened", "a.zip"),
    Hostile("damaged member", damaged_member, "can't be opened", "a.zip"),
    Hostile("empty zip", archive(), "empty archive", "a.zip"),
    Hostile("zip without shapefile", archive(readme=b"x"), "without a shapefile", "a.zip"),
    Hostile("20 million null shapes", null_shapes(20_000_000), "times its size", "a.zip"),
    Hostile("null shapes beyond the rows", null_shapes(500_000), "1 rows", "a.zip"),
    Hostile("shp without dbf", shapefile(_without(".dbf")), "no .dbf", "a.zip"),
    Hostile("dbf without shp", shapefile(_without(".shp", ".shx")), "no .shp", "a.zip"),
    Hostile("shp cut short", shapefile(_cut(".shp", 0.7)), "inside the file", "a.zip"),
    Hostile("dbf cut short", shapefile(_cut(".dbf", 0.8)), "rows and has", "a.zip"),
    Hostile("table and shapes do not pair", shapefile(other_count), "1 rows", "a.zip"),
    Hostile("record past all", shapefile(endless_record), "inside the file", "a.zip"),
    Hostile("two shapefiles", shapefile(two_shapefiles), "cells, other/units", "a.zip"),
    Hostile("lone shp", lambda bait, name: bait.write(name, good_files.shapefile_parts()["cells.shp"]), "a lone .shp", "a.shp"),
    Hostile("cell at the end of the sheet", workbook(HEADER + cell("XFD1048576")), "XFD1048576", "a.xlsx"),
    Hostile("cell below the sheet's end", workbook(HEADER + cell("A1048576")), "A1048576", "a.xlsx"),
    Hostile("workbook entity bomb", laughing, "DOCTYPE", "a.xlsx"),
    Hostile("workbook of repetition", wide_workbook, "times its size", "a.xlsx"),
    Hostile("merged over all", workbook(HEADER + cell("A2") + '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells><sheetData>'), None, "a.xlsx"),
    Hostile("workbook with macros", workbook(HEADER, xl__vbaProject="x"), None, "a.xlsx"),
    Hostile(
        "formula that calls out", workbook(HEADER + '<row r="2"><c r="A2"><f>WEBSERVICE("ADDRESS")</f><v>7</v></c></row>'), None, "a.xlsx", True
    ),
    Hostile("formulas in csv", lambda bait, name: bait.write(name, f"code,name\n1,=WEBSERVICE(\"{bait.address}\")\n2,@SUM(A1)\n".replace('"', "")), None, "a.csv", True),
    Hostile("csv with nul", lambda bait, name: bait.write(name, b"a,b\n" + b"1,2\n" * 20_000 + b"\0,1\n"), "NUL", "a.csv"),
    Hostile("csv with rows of other lengths", lambda bait, name: bait.write(name, "a,b\n1,2\n1,2,3\n1\n"), "2 rows have another", "a.csv"),
    Hostile("csv with an open quotation", lambda bait, name: bait.write(name, 'a,b\n1,"2\n3,4\n5,6\n'), "never closed", "a.csv"),
    Hostile("csv of one endless row", lambda bait, name: bait.write(name, b"a,b\n1," + b"x" * 9_000_000), "too long", "a.csv"),
    Hostile("csv of many columns", lambda bait, name: bait.write(name, b"," * 5_000 + b"\n1"), "5,001 columns", "a.csv"),
    Hostile("text in no known encoding", lambda bait, name: bait.write(name, b"a,b\n1,\xff\xff\n"), "Say which encoding", "a.csv"),
    Hostile("picture as csv", lambda bait, name: bait.write(name, b"\x89PNG\r\n\x1a\n" + bytes(100)), "picture", "a.csv"),
    Hostile("program as gpkg", lambda bait, name: bait.write(name, b"\x7fELF" + bytes(100)), "program", "a.gpkg"),
    Hostile("csv as geojson", lambda bait, name: bait.write(name, "a,b\n1,2\n"), "wrong extension", "a.geojson"),
    Hostile("geopackage as zip", lambda bait, name: good_files.geopackage(bait.folder / name), "wrong extension", "a.zip"),
    Hostile("old excel", lambda bait, name: bait.write(name, b"\xd0\xcf\x11\xe0" + bytes(600)), "old or encrypted", "a.xls"),
    Hostile("gml", lambda bait, name: bait.write(name, "<gml:FeatureCollection xmlns:gml='http://www.opengis.net/gml'/>"), "no KML", "a.gml"),
    Hostile("0 bytes", lambda bait, name: bait.write(name, b""), "0 bytes", "a.gpkg"),
    Hostile("blanks", lambda bait, name: bait.write(name, b" \r\n\t " * 50), "nothing but blanks", "a.csv"),
    Hostile("flatgeobuf cut short", cut_columnar("fgb", 0.6), "can't be read", "a.fgb"),
    Hostile("flatgeobuf with a huge header", garbage_flatgeobuf, "can't be read", "a.fgb"),
    Hostile("parquet cut short", cut_columnar("parquet", 0.6), "can't be read", "a.parquet"),
    Hostile("parquet whose shapes are elsewhere", parquet_with_geo({"primary_column": "x", "columns": {"x": {"encoding": "WKB"}}}), "not WKB", "a.parquet"),
    Hostile("parquet whose geo is a list", parquet_with_geo([1, 2]), "'geo' entry", "a.parquet"),
    Hostile("parquet that swells", parquet_bomb, "memory", "a.parquet", max_memory_bytes=1_500_000_000),
)  # fmt: skip


def copies_left(folder: Path) -> Iterator[str]:
    """What an import left behind in the folder for temporary files."""
    yield from sorted(path.name for path in folder.rglob("*"))


def clean(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


BOX = shapely.box(109.6, 28.7, 109.7, 28.8)
