"""How the page is divided, in millimetres: papers, sizes of letters, the map's frame, the panel, and the scale that fits."""

from dataclasses import dataclass
from typing import Literal

from exporting.map_view import SCALES
from exporting.page import Box
from layers.definition.refusal import Refusal
from layers.definition.text import Language, Text

Orientation = Literal["landscape", "portrait"]
Names = Literal["zh", "en", "both"]
ORIENTATIONS: dict[str, Text] = {"landscape": Text("横向", "landscape"), "portrait": Text("纵向", "portrait")}
NAMES: dict[str, Text] = {"both": Text("中英文", "both languages"), "zh": Text("中文", "Chinese"), "en": Text("英文", "English")}


@dataclass(frozen=True)
class Theme:
    """Sizes of letters in points by what they say; `factor` scales symbols and lines."""

    title: float
    title_en: float
    heading: float
    body: float
    small: float
    badge: float
    beat: float
    beat_en: float
    unit: float
    unit_en: float
    place: float
    factor: float


@dataclass(frozen=True)
class PaperSize:
    """A paper held upright, in mm, with what suits its size."""

    name: str
    short_mm: float
    long_mm: float
    margin_mm: float
    title_mm: float
    foot_mm: float
    panel_mm: float
    theme: Theme


SMALLEST_PT = 6.0
"""No text on any sheet is smaller: small paper carries fewer names and a key, not smaller ones."""

PAPERS: dict[str, PaperSize] = {
    "A4": PaperSize("A4", 210, 297, 8, 15.5, 12.5, 88, Theme(17.5, 9, 7.2, 6.1, 6.0, 6.6, 6.8, 6.0, 6.1, 6.0, 6.0, 0.75)),
    "A3": PaperSize("A3", 297, 420, 10, 20, 15, 116, Theme(25, 12.5, 8.5, 7, 6.1, 8, 8.6, 6.4, 7, 6.1, 6.1, 1.0)),
    "A2": PaperSize("A2", 420, 594, 13, 27, 20, 150, Theme(34, 17, 11, 9, 7.8, 10, 11, 8.2, 9, 7.8, 7.8, 1.25)),
    "A1": PaperSize("A1", 594, 841, 17, 37, 27, 200, Theme(47, 24, 14.5, 12, 10.2, 13, 14.5, 11, 12, 10.2, 10.2, 1.6)),
    "A0": PaperSize("A0", 841, 1189, 22, 50, 36, 270, Theme(64, 33, 19.5, 16, 13.5, 17, 19.5, 14.5, 16, 13.5, 13.5, 2.1)),
}
BAND_MM = 4.6
"""Between the neat line and the outer frame at A3: room for the degrees."""


def band_mm(theme: Theme) -> float:
    """The width of that band on a paper: its degrees grow with the letters."""
    return BAND_MM * max(theme.small / 6.1, 1.0)


@dataclass(frozen=True)
class Layout:
    """The boxes of a page. `frame` is the neat line; the outer frame lies `band_mm` outside it."""

    paper: PaperSize
    width_mm: float
    height_mm: float
    title: Box
    frame: Box
    foot: Box
    panel: Box

    @property
    def theme(self) -> Theme:
        """The paper's sizes of letters."""
        return self.paper.theme


@dataclass(frozen=True)
class Wording:
    """Writes names in the languages of the sheet."""

    names: str

    def lines(self, text: Text) -> list[str]:
        """One line per language, never the same line twice."""
        chosen = [text.zh, text.en] if self.names == "both" else [text.in_(self.language)]
        return [line for line in dict.fromkeys(chosen) if line]

    def one(self, text: Text, between: str = " ") -> str:
        """All on one line."""
        return between.join(self.lines(text))

    @property
    def language(self) -> Language:
        """The leading language."""
        return "en" if self.names == "en" else "zh"


def layout(paper: PaperSize, orientation: str, panel_mm: float | None = None) -> Layout:
    """The page: title above, map and panel side by side (landscape) or panel below (portrait, `panel_mm` high), foot under the map."""
    m = paper.margin_mm
    if orientation == "portrait":
        width, height = paper.short_mm, paper.long_mm
        below = panel_mm if panel_mm is not None else 0.3 * height
        panel = (m, m, width - m, m + below)
        map_right, map_bottom = width - m, panel[3] + 2
    else:
        width, height = paper.long_mm, paper.short_mm
        panel = (width - m - paper.panel_mm, m, width - m, height - m - paper.title_mm)
        map_right, map_bottom = panel[0] - 4, m
    top = height - m - paper.title_mm
    foot = (m, map_bottom, map_right, map_bottom + paper.foot_mm)
    band = band_mm(paper.theme)
    frame = (m + band, foot[3] + band, map_right - band, top - band)
    return Layout(paper, width, height, (m, top, width - m, height - m), frame, foot, panel)


def fitting_scales(ground_m: tuple[float, float], frame: Box, margin_mm: float = 4.5) -> list[int]:
    """The scales at which so many metres (wide, high) fit the frame with a margin, largest map first. Refused: none does."""
    width, height = frame[2] - frame[0] - 2 * margin_mm, frame[3] - frame[1] - 2 * margin_mm
    fitting = [scale for scale in SCALES if ground_m[0] * 1000 / scale <= width and ground_m[1] * 1000 / scale <= height]
    if not fitting:
        raise Refusal(
            Text("区域太大，纸上放不下：{km:.0f} 公里。", "The area is too large for paper: {km:.0f} km.").fill(km=max(ground_m) / 1000),
            Text("请检查坐标系和范围。", "Check the coordinate system and the extent."),
        )
    return fitting
