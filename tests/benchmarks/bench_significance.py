"""CPU time of Gi* and its shuffles beside esda's G_Local, and false alarms on random maps: python -m tests.benchmarks.bench_significance

Queen's neighbours, binary weights, the cell itself counted (transform 'B', star True). esda's weights are built before its clock runs.
"""

import time
from collections.abc import Callable

import numpy as np
from esda.getisord import G_Local
from libpysal.weights import lat2W
from numpy.typing import NDArray
from scipy.special import ndtr

from analysis.significance import LocalG, benjamini_hochberg, largest_by_chance, max_statistic

QUEEN = ((-1, -1, 1), (0, -1, 1), (1, -1, 1))
MAPS, SHUFFLES = 200, 199


def cpu_s(task: Callable[[], object], runs: int) -> float:
    """Median CPU seconds of a task."""
    spent = []
    for _ in range(runs):
        start = time.process_time()
        task()
        spent.append(time.process_time() - start)
    return float(np.median(spent))


def print_times() -> None:
    """z of one map with all its links made anew, and 999 shuffles."""
    names = ("grid", "ours", "with links", "esda", "esda/ours", "/with links", "largest off", "999 shuffles")
    print(" ".join(f"{name:>12}" for name in names))
    for side in (50, 100, 300):
        values = np.random.default_rng(0).poisson(0.5, side * side).astype(float)
        mask = np.ones((side, side), bool)
        local = LocalG(mask, QUEEN)
        weights = lat2W(side, side, rook=False)
        found = {}

        def theirs(values: NDArray = values, weights: object = weights, found: dict = found) -> None:
            found["z"] = G_Local(values, weights, transform="B", star=True, permutations=0).Zs

        ours = cpu_s(lambda local=local, values=values: local.z(values), 21)
        anew = cpu_s(lambda mask=mask, values=values: LocalG(mask, QUEEN).z(values), 21)
        peer = cpu_s(theirs, 3 if side < 300 else 1)
        shuffled = cpu_s(lambda local=local, values=values: largest_by_chance(local, values, 999, 0), 1)
        off = np.abs(local.z(values) - found["z"]).max()
        shown = (f"{side} x {side}", f"{ours:.5f}", f"{anew:.5f}", f"{peer:.3f}", f"{peer / ours:.0f}", f"{peer / anew:.0f}")
        print(" ".join(f"{each:>12}" for each in (*shown, f"{off:.1e}", f"{shuffled:.2f}")))


def print_alarms() -> None:
    """Share of 200 maps of 60 x 60 cells without any hotspot on which one is shown, at 5 %."""
    random = np.random.default_rng(11)
    local = LocalG(np.ones((60, 60), bool), QUEEN)
    print(f"\n{'200 maps without a hotspot':>42} {'max-statistic':>14} {'BH on normal p':>15}")
    for mean in (0.02, 0.05, 0.2, 0.5, 5.0):
        for name in ("Poisson", "negative binomial, k = 0.3"):
            alarms = np.zeros(2)
            for seed in range(MAPS):
                drawn = random.poisson(mean, 3600) if name == "Poisson" else random.negative_binomial(0.3, 0.3 / (0.3 + mean), 3600)
                values = drawn.astype(float)
                z = local.z(values)
                p, _ = max_statistic(z, largest_by_chance(local, values, SHUFFLES, seed), 0.05)
                alarms += [(p <= 0.05).any(), (benjamini_hochberg(ndtr(-z)) <= 0.05).any()]
            print(f"{name + f', {mean} per cell':>42} {alarms[0] / MAPS:>14.1%} {alarms[1] / MAPS:>15.1%}")


if __name__ == "__main__":
    print_times()
    print_alarms()
