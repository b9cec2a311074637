"""Kernel density of incidents inside the town: incidents per km² and year, one radius in metres, edge-corrected.

Points are shared out linearly to the four nearest cell centres and convolved with the kernel by FFT (Wand 1994).
For speed, the squares between four centres first take up their points' count and moments, all that the sharing needs to know.
The result is divided by the part of the kernel that lies inside the town (Diggle 1985), so the town's edge does
not look quiet because nothing is counted beyond it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import fft, ndimage

from analysis.analysis_grid import AnalysisGrid, cell_index, inside
from analysis.coordinate_check import Stack, check_days, checked_rounding_m, no_incidents, refuse_unless_inside, stacked
from layers.definition.refusal import Refusal
from layers.definition.text import Text

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

DAYS_PER_YEAR = 365.25
LEAST_MASS = 0.1  # on a spit narrower than this the correction would make one incident look like ten
SHORTEST_RADIUS_M, LONGEST_RADIUS_M = 150.0, 1000.0  # one block of streets; beyond a kilometre a town is one blob
RADIUS_STEP_M = 50.0
FEWEST_CELLS = 3  # in a radius: with fewer, single values are more than 2 % of the map's peak off the exact sum
UNIFORM_CELL = (1 / 8, 3 / 4, 1 / 8)  # what linear sharing makes of points spread evenly over one cell, per axis
_BLOCK, _MANY = 32_768, 131_072  # points whose numbers stay in the processor's own memory, and those counted at once
SHORT_DAYS = 7  # below a week a yearly rate repeats single days fifty times


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
    "triangular": Kernel(
        Text("三角核", "triangular"), "3 / (pi R²) (1 - d/R): falls in a straight line.", lambda q: 1 - np.sqrt(q), 3 / 20
    ),
    "triweight": Kernel(
        Text("三权核", "triweight"), "4 / (pi R²) (1 - d²/R²)³: smoother and narrower than quartic.", lambda q: (1 - q) ** 3, 1 / 10
    ),
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
    mass_ratio: float
    """Map summed over the town / weight of the incidents used: 1 unless many lie near the edge."""
    points_m: tuple[Floats, Floats]
    """x and y of all incidents as given, metres in the grid's CRS."""

    @property
    def size_m(self) -> float:
        return self.grid.size_m

    @property
    def mask_area_km2(self) -> float:
        return self.grid.inside_km2

    @property
    def crs(self) -> str:
        return self.grid.crs

    @cached_property
    def _stack(self) -> Stack:
        # Sorting all coordinates takes longer than the map itself, and a slider asks for the map alone.
        x, y = self.points_m
        return stacked(*inside(self.grid, x, y))

    @property
    def stacked_share(self) -> float:
        """Share of the used incidents that have their coordinate in common with another one, 0 to 1."""
        return self._stack.share

    @property
    def top_stack(self) -> int:
        """Incidents at the most used coordinate: many may mean a default address."""
        return self._stack.most

    @property
    def top_stack_at_m(self) -> tuple[float, float]:
        return self._stack.at_m

    @property
    def _at_one_place(self) -> bool:
        """Whether all used incidents share one coordinate; seen without sorting them."""
        x, y = (np.rint(axis * 100) for axis in self.points_m)
        if self.n_outside:
            x, y = (np.rint(axis * 100) for axis in inside(self.grid, *self.points_m))
        return bool((x == x[0]).all() and (y == y[0]).all())

    @property
    def caution(self) -> Text | None:
        """What a reader must know before believing the map, or None."""
        if self.days < SHORT_DAYS:
            return Text(
                "仅 {days:g} 天的数据：换算成每年的密度不可靠。", "Only {days:g} days of data: a density per year from it is not reliable."
            ).fill(days=self.days)
        if self.n_used > 1 and self._at_one_place:
            return Text(
                "全部 {n:,} 起警情坐标相同：可能是默认地址。", "All {n:,} incidents share one coordinate: it may be a default address."
            ).fill(n=self.n_used)
        return None


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
        x, y = np.asarray(x_m, float).ravel(), np.asarray(y_m, float).ravel()
        check_days(days)
        shared, n_used, total = self._counted(x, y, None if weights is None else _checked_weights(weights))
        refuse_unless_inside(self.grid.crs, x, y, n_used)
        if weights is not None and not total > 0:
            raise Refusal(Text("所有权重都是 0。", "All weights are 0."), Text("请检查权重。", "Check the weights."))
        per_cell = self._convolve(shared) / np.maximum(self.mass, LEAST_MASS)
        per_cell = np.where(self.grid.mask, np.maximum(per_cell, 0.0), np.nan)  # the FFT leaves rounding below zero
        return Density(
            grid=self.grid,
            values=per_cell / (self.grid.cell_km2 * days / DAYS_PER_YEAR),
            radius_m=self.radius_m,
            kernel=self.kernel,
            days=days,
            n_used=n_used,
            n_outside=len(x) - n_used,
            mass_ratio=float(np.nansum(per_cell * self.grid.inside_share) / total),
            points_m=(x, y),
        )

    def _counted(self, x: Floats, y: Floats, weights: Floats | None) -> tuple[Floats, int, float]:
        """Incidents shared out to the cells (rows + 2, cols + 2), how many lie in the town, and their weight.

        Per square between four cell centres: the count, the weight, and its moments by s and t. The moment by both is taken from these
        three, exactly where all incidents of a square lie at one place; elsewhere the rest is below the error of sharing out itself.
        """
        shape = self.grid.rows + 1, self.grid.cols + 1
        bins = shape[0] * shape[1] + 1  # the last one takes what lies outside the town
        count, taken = np.zeros(bins, np.int64), np.zeros((3, bins))
        many = min(len(x), max(_MANY, bins))
        squares, along, up = np.empty(many, np.int64), np.empty(many), np.empty(many)  # filled anew for each part of the points
        for start in range(0, len(x), max(many, 1)):
            some = slice(start, min(start + many, len(x)))
            n = some.stop - start
            square, s, t = squares[:n], along[:n], up[:n]
            _between_centres(self.grid, self._at_the_edge, x[some], y[some], square, s, t)
            count += np.bincount(square, minlength=bins)
            if weights is not None:
                taken[0] += np.bincount(square, weights[some], bins)
                s *= weights[some]
                t *= weights[some]
            taken[1] += np.bincount(square, s, bins)
            taken[2] += np.bincount(square, t, bins)
        if weights is None:
            taken[0] = count
        taken[1:] += taken[0] / 2  # s and t counted from the south-west centre
        weight, by_s, by_t = (each.reshape(shape) for each in taken[:, :-1])
        by_both = np.divide(by_s * by_t, weight, out=np.zeros(shape), where=weight > 0)
        shared = np.zeros((self.grid.rows + 2, self.grid.cols + 2))
        shared[:-1, :-1] += weight - by_s - by_t + by_both
        shared[:-1, 1:] += by_s - by_both
        shared[1:, :-1] += by_t - by_both
        shared[1:, 1:] += by_both
        return shared, int(count[:-1].sum()), float(weight.sum())

    @cached_property
    def _at_the_edge(self) -> NDArray[np.bool_]:
        """Squares between four cell centres, flat in (rows + 1, cols + 1), that not all four cells of the town share."""
        mask = np.pad(self.grid.mask, 1)
        return ~(mask[:-1, :-1] & mask[:-1, 1:] & mask[1:, :-1] & mask[1:, 1:]).ravel()

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
        # Sharing out widens each incident by a variance of 1/6 cell² per axis; the kernel is narrowed by as much,
        # which halves the error. From 2 cells down, less: nothing would be left of it.
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
    """Incidents per km² and year; see `Smoother` and `Smoother.density`, which it calls, for units and refusals.

    Refused besides: cells finer than the rounding of the coordinates (`checked_rounding_m`).
    """
    checked_rounding_m(grid, x_m, y_m)
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
        raise no_incidents()
    low, high = np.percentile(points, (25, 75), axis=0)
    quartile_spread = (high - low) / 1.349
    deviation = points.std(axis=0)
    # Half of all incidents at one address leave no quartile range; then the deviation alone has to do.
    spread = np.where(quartile_spread > 0, np.minimum(deviation, quartile_spread), deviation).mean()
    radius = np.sqrt(8) * spread * len(points) ** (-1 / 6)
    stepped = np.clip(np.round(radius / RADIUS_STEP_M) * RADIUS_STEP_M, SHORTEST_RADIUS_M, LONGEST_RADIUS_M)
    return float(max(stepped, FEWEST_CELLS * size_m))


