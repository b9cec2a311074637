"""Time and memory of imports of incidents into a workspace file: python -m tests.benchmarks.bench_import_store [rows ...]

Rows come in tables of 50,000 and replace as many. Wall seconds; "locked" is the one transaction, in which nobody else can write.
Each case in a process of its own; peak is its resident memory, beside what it had before the first row.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

TABLE = 50_000
SHUFFLING = 2_654_435_761  # odd, so no two numbers become one
FIRST = np.datetime64("2025-01-01", "s")


def tables(rows: int, mark: str) -> Iterator[pd.DataFrame]:
    """Incidents one table after the other, with codes of 13 characters in no order."""
    from layers.incidents import CATEGORIES

    random, kinds = np.random.default_rng(1), np.array(list(CATEGORIES), object)
    for start in range(0, rows, TABLE):
        numbers = np.arange(start, min(start + TABLE, rows))
        at = FIRST + (numbers * 31).astype("timedelta64[s]")
        yield pd.DataFrame(
            {
                "code": [f"{mark}{number * SHUFFLING % 2**32:010d}" for number in numbers.tolist()],
                "occurred_at": at,
                "occurred_until": np.where(numbers % 4, np.datetime64("NaT"), at + np.timedelta64(1, "h")),
                "category": random.choice(kinds, len(numbers)),
                "source": np.where(numbers % 5, "reported", "found").astype(object),
                "lon": random.uniform(109.6, 109.8, len(numbers)),
                "lat": random.uniform(28.6, 28.8, len(numbers)),
            }
        )


def peak_mb() -> float:
    """Peak resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(what: str, rows: int, act: Callable[[Callable[[int], bool]], object]) -> None:
    """Run it and print its line; it is given the progress to call."""
    seen, locked_at = -1, 0.0

    def progress(done: int) -> bool:
        nonlocal seen, locked_at
        if done == seen and not locked_at:
            locked_at = time.perf_counter()
        seen = done
        return True

    start = time.perf_counter()
    act(progress)
    spent = time.perf_counter() - start
    locked = time.perf_counter() - (locked_at or start)
    print(f"  {what:<22} {spent:7.1f} s  {rows / spent:9,.0f} rows/s  locked {locked:6.1f} s  peak {peak_mb():5.0f} MB", flush=True)


def one(rows: int) -> None:
    """Import into an empty layer, replace all of it, undo that, and add."""
    from layers import LAYERS
    from storage.open_store import create_store
    from storage.store import TakenImport, WorkspaceContents

    town = {"name": "小镇", "code": "430000000", "metric_crs": "EPSG:4546"}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.gpkg"
        store = create_store(path, LAYERS, WorkspaceContents(town, {}, pd.DataFrame(), pd.DataFrame()), by="bench")
        print(f"{rows:,} rows; before the first {peak_mb():.0f} MB", flush=True)

        def take(mark: str, mode: str = "replace") -> Callable[[Callable[[int], bool]], object]:
            return lambda progress: store.take_import(
                TakenImport("incidents", "bench", "a.csv", "", mode=mode, rows=tables(rows, mark), progress=progress)  # type: ignore[arg-type]
            )

        timed("into an empty layer", rows, take("JQA"))
        filled = path.stat().st_size
        timed("replacing", rows, take("JQB"))
        print(f"  {'file':<22} {filled / 1e6:,.0f} MB, with the rows kept for undoing {path.stat().st_size / 1e6:,.0f} MB")
        timed("undoing that", rows, lambda _: store.undo_import(store.imports()[0].id, "bench"))
        timed("adding", rows, take("JQC", "append"))
        timed("undoing that", rows, lambda _: store.undo_import(store.imports()[0].id, "bench"))
        assert store.count("incidents") == rows and store.verify_audit().ok
        store.close()


def main() -> None:
    """Each size in a process of its own."""
    for rows in sys.argv[1:] or ["100000", "1000000"]:
        subprocess.run([sys.executable, "-m", "tests.benchmarks.bench_import_store", "one", rows], check=True)


if __name__ == "__main__":
    one(int(sys.argv[2])) if sys.argv[1:2] == ["one"] else main()
