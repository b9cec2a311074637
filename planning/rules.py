"""What a plan must and should keep to: one table of checks, each with the answer ok, broken or not checked."""

import numpy as np
import pandas as pd

from layers.definition.text import Text
from planning.balance import deviation
from planning.cell_graph import CellGraph
from planning.cell_measures import AMOUNTS, DM_PER_M, CellMeasures
from planning.check import STATES, Case, Check, Finding, State, broken, not_checked, ok
from planning.circumstances import Circumstances
from planning.plan import Plan
from planning.shown import shown
from planning.staffing_rules import STAFFING_CHECKS
from planning.tally import UNKNOWN_DM, tally

__all__ = ["BALANCE_TOLERANCE_SHARE", "CHECKS", "STATES", "Case", "Check", "Finding", "State", "check_plan"]

BALANCE_TOLERANCE_SHARE = 0.10  # the customary default of districting tools; a wish, as large cells can make it impossible


def check_plan(
    plan: Plan,
    measures: CellMeasures,
    graph: CellGraph | None = None,
    circumstances: Circumstances | None = None,
    tolerance_share: float = BALANCE_TOLERANCE_SHARE,
) -> list[Finding]:
    """One finding per check, in the order of `CHECKS`. Nothing is changed.

    Measures and graph are of the same cells. What isn't known (the graph, a column, a circumstance) leaves the checks
    that need it "not_checked". Refused: what `planning.tally.tally` refuses.
    """
    around = circumstances or Circumstances()
    case = Case(plan, measures, graph, around, tolerance_share, tally(plan, measures, graph, around))
    return [check.function(case) for check in CHECKS.values()]


def _complete(case: Case) -> Finding:
    known, planned = case.measures.position, case.plan.beat_of
    open_cells = tuple(cell for cell in case.measures.codes if planned.get(cell) is None)
    gone = tuple(cell for cell in planned if cell not in known)
    if gone:
        message = Text("方案含有 {n} 个已不存在的网格（首个：{cell}）。", "The plan has {n} cells that no longer exist (first: {cell}).")
        return broken("complete", message.fill(n=len(gone), cell=gone[0]), gone + open_cells, "cell")
    if open_cells:
        message = Text("{n} 个网格未分配（首个：{cell}）。", "{n} cells are in no beat (first: {cell}).")
        return broken("complete", message.fill(n=len(open_cells), cell=open_cells[0]), open_cells, "cell")
    return ok("complete", Text("全部 {n} 个网格均已分配。", "All {n} cells are in a beat.").fill(n=len(known)))


def _no_empty_beat(case: Case) -> Finding:
    empty = tuple(code for code, cells in zip(case.tally.codes, case.tally.totals.cells, strict=True) if cells == 0)
    if not empty:
        return ok("no_empty_beat", Text("每个警务区都有网格。", "Every beat has cells."))
    message = Text("{n} 个警务区没有网格（首个：{beat}）。", "{n} beats have no cell (first: {beat}).")
    return broken("no_empty_beat", message.fill(n=len(empty), beat=case.beat_title(empty[0])), empty)


def _in_one_piece(case: Case) -> Finding:
    """Where: the cells outside each beat's largest piece, the beat with most pieces first. Unassigned cells are no beat.

    More pieces are right where they are allowed, and for a beat of islands alone: pieces that nothing leads off.
    """
    if case.graph is None:
        return not_checked("in_one_piece", Text("缺少网格邻接图。", "The neighbours of the cells are not known."))
    known, allowed = case.graph.position, case.circumstances.allowed_pieces
    pieces = {code: case.graph.pieces(cell for cell in case.plan.cells_of(code) if cell in known) for code in case.tally.codes}
    several = {code: found for code, found in pieces.items() if len(found) > 1}
    islands = set(case.graph.pieces(case.graph.codes)) if several else set()
    split = {code: found for code, found in several.items() if len(found) > allowed.get(code, 1) and not islands.issuperset(found)}
    if not split and several:
        message = Text("除 {n} 个允许分片的警务区外，均连成一片。", "Every beat is in one piece, but for {n} that may be in several.")
        return ok("in_one_piece", message.fill(n=len(several)))
    if not split:
        return ok("in_one_piece", Text("每个警务区连成一片。", "Every beat is in one piece."))
    worst = sorted(split, key=lambda code: -len(split[code]))
    first = split[worst[0]]
    message = Text(
        "{n} 个警务区不连片（首个：{beat}，分成 {pieces} 片，网格数 {sizes}）；河流只在桥梁处相通。",
        "{n} beats are not in one piece (first: {beat} has {pieces}, of {sizes} cells); a river is crossed only at bridges.",
    ).fill(n=len(split), beat=case.beat_title(worst[0]), pieces=len(first), sizes=" + ".join(str(len(piece)) for piece in first))
    return broken("in_one_piece", message, [cell for code in worst for piece in split[code][1:] for cell in piece], "cell")


def _whole_units(case: Case) -> Finding:
    """Where: divided units, those among most beats first, but for the splits that are stated."""
    if case.measures.unit_code is None:
        return not_checked("whole_units", Text("网格没有所属社区/村。", "The cells do not name their community or village."))
    owners: dict[str, set[str]] = {}
    for cell, unit in zip(case.measures.codes, case.measures.unit_code, strict=True):
        beat = case.plan.beat_of.get(cell)
        if beat is not None and not pd.isna(unit):
            owners.setdefault(str(unit), set()).add(beat)
    divided = sorted((unit for unit in owners if len(owners[unit]) > 1), key=lambda unit: (-len(owners[unit]), unit))
    split = [unit for unit in divided if unit not in case.circumstances.stated_splits]
    if not split and divided:
        message = Text("除已说明的 {n} 个外，没有社区或行政村被分割。", "No community or village is divided, but for {n} as stated.")
        return ok("whole_units", message.fill(n=len(divided)))
    if not split:
        return ok("whole_units", Text("没有社区或行政村被分割。", "No community or village is divided."))
    message = Text(
        "{n} 个社区/村分属多个警务区（首个：{unit}，分属 {beats}）。",
        "{n} communities or villages are divided (first: {unit}, among {beats}).",
    ).fill(n=len(split), unit=split[0], beats=", ".join(sorted(owners[split[0]])))
    return broken("whole_units", message, split, "unit")


