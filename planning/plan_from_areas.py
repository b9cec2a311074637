"""Beats out of any boundary file: each cell goes to the area that covers most of it, and doubtful cells are listed."""

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.cell_graph import check_metres
from planning.plan import Beat

Floats = NDArray[np.float64]

LEAST_COVERED = 0.5  # below, most of the cell lies in no area at all
PART_SHARE = 0.05  # less in a second area is a border drawn a little differently


@dataclass(frozen=True, eq=False)
class PlanFromAreas:
    """The parts of a plan, and what a person should look at. Shares are of the cell's area, 0 to 1."""

    beats: tuple[Beat, ...]
    """One per code of the areas, in their order; also those that got no cell."""
    beat_of: MappingProxyType[str, str | None]
    shares: pd.DataFrame
    """Index cell; `beat` (None: unassigned), `share` of it in the best area, `second` (code or None), `second_share`, `covered`."""
    unassigned: tuple[str, ...]
    """Cells of which the areas together cover less than half."""
    straddling: MappingProxyType[str, tuple[tuple[str, float], ...]]
    """Cell -> the areas that each cover at least 5 % of it, largest first, where there are several."""
    empty: tuple[str, ...]
    """Areas that got no cell."""
    overlap_m2: float
    """Ground that two areas claim, counted within the cells."""

    @property
    def lines(self) -> tuple[Text, ...]:
        """The report in words, one line per subject that has something to say."""
        return tuple(_lines(self))


