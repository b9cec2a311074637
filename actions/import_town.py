"""What a town tells about rows that are to be imported: where they may lie, and what they may refer to."""

from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from actions.caller import Caller
from actions.import_wish import ImportWish
from actions.town_model import UNIT_LAYERS, TownModel
from importing.crs_check import Placed, TownFrame, town_zone
from importing.import_report import Finding
from importing.kinds import Kind
from importing.made_codes import KEY_FIELD, MadeCodes, may_be_made
from importing.town_tables import TownTables
from layers.definition.crs import STORED_CRS
from layers.definition.refusal import Refusal
from layers.definition.text import Text

CONTROL_LAYERS = ("industrial_parks", "rural_parks", "schools", "police_rooms", "risk_places", "stations")
"""Layers whose named places tell in which datum a file is."""
COVERAGES = ("communities", "villages", "grid_cells")
NO_ROWS = pd.DataFrame({"code": [], "name": []}, dtype=object)
NO_PROJECTION = Finding(
    "place",
    "error",
    "no_projection",
    Text("辖区还没有投影，由首次导入的边界选定。", "The town has no projection yet: the first boundaries choose it."),
    Text("请先导入社区、行政村或网格的边界。", "Import the boundaries of communities, villages or cells first."),
)


def town_frame(model: TownModel, kind: Kind) -> TownFrame:
    """What the town tells about where things lie: outline, system, and places by name.

    Units and cells are places only for files of their own kind: elsewhere their names say in what a row lies, not where.
    """
    if not model.placed:
        return TownFrame()
    has_outline = len(model.units) or len(model.cells)
    outline = gpd.GeoSeries([model.outline_m], crs=model.town.metric_crs).to_crs(STORED_CRS).iloc[0] if has_outline else None
    points: dict[str, tuple[float, float]] = {}
    for key in (*CONTROL_LAYERS, *(kind.key,) * (kind.key in COVERAGES)):
        table = model.layers[key]
        if len(table):
            at = shapely.get_coordinates(shapely.point_on_surface(table.geometry.to_numpy()))
            points |= {name: (float(lon), float(lat)) for name, (lon, lat) in zip(table["name"], at, strict=True)}
    units = {} if kind.key in UNIT_LAYERS else _units(model)
    first_points = kind.geometry == "point" and has_outline > 0 and not points
    return TownFrame(outline, model.town.metric_crs, points, units, first_points=first_points)


def _units(model: TownModel) -> dict[str, Any]:
    """Each unit by its code, and by its name where no other bears it."""
    units = model.units
    once = units[~units["name"].duplicated(keep=False)]
    by_code, by_name = (dict(zip(table[key], table.geometry, strict=True)) for table, key in ((units, "code"), (once, "name")))
    return by_code | by_name


def first_zone(kind: Kind, rows: Placed) -> tuple[str | None, tuple[Finding, ...]]:
    """The system in metres of a town that has none, from the first boundaries, and what to tell; None where they don't tell.

    Other places come after the boundaries: a few schools would choose for the whole town.
    """
    if kind.key not in COVERAGES or rows.shapes is None:
        return None, (NO_PROJECTION,)
    metric_crs, _ = town_zone(shapely.get_coordinates(rows.shapes))  # the step place has told of it
    return metric_crs, () if metric_crs else (NO_PROJECTION,)


def rows_there(model: TownModel, kind: Kind) -> pd.DataFrame:
    """The rows of a layer, of the staff, or the tasks, that an import would replace; none of incidents and of beats."""
    tables = {"staff": model.staff.reset_index(drop=True), "assignments": model.assignments}
    return tables[kind.key] if kind.key in tables else model.layers.get(kind.key, NO_ROWS)


def given_fields(wish: ImportWish, kind: Kind) -> tuple[str, ...]:
    """The fields for which no column is looked for. Refused: rows to be numbered whose key names a row of another table."""
    if wish.number_rows and not may_be_made(kind):
        raise Refusal(
            Text("{kind}的行不能由程序编号。", "The rows of {kind} can't be numbered.").fill(kind=kind.title),
            Text("请指定编码所在的列。", "Choose the column with the codes."),
        )
    return (*wish.given, KEY_FIELD) if wish.number_rows else tuple(wish.given)


def made_codes(wish: ImportWish, kind: Kind, model: TownModel | None = None) -> MadeCodes | None:
    """What makes the codes of an import, if the person asked for it; model: of the town, where rows are known by name."""
    if not wish.number_rows:
        return None
    return MadeCodes(kind, NO_ROWS if model is None else rows_there(model, kind))


def town_tables(caller: Caller, model: TownModel, kind: Kind) -> TownTables:
    """What rows may refer to; while a town has no units or staff yet, references to them are not checked.

    The cells and beats of a new plan are not references: it is the plan that says which it has.
    """
    staff, units, cells = model.staff, model.units, model.cells
    own_units = kind.key in ("communities", "villages")
    plan = caller.store.plan_in_force()
    known_cells = len(cells) and kind.key not in ("grid_cells", "plan_cells")
    return TownTables(
        units=None if own_units or not len(units) else dict(zip(units["code"], units["name"], strict=True)),
        unit_shapes=units if len(units) else None,
        officers=None if kind.key == "staff" or not len(staff) else dict(zip(staff["code"], staff["name"], strict=True)),
        cells=dict(zip(cells["code"], cells["name"], strict=True)) if known_cells else None,
        beats={beat.code: beat.name for beat in plan.beats} if plan and kind.key != "plan_cells" else None,
        time_zone=model.town.time_zone or "Asia/Shanghai",
    )
