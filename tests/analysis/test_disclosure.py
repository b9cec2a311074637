"""Hidden by hand.

List 3, 10, 20 with total 33: 3 is '<5', and 10 must go with it ('–'), or 33 - 30 gives it away.
List 1, 1, 1, 1 with total 4: all of 1 to 4, and four parts of at least 1 in a total of at most 4 are ones: the total is '–'.
Table:           with totals
  2  9   7         18      2 is '<5'; one more in its row and its column go, and a fourth closes the rectangle.
  8  6   9         23
"""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from analysis.disclosure import (
    HIDDEN_MARK,
    SMALL_MARK,
    Sum,
    Suppression,
    possible_values,
    public_cells,
    suppress,
    suppress_hierarchy,
    suppress_list,
    suppress_table,
)
from layers.definition.refusal import Refusal


def reader_ends(shown: Sequence[str], sums: Sequence[Sum], zeros_shown: bool) -> list[tuple[float, float]]:
    """What anyone can work out from the texts alone: least and greatest of each number, by linear programs of our own making."""
    least = 1 if zeros_shown else 0
    marks = {SMALL_MARK: (least, 4), HIDDEN_MARK: (least, None)}
    bounds = [marks.get(text) or (int(text), int(text)) for text in shown]
    ties = np.zeros((len(sums), len(shown)))
    for line, each in zip(ties, sums, strict=True):
        line[list(each.parts)], line[each.total] = 1, -1
    ends = []
    for number in range(len(shown)):
        goal = np.zeros(len(shown))
        goal[number] = 1
        low, high = (linprog(sign * goal, A_eq=ties, b_eq=np.zeros(len(sums)), bounds=bounds) for sign in (1, -1))
        ends.append((low.fun, np.inf if high.status == 3 else -high.fun))
    return ends


def table_sums(rows: int, cols: int) -> list[Sum]:
    """Sums of a table with totals at the end of each row and column, numbered along the rows."""
    at = np.arange((rows + 1) * (cols + 1)).reshape(rows + 1, cols + 1).tolist()
    across = [Sum(line[-1], tuple(line[:-1])) for line in at]
    return across + [Sum(line[-1], tuple(line[:-1])) for line in map(list, zip(*at, strict=True))]


def assert_safe(values: Sequence[int], found: Suppression, sums: Sequence[Sum]) -> None:
    """Small ones hidden, all others as they are, and every hidden one of at least two values."""
    for value, text, (low, high) in zip(values, found.shown, reader_ends(found.shown, sums, found.zeros_shown), strict=True):
        small = value < 5 and (value > 0 or not found.zeros_shown)
        assert text in (SMALL_MARK, HIDDEN_MARK) or (text == str(value) and not small)
        if text in (SMALL_MARK, HIDDEN_MARK):
            assert low - 1e-6 <= value <= high + 1e-6
            assert np.floor(high + 1e-6) - np.ceil(low - 1e-6) >= 1
    least, most = possible_values(values, found, sums)
    assert (least[found.hidden] < most[found.hidden]).all()  # also by a reader who knows that most '–' are 5 or more


# by hand


def test_one_small_count_takes_the_next_smallest_with_it() -> None:
    found = suppress_list(pd.Series([3, 10, 20, 0], list("abcd")))
    assert found.table["shown"].tolist() == ["<5", "–", "20", "0", "33"]
    assert found.suppression.small.sum() == found.suppression.complementary.sum() == 1
    assert "1 small counts are hidden, and 1 more" in found.suppression.notice.en


def test_a_list_whose_total_is_not_published_hides_only_what_is_small() -> None:
    assert suppress_list(pd.Series([3, 10, 20]), with_total=False).table["shown"].tolist() == ["<5", "10", "20"]


def test_small_parts_of_a_small_total_are_not_given_away_by_the_mark_itself() -> None:
    assert suppress_list(pd.Series([1, 1, 1, 1])).table["shown"].tolist() == ["<5"] * 4 + ["–"]


def test_a_count_beside_zeros_only_takes_the_total_with_it() -> None:
    assert suppress_list(pd.Series([3, 0, 0])).table["shown"].tolist() == ["<5", "0", "0", "<5"]


