"""One sheet of paper in millimetres: text, lines and shapes on a matplotlib figure that needs no window and no global state."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from math import ceil
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.patheffects import Normal, Stroke
from matplotlib.text import Text as Letters
from numpy.typing import NDArray

from exporting.fonts import ASCENT, MM_PER_POINT, font, missing_characters, text_width_mm
from exporting.picture_file import write_png
from layers.drawing.hatches import INK as HATCH_INK
from layers.drawing.hatches import WIDTH_PT as HATCH_PT
from layers.drawing.hatches import hatch_lines

Align = Literal["left", "center", "right"]
Box = tuple[float, float, float, float]
"""Left, bottom, right, top in mm from the lower left corner of the page."""

INK = "#1a1a1a"
GREY = "#5c5c5c"
BOLD_PT = 0.035  # extra stroke as a share of the size: the regular weight then looks like a semibold

STRIP_PIXELS = 9_000_000  # 36 MB; A3 at 300 dpi is drawn in two strips, A0 in sixteen

STAND_IN = "〓"
"""What printers set for a character that their type lacks (geta mark): visibly a gap, never a wrong character."""

OUTLINES = Normal()
"""Makes a picture draw letters from their outlines: hinted letters stand on whole pixels and drift from halo and weight below them."""

DRAWING = threading.RLock()
"""matplotlib's settings belong to the whole process; whoever changes them for a file holds this."""


SVG_FONTS = "'Noto Sans SC', 'Source Han Sans SC', 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', 'WenQuanYi Micro Hei', sans-serif"
"""The font of the sheet, and what may stand in for it where a reader lacks it."""

_SETTINGS: Any = {
    "pdf.fonttype": 42,
    "pdf.compression": 6,
    "svg.fonttype": "none",
    "svg.hashsalt": "jingge",
    "path.simplify": False,
    "agg.path.chunksize": 0,
}


@dataclass(frozen=True)
class TextMark:
    """A piece of text that stands on the page: what it says, its size, and its box before turning."""

    text: str
    size_pt: float
    box: Box
    angle_deg: float = 0.0


