"""What a sheet of each theme shows, gathered from the workspace with the permitted fields only."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from actions.caller import Caller
from actions.cell_workload import town_workload
from actions.compare_plans import PlanVersion, compare_plans, moved_cells, outlines_of
from actions.my_area import as_of, officer_code, officers
from actions.own_area import own_incidents
from actions.permissions import may
from actions.see_map import DensityMaker, PlanOnMap, plan_on_map, shown_plan, static_tables
from actions.sheet_wish import INTERNAL_LAYERS, SheetWish, settled
from analysis.density import Density
from analysis.disclosure import SMALL
from analysis.incident_filter import IncidentFilter, year_up_to
from exporting.sheet_content import ClassedAreas, PlanChange, SheetContent
from exporting.sheet_themes import MOST_CLASSES, THEMES
from layers import LAYERS
from layers.definition.crs import STORED_CRS
from layers.definition.layer import Sensitivity
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from layers.drawing.colour_classes import class_breaks, steps_below

LEFT_OUT = ("venues", "shops", "fire_hazards")  # too many for a sheet that is not about them
ALWAYS = ("beats", "communities", "villages", "grid_cells", "county")
"""On every sheet, whatever is on: where nothing else is they say what ground is seen."""
DENSITY_CELL_M = 100
CAUTION = Text(
    "警情反映报警与发现，不等于实际发案；不用于评判个人。", "Reports measure reporting, not crime itself; never to judge persons."
)


def themed_content(caller: Caller, wish: SheetWish) -> SheetContent:
    """The content of the wish without its title. Refused: an unknown plan, officer or beat, a theme above the role's level."""
    wish = settled(caller, wish)
    on_map = plan_on_map(caller, shown_plan(caller, wish.plan_id).header.id)
    content = _town_content(caller, on_map, wish)
    if wish.public and wish.theme not in ("beats", "units", "places", "change"):
        raise Refusal(
            Text("该专题含内部信息，不能作公开地图。", "This theme holds internal facts and can't be a public map."),
            Text("请改为内部使用，或换一个专题。", "Print it for internal use, or choose another theme."),
        )
    if wish.public and wish.officer is not None:
        raise Refusal(
            Text("一名民警的责任区图写有姓名，不能作公开地图。", "The sheet of one officer names a person and can't be a public map."),
            Text("请改选警务区或全镇。", "Choose a beat or the whole town."),
        )
    if wish.theme == "hotspots":
        content = replace(content, classes=_hotspots(caller, wish))
    elif wish.theme in ("workload", "workload_beats"):
        hours = _hours_by_beat(caller, on_map)
        beats = gpd.GeoDataFrame(content.layers["beats"].assign(workload_h_week=hours))
        classes = _workload(caller) if wish.theme == "workload" else _beat_workload(caller, on_map, hours)
        content = replace(content, classes=classes, layers={**content.layers, "beats": beats})
    elif wish.theme == "change":
        content = replace(content, change=_change(caller, wish, on_map.header.id))
    return content


