"""A QR code of a short address: byte mode, error correction M (about 15 % of it may be spoilt), versions 1 to 10.

Source: ISO/IEC 18004:2015. A matrix of 0 and 1, dark is 1; the quiet zone of four modules is added when it is drawn.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from layers.definition.refusal import Refusal
from layers.definition.text import Text

Modules = NDArray[np.int8]
QUIET = 4
_BLOCKS: dict[int, tuple[int, tuple[int, ...]]] = {
    1: (10, (16,)),
    2: (16, (28,)),
    3: (26, (44,)),
    4: (18, (32, 32)),
    5: (24, (43, 43)),
    6: (16, (27,) * 4),
    7: (18, (31,) * 4),
    8: (22, (38, 38, 39, 39)),
    9: (22, (36, 36, 36, 37, 37)),
    10: (26, (43, 43, 43, 43, 44)),
}
"""Version -> check bytes of every block, and the data bytes of each block, for level M (table 9)."""
_CROSSES = {
    1: (),
    2: (6, 18),
    3: (6, 22),
    4: (6, 26),
    5: (6, 30),
    6: (6, 34),
    7: (6, 22, 38),
    8: (6, 24, 42),
    9: (6, 26, 46),
    10: (6, 28, 50),
}
"""Centres of the alignment patterns (annex E)."""
LONGEST_BYTES = sum(_BLOCKS[10][1]) - 3
_FREE = -1
_FINDER_LIKE = np.array([1, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0], np.int8)


def qr_code(text: str) -> Modules:
    """The smallest code that holds the text as UTF-8, a square of 21 to 57 modules. Refused: more than LONGEST_BYTES bytes."""
    data = text.encode()
    if len(data) > LONGEST_BYTES:
        raise Refusal(
            Text("地址有 {n} 字节，二维码最多放 {most} 字节。", "The address has {n} bytes; a QR code here takes {most}.").fill(
                n=len(data), most=LONGEST_BYTES
            ),
            Text("请缩短 public_address。", "Shorten public_address."),
        )
    version = next(v for v, (_, blocks) in _BLOCKS.items() if len(data) + (2 if v < 10 else 3) <= sum(blocks))
    base = _patterns(version)
    free = base == _FREE
    bits = _bits(_interleaved(_data_bytes(data, version), version))
    filled = _with_bits(base, free, bits)
    candidates = [_masked(filled, free, mask) for mask in range(8)]
    return min(candidates, key=_penalty)


def qr_svg(modules: Modules) -> str:
    """The code as SVG, one unit per module, its quiet zone included."""
    size = len(modules) + 2 * QUIET
    runs = "".join(f"M{x + QUIET} {y + QUIET}h{wide}v1h-{wide}z" for y, x, wide in _runs(modules))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}" height="{size}">'
    return f'{head}<rect width="{size}" height="{size}" fill="#ffffff"/><path d="{runs}" fill="#000000"/></svg>'


def _runs(modules: Modules) -> list[tuple[int, int, int]]:
    """Row, first column and length of every run of dark modules."""
    found = []
    for y, row in enumerate(modules):
        steps = np.flatnonzero(np.diff(np.concatenate(([0], row, [0]))))
        found += [(y, int(start), int(end - start)) for start, end in zip(steps[::2], steps[1::2], strict=True)]
    return found


@dataclass(frozen=True)
class _Field:
    """GF(256) over x^8 + x^4 + x^3 + x^2 + 1."""

    power: tuple[int, ...]
    log: tuple[int, ...]

    def times(self, a: int, b: int) -> int:
        return 0 if a == 0 or b == 0 else self.power[(self.log[a] + self.log[b]) % 255]


def _field() -> _Field:
    power, log, value = [0] * 255, [0] * 256, 1
    for i in range(255):
        power[i], log[value] = value, i
        value = (value << 1) ^ (0x11D if value & 0x80 else 0)
    return _Field(tuple(power), tuple(log))


_GF = _field()


def check_bytes(data: list[int], count: int) -> list[int]:
    """Reed-Solomon check bytes: the rest of data times x^count over the product of (x - 2^i)."""
    generator = [1]
    for i in range(count):
        raised, scaled = [*generator, 0], [0, *(_GF.times(c, _GF.power[i]) for c in generator)]
        generator = [a ^ b for a, b in zip(raised, scaled, strict=True)]
    rest = [*data, *([0] * count)]
    for i in range(len(data)):
        factor = rest[i]
        for j, c in enumerate(generator):
            rest[i + j] ^= _GF.times(c, factor)
    return rest[-count:]


def _data_bytes(data: bytes, version: int) -> list[int]:
    """Mode, length and data, ended with zeros and filled up with 236 and 17."""
    room = sum(_BLOCKS[version][1])
    bits = f"0100{len(data):0{8 if version < 10 else 16}b}" + "".join(f"{byte:08b}" for byte in data)
    bits += "0" * min(4, room * 8 - len(bits))
    bits += "0" * (-len(bits) % 8)
    found = [int(bits[i : i + 8], 2) for i in range(0, len(bits), 8)]
    return found + [(236, 17)[i % 2] for i in range(room - len(found))]


def _interleaved(data: list[int], version: int) -> list[int]:
    """First bytes of all blocks, then their second bytes and so on; the check bytes likewise behind them."""
    count, sizes = _BLOCKS[version]
    starts = np.concatenate(([0], np.cumsum(sizes)))
    blocks = [data[a:b] for a, b in pairwise(starts.tolist())]
    checks = [check_bytes(block, count) for block in blocks]
    ordered = [block[i] for i in range(max(sizes)) for block in blocks if i < len(block)]
    return ordered + [check[i] for i in range(count) for check in checks]


def _bits(found: list[int]) -> list[int]:
    return [int(bit) for byte in found for bit in f"{byte:08b}"]


def _patterns(version: int) -> Modules:
    """Finders, timing, alignment, the dark module and version; the format's place is kept with zeros."""
    size = 17 + 4 * version
    field = np.full((size, size), _FREE, np.int8)
    field[6, :] = field[:, 6] = np.arange(size) % 2 == 0
    ring = np.maximum(*np.abs(np.mgrid[-4:5, -4:5]))
    finder = np.where((ring == 2) | (ring == 4), 0, 1).astype(np.int8)
    field[:8, :8], field[:8, -8:], field[-8:, :8] = finder[1:, 1:], finder[1:, :8], finder[:8, 1:]
    for y in _CROSSES[version]:
        for x in _CROSSES[version]:
            if (y < 9 or y > size - 9) and (x < 9 or x > size - 9) and not (y > size - 9 and x > size - 9):
                continue  # a finder is there
            field[y - 2 : y + 3, x - 2 : x + 3] = np.where(np.maximum(*np.abs(np.mgrid[-2:3, -2:3])) == 1, 0, 1)
    for at in range(9):
        for y, x in ((8, at), (at, 8), (8, size - 1 - at), (size - 1 - at, 8)):
            if field[y, x] == _FREE and (at < 8 or (y, x) == (8, 8)):
                field[y, x] = 0
    field[size - 8, 8] = 1
    if version >= 7:
        code = _with_remainder(version, 12, 0x1F25)
        for i in range(18):
            y, x = size - 11 + i % 3, i // 3
            field[y, x] = field[x, y] = (code >> i) & 1
    return field


