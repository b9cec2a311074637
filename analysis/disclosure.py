"""What may leave the planner's own view: counts of 1 to 4 hidden, and with them as many others that nobody can subtract them back.

Hiding one number in a table with totals hides nothing. So each total and its parts are written down as a sum, whoever reads the
table is taken to know the sums and these rules, and numbers are hidden until every hidden one has at least two possible values.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, sparse

from analysis.timing import Bools, Floats, Integers
from layers.definition.refusal import Refusal
from layers.definition.text import Text

SMALL = 5  # counts below it, from 1, are not shown
SMALL_MARK = f"<{SMALL}"
HIDDEN_MARK = "–"  # hidden so that another can't be worked out
PUBLIC_CELL_M = 200.0  # the finest cell of a map that leaves the house
TOTAL = "total"

CAUTION = Text(
    "1 至 4 起显示为“<5”；“–”为防止推算而隐藏的数。不同筛选的两张表相减仍可能泄露，请只发布一种分法。",
    "1 to 4 incidents are shown as <5; – hides a number from which another could be worked out. Two tables with different filters may "
    "still be subtracted from each other: publish one breakdown only.",
)


@dataclass(frozen=True)
class Sum:
    """A published total and the numbers it is the sum of, by their position."""

    total: int
    parts: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Suppression:
    """Which numbers are hidden, and what a reader can still tell of each."""

    shown: tuple[str, ...]
    """(n,) the number, '<5' or '–'."""
    small: Bools
    """(n,) hidden because they are small."""
    complementary: Bools
    """(n,) hidden so that no small one can be worked out."""
    veiled: Bools
    """(n,) small, but shown as '–': four parts of '<5' with a total of '<5' could only be ones."""
    zeros_shown: bool
    caution: Text = CAUTION

    @property
    def hidden(self) -> Bools:
        return self.small | self.complementary

    @property
    def notice(self) -> Text:
        return Text("隐藏 {a} 个小数目，另隐藏 {b} 个以防推算。", "{a} small counts are hidden, and {b} more to protect them.").fill(
            a=int(self.small.sum()), b=int(self.complementary.sum())
        )


@dataclass(frozen=True, eq=False)
class ShownTable:
    """A table as it may be published, with what was hidden in it."""

    table: pd.DataFrame
    """Texts in the shape of what was given, with its totals."""
    suppression: Suppression


def suppress(values: ArrayLike, sums: Sequence[Sum] = (), zeros_shown: bool = True) -> Suppression:
    """Hide small counts (n,) among numbers tied by `sums`, and the next smallest of a sum until none can be worked out.

    Totals are among the values. A reader is taken to know that '<5' is 1 to 4 (0 to 4 unless zeros are shown) and that '–' is 5 or
    more, or where '<5' itself would give a number away, 1 or more. The check is by whole-number programs, so it is exact.
    Refused: values that are no counts, sums that do not add up.
    """
    counts = _counts(values)
    _check_sums(counts, sums)
    small = (counts < SMALL) & ((counts > 0) | (not zeros_shown))
    hidden, veiled = small.copy(), np.zeros(len(small), bool)
    while True:
        bounds = _bounds(counts, hidden, small & ~veiled, veiled, zeros_shown)
        # The plain cases first, for they need no search.
        known = _alone(hidden, sums) or _worked_out(counts, bounds, sums)
        if not known:
            break
        _protect(counts, hidden, veiled, bounds, sums, known)
    marks = np.where(small & ~veiled, SMALL_MARK, np.where(hidden, HIDDEN_MARK, counts.astype(str)))
    return Suppression(tuple(str(mark) for mark in marks), small, hidden & ~small, veiled, zeros_shown)


def suppress_list(counts: pd.Series, with_total: bool = True, zeros_shown: bool = True) -> ShownTable:
    """A list of counts by its index, with its total as the last row if it is published, or known to the reader."""
    values = list(_counts(counts))
    sums = [Sum(len(values), tuple(range(len(values))))] if with_total and values else []
    found = suppress([*values, sum(values)] if sums else values, sums, zeros_shown)
    index = [*counts.index, TOTAL] if sums else list(counts.index)
    return ShownTable(pd.DataFrame({"shown": found.shown}, index=pd.Index(index, name=counts.index.name)), found)


def suppress_table(counts: pd.DataFrame, zeros_shown: bool = True, row_groups: Mapping[Any, Any] | None = None) -> ShownTable:
    """A table of counts with totals of rows and columns added, and with a subtotal per group (row -> group) where groups are given.

    Rows stand in the order given, then subtotals, then the total.
    """
    body = _counts(counts.to_numpy()).reshape(counts.shape)
    rows, cols = body.shape
    if not body.size:
        return ShownTable(counts.astype(str), suppress([]))
    groups = [] if row_groups is None else list(dict.fromkeys(row_groups[row] for row in counts.index))
    member = [[i for i, row in enumerate(counts.index) if row_groups and row_groups[row] == group] for group in groups]
    full = np.vstack([body, *(body[m].sum(axis=0) for m in member), body.sum(axis=0)])
    full = np.column_stack([full, full.sum(axis=1)])
    position = np.arange(full.size).reshape(full.shape)
    down = [*zip(member, range(rows, rows + len(groups)), strict=True)]
    down.append((list(range(rows, rows + len(groups))) if groups else list(range(rows)), rows + len(groups)))
    sums = [Sum(int(line[-1]), tuple(int(p) for p in line[:-1])) for line in position]
    sums += [Sum(int(position[total, col]), tuple(int(p) for p in position[m, col])) for m, total in down for col in range(cols + 1)]
    found = suppress(full.ravel(), sums, zeros_shown)
    shown = np.array(found.shown, object).reshape(full.shape)
    index = pd.Index([*counts.index, *groups, TOTAL], name=counts.index.name)
    return ShownTable(pd.DataFrame(shown, index=index, columns=pd.Index([*counts.columns, TOTAL], name=counts.columns.name)), found)


def suppress_hierarchy(counts: pd.Series, parent: Mapping[Any, Any], zeros_shown: bool = True) -> ShownTable:
    """Counts of the lowest level (cells) with all above them (unit or beat, town), by `parent`: code -> code above; the top has none.

    One row per code: the lowest level in the order given, then each level above. Refused: a code that is above itself.
    """
    values = _levels(counts, parent)
    codes = list(values)
    children: dict[Hashable, list[int]] = {}
    position = {code: number for number, code in enumerate(codes)}
    for code in codes:
        if code in parent:
            children.setdefault(parent[code], []).append(position[code])
    sums = [Sum(position[above], tuple(below)) for above, below in children.items()]
    found = suppress([values[code] for code in codes], sums, zeros_shown)
    return ShownTable(pd.DataFrame({"shown": found.shown}, index=pd.Index(codes, name=counts.index.name)), found)


def public_cells(
    x_m: ArrayLike, y_m: ArrayLike, size_m: float = PUBLIC_CELL_M, with_total: bool = True, zeros_shown: bool = True
) -> pd.DataFrame:
    """Incidents (n,) snapped to squares of at least 200 m on multiples of `size_m`: col, row, west_m, south_m, size_m, shown.

    The squares that hold an incident; where `with_total`, the total is taken to be known. Metres of the given coordinates' CRS; no
    point comes out, and the order of the rows tells nothing. Points without a coordinate are left out. Refused: smaller cells, degrees.
    """
    if not size_m >= PUBLIC_CELL_M:
        raise Refusal(
            Text("公开地图的格边长 {s:g} 米，小于 {m:g} 米。", "Cells of {s:g} m are finer than the {m:g} m of a public map.").fill(
                s=size_m, m=PUBLIC_CELL_M
            ),
            Text("请用 {m:g} 米或更大的格。", "Take {m:g} m or more.").fill(m=PUBLIC_CELL_M),
        )
    x, y = np.asarray(x_m, float).ravel(), np.asarray(y_m, float).ravel()
    placed = np.isfinite(x) & np.isfinite(y)
    if placed.any() and max(np.abs(x[placed]).max(), np.abs(y[placed]).max()) <= 360:
        raise Refusal(
            Text("{n} 起警情的坐标是度，而不是米。", "{n} incidents are in degrees, not metres.").fill(n=int(placed.sum())),
            Text("请先转换到以米为单位的坐标系。", "Convert them to a system in metres first."),
        )
    cells = np.floor(np.column_stack([x[placed], y[placed]]) / size_m).astype(np.int64)
    places, counts = np.unique(cells, axis=0, return_counts=True)
    shown = suppress_list(pd.Series(counts, dtype="int64"), with_total, zeros_shown).table["shown"].to_list()[: len(places)]
    columns = {"col": places[:, 0], "row": places[:, 1], "west_m": places[:, 0] * size_m, "south_m": places[:, 1] * size_m}
    return pd.DataFrame({**columns, "size_m": np.full(len(places), size_m), "shown": shown})


def possible_values(values: ArrayLike, suppression: Suppression, sums: Sequence[Sum] = ()) -> tuple[Integers, Integers]:
    """Least and greatest value (n,) that a reader can give to each number, from the sums, '<5' and '–'. Shown ones: themselves.

    A number without an upper end comes out at the most that the search allows: twice the largest one and ten more.
    """
    counts = _counts(values)
    small = suppression.small & ~suppression.veiled
    unknown = _Unknown(counts, _bounds(counts, suppression.hidden, small, suppression.veiled, suppression.zeros_shown), sums)
    least, most = counts.copy(), counts.copy()
    for place, number in enumerate(unknown.numbers):
        least[number], most[number] = unknown.ends(place)
    return least, most


class _Unknown:
    """The reader's problem: hidden numbers between bounds (2, n), tied by the sums in which they stand."""

    def __init__(self, counts: Integers, bounds: Integers, sums: Sequence[Sum]) -> None:
        self.numbers = np.flatnonzero(bounds[0] < bounds[1])
        self.bounds = bounds[:, self.numbers].astype(float)
        place = np.full(len(counts), -1)
        place[self.numbers] = np.arange(len(self.numbers))
        rows: list[int] = []
        cols: list[int] = []
        signs: list[float] = []
        rest: list[float] = []
        for each in sums:
            members = np.array([*each.parts, each.total])
            sign = np.append(np.ones(len(each.parts)), -1.0)
            unseen = place[members] >= 0
            if unseen.any():
                rows += [len(rest)] * int(unseen.sum())
                cols += place[members[unseen]].tolist()
                signs += sign[unseen].tolist()
                rest.append(-float((sign[~unseen] * counts[members[~unseen]]).sum()))
        self.matrix = sparse.csr_matrix((signs, (rows, cols)), shape=(len(rest), len(self.numbers)))
        self.rest = np.array(rest)
        self.tied: Bools = np.bincount(np.array(cols, np.int64), minlength=len(self.numbers)) > 0

    def solve(self, goal: Floats) -> Integers:
        """Values (hidden,) that fit everything published and make goal x values least."""
        ties = optimize.LinearConstraint(self.matrix, self.rest, self.rest) if len(self.rest) else ()
        found = optimize.milp(goal, constraints=ties, bounds=optimize.Bounds(*self.bounds), integrality=np.ones(len(goal)))
        return np.asarray(np.rint(found.x), np.int64)

    def ends(self, place: int) -> tuple[int, int]:
        """Least and greatest value of one hidden number."""
        goal = np.zeros(len(self.numbers))
        goal[place] = 1
        return int(self.solve(goal)[place]), int(self.solve(-goal)[place])


