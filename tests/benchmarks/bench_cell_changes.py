"""Cell changes, road distances and queueing at the size of a county: python -m tests.benchmarks.bench_cell_changes

5,000 Voronoi cells of about 25 ha; 30 km of winding rural roads with a vertex every 10 m; wall seconds, the median of five.
The exact queueing model is run at its limit of 12 beats, the approximate one at 60.
"""

import statistics
import time
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import shapely

from planning.cell_changes import merge_cells, move_border, split_cell
from planning.cell_graph import cell_graph
from planning.plan import Plan, PlanHeader
from planning.plan_difference import plan_difference
from planning.plan_from_areas import plan_from_areas
from planning.plan_merge import merge_plans
from planning.queueing import hypercube
from planning.road_distance import road_distances

METRIC = "EPSG:4546"
CELLS, SIDE_M = 5_000, 35_000.0
ROADS, ROAD_M, VERTEX_M = 10, 3_000.0, 10.0


def county(random: np.random.Generator) -> gpd.GeoDataFrame:
    """Voronoi cells of one unit over a square."""
    seeds = shapely.MultiPoint(random.uniform(0, SIDE_M, (CELLS, 2)))
    frame = shapely.box(0, 0, SIDE_M, SIDE_M)
    shapes = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=frame)), frame)
    shapes = shapely.coverage_clean(shapes)
    codes = [f"c{i:04d}" for i in range(len(shapes))]
    counts = {"dwellings": random.integers(50, 500, len(shapes)), "workload_min_week": random.uniform(10, 500, len(shapes))}
    return gpd.GeoDataFrame({"code": codes, "unit_code": "U", **counts}, geometry=shapes, crs=METRIC)


def winding_roads(random: np.random.Generator) -> gpd.GeoSeries:
    """Roads that wander about the middle of the county, 3 km each."""
    turns = np.cumsum(random.normal(0, 0.1, (ROADS, int(ROAD_M / VERTEX_M))), axis=1) + random.uniform(0, 2 * np.pi, (ROADS, 1))
    steps = VERTEX_M * np.stack([np.cos(turns), np.sin(turns)], axis=2)
    starts = SIDE_M / 2 + random.normal(0, 500, (ROADS, 1, 2))
    return gpd.GeoSeries(shapely.linestrings(starts + np.cumsum(steps, axis=1)), crs=METRIC)


def timed(name: str, work: Callable[[], object]) -> None:
    """Print the median wall seconds of five runs."""
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    print(f"{name:<42} {statistics.median(seconds):8.3f} s")


def main() -> None:
    random = np.random.default_rng(11)
    cells, roads = county(random), winding_roads(random)
    middle = cells.geometry.iloc[cells.sindex.nearest(shapely.Point(SIDE_M / 2, SIDE_M / 2))[1][0]]
    code = cells["code"][cells.geometry == middle].iloc[0]
    other = cell_graph(cells).neighbours(code)[0]
    west, south, east, north = middle.bounds
    cut = shapely.LineString([(west, (south + north) / 2), (east, (south + north) / 2)])
    pair = shapely.union_all(cells.geometry[cells["code"].isin([code, other])].to_numpy())
    around = shapely.minimum_rotated_rectangle(pair)
    a, b, c, d = shapely.get_coordinates(around)[:4]
    border = shapely.LineString([(a + b) / 2, (c + d) / 2])
    posts = gpd.GeoSeries(shapely.get_point(roads.iloc[:3].to_numpy(), 0), index=list("pqr"), crs=METRIC)
    tiles = [shapely.box(x, y, x + 3500, y + 3500) for x in np.arange(0, SIDE_M, 3500) for y in np.arange(0, SIDE_M, 3500)]
    areas = gpd.GeoDataFrame({"code": [str(i) for i in range(len(tiles))]}, geometry=tiles, crs=METRIC)
    parts = plan_from_areas(cells, areas)
    base = Plan(PlanHeader("p", "方案", "plan", "draft"), parts.beats, parts.beat_of)
    shuffled = [base.with_cells(random.choice(cells["code"], 400, replace=False), str(i)) for i in (3, 7)]
    travel = 2 + random.uniform(0, 20, (60, 60)) * (1 - np.eye(60))
    calls = random.uniform(0.3, 0.9, 60)

    print(f"{len(cells):,} cells, {roads.length.sum() / 1000:.0f} km of roads, {len(base.beats)} beats")
    timed("split a cell", lambda: split_cell(cells, code, cut))
    timed("merge two cells", lambda: merge_cells(cells, [code, other]))
    timed("move a border", lambda: move_border(cells, code, other, border))
    timed("plan from areas", lambda: plan_from_areas(cells, areas))
    timed("difference of two plans", lambda: plan_difference(base, shuffled[0], cells))
    timed("merge two drafts", lambda: merge_plans(base, *shuffled))
    timed("road distances from 3 posts", lambda: road_distances(cells, posts, roads))
    timed("hypercube, exact, 12 beats", lambda: hypercube(calls[:12], 60, travel[:12, :12], form="exact"))
    timed("hypercube, approximate, 60 beats", lambda: hypercube(calls, 60, travel))


if __name__ == "__main__":
    main()
