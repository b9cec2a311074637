"""Names along lines: roads by their own course, rivers by the middle of their water. All lengths are millimetres of the page."""

from typing import Any

import numpy as np
import shapely

from exporting.label_placing import Kind, Label, Obstacles, Placed, take
from exporting.page import Box


def place_along(kind: Kind, code: str, line: Any, label: Label, taken: Obstacles, frame: Box, straight_mm: float = 0.7) -> Placed | None:
    """A label turned along the straightest free stretch of a line, never upside down; None when the line is too crooked or taken."""
    width, height = label.size_mm
    length = width + 2.0
    if line.length < length:
        return None
    tries: list[tuple[float, float]] = []
    for start in np.arange(0.0, line.length - length + 1e-9, max(length / 6, 1.0)):
        dots = shapely.get_coordinates(shapely.line_interpolate_point(line, start + np.linspace(0, length, 9)))
        chord = shapely.LineString([dots[0], dots[-1]])
        bend = float(shapely.distance(chord, shapely.points(dots)).max())
        if bend < straight_mm and chord.length > 0.9 * length:
            tries.append((bend + 0.02 * abs(start + length / 2 - line.length / 2) / max(line.length, 1), float(start)))
    for _, start in sorted(tries):
        (ax, ay), (bx, by) = shapely.get_coordinates(shapely.line_interpolate_point(line, [start, start + length]))
        angle = np.degrees(np.arctan2(by - ay, bx - ax))
        angle = angle - 180 if angle > 90 else angle + 180 if angle <= -90 else angle
        cx, cy = (ax + bx) / 2, (ay + by) / 2
        covers = turned_boxes(cx, cy, width, height, float(angle))
        edge = np.asarray(covers)
        if (
            edge[:, 0].min() < frame[0] + 1
            or edge[:, 1].min() < frame[1] + 1
            or edge[:, 2].max() > frame[2] - 1
            or edge[:, 3].max() > frame[3] - 1
        ):
            continue
        if taken.free(edge).all():
            box = (cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2)
            return take(taken, Placed(kind, code, label, box, angle_deg=float(angle), boxes=tuple(covers)))
    return None


def turned_boxes(cx: float, cy: float, width: float, height: float, angle_deg: float) -> list[Box]:
    """Upright boxes that together cover a turned one."""
    steps = max(int(np.ceil(width / height)), 1)
    a = np.radians(angle_deg)
    half_w, half_h = width / steps / 2, height / 2
    dx = abs(half_w * np.cos(a)) + abs(half_h * np.sin(a))
    dy = abs(half_w * np.sin(a)) + abs(half_h * np.cos(a))
    offsets = (np.arange(steps) + 0.5) / steps * width - width / 2
    return [
        (float(cx + o * np.cos(a) - dx), float(cy + o * np.sin(a) - dy), float(cx + o * np.cos(a) + dx), float(cy + o * np.sin(a) + dy))
        for o in offsets
    ]


def river_line(area: Any, slices: int = 60) -> Any | None:
    """The middle of a long water area: midpoints of cuts across its longer side, as one line; None for a round lake or nothing."""
    if area.is_empty:
        return None
    piece = max((p for p in shapely.get_parts(area) if p.geom_type == "Polygon"), key=lambda p: p.area, default=None)
    if piece is None:
        return None
    x0, y0, x1, y1 = piece.bounds
    across = (x1 - x0) >= (y1 - y0)
    cuts = np.linspace(x0, x1, slices) if across else np.linspace(y0, y1, slices)
    middles: list[tuple[float, float]] = []
    for at in cuts[1:-1]:
        cut = shapely.LineString([(at, y0 - 1), (at, y1 + 1)] if across else [(x0 - 1, at), (x1 + 1, at)])
        parts = [p for p in shapely.get_parts(shapely.intersection(piece, cut)) if p.length > 0]
        if not parts:
            continue
        previous = shapely.Point(middles[-1]) if middles else None
        part = min(parts, key=lambda p: p.distance(previous) if previous is not None else -p.length)
        middles.append((part.centroid.x, part.centroid.y))
    return shapely.simplify(shapely.LineString(middles), 0.15) if len(middles) > 1 else None