def _bounds(counts: Integers, hidden: Bools, marked_small: Bools, veiled: Bools, zeros_shown: bool) -> Integers:
    """What the marks alone tell of each number (2, n). An upper end where there is none keeps the search finite, and can only hide more."""
    least = 1 if zeros_shown else 0
    low = np.select([~hidden, marked_small | veiled], [counts, least], SMALL)
    high = np.select([~hidden, marked_small], [counts, SMALL - 1], 2 * int(counts.max(initial=0)) + 10)
    return np.array([low, high], np.int64)


def _worked_out(counts: Integers, bounds: Integers, sums: Sequence[Sum]) -> list[int]:
    """Hidden numbers with only one possible value.

    Any solution that differs from the truth clears all numbers it changes, so a few with mixed aims clear most; the rest are
    asked one by one.
    """
    unknown = _Unknown(counts, bounds, sums)
    truth, doubtful = counts[unknown.numbers], unknown.tied.copy()
    random = np.random.default_rng(0)  # which number is asked first can't change the answer
    moved = doubtful
    while doubtful.any() and moved.any():
        aim = np.where(doubtful, random.choice([-1.0, 1.0], len(truth)), 0.0)
        moved = doubtful & (unknown.solve(aim) != truth)
        doubtful = doubtful & ~moved
    found = []
    for place in np.flatnonzero(doubtful):
        least, most = unknown.ends(int(place))
        if least == most:
            found.append(int(unknown.numbers[place]))
    return found


