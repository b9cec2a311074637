"""Cells split, merged, or parted along another line: the rare and logged way to move a border that runs inside a cell.

Beats are never dragged. Where a beat should end inside a cell, the cell is split and its counts are shared out.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.cell_cuts import ON_BORDER_M, faces_of, from_west
from planning.cell_graph import SLIVER_WIDTH_M, cell_graph, check_metres
from planning.count_shares import ShareBy, number_columns, shared_out
from planning.plan import Plan

Shapes = NDArray[np.object_]
Number = int | float
Kind = Literal["split", "merge", "move_border"]

KINDS: dict[Kind, Text] = {
    "split": Text("拆分网格", "cell split"),
    "merge": Text("合并网格", "cells merged"),
    "move_border": Text("调整网格边界", "border between cells moved"),
}


@dataclass(frozen=True, eq=False)
class CellChange:
    """What a change makes of the cells. Nothing has been stored: the caller keeps `cells` and logs the rest."""

    kind: Kind
    cells: gpd.GeoDataFrame
    """The whole new table: same columns and CRS, rows in the old order with the children in their parent's place."""
    children: MappingProxyType[str, tuple[str, ...]]
    """Old code -> the codes that its ground has now. A merged cell keeps its lowest code."""
    changed: tuple[str, ...]
    """Neighbours whose outline got a vertex where the cut meets it; their ground is the same."""
    counts_before: MappingProxyType[str, Number]
    """Sums over the old cells that took part, per column of numbers."""
    counts_after: MappingProxyType[str, Number]
    """The same over the new cells."""
    shared_by: MappingProxyType[str, Text]
    """Column -> by what its numbers were shared out."""

    @property
    def parents(self) -> dict[str, tuple[str, ...]]:
        """New code -> the old codes whose ground it has."""
        new = dict.fromkeys(child for children in self.children.values() for child in children)
        return {child: tuple(old for old, children in self.children.items() if child in children) for child in new}

    @property
    def lines(self) -> tuple[Text, ...]:
        """The change in words, for the log and for the person who asked."""
        return tuple(_lines(self))

    def carried(self, plan: Plan, into: str | None = None) -> Plan:
        """The plan over the new cells: children take their parent's beat, and its lock.

        Cells of different beats (or unassigned ones among them) are merged only where `into` names the beat. Refused:
        a plan without the old cells, different beats without `into`, a locked cell or a locked beat that would change.
        """
        lost = [code for code in self.children if code not in plan.beat_of]
        if lost:
            raise _about_codes(Text("方案中没有 {n} 个网格（首个：{cell}）。", "The plan does not have {n} cells (first: {cell})."), lost)
        owner = {child: _one_beat(plan, child, old, into) for child, old in self.parents.items()}
        beat_of: dict[str, str | None] = {}
        for cell, beat in plan.beat_of.items():
            beat_of.update({child: owner[child] for child in self.children[cell]} if cell in self.children else {cell: beat})
        locked = {child for cell in plan.locked_cells for child in self.children.get(cell, (cell,))}
        return replace(plan, beat_of=beat_of, locked_cells=frozenset(locked))


def split_cell(
    cells: gpd.GeoDataFrame,
    code: str,
    line: shapely.LineString | shapely.MultiLineString,
    share_by: ShareBy = "area",
    incidents: gpd.GeoSeries | None = None,
    taken: Iterable[str] = (),
) -> CellChange:
    """Cut a cell along a line into two or more, and share its counts out so that every sum stays what it was.

    `cells` has `code`, `unit_code` and polygons in metres that meet vertex to vertex; `line` is in the same CRS, drawn,
    or a road or river. An end that stops less than 25 m short of the border is drawn out to it; a cut within 0.5 m of a
    corner goes through the corner. The parent's code is retired: children get the unit's next free 3-digit numbers from
    west to east (none of `taken`, the retired codes), so a plan over the old cells can't be mistaken for one over the
    new. `share_by` is "area", "incidents" (points), per column one of these or points of its own, or the dwellings that
    were counted in each part; without points in the cell it is area. Whole numbers are shared by the largest remainder.
    Refused: degrees, an unknown cell, a line that does not cross the cell, parts below 100 m² or 5 m wide, more than
    12 parts, a unit without free numbers, points in another CRS, cells that do not meet exactly.
    """
    place = _places(cells, [code])[0]
    parent = cells.geometry.iloc[place]
    parts = from_west(faces_of(parent, line, code))
    codes = _free_codes(cells, cells["unit_code"].iloc[place], len(parts), taken)
    shares, shared_by = shared_out(cells, [place], parts, share_by, incidents)
    rows = cells.iloc[[place] * len(parts)].assign(code=codes, **shares)
    for name, form in (("name", "{}({})"), ("name_en", "{} ({})")):
        if name in cells:
            rows[name] = [form.format(old, i + 1) if isinstance(old, str) and old else old for i, old in enumerate(rows[name])]
    rows = rows.set_geometry(gpd.GeoSeries(parts, index=rows.index, crs=cells.crs))
    return _changed("split", cells, [place], rows, {code: tuple(codes)}, shared_by)


