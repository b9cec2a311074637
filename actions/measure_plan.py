"""A plan in numbers and checks, with all that is known around it: the plan in force, posts, roads, staff, stated exceptions."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from actions.caller import Caller
from actions.cell_workload import CellWorkload, hourly_demand, model_workload
from actions.permissions import may
from actions.see_map import shown_plan
from actions.town_model import TownModel
from analysis.disclosure import SMALL
from layers.definition.text import Text
from planning.cell_measures import CellMeasures, cell_measures
from planning.check import Finding
from planning.circumstances import Circumstances
from planning.metric import SHARE, Metric
from planning.metrics import METRICS, beat_table, plan_summary
from planning.plan import Plan
from planning.reach import hours_on_duty
from planning.road_distance import road_distances
from planning.rules import BALANCE_TOLERANCE_SHARE, CHECKS, check_plan
from planning.shown import shown
from planning.tally import Tally, tally
from planning.workload import DEFAULT_PROFILE, WORKLOAD, WorkloadProfile
from storage.store import Store

__all__ = ["METRICS", "SHARE", "MeasuredPlan", "Metric", "circumstances", "held_on", "measure_plan", "measured", "profile_named", "shown"]

RISK_LAYERS = ("risk_places", "fire_hazards")
TOLERANCE, RESPONSE_LIMIT, ALLOWED_PIECES, STATED_SPLITS = "tolerance_share", "response_limit_m", "allowed_pieces", "stated_splits"
DUTY_HOURS = "duty_hours"
"""Settings kept in the workspace. Stated splits and pieces are codes, each with the reason that somebody stated; duty hours are
{"weekdays": [first, last], "weekend": [first, last]}, or None for not known."""


@dataclass(frozen=True, eq=False)
class MeasuredPlan:
    """A plan with its figures and the answer of every check."""

    plan: Plan
    tally: Tally
    workload: CellWorkload
    findings: tuple[Finding, ...]
    about: tuple[Text, ...]
    """What a reader must know of the figures: profile and period, how distances were measured, what is missing."""
    small_counts: bool = True
    """Whether the reader may see incident counts of 1 to 4."""

    @property
    def beats(self) -> pd.DataFrame:
        """One row per beat, one column per measure of scope "beat".

        The total is known, so for a reader without small counts one count of 1 to 4 makes the whole column of incidents NaN.
        """
        table = beat_table(self.tally)
        hidden = not self.small_counts and table["incidents"].between(1, SMALL - 1).any()
        return table.assign(incidents=np.nan) if hidden else table

    @property
    def summary(self) -> dict[str, float | None]:
        """One number per measure of scope "plan"; None where it can't be known."""
        return plan_summary(self.tally)

    @property
    def broken_musts(self) -> tuple[Finding, ...]:
        """What keeps the plan from being put in force."""
        return tuple(f for f in self.findings if f.state == "broken" and CHECKS[f.check].weight == "must")

    def as_json(self) -> dict[str, Any]:
        """Every check and every metric in plain values, as `geo_cli.py plan validate --json` prints them."""
        return {
            "plan": {"id": self.plan.header.id, "name": self.plan.header.name, "status": self.plan.header.status},
            "revision": self.plan.header.revision,
            "may_be_in_force": not self.broken_musts,
            "checks": [
                {
                    "key": f.check,
                    "weight": CHECKS[f.check].weight,
                    "state": f.state,
                    "message": f.message.en,
                    "message_zh": f.message.zh,
                    "where": list(f.where),
                    "where_kind": f.where_kind,
                }
                for f in self.findings
            ],
            "metrics": {key: {"value": value, **METRICS[key].as_json()} for key, value in self.summary.items()},
            "beat_metrics": {key: METRICS[key].as_json() for key in self.beats},
            "beats": {
                code: {key: None if not np.isfinite(value) else float(value) for key, value in row.items()}
                for code, row in self.beats.to_dict("index").items()
            },
            "about": [line.en for line in self.about],
        }


def measure_plan(caller: Caller, plan_id: str | None = None) -> MeasuredPlan:
    """A kept plan in numbers and checks. Refused: an unknown id; what its workload profile refuses."""
    caller.must("measure_plan")
    found = measured(caller.model, caller.store, shown_plan(caller, plan_id))
    return replace(found, small_counts=may("see_small_counts", caller.role))


def measured(model: TownModel, store: Store, plan: Plan) -> MeasuredPlan:
    """The same for other actions, which have asked for permission themselves, and for plans that are not kept yet."""
    profile = profile_named(store, plan.header.profile)
    weights = repr(profile)  # a profile saved again under its name is another one
    workload = model.derived(("workload", weights), lambda: model_workload(model, profile))
    measures = model.derived(("measures", weights), lambda: _measures(model, workload))
    around, about = circumstances(model, store)
    around, hours = _with_duty_hours(model, store, around, profile)
    tolerance = float(store.setting(TOLERANCE, BALANCE_TOLERANCE_SHARE))
    findings = tuple(_named(model, found) for found in check_plan(plan, measures, model.graph, around, tolerance))
    return MeasuredPlan(plan, tally(plan, measures, model.graph, around), workload, findings, (workload.about, *about, *hours))


