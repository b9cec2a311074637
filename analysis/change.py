"""Two periods compared fairly: the same days of the year, counts per day, tests for counts, and no percent of next to nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from analysis.density import Density, Smoother
from analysis.significance import benjamini_hochberg
from analysis.timing import Floats, Period, wall_clock
from layers.definition.refusal import Refusal
from layers.definition.text import Text

FEWEST_FOR_PERCENT = 5  # below it one incident is 20 % or more
DEFAULT_ALPHA = 0.05
_TIE = 1e-9  # outcomes as far from equal as the one seen count as such, whatever rounding says
_SPREAD = 10.0  # standard deviations of a count that are summed over; beyond lies less than 1e-16

VERDICTS = {
    "up": Text("上升", "up"),
    "down": Text("下降", "down"),
    "unclear": Text("没有明确变化", "no clear change"),
    "none": Text("两期均无警情", "no incidents in either"),
}
MULTIPLE_TESTS = Text(
    "{n} 行同时检验：判断依据 Benjamini-Hochberg 校正后的 p（≤ {a:g}），被判为变化的行中预计至多 {a:.0%} 为偶然。",
    "{n} rows are tested at once: the verdict takes p after Benjamini-Hochberg (at most {a:g}), so that of the rows called changed at most "
    "{a:.0%} are expected to be chance.",
)


@dataclass(frozen=True)
class Displacement:
    """Weighted displacement difference: change in the treated area beyond that in the control area, in incidents of the second period."""

    estimate: float
    standard_error: float
    z: float
    """Estimate / standard error; 0 where both are 0."""
    lower: float
    upper: float
    confidence: float


@dataclass(frozen=True, eq=False)
class Change:
    """A row per unit, beat or cell with both periods and what may be said of them."""

    table: pd.DataFrame
    """Indexed by code: before, after (incidents), expected (before at the exposure of after), difference (after - expected), rate_ratio
    with lower and upper, percent, p, p_adjusted, verdict (key of `VERDICTS`). Blank (NA): rate_ratio and lower or upper without a
    finite value, percent where before is under 5."""
    total: pd.Series
    """The same columns for all rows together; tested once, so p_adjusted is p."""
    before: Period
    after: Period
    alpha: float
    confidence: float
    n_without_code: int
    """Incidents of both periods with none of the codes."""
    n_outside: int
    """Incidents in neither period, or without a readable time."""
    note: Text
    notices: tuple[Text, ...]

    method = Text("E 检验（Krishnamoorthy 与 Thomson 2004），双侧", "E-test (Krishnamoorthy and Thomson 2004), two-sided")


@dataclass(frozen=True, eq=False)
class DensityChange:
    """Two density maps of one grid, radius and kernel, to be drawn in one scale."""

    before: Density
    after: Density

    @property
    def difference(self) -> Floats:
        """(rows, cols) after - before in incidents per km² and year, NaN outside the town."""
        return np.asarray(self.after.values - self.before.values)

    @property
    def top_per_km2(self) -> float:
        """Upper end of the colour scale of both maps."""
        return float(max(np.nanmax(self.before.values), np.nanmax(self.after.values)))

    @property
    def difference_limit_per_km2(self) -> float:
        """The scale of the difference runs from minus to plus this."""
        return float(np.nanmax(np.abs(self.difference)))


def e_test(before: ArrayLike, after: ArrayLike, days_before: float = 1.0, days_after: float = 1.0) -> Floats:
    """Two-sided p (n,) that two Poisson counts have one rate per day; 1 where both are 0.

    The statistic's chance under the pooled rate, summed over all pairs of counts: by one axis, with both tails of the other one.
    Source: Krishnamoorthy and Thomson 2004. Refused: counts below 0, fractional or missing; days not above 0.
    """
    before, after = _counts(before), _counts(after)
    _check_days(days_before, days_after)
    pairs, row = np.unique(np.column_stack(np.broadcast_arrays(before, after)), axis=0, return_inverse=True)
    p = np.array([_e_test(int(a), int(b), days_before, days_after) for a, b in pairs])
    return np.asarray(p[row.ravel()])


def weighted_displacement_difference(
    treated: tuple[float, float],
    control: tuple[float, float],
    displacement: tuple[float, float] = (0, 0),
    displacement_control: tuple[float, float] = (0, 0),
    days: tuple[float, float] = (1.0, 1.0),
    confidence: float = 0.9,
) -> Displacement:
    """Each pair is (before, after) in incidents; treated and around it (displacement), against areas like these.

    (after - before) of treated and displacement minus that of their controls, with before scaled to the days of after. The variance is
    the sum of the counts, each by its scale squared (independent Poisson counts). Below 0: fewer than the controls lead to expect.
    Refused: counts below 0 or missing, days not above 0. Source: Wheeler and Ratcliffe 2018.
    """
    rows = np.array([treated, displacement, control, displacement_control], float)
    _counts(rows)
    _check_days(*days)
    scale = np.array([days[1] / days[0], 1.0])
    sign = np.array([1, 1, -1, -1])
    estimate = float((sign * (rows[:, 1] - rows[:, 0] * scale[0])).sum())
    error = float(np.sqrt((rows * scale**2).sum()))
    half = float(special.ndtri((1 + confidence) / 2)) * error
    return Displacement(estimate, error, estimate / error if error else 0.0, estimate - half, estimate + half, confidence)


def displacement_beyond_trend(treated: tuple[float, float], control: tuple[float, float], confidence: float = 0.9) -> Displacement:
    """The same against a control of any size, such as the rest of a town: its counts enter at the size of the treated area.

    after - before r, with r = control after / control before, which also holds both periods' days. A control ten times as large would
    outweigh the treated area in a plain difference: where all fall by a tenth, the treated one would seem to rise. Variance of Poisson
    counts by the delta method: after + r² before + w² (control after + r² control before), w = before / control before.
    Refused: counts below 0 or missing, a control without any before.
    """
    rows = np.array([treated, control], float)
    _counts(rows)
    (before, after), (control_before, control_after) = rows
    if not control_before > 0:
        raise Refusal(
            Text("对照区前期没有警情，无法推算趋势。", "The control has no incidents before, so it tells no trend."),
            Text("请选择另一处作对照。", "Choose another control."),
        )
    rate, size = control_after / control_before, before / control_before
    estimate = float(after - before * rate)
    error = float(np.sqrt(after + rate**2 * before + size**2 * (control_after + rate**2 * control_before)))
    half = float(special.ndtri((1 + confidence) / 2)) * error
    return Displacement(estimate, error, estimate / error if error else 0.0, estimate - half, estimate + half, confidence)


def rate_ratio_interval(
    before: ArrayLike, after: ArrayLike, days_before: float = 1.0, days_after: float = 1.0, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Lower and upper end (n,) of rate after / rate before; 0 and infinity where the counts set no bound.

    Exact, from after given the sum of both (Przyborowski and Wilenski 1940, by Clopper and Pearson). Refused: as `e_test`.
    """
    b, a = (values.astype(float) for values in np.broadcast_arrays(_counts(before), _counts(after)))
    _check_days(days_before, days_after)
    tail, odds = (1 - confidence) / 2, days_before / days_after
    low = np.where(a > 0, special.betaincinv(np.maximum(a, 1), b + 1, tail), 0.0)
    high = np.where(b > 0, special.betaincinv(a + 1, np.maximum(b, 1), 1 - tail), 1.0)
    upper = np.divide(high * odds, 1 - high, out=np.full(len(high), np.inf), where=high < 1)
    return low / (1 - low) * odds, upper


