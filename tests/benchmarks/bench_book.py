"""Time, size and memory of map books of the demo town, each in a process of its own: python -m tests.benchmarks.bench_book

CPU and wall seconds from the gathering of the figures to the bytes (imports apart), bytes, pages, and peak resident memory. A book
by unit stands for the large ones: 46 units in the demo town.
"""

import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

CASES = ("beat", "officer", "unit")


def one(by: str, workspace: str) -> None:
    """Make one book in this process and print its figures."""
    from actions.make_book import BookWish, book_content
    from actions.open_workspace import as_caller, open_workspace
    from exporting.map_book import draw_book

    caller = as_caller(open_workspace(workspace), user="bench", role="planner")
    cpu, wall = time.process_time(), time.perf_counter()
    content = book_content(caller, BookWish(by=by, address="https://jingge.example"))
    gathered = time.process_time()
    made = draw_book(content)
    drawn, passed = time.process_time(), time.perf_counter() - wall
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(content.pages):3d} areas {made.pages:3d} pages  gather {gathered - cpu:4.1f} s  draw {drawn - gathered:5.1f} s CPU  "
        f"wall {passed:5.1f} s  {len(made.content) / 1e6:4.2f} MB  peak {peak_mb:4.0f} MB"
    )


def main() -> None:
    """All cases."""
    from actions.make_workspace import make_demo

    with TemporaryDirectory() as folder:
        workspace = Path(folder) / "demo.gpkg"
        make_demo(workspace, user="bench").close()
        for by in CASES:
            call = [sys.executable, "-m", "tests.benchmarks.bench_book", by, str(workspace)]
            print(f"{by:8s}", subprocess.run(call, check=True, capture_output=True, text=True).stdout, end="", flush=True)


if __name__ == "__main__":
    one(*sys.argv[1:]) if len(sys.argv) == 3 else main()
