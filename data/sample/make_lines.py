"""River and stream as water, bridges, the road network that follows the valleys, and the outline of the county."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from make_coverage import smooth
from make_ground import STREAM_COURSE_M, Array, Ground, spline
from make_names import generator
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from shapely.geometry import LineString, MultiPolygon, Point, Polygon

BRIDGES_AT_X_M = (-6200, -1650, -150, 1350, 2650, 6500)
BRIDGE_REACH_M = 130.0  # from the centre line to the first street on either bank
DRY_M = 105.0  # roads keep this far from the centre line: half the river and its bank
COUNTY_AREA_KM2 = 1760.0


@dataclass(frozen=True)
class Road:
    """One road between junctions, in local metres."""

    line: LineString
    road_class: str
    towards: int
    """Number of the unit it was built for; -1 for a through road, -2 for a street."""


def make_water(ground: Ground) -> dict[str, Polygon]:
    """The river, 95 to 145 m wide, and the stream that joins it, as areas that do not overlap."""
    xy = np.array(ground.river.coords)
    heading = np.gradient(xy, axis=0)
    normal = np.column_stack([-heading[:, 1], heading[:, 0]]) / np.hypot(*heading.T)[:, None]
    along = np.arange(len(xy)) * 25.0
    half = 60 + 8 * np.sin(along / 1700) + 4.5 * np.sin(along / 610 + 2)
    near = np.abs(xy[:, 0]) < 14200
    river = Polygon(np.vstack([(xy + normal * half[:, None])[near], (xy - normal * half[:, None])[near][::-1]]))
    stream = spline(STREAM_COURSE_M).buffer(9).difference(river)
    parts = sorted(shapely.get_parts(stream), key=lambda part: -part.area)
    return {"river": river.simplify(1.0), "stream": parts[0].simplify(1.0)}


def make_bridges(ground: Ground, junctions: Array) -> list[LineString]:
    """Bridges square to the river, each moved a little so that it joins exactly two cells."""
    spans = []
    for x in BRIDGES_AT_X_M:
        near = ground.river.project(Point(x, np.interp(x, *np.array(ground.river.coords).T)))
        trial = near + np.arange(-300, 301, 10)
        clear = shapely.distance(shapely.line_interpolate_point(ground.river, trial), shapely.multipoints(junctions))
        best = trial[np.argmax(np.minimum(clear, 170) - 0.1 * np.abs(trial - near))]
        back, here, ahead = (shapely.get_coordinates(ground.river.interpolate(best + d))[0] for d in (-20, 0, 20))
        normal = np.array([back[1] - ahead[1], ahead[0] - back[0]]) / np.hypot(*(ahead - back))
        spans.append(LineString([here - normal * BRIDGE_REACH_M, here + normal * BRIDGE_REACH_M]))
    return spans


def make_roads(ground: Ground, bridges: list[LineString], hamlets: dict[int, list[int]]) -> list[Road]:
    """A through road on the north bank, a county road on the south bank, and county roads to the hamlets of each village.

    Roads seek valleys, share what is built already, and cross the river at bridges only.
    """
    ends = np.array([xy for span in bridges for xy in span.coords])
    points = np.vstack([ground.points, ends])
    first_end = len(ground.points)
    dry = ground.river_m > DRY_M
    open_edge = dry[ground.edges].all(axis=1) & (ground.north[ground.edges[:, 0]] == ground.north[ground.edges[:, 1]])
    links = []
    for number in range(len(ends)):
        gap = np.where(dry & (ground.north == (number % 2 == 1)), np.hypot(*(ground.points - ends[number]).T), np.inf)
        links += [(int(nearest), first_end + number) for nearest in np.argsort(gap, kind="stable")[:4]]
    links += [(first_end + n, first_end + n + 1) for n in range(0, len(ends), 2)]
    edges = np.vstack([ground.edges[open_edge], links])
    length = np.hypot(*(points[edges[:, 0]] - points[edges[:, 1]]).T)
    ridge = np.r_[ground.ridge, np.zeros(len(ends))]
    climb = length * (1 + 5 * ridge[edges].mean(axis=1))
    from_river = np.r_[ground.river_m, np.full(len(ends), BRIDGE_REACH_M)]
    valley = length * (1 + ridge[edges].mean(axis=1) + ((from_river[edges].mean(axis=1) - 400) / 130) ** 2)

    built: dict[tuple[int, int], tuple[str, int]] = {}
    for north, road_class in ((True, "national"), (False, "county")):
        bank = np.flatnonzero(dry & (ground.north == north) & (ground.river_m < 700))
        reach = bank if north else bank[ground.in_town[bank]]
        west, east = reach[ground.points[reach, 0].argmin()], reach[ground.points[reach, 0].argmax()]
        _build(built, _route(edges, valley, len(points), [west], east), road_class, -1)
    for n in range(0, len(ends), 2):
        for end in (first_end + n, first_end + n + 1):
            _build(built, _route(edges, climb, len(points), _nodes(built), end), "county", -1)
        built.setdefault((first_end + n, first_end + n + 1), ("county", -1))
    rank = {tuple(pair): number for number, pair in enumerate(np.sort(edges, axis=1).tolist())}
    for unit, targets in hamlets.items():
        for target in targets:
            cheaper = climb.copy()
            cheaper[[rank[pair] for pair in built]] *= 0.4
            _build(built, _route(edges, cheaper, len(points), _nodes(built), target), "county", unit)
    return _chains(built, points, first_end)


def make_streets(ground: Ground, seat: Polygon, bridges: list[LineString]) -> list[Road]:
    """Streets of the county seat along and across the river, like a bent grid that follows its course."""
    rng = generator("streets")
    xy = np.array(ground.river.coords)
    along = np.arange(len(xy)) * 25.0
    crossing = [ground.river.project(span.interpolate(0.5, normalized=True)) for span in bridges]
    middle = ground.river.project(Point(0, -200))
    plain = np.arange(middle - 2900, middle + 2900, 300.0)
    plain = [s + rng.uniform(-45, 45) for s in plain if min(abs(s - c) for c in crossing) > 190]
    lines = []
    for side in (1, -1):
        rows = [side * d for d in (130, 640, 930, 1230, 1530)] if side == 1 else [side * d for d in (130, 670, 950, 1230)]
        for row in rows:
            wave = 18 * np.sin(along / rng.uniform(350, 600) + rng.uniform(0, 6)) if abs(row) > 200 else 0
            lines.append(LineString(_beside(xy, row + wave)[np.abs(along - middle) < 3300]))
        for s in [*plain, *crossing]:
            if abs(s - middle) > 3200:
                continue
            reach = np.linspace(side * 130, side * (1230 if s in crossing else rng.choice([670, 950, 1230])), 14)
            bend = rng.uniform(-60, 60) * np.sin(np.abs(reach) / 420)
            lines.append(
                LineString(
                    [_beside(xy, d)[int(np.clip((s + b * (abs(d) > 200)) / 25, 0, len(xy) - 1))] for d, b in zip(reach, bend, strict=True)]
                )
            )
    inner = seat.buffer(-45)
    pieces = [part for line in lines for part in shapely.get_parts(shapely.intersection(line, inner)) if part.length > 160]
    return [Road(LineString(smooth(np.array(part.coords), 2, 1.5)), "street", -2) for part in pieces]


def make_county(town: Polygon) -> Polygon:
    """An outline of the county drawn by the project: right in size and rough position only, with the town well inside."""
    rng = generator("county")
    angle = np.linspace(0, 2 * np.pi, 500, endpoint=False)
    orders = np.arange(2, 36)
    wave = 1 + (
        0.10 * (2 / orders) ** 0.8 * np.cos(angle[:, None] * orders + rng.uniform(0, 6.28, len(orders))) * rng.uniform(0.3, 1, len(orders))
    ).sum(axis=1)
    turn = np.radians(33)
    low, high = 8000.0, 30000.0
    for _ in range(40):
        across = (low + high) / 2
        x, y = 33500 * wave * np.cos(angle), across * wave * np.sin(angle)
        band = Polygon(np.column_stack([x * np.cos(turn) - y * np.sin(turn) - 11500, x * np.sin(turn) + y * np.cos(turn) - 3500]))
        outline = band.union(town.buffer(1600)).buffer(2500).buffer(-2500)
        low, high = (across, high) if outline.area < COUNTY_AREA_KM2 * 1e6 else (low, across)
    outline = outline.geoms[0] if isinstance(outline, MultiPolygon) else outline
    return Polygon(outline.exterior).simplify(60)


def _beside(xy: Array, offset: Array | float) -> Array:
    """The course moved sideways; the farther, the smoother, so that it cannot fold over itself."""
    far = float(np.max(np.abs(offset)))
    width = int((60 + 0.9 * far) / 25)
    kernel = np.hanning(2 * width + 3)[1:-1]
    kernel /= kernel.sum()
    padded = np.vstack([np.repeat(xy[:1], width, 0), xy, np.repeat(xy[-1:], width, 0)])
    even = np.column_stack([np.convolve(padded[:, k], kernel, "valid") for k in (0, 1)])
    heading = np.gradient(even, axis=0)
    normal = np.column_stack([-heading[:, 1], heading[:, 0]]) / np.hypot(*heading.T)[:, None]
    blend = min(1.0, far / 500)
    return (1 - blend) * xy + blend * even + normal * np.broadcast_to(offset, len(xy))[:, None]


def _route(edges: NDArray[np.intp], cost: Array, n: int, starts: list[int], goal: int) -> list[int]:
    a, b = edges.T
    graph = coo_array((np.tile(cost, 2), (np.r_[a, b], np.r_[b, a])), shape=(n, n)).tocsr()
    _, before, _ = dijkstra(graph, indices=starts, min_only=True, return_predecessors=True)
    path = [int(goal)]
    while before[path[-1]] >= 0:
        path.append(int(before[path[-1]]))
    return path


def _build(built: dict, path: list[int], road_class: str, towards: int) -> None:
    for a, b in pairwise(path):
        built.setdefault((min(a, b), max(a, b)), (road_class, towards))


def _nodes(built: dict) -> list[int]:
    return sorted({node for pair in built for node in pair})


def _chains(built: dict[tuple[int, int], tuple[str, int]], points: Array, first_end: int) -> list[Road]:
    """Roads between junctions, smoothed with the junctions and bridge heads held."""
    at: dict[int, list[int]] = defaultdict(list)
    for a, b in built:
        at[a].append(b)
        at[b].append(a)

    def kind(a: int, b: int) -> tuple[str, int]:
        return built[min(a, b), max(a, b)]

    stops = {v for v, near in at.items() if len(near) != 2 or v >= first_end or kind(v, near[0]) != kind(v, near[1])}
    roads, used = [], set()
    for start in sorted(stops):
        for step in sorted(at[start]):
            if (start, step) in used:
                continue
            chain = [start, step]
            while chain[-1] not in stops:
                chain.append(next(v for v in at[chain[-1]] if v != chain[-2]))
            used |= {(chain[0], chain[1]), (chain[-1], chain[-2])}
            road_class, towards = kind(chain[0], chain[1])
            roads.append(Road(LineString(smooth(points[chain], 7, 2.5)), road_class, towards))
    return roads
