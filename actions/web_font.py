"""The web font for browsers without Chinese fonts: cut once from the installed font, kept in data/local."""

from dataclasses import dataclass
from pathlib import Path

from layers.drawing.fonts import font_licence, regular_font
from layers.drawing.web_font import FontSlice, font_face_css, font_slices

REPOSITORY = Path(__file__).resolve().parent.parent
KEPT_IN = REPOSITORY / "data" / "local" / "web_font"
WORDED_IN = ("layers", "screens", "actions", "exporting")
"""Where the wordings of the screens stand; with the demo's names, what a first page shows."""


@dataclass(frozen=True)
class WebFont:
    """The slices, the style sheet that names them, and the font's licence."""

    slices: list[FontSlice]
    css: str
    licence: str


def web_font() -> WebFont:
    """The font as files to serve, names relative to the style sheet. Takes about 12 s the first time, then milliseconds."""
    slices = font_slices(regular_font(), _first_characters(), KEPT_IN)
    return WebFont(slices, font_face_css(slices, "."), font_licence().read_text(encoding="utf-8"))


def _first_characters() -> str:
    sources = [path for room in WORDED_IN for path in sorted((REPOSITORY / room).rglob("*.py"))]
    sources.append(REPOSITORY / "data" / "sample" / "facts" / "units.csv")
    return "".join(sorted({c for path in sources for c in path.read_text(encoding="utf-8") if ord(c) > 0x7F}))
