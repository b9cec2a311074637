"""Where names go: inside their own area, clear of symbols and of each other, on a leader or beside a point otherwise.

Greedy and deterministic: what is asked for first gets the best place, so ask in order of importance.
All lengths are millimetres of the page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from exporting.fonts import MM_PER_POINT, text_width_mm
from exporting.page import Box

LINE_EM = 1.16  # line height as a share of the size: Chinese above English needs no more
CLEAR_MM = 0.3  # from the label's box to its own border
APART_MM = 0.15  # around every label
ANCHORS = 160
STARTS, MOST_STARTS = 120, 8  # spots looked at for a leader's start, and leaders tried from those that are free
RINGS = 5  # looked at together: most leaders are short
DOT_MM = 0.5  # what the start of a leader covers

Kind = Literal["beat", "unit", "place", "water", "road", "cell", "key"]


@dataclass(frozen=True)
class Line:
    """One line of a label."""

    text: str
    size_pt: float
    bold: bool = False
    colour: str = "#1a1a1a"

    @property
    def width_mm(self) -> float:
        """Length on paper."""
        return text_width_mm(self.text, self.size_pt) + (0.25 if self.bold else 0.0)

    @property
    def height_mm(self) -> float:
        """Height with its share of the gap between lines."""
        return self.size_pt * MM_PER_POINT * LINE_EM


@dataclass(frozen=True)
class Label:
    """What is to be written: lines below each other, right of a round badge when there is one; `rank` 0 is the fullest form."""

    lines: tuple[Line, ...]
    badge: str = ""
    badge_mm: float = 0.0
    rank: int = 0
    shield: int | None = None
    """Index of the line that starts with the officer's shield."""
    stacked: bool = False
    """The badge stands above the lines, not left of them."""

    @property
    def text_mm(self) -> tuple[float, float]:
        """Width and height of the lines alone."""
        if not self.lines:
            return 0.0, 0.0
        widths = [line.width_mm + (line.height_mm * 0.95 if at == self.shield else 0.0) for at, line in enumerate(self.lines)]
        return max(widths), sum(line.height_mm for line in self.lines)

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the whole."""
        width, height = self.text_mm
        if self.stacked:
            return max(width, self.badge_mm), height + self.badge_mm + 0.3
        gap = 0.7 if self.badge and self.lines else 0.0
        return width + gap + self.badge_mm, max(height, self.badge_mm)


@dataclass(frozen=True)
class Placed:
    """A label with its place: the box it fills (for turned text, of the unturned text), and the leader's line if it has one."""

    kind: Kind
    code: str
    label: Label
    box: Box
    leader: tuple[tuple[float, float], ...] = ()
    angle_deg: float = 0.0
    boxes: tuple[Box, ...] = field(default=(), repr=False)
    """What it covers: several small boxes for turned text."""

    @property
    def covers(self) -> tuple[Box, ...]:
        """Boxes that nothing else may touch."""
        return self.boxes or (self.box,)


