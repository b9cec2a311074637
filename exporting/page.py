"""One sheet of paper in millimetres: text, lines and shapes on a matplotlib figure that needs no window and no global state."""

import threading
from dataclasses import dataclass
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.patheffects import Normal, Stroke
from matplotlib.text import Text as Letters

from exporting.fonts import ASCENT, MM_PER_POINT, font, text_width_mm

Align = Literal["left", "center", "right"]
Box = tuple[float, float, float, float]
"""Left, bottom, right, top in mm from the lower left corner of the page."""

INK = "#1a1a1a"
GREY = "#5c5c5c"
BOLD_PT = 0.035  # extra stroke as a share of the size: the regular weight then looks like a semibold

OUTLINES = Normal()
"""Makes a picture draw letters from their outlines: hinted letters stand on whole pixels and drift from halo and weight below them."""

DRAWING = threading.RLock()
"""matplotlib's settings belong to the whole process; whoever changes them for a file holds this."""


@dataclass(frozen=True)
class TextMark:
    """A piece of text that stands on the page: what it says, its size, and its box before turning."""

    text: str
    size_pt: float
    box: Box
    angle_deg: float = 0.0


class Page:
    """A page of `width_mm` x `height_mm` on which one data unit is one millimetre, measured from the lower left corner."""

    def __init__(self, width_mm: float, height_mm: float) -> None:
        self.width_mm, self.height_mm = width_mm, height_mm
        self.figure = Figure(figsize=(width_mm / 25.4, height_mm / 25.4), facecolor="white")
        FigureCanvasAgg(self.figure)
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_xlim(0, width_mm)
        self.axes.set_ylim(0, height_mm)
        self.axes.set_axis_off()
        self.marks: list[TextMark] = []

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
        base: dict[str, Any] = {
            "ha": align,
            "va": "baseline",
            "fontproperties": font(size_pt),
            "rotation": angle_deg,
            "rotation_mode": "anchor",
            "parse_math": False,
        }
        if halo is not None:
            under = self.axes.text(x, baseline, text, color=halo, zorder=z - 0.5, **base)
            under.set_path_effects([Stroke(linewidth=halo_pt, foreground=halo, joinstyle="round")])
        if bold:
            under = self.axes.text(x, baseline, text, color=colour, zorder=z - 0.2, **base)
            under.set_path_effects([Stroke(linewidth=BOLD_PT * size_pt, foreground=colour, joinstyle="round")])
        self.axes.text(x, baseline, text, color=colour, zorder=z, **base)
        width, em = text_width_mm(text, size_pt), size_pt * MM_PER_POINT
        left = x - {"left": 0.0, "center": 0.5, "right": 1.0}[align] * width
        self.marks.append(TextMark(text, size_pt, (left, baseline - 0.12 * em, left + width, baseline + ASCENT * em), angle_deg))

    def line(self, points: list[tuple[float, float]], colour: str = INK, width_pt: float = 0.4, z: float = 50, **how: Any) -> None:
        """A line through points in mm."""
        self.axes.add_line(Line2D([p[0] for p in points], [p[1] for p in points], color=colour, linewidth=width_pt, zorder=z, **how))

    def box(self, box: Box, fill: str | None = None, edge: str | None = None, width_pt: float = 0.4, z: float = 40, **how: Any) -> None:
        """A rectangle, filled, edged or both."""
        x0, y0, x1, y1 = box
        patch = Rectangle(
            (x0, y0), x1 - x0, y1 - y0, facecolor=fill or "none", edgecolor=edge or "none", linewidth=width_pt, zorder=z, **how
        )
        self.axes.add_patch(patch)

    def shape(
        self, outline: Outline, fill: str | None = None, edge: str | None = None, width_pt: float = 0.4, z: float = 40, **how: Any
    ) -> None:
        """A closed outline in mm, filled, edged or both."""
        self.axes.add_patch(PathPatch(outline, facecolor=fill or "none", edgecolor=edge or "none", linewidth=width_pt, zorder=z, **how))

    def write(self, target: Any, file_format: str, dpi: int, metadata: dict[str, Any]) -> None:
        """The page into a path or a binary stream, with text as embedded TrueType text and nothing that changes from run to run."""
        with DRAWING, mpl.rc_context({"pdf.fonttype": 42, "pdf.compression": 6, "path.simplify": False, "agg.path.chunksize": 0}):
            plain = [] if file_format == "pdf" else [text for text in self.figure.findobj(Letters) if not text.get_path_effects()]
            try:
                for text in plain:
                    text.set_path_effects([OUTLINES])
                self.figure.savefig(target, format=file_format, dpi=dpi, metadata=metadata)
            finally:
                for text in plain:
                    text.set_path_effects([])
