"""How good a plan is, in numbers: one table of measures, per beat and for the whole plan."""

import numpy as np
import pandas as pd

from planning.beat_metrics import BEAT_METRICS
from planning.metric import Metric
from planning.plan_metrics import PLAN_METRICS
from planning.tally import Tally

METRICS: dict[str, Metric] = {metric.key: metric for metric in (*BEAT_METRICS, *PLAN_METRICS)}


def beat_table(tally: Tally) -> pd.DataFrame:
    """One row per beat, indexed by its code in the plan's order; one column per measure of scope "beat" in `METRICS`.

    NaN where a measure can't be known.
    """
    columns = {metric.key: np.asarray(metric.compute(tally)) for metric in BEAT_METRICS}
    return pd.DataFrame(columns, index=pd.Index(tally.codes, name="beat", dtype=object))


def plan_summary(tally: Tally) -> dict[str, float | None]:
    """One number per measure of scope "plan" in `METRICS`; None where it can't be known."""
    found = {metric.key: float(metric.compute(tally)) for metric in PLAN_METRICS}
    return {key: value if np.isfinite(value) else None for key, value in found.items()}
