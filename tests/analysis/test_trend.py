"""Theil-Sen by hand: months at 0, 1, 2, 3 with 1, 2, 4, 3 have the slopes 1, 1.5, 2/3, 2, 1/2, -1: median 5/6.

Seasonal Kendall by hand: two years of which each month of the second has more: S = 12 pairs, variance 12 x 2 x 1 x 9 / 18 = 12,
z = 11 / sqrt(12) = 3.1754, two-sided p = 0.0014963. Three years that rise: S = 36, variance 12 x 3 x 2 x 11 / 18 = 44, z = 35 / sqrt(44).
"""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from analysis.timing import Period
from analysis.trend import monthly_series

SEASON = [30, 20, 40, 60, 80, 120, 160, 150, 90, 70, 50, 40]


def monthly(counts: list[int], first: str = "2024-01") -> tuple[pd.Series, Period]:
    """So many incidents in each month, and the period of those months."""
    months = pd.period_range(first, periods=len(counts), freq="M")
    at = [month.to_timestamp() + pd.Timedelta(hours=9 + i) for month, n in zip(months, counts, strict=True) for i in range(n)]
    return pd.Series(at, dtype="datetime64[ns]"), Period(months[0].start_time.date(), months[-1].end_time.date())


def test_months_have_their_days_zeros_stay_and_cut_months_are_left_out_and_told() -> None:
    at = ["2025-01-20", "2025-02-03", "2025-02-04", "2025-04-05", "2025-06-10", "2025-06-11"]
    found = monthly_series(at, Period(date(2025, 1, 15), date(2025, 6, 20)))
    assert found.table["month"].tolist() == ["2025-02", "2025-03", "2025-04", "2025-05"]
    assert found.table["count"].tolist() == [2, 0, 1, 0]
    assert found.table["exposure_days"].tolist() == [28, 31, 30, 31]
    assert found.table["per_30_days"][0] == pytest.approx(60 / 28)
    assert found.partial_months == ("2025-01", "2025-06") and found.n_partial == 3 and "2025-06 (3 incidents)" in found.notice.en
    assert found.trend is None and "4 whole months, a trend needs 12" in found.reason.en


def test_the_slope_is_the_median_of_all_slopes() -> None:
    at, period = monthly([1, 2, 4, 3], "2025-04")  # of 30, 31, 30 and 31 days
    found = monthly_series(at, period, fewest_months=4)
    rate = np.array([1, 2 * 30 / 31, 4, 3 * 30 / 31])
    slopes = [(rate[j] - rate[i]) / (j - i) for i in range(4) for j in range(i + 1, 4)]
    assert found.trend.slope == pytest.approx(np.median(slopes))
    assert found.trend.tau == pytest.approx(4 / 6) and found.trend.words.en == "no clear trend"


@pytest.mark.parametrize(("counts", "words"), [(range(1, 13), "rising"), (range(12, 0, -1), "falling")])
def test_a_steady_rise_or_fall_is_called_so(counts: range, words: str) -> None:
    found = monthly_series(*monthly([10 * n for n in counts]))
    assert found.trend.words.en == words and found.trend.p < 0.001


def test_months_that_are_alike_or_empty_have_no_trend_and_no_missing_numbers() -> None:
    at, period = monthly([0] * 12)
    assert "No month has an incident" in monthly_series(at, period).reason.en
    day_by_day = pd.Series(pd.date_range(period.first, period.last))
    flat = monthly_series(day_by_day, period).trend
    assert (flat.slope, flat.p, flat.words.en) == (0.0, 1.0, "no clear trend")


def test_a_period_within_one_month_has_no_whole_month() -> None:
    found = monthly_series(["2025-06-03"], Period(date(2025, 6, 2), date(2025, 6, 4)))
    assert len(found.table) == 0 and found.partial_months == ("2025-06",) and "0 whole months" in found.reason.en


# seasons


@pytest.mark.parametrize(("years", "z"), [(2, 11 / 12**0.5), (3, 35 / 44**0.5)])
def test_each_month_is_held_against_its_namesakes(years: int, z: float) -> None:
    counts = [n + 6 * year for year in range(years) for n in SEASON]
    found = monthly_series(*monthly(counts, "2021-01")).trend  # without a 29th of February
    assert found.seasonal and found.tau == 1 and found.caution is None and "namesakes" in found.method.en
    assert found.p == pytest.approx(2 * norm.sf(z)) and found.words.en == "rising"
    assert found.slope == pytest.approx(6 / 12, rel=0.04) and 0 < found.lower <= found.slope <= found.upper


def test_a_season_alone_is_no_trend_over_two_years_and_may_look_like_one_over_less() -> None:
    whole = monthly_series(*monthly(SEASON * 2, "2021-01")).trend
    assert (whole.slope, whole.tau, whole.p, whole.words.en) == (0.0, 0.0, 1.0, "no clear trend")
    at, _ = monthly(SEASON * 2, "2021-01")
    part = monthly_series(at, Period(date(2021, 12, 1), date(2022, 11, 30)), fewest_months=8)
    assert part.trend.caution is not None and "Only 12 whole months" in part.trend.caution.en
    half = monthly_series(at, Period(date(2021, 12, 1), date(2022, 7, 31)), fewest_months=8).trend
    assert half.words.en == "rising" and not half.seasonal


def test_ties_lessen_the_variance_and_a_month_that_came_once_says_nothing() -> None:
    counts = [5] * 12 + [5] * 11 + [8, 9]  # the second December differs; a third January rises over both
    found = monthly_series(*monthly(counts, "2021-01")).trend
    # Januaries 5, 5, 9 (per 30 days): S = 2, variance (66 - 18) / 18; December: S = 1, variance 1; all others tie: variance 0.
    assert found.p == pytest.approx(2 * norm.sf(2 / np.sqrt(48 / 18 + 1)))


def test_the_seasonal_p_is_uniform_without_a_trend() -> None:
    random = np.random.default_rng(4)
    months = [monthly_series(*monthly(list(random.poisson(SEASON * 3)), "2021-01")).trend.p for _ in range(60)]
    assert 0 <= np.mean(np.array(months) <= 0.05) < 0.15
