"""CPU time of all measures of a plan, and of the same after one moved cell: python -m tests.benchmarks.bench_metrics

Voronoi cells of about 25 ha with bent borders, a corner every 15 m, in beats of about 100 cells, with incidents,
places, a post of each beat, demand by hour and duty hours of each beat, and a plan in force, so that no measure is
left out. CPU milliseconds, median and worst; single thread. Cell measures and graph are made once per set of cells.
"""

import time
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planning.cell_graph import cell_graph
from planning.cell_measures import cell_measures
from planning.circumstances import Circumstances
from planning.metrics import METRICS, beat_table, plan_summary
from planning.plan import Beat, Plan, PlanHeader
from planning.reach import straight_distance_m
from planning.rules import check_plan
from planning.tally import Tally, tally
from tests.importing.broken_coverages import curved_partition

CELLS_PER_BEAT = 100


def town(n: int) -> tuple[gpd.GeoDataFrame, Plan, Circumstances, list[pd.Series]]:
    """Cells with their amounts, a plan on a chequerboard, what is known around it, and the three counts."""
    rng = np.random.default_rng(3)
    cells = curved_partition(n, rng)
    cells = cells.assign(code=[f"c{i:05}" for i in range(len(cells))], dwellings=rng.integers(50, 400, len(cells)))
    cells = cells.assign(persons=cells["dwellings"] * 2, workload_min_week=rng.gamma(3, 40, len(cells)))
    middle = shapely.get_coordinates(shapely.point_on_surface(cells.geometry.to_numpy()))
    low, high = middle.min(axis=0), middle.max(axis=0) + 1
    side = max(2, round((n / CELLS_PER_BEAT) ** 0.5))
    square = ((middle - low) / (high - low) * side).astype(int) @ (side, 1)
    cells["unit_code"] = [f"u{s}" for s in square]
    beats = tuple(Beat(f"{b:03}", f"{b}", f"{b}", f"P{b % 40}") for b in range(side * side))
    plan = Plan(PlanHeader("p", "方案", "plan", "draft"), beats, dict(zip(cells["code"], (f"{s:03}" for s in square), strict=True)))
    posts = np.array([middle[square == b].mean(axis=0) for b in range(len(beats))])
    around = Circumstances(
        before=plan,
        post_distance_m=straight_distance_m(middle, posts),
        response_limit_m=3000.0,
        demand_min_week=rng.gamma(2, 0.4, (len(cells), 168)),
        on_duty=rng.random((len(beats), 168)) < 0.7,
    )
    counts = [pd.Series(rng.poisson(mean, len(cells)), index=cells["code"]) for mean in (3, 2, 0.2)]
    return cells, plan, around, counts


def every_measure(found: Tally) -> list[object]:
    """All measures of the beats and of the plan, as arrays and numbers."""
    return [metric.compute(found) for metric in METRICS.values()]


def cpu_ms(task: Callable[[], object], runs: int) -> tuple[float, float]:
    """Median and worst CPU milliseconds of a task."""
    spent = []
    for _ in range(runs):
        start = time.process_time()
        task()
        spent.append((time.process_time() - start) * 1000)
    return float(np.median(spent)), max(spent)


def print_times(n: int) -> None:
    """One row per task."""
    cells, plan, around, counts = town(n)
    made = cpu_ms(lambda: cell_measures(cells, *counts), 5)
    measures, graph = cell_measures(cells, *counts), cell_graph(cells)
    first = tally(plan, measures, graph, around)
    every_measure(first)
    moves = iter(np.random.default_rng(4).integers(0, [len(cells), len(plan.beats)], (10_000, 2)))

    def move() -> object:
        cell, beat = next(moves)
        return every_measure(first.moved([measures.codes[cell]], plan.beats[beat].code))

    rows = {
        "cell measures, once per set of cells": made,
        "tally with all circumstances": cpu_ms(lambda: tally(plan, measures, graph, around), 9),
        "all measures of that tally": cpu_ms(lambda: every_measure(tally(plan, measures, graph, around)), 9),
        "all measures after one moved cell": cpu_ms(move, 200),
        "table and summary after one moved cell": cpu_ms(lambda: (lambda t: (beat_table(t), plan_summary(t)))(_moved(first)), 50),
        "all checks": cpu_ms(lambda: check_plan(plan, measures, graph, around), 5),
    }
    corners = shapely.get_num_coordinates(cells.geometry.to_numpy()).mean()
    print(f"\n{len(cells):,} cells, {corners:.0f} corners each, {len(plan.beats)} beats, {len(METRICS)} measures; CPU ms, median and worst")
    for task, (median, worst) in rows.items():
        print(f"{task:<40} {median:>8.2f} {worst:>8.2f}")


def _moved(found: Tally) -> Tally:
    return found.moved([found.measures.codes[7]], found.codes[-1])


if __name__ == "__main__":
    for size in (154, 5_000):
        print_times(size)
