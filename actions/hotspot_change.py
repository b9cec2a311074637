"""Two periods compared fairly: per unit, beat or cell, as two densities of one scale, and which cells stay hot."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from actions.caller import Caller
from actions.hotspot_basis import Basis
from actions.hotspot_data import chosen_rows, hotspot_data
from actions.hotspots import Progress, basis_of, go_on
from actions.own_area import own_cells
from actions.permissions import may
from actions.see_map import shown_plan
from analysis.change import (
    VERDICTS,
    Change,
    DensityChange,
    Displacement,
    change_by,
    density_change,
    displacement_beyond_trend,
    shared_months,
    weighted_displacement_difference,
)
from analysis.disclosure import HIDDEN_MARK, suppress_table
from analysis.incident_filter import IncidentFilter
from analysis.persistence import CLASSES, Persistence, months_back, persistence
from analysis.persistence import RULES as PERSISTENCE_RULES
from analysis.significance import FEWEST_INCIDENTS, hot_cells
from analysis.timing import Period
from layers.definition.refusal import Refusal
from layers.definition.text import Text

__all__ = ["CLASSES", "PERSISTENCE_RULES", "Period"]
Rows = Literal["unit", "beat", "cell"]
ROWS: dict[Rows, Text] = {"unit": Text("社区/村", "unit"), "beat": Text("警务区", "beat"), "cell": Text("网格", "cell")}
E_TEST = Text("E 检验（泊松计数），BH 校正，alpha = {a:g}", "E-test of Poisson counts, Benjamini-Hochberg, alpha = {a:g}")
MONTHS, RECENT = 12, 3
BASIS_CELL_M = 200  # decides who lies in the town
MONTH_SHUFFLES = 199
_NAMED_TWICE = Text("有一处被写了两次，或缺少处理区、对照区。", "A row is named twice, or the treated or the control row is missing.")
NONE_FOR_VERDICT = Text(
    "{m} 个月中没有一个月的警情足以作出判断（每月至少 {f} 起）。", "None of the {m} months has enough for a verdict ({f} incidents each)."
)
FEW_FOR_VERDICT = Text(
    "{m} 个月中有 {k} 个月数据不足以判断（多为不足 {f} 起），按非热点计。",
    "{k} of the {m} months have too little for a verdict (mostly fewer than {f} incidents) and count as not hot.",
)
MONTHS_WORD = Text("逐月检验：第 {n} 个月，共 {of} 个月", "Month by month: {n} of {of}")


@dataclass(frozen=True, eq=False)
class ChangeView:
    """The change per row, its names and what of it this caller may read."""

    change: Change
    names: dict[str, Text]
    shown: pd.DataFrame
    """Indexed as the change's table: before, after, percent and verdict as texts, p (blank where hidden)."""
    exact: bool
    basis: Basis


@dataclass(frozen=True, eq=False)
class PersistenceView:
    """Classes of the grid's cells (rows, cols of `mask` order) over the last months."""

    result: Persistence
    row: NDArray[np.int64]
    col: NDArray[np.int64]
    basis: Basis


def usual_before(by: IncidentFilter, first: date) -> tuple[Period, Text]:
    """The period to compare with: the same days a year earlier where there are data, else as many days just before. In whole days."""
    after = Period(by.first, by.last, weekdays=by.weekdays)
    year = Period(_year_before(by.first), _year_before(by.last), weekdays=by.weekdays)
    if year.first >= first and not year.overlaps(after):
        return year, Text("上年同期", "the same days a year earlier")
    last = by.first - timedelta(days=1)
    begin = by.first - (by.last - by.first) - timedelta(days=1)
    if begin < first:
        raise Refusal(
            Text("{a} 之前的数据不足以比较（最早 {f}）。", "There are not enough data before {a} to compare (first day {f}).").fill(
                a=by.first, f=first
            ),
            Text("请选择较短或较晚的时间段。", "Choose a shorter or later period."),
        )
    return Period(begin, last, weekdays=by.weekdays), Text("紧接其前的同样天数", "as many days just before")


def before(by: IncidentFilter, first_of_data: date, first: date | None, last: date | None) -> tuple[Period, Text]:
    """The days named as the period to compare with, or without any the usual one. Refused: one of the two days alone."""
    if first is None and last is None:
        return usual_before(by, first_of_data)
    if first is None or last is None:
        raise Refusal(
            Text("对比时段缺少首日或末日。", "The period to compare with lacks its first or last day."),
            Text("两个日期都要。", "Give both."),
        )
    return Period(first, last, weekdays=by.weekdays), Text("自选日期", "days named")


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1) if (day.month, day.day) != (2, 29) else date(day.year - 1, 2, 28)