def _town_content(caller: Caller, on_map: PlanOnMap, wish: SheetWish) -> SheetContent:
    town, header = caller.model.town, on_map.header
    beats = _with_incidents(caller, on_map)
    beats = beats.assign(colour=beats["code"].map(on_map.colours))
    theme = THEMES.get(wish.theme)
    wanted = set(theme.symbols) if theme else set()
    if wish.view is not None and wish.view.layers is not None:
        wanted |= set(wish.view.layers)
    skipped = {key for key in LEFT_OUT if key not in wanted or (wish.theme == "beats" and wish.view is None)}
    if wish.officer is not None or wish.beat is not None:
        skipped -= {"fire_hazards"}  # few in one beat, and its officer's to inspect
    tables = {key: table for key, table in static_tables(caller).items() if key not in skipped}
    tables["beats"] = beats
    if on_map.officers is not None:
        tables["officers"] = on_map.officers
    if wish.view is not None and wish.view.layers is not None:
        tables = {key: table for key, table in tables.items() if key in {*wish.view.layers, *ALWAYS}}
        if "incidents" in wish.view.layers and may("see_incidents", caller.role):
            tables["incidents"] = _incidents(caller, wish.view.chosen)
    if wish.public:
        tables = {key: _for_the_public(key, table) for key, table in tables.items() if key not in INTERNAL_LAYERS}
    return SheetContent(
        town=town.title,
        town_code=town.code,
        metric_crs=town.metric_crs,
        station=Text(town.station or town.name, town.station_en or town.name_en),
        layers=tables,
        plan=Text(f"{header.title.zh} · 第 {header.revision} 版", f"{header.title.en} · revision {header.revision}"),
        as_of=as_of(caller).isoformat(),
        source=Text(town.source_zh or "", town.source_en or ""),
        maker=Text(town.station or town.name, town.station_en or town.name_en),
        illustrative=bool(town.illustrative),
        internal=caller.level > Sensitivity.PUBLIC,
        focus=_focus(caller, wish, header.id),
        theme=wish.theme,
        variant=wish.variant,
        extent=wish.view.bounds if wish.view is not None else None,
    )


