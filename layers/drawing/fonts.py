"""The one font of paper and web: Noto Sans SC (OFL) out of an installed package, so that no system font is needed."""

import importlib.util
from functools import lru_cache
from pathlib import Path

from layers.definition.refusal import Refusal
from layers.definition.text import Text


@lru_cache(maxsize=1)
def _folder() -> Path:
    """The package is found, not imported: importing it would change the settings of every figure of the process."""
    spec = importlib.util.find_spec("zhplot")
    for folder in spec.submodule_search_locations or [] if spec is not None else []:
        fonts = Path(folder) / "fonts"
        if (fonts / "NotoSansSC-Regular.ttf").is_file():
            return fonts
    raise Refusal(
        Text("找不到中文字体 NotoSansSC-Regular.ttf。", "The Chinese font NotoSansSC-Regular.ttf was not found."),
        Text("请安装 requirements.txt 中的 zhplot 包。", "Install the package zhplot that requirements.txt names."),
    )


def regular_font() -> Path:
    """Path of NotoSansSC-Regular.ttf: 30,890 characters. Refused: the package that carries it is not installed."""
    return _folder() / "NotoSansSC-Regular.ttf"


def font_licence() -> Path:
    """Path of the font's licence, the SIL Open Font License 1.1."""
    return _folder() / "OFL.txt"
