"""A layer or table imported again: what is new, changed, vanished, and what hangs on the rows that vanish."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from importing.kinds import KINDS
from layers.definition.refusal import Refusal
from layers.definition.text import Text

STEADY_M = 0.05  # coordinates written with 7 decimals of a degree come back up to 1 cm off


@dataclass(frozen=True)
class RowChange:
    """One row that is in both versions but differs."""

    code: str
    fields: MappingProxyType[str, tuple[object, object]]
    """Field -> value before and after."""
    moved_m: float
    """How far the geometry moved: the Hausdorff distance of its outlines in metres, at least; 0 where it stayed."""

    @property
    def text(self) -> Text:
        """The change in words."""
        parts = [Text(f"{name}：{_shown(a)} → {_shown(b)}", f"{name}: {_shown(a)} → {_shown(b)}") for name, (a, b) in self.fields.items()]
        if self.moved_m:
            parts.append(Text("图形移动 {m:.1f} 米", "geometry moved by {m:.1f} m").fill(m=self.moved_m))
        return Text(f"{self.code}（{'；'.join(p.zh for p in parts)}）", f"{self.code} ({'; '.join(p.en for p in parts)})")


@dataclass(frozen=True)
class VersionChanges:
    """Two versions of a table compared by code. Codes in the order of the new version, the vanished in that of the old."""

    new: tuple[str, ...]
    changed: tuple[RowChange, ...]
    vanished: tuple[str, ...]
    unchanged: tuple[str, ...]
    fields_gone: tuple[str, ...] = ()
    """Columns that the old version has and the new one lacks."""
    fields_new: tuple[str, ...] = ()

    @property
    def none(self) -> bool:
        """The two versions hold the same."""
        return not (self.new or self.changed or self.vanished or self.fields_gone or self.fields_new)

    @property
    def text(self) -> Text:
        """The counts in one line."""
        return Text(
            "新增 {new} 行，变更 {changed} 行，消失 {vanished} 行，未变 {same} 行。",
            "{new} rows are new, {changed} changed, {vanished} vanished, {same} are as before.",
        ).fill(new=len(self.new), changed=len(self.changed), vanished=len(self.vanished), same=len(self.unchanged))


def compare_versions(
    old: pd.DataFrame, new: pd.DataFrame, key: str = "code", metric_crs: str | None = None, steady_m: float = STEADY_M
) -> VersionChanges:
    """What a new version of a table changes, row by row, by the text in column `key`.

    Only columns that both have are compared; nothing and an empty text are the same, so are 3 and 3.0. Geometries,
    where both are GeoDataFrames, are compared in `metric_crs` (else in the old one's CRS): a vertex more on the same
    line is no change, nor is a move of up to `steady_m`.
    Refused: no column `key`, empty or repeated keys, geometries without a CRS or measured in degrees.
    """
    before, after = _by_key(old, key), _by_key(new, key)
    both = [code for code in after.index if code in before.index]
    fields = [name for name in _fields(old, key) if name in _fields(new, key)]
    changed_fields = _field_changes(before.loc[both, fields], after.loc[both, fields])
    moved_m = _moves(old, new, before, after, both, metric_crs, steady_m)
    changes = [
        RowChange(code, MappingProxyType(changed_fields.get(code, {})), float(moved))
        for code, moved in zip(both, moved_m, strict=True)
        if code in changed_fields or moved > 0
    ]
    touched = {change.code for change in changes}
    return VersionChanges(
        tuple(code for code in after.index if code not in before.index),
        tuple(changes),
        tuple(code for code in before.index if code not in after.index),
        tuple(code for code in both if code not in touched),
        tuple(name for name in _fields(old, key) if name not in _fields(new, key)),
        tuple(name for name in _fields(new, key) if name not in _fields(old, key)),
    )


def with_kept_values(
    old: pd.DataFrame, new: pd.DataFrame, fields: Collection[str], key: str = "code"
) -> tuple[pd.DataFrame, list[str], int]:
    """The new version with the old values of these fields where it has none, those of them that had any, and in how many rows.

    For fields of which the new version's file says nothing: silence about the dwellings of a cell does not mean that there are
    none. Rows are the same by the text in column `key`; both versions have all fields.
    """
    before = old.set_index(old[key].astype(str))
    at = before.index.get_indexer(new[key].astype(str))
    kept, filled, touched = new.copy(), [], np.zeros(len(new), dtype=bool)
    for name in fields:
        values = before[name].take(at).set_axis(new.index).where(at >= 0)
        more = np.asarray(new[name].isna() & values.notna(), dtype=bool)
        if more.any():
            kept[name] = new[name].where(~more, values)
            filled.append(name)
            touched |= more
    return kept, filled, int(touched.sum())


DEPENDENTS = {
    "tasks": Text("任务 {n} 项", "assignments: {n}"),
    "leads": Text("警务区责任民警 {n} 处", "beats that lose their lead: {n}"),
    "units": Text("失去所属单位的网格 {n} 个", "cells that lose their unit: {n}"),
    "cells": Text("方案中的网格 {n} 处", "cells of plans: {n}"),
    "empty": Text("将没有网格的警务区 {n} 个", "beats left without cells: {n}"),
}
"""What may depend on a row, and how many of it are told."""


def what_depends_on(
    vanished: Collection[str],
    kind: str,
    assignments: pd.DataFrame,
    plans: pd.DataFrame,
    plan_beats: pd.DataFrame,
    plan_cells: pd.DataFrame,
    cells: pd.DataFrame | None = None,
) -> dict[str, list[Text]]:
    """What hangs on rows that a new version lacks, a line each by the keys of `DEPENDENTS`; without those of which there are none.

    `kind` says what vanishes: 'cell', 'unit', 'officer', or another target of assignments such as 'school'. The tables
    have the columns of a town folder (data/README.md); `cells` with `code` and `unit_code` tells the cells of a unit.
    """
    gone = set(vanished)
    lines = {"tasks": list(_assignment_lines(gone, kind, assignments))}
    if kind == "officer":
        lines["leads"] = _lead_lines(gone, plans, plan_beats)
    if kind == "unit" and cells is not None:
        theirs = cells[cells["unit_code"].isin(gone)]
        lines["units"] = [
            Text("网格 {cell} 属于单位 {unit}。", "Cell {cell} belongs to unit {unit}.").fill(cell=cell, unit=unit)
            for cell, unit in zip(theirs["code"], theirs["unit_code"], strict=True)
        ]
    if kind == "cell":
        lines["cells"], lines["empty"] = _cell_lines(gone, plans, plan_beats, plan_cells)
    return {key: found for key, found in lines.items() if found}


def _by_key(table: pd.DataFrame, key: str) -> pd.DataFrame:
    if key not in table:
        raise Refusal(
            Text("表中没有“{key}”列，无法与现有数据比对。", "There is no column {key} to compare the versions by.").fill(key=key),
            Text("请先匹配编码列。", "Match the column with the codes first."),
        )
    keys = table[key]
    empty = keys.isna() | (keys.astype(str).str.strip() == "")
    twice = keys.duplicated(keep="first") & ~empty
    for wrong, what in (
        (empty, Text("{n} 行没有编码（首行：第 {row} 行）。", "{n} rows have no code (first: row {row}).")),
        (twice, Text("{n} 行的编码重复（首行：第 {row} 行，{code}）。", "{n} rows repeat a code (first: row {row}, {code}).")),
    ):
        if wrong.any():
            first = int(np.argmax(wrong.to_numpy()))
            raise Refusal(
                what.fill(n=int(wrong.sum()), row=first + 1, code=keys.iloc[first]),
                Text("请更正编码后重新导入。", "Correct the codes, then import again."),
            )
    return table.set_index(keys.astype(str).rename(None))


def _fields(table: pd.DataFrame, key: str) -> list[str]:
    shape = table.geometry.name if isinstance(table, gpd.GeoDataFrame) else None
    return [name for name in table.columns if name not in (key, shape)]


def _field_changes(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, dict[str, tuple[object, object]]]:
    """Code -> field -> value before and after, of rows with the same codes in the same order."""
    changes: dict[str, dict[str, tuple[object, object]]] = {}
    for name in before.columns:
        a, b = before[name].astype(object).to_numpy(), after[name].astype(object).to_numpy()
        nothing_a, nothing_b = _nothing(before[name]), _nothing(after[name])
        both = ~nothing_a & ~nothing_b  # what is missing may be one of several nothings, of which some can't be compared
        same = nothing_a & nothing_b
        same[both] = [x == y for x, y in zip(a[both], b[both], strict=True)]
        for row in np.flatnonzero(~same):
            values = (None if nothing_a[row] else a[row], None if nothing_b[row] else b[row])
            changes.setdefault(before.index[row], {})[name] = values
    return changes


def _nothing(values: pd.Series) -> NDArray[np.bool_]:
    return np.asarray(values.isna() | (values.astype(object) == ""), dtype=bool)


def _moves(
    old: pd.DataFrame,
    new: pd.DataFrame,
    before: pd.DataFrame,
    after: pd.DataFrame,
    codes: list[str],
    metric_crs: str | None,
    steady_m: float,
) -> NDArray[np.float64]:
    """How far each geometry moved (n,), 0 up to the steady limit; infinite where there was none before or is none now."""
    moved = np.zeros(len(codes))
    if not (isinstance(old, gpd.GeoDataFrame) and isinstance(new, gpd.GeoDataFrame)) or not codes:
        return moved
    crs = metric_crs or old.crs
    if old.crs is None or new.crs is None or not CRS.from_user_input(crs).is_projected:
        raise Refusal(
            Text(
                "图形的坐标系不以米为单位，无法比较移动量。",
                "The geometries are in a system that has no metres, so moves can't be measured.",
            ),
            Text("请指定以米为单位的分带，例如 EPSG:4546。", "Name a zone in metres, for example EPSG:4546."),
        )
    a, b = (table.geometry.to_crs(crs).loc[codes].to_numpy() for table in (before, after))
    none_a, none_b = (shapely.is_missing(shapes) | shapely.is_empty(shapes) for shapes in (a, b))
    moved[none_a != none_b] = np.inf
    there = np.flatnonzero(~none_a & ~none_b & ~shapely.equals_exact(a, b, steady_m))
    outlines = [np.array([shapely.boundary(s) if shapely.get_dimensions(s) == 2 else s for s in shapes[there]]) for shapes in (a, b)]
    distance = shapely.hausdorff_distance(*outlines)
    moved[there] = np.where(distance > steady_m, distance, 0.0)
    return moved


def _assignment_lines(gone: set[str], kind: str, assignments: pd.DataFrame) -> Iterable[Text]:
    if kind == "officer":
        chosen = assignments["staff_code"].isin(gone)
    else:
        chosen = (assignments["target_kind"] == kind) & assignments["target_code"].isin(gone)
    roles = KINDS["assignments"].field("role").choices
    for row in assignments[chosen].to_dict("records"):
        yield Text("任务：{staff} 负责 {target}（{role}）。", "Assignment: {staff} is {role} of {target}.").fill(
            staff=row["staff_code"], target=row["target_code"], role=roles.get(row["role"], row["role"])
        )


def _lead_lines(gone: set[str], plans: pd.DataFrame, plan_beats: pd.DataFrame) -> list[Text]:
    title = _titles(plans)
    rows = plan_beats[plan_beats["lead"].isin(gone)]
    return [
        Text("方案“{plan}”中，{lead} 是警务区 {beat} 的责任民警。", "In the plan '{plan}', {lead} leads beat {beat}.").fill(
            plan=title[plan], lead=lead, beat=beat
        )
        for plan, lead, beat in zip(rows["plan_id"], rows["lead"], _beat_names(rows), strict=True)
    ]


def _cell_lines(gone: set[str], plans: pd.DataFrame, plan_beats: pd.DataFrame, plan_cells: pd.DataFrame) -> tuple[list[Text], list[Text]]:
    """Which beat of which plan each cell is in, and which beats would be left without any cell."""
    title, rows = _titles(plans), plan_cells[plan_cells["cell_code"].isin(gone) & plan_cells["beat"].notna()]
    name = dict(zip(zip(plan_beats["plan_id"], plan_beats["code"], strict=True), _beat_names(plan_beats), strict=True))
    keys = list(zip(rows["plan_id"], rows["beat"], strict=True))
    placed = [
        Text("方案“{plan}”中，网格 {cell} 属于警务区 {beat}。", "The plan '{plan}' has cell {cell} in beat {beat}.").fill(
            plan=title[plan], cell=cell, beat=name.get((plan, beat), Text(beat, beat))
        )
        for (plan, beat), cell in zip(keys, rows["cell_code"], strict=True)
    ]
    stay = plan_cells[~plan_cells["cell_code"].isin(gone)]
    kept = set(zip(stay["plan_id"], stay["beat"], strict=True))
    empty = [
        Text("方案“{plan}”的警务区 {beat} 将没有网格。", "Beat {beat} of the plan '{plan}' would be left without cells.").fill(
            plan=title[plan], beat=name.get((plan, beat), Text(beat, beat))
        )
        for plan, beat in dict.fromkeys(keys)
        if (plan, beat) not in kept
    ]
    return placed, empty


def _titles(plans: pd.DataFrame) -> dict[str, Text]:
    names = zip(plans["id"], plans["name"], plans["name_en"], strict=True)
    return {plan: Text(str(zh), str(en if isinstance(en, str) and en else zh)) for plan, zh, en in names}


def _beat_names(beats: pd.DataFrame) -> list[Text]:
    rows = zip(beats["code"], beats["name"], beats["name_en"], strict=True)
    return [Text(f"{code} {zh}", f"{code} {en if isinstance(en, str) and en else zh}") for code, zh, en in rows]


def _shown(value: object) -> str:
    return "—" if value is None else str(value)
