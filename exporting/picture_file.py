"""PNG files written strip by strip, so that a large sheet never stands in memory as a whole."""

import struct
import zlib
from collections.abc import Iterable, Mapping
from typing import IO

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
UP = 2  # the filter that stores each row as its difference from the row above: maps repeat downwards


def write_png(
    target: IO[bytes], size: tuple[int, int], dpi: int, strips: Iterable[NDArray[np.uint8]], words: Mapping[str, str] | None = None
) -> None:
    """A picture of 8 bits per channel, `size` wide and high, out of strips (rows, width, 3) from the top; `words` as UTF-8 texts.

    Refused: strips that are not as wide, or together not as high, as the picture. Source: PNG specification (ISO/IEC 15948).
    """
    width, height = size
    per_metre = round(dpi / 0.0254)
    target.write(SIGNATURE)
    _chunk(target, b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    _chunk(target, b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1))
    for key, text in (words or {}).items():
        _chunk(target, b"iTXt", key.encode("latin-1") + b"\0\0\0\0\0" + text.encode())
    packer, above, rows = zlib.compressobj(6), np.zeros(3 * width, np.uint8), 0
    for strip in strips:
        if strip.shape[1:] != (width, 3):
            raise ValueError(f"a strip of {strip.shape} in a picture {width} wide")
        for first in range(0, len(strip), 256):
            lines = np.ascontiguousarray(strip[first : first + 256]).reshape(-1, 3 * width)
            filtered = np.empty((len(lines), 3 * width + 1), np.uint8)
            filtered[:, 0] = UP
            filtered[:, 1:] = lines - np.vstack([above[None], lines[:-1]])
            above = lines[-1].copy()
            _chunk(target, b"IDAT", packer.compress(filtered.tobytes()))
        rows += len(strip)
        del strip  # the next one is drawn before the loop lets go of this one
    if rows != height:
        raise ValueError(f"{rows} rows in a picture {height} high")
    _chunk(target, b"IDAT", packer.flush())
    _chunk(target, b"IEND", b"")


def _chunk(target: IO[bytes], kind: bytes, content: bytes) -> None:
    if content or kind == b"IEND":
        target.write(struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content)))