def plan_from_areas(cells: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> PlanFromAreas:
    """Beats and cell -> beat by largest overlap; of equals the first area wins.

    `cells` has `code`, `areas` has `code` and where known `name` and `name_en`; polygons of both in one metric CRS. Rows
    with one code are parts of one area. A cell of which all areas together cover less than half is unassigned.
    Refused: degrees, two CRS, areas without `code` or with empty codes, no areas, cell codes twice, cells without area,
    areas that are no polygons or cross themselves.
    """
    _check(cells, areas)
    beats = _beats(areas)
    position = {beat.code: i for i, beat in enumerate(beats)}
    shapes, area_shapes = cells.geometry.to_numpy(), areas.geometry.to_numpy()
    cell, area = shapely.STRtree(area_shapes).query(shapes, predicate="intersects")
    common_m2 = shapely.area(shapely.intersection(shapes[cell], area_shapes[area]))
    owner = areas["code"].astype(str).map(position).to_numpy()[area]
    in_area: Floats = np.zeros((len(cells), len(beats)))
    np.add.at(in_area, (cell, owner), common_m2)
    whole_m2 = shapely.area(shapes)
    covered_m2 = _covered_m2(shapes, area_shapes, cell, area, common_m2)
    return _report(
        cells["code"].tolist(), beats, in_area / whole_m2[:, None], covered_m2 / whole_m2, float(in_area.sum() - covered_m2.sum())
    )


def _covered_m2(
    shapes: NDArray[np.object_], areas: NDArray[np.object_], cell: NDArray[np.int64], area: NDArray[np.int64], common_m2: Floats
) -> Floats:
    """Ground of each cell (n,) that lies in any area, counted once where areas overlap."""
    covered: Floats = np.bincount(cell, common_m2, len(shapes)).astype(np.float64)
    if shapely.coverage_is_valid(areas):
        return covered
    several = np.flatnonzero(np.bincount(cell, minlength=len(shapes)) > 1)
    for i in several:
        covered[i] = shapely.area(shapely.intersection(shapes[i], shapely.union_all(areas[area[cell == i]])))
    return covered


def _report(codes: list[str], beats: tuple[Beat, ...], share: Floats, covered: Floats, overlap_m2: float) -> PlanFromAreas:
    names = [beat.code for beat in beats]
    ranked = np.argsort(-share, axis=1, kind="stable")
    best, rows = ranked[:, 0], np.arange(len(codes))
    second = ranked[:, 1] if len(names) > 1 else best
    second_share = share[rows, second] if len(names) > 1 else np.zeros(len(codes))
    held = covered >= LEAST_COVERED
    beat_of = {code: names[best[i]] if held[i] else None for i, code in enumerate(codes)}
    straddling = {
        codes[i]: tuple((names[j], round(float(share[i, j]), 4)) for j in ranked[i] if share[i, j] >= PART_SHARE)
        for i in np.flatnonzero(second_share >= PART_SHARE)
    }
    index = pd.Index(codes, name="cell", dtype=object)
    shares = pd.DataFrame(
        {
            "beat": pd.Series([beat_of[code] for code in codes], index, dtype=object),
            "share": share[rows, best],
            "second": pd.Series([names[j] if second_share[i] > 0 else None for i, j in enumerate(second)], index, dtype=object),
            "second_share": second_share,
            "covered": covered,
        },
        index=index,
    )
    used = set(beat_of.values())
    return PlanFromAreas(
        beats,
        MappingProxyType(beat_of),
        shares,
        tuple(code for code, beat in beat_of.items() if beat is None),
        MappingProxyType(straddling),
        tuple(code for code in names if code not in used),
        max(0.0, overlap_m2),
    )


def _beats(areas: gpd.GeoDataFrame) -> tuple[Beat, ...]:
    def word(row: pd.Series, column: str, instead: str) -> str:
        value = row.get(column)
        return value.strip() if isinstance(value, str) and value.strip() else instead

    first = areas.assign(code=areas["code"].astype(str)).drop_duplicates("code")
    return tuple(Beat(row["code"], word(row, "name", row["code"]), word(row, "name_en", row["code"])) for _, row in first.iterrows())


def _check(cells: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> None:
    check_metres(cells)
    if areas.crs != cells.crs:
        raise Refusal(
            Text("边界文件的坐标系与网格不同。", "The areas are not in the coordinate system of the cells."),
            Text("请转换到 {crs}。", "Convert them to {crs}.").fill(crs=cells.crs.to_string()),
        )
    if "code" not in areas or len(areas) == 0:
        raise Refusal(
            Text("边界文件没有区域，或没有编号列。", "There are no areas, or they have no column of codes."),
            Text("请指定哪一列是警务区编号。", "Say which column holds the number of the beat."),
        )
    _refuse_rows(areas["code"].isna() | (areas["code"].astype(str).str.strip() == ""), Text("没有编号", "have no code"))
    flawed = ~(shapely.is_valid(areas.geometry.to_numpy()) & np.isin(shapely.get_type_id(areas.geometry.to_numpy()), (3, 6)))
    _refuse_rows(pd.Series(flawed), Text("不是面，或边界自相交", "have no polygon, or one that crosses itself"))
    codes = cells["code"]
    wrong = codes[codes.duplicated().to_numpy() | ~(cells.geometry.area > 0).to_numpy()].tolist()
    if wrong:
        raise Refusal(
            Text("{n} 个网格编码重复或没有面积（首个：{cell}）。", "{n} cells have a code twice or no area (first: {cell}).").fill(
                n=len(wrong), cell=wrong[0]
            ),
            Text("请更正网格后重新导入。", "Correct the cells and import again."),
        )


def _refuse_rows(wrong: pd.Series, why: Text) -> None:
    rows = np.flatnonzero(wrong.to_numpy())
    if len(rows):
        raise Refusal(
            Text("边界文件有 {n} 行{why}（首个：第 {row} 行）。", "{n} rows of the areas {why} (first: row {row}).").fill(
                n=len(rows), why=why, row=rows[0] + 1
            ),
            Text("请更正后重新导入。", "Correct them and import again."),
        )


def _lines(found: PlanFromAreas) -> Iterable[Text]:
    assigned = len(found.beat_of) - len(found.unassigned)
    yield Text("{n} 个网格分入 {k} 个警务区。", "{n} cells went into {k} beats.").fill(n=assigned, k=len(found.beats) - len(found.empty))
    for codes, what in (
        (
            found.unassigned,
            Text("{n} 个网格被覆盖不足一半，未分配：{codes}。", "{n} cells are less than half covered and unassigned: {codes}."),
        ),
        (found.empty, Text("{n} 个区域没有网格：{codes}。", "{n} areas got no cell: {codes}.")),
    ):
        if codes:
            yield what.fill(n=len(codes), codes=", ".join(codes[:5]) + (" …" if len(codes) > 5 else ""))
    for cell, parts in found.straddling.items():
        yield Text("网格 {cell} 跨区：{parts}。", "Cell {cell} lies across areas: {parts}.").fill(
            cell=cell, parts=", ".join(f"{code} {share:.0%}" for code, share in parts)
        )
    if found.overlap_m2 >= 1:
        yield Text("区域之间重叠 {area:,.0f} 平方米。", "Areas overlap each other by {area:,.0f} m².").fill(area=found.overlap_m2)
