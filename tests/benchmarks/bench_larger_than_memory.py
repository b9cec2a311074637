"""Grid counts of up to 20 million rows from files, with the slope: python -m tests.benchmarks.bench_larger_than_memory

Parquet files of a million rows with lon and lat, and a CSV folder of the same rows at two million; made in a temporary folder of less
than 2 GB and removed. Wall and CPU seconds, greatest memory above the start, and whether the counts are those in memory.
"""

import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from analysis.analysis_grid import AnalysisGrid, analysis_grid, bin_points
from analysis.larger_than_memory import counts_of_folder

MILLION = 1_000_000
SIZES = (1, 5, 10, 20)
CSV_MILLIONS = 2
WEST, SOUTH, SIDE_DEG = 109.60, 28.60, 0.18


def million(n: int) -> pd.DataFrame:
    """The n-th million rows, coordinates to six decimals."""
    random = np.random.default_rng(n)
    lon, lat = (low + random.uniform(0, SIDE_DEG, MILLION).round(6) for low in (WEST, SOUTH))
    return pd.DataFrame({"lon": lon, "lat": lat})


def in_memory(grid: AnalysisGrid, n: int) -> np.ndarray:
    """The counts of one million rows without dask."""
    rows = million(n)
    return bin_points(
        grid, *Transformer.from_crs("EPSG:4490", grid.crs, always_xy=True).transform(rows["lon"].to_numpy(), rows["lat"].to_numpy())
    )[0]


def peak_mb() -> float:
    """Greatest memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def report(folder: Path, grid: AnalysisGrid, expected: np.ndarray, name: str) -> tuple[float, float]:
    """Print one line; wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = counts_of_folder(folder, grid, workers=2)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    same = "identical" if np.array_equal(found.counts, expected) else "DIFFERENT"
    print(f"{name:>8} {found.n_read:>12,} rows {wall:>8.1f} s wall {cpu:>8.1f} s CPU {peak_mb():>8.0f} MB peak  {same}")
    return wall, cpu


def main() -> None:
    """Print time and memory by rows, then the slope."""
    grid = analysis_grid(shapely.box(360_000, 3_165_000, 379_000, 3_186_000), 100, "EPSG:4546")
    print(f"before: {peak_mb():.0f} MB peak")
    with tempfile.TemporaryDirectory() as made:
        folder, rows, spent = Path(made) / "parquet", 0, []
        folder.mkdir()
        expected = np.zeros((grid.rows, grid.cols))
        for size in SIZES:
            for n in range(rows, size):
                million(n).to_parquet(folder / f"{n:02d}.parquet", row_group_size=250_000)
                expected += in_memory(grid, n)
            rows = size
            spent.append(report(folder, grid, expected, "parquet"))
        slope = np.polyfit(SIZES, spent, 1)[0]
        size_mb = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
        print(f"slope: {slope[0]:.2f} s wall and {slope[1]:.2f} s CPU a million rows; files {size_mb:.0f} MB")
        texts = Path(made) / "csv"
        texts.mkdir()
        expected = np.zeros((grid.rows, grid.cols))
        for n in range(CSV_MILLIONS):
            million(n).to_csv(texts / f"{n:02d}.csv", index=False)
            expected += in_memory(grid, n)
        report(texts, grid, expected, "csv")


if __name__ == "__main__":
    main()
