"""Density of incidents that lie in a folder of files larger than memory, without importing them."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from actions.caller import Caller
from analysis.analysis_grid import analysis_grid
from analysis.density import Density, Smoother
from analysis.incident_filter import IncidentFilter
from analysis.larger_than_memory import FolderCounts, counts_of_folder
from exporting.result_file import write_geopackage
from exporting.spreadsheet_text import table_without_formulas
from layers.definition.refusal import Refusal
from layers.definition.text import Text


@dataclass(frozen=True, eq=False)
class FolderDensity:
    """Counts per cell of a folder's incidents and the density that they give."""

    counted: FolderCounts
    density: Density
    period: IncidentFilter
    """The days that the files cover, as told: what counts are divided by."""

    caution = Text(
        "每格的件数按格心平滑；文件不经导入检查，重复记录不剔除。",
        "Counts are smoothed from the cells' centres; the files pass no import check, and records entered twice count twice.",
    )

    @property
    def line(self) -> Text:
        """All that must stand beside it."""
        found, density = self.counted, self.density
        words = Text(
            "n = {n:,} 起（{f} 个文件，{r:,} 行，未计入 {d:,}，其中无坐标 {m:,}）；{a} 至 {b}（{days} 天）；{crs}；"
            "辖区 {km:,.2f} 平方公里；格 {c:g} 米；半径 {rad:g} 米；最高 {top:,.1f} 起/平方公里·年",
            "n = {n:,} incidents ({f} files, {r:,} rows, {d:,} left out, {m:,} of them without a place); {a} to {b} ({days} days); {crs}; "
            "area {km:,.2f} km²; cell {c:g} m; radius {rad:g} m; highest {top:,.1f} incidents per km² and year",
        )
        return words.fill(
            n=found.n_used,
            f=found.files,
            r=found.n_read,
            d=found.n_dropped,
            m=found.n_missing,
            a=self.period.first,
            b=self.period.last,
            days=self.period.exposure_days,
            crs=found.crs,
            km=density.mask_area_km2,
            c=density.size_m,
            rad=density.radius_m,
            top=self.top,
        )

    @property
    def top(self) -> float:
        """Highest value, incidents per km² and year."""
        return float(np.nanmax(self.density.values))

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        found = self.counted
        return {
            "n": found.n_used,
            "rows": found.n_read,
            "dropped": found.n_dropped,
            "without_a_place": found.n_missing,
            "files": found.files,
            "blocks": found.blocks,
            "first_day": str(self.period.first),
            "last_day": str(self.period.last),
            "exposure_days": self.period.exposure_days,
            "crs": found.crs,
            "mask_area_km2": round(self.density.mask_area_km2, 4),
            "cell_m": self.density.size_m,
            "radius_m": self.density.radius_m,
            "highest_per_km2_year": round(self.top, 2),
            "caution": self.caution.en,
        }


def folder_density(
    caller: Caller,
    folder: Path,
    first: date | None,
    last: date | None,
    cell_m: int,
    radius_m: float,
    points: str = "lon,lat",
    crs: str = "EPSG:4490",
    scheduler: str = "",
) -> FolderDensity:
    """Density per km² and year of all .parquet and .csv files of a folder, on the town's grid.

    `points`: the columns of x and y, with a comma, or 'geometry' for GeoParquet. `scheduler`: address of a dask cluster; empty: threads
    of this machine. Refused: no period, as `counts_of_folder`, none in the town, a radius below the cell.
    """
    caller.must("see_small_counts")
    caller.must("see_hotspots")
    if first is None or last is None:
        raise Refusal(
            Text("需要首日和末日：文件夹的时间范围不从文件读取。", "First and last day are needed: they are not read from the files."),
            Text("请给出 --first 和 --last。", "Give --first and --last."),
        )
    names = [name.strip() for name in points.split(",")]
    if points != "geometry" and len(names) != 2:
        raise Refusal(
            Text("坐标列应为两列，而不是“{p}”。", "Two columns of coordinates are needed, not '{p}'.").fill(p=points[:60]),
            Text("例如 lon,lat 或 geometry。", "Write for example lon,lat or geometry."),
        )
    model, period = caller.model, IncidentFilter(first, last)
    grid = analysis_grid(model.outline_m, cell_m, model.town.metric_crs)
    columns = None if points == "geometry" else (names[0], names[1])
    counted = counts_of_folder(folder, grid, columns, crs, scheduler or None)
    row, col = np.nonzero(grid.mask & (counted.counts > 0))
    if not len(row):
        raise Refusal(
            Text("{n:,} 行警情都在辖区之外。", "All {n:,} rows lie outside the town.").fill(n=counted.n_read),
            Text("请检查坐标列和坐标系（{c}）。", "Check the columns and their system ({c}).").fill(c=crs),
        )
    x, y = grid.centres_m()
    density = Smoother(grid, radius_m).density(x[col], y[row], period.exposure_days, counted.counts[row, col])
    return FolderDensity(counted, density, period)


def save_folder_counts(caller: Caller, found: FolderDensity, path: Path) -> None:
    """The grid with counts and density as .gpkg or .csv, put on record. Refused: another ending."""
    caller.must("export_hotspots")
    grid = found.density.grid
    row, col = grid.mask.nonzero()
    columns = {"row": row, "col": col, "count": found.counted.counts[row, col], "per_km2_year": found.density.values[row, col].round(3)}
    table = gpd.GeoDataFrame(columns, geometry=grid.outlines(row, col), crs=grid.crs).assign(basis=found.line.en, caution=found.caution.en)
    if path.suffix.lower() == ".gpkg":
        write_geopackage(table, path, "hotspots")
    elif path.suffix.lower() == ".csv":
        table_without_formulas(pd.DataFrame(table.drop(columns="geometry"))).to_csv(path, index=False, encoding="utf-8-sig")
    else:
        raise Refusal(
            Text("不能写成 {e}。", "It can't be written as '{e}'.").fill(e=path.suffix), Text("可用：.gpkg、.csv。", "Use .gpkg or .csv.")
        )
    caller.note("export_hotspots", "hotspots", file=path.name, rows=len(table), n=found.counted.n_used)
