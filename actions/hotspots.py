"""Hotspots: where incidents are dense, per what base, and which areas come out; each with all that must be printed beside it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from actions.caller import Caller
from actions.permissions import may
from actions.town_model import TownModel
from analysis.analysis_grid import AnalysisGrid, analysis_grid, bin_points
from analysis.coordinate_check import checked_rounding_m, stacked
from analysis.density import Density, Smoother, suggested_radius_m
from analysis.disclosure import SMALL, SMALL_MARK, Sum, suppress
from analysis.hotspot_areas import HotspotAreas, densest_cells, hotspot_areas
from analysis.incident_filter import IncidentFilter
from analysis.risk_surface import FLOOR_PER_KM2, RiskSurface, risk_surface
from layers.definition.refusal import Refusal
from layers.definition.text import Text

Floats = NDArray[np.float64]
Base = Literal["persons", "dwellings"]
Progress = Callable[[float, Text], bool]

BASES: dict[Base, tuple[Text, float]] = {
    "persons": (Text("起/千人·年", "incidents per 1,000 persons and year"), 1000.0),
    "dwellings": (Text("起/户·年", "incidents per dwelling and year"), 1.0),
}
CELLS_M = (50, 100, 150, 200, 250, 300, 400, 500)
LAST_CHOICES = 8
CLAIM_CELL_M = 200  # at 100 m most cells of a town hold no incident and next to nothing can be claimed
CAUTION = Text(
    "警情反映的是报警与发现，不等于实际发案；仅用于规划地点与工作量，不用于评判个人。",
    "Reports measure reporting, not crime itself; they serve to plan places and workload, never to judge persons.",
)
STACK_SHARE = 0.05  # one default address with this share of all incidents makes a hotspot of its own


@dataclass(frozen=True)
class Basis:
    """What every map and table prints: on which incidents, where, when, how fine, and by which test it rests."""

    chosen: IncidentFilter
    crs: str
    mask_km2: float
    n: int
    reported: int
    found: int
    n_dropped: int = 0
    cell_m: float | None = None
    radius_m: float | None = None
    stacked_share: float = 0.0
    top_stack: int = 0
    test: Text | None = None
    shuffles: int | None = None
    seed: int | None = None
    cautions: tuple[Text, ...] = ()
    exact: bool = True
    """Whether counts of 1 to 4 may be told; if not, they are hidden with those from which they could be worked out."""

    @property
    def counts(self) -> dict[str, str]:
        """n, dropped, reported, found as they may be told."""
        total = self.n + self.n_dropped
        if self.exact or self.reported + self.found != total:
            told = [
                f"{v:,}" if self.exact or not 0 < v < SMALL else SMALL_MARK for v in (self.n, self.n_dropped, self.reported, self.found)
            ]
        else:
            values = [self.n, self.n_dropped, self.reported, self.found, total]
            shown = suppress(values, [Sum(4, (0, 1)), Sum(4, (2, 3))]).shown
            told = [f"{int(mark):,}" if mark.isdigit() else mark for mark in shown]
        return dict(zip(("n", "dropped", "reported", "found"), told, strict=False))

    @property
    def period(self) -> Text:
        """First and last day with how many of its days count."""
        words = Text("{a} 至 {b}（{d} 天）", "{a} to {b} ({d} days)")
        return words.fill(a=self.chosen.first, b=self.chosen.last, d=self.chosen.exposure_days)

    @property
    def sources(self) -> Text:
        """Reported and police-found apart."""
        return Text("群众报警 {reported} 起，主动发现 {found} 起", "{reported} reported, {found} found by police").fill(**self.counts)

    @property
    def parts(self) -> tuple[Text, ...]:
        """All of it in short wordings, each with its unit."""
        found = [
            Text("n = {n} 起", "n = {n} incidents").fill(n=self.counts["n"]),
            self.sources,
            self.period,
            Text(self.crs, self.crs),
            Text("辖区 {a:,.2f} 平方公里", "area {a:,.2f} km²").fill(a=self.mask_km2),
        ]
        if self.cell_m is not None:
            found.append(Text("格 {c:g} 米", "cell {c:g} m").fill(c=self.cell_m))
        if self.radius_m is not None:
            found.append(Text("半径 {r:g} 米", "radius {r:g} m").fill(r=self.radius_m))
        words = Text("未计入 {d} 起（辖区外或无坐标）", "{d} left out (outside or without a place)")
        found.append(words.fill(d=self.counts["dropped"]))
        words = Text("{s:.1%} 坐标重合，最多 {t} 起在同一点", "{s:.1%} share a coordinate, at most {t} at one")
        top = f"{self.top_stack:,}" if self.exact or not 0 < self.top_stack < SMALL else SMALL_MARK
        found.append(words.fill(s=self.stacked_share, t=top))
        if self.test is not None:
            found.append(self.test)
        if self.shuffles:
            found.append(Text("随机置换 {n:,} 次，种子 {s}", "{n:,} shuffles, seed {s}").fill(n=self.shuffles, s=self.seed))
        return tuple(found)

    @property
    def line(self) -> Text:
        """The parts in one line."""
        return Text("；".join(part.zh for part in self.parts), "; ".join(part.en for part in self.parts))

    def as_json(self) -> dict[str, Any]:
        """Plain values, for files and the command line."""
        return {
            "n": self._told(self.n, "n"),
            "reported": self._told(self.reported, "reported"),
            "found_by_police": self._told(self.found, "found"),
            "first_day": str(self.chosen.first),
            "last_day": str(self.chosen.last),
            "exposure_days": self.chosen.exposure_days,
            "crs": self.crs,
            "mask_area_km2": round(self.mask_km2, 4),
            "cell_m": self.cell_m,
            "radius_m": self.radius_m,
            "dropped": self._told(self.n_dropped, "dropped"),
            "stacked_share": round(self.stacked_share, 4),
            "top_stack": self.top_stack if self.exact or self.top_stack >= SMALL else SMALL_MARK,
            "test": None if self.test is None else self.test.en,
            "shuffles": self.shuffles,
            "seed": self.seed,
            "cautions": [CAUTION.en, *(text.en for text in self.cautions)],
        }

    def _told(self, value: int, name: str) -> int | str:
        return value if self.counts[name].replace(",", "").isdigit() else self.counts[name]


@dataclass(eq=False)
class HotspotData:
    """Incidents of one state of the town as hotspots need them, and what no filter changes, worked out once."""

    model: TownModel
    table: pd.DataFrame
    """The incidents; category and source as categories, so that a filter does not compare a million words."""
    grids: dict[int, AnalysisGrid] = field(default_factory=dict)
    smoothers: dict[tuple[int, float], Smoother] = field(default_factory=dict)
    checked: set[int] = field(default_factory=set)
    masks: dict[IncidentFilter, NDArray[np.bool_]] = field(default_factory=dict)

    def keeps(self, by: IncidentFilter) -> NDArray[np.bool_]:
        """Which rows a choice keeps; the last few choices are kept, for a page asks for each several times."""
        found = self.masks.get(by)
        if found is None:
            found = by.keeps(self.table)
            for old in list(self.masks)[: len(self.masks) - LAST_CHOICES + 1]:
                self.masks.pop(old, None)
            self.masks[by] = found
        return found

    def grid(self, cell_m: int) -> AnalysisGrid:
        """The town's grid of that cell size. Refused: cells finer than the coordinates' rounding."""
        if cell_m not in self.grids:
            self.grids[cell_m] = analysis_grid(self.model.outline_m, cell_m, self.model.town.metric_crs)
        if cell_m not in self.checked and len(self.table):
            checked_rounding_m(self.grids[cell_m], self.table["x_m"].to_numpy(), self.table["y_m"].to_numpy())
            self.checked.add(cell_m)
        return self.grids[cell_m]

    def smoother(self, cell_m: int, radius_m: float) -> Smoother:
        """All of a density that no filter changes. Refused: a radius below the cell."""
        if (cell_m, radius_m) not in self.smoothers:
            self.smoothers[cell_m, radius_m] = Smoother(self.grid(cell_m), radius_m)
        return self.smoothers[cell_m, radius_m]


@dataclass(frozen=True, eq=False)
class Chosen:
    """The incidents of a choice: rows with occurred_at, occurred_until, x_m, y_m in metres, cell_code; never empty."""

    table: pd.DataFrame
    by: IncidentFilter
    reported: int
    found: int

    @property
    def points_m(self) -> tuple[Floats, Floats]:
        """x and y in metres of the town's system."""
        return self.table["x_m"].to_numpy(float), self.table["y_m"].to_numpy(float)


