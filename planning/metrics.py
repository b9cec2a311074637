"""How good a plan is, in numbers: one table of measures, per beat and for the whole plan."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.definition.text import Text
from planning.beat_outlines import beat_outlines
from planning.cell_graph import CellGraph, check_metres
from planning.plan import Plan
from planning.workload import WORKLOAD

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BeatTotals:
    """Sums per beat, arrays (k,) in the plan's order of beats; what the measures are worked out from.

    NaN where a column is not known. `all_workload_min_week` also counts the unassigned cells, so that the ideal does
    not move while a plan is being drawn.
    """

    codes: tuple[str, ...]
    cells: Floats
    dwellings: Floats
    persons: Floats
    area_m2: Floats
    border_m: Floats
    workload_min_week: Floats
    all_workload_min_week: float
    unassigned_cells: int

    @property
    def ideal_min_week(self) -> float:
        """Workload of a beat if all were equal."""
        return self.all_workload_min_week / len(self.codes) if self.codes else float("nan")


@dataclass(frozen=True)
class Metric:
    """One measure. A changed formula raises `version`, which makes stored results stale."""

    key: str
    title: Text
    unit: Text
    better: Literal["lower", "higher"] | None
    version: int
    about: str
    source: str
    scope: Literal["beat", "plan"]
    compute: Callable[[BeatTotals], Floats | float]
    """(k,) for a beat's measure, one number for a plan's; NaN where it can't be known."""


def deviation(workload: Floats, ideal: float) -> Floats:
    """How far each workload (k,) is from the ideal, as a share of it: +0.2 is a fifth too much. NaN without an ideal."""
    return workload / ideal - 1 if ideal > 0 else np.full(len(workload), np.nan)


def largest_deviation(workload: Floats, ideal: float) -> float:
    """Largest |W / ideal - 1| of the workloads (k,), as a share. NaN for none or without an ideal."""
    return float(np.max(np.abs(deviation(workload, ideal)))) if len(workload) else float("nan")


def variation(workload: Floats) -> float:
    """Coefficient of variation of the workloads (k,): population standard deviation / mean; 0 when all are equal."""
    return float(np.std(workload) / np.mean(workload)) if len(workload) and np.mean(workload) > 0 else float("nan")


def gini(workload: Floats) -> float:
    """Gini index of the workloads (k,): 0 when all are equal, (k - 1) / k when one beat has everything.

    sum of (2 i - k - 1) W_i / (k sum W), W sorted and i from 1. Source: Gini 1912.
    """
    if not len(workload) or not np.sum(workload) > 0:
        return float("nan")
    k = len(workload)
    rank = 2 * np.arange(1, k + 1) - k - 1
    return float(rank @ np.sort(workload) / (k * workload.sum()))


def polsby_popper(area_m2: Floats, border_m: Floats) -> Floats:
    """How round each beat is: 1 for a circle, pi / 4 for a square, near 0 for a ribbon. Arrays (k,); NaN for no border.

    4 pi A / P squared, in metres only. Source: Polsby and Popper 1991.
    """
    return np.divide(4 * np.pi * area_m2, border_m**2, out=np.full(len(area_m2), np.nan), where=border_m > 0)


def _mean_roundness(totals: BeatTotals) -> float:
    each = polsby_popper(totals.area_m2, totals.border_m)
    return float(np.nanmean(each)) if np.isfinite(each).any() else float("nan")


_COUNT, _SHARE = Text("个", ""), Text("（占比，0–1）", "share, 0 to 1")
_MINUTES = Text("分钟/周", "minutes a week")
_SUM = "Sum over the cells of the beat."

