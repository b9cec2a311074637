"""Rows packed into parts, to be kept for an undo or put aside on disk: columns as JSON, deflated, with nothing of one database in it."""

import json
import tempfile
import zlib
from collections.abc import Iterator
from typing import Any

import shapely

from storage.schema import GEOMETRY_NAME

Rows = list[dict[str, Any]]

PART_ROWS = 50_000
_LEVEL = 1  # level 6 takes eight times as long for a tenth less


def pack(rows: Rows) -> bytes:
    """Rows of the same columns, at least one, as bytes. Numbers come back exactly; geometries keep two dimensions."""
    names = list(rows[0])
    columns = [list(values) for values in zip(*(row.values() for row in rows), strict=True)]
    if GEOMETRY_NAME in names:
        place = names.index(GEOMETRY_NAME)
        columns[place] = [None if shape is None else shapely.to_wkb(shape, hex=True, output_dimension=2) for shape in columns[place]]
    return zlib.compress(json.dumps([names, columns], ensure_ascii=False, separators=(",", ":")).encode(), _LEVEL)


def unpack(packed: bytes) -> Rows:
    """The rows that were packed, in their order."""
    names, columns = json.loads(zlib.decompress(packed))
    if GEOMETRY_NAME in names:
        place = names.index(GEOMETRY_NAME)
        columns[place] = [None if shape is None else shapely.from_wkb(shape) for shape in columns[place]]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


class PutAside:
    """Batches of rows on disk, in a file without a name that goes with the process. Read in order, as often as wanted."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by close
        self._sizes: list[int] = []

    def add(self, rows: Rows) -> None:
        """Put a batch behind those that are there."""
        packed = pack(rows)
        self._file.write(packed)
        self._sizes.append(len(packed))

    def __iter__(self) -> Iterator[Rows]:
        self._file.seek(0)
        for size in self._sizes:
            yield unpack(self._file.read(size))

    def close(self) -> None:
        """Give the disk space back."""
        self._file.close()
