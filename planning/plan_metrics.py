"""The measures of a whole plan. k beats; W_i: work of beat i; T: work of all cells."""

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from layers.definition.text import Text
from planning.balance import gini, largest_deviation, theil, variation
from planning.beat_metrics import incident_post_distance_m, mean_post_distance_m
from planning.compactness import hull_share, polsby_popper, reock, schwartzberg
from planning.metric import COUNT, INDEX, KILOMETRES, METRES, SHARE, Metric
from planning.tally import Tally

Floats = NDArray[np.float64]
Better = Literal["lower", "higher"] | None


def _metric(
    key: str,
    title: Text,
    unit: Text,
    digits: int,
    better: Better,
    compute: Callable[[Tally], float],
    about: Text,
    formula: str,
    source: str = "counting",
) -> Metric:
    return Metric(key, title, unit, digits, better, about, formula, source, "plan", compute)


def _mean(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")


def _largest(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.max()) if len(known) else float("nan")


def _furthest(t: Tally) -> float:
    """Not known if one beat with cells has a cell whose distance isn't known."""
    each = t.largest_distance_m()
    return _largest(each) if np.isfinite(each[t.totals.cells > 0]).all() else float("nan")


def _cut_border_km(t: Tally) -> float:
    return float("nan") if t.totals.cut_border_dm is None else t.totals.cut_border_dm / 10_000


def _mean_metric(key: str, title: Text, about: Text, formula: str, source: str, each: Callable[[Tally], Floats]) -> Metric:
    return _metric(key, title, INDEX, 3, "higher", lambda t: _mean(each(t)), about, f"mean over the beats with cells of {formula}", source)


def _kept_metric(who: Literal["beat", "lead"], key: str | None, what: Text) -> Metric:
    """Continuity: the share of an amount that keeps its beat, or its lead officer."""
    whose = {"beat": Text("警务区", "beat"), "lead": Text("责任民警", "lead officer")}[who]
    compute: Callable[[Tally], float] = (lambda t: t.kept_beat_share(key)) if who == "beat" else (lambda t: t.kept_lead_share(key))
    return _metric(
        f"kept_{who}_{key or 'cells'}_share",
        Text("{whose}不变的{what}", "{what} that keep their {whose}").fill(whose=whose, what=what),
        SHARE,
        3,
        "higher",
        compute,
        Text(
            "与现行方案相比，{whose}不变的{what}占比；只计现行方案中已有{whose}的网格。",
            "Part of the {what} whose {whose} is the same as in the plan in force, among the cells that have one there.",
        ).fill(whose=whose, what=what),
        f"{key or 'cells'} in cells with the same {who} / {key or 'cells'} in cells with a {who} in the plan in force",
        "this project",
    )


_AMOUNTS_KEPT = ((None, Text("网格", "cells")), ("dwellings", Text("房屋", "dwellings")), ("workload", Text("工作量", "minutes of work")))

PLAN_METRICS: tuple[Metric, ...] = (
    _metric(
        "beats",
        Text("警务区数", "beats"),
        COUNT,
        0,
        None,
        lambda t: float(len(t.codes)),
        Text("方案中的警务区数，含空警务区。", "Number of beats of the plan, empty ones included."),
        "count",
    ),
    _metric(
        "unassigned_cells",
        Text("未分配网格", "unassigned cells"),
        COUNT,
        0,
        "lower",
        lambda t: float(t.totals.unassigned_cells),
        Text("尚未归入任何警务区的网格；完成的方案应为 0。", "Cells that are in no beat yet; a finished plan has none."),
        "count",
    ),
    _metric(
        "largest_deviation",
        Text("最大偏差", "largest deviation"),
        SHARE,
        3,
        "lower",
        lambda t: largest_deviation(t.amount("workload"), t.amount_of_all("workload")),
        Text("工作量偏离均值最多的警务区，不论多少。", "The beat that is furthest from an equal part of the work, upwards or downwards."),
        "max |(k W_i - T) / T|",
        "customary in districting",
    ),
    _metric(
        "workload_variation",
        Text("工作量离散系数", "variation of workload"),
        SHARE,
        3,
        "lower",
        lambda t: variation(t.amount("workload")),
        Text("全部警务区工作量的不均程度，不只看最差的一个。", "How uneven the work is over all beats, not only at the worst one."),
        "population standard deviation of W_i / mean of W_i",
        "coefficient of variation, Pearson 1896",
    ),
    _metric(
        "workload_gini",
        Text("工作量基尼系数", "Gini index of workload"),
        INDEX,
        3,
        "lower",
        lambda t: gini(t.amount("workload")),
        Text("各区相同为 0，全部集中于一区则接近 1。", "0 when all beats have the same work, near 1 when one beat has it all."),
        "sum (2i - k - 1) W_i / (k sum W), W sorted",
        "Gini 1912",
    ),
    _metric(
        "workload_theil",
        Text("工作量泰尔指数", "Theil index of workload"),
        Text("（0 至 ln k）", "0 to ln k"),
        3,
        "lower",
        lambda t: theil(t.amount("workload")),
        Text("各区相同为 0；可按片区分解相加。", "0 when all beats have the same work; adds up over groups of beats."),
        "sum s_i ln(k s_i), s_i = W_i / sum W",
        "Theil 1967",
    ),
    _mean_metric(
        "mean_polsby_popper",
        Text("平均圆度", "mean roundness"),
        Text("有网格的警务区的平均圆度。", "Mean roundness of the beats that have cells."),
        "4 pi A / P²",
        "Polsby and Popper 1991",
        lambda t: polsby_popper(t.amount("area"), t.border_m),
    ),
    _mean_metric(
        "mean_schwartzberg",
        Text("平均等面积圆周长比", "mean equal-area circle ratio"),
        Text("同面积圆的周长与边界长之比的平均。", "Mean of the outline of the circle of the same area over the outline."),
        "2 sqrt(pi A) / P",
        "Schwartzberg 1966, turned over",
        lambda t: schwartzberg(t.amount("area"), t.border_m),
    ),
    _mean_metric(
        "mean_reock",
        Text("平均外接圆占比", "mean share of enclosing circle"),
        Text("面积占最小外接圆比例的平均。", "Mean part that a beat fills of the smallest circle around it."),
        "A / (pi R²)",
        "Reock 1961",
        lambda t: reock(t.amount("area"), t.enclosures[:, 1]),
    ),
    _mean_metric(
        "mean_hull_share",
        Text("平均凸包占比", "mean share of convex hull"),
        Text("面积占凸包比例的平均。", "Mean part that a beat fills of its convex hull."),
        "A / area of the convex hull",
        "Niemi, Grofman, Carlucci and Hofeller 1990",
        lambda t: hull_share(t.amount("area"), t.enclosures[:, 0]),
    ),
    _metric(
        "cut_border_km",
        Text("警务区间界线", "border between beats"),
        KILOMETRES,
        2,
        "lower",
        _cut_border_km,
        Text("不同警务区之间的界线总长，每段计一次。", "Length of the borders between different beats, each counted once."),
        "sum of the cells' common borders with two beats, each in whole dm",
        "cut edges of a cell graph, by length; DeFord, Duchin and Solomon 2021",
    ),
    _metric(
        "split_units",
        Text("被分割的社区/村", "divided units"),
        COUNT,
        0,
        "lower",
        lambda t: t.split_units(),
        Text("分属多个警务区的社区或行政村数。", "Communities or villages with cells in more than one beat."),
        "count",
    ),
    _metric(
        "plan_mean_post_distance_m",
        Text("到警务室平均距离（全镇）", "mean distance to the post, whole town"),
        METRES,
        0,
        "lower",
        lambda t: mean_post_distance_m(t)[1],
        Text("全部已分配网格到本区警务室的平均距离。", "Mean distance of all cells in a beat to the post of their beat."),
        "mean over the cells, each in whole dm",
        "measured",
    ),
    _metric(
        "plan_incident_post_distance_m",
        Text("到警情平均距离（全镇）", "mean distance to incidents, whole town"),
        METRES,
        0,
        "lower",
        lambda t: incident_post_distance_m(t)[1],
        Text("按警情数加权的到本区警务室平均距离。", "Mean distance to the post of the beat over all incidents in a beat."),
        "sum of incidents x distance / sum of incidents",
        "measured",
    ),
    _metric(
        "plan_largest_post_distance_m",
        Text("到警务室最远距离（全镇）", "largest distance to the post, whole town"),
        METRES,
        0,
        "lower",
        _furthest,
        Text("离本区警务室最远的网格的距离。", "Distance of the cell that is furthest from the post of its beat."),
        "max over the cells, each in whole dm",
        "measured",
    ),
    _metric(
        "most_places_per_officer",
        Text("每名民警场所数最多", "most places per officer"),
        Text("处", ""),
        0,
        "lower",
        lambda t: _largest(t.per_officer("places")),
        Text("负责场所最多的民警的场所数。", "Places of the lead officer who answers for most."),
        "max over the leads",
    ),
    _metric(
        "most_risk_places_per_officer",
        Text("每名民警风险场所数最多", "most risk places per officer"),
        Text("处", ""),
        0,
        "lower",
        lambda t: _largest(t.per_officer("risk_places")),
        Text("负责风险场所最多的民警的风险场所数。", "Risk places of the lead officer who answers for most."),
        "max over the leads",
    ),
    *(_kept_metric(who, key, what) for who in ("beat", "lead") for key, what in _AMOUNTS_KEPT),
    _metric(
        "unserved_share",
        Text("无人值守时段的工作量", "demand in no duty hours"),
        SHARE,
        3,
        "lower",
        lambda t: t.unserved_share(),
        Text(
            "落在无人值守时段的工作量占比；未分配网格按无人值守计，除非全镇共用一张班表。",
            "Part of the work when nobody of its beat is on duty; without a roster of the whole town, cells in no beat have nobody.",
        ),
        "sum of demand by hour of the week outside duty hours / sum of demand",
        "this project",
    ),
)
