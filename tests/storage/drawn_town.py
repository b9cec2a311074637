"""A town small enough to draw, for the storage tests.

7 8 9      cells c1 to c9, each 0.01 degrees wide, the south-west corner at 109.60 E, 28.70 N
4 5 6      plan p1: beat A has c1 to c3, beat B c4 to c6, c7 to c9 are unassigned
1 2 3      extent of the cells: 109.60 to 109.63 E, 28.70 to 28.73 N
"""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planning.plan import Beat, Plan, PlanHeader
from storage.store import WorkspaceContents

WEST, SOUTH, SIDE = 109.60, 28.70, 0.01
CELL_CODES = tuple(f"c{i}" for i in range(1, 10))
EXTENT = (109.60, 28.70, 109.63, 28.73)
AT = "2026-01-05T09:00:00"
TOWN = {
    "name": "小镇",
    "name_en": "Small Town",
    "code": "430000000",
    "metric_crs": "EPSG:4546",
    "time_zone": "Asia/Shanghai",
    "illustrative": True,
    "as_of": "2026-01-01",
    "source": {"zh": "虚构", "en": "invented"},
}


def cells(persons: tuple[int | None, ...] = (10, 20, 30, 40, 50, 60, 70, 80, 90)) -> Any:
    """The nine cells in EPSG:4490."""
    shapes = [
        shapely.box(WEST + SIDE * (i % 3), SOUTH + SIDE * (i // 3), WEST + SIDE * (i % 3 + 1), SOUTH + SIDE * (i // 3 + 1))
        for i in range(9)
    ]
    data = {"code": CELL_CODES, "name": [f"第{i}网格" for i in range(1, 10)], "persons": pd.array(persons, "Int64")}
    return gpd.GeoDataFrame(data, geometry=shapes, crs="EPSG:4490")


def incidents(count: int = 4) -> pd.DataFrame:
    """Incidents on a line through the town, one an hour; every second one has a latest time."""
    hours = np.datetime64("2025-12-31T22:00", "s") + np.arange(count) * np.timedelta64(1, "h")
    until = hours + np.timedelta64(30, "m")
    until[::2] = np.datetime64("NaT")
    return pd.DataFrame(
        {
            "code": [f"i{i}" for i in range(count)],
            "occurred_at": hours,
            "occurred_until": until,
            "category": ["theft", "fraud"] * (count // 2),
            "source": ["reported", "found"] * (count // 2),
            "lon": np.linspace(109.601, 109.629, count),
            "lat": np.linspace(28.701, 28.729, count),
        }
    )


def plan(plan_id: str = "p1", status: Any = "draft") -> Plan:
    """Beat A has c1 to c3, beat B c4 to c6; c7 to c9 are unassigned."""
    return Plan(
        PlanHeader(plan_id, "方案一", "Plan one", status, author="S1", reason="试", created_at=f"2026-01-01T08:00:0{len(plan_id) % 10}"),
        (Beat("B", "乙警务区", "Beat B", "S1"), Beat("A", "甲警务区", "Beat A")),
        {code: "A" if i < 3 else "B" if i < 6 else None for i, code in enumerate(CELL_CODES)},
    )


def put_in_force(store: Any, kept: Plan, at: str = AT, effective_from: str | None = None) -> Plan:
    """Submit a draft as Li and approve it as chief; by default it acts at once."""
    submitted = store.save_plan(replace(kept, header=replace(kept.header, status="submitted", effective_from=effective_from)), "Li", at)
    return store.save_plan(replace(submitted, header=replace(submitted.header, status="in_force")), "chief", at)


def contents(name: str = "小镇", plans: tuple[Plan, ...] | None = None) -> WorkspaceContents:
    """The whole town."""
    return WorkspaceContents(
        town={**TOWN, "name": name},
        layers={"grid_cells": cells(), "incidents": incidents()},
        staff=pd.DataFrame(
            {"code": ["S1", "S2"], "name": ["民警一", "辅警二"], "name_en": ["Officer 1", None], "kind": ["officer", "auxiliary"]}
        ),
        assignments=pd.DataFrame({"staff_code": ["S1"], "target_kind": ["unit"], "target_code": ["u1"], "role": ["community_officer"]}),
        plans=(plan(),) if plans is None else plans,
    )