def _alone(hidden: Bools, sums: Sequence[Sum]) -> list[int]:
    """Numbers that are the only hidden one of a sum."""
    members = ([p for p in (each.total, *each.parts) if hidden[p]] for each in sums)
    return sorted({found[0] for found in members if len(found) == 1})


def _protect(counts: Integers, hidden: Bools, veiled: Bools, bounds: Integers, sums: Sequence[Sum], known: Sequence[int]) -> None:
    """Hide one more number for each known one whose sums have not just got one."""
    changed: set[Sum] = set()
    for number in known:
        if any(number in (each.total, *each.parts) for each in changed):
            continue
        more = _next_to_hide(counts, hidden, bounds, sums, number)
        if more is None and changed:
            continue
        if more is None:
            more = _next_to_veil(counts, veiled, sums, number)
            veiled[more] = True
        hidden[more] = True
        changed.update(each for each in sums if more in (each.total, *each.parts))


def _next_to_hide(counts: Integers, hidden: Bools, bounds: Integers, sums: Sequence[Sum], number: int) -> int | None:
    """The smallest shown number of the sums that `number` stands in, of those that give it away by themselves if there are any.

    A part goes before a total, and a zero is no secret. One whose other sums hide something already goes before one for which still
    another would have to be hidden. If none is left there, the sums of those beside it are gone through; None if all are hidden.
    """
    for near in _rings(sums, number):
        near = [each for each in near if _gives_away(each, hidden, bounds)] or near
        choice = [p for each in near for p in each.parts if not hidden[p] and counts[p] > 0]
        choice = choice or [each.total for each in near if not hidden[each.total] and counts[each.total] > 0]
        if choice:
            opened = {
                p: sum(not hidden[[each.total, *each.parts]].any() for each in sums if p in (each.total, *each.parts)) for p in choice
            }
            return min(choice, key=lambda p: (opened[p], counts[p], p))
    return None


