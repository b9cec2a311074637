"""The town as one web page to hand out: permitted fields only, incidents as density classes alone; put on record."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from actions.caller import Caller
from actions.export_data import DataFile, DataWish, Progress, about_data, data_tables, layers_offered
from actions.my_area import as_of
from actions.permissions import may
from actions.see_map import DensityMaker, shown_plan
from analysis.disclosure import SMALL
from analysis.incident_filter import IncidentFilter, year_up_to
from exporting.steady_zip import named, write_whole
from layers.definition.crs import STORED_CRS
from layers.definition.layer import Sensitivity
from layers.definition.refusal import Refusal
from layers.definition.text import Language, Text
from layers.drawing.colour_classes import density_colours, steps_below

CELL_M = 200  # what may hang in the street: no finer than this
MIME = "text/html"


@dataclass(frozen=True)
class PageWish:
    """What the page shows: plan, fields up to a level (STAFF: names of leads), layers (None: all of that level), hotspots, language.

    `purpose`: what for, at the page's foot with name and time, unless it is for the public, and on record.
    """

    plan_id: str | None = None
    level: Sensitivity = Sensitivity.INTERNAL
    layers: tuple[str, ...] | None = None
    hotspots: bool = True
    language: Language = "zh"
    day: date | None = None
    purpose: str = ""


def make_page(caller: Caller, wish: PageWish, progress: Progress | None = None) -> DataFile:
    """The page as a file in memory. Refused: a role that may not hand out pages; a level above the caller's; an unknown layer."""
    caller.must("export_page")
    if wish.level > Sensitivity.STAFF or wish.level > caller.level or "incidents" in (wish.layers or ()):
        raise Refusal(
            Text("网页不含逐条警情，也不含超出您权限的字段。", "A page holds no single incidents, and no fields above what you may see."),
            Text("请选较低一级的字段。", "Choose a lower level of fields."),
        )
    from exporting.web_page import HotspotClasses, PageContent, web_page

    keys = wish.layers if wish.layers is not None else tuple(layers_offered(caller, wish.level))
    chosen = DataWish(wish.plan_id, keys, level=wish.level, day=wish.day, purpose=wish.purpose)
    classes = None
    if wish.hotspots and wish.level >= Sensitivity.INTERNAL and may("see_density", caller.role):
        found = _classes(caller)
        classes = None if found is None else HotspotClasses(*found)
    if progress is not None and not progress(0.5, Text("正在写网页", "Writing the page")):
        raise Refusal(Text("已停止导出，未留下文件。", "The export was stopped; no file was left."))
    content = web_page(PageContent(about_data(caller, chosen), data_tables(caller, chosen), classes, wish.language))
    header = shown_plan(caller, wish.plan_id).header
    told = {"level": wish.level.name, "hotspots": classes is not None, "bytes": len(content)}
    caller.note("export_page", header.id, purpose=" ".join(wish.purpose.split())[:200], **told)
    return DataFile(named("jingge", caller.model.town.code, header.id[:16], f"r{header.revision}") + ".html", content, ())


def save_page(caller: Caller, wish: PageWish, path: str | Path) -> DataFile:
    """Write the page to a file, whole or not at all. Refused: as `make_page`; another ending; a folder that can't be written."""
    out = Path(path)
    if out.suffix.lower() not in (".html", ".htm"):
        raise Refusal(Text("文件名应以 .html 结尾。", "The name of the file ends in .html."))
    made = make_page(caller, wish)
    write_whole(out, made.content)
    return DataFile(out.name, made.content, made.notes)


def _classes(caller: Caller) -> tuple[gpd.GeoDataFrame, int, float, str, Text] | None:
    """Density of twelve months in classes; what fewer than 5 incidents within the radius would give is left out."""
    day = as_of(caller)
    chosen = IncidentFilter(year_up_to(day), day)
    maker = DensityMaker(caller, CELL_M)
    try:
        radius_m = max(maker.radius_by_rule(), float(CELL_M))
        found = maker.density(chosen, radius_m)
    except Refusal:
        return None  # no incidents in the year: a page without hotspots, not a page refused
    circle_km2 = np.pi * (radius_m / 1000) ** 2
    least = SMALL / circle_km2 * 365.25 / chosen.exposure_days
    values = np.nan_to_num(found.values)
    edges = [edge for edge in steps_below(float(values.max())) if edge >= least]
    if not edges:
        return None
    rows = []
    for place, edge in enumerate(edges):
        inside = (values >= edge) & (values < (edges[place + 1] if place + 1 < len(edges) else np.inf))
        row, col = np.nonzero(inside & maker.grid.mask)
        if len(row):
            rows.append((edge, density_colours(len(edges))[place], shapely.union_all(maker.grid.outlines(row, col))))
    classes = gpd.GeoDataFrame(rows, columns=["at_least", "colour", "geometry"], geometry="geometry", crs=maker.grid.crs)
    classes = classes.set_geometry(shapely.intersection(classes.geometry.to_numpy(), caller.model.outline_m), crs=maker.grid.crs)
    note = Text(
        "每平方公里·年不足 {least:.1f} 起处不显示：半径内不足 5 起。",
        "Below {least:.1f} per km² and year nothing is shown: fewer than 5 within the radius.",
    ).fill(least=edges[0])
    return classes.to_crs(STORED_CRS), found.n_used, radius_m, f"{chosen.first} – {chosen.last}", note