def _named(model: TownModel, found: Finding) -> Finding:
    """The first cell or unit by its name in the message, since nobody knows a place by twelve digits; `where` keeps the codes."""
    if not found.where or found.where_kind == "beat":
        return found
    code, table = found.where[0], model.cells if found.where_kind == "cell" else model.units
    rows = table[table["code"] == code]
    if rows.empty:
        return found
    name, name_en = str(rows["name"].iloc[0]), str(rows["name_en"].iloc[0] or rows["name"].iloc[0])
    return replace(found, message=Text(found.message.zh.replace(code, name), found.message.en.replace(code, name_en)))


def profile_named(store: Store, name: str | None) -> WorkloadProfile:
    """The workload profile kept under that name; the default for none. Refused: a name that is not kept."""
    if name is None:
        return DEFAULT_PROFILE
    kept = store.workload_profile(name)
    months = {int(key.removeprefix("month_")): value for key, value in kept.factors.items() if key.startswith("month_")}
    return WorkloadProfile(
        kept.title, kept.about, kept.minutes_per_incident, kept.minutes_week_per, float(kept.factors.get("night", 1.0)), months
    )


def circumstances(model: TownModel, store: Store) -> tuple[Circumstances, tuple[Text, ...]]:
    """What is known around every plan of the town, and how its distances were measured."""
    distance_m, how = model.derived("post distances", lambda: _post_distances(model))
    limit = store.setting(RESPONSE_LIMIT)
    return (
        Circumstances(
            before=store.plan_in_force(),
            post_distance_m=distance_m,
            response_limit_m=None if limit is None else float(limit),
            staff=model.staff.reset_index(drop=True) if len(model.staff) else None,
            assignments=_held_today(model.assignments) if len(model.assignments) else None,
            unit_kinds=dict(zip(model.units["code"], model.units["kind"], strict=True)) if len(model.units) else None,
            allowed_pieces={code: int(stated["pieces"]) for code, stated in dict(store.setting(ALLOWED_PIECES, {})).items()},
            stated_splits=frozenset(store.setting(STATED_SPLITS, {})),
        ),
        how,
    )


def _with_duty_hours(
    model: TownModel, store: Store, around: Circumstances, profile: WorkloadProfile
) -> tuple[Circumstances, tuple[Text, ...]]:
    """When somebody is on duty and when the work comes, where both are known, and how in a sentence."""
    kept = store.setting(DUTY_HOURS)
    demand = model.derived(("hourly demand", repr(profile)), lambda: hourly_demand(model, profile)) if kept is not None else None
    if kept is None or demand is None:
        return around, ()
    weekdays, weekend = ((int(first), int(last)) for first, last in (kept["weekdays"], kept["weekend"]))
    about = Text(
        "无人值守：值守时段为工作日 {a}–{b} 时、周末 {c}–{d} 时；分时工作量只计警情，按发生的小时计。",
        "Duty hours: {a} to {b} on weekdays, {c} to {d} at weekends; work by hour is that of incidents, in the hour they began.",
    ).fill(a=weekdays[0], b=weekdays[1], c=weekend[0], d=weekend[1])
    return replace(around, demand_min_week=demand, on_duty=hours_on_duty(weekdays, weekend)), (about,)


def _measures(model: TownModel, workload: CellWorkload) -> CellMeasures:
    cells = model.cells_m.drop(columns="area_km2").reset_index(drop=True)
    cells[WORKLOAD] = workload.minutes_week.reindex(cells["code"]).to_numpy()
    places = model.places_in_cells
    risks = [key for key in RISK_LAYERS if key in places]
    return cell_measures(cells, workload.incidents, places.sum(axis=1), places[risks].sum(axis=1))


def _post_distances(model: TownModel) -> tuple[NDArray[np.float64] | None, tuple[Text, ...]]:
    """Metres from the town's own station to an inner point of each cell: along roads where roads are loaded, else straight."""
    stations = model.layers["stations"]
    own = stations[stations["role"] == "own"].to_crs(model.town.metric_crs)
    if own.empty:
        return None, (Text("没有本所位置，不计算距离。", "The place of the town's own station is not known, so no distances."),)
    roads = model.layers["roads"].to_crs(model.town.metric_crs).geometry
    cells = model.cells_m.reset_index(drop=True)
    if len(roads):
        posts = gpd.GeoSeries(own.geometry.to_numpy()[:1], index=["post"], crs=own.crs)
        found = road_distances(cells, posts, roads)
        how = Text("到所距离沿道路计算。", "Distances to the station are along roads.")
        return found.distance_m["post"].to_numpy(float), (how, *found.lines)
    straight = cells.geometry.representative_point().distance(own.geometry.iloc[0]).to_numpy(float)
    return straight, (Text("没有道路图层，到所距离为直线距离。", "No roads are loaded; distances to the station are straight."),)


def _held_today(assignments: pd.DataFrame) -> pd.DataFrame:
    return held_on(assignments, date.today())


def held_on(assignments: pd.DataFrame, day: date) -> pd.DataFrame:
    """The assignments that hold on a day: from valid_from to valid_to, both included; open where empty."""
    today = day.isoformat()
    begun = assignments["valid_from"].isna() | (assignments["valid_from"] <= today)
    open_ended = assignments["valid_to"].isna() | (assignments["valid_to"] >= today)
    return assignments[begun & open_ended]
