"""Make a workspace from a folder of plain files; the demo town is such a folder. Never touches a workspace that exists, unless asked to."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from actions.permissions import RoleKey, require
from actions.town_settings import town_code
from importing.crs_check import DatumAsked, TownFrame, placed, town_zone
from importing.import_report import Finding
from importing.read_file import read_file
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
DEMO_TOWN = ("迁陵镇", "433125109")
"""Name and code of the demo town; with the mark of illustrative data they make a workspace the demo, wherever its file lies."""


def make_workspace(location: str | Path, folder: Path, user: str, role: RoleKey = "planner", replace: bool = False) -> Store:
    """A new workspace with the town of a folder, opened.

    Refused: the place is taken and `replace` is not set; files that can't be read; a code that can't be a town's.
    """
    require("make_workspace", role)
    files = read_town_folder(folder, LAYERS)
    about = {**files.town, "code": town_code(str(files.town["code"]))}
    contents = WorkspaceContents(
        town=about, layers=files.layers, staff=files.tables["staff"], assignments=files.tables["assignments"], plans=_plans(files)
    )
    return create_store(location, LAYERS, contents, by=user, replace=replace)


@dataclass(frozen=True)
class NewTown:
    """What a new, empty town is called. Without a metric system its longitude chooses the CGCS2000 3-degree zone; without either,
    the first boundaries that are imported do. `languages` are those that its maps and screens come in."""

    name: str
    name_en: str = ""
    code: str = ""
    metric_crs: str = ""
    longitude: float | None = None
    station: str = ""
    station_en: str = ""
    county: str = ""
    county_en: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class ZoneChoice:
    """The metric system that fits a boundary file best, e.g. EPSG:4546, and what to tell; None where the file does not tell."""

    metric_crs: str | None
    findings: tuple[Finding, ...]


def zone_of_file(
    path: Path, file_name: str, crs: str | None = None, layer: str | None = None, datum: DatumAsked = "auto", role: RoleKey = "planner"
) -> ZoneChoice:
    """The CGCS2000 3-degree zone for the town in a boundary file; a town across two zones gets the one nearer to its middle, and is told.

    A shift of datum (about 1 km) changes no zone and need not be settled here. Refused: a file that can't be read safely, an
    unknown system or layer.
    """
    require("make_workspace", role)
    source, _ = read_file(path, file_name, layer=layer)
    rows, report = placed(source, TownFrame(), crs=crs, datum=datum)
    if rows.shapes is not None:
        lon_lat = shapely.get_coordinates(rows.shapes)
    elif rows.lon is not None and rows.lat is not None:
        lon_lat = np.column_stack([rows.lon, rows.lat])
    else:
        return ZoneChoice(None, tuple(finding for finding in report.findings if finding.severity == "error"))
    return ZoneChoice(*town_zone(lon_lat))


def make_empty(location: str | Path, town: NewTown, user: str, role: RoleKey = "planner", replace: bool = False) -> Store:
    """A new workspace without any row, opened. Refused: the place is taken; no name; a code, system or longitude that can't be."""
    require("make_workspace", role)
    if not town.name.strip():
        raise Refusal(Text("辖区还没有名称。", "The town has no name yet."), Text("请填写中文名称。", "Give its name in Chinese."))
    about = {
        "name": town.name.strip(),
        "name_en": town.name_en.strip(),
        "code": town_code(town.code),
        "county": town.county.strip(),
        "county_en": town.county_en.strip(),
        "metric_crs": _metric_crs(town),
        "time_zone": "Asia/Shanghai",
        "station": town.station.strip(),
        "station_en": town.station_en.strip(),
        "illustrative": False,
    }
    empty = {name: pd.DataFrame({column: pd.Series(dtype=object) for column in TABLES[name]}) for name in ("staff", "assignments")}
    contents = WorkspaceContents(town=about, layers={}, staff=empty["staff"], assignments=empty["assignments"])
    store = create_store(location, LAYERS, contents, by=user, replace=replace)
    if town.languages:
        store.set_setting("languages", list(town.languages), by=user)
    return store


def _metric_crs(town: NewTown) -> str:
    """As asked for, or by longitude; empty where the first boundaries are to choose it."""
    if town.metric_crs:
        return metric_system(town.metric_crs)
    return "" if town.longitude is None else metric_zone(float(town.longitude))


def metric_system(asked: str) -> str:
    """A system in metres by its EPSG number, with or without the letters. Refused: one that is unknown or not in metres."""
    digits = asked.strip().upper().removeprefix("EPSG:")
    what_next = Text("请填 EPSG 编号，如 EPSG:4546。", "Give its EPSG number, such as EPSG:4546.")
    try:
        system = CRS.from_epsg(int(digits))
    except (ValueError, CRSError) as error:
        raise Refusal(Text("不认识坐标系“{asked}”。", "The system '{asked}' is not known.").fill(asked=asked), what_next) from error
    if not system.is_projected or system.axis_info[0].unit_name != "metre":
        raise Refusal(Text("坐标系 {asked} 不以米为单位。", "The system {asked} is not in metres.").fill(asked=asked), what_next)
    return f"EPSG:{digits}"


def place_of_new(folder: str | Path, name: str) -> Path:
    """Where a new workspace of that file name goes in a folder of workspaces.

    Refused: a name that is empty, starts with a dot or would lead elsewhere; one that is taken.
    """
    bare = name.strip().removesuffix(".gpkg")
    if not re.fullmatch(r"\w[\w.\- ]{0,79}", bare):
        raise Refusal(
            Text("文件名“{name}”不能用。", "The file name '{name}' can't be used.").fill(name=name),
            Text("请用文字、数字、横线或下划线，最多 80 个字符。", "Use letters, digits, hyphens or underscores, at most 80 of them."),
        )
    path = Path(folder) / f"{bare}.gpkg"
    if path.exists():
        raise Refusal(
            Text("已有名为 {name} 的工作区。", "There is a workspace {name} already.").fill(name=path.name),
            Text("请换一个文件名；已有的工作区不会被覆盖。", "Choose another file name; what is there is never overwritten."),
        )
    return path


def is_missing(location: str) -> bool:
    """Whether nothing at all is kept at that place: a file that does not exist. Whether a server has a workspace, only opening tells."""
    return "://" not in location and not Path(location).exists()


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
