"""CPU time of the held-out check, and of hiding small counts: python -m tests.benchmarks.bench_evaluation

Town of 20 km x 20 km in cells of 100 m (40,000), incidents over two years, 60 % in 60 clusters; twelve origins of a year to learn and
28 days to test; density of 500 m, all counts, last counts and a uniform map. Tables of Poisson counts with totals. One run each.
"""

import time
from datetime import date

import numpy as np
import pandas as pd
import shapely

from analysis.analysis_grid import analysis_grid
from analysis.disclosure import suppress_hierarchy, suppress_table
from analysis.evaluation import DensitySurface, all_counts, evaluate, rolling_origins
from tests.analysis.exact_kernel import town_points

FIRST, LAST, DAYS = date(2024, 1, 1), date(2025, 12, 30), 730


def print_evaluation() -> None:
    """Time by number of incidents, and what the methods score on data whose clusters stay where they are."""
    grid = analysis_grid(shapely.box(0, 0, 20_000, 20_000), 100, "EPSG:4546")
    origins = rolling_origins(FIRST, LAST, 365, 28)[-12:]
    for n in (10_000, 100_000):
        random = np.random.default_rng(1)
        x, y = town_points(n, random)
        at = np.datetime64(FIRST) + random.integers(0, DAYS, n).astype("timedelta64[D]")
        start = time.process_time()
        found = evaluate(grid, x, y, at, origins, {"density": DensitySurface(500), "all_counts": all_counts})
        print(f"{n:,} incidents, {len(origins)} origins, 4 methods: {time.process_time() - start:.2f} s CPU")
        print(found.table[["method", "tested", "hit_share", "pai", "pai_lower", "pai_upper", "pei", "rri"]].to_string(index=False))


def print_suppression() -> None:
    """Time by shape of the table, and how many numbers are hidden."""
    random = np.random.default_rng(1)
    for rows, cols, mean in ((20, 12, 8), (60, 12, 8), (150, 12, 8)):
        start = time.process_time()
        found = suppress_table(pd.DataFrame(random.poisson(mean, (rows, cols)))).suppression
        print(f"table of {rows} x {cols}, mean {mean}: {time.process_time() - start:.2f} s CPU; {found.notice.en}")
    codes = [f"c{number}" for number in range(1200)]
    parent = {code: f"u{number // 12}" for number, code in enumerate(codes)} | {f"u{number}": "town" for number in range(100)}
    start = time.process_time()
    found = suppress_hierarchy(pd.Series(random.poisson(9, 1200), codes), parent).suppression
    print(f"1,200 cells in 100 units in a town, mean 9: {time.process_time() - start:.2f} s CPU; {found.notice.en}")


if __name__ == "__main__":
    print_evaluation()
    print_suppression()
