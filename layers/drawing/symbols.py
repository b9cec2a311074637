"""Place symbols as rings of points in the square -1 to 1 (y up), one source for the web map and for paper.

A ring inside another is a hole and runs the other way round, so that both fill rules (even-odd, non-zero) cut it out:
a symbol needs one colour only and still reads on a grey printer, where shape is all that is left.
"""

import math

Point = tuple[float, float]
Ring = tuple[Point, ...]


def _arc(x: float, y: float, radius: float, start_deg: float, end_deg: float, steps: int = 24) -> Ring:
    angles = [math.radians(start_deg + (end_deg - start_deg) * i / steps) for i in range(steps + 1)]
    return tuple((x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles)


def _curve(start: Point, pull: Point, end: Point, steps: int = 8) -> Ring:
    """A quadratic Bezier curve as points, both ends in it."""

    def at(t: float) -> Point:
        return (
            (1 - t) ** 2 * start[0] + 2 * t * (1 - t) * pull[0] + t * t * end[0],
            (1 - t) ** 2 * start[1] + 2 * t * (1 - t) * pull[1] + t * t * end[1],
        )

    return tuple(at(i / steps) for i in range(steps + 1))


def _star(points: int = 5, inner: float = 0.42) -> Ring:
    turn = [math.radians(90 + 180 / points * i) for i in range(2 * points)]
    return tuple(((1.0 if i % 2 == 0 else inner) * math.cos(a), (1.0 if i % 2 == 0 else inner) * math.sin(a)) for i, a in enumerate(turn))


def _shield() -> Ring:
    right = _curve((0.85, 0.75), (0.95, -0.45), (0.0, -1.0), 12)
    left = tuple((-x, y) for x, y in reversed(right))
    return ((0.0, 1.0), *right, *left[1:])


def _flame() -> tuple[Ring, ...]:
    right = (*_curve((0.05, 1.0), (0.15, 0.45), (0.5, 0.15)), *_curve((0.5, 0.15), (1.05, -0.45), (0.0, -1.0))[1:])
    left = (*_curve((0.0, -1.0), (-1.05, -0.75), (-0.62, 0.05)), (-0.62, 0.05), *_curve((-0.62, 0.05), (-0.45, -0.1), (-0.32, -0.12)))
    back = _curve((-0.32, -0.12), (-0.4, 0.6), (0.05, 1.0))
    heart = (*_curve((0.05, 0.05), (0.6, -0.55), (0.0, -0.78)), *_curve((0.0, -0.78), (-0.45, -0.55), (0.05, 0.05))[1:-1])
    return (*right, *left[1:], *back[1:-1]), heart


def _warning() -> tuple[Ring, ...]:
    triangle = ((0.0, 1.0), (1.0, -0.8), (-1.0, -0.8))
    stroke = ((-0.15, 0.4), (0.15, 0.4), (0.09, -0.22), (-0.09, -0.22))
    dot = _arc(0.0, -0.47, 0.13, 0, 360, 12)[:-1]
    return triangle, stroke, dot


def _bridge() -> Ring:
    arch = _arc(0.0, -0.55, 0.55, 0, 180, 16)
    return ((-1.0, 0.35), (1.0, 0.35), (1.0, 0.1), (0.85, 0.1), (0.85, -0.55), *arch, (-0.85, -0.55), (-0.85, 0.1), (-1.0, 0.1))


def _turned(ring: Ring, clockwise: bool) -> Ring:
    area = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, (*ring[1:], ring[0]), strict=True))
    return ring if (area < 0) == clockwise else ring[::-1]


_SHAPES: dict[str, tuple[Ring, ...]] = {
    "circle": (_arc(0, 0, 0.95, 0, 360, 36)[:-1],),
    "square": (((-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)),),
    "triangle": (((0.0, 1.0), (0.95, -0.7), (-0.95, -0.7)),),
    "diamond": (((0.0, 1.0), (0.9, 0.0), (0.0, -1.0), (-0.9, 0.0)),),
    "star": (_star(),),
    "house": (
        ((-1.0, 0.05), (0.0, 1.0), (1.0, 0.05), (0.75, 0.05), (0.75, -0.85), (-0.75, -0.85), (-0.75, 0.05)),
        ((-0.22, -0.85), (-0.22, -0.2), (0.22, -0.2), (0.22, -0.85)),
    ),
    "shield": (_shield(),),
    "flame": _flame(),
    "warning": _warning(),
    "bridge": (_bridge(),),
}

SYMBOLS: dict[str, tuple[Ring, ...]] = {
    name: tuple(_turned(ring, clockwise=place > 0) for place, ring in enumerate(rings)) for name, rings in _SHAPES.items()
}
"""Rings of every symbol that a layer may name; the first ring is the outline, further rings are holes."""


def symbol(name: str) -> tuple[Ring, ...]:
    """The rings of a symbol; the circle for a name that is not known, so a newcomer's layer is never blank."""
    return SYMBOLS.get(name, SYMBOLS["circle"])


def svg_path(name: str, size: float = 1.0, digits: int = 3) -> str:
    """The symbol as an SVG path (`d`) around 0,0, reaching `size` to each side, y down; use fill-rule="evenodd".

    `size` 1 gives the square -1 to 1. The string also serves a canvas as `new Path2D(d)`.
    """

    def write(value: float) -> str:
        return f"{round(value * size, digits) + 0.0:g}"

    rings = ("M" + "L".join(f"{write(x)},{write(-y)}" for x, y in ring) + "Z" for ring in symbol(name))
    return "".join(rings)
