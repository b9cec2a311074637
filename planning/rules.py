"""What a plan must and should keep to: one table of checks, each with the answer ok, broken or not checked."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import geopandas as gpd
import numpy as np

from layers.definition.text import Text
from planning.cell_graph import CellGraph
from planning.metrics import BeatTotals, beat_totals, deviation
from planning.plan import Plan

State = Literal["ok", "broken", "not_checked"]
STATES: dict[State, Text] = {
    "ok": Text("符合", "ok"),
    "broken": Text("不符合", "broken"),
    "not_checked": Text("未检查", "not checked"),
}
Where = Literal["cell", "beat", "unit"]

BALANCE_TOLERANCE_SHARE = 0.10  # the customary default of districting tools; a wish, as large cells can make it impossible


@dataclass(frozen=True)
class Finding:
    """The answer of one check: its wording, and the codes of the cells, beats or units to look at, worst first."""

    check: str
    state: State
    message: Text
    where: tuple[str, ...] = ()
    where_kind: Where = "beat"


@dataclass(frozen=True, eq=False)
class Case:
    """A plan with all that the checks look at. `cells` has `code` and polygons in metres."""

    plan: Plan
    cells: gpd.GeoDataFrame
    graph: CellGraph | None
    tolerance_share: float

    @cached_property
    def totals(self) -> BeatTotals:
        """Sums per beat, worked out once for all checks."""
        return beat_totals(self.plan, self.cells, self.graph)

    def beat_title(self, code: str) -> Text:
        """Number and name of a beat."""
        beat = self.plan.beat(code)
        return Text(f"{code} {beat.name}", f"{code} {beat.name_en or beat.name}")


@dataclass(frozen=True)
class Check:
    """One rule. A plan that breaks a `must` is not put in force; a `should` is shown and may be broken with a reason."""

    key: str
    title: Text
    about: Text
    weight: Literal["must", "should"]
    function: Callable[[Case], Finding]


def check_plan(
    plan: Plan, cells: gpd.GeoDataFrame, graph: CellGraph | None = None, tolerance_share: float = BALANCE_TOLERANCE_SHARE
) -> list[Finding]:
    """One finding per check, in the order of `CHECKS`. Nothing is changed.

    `cells` has `code`, polygons in metres, and optionally unit_code and workload_min_week; without these, or without
    the graph, the checks that need them answer "not_checked". Refused: cells in degrees.
    """
    case = Case(plan, cells, graph, tolerance_share)
    return [check.function(case) for check in CHECKS.values()]


def _complete(case: Case) -> Finding:
    known, planned = set(case.cells["code"]), case.plan.beat_of
    open_cells = tuple(cell for cell in case.cells["code"] if planned.get(cell) is None)
    gone = tuple(cell for cell in planned if cell not in known)
    if gone:
        return Finding(
            "complete",
            "broken",
            Text("方案含有 {n} 个已不存在的网格（首个：{cell}）。", "The plan has {n} cells that no longer exist (first: {cell}).").fill(
                n=len(gone), cell=gone[0]
            ),
            gone + open_cells,
            "cell",
        )
    if open_cells:
        return Finding(
            "complete",
            "broken",
            Text("{n} 个网格未分配（首个：{cell}）。", "{n} cells are in no beat (first: {cell}).").fill(
                n=len(open_cells), cell=open_cells[0]
            ),
            open_cells,
            "cell",
        )
    return Finding("complete", "ok", Text("全部 {n} 个网格均已分配。", "All {n} cells are in a beat.").fill(n=len(known)))


def _no_empty_beat(case: Case) -> Finding:
    empty = tuple(code for code, cells in zip(case.totals.codes, case.totals.cells, strict=True) if cells == 0)
    if not empty:
        return Finding("no_empty_beat", "ok", Text("每个警务区都有网格。", "Every beat has cells."))
    message = Text("{n} 个警务区没有网格（首个：{beat}）。", "{n} beats have no cell (first: {beat}).")
    return Finding("no_empty_beat", "broken", message.fill(n=len(empty), beat=case.beat_title(empty[0])), empty)


def _has_lead(case: Case) -> Finding:
    without = tuple(beat.code for beat in case.plan.beats if not beat.lead)
    if not without:
        return Finding("has_lead", "ok", Text("每个警务区都有责任民警。", "Every beat has a lead officer."))
    message = Text("{n} 个警务区没有责任民警（首个：{beat}）。", "{n} beats have no lead officer (first: {beat}).")
    return Finding("has_lead", "broken", message.fill(n=len(without), beat=case.beat_title(without[0])), without)


def _in_one_piece(case: Case) -> Finding:
    """Where: the cells outside each beat's largest piece. Unassigned cells are not a beat."""
    if case.graph is None:
        return Finding("in_one_piece", "not_checked", Text("缺少网格邻接图。", "The neighbours of the cells are not known."))
    known = case.graph.position
    pieces = {code: case.graph.pieces(cell for cell in case.plan.cells_of(code) if cell in known) for code in case.totals.codes}
    split = {code: found for code, found in pieces.items() if len(found) > 1}
    if not split:
        return Finding("in_one_piece", "ok", Text("每个警务区连成一片。", "Every beat is in one piece."))
    first = next(iter(split))
    message = Text(
        "{n} 个警务区不连片（首个：{beat}，分成 {pieces} 片，网格数 {sizes}）；河流只在桥梁处相通。",
        "{n} beats are not in one piece (first: {beat} has {pieces}, of {sizes} cells); a river is crossed only at bridges.",
    ).fill(n=len(split), beat=case.beat_title(first), pieces=len(split[first]), sizes=" + ".join(str(len(piece)) for piece in split[first]))
    return Finding(
        "in_one_piece", "broken", message, tuple(cell for found in split.values() for piece in found[1:] for cell in piece), "cell"
    )


