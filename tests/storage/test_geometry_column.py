"""Geometry as a blob: what GeoPackage asks for, byte by byte, and back again.

POINT (1 2), worked by hand: "GP", version 0, flags 0b00000011 (envelope xy, little endian), srs 4490 = 0x118A,
envelope 1 1 2 2, then WKB: 01, type 1, 1.0, 2.0.
"""

import struct

import pytest
import shapely

from layers.definition.refusal import Refusal
from storage.geometry_column import from_blob, to_blob

SQUARE = shapely.box(109.6, 28.7, 109.7, 28.8)
SHAPES = [
    shapely.Point(109.6, 28.7),
    shapely.LineString([(109.6, 28.7), (109.7, 28.9)]),
    shapely.difference(SQUARE, shapely.box(109.64, 28.74, 109.66, 28.76)),
    shapely.MultiPolygon([SQUARE, shapely.box(110, 29, 110.1, 29.1)]),
    shapely.MultiPoint([(1, 2), (3, 4)]),
    shapely.MultiLineString([[(1, 2), (3, 4)], [(5, 6), (7, 8)]]),
    shapely.GeometryCollection([shapely.Point(1, 2), SQUARE]),
    shapely.Point(),
    shapely.Polygon(),
    shapely.MultiPolygon(),
    shapely.LineString(),
]


def test_a_point_is_written_as_worked_by_hand() -> None:
    wkb = struct.pack("<BIdd", 1, 1, 1.0, 2.0)
    assert to_blob(shapely.Point(1, 2)) == b"GP\x00\x03" + struct.pack("<i", 0x118A) + struct.pack("<4d", 1, 1, 2, 2) + wkb


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.wkt[:24])
def test_every_kind_comes_back_exactly(shape: shapely.Geometry) -> None:
    back = from_blob(to_blob(shape))
    assert back.geom_type == shape.geom_type and back.is_empty == shape.is_empty
    assert shape.is_empty or shapely.equals_exact(back, shape)


def test_the_envelope_is_west_east_south_north_and_absent_when_empty() -> None:
    assert struct.unpack_from("<4d", to_blob(SQUARE), 8) == (109.6, 109.7, 28.7, 28.8)
    assert to_blob(shapely.Polygon())[3] == 0b00010001 and len(to_blob(shapely.Polygon())) == 8 + 9


def test_height_is_dropped() -> None:
    assert from_blob(to_blob(shapely.Point(1, 2, 3))) == shapely.Point(1, 2)


def test_blobs_of_other_programs_are_read_whatever_their_envelope_and_byte_order() -> None:
    wkb = shapely.to_wkb(shapely.Point(1, 2), byte_order=0)
    for flags, envelope in ((0b0000, 0), (0b0010, 32), (0b0100, 48), (0b0110, 48), (0b1000, 64)):
        assert from_blob(b"GP\x00" + bytes([flags]) + b"\x00\x00\x11\x8a" + bytes(envelope) + wkb) == shapely.Point(1, 2)


@pytest.mark.parametrize("blob", [b"", b"GP", b"XX\x00\x03" + bytes(60), b"GP\x00\x0e" + bytes(90), to_blob(SQUARE)[:70]])
def test_what_is_no_blob_is_refused(blob: bytes) -> None:
    with pytest.raises(Refusal, match="can't be read"):
        from_blob(blob)
