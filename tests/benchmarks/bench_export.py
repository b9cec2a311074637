"""Seconds and bytes of every kind of file of the demo town: python -m tests.benchmarks.bench_export"""

import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from actions.export_all import AllWish, make_all
from actions.export_data import DataFile, DataWish, formats, make_data
from actions.export_page import PageWish, make_page
from actions.make_workspace import make_demo
from actions.open_workspace import as_caller, open_workspace
from layers.definition.layer import Sensitivity

DAY = date(2026, 1, 1)


def _show(name: str, make: Callable[[], DataFile]) -> None:
    start, cpu = time.perf_counter(), time.process_time()
    made = make()
    print(f"{name:10}{time.process_time() - cpu:7.2f} s CPU {time.perf_counter() - start:7.2f} s wall {made.size:>12,} bytes")


def main() -> None:
    """Each file once, after one that loads the libraries."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demo.gpkg"
        make_demo(path, user="bench").close()
        caller = as_caller(open_workspace(path), "bench", "planner")
        make_data(caller, DataWish(formats=tuple(formats()), day=DAY))
        for key in formats():
            _show(key, lambda key=key: make_data(caller, DataWish(formats=(key,), day=DAY)))  # type: ignore[misc]
        _show("page", lambda: make_page(caller, PageWish(level=Sensitivity.STAFF, day=DAY)))
        _show("all", lambda: make_all(caller, AllWish(day=DAY)))


if __name__ == "__main__":
    main()
