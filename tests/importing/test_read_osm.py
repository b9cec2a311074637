"""An extract of three roads and a path, drawn by hand, as XML and as PBF written here field by field.

Nodes 1 to 4 lie at 109.66, 28.70 and 0.01 degrees further east each; node 9 is not in the extract. Way 10: 1-2-3, Jiefang Road, primary.
Way 11: 3-9-4-1, residential, without a name, leaves the extract at 9. Way 12: a footway.
"""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from importing.read_file import read_file
from layers.definition.refusal import Refusal

XML = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6"><bounds minlat="28" minlon="109" maxlat="29" maxlon="110"/>
<node id="1" lat="28.70" lon="109.66"/><node id="2" lat="28.70" lon="109.67"/><node id="3" lat="28.70" lon="109.68"/>
<node id="4" lat="28.70" lon="109.69"><tag k="highway" v="crossing"/></node><node id="5" visible="false"/>
<way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/>
<tag k="highway" v="primary"/><tag k="name" v="解放路"/><tag k="name:en" v="Jiefang Road"/></way>
<way id="11"><nd ref="3"/><nd ref="9"/><nd ref="4"/><nd ref="1"/><tag k="highway" v="residential"/></way>
<way id="12"><nd ref="1"/><nd ref="2"/><tag k="highway" v="footway"/></way>
<way id="13"><nd ref="1"/><nd ref="2"/><tag k="building" v="yes"/></way>
<relation id="1"><member type="way" ref="10" role=""/><tag k="name" v="no road"/></relation></osm>"""


def varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def field(number: int, content: "bytes | int") -> bytes:
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    return varint(number << 3 | 2) + varint(len(content)) + content


def deltas(values: list[int]) -> bytes:
    steps = np.diff([0, *values])
    return b"".join(varint(int(2 * v if v >= 0 else -2 * v - 1)) for v in steps)


def block(kind: bytes, content: bytes, packed: bool = True) -> bytes:
    blob = field(2, len(content)) + field(3, zlib.compress(content)) if packed else field(1, content)
    header = field(1, kind) + field(3, len(blob))
    return struct.pack(">I", len(header)) + header + blob


def pbf(packed: bool = True) -> bytes:
    words = ["", "highway", "primary", "name", "解放路", "name:en", "Jiefang Road", "residential", "footway", "building", "yes"]
    table = b"".join(field(1, word.encode()) for word in words)
    lat, lon = [287_000_000] * 3, [1_096_600_000, 1_096_700_000, 1_096_800_000]
    dense = field(1, deltas([1, 2, 3])) + field(8, deltas(lat)) + field(9, deltas(lon))
    lone = field(1, 8) + field(8, 2 * 287_000_000) + field(9, 2 * 1_096_900_000)  # zigzag of 4 and of its place
    ways = [
        (10, [1, 3, 5], [2, 4, 6], [1, 2, 3]),
        (11, [1], [7], [3, 9, 4, 1]),
        (12, [1], [8], [1, 2]),
        (13, [9], [10], [1, 2]),
    ]
    made = b""
    for number, keys, values, nodes in ways:
        tags = field(2, b"".join(map(varint, keys))) + field(3, b"".join(map(varint, values)))
        made += field(3, field(1, number) + tags + field(8, deltas(nodes)))
    groups = field(2, field(2, dense)) + field(2, field(1, lone)) + field(2, made)
    return block(b"OSMHeader", field(4, b"OsmSchema-V0.6")) + block(b"OSMData", field(1, table) + groups, packed)


FILES = {"town.osm": XML.encode(), "town.osm.pbf": pbf(), "plain.osm.pbf": pbf(packed=False)}


@pytest.mark.parametrize("name", FILES)
def test_roads_come_as_lines_with_code_name_and_class_and_the_rest_is_told(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name])
    source, report = read_file(path, name)
    table = source.columns
    assert table["code"].to_list() == ["osm-10", "osm-11"] and table["name"].to_list() == ["解放路", "街道"]
    assert table["road_class"].to_list() == ["national", "street"] and table["name_en"].to_list()[0] == "Jiefang Road"
    first, second = source.shapes
    np.testing.assert_allclose(np.array(first.coords), [(109.66, 28.7), (109.67, 28.7), (109.68, 28.7)], atol=1e-9)
    np.testing.assert_allclose(np.array(second.coords), [(109.69, 28.7), (109.66, 28.7)], atol=1e-9)  # cut at node 9
    assert source.declared_crs == "EPSG:4326"
    told = " ".join(finding.what.en for finding in report.findings)
    assert "footway 1" in told and "1 roads leave the extract" in told


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.osm", b"<osm></osm>", "no road"),
        ("a.osm", XML.replace('id="10"', 'id="ten"').encode(), "lacks its number"),
        ("a.osm", XML[:-200].encode(), "XML is wrong"),
        ("a.osm", b'<!DOCTYPE osm [<!ENTITY x "y">]>' + XML.split("?>")[1].encode(), "DOCTYPE"),
        ("a.osm.pbf", pbf()[:-30], "PBF can't be read"),
        ("a.osm.pbf", pbf()[:40] + b"\xff" * 200, "PBF can't be read"),
        ("a.osm.pbf", block(b"OSMHeader", b"") + struct.pack(">I", 4_000_000_000), "PBF can't be read"),
        ("a.osm.pbf", block(b"OSMHeader", field(4, b"x")) + block(b"OSMData", field(1, b"") + b"\xff" * 12), "PBF can't be read"),
        ("a.csv", XML.encode(), "wrong extension"),
    ],
)
def test_what_is_no_extract_of_roads_is_refused(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Refusal) as refused:
        read_file(path, name)
    assert words in refused.value.text.en


def test_a_bomb_of_zlib_is_not_unpacked(tmp_path: Path) -> None:
    """A block that says it holds 100 bytes and holds a gigabyte."""
    path = tmp_path / "a.osm.pbf"
    huge = zlib.compressobj(9)
    packed = b"".join(huge.compress(bytes(1 << 20)) for _ in range(1024)) + huge.flush()
    blob = field(2, 100) + field(3, packed)
    header = field(1, b"OSMData") + field(3, len(blob))
    path.write_bytes(block(b"OSMHeader", field(4, b"x")) + struct.pack(">I", len(header)) + header + blob)
    with pytest.raises(Refusal, match=r"PBF|no road"):
        read_file(path, path.name)