def shared_months(before: Period, after: Period) -> tuple[Period, Period]:
    """Both periods cut to the months of the year (1 to 12) that are whole in each: season against the same season.

    Refused: no such month.
    """
    common = _whole_months(before) & _whole_months(after)
    if not common:
        raise Refusal(
            Text("{a} 与 {b} 没有共同的整月。", "{a} and {b} have no whole month of the year in common.").fill(
                a=before.title, b=after.title
            ),
            Text("请选择覆盖相同月份的时间段。", "Choose periods that cover the same months."),
        )
    return Period(before.first, before.last, common, before.weekdays), Period(after.first, after.last, common, after.weekdays)


def change_by(
    at: object,
    code: object,
    codes: Sequence[str],
    before: Period,
    after: Period,
    alpha: float = DEFAULT_ALPHA,
    confidence: float = 0.95,
) -> Change:
    """Change per row of `codes` (units, beats or cells: all of them, so that zeros are rows too), from incidents at times in codes (n,).

    Refused: periods that overlap or have no day, no codes, a code twice, columns of different length.
    """
    times, of = wall_clock(at), pd.Series(code).reset_index(drop=True)
    _check_periods(before, after)
    _check_codes(codes, len(times), len(of))
    position = pd.Index(codes).get_indexer(of)
    inside = [period.holds(times) for period in (before, after)]
    counts = [np.bincount(position[held & (position >= 0)], minlength=len(codes)) for held in inside]
    table = change_table(counts[0], counts[1], before.days, after.days, alpha, confidence).set_axis(pd.Index(codes, name="code"))
    total = change_table([counts[0].sum()], [counts[1].sum()], before.days, after.days, alpha, confidence).iloc[0]
    in_one = inside[0] | inside[1]
    return Change(
        table=table,
        total=total,
        before=before,
        after=after,
        alpha=alpha,
        confidence=confidence,
        n_without_code=int((in_one & (position < 0)).sum()),
        n_outside=int((~in_one).sum()),
        note=MULTIPLE_TESTS.fill(n=len(codes), a=alpha),
        notices=_notices(before, after, int(total["before"]), int(total["after"])),
    )