def merge_cells(cells: gpd.GeoDataFrame, codes: Sequence[str]) -> CellChange:
    """Make one cell out of several of one unit that hang together by borders; its counts are their sums.

    The lowest code stays, with the name that goes with it, in its row; the others are retired. A count that is missing
    in one of them is missing in the sum. Input as for `split_cell`. Refused: degrees, fewer than two cells, unknown
    cells, cells of several units, cells that share no border, cells that do not meet exactly.
    """
    codes = sorted(set(codes))
    places = _places(cells, codes)
    if len(codes) < 2:
        raise Refusal(Text("合并至少需要两个网格。", "Merging takes at least two cells."), Text("请再选一个网格。", "Choose another cell."))
    _check_one_unit(cells, places)
    pieces = cell_graph(cells.iloc[places]).pieces(codes)
    if len(pieces) > 1:
        raise Refusal(
            Text(
                "所选网格分成 {n} 片，没有共同边界（首片：{first}；第二片：{second}）。",
                "The chosen cells lie in {n} pieces without a common border (first: {first}; second: {second}).",
            ).fill(n=len(pieces), first=", ".join(pieces[0][:5]), second=", ".join(pieces[1][:5])),
            Text("请加选连接它们的网格。", "Choose the cells between them too."),
        )
    whole = shapely.coverage_union_all(cells.geometry.to_numpy()[places])
    rows = cells.iloc[places[:1]].copy()
    for column in number_columns(cells):
        rows[column] = pd.array([cells[column].iloc[places].sum(skipna=False)], dtype=cells[column].dtype)
    rows = rows.set_geometry(gpd.GeoSeries([whole], index=rows.index, crs=cells.crs))
    return _changed("merge", cells, places, rows, {code: (codes[0],) for code in codes}, {})


def move_border(
    cells: gpd.GeoDataFrame,
    a: str,
    b: str,
    line: shapely.LineString | shapely.MultiLineString,
    share_by: ShareBy = "area",
    incidents: gpd.GeoSeries | None = None,
) -> CellChange:
    """Part two neighbouring cells of one unit along a new line instead of their old border. Codes and beats stay.

    Which side is whose is what leaves most ground where it was. Counts go with the ground that changes hands, shared
    out as for `split_cell`, whose input, reach and snapping are the same. Refused besides: two units, cells that do not
    touch, a line that leaves one of the two empty or in pieces, cells of several pieces.
    """
    places = _places(cells, [a, b])
    _check_one_unit(cells, places)
    old = cells.geometry.to_numpy()[places]
    if a != b:
        _check_coverage(old, [a, b])
        whole = shapely.coverage_union_all(old)
    if a == b or shapely.get_num_geometries(whole) != 1:
        raise Refusal(
            Text("网格 {a} 和 {b} 没有共同边界，或由多片组成。", "Cells {a} and {b} share no border, or consist of several pieces.").fill(
                a=a, b=b
            ),
            Text("请选择相邻的两个网格。", "Choose two neighbouring cells."),
        )
    faces = faces_of(whole, line, f"{a} + {b}")
    if len(faces) != 2:
        raise Refusal(
            Text("该线把 {a} 和 {b} 分成 {n} 块，应为 2 块。", "The line parts {a} and {b} into {n} pieces instead of 2.").fill(
                a=a, b=b, n=len(faces)
            ),
            Text("请画一条只穿过一次的线。", "Draw a line that crosses only once."),
        )
    kept_m2 = shapely.area(shapely.intersection(old[:, None], faces[None, :]))
    new = faces if kept_m2.trace() >= kept_m2[:, ::-1].trace() else faces[::-1]
    shares, shared_by = shared_out(cells, places, new, share_by, incidents)
    rows = cells.iloc[places].assign(**shares)
    rows = rows.set_geometry(gpd.GeoSeries(new, index=rows.index, crs=cells.crs))
    return _changed("move_border", cells, places, rows, {a: (a,), b: (b,)}, shared_by)