def change_view(
    caller: Caller, by: IncidentFilter, before: Period, rows: Rows = "unit", alpha: float = 0.05, fair_months: bool = False
) -> ChangeView:
    """Change from `before` to the choice's period per unit, beat or cell; with `fair_months` only months whole in both count.

    Refused: as `change_by` and `shared_months`, no plan for beats.
    """
    caller.must("see_hotspots")
    after = Period(by.first, by.last, weekdays=by.weekdays)
    if fair_months:
        before, after = shared_months(before, after)
    chosen = chosen_rows(caller, replace(by, first=min(before.first, by.first), last=max(before.last, by.last)))
    names, code_of = _rows(caller, rows)
    codes = chosen.table["cell_code"].map(code_of)
    change = change_by(chosen.table["occurred_at"], codes, list(names), before, after, alpha)
    exact = may("see_small_counts", caller.role)
    plain = basis_of(caller, chosen_rows(caller, by), chosen.data.grid(BASIS_CELL_M))
    words = Text("{a}（{n} 天）与 {p}（{d} 天）比较", "{a} ({n} days) against {p} ({d} days)")
    words = words.fill(a=after.title, n=after.days, p=before.title, d=before.days)
    test = Text("{w}；{t}", "{w}; {t}").fill(w=words, t=E_TEST.fill(a=alpha))
    basis = replace(plain, cell_m=None, test=test, cautions=(*plain.cautions, change.note, *change.notices))
    return ChangeView(change, names, _shown(change.table, exact), exact, basis)


def _rows(caller: Caller, rows: Rows) -> tuple[dict[str, Text], dict[str, str]]:
    """Names by code, and the code of each neighbourhood cell."""
    names, of_cell = _all_rows(caller, rows)
    cells = own_cells(caller)
    if cells is None:
        return names, of_cell
    of_cell = {cell: row for cell, row in of_cell.items() if cell in cells}
    mine = set(of_cell.values())
    return {code: name for code, name in names.items() if code in mine}, of_cell


def _all_rows(caller: Caller, rows: Rows) -> tuple[dict[str, Text], dict[str, str]]:
    model = caller.model
    if rows == "beat":
        plan = shown_plan(caller)
        return {b.code: Text(b.name, b.name_en or b.name) for b in plan.beats}, {c: b for c, b in plan.beat_of.items() if b is not None}
    if rows == "unit":
        units = model.units
        return {c: Text(units.at[c, "name"], units.at[c, "name_en"] or units.at[c, "name"]) for c in units.index}, dict(
            zip(model.cells["code"], model.cells["unit_code"], strict=True)
        )
    codes = [str(c) for c in model.cells["code"]]
    return {c: Text(c, c) for c in codes}, {c: c for c in codes}


def _shown(table: pd.DataFrame, exact: bool) -> pd.DataFrame:
    counts = table[["before", "after"]].astype("int64")
    texts = counts.astype(str) if exact else suppress_table(counts).table.iloc[: len(counts), :2].set_axis(["before", "after"], axis=1)
    hidden = ~(texts.apply(lambda column: column.str.isdigit()).all(axis=1)).to_numpy()
    percent = ["—" if pd.isna(v) else f"{v:+.0f} %" for v in table["percent"]]
    p = table["p_adjusted"].astype(float).to_numpy(copy=True)
    p[hidden] = np.nan
    verdict = np.where(hidden, "", table["verdict"].astype(str))
    return texts.assign(percent=np.where(hidden, HIDDEN_MARK, percent), p=p, verdict=verdict)


def displacement_of(view: ChangeView, code: str, control: str | None = None, confidence: float = 0.9) -> Displacement:
    """Change of one row beyond what a control row, or all other rows together, leads to expect; the control at the row's size.

    Refused: a row as its own control, a control without incidents before.
    """
    if control == code:
        raise Refusal(
            Text("不能与自身比较。", "A row can't be its own control."), Text("请选择另一处或其余各处。", "Choose another, or the rest.")
        )
    table = view.change.table[["before", "after"]].astype(float)
    own = table.loc[code]
    rest = table.sum() - own if control is None else table.loc[control]
    return displacement_beyond_trend((own["before"], own["after"]), (rest["before"], rest["after"]), confidence)


