"""Layers on paper: tables whose geometry is already in millimetres of the page become matplotlib artists.

Roads differ by weight and casing, kinds of place by shape, so that a grey print still tells them apart.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from matplotlib.transforms import Bbox, TransformedBbox

from layers.definition.layer import Style
from layers.drawing.symbols import symbol

MM_PER_POINT = 25.4 / 72
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class RoadLook:
    """A road of one class: casing below, surface above, widths in points at A3."""

    casing: str
    surface: str
    width_pt: float
    casing_pt: float


ROADS: dict[str, RoadLook] = {
    "street": RoadLook("#948d82", "#ffffff", 0.55, 1.0),
    "county": RoadLook("#8d7a58", "#fff6df", 0.95, 1.6),
    "national": RoadLook("#8a3b12", "#f6b26b", 1.5, 2.4),
}
"""By the choices of roads.road_class, least first: the more important road is drawn over the lesser."""

WATER_FILL, WATER_EDGE, WATER_NAME = "#a6cfe9", "#4f94c2", "#1c5f91"


def outline_of(geometry: Any) -> Outline | None:
    """A polygon or multipolygon as one closed path, holes turned the other way; None when there is nothing in it."""
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon" and not part.is_empty]
    rings: list[Outline] = []
    for part in shapely.orient_polygons(np.asarray(parts, dtype=object)) if parts else ():
        rings.extend(Outline(np.asarray(ring.coords)[:, :2], closed=True) for ring in (part.exterior, *part.interiors))
    return Outline.make_compound_path(*rings) if rings else None


def lines_of(geometries: Iterable[Any]) -> list[Any]:
    """The lines of lines, multilines and polygons' borders as coordinate arrays (n, 2)."""
    flat: list[Any] = []
    for geometry in geometries:
        source = geometry.boundary if geometry is not None and "Polygon" in geometry.geom_type else geometry
        flat.extend(np.asarray(part.coords)[:, :2] for part in shapely.get_parts(source) if part.geom_type in ("LineString", "LinearRing"))
    return [line for line in flat if len(line) > 1]


def symbol_outline(name: str, x: float, y: float, half_mm: float) -> Outline:
    """A symbol of `layers.drawing.symbols` as a closed path around a page point."""
    return Outline.make_compound_path(*(Outline(np.asarray([*ring, ring[0]]) * half_mm + (x, y), closed=True) for ring in symbol(name)))


def shared_borders(polygons: Sequence[Any]) -> Any:
    """Every border of a coverage once, merged into long lines; drawn twice, dashes would fill each other's gaps."""
    borders = shapely.boundary(np.asarray([p for p in polygons if p is not None and not p.is_empty], dtype=object))
    return shapely.line_merge(shapely.union_all(borders, grid_size=1e-4))


class MapPainter:
    """Draws into one frame of a page: everything is clipped to `frame` (mm), `factor` thins lines and symbols on small paper."""

    def __init__(self, axes: Axes, frame: Box, factor: float = 1.0, base_z: float = 0.0, tone: Callable[[str], str] = str) -> None:
        """`tone` is what becomes of every colour that is asked for."""
        self.axes, self.frame, self.factor, self.base_z, self.tone = axes, frame, factor, base_z, tone
        self._clip = TransformedBbox(Bbox.from_extents(*frame), axes.transData)
        self._window = shapely.box(frame[0] - 4, frame[1] - 4, frame[2] + 4, frame[3] + 4)

    def area(self, geometry: Any, fill: str | None, z: float, edge: str | None = None, width_pt: float = 0.0, **how: Any) -> None:
        """A filled area; parts far outside the frame are cut off first."""
        path = outline_of(shapely.intersection(shapely.make_valid(geometry), self._window))
        if path is None:
            return
        face, rim = self.tone(fill or "none"), self.tone(edge or "none")
        self._add(PathPatch(path, facecolor=face, edgecolor=rim, linewidth=width_pt * self.factor, zorder=self.base_z + z, **how))

    def lines(
        self, geometries: Iterable[Any], colour: str, width_pt: float, z: float, dash: Sequence[float] | None = None, **how: Any
    ) -> None:
        """Lines of one look; `dash` in line widths."""
        found = lines_of(shapely.intersection(np.asarray(list(geometries), dtype=object), self._window))
        if not found:
            return
        style = (0, tuple(dash)) if dash else "solid"
        how = {"capstyle": "butt" if dash else "round", "joinstyle": "round"} | how
        self._add(
            LineCollection(
                found, colors=self.tone(colour), linewidths=width_pt * self.factor, linestyles=style, zorder=self.base_z + z, **how
            ),
            autolim=False,
        )

    def roads(self, table: Any, z: float) -> list[str]:
        """Roads by class with casing, all casings of a class below all surfaces; the classes that were seen."""
        classes = table["road_class"] if "road_class" in table else ["county"] * len(table)
        seen: list[str] = []
        for step, (name, look) in enumerate(ROADS.items()):
            chosen = [
                g
                for g, c in zip(table.geometry, classes, strict=True)
                if (c if c in ROADS else "county") == name and g.intersects(self._window)
            ]
            if chosen:
                seen.append(name)
                self.lines(chosen, look.casing, look.casing_pt, z + 0.01 * step)
                self.lines(chosen, look.surface, look.width_pt, z + 0.01 * step + 0.005)
        return seen

    def symbols(self, points: Sequence[tuple[float, float]], style: Style, z: float) -> None:
        """A layer's symbol at page points, with a thin edge in its stroke that parts it from what lies below."""
        half = symbol_half_mm(style, self.factor)
        outlines = [symbol_outline(style.symbol, x, y, half) for x, y in points]
        colour = style.fill or "#333333"
        if not outlines:
            return
        if style.stroke:
            width = 2 * 0.35 * self.factor
            rim = self.tone(style.stroke)
            under = PathCollection(outlines, facecolors=rim, edgecolors=rim, linewidths=2.2 * width, zorder=self.base_z + z)
            self._add(under, autolim=False)
        self._add(PathCollection(outlines, facecolors=self.tone(colour), edgecolors="none", zorder=self.base_z + z + 0.001), autolim=False)

    def _add(self, artist: Any, **how: Any) -> None:
        if isinstance(artist, PathPatch):
            self.axes.add_artist(artist)  # unlike add_patch it measures no outline: the page's limits are fixed
        else:
            self.axes.add_collection(artist, **how)
        artist.set_clip_box(self._clip)


def symbol_half_mm(style: Style, factor: float = 1.0) -> float:
    """Half the height of a symbol on paper: its style's size is its full height in points."""
    return style.size * MM_PER_POINT / 2 * factor