def _for_the_public(key: str, table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """A layer without its internal fields, in either language."""
    kept = {field.name for field in LAYERS[key].fields_up_to(Sensitivity.PUBLIC)}
    hidden = [name for field in LAYERS[key].fields if field.name not in kept for name in (field.name, f"{field.name}_en")]
    return gpd.GeoDataFrame(table.drop(columns=[*hidden, "incidents_year"], errors="ignore"))


def _focus(caller: Caller, wish: SheetWish, plan_id: str) -> tuple[str, ...]:
    if wish.beat is not None:
        return (wish.beat,)
    if wish.officer is None:
        return ()
    code = officer_code(caller, wish.officer)
    focus = tuple(beat.code for beat in shown_plan(caller, plan_id).beats_led_by(code))
    if not focus:
        raise Refusal(
            Text("{name}在该方案中没有责任警务区。", "{name} leads no beat in this plan.").fill(name=officers(caller)[code]),
            Text("请选择其他民警或打印全镇。", "Choose another officer, or print the whole town."),
        )
    return focus


def _with_incidents(caller: Caller, on_map: PlanOnMap) -> gpd.GeoDataFrame:
    """The beats with the incidents of the last twelve months, for those who may know.

    The index has a total, from which one hidden count could be worked out, so a count of 1 to 4 takes the whole column away
    from those who may not see it.
    """
    if caller.level < Sensitivity.INCIDENT:
        return on_map.beats
    day = as_of(caller)
    year = IncidentFilter(year_up_to(day), day)
    incidents = caller.model.incidents
    plan = shown_plan(caller, on_map.header.id)
    counts = incidents.loc[year.keeps(incidents), "cell_code"].map(plan.beat_of).value_counts()
    if counts.between(1, SMALL - 1).any() and not may("see_small_counts", caller.role):
        return on_map.beats
    return on_map.beats.assign(incidents_year=on_map.beats["code"].map(counts).fillna(0).astype(np.int64))


def _incidents(caller: Caller, chosen: IncidentFilter | None) -> gpd.GeoDataFrame:
    """Places of the incidents that the filter leaves, and nothing else of them."""
    incidents = own_incidents(caller)
    kept = incidents if chosen is None else incidents[chosen.keeps(incidents)]
    codes = [str(row) for row in range(len(kept))]
    return gpd.GeoDataFrame({"code": codes}, geometry=gpd.points_from_xy(kept["lon"], kept["lat"]), crs=STORED_CRS)


def _hotspots(caller: Caller, wish: SheetWish) -> ClassedAreas:
    """Incidents per km² and year in classes of 1, 2, 5, 10 ..., with n, period, radius and the caution."""
    view, day = wish.view, as_of(caller)
    chosen = view.chosen if view is not None and view.chosen is not None else IncidentFilter(year_up_to(day), day)
    maker = DensityMaker(caller, DENSITY_CELL_M)
    radius = view.radius_m if view is not None and view.radius_m is not None else maker.radius_by_rule()
    density = maker.density(chosen, radius)
    edges = steps_below(float(np.nanmax(density.values)), MOST_CLASSES)
    n, period = density.n_used, f"{chosen.first} – {chosen.last}"
    said = Text(f"n = {n:,} 起，{period}，搜索半径 {radius:.0f} 米", f"n = {n:,} incidents, {period}, radius {radius:.0f} m")
    spans = (*(f"{low:g}–{high:g}" for low, high in pairwise(edges)), f"≥ {edges[-1]:g}")
    title = Text("警情密度（起/平方公里·年）", "Incident density (per km² and year)")
    return ClassedAreas(title, _dissolved(density, edges), spans, (said, CAUTION))


def _dissolved(density: Density, edges: tuple[float, ...]) -> gpd.GeoDataFrame:
    """One area per class that occurs: the union of its grid cells."""
    values, size, grid = np.asarray(density.values), density.size_m, density.grid
    levels = np.where(np.isfinite(values), np.searchsorted(edges, np.nan_to_num(values), side="right") - 1, -1)
    rows: list[dict[str, Any]] = []
    for level in range(len(edges)):
        row, column = np.nonzero(levels == level)
        if len(row):
            west, south = grid.west_m + column * size, grid.south_m + row * size
            area = shapely.coverage_union_all(shapely.box(west, south, west + size, south + size))
            rows.append({"level": level, "geometry": area})
    return gpd.GeoDataFrame(rows, columns=["level", "geometry"], geometry="geometry", crs=density.crs)


def _workload(caller: Caller) -> ClassedAreas:
    """Hours of work per week of every cell, in quantile classes."""
    workload = town_workload(caller)
    cells = caller.model.cells
    hours = (workload.minutes_week.reindex(cells["code"]) / 60).to_numpy(float)
    classes = class_breaks(hours, MOST_CLASSES)
    known = np.isfinite(hours)
    areas = gpd.GeoDataFrame({"level": [classes.of(h) for h in hours[known]]}, geometry=cells.geometry.to_numpy()[known], crs=cells.crs)
    title = Text("每周工作量（小时/网格）", "Workload per cell (hours a week)")
    return ClassedAreas(title, areas, classes.spans(), (classes.method, workload.about))


def _hours_by_beat(caller: Caller, on_map: PlanOnMap) -> NDArray[np.float64]:
    """Hours of work per week of every beat on the map, in its order: the sum of its cells; NaN where the caller is not told of all."""
    plan, of_cell = shown_plan(caller, on_map.header.id), town_workload(caller).minutes_week / 60
    by_beat = of_cell.groupby(of_cell.index.map(plan.beat_of)).agg(lambda hours: hours.sum(skipna=False))
    return by_beat.reindex(on_map.beats["code"]).to_numpy(float)


def _beat_workload(caller: Caller, on_map: PlanOnMap, hours: NDArray[np.float64]) -> ClassedAreas:
    """Hours of work per week of every beat in quantile classes; of those alone whose hours are known."""
    workload = town_workload(caller)
    classes = class_breaks(hours.tolist(), MOST_CLASSES)
    known = np.isfinite(hours)
    shapes = on_map.beats.geometry.to_numpy()[known]
    areas = gpd.GeoDataFrame({"level": [classes.of(h) for h in hours[known]]}, geometry=shapes, crs=on_map.beats.crs)
    title = Text("每周工作量（小时/警务区）", "Workload per beat (hours a week)")
    return ClassedAreas(title, areas, classes.spans(), (classes.method, workload.about))


def _change(caller: Caller, wish: SheetWish, plan_id: str) -> PlanChange:
    """From the plan compared with to the plan that is printed, as `settled` named them."""
    against = wish.against or shown_plan(caller).header.id
    comparison = compare_plans(caller, PlanVersion(against), PlanVersion(plan_id))
    title = comparison.titles[0]
    return PlanChange(title, outlines_of(caller, comparison.before.plan), moved_cells(caller, comparison))