def _gives_away(each: Sum, hidden: Bools, bounds: Integers) -> bool:
    """Whether this sum alone fixes a hidden number: the only hidden one, or all of them at the ends of what their marks allow."""
    parts = list(each.parts)
    least, most = bounds[0, parts].sum() - bounds[1, each.total], bounds[1, parts].sum() - bounds[0, each.total]
    n_hidden = int(hidden[[each.total, *parts]].sum())
    return n_hidden == 1 or (n_hidden > 1 and (least == 0 or most == 0))


def _next_to_veil(counts: Integers, veiled: Bools, sums: Sequence[Sum], number: int) -> int:
    """The largest number tied to `number` that still says '<5'."""
    for near in _rings(sums, number):
        choice = [p for each in near for p in (each.total, *each.parts) if 0 < counts[p] < SMALL and not veiled[p]]
        if choice:
            return max(choice, key=lambda p: (counts[p], p))
    raise AssertionError("numbers of which none is bounded above can't be worked out")


def _rings(sums: Sequence[Sum], number: int) -> Iterator[list[Sum]]:
    """The sums of a number, then those of the numbers in them, and so on."""
    reached, seen = {number}, set[Sum]()
    while near := [each for each in sums if each not in seen and not reached.isdisjoint((each.total, *each.parts))]:
        yield near
        seen.update(near)
        reached.update(p for each in near for p in (each.total, *each.parts))


def _levels(counts: pd.Series, parent: Mapping[Any, Any]) -> dict[Hashable, int]:
    """Count of each code, the lowest level first, then each level above."""
    values: dict[Hashable, int] = dict(zip(counts.index, _counts(counts).tolist(), strict=True))
    level = dict(values)
    for _ in range(len(parent) + 1):
        above: dict[Hashable, int] = {}
        for code, value in level.items():
            if code in parent:
                above[parent[code]] = above.get(parent[code], 0) + value
        for code, value in above.items():
            values[code] = values.get(code, 0) + value
        if not above:
            return values
        level = above
    raise Refusal(
        Text("{c} 是它自己的上级。", "{c} is above itself.").fill(c=next(iter(level))), Text("请检查上级编码。", "Check the codes above.")
    )


def _counts(values: ArrayLike) -> NDArray[np.int64]:
    given = np.asarray(values, float).ravel()
    bad = ~(np.isfinite(given) & (given >= 0)) | (np.nan_to_num(given) != np.floor(np.nan_to_num(given)))
    if bad.any():
        raise Refusal(
            Text("{n} 个数不是件数（首个：第 {row} 个，{v}）。", "{n} numbers are not counts (first: number {row}, {v}).").fill(
                n=int(bad.sum()), row=int(np.argmax(bad)) + 1, v=given[np.argmax(bad)]
            ),
            Text("请给出 0 或正整数。", "Give whole numbers from 0."),
        )
    return given.astype(np.int64)


def _check_sums(counts: Integers, sums: Sequence[Sum]) -> None:
    wrong = [each for each in sums if counts[list(each.parts)].sum() != counts[each.total]]
    if wrong:
        raise Refusal(
            Text(
                "{n} 个合计与其各项不符（首个：{t}，各项之和 {s}）。", "{n} totals differ from their parts (first: {t}, its parts {s})."
            ).fill(n=len(wrong), t=counts[wrong[0].total], s=counts[list(wrong[0].parts)].sum()),
            Text("请重新计算合计。", "Work out the totals again."),
        )
