"""Published: etest(3, 0) = 0.08838, etest(6, 2) = 0.17487; WDD of control (133, 91) and treated (130, 74) is -14.0 with standard error
20.688; of control (130, 150) and treated (120, 100) it is -40, 22.4, 90 % interval -76.8 to -3.2 (Wheeler's wdd, MIT).

Rate ratio by hand: 0 after 4 in equal days: upper end of the share of five chances is 1 - 0.025^(1/4), as odds.
"""

from datetime import date

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from analysis.analysis_grid import analysis_grid
from analysis.change import (
    change_by,
    change_table,
    density_change,
    displacement_beyond_trend,
    e_test,
    rate_ratio_interval,
    shared_months,
    weighted_displacement_difference,
)
from analysis.density import Smoother
from analysis.timing import Period
from layers.definition.refusal import Refusal

MAY, JUNE = Period(date(2025, 5, 1), date(2025, 5, 31)), Period(date(2025, 6, 1), date(2025, 6, 30))
CODES = ["A", "B", "C"]


# published numbers


@pytest.mark.parametrize(("counts", "published"), [((3, 0), 0.08838), ((6, 2), 0.17487)])
def test_the_e_test_is_the_published_one(counts: tuple[int, int], published: float) -> None:
    assert e_test(*counts)[0] == pytest.approx(published, abs=5e-6)
    assert e_test(*counts[::-1])[0] == pytest.approx(published, abs=5e-6)


def test_the_displacement_difference_is_the_published_one() -> None:
    first = weighted_displacement_difference((130, 74), (133, 91))
    assert first.estimate == -14 and first.standard_error == pytest.approx(20.688, abs=5e-4)
    second = weighted_displacement_difference((120, 100), (130, 150))
    assert second.estimate == -40 and second.standard_error == pytest.approx(22.4, abs=0.05)
    assert (second.lower, second.upper) == (pytest.approx(-76.8, abs=0.05), pytest.approx(-3.2, abs=0.05))


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 60), st.integers(1, 60))
@settings(max_examples=40, deadline=None)
def test_the_e_test_is_the_sum_over_all_pairs_of_counts_in_whole_numbers(
    before: int, after: int, days_before: int, days_after: int
) -> None:
    """Exact where scipy's poisson_means_test may lose the outcome seen to rounding (126 and 201 in 61 and 126 days: 8e-5 less)."""
    a, b = np.indices((130, 130))
    far = (a * days_after - b * days_before) ** 2  # the statistic squared is far / spread, times the same for all
    spread = np.maximum(a * days_after**2 + b * days_before**2, 1)
    as_far = far * spread[before, after] >= far[before, after] * spread
    both = (before + after) / (days_before + days_after)
    chance = poisson.pmf(a, both * days_before) * poisson.pmf(b, both * days_after)
    assert e_test(before, after, days_before, days_after)[0] == pytest.approx(chance[as_far].sum(), abs=1e-9)


def test_equal_rates_are_no_change_and_large_counts_are_no_trouble() -> None:
    assert e_test([0, 7, 10], [0, 7, 10]).tolist() == [1, 1, 1]
    assert e_test(10, 20, 30, 60)[0] == 1
    # For large counts the test is the normal one: z = 2000 / sqrt(2,002,000).
    assert e_test(1_000_000, 1_002_000)[0] == pytest.approx(0.15751, abs=2e-4)


def test_displacement_and_days_enter_with_their_scale() -> None:
    found = weighted_displacement_difference((10, 10), (0, 0), displacement=(4, 6), days=(30, 60))
    assert found.estimate == (10 - 20) + (6 - 8)
    assert found.standard_error == pytest.approx(np.sqrt(10 + 40 + 6 + 16))
    assert weighted_displacement_difference((0, 0), (0, 0)).z == 0


def test_a_control_of_another_size_is_taken_at_the_size_of_the_treated_area() -> None:
    """All fall by a tenth: the plain difference calls the treated area's fall of 10 a rise of 90; beyond the trend it is none."""
    assert weighted_displacement_difference((100, 90), (1000, 900)).estimate == 90
    found = displacement_beyond_trend((100, 90), (1000, 900))
    assert found.estimate == 0 and found.standard_error == pytest.approx(np.sqrt(90 + 0.81 * 100 + 0.01 * (900 + 0.81 * 1000)))
    alike, plain = displacement_beyond_trend((100, 70), (100, 100)), weighted_displacement_difference((100, 70), (100, 100))
    assert (alike.estimate, alike.standard_error) == (plain.estimate, pytest.approx(plain.standard_error))
    with pytest.raises(Refusal, match="no incidents before"):
        displacement_beyond_trend((100, 90), (0, 5))


def test_the_interval_beyond_the_trend_holds_the_truth_as_often_as_it_says() -> None:
    random = np.random.default_rng(3)
    draws = random.poisson([60, 54, 500, 450], (400, 4))
    held = [displacement_beyond_trend((a, b), (c, d)) for a, b, c, d in draws]
    assert 0.86 < np.mean([found.lower <= 0 <= found.upper for found in held]) < 0.94


