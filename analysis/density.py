"""Kernel density of incidents inside the town: incidents per km² and year, one radius in metres, edge-corrected.

Points are shared out linearly to the four nearest cell centres and convolved with the kernel by FFT (Wand 1994).
The result is divided by the part of the kernel that lies inside the town (Diggle 1985), so the town's edge does
not look quiet because nothing is counted beyond it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import fft, ndimage

from analysis.analysis_grid import AnalysisGrid, cell_index
from layers.definition.refusal import Refusal
from layers.definition.text import Text

Floats = NDArray[np.float64]

DAYS_PER_YEAR = 365.25
LEAST_MASS = 0.1  # on a spit narrower than this the correction would make one incident look like ten
SHORTEST_RADIUS_M, LONGEST_RADIUS_M = 150.0, 1000.0  # one block of streets; beyond a kilometre a town is one blob
RADIUS_STEP_M = 50.0
FEWEST_CELLS = 3  # in a radius: with fewer, single values are more than 2 % of the map's peak off the exact sum
UNIFORM_CELL = (1 / 8, 3 / 4, 1 / 8)  # what linear sharing makes of points spread evenly over one cell, per axis


@dataclass(frozen=True)
class Kernel:
    """How an incident's influence falls with distance d up to the radius R."""

    title: Text
    about: str
    shape: Callable[[Floats], Floats]
    """Height for d²/R² from 0 to 1, up to a factor."""
    variance: float
    """Along one axis, in parts of R²."""


KERNELS: dict[str, Kernel] = {
    "quartic": Kernel(
        Text("四次核", "quartic"), "3 / (pi R²) (1 - d²/R²)²: smooth at the rim; the custom of crime maps.", lambda q: (1 - q) ** 2, 1 / 8
    ),
    "epanechnikov": Kernel(Text("抛物线核", "Epanechnikov"), "2 / (pi R²) (1 - d²/R²): least mean squared error.", lambda q: 1 - q, 1 / 6),
    "uniform": Kernel(Text("均匀核", "uniform"), "1 / (pi R²): plain count within the radius, with hard rims.", np.ones_like, 1 / 4),
}


@dataclass(frozen=True, eq=False)
class Density:
    """A density map with all that must be printed beside it."""

    grid: AnalysisGrid
    values: Floats
    """(rows, cols) incidents per km² and year, NaN outside the town; rows from the south."""
    radius_m: float
    kernel: str
    days: float
    n_used: int
    n_outside: int
    """Incidents left out because they lie in no cell of the town or have no coordinate."""
    stacked_share: float
    """Share of the used incidents that have their coordinate in common with another one, 0 to 1."""
    top_stack: int
    """Incidents at the most used coordinate, and where that is: many may mean a default address."""
    top_stack_at_m: tuple[float, float]
    mass_ratio: float
    """Map summed over the town / weight of the incidents used: 1 unless many lie near the edge."""

    @property
    def size_m(self) -> float:
        return self.grid.size_m

    @property
    def mask_area_km2(self) -> float:
        return self.grid.inside_km2

    @property
    def crs(self) -> str:
        return self.grid.crs