@dataclass(frozen=True, eq=False)
class DensityView:
    """A density with its basis."""

    density: Density
    basis: Basis


@dataclass(frozen=True, eq=False)
class RiskView:
    """A risk surface with its basis."""

    risk: RiskSurface
    base: Base
    basis: Basis

    @property
    def unit(self) -> Text:
        """Of its values."""
        return BASES[self.base][0]


@dataclass(frozen=True, eq=False)
class AreasView:
    """Areas with their basis, and why there are none."""

    areas: HotspotAreas
    basis: Basis
    rule: Text
    reason: Text | None = None


def hotspot_data(caller: Caller) -> HotspotData:
    """The incidents of the town, prepared once for all. Refused: none in the workspace."""
    caller.must("see_hotspots")
    model = caller.model
    data = model.derived("hotspots", lambda: _prepared(model))
    if data.table.empty:
        raise Refusal(Text("工作区中没有警情。", "The workspace has no incidents."), Text("请先导入警情表。", "Import incidents first."))
    return data


def _prepared(model: TownModel) -> HotspotData:
    columns = ["occurred_at", "occurred_until", "category", "source", "x_m", "y_m", "cell_code"]
    table = model.incidents[columns]
    return HotspotData(model, table.assign(category=table["category"].astype("category"), source=table["source"].astype("category")))


