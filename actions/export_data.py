"""Data out as files: which layers, formats and fields, for what; permitted fields only, small counts hidden, each on record."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from actions.caller import Caller
from actions.export_release import Release, purpose_of, released, use_up
from actions.my_area import as_of
from actions.own_area import own_incidents
from actions.permissions import may
from actions.see_map import PlanOnMap, plan_on_map, shown_plan, static_tables
from analysis.disclosure import suppress_list
from analysis.incident_filter import IncidentFilter, year_up_to
from exporting.steady_zip import named, write_whole
from layers import LAYERS
from layers.definition.crs import DATUMS, STORED_CRS, Datum
from layers.definition.layer import Field, Sensitivity
from layers.definition.refusal import Refusal
from layers.definition.text import Language, Text
from planning.plan import STATUSES

if TYPE_CHECKING:
    from exporting.data_files import DataChoice
    from exporting.data_table import DataTable
    from exporting.read_me import About

__all__ = ["DATUMS", "DataFile", "DataWish", "about_data", "data_tables", "formats", "layers_offered", "levels", "make_data", "save_data"]

Progress = Callable[[float, Text], bool]
MIME = "application/zip"
_YEAR_TITLE = Text("近12个月警情", "incidents in 12 months")
_YEAR_ABOUT = "Incidents of the last twelve months; 1 to 4 appear as <5, and what would give them away as –."
_EXACT = Field("incidents_year", _YEAR_TITLE, _YEAR_ABOUT, "integer", Text("起", "incidents"), Sensitivity.INTERNAL)
_HIDDEN = Field("incidents_year", _YEAR_TITLE, _YEAR_ABOUT, "text", Text("起", "incidents"), Sensitivity.INTERNAL)


@dataclass(frozen=True)
class DataWish:
    """What to hand out: layers by key (None: all but single incidents), formats, system, the most sensitive field, and what for."""

    plan_id: str | None = None
    layers: tuple[str, ...] | None = None
    formats: tuple[str, ...] = ("gpkg",)
    level: Sensitivity = Sensitivity.INTERNAL
    epsg: str = STORED_CRS
    datum: Datum = "wgs84"
    encoding: str = "UTF-8"
    language: Language = "zh"
    purpose: str = ""
    day: date | None = field(default=None)
    """Day that the read-me states; the present time unless given."""


@dataclass(frozen=True)
class DataFile:
    """A file that was made: its name, its bytes, and what the person should know."""

    name: str
    content: bytes
    notes: tuple[Text, ...]

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return len(self.content)


def formats() -> dict[str, Text]:
    """The formats data can be had in."""
    from exporting.data_files import FORMATS

    return dict(FORMATS)


def levels(caller: Caller) -> dict[Sensitivity, Text]:
    """The levels of fields that the caller may choose from."""
    from exporting.read_me import LEVELS

    highest = caller.level if may("export_incidents", caller.role) else min(caller.level, Sensitivity.STAFF)
    return {level: title for level, title in LEVELS.items() if level <= highest}


def layers_offered(caller: Caller, level: Sensitivity) -> dict[str, Text]:
    """Layers by key that may leave at that level."""
    caller.must("export_data")
    stored = [key for key, table in caller.model.layers.items() if key in LAYERS and len(table)]
    keys = [key for key in LAYERS if key in ("beats", "officers", "incidents") or (key in stored and LAYERS[key].kept == "features")]
    level = min(level, caller.level)
    return {key: LAYERS[key].title for key in keys if LAYERS[key].sensitivity <= level}


def make_data(caller: Caller, wish: DataWish, progress: Progress | None = None) -> DataFile:
    """The files in one zip.

    Refused: see `data_tables` and `exporting.data_files`; incident-level files without a purpose or a second person.
    """
    from exporting.data_files import data_zip, unwatched

    release = _allowed(caller, wish)
    tables = data_tables(caller, wish)
    made = data_zip(tables, _choice(wish), about_data(caller, wish, release), _name(caller, wish), progress or unwatched)
    use_up(caller, release)
    caller.note(
        "export_data",
        shown_plan(caller, wish.plan_id).header.id,
        layers=[t.key for t in tables],
        rows=sum(len(t.rows) for t in tables),
        formats=list(wish.formats),
        level=wish.level.name,
        system=wish.epsg if wish.datum == "wgs84" else wish.datum,
        purpose=" ".join(wish.purpose.split())[:200],
        second=release.agreed_by if release else "",
        bytes=len(made.content),
    )
    return DataFile(f"{made.name}.zip", made.content, made.notes)


def save_data(caller: Caller, wish: DataWish, path: str | Path) -> DataFile:
    """Write the zip to a file, whole or not at all. Refused: as `make_data`; another ending; a folder that can't be written."""
    out = Path(path)
    if out.suffix.lower() != ".zip":
        raise Refusal(
            Text("文件名应以 .zip 结尾。", "The name of the file ends in .zip."), Text("例如 data.zip。", "For example data.zip.")
        )
    made = make_data(caller, wish)
    write_whole(out, made.content)
    return DataFile(out.name, made.content, made.notes)


