"""The measures of one beat. k beats; W, A, P: work, area and outline of the beat; T: work of all cells."""

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from layers.definition.text import Text
from planning.balance import deviation
from planning.compactness import hull_share, polsby_popper, reock, schwartzberg
from planning.metric import COUNT, INDEX, KILOMETRES, METRES, MINUTES, SHARE, Metric
from planning.tally import Tally
from planning.workload import WORKLOAD

Floats = NDArray[np.float64]


def _metric(
    key: str,
    title: Text,
    unit: Text,
    digits: int,
    compute: Callable[[Tally], Floats],
    about: Text,
    formula: str = "sum over the cells of the beat",
    source: str = "counting",
    better: Literal["lower", "higher"] | None = None,
) -> Metric:
    return Metric(key, title, unit, digits, better, about, formula, source, "beat", compute)


def mean_post_distance_m(t: Tally) -> tuple[Floats, float]:
    """Mean over the cells, by beat (k,) and of all."""
    return t.mean_distance_m(np.ones(len(t.owner), dtype=np.int64))


def incident_post_distance_m(t: Tally) -> tuple[Floats, float]:
    """Mean over the incidents, by beat (k,) and of all; NaN if incidents aren't known."""
    incidents = t.measures.columns["incidents"]
    return (np.full(len(t.codes), np.nan), float("nan")) if incidents is None else t.mean_distance_m(incidents)