def change_table(
    before: ArrayLike, after: ArrayLike, days_before: float, days_after: float, alpha: float = DEFAULT_ALPHA, confidence: float = 0.95
) -> pd.DataFrame:
    """The columns of `Change.table` from counts (n,) of both periods. Refused: as `e_test`."""
    b, a = _counts(before), _counts(after)
    p = e_test(b, a, days_before, days_after)
    lower, upper = rate_ratio_interval(b, a, days_before, days_after, confidence)
    expected = b * days_after / days_before
    adjusted = benjamini_hochberg(p) if len(p) else p
    ratio = np.divide(a, expected, out=np.zeros(len(a)), where=b > 0)
    changed, verdict = adjusted <= alpha, np.where(a > expected, "up", "down")
    return pd.DataFrame(
        {
            "before": b,
            "after": a,
            "expected": expected,
            "difference": a - expected,
            "rate_ratio": _blank(ratio, b == 0),
            "lower": _blank(lower, (a == 0) & (b == 0)),
            "upper": _blank(upper, ~np.isfinite(upper)),
            "percent": _blank((ratio - 1) * 100, b < FEWEST_FOR_PERCENT),
            "p": p,
            "p_adjusted": adjusted,
            "verdict": np.where((a == 0) & (b == 0), "none", np.where(changed, verdict, "unclear")),
        }
    )


def density_change(
    smoother: Smoother, before_m: tuple[ArrayLike, ArrayLike], after_m: tuple[ArrayLike, ArrayLike], before: Period, after: Period
) -> DensityChange:
    """Both periods' incidents, (x, y) in metres, on the smoother's grid with its radius. Refused: overlap; what a density refuses."""
    _check_periods(before, after)
    return DensityChange(smoother.density(*before_m, before.days), smoother.density(*after_m, after.days))


def _e_test(k1: int, k2: int, n1: float, n2: float) -> float:
    from scipy import stats  # a third of a second to import, and only this needs it

    if k1 + k2 == 0:
        return 1.0
    seen = (k1 / n1 - k2 / n2) ** 2 / (k1 / n1**2 + k2 / n2**2)
    if seen <= _TIE:
        return 1.0
    mean1, mean2 = (k1 + k2) * n1 / (n1 + n2), (k1 + k2) * n2 / (n1 + n2)
    reach = _SPREAD * np.sqrt(mean1) + _SPREAD
    x1 = np.arange(max(0, int(mean1 - reach)), int(mean1 + reach) + 1)
    # (x1/n1 - x2/n2)² >= seen (x1/n1² + x2/n2²) holds outside the two roots in x2/n2.
    a = x1 / n1
    half = a + seen / (2 * n2)
    width = np.sqrt(np.maximum(half**2 - a**2 + seen * a / n1, 0.0))
    below, above = (half - width) * n2, (half + width) * n2
    slack = _TIE * np.maximum(1, above)
    lower = np.where(below > -slack, stats.poisson.cdf(np.floor(below + slack), mean2), 0.0)
    upper = stats.poisson.sf(np.ceil(above - slack) - 1, mean2)
    # No incident in either is no difference, whatever the roots say.
    both_none = stats.poisson.pmf(0, mean1) * stats.poisson.pmf(0, mean2)
    tails = np.minimum(lower + upper, 1.0)
    return float(np.clip((stats.poisson.pmf(x1, mean1) * tails).sum() - (both_none if x1[0] == 0 else 0.0), 0.0, 1.0))


