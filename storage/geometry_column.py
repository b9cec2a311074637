"""Geometry in a table: a GeoPackage blob in SQLite, hex EWKB in PostGIS, a shapely geometry in Python. EPSG:4490, two dimensions."""

import struct
from typing import Any

import shapely
from sqlalchemy import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

from layers.definition.refusal import Refusal
from layers.definition.text import Text

SRS_ID = 4490
_EMPTY, _ENVELOPE_XY, _LITTLE_ENDIAN = 0x10, 0x02, 0x01  # bits of the flag byte, GeoPackage 1.3 table 5
_HEADER = struct.Struct("<2sBBi")
_ENVELOPE = struct.Struct("<4d")
_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}


def to_blob(geometry: Any) -> bytes:
    """A shapely geometry as a GeoPackage blob: header, envelope (none when empty), ISO WKB. Z is dropped. Source: OGC 12-128r17, 2.1.3."""
    body: bytes = shapely.to_wkb(shapely.force_2d(geometry), byte_order=1, flavor="iso")
    if geometry.is_empty:
        return _HEADER.pack(b"GP", 0, _EMPTY | _LITTLE_ENDIAN, SRS_ID) + body
    min_x, min_y, max_x, max_y = geometry.bounds
    return _HEADER.pack(b"GP", 0, _ENVELOPE_XY | _LITTLE_ENDIAN, SRS_ID) + _ENVELOPE.pack(min_x, max_x, min_y, max_y) + body


def from_blob(blob: bytes) -> Any:
    """The shapely geometry of a GeoPackage blob, whoever wrote it. Refused: bytes that are no such blob."""
    try:
        magic, _, flags, _ = _HEADER.unpack_from(blob)
        if magic != b"GP":
            raise ValueError("no GP at the start")
        return shapely.from_wkb(blob[_HEADER.size + _ENVELOPE_BYTES[flags >> 1 & 0b111] :])
    except (struct.error, KeyError, ValueError, shapely.errors.ShapelyError) as error:
        raise Refusal(
            Text("工作区中有一个图形无法读取：{error}。", "A geometry in the workspace can't be read: {error}.").fill(error=error),
            Text("请恢复备份，或重新导入该图层。", "Restore a backup, or import the layer again."),
        ) from error


class _Spelled(UserDefinedType[Any]):
    """A column type spelled as it must stand in CREATE TABLE."""

    cache_ok = True

    def __init__(self, spelling: str) -> None:
        self.spelling = spelling

    def get_col_spec(self, **_: Any) -> str:
        return self.spelling


class GeometryColumn(TypeDecorator[Any]):
    """shapely geometries of any kind, or NULL."""

    impl = _Spelled
    cache_ok = True

    def __init__(self) -> None:
        super().__init__("GEOMETRY")

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(_Spelled(f"geometry(Geometry,{SRS_ID})" if dialect.name == "postgresql" else "GEOMETRY"))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        if dialect.name == "postgresql":
            return shapely.to_wkb(shapely.set_srid(shapely.force_2d(value), SRS_ID), hex=True, include_srid=True)
        return to_blob(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        return shapely.set_srid(shapely.from_wkb(value), 0) if dialect.name == "postgresql" else from_blob(value)
