"""Six periods, the last three recent; places hot (1) or not, and their class by hand.

period   1 2 3 | 4 5 6
A        0 0 1   1 1 0   emerging: 1 of 3 before, 2 of 3 now
B        1 1 0   1 0 1   persistent
C        1 1 1   0 1 0   fading
D        0 1 1   0 0 0   former
E        1 0 0   0 0 1   none: once in each
F        0 0 0   0 0 0   none
"""

from datetime import date

import numpy as np
import pytest

from analysis.persistence import CLASSES, RULES, months_back, persistence
from analysis.timing import Period
from layers.definition.refusal import Refusal

HOT = np.array([[0, 0, 1, 1, 1, 0], [1, 1, 0, 1, 0, 1], [1, 1, 1, 0, 1, 0], [0, 1, 1, 0, 0, 0], [1, 0, 0, 0, 0, 1], [0] * 6]).T
PERIODS = months_back(date(2025, 6, 30), 6)


def test_each_place_has_its_class_by_the_stated_rules() -> None:
    found = persistence(HOT, PERIODS, recent=3)
    assert found.classes.tolist() == ["emerging", "persistent", "fading", "former", "none", "none"]
    assert found.n_hot.tolist() == [3, 4, 4, 2, 2, 0]
    assert found.counted == {"emerging": 1, "persistent": 1, "fading": 1, "former": 1, "none": 2}
    assert set(RULES) == set(CLASSES)


@pytest.mark.parametrize("recent", [1, 2, 5])
def test_the_recent_window_is_exactly_so_many_periods_and_shares_none_with_the_earlier(recent: int) -> None:
    found = persistence(np.ones((6, 1)), PERIODS, recent)
    assert (len(found.recent), len(found.earlier)) == (recent, 6 - recent)
    assert found.earlier[-1].last < found.recent[0].first
    assert found.recent_share[0] == found.earlier_share[0] == 1


def test_whole_months_end_with_the_last_whole_one() -> None:
    assert [str(p.first) for p in months_back(date(2025, 6, 29), 3)] == ["2025-03-01", "2025-04-01", "2025-05-01"]
    assert months_back(date(2025, 6, 30), 2, 3)[0] == Period(date(2025, 1, 1), date(2025, 3, 31))
    assert months_back(date(2024, 2, 29), 1)[0].days == 29


def test_what_makes_no_windows_is_refused() -> None:
    for recent in (0, 6, 7):
        with pytest.raises(Refusal, match="leave nothing to compare with"):
            persistence(HOT, PERIODS, recent)
    with pytest.raises(Refusal, match="shape"):
        persistence(HOT[:5], PERIODS, 2)
    with pytest.raises(Refusal, match="overlap or are out of order"):
        persistence(HOT, [*PERIODS[:5], Period(date(2025, 5, 31), date(2025, 6, 30))], 2)
    with pytest.raises(Refusal, match="overlap or are out of order"):
        persistence(HOT, PERIODS[::-1], 2)
    with pytest.raises(Refusal, match="0 periods"):
        months_back(date(2025, 6, 30), 0)
