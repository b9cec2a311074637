"""Two plans over the same cells side by side: what moved, who gains and loses work, and how much stays as people know it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.plan import Plan
from planning.workload import WORKLOAD

MEASURES = ("cells", "dwellings", WORKLOAD)
MEASURE_NAMES: dict[str, Text] = {
    "cells": Text("网格", "cells"),
    "dwellings": Text("房屋", "dwellings"),
    WORKLOAD: Text("工作量", "workload"),
}


@dataclass(frozen=True, eq=False)
class PlanDifference:
    """What the second plan changes. Columns are `cells`, `dwellings`, `workload_min_week`, the last two where known."""

    moved: pd.DataFrame
    """Index cell; `from` and `to` (beat code or None), `from_lead`, `to_lead`, and the measures. Not: same beat, other officer."""
    same_beat: MappingProxyType[str, str]
    """Beat of the first plan -> the beat of the second that it is compared with."""
    beats: pd.DataFrame
    """Index beat of the second plan, then beats that only the first has; per measure `_before`, `_after`, `_gained`, `_lost`."""
    officers: pd.DataFrame
    """The same per lead officer (staff code), sorted."""
    keep_beat_share: MappingProxyType[str, float | None]
    """Measure -> the share of what was in a beat that is in the same beat now, 0 to 1; None where nothing was."""
    keep_officer_share: MappingProxyType[str, float | None]
    """Measure -> the share of what had a lead officer that has the same one now."""
    only_before: tuple[str, ...]
    """Cells that only the first plan has; not in any of the figures."""
    only_after: tuple[str, ...]
    """Cells that only the second has."""

    @property
    def lines(self) -> tuple[Text, ...]:
        """The difference in words, the main figures first."""
        return tuple(_lines(self))


def plan_difference(before: Plan, after: Plan, cells: pd.DataFrame) -> PlanDifference:
    """Compare two plans cell by cell. `cells` has `code` and, where known, `dwellings` and `workload_min_week`.

    Beats with one code are the same beat; of the others those pairs are, that have most in common (dwellings, or cells
    where these are not known), each beat once. A cell that only one plan has is listed and not counted. A missing
    number counts as 0. Refused: codes twice, or cells of both plans that the table lacks.
    """
    common = [cell for cell in before.beat_of if cell in after.beat_of]
    numbers = _numbers(cells, common)
    old = _column([before.beat_of[cell] for cell in common])
    new = _column([after.beat_of[cell] for cell in common])
    same_beat = _same_beat(before, after, old, new, numbers)
    old_as_new = _column([same_beat.get(beat, beat) if beat is not None else None for beat in old])
    old_lead, new_lead = _leads(before, old), _leads(after, new)
    changed = np.array([a != b for a, b in zip(old_as_new, new, strict=True)], dtype=bool)
    moved = pd.DataFrame({"from": old, "to": new, "from_lead": old_lead, "to_lead": new_lead}, index=numbers.index, dtype=object)
    order = [beat.code for beat in after.beats] + [beat.code for beat in before.beats if beat.code not in same_beat]
    officers = sorted({lead for lead in (*old_lead, *new_lead) if lead is not None})
    return PlanDifference(
        moved=moved.join(numbers)[changed],
        same_beat=MappingProxyType(same_beat),
        beats=_balance(old_as_new, new, numbers, order, "beat"),
        officers=_balance(old_lead, new_lead, numbers, officers, "lead"),
        keep_beat_share=_kept(old_as_new, new, numbers),
        keep_officer_share=_kept(old_lead, new_lead, numbers),
        only_before=tuple(cell for cell in before.beat_of if cell not in after.beat_of),
        only_after=tuple(cell for cell in after.beat_of if cell not in before.beat_of),
    )


def _numbers(cells: pd.DataFrame, common: list[str]) -> pd.DataFrame:
    """The measures of the cells (index) that both plans have."""
    twice = cells["code"][cells["code"].duplicated()].tolist()
    known = set(cells["code"])
    lost = [cell for cell in common if cell not in known]
    for wrong, what in (
        (twice, Text("{n} 个网格编码重复（首个：{cell}）。", "{n} cell codes occur twice (first: {cell}).")),
        (lost, Text("网格表中没有方案的 {n} 个网格（首个：{cell}）。", "The table lacks {n} cells of the plans (first: {cell}).")),
    ):
        if wrong:
            raise Refusal(what.fill(n=len(wrong), cell=wrong[0]), Text("请重新载入网格图层。", "Load the cells again."))
    table = pd.DataFrame(cells).set_index("code").reindex(pd.Index(common, name="cell", dtype=object))
    measures = {name: table[name].to_numpy(float, na_value=0.0) for name in MEASURES[1:] if name in table}
    return pd.DataFrame({"cells": np.ones(len(common)), **measures}, index=table.index)


def _column(values: list[str | None]) -> NDArray[np.object_]:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def _leads(plan: Plan, beats: NDArray[np.object_]) -> NDArray[np.object_]:
    lead = {beat.code: beat.lead for beat in plan.beats}
    return _column([lead.get(beat) for beat in beats])


def _same_beat(before: Plan, after: Plan, old: NDArray[np.object_], new: NDArray[np.object_], numbers: pd.DataFrame) -> dict[str, str]:
    """Pairs by code first, then by the assignment with most in common; pairs with nothing in common are none."""
    old_codes, new_codes = [beat.code for beat in before.beats], [beat.code for beat in after.beats]
    pairs = {code: code for code in old_codes if code in set(new_codes)}
    rows, columns = ([code for code in codes if code not in pairs] for codes in (old_codes, new_codes))
    if rows and columns:
        weight = numbers["dwellings"] if "dwellings" in numbers and numbers["dwellings"].sum() > 0 else numbers["cells"]
        common = weight.groupby([pd.Series(old, numbers.index), pd.Series(new, numbers.index)]).sum()
        table = np.array([[common.get((a, b), 0.0) for b in columns] for a in rows])
        pairs |= {rows[i]: columns[j] for i, j in zip(*linear_sum_assignment(table, maximize=True), strict=True) if table[i, j] > 0}
    return {code: pairs[code] for code in old_codes if code in pairs}


def _balance(old: NDArray[np.object_], new: NDArray[np.object_], numbers: pd.DataFrame, order: list[str], name: str) -> pd.DataFrame:
    """Per beat or officer and measure: sum before and after, and what came and went in between."""
    index = pd.Index(list(dict.fromkeys(order)), name=name, dtype=object)
    stays = np.array([a == b for a, b in zip(old, new, strict=True)], dtype=bool)

    def sums(owner: NDArray[np.object_], values: pd.Series) -> pd.Series:
        return values.groupby(pd.Series(owner, values.index)).sum().reindex(index, fill_value=0.0)

    columns: dict[str, pd.Series] = {}
    for measure, values in numbers.items():
        columns[f"{measure}_before"], columns[f"{measure}_after"] = sums(old, values), sums(new, values)
        columns[f"{measure}_gained"], columns[f"{measure}_lost"] = sums(new[~stays], values[~stays]), sums(old[~stays], values[~stays])
    return pd.DataFrame(columns, index=index)


def _kept(old: NDArray[np.object_], new: NDArray[np.object_], numbers: pd.DataFrame) -> MappingProxyType[str, float | None]:
    had = np.array([owner is not None for owner in old], dtype=bool)
    keeps = had & np.array([a == b for a, b in zip(old, new, strict=True)], dtype=bool)
    whole = numbers[had].sum()
    kept = numbers[keeps].sum()
    return MappingProxyType({name: float(kept[name] / whole[name]) if whole[name] > 0 else None for name in numbers})


def _lines(difference: PlanDifference) -> Iterable[Text]:
    n = len(difference.moved)
    yield (
        Text("{n} 个网格换了警务区。", "{n} cells change their beat.").fill(n=n)
        if n
        else Text("没有网格换警务区。", "No cell changes its beat.")
    )
    for shares, what in (
        (difference.keep_beat_share, Text("保留原警务区：{shares}。", "Keep their beat: {shares}.")),
        (difference.keep_officer_share, Text("保留原责任民警：{shares}。", "Keep their lead officer: {shares}.")),
    ):
        if any(share is not None for share in shares.values()):
            yield what.fill(shares=_shares(shares))
    for old, new in difference.same_beat.items():
        if old != new:
            yield Text("警务区 {old} 对应 {new}（重叠最多）。", "Beat {old} is compared with {new} (largest overlap).").fill(
                old=old, new=new
            )
    for beat, row in difference.beats.iterrows():
        if row["cells_gained"] or row["cells_lost"]:
            yield Text(
                "警务区 {beat}：增 {gained:.0f} 个网格，减 {lost:.0f} 个。", "Beat {beat}: {gained:.0f} cells gained, {lost:.0f} lost."
            ).fill(beat=beat, gained=row["cells_gained"], lost=row["cells_lost"])
    for cells, what in (
        (difference.only_before, Text("只有前一方案有 {n} 个网格：{codes}。", "{n} cells are only in the first plan: {codes}.")),
        (difference.only_after, Text("只有后一方案有 {n} 个网格：{codes}。", "{n} cells are only in the second plan: {codes}.")),
    ):
        if cells:
            yield what.fill(n=len(cells), codes=", ".join(cells[:5]) + (" …" if len(cells) > 5 else ""))


def _shares(shares: Mapping[str, float | None]) -> Text:
    known = [(MEASURE_NAMES[name], share) for name, share in shares.items() if share is not None]
    return Text(
        "，".join(f"{name.zh} {share:.1%}" for name, share in known), ", ".join(f"{share:.1%} of {name.en}" for name, share in known)
    )
