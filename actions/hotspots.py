"""Hotspots: where incidents are dense, per what base, and which areas come out; each with all that must be printed beside it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from actions.caller import Caller
from actions.hotspot_basis import Basis
from actions.hotspot_data import Chosen, HotspotData, chosen_rows, hotspot_data
from actions.measure_plan import profile_named
from actions.own_area import own_cells
from actions.permissions import may
from analysis.analysis_grid import AnalysisGrid, Cells, bin_points
from analysis.aoristic import share_in_hours
from analysis.density import KERNELS, Density
from analysis.disclosure import HIDDEN_MARK, SMALL
from analysis.hex_grid import HexGrid
from analysis.hotspot_areas import HotspotAreas, densest_cells, hotspot_areas
from analysis.incident_filter import IncidentFilter
from analysis.risk_surface import FLOOR_PER_KM2, RiskSurface, risk_surface
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.workload import WorkloadProfile, incident_minutes

Floats = NDArray[np.float64]
Base = Literal["persons", "dwellings"]
Progress = Callable[[float, Text], bool]

BASES: dict[Base, tuple[Text, float]] = {
    "persons": (Text("起/千人·年", "incidents per 1,000 persons and year"), 1000.0),
    "dwellings": (Text("起/户·年", "incidents per dwelling and year"), 1.0),
}
DENSITY_UNIT = Text("起/平方公里·年", "incidents per km² and year")
WORK_UNIT = Text("小时/平方公里·年", "hours of work per km² and year")
CELLS_M = (50, 100, 150, 200, 250, 300, 400, 500)
CLAIM_CELL_M = 200  # at 100 m most cells of a town hold no incident and next to nothing can be claimed
STACK_SHARE = 0.05  # one default address with this share of all incidents makes a hotspot of its own
KERNEL = Text("{k}，边界校正", "{k} kernel, edge-corrected")
MASS_OFF = 0.05  # by which the map may sum to another number than its incidents without a word
BY_PARTS = Text("按时间段分摊：合计 {m:,.1f} 起落在所选时段。", "Spans are shared out: {m:,.1f} incidents in all fall in these hours.")
STOPPED = Text("已停止，没有结果。", "Stopped; there is no result.")


@dataclass(frozen=True, eq=False)
class DensityView:
    """A density with its basis; `of_work`: hours of work in place of incidents."""

    density: Density
    basis: Basis
    of_work: bool = False

    @property
    def unit(self) -> Text:
        """Of its values."""
        return WORK_UNIT if self.of_work else DENSITY_UNIT


@dataclass(frozen=True, eq=False)
class RiskView:
    """A risk surface with its basis."""

    risk: RiskSurface
    base: Base
    grid: AnalysisGrid
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

    @property
    def summary(self) -> Text:
        """How many areas with what share of the incidents in what share of the town; no share that gives a small count away."""
        if self.basis.tells(self.areas.share_of_incidents):
            return self.areas.summary
        return Text("{k} 处热点区", "{k} hotspot areas").fill(k=len(self.areas.areas))


def density_view(
    caller: Caller,
    by: IncidentFilter,
    cell_m: int,
    radius_m: float,
    of_work: bool = False,
    profile: str | None = None,
    spans: bool = False,
) -> DensityView:
    """Incidents, or the hours of work that they take, per km² and year.

    Hours are the minutes of each category in the workload profile of that name, or in the default one. With `spans` an incident that is
    only known as from-until counts in the chosen hours and weekdays by its part in them. Refused: what `Smoother.density` refuses, cells
    finer than the data, a profile that is not kept.
    """
    chosen, parts = _by_parts(caller, by) if spans and (by.hours or by.weekdays) else (chosen_rows(caller, by), None)
    data = chosen.data
    basis = basis_of(caller, chosen, data.grid(cell_m), radius_m=radius_m)
    if not basis.exact and 0 < basis.n < SMALL:
        raise Refusal(
            Text("不足 {k} 起警情，不绘制密度图。", "Fewer than {k} incidents: no density is drawn.").fill(k=SMALL),
            Text("请放宽日期、时段或类别。", "Widen the dates, hours or categories."),
        )
    weighing = profile_named(caller.store, profile)
    weights = _hours(chosen, weighing) if of_work else None
    if parts is not None:
        weights = parts if weights is None else weights * parts
    density = data.smoother(cell_m, radius_m).density(*chosen.points_m, days=by.exposure_days, weights=weights)
    weighted = Text("每起按“{p}”的处置分钟数计。{about}", "Each incident counts by its minutes in '{p}'. {about}")
    shared = None if parts is None else BY_PARTS.fill(m=float(parts.sum()))
    cautions = [density.caution, weighted.fill(p=weighing.name, about=weighing.about) if of_work else None, shared, _mass_caution(density)]
    told = (*basis.cautions, *(text for text in cautions if text is not None))
    how = KERNEL.fill(k=KERNELS[density.kernel].title)
    return DensityView(density, replace(basis, test=how, cautions=told), of_work)


def _by_parts(caller: Caller, by: IncidentFilter) -> tuple[Chosen, Floats]:
    """The incidents that have a part in the chosen hours and weekdays, whenever they began, and their parts (n,), above 0 to 1."""
    whole = chosen_rows(caller, replace(by, hours=frozenset(), weekdays=frozenset()))
    hours = [24 * day + hour for day in by.weekdays or range(7) for hour in by.hours or range(24)]
    parts = share_in_hours(whole.table["occurred_at"], whole.table["occurred_until"], hours)
    if not (parts > 0).any():
        chosen_rows(caller, by)  # refused in its own words
    return Chosen(whole.data, by, whole.rows[parts > 0]), parts[parts > 0]


def _mass_caution(density: Density) -> Text | None:
    """That the map holds fewer or more than its incidents, where many lie at the border."""
    if abs(density.mass_ratio - 1) <= MASS_OFF:
        return None
    words = Text(
        "许多警情紧靠边界：边界校正后全图合计为警情数的 {r:.0%}。",
        "Many incidents lie at the border: after the edge correction the map sums to {r:.0%} of them.",
    )
    return words.fill(r=density.mass_ratio)


def _hours(chosen: Chosen, profile: WorkloadProfile) -> Floats:
    """Hours of work of each incident (n,)."""
    table = chosen.table[["category", "occurred_at"]]
    return incident_minutes(table.assign(category=table["category"].astype(str)), profile) / 60


def risk_view(
    caller: Caller, by: IncidentFilter, cell_m: int, radius_m: float, base: Base = "persons", floor_per_km2: float = FLOOR_PER_KM2
) -> RiskView:
    """Incidents per 1,000 persons, or per dwelling, and year; hidden where the base is below the floor.

    Persons and dwellings are counts per neighbourhood cell, spread evenly over it. Refused: a workspace without them.
    """
    view, data = density_view(caller, by, cell_m, radius_m), hotspot_data(caller)
    x, y, count = data.model.derived(("hotspot base", own_cells(caller), cell_m, base), lambda: _spread(data, cell_m, base))
    risk = risk_surface(data.smoother(cell_m, radius_m), view.density, x, y, count, BASES[base][1], floor_per_km2)
    words = Text(
        "底数低于每平方公里 {f:.0f} 处不显示（其中有 {s} 的警情）。",
        "Not shown where the base is below {f:.0f} per km² ({s} of the incidents).",
    )
    share = f"{risk.incidents_hidden_share:.0%}" if view.basis.tells(risk.incidents_hidden_share) else HIDDEN_MARK
    hidden = words.fill(f=risk.floor_per_km2, s=share)
    about = Text(
        "{what}按网格均匀分布计算，为居住数，不是在场人数。",
        "{what} are spread evenly over each grid cell; they are residents, not who is there.",
    ).fill(what=Text("人口", "Persons") if base == "persons" else Text("房屋", "Dwellings"))
    return RiskView(risk, base, data.grid(cell_m), replace(view.basis, cautions=(*view.basis.cautions, hidden, about)))


def _spread(data: HotspotData, cell_m: int, base: Base) -> tuple[Floats, Floats, Floats]:
    """Points in metres with their part of each neighbourhood cell's count: centres of the analysis cells within it, or one inside.

    Only of cells that make up the outline: one beyond it has few centres on the border, and would put all its people there.
    """
    grid, cells = data.grid(cell_m), data.model.cells_m
    if data.cells is not None:
        cells = cells[cells.index.isin(data.cells)]
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
    view, chosen = density_view(caller, by, cell_m, radius_m), chosen_rows(caller, by)
    grid, data = chosen.data.grid(cell_m), chosen.data
    counts, _ = bin_points(grid, *chosen.points_m)
    best = densest_cells(grid, np.nan_to_num(view.density.values), share_of_area)
    areas = hotspot_areas(grid, best, counts, by.exposure_days, data.outline_m)
    rule = Text("密度最高、合计不超过辖区面积 {s:.1%} 的格", "the densest cells that fill at most {s:.1%} of the area").fill(
        s=share_of_area
    )
    none = Text("没有格符合：最高的几格并列，超过了这个面积。", "No cell fits: the highest ones tie and fill more than that share.")
    return AreasView(areas, view.basis, rule, None if len(areas.areas) else none)


def go_on(progress: Progress | None, share: float, what: Text) -> None:
    """Tell how far long work is. Refused: whoever waits has stopped it."""
    if progress is not None and not progress(share, what):
        raise Refusal(STOPPED)


def basis_of(caller: Caller, chosen: Chosen, grid: Cells, radius_m: float | None = None) -> Basis:
    """The basis of a choice on a grid, before any test."""
    n, in_stacks, most = chosen.stack(grid)
    exact = may("see_small_counts", caller.role)
    cautions = []
    if most > 1 and most / n >= STACK_SHARE and (exact or most >= SMALL):
        words = Text(
            "{t:,} 起（{s:.0%}）在同一坐标：可能是默认地址，会自成热点。",
            "{t:,} incidents ({s:.0%}) share one coordinate: a default address makes a hotspot of its own.",
        )
        cautions.append(words.fill(t=most, s=most / n))
    if caller.scope is not None:
        chosen_beat = Text("仅含警务区 {b} 内的警情，界外不计。", "Only incidents inside beat {b} are counted, none beyond its border.")
        own = Text("仅含本人责任区的警情。", "Only incidents of your own area are counted.")
        cautions.append(own if caller.scope.title is None else chosen_beat.fill(b=caller.scope.title))
    return Basis(
        chosen.by,
        grid.crs,
        grid.inside_km2,
        n,
        chosen.reported,
        chosen.found,
        len(chosen.rows) - n,
        grid.size_m,
        radius_m,
        in_stacks / n if n else 0.0,
        most,
        cautions=tuple(cautions),
        illustrative=chosen.data.model.town.illustrative,
        exact=exact,
        hexagons=isinstance(grid, HexGrid),
    )
