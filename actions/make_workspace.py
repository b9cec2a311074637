"""Make a workspace from a folder of plain files; the demo town is such a folder. Never touches a workspace that exists, unless asked to."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from actions.permissions import RoleKey, require
from importing.town_folder import TABLES, TownFiles, read_town_folder
from layers import LAYERS
from layers.definition.crs import metric_zone
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.plan import Beat, Plan, PlanHeader
from storage.contents import WorkspaceContents
from storage.open_store import create_store
from storage.store import Store

DATA = Path(__file__).resolve().parent.parent / "data"
SAMPLE = DATA / "sample"
DEMO_WORKSPACE = DATA / "local" / "demo.gpkg"


def make_workspace(location: str | Path, folder: Path, user: str, role: RoleKey = "planner", replace: bool = False) -> Store:
    """A new workspace with the town of a folder, opened. Refused: the place is taken and `replace` is not set; files that can't be read."""
    require("make_workspace", role)
    files = read_town_folder(folder, LAYERS)
    contents = WorkspaceContents(
        town=files.town, layers=files.layers, staff=files.tables["staff"], assignments=files.tables["assignments"], plans=_plans(files)
    )
    return create_store(location, LAYERS, contents, by=user, replace=replace)


@dataclass(frozen=True)
class NewTown:
    """What a new, empty town is called. Without a metric system its longitude chooses the CGCS2000 3-degree zone."""

    name: str
    name_en: str = ""
    code: str = ""
    metric_crs: str = ""
    longitude: float | None = None
    station: str = ""


def make_empty(location: str | Path, town: NewTown, user: str, role: RoleKey = "planner", replace: bool = False) -> Store:
    """A new workspace without any row, opened. Refused: the place is taken; neither a metric system nor a longitude."""
    require("make_workspace", role)
    if not town.metric_crs and town.longitude is None:
        raise Refusal(
            Text("需要知道辖区用哪个投影。", "The town's projection is not known."),
            Text("请给出经度（--longitude）或坐标系（--metric-crs EPSG:4546）。", "Give --longitude, or --metric-crs such as EPSG:4546."),
        )
    about = {
        "name": town.name,
        "name_en": town.name_en,
        "code": town.code or "0",
        "metric_crs": town.metric_crs or metric_zone(float(town.longitude or 0)),
        "time_zone": "Asia/Shanghai",
        "station": town.station,
        "illustrative": False,
    }
    empty = {name: pd.DataFrame({column: pd.Series(dtype=object) for column in TABLES[name]}) for name in ("staff", "assignments")}
    contents = WorkspaceContents(town=about, layers={}, staff=empty["staff"], assignments=empty["assignments"])
    return create_store(location, LAYERS, contents, by=user, replace=replace)


def make_demo(location: str | Path, user: str, replace: bool = False) -> Store:
    """A new workspace with the demo town (illustrative data), opened."""
    return make_workspace(location, SAMPLE, user, replace=replace)


def make_demo_if_missing(location: str) -> None:
    """Make the demo town when the app is started on the demo's own place for the first time; nothing otherwise."""
    if location == str(DEMO_WORKSPACE) and not DEMO_WORKSPACE.exists():
        DEMO_WORKSPACE.parent.mkdir(parents=True, exist_ok=True)
        make_demo(DEMO_WORKSPACE, user="make run").close()


def _plans(files: TownFiles) -> tuple[Plan, ...]:
    beats, cells = files.tables["plan_beats"], files.tables["plan_cells"]
    return tuple(
        Plan(
            header=PlanHeader(
                id=row.id,
                name=row.name,
                name_en=row.name_en or "",
                status=row.status,
                parent_id=row.parent_id,
                author=row.author or "",
                reason=row.reason or "",
                created_at=row.created_at or "",
                effective_from=row.effective_from,
            ),
            beats=tuple(Beat(b.code, b.name, b.name_en or "", b.lead) for b in _rows(beats, row.id)),
            beat_of={c.cell_code: c.beat for c in _rows(cells, row.id)},
        )
        for row in files.tables["plans"].itertuples(index=False, name="Row")
    )


def _rows(table: pd.DataFrame, plan_id: str) -> list[Any]:
    return list(table[table["plan_id"] == plan_id].itertuples(index=False, name="Row"))
