"""Does it hold, and does it come back: methods scored on the next period, repeats near in place and time, and workload of beats."""

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import pandas as pd

from actions.caller import Caller
from actions.hotspot_basis import Basis
from actions.hotspot_data import chosen_rows, hotspot_data
from actions.hotspots import Progress, basis_of
from actions.measure_plan import profile_named
from actions.own_area import own_cells
from actions.permissions import may
from actions.see_map import shown_plan
from analysis.disclosure import SMALL, SMALL_MARK
from analysis.evaluation import AREA_SHARE, MEASURES, DensitySurface, Evaluation, Method, all_counts, evaluate, gi_star, rolling_origins
from analysis.incident_filter import IncidentFilter
from analysis.near_repeat import DISTANCES, Distance, NearRepeat, near_repeat
from layers.definition.text import Text
from planning.workload import LEAST_WEEKS, bootstrap_interval, incident_minutes, too_few_weeks

__all__ = ["AREA_SHARE", "DISTANCES", "MEASURES"]
TRAIN_DAYS, TEST_DAYS = 365, 28
SHUFFLING = Text("随机置换：已完成 {n:,} 次，共 {of:,} 次", "Shuffling: {n:,} of {of:,} done")
TURNING = Text("检验：第 {n} 轮，共 {of} 轮", "Checking: turn {n} of {of}")
METHODS: dict[str, Text] = {
    "density": Text("核密度", "kernel density"),
    "gi_star": Text("Gi* 的 z 值", "z of Gi*"),
    "all_counts": Text("全部历史件数", "all past counts"),
    "last_counts": Text("上期件数", "last period's counts"),
    "uniform": Text("各处相同（随机）", "uniform (chance)"),
}


@dataclass(frozen=True, eq=False)
class RepeatView:
    """Knox's table as it may be read, with its basis."""

    result: NearRepeat
    table: pd.DataFrame
    """place_m, time_days, observed (text), expected, ratio, p; the last three blank where the count may not be told."""
    basis: Basis


@dataclass(frozen=True, eq=False)
class EvaluationView:
    """The methods' scores with their basis."""

    result: Evaluation
    basis: Basis


@dataclass(frozen=True, eq=False)
class BeatWorkload:
    """Minutes a week that incidents take, per beat, with an interval."""

    table: pd.DataFrame
    """By beat code: name, name_en, cells, incidents, minutes_week, low, high."""
    share: float
    weeks: int
    note: Text


def repeat_view(
    caller: Caller,
    by: IncidentFilter,
    distance: Distance = "manhattan",
    shuffles: int = 999,
    seed: int = 0,
    progress: Progress | None = None,
) -> RepeatView:
    """Pairs of incidents near in place and time against shuffled dates. Refused: as `near_repeat`."""
    chosen = chosen_rows(caller, by)
    said = None if progress is None else lambda n: progress(n / shuffles, SHUFFLING.fill(n=n, of=shuffles))
    x, y = chosen.points_m
    result = near_repeat(x, y, chosen.table["occurred_at"], distance=distance, shuffles=shuffles, seed=seed, progress=said)
    plain = basis_of(caller, chosen, chosen.data.grid(200))
    words = Text("Knox 检验，{d}，档为 [起, 止)", "Knox test, {d}, bands [from, to)").fill(d=DISTANCES[distance])
    basis = replace(
        plain,
        cell_m=None,
        n=result.n_used,
        test=words,
        shuffles=result.shuffles or None,
        seed=seed,
        cautions=(*plain.cautions, result.caution),
    )
    table = result.table()
    few = table["observed"].between(1, SMALL - 1) if not may("see_small_counts", caller.role) else pd.Series(False, table.index)
    table["observed"] = table["observed"].astype(str).mask(few, SMALL_MARK)
    for name in ("expected", "ratio", "p"):
        table[name] = pd.to_numeric(table[name]).astype(float).mask(few)
    return RepeatView(result, table, basis)


def evaluation_view(
    caller: Caller,
    by: IncidentFilter,
    cell_m: int,
    radius_m: float,
    train_days: int = TRAIN_DAYS,
    test_days: int = TEST_DAYS,
    area_share: float = AREA_SHARE,
    progress: Progress | None = None,
) -> EvaluationView:
    """Density, Gi*, all counts, last counts and uniform, by rolling origin up to the choice's last day. Refused: as `evaluate`."""
    data = hotspot_data(caller)
    first = data.span[0]
    origins = rolling_origins(first, by.last, train_days, test_days)
    chosen = chosen_rows(caller, replace(by, first=first))
    said = None if progress is None else lambda n: progress(n / len(origins), TURNING.fill(n=n, of=len(origins)))
    x, y = chosen.points_m
    methods: dict[str, Method] = {"density": DensitySurface(radius_m), "gi_star": gi_star, "all_counts": all_counts}
    result = evaluate(data.grid(cell_m), x, y, chosen.table["occurred_at"], origins, methods, area_share, progress=said)
    words = Text(
        "滚动检验 {k} 轮：用 {a} 天学习，在其后 {b} 天检验，取辖区 {s:.0%} 的面积（{km:.2f} 平方公里）",
        "{k} rolling turns: learns from {a} days, scored on the next {b}, at {s:.0%} of the area ({km:.2f} km²)",
    )
    test = words.fill(k=len(origins), a=train_days, b=test_days, s=area_share, km=result.area_km2)
    plain = basis_of(caller, chosen, data.grid(cell_m), radius_m)
    return EvaluationView(result, replace(plain, test=test, cautions=(*plain.cautions, *result.notices)))


