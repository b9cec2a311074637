"""Risk rather than number: incidents per 1,000 persons or per dwelling and year, both smoothed by one kernel (dual kernel density)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.density import DAYS_PER_YEAR, Density, Smoother
from layers.definition.refusal import Refusal
from layers.definition.text import Text

Floats = NDArray[np.float64]

FLOOR_PER_KM2 = 50.0  # persons or dwellings: below a hamlet's density one incident makes any rate
FEWEST_NEAR = 20.0  # persons or dwellings within the kernel, however dense


@dataclass(frozen=True, eq=False)
class RiskSurface:
    """A map of rates with the two densities it divides and all that must be printed beside it."""

    incidents: Density
    base: Density
    """Of persons or dwellings per km²."""
    values: Floats
    """(rows, cols) incidents per `per` of the base and year, NaN outside the town and below the floor."""
    shown: NDArray[np.bool_]
    """(rows, cols) cells of the town above the floor."""
    per: float
    floor_per_km2: float
    """The floor used: the greater of the one asked for and 20 within the kernel."""
    incidents_hidden_share: float
    """Of the map's incidents, those in cells that are not shown, 0 to 1."""
    reason: Text | None
    """Why nothing is shown, or None."""

    @property
    def radius_m(self) -> float:
        return self.incidents.radius_m

    @property
    def crs(self) -> str:
        return self.incidents.crs


def risk_surface(
    smoother: Smoother,
    incidents: Density,
    base_x_m: ArrayLike,
    base_y_m: ArrayLike,
    base_count: ArrayLike,
    per: float = 1000.0,
    floor_per_km2: float = FLOOR_PER_KM2,
) -> RiskSurface:
    """Incidents per `per` persons (1,000) or dwellings (1) and year.

    `incidents` and the base come from one smoother: same grid, radius and edge correction. The base, e.g. persons by building or
    cell centre, is placed at x, y (n,) in metres of the grid's CRS. Not shown where the base is below `floor_per_km2`, or below 20
    within the kernel. Refused: a density of another grid, radius or kernel, no base inside the town, `per` or a floor not above 0.
    Source: Bithell 1990; Kelsall and Diggle 1995.
    """
    if incidents.grid is not smoother.grid or (incidents.radius_m, incidents.kernel) != (smoother.radius_m, smoother.kernel):
        raise Refusal(
            Text(
                "警情密度与人口密度的格网、半径或核函数不同。",
                "The incidents were smoothed on another grid, radius or kernel than the base.",
            ),
            Text("请用同一设置重新计算。", "Smooth both alike."),
        )
    if not (per > 0 and floor_per_km2 > 0):
        raise Refusal(
            Text("每 {per:g} 与下限 {floor:g} 都须大于 0。", "Per {per:g} and a floor of {floor:g} must both be above 0.").fill(
                per=per, floor=floor_per_km2
            ),
            Text("例如每 1000 人、每平方公里 50 人。", "Give for example per 1,000 persons and 50 per km²."),
        )
    base = smoother.density(base_x_m, base_y_m, DAYS_PER_YEAR, base_count)
    floor = max(floor_per_km2, FEWEST_NEAR / (np.pi * (smoother.radius_m / 1000) ** 2))
    shown = smoother.grid.mask & (np.nan_to_num(base.values) >= floor)
    values = np.full(base.values.shape, np.nan)
    values[shown] = incidents.values[shown] / base.values[shown] * per
    inside = np.nan_to_num(incidents.values) * smoother.grid.inside_share
    none = Text("各处都低于每平方公里 {f:.0f} 的下限，不显示风险图。", "The base is below {f:.0f} per km² everywhere, so no risk is shown.")
    return RiskSurface(
        incidents=incidents,
        base=base,
        values=values,
        shown=shown,
        per=per,
        floor_per_km2=floor,
        incidents_hidden_share=float(inside[~shown].sum() / inside.sum()) if inside.sum() > 0 else 0.0,
        reason=None if shown.any() else none.fill(f=floor),
    )
