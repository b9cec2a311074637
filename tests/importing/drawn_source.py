"""A drawn town of four square units, and tables as a reader would hand them over.

109.64   109.66   109.68
  +--------+--------+  28.72
  |  c 甲  |  d 乙  |
  +--------+--------+  28.70
  |  a 东门 |  b 西门 |
  +--------+--------+  28.68
"""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from importing.crs_check import TownFrame
from importing.source_table import SourceTable
from importing.town_tables import TownTables
from layers.definition.crs import STORED_CRS
from layers.definition.text import Text

UNITS = {"430100001001": "东门社区", "430100001002": "西门社区", "430100001201": "甲村", "430100001202": "乙村"}
_CORNERS = {
    "430100001001": (109.64, 28.68),
    "430100001002": (109.66, 28.68),
    "430100001201": (109.64, 28.70),
    "430100001202": (109.66, 28.70),
}
UNIT_SHAPES = gpd.GeoDataFrame(
    {"code": list(UNITS)}, geometry=[shapely.box(x, y, x + 0.02, y + 0.02) for x, y in _CORNERS.values()], crs=STORED_CRS
)
SCHOOLS = {"东门小学": (109.645, 28.685), "西门小学": (109.665, 28.685), "甲村小学": (109.645, 28.705), "乙村小学": (109.67, 28.712)}
FRAME = TownFrame(shapely.box(109.64, 28.68, 109.68, 28.72), "EPSG:4546", SCHOOLS)
NEW_TOWN = TownFrame()
TOWN = TownTables(units=UNITS, unit_shapes=UNIT_SHAPES, officers={"P01": "王建国", "P02": "李明"}, cells={"430100001001001": ""})


def source(columns: Any, shapes: Any = None, declared: str | None = None, file_name: str = "places.csv") -> SourceTable:
    """A table as read; columns as a dict or DataFrame."""
    frame = columns if isinstance(columns, pd.DataFrame) else pd.DataFrame(columns)
    shapes = None if shapes is None else np.asarray(shapes, object)
    return SourceTable(file_name, "0" * 64, "CSV", "places", "utf-8", Text("声明", "declared"), (), declared, frame, shapes)


def keys(report: Any, severity: str | None = None) -> list[str]:
    """Keys of a report's findings."""
    return [finding.key for finding in report.findings if severity in (None, finding.severity)]


def finding(report: Any, key: str) -> Any:
    """The one finding of that key."""
    found = [finding for finding in report.findings if finding.key == key]
    assert len(found) == 1, [f.key for f in report.findings]
    return found[0]
