"""Take a map to paper: the sheet of a plan, of the whole town or of one officer's area. Each is put on record."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from actions.caller import Caller
from actions.my_area import as_of, officer_code, officers
from actions.see_map import PlanOnMap, plan_on_map, shown_plan, static_tables
from analysis.incident_filter import IncidentFilter, year_up_to
from layers.definition.layer import Sensitivity
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.plan import STATUSES

if TYPE_CHECKING:  # matplotlib comes with it: half a second at every start, needed only by those who print
    from exporting.map_sheet import Sheet, SheetContent

MIME = {"pdf": "application/pdf", "png": "image/png"}
PRINT_DPI = 300
PREVIEW_DPI = 110  # sharp on a screen, a ninth of the work of a print


@dataclass(frozen=True)
class SheetWish:
    """What to print: plan (None: the one in force), paper, orientation, names zh | en | both, format, and whose area (None: the town)."""

    plan_id: str | None
    paper: str
    orientation: str
    names: str
    format: str
    officer: str | None = None

    def as_(self, format: str) -> "SheetWish":
        """The same wish in another format."""
        return replace(self, format=format)


@dataclass(frozen=True)
class SheetFile:
    """A sheet as a file: name, bytes, scale denominator, paper in mm, and what the person should know."""

    name: str
    content: bytes
    scale: int
    width_mm: int
    height_mm: int
    notes: tuple[Text, ...]

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return len(self.content)


def papers() -> tuple[str, ...]:
    """The papers a sheet can be drawn on."""
    from exporting.map_sheet import PAPERS

    return tuple(PAPERS)


def make_sheet(caller: Caller, wish: SheetWish, dpi: int = PRINT_DPI) -> SheetFile:
    """The sheet as a file in memory. Refused: an unknown plan, paper, format or officer; a role that may not print."""
    sheet = _drawn(caller, wish)
    return _file(caller, wish, sheet, sheet.to_bytes(wish.format, dpi=dpi))


def sheet_content(caller: Caller, wish: SheetWish) -> bytes:
    """The sheet's bytes for a download, put on record."""
    made = make_sheet(caller, wish)
    _record(caller, wish, made)
    return made.content


def save_sheet(caller: Caller, wish: SheetWish, out: str | Path) -> SheetFile:
    """Write the sheet to a file, whole or not at all. Refused also: a folder that is missing or can't be written."""
    out = Path(out)
    sheet = _drawn(caller, wish)
    sheet.save(out, wish.format, PRINT_DPI)
    made = replace(_file(caller, wish, sheet, out.read_bytes()), name=out.name)
    _record(caller, wish, made)
    return made


def _drawn(caller: Caller, wish: SheetWish) -> "Sheet":
    from exporting.map_sheet import draw_sheet

    caller.must("take_snapshot")
    if wish.format not in MIME:
        raise Refusal(
            Text("不支持的格式“{format}”。", "There is no format '{format}'.").fill(format=wish.format[:20])
            if wish.format
            else Text("文件名没有后缀，无法确定格式。", "The file name has no ending that tells its format."),
            Text("文件名须以 .pdf 或 .png 结尾。", "The file name must end in .pdf or .png."),
        )
    on_map = plan_on_map(caller, shown_plan(caller, wish.plan_id).header.id)
    return draw_sheet(_content(caller, on_map, wish), paper=wish.paper, orientation=wish.orientation, language=wish.names)


def _file(caller: Caller, wish: SheetWish, sheet: "Sheet", content: bytes) -> SheetFile:
    size = (round(sheet.width_mm), round(sheet.height_mm))
    return SheetFile(file_name(caller, wish), content, sheet.scale, *size, tuple(sheet.notes))


def file_name(caller: Caller, wish: SheetWish) -> str:
    """A name that tells what is in the file; made of codes and ids only."""
    plan = shown_plan(caller, wish.plan_id).header.id
    parts = ["jingge", caller.model.town.code, plan, wish.officer or "", wish.paper]
    safe = ["".join(c if c.isalnum() or c in "-_" else "-" for c in part) for part in parts if part]
    return f"{'_'.join(safe)}.{wish.format}"


def _record(caller: Caller, wish: SheetWish, made: SheetFile) -> None:
    caller.note("take_snapshot", wish.plan_id or "", paper=wish.paper, format=wish.format, bytes=made.size)


def _content(caller: Caller, on_map: PlanOnMap, wish: SheetWish) -> "SheetContent":
    from exporting.map_sheet import SheetContent

    town = caller.model.town
    header = on_map.header
    beats = _with_incidents(caller, on_map)
    beats = beats.assign(colour=beats["code"].map(on_map.colours))
    tables = {key: table for key, table in static_tables(caller).items() if key not in ("venues", "shops", "fire_hazards")}
    tables["beats"] = beats
    if on_map.officers is not None:
        tables["officers"] = on_map.officers
    focus: tuple[str, ...] = ()
    title = town.title
    what = Text("警务区划分图", "police beats")
    if wish.officer is not None:
        code = officer_code(caller, wish.officer)
        focus = tuple(beat.code for beat in shown_plan(caller, header.id).beats_led_by(code))
        if not focus:
            raise Refusal(
                Text("{name}在该方案中没有责任警务区。", "{name} leads no beat in this plan.").fill(name=officers(caller)[code]),
                Text("请选择其他民警或打印全镇。", "Choose another officer, or print the whole town."),
            )
        title = officers(caller)[code]
        what = Text("责任区图", "area of duty")
    status = STATUSES[header.status]
    return SheetContent(
        town=town.title,
        town_code=town.code,
        metric_crs=town.metric_crs,
        station=Text(town.station or town.name, town.station_en or town.name_en),
        title=Text(f"{title.zh}{what.zh}", f"{title.en}: {what.en}"),
        subtitle=Text(f"{header.title.zh}（{status.zh}）", f"{header.title.en} ({status.en})"),
        layers=tables,
        plan=Text(
            f"{header.title.zh} · {status.zh} · 第 {header.revision} 版", f"{header.title.en} · {status.en} · revision {header.revision}"
        ),
        as_of=as_of(caller).isoformat(),
        source=Text(town.source_zh or "", town.source_en or ""),
        maker=Text(town.station or town.name, town.station_en or town.name_en),
        illustrative=bool(town.illustrative),
        internal=caller.level > Sensitivity.PUBLIC,
        focus=focus,
    )


def _with_incidents(caller: Caller, on_map: PlanOnMap) -> gpd.GeoDataFrame:
    """The beats with the incidents of the last twelve months, for those who may know."""
    if caller.level < Sensitivity.INCIDENT:
        return on_map.beats
    day = as_of(caller)
    year = IncidentFilter(year_up_to(day), day)
    incidents = caller.model.incidents
    plan = shown_plan(caller, on_map.header.id)
    owner = incidents.loc[year.keeps(incidents), "cell_code"].map(plan.beat_of)
    counts = owner.value_counts()
    return on_map.beats.assign(incidents_year=on_map.beats["code"].map(counts).fillna(0).astype(np.int64))
