"""What the fast density is held against: the quartic kernel summed point by point, slow and exact, and KDEpy's."""

import numpy as np
from KDEpy import FFTKDE
from numpy.typing import NDArray

from analysis.analysis_grid import AnalysisGrid


def exact_per_km2(grid: AnalysisGrid, x_m: NDArray, y_m: NDArray, radius_m: float, weights: NDArray | None = None) -> NDArray:
    """Sum of 3 / (pi R²) (1 - d²/R²)² at the centre of each cell (rows, cols), per km², without edge correction."""
    weights = np.ones(len(x_m)) if weights is None else weights
    centre_x, centre_y = grid.centres_m()
    reach = int(np.ceil(radius_m / grid.size_m)) + 1
    step = np.arange(-reach, reach + 1)
    total = np.zeros(grid.rows * grid.cols)
    for some in np.array_split(np.arange(len(x_m)), max(1, len(x_m) * len(step) ** 2 // 2_000_000)):
        col = np.floor(x_m[some] / grid.size_m).astype(int)[:, None] - grid.first_col + step
        row = np.floor(y_m[some] / grid.size_m).astype(int)[:, None] - grid.first_row + step
        away_x = np.where((col >= 0) & (col < grid.cols), centre_x[col.clip(0, grid.cols - 1)] - x_m[some, None], np.inf)
        away_y = np.where((row >= 0) & (row < grid.rows), centre_y[row.clip(0, grid.rows - 1)] - y_m[some, None], np.inf)
        q = (away_y[:, :, None] ** 2 + away_x[:, None, :] ** 2) / radius_m**2
        value = np.where(q < 1, (1 - np.minimum(q, 1)) ** 2, 0) * weights[some, None, None]
        cell = row.clip(0, grid.rows - 1)[:, :, None] * grid.cols + col.clip(0, grid.cols - 1)[:, None, :]
        total += np.bincount(cell.ravel(), value.ravel(), len(total))
    return total.reshape(grid.rows, grid.cols) * 3 / (np.pi * radius_m**2) * 1e6


def kdepy_per_km2(grid: AnalysisGrid, x_m: NDArray, y_m: NDArray, radius_m: float) -> NDArray:
    """KDEpy's density (rows, cols) on the same centres; a ring more, for it wants every point inside its grid.

    Its bandwidth is a standard deviation of the one-dimensional kernel: radius / sqrt(7).
    """
    centres_x, centres_y = (np.concatenate([[c[0] - grid.size_m], c, [c[-1] + grid.size_m]]) for c in grid.centres_m())
    nodes = np.column_stack([side.ravel() for side in np.meshgrid(centres_x, centres_y, indexing="ij")])
    found = FFTKDE(kernel="biweight", bw=radius_m / np.sqrt(7), norm=2).fit(np.column_stack([x_m, y_m])).evaluate(nodes)
    return found.reshape(len(centres_x), len(centres_y)).T[1:-1, 1:-1] * len(x_m) * 1e6


def town_points(n: int, rng: np.random.Generator, width_m: float = 20_000) -> tuple[NDArray, NDArray]:
    """60 % of the points in 60 clusters (standard deviation 350 m), 40 % anywhere in the square from 0 to `width_m`."""
    centres = rng.uniform(0, width_m, (60, 2))
    clustered = int(n * 0.6)
    near = centres[rng.integers(0, 60, clustered)] + rng.normal(0, 350, (clustered, 2))
    points = np.vstack([near, rng.uniform(0, width_m, (n - clustered, 2))])
    points = np.clip(points, 0, np.nextafter(width_m, 0))
    return points[:, 0], points[:, 1]
