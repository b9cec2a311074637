"""The one font of all paper: Noto Sans SC out of an installed package, measured and checked without the system's fonts."""

import re
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from fontTools.ttLib import TTFont
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from numpy.typing import NDArray

from layers.drawing.fonts import regular_font

MM_PER_POINT = 25.4 / 72
ASCENT, DESCENT = 0.88, 0.12
"""Ink of Chinese characters above and below the baseline, as shares of the size."""
_INVISIBLE = {0x200B, 0xFEFF, 0x0A, 0x0D}


@lru_cache(maxsize=1)
def _widths() -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Advance of every character below U+30000 as a share of the size, and whether the font draws it.

    The table of advances is read raw: by glyph name it costs 20 MB and most of a second.
    """
    with TTFont(regular_font(), lazy=True) as font:
        pairs, per_em, long_ones = np.frombuffer(font.reader["hmtx"], ">u2"), font["head"].unitsPerEm, font["hhea"].numberOfHMetrics
    glyphs = FT2Font(str(regular_font())).get_charmap()
    codes = np.fromiter(glyphs.keys(), np.int64)
    index = np.minimum(np.fromiter(glyphs.values(), np.int64), long_ones - 1)
    width, known = np.ones(0x30000, np.float32), np.zeros(0x30000, np.bool_)
    below = codes < len(width)
    width[codes[below]] = pairs[2 * index[below]] / per_em
    known[codes[below]] = True
    return width, known


def font(size_pt: float) -> FontProperties:
    """The font at a size in points, for a matplotlib text."""
    return FontProperties(fname=str(regular_font()), size=size_pt)


def text_width_mm(text: str, size_pt: float) -> float:
    """Length of one line on paper in mm, from the font's own advances (no kerning)."""
    return _ems(text) * size_pt * MM_PER_POINT


@lru_cache(maxsize=1 << 16)
def _ems(text: str) -> float:
    """Length of one line as a share of its size: a table asks for the same words again and again."""
    width, _ = _widths()
    codes = [min(ord(character), len(width) - 1) for character in text]
    return float(width[codes].sum()) if codes else 0.0


def missing_characters(texts: Iterable[str]) -> list[str]:
    """Characters that the font does not have, each once, in the order of first sight; paper would show a box for them."""
    _, known = _widths()
    seen: dict[str, None] = {}
    for text in texts:
        for character in text:
            code = ord(character)
            if code not in _INVISIBLE and (code >= len(known) or not known[code]):
                seen.setdefault(character, None)
    return list(seen)


def wrapped(text: str, width_mm: float, size_pt: float, is_list: bool = False) -> list[str]:
    """The text in lines no longer than `width_mm`: broken at spaces and between Chinese characters, inside a word only if it must.

    A list of names is broken between its names only, as long as one name fits the line.
    """
    if text_width_mm(text, size_pt) <= width_mm:
        return [text.rstrip()]
    lines: list[str] = []
    line = ""
    for piece in _LIST_PIECE.findall(text) if is_list else _pieces(text):
        if text_width_mm((line + piece).rstrip(), size_pt) <= width_mm or not line:
            line += piece
        else:
            lines.append(line.rstrip())
            line = piece.lstrip()
        while text_width_mm(line.rstrip(), size_pt) > width_mm and len(line) > 1:
            kept = _last_break(line, _fitting(line, width_mm, size_pt))
            lines.append(line[:kept].rstrip())
            line = line[kept:].lstrip()
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def shortened(text: str, width_mm: float, size_pt: float) -> str:
    """The text, or as much of its beginning as fits followed by an ellipsis."""
    if text_width_mm(text, size_pt) <= width_mm:
        return text
    return text[: _fitting(text, width_mm - text_width_mm("…", size_pt), size_pt)].rstrip() + "…"


def _fitting(text: str, width_mm: float, size_pt: float) -> int:
    """How many leading characters fit, at least one."""
    width, _ = _widths()
    reach = np.cumsum([width[min(ord(c), len(width) - 1)] for c in text]) * size_pt * MM_PER_POINT
    return max(int(np.searchsorted(reach, width_mm, side="right")), 1)


def _last_break(text: str, reach: int) -> int:
    """Where a text of which `reach` characters fit is cut: after the last space, or there and then beside a Chinese character."""
    if reach >= len(text) or any(ord(character) >= 0x2E80 for character in text[reach - 1 : reach + 1]):
        return reach
    return text.rfind(" ", 1, reach + 1) + 1 or reach


_LIST_PIECE = re.compile(r"[^、,，]+[、,，]? ?")
_NOT_FIRST = set("、，。；：）》」』”’！？·,.;:)!?%")


def _pieces(text: str) -> list[str]:
    """The text cut where a line may break; punctuation stays with what it follows."""
    pieces: list[str] = []
    for character in text:
        wide = ord(character) >= 0x2E80
        joins = pieces and (character in _NOT_FIRST or (not wide and not pieces[-1].endswith(" ") and ord(pieces[-1][-1]) < 0x2E80))
        if joins or (pieces and character == " "):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces
