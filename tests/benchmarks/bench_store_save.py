"""Time of one autosave of a plan of 5,000 cells in 40 beats: python -m tests.benchmarks.bench_store_save [saves]

Wall and processor milliseconds of `Store.save_plan` in a workspace file, from a plan in memory to the committed transaction,
disk syncs included in the wall. Then what reading it, its history, an old revision and the check of the audit take.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

import pandas as pd

from planning.plan import Beat, Plan, PlanHeader

CELLS, BEATS = 5_000, 40


def drawn() -> Plan:
    """Cells dealt to the beats in turn."""
    codes = [f"430722001{i:03d}{i % 997:03d}{i:04d}" for i in range(CELLS)]
    beats = tuple(Beat(f"B{i:02d}", f"{i}号警务区", f"Beat {i}", colour="#1b9e77") for i in range(BEATS))
    return Plan(PlanHeader("p", "方案", "Plan", "draft"), beats, {code: beats[i % BEATS].code for i, code in enumerate(codes)})


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor milliseconds of it."""
    wall, used = time.perf_counter(), time.process_time()
    act()
    return (time.perf_counter() - wall) * 1000, (time.process_time() - used) * 1000


def main(saves: int) -> None:
    """Print one line for each size of save, then those of reading."""
    from layers import LAYERS
    from storage.open_store import create_store
    from storage.store import WorkspaceContents

    town = {"name": "镇", "code": "1", "metric_crs": "EPSG:4546"}
    with tempfile.TemporaryDirectory() as folder:
        store = create_store(Path(folder) / "town.gpkg", LAYERS, WorkspaceContents(town, {}, pd.DataFrame(), pd.DataFrame()), by="bench")
        kept = store.save_plan(drawn(), "bench")
        codes = list(kept.beat_of)
        for changed in (1, 50, 500):
            took = []
            for turn in range(saves):
                edited = kept.with_cells(codes[turn : turn + changed], f"B{turn % BEATS:02d}")

                def save(plan: Plan = edited) -> None:
                    nonlocal kept
                    kept = store.save_plan(plan, "bench")

                took.append(timed(save))
            wall, used = zip(*took, strict=True)
            p95 = quantiles(wall, n=20)[-1]
            walls = f"wall best {min(wall):5.1f} p50 {median(wall):5.1f} p95 {p95:5.1f} ms"
            print(f"save of {changed:3d} cells: {walls}, processor p50 {median(used):4.1f} ms")
        for name, act in (
            ("plan", lambda: store.plan("p")),
            ("plan_history", lambda: store.plan_history("p")),
            ("plan_at, the last but one", lambda: store.plan_at("p", kept.header.revision - 1)),
            ("verify_audit", store.verify_audit),
        ):
            print(f"{name} after {kept.header.revision} saves: {timed(act)[0]:.1f} ms")
        store.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
