"""Hotspots as files: areas, grid or tables with their parameters and the caution inside, and the product that may be made public."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from actions.caller import Caller
from actions.hotspot_basis import CAUTION, Basis
from actions.hotspot_data import chosen_for_public, chosen_rows
from actions.hotspot_maps import area_table
from actions.hotspots import AreasView, DensityView, basis_of
from analysis.analysis_grid import bin_points, inside
from analysis.disclosure import CAUTION as DISCLOSURE_CAUTION
from analysis.disclosure import PUBLIC_CELL_M, public_cells
from analysis.incident_filter import IncidentFilter
from exporting.result_file import write_geopackage
from exporting.spreadsheet_text import table_without_formulas
from layers.definition.crs import STORED_CRS
from layers.definition.refusal import Refusal
from layers.definition.text import Text

ENDINGS = (".gpkg", ".geojson", ".csv")


@dataclass(frozen=True)
class SavedFile:
    """A file that was written."""

    path: Path
    rows: int
    bytes: int


def areas_to_save(caller: Caller, view: AreasView) -> gpd.GeoDataFrame:
    """Areas as this caller may read them, in the town's metric system."""
    return area_table(caller, view)


def grid_to_save(caller: Caller, view: DensityView) -> gpd.GeoDataFrame:
    """Every cell of the town with its exact count (an export is for those who plan) and density, of incidents or hours of work."""
    density, chosen = view.density, chosen_rows(caller, view.basis.chosen)
    counts, _ = bin_points(density.grid, *chosen.points_m)
    row, col = density.grid.mask.nonzero()
    name = "hours_per_km2_year" if view.of_work else "per_km2_year"
    rows = {"row": row, "col": col, "count": counts[row, col].astype("int64"), name: density.values[row, col].round(3)}
    return gpd.GeoDataFrame(rows, geometry=density.grid.outlines(row, col), crs=density.crs)


def public_grid(caller: Caller, by: IncidentFilter, cell_m: float = PUBLIC_CELL_M) -> tuple[gpd.GeoDataFrame, Basis]:
    """Squares of at least 200 m that hold an incident: shown (a number, '<5' or '–'), no density and no point. Refused: finer squares."""
    caller.must("see_public_hotspots")
    chosen = chosen_for_public(caller, by)
    grid = chosen.data.grid(max(int(cell_m), int(PUBLIC_CELL_M)))
    x, y = inside(grid, *chosen.points_m)
    cells = public_cells(x, y, cell_m)
    west, south, size = (cells[name].to_numpy(float) for name in ("west_m", "south_m", "size_m"))
    table = gpd.GeoDataFrame(cells[["shown"]], geometry=shapely.box(west, south, west + size, south + size), crs=grid.crs)
    basis = basis_of(caller, chosen, grid)
    return table, replace(basis, cell_m=float(cell_m), exact=False, cautions=(*basis.cautions, DISCLOSURE_CAUTION))


def save(caller: Caller, table: pd.DataFrame, basis: Basis, path: str | Path) -> SavedFile:
    """Write a table to .gpkg, .geojson or .csv; parameters and caution go with it, and the export is put on record.

    GeoPackage and CSV carry them as columns `basis` and `caution`, GeoJSON (EPSG:4490) as a member `about` too. A file that is there
    is replaced whole. Refused: another ending, a table without geometry as a map file.
    """
    caller.must("export_hotspots")
    target = Path(path)
    ending = target.suffix.lower()
    if ending not in ENDINGS or (ending != ".csv" and not isinstance(table, gpd.GeoDataFrame)):
        raise Refusal(
            Text("不能写成 {e}。", "It can't be written as '{e}'.").fill(e=ending or target.name),
            Text("可用：{all}；没有图形的表只能写 .csv。", "Use one of {all}; a table without shapes only as .csv.").fill(
                all="、".join(ENDINGS)
            ),
        )
    cautions = " ".join(text.en for text in (CAUTION, *basis.cautions))
    full = table.assign(basis=basis.line.en, caution=cautions)
    partial = target.with_name(f".{target.stem}.part{ending}")
    try:
        _WRITERS[ending](full, partial, basis)
        partial.replace(target)
    except OSError as error:
        raise Refusal(
            Text("无法写入 {f}：{why}。", "{f} can't be written: {why}.").fill(f=target.name, why=error.strerror or "?"),
            Text("请检查位置和空间。", "Check the place and the free space."),
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    caller.note("export_hotspots", "hotspots", file=target.name, rows=len(table), n=basis.n)
    return SavedFile(target, len(table), target.stat().st_size)


def _write_geopackage(table: gpd.GeoDataFrame, path: Path, basis: Basis) -> None:
    write_geopackage(table, path, "hotspots")


def _write_geojson(table: gpd.GeoDataFrame, path: Path, basis: Basis) -> None:
    values: dict[str, Any] = json.loads(table.to_crs(STORED_CRS).to_json(na="null"))
    values["about"] = {**basis.as_json(), "coordinates": f"{STORED_CRS} longitude, latitude", "caution_zh": CAUTION.zh}
    path.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")


def _write_csv(table: pd.DataFrame, path: Path, basis: Basis) -> None:
    plain = pd.DataFrame(table.drop(columns="geometry", errors="ignore"))
    if isinstance(table, gpd.GeoDataFrame):
        centre = table.geometry.representative_point()
        plain = plain.assign(x_m=centre.x.round(1), y_m=centre.y.round(1), crs=basis.crs)
    table_without_formulas(plain).to_csv(path, index=not isinstance(table, gpd.GeoDataFrame), encoding="utf-8-sig")


_WRITERS: dict[str, Callable[..., None]] = {".gpkg": _write_geopackage, ".geojson": _write_geojson, ".csv": _write_csv}


def as_bytes(caller: Caller, table: pd.DataFrame, basis: Basis, ending: str) -> bytes:
    """What `save` would write, for a download."""
    with TemporaryDirectory() as folder:
        return save(caller, table, basis, Path(folder) / f"hotspots{ending}").path.read_bytes()
