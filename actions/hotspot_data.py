"""The incidents that a caller's hotspots rest on, prepared once for all views: the town's, or those of the own area alone."""

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from actions.caller import Caller, Scope
from actions.own_area import own_cells
from actions.permissions import may
from actions.see_map import shown_plan
from actions.town_model import TownModel
from analysis.analysis_grid import AnalysisGrid, Cells, analysis_grid
from analysis.coordinate_check import checked_rounding_m
from analysis.density import Smoother, suggested_radius_m
from analysis.disclosure import Sum, suppress
from analysis.hex_grid import HexGrid, hex_grid
from analysis.incident_filter import IncidentColumns, IncidentFilter
from layers.definition.refusal import Refusal
from layers.definition.text import Text

Floats = NDArray[np.float64]
LAST_CHOICES = 8


@dataclass(eq=False)
class HotspotData:
    """Incidents of one state of the town, or of some of its cells, and what no filter changes, worked out once."""

    model: TownModel
    table: pd.DataFrame
    """The incidents; category and source as categories, so that a filter does not compare a million words."""
    outline_m: shapely.Geometry
    """What the incidents come from, metres: outside it nothing is known, and no map is drawn."""
    cells: frozenset[str] | None = None
    """The neighbourhood cells that make up the outline; None: all."""
    grids: dict[int, AnalysisGrid] = field(default_factory=dict)
    hexagons: dict[int, HexGrid] = field(default_factory=dict)
    smoothers: dict[tuple[int, float], Smoother] = field(default_factory=dict)
    checked: set[tuple[type, float]] = field(default_factory=set)
    inside: dict[tuple[type, float], NDArray[np.bool_]] = field(default_factory=dict)
    choices: dict[IncidentFilter, "Chosen"] = field(default_factory=dict)

    @cached_property
    def columns(self) -> IncidentColumns:
        """What a filter looks at, as numbers."""
        return IncidentColumns(self.table)

    @cached_property
    def points_m(self) -> tuple[Floats, Floats]:
        """x and y of all, metres of the town's system."""
        return self.table["x_m"].to_numpy(float), self.table["y_m"].to_numpy(float)

    @cached_property
    def found(self) -> NDArray[np.bool_]:
        """Which were found by police."""
        return np.asarray(self.table["source"] == "found")

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """A number per coordinate, to the centimetre: sorted once, so that a filter only has to count."""
        x, y = (np.nan_to_num(axis) for axis in self.points_m)
        key = np.rint(x * 100).astype(np.int64) * 2**32 + np.rint(y * 100).astype(np.int64)
        return np.asarray(np.unique(key, return_inverse=True)[1]).ravel()

    @cached_property
    def span(self) -> tuple[date, date]:
        """First and last day with an incident."""
        times = self.table["occurred_at"]
        return times.min().date(), times.max().date()

    def chosen(self, by: IncidentFilter) -> "Chosen":
        """What a choice keeps; the last few choices are kept, for a page asks for each several times."""
        found = self.choices.get(by)
        if found is None:
            found = Chosen(self, by, np.flatnonzero(by.kept(self.columns)))
            for old in list(self.choices)[: len(self.choices) - LAST_CHOICES + 1]:
                self.choices.pop(old, None)
            self.choices[by] = found
        return found

    def grid(self, cell_m: int) -> AnalysisGrid:
        """The squares of that size. Refused: cells finer than the coordinates' rounding."""
        if cell_m not in self.grids:
            self.grids[cell_m] = analysis_grid(self.outline_m, cell_m, self.model.town.metric_crs)
        self._check(self.grids[cell_m])
        return self.grids[cell_m]

    def cells_of(self, cell_m: int, hexagons: bool) -> Cells:
        """The squares, or the hexagons of that width. Refused: as `grid`."""
        if not hexagons:
            return self.grid(cell_m)
        if cell_m not in self.hexagons:
            self.hexagons[cell_m] = hex_grid(self.outline_m, cell_m, self.model.town.metric_crs)
        self._check(self.hexagons[cell_m])
        return self.hexagons[cell_m]

    def _check(self, grid: Cells) -> None:
        if (type(grid), grid.size_m) not in self.checked and len(self.table):
            checked_rounding_m(grid, *self.points_m)
            self.checked.add((type(grid), grid.size_m))

    def within(self, grid: Cells) -> NDArray[np.bool_]:
        """(n,) whether each incident lies in a cell of the grid that the town touches; shape and size tell the grid."""
        size = (type(grid), grid.size_m)
        if size not in self.inside:
            row, col = grid.cell_of(*self.points_m)
            near = (row >= 0) & (row < grid.rows) & (col >= 0) & (col < grid.cols)
            at = np.where(near, row * grid.cols + col, 0).astype(np.int64)
            self.inside[size] = near & grid.mask.ravel()[at]
        return self.inside[size]

    def smoother(self, cell_m: int, radius_m: float) -> Smoother:
        """All of a density that no filter changes. Refused: a radius below the cell."""
        if (cell_m, radius_m) not in self.smoothers:
            self.smoothers[cell_m, radius_m] = Smoother(self.grid(cell_m), radius_m)
        return self.smoothers[cell_m, radius_m]


