"""Workload of every cell by a named profile over a stated period, as maps, the editor and reports show it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from actions.caller import Caller
from actions.own_area import own_cells
from actions.town_model import TownModel
from analysis.incident_filter import IncidentFilter, year_up_to
from layers.definition.text import Text
from planning.workload import (
    DEFAULT_PROFILE,
    LEAST_WEEKS,
    WorkloadProfile,
    bootstrap_interval,
    cell_workload,
    demand_by_hour,
    incident_minutes,
    too_few_weeks,
)

Period = tuple[date, date]


@dataclass(frozen=True, eq=False)
class CellWorkload:
    """Minutes of work per week of each cell, and from what they were worked out."""

    minutes_week: pd.Series
    """By cell code."""
    incidents: pd.Series
    """Incidents of the period by cell code."""
    profile: WorkloadProfile
    period: Period | None
    """First and last day; None without any incident, when only the duties count."""
    n_outside: int
    """Incidents of the period that lie in no cell; they count for none."""

    @property
    def about(self) -> Text:
        """Profile, period and counts in a sentence, to stand beside every figure that rests on them."""
        if self.period is None:
            words = Text(
                "工作量按“{profile}”计算，尚无警情，只计日常勤务。{about}",
                "Workload by '{profile}'; no incidents yet, duties only. {about}",
            )
            return words.fill(profile=self.profile.name, about=self.profile.about)
        words = Text(
            "工作量按“{profile}”计算，警情 {first} 至 {last} 共 {n:,} 起（辖区外 {out} 起未计）。{about}",
            "Workload by '{profile}' from {n:,} incidents of {first} to {last} ({out} outside all cells left out). {about}",
        )
        first, last = self.period
        counts = {"n": int(self.incidents.sum()), "out": self.n_outside}
        return words.fill(profile=self.profile.name, first=first, last=last, about=self.profile.about, **counts)


def town_workload(caller: Caller, profile: WorkloadProfile = DEFAULT_PROFILE, period: Period | None = None) -> CellWorkload:
    """The workload of all cells; the period is the last twelve months of incidents when none is given.

    A limited caller is told of the own cells: no minutes (NaN) and no incidents of all others. Refused: what
    `planning.workload.cell_workload` and `incident_minutes` refuse.
    """
    caller.must("see_workload")
    found, own = model_workload(caller.model, profile, period), own_cells(caller)
    if own is None:
        return found
    mine = found.minutes_week.index.isin(own)
    return replace(found, minutes_week=found.minutes_week.where(mine), incidents=found.incidents.where(mine, 0))


def model_workload(model: TownModel, profile: WorkloadProfile, period: Period | None = None) -> CellWorkload:
    """The same for other actions, which have asked for permission themselves."""
    cells, period = cell_facts(model), period or _last_year(model.incidents)
    codes = pd.Index(cells["code"])
    if period is None:
        return CellWorkload(cell_workload(cells, {}, 1, profile).set_axis(codes), pd.Series(0, codes), profile, None, 0)
    chosen = model.incidents[IncidentFilter(*period).keeps(model.incidents)]
    inside = chosen[chosen["cell_code"].notna()]
    minutes = pd.Series(incident_minutes(inside, profile), index=inside.index).groupby(inside["cell_code"]).sum()
    workload = cell_workload(cells, minutes.to_dict(), _days(period) / 7, profile).set_axis(codes)
    counts = inside["cell_code"].value_counts().reindex(codes, fill_value=0)
    return CellWorkload(workload, counts, profile, period, len(chosen) - len(inside))


def hourly_demand(model: TownModel, profile: WorkloadProfile) -> NDArray[np.float64] | None:
    """Minutes a week of each cell's incidents of the last twelve months by hour of the week, (n, 168); None without incidents."""
    period = _last_year(model.incidents)
    if period is None:
        return None
    chosen = model.incidents[IncidentFilter(*period).keeps(model.incidents) & model.incidents["cell_code"].notna().to_numpy()]
    return demand_by_hour(chosen, pd.Index(model.cells["code"]), _days(period) / 7, profile)


def workload_interval(caller: Caller, profile: WorkloadProfile = DEFAULT_PROFILE, share: float = 0.90) -> pd.DataFrame:
    """Minutes a week that each cell's incidents take, with an interval by bootstrap over the whole weeks of the last year.

    By cell code: name, name_en, minutes_week, low, high. Duties are not in it, as they do not vary. A limited
    caller receives the own cells. Refused: fewer than eight weeks of incidents.
    """
    caller.must("see_workload")
    incidents, period = caller.model.incidents, _last_year(caller.model.incidents)
    weeks = _days(period) // 7 if period else 0
    if period is None or weeks < LEAST_WEEKS:
        raise too_few_weeks(weeks)
    last = period[1]
    of_weeks = IncidentFilter(last - timedelta(days=7 * weeks - 1), last).keeps(incidents)
    chosen = incidents[of_weeks & incidents["cell_code"].notna().to_numpy()]
    codes = pd.Index(caller.model.cells["code"])
    by_week = np.zeros((len(codes), weeks))
    week = (pd.Timestamp(last) - chosen["occurred_at"].dt.normalize()).dt.days.to_numpy() // 7
    np.add.at(by_week, (codes.get_indexer(chosen["cell_code"]), week), incident_minutes(chosen, profile))
    low, high = bootstrap_interval(by_week, share)
    cells, own = caller.model.cells, own_cells(caller)
    names = {"name": cells["name"].to_numpy(), "name_en": cells["name_en"].fillna(cells["name"]).to_numpy()}
    found = pd.DataFrame({**names, "minutes_week": by_week.mean(axis=1), "low": low, "high": high}, index=codes)
    return found if own is None else found[found.index.isin(own)]


def cell_facts(model: TownModel) -> pd.DataFrame:
    """Cells with their counts, area_km2, and how many places of each kind lie in each."""
    cells = pd.DataFrame(model.cells.drop(columns="geometry"))
    return cells.join(model.places_in_cells).reset_index(drop=True)


def _last_year(incidents: pd.DataFrame) -> Period | None:
    if incidents.empty:
        return None
    last = incidents["occurred_at"].max().date()
    return year_up_to(last), last


def _days(period: Period) -> int:
    return (period[1] - period[0]).days + 1
