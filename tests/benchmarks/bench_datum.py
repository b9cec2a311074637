"""CPU time and accuracy of the datum shifts: python -m tests.benchmarks.bench_datum

A million random points of the mainland, and published vectors. The peer is the single pass w = g - (f(g) - g) that the
common public libraries do, here just as vectorised. CPU seconds, median of three runs; errors in degrees and metres.
"""

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from layers.definition.crs import (
    bd09_to_bd09mc,
    bd09_to_wgs84,
    bd09mc_to_bd09,
    gcj02_to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

POINTS = 1_000_000
DEGREE_M = 111_320.0
VECTORS = [
    # what             lat in, lon in    lat out, lon out
    (wgs84_to_gcj02, 39.915, 116.404, 39.916404282, 116.410244499),
    (wgs84_to_gcj02, 28.70, 109.66, 28.696632823, 109.664621894),
    (wgs84_to_bd09, 39.915, 116.404, 39.922699552, 116.416627244),
    (wgs84_to_bd09, 28.70, 109.66, 28.702864679, 109.671077036),
    (gcj02_to_wgs84, 28.70, 109.66, 28.703373565981, 109.655388032711),
    (bd09_to_wgs84, 28.70, 109.66, 28.697325290223, 109.648905019540),
]

Shift = Callable[[NDArray, NDArray], tuple[NDArray, NDArray]]


def one_pass(forward: Shift) -> Shift:
    """The way back as it is usually done."""

    def back(lon: NDArray, lat: NDArray) -> tuple[NDArray, NDArray]:
        there = forward(lon, lat)
        return 2 * lon - there[0], 2 * lat - there[1]

    return back


def cpu_s(task: Callable[[], object], runs: int = 3) -> float:
    """Median CPU seconds of a task."""
    spent = []
    for _ in range(runs):
        start = time.process_time()
        task()
        spent.append(time.process_time() - start)
    return float(np.median(spent))


def main() -> None:
    """Print both tables."""
    random = np.random.default_rng(1)
    lon, lat = random.uniform(74, 135, POINTS), random.uniform(18, 53.5, POINTS)
    print(f"{'a million points':<22} {'ours, s':>8} {'error, deg':>11} {'one pass, s':>12} {'error, m':>9}")
    for forward, back in ((wgs84_to_gcj02, gcj02_to_wgs84), (wgs84_to_bd09, bd09_to_wgs84), (bd09_to_bd09mc, bd09mc_to_bd09)):
        there = forward(lon, lat)
        peer = None if back is bd09mc_to_bd09 else one_pass(forward)
        error = max(np.abs(found - given).max() for found, given in zip(back(*there), (lon, lat), strict=True))
        line = f"{back.__name__:<22} {cpu_s(lambda: back(*there)):>8.2f} {error:>11.1e}"  # noqa: B023
        if peer is not None:
            off = max(np.abs(found - given).max() for found, given in zip(peer(*there), (lon, lat), strict=True)) * DEGREE_M
            line += f" {cpu_s(lambda: peer(*there)):>12.2f} {off:>9.2f}"  # noqa: B023
        print(line)
    print("\npublished vectors, largest difference in degrees")
    for shift, lat_in, lon_in, lat_out, lon_out in VECTORS:
        found = shift(np.array(lon_in), np.array(lat_in))
        print(f"{shift.__name__:<22} {max(abs(found[0] - lon_out), abs(found[1] - lat_out)):>8.1e}")


if __name__ == "__main__":
    main()
