"""Hatching for black-and-white print: lines ruled across an area, exact in millimetres at every resolution.

Dots are left out: they look like incidents.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

INK, WIDTH_PT = "#8a8a8a", 0.4


@dataclass(frozen=True)
class Hatch:
    """Parallel lines: their angles in degrees from the x-axis, and the gap between them in mm at A3."""

    angles_deg: tuple[float, ...]
    gap_mm: float


HATCHES: dict[str, Hatch] = {
    "rising": Hatch((45.0,), 1.7),
    "falling": Hatch((135.0,), 1.7),
    "crossed": Hatch((45.0, 135.0), 2.4),
    "level": Hatch((0.0,), 1.5),
}


def hatch_lines(area: Any, name: str, factor: float = 1.0) -> Any:
    """The lines of a hatch inside an area, both in mm of the page; all areas share one ruling, so that neighbours with the same hatch meet.

    `factor` widens the gaps on large paper."""
    hatch = HATCHES[name]
    x0, y0, x1, y1 = area.bounds
    if area.is_empty:
        return shapely.MultiLineString()
    lines: list[Any] = []
    for angle in np.radians(hatch.angles_deg):
        along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
        corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
        gap = hatch.gap_mm * factor
        low, high = np.floor((corners @ across).min() / gap), np.ceil((corners @ across).max() / gap)
        start, end = (corners @ along).min() - 1, (corners @ along).max() + 1
        offsets = np.arange(low, high + 1)[:, None] * gap * across
        lines.extend(shapely.linestrings(np.stack([offsets + start * along, offsets + end * along], axis=1)))
    return shapely.intersection(shapely.MultiLineString(lines), area)
