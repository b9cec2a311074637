"""Counts shared out in whole numbers. 10 by weights 1 : 1 : 1 is 3.33 each, so 4, 3, 3."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.count_shares import largest_remainder, number_columns


@pytest.mark.parametrize(
    ("value", "weight", "shares"),
    [(10, [1, 1, 1], [4, 3, 3]), (5, [1, 3], [1, 4]), (7, [0.5, 0.3, 0.2], [4, 2, 1]), (0, [1, 2], [0, 0]), (1, [0, 5], [0, 1])],
)
def test_the_largest_remainder_gets_the_odd_one(value: float, weight: list[float], shares: list[float]) -> None:
    assert largest_remainder(value, np.array(weight, dtype=float)).tolist() == shares


@settings(deadline=None)
@given(st.integers(0, 10**7), st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=12))
def test_the_sum_is_exact_and_no_share_is_off_by_one_or_more(value: int, weights: list[float]) -> None:
    weight = np.array(weights)
    shares = largest_remainder(value, weight)
    assert shares.sum() == value and (np.abs(shares - value * weight / weight.sum()) < 1 + 1e-6).all() and (shares >= 0).all()


def test_truth_values_and_words_are_no_numbers() -> None:
    table = pd.DataFrame({"code": ["a"], "dwellings": [1], "rented": [0.5], "flag": [True], "vacant": pd.array([None], dtype="Int64")})
    assert number_columns(table) == ["dwellings", "rented", "vacant"]