def test_a_known_least_value_gives_nothing_away() -> None:
    # 1 and 5 with total 6: '<5' at least 1 and '–' at least 5 could only be 1 and 5.
    assert_safe([1, 5, 6], suppress([1, 5, 6], [Sum(2, (0, 1))]), [Sum(2, (0, 1))])


def test_a_table_closes_its_rectangle() -> None:
    found = suppress_table(pd.DataFrame([[2, 9, 7], [8, 6, 9]], index=["u1", "u2"], columns=["theft", "noise", "help"]))
    assert found.table.loc["u1", "theft"] == SMALL_MARK and (found.table == HIDDEN_MARK).to_numpy().sum() == 3
    assert found.table.loc["total"].tolist() == ["10", "15", "16", "41"]


def test_zeros_stay_or_are_hidden_by_choice() -> None:
    counts = pd.Series([0, 0, 7, 9])
    assert suppress_list(counts).table["shown"].tolist() == ["0", "0", "7", "9", "16"]
    assert suppress_list(counts, zeros_shown=False).table["shown"].tolist() == ["<5", "<5", "–", "9", "16"]  # two that sum to 0


def test_a_beat_total_minus_its_cells_gives_nothing_away() -> None:
    parent = {"c1": "b1", "c2": "b1", "c3": "b2", "c4": "b2", "b1": "town", "b2": "town"}
    found = suppress_hierarchy(pd.Series({"c1": 3, "c2": 12, "c3": 8, "c4": 9}), parent)
    assert found.table["shown"].to_dict() == {"c1": "<5", "c2": "–", "c3": "8", "c4": "9", "b1": "15", "b2": "17", "town": "32"}


def test_a_small_beat_is_not_the_town_minus_the_others() -> None:
    found = suppress_hierarchy(
        pd.Series({"c1": 1, "c2": 2, "c3": 30, "c4": 40}),
        {"c1": "b1", "c2": "b1", "c3": "b2", "c4": "b3"} | dict.fromkeys(("b1", "b2", "b3"), "town"),
    )
    shown = found.table["shown"].to_dict()
    assert shown["b1"] == "<5" and shown["b2"] == shown["c3"] == "–" and shown["b3"] == "40" and shown["town"] == "73"


def test_subtotals_of_groups_stand_between_rows_and_total() -> None:
    counts = pd.DataFrame([[1, 20], [9, 30], [8, 40]], index=["c1", "c2", "c3"], columns=["a", "b"])
    found = suppress_table(counts, row_groups={"c1": "u1", "c2": "u1", "c3": "u2"})
    assert found.table.index.tolist() == ["c1", "c2", "c3", "u1", "u2", "total"]
    assert found.table.loc["c1", "a"] == SMALL_MARK and found.table.loc["total", "total"] == "108"


# nothing can be worked out

SMALL_COUNTS = st.integers(0, 9)


@given(st.lists(SMALL_COUNTS, min_size=1, max_size=6), st.booleans())
@settings(max_examples=60, deadline=None)
def test_no_hidden_number_of_a_list_can_be_worked_out(counts: list[int], zeros_shown: bool) -> None:
    found = suppress_list(pd.Series(counts), zeros_shown=zeros_shown)
    assert_safe([*counts, sum(counts)], found.suppression, [Sum(len(counts), tuple(range(len(counts))))])


@given(st.integers(1, 4), st.integers(1, 4), st.data(), st.booleans())
@settings(max_examples=80, deadline=None)
def test_no_hidden_number_of_a_table_can_be_worked_out(rows: int, cols: int, data: st.DataObject, zeros_shown: bool) -> None:
    counts = np.array(data.draw(st.lists(SMALL_COUNTS, min_size=rows * cols, max_size=rows * cols))).reshape(rows, cols)
    found = suppress_table(pd.DataFrame(counts), zeros_shown)
    full = np.vstack([counts, counts.sum(axis=0)])
    full = np.column_stack([full, full.sum(axis=1)])
    assert_safe(full.ravel().tolist(), found.suppression, table_sums(rows, cols))


