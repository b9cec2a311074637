"""CPU time and accuracy of the incident density beside KDEpy's FFTKDE: python -m tests.benchmarks.bench_density

Quartic kernel, R = 500 m, 20 km x 20 km, 60 % of the points in 60 clusters. Ours is edge-corrected and cut to the town; KDEpy's is
not. Binned + FFT: the least that any density has to do, whole numbers of cells by numpy, bincount and one FFT convolution, without edge,
mask, sharing, or a look whether a point lies inside. CPU seconds, median of nine runs, each pair taking turns; accuracy inside the square,
where no correction acts, against the exact sum, in parts of the highest value.
"""

import time
from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from analysis.analysis_grid import AnalysisGrid, analysis_grid
from analysis.density import Smoother
from tests.analysis.exact_kernel import exact_per_km2, kdepy_per_km2, town_points

RADIUS_M = 500.0
WIDTH_M = 20_000
DAYS = 365.25  # a year, so that the density per year is the density
CLOCK_CPU = time.process_time


def binned(grid: AnalysisGrid, x: NDArray, y: NDArray, kernel: NDArray) -> NDArray:
    """Counts of whole cells of a grid that begins at zero, convolved once."""
    cell = np.floor(y / grid.size_m).astype(np.int64) * grid.cols + np.floor(x / grid.size_m).astype(np.int64)
    return fftconvolve(np.bincount(cell, minlength=grid.rows * grid.cols).reshape(grid.rows, grid.cols), kernel, mode="same")


def cpu_s(*tasks: Callable[[], object], runs: int = 9) -> list[float]:
    """Median CPU seconds of each task; they take turns, so that a busy machine slows all alike."""
    spent: list[list[float]] = [[] for _ in tasks]
    for _ in range(runs):
        for of_task, task in zip(spent, tasks, strict=True):
            start = CLOCK_CPU()
            task()
            of_task.append(CLOCK_CPU() - start)
    return [float(np.median(of_task)) for of_task in spent]


def print_times() -> None:
    """Time by number of points on 256 x 256 cells, beside KDEpy and the least that any binned density has to do."""
    grid = analysis_grid(shapely.box(0, 0, WIDTH_M, WIDTH_M), WIDTH_M / 256, "EPSG:4546")
    smoother = Smoother(grid, RADIUS_M)
    kernel = np.ones((15, 15)) / 225
    prepared = cpu_s(lambda: Smoother(grid, RADIUS_M).mass)[0]
    print(f"grid and kernel, once per town and radius: {prepared:.4f} CPU s")
    names = ("ours", "KDEpy", "KDEpy/ours", "ours", "binned + FFT", "ours/that", "stacks, on asking")
    print(f"{'points':>9} " + " ".join(f"{name:>12}" for name in names))
    for n in (10_000, 100_000, 1_000_000):
        x, y = town_points(n, np.random.default_rng(1), WIDTH_M)

        def ours(x: NDArray = x, y: NDArray = y) -> object:
            return smoother.density(x, y, DAYS)

        ours()
        beside_peer, peer = cpu_s(ours, lambda x=x, y=y: kdepy_per_km2(grid, x, y, RADIUS_M))
        beside_least, least = cpu_s(ours, lambda x=x, y=y: binned(grid, x, y, kernel))
        alone, with_stacks = cpu_s(ours, lambda x=x, y=y: smoother.density(x, y, DAYS).top_stack)
        figures = (f"{beside_peer:.4f}", f"{peer:.4f}", f"{peer / beside_peer:.1f}", f"{beside_least:.4f}", f"{least:.4f}")
        rest = (f"{beside_least / least:.1f}", f"{with_stacks - alone:.4f}")
        print(f"{n:>9,} " + " ".join(f"{figure:>12}" for figure in (*figures, *rest)))


def print_accuracy() -> None:
    """Largest and root mean square error by cells in a radius, 20,000 points."""
    x, y = town_points(20_000, np.random.default_rng(7), WIDTH_M)
    print(f"\n{'cells in R':>10} {'ours: max':>10} {'rms':>8} {'KDEpy: max':>11} {'rms':>8}")
    for cells in (1.6, 3.2, 6.4, 12.8, 25.6):
        grid = analysis_grid(shapely.box(0, 0, WIDTH_M, WIDTH_M), RADIUS_M / cells, "EPSG:4546")
        deep = slice(int(cells) + 3, -int(cells) - 3)
        exact = exact_per_km2(grid, x, y, RADIUS_M)[deep, deep]
        maps = (Smoother(grid, RADIUS_M).density(x, y, DAYS).values, kdepy_per_km2(grid, x, y, RADIUS_M))
        off = [np.abs(found[deep, deep] - exact) / exact.max() for found in maps]
        errors = [number for each in off for number in (each.max(), np.sqrt((each**2).mean()))]
        print(f"{cells:>10} {errors[0]:>10.2%} {errors[1]:>8.3%} {errors[2]:>11.2%} {errors[3]:>8.3%}")


if __name__ == "__main__":
    print_times()
    print_accuracy()
