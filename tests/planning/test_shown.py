"""Halves go away from zero. 2.5 -> 3, -2.5 -> -3, 0.125 -> 0.13; 0.285 x 100 is 28.499999999999996 in float64, so 0.28."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.shown import shown


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (2.5, 0, "3"),
        (3.5, 0, "4"),
        (-2.5, 0, "-3"),
        (0.125, 2, "0.13"),
        (-0.125, 2, "-0.13"),
        (0.285, 2, "0.28"),
        (0.004, 2, "0.00"),
        (-0.004, 2, "0.00"),
        (-0.0, 1, "0.0"),
        (12.0, 3, "12.000"),
        (1234567.05, 1, "1234567.1"),
        (7, 0, "7"),
    ],
)
def test_numbers_by_hand(value, digits, text):
    assert shown(value, digits) == text


@pytest.mark.parametrize("nothing", [None, math.nan, math.inf, -math.inf])
def test_what_is_not_known_is_a_dash(nothing):
    assert shown(nothing, 2) == "–"


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_it_is_within_half_a_step_and_odd(value, digits):
    text = shown(value, digits)
    assert abs(float(text) - value) <= 0.5 * 10.0**-digits * (1 + 1e-6)
    assert float(shown(-value, digits)) == -float(text)
    assert len(text.partition(".")[2]) == digits