def data_tables(caller: Caller, wish: DataWish) -> tuple["DataTable", ...]:
    """The tables that may leave: fields up to the level of the wish and of the caller, own rows only.

    Refused: an unknown layer, one above the level.
    """
    caller.must("export_data")
    offered = layers_offered(caller, wish.level)
    keys = tuple(key for key in offered if key != "incidents") if wish.layers is None else tuple(dict.fromkeys(wish.layers))
    unknown = [key for key in keys if key not in offered]
    if unknown:
        raise Refusal(
            Text("图层“{key}”不存在，或超出所选字段范围。", "There is no layer {key}, or it is above the chosen fields.").fill(
                key=unknown[0]
            ),
            Text("可选：{all}。", "Choose among {all}.").fill(all=", ".join(offered)),
        )
    from exporting.data_table import data_table

    stored = static_tables(caller)
    on_map = plan_on_map(caller, wish.plan_id) if {"beats", "officers"} & set(keys) else None
    tables = []
    for key in keys:
        more: tuple[Field, ...] = ()
        colours: dict[str, str] = {}
        if key == "beats" and on_map is not None:
            rows, more = _beats(caller, on_map, wish)
            colours = on_map.colours
        elif key == "officers" and on_map is not None:
            rows = on_map.officers if on_map.officers is not None else gpd.GeoDataFrame({"code": []}, geometry=[], crs=STORED_CRS)
        elif key == "incidents":
            rows = _incident_points(caller)
        else:
            rows = stored[key]
        above = [f.name for f in LAYERS[key].fields if f.sensitivity > min(wish.level, caller.level)]
        shown = gpd.GeoDataFrame(caller.permitted(key, rows).drop(columns=above, errors="ignore"))
        tables.append(data_table(key, LAYERS[key], shown, more, colours))
    return tuple(tables)


def about_data(caller: Caller, wish: DataWish, release: Release | None = None) -> "About":
    """What the read-me says of it."""
    from exporting.read_me import About

    town, header = caller.model.town, shown_plan(caller, wish.plan_id).header
    status = STATUSES[header.status]
    return About(
        town=town.title,
        station=town.station_title,
        plan=Text(
            f"{header.title.zh}（{status.zh}，第 {header.revision} 版）", f"{header.title.en} ({status.en}, revision {header.revision})"
        ),
        as_of=as_of(caller).isoformat(),
        source=town.source,
        level=wish.level,
        purpose=wish.purpose,
        taken_by=caller.user,
        day=wish.day.isoformat() if wish.day is not None else datetime.now().isoformat(" ", "minutes"),
        second=release.agreed_by if release else "",
        illustrative=bool(town.illustrative),
    )


def _allowed(caller: Caller, wish: DataWish) -> Release | None:
    caller.must("export_data")
    if wish.level > caller.level:
        raise Refusal(
            Text("所选字段超出您的权限。", "The fields chosen are above what you may see."), Text("请选较低一级。", "Choose a lower level.")
        )
    if wish.level < Sensitivity.INCIDENT:
        return None
    caller.must("export_incidents")
    return released(caller, purpose_of(wish.purpose))


def _beats(caller: Caller, on_map: PlanOnMap, wish: DataWish) -> tuple[gpd.GeoDataFrame, tuple[Field, ...]]:
    """The beats with the incidents of twelve months: exact in a planner's own file with incidents, else with small counts hidden."""
    if wish.level < Sensitivity.INTERNAL or not may("see_density", caller.role):
        return on_map.beats, ()
    day = as_of(caller)
    incidents = own_incidents(caller)
    kept = incidents.loc[IncidentFilter(year_up_to(day), day).keeps(incidents), "cell_code"]
    counts = kept.map(shown_plan(caller, wish.plan_id).beat_of).value_counts()
    counts = on_map.beats["code"].map(counts).fillna(0).astype("int64").set_axis(on_map.beats["code"])
    if wish.level >= Sensitivity.INCIDENT and may("see_small_counts", caller.role):
        return on_map.beats.assign(incidents_year=counts.to_numpy()), (_EXACT,)
    shown = suppress_list(counts).table["shown"].iloc[: len(counts)]
    return on_map.beats.assign(incidents_year=shown.to_numpy()), (_HIDDEN,)


def _incident_points(caller: Caller) -> gpd.GeoDataFrame:
    caller.must("see_incidents")
    rows = pd.DataFrame(own_incidents(caller))
    return gpd.GeoDataFrame(
        rows.drop(columns=["lon", "lat", "x_m", "y_m", "cell_code"], errors="ignore"),
        geometry=gpd.points_from_xy(rows["lon"], rows["lat"]),
        crs=STORED_CRS,
    )


def _choice(wish: DataWish) -> "DataChoice":
    from exporting.data_files import DataChoice

    return DataChoice(wish.formats, wish.epsg, wish.datum, wish.encoding, wish.language)


def _name(caller: Caller, wish: DataWish) -> str:
    header = shown_plan(caller, wish.plan_id).header
    return named("jingge", caller.model.town.code, header.id[:16], f"r{header.revision}")