def test_the_interval_of_the_ratio_is_exact() -> None:
    lower, upper = rate_ratio_interval([4, 0, 10, 0], [0, 4, 10, 0])
    bound = 1 - 0.025 ** (1 / 4)
    assert lower[0] == 0 and upper[0] == pytest.approx(bound / (1 - bound))
    assert upper[1] == np.inf and lower[1] == pytest.approx((1 - bound) / bound)
    assert lower[2] * upper[2] == pytest.approx(1)
    assert (lower[3], upper[3]) == (0, np.inf)


# the table


def incidents(counts: dict[str, tuple[int, int]]) -> tuple[list[str], list[str]]:
    """Times and codes of so many incidents in May and June."""
    rows = [(month, code) for code, both in counts.items() for month, n in zip(("05", "06"), both, strict=True) for _ in range(n)]
    return [f"2025-{month}-10T10:00" for month, _ in rows], [code for _, code in rows]


def test_every_code_is_a_row_zeros_too_and_what_fits_nowhere_is_counted() -> None:
    at, code = incidents({"A": (31, 60), "B": (4, 6), "X": (1, 1)})
    found = change_by([*at, "2024-01-01", None], [*code, "A", "A"], CODES, MAY, JUNE)
    assert found.table.index.tolist() == CODES
    assert found.table["before"].tolist() == [31, 4, 0] and found.table["after"].tolist() == [60, 6, 0]
    assert found.table.loc["A", "expected"] == pytest.approx(30) and found.table.loc["A", "rate_ratio"] == pytest.approx(2)
    assert found.table["verdict"].tolist() == ["up", "unclear", "none"]
    assert found.total["before"] == 35 and found.total["after"] == 66
    assert (found.n_without_code, found.n_outside) == (2, 2)
    assert "3 rows are tested at once" in found.note.en


def test_percent_is_hidden_where_the_base_is_under_five() -> None:
    found = change_table([4, 5, 0], [8, 10, 3], 30, 30)
    assert found["percent"].isna().tolist() == [True, False, True] and found["percent"][1] == 100
    assert found["rate_ratio"].isna().tolist() == [False, False, True] and found["upper"].isna().tolist() == [False, False, True]


def test_no_number_of_the_table_is_nan() -> None:
    found = change_table([0, 0, 4, 900], [0, 5, 0, 2], 30, 31)
    for column in found.columns.drop("verdict"):
        assert np.isfinite(found[column].dropna().to_numpy(float)).all()
    assert "nan" not in found.to_csv().lower()


def test_many_rows_ask_for_more() -> None:
    alone = change_table([5], [16], 30, 30)
    among = change_table([5] + [10] * 99, [16] + [10] * 99, 30, 30)
    assert alone["verdict"][0] == "up" and among["verdict"][0] == "unclear"
    assert among["p_adjusted"][0] == pytest.approx(min(1, among["p"][0] * 100))


def test_empty_periods_and_different_seasons_are_told() -> None:
    found = change_by([], [], CODES, MAY, JUNE)
    words = " ".join(notice.en for notice in found.notices)
    assert "no incidents in 2025-05-01 to 2025-05-31" in words and "season" in words and "31 and 30 days" in words
    assert found.total["verdict"] == "none"


def test_same_months_are_those_whole_in_both() -> None:
    before, after = shared_months(Period(date(2024, 3, 15), date(2024, 12, 31)), Period(date(2025, 1, 1), date(2025, 6, 20)))
    assert before.months == after.months == {4, 5} and before.days == after.days == 61
    with pytest.raises(Refusal, match="no whole month"):
        shared_months(MAY, JUNE)


def test_two_density_maps_share_grid_radius_and_scale() -> None:
    grid = analysis_grid(shapely.box(0, 0, 5000, 5000), 100, "EPSG:4546")
    near = np.array([2500.0, 2500.0]), np.array([2500.0, 2500.0])
    found = density_change(Smoother(grid, 500), (near[0][:1], near[1][:1]), near, MAY, JUNE)
    assert found.difference.max() > 0 and found.top_per_km2 == pytest.approx(np.nanmax(found.after.values))
    assert found.after.values.max() / found.before.values.max() == pytest.approx(2 * 31 / 30)
    assert found.difference_limit_per_km2 == pytest.approx(np.abs(found.difference).max())


# refuses


def test_what_can_not_be_compared_is_refused() -> None:
    with pytest.raises(Refusal, match="days in common"):
        change_by([], [], CODES, MAY, Period(date(2025, 5, 31), date(2025, 6, 30)))
    with pytest.raises(Refusal, match=r"4 codes \(1 of them twice\)"):
        change_by([], [], [*CODES, "A"], MAY, JUNE)
    with pytest.raises(Refusal, match="0 codes"):
        change_by([], [], [], MAY, JUNE)


@pytest.mark.parametrize("bad", [-1, 1.5, float("nan"), float("inf")])
def test_what_is_no_count_is_refused(bad: float) -> None:
    with pytest.raises(Refusal, match="not counts"):
        e_test([1, bad], [1, 1])
    with pytest.raises(Refusal, match="not counts"):
        weighted_displacement_difference((bad, 1), (1, 1))


def test_days_of_nothing_are_refused() -> None:
    with pytest.raises(Refusal, match="0 days"):
        e_test(1, 1, 0, 1)


def test_the_total_is_one_row_of_the_same_columns() -> None:
    found = change_by(*incidents({"A": (1, 2)}), CODES, MAY, JUNE)
    assert isinstance(found.total, pd.Series) and list(found.total.index) == list(found.table.columns)