@given(st.lists(st.lists(SMALL_COUNTS, min_size=1, max_size=4), min_size=1, max_size=4), st.booleans())
@settings(max_examples=60, deadline=None)
def test_no_hidden_number_of_a_hierarchy_can_be_worked_out(beats: list[list[int]], zeros_shown: bool) -> None:
    names = [(f"b{i}", f"b{i}c{j}") for i, cells in enumerate(beats) for j in range(len(cells))]
    parent = {cell: beat for beat, cell in names} | {f"b{i}": "town" for i in range(len(beats))}
    found = suppress_hierarchy(pd.Series([n for cells in beats for n in cells], [cell for _, cell in names]), parent, zeros_shown)
    at = {code: number for number, code in enumerate(found.table.index)}
    sums = [Sum(at[above], tuple(at[code] for code in at if parent.get(code) == above)) for above in dict.fromkeys(parent.values())]
    values = [*(n for cells in beats for n in cells), *(sum(cells) for cells in beats), sum(map(sum, beats))]
    assert_safe(values, found.suppression, sums)


def test_the_possible_values_are_those_of_every_table_that_fits() -> None:
    counts, sums = np.array([[2, 9], [7, 6]]), table_sums(2, 2)
    full = np.array([2, 9, 11, 7, 6, 13, 9, 15, 24])
    found = suppress(full, sums)
    least, most = possible_values(full, found, sums)
    fits = [t for t in product(range(25), repeat=4) if fits_shown(t, found.shown)]
    assert (least[[0, 1, 3, 4]] == np.min(fits, axis=0)).all() and (most[[0, 1, 3, 4]] == np.max(fits, axis=0)).all()
    assert tuple(counts.ravel()) in fits and (least[found.hidden] < most[found.hidden]).all()


def fits_shown(t: tuple[int, ...], shown: Sequence[str]) -> bool:
    a, b, c, d = t
    full = (a, b, a + b, c, d, c + d, a + c, b + d, a + b + c + d)
    allowed = {SMALL_MARK: lambda v: 1 <= v <= 4, HIDDEN_MARK: lambda v: v >= 5}
    return all(allowed[text](v) if text in allowed else v == int(text) for v, text in zip(full, shown, strict=True))


# public maps


def test_a_public_map_has_cells_of_200_m_and_no_points() -> None:
    found = public_cells([0, 199.9, 200, 450, 450, 450, 450, 450, np.nan], [0, 0, 0, 0, 0, 0, 0, 0, 0], with_total=False)
    assert found["shown"].tolist() == ["<5", "<5", "5"] and found["west_m"].tolist() == [0, 200, 400]
    assert set(found.columns) == {"col", "row", "west_m", "south_m", "size_m", "shown"}
    assert len(public_cells([], [])) == 0


def test_a_public_map_hides_one_more_cell_where_the_total_is_known() -> None:
    found = public_cells([0, *[250] * 9, *[450] * 12], [0] * 22)
    assert found["shown"].tolist() == ["<5", "–", "12"]


def test_finer_cells_and_degrees_are_refused() -> None:
    with pytest.raises(Refusal, match="finer than the 200 m"):
        public_cells([5000], [5000], 100)
    with pytest.raises(Refusal, match="in degrees"):
        public_cells([109.6], [28.7])


# refuses


@pytest.mark.parametrize("bad", [-1, 2.5, float("nan")])
def test_what_is_no_count_is_refused(bad: float) -> None:
    with pytest.raises(Refusal, match=r"1 numbers are not counts \(first: number 2"):
        suppress_list(pd.Series([1, bad, 3]))


def test_totals_that_do_not_add_up_and_a_circle_are_refused() -> None:
    with pytest.raises(Refusal, match=r"1 totals differ from their parts \(first: 9, its parts 8\)"):
        suppress([3, 5, 9], [Sum(2, (0, 1))])
    with pytest.raises(Refusal, match="above itself"):
        suppress_hierarchy(pd.Series({"a": 1}), {"a": "b", "b": "a"})


def test_nothing_is_shown_as_nothing() -> None:
    assert suppress([]).shown == () and suppress_list(pd.Series([], dtype=int)).table.empty
    assert suppress_table(pd.DataFrame()).table.empty
