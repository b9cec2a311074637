"""burkitt.csv: place and day of 188 cases (Williams et al. 1978, from libpysal's examples, BSD-3). Published for distance up to 20 and up
to 5 days: Knox 13, 3429 pairs near in space, 52 near in time, 17578 in all, p by Poisson 0.14624558. Our bands are [a, b), so up to 20
is the band that ends at the next number.

Four incidents by hand, at x = 0, 0, 150, 1000 on days 0, 3, 10, 10: pairs (0 m, 3 d), (150, 10), (150, 7), (1000, 10), (1000, 7), (850, 0).
"""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from analysis.near_repeat import near_repeat
from layers.definition.refusal import Refusal

BURKITT = np.loadtxt(Path(__file__).parent / "data" / "burkitt.csv", delimiter=",", skiprows=1).T
UP_TO_20, ANY = np.nextafter(20, np.inf), np.inf
FOUR = np.array([0.0, 0, 150, 1000]), np.zeros(4), np.array([0, 3, 10, 10])


def by_hand(x: np.ndarray, y: np.ndarray, days: np.ndarray, places: list[float], times: list[float], manhattan: bool) -> np.ndarray:
    """Every pair looked at."""
    table = np.zeros((len(places) - 1, len(times) - 1), int)
    for i in range(len(x)):
        for j in range(i):
            dx, dy, dt = abs(x[i] - x[j]), abs(y[i] - y[j]), abs(days[i] - days[j])
            away = dx + dy if manhattan else np.hypot(dx, dy)
            row, col = np.searchsorted(places, away, "right") - 1, np.searchsorted(times, dt, "right") - 1
            if 0 <= row < table.shape[0] and 0 <= col < table.shape[1]:
                table[row, col] += 1
    return table


# published numbers


def test_burkitt_has_its_published_pairs() -> None:
    found = near_repeat(*BURKITT, [0, UP_TO_20, ANY], [0, 6, ANY], "euclidean", shuffles=0)
    assert found.observed[0, 0] == 13
    assert found.observed.sum(axis=1)[0] == 3429 and found.observed.sum(axis=0)[0] == 52
    assert found.observed.sum() == found.n_pairs == 17578
    assert poisson.sf(13, found.expected[0, 0]) == pytest.approx(0.14624558, abs=1e-8)


def test_a_band_leaves_out_its_upper_edge() -> None:
    assert near_repeat(*BURKITT, [0, UP_TO_20], [0, 5], "euclidean", shuffles=0).observed[0, 0] == 12


def test_one_seed_gives_one_p_near_the_published_one() -> None:
    found = near_repeat(*BURKITT, [0, UP_TO_20], [0, 6], "euclidean", shuffles=999, seed=7)
    again = near_repeat(*BURKITT, [0, UP_TO_20], [0, 6], "euclidean", shuffles=999, seed=7)
    assert found.p[0, 0] == again.p[0, 0] and found.seed == 7
    # By Poisson 13 or more: 0.225. The shuffles know that pairs are not independent, which changes little here.
    assert found.p[0, 0] == pytest.approx(poisson.sf(12, found.expected[0, 0]), abs=0.05)


# by hand


def test_four_incidents_fall_into_their_bands() -> None:
    found = near_repeat(*FOUR, [0, 1, 150, 200, ANY], [0, 7, 14, ANY], shuffles=0)
    assert found.observed.tolist() == [[1, 0, 0], [0, 0, 0], [0, 2, 0], [1, 2, 0]]
    assert found.place_bands == ("[0, 1)", "[1, 150)", "[150, 200)", "[200, ∞)") and found.time_bands[1] == "[7, 14)"
    assert found.expected[0].tolist() == pytest.approx([2 / 6, 4 / 6, 0])
    assert found.ratio[0, 0] == pytest.approx(3) and np.isfinite(found.ratio).all()
    assert found.p is None and "4 incidents" in found.reason.en
    assert found.table()["p"].isna().all() and found.table()["observed"].sum() == 6


