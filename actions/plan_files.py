"""Plans in and out as files: cell -> beat as a table, beats as shapes, the printable sheet of a change; each export on record."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from actions.caller import Caller
from actions.compare_plans import VERDICTS, MetricRow, PlanComparison, moved_cells, outlines_of
from actions.import_layer import ImportPreview, ImportWish, accept_import, preview_import
from actions.my_area import as_of
from actions.see_map import static_tables
from exporting.plan_table import FORMATS, MIME, plan_file
from exporting.steady_zip import named
from layers.definition.crs import STORED_CRS
from layers.definition.layer import Sensitivity
from layers.definition.text import Text
from planning.metric import SHARE
from planning.plan import Plan
from planning.plan_difference import MEASURE_NAMES
from planning.shown import shown

if TYPE_CHECKING:  # matplotlib comes with it, needed only by those who print
    from exporting.drawn_sheet import Sheet

__all__ = ["FORMATS", "MIME", "PlanFile", "change_sheet", "change_sheet_content", "export_plan", "file_name", "import_plan", "preview_plan"]

SHAPES = frozenset({".geojson", ".json", ".gpkg", ".shp", ".zip", ".kml", ".kmz", ".gml"})
TABLE, AREAS = "plan_cells", "beats"
CHANGE_LAYERS = ("grid_cells", "communities", "villages", "water", "roads", "stations")
CELLS_LAYER = "cells"  # of the GeoPackages that are exported here
LOOKED_AT_BYTES = 262_144  # the first feature of a GeoJSON, or the tables of a GeoPackage, name their columns there


@dataclass(frozen=True)
class PlanFile:
    """A file of a plan: its name and its bytes."""

    name: str
    content: bytes

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return len(self.content)


def export_plan(caller: Caller, plan_id: str, format: str) -> PlanFile:
    """A plan as csv, xlsx (cell -> beat), gpkg (beats dissolved, and cells) or geojson (cells); put on record.

    Refused: an unknown plan or format; a role that takes no files.
    """
    caller.must("export_plan")
    plan = caller.store.plan(plan_id)
    beats = outlines_of(caller, plan).drop(columns="colour")
    content = plan_file(_cell_rows(caller, plan), gpd.GeoDataFrame(beats), format)
    caller.note("export_plan", plan_id, format=format, bytes=len(content), revision=plan.header.revision)
    return PlanFile(file_name(caller, plan, format), content)


def file_name(caller: Caller, plan: Plan, format: str) -> str:
    """A name that tells what is in the file; made of codes and ids only."""
    return named("jingge", caller.model.town.code, plan.header.id[:16], f"r{plan.header.revision}") + f".{format.lower()}"


def preview_plan(caller: Caller, path: Path, name: str, **choices: Any) -> ImportPreview:
    """What a file would become as a draft; nothing is written. A table is cell -> beat; a file of shapes is areas, by overlap.

    Shapes that carry codes of cells, as the exports here do, are a table too. `choices` as in `ImportWish`: columns, crs,
    datum, encoding, layer, limits. Refused: as `preview_import`.
    """
    ending = Path(name).suffix.lower()
    if ending not in SHAPES or _names_cells(path, choices.get("layer")):
        layer = {"layer": CELLS_LAYER} if ending == ".gpkg" else {}
        return preview_import(caller, ImportWish(TABLE, path, name, **(layer | choices)))
    return preview_import(caller, ImportWish(AREAS, path, name, **choices))


def import_plan(caller: Caller, preview: ImportPreview, accept_warnings: bool = False) -> str:
    """Take the previewed draft over, as one step that can be undone; the id of the new draft. Refused: as `accept_import`."""
    accept_import(caller, preview, accept_warnings)
    return preview.plans[0].header.id


def change_sheet(caller: Caller, comparison: PlanComparison, names: str = "both") -> "Sheet":
    """What changes from one plan to the other, on one A3 sheet: map, cells, officers, beats."""
    from exporting.plan_sheet import TITLE, ChangeContent, draw_change_sheet
    from exporting.sheet_content import PlanChange, SheetContent

    caller.must("compare_plans")
    caller.must("take_snapshot")
    town = caller.model.town
    title = Text(f"{town.title.zh}{TITLE.zh}", f"{town.title.en}: {TITLE.en}")
    old, new = comparison.titles
    static = static_tables(caller)
    sheet = SheetContent(
        town=town.title,
        town_code=town.code,
        metric_crs=town.metric_crs,
        station=Text(town.station or town.name, town.station_en or town.name_en),
        layers={key: static[key] for key in CHANGE_LAYERS if key in static} | {"beats": outlines_of(caller, comparison.after.plan)},
        title=title,
        subtitle=Text(f"{old.zh} → {new.zh}", f"{old.en} → {new.en}"),
        as_of=as_of(caller).isoformat(),
        source=Text(town.source_zh or "", town.source_en or ""),
        illustrative=comparison.illustrative,
        internal=caller.level > Sensitivity.PUBLIC,
        theme="change",
        change=PlanChange(old, outlines_of(caller, comparison.before.plan), moved_cells(caller, comparison)),
    )
    return draw_change_sheet(ChangeContent(sheet, _officers(caller, comparison), _facts(comparison), comparison.about), names)


def change_sheet_content(caller: Caller, comparison: PlanComparison, names: str = "both") -> PlanFile:
    """The change sheet as a PDF, put on record."""
    old, new = comparison.before.plan, comparison.after.plan
    content = change_sheet(caller, comparison, names).to_bytes("pdf")
    caller.note("take_snapshot", new.header.id, what="change sheet", compared_with=old.header.id, bytes=len(content))
    stem = file_name(caller, new, "pdf").removesuffix(".pdf")
    return PlanFile(f"{stem}_changes.pdf", content)


def _names_cells(path: Path, layer: str | None) -> bool:
    with path.open("rb") as file:
        return layer == CELLS_LAYER or (layer is None and b'"cell_code"' in file.read(LOOKED_AT_BYTES))


def _cell_rows(caller: Caller, plan: Plan) -> gpd.GeoDataFrame:
    cells = caller.model.cells
    here = [code for code in plan.beat_of if code in cells.index]
    beats = {beat.code: beat for beat in plan.beats}
    owner = [beats.get(plan.beat_of[code] or "") for code in here]
    rows = cells.loc[here]
    table = {
        "cell_code": here,
        "cell_name": rows["name"].to_numpy(),
        "unit_code": rows["unit_code"].to_numpy(),
        "beat": [beat.code if beat else None for beat in owner],
        "beat_name": [beat.name if beat else None for beat in owner],
        "beat_name_en": [beat.name_en if beat else None for beat in owner],
    }
    if caller.level >= Sensitivity.STAFF:
        table["lead"] = [beat.lead if beat else None for beat in owner]
    return gpd.GeoDataFrame(table, geometry=rows.geometry.to_numpy(), crs=STORED_CRS)


def _officers(caller: Caller, comparison: PlanComparison) -> pd.DataFrame:
    """Per officer what comes and goes, with the name in both languages; empty for those who may not see staff."""
    table = comparison.difference.officers
    if caller.level < Sensitivity.STAFF:
        return table.iloc[:0]
    names = [comparison.name(code) for code in table.index]
    return table.assign(name=[name.zh for name in names], name_en=[name.en for name in names])


def _facts(comparison: PlanComparison) -> tuple[tuple[Text, str, str, Text], ...]:
    """The measures on paper: title with unit, before, after, verdict; and how much keeps its beat and its officer."""
    rows = [_fact(row) for row in comparison.metrics if row.verdict in ("better", "worse")]
    for title, shares in (
        (Text("保留原警务区", "keep their beat"), comparison.difference.keep_beat_share),
        (Text("保留原责任民警", "keep their officer"), comparison.difference.keep_officer_share),
    ):
        share = shares.get("dwellings")
        what = Text(f"{MEASURE_NAMES['dwellings'].zh}{title.zh} %", f"{MEASURE_NAMES['dwellings'].en} that {title.en} %")
        rows.append((what, "100.0", shown(None if share is None else 100 * share, 1), Text("", "")))
    return tuple(rows)


def _fact(row: MetricRow) -> tuple[Text, str, str, Text]:
    """One measure on paper; shares as percentages, as on the screens."""
    title, unit, verdict = row.metric.title, row.metric.shown_unit, VERDICTS[row.verdict]
    if unit == SHARE:
        before, after = (shown(None if value is None else 100 * value, 1) for value in (row.before, row.after))
        return Text(f"{title.zh} %", f"{title.en} %"), before, after, verdict
    en = f" ({unit.en})" if unit.en else ""
    zh = unit.zh if unit.zh.startswith("（") else f" {unit.zh}"
    return Text(f"{title.zh}{zh}".rstrip(), f"{title.en}{en}"), row.shown(row.before), row.shown(row.after), verdict
