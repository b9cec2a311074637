"""Time and memory of a CSV of incidents through the whole import: python -m tests.benchmarks.bench_import_points [rows ...]

Preview (a pass that checks every row) and taking over into the demo's workspace file. Wall and CPU seconds and peak resident
memory, each size in a process of its own. In between taking over is stopped at 0.3 of the work, and the workspace must be as it was.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

TABLE = 100_000
SHUFFLING = 2_654_435_761  # odd, so no two numbers become one
FIRST = np.datetime64("2025-01-01T00:00", "m")


def write_csv(path: Path, rows: int) -> None:
    """Incidents as a command centre exports them: Chinese headers and wordings, UTF-8."""
    random = np.random.default_rng(1)
    words = np.array(["盗窃", "纠纷", "诈骗", "交通事故"], object)
    for start in range(0, rows, TABLE):
        numbers = np.arange(start, min(start + TABLE, rows))
        at = (FIRST + (numbers % 500_000)).astype("datetime64[m]").astype(str)
        frame = pd.DataFrame(
            {
                "编码": [f"JQ{number * SHUFFLING % 2**32:010d}" for number in numbers.tolist()],
                "发生时间": np.char.replace(at, "T", " "),
                "类别": random.choice(words, len(numbers)),
                "来源": np.where(numbers % 5, "群众报警", "主动查处"),
                "经度": random.uniform(109.62, 109.70, len(numbers)).round(6),
                "纬度": random.uniform(28.66, 28.74, len(numbers)).round(6),
                "备注": "处警完毕，已登记",
            }
        )
        frame.to_csv(path, index=False, header=start == 0, mode="a", encoding="utf-8")


def peak_mb() -> float:
    """Peak resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def one(rows: int) -> None:
    """Preview and take over so many rows, then stop a second import."""
    from actions.import_layer import ImportWish, accept_import, preview_import
    from actions.make_workspace import make_demo
    from actions.open_workspace import as_caller, open_workspace
    from layers.definition.refusal import Refusal

    with tempfile.TemporaryDirectory() as folder:
        csv, place = Path(folder) / "incidents.csv", Path(folder) / "town.gpkg"
        write_csv(csv, rows)
        make_demo(place, user="bench").close()
        me = as_caller(open_workspace(place), "bench", "planner")
        print(f"{rows:,} rows, {csv.stat().st_size / 1e6:,.0f} MB; before {peak_mb():,.0f} MB", flush=True)
        told: list[float] = []
        meant = {"category": {"交通事故": "traffic"}, "source": {"主动查处": "found"}}
        wish = ImportWish("incidents", csv, csv.name, datum="wgs84", values=meant)
        start, started = time.perf_counter(), time.process_time()
        preview = preview_import(me, wish, progress=lambda share, _: told.append(share) is None)
        between = time.perf_counter()
        previewed, cpu_s = between - start, time.process_time() - started
        print(f"  preview  {previewed:7.1f} s  peak {peak_mb():6,.0f} MB  told {len(told)} times  {preview.counts}", flush=True)
        assert preview.may_be_taken, preview.report.as_json()["findings"]
        before = me.store.revision()
        try:
            accept_import(me, preview, True, progress=lambda share, _: share < 0.3)
        except Refusal as refusal:
            stopped = time.perf_counter()
            print(f"  stopped after {stopped - between:.1f} s: {refusal.text.en}", flush=True)
        assert me.store.revision() == before
        between, started = time.perf_counter(), time.process_time()
        accept_import(me, preview, True, progress=lambda share, _: told.append(share) is None)
        end, cpu_s = time.perf_counter(), cpu_s + time.process_time() - started
        print(f"  accept   {end - between:7.1f} s  peak {peak_mb():6,.0f} MB  told {len(told)} times", flush=True)
        together = end - between + previewed
        print(f"  together {together:7.1f} s  {rows / together:9,.0f} rows/s  {cpu_s:,.0f} s of CPU", flush=True)
        assert me.store.count("incidents") == 9_000 + preview.counts["new"]


def main() -> None:
    """Each size in a process of its own."""
    for rows in sys.argv[1:] or ["1000000", "10000000"]:
        subprocess.run([sys.executable, "-m", "tests.benchmarks.bench_import_points", "one", rows], check=True)


if __name__ == "__main__":
    one(int(sys.argv[2])) if sys.argv[1:2] == ["one"] else main()