def span(caller: Caller) -> tuple[date, date]:
    """First and last day with an incident. Refused: none in the workspace."""
    times = hotspot_data(caller).table["occurred_at"]
    return times.min().date(), times.max().date()


def chosen_rows(caller: Caller, by: IncidentFilter) -> Chosen:
    """The incidents that a choice keeps, all of the town. Refused: a choice that leaves none."""
    table = hotspot_data(caller).table
    kept = table[hotspot_data(caller).keeps(by)]
    if kept.empty:
        raise Refusal(
            Text("所选条件下没有警情（{a} 至 {b}）。", "No incident fits this choice ({a} to {b}).").fill(a=by.first, b=by.last),
            Text("请放宽日期、时段、类别或来源。", "Widen the dates, hours, categories or source."),
        )
    found = int((kept["source"] == "found").sum())
    return Chosen(kept, by, len(kept) - found, found)


def source_counts(caller: Caller, by: IncidentFilter) -> tuple[str, str]:
    """Reported and police-found incidents of a choice, whatever source it names, as they may be told."""
    table = hotspot_data(caller).table
    kept = table["source"][hotspot_data(caller).keeps(replace(by, sources=frozenset()))]
    found = int((kept == "found").sum())
    reported = len(kept) - found
    shown = (f"{reported:,}", f"{found:,}")
    if may("see_small_counts", caller.role):
        return shown
    marks = suppress([reported, found, len(kept)], [Sum(2, (0, 1))]).shown
    return tuple(mark if not mark.isdigit() else told for mark, told in zip(marks[:2], shown, strict=True))  # type: ignore[return-value]


def radius_by_rule(caller: Caller, cell_m: int) -> float:
    """Scott's rule over all incidents of the town, in metres, in steps of 50."""
    data = hotspot_data(caller)
    made = data.model.derived(
        ("hotspot radius", cell_m), lambda: suggested_radius_m(data.table["x_m"].to_numpy(), data.table["y_m"].to_numpy(), cell_m)
    )
    return float(made)


def density_view(caller: Caller, by: IncidentFilter, cell_m: int, radius_m: float) -> DensityView:
    """Incidents per km² and year. Refused: what `Smoother.density` refuses, cells finer than the data."""
    data, chosen = hotspot_data(caller), chosen_rows(caller, by)
    density = data.smoother(cell_m, radius_m).density(*chosen.points_m, days=by.exposure_days)
    basis = basis_of(caller, chosen, data.grid(cell_m), radius_m=radius_m)
    caution = density.caution
    return DensityView(density, replace(basis, cautions=(*basis.cautions, *([caution] if caution else []))))