def held_line(view: EvaluationView, method: str) -> Text:
    """One sentence: of the incidents that came next, how many fell in the best part of the area by this method, beside the baselines."""
    table = view.result.table.set_index("method")
    words = Text(
        "检验：在辖区 {s:.0%} 的面积上，{m}命中其后警情的 {h:.0%}（PAI {p:.1f}{i}）；上期件数 {c:.0%}，随机 {u:.0%}。共 {k} 轮，{n:,} 起。",
        "Check: in the best {s:.0%} of the area by {m}, {h:.0%} of the incidents that came next (PAI {p:.1f}{i}); by last period's "
        "counts {c:.0%}, by chance {u:.0%}. {k} turns, {n:,} incidents.",
    )
    row = table.loc[method]
    low, high = row["pai_lower"], row["pai_upper"]
    counts = {"k": int(row["origins"]), "n": int(row["tested"])}
    return words.fill(
        s=view.result.area_share,
        m=METHODS[method],
        h=float(row["hit_share"]),
        p=float(row["pai"]),
        i="" if pd.isna(low) else f", {low:.1f}–{high:.1f}",
        c=float(table.at["last_counts", "hit_share"]),
        u=float(table.at["uniform", "hit_share"]),
        **counts,
    )


def best_method(view: EvaluationView) -> Text:
    """Which method hit most in the fixed area, and whether it is clearly better than last period's counts."""
    table = view.result.table.set_index("method")
    best = str(table["hit_share"].astype(float).idxmax())
    share = float(table.at[best, "hit_share"])
    words = Text("命中最多：{m}，{s:.0%} 的警情落在所选面积内", "Most hits: {m}, {s:.0%} of the incidents fell in that area")
    found = words.fill(m=METHODS.get(best, Text(best, best)), s=share)
    lower = table["pai_over_counts_lower"].astype(float).get(best, np.nan) if "pai_over_counts_lower" in table else np.nan
    if best != "last_counts" and not (np.isfinite(lower) and lower > 0):
        unclear = Text("{f}；与上期件数相比没有明确优势。", "{f}; not clearly better than last period's counts.")
        return unclear.fill(f=found)
    return Text("{f}。", "{f}.").fill(f=found)


def beat_workload(caller: Caller, share: float = 0.90, profile: str | None = None) -> BeatWorkload:
    """Minutes a week per beat of the plan shown, whole weeks of the last year, interval by bootstrap over weeks.

    By the workload profile of that name, or the default one. Duties are not in it: they do not vary. Refused: no plan, fewer than eight
    weeks of incidents, a profile that is not kept.
    """
    caller.must("see_workload")
    weighing = profile_named(caller.store, profile)
    plan, table = shown_plan(caller), hotspot_data(caller).table
    first, last = hotspot_data(caller).span
    weeks = min(52, ((last - first).days + 1) // 7)
    if weeks < LEAST_WEEKS:
        raise too_few_weeks(weeks)
    of_weeks = IncidentFilter(last - timedelta(days=7 * weeks - 1), last).keeps(table)
    beat = table["cell_code"].astype(object).map(dict(plan.beat_of))
    chosen = table[of_weeks & beat.notna().to_numpy()]
    codes = pd.Index([b.code for b in plan.beats])
    of_beat = codes.get_indexer(beat.loc[chosen.index])
    by_week, week = np.zeros((len(codes), weeks)), (pd.Timestamp(last) - chosen["occurred_at"].dt.normalize()).dt.days.to_numpy() // 7
    plain = chosen.assign(category=chosen["category"].astype(str))
    np.add.at(by_week, (of_beat, week), incident_minutes(plain, weighing))
    low, high = bootstrap_interval(by_week, share)
    counts = np.bincount(of_beat, minlength=len(codes))
    exact = may("see_small_counts", caller.role)
    rows = {
        "name": [b.name for b in plan.beats],
        "name_en": [b.name_en or b.name for b in plan.beats],
        "cells": [sum(owner == b.code for owner in plan.beat_of.values()) for b in plan.beats],
        "incidents": [str(n) if exact or not 0 < n < SMALL else SMALL_MARK for n in counts],
        "minutes_week": by_week.mean(axis=1),
        "low": low,
        "high": high,
    }
    words = Text(
        "按“{p}”折算，{w} 周至 {d}；区间为按周自助抽样的 {s:.0%} 区间；日常勤务未计入（不随周变化）。{about}",
        "By '{p}' over {w} weeks up to {d}; interval: {s:.0%} bootstrap over weeks; duties, which do not vary, left out. {about}",
    )
    note = words.fill(p=weighing.name, w=weeks, d=last, s=share, about=weighing.about)
    made = pd.DataFrame(rows, index=codes)
    cells = own_cells(caller)
    if cells is not None:  # an officer's incidents are those of the own cells, so other beats would read as idle
        made = made[[code in {plan.beat_of.get(cell) for cell in cells} for code in codes]]
    return BeatWorkload(made, share, weeks, note)