def _between_centres(
    grid: AnalysisGrid, at_the_edge: NDArray[np.bool_], x: Floats, y: Floats, found: Integers, s: Floats, t: Floats
) -> None:
    """Of each point (n,) the square between four cell centres, flat in (rows + 1, cols + 1), into `found`, and into s and t its
    place from the middle of that square, -1/2 to 1/2.

    A point that lies in no cell of the town, or has no coordinate, has the number after the last square.
    """
    buffers = np.empty((2, _BLOCK))
    for start in range(0, len(x), _BLOCK):
        block = slice(start, min(start + _BLOCK, len(x)))
        west, south = buffers[:, : block.stop - start]
        with np.errstate(invalid="ignore"):  # of an endless number
            for metres, place, centre, first, last in (
                (x[block], s[block], west, grid.first_col, grid.first_col + grid.cols),
                (y[block], t[block], south, grid.first_row, grid.first_row + grid.rows),
            ):
                np.divide(metres, grid.size_m, out=place)
                np.rint(place, out=centre)
                place -= centre
                if not (centre.min() >= first and centre.max() <= last):
                    np.fmin(np.fmax(centre, first, out=centre), last, out=centre)  # unlike clip, these take a missing number to the edge
        south *= grid.cols + 1
        south -= grid.first_row * (grid.cols + 1) + grid.first_col
        np.add(south, west, out=found[block], casting="unsafe")
    doubtful = np.flatnonzero(at_the_edge[found])
    cell = cell_index(grid, x[doubtful], y[doubtful])
    found[doubtful[(cell < 0) | ~grid.mask.ravel()[cell]]] = len(at_the_edge)


def _checked_weights(given: ArrayLike) -> Floats:
    weights = np.asarray(given, float).ravel()
    bad = ~(weights >= 0)
    if bad.any():
        raise Refusal(
            Text("{n} 个权重为负或缺失（首个：第 {row} 个）。", "{n} weights are negative or missing (first: number {row}).").fill(
                n=int(bad.sum()), row=int(np.argmax(bad)) + 1
            ),
            Text("请检查权重。", "Check the weights."),
        )
    return weights