BEAT_METRICS: tuple[Metric, ...] = (
    _metric(
        "cells",
        Text("网格数", "cells"),
        COUNT,
        0,
        lambda t: t.totals.cells.astype(np.float64),
        Text("警务区内的网格数。", "Number of grid cells of the beat."),
    ),
    _metric(
        "dwellings",
        Text("房屋", "dwellings"),
        Text("户", ""),
        0,
        lambda t: t.amount("dwellings"),
        Text("警务区内的房屋数。", "Dwellings in the beat."),
    ),
    _metric(
        "persons",
        Text("人口", "persons"),
        Text("人", ""),
        0,
        lambda t: t.amount("persons"),
        Text("警务区内的登记人口数。", "Registered persons in the beat."),
    ),
    _metric(
        "incidents",
        Text("警情数", "incidents"),
        Text("起", ""),
        0,
        lambda t: t.amount("incidents"),
        Text("所选时段内发生在警务区的警情数。", "Incidents in the beat within the period chosen."),
    ),
    _metric(
        "area_km2",
        Text("面积", "area"),
        Text("平方公里", "km²"),
        2,
        lambda t: t.amount("area") / 1e6,
        Text("按本镇米制坐标系量算的面积。", "Area of the beat in the town's metric system."),
        "sum of the cells' areas, each in whole m²",
        "measured",
    ),
    _metric(
        "border_km",
        Text("边界长", "outline"),
        KILOMETRES,
        2,
        lambda t: t.border_m / 1000,
        Text("警务区外轮廓的总长，含内部空洞。", "Length of the outline of the beat, holes included."),
        "sum of the cells' outlines - 2 x borders inside, each in whole dm",
        "measured",
    ),
    _metric(
        WORKLOAD,
        Text("工作量", "workload"),
        MINUTES,
        0,
        lambda t: t.amount("workload"),
        Text("按公布的权重计算的每周工作量。", "Work in the beat by the stated weights."),
        "sum over the cells of the beat, each in whole 0.01 minutes",
        "planning.workload",
    ),
    _metric(
        "workload_share",
        Text("工作量占比", "share of workload"),
        SHARE,
        3,
        lambda t: t.amount("workload") / t.amount_of_all("workload") if t.amount_of_all("workload") > 0 else t.amount("workload") * np.nan,
        Text("占全部网格（含未分配）工作量的比例。", "Part of the work of all cells, those in no beat included."),
        "W / T",
    ),
    _metric(
        "deviation",
        Text("偏差", "deviation"),
        SHARE,
        3,
        lambda t: deviation(t.amount("workload"), t.amount_of_all("workload")),
        Text(
            "与平均工作量相差的比例：+0.2 为多五分之一。",
            "How far the work is from an equal part, as a share of it; +0.2 is a fifth too much.",
        ),
        "(k W - T) / T",
        "customary in districting",
    ),
    _metric(
        "polsby_popper",
        Text("圆度", "roundness"),
        INDEX,
        3,
        lambda t: polsby_popper(t.amount("area"), t.border_m),
        Text("圆为 1，正方形为 0.785，狭长则接近 0。", "1 for a circle, 0.785 for a square, near 0 for a ribbon."),
        "4 pi A / P²",
        "Polsby and Popper 1991",
        "higher",
    ),
    _metric(
        "schwartzberg",
        Text("等面积圆周长比", "equal-area circle ratio"),
        INDEX,
        3,
        lambda t: schwartzberg(t.amount("area"), t.border_m),
        Text("同面积圆的周长与边界长之比。", "Outline of the circle of the same area over the outline of the beat."),
        "2 sqrt(pi A) / P",
        "Schwartzberg 1966, turned over",
        "higher",
    ),
    _metric(
        "reock",
        Text("外接圆占比", "share of enclosing circle"),
        INDEX,
        3,
        lambda t: reock(t.amount("area"), t.enclosures[:, 1]),
        Text(
            "面积占最小外接圆的比例，越散越小。", "Part that the beat fills of the smallest circle around it; scattered beats fill little."
        ),
        "A / (pi R²), R the radius of the smallest enclosing circle",
        "Reock 1961",
        "higher",
    ),
    _metric(
        "hull_share",
        Text("凸包占比", "share of convex hull"),
        INDEX,
        3,
        lambda t: hull_share(t.amount("area"), t.enclosures[:, 0]),
        Text("面积占凸包的比例，没有凹湾和空洞时为 1。", "Part that the beat fills of its convex hull; 1 without bays and holes."),
        "A / area of the convex hull",
        "Niemi, Grofman, Carlucci and Hofeller 1990",
        "higher",
    ),
    _metric(
        "mean_post_distance_m",
        Text("到警务室平均距离", "mean distance to the post"),
        METRES,
        0,
        lambda t: mean_post_distance_m(t)[0],
        Text("网格内点到警务室的平均距离。", "Mean distance from the cells' inner points to the post."),
        "mean over the cells, each in whole dm",
        "measured",
        "lower",
    ),
    _metric(
        "incident_post_distance_m",
        Text("到警情平均距离", "mean distance to incidents"),
        METRES,
        0,
        lambda t: incident_post_distance_m(t)[0],
        Text("按警情数加权的到警务室平均距离。", "Mean distance to the post over the incidents, each placed at its cell's inner point."),
        "sum of incidents x distance / sum of incidents",
        "measured",
        "lower",
    ),
    _metric(
        "largest_post_distance_m",
        Text("到警务室最远距离", "largest distance to the post"),
        METRES,
        0,
        lambda t: t.largest_distance_m(),
        Text("最远网格内点到警务室的距离。", "Distance from the inner point of the furthest cell to the post."),
        "max over the cells, each in whole dm",
        "measured",
        "lower",
    ),
    _metric(
        "places_per_officer",
        Text("每名民警场所数", "places per officer"),
        Text("处", ""),
        0,
        lambda t: t.per_officer("places"),
        Text("责任民警在其全部警务区内负责的场所数。", "Places that the lead of the beat answers for, in all beats with that lead."),
        "sum over the beats with the same lead",
        "counting",
        "lower",
    ),
    _metric(
        "risk_places_per_officer",
        Text("每名民警风险场所数", "risk places per officer"),
        Text("处", ""),
        0,
        lambda t: t.per_officer("risk_places"),
        Text(
            "责任民警在其全部警务区内负责的风险场所数。", "Risk places that the lead of the beat answers for, in all beats with that lead."
        ),
        "sum over the beats with the same lead",
        "counting",
        "lower",
    ),
)