@dataclass(frozen=True, eq=False)
class Smoother:
    """All of a density that does not depend on the incidents; keep it, and a new filter costs one FFT pair.

    Refused: an unknown kernel, a radius below the cell size (each incident would be one lit cell).
    """

    grid: AnalysisGrid
    radius_m: float
    kernel: str = "quartic"

    def __post_init__(self) -> None:
        if self.kernel not in KERNELS:
            raise Refusal(
                Text("没有核函数 {kernel}。", "There is no kernel {kernel}.").fill(kernel=self.kernel),
                Text("可选：{known}。", "Choose one of {known}.").fill(known=", ".join(KERNELS)),
            )
        if not self.radius_m >= self.grid.size_m:
            raise Refusal(
                Text(
                    "半径 {radius:g} 米小于分析格边长 {size:g} 米。", "The radius of {radius:g} m is below the cell size of {size:g} m."
                ).fill(radius=self.radius_m, size=self.grid.size_m),
                Text(
                    "请加大半径或缩小格网；半径至少为 3 格才平滑。",
                    "Take a longer radius or smaller cells; 3 cells or more make a smooth map.",
                ),
            )

    def density(self, x_m: ArrayLike, y_m: ArrayLike, days: float, weights: ArrayLike | None = None) -> Density:
        """Density of incidents at x, y (n,) in metres of the grid's CRS, observed for `days` days.

        Half-open cells decide who is inside: an incident counts if its cell touches the town. `weights` (n,) default to 1.
        What the edge correction keeps: an even spread stays even up to the edge. The sum over the town equals the
        incidents exactly when all lie two radii from the edge, and on average for an even spread, but not for a cluster at
        the edge (ln 2 = 0.69 of an incident on a straight edge); `mass_ratio` tells. Refused: no incidents, none inside,
        coordinates in degrees, days not positive, weights negative, missing or all 0.
        """
        x, y = np.asarray(x_m, float), np.asarray(y_m, float)
        cell = cell_index(self.grid, x, y)
        used = (cell >= 0) & self.grid.mask.ravel()[cell]
        _check_points(self.grid, x, y, used, days)
        x, y = x[used], y[used]
        weight = np.ones(len(x)) if weights is None else _checked_weights(np.asarray(weights, float)[used])
        per_cell = self._convolve(_shared_out(self.grid, x, y, weight)) / np.maximum(self.mass, LEAST_MASS)
        per_cell = np.where(self.grid.mask, np.maximum(per_cell, 0.0), np.nan)  # the FFT leaves rounding below zero
        stack = _stacked(x, y)
        return Density(
            grid=self.grid,
            values=per_cell / (self.grid.cell_km2 * days / DAYS_PER_YEAR),
            radius_m=self.radius_m,
            kernel=self.kernel,
            days=days,
            n_used=len(x),
            n_outside=int(used.size - len(x)),
            stacked_share=stack[0],
            top_stack=stack[1],
            top_stack_at_m=stack[2],
            mass_ratio=float(np.nansum(per_cell * self.grid.inside_share) / weight.sum()),
        )

    @cached_property
    def mass(self) -> Floats:
        """(rows, cols): part of the kernel around each cell that lies inside the town, 0 to 1.

        The town is shared out to the cell centres as incidents are, so that an even spread comes out even.
        """
        town = np.pad(self.grid.inside_share, 1)
        for axis in (0, 1):
            town = ndimage.convolve1d(town, UNIFORM_CELL, axis=axis, mode="constant")
        return self._convolve(town)

    @cached_property
    def _reach(self) -> int:
        return int(np.ceil(self.radius_m / self.grid.size_m))

    @cached_property
    def _fft_shape(self) -> tuple[int, int]:
        """Grid, its ring of one cell, and room so that the kernel fits and does not come back in on the other side."""
        least = (max(n + 2 + self._reach, 2 * self._reach + 1) for n in (self.grid.rows, self.grid.cols))
        height, width = (fft.next_fast_len(n, real=True) for n in least)
        return height, width

    @cached_property
    def _kernel_fft(self) -> NDArray[np.complex128]:
        kernel, radius2 = KERNELS[self.kernel], (self.radius_m / self.grid.size_m) ** 2
        # Sharing out widens each incident by a variance of 1/6 cell² per axis; the kernel is narrowed by as much, which
        # halves the error. From 2 cells down, less: nothing would be left of it.
        radius2 -= min(1 / 6 / kernel.variance, radius2 / 3)
        steps = np.arange(-self._reach, self._reach + 1)
        q = (steps[:, None] ** 2 + steps[None, :] ** 2) / radius2
        heights = np.where(q < 1, kernel.shape(np.minimum(q, 1.0)), 0.0)
        field = np.zeros(self._fft_shape)
        field[: len(steps), : len(steps)] = heights / heights.sum()
        return np.asarray(fft.rfft2(np.roll(field, (-self._reach, -self._reach), (0, 1))))

    def _convolve(self, ringed: Floats) -> Floats:
        """Smooth a field (rows + 2, cols + 2) and give back its inner (rows, cols)."""
        smooth = fft.irfft2(fft.rfft2(ringed, self._fft_shape) * self._kernel_fft, self._fft_shape)
        return np.asarray(smooth[1 : self.grid.rows + 1, 1 : self.grid.cols + 1])


def density(
    grid: AnalysisGrid,
    x_m: ArrayLike,
    y_m: ArrayLike,
    radius_m: float,
    days: float,
    weights: ArrayLike | None = None,
    kernel: str = "quartic",
) -> Density:
    """Incidents per km² and year; see `Smoother` and `Smoother.density`, which it calls, for units and refusals."""
    return Smoother(grid, radius_m, kernel).density(x_m, y_m, days, weights)