def _balanced(case: Case) -> Finding:
    off = deviation(case.tally.amount("workload"), case.tally.amount_of_all("workload"))
    if not len(off) or not np.isfinite(off).all():
        return not_checked("balanced", Text("没有工作量数据。", "The workload of the cells is not known."))
    worst = np.argsort(-np.abs(off), kind="stable")
    most, limit = case.tally.codes[worst[0]], case.tolerance_share
    beyond = [case.tally.codes[i] for i in worst if abs(off[i]) > limit + 1e-9]
    filled = {"n": len(beyond), "beat": case.beat_title(most), "off": _percent(off[worst[0]]), "limit": f"{shown(limit * 100, 0)}%"}
    if not beyond:
        message = Text(
            "所有警务区偏差在 ±{limit} 以内（最大：{beat} {off}）。", "All beats are within {limit} of the ideal (furthest: {beat} {off})."
        )
        return ok("balanced", message.fill(**filled))
    message = Text(
        "{n} 个警务区偏差超过 ±{limit}（最大：{beat} {off}）。", "{n} beats are more than {limit} off the ideal (furthest: {beat} {off})."
    )
    return broken("balanced", message.fill(**filled), beyond)


def _percent(share: float) -> str:
    """With its sign and one decimal, as the editor writes it."""
    return f"{'+' if share > 0 else ''}{shown(share * 100, 1)}%"


def _response_distance(case: Case) -> Finding:
    """Where: cells beyond the limit, furthest first, then those whose distance isn't known."""
    limit_m, distance_dm = case.circumstances.response_limit_m, case.tally.distance_dm
    if limit_m is None or distance_dm is None:
        if distance_dm is None:
            return not_checked("response_distance", Text("没有警务室位置。", "The place of the post is not known."))
        message = Text(
            "尚未设定距离上限；由所领导在“方案管理 · 规则”中设定。", "No limit of distance is set yet; a chief sets it under Plans, Rules."
        )
        return not_checked("response_distance", message)
    held = case.tally.owner >= 0
    far = np.flatnonzero(held & (distance_dm > limit_m * DM_PER_M))
    far = far[np.argsort(-distance_dm[far], kind="stable")]
    lost = np.flatnonzero(held & (distance_dm == UNKNOWN_DM))
    codes = case.measures.codes
    beyond, unknown = [codes[i] for i in far], [codes[i] for i in lost]
    if beyond:
        message = Text(
            "{n} 个网格距警务室超过 {limit} 公里（最远：{cell}，{far} 公里）。",
            "{n} cells are more than {limit} km from their post (furthest: {cell}, {far} km).",
        ).fill(n=len(beyond), limit=f"{limit_m / 1000:g}", cell=beyond[0], far=shown(distance_dm[far[0]] / DM_PER_M / 1000, 1))
        return broken("response_distance", message, beyond + unknown, "cell")
    if unknown:
        message = Text("{n} 个网格到警务室的距离未知（首个：{cell}）。", "{n} cells have no known distance to their post (first: {cell}).")
        return not_checked("response_distance", message.fill(n=len(unknown), cell=unknown[0]), unknown, "cell")
    message = Text("所有网格距警务室不超过 {limit} 公里。", "All cells are within {limit} km of their post.")
    return ok("response_distance", message.fill(limit=f"{limit_m / 1000:g}"))


def _amounts_known(case: Case) -> Finding:
    """Where: cells with gaps, in the cells' order."""
    missing = case.measures.missing
    if not missing:
        return ok("amounts_known", Text("网格数据没有缺项。", "No cell misses a number."))
    gaps = {cell for cells in missing.values() for cell in cells}
    where = [cell for cell in case.measures.codes if cell in gaps]
    titles = [AMOUNTS[key].title for key in missing]
    what = Text("、".join(title.zh for title in titles), ", ".join(title.en for title in titles))
    message = Text(
        "{n} 个网格缺少{what}，按 0 计（首个：{cell}）。", "{n} cells lack a number of {what}, which counts as 0 (first: {cell})."
    )
    return broken("amounts_known", message.fill(n=len(where), what=what, cell=where[0]), where, "cell")


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
                "不离开警务区就能走遍全区；河流只在桥梁处相通；允许的分片和纯岛屿警务区除外。",
                "One can go all over a beat without leaving it, a river is crossed only at bridges; but for stated pieces and islands.",
            ),
            "must",
            _in_one_piece,
        ),
        *STAFFING_CHECKS,
        Check(
            "whole_units",
            Text("社区/村完整", "Whole units"),
            Text(
                "一个社区或行政村不分属多个警务区，居民只认一名民警；已说明理由的除外。",
                "No community or village is divided among beats, so residents know one officer; but for those stated.",
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
        Check(
            "response_distance",
            Text("出警距离", "Response distance"),
            Text("每个网格到本区警务室的距离不超过上限。", "No cell is further from the post of its beat than the limit."),
            "should",
            _response_distance,
        ),
        Check(
            "amounts_known",
            Text("数据齐全", "Numbers complete"),
            Text("每个网格都有各项数据；缺项按 0 计。", "Every cell has every number; one that is missing counts as 0."),
            "should",
            _amounts_known,
        ),
    )
}
