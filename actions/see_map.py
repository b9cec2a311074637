"""The town on the map: layers, the beats of a plan, incidents and their density, each only as far as the role may see."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from actions.base_map import BaseMap
from actions.caller import Caller
from actions.own_area import beats_with_leads, own_incidents, own_rows
from actions.permissions import may
from actions.staff_names import acting_names
from analysis.analysis_grid import AnalysisGrid, analysis_grid
from analysis.density import Density, Smoother, suggested_radius_m
from analysis.incident_filter import IncidentFilter, month_start, year_up_to
from layers import LAYERS
from layers.definition.crs import STORED_CRS
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from layers.drawing.colour_classes import beat_colours, density_colours, steps_below
from layers.drawing.web_map import MapBase, choice_codes, map_base
from layers.drawing.web_patch import base_map_patch, density_patch, focus_bounds, plan_patch
from planning.beat_outlines import beat_neighbours, beat_outlines, label_points
from planning.plan import STATUSES, Plan, PlanHeader


@dataclass(frozen=True)
class PlanOnMap:
    """A plan as it is drawn: beats and officers in EPSG:4490 with the permitted fields, a fill per beat, a label point per beat."""

    header: PlanHeader
    beats: gpd.GeoDataFrame
    officers: gpd.GeoDataFrame | None
    colours: dict[str, str]
    leads: dict[str, str]
    """Beat -> code of the officer who leads it; empty for those who may not see staff."""
    day: date | None = None
    """Whose leave and assignments it shows; None: the plan's own leads, and today's assignments."""

    def beats_of(self, officer: str) -> list[str]:
        """Codes of the beats that the officer leads."""
        return [beat for beat, lead in self.leads.items() if lead == officer]


PUBLISHED = ("in_force", "archived")


def shown_plan(caller: Caller, plan_id: str | None = None) -> Plan:
    """The plan of that id; without one the plan in force, or the newest that may be shown.

    Refused: an unknown id, or no plan at all; to those who may not see how plans stand, one that was never in force.
    """
    caller.must("see_map")
    in_force = caller.store.plan_in_force()
    if plan_id is None and in_force is not None:
        return in_force
    ids = [header.id for header in plans(caller)]
    if plan_id is not None and (plan_id in ids or caller.may("see_plans")):
        return caller.store.plan(plan_id)
    if plan_id is not None or not ids:
        raise Refusal(
            Text("工作区中没有可显示的方案。", "The workspace has no such plan to show.")
            if plan_id is not None
            else Text("工作区中还没有方案。", "The workspace has no plan yet."),
            Text("请先绘制或导入方案，或等待方案生效。", "Draw or import one first, or wait until it is in force."),
        )
    return caller.store.plan(ids[-1])


def plan_on(caller: Caller, day: date) -> str | None:
    """Id of the plan that acts on a day, if one does and it may be shown."""
    caller.must("see_map")
    acting = caller.store.plan_in_force(day)
    return acting.header.id if acting is not None and acting.header.id in {header.id for header in plans(caller)} else None


def plans(caller: Caller) -> tuple[PlanHeader, ...]:
    """All plans that may be shown, in the order they were made: to those who may not see how plans stand, published ones alone."""
    caller.must("see_map")
    headers = caller.store.plan_headers()
    if caller.may("see_plans"):
        return headers
    in_force = caller.store.plan_in_force()
    return tuple(h for h in headers if h.status in PUBLISHED or (in_force is not None and h.id == in_force.header.id))


def static_tables(caller: Caller) -> dict[str, gpd.GeoDataFrame]:
    """Every stored feature layer that the caller may see, in drawing order, with the permitted fields only."""
    caller.must("see_map")
    stored = {key: table for key, table in caller.model.layers.items() if caller.may_see(LAYERS[key])}
    return {key: gpd.GeoDataFrame(caller.permitted(key, own_rows(caller, key, table))) for key, table in stored.items()}


def plan_on_map(caller: Caller, plan_id: str | None = None, day: date | None = None) -> PlanOnMap:
    """Beats dissolved from the cells of a plan with their sums, and the officers who lead them.

    `day`: with those who stand in for whoever is on leave that day; without one as the plan says, since a sheet hangs for months.
    """
    plan = shown_plan(caller, plan_id)
    model = caller.model
    owned = model.cells.assign(beat=model.cells["code"].map(plan.beat_of))
    sums = owned.groupby("beat")[["dwellings", "persons", "organisations", "area_km2"]].sum()
    outlines = beat_outlines(model.cells.reset_index(drop=True), plan.beat_of)
    told = beats_with_leads(caller, plan)
    names = acting_names(model.staff, model.assignments, day)
    lead_of = {beat.code: beat.lead for beat in plan.beats if beat.code in told}
    rows = [
        {
            "code": beat.code,
            "name": beat.name,
            "name_en": beat.name_en or beat.name,
            "lead": names[lead].zh if (lead := lead_of.get(beat.code)) in names else None,
            "lead_en": names[lead].en if lead in names else None,
            "cells": int((owned["beat"] == beat.code).sum()),
            "dwellings": int(sums.at[beat.code, "dwellings"]),
            "persons": int(sums.at[beat.code, "persons"]),
            "area_km2": float(sums.at[beat.code, "area_km2"]),
            **_units_of(caller, owned, beat.code),
            "geometry": outlines[beat.code],
        }
        for beat in plan.beats
        if beat.code in outlines.index
    ]
    beats = gpd.GeoDataFrame(rows, columns=[*rows[0]] if rows else ["code", "geometry"], geometry="geometry", crs=STORED_CRS)
    for name in ("lead", "lead_en") if rows else ():  # pandas would write what is not told as a number that is none
        beats[name] = beats[name].astype(object).where(beats[name].notna(), None)
    sizes = dict(zip(beats["code"], beats["area_km2"], strict=True)) if rows else {}
    colours = beat_colours(beat_neighbours(model.graph, plan.beat_of), beats["code"], sizes)
    officers = _officers(caller, plan, beats) if caller.may_see(LAYERS["officers"]) else None
    shown = caller.permitted("beats", beats)
    if "lead" not in shown:
        shown = shown.drop(columns="lead_en", errors="ignore")
    leads = {} if officers is None else {code: lead for code, lead in lead_of.items() if lead is not None}
    return PlanOnMap(plan.header, gpd.GeoDataFrame(shown), officers, colours, leads, day)


def _units_of(caller: Caller, owned: pd.DataFrame, beat: str) -> dict[str, str]:
    units = caller.model.units
    codes = dict.fromkeys(owned.loc[owned["beat"] == beat, "unit_code"])
    named = [units.loc[code] for code in codes if code in units.index]
    return {"units_zh": "、".join(unit["name"] for unit in named), "units_en": ", ".join(unit["name_en"] or unit["name"] for unit in named)}


def _officers(caller: Caller, plan: Plan, beats: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """One point per officer and beat, at the heart of the beat."""
    led = beats[beats["lead"].notna()]
    code_of = {beat.code: beat.lead for beat in plan.beats}
    codes = [str(code_of[beat]) for beat in led["code"]]
    return gpd.GeoDataFrame(
        {
            "code": codes,
            "name": led["lead"].to_numpy(),
            "name_en": led["lead_en"].to_numpy(),
            "beats": [", ".join(b.code for b in plan.beats_led_by(code) if b.code in set(led["code"])) for code in codes],
            "units": led["units_zh"].to_numpy(),
            "units_en": led["units_en"].to_numpy(),
        },
        geometry=label_points(led.geometry.to_numpy()) if len(led) else [],
        crs=STORED_CRS,
    )


def incident_span(caller: Caller) -> tuple[date, date]:
    """First and last day of the incidents that the caller works with. Refused: there are none."""
    caller.must("see_density")
    times = own_incidents(caller)["occurred_at"]
    if times.empty:
        raise Refusal(
            Text("没有您可查看的警情。", "There are no incidents that you may see."), Text("请先导入警情表。", "Import incidents first.")
        )
    return times.min().date(), times.max().date()


def usual_periods(last: date) -> dict[str, date]:
    """First days of the periods that people ask for, all ending with `last`: twelve months, three months, the month."""
    return {"year": year_up_to(last), "quarter": month_start(last, 2), "month": month_start(last)}


def incident_points(caller: Caller) -> pd.DataFrame:
    """Single incidents: code, occurred_at, occurred_until, category, source, lon, lat. Viewing them is put on record."""
    table = _incidents(caller)
    caller.note("see_incidents", "incidents", rows=len(table))
    return table


def _incidents(caller: Caller) -> pd.DataFrame:
    """Single incidents for something that is kept for several people: `actions.audit_record.incidents_shown` records who gets it."""
    caller.must("see_incidents")
    return caller.permitted("incidents", own_incidents(caller)).drop(columns=["x_m", "y_m", "cell_code"])


class DensityMaker:
    """Densities of one town on one grid; what a filter does not change is worked out once and kept here."""

    def __init__(self, caller: Caller, cell_m: int) -> None:
        caller.must("see_density")
        self._incidents = own_incidents(caller)
        self.grid: AnalysisGrid = analysis_grid(caller.model.outline_m, cell_m, caller.model.town.metric_crs)
        self._smoothers: dict[float, Smoother] = {}

    def radius_by_rule(self) -> float:
        """The radius in metres that the stated rule gives for all incidents of the town."""
        return suggested_radius_m(self._incidents["x_m"].to_numpy(), self._incidents["y_m"].to_numpy(), self.grid.size_m)

    @property
    def rule(self) -> Text:
        """The rule in words."""
        return Text("Scott 规则，各向相同，取 50 米的整数倍", "Scott's rule, the same in all directions, in steps of 50 m")

    def density(self, chosen: IncidentFilter, radius_m: float) -> Density:
        """Density of the chosen incidents. Refused: a choice that leaves none, a radius below the cell."""
        kept = self._incidents[chosen.keeps(self._incidents)]
        if kept.empty:
            raise Refusal(
                Text("所选条件下没有警情。", "No incident fits this choice."),
                Text("请放宽日期、时段或类别。", "Widen the dates, hours or categories."),
            )
        if radius_m not in self._smoothers:
            self._smoothers[radius_m] = Smoother(self.grid, radius_m)
        x, y = kept["x_m"].to_numpy(float), kept["y_m"].to_numpy(float)
        return self._smoothers[radius_m].density(x, y, days=chosen.exposure_days)


def base_of_map(caller: Caller) -> MapBase:
    """All that the browser gets once: static layers, and the incidents if the caller may see single ones."""
    caller.must("see_map")
    incidents = _incidents(caller) if may("see_incidents", caller.role) else None
    computed = [key for key, layer in LAYERS.items() if layer.kept == "computed" and caller.may_see(layer)]
    if not may("see_density", caller.role):
        computed = [key for key in computed if key != "hotspots"]
    return map_base(LAYERS, static_tables(caller), incidents, computed=computed, illustrative=caller.model.town.illustrative)


def base_of_editor(caller: Caller) -> MapBase:
    """What lies around the cells while beats are drawn: static layers but the cells themselves, and room for a density."""
    tables = {key: table for key, table in static_tables(caller).items() if key != "grid_cells"}
    computed = ["hotspots"] if may("see_density", caller.role) else []
    return map_base(LAYERS, tables, computed=computed, illustrative=caller.model.town.illustrative)


def plan_for_map(caller: Caller, on_map: PlanOnMap) -> dict[str, Any]:
    """The beats and officers of a plan as the map takes them."""
    header = on_map.header
    shown = STATUSES[header.status]
    return plan_patch(
        LAYERS, header.id, header.title, shown, on_map.beats, on_map.colours, on_map.officers, illustrative=caller.model.town.illustrative
    )


def density_for_map(caller: Caller, density: Density, chosen: IncidentFilter) -> dict[str, Any]:
    """A density as the map takes it, in classes of 1, 2, 5, 10 ... incidents per km² and year, with what the legend must state."""
    caller.must("see_density")
    edges = steps_below(float(np.nanmax(density.values)))
    period = f"{chosen.first} – {chosen.last}"
    return density_patch(
        density.values,
        edges,
        density_colours(len(edges)),
        west_m=density.grid.west_m,
        south_m=density.grid.south_m,
        size_m=density.size_m,
        crs=density.crs,
        n=density.n_used,
        radius_m=density.radius_m,
        period=Text(period, period),
        illustrative=caller.model.town.illustrative,
    )


def base_map_for_map(base: BaseMap) -> dict[str, Any]:
    """The base map as the map takes it."""
    return base_map_patch(base.url, base.attribution, base.review_number, base.datum)


def where_on_map(caller: Caller, layer: str, code: str, on_map: PlanOnMap | None) -> list[float] | None:
    """West, south, east, north of a feature in degrees; None when it is not on the caller's map."""
    caller.must("see_map")
    tables = {
        key: own_rows(caller, key, caller.model.layers[key])
        for key in [layer]
        if key in caller.model.layers and caller.may_see(LAYERS[key])
    }
    if on_map is not None:
        tables["beats"] = on_map.beats
        if on_map.officers is not None:
            tables["officers"] = on_map.officers
    return focus_bounds(tables[layer], [code]) if layer in tables else None


def filter_for_map(chosen: IncidentFilter) -> dict[str, object]:
    """The filter as the map takes it; the browser holds the incidents and filters them itself."""
    return chosen.spec(choice_codes(LAYERS["incidents"], "category"), choice_codes(LAYERS["incidents"], "source"))


def incident_counts(caller: Caller, chosen: IncidentFilter, cells: tuple[str, ...]) -> int:
    """How many of the chosen incidents lie in these cells."""
    caller.must("see_density")
    incidents = own_incidents(caller)
    return int(np.count_nonzero(chosen.keeps(incidents) & incidents["cell_code"].isin(cells).to_numpy()))