def _with_remainder(value: int, bits: int, divisor: int) -> int:
    """The value with the remainder of its BCH code behind it."""
    rest = value << bits
    while rest.bit_length() > bits:
        rest ^= divisor << (rest.bit_length() - divisor.bit_length())
    return (value << bits) | rest


def _with_bits(base: Modules, free: NDArray[np.bool_], bits: list[int]) -> Modules:
    """Bits in columns of two from the right, up and down by turns; what remains is 0."""
    field, size, at = base.copy(), len(base), 0
    columns = [x for x in range(size - 1, 0, -2) if x > 6] + [5, 3, 1]
    for turn, right in enumerate(columns):
        for y in range(size - 1, -1, -1) if turn % 2 == 0 else range(size):
            for x in (right, right - 1):
                if free[y, x]:
                    field[y, x] = bits[at] if at < len(bits) else 0
                    at += 1
    return field


def _masked(filled: Modules, free: NDArray[np.bool_], mask: int) -> Modules:
    """One of the eight masks over the data, and the format that names it."""
    y, x = np.indices(filled.shape)
    rules = (
        (y + x) % 2,
        y % 2,
        x % 3,
        (y + x) % 3,
        (y // 2 + x // 3) % 2,
        (y * x) % 2 + (y * x) % 3,
        ((y * x) % 2 + (y * x) % 3) % 2,
        ((y + x) % 2 + (y * x) % 3) % 2,
    )
    field = np.where(free & (rules[mask] == 0), 1 - filled, filled).astype(np.int8)
    size, code = len(field), _with_remainder(mask, 10, 0x537) ^ 0x5412  # level M is 00, so the mask alone is the value
    beside = [(8, i) for i in range(6)] + [(8, 7), (8, 8), (7, 8)] + [(5 - i, 8) for i in range(6)]
    apart = [(size - 1 - i, 8) for i in range(7)] + [(8, size - 8 + i) for i in range(8)]
    for i in range(15):
        bit = (code >> (14 - i)) & 1
        field[beside[i]] = field[apart[i]] = bit
    return field


def _penalty(field: Modules) -> int:
    """How hard a code is to read: long runs, squares of one colour, look-alikes of a finder, too much of one colour (7.8.3)."""
    total = 0
    for rows in (field, field.T):
        for row in rows:
            edges = np.concatenate(([0], np.flatnonzero(np.diff(row)) + 1, [len(row)]))
            lengths = np.diff(edges)
            total += int((lengths[lengths >= 5] - 2).sum())
        windows = np.lib.stride_tricks.sliding_window_view(rows, len(_FINDER_LIKE), axis=1)
        total += 40 * sum(int((windows == part).all(axis=-1).sum()) for part in (_FINDER_LIKE, _FINDER_LIKE[::-1]))
    same = (field[:-1, :-1] == field[1:, :-1]) & (field[:-1, :-1] == field[:-1, 1:]) & (field[:-1, :-1] == field[1:, 1:])
    return total + 3 * int(same.sum()) + 10 * int(abs(float(field.mean()) - 0.5) * 20)
