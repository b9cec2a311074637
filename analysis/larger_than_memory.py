"""The counts of the analysis grid from a folder of files that need not fit into memory, by dask.

Counts are additive, so block by block they are exactly those of the whole table at once.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from analysis.analysis_grid import Cells, bin_points
from layers.definition.refusal import Refusal
from layers.definition.text import Text

Floats = NDArray[np.float64]
Parts = tuple[Floats, int, int]

BLOCK_ROWS = 1_000_000  # of a Parquet file read at once: some 50 MB with projecting
BLOCK_BYTES = 64_000_000  # of a CSV file
_JOINED = 16  # blocks whose counts are added in one step


@dataclass(frozen=True, eq=False)
class FolderCounts:
    """Counts per cell of all files of a folder."""

    grid: Cells
    counts: Floats
    """(rows, cols) incidents per cell; those of cells that the town does not touch included, as `bin_points` counts them."""
    n_read: int
    n_used: int
    """Incidents in cells of the town."""
    n_dropped: int
    """Incidents outside the town, those without a coordinate among them."""
    n_missing: int
    """Rows without a coordinate."""
    files: int
    blocks: int
    crs_of_files: str

    @property
    def crs(self) -> str:
        return self.grid.crs


def counts_of_folder(
    folder: Path,
    grid: Cells,
    columns: tuple[str, str] | None = ("lon", "lat"),
    crs: object = "EPSG:4490",
    scheduler: str | None = None,
    workers: int | None = None,
) -> FolderCounts:
    """Incidents per cell of the grid (rows, cols) from every .parquet and .csv in a folder, subfolders too.

    `columns` are x (or longitude) and y (or latitude) in `crs`; None takes the point geometry of GeoParquet files and the CRS that
    they state. `scheduler`: address of a dask cluster that sees the same folder; None: threads of this machine, `workers` of them.
    Identical to `bin_points` of the whole table. Refused: no such files, columns missing (with the first file's name), values that
    are not numbers, geometry that is not WKB points, a cluster that can't be reached or whose package is not installed.
    """
    files = sorted(path for path in Path(folder).rglob("*") if path.suffix.lower() in (".parquet", ".csv"))
    if not files:
        raise Refusal(
            Text("文件夹 {f} 中没有 .parquet 或 .csv 文件。", "There is no .parquet or .csv file in {f}.").fill(f=Path(folder).name),
            Text("请检查路径。", "Check the path."),
        )
    import dask  # a tenth of a second to import, and only this needs it

    name = _crs_of(files, columns, crs)
    blocks = [block for path in files for block in (_parquet_blocks if path.suffix.lower() == ".parquet" else _csv_blocks)(path)]
    parts: list[Any] = [dask.delayed(_count)(block, columns, name, grid) for block in blocks]
    while len(parts) > 1:
        parts = [dask.delayed(_added)(parts[i : i + _JOINED]) for i in range(0, len(parts), _JOINED)]
    counts, read, missing = _computed(parts[0], scheduler, workers)
    n_used = int(counts[grid.mask].sum())
    return FolderCounts(
        grid=grid,
        counts=counts,
        n_read=read,
        n_used=n_used,
        n_dropped=read - n_used,
        n_missing=missing,
        files=len(files),
        blocks=len(blocks),
        crs_of_files=name,
    )


@dataclass(frozen=True)
class _Block:
    """Row groups of a Parquet file, or bytes [start, stop) of a CSV file, cut anywhere: a line belongs where it begins."""

    path: Path
    start: int
    stop: int
    header: tuple[str, ...] = ()


def _crs_of(files: Sequence[Path], columns: tuple[str, str] | None, crs: object) -> str:
    if columns is not None:
        return str(CRS.from_user_input(crs).to_string())
    import pyarrow.parquet as pq

    stated = set()
    for path in files:
        about = (pq.read_schema(path).metadata or {}).get(b"geo") if path.suffix.lower() == ".parquet" else None
        if about is None:
            raise Refusal(
                Text("{f} 不是 GeoParquet。", "{f} is not GeoParquet.").fill(f=path.name),
                Text("请指明坐标列。", "Name the columns of the coordinates."),
            )
        column = json.loads(about)["columns"][json.loads(about)["primary_column"]]
        stated.add(CRS.from_user_input(column.get("crs") or "OGC:CRS84").to_string())
    if len(stated) > 1:
        raise Refusal(
            Text("文件的坐标系不一致：{c}。", "The files are in different systems: {c}.").fill(c=", ".join(sorted(stated))),
            Text("请先统一坐标系。", "Bring them into one system first."),
        )
    return str(stated.pop())


def _parquet_blocks(path: Path) -> list[_Block]:
    import pyarrow.parquet as pq

    about = pq.ParquetFile(path).metadata
    blocks, start, rows = [], 0, 0
    for group in range(about.num_row_groups):
        rows += about.row_group(group).num_rows
        if rows >= BLOCK_ROWS or group == about.num_row_groups - 1:
            blocks.append(_Block(path, start, group + 1))
            start, rows = group + 1, 0
    return blocks


def _csv_blocks(path: Path) -> list[_Block]:
    with path.open("rb") as file:
        head = file.readline()
    header = tuple(pd.read_csv(path, nrows=0, encoding="utf-8-sig").columns)
    size = path.stat().st_size
    return [_Block(path, at, min(at + BLOCK_BYTES, size), header) for at in range(len(head), size, BLOCK_BYTES)]


def _count(block: _Block, columns: tuple[str, str] | None, crs: str, grid: Cells) -> Parts:
    """Counts (rows, cols) of a block, its rows, and those without a coordinate."""
    x, y = _from_parquet(block, columns) if block.path.suffix.lower() == ".parquet" else _from_csv(block, columns or ("", ""))
    missing = int((~(np.isfinite(x) & np.isfinite(y))).sum())
    if crs != grid.crs:
        x, y = Transformer.from_crs(crs, grid.crs, always_xy=True).transform(x, y)
    return bin_points(grid, x, y)[0], len(x), missing


def _from_parquet(block: _Block, columns: tuple[str, str] | None) -> tuple[Floats, Floats]:
    import pyarrow.parquet as pq

    file = pq.ParquetFile(block.path)
    groups = range(block.start, block.stop)
    if columns is None:
        primary = json.loads(file.schema_arrow.metadata[b"geo"])["primary_column"]
        points = shapely.from_wkb(file.read_row_groups(groups, [primary]).column(0).to_numpy(zero_copy_only=False))
        return shapely.get_x(points), shapely.get_y(points)
    _check_columns(block.path, file.schema_arrow.names, columns)
    table = file.read_row_groups(groups, list(columns))
    x, y = (_numbers(block.path, column, pd.Series(table.column(column).to_numpy())) for column in columns)
    return x, y


def _from_csv(block: _Block, columns: tuple[str, str]) -> tuple[Floats, Floats]:
    """Quoted line breaks are not possible in a file that is read in blocks; incident tables have none."""
    from io import BytesIO

    _check_columns(block.path, block.header, columns)
    with block.path.open("rb") as file:
        file.seek(block.start - 1)
        file.readline()  # the line that began before, or the end of one that ends just there
        begin = file.tell()
        text = file.read(block.stop - begin) if begin < block.stop else b""
        if text and not text.endswith(b"\n"):
            text += file.readline()
    if not text:
        return np.empty(0), np.empty(0)
    table = pd.read_csv(BytesIO(text), names=list(block.header), header=None, usecols=list(columns), skipinitialspace=True)
    x, y = (_numbers(block.path, column, table[column]) for column in columns)
    return x, y


def _check_columns(path: Path, known: Sequence[str], asked: tuple[str, str]) -> None:
    lacking = [column for column in asked if column not in known]
    if lacking:
        raise Refusal(
            Text("{f} 中没有列 {c}。", "{f} has no column {c}.").fill(f=path.name, c=", ".join(lacking)),
            Text("它的列：{k}。", "It has {k}.").fill(k=", ".join(known)),
        )


def _numbers(path: Path, name: str, column: Any) -> Floats:
    try:
        return np.asarray(column, dtype=float)
    except (TypeError, ValueError) as wrong:
        bad = pd.to_numeric(column, errors="coerce").isna() & column.notna()
        raise Refusal(
            Text("{f} 的列 {c} 有 {n} 个值不是数字（首个：{v}）。", "{f}: {n} values of {c} are not numbers (first: {v}).").fill(
                f=path.name, c=name, n=int(bad.sum()), v=column[bad].iloc[0]
            ),
            Text("请先经导入检查。", "Pass the file through the import check first."),
        ) from wrong


def _added(parts: list[Parts]) -> Parts:
    counts = parts[0][0].copy()
    for other in parts[1:]:
        counts += other[0]
    return counts, sum(part[1] for part in parts), sum(part[2] for part in parts)


def _computed(task: Any, scheduler: str | None, workers: int | None) -> Parts:
    import dask

    if scheduler is None:
        (found,) = dask.compute(task, scheduler="threads", num_workers=workers)
        return cast(Parts, found)
    try:
        from distributed import Client
    except ImportError as lacking:
        raise Refusal(
            Text("未安装 dask 集群组件 distributed。", "The package distributed, for a dask cluster, is not installed."),
            Text("请安装它，或不填集群地址。", "Install it, or leave the address empty."),
        ) from lacking
    try:
        with Client(scheduler, timeout="10s") as client:
            return cast(Parts, client.compute(task).result())
    except OSError as unreached:
        raise Refusal(
            Text("无法连接 dask 集群 {a}。", "The dask cluster at {a} can't be reached.").fill(a=scheduler),
            Text("请检查地址，或不填地址而在本机计算。", "Check the address, or leave it empty to count on this machine."),
        ) from unreached
