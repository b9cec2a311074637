"""Checking and repairing cells beside shapely's coverage_clean and mapshaper: python -m tests.benchmarks.bench_topology

Voronoi cells of about 25 ha with bent borders and one real hole, each cell scaled by up to 0.8 %, shifted by up to 5 m,
simplified and with 3 m of noise for itself. All close gaps up to 20 m. CPU seconds and wall seconds of one run; gap
left in ha is what a closing by 20 m adds to the union (the hole stays out of it); pairs are neighbours with more
than 10 m of common border, lost or won against the exact cells. coverage_clean is run with the outline's complement as
extra polygons. mapshaper runs when it is on the PATH, or named by the environment variable MAPSHAPER.
"""

import json
import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from importing.topology_check import check_topology
from importing.topology_repair import repair_topology
from tests.importing.broken_coverages import METRIC, curved_partition, rook_pairs, roughened

GAP_M = 20.0
SIZES = (40, 600, 5_000)


def ours(cells: gpd.GeoDataFrame) -> NDArray:
    """The repair with a tolerance of 20 m."""
    repaired = repair_topology(None, cells, METRIC, tolerance_m=GAP_M)
    assert repaired.cells is not None
    print(f"{'':>6} moved by at most {repaired.moved_m:.2f} m (stated)")
    return np.asarray(repaired.cells.geometry.to_numpy())


def framed_clean(cells: gpd.GeoDataFrame) -> NDArray:
    """shapely.coverage_clean with what lies outside the closed outline as further polygons."""
    shapes = shapely.make_valid(cells.geometry.to_numpy())
    closed = shapely.union_all(shapes).buffer(GAP_M / 2).buffer(-GAP_M / 2)
    frame = shapely.get_parts(shapely.difference(shapely.box(*closed.buffer(100).bounds), closed))
    return np.asarray(shapely.coverage_clean(np.concatenate([shapes, frame]), gap_width=GAP_M)[: len(shapes)])


def mapshaper(program: str, cells: gpd.GeoDataFrame) -> NDArray:
    """mapshaper -clean with vertices snapped within 1 m and gaps up to 2 ha filled."""
    with tempfile.TemporaryDirectory() as folder:
        given, clean = Path(folder) / "given.geojson", Path(folder) / "clean.geojson"
        given.write_text(cells.to_json(drop_id=True))
        command = [program, "-i", str(given), "snap", "snap-interval=1", "-clean", "gap-fill-area=20000", "-o", str(clean)]
        subprocess.run(command, check=True, capture_output=True)
        table = gpd.GeoDataFrame.from_features(json.loads(clean.read_text())["features"]).set_index("code")
    shapes = table.geometry.reindex(cells["code"]).to_numpy()
    return np.where(shapely.is_missing(shapes), shapely.Polygon(), shapes)


def timed(task: Callable[[], NDArray]) -> tuple[NDArray, float, float]:
    """The result, CPU seconds with those of child processes, and wall seconds."""
    cpu, wall = _cpu_s(), time.perf_counter()
    result = task()
    return result, _cpu_s() - cpu, time.perf_counter() - wall


def _cpu_s() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def gap_ha(shapes: NDArray) -> float:
    """What closing the union by 20 m, with sharp corners, adds to it."""
    union = shapely.union_all(shapes)
    closed = union.buffer(GAP_M / 2, join_style="mitre").buffer(-GAP_M / 2, join_style="mitre")
    return float(shapely.area(shapely.difference(closed, union))) / 1e4


def moved_m(before: NDArray, after: NDArray) -> float:
    """How far any new border lies from the old border of the same cell, looked at every 2 m."""
    xy, owner = shapely.get_coordinates(shapely.segmentize(shapely.boundary(after), 2.0), return_index=True)
    old = shapely.boundary(before)
    shapely.prepare(old)
    return float(shapely.distance(old[owner], shapely.points(xy)).max())


def print_row(name: str, exact: NDArray, before: NDArray, after: NDArray, cpu_s: float, wall_s: float) -> None:
    """One line of the table."""
    overlap_ha = (shapely.area(after).sum() - shapely.area(shapely.union_all(after))) / 1e4
    invalid = int((~shapely.is_empty(shapely.coverage_invalid_edges(after))).sum())
    lost = len(rook_pairs(exact, 10) - rook_pairs(after, 0)), len(rook_pairs(after, 10) - rook_pairs(exact, 0))
    print(
        f"{len(after):>6} {name:<15} {cpu_s:>7.2f} {wall_s:>7.2f} {gap_ha(after):>9.2f} {overlap_ha:>9.2f} {invalid:>8} "
        f"{int(shapely.is_empty(after).sum()):>6} {moved_m(before, after):>8.1f} {lost[0]:>6} {lost[1]:>5}"
    )


def main() -> None:
    """Print the check's times, then the repairs."""
    program = os.environ.get("MAPSHAPER") or shutil.which("mapshaper")
    print(
        f"{'cells':>6} {'':<15} {'CPU s':>7} {'wall s':>7} {'gap ha':>9} {'overlap':>9} {'invalid':>8} "
        f"{'empty':>6} {'moved m':>8} {'lost':>6} {'won':>5}"
    )
    for n in SIZES:
        rng = np.random.default_rng(1)
        exact = curved_partition(n, rng, hole=True)
        cells = roughened(exact, rng)
        truth, before = exact.geometry.to_numpy(), cells.geometry.to_numpy()
        print_row("as given", truth, before, before, 0.0, 0.0)
        for broken in (0, n // 50, n // 10, n):
            some = exact.set_geometry(np.where(np.random.default_rng(2).permutation(n) < broken, before, truth), crs=exact.crs)
            _, cpu_s, wall_s = timed(lambda some=some: check_topology(None, some, METRIC))  # type: ignore[misc]
            print(f"{n:>6} {f'check, {broken} bad':<15} {cpu_s:>7.2f} {wall_s:>7.2f}")
        for name, task in (("our repair", ours), ("coverage_clean", framed_clean)):
            print_row(name, truth, before, *timed(lambda task=task, cells=cells: task(cells)))  # type: ignore[misc]
        if program is None:
            print(f"{n:>6} mapshaper       not installed")
        else:
            print_row("mapshaper", truth, before, *timed(lambda cells=cells: mapshaper(program, cells)))  # type: ignore[misc]


if __name__ == "__main__":
    main()
