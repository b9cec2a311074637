"""Two units worked by hand from the balance equations of Larson 1974, and the limits of Erlang.

Service 60 min, so work is counted in units: beat 1 brings 1.0, beat 2 brings 0.5. Own unit first. p00 = 1:
    p10 + p01 = 1.5;  p11 = 1.5 x 1.5 / 2 = 1.125;  p10 = (1 + 1.125) / 2.5 = 0.85;  p01 = (0.5 + 1.125) / 2.5 = 0.65
    sum 3.625; unit 1 is busy (0.85 + 1.125) / 3.625, unit 2 (0.65 + 1.125) / 3.625
    beat 1 is helped in state 10, beat 2 in state 01: (1 x 0.85 + 0.5 x 0.65) / (1.5 x 2.5) of the answered calls
Travel 4 and 6 minutes at home, 10 and 12 away.
"""

import numpy as np
import pytest

from layers.definition.refusal import Refusal
from planning.queueing import busy_distribution, hypercube

CALLS = [1.0, 0.5]
TRAVEL = np.array([[4.0, 10.0], [12.0, 6.0]])


def ring(n: int) -> np.ndarray:
    """Travel minutes between n beats around a one-way ring, 3 at home and 2 more for each step; every beat has the same lot."""
    return 3.0 + 2 * ((np.arange(n) - np.arange(n)[:, None]) % n)


def test_two_units_without_a_line_are_as_worked_by_hand() -> None:
    found = hypercube(CALLS, 60, TRAVEL, line="zero")
    assert found.form == "exact" and found.wait_min == 0
    assert found.utilisation == pytest.approx([1.975 / 3.625, 1.775 / 3.625])
    assert found.all_busy == pytest.approx(1.125 / 3.625)
    assert found.cross_beat_share == pytest.approx(1.175 / 3.75)
    # beat 1: at home in states 00 and 01 (1.65), by unit 2 in state 10 (0.85), of 2.5
    assert found.travel_min_of_beat[0] == pytest.approx((1.65 * 4 + 0.85 * 12) / 2.5)
    assert found.travel_min_of_beat[1] == pytest.approx((1.85 * 6 + 0.65 * 10) / 2.5)


def test_two_units_with_a_line_keep_the_proportions_and_add_the_queue() -> None:
    # rho = 0.75: the queue weighs 1.125 x 0.75 / 0.25 = 3.375; sum 3.625 + 3.375 = 7
    found = hypercube(CALLS, 60, TRAVEL, line="infinite")
    assert found.utilisation == pytest.approx([(1.975 + 3.375) / 7, (1.775 + 3.375) / 7])
    assert found.all_busy == pytest.approx(4.5 / 7)
    assert found.wait_min == pytest.approx(4.5 / 7 * 60 / (2 - 1.5))
    # who waited is answered by either unit alike, from wherever it was last: beats 2/3 and 1/3
    assert found.cross_beat_share == pytest.approx((1.175 / 1.5 + 4.5 / 2) / 7)
    at_once_1 = (1.65 * 4 + 0.85 * 12) / 7
    assert found.travel_min_of_beat[0] == pytest.approx(at_once_1 + 4.5 / 7 * (2 / 3 * 4 + 1 / 3 * 12))
    assert found.response_min == pytest.approx(found.wait_min + found.travel_min)


def test_three_uneven_units_balance_in_every_state() -> None:
    # the states written out one by one and the generator solved whole, as a check on the level by level form
    calls, travel = np.array([0.9, 0.2, 0.5]), np.array([[1.0, 9, 4], [8, 2, 6], [7, 5, 3]])
    first = [sorted(range(3), key=lambda unit: travel[unit, beat]) for beat in range(3)]
    rates = np.zeros((8, 8))
    for state in range(8):
        for unit in range(3):
            if state >> unit & 1:
                rates[state, state & ~(1 << unit)] += 1
        for beat in range(3):
            free = [unit for unit in first[beat] if not state >> unit & 1]
            if free:
                rates[state, state | 1 << free[0]] += calls[beat]
    balance = np.vstack([(rates - np.diag(rates.sum(axis=1))).T, np.ones(8)])
    share = np.linalg.lstsq(balance, np.r_[np.zeros(8), 1], rcond=None)[0]
    found = hypercube(calls, 60, travel, line="zero")
    assert found.utilisation == pytest.approx([sum(share[state] for state in range(8) if state >> unit & 1) for unit in range(3)])
    assert found.all_busy == pytest.approx(share[7])


