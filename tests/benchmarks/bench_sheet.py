"""Time and memory of a map sheet of the demo town, each in a process of its own: python -m tests.benchmarks.bench_sheet [town.gpkg]

CPU seconds for drawing and for writing, wall seconds of the whole process with all imports, bytes, and peak resident memory.
With the name of a file it measures nothing, but writes the town there for `qgis_sheet.py`.
"""

import resource
import subprocess
import sys
import time

from tests.exporting.towns import demo_town

CASES = (("A3", "pdf"), ("A3", "png"), ("A4", "pdf"), ("A4", "png"))


def one(paper: str, file_format: str) -> None:
    """Draw and write one sheet in this process and print its figures."""
    from exporting.map_sheet import draw_sheet

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


def town_file(path: str) -> None:
    """The demo town in metres as a GeoPackage, for `qgis_sheet.py`."""
    content = demo_town()
    for key, table in content.layers.items():
        table.to_crs(content.metric_crs).to_file(path, layer=key, driver="GPKG", VERSION="1.3")


if __name__ == "__main__":
    if len(sys.argv) == 2:
        town_file(sys.argv[1])
    else:
        one(*sys.argv[1:]) if len(sys.argv) == 3 else main()
