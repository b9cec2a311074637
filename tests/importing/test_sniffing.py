"""A format is told by what is in a file; the name must agree."""

from pathlib import Path

import pytest

from importing.read_limits import DEFAULT_LIMITS
from importing.sniffing import FORMATS, sniff
from layers.definition.refusal import Refusal
from tests.importing import good_files
from tests.importing.hostile_files import zipped

KML = b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x -->\n<kml xmlns="http://www.opengis.net/kml/2.2"/>'
CONTENT = {
    "shapefile": lambda: zipped(good_files.shapefile_parts()),
    "flatgeobuf": good_files.flatgeobuf,
    "geoparquet": good_files.geoparquet,
    "xlsx": lambda: good_files.workbook(""),
    "geojson": lambda: b'\n {"type": "FeatureCollection"',
    "kml": lambda: KML,
    "kmz": lambda: zipped({"doc.kml": KML, "files/a.png": b""}),
    "csv": lambda: "编码,名称\n".encode("gbk"),
    "geopackage": lambda: b"SQLite format 3\0" + bytes(52) + b"GPKG" + bytes(100),
    "osm": lambda: b'<?xml version="1.0"?>\n<osm version="0.6"/>',
    "osm_pbf": lambda: b"\0\0\0\x0e\n\tOSMHeader\x18\x7c",
}


@pytest.mark.parametrize("key", FORMATS)
def test_every_format_is_known_by_its_content(key: str, tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(CONTENT[key]())
    for ending in FORMATS[key].endings:  # type: ignore[index]
        assert sniff(path, f"网格{ending.upper()}", DEFAULT_LIMITS) == key


@pytest.mark.parametrize("key", FORMATS)
def test_every_other_ending_is_refused(key: str, tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(CONTENT[key]())
    for other in FORMATS.values():
        for ending in set(other.endings) - set(FORMATS[key].endings):  # type: ignore[index]
            with pytest.raises(Refusal, match="wrong extension") as refusal:
                sniff(path, f"a{ending}", DEFAULT_LIMITS)
            assert FORMATS[key].title in refusal.value.text.zh  # type: ignore[index]


@pytest.mark.parametrize(
    ("name", "content", "advice"),
    [
        ("a.rar", b"Rar!\x1a\x07\x01\0", "Unpack it"),
        ("a.7z", b"7z\xbc\xaf'\x1c", "Unpack it"),
        ("a.dwg", b"AC1027\0\0\0", "or in QGIS"),
        ("a.dxf", b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n", "or in QGIS"),
        ("a.mdb", b"\0\x01\0\0Standard Jet DB\0", "or in QGIS"),
        ("a.zip", zipped({"镇.gdb/a00000001.gdbtable": b"x"}), "or in QGIS"),
        ("a.dbf", b"\x03\x7e\x01\x01\x02\0\0\0", "of the same name"),
        ("a.xls", "<html><table><tr><td>编码</td></tr></table></html>".encode("gbk"), "open it in Excel"),
    ],
)
def test_what_stations_often_have_instead_is_named_with_what_to_do(name: str, content: bytes, advice: str, tmp_path: Path) -> None:
    (tmp_path / "upload").write_bytes(content)
    with pytest.raises(Refusal, match=advice) as refusal:
        sniff(tmp_path / "upload", name, DEFAULT_LIMITS)
    assert "binary file of no known kind" not in refusal.value.text.en and refusal.value.what_next is not None


@pytest.mark.parametrize("text", ["AC1001,名称\n", "[编号],名称\n", "{a},b\n", "<10,>20\n", "-1,2\n", "\ufeff名称\n"])
def test_a_csv_may_begin_with_a_bracket_or_a_sign(text: str, tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_text(text, encoding="utf-8")
    assert sniff(path, "a.csv", DEFAULT_LIMITS) == "csv"
