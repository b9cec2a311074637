"""Time and memory of a map sheet of the demo town, each in a process of its own: python -m tests.benchmarks.bench_sheet

CPU seconds for drawing and for writing, wall seconds of the whole process with all imports, bytes, and peak resident memory.
"""

import resource
import subprocess
import sys
import time

CASES = (("A3", "pdf"), ("A3", "png"), ("A4", "pdf"), ("A4", "png"))


def one(paper: str, file_format: str) -> None:
    """Draw and write one sheet in this process and print its figures."""
    from exporting.map_sheet import draw_sheet
    from tests.exporting.towns import demo_town

    content = demo_town()
    start = time.process_time()
    sheet = draw_sheet(content, paper)
    drawn = time.process_time()
    size = len(sheet.to_bytes(file_format))
    written = time.process_time()
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"draw {drawn - start:4.2f} s  write {written - drawn:4.2f} s  {size / 1e6:5.2f} MB  peak {peak_mb:4.0f} MB", end="")


def main() -> None:
    """All cases."""
    for paper, file_format in CASES:
        start = time.perf_counter()
        call = [sys.executable, "-m", "tests.benchmarks.bench_sheet", paper, file_format]
        said = subprocess.run(call, check=True, capture_output=True, text=True).stdout
        print(f"{paper} {file_format}  {said}  wall with imports {time.perf_counter() - start:4.1f} s")


if __name__ == "__main__":
    one(*sys.argv[1:]) if len(sys.argv) == 3 else main()
