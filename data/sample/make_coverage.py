"""Units and cells grown on the ground, and their shared borders as arcs, smoothed once for all owners."""

from collections import defaultdict
from collections.abc import Callable

import numpy as np
import shapely
from make_ground import Array, Ground
from make_names import generator
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Voronoi
from shapely.geometry import LineString, Polygon

Labels = NDArray[np.intp]
COMMUNITIES_NORTH, COMMUNITIES = 6, 11
VILLAGES = 29
OUTSIDE = -1


def grow_units(ground: Ground) -> Labels:
    """Unit of every fine point: 0 to 10 communities, 11 to 39 villages, -1 outside the town. No unit spans the river."""
    rng = generator("units")
    unit = np.full(len(ground.points), OUTSIDE)
    seat, land = ground.in_town & ground.in_seat, ground.in_town & ~ground.in_seat
    weight = ground.spacing_m**2
    north_share = weight[land & ground.north].sum() / weight[land].sum()
    villages_north = round(VILLAGES * north_share)
    counts = (COMMUNITIES_NORTH, COMMUNITIES - COMMUNITIES_NORTH, villages_north, VILLAGES - villages_north)
    first = 0
    for count, zone in zip(counts, (seat & ground.north, seat & ~ground.north, land & ground.north, land & ~ground.north), strict=True):
        zone = largest_part(ground, zone)
        unit[zone] = first + grow(ground, zone, count, rng)[zone]
        first += count
    return unit


def grow(ground: Ground, zone: NDArray[np.bool_], count: int, rng: np.random.Generator, ridge_cost: float = 3.0) -> Labels:
    """Split a connected zone into `count` connected parts of like size, with borders on ridges; -1 outside the zone."""
    inside = zone[ground.edges].all(axis=1)
    climb = ground.ridge[ground.edges].mean(axis=1)
    noise = rng.uniform(0.75, 1.25, len(ground.edges))
    graph = ground.graph(ground.edge_length_m * (1 + ridge_cost * climb) * noise, inside)
    members = np.flatnonzero(zone)
    weight = ground.spacing_m[members] ** 2
    seeds = _spread(ground.points[members], weight, count, rng, members)
    for _ in range(6):
        _, _, nearest = dijkstra(graph, indices=seeds, min_only=True, return_predecessors=True)
        seeds = np.array([_middle(ground.points, np.flatnonzero(nearest == s), ground.spacing_m) for s in seeds])
    _, _, nearest = dijkstra(graph, indices=seeds, min_only=True, return_predecessors=True)
    label = np.full(len(zone), OUTSIDE)
    label[members] = np.searchsorted(np.sort(seeds), nearest[members])
    return label


def largest_part(ground: Ground, zone: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The zone without its loose specks, which a wandering outline leaves here and there."""
    graph = ground.graph(np.ones(len(ground.edges)), zone[ground.edges].all(axis=1))
    inner = np.flatnonzero(zone)
    start = inner[np.argmin(np.hypot(*(ground.points[inner] - ground.points[inner].mean(axis=0)).T))]
    return np.isfinite(dijkstra(graph, indices=start)) & zone


def _spread(xy: Array, weight: Array, count: int, rng: np.random.Generator, members: Labels) -> Labels:
    """Starting points far from each other: the best of a few plain k-means runs."""
    best, best_cost = members[:count], np.inf
    for _ in range(6):
        centres = xy[rng.choice(len(xy), count, replace=False, p=weight / weight.sum())]
        for _ in range(25):
            gap = np.hypot(xy[:, None, 0] - centres[:, 0], xy[:, None, 1] - centres[:, 1])
            owner = gap.argmin(axis=1)
            centres = np.array(
                [np.average(xy[owner == k], axis=0, weights=weight[owner == k]) if (owner == k).any() else centres[k] for k in range(count)]
            )
        cost = (gap.min(axis=1) ** 2 * weight).sum()
        if cost < best_cost:
            best, best_cost = members[gap.argmin(axis=0)], cost
    return best


def _middle(points: Array, members: Labels, spacing: Array) -> int:
    centre = np.average(points[members], axis=0, weights=spacing[members] ** 2)
    return int(members[np.argmin(np.hypot(*(points[members] - centre).T))])


def grow_cells(ground: Ground, unit: Labels, count_of: dict[int, int]) -> Labels:
    """Cell of every fine point, numbered through all units; -1 outside the town. A cell lies in one unit."""
    rng = generator("cells")
    cell, first = np.full(len(unit), OUTSIDE), 0
    for number, count in sorted(count_of.items()):
        zone = unit == number
        part = grow(ground, zone, count, rng, ridge_cost=1.5)
        cell[zone] = first + part[zone]
        first += count
    return cell


def border_arcs(ground: Ground, label: Labels) -> list[tuple[int, int, Array]]:
    """Arcs between junctions as (label, label, vertices in local metres), smoothed with the junctions held."""
    voronoi = Voronoi(ground.points)
    ends, pairs = np.array(voronoi.ridge_vertices), np.array(voronoi.ridge_points)
    border = (label[pairs[:, 0]] != label[pairs[:, 1]]) & (ends >= 0).all(axis=1)
    ends, pairs = ends[border], label[pairs[border]]
    at: dict[int, list[int]] = defaultdict(list)
    for ridge, (a, b) in enumerate(ends.tolist()):
        at[a].append(ridge)
        at[b].append(ridge)
    arcs, used = [], set()
    for node in sorted(v for v, ridges in at.items() if len(ridges) != 2):
        for ridge in at[node]:
            if ridge in used:
                continue
            chain, here, step = [node], node, ridge
            while True:
                used.add(step)
                here = int(ends[step].sum() - here)
                chain.append(here)
                if len(at[here]) != 2:
                    break
                step = next(r for r in at[here] if r != step)
            arcs.append((*map(int, pairs[ridge]), smooth(voronoi.vertices[chain])))
    if len(used) != len(ends):
        raise ValueError("a region lies like an island inside another; choose other seeds")
    return arcs


def smooth(xy: Array, rounds: int = 3, tolerance_m: float = 3.5) -> Array:
    """Low-pass a line with its ends held, cut its corners once, and drop vertices that say nothing."""
    xy = xy.copy()
    for _ in range(rounds):
        xy[1:-1] = 0.25 * xy[:-2] + 0.5 * xy[1:-1] + 0.25 * xy[2:]
    if len(xy) > 3:
        quarter = np.stack([0.75 * xy[:-1] + 0.25 * xy[1:], 0.25 * xy[:-1] + 0.75 * xy[1:]], axis=1).reshape(-1, 2)
        xy = np.vstack([xy[:1], quarter[1:-1], xy[-1:]])
    return shapely.get_coordinates(LineString(xy).simplify(tolerance_m))


def build_polygons(arcs: list[tuple[int, int, Array]], owner: Callable[[int], int]) -> dict[int, Polygon]:
    """The polygon of every owner of labels, out of the arcs on its border; refused: parts or holes."""
    lines: dict[int, list[LineString]] = defaultdict(list)
    for left, right, xy in arcs:
        a, b = (OUTSIDE if side == OUTSIDE else owner(side) for side in (left, right))
        if a != b:
            lines[a].append(LineString(xy))
            lines[b].append(LineString(xy))
    polygons = {}
    for key, own in sorted(lines.items()):
        faces = shapely.get_parts(shapely.polygonize(own))
        if key != OUTSIDE:
            if len(faces) != 1:
                raise ValueError(f"region {key} has {len(faces)} parts; choose other seeds")
            polygons[key] = shapely.orient_polygons(faces[0])
    return polygons
