"""Workload of a cell: minutes of police work per week, from its incidents and its duties, with stated weights."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from layers.definition.refusal import Refusal
from layers.definition.text import Text

WORKLOAD = "workload_min_week"
"""Name of the column that holds a cell's workload, and of the result of `cell_workload`."""


@dataclass(frozen=True)
class WorkloadProfile:
    """How many minutes things take. `about` says where the weights come from; it is shown beside every result.

    `minutes_per_incident` by category; `minutes_week_per` by column of the cells, such as dwellings.
    """

    name: Text
    about: Text
    minutes_per_incident: Mapping[str, float]
    minutes_week_per: Mapping[str, float]

    def __post_init__(self) -> None:
        for weights in (self.minutes_per_incident, self.minutes_week_per):
            wrong = [key for key, minutes in weights.items() if not minutes >= 0]
            if wrong:
                raise Refusal(
                    Text("{n} 个权重为负或缺失（首个：{key}）。", "{n} weights are negative or missing (first: {key}).").fill(
                        n=len(wrong), key=wrong[0]
                    ),
                    Text("请填写 0 或更大的分钟数。", "Give minutes of 0 or more."),
                )
        object.__setattr__(self, "minutes_per_incident", MappingProxyType(dict(self.minutes_per_incident)))
        object.__setattr__(self, "minutes_week_per", MappingProxyType(dict(self.minutes_week_per)))


DEFAULT_PROFILE = WorkloadProfile(
    name=Text("默认权重", "Default weights"),
    about=Text(
        "起始假设，未经实测：每起警情的处置与跟进分钟数，加上走访、检查和巡逻的每周分钟数。请换成本所实测数据。",
        "Assumptions to start from, not measured: minutes to handle and follow up an incident, plus weekly minutes "
        "of visits, inspections and patrols. Replace them by the station's own figures.",
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
    },
    minutes_week_per={
        "dwellings": 0.2,  # one visit of ten minutes a year
        "organisations": 2.0,  # one inspection of half an hour a quarter, rounded
        "area_km2": 10.0,  # a patrol's way through open country
    },
)


def cell_workload(cells: pd.DataFrame, incidents: pd.DataFrame, weeks: float, profile: WorkloadProfile = DEFAULT_PROFILE) -> pd.Series:
    """Minutes of work per week of each cell: same index as `cells`, named workload_min_week.

    Sum over categories of incidents / weeks * minutes, plus sum over columns of amount * minutes per week. `incidents`
    counts them by cell code (rows) and category (columns) over `weeks` weeks; a cell it lacks had none. `cells` has
    `code` and the columns that the profile weighs; area_km2 is measured from the shapes where it is not a column.
    Refused: weeks not positive, a category or a column without its counterpart, counts for unknown cells, missing amounts.
    """
    if not weeks > 0:
        raise Refusal(
            Text("统计周数 {weeks} 无效。", "A count over {weeks} weeks is not possible.").fill(weeks=weeks),
            Text("请选择至少一天的时间段。", "Choose a period of at least one day."),
        )
    _check_counts(cells, incidents, profile)
    per_week = incidents.mul(pd.Series(dict(profile.minutes_per_incident)).reindex(incidents.columns), axis=1).sum(axis=1) / weeks
    minutes = cells["code"].map(per_week).fillna(0.0).astype(float)
    for column, each in profile.minutes_week_per.items():
        minutes = minutes + each * _amount(cells, column)
    return minutes.rename(WORKLOAD)


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


def _check_counts(cells: pd.DataFrame, incidents: pd.DataFrame, profile: WorkloadProfile) -> None:
    unweighted = [category for category in incidents.columns if category not in profile.minutes_per_incident]
    if unweighted:
        raise Refusal(
            Text("{n} 个警情类别没有权重（首个：{key}）。", "{n} incident categories have no weight (first: {key}).").fill(
                n=len(unweighted), key=unweighted[0]
            ),
            Text("请在权重中补上分钟数。", "Add their minutes to the weights."),
        )
    strangers = incidents.index.difference(pd.Index(cells["code"]))
    if len(strangers):
        raise Refusal(
            Text(
                "{n} 个网格有警情但不在网格表中（首个：{cell}）。", "{n} cells have incidents but are not among the cells (first: {cell})."
            ).fill(n=len(strangers), cell=strangers[0]),
            Text("请用当前网格重新统计警情。", "Count the incidents again on the present cells."),
        )
