"""Partitions with known flaws: clean ones of cells with curved borders, and what careless hands make of them.

`curved_partition` draws a Voronoi diagram whose borders are bent once for both sides, so it is a valid coverage.
`roughened` then treats every cell for itself, as separate digitising, projecting and simplifying do: shared borders
come apart into gaps and overlaps. All in metres, EPSG:4546, around easting 500 km and northing 3,170 km.
"""

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Voronoi

from importing.border_faces import shared_borders

METRIC = "EPSG:4546"
ORIGIN = np.array([500_000.0, 3_170_000.0])
CELL_M = 500.0  # side of a square as large as the mean cell
STEP_M = 15.0  # distance of the vertices on a bent border


def curved_partition(n: int, rng: np.random.Generator, hole: bool = False) -> gpd.GeoDataFrame:
    """`n` cells with `code` and `name` that tile a square exactly; with `hole`, one in the middle is left out: a real hole.

    Borders are sine-bent Voronoi edges with a vertex every 15 m; a cell measures about 25 ha.
    """
    side_m = CELL_M * np.sqrt(n + hole)
    points = _spread(n + hole, side_m, rng)
    mirrored = [points, points * [-1, 1], points * [1, -1], [2 * side_m, 0] + points * [-1, 1], [0, 2 * side_m] + points * [1, -1]]
    voronoi = Voronoi(np.vstack(mirrored))
    bent = {tuple(sorted(ends)): _bent(voronoi.vertices[list(sorted(ends))], side_m, rng) for ends in _edges(voronoi, len(points))}
    shapes = np.array([_ring(voronoi.regions[region], bent) for region in voronoi.point_region[: len(points)]])
    if hole:
        middle = np.argmin(np.hypot(*(points - side_m / 2).T))
        shapes = np.delete(shapes, middle)
    return as_table(shapes)


def as_table(shapes: NDArray) -> gpd.GeoDataFrame:
    """Shapes with codes C0001 onwards and names."""
    numbers = range(1, len(shapes) + 1)
    return gpd.GeoDataFrame(
        {"code": [f"C{i:04d}" for i in numbers], "name": [f"第{i}网格" for i in numbers]}, geometry=np.asarray(shapes), crs=METRIC
    )


def roughened(
    cells: gpd.GeoDataFrame,
    rng: np.random.Generator,
    noise_m: float = 3.0,
    scale: float = 0.008,
    shift_m: float = 5.0,
    simplify_m: float = 2.0,
) -> gpd.GeoDataFrame:
    """Each cell scaled by up to +-`scale`, shifted by up to `shift_m`, simplified and with noise on each vertex, for itself."""
    n = len(cells)
    centres = shapely.get_coordinates(shapely.centroid(cells.geometry.to_numpy()))
    shapes = shapely.simplify(cells.geometry.to_numpy(), simplify_m)
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    factor = 1 + rng.uniform(-scale, scale, n)
    angle, length = rng.uniform(0, 2 * np.pi, n), rng.uniform(0, shift_m, n)
    shift = np.column_stack([np.cos(angle), np.sin(angle)]) * length[:, None]
    moved = centres[owner] + (xy - centres[owner]) * factor[owner, None] + shift[owner]
    ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(shapes)), return_index=True)[1]
    starts = np.flatnonzero(np.r_[True, ring[1:] != ring[:-1]])
    noise = rng.uniform(-noise_m, noise_m, xy.shape)
    noise[np.r_[starts[1:] - 1, len(xy) - 1]] = noise[starts]  # a ring ends where it began
    return cells.set_geometry(shapely.set_coordinates(shapes, moved + noise))


def rook_pairs(shapes: NDArray, longer_than_m: float) -> set[tuple[int, int]]:
    """Pairs of positions of areas that share a longer border than that; vertex for vertex."""
    pairs, length_m = shared_borders(shapes)
    return {(int(a), int(b)) for a, b in pairs[length_m > longer_than_m]}


def _spread(n: int, side_m: float, rng: np.random.Generator) -> NDArray:
    """Points like seats of villages: a jittered grid, so that no cell is a splinter."""
    columns = int(np.ceil(np.sqrt(n)))
    spots = np.stack(np.meshgrid(np.arange(columns), np.arange(columns)), axis=-1).reshape(-1, 2) + 0.5
    spots = spots[np.sort(rng.permutation(len(spots))[:n])]
    return (spots + rng.uniform(-0.35, 0.35, spots.shape)) * side_m / columns


def _edges(voronoi: Voronoi, n: int) -> list[tuple[int, int]]:
    inner = (voronoi.ridge_points < n).any(axis=1)
    return [tuple(ends) for ends, keep in zip(voronoi.ridge_vertices, inner, strict=True) if keep]


def _bent(ends: NDArray, side_m: float, rng: np.random.Generator) -> NDArray:
    """The vertices of a border from the first end to the last; straight on the town's edge."""
    length = np.hypot(*(ends[1] - ends[0]))
    t = np.linspace(0, 1, max(2, int(length / STEP_M) + 1))
    line = ends[0] + t[:, None] * (ends[1] - ends[0])
    on_edge = any(np.allclose(ends[:, axis], value, atol=1e-6) for axis in (0, 1) for value in (0, side_m))
    if not on_edge:
        across = np.array([ends[0, 1] - ends[1, 1], ends[1, 0] - ends[0, 0]])
        wave = rng.uniform(-0.06, 0.06) * np.sin(np.pi * t) + rng.uniform(-0.03, 0.03) * np.sin(3 * np.pi * t)
        line[1:-1] += (wave[:, None] * across)[1:-1]
    return ORIGIN + line


def _ring(region: list[int], bent: dict[tuple[int, int], NDArray]) -> shapely.Polygon:
    pieces = []
    for a, b in zip(region, [*region[1:], region[0]], strict=True):
        line = bent[(a, b) if a < b else (b, a)]
        pieces.append((line if a < b else line[::-1])[:-1])
    return shapely.Polygon(np.vstack(pieces))
