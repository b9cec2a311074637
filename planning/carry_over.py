"""Plans carried over to a new version of the cells by overlap, with a report of what changed and what could not be carried."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.cell_graph import check_metres
from planning.plan import Plan

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LEAST_SHARE = 0.5  # below, most of the new cell is ground that the old cell did not have
PART_SHARE = 0.05  # less of a cell in another is a corrected border, not a split or a merger


@dataclass(frozen=True)
class CarriedOver:
    """The plan for the new cells, and what a person should look at. All codes; shares are of area, 0 to 1."""

    plan: Plan
    vanished: tuple[str, ...]
    """Old codes that no new cell has."""
    new: tuple[str, ...]
    """New codes that no old cell had."""
    split: MappingProxyType[str, tuple[str, ...]]
    """Old cell -> the new cells that lie mostly in it, where there are several."""
    merged: MappingProxyType[str, tuple[str, ...]]
    """New cell -> the old cells that lie mostly in it, where there are several."""
    changed_share: float
    """Of the ground that old and new cells have in common, how much is in another beat, or in none, than before."""
    not_carried: MappingProxyType[str, float]
    """New cell -> the share of it that its best old cell covers, where that is less than half; they are unassigned."""

    @property
    def lines(self) -> tuple[Text, ...]:
        """The report in words, one line per subject that has something to say."""
        return tuple(_lines(self))


def carry_over(plan: Plan, old_cells: gpd.GeoDataFrame, new_cells: gpd.GeoDataFrame) -> CarriedOver:
    """Give each new cell the beat of the old cell that covers most of it, if that is at least half of it.

    Both tables have `code` and polygons in one metric CRS. Header and beats stay; beats may end up without
    cells; a lock goes with its cell. A new cell over an unassigned old cell is unassigned. Refused: degrees, two
    different CRS, codes twice, new cells without area, old cells that are not those of the plan.
    """
    _check(plan, old_cells, new_cells)
    old, new = old_cells["code"].tolist(), new_cells["code"].tolist()
    old_shapes, new_shapes = old_cells.geometry.to_numpy(), new_cells.geometry.to_numpy()
    i, j, common_m2 = _overlaps(old_shapes, new_shapes)
    old_m2, new_m2 = shapely.area(old_shapes), shapely.area(new_shapes)
    order = np.lexsort((-i, common_m2))  # the last one written covers most; of equals the first in the table
    best, best_m2 = np.full(len(new), -1, dtype=np.int64), np.zeros(len(new))
    best[j[order]], best_m2[j[order]] = i[order], common_m2[order]
    share = best_m2 / new_m2
    carried = share >= LEAST_SHARE
    beat_of = {code: plan.beat_of[old[best[k]]] if carried[k] else None for k, code in enumerate(new)}
    locked = frozenset(code for k, code in enumerate(new) if carried[k] and old[best[k]] in plan.locked_cells)
    before = [plan.beat_of[code] for code in old]
    changed = np.array([before[a] != beat_of[new[b]] for a, b in zip(i, j, strict=True)], dtype=bool)
    return CarriedOver(
        replace(plan, beat_of=beat_of, locked_cells=locked),
        tuple(code for code in old if code not in beat_of),
        tuple(code for code in new if code not in plan.beat_of),
        _several(i, j, common_m2 > LEAST_SHARE * new_m2[j], common_m2 > PART_SHARE * old_m2[i], old, new),
        _several(j, i, common_m2 > LEAST_SHARE * old_m2[i], common_m2 > PART_SHARE * new_m2[j], new, old),
        float(common_m2[changed].sum() / common_m2.sum()) if len(common_m2) else 0.0,
        MappingProxyType({new[k]: round(float(share[k]), 4) for k in np.flatnonzero(~carried)}),
    )


def _overlaps(old: NDArray[np.object_], new: NDArray[np.object_]) -> tuple[Integers, Integers, Floats]:
    """Positions of old and new cells with common ground, and its area in m²."""
    j, i = shapely.STRtree(old).query(new, predicate="intersects")
    area_m2 = np.zeros(len(i))
    same = shapely.equals_exact(old[i], new[j], normalize=True)  # most cells of a new version are untouched
    area_m2[same] = shapely.area(old[i[same]])
    area_m2[~same] = shapely.area(shapely.intersection(old[i[~same]], new[j[~same]]))
    real = area_m2 > 0
    return i[real].astype(np.int64), j[real].astype(np.int64), area_m2[real]


def _several(
    whole: Integers, part: Integers, mostly: NDArray[np.bool_], counts: NDArray[np.bool_], whole_codes: list[str], part_codes: list[str]
) -> MappingProxyType[str, tuple[str, ...]]:
    """Each whole with its parts, where there are at least two: a part lies mostly in it and is no mere strip of it."""
    parts: dict[int, list[int]] = {}
    for a, b in zip(whole[mostly & counts].tolist(), part[mostly & counts].tolist(), strict=True):
        parts.setdefault(a, []).append(b)
    return MappingProxyType({whole_codes[a]: tuple(part_codes[b] for b in sorted(parts[a])) for a in sorted(parts) if len(parts[a]) > 1})


def _check(plan: Plan, old_cells: gpd.GeoDataFrame, new_cells: gpd.GeoDataFrame) -> None:
    check_metres(old_cells)
    check_metres(new_cells)
    if old_cells.crs != new_cells.crs:
        raise Refusal(
            Text("新旧网格的坐标系不同。", "Old and new cells are not in the same coordinate system."),
            Text("请转换到 {crs}。", "Convert them to {crs}.").fill(crs=old_cells.crs.to_string()),
        )
    for cells in (old_cells, new_cells):
        twice = cells["code"][cells["code"].duplicated()]
        if len(twice):
            raise _refused(Text("{n} 个网格编码重复（首个：{cell}）。", "{n} cell codes occur twice (first: {cell})."), twice)
    flat = new_cells["code"][~(new_cells.geometry.area > 0).to_numpy()]
    if len(flat):
        raise _refused(Text("{n} 个新网格没有面积（首个：{cell}）。", "{n} new cells have no area (first: {cell})."), flat)
    known = set(old_cells["code"])
    strangers = [code for code in old_cells["code"] if code not in plan.beat_of] + [code for code in plan.beat_of if code not in known]
    if strangers:
        raise _refused(
            Text("{n} 个网格不同时在方案和旧网格中（首个：{cell}）。", "{n} cells are in the plan or the old cells alone (first: {cell})."),
            strangers,
        )


def _refused(what: Text, codes: Iterable[str]) -> Refusal:
    codes = list(codes)
    return Refusal(what.fill(n=len(codes), cell=codes[0]), Text("请更正网格后重新导入。", "Correct the cells and import again."))


def _lines(carried: CarriedOver) -> Iterable[Text]:
    def named(codes: Iterable[str]) -> str:
        codes = list(codes)
        return ", ".join(codes[:5]) + (" …" if len(codes) > 5 else "")

    if carried.vanished:
        yield Text("消失 {n} 个网格：{codes}。", "{n} cells vanished: {codes}.").fill(
            n=len(carried.vanished), codes=named(carried.vanished)
        )
    if carried.new:
        yield Text("新增 {n} 个网格：{codes}。", "{n} cells are new: {codes}.").fill(n=len(carried.new), codes=named(carried.new))
    for parent, children in carried.split.items():
        yield Text("网格 {one} 拆分为 {codes}。", "Cell {one} was split into {codes}.").fill(one=parent, codes=named(children))
    for child, parents in carried.merged.items():
        yield Text("网格 {codes} 合并为 {one}。", "Cells {codes} were merged into {one}.").fill(one=child, codes=named(parents))
    if carried.changed_share > 0:
        share = f"{carried.changed_share:.1%}"
        yield Text("{share} 的面积换了警务区。", "{share} of the area changed its beat.").fill(share=share)
    for cell, best in carried.not_carried.items():
        yield Text(
            "网格 {cell} 无法沿用：原有网格最多覆盖其 {share}。",
            "Cell {cell} could not be carried over: no old cell covers more than {share} of it.",
        ).fill(cell=cell, share=f"{best:.0%}")