def _counts(values: ArrayLike) -> NDArray[np.int64]:
    given = np.asarray(values, float).reshape(-1)
    bad = ~(np.isfinite(given) & (given >= 0)) | (np.nan_to_num(given) != np.floor(np.nan_to_num(given)))
    if bad.any():
        raise Refusal(
            Text("{n} 个数不是件数（首个：第 {row} 个，{v}）。", "{n} numbers are not counts (first: number {row}, {v}).").fill(
                n=int(bad.sum()), row=int(np.argmax(bad)) + 1, v=given[np.argmax(bad)]
            ),
            Text("请给出 0 或正整数。", "Give whole numbers from 0."),
        )
    return given.astype(np.int64)


def _check_days(*days: float) -> None:
    for value in days:
        if not (np.isfinite(value) and value > 0):
            raise Refusal(
                Text("观察天数 {d} 无效。", "A period of {d} days is not possible.").fill(d=value),
                Text("请选择至少一天的时间段。", "Choose a period of at least one day."),
            )


def _check_periods(before: Period, after: Period) -> None:
    if before.overlaps(after):
        raise Refusal(
            Text("{a} 与 {b} 有重叠的日子。", "{a} and {b} have days in common.").fill(a=before.title, b=after.title),
            Text("请选择不重叠的两段时间。", "Choose two periods that do not overlap."),
        )
    _check_days(before.days, after.days)


def _check_codes(codes: Sequence[str], n_times: int, n_codes: int) -> None:
    repeated = pd.Index(codes)[pd.Index(codes).duplicated()]
    if len(codes) == 0 or len(repeated) or n_times != n_codes:
        raise Refusal(
            Text(
                "无法分行：{c} 个编码（重复 {r} 个），{t} 个时间，{k} 个归属。",
                "Can't count by row: {c} codes ({r} of them twice), {t} times, {k} incident codes.",
            ).fill(c=len(codes), r=len(repeated), t=n_times, k=n_codes),
            Text("请给出不重复的编码，每起警情一个时间和一个归属。", "Give each code once, and one time and one code per incident."),
        )


def _whole_months(period: Period) -> frozenset[int]:
    days = pd.date_range(period.first, period.last)
    months = pd.Series(1, days).groupby([days.year, days.month]).sum()
    whole = {month for (year, month), n in months.items() if n == pd.Period(year=year, month=month, freq="M").days_in_month}
    return frozenset(whole & period.months if period.months else whole)


def _blank(values: Floats, hidden: NDArray[np.bool_]) -> pd.Series:
    return pd.Series(pd.array(np.where(hidden, 0.0, values), dtype="Float64")).mask(pd.Series(hidden))


def _notices(before: Period, after: Period, n_before: int, n_after: int) -> tuple[Text, ...]:
    found = []
    if before.days != after.days:
        found.append(
            Text("两期天数不同（{a} 与 {b}）：按天数折算。", "The periods have {a} and {b} days: compared per day.").fill(
                a=before.days, b=after.days
            )
        )
    if _months_of(before) != _months_of(after):
        found.append(
            Text(
                "两期的月份不同：变化中含有季节因素。",
                "The periods cover different months of the year: part of the change may be the season.",
            )
        )
    for period, n in ((before, n_before), (after, n_after)):
        if n == 0:
            found.append(Text("{p} 没有警情。", "There are no incidents in {p}.").fill(p=period.title))
    return tuple(found)


def _months_of(period: Period) -> frozenset[int]:
    return frozenset(int(month) for month in period.dates.month)