class Obstacles:
    """Boxes already taken."""

    def __init__(self, boxes: Iterable[Box] = ()) -> None:
        self.boxes: NDArray[np.float64] = np.asarray(list(boxes), float).reshape(-1, 4)

    def add(self, boxes: Iterable[Box], margin: float = 0.0) -> None:
        """Take these boxes, grown by a margin."""
        new = np.asarray(list(boxes), float).reshape(-1, 4) + np.asarray([-margin, -margin, margin, margin])
        self.boxes = np.vstack([self.boxes, new])

    def remove(self, boxes: Iterable[Box], margin: float = 0.0) -> None:
        """Give these boxes, taken with that margin, free again."""
        for box in np.asarray(list(boxes), float).reshape(-1, 4) + np.asarray([-margin, -margin, margin, margin]):
            self.boxes = self.boxes[~np.isclose(self.boxes, box, atol=1e-9).all(axis=1)]

    def add_line(self, points: Sequence[tuple[float, float]], half_mm: float = 0.25) -> None:
        """Take a line as a chain of small boxes."""
        line = shapely.LineString(points)
        steps = max(int(line.length / 0.8), 1)
        dots = [line.interpolate(i / steps, normalized=True) for i in range(steps + 1)]
        self.add([(p.x - half_mm, p.y - half_mm, p.x + half_mm, p.y + half_mm) for p in dots])

    def free(self, candidates: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which of the boxes (n, 4) touch nothing."""
        taken = self._near(candidates)
        if not len(taken):
            return np.ones(len(candidates), np.bool_)
        c = candidates[:, None, :]
        apart = (c[..., 0] >= taken[..., 2]) | (c[..., 2] <= taken[..., 0]) | (c[..., 1] >= taken[..., 3]) | (c[..., 3] <= taken[..., 1])
        return np.asarray(apart.all(axis=1), np.bool_)

    def _near(self, candidates: NDArray[np.float64]) -> NDArray[np.float64]:
        """The boxes taken that any of the candidates (n, 4) could touch."""
        if not len(self.boxes) or not len(candidates):
            return self.boxes[:0]
        west, south, _, _ = candidates.min(axis=0)
        _, _, east, north = candidates.max(axis=0)
        b = self.boxes
        return b[(b[:, 0] < east) & (b[:, 2] > west) & (b[:, 1] < north) & (b[:, 3] > south)]

    def lines_free(self, start: tuple[float, float], ends: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which of the straight lines from `start` to the ends (n, 2) meet no box, but for those around the start: its own symbol."""
        good = np.ones(len(ends), np.bool_)
        if not len(ends):
            return good
        b, (x, y) = self._near(np.vstack([np.hstack([ends, ends]), [[*start, *start]]])), start
        others = b[~((b[:, 0] < x) & (x < b[:, 2]) & (b[:, 1] < y) & (y < b[:, 3]))]
        if len(others):
            hit, _ = shapely.STRtree(shapely.box(*others.T)).query(_lines(start, ends), predicate="intersects")
            good[hit] = False
        return good


def anchors_in(area: Any, count: int = ANCHORS) -> NDArray[np.float64]:
    """Points (n, 2) inside an area, the middle of its largest circle first, then those farthest from the border."""
    x0, y0, x1, y1 = area.bounds
    step = max(np.sqrt(max((x1 - x0) * (y1 - y0), 1e-6) / (count * 2.2)), 0.25)
    xs, ys = np.meshgrid(np.arange(x0 + step / 2, x1, step), np.arange(y0 + step / 2, y1, step))
    points = np.column_stack([xs.ravel(), ys.ravel()])
    shapely.prepare(area)
    points = points[shapely.contains_xy(area, points[:, 0], points[:, 1])]
    depth = shapely.distance(area.boundary, shapely.points(points))
    middle = shapely.maximum_inscribed_circle(area, tolerance=0.2).coords[0]
    return np.vstack([[middle], points[np.argsort(-depth, kind="stable")][: count - 1]])


def boxes_at(anchors: NDArray[np.float64], size: tuple[float, float]) -> NDArray[np.float64]:
    """Boxes (n, 4) of one size centred on the anchors."""
    half = np.asarray(size) / 2
    return np.hstack([anchors - half, anchors + half])


def place_in_area(kind: Kind, code: str, area: Any, variants: Sequence[Label], taken: Obstacles, keep_off: Any = None) -> Placed | None:
    """The first variant that fits into the area and is free, at the best anchor; None when none does. Takes its place.

    Of the anchors that do, one at which the label meets nothing of `keep_off` is better than one nearer to the middle.
    """
    inner = max(shapely.get_parts(shapely.buffer(area, -CLEAR_MM)), key=lambda part: part.area, default=None)
    if inner is None or inner.is_empty:
        return None
    anchors = anchors_in(inner)
    for label in variants:
        width, height = label.size_mm
        if width * height > inner.area or height > inner.bounds[3] - inner.bounds[1]:
            continue
        boxes = boxes_at(anchors, label.size_mm)
        boxes = boxes[taken.free(boxes)]
        fits = shapely.contains(inner, shapely.box(boxes[:, 0], boxes[:, 1], boxes[:, 2], boxes[:, 3])) if len(boxes) else np.zeros(0, bool)
        if fits.any():
            boxes = boxes[fits]
            crossing = shapely.intersects(keep_off, shapely.box(*boxes.T)) if keep_off is not None else np.zeros(len(boxes), bool)
            return take(taken, Placed(kind, code, label, _box(boxes[int(np.argmin(crossing))])))
    return None


def place_on_leader(
    kind: Kind, code: str, target: Any, variants: Sequence[Label], taken: Obstacles, frame: Box, keep_off: Any = None, reach_mm: float = 32
) -> Placed | None:
    """A label outside, joined by a straight leader to the target (area or point): the nearest free place within reach.

    In an area the leader starts from its middle, or where that is taken from another free spot inside. Neither label nor leader
    meets the lines of `keep_off`.
    """
    starts = [(target.x, target.y)] if target.geom_type == "Point" else _starts(target, taken)
    angles = np.radians(np.arange(0, 360, 10))
    for label, (x, y) in product(variants, starts):
        radii = np.arange(max(label.size_mm) / 2 + 1.5, reach_mm, 1.5)
        for near in np.array_split(radii, max(len(radii) // RINGS, 1)):
            ring = np.stack([x + np.outer(near, np.cos(angles)), y + np.outer(near, np.sin(angles))], axis=-1).reshape(-1, 2)
            boxes = boxes_at(ring, label.size_mm)
            boxes = boxes[(boxes[:, :2] > np.add(frame[:2], 1)).all(axis=1) & (boxes[:, 2:] < np.subtract(frame[2:], 1)).all(axis=1)]
            boxes = boxes[taken.free(boxes)]
            if keep_off is not None:
                boxes = boxes[~shapely.intersects(keep_off, shapely.box(*boxes.T))]
            ends = np.column_stack([np.clip(x, boxes[:, 0], boxes[:, 2]), np.clip(y, boxes[:, 1], boxes[:, 3])])
            good = taken.lines_free((x, y), ends)
            if keep_off is not None and good.any():
                good &= ~shapely.intersects(keep_off, _lines((x, y), ends))
            free = np.flatnonzero(good)
            if len(free):
                at = int(free[0])
                end = (float(ends[at, 0]), float(ends[at, 1]))
                taken.add_line([(x, y), end])
                return take(taken, Placed(kind, code, label, _box(boxes[at]), leader=((x, y), end)))
    return None


def _lines(start: tuple[float, float], ends: NDArray[np.float64]) -> Any:
    return shapely.linestrings(np.stack([np.broadcast_to(start, ends.shape), ends], axis=1))


def _starts(area: Any, taken: Obstacles) -> list[tuple[float, float]]:
    """The middle of an area and its deepest spots, as far as nothing covers them."""
    spots = anchors_in(area, STARTS)
    spots = spots[taken.free(boxes_at(spots, (DOT_MM, DOT_MM)))]
    return [(float(x), float(y)) for x, y in spots[:MOST_STARTS]]


def place_beside(
    kind: Kind,
    code: str,
    x: float,
    y: float,
    clear_mm: float,
    variants: Sequence[Label],
    taken: Obstacles,
    frame: Box,
    borders: Any = None,
    across: bool = True,
    high_mm: float | None = None,
) -> Placed | None:
    """A label right, left, above, below or aslant of a point symbol of half height `clear_mm`; None when nothing is free.

    `high_mm`: half the height of a shape, where `clear_mm` is only half its width.
    Places where it would lie across one of the `borders` are the last choice, or none at all unless `across`.
    """
    for label in variants:
        w, h = label.size_mm
        high = clear_mm if high_mm is None else high_mm
        r, up, d, aslant = clear_mm + 0.35, high + 0.35, 0.75 * clear_mm + 0.2, 0.75 * high + 0.2
        corners = [(x + r, y - h / 2), (x - r - w, y - h / 2), (x - w / 2, y + up), (x - w / 2, y - up - h)]
        corners += [(x + d, y + aslant), (x + d, y - aslant - h), (x - d - w, y + aslant), (x - d - w, y - aslant - h)]
        boxes = np.asarray([(cx, cy, cx + w, cy + h) for cx, cy in corners])
        inside = (
            (boxes[:, 0] > frame[0] + 0.8)
            & (boxes[:, 1] > frame[1] + 0.8)
            & (boxes[:, 2] < frame[2] - 0.8)
            & (boxes[:, 3] < frame[3] - 0.8)
        )
        good = np.flatnonzero(inside & taken.free(boxes))
        if borders is not None and len(good):
            b = boxes[good]
            crossing = shapely.intersects(borders, shapely.box(b[:, 0], b[:, 1], b[:, 2], b[:, 3]))
            good = good[np.argsort(crossing, kind="stable")] if across else good[~crossing]
        if len(good):
            return take(taken, Placed(kind, code, label, _box(boxes[good[0]])))
    return None


def spread_symbols(
    points: Sequence[tuple[float, float]], half_mm: float, taken: Obstacles, reach_mm: float = 2.2, homes: Sequence[Any] = ()
) -> tuple[list[tuple[float, float]], int]:
    """Points moved apart by at most `reach_mm` so that no symbol covers another; those without room stay and are counted.

    `homes`: per point the areas it must not leave (its beat, its unit), for a symbol in the wrong beat would be untrue.
    """
    moved: list[tuple[float, float]] = []
    stuck = 0
    steps = [
        (0.0, 0.0),
        *((r * np.cos(a), r * np.sin(a)) for r in np.arange(0.5, reach_mm, 0.4) for a in np.radians(np.arange(0, 360, 30))),
    ]
    for at, (x, y) in enumerate(points):
        spots = np.asarray([(x + dx, y + dy) for dx, dy in steps])
        good = taken.free(boxes_at(spots, (2 * half_mm, 2 * half_mm)))
        for home in homes[at] if homes else ():
            good &= shapely.contains_xy(home, spots[:, 0], spots[:, 1])
        free = np.flatnonzero(good)
        dx, dy = steps[int(free[0])] if len(free) else (0.0, 0.0)
        stuck += not len(free)
        moved.append((float(x + dx), float(y + dy)))
        taken.add([_box(boxes_at(np.asarray([moved[-1]]), (2 * half_mm, 2 * half_mm))[0])], margin=0.1)
    return moved, stuck


def take(taken: Obstacles, placed: Placed) -> Placed:
    """The label takes its place: nothing that comes later may touch it."""
    taken.add(placed.covers, margin=APART_MM)
    return placed


def _box(row: NDArray[np.float64]) -> Box:
    return float(row[0]), float(row[1]), float(row[2]), float(row[3])