def suggested_radius_m(x_m: ArrayLike, y_m: ArrayLike, size_m: float = 0.0) -> float:
    """A radius to start from, in metres: Scott's rule, the same in all directions, in steps of 50 m from 150 to 1000 m.

    Never below 3 cells of `size_m`, where that is given.

    sqrt(8) s n^(-1/6); s is the mean over both axes of min(standard deviation, interquartile range / 1.349), and
    sqrt(8) turns a Gaussian's standard deviation into the radius of the quartic kernel of equal spread.
    Source: Scott 1992, Silverman 1986 (the minimum of two spreads). Refused: no incidents.
    """
    points = np.column_stack([np.asarray(x_m, float), np.asarray(y_m, float)])
    points = points[np.isfinite(points).all(axis=1)]
    if len(points) == 0:
        raise _no_incidents()
    low, high = np.percentile(points, (25, 75), axis=0)
    quartile_spread = (high - low) / 1.349
    deviation = points.std(axis=0)
    # Half of all incidents at one address leave no quartile range; then the deviation alone has to do.
    spread = np.where(quartile_spread > 0, np.minimum(deviation, quartile_spread), deviation).mean()
    radius = np.sqrt(8) * spread * len(points) ** (-1 / 6)
    stepped = np.clip(np.round(radius / RADIUS_STEP_M) * RADIUS_STEP_M, SHORTEST_RADIUS_M, LONGEST_RADIUS_M)
    return float(max(stepped, FEWEST_CELLS * size_m))


def _shared_out(grid: AnalysisGrid, x: Floats, y: Floats, weight: Floats) -> Floats:
    """Weights shared linearly to the four nearest cell centres: (rows + 2, cols + 2), the grid with a ring of one cell."""
    rows, cols = grid.rows + 2, grid.cols + 2
    right = x / grid.size_m - grid.first_col + 0.5
    up = y / grid.size_m - grid.first_row + 0.5
    col, row = np.floor(right), np.floor(up)
    right, up = right - col, up - row
    cell = (row * cols + col).astype(np.int64)
    right_weight = right * weight
    left_weight = weight - right_weight
    total = np.zeros(rows * cols)
    for step, part in ((0, left_weight * (1 - up)), (1, right_weight * (1 - up)), (cols, left_weight * up), (cols + 1, right_weight * up)):
        total[step:] += np.bincount(cell, part, rows * cols)[: rows * cols - step]
    return total.reshape(rows, cols)


def _stacked(x: Floats, y: Floats) -> tuple[float, int, tuple[float, float]]:
    """Share of points whose coordinate (to the centimetre) is used more than once, the largest such stack, and where."""
    key = np.rint(x * 100).astype(np.int64) * 2**32 + np.rint(y * 100).astype(np.int64)
    places, counts = np.unique(key, return_counts=True)
    most = int(counts.max())
    first = int(np.argmax(key == places[np.argmax(counts)]))
    return float(counts[counts > 1].sum() / len(key)), most, (float(x[first]), float(y[first]))


def _check_points(grid: AnalysisGrid, x: Floats, y: Floats, used: NDArray[np.bool_], days: float) -> None:
    if not (np.isfinite(days) and days > 0):
        raise Refusal(
            Text("观察天数 {days} 无效。", "A period of {days} days is not possible.").fill(days=days),
            Text("请选择至少一天的时间段。", "Choose a period of at least one day."),
        )
    if used.any():
        return
    placed = np.isfinite(x) & np.isfinite(y)
    if not placed.any():
        raise _no_incidents()
    first = {"n": int(placed.sum()), "x": x[placed][0], "y": y[placed][0]}
    if max(np.abs(x[placed]).max(), np.abs(y[placed]).max()) <= 360:
        raise Refusal(
            Text(
                "{n} 起警情的坐标是度，而不是米（首个：{x:g}, {y:g}）。",
                "{n} incidents are in degrees, not metres (first: {x:g}, {y:g}).",
            ).fill(**first),
            Text("请先转换到 {crs}。", "Convert them to {crs} first.").fill(crs=grid.crs),
        )
    raise Refusal(
        Text(
            "{n} 起警情都在辖区之外（首个：{x:.0f}, {y:.0f}）。",
            "All {n} incidents lie outside the town (first: {x:.0f}, {y:.0f}).",
        ).fill(**first),
        Text("请检查坐标系是否为 {crs}。", "Check that their coordinate system is {crs}.").fill(crs=grid.crs),
    )


def _no_incidents() -> Refusal:
    return Refusal(
        Text("没有带坐标的警情，不显示密度图。", "There are no incidents with a place, so no density is shown."),
        Text("请放宽时间或类别筛选。", "Widen the time or category filter."),
    )


def _checked_weights(weights: Floats) -> Floats:
    bad = ~(weights >= 0)
    if bad.any():
        raise Refusal(
            Text("{n} 个权重为负或缺失（首个：第 {row} 个）。", "{n} weights are negative or missing (first: number {row}).").fill(
                n=int(bad.sum()), row=int(np.argmax(bad)) + 1
            )
        )
    if not weights.sum() > 0:
        raise Refusal(Text("所有权重都是 0。", "All weights are 0."), Text("请检查权重。", "Check the weights."))
    return weights