class Page:
    """A page of `width_mm` x `height_mm` on which one data unit is one millimetre, measured from the lower left corner."""

    def __init__(self, width_mm: float, height_mm: float, tone: Callable[[str], str] = str, ground: str = "#ffffff") -> None:
        """`tone` is what becomes of every colour that is asked for; `ground` is the paper's own."""
        self.width_mm, self.height_mm, self.tone = width_mm, height_mm, tone
        self.figure = Figure(figsize=(width_mm / 25.4, height_mm / 25.4), facecolor=ground)
        FigureCanvasAgg(self.figure)
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_xlim(0, width_mm)
        self.axes.set_ylim(0, height_mm)
        self.axes.set_axis_off()
        self.marks: list[TextMark] = []
        self.lacking: dict[str, str] = {}
        """Characters that the font does not have, each with the first text that holds it; STAND_IN is printed for them."""

    def text(
        self,
        x: float,
        baseline: float,
        text: str,
        size_pt: float,
        *,
        align: Align = "left",
        colour: str = INK,
        bold: bool = False,
        halo: str | None = None,
        halo_pt: float = 1.6,
        angle_deg: float = 0.0,
        z: float = 60,
    ) -> None:
        """One line of text from its baseline. Halo and weight are passes of their own below, so that the text stays text in a PDF."""
        if not text:
            return
        said, text = text, self._printable(text)
        colour, halo = self.tone(colour), None if halo is None else self.tone(halo)
        width, em = text_width_mm(text, size_pt), size_pt * MM_PER_POINT
        back, turn = {"left": 0.0, "center": 0.5, "right": 1.0}[align] * width, np.radians(angle_deg)
        left = x - back
        at = (x - back * np.cos(turn), baseline - back * np.sin(turn))
        base: dict[str, Any] = {
            "ha": "left",  # aligned by the font's own widths: matplotlib's are rounded to the pixels of a screen
            "va": "baseline",
            "fontproperties": font(size_pt),
            "rotation": angle_deg,
            "rotation_mode": "anchor",
            "parse_math": False,
        }
        if halo is not None:
            under = self.axes.text(*at, text, color=halo, zorder=z - 0.5, **base)
            under.set_path_effects([Stroke(linewidth=halo_pt, foreground=halo, joinstyle="round")])
        if bold:
            under = self.axes.text(*at, text, color=colour, zorder=z - 0.2, **base)
            under.set_path_effects([Stroke(linewidth=BOLD_PT * size_pt, foreground=colour, joinstyle="round")])
        self.axes.text(*at, text, color=colour, zorder=z, **base)
        self.marks.append(TextMark(said, size_pt, (left, baseline - 0.12 * em, left + width, baseline + ASCENT * em), angle_deg))

    def _printable(self, text: str) -> str:
        """The text with STAND_IN for every character that the font lacks, which is kept in `lacking`."""
        for character in missing_characters([text]):
            self.lacking.setdefault(character, text)
            text = text.replace(character, STAND_IN)
        return text

    def faint(self, x: float, y: float, text: str, size_pt: float, angle_deg: float) -> None:
        """Pale words centred there; they hide nothing and count as no label."""
        how: dict[str, Any] = {"ha": "center", "va": "center", "rotation": angle_deg, "fontproperties": font(size_pt), "parse_math": False}
        self.axes.text(x, y, self._printable(text), color=self.tone(INK), alpha=0.06, zorder=70, **how)

    def line(self, points: list[tuple[float, float]], colour: str = INK, width_pt: float = 0.4, z: float = 50, **how: Any) -> None:
        """A line through points in mm."""
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        self.axes.add_line(Line2D(xs, ys, color=self.tone(colour), linewidth=width_pt, zorder=z, **how))

    def box(self, box: Box, fill: str | None = None, edge: str | None = None, width_pt: float = 0.4, z: float = 40, **how: Any) -> None:
        """A rectangle, filled, edged or both."""
        x0, y0, x1, y1 = box
        face, rim = self.tone(fill or "none"), self.tone(edge or "none")
        patch = Rectangle((x0, y0), x1 - x0, y1 - y0, facecolor=face, edgecolor=rim, linewidth=width_pt, zorder=z, **how)
        self.axes.add_artist(patch)

    def hatched(self, area: Any, name: str, factor: float = 1.0, z: float = 41) -> None:
        """A hatch of `layers.drawing.hatches` over an area in mm."""
        lines = [np.asarray(part.coords) for part in shapely.get_parts(hatch_lines(area, name, factor)) if part.geom_type == "LineString"]
        drawn = LineCollection(lines, colors=self.tone(HATCH_INK), linewidths=HATCH_PT * factor, zorder=z)
        self.axes.add_collection(drawn, autolim=False)

    def shape(
        self, outline: Outline, fill: str | None = None, edge: str | None = None, width_pt: float = 0.4, z: float = 40, **how: Any
    ) -> None:
        """A closed outline in mm, filled, edged or both."""
        face, rim = self.tone(fill or "none"), self.tone(edge or "none")
        self.axes.add_artist(PathPatch(outline, facecolor=face, edgecolor=rim, linewidth=width_pt, zorder=z, **how))

    def write(self, target: Any, file_format: str, dpi: int, metadata: dict[str, Any]) -> None:
        """The page into a path or a binary stream, with text as embedded TrueType text and nothing that changes from run to run."""
        with DRAWING, mpl.rc_context(_SETTINGS):
            if file_format == "png":
                self._write_png(target, dpi, metadata)
            elif file_format == "svg":
                drawn = BytesIO()
                self.figure.savefig(drawn, format="svg", metadata=metadata)
                target.write(_self_contained(drawn.getvalue().decode()).encode())
            else:
                self.figure.savefig(target, format=file_format, dpi=dpi, metadata=metadata)

    def _write_png(self, target: Any, dpi: int, metadata: dict[str, str]) -> None:
        letters = self.figure.findobj(Letters)
        plain = [text for text in letters if not text.get_path_effects()]
        before = self.figure.dpi
        try:
            for text in plain:
                text.set_path_effects([OUTLINES])
            self.figure.set_dpi(dpi)
            size = int(self.width_mm / 25.4 * dpi), int(self.height_mm / 25.4 * dpi)
            write_png(target, size, dpi, self._strips(*size, dpi), metadata)
        finally:
            for text in plain:
                text.set_path_effects([])
            for text in letters:
                text.set_visible(True)
            self.figure.set_dpi(before)
            self.figure.set_size_inches(self.width_mm / 25.4, self.height_mm / 25.4)
            self.axes.set_ylim(0, self.height_mm)
            FigureCanvasAgg(self.figure)

    def _strips(self, width: int, height: int, dpi: int) -> Iterator[NDArray[np.uint8]]:
        """The picture from its top in strips (rows, width, 3): each is drawn for itself, so that no paper needs more memory than A4."""
        pixel_mm, rows = 25.4 / dpi, ceil(height / ceil(width * height / STRIP_PIXELS))
        high = rows + 0.001  # a hair more, for a figure's size in pixels is cut down to a whole number
        self.figure.set_size_inches(self.width_mm / 25.4, high / dpi)
        canvas = FigureCanvasAgg(self.figure)  # one for all strips, which are of one size: it draws into the same memory again
        letters = [(text, text.get_position()[1], _reach_mm(text)) for text in self.figure.findobj(Letters)]
        for top in range(height, 0, -rows):
            low, upper = (top - rows) * pixel_mm, (top - rows + high) * pixel_mm
            self.axes.set_ylim(low, upper)
            for text, y, reach in letters:  # setting letters takes most of the time: each is set once, not once for every strip
                text.set_visible(low - reach < y < upper + reach)
            canvas.draw()
            yield np.asarray(canvas.buffer_rgba())[: min(rows, top), :width, :3]


def _reach_mm(text: Letters) -> float:
    """How far a text may reach from its place, whichever way it is turned and whatever halo it has."""
    size = float(text.get_fontsize())
    return text_width_mm(text.get_text(), size) + 2 * size * MM_PER_POINT


def _self_contained(svg: str) -> str:
    """No document type (it names an address), and text in the sheet's own font with others to stand in."""
    svg = re.sub(r"<!DOCTYPE.*?>\s*", "", svg, flags=re.DOTALL)
    return re.sub(r"font-family: [^;\"]+", f"font-family: {SVG_FONTS}", svg)
