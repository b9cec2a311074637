"""Two periods compared fairly: per unit, beat or cell, and as two densities of one scale."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

import numpy as np
import pandas as pd

from actions.caller import Caller
from actions.hotspot_basis import Basis
from actions.hotspot_data import Chosen, chosen_rows, hotspot_data
from actions.hotspots import basis_of
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
from analysis.disclosure import HIDDEN_MARK, Sum, suppress
from analysis.incident_filter import IncidentFilter
from analysis.timing import Period
from layers.definition.refusal import Refusal
from layers.definition.text import Text

__all__ = ["Period"]
Rows = Literal["unit", "beat", "cell"]
ROWS: dict[Rows, Text] = {"unit": Text("社区/村", "unit"), "beat": Text("警务区", "beat"), "cell": Text("网格", "cell")}
E_TEST = Text("E 检验（泊松计数），BH 校正，alpha = {a:g}", "E-test of Poisson counts, Benjamini-Hochberg, alpha = {a:g}")
BASIS_CELL_M = 200  # decides who lies in the town
_NAMED_TWICE = Text("有一处被写了两次，或缺少处理区、对照区。", "A row is named twice, or the treated or the control row is missing.")


@dataclass(frozen=True, eq=False)
class ChangeView:
    """The change per row, its names and what of it this caller may read."""

    change: Change
    names: dict[str, Text]
    shown: pd.DataFrame
    """Indexed as the change's table: before, after, percent and verdict as texts, p (blank where hidden)."""
    exact: bool
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
    names, code_of = rows_of(caller, rows)
    codes = chosen.table["cell_code"].map(code_of)
    change = change_by(chosen.table["occurred_at"], codes, list(names), before, after, alpha)
    exact = may("see_small_counts", caller.role)
    plain = basis_of(caller, chosen_rows(caller, by), chosen.data.grid(BASIS_CELL_M))
    words = Text("{a}（{n} 天）与 {p}（{d} 天）比较", "{a} ({n} days) against {p} ({d} days)")
    words = words.fill(a=after.title, n=after.days, p=before.title, d=before.days)
    test = Text("{w}；{t}", "{w}; {t}").fill(w=words, t=E_TEST.fill(a=alpha))
    basis = replace(plain, cell_m=None, test=test, cautions=(*plain.cautions, change.note, *change.notices))
    counts = change.table[["before", "after"]].astype("int64")
    texts = counts.astype(str) if exact else _protected(caller, chosen, before, after, rows)
    return ChangeView(change, names, _shown(change.table, texts), exact, basis)


def _protected(caller: Caller, chosen: Chosen, before: Period, after: Period, rows: Rows) -> pd.DataFrame:
    """Both counts per row as texts, small ones hidden over the tables of cells, units and beats at once.

    Who sees the tables one after the other could else take the cells that are shown from their unit. The total is taken to be known.
    """
    tables: dict[Rows, tuple[dict[str, Text], dict[str, str]]] = {"cell": rows_of(caller, "cell"), "unit": rows_of(caller, "unit")}
    with contextlib.suppress(Refusal):  # no plan, so no table of beats
        tables["beat"] = rows_of(caller, "beat")
    cells = list(tables["cell"][0])
    at, cell = chosen.table["occurred_at"].to_numpy("datetime64[s]"), chosen.table["cell_code"]
    columns = {}
    for name, period in (("before", before), ("after", after)):
        of_cells = cell[period.holds(at)].value_counts().reindex(cells, fill_value=0).tolist()
        values, sums = [*of_cells, sum(of_cells)], [Sum(len(cells), tuple(range(len(cells))))]
        begins: dict[Rows, int] = {"cell": 0}
        for kind in [kind for kind in tables if kind != "cell"]:
            names, row_of = tables[kind]
            begins[kind] = len(values)
            for row in names:
                parts = tuple(i for i, code in enumerate(cells) if row_of.get(code) == row)
                sums.append(Sum(len(values), parts))
                values.append(sum(of_cells[part] for part in parts))
        asked = list(tables[rows][0])
        columns[name] = pd.Series(suppress(values, sums).shown[begins[rows] : begins[rows] + len(asked)], index=asked)
    return pd.DataFrame(columns)


def rows_of(caller: Caller, rows: Rows) -> tuple[dict[str, Text], dict[str, str]]:
    """Names of units, beats or cells by code, and of which each neighbourhood cell is part; the caller's own ones. Refused: no plan."""
    caller.must("see_hotspots")
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


def _shown(table: pd.DataFrame, texts: pd.DataFrame) -> pd.DataFrame:
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
