"""Time and memory of reading files from outside: python -m tests.benchmarks.bench_read [rows ...]

Wall seconds and the peak resident memory of the process that imports; each case in a process of its own. CSV rows are
incidents with code, time, kind, longitude, latitude and unit (70 bytes), in GBK, as an office program writes them.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.importing import good_files

_ROWS = (1_000_000, 10_000_000)
_CHUNKS = """
import resource, time, sys
from pathlib import Path
from importing.read_csv_chunks import read_csv_chunks
start, rows = time.perf_counter(), 0
for chunk in read_csv_chunks(Path(sys.argv[1]), "incidents.csv"):
    rows += len(chunk)
here = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"{rows:>12,} rows in chunks {time.perf_counter() - start:>8.1f} s {here:>8.0f} MB")
"""
_WHOLE = """
import resource, time, sys
from pathlib import Path
from importing.read_file import read_file
start = time.perf_counter()
table, _ = read_file(Path(sys.argv[1]), "incidents.csv")
inside = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
here = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"{len(table):>12,} rows at once   {time.perf_counter() - start:>8.1f} s {here:>8.0f} MB, and {inside:.0f} MB in the jail")
"""


def write_incidents(path: Path, rows: int) -> None:
    """A CSV of `rows` incidents in GBK."""

    def row(i: int) -> str:
        when = f"2024-{i % 12 + 1:02}-{i % 28 + 1:02}T{i % 24:02}:30"
        return f"J{i:09},{when},盗窃,{109.2 + i % 6400 / 1e4:.6f},{28.5 + i % 3000 / 1e4:.6f},杨家村\n"

    with path.open("w", encoding="gbk") as file:
        file.write("编码,时间,类别,经度,纬度,社区\n")
        for first in range(0, rows, 10_000):
            file.write("".join(row(i) for i in range(first, min(first + 10_000, rows))))


def print_starts() -> None:
    """What one small file of each kind costs, nearly all of it the start of the shut-in process; median of five."""
    from importing.read_file import read_file

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        for name, content in (
            ("cells.csv", b"a,b\n1,2\n"),
            ("cells.xlsx", good_files.workbook('<row><c t="inlineStr"><is><t>a</t></is></c></row>')),
            ("cells.geojson", b'{"type": "Point", "coordinates": [1, 2]}'),
            ("cells.gpkg", good_files.geopackage(path).read_bytes()),
            ("cells.zip", good_files.shapefile(path, good_files.shapefile_parts()).read_bytes()),
            ("cells.fgb", good_files.flatgeobuf()),
            ("cells.parquet", good_files.geoparquet()),
        ):
            path.write_bytes(content)
            spent = []
            for _ in range(5):
                start = time.perf_counter()
                read_file(path, name)
                spent.append(time.perf_counter() - start)
            print(f"{name:>16} {sorted(spent)[2]:>8.2f} s")


def print_rows(rows: int) -> None:
    """A CSV of so many rows, in chunks; and at once if that is allowed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "incidents.csv"
        write_incidents(path, rows)
        for program in (_CHUNKS, _WHOLE) if rows <= 2_000_000 else (_CHUNKS,):
            subprocess.run([sys.executable, "-c", program, str(path)], check=True)


if __name__ == "__main__":
    print_starts()
    for wanted in [int(number) for number in sys.argv[1:]] or _ROWS:
        print_rows(wanted)
