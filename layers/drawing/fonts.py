"""The font that paper and web share: Noto Sans SC (OFL) out of the installed package zhplot, found without importing it."""

from importlib.util import find_spec
from pathlib import Path


def _folder() -> Path:
    found = find_spec("zhplot")  # not imported: the package changes matplotlib's settings when it is
    if found is None or found.origin is None:
        raise ModuleNotFoundError("zhplot, which carries the font, is not installed: pip install -r requirements.txt")
    return Path(found.origin).parent / "fonts"


def regular_font() -> Path:
    """Path of NotoSansSC-Regular.ttf: 30,890 characters."""
    return _folder() / "NotoSansSC-Regular.ttf"


def font_licence() -> Path:
    """Path of the font's licence, the SIL Open Font License 1.1."""
    return _folder() / "OFL.txt"
