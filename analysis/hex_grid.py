"""Hexagonal cells cut to the town: for those who want all neighbours at one distance."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon

from analysis.analysis_grid import MAX_CELLS, check_outline, metric_crs
from layers.definition.refusal import Refusal
from layers.definition.text import Text

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_TALL = np.sqrt(3) / 2  # from row to row, in widths of a hexagon


@dataclass(frozen=True, eq=False)
class HexGrid:
    """Hexagons with a corner to the north, `size_m` wide from flat side to flat side, in a metric CRS.

    Cell (row, col) has its centre at x = (col + row / 2) size, y = row size sqrt(3) / 2, so each row begins half a cell further
    east than the row south of it; the array is a leaning one and its empty corners are not of the town. Row 0 is the southernmost.
    """

    first_col: int
    first_row: int
    size_m: float
    crs: str
    inside_share: Floats
    """(rows, cols): share of each cell's area that lies inside the town, 0 to 1; not writable."""

    def __post_init__(self) -> None:
        self.inside_share.setflags(write=False)

    @property
    def rows(self) -> int:
        return int(self.inside_share.shape[0])

    @property
    def cols(self) -> int:
        return int(self.inside_share.shape[1])

    @property
    def mask(self) -> NDArray[np.bool_]:
        """(rows, cols): cells that the town touches with any area."""
        return self.inside_share > 0

    @property
    def cell_km2(self) -> float:
        return float(self.size_m**2 * _TALL / 1e6)

    @property
    def inside_km2(self) -> float:
        """Area of the town, from the shares of its cells."""
        return float(self.inside_share.sum() * self.cell_km2)

    def cell_of(self, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
        """Row and column of each point (n,) as whole numbers, also beyond the grid: each point lies in just one hexagon."""
        row, col = _nearest(x_m / self.size_m, y_m / self.size_m)
        return row - self.first_row, col - self.first_col

    def outlines(self, row: Integers, col: Integers) -> NDArray[np.object_]:
        """Hexagons (n,) of those cells in `crs`, not cut to the town. Cells side by side share their corners exactly."""
        return _hexagons(row + self.first_row, col + self.first_col, self.size_m)

    def runs(self, reach: int) -> tuple[tuple[int, int, int], ...]:
        """The cells up to `reach` steps away: per row offset the first and last column offset. 1: the six neighbours and itself."""
        return tuple((row, max(-reach, -reach - row), min(reach, reach - row)) for row in range(-reach, reach + 1))

    def runs_within(self, distance_m: float) -> tuple[tuple[int, int, int], ...]:
        """The cells whose centres lie within `distance_m`, likewise."""
        cells = distance_m / self.size_m + 1e-9
        found = []
        for row in range(-int(cells / _TALL), int(cells / _TALL) + 1):
            half = np.sqrt(cells**2 - 0.75 * row**2)
            first, last = int(np.ceil(-row / 2 - half)), int(np.floor(-row / 2 + half))
            if first <= last:
                found.append((row, first, last))
        return tuple(found)


def hex_grid(outline: Polygon | MultiPolygon, size_m: float, crs: object) -> HexGrid:
    """The hexagons, `size_m` metres wide, over an outline in `crs`, with the exact share of each inside it.

    Refused: a CRS that is not in metres, an empty or invalid outline, a size that is not positive, more than 4 million cells.
    """
    name = metric_crs(crs)
    if not (np.isfinite(size_m) and size_m > 0):
        raise Refusal(
            Text("分析格边长 {size} 米无效。", "A cell size of {size} m is not possible.").fill(size=size_m),
            Text("请给出大于 0 的边长，例如 100 米。", "Give a size above 0, for example 100 m."),
        )
    check_outline(outline)
    west, south, east, north = np.asarray(shapely.bounds(outline)) / size_m
    first_row, last_row = int(np.floor(south / _TALL)) - 1, int(np.ceil(north / _TALL)) + 1
    first_col, last_col = int(np.floor(west - last_row / 2)) - 1, int(np.ceil(east - first_row / 2)) + 1
    rows, cols = last_row - first_row + 1, last_col - first_col + 1
    if rows * cols > MAX_CELLS:
        raise Refusal(
            Text(
                "宽 {size:g} 米的六边形需要 {n:,} 个，上限为 {most:,} 个。",
                "Hexagons of {size:g} m need {n:,} cells; at most {most:,} are possible.",
            ).fill(size=size_m, n=rows * cols, most=MAX_CELLS),
            Text("请加大宽度。", "Choose a greater width."),
        )
    row, col = (part.ravel() for part in np.meshgrid(np.arange(rows), np.arange(cols), indexing="ij"))
    share = np.zeros(rows * cols)
    x = (col + first_col + (row + first_row) / 2) * size_m
    near = np.flatnonzero((x > (west - 1) * size_m) & (x < (east + 1) * size_m))  # the leaning array's corners are far off
    cells = _hexagons(row[near] + first_row, col[near] + first_col, size_m)
    shapely.prepare(outline)
    whole, touched = shapely.contains_properly(outline, cells), shapely.intersects(outline, cells)
    share[near[whole]] = 1.0
    edge = touched & ~whole
    share[near[edge]] = np.clip(shapely.area(shapely.intersection(cells[edge], outline)) / (size_m**2 * _TALL), 0, 1)
    share[share < 1e-9] = 0.0
    return HexGrid(first_col, first_row, float(size_m), name, share.reshape(rows, cols))


def _nearest(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Row and column of the centre nearest to each point, in widths: all three axes rounded, the worst one set by the others."""
    row_part = y / _TALL
    col_part = x - row_part / 2
    row, col, third = np.floor(row_part + 0.5), np.floor(col_part + 0.5), np.floor(-row_part - col_part + 0.5)
    off_row, off_col, off_third = np.abs(row - row_part), np.abs(col - col_part), np.abs(third + row_part + col_part)
    fix_row = (off_row > off_col) & (off_row > off_third)
    fix_col = ~fix_row & (off_col > off_third)
    return np.where(fix_row, -col - third, row), np.where(fix_col, -row - third, col)


def _hexagons(row: Integers, col: Integers, size_m: float) -> NDArray[np.object_]:
    """Hexagons by row and column from the zero of the CRS. Corners come from whole numbers, so neighbours share them exactly."""
    x = (2 * col + row)[:, None] + np.array([0, 1, 1, 0, -1, -1])
    y = 3 * row[:, None] + np.array([2, 1, -1, -2, -1, 1])
    corners = np.stack([x * (size_m / 2), y * (size_m / (2 * np.sqrt(3)))], axis=-1)
    return np.asarray(shapely.polygons(corners))
