"""CPU time of the Knox table with 999 shuffles: python -m tests.benchmarks.bench_near_repeat

Town of 20 km x 20 km, 60 % of the incidents in 60 clusters (standard deviation 350 m), over two years; five bands of place up to 400 m
and four of time up to 28 days, Manhattan distance. One run each.
"""

import time

import numpy as np

from analysis.near_repeat import near_repeat
from tests.analysis.exact_kernel import town_points

SHUFFLES = 999
DAYS = 730


def print_times() -> None:
    """Time by number of incidents, with the pairs that each shuffle looks at."""
    print(f"{'incidents':>10} {'near pairs':>12} {'CPU s':>8} {'wall s':>8} {'ms a shuffle':>13}")
    for n in (1_000, 10_000, 20_000):
        random = np.random.default_rng(1)
        x, y = town_points(n, random)
        days = random.integers(0, DAYS, n)
        cpu, wall = time.process_time(), time.perf_counter()
        found = near_repeat(x, y, days, shuffles=SHUFFLES)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        everything = near_repeat(x, y, days, time_edges_days=(0, DAYS), shuffles=0)
        print(f"{n:>10,} {int(everything.observed.sum()):>12,} {cpu:>8.2f} {wall:>8.2f} {cpu / SHUFFLES * 1000:>13.2f}")
        assert found.shuffles == SHUFFLES


if __name__ == "__main__":
    print_times()
