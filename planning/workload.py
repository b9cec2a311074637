"""Workload of a cell: minutes of police work per week, from its incidents and its duties, with stated weights."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.reach import HOURS_OF_WEEK

Floats = NDArray[np.float64]

WORKLOAD = "workload_min_week"
"""Name of the column that holds a cell's workload, and of the result of `cell_workload`."""
NIGHT_HOURS = frozenset({22, 23, 0, 1, 2, 3, 4, 5})
"""The night shift; hours of the local wall clock."""
LEAST_WEEKS = 8  # fewer say too little about how weeks vary


@dataclass(frozen=True)
class WorkloadProfile:
    """How many minutes things take. `about` says where the weights come from; it is shown beside every result.

    `minutes_per_incident` by category; `minutes_week_per` by column of the cells, such as dwellings or schools. An incident
    of the night shift takes `night_factor` times as long, one of a month in `month_factor` (1 to 12) that many times.
    Refused: weights or factors that are negative or missing, months that are none.
    """

    name: Text
    about: Text
    minutes_per_incident: Mapping[str, float]
    minutes_week_per: Mapping[str, float]
    night_factor: float = 1.0
    month_factor: Mapping[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        months = {str(month): factor for month, factor in self.month_factor.items()}
        for weights in (self.minutes_per_incident, self.minutes_week_per, months, {"night": self.night_factor}):
            wrong = [key for key, minutes in weights.items() if not (0 <= minutes < float("inf"))]
            if wrong:
                raise Refusal(
                    Text("{n} 个权重为负或缺失（首个：{key}）。", "{n} weights are negative or missing (first: {key}).").fill(
                        n=len(wrong), key=wrong[0]
                    ),
                    Text("请填写 0 或更大的分钟数。", "Give minutes of 0 or more."),
                )
        strange = [month for month in self.month_factor if month not in range(1, 13)]
        if strange:
            raise Refusal(Text("没有 {month} 月。", "There is no month {month}.").fill(month=strange[0]))
        for name in ("minutes_per_incident", "minutes_week_per", "month_factor"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))


DEFAULT_PROFILE = WorkloadProfile(
    name=Text("默认权重", "Default weights"),
    about=Text(
        "起始假设，未经实测：每起警情的处置与跟进分钟数，加上走访、检查、护学和巡逻的每周分钟数。请换成本所实测数据。",
        "Assumptions to start from, not measured: minutes to handle and follow up an incident, plus weekly minutes "
        "of visits, inspections, school posts and patrols. Replace them by the station's own figures.",
    ),
    minutes_per_incident={
        "burglary": 240,
        "theft": 150,
        "fraud": 180,
        "injury": 240,
        "fight": 120,
        "petty_theft": 60,
        "gambling": 120,
        "disorder": 60,
        "dispute": 90,
        "noise": 30,
        "traffic": 45,
        "help": 30,
        "other": 45,
    },
    minutes_week_per={
        "dwellings": 0.2,  # one visit of ten minutes a year
        "organisations": 2.0,  # one inspection of half an hour a quarter, rounded
        "schools": 100.0,  # a post of ten minutes at either peak hour of five days
        "risk_places": 30.0,  # one check a week
        "fire_hazards": 15.0,  # one check a fortnight
        "area_km2": 10.0,  # a patrol's way through open country
    },
)


def incident_minutes(incidents: pd.DataFrame, profile: WorkloadProfile = DEFAULT_PROFILE) -> Floats:
    """Minutes that each incident takes, (n,): those of its category, times the factors of its hour and month.

    `incidents` has category and occurred_at (local wall clock). Refused: a category without a weight.
    """
    minutes = incidents["category"].map(dict(profile.minutes_per_incident))
    unweighted = sorted(set(incidents["category"][minutes.isna()]))
    if unweighted:
        raise Refusal(
            Text("{n} 个警情类别没有权重（首个：{key}）。", "{n} incident categories have no weight (first: {key}).").fill(
                n=len(unweighted), key=unweighted[0]
            ),
            Text("请在权重中补上分钟数。", "Add their minutes to the weights."),
        )
    at = incidents["occurred_at"].dt
    night = np.where(at.hour.isin(NIGHT_HOURS), profile.night_factor, 1.0)
    month = at.month.map(dict(profile.month_factor)).fillna(1.0)
    return np.asarray(minutes.to_numpy(float) * night * month.to_numpy(float), dtype=np.float64)


