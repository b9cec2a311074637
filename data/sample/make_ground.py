"""The invented ground of the demo town: river, ridges, and a fine point set that knows its bank.

Everything here is in local metres: x east and y north of the county seat's centre.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from make_names import generator
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.sparse import coo_array
from scipy.spatial import Delaunay
from shapely.geometry import LineString, Polygon

Array = NDArray[np.float64]

RIVER_COURSE_M = [
    (-17000, -3600), (-14500, -2300), (-12600, -3300), (-10900, -3700), (-9600, -2300), (-8300, -1000), (-6700, -1300),
    (-5600, -2500), (-4300, -2500), (-3100, -1250), (-1700, -420), (-300, -250), (1000, 60), (2300, 420), (3500, -120),
    (4600, -1250), (5900, -1300), (6800, -150), (7500, 1200), (8800, 1700), (10300, 900), (12000, 900), (14500, 2100), (17000, 2300),
]  # fmt: skip
STREAM_COURSE_M = [
    (-2200, 8200),
    (-1500, 7100),
    (-1750, 5900),
    (-900, 4900),
    (-650, 3800),
    (-950, 2900),
    (-350, 2000),
    (-430, 1200),
    (-150, 600),
    (120, -160),
]
SEAT_HALF_AXES_M = (3050.0, 1560.0)
SEAT_SPACING_M, EDGE_SPACING_M, VILLAGE_SPACING_M = 62.0, 95.0, 150.0
TOWN_CENTRE_M, TOWN_RADIUS_M = (-900.0, 500.0), 10900.0


@dataclass(frozen=True)
class Ground:
    """The fine points and what is known at each of them; arrays share one order."""

    river: LineString
    points: Array
    spacing_m: Array
    north: NDArray[np.bool_]
    in_town: NDArray[np.bool_]
    in_seat: NDArray[np.bool_]
    ridge: Array
    """0 in valleys, 1 on ridges: borders like ridges, roads like valleys."""
    river_m: Array
    """Distance to the river's centre line."""
    edges: NDArray[np.intp]
    """Neighbouring points, one pair per row."""

    def graph(self, cost: Array, open_edge: NDArray[np.bool_]) -> coo_array:
        """Symmetric sparse graph with these costs on the open edges."""
        a, b = self.edges[open_edge].T
        n = len(self.points)
        return coo_array((np.tile(cost[open_edge], 2), (np.r_[a, b], np.r_[b, a])), shape=(n, n)).tocsr()

    @property
    def edge_length_m(self) -> Array:
        """Length of every edge."""
        return np.hypot(*(self.points[self.edges[:, 0]] - self.points[self.edges[:, 1]]).T)


def spline(course: list[tuple[float, float]], step_m: float = 25.0) -> LineString:
    """A smooth line through the points of a course, with a vertex about every `step_m`."""
    xy = np.array(course, float)
    along = np.r_[0, np.cumsum(np.sqrt(np.hypot(*np.diff(xy, axis=0).T)))]  # centripetal: no loops at close points
    curve = CubicSpline(along, xy)
    fine = LineString(curve(np.linspace(0, along[-1], 4000)))
    return LineString(shapely.get_coordinates(shapely.line_interpolate_point(fine, np.arange(0, fine.length, step_m))))


def make_ground() -> Ground:
    """River, fine points, banks, seat and town; the same at every call."""
    rng = generator("ground")
    river = spline(RIVER_COURSE_M)
    town_wave, seat_wave = _polar_wave(rng, 0.075), _polar_wave(rng, 0.06)
    ridge_waves = rng.uniform(0, 2 * np.pi, (14, 2)), np.geomspace(1300, 6500, 14)

    def seat_share(xy: Array) -> Array:
        return _polar_share(xy, (0.0, 0.0), SEAT_HALF_AXES_M, seat_wave)

    def town_share(xy: Array) -> Array:
        return _polar_share(xy, TOWN_CENTRE_M, (TOWN_RADIUS_M, TOWN_RADIUS_M), town_wave)

    points, spacing = _points(rng, river, seat_share)
    kept = town_share(points) < 1.13  # a rim outside, so that the town's border is an edge like any other
    points, spacing = points[kept], spacing[kept]
    north = _north_of(river, points)
    triangles = Delaunay(points).simplices
    edges = np.unique(np.sort(triangles[:, [[0, 1], [1, 2], [0, 2]]].reshape(-1, 2), axis=1), axis=0)
    return Ground(
        river=river,
        points=points,
        spacing_m=spacing,
        north=north,
        in_town=town_share(points) < 1,
        in_seat=seat_share(points) < 1,
        ridge=_ridge(points, *ridge_waves),
        river_m=shapely.distance(shapely.points(points), river),
        edges=edges,
    )