def _places(cells: gpd.GeoDataFrame, codes: Sequence[str]) -> list[int]:
    """Row positions of these cells. Refuses degrees, codes twice and cells that are not there."""
    check_metres(cells)
    twice = cells["code"][cells["code"].duplicated()].tolist()
    if twice:
        raise _about_codes(Text("{n} 个网格编码重复（首个：{cell}）。", "{n} cell codes occur twice (first: {cell})."), twice)
    position = {code: i for i, code in enumerate(cells["code"])}
    strangers = [code for code in codes if code not in position]
    if strangers:
        raise _about_codes(Text("没有 {n} 个网格（首个：{cell}）。", "There are no {n} such cells (first: {cell})."), strangers)
    return [position[code] for code in codes]


def _check_one_unit(cells: gpd.GeoDataFrame, places: list[int]) -> None:
    units = cells["unit_code"].iloc[places].unique()
    if len(units) > 1:
        raise Refusal(
            Text("所选网格属于 {n} 个社区或村：{units}。", "The chosen cells belong to {n} units: {units}.").fill(
                n=len(units), units=", ".join(units)
            ),
            Text("网格只能在同一社区或村内调整。", "Cells change only within one community or village."),
        )


def _free_codes(cells: gpd.GeoDataFrame, unit: str, number: int, taken: Iterable[str]) -> list[str]:
    """The next free codes: unit code + 3 digits, above the highest in use, and only then in the gaps below it."""
    used = {*cells["code"], *taken}
    free = [i for i in range(1, 1000) if f"{unit}{i:03d}" not in used]
    highest = max((i for i in range(1, 1000) if f"{unit}{i:03d}" in used), default=0)
    free.sort(key=lambda i: (i < highest, i))
    if len(free) < number:
        raise Refusal(
            Text("{unit} 只剩 {n} 个网格号，需要 {need} 个。", "{unit} has {n} cell numbers left of the {need} needed.").fill(
                unit=unit, n=len(free), need=number
            ),
            Text("请先合并网格。", "Merge cells first."),
        )
    return [f"{unit}{i:03d}" for i in free[:number]]


def _changed(
    kind: Kind,
    cells: gpd.GeoDataFrame,
    places: list[int],
    rows: gpd.GeoDataFrame,
    children: dict[str, tuple[str, ...]],
    shared_by: dict[str, Text],
) -> CellChange:
    """The new table: `rows` for the cells at `places`, neighbours with the new vertices, the coverage verified."""
    shapes = cells.geometry.to_numpy()
    old = shapes[places]
    near = np.setdiff1d(shapely.STRtree(shapes).query(shapely.union_all(old), predicate="intersects"), places)
    _check_coverage(shapes[[*places, *near]], list(children))
    new_vertices = _new_on_border(old, rows.geometry.to_numpy())
    dense = shapely.snap(shapes[near], new_vertices, ON_BORDER_M)
    grown = shapely.get_num_coordinates(dense) != shapely.get_num_coordinates(shapes[near])
    shapes = shapes.copy()
    shapes[near[grown]] = dense[grown]
    _check_coverage(np.concatenate([rows.geometry.to_numpy(), shapes[near]]), list(children))

    table = cells.set_geometry(gpd.GeoSeries(shapes, index=cells.index, crs=cells.crs)).reset_index(drop=True)
    kept = table.drop(index=places)
    place_of = {new: places[list(children).index(code)] for code, all_new in reversed(children.items()) for new in all_new}
    rows = rows.set_axis([place_of[code] for code in rows["code"]])
    whole = pd.concat([kept, rows]).sort_index(kind="stable").reset_index(drop=True)
    whole = whole[list(cells.columns)].astype(dict(cells.dtypes.drop(cells.geometry.name))).set_geometry(cells.geometry.name)

    def sums(of: Callable[[str], pd.Series]) -> MappingProxyType[str, Number]:
        totals = {name: of(name).sum() for name in number_columns(cells)}
        return MappingProxyType({name: value.item() if hasattr(value, "item") else value for name, value in totals.items()})

    return CellChange(
        kind,
        whole,
        MappingProxyType(children),
        tuple(cells["code"].iloc[near[grown]]),
        sums(lambda name: cells[name].iloc[places]),
        sums(lambda name: rows[name]),
        MappingProxyType(shared_by),
    )


