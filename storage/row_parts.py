"""Rows packed into parts, to be kept for an undo or put aside on disk: columns as JSON, deflated, with nothing of one database in it."""

import json
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import shapely

from storage.schema import GEOMETRY_NAME

Rows = list[dict[str, Any]]

PART_ROWS = 50_000
_LEVEL = 1  # level 6 takes eight times as long for a tenth less


def pack(columns: Mapping[str, Sequence[Any]]) -> bytes:
    """Columns of plain values and geometries as bytes. Numbers come back exactly; geometries keep two dimensions."""
    values = [_as_hex(column) if name == GEOMETRY_NAME else column for name, column in columns.items()]
    return zlib.compress(json.dumps([list(columns), values], ensure_ascii=False, separators=(",", ":")).encode(), _LEVEL)


def unpack(packed: bytes) -> Rows:
    """The rows that were packed, in their order."""
    names, columns = json.loads(zlib.decompress(packed))
    values = [_as_shapes(column) if name == GEOMETRY_NAME else column for name, column in zip(names, columns, strict=True)]
    return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]


class PutAside:
    """Rows on disk, in a file without a name that goes with the process. They come back in batches, in order, as often as wanted."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by close
        self._sizes: list[int] = []
        self.count = 0

    def add(self, columns: Mapping[str, Sequence[Any]], count: int) -> None:
        """Put so many rows behind those that are there."""
        for start in range(0, count, PART_ROWS):
            packed = pack({name: values[start : start + PART_ROWS] for name, values in columns.items()})
            self._file.write(packed)
            self._sizes.append(len(packed))
        self.count += count

    def __iter__(self) -> Iterator[Rows]:
        self._file.seek(0)
        for size in self._sizes:
            yield unpack(self._file.read(size))

    def close(self) -> None:
        """Give the disk space back."""
        self._file.close()


def _as_hex(shapes: Sequence[Any]) -> list[str | None]:
    return [None if shape is None else shapely.to_wkb(shape, hex=True, output_dimension=2) for shape in shapes]


def _as_shapes(texts: Sequence[str | None]) -> list[Any]:
    return [None if text is None else shapely.from_wkb(text) for text in texts]
