"""Incidents month by month, and whether they rise or fall: with two years or more, each month is held against its namesakes alone."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from analysis.timing import Floats, Integers, Period, wall_clock
from layers.definition.text import Text

FEWEST_MONTHS = 12  # below a year there is too little to rank
SEASONAL_MONTHS = 24  # from here every month of the year has come twice
TREND_ALPHA = 0.05
CONFIDENCE = 0.95
MONTH_DAYS = 30  # months are compared per 30 days: February has fewer evenings than March


@dataclass(frozen=True)
class Trend:
    """How incidents change from month to month."""

    slope: float
    """Incidents per 30 days more (or fewer) with each month: the median of the slopes between the pairs of months compared."""
    lower: float
    upper: float
    """Interval of the slope, 95 %."""
    tau: float
    """Kendall's rank correlation with time, -1 to 1."""
    p: float
    """Two-sided; small where a trend of this strength is rare by chance."""
    months: int
    seasonal: bool
    """Whether only months of one name were compared with each other."""

    @property
    def words(self) -> Text:
        """Rising, falling, or no clear trend at 5 %."""
        if self.p > TREND_ALPHA:
            return Text("没有明确的趋势", "no clear trend")
        return Text("上升", "rising") if self.slope > 0 else Text("下降", "falling")

    @property
    def method(self) -> Text:
        """How it was worked out."""
        if self.seasonal:
            return Text("季节性 Kendall 检验，只比较各年的同一月份", "seasonal Kendall test, each month against its namesakes")
        return Text("Theil-Sen 斜率，Kendall 秩检验", "Theil-Sen slope, Kendall rank test")

    @property
    def caution(self) -> Text | None:
        """What a reader must know before believing it, or None."""
        if self.seasonal:
            return None
        words = Text(
            "仅 {n} 个整月：不满两年，季节起伏会被当作趋势。", "Only {n} whole months: under two years the season can look like a trend."
        )
        return words.fill(n=self.months)


@dataclass(frozen=True, eq=False)
class MonthlySeries:
    """Incidents by month, whole months only, with the trend or the reason why none is given."""

    table: pd.DataFrame
    """month ('2025-06'), count, exposure_days, per_30_days; months without incidents are there as zeros."""
    trend: Trend | None
    reason: Text | None
    partial_months: tuple[str, ...]
    """Months of which the period has only some days: left out of table and trend."""
    period: Period
    n_used: int
    n_partial: int
    """Incidents in the partial months."""
    n_outside: int
    n_missing: int

    @property
    def notice(self) -> Text | None:
        """Which months were left out, or None."""
        if not self.partial_months:
            return None
        return Text("未满月，不计入：{m}（{n} 起）。", "Not whole, left out: {m} ({n} incidents).").fill(
            m=", ".join(self.partial_months), n=self.n_partial
        )


def monthly_series(at: object, period: Period, fewest_months: int = FEWEST_MONTHS) -> MonthlySeries:
    """Incidents per month of the period with exposure days, and their trend. A month that the period cuts is left out and told.

    Trend of the incidents per 30 days. From 24 months: seasonal Kendall test and slope (Hirsch, Slack and Smith 1982), so that a busy
    summer is no rise. Below: Theil-Sen slope and Kendall's tau (Theil 1950, Sen 1968, Kendall 1938), which do not know seasons, with a
    caution; below `fewest_months` months none is given. Refused: a time zone.
    """
    times, dates = wall_clock(at), period.dates
    inside = times[period.holds(times)].astype("datetime64[M]")
    months, exposure = np.unique(dates.to_numpy("datetime64[M]"), return_counts=True)
    ends = np.array([period.first, period.last], "datetime64[D]") + np.array([0, 1])
    cut = (months.astype("datetime64[D]") < ends[0]) | ((months + 1).astype("datetime64[D]") > ends[1])
    count = np.array([np.searchsorted(np.sort(inside), months, side) for side in ("left", "right")])
    counts = count[1] - count[0]
    per_30 = counts[~cut] * MONTH_DAYS / exposure[~cut]
    table = pd.DataFrame({"month": months[~cut].astype(str), "count": counts[~cut], "exposure_days": exposure[~cut], "per_30_days": per_30})
    reason = _no_trend(per_30, fewest_months)
    missing = int(np.isnat(times).sum())
    return MonthlySeries(
        table=table,
        trend=None if reason else _trend(months[~cut].astype(np.int64), per_30),
        reason=reason,
        partial_months=tuple(months[cut].astype(str)),
        period=period,
        n_used=int(counts[~cut].sum()),
        n_partial=int(counts[cut].sum()),
        n_outside=len(times) - missing - len(inside),
        n_missing=missing,
    )


def _no_trend(per_month: Floats, fewest: int) -> Text | None:
    if len(per_month) < fewest:
        return Text("时间太短：{n} 个整月，趋势至少需要 {f} 个。", "Too short: {n} whole months, a trend needs {f}.").fill(
            n=len(per_month), f=fewest
        )
    if not per_month.any():
        return Text("各月均没有警情，没有趋势。", "No month has an incident, so there is no trend.")
    return None


def _trend(month: Integers, per_30: Floats) -> Trend:
    """Trend of the months (n,), numbered on from January 1970, with their rates (n,)."""
    seasonal = len(month) >= SEASONAL_MONTHS
    if per_30.min() == per_30.max():  # no rank to correlate
        return Trend(0.0, 0.0, 0.0, 0.0, 1.0, len(month), seasonal)
    if seasonal:
        return _seasonal(month, per_30)
    from scipy import stats  # a third of a second to import, and only this needs it

    slope, _, lower, upper = stats.theilslopes(per_30, month, CONFIDENCE)
    tau, p = stats.kendalltau(month, per_30)
    return Trend(float(slope), float(lower), float(upper), float(tau), float(p), len(month), False)


def _seasonal(month: Integers, per_30: Floats) -> Trend:
    """Kendall's S summed over the twelve names, its variance with ties, and the median slope of the pairs of one name.

    z takes one from the size of S (continuity); the interval takes the slopes of the ranks around the median that its variance gives.
    """
    score, variance = 0.0, 0.0
    slopes: list[Floats] = []
    for name in np.unique(month % 12):
        when, rate = month[month % 12 == name], per_30[month % 12 == name]
        one, other = np.triu_indices(len(when), 1)
        rise = rate[other] - rate[one]
        score += np.sign(rise).sum()
        ties = np.unique(rate, return_counts=True)[1]
        variance += sum(sign * (n * (n - 1) * (2 * n + 5)).sum() for sign, n in ((1, np.array([len(when)])), (-1, ties))) / 18
        slopes.append(rise / (when[other] - when[one]))
    ranked = np.sort(np.concatenate(slopes))
    z = np.sign(score) * max(abs(score) - 1, 0) / np.sqrt(variance) if variance > 0 else 0.0
    reach = float(special.ndtri((1 + CONFIDENCE) / 2)) * np.sqrt(variance)
    low, high = round((len(ranked) - reach) / 2) - 1, round((len(ranked) + reach) / 2)
    return Trend(
        slope=float(np.median(ranked)),
        lower=float(ranked[max(low, 0)]),
        upper=float(ranked[min(high, len(ranked) - 1)]),
        tau=float(score / len(ranked)),
        p=float(2 * special.ndtr(-abs(z))),
        months=len(month),
        seasonal=True,
    )