@dataclass(frozen=True, eq=False)
class Chosen:
    """The incidents of a choice, by their rows in the data; what of them is asked for is taken out once."""

    data: HotspotData
    by: IncidentFilter
    rows: NDArray[np.int64]

    @cached_property
    def table(self) -> pd.DataFrame:
        """Rows with occurred_at, occurred_until, category, source, x_m, y_m in metres, cell_code."""
        return self.data.table.iloc[self.rows]

    @cached_property
    def points_m(self) -> tuple[Floats, Floats]:
        """x and y in metres of the town's system."""
        x, y = self.data.points_m
        return x[self.rows], y[self.rows]

    @cached_property
    def found(self) -> int:
        """How many the police found."""
        return int(self.data.found[self.rows].sum())

    @property
    def reported(self) -> int:
        """How many people reported."""
        return len(self.rows) - self.found

    def stack(self, grid: Cells) -> tuple[int, int, int]:
        """How many lie in the grid's cells, how many of these share their coordinate with another, and the most at one."""
        at = self.rows[self.data.within(grid)[self.rows]]
        counts = np.bincount(self.data.places[at]) if len(at) else np.zeros(1, np.int64)
        return len(at), int(counts[counts > 1].sum()), int(counts.max())


def hotspot_data(caller: Caller) -> HotspotData:
    """The incidents that this caller works with, prepared once for all who have the same. Refused: none, no own area."""
    caller.must("see_hotspots")
    return _data_of(caller, own_cells(caller))


def whole_town(caller: Caller) -> HotspotData:
    """All incidents of the town, for what may hang in the street. Refused: none in the workspace."""
    caller.must("see_public_hotspots")
    return _data_of(caller, None)


def _data_of(caller: Caller, cells: frozenset[str] | None) -> HotspotData:
    if cells is not None and not cells:
        raise Refusal(
            Text("现行方案中还没有您负责的网格。", "No cell is yours in the plan in force."),
            Text("请联系所领导安排责任区。", "Ask the chief to give you an area."),
        )
    model = caller.model
    data = model.derived(("hotspots", cells), lambda: _prepared(model, cells))
    if data.table.empty:
        where = Text("工作区", "The workspace") if cells is None else Text("所选范围", "The area chosen")
        raise Refusal(Text("{w}中没有警情。", "{w} has no incidents.").fill(w=where), Text("请先导入警情表。", "Import incidents first."))
    return data


def _prepared(model: TownModel, cells: frozenset[str] | None) -> HotspotData:
    columns = ["occurred_at", "occurred_until", "category", "source", "x_m", "y_m", "cell_code"]
    table = model.incidents[columns]
    outline = model.outline_m
    if cells is not None:
        table = table[table["cell_code"].isin(cells)].reset_index(drop=True)
        outline = shapely.coverage_union_all(model.cells_m.loc[sorted(cells)].geometry.to_numpy())
    coded = {name: table[name].astype("category") for name in ("category", "source", "cell_code")}
    return HotspotData(model, table.assign(**coded), outline, cells)


def span(caller: Caller) -> tuple[date, date]:
    """First and last day with an incident. Refused: none in the workspace."""
    return hotspot_data(caller).span


def beats_to_choose(caller: Caller) -> dict[str, Text]:
    """The beats that the caller may look at alone, by code: of the plan shown, none without a plan; a limited caller's own ones."""
    caller.must("see_hotspots")
    try:
        plan = shown_plan(caller)
    except Refusal:
        return {}
    own = own_cells(caller)
    codes = {beat for cell, beat in plan.beat_of.items() if own is None or cell in own}
    beats = [beat for beat in plan.beats if beat.code in codes]
    return {beat.code: Text(f"{beat.code} {beat.name}", f"{beat.code} {beat.name_en or beat.name}") for beat in beats}


def within_beat(caller: Caller, code: str) -> Caller:
    """The caller looking at one beat of the plan shown, or at what of it is the own area. Refused: no such beat to choose."""
    titles = beats_to_choose(caller)
    if code not in titles:
        raise Refusal(
            Text("没有可选的警务区 {c}。", "There is no beat {c} to choose.").fill(c=code[:40]),
            Text("可选：{all}。", "Choose from {all}.").fill(all="、".join(titles) or "—"),
        )
    own = own_cells(caller)
    cells = frozenset(cell for cell, beat in shown_plan(caller).beat_of.items() if beat == code and (own is None or cell in own))
    return replace(caller, scope=Scope(cells=cells, title=titles[code]))


def chosen_rows(caller: Caller, by: IncidentFilter) -> Chosen:
    """The incidents that a choice keeps. Refused: a choice that leaves none."""
    return _not_empty(hotspot_data(caller).chosen(by))


def chosen_for_public(caller: Caller, by: IncidentFilter) -> Chosen:
    """The incidents of the whole town that a choice keeps, for counts that may be made public. Refused: a choice that leaves none."""
    return _not_empty(whole_town(caller).chosen(by))


def _not_empty(chosen: Chosen) -> Chosen:
    if not len(chosen.rows):
        raise Refusal(
            Text("所选条件下没有警情（{a} 至 {b}）。", "No incident fits this choice ({a} to {b}).").fill(
                a=chosen.by.first, b=chosen.by.last
            ),
            Text("请放宽日期、时段、类别或来源。", "Widen the dates, hours, categories or source."),
        )
    return chosen


def source_counts(caller: Caller, by: IncidentFilter) -> tuple[str, str]:
    """Reported and police-found incidents of a choice, whatever source it names, as they may be told."""
    kept = hotspot_data(caller).chosen(replace(by, sources=frozenset()))
    shown = (f"{kept.reported:,}", f"{kept.found:,}")
    if may("see_small_counts", caller.role):
        return shown
    marks = suppress([kept.reported, kept.found, len(kept.rows)], [Sum(2, (0, 1))]).shown
    return tuple(mark if not mark.isdigit() else told for mark, told in zip(marks[:2], shown, strict=True))  # type: ignore[return-value]


def radius_by_rule(caller: Caller, cell_m: int) -> float:
    """Scott's rule over all incidents of the caller's data, in metres, in steps of 50."""
    data = hotspot_data(caller)
    key = ("hotspot radius", own_cells(caller), cell_m)
    return float(data.model.derived(key, lambda: suggested_radius_m(*data.points_m, cell_m)))
