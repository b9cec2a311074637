"""How evenly the work is spread over the beats, in one number each. All take the workloads (k,) of the beats, in any one unit."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def deviation(workload: Floats, all_workload: float) -> Floats:
    """How far each workload (k,) is from an equal part, as a share of it: +0.2 is a fifth too much. NaN without work.

    (k W - T) / T, T = work of all cells, those in no beat included: the equal part T / k stays while a plan is drawn.
    """
    k = len(workload)
    return (k * workload - all_workload) / all_workload if all_workload > 0 else np.full(k, np.nan)


def largest_deviation(workload: Floats, all_workload: float) -> float:
    """Largest |k W / T - 1| of the workloads (k,), as a share. NaN for none or without work."""
    return float(np.max(np.abs(deviation(workload, all_workload)))) if len(workload) else float("nan")


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


def theil(workload: Floats) -> float:
    """Theil index T of the workloads (k,): 0 when all are equal, ln k when one beat has everything.

    sum of s ln(k s), s = W / sum W, and 0 ln 0 = 0. Unlike Gini's it adds up over groups of beats. Source: Theil 1967.
    """
    if not len(workload) or not np.sum(workload) > 0:
        return float("nan")
    share = workload / np.sum(workload)
    some = share[share > 0]
    return float(some @ np.log(len(workload) * some))
