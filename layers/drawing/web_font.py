"""A web font for browsers on machines without any Chinese font, cut into slices so that a page fetches only what it shows."""

import hashlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

FAMILY = "Jingge Sans"
SLICES_OF_THE_REST = 12  # about 600 characters or 90 kB each: rare names cost one or two of them


@dataclass(frozen=True)
class FontSlice:
    """One file of the font: its name (which changes with its content), WOFF2 bytes and the CSS unicode-range it covers."""

    name: str
    content: bytes
    unicode_range: str


def font_slices(font: Path, first: str, kept_in: Path) -> list[FontSlice]:
    """The font as slices: one with the characters of `first`, the others with the rest of GB 2312 by code point.

    Made once and kept in the folder `kept_in`; a changed font or `first` is made anew. About 20 s of CPU the first time.
    """
    wanted = set(first) | {chr(code) for code in range(0x20, 0x7F)}
    rest = sorted(_gb2312() - wanted)
    size = -(-len(rest) // SLICES_OF_THE_REST)
    groups = [sorted(wanted), *(rest[start : start + size] for start in range(0, len(rest), size))]
    kept_in.mkdir(parents=True, exist_ok=True)
    return [_slice(font, "".join(group), kept_in) for group in groups]


def font_face_css(slices: list[FontSlice], address: str) -> str:
    """The @font-face rules of the slices, served below that address."""
    return "\n".join(
        f"@font-face{{font-family:'{FAMILY}';src:url('{address}/{part.name}') format('woff2');"
        f"font-display:swap;unicode-range:{part.unicode_range}}}"
        for part in slices
    )


def _slice(font: Path, characters: str, kept_in: Path) -> FontSlice:
    key = hashlib.sha256(f"{font.name}{font.stat().st_size}{characters}".encode()).hexdigest()[:16]
    path = kept_in / f"{key}.woff2"
    if not path.exists():
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(_cut(font, characters))
        unfinished.replace(path)
    return FontSlice(path.name, path.read_bytes(), _ranges(characters))


def _cut(font: Path, characters: str) -> bytes:
    from fontTools import subset  # needed once after an installation; a quarter of a second at every start otherwise
    from fontTools.ttLib import TTFont

    options = subset.Options(flavor="woff2", layout_features=["kern", "liga", "locl"], hinting=False, notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters)
    opened = TTFont(font, lazy=True)
    cutter.subset(opened)
    opened.flavor = "woff2"
    out = BytesIO()
    opened.save(out)
    return out.getvalue()


def _ranges(characters: str) -> str:
    """CSS unicode-range of sorted characters, runs joined."""
    runs: list[list[int]] = []
    for code in map(ord, characters):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in runs)


def _gb2312() -> set[str]:
    return {bytes((row, cell)).decode("gb2312", errors="ignore") for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF)} - {""}
