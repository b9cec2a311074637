"""The files of a station that has never seen this program: another county, surveyor's GBK Shapefile, AMap points, Excel, CSV.

Six communities of 2 by 2 km in two rows, south-west corner at 112.90 E, 28.10 N; four cells in each.
"""

import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from openpyxl import Workbook
from pyproj import Transformer

from layers.definition.crs import wgs84_to_gcj02

METRIC = "EPSG:4547"
SIDE_M = 2_000
NAMES = ("柳溪社区", "石桥社区", "梅园社区", "枫林社区", "双江社区", "白鹭社区")
CODES = tuple(f"4301240010{n:02}" for n in range(1, 7))
EAST, NORTH = (float(value) for value in Transformer.from_crs("EPSG:4490", METRIC, always_xy=True).transform(112.90, 28.10))
SCHOOLS, INCIDENTS = 24, 300


def newcomer_files(folder: Path) -> dict[str, Path]:
    """Write them all; by the key of what they are to be imported into."""
    return {
        "communities": _communities(folder),
        "grid_cells": _cells(folder),
        "schools": _schools(folder),
        "staff": _staff(folder),
        "incidents": _incidents(folder),
    }


def _squares(parts: int) -> list[shapely.Polygon]:
    side = SIDE_M / parts
    return [
        shapely.box(
            *(
                EAST + x * SIDE_M + i * side,
                NORTH + y * SIDE_M + j * side,
                EAST + x * SIDE_M + (i + 1) * side,
                NORTH + y * SIDE_M + (j + 1) * side,
            )
        )
        for y in range(2)
        for x in range(3)
        for j in range(parts)
        for i in range(parts)
    ]


def _communities(folder: Path) -> Path:
    """As surveyors hand it over: metres, names in GBK, nothing that says so."""
    table = gpd.GeoDataFrame({"编码": CODES, "名称": NAMES}, geometry=_squares(1), crs=METRIC)
    pyogrio.write_dataframe(table, folder / "社区界线.shp", encoding="GBK")
    (folder / "社区界线.cpg").unlink(missing_ok=True)
    with zipfile.ZipFile(folder / "社区界线.zip", "w") as archive:
        for part in sorted(folder.glob("社区界线.*")):
            if part.suffix in (".shp", ".shx", ".dbf", ".prj"):
                archive.write(part, part.name)
    return folder / "社区界线.zip"


def _cells(folder: Path) -> Path:
    units = [code for code in CODES for _ in range(4)]
    numbers = [n for _ in CODES for n in range(1, 5)]
    table = gpd.GeoDataFrame(
        {
            "编码": [f"{unit}{n:03}" for unit, n in zip(units, numbers, strict=True)],
            "名称": [f"{NAMES[CODES.index(unit)]}第{n}网格" for unit, n in zip(units, numbers, strict=True)],
            "所属社区": units,
            "人口": [1_000 + 10 * n for n in range(len(units))],
        },
        geometry=_squares(2),
        crs=METRIC,
    )
    table.to_file(folder / "网格.gpkg", layer="网格", driver="GPKG")
    return folder / "网格.gpkg"


def _schools(folder: Path) -> Path:
    """Points taken from AMap, spread over the communities, near their borders too."""
    rng = np.random.default_rng(1)
    home = np.arange(SCHOOLS) % len(NAMES)
    lon, lat = _degrees(home % 3 + rng.uniform(0.05, 0.95, SCHOOLS), home // 3 + rng.uniform(0.05, 0.95, SCHOOLS))
    lon, lat = wgs84_to_gcj02(lon, lat)
    rows = {
        "编码": [f"S{n:02}" for n in range(SCHOOLS)],
        "名称": [f"{NAMES[h].removesuffix('社区')}第{n}小学" for n, h in enumerate(home)],
        "所属社区": [NAMES[h] for h in home],
        "学段": "小学",
        "经度": lon.round(6),
        "纬度": lat.round(6),
    }
    pd.DataFrame(rows).to_csv(folder / "学校.csv", index=False, encoding="gb18030")
    return folder / "学校.csv"


def _staff(folder: Path) -> Path:
    book = Workbook()
    sheet = book.active
    for row in (("警号", "姓名", "人员类别"), ("P01", "周明", "民警"), ("P02", "吴丽", "民警"), ("A01", "郑强", "辅警")):
        sheet.append(row)
    book.save(folder / "人员.xlsx")
    return folder / "人员.xlsx"


def _incidents(folder: Path) -> Path:
    rng = np.random.default_rng(2)
    lon, lat = _degrees(rng.uniform(0.01, 2.99, INCIDENTS), rng.uniform(0.01, 1.99, INCIDENTS))
    days = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 365 * 24 * 60, INCIDENTS), unit="min")
    rows = {
        "编号": [f"J{n:04}" for n in range(INCIDENTS)],
        "发生时间": days.strftime("%Y-%m-%d %H:%M"),
        "类别": rng.choice(["盗窃", "诈骗", "纠纷"], INCIDENTS),
        "来源": "群众报警",
        "经度": lon.round(6),
        "纬度": lat.round(6),
    }
    pd.DataFrame(rows).to_csv(folder / "警情.csv", index=False, encoding="utf-8-sig")
    return folder / "警情.csv"


def _degrees(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Degrees of places counted in communities from the south-west corner."""
    lon, lat = Transformer.from_crs(METRIC, "EPSG:4490", always_xy=True).transform(EAST + x * SIDE_M, NORTH + y * SIDE_M)
    return np.asarray(lon), np.asarray(lat)