@given(st.integers(0, 2**32 - 1), st.booleans(), st.booleans(), st.booleans())
@settings(max_examples=40, deadline=None)
def test_any_table_is_that_of_every_pair_looked_at(seed: int, manhattan: bool, whole_days: bool, open_ended: bool) -> None:
    random = np.random.default_rng(seed)
    x, y = random.integers(0, 30, (2, 40)) * 25.0
    days = random.integers(0, 40, 40) if whole_days else random.uniform(0, 40, 40)
    places, times = [25.0, 50, 200, 400], [0, 2.5, 7, 14]
    if open_ended:
        places, times = [*places, np.inf], [*times, np.inf]
    found = near_repeat(x, y, days, places, times, "manhattan" if manhattan else "euclidean", shuffles=1, seed=seed)
    assert (found.observed == by_hand(x, y, days, places, times, manhattan)).all()
    shuffled = (days - days.min()).astype(np.int32) if whole_days else days.copy()
    np.random.default_rng(seed).shuffle(shuffled)
    as_many = by_hand(x, y, shuffled, places, times, manhattan) >= found.observed
    assert (found.p == (1 + as_many) / 2).all()


def test_dates_count_and_not_hours() -> None:
    at = ["2025-06-01T23:50", "2025-06-02T00:10"]
    assert near_repeat([0, 5000], [0, 0], at, [0, 10_000], [0, 1, 2], shuffles=0).observed.tolist() == [[0, 1]]


def test_planted_repeats_are_found_and_shuffled_ones_are_not() -> None:
    random = np.random.default_rng(3)
    x, y, days = *random.uniform(0, 10_000, (2, 300)), random.integers(0, 365, 300)
    again = random.choice(300, 60, replace=False)
    x, y = np.append(x, x[again] + 50), np.append(y, y[again])
    planted = near_repeat(x, y, np.append(days, days[again] + 3), shuffles=199, seed=1)
    assert planted.p[1, 0] == pytest.approx(1 / 200) and planted.ratio[1, 0] > 5
    chance = near_repeat(x, y, np.append(days, random.integers(0, 365, 60)), shuffles=199, seed=1)
    assert chance.p[1, 0] > 0.05


# stops and refuses


def test_the_one_who_waits_may_stop_and_what_was_done_is_told() -> None:
    told = []
    found = near_repeat(*BURKITT, [0, 20], [0, 6], shuffles=200, progress=lambda done: told.append(done) or done < 100)
    assert found.shuffles == 100 and told == [0, 25, 50, 75, 100]
    assert found.p[0, 0] * 101 == pytest.approx(round(found.p[0, 0] * 101))
    assert near_repeat(*BURKITT, [0, 20], [0, 6], progress=lambda done: False).p is None


@pytest.mark.parametrize(
    ("x", "days", "words"),
    [
        (np.empty(0), np.empty(0), "0 incidents with place and time"),
        (np.arange(30) * 100.0, np.full(30, 5), "of one day"),
        (np.full(30, 5000.0), np.arange(30), "at one place"),
        (np.full(30, np.nan), np.arange(30), "0 incidents with place and time"),
    ],
)
def test_too_little_has_a_word_and_no_p(x: np.ndarray, days: np.ndarray, words: str) -> None:
    found = near_repeat(x, x, days)
    assert words in found.reason.en and found.reason.zh and found.p is None and found.shuffles == 0
    assert np.isfinite(found.expected).all() and np.isfinite(found.ratio).all()


def test_incidents_without_place_or_time_are_counted() -> None:
    found = near_repeat([0, np.nan, 10, 20], [0, 0, 0, 0], ["2025-06-01", "2025-06-02", None, "2025-06-03"], shuffles=0)
    assert (found.n_used, found.n_dropped, found.n_pairs) == (2, 2, 1)


@pytest.mark.parametrize("edges", [[0], [0, 0], [10, 5], [-1, 5], [0, np.inf], [np.nan, 5]])
def test_edges_that_make_no_bands_are_refused(edges: list[float]) -> None:
    with pytest.raises(Refusal, match="make no bands"):
        near_repeat(*FOUR, edges)


def test_degrees_unequal_columns_and_too_many_pairs_are_refused() -> None:
    with pytest.raises(Refusal, match="in degrees"):
        near_repeat([109.66, 109.67], [28.70, 28.71], [0, 1])
    with pytest.raises(Refusal, match="2 x, 2 y and 1 times"):
        near_repeat([0, 1], [0, 1], [0])
    with pytest.raises(Refusal, match="pairs lie within 400 m"):
        near_repeat(np.full(11_000, 5000.0), np.full(11_000, 5000.0), np.arange(11_000))