def risk_view(
    caller: Caller, by: IncidentFilter, cell_m: int, radius_m: float, base: Base = "persons", floor_per_km2: float = FLOOR_PER_KM2
) -> RiskView:
    """Incidents per 1,000 persons, or per dwelling, and year; hidden where the base is below the floor.

    Persons and dwellings are counts per neighbourhood cell, spread evenly over it. Refused: a workspace without them.
    """
    view, data = density_view(caller, by, cell_m, radius_m), hotspot_data(caller)
    x, y, count = data.model.derived(("hotspot base", cell_m, base), lambda: _spread(data, cell_m, base))
    risk = risk_surface(data.smoother(cell_m, radius_m), view.density, x, y, count, BASES[base][1], floor_per_km2)
    words = Text(
        "底数低于每平方公里 {f:.0f} 处不显示（其中有 {s:.0%} 的警情）。",
        "Not shown where the base is below {f:.0f} per km² ({s:.0%} of the incidents).",
    )
    hidden = words.fill(f=risk.floor_per_km2, s=risk.incidents_hidden_share)
    about = Text(
        "{what}按网格均匀分布计算，为居住数，不是在场人数。",
        "{what} are spread evenly over each grid cell; they are residents, not who is there.",
    ).fill(what=Text("人口", "Persons") if base == "persons" else Text("房屋", "Dwellings"))
    return RiskView(risk, base, replace(view.basis, cautions=(*view.basis.cautions, hidden, about)))


def _spread(data: HotspotData, cell_m: int, base: Base) -> tuple[Floats, Floats, Floats]:
    """Points in metres with their part of each neighbourhood cell's count: centres of the analysis cells within it, or one inside."""
    grid, cells = data.grid(cell_m), data.model.cells_m
    row, col = np.nonzero(grid.mask)
    x_centres, y_centres = grid.centres_m()
    centres = shapely.points(x_centres[col], y_centres[row])
    at, cell = shapely.STRtree(cells.geometry.to_numpy()).query(centres, predicate="within")
    points = np.bincount(cell, minlength=len(cells))
    count = cells[base].fillna(0).to_numpy(float)
    bare = np.flatnonzero(points == 0)
    inside = shapely.point_on_surface(cells.geometry.to_numpy()[bare])
    x = np.concatenate([x_centres[col][at], shapely.get_x(inside)])
    y = np.concatenate([y_centres[row][at], shapely.get_y(inside)])
    return x, y, np.concatenate([count[cell] / points[cell], count[bare]])


def densest_areas(caller: Caller, by: IncidentFilter, cell_m: int, radius_m: float, share_of_area: float = 0.05) -> AreasView:
    """The densest cells that fill at most this share of the town, as areas: where many are, without a test."""
    view, data = density_view(caller, by, cell_m, radius_m), hotspot_data(caller)
    grid, chosen = data.grid(cell_m), chosen_rows(caller, by)
    counts, _ = bin_points(grid, *chosen.points_m)
    best = densest_cells(grid, np.nan_to_num(view.density.values), share_of_area)
    areas = hotspot_areas(grid, best, counts, by.exposure_days, data.model.outline_m)
    rule = Text("密度最高、合计不超过辖区面积 {s:.1%} 的格", "the densest cells that fill at most {s:.1%} of the area").fill(
        s=share_of_area
    )
    none = Text("没有格符合：最高的几格并列，超过了这个面积。", "No cell fits: the highest ones tie and fill more than that share.")
    return AreasView(areas, view.basis, rule, None if len(areas.areas) else none)


def basis_of(caller: Caller, chosen: Chosen, grid: AnalysisGrid, radius_m: float | None = None) -> Basis:
    """The basis of a choice on a grid, before any test."""
    x, y = chosen.points_m
    col, row = (np.floor(v / grid.size_m) - first for v, first in ((x, grid.first_col), (y, grid.first_row)))
    near = (row >= 0) & (row < grid.rows) & (col >= 0) & (col < grid.cols)
    at = np.flatnonzero(near)
    at = at[grid.mask[row[at].astype(int), col[at].astype(int)]]
    share, most = (0.0, 0)
    if len(at):
        stack = stacked(x[at], y[at])
        share, most = stack.share, stack.most
    cautions = []
    if len(at) and most > 1 and most / len(at) >= STACK_SHARE:
        words = Text(
            "{t:,} 起（{s:.0%}）在同一坐标：可能是默认地址，会自成热点。",
            "{t:,} incidents ({s:.0%}) share one coordinate: a default address makes a hotspot of its own.",
        )
        cautions.append(words.fill(t=most, s=most / len(at)))
    return Basis(
        chosen.by,
        grid.crs,
        grid.inside_km2,
        len(at),
        chosen.reported,
        chosen.found,
        len(x) - len(at),
        grid.size_m,
        radius_m,
        share,
        most,
        cautions=tuple(cautions),
        exact=may("see_small_counts", caller.role),
    )