METRICS: dict[str, Metric] = {
    metric.key: metric
    for metric in (
        Metric("cells", Text("网格数", "cells"), _COUNT, None, 1, "Number of grid cells of the beat.", _SUM, "beat", lambda t: t.cells),
        Metric(
            "dwellings", Text("房屋", "dwellings"), Text("户", ""), None, 1, "Dwellings in the beat.", _SUM, "beat", lambda t: t.dwellings
        ),
        Metric(
            "persons",
            Text("人口", "persons"),
            Text("人", ""),
            None,
            1,
            "Registered persons in the beat.",
            _SUM,
            "beat",
            lambda t: t.persons,
        ),
        Metric(
            "area_km2",
            Text("面积", "area"),
            Text("平方公里", "km²"),
            None,
            1,
            "Area of the beat in the town's metric system.",
            _SUM,
            "beat",
            lambda t: t.area_m2 / 1e6,
        ),
        Metric(
            WORKLOAD,
            Text("工作量", "workload"),
            _MINUTES,
            None,
            1,
            "Work in the beat by the stated weights.",
            _SUM,
            "beat",
            lambda t: t.workload_min_week,
        ),
        Metric(
            "workload_share",
            Text("工作量占比", "share of workload"),
            _SHARE,
            None,
            1,
            "Part of all the town's work that falls to the beat, unassigned cells included in the whole.",
            "W / sum of W over all cells.",
            "beat",
            lambda t: deviation(t.workload_min_week, t.all_workload_min_week) + 1,
        ),
        Metric(
            "deviation",
            Text("与均值的偏差", "deviation from ideal"),
            _SHARE,
            None,
            1,
            "How much more or less work than an equal part the beat has; +0.1 is a tenth too much.",
            "W / ideal - 1, ideal = work of all cells / number of beats.",
            "beat",
            lambda t: deviation(t.workload_min_week, t.ideal_min_week),
        ),
        Metric(
            "polsby_popper",
            Text("紧凑度", "roundness"),
            Text("（0–1）", "0 to 1"),
            "higher",
            1,
            "How round the beat is: 1 is a circle, 0.79 a square, 0.3 a long strip.",
            "4 pi A / P²; Polsby and Popper 1991.",
            "beat",
            lambda t: polsby_popper(t.area_m2, t.border_m),
        ),
        Metric(
            "beats",
            Text("警务区数", "beats"),
            _COUNT,
            None,
            1,
            "Number of beats of the plan, empty ones included.",
            "Count.",
            "plan",
            lambda t: len(t.codes),
        ),
        Metric(
            "unassigned_cells",
            Text("未分配网格", "unassigned cells"),
            _COUNT,
            "lower",
            1,
            "Cells that are in no beat yet; a finished plan has none.",
            "Count.",
            "plan",
            lambda t: t.unassigned_cells,
        ),
        Metric(
            "largest_deviation",
            Text("最大偏差", "largest deviation"),
            _SHARE,
            "lower",
            1,
            "The beat that is furthest from an equal part of the work, upwards or downwards.",
            "max |W / ideal - 1|, ideal = work of all cells / number of beats.",
            "plan",
            lambda t: largest_deviation(t.workload_min_week, t.ideal_min_week),
        ),
        Metric(
            "workload_variation",
            Text("工作量离散系数", "variation of workload"),
            _SHARE,
            "lower",
            1,
            "How uneven the work is over all beats, not only at the worst one.",
            "Coefficient of variation: population standard deviation / mean.",
            "plan",
            lambda t: variation(t.workload_min_week),
        ),
        Metric(
            "workload_gini",
            Text("工作量基尼系数", "Gini index of workload"),
            Text("（0–1）", "0 to 1"),
            "lower",
            1,
            "0 when all beats have the same work, near 1 when one beat has it all.",
            "sum (2i - k - 1) W_i / (k sum W), W sorted; Gini 1912.",
            "plan",
            lambda t: gini(t.workload_min_week),
        ),
        Metric(
            "mean_polsby_popper",
            Text("平均紧凑度", "mean roundness"),
            Text("（0–1）", "0 to 1"),
            "higher",
            1,
            "Mean roundness of the beats that have cells.",
            "Mean of 4 pi A / P²; Polsby and Popper 1991.",
            "plan",
            _mean_roundness,
        ),
    )
}


def beat_totals(plan: Plan, cells: gpd.GeoDataFrame, graph: CellGraph | None = None) -> BeatTotals:
    """Sums over the cells of each beat. `cells` has `code` and polygons in metres; other columns are optional.

    Used when there: dwellings, persons, workload_min_week. A cell that the plan lacks counts as unassigned. The border
    of a beat is the sum of its cells' outlines without the borders inside it; with a graph of the same cells these are
    known, without one the cells are dissolved. Refused: cells in degrees.
    """
    check_metres(cells)
    codes = tuple(beat.code for beat in plan.beats)
    position = {code: i for i, code in enumerate(codes)}
    beats = (plan.beat_of.get(cell) for cell in cells["code"])
    owner = np.array([-1 if beat is None else position[beat] for beat in beats], dtype=np.int64)
    held = owner >= 0

    def summed(values: Floats) -> Floats:
        return np.bincount(owner[held], values[held], len(codes)).astype(np.float64)

    def column(name: str) -> Floats:
        return cells[name].to_numpy(float) if name in cells else np.full(len(cells), np.nan)

    workload = column(WORKLOAD)
    known = {name: summed(column(name)) if name in cells else np.full(len(codes), np.nan) for name in ("dwellings", "persons", WORKLOAD)}
    return BeatTotals(
        codes=codes,
        cells=summed(np.ones(len(cells))),
        dwellings=known["dwellings"],
        persons=known["persons"],
        area_m2=summed(cells.geometry.area.to_numpy()),
        border_m=_border_m(plan, codes, cells, graph, summed),
        workload_min_week=known[WORKLOAD],
        all_workload_min_week=float(workload.sum()),
        unassigned_cells=int((~held).sum()),
    )


def beat_table(plan: Plan, cells: gpd.GeoDataFrame, graph: CellGraph | None = None) -> pd.DataFrame:
    """One row per beat, indexed by its code in the plan's order; one column per measure of scope "beat" in `METRICS`.

    Input, units and refusals as for `beat_totals`. NaN where a measure can't be known.
    """
    totals = beat_totals(plan, cells, graph)
    columns = {key: metric.compute(totals) for key, metric in METRICS.items() if metric.scope == "beat"}
    return pd.DataFrame(columns, index=pd.Index(totals.codes, name="beat", dtype=object))


def plan_summary(plan: Plan, cells: gpd.GeoDataFrame, graph: CellGraph | None = None) -> dict[str, float | None]:
    """One number per measure of scope "plan" in `METRICS`; None where it can't be known. Input as for `beat_totals`."""
    totals = beat_totals(plan, cells, graph)
    found = {key: float(metric.compute(totals)) for key, metric in METRICS.items() if metric.scope == "plan"}
    return {key: value if np.isfinite(value) else None for key, value in found.items()}


def _border_m(
    plan: Plan, codes: tuple[str, ...], cells: gpd.GeoDataFrame, graph: CellGraph | None, summed: Callable[[Floats], Floats]
) -> Floats:
    if graph is None:
        return beat_outlines(cells, plan.beat_of).length.reindex(codes, fill_value=0.0).to_numpy(float)
    owners = graph.owners(plan.beat_of)
    a, b = graph.edges.T
    within = np.array([x is not None and x == y for x, y in zip(owners[a], owners[b], strict=True)], dtype=bool)
    position = {code: i for i, code in enumerate(codes)}
    inner = np.bincount([position[x] for x in owners[a][within]], graph.border_m[within], len(codes))
    return summed(cells.geometry.length.to_numpy()) - 2 * inner