def published_displacement(
    view: ChangeView, treated: Sequence[str], control: Sequence[str], around: Sequence[str] = (), confidence: float = 0.9
) -> Displacement:
    """Weighted displacement difference of rows and those around them against control rows that are like them in size.

    Refused: a row that is not there or named twice, no treated or no control row.
    """
    named = [*treated, *control, *around]
    table = view.change.table[["before", "after"]].astype(float)
    strange = [code for code in named if code not in table.index]
    if strange or len(set(named)) < len(named) or not treated or not control:
        why = Text("没有“{c}”这一行。", "There is no row '{c}'.").fill(c=strange[0]) if strange else _NAMED_TWICE
        raise Refusal(why, Text("处理区和对照区各至少一处，互不重复。", "Name at least one treated and one control row, each once."))
    sums = [
        (float(part["before"]), float(part["after"])) for part in (table.loc[list(codes)].sum() for codes in (treated, control, around))
    ]
    days = float(view.change.before.days), float(view.change.after.days)
    return weighted_displacement_difference(sums[0], sums[1], displacement=sums[2], days=days, confidence=confidence)


def may_tell(view: ChangeView, *codes: str) -> bool:
    """Whether the counts of these rows may be told to whoever the view is for, and so what follows from them."""
    return bool(view.shown.loc[list(codes), ["before", "after"]].apply(lambda column: column.str.isdigit()).all(axis=None))


def verdict_words(verdict: str) -> Text:
    """The words of a verdict; a dash where it may not be told."""
    return VERDICTS.get(verdict, Text(HIDDEN_MARK, HIDDEN_MARK))


def density_change_view(caller: Caller, by: IncidentFilter, before: Period, cell_m: int, radius_m: float) -> tuple[DensityChange, Basis]:
    """Both periods' densities on one grid and radius. Refused: as `density_change`, an empty period."""
    data = hotspot_data(caller)
    now = chosen_rows(caller, by)
    then = chosen_rows(caller, replace(by, first=before.first, last=before.last))
    after = Period(by.first, by.last, weekdays=by.weekdays)
    result = density_change(data.smoother(cell_m, radius_m), then.points_m, now.points_m, before, after)
    return result, basis_of(caller, now, data.grid(cell_m), radius_m)


def persistence_view(
    caller: Caller, by: IncidentFilter, cell_m: int, months: int = MONTHS, recent: int = RECENT, progress: Progress | None = None
) -> PersistenceView:
    """Emerging, persistent, fading and former cells: hot in a month is to pass the largest Gi* by chance (199 shuffles).

    Refused: fewer months of data than asked for; whoever stops it.
    """
    data = hotspot_data(caller)
    grid = data.grid(cell_m)
    periods = months_back(by.last, months)
    first = data.span[0]
    if periods[0].first < first:
        raise Refusal(
            Text("需要 {m} 个整月的数据，最早只到 {f}。", "{m} whole months of data are needed; they begin on {f}.").fill(
                m=months, f=first
            ),
            Text("请选择较晚的末日。", "Choose a later last day."),
        )
    chosen = chosen_rows(caller, replace(by, first=periods[0].first, last=periods[-1].last))
    row, col = np.nonzero(grid.mask)
    hot, undecided = np.zeros((months, len(row)), bool), 0
    at, in_town = chosen.table["occurred_at"].to_numpy("datetime64[s]"), data.within(grid)[chosen.rows]
    x, y = chosen.points_m
    for number, period in enumerate(periods):
        go_on(progress, number / months, MONTHS_WORD.fill(n=number + 1, of=months))
        held = period.holds(at) & in_town
        found = hot_cells(grid, x[held], y[held], shuffles=MONTH_SHUFFLES, days=period.days) if held.any() else None
        if found is None or found.z is None:
            undecided += 1
        else:
            hot[number] = found.hot[row, col]
    if undecided == months:
        raise Refusal(
            Text(
                "{m} 个月中没有一个月的警情足以作出判断（每月至少 {f} 起）。", "None of the {m} months has enough for a verdict ({f} each)."
            ).fill(m=months, f=FEWEST_INCIDENTS),
            Text("请放宽类别或来源。", "Widen the categories or the source."),
        )
    result = persistence(hot, periods, recent)
    words = Text(
        "近 {m} 个月逐月 Gi*（置换最大值，199 次），近期为最后 {r} 个月",
        "Gi* of each of the last {m} months (largest by chance, 199 shuffles); recent: the last {r}",
    )
    plain = basis_of(caller, chosen, grid)
    few = FEW_FOR_VERDICT.fill(k=undecided, m=months, f=FEWEST_INCIDENTS)
    cautions = (*plain.cautions, *([few] if undecided else []))
    basis = replace(plain, test=words.fill(m=months, r=recent), seed=0, shuffles=MONTH_SHUFFLES, cautions=cautions)
    return PersistenceView(result, row, col, basis)