def _points(rng: np.random.Generator, river: LineString, seat_share) -> tuple[Array, Array]:
    """Jittered hexagonal points, finer in the seat, and pairs mirrored on the river so that borders run along it."""
    layers, spacings = [], []
    for spacing, low, high in ((SEAT_SPACING_M, 0, 1.18), (EDGE_SPACING_M, 1.18, 1.6), (VILLAGE_SPACING_M, 1.6, np.inf)):
        xy = _hexagonal(spacing, 14500.0 if high == np.inf else 5500.0)
        xy += rng.uniform(-0.27, 0.27, xy.shape) * spacing
        share = seat_share(xy)
        free = (share >= low) & (share < high) & (shapely.distance(shapely.points(xy), river) > 0.92 * spacing)
        layers.append(xy[free])
        spacings.append(np.full(free.sum(), spacing))
    along = 0.0
    while along < river.length:
        here, ahead = (shapely.get_coordinates(river.interpolate(along + d))[0] for d in (-10, 10))
        middle, tangent = (here + ahead) / 2, (ahead - here) / np.hypot(*(ahead - here))
        share = seat_share(middle[None])[0]
        spacing = SEAT_SPACING_M if share < 1.18 else EDGE_SPACING_M if share < 1.6 else VILLAGE_SPACING_M
        side = np.array([-tangent[1], tangent[0]]) * 0.46 * spacing
        pair = np.array([middle + side, middle - side]) + rng.uniform(-0.02, 0.02, (2, 2)) * spacing
        layers.append(pair)
        spacings.append(np.full(2, spacing))
        along += 0.9 * spacing
    return np.vstack(layers), np.concatenate(spacings)


def _hexagonal(spacing: float, reach: float) -> Array:
    columns, rows = np.arange(-reach, reach, spacing), np.arange(-reach, reach, spacing * np.sqrt(3) / 2)
    x, y = np.meshgrid(columns, rows)
    x[1::2] += spacing / 2
    return np.column_stack([x.ravel(), y.ravel()])


def _north_of(river: LineString, xy: Array) -> NDArray[np.bool_]:
    west, east = river.coords[0], river.coords[-1]
    bank = Polygon([*river.coords, (east[0], 40000), (west[0], 40000)])
    return shapely.contains_xy(bank, xy[:, 0], xy[:, 1])


def _polar_wave(rng: np.random.Generator, height: float) -> tuple[Array, Array, Array]:
    """Orders, heights and phases of a wandering outline; finer waves are lower."""
    orders = np.arange(2, 30)
    return orders, height * rng.uniform(0.4, 1, len(orders)) * (2 / orders) ** 0.85, rng.uniform(0, 2 * np.pi, len(orders))


def _polar_share(xy: Array, centre: tuple[float, float], half_axes: tuple[float, float], wave) -> Array:
    """Distance from the centre as a share of the outline's in that direction; below 1 is inside."""
    x, y = (xy[:, 0] - centre[0]) / half_axes[0], (xy[:, 1] - centre[1]) / half_axes[1]
    orders, heights, phases = wave
    angle = np.arctan2(y, x)
    return np.hypot(x, y) / (1 + (heights * np.cos(angle[:, None] * orders + phases)).sum(axis=1))


def _ridge(xy: Array, phases: Array, lengths: Array) -> Array:
    """Ridges as the zero lines of a sum of waves in all directions, 0 to 1."""
    directions = np.linspace(0, np.pi, len(lengths), endpoint=False) * 5
    field = np.zeros(len(xy))
    for direction, length, phase in zip(directions, lengths, phases, strict=True):
        along = xy @ np.array([np.cos(direction), np.sin(direction)]) * 2 * np.pi / length
        field += np.sqrt(length) * np.sin(along + phase[0] + 0.8 * np.sin(along * 0.37 + phase[1]))
    return np.exp(-((field / (0.22 * field.std())) ** 2))