@pytest.mark.parametrize("form", ["exact", "approximate"])
@pytest.mark.parametrize("line", ["zero", "infinite"])
def test_identical_units_are_those_of_erlang(form: str, line: str) -> None:
    n, rho = 6, 0.6
    found = hypercube(np.full(n, rho), 60, ring(n), line=line, form=form)
    erlang = busy_distribution(n * rho, n, line)
    assert found.all_busy == pytest.approx(erlang[-1])
    assert found.utilisation == pytest.approx(np.full(n, rho * (1 - erlang[-1] if line == "zero" else 1)))
    assert found.dispatches.sum() == pytest.approx(1)


def test_erlang_values_of_the_tables() -> None:
    # B(2, 1) = (1/2) / (1 + 1 + 1/2) = 0.2; C(2, 1) = 1/3
    assert busy_distribution(1, 2, "zero")[-1] == pytest.approx(0.2)
    assert busy_distribution(1, 2, "infinite")[-1] == pytest.approx(1 / 3)


def test_one_unit_is_the_plain_queue() -> None:
    found = hypercube([0.5], 60, [[5.0]])
    assert found.utilisation == pytest.approx([0.5]) and found.wait_min == pytest.approx(60) and found.cross_beat_share == pytest.approx(0)


@pytest.mark.parametrize("line", ["zero", "infinite"])
@pytest.mark.parametrize("load", [0.2, 0.5, 0.8])
def test_the_approximation_is_within_three_hundredths_of_the_exact_form(line: str, load: float) -> None:
    random = np.random.default_rng(7)
    for n in (2, 5, 9):
        calls = random.uniform(0.5, 1.5, n)
        calls *= load * n / calls.sum()
        where = random.uniform(0, 20, (n, 2))
        travel = 2 + np.hypot(*(where[:, None] - where).transpose(2, 0, 1))
        exact, close = (hypercube(calls, 60, travel, line=line, form=form) for form in ("exact", "approximate"))
        assert np.abs(exact.utilisation - close.utilisation).max() < 0.03
        assert close.travel_min == pytest.approx(exact.travel_min, rel=0.03)
        assert close.all_busy == pytest.approx(exact.all_busy)
        assert close.cross_beat_share == pytest.approx(exact.cross_beat_share, abs=0.03)


@pytest.mark.parametrize("form", ["exact", "approximate"])
def test_work_done_is_work_offered(form: str) -> None:
    calls = np.array([0.2, 0.9, 0.4, 0.0])
    waiting = hypercube(calls, 60, ring(4), form=form)
    turned_away = hypercube(calls, 60, ring(4), line="zero", form=form)
    assert waiting.utilisation.sum() == pytest.approx(1.5)
    assert turned_away.utilisation.sum() == pytest.approx(1.5 * (1 - turned_away.all_busy))


def test_a_beat_without_calls_has_no_travel_time_but_its_unit_helps() -> None:
    found = hypercube([1.0, 0.0], 60, TRAVEL)
    assert np.isnan(found.travel_min_of_beat[1]) and found.utilisation[1] > 0


def test_many_beats_go_to_the_approximate_form() -> None:
    found = hypercube(np.full(40, 0.5), 60, ring(40))
    assert found.form == "approximate" and found.utilisation == pytest.approx(np.full(40, 0.5))


def test_the_report_names_form_and_line() -> None:
    lines = hypercube(CALLS, 60, TRAVEL, line="zero").lines
    assert "exact" in lines[0].en and "nobody waits" in lines[0].en and "不排队" in lines[0].zh


@pytest.mark.parametrize(
    ("calls", "service", "travel", "more", "said"),
    [
        ([2.0, 0.5], 60, TRAVEL, {}, "2 units would have work for 2.50"),
        ([1.0], 60, TRAVEL, {}, "call rates for 1 beats"),
        ([1.0, -1.0], 60, TRAVEL, {}, r"call rates are missing or negative \(first: row 2\)"),
        (CALLS, 60, [[1, np.nan], [1, 1]], {}, "travel times are missing"),
        ([0.0, 0.0], 60, TRAVEL, {}, "no calls"),
        (CALLS, 0, TRAVEL, {}, "above zero"),
        (CALLS, 60, TRAVEL, {"line": "short"}, "no such model"),
        (np.full(13, 0.1), 60, ring(13), {"form": "exact"}, "12 beats at most"),
    ],
)
def test_refuses_what_has_no_steady_state_or_does_not_fit(calls: list, service: float, travel: object, more: dict, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        hypercube(calls, service, travel, **more)


def test_overload_is_fine_without_a_line() -> None:
    assert hypercube([2.0, 0.5], 60, TRAVEL, line="zero").all_busy > 0.4
