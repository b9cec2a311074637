"""Reads the roads of an OpenStreetMap extract in PBF (.osm.pbf): blocks of protocol buffers, each packed by zlib.

Only what roads need is decoded: dense and plain nodes, ways with their tags. Format: wiki.openstreetmap.org/wiki/PBF_Format.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from importing.raw_table import Ask, RawTable
from importing.read_limits import ReadLimits
from importing.read_osm import Extract, Integers, table_of_roads
from importing.read_refusals import damaged, too_big
from importing.sniffing import FORMATS
from layers.definition.text import Text

Message = tuple[dict[int, list[bytes]], dict[int, int]]
"""The fields of a protocol buffer by their number: those of bytes, each as often as it stands there, and whole numbers."""

_MOST_BLOCK = 33_554_432  # bytes; the format allows no larger block
_DEGREES = 1e-9  # of a unit
_GRANULARITY = 100  # units of a step, where a block says nothing


def read_osm_pbf(path: Path, ask: Ask) -> RawTable:
    """Roads of an .osm.pbf file. Refused: damaged, past a limit."""
    found = Extract()
    try:
        for block in _blocks(path, ask):
            _primitives(block, found)
    except (zlib.error, struct.error, ValueError, LookupError, OverflowError) as error:
        raise damaged(ask.name, Text("PBF 无法读取", "its PBF can't be read")) from error
    return table_of_roads(found, ask, FORMATS["osm_pbf"].title)


def _blocks(path: Path, ask: Ask) -> Iterator[bytes]:
    """The data blocks, unpacked one after the other."""
    unpacked = 0
    with path.open("rb") as file:
        while start := file.read(4):
            kind, sizes = _message(file.read(_within(struct.unpack(">I", start)[0], ask.limits)))
            parts, numbers = _message(file.read(_within(sizes[3], ask.limits)))
            if kind[1] != [b"OSMData"]:
                continue
            packed = parts.get(3)
            length = _within(numbers[2], ask.limits) if packed else len(parts[1][0])  # other packings than zlib are not known here
            unpacked += length
            if unpacked > ask.limits.max_unpacked_bytes:
                raise too_big(ask.name, unpacked, ask.limits.max_unpacked_bytes)
            yield zlib.decompressobj().decompress(packed[0], length) if packed else parts[1][0]


def _within(size: int, limits: ReadLimits) -> int:
    if not 0 < size <= min(_MOST_BLOCK, limits.max_unpacked_bytes):
        raise ValueError("a block of that size")
    return size


def _primitives(block: bytes, found: Extract) -> None:
    """Nodes and roads of one block."""
    parts, numbers = _message(block)
    words = _message(parts[1][0])[0].get(1, [])
    step, south, west = numbers.get(17, _GRANULARITY), _signed(numbers.get(19, 0)), _signed(numbers.get(20, 0))

    def keep(ids: Integers, lat: Integers, lon: Integers) -> None:
        found.ids.append(ids)
        found.lat.append(((south + step * lat) * _DEGREES).astype(np.float64))
        found.lon.append(((west + step * lon) * _DEGREES).astype(np.float64))

    for group in parts.get(2, []):
        members, _ = _message(group)
        for dense in members.get(2, []):
            columns, _ = _message(dense)
            keep(*(np.cumsum(_zigzag(_varints(columns[part][0]))) for part in (1, 8, 9)))
        for node in members.get(1, []):
            values = _message(node)[1]
            keep(*(_zigzag(np.array([values[part]], np.uint64)) for part in (1, 8, 9)))
        for way in members.get(3, []):
            _way(way, words, found)


def _way(message: bytes, words: Sequence[bytes], found: Extract) -> None:
    parts, numbers = _message(message)
    keys, values, nodes = (_varints(parts[part][0]) if part in parts else np.empty(0, np.uint64) for part in (2, 3, 8))
    tags = {words[int(key)].decode(): words[int(value)].decode() for key, value in zip(keys, values, strict=True)}
    found.way(numbers[1], tags, np.cumsum(_zigzag(nodes)))


def _message(message: bytes) -> Message:
    """The fields of a message. ValueError for what is none."""
    parts: dict[int, list[bytes]] = {}
    numbers: dict[int, int] = {}
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind == 0:
            numbers[key >> 3], at = _varint(message, at)
        elif kind == 2:
            size, at = _varint(message, at)
            if at + size > len(message):
                raise ValueError("a field that ends beyond its message")
            parts.setdefault(key >> 3, []).append(message[at : at + size])
            at += size
        elif kind in (1, 5):
            at += 8 if kind == 1 else 4
        else:
            raise ValueError("a field of no known kind")
    return parts, numbers


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
        if shift > 63:
            raise ValueError("a number of more than 64 bits")


def _varints(packed: bytes) -> NDArray[np.uint64]:
    """All numbers of a packed field at once."""
    raw = np.frombuffer(packed, np.uint8)
    ends = np.flatnonzero(raw < 128)
    if len(raw) and (not len(ends) or ends[-1] != len(raw) - 1):
        raise ValueError("a number that is cut short")
    starts = np.concatenate([np.zeros(min(len(ends), 1), np.int64), ends[:-1] + 1])
    length = ends - starts + 1
    if length.max(initial=0) > 10:
        raise ValueError("a number of more than 64 bits")
    values = np.zeros(len(ends), np.uint64)
    for place in range(int(length.max(initial=0))):
        some = length > place
        values[some] |= (raw[starts[some] + place].astype(np.uint64) & np.uint64(127)) << np.uint64(7 * place)
    return values


def _zigzag(values: NDArray[np.uint64]) -> Integers:
    return (values >> np.uint64(1)).astype(np.int64) ^ -(values & np.uint64(1)).astype(np.int64)


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value