def _new_on_border(old: Shapes, new: Shapes) -> shapely.MultiPoint:
    """Vertices of the new cells that lie on the outer border of the old ones without having been a vertex there."""
    border = shapely.coverage_union_all(old).boundary
    xy = np.unique(shapely.get_coordinates(new), axis=0)
    known = set(map(tuple, shapely.get_coordinates(old)))
    xy = xy[[tuple(vertex) not in known for vertex in xy]]
    return shapely.multipoints(xy[shapely.dwithin(shapely.points(xy), border, ON_BORDER_M)])


def _check_coverage(shapes: Shapes, codes: list[str]) -> None:
    if not shapely.coverage_is_valid(shapes, gap_width=SLIVER_WIDTH_M):
        raise Refusal(
            Text("{cell} 及其相邻网格没有严格衔接。", "{cell} and its neighbours do not meet exactly.").fill(cell=", ".join(codes[:5])),
            Text(
                "请在导入时清理网格边界，或换一条不贴着边界的线。",
                "Clean the cell borders when importing, or draw a line further from the border.",
            ),
        )


def _one_beat(plan: Plan, child: str, parents: tuple[str, ...], into: str | None) -> str | None:
    beats = list(dict.fromkeys(plan.beat_of[code] for code in parents))
    if len(beats) == 1 and (into is None or into == beats[0]):
        return beats[0]
    if len(beats) > 1 and into is None:
        raise Refusal(
            Text("要合并成 {cell} 的网格属于不同警务区：{beats}。", "The cells merged into {cell} are in different beats: {beats}.").fill(
                cell=child, beats=", ".join(beat or "–" for beat in beats)
            ),
            Text("请指定合并后的警务区。", "Name the beat that the merged cell shall be in."),
        )
    held = {beat.code for beat in plan.beats if beat.locked}
    stuck = [code for code in parents if plan.beat_of[code] != into and (code in plan.locked_cells or {plan.beat_of[code], into} & held)]
    if stuck:
        raise _about_codes(
            Text("{n} 个网格已锁定，不能换警务区（首个：{cell}）。", "{n} cells are locked in their beat (first: {cell})."), stuck
        )
    return into


def _about_codes(what: Text, codes: Sequence[str]) -> Refusal:
    return Refusal(
        what.fill(n=len(codes), cell=codes[0]), Text("请检查编码，或重新载入网格。", "Check the codes, or load the cells again.")
    )


def _lines(change: CellChange) -> Iterable[Text]:
    if change.kind == "split":
        for parent, children in change.children.items():
            yield Text("网格 {one} 拆分为 {codes}。", "Cell {one} into {codes}.").fill(one=parent, codes=", ".join(children))
    elif change.kind == "merge":
        for child, parents in change.parents.items():
            yield Text("网格 {codes} 合并为 {one}。", "Cells {codes} were merged into {one}.").fill(codes=", ".join(parents), one=child)
    else:
        a, b = change.children
        yield Text("网格 {a} 与 {b} 之间的边界已调整。", "The border between cells {a} and {b} was moved.").fill(a=a, b=b)
    for column, how in change.shared_by.items():
        yield Text("{column} 按{how}分摊。", "{column} was shared by {how}.").fill(column=column, how=how)
    if change.changed:
        yield Text("{n} 个相邻网格增加了边界点：{codes}。", "{n} neighbours got a vertex: {codes}.").fill(
            n=len(change.changed), codes=", ".join(change.changed)
        )