def demand_by_hour(incidents: pd.DataFrame, codes: pd.Index, weeks: float, profile: WorkloadProfile = DEFAULT_PROFILE) -> Floats:
    """Minutes a week that each cell's incidents take in every hour of the week, (n, 168), hour 0 from Monday 00:00.

    `incidents` has cell_code, category and occurred_at (local wall clock), of `weeks` weeks; the minutes stand in the hour in
    which the incident began. Duties without an hour of their own are not in it. Refused: as `incident_minutes`.
    """
    found = np.zeros((len(codes), HOURS_OF_WEEK))
    at = incidents["occurred_at"].dt
    hours = (24 * at.day_of_week + at.hour).to_numpy(int)
    np.add.at(found, (codes.get_indexer(incidents["cell_code"]), hours), incident_minutes(incidents, profile) / weeks)
    return found


def cell_workload(
    cells: pd.DataFrame, minutes_of_cell: Mapping[str, float], weeks: float, profile: WorkloadProfile = DEFAULT_PROFILE
) -> pd.Series:
    """Minutes of work per week of each cell: same index as `cells`, named workload_min_week.

    Minutes of its incidents / weeks, plus sum over columns of amount * minutes per week. `minutes_of_cell` are the minutes
    of the incidents of `weeks` weeks by cell code, such as sums of `incident_minutes`; a cell it lacks had none. `cells`
    has `code` and the columns that the profile weighs; area_km2 is measured from the shapes where it is not a column.
    Refused: weeks not positive, a column that is not there, minutes for unknown cells, missing amounts.
    """
    if not weeks > 0:
        raise Refusal(
            Text("统计周数 {weeks} 无效。", "A count over {weeks} weeks is not possible.").fill(weeks=weeks),
            Text("请选择至少一天的时间段。", "Choose a period of at least one day."),
        )
    _check_known(cells, minutes_of_cell)
    minutes = cells["code"].map(dict(minutes_of_cell)).fillna(0.0).astype(float) / weeks
    for column, each in profile.minutes_week_per.items():
        minutes = minutes + each * _amount(cells, column)
    return minutes.rename(WORKLOAD)


def bootstrap_interval(minutes_by_week: Floats, share: float = 0.90, draws: int = 999, seed: int = 1) -> tuple[Floats, Floats]:
    """Lower and upper bound (n,) of the mean weekly minutes of each cell: weeks drawn with replacement, percentile bounds.

    `minutes_by_week` (n, weeks). The same weeks are drawn for all cells, so what happens together stays together. Source:
    Efron and Tibshirani 1993, chapter 13. Refused: fewer than 8 weeks.
    """
    weeks = minutes_by_week.shape[1]
    if weeks < LEAST_WEEKS:
        raise too_few_weeks(weeks)
    drawn = np.random.default_rng(seed).multinomial(weeks, np.full(weeks, 1 / weeks), size=draws)
    means = minutes_by_week @ drawn.T / weeks
    low, high = np.quantile(means, [(1 - share) / 2, (1 + share) / 2], axis=1)
    return low, high


def too_few_weeks(weeks: int) -> Refusal:
    """That an interval can't be had from so few weeks."""
    return Refusal(
        Text("只有 {n} 周数据，至少需要 {least} 周才能估计区间。", "There are {n} weeks of data; an interval needs {least}.").fill(
            n=weeks, least=LEAST_WEEKS
        ),
        Text("请选择更长的时间段。", "Choose a longer period."),
    )


def _amount(cells: pd.DataFrame, column: str) -> pd.Series:
    if column == "area_km2" and column not in cells and getattr(cells, "crs", None) is not None and cells.crs.is_projected:
        return cells.geometry.area / 1e6
    if column not in cells:
        raise Refusal(
            Text("网格表缺少列 {column}。", "The cells have no column {column}.").fill(column=column),
            Text("请导入该列，或从权重中去掉。", "Import it, or take it out of the weights."),
        )
    missing = cells[column].isna()
    if missing.any():
        raise Refusal(
            Text("{n} 个网格缺少 {column}（首个：{cell}）。", "{n} cells have no {column} (first: {cell}).").fill(
                n=int(missing.sum()), column=column, cell=cells.loc[missing, "code"].iloc[0]
            ),
            Text("请补全后重新导入。", "Fill them in and import again."),
        )
    return cells[column].astype(float)


def _check_known(cells: pd.DataFrame, minutes_of_cell: Mapping[str, float]) -> None:
    strangers = sorted(set(minutes_of_cell) - set(cells["code"]))
    if strangers:
        raise Refusal(
            Text(
                "{n} 个网格有警情但不在网格表中（首个：{cell}）。", "{n} cells have incidents but are not among the cells (first: {cell})."
            ).fill(n=len(strangers), cell=strangers[0]),
            Text("请用当前网格重新统计警情。", "Count the incidents again on the present cells."),
        )
