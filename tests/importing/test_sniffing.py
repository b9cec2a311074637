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


@pytest.mark.parametrize("text", ["[编号],名称\n", "{a},b\n", "<10,>20\n", "-1,2\n", "\ufeff名称\n"])
def test_a_csv_may_begin_with_a_bracket_or_a_sign(text: str, tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_text(text, encoding="utf-8")
    assert sniff(path, "a.csv", DEFAULT_LIMITS) == "csv"