def _whole_units(case: Case) -> Finding:
    if "unit_code" not in case.cells:
        return Finding("whole_units", "not_checked", Text("网格没有所属社区/村。", "The cells do not name their community or village."))
    beats = case.cells["code"].map(dict(case.plan.beat_of))
    per_unit = beats.groupby(case.cells["unit_code"].to_numpy()).nunique()
    split = tuple(str(unit) for unit in per_unit[per_unit > 1].index)
    if not split:
        return Finding("whole_units", "ok", Text("没有社区或行政村被分割。", "No community or village is divided."))
    owners = sorted(set(beats[case.cells["unit_code"] == split[0]].dropna()))
    message = Text(
        "{n} 个社区/村分属多个警务区（首个：{unit}，分属 {beats}）。",
        "{n} communities or villages are divided (first: {unit}, among {beats}).",
    ).fill(n=len(split), unit=split[0], beats=", ".join(owners))
    return Finding("whole_units", "broken", message, split, "unit")


def _balanced(case: Case) -> Finding:
    off = deviation(case.totals.workload_min_week, case.totals.ideal_min_week)
    if not len(off) or not np.isfinite(off).all():
        return Finding("balanced", "not_checked", Text("没有工作量数据。", "The workload of the cells is not known."))
    worst = np.argsort(-np.abs(off), kind="stable")
    most, limit = case.totals.codes[worst[0]], case.tolerance_share
    beyond = tuple(case.totals.codes[i] for i in worst if abs(off[i]) > limit + 1e-9)
    filled = {"n": len(beyond), "beat": case.beat_title(most), "off": f"{off[worst[0]]:+.0%}", "limit": f"{limit:.0%}"}
    if not beyond:
        message = Text(
            "所有警务区偏差在 ±{limit} 以内（最大：{beat} {off}）。", "All beats are within {limit} of the ideal (furthest: {beat} {off})."
        )
        return Finding("balanced", "ok", message.fill(**filled))
    message = Text(
        "{n} 个警务区偏差超过 ±{limit}（最大：{beat} {off}）。", "{n} beats are more than {limit} off the ideal (furthest: {beat} {off})."
    )
    return Finding("balanced", "broken", message.fill(**filled), beyond)


CHECKS: dict[str, Check] = {
    check.key: check
    for check in (
        Check(
            "complete",
            Text("网格全部分配", "Complete"),
            Text("每个网格恰好属于一个警务区，没有遗漏。", "Every cell is in exactly one beat; none is left out."),
            "must",
            _complete,
        ),
        Check(
            "no_empty_beat",
            Text("没有空警务区", "No empty beat"),
            Text("每个警务区至少有一个网格。", "Every beat has at least one cell."),
            "must",
            _no_empty_beat,
        ),
        Check(
            "in_one_piece",
            Text("警务区连片", "In one piece"),
            Text(
                "不离开警务区就能走遍全区；河流只在桥梁处相通。",
                "One can go all over a beat without leaving it; a river is crossed only at bridges.",
            ),
            "must",
            _in_one_piece,
        ),
        Check(
            "has_lead",
            Text("有责任民警", "Has a lead"),
            Text("每个警务区有一名责任民警；一名民警可负责多个。", "Every beat has one lead officer; an officer may lead several."),
            "must",
            _has_lead,
        ),
        Check(
            "whole_units",
            Text("社区/村完整", "Whole units"),
            Text(
                "一个社区或行政村不分属多个警务区，居民只认一名民警。",
                "No community or village is divided among beats, so residents know one officer.",
            ),
            "should",
            _whole_units,
        ),
        Check(
            "balanced",
            Text("工作量均衡", "Balanced"),
            Text("各警务区工作量与均值的偏差在允许范围内。", "The work of each beat is within the tolerance of an equal part."),
            "should",
            _balanced,
        ),
    )
}
