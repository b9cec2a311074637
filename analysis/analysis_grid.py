"""One projected grid, cut to the town or one beat, that every density, test and period shares: squares here, hexagons in `hex_grid`."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS
from shapely.geometry import MultiPolygon, Polygon

from layers.definition.refusal import Refusal
from layers.definition.text import Text

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MAX_CELLS = 4_000_000  # 32 MB for one layer of numbers; beyond it neither screen nor sheet can show a cell
_NO_AREA = 1e-9  # rounding of the area sum, in cells


class Cells(Protocol):
    """What a grid of either shape tells: (rows, cols) cells of one area, and in which one a point lies."""

    @property
    def size_m(self) -> float: ...
    @property
    def crs(self) -> str: ...
    @property
    def inside_share(self) -> Floats: ...
    @property
    def rows(self) -> int: ...
    @property
    def cols(self) -> int: ...
    @property
    def mask(self) -> NDArray[np.bool_]: ...
    @property
    def cell_km2(self) -> float: ...
    @property
    def inside_km2(self) -> float: ...
    def cell_of(self, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]: ...
    def outlines(self, row: Integers, col: Integers) -> NDArray[np.object_]: ...
    def runs(self, reach: int) -> tuple[tuple[int, int, int], ...]: ...
    def runs_within(self, distance_m: float) -> tuple[tuple[int, int, int], ...]: ...


@dataclass(frozen=True, eq=False)
class AnalysisGrid:
    """Square cells in a metric CRS. Row 0 is the southernmost, column 0 the westernmost.

    Cell (row, col) holds west <= x < east and south <= y < north, so no point is counted twice.
    The lines lie on multiples of `size_m`, so two grids of one size never disagree about a cell.
    """

    first_col: int
    """West edge of the grid in cells from the zero of the CRS; the same for `first_row` and the south edge."""
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
    def west_m(self) -> float:
        return self.first_col * self.size_m

    @property
    def south_m(self) -> float:
        return self.first_row * self.size_m

    @property
    def mask(self) -> NDArray[np.bool_]:
        """(rows, cols): cells that the town touches with any area."""
        return self.inside_share > 0

    @property
    def cell_km2(self) -> float:
        return self.size_m**2 / 1e6

    @property
    def inside_km2(self) -> float:
        """Area of the town, from the shares of its cells."""
        return float(self.inside_share.sum() * self.cell_km2)

    def centres_m(self) -> tuple[Floats, Floats]:
        """x of the column centres (cols,) and y of the row centres (rows,), metres in `crs`."""
        x = self.west_m + (np.arange(self.cols, dtype=np.float64) + 0.5) * self.size_m
        y = self.south_m + (np.arange(self.rows, dtype=np.float64) + 0.5) * self.size_m
        return x, y

    def cell_of(self, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
        """Row and column of each point (n,) as whole numbers, also beyond the grid."""
        return np.floor(y_m / self.size_m) - self.first_row, np.floor(x_m / self.size_m) - self.first_col

    def outlines(self, row: Integers, col: Integers) -> NDArray[np.object_]:
        """Squares (n,) of those cells in `crs`, not cut to the town. Cells side by side share their corners exactly."""
        west, east = (self.first_col + col) * self.size_m, (self.first_col + col + 1) * self.size_m
        south, north = (self.first_row + row) * self.size_m, (self.first_row + row + 1) * self.size_m
        return np.asarray(shapely.box(west, south, east, north))

    def runs(self, reach: int) -> tuple[tuple[int, int, int], ...]:
        """The cells up to `reach` steps away, diagonals too: per row offset the first and last column offset. 1: queen's 3 x 3."""
        return tuple((row, -reach, reach) for row in range(-reach, reach + 1))

    def runs_within(self, distance_m: float) -> tuple[tuple[int, int, int], ...]:
        """The cells whose centres lie within `distance_m`, likewise; by whole numbers, so that no link is lost to rounding."""
        cells = distance_m / self.size_m + _NO_AREA
        return tuple((row, -int(half), int(half)) for row in range(-int(cells), int(cells) + 1) for half in [np.sqrt(cells**2 - row**2)])


def analysis_grid(outline: Polygon | MultiPolygon, size_m: float, crs: object) -> AnalysisGrid:
    """The grid of a town, or of one beat: cells of `size_m` metres over the outline's extent, with the exact share inside it.

    `outline` is in `crs`, anything pyproj understands. Refused: a CRS that is not in metres, an empty or
    invalid outline, a size that is not positive, more than 4 million cells.
    """
    crs_name = metric_crs(crs)
    if not (np.isfinite(size_m) and size_m > 0):
        raise Refusal(
            Text("分析格网边长 {size} 米无效。", "A cell size of {size} m is not possible.").fill(size=size_m),
            Text("请给出大于 0 的边长，例如 100 米。", "Give a size above 0, for example 100 m."),
        )
    check_outline(outline)
    west, south, east, north = np.asarray(shapely.bounds(outline)) / size_m
    first_col, first_row = int(np.floor(west)), int(np.floor(south))
    cols, rows = int(np.ceil(east)) - first_col, int(np.ceil(north)) - first_row
    if rows * cols > MAX_CELLS:
        enough_m = int(np.ceil(size_m * np.sqrt(rows * cols / MAX_CELLS) / 10) * 10)
        raise Refusal(
            Text(
                "边长 {size:g} 米需要 {n:,} 个分析格（{rows} 行 × {cols} 列），上限为 {most:,} 个。",
                "Cells of {size:g} m need {n:,} cells ({rows} rows x {cols} columns); at most {most:,} are possible.",
            ).fill(size=size_m, n=rows * cols, rows=rows, cols=cols, most=MAX_CELLS),
            Text("请用 {m} 米或更大的边长。", "Choose {m} m or more.").fill(m=enough_m),
        )
    share = _inside_share(outline, size_m, first_col, first_row, rows, cols)
    return AnalysisGrid(first_col, first_row, float(size_m), crs_name, share)


def cell_index(grid: Cells, x_m: ArrayLike, y_m: ArrayLike) -> Integers:
    """Cell of each point as row * cols + col, or -1 outside the grid (also where a coordinate is missing)."""
    row, col = grid.cell_of(np.asarray(x_m, float), np.asarray(y_m, float))
    held = (col >= 0) & (col < grid.cols) & (row >= 0) & (row < grid.rows)
    return np.where(held, row * grid.cols + col, -1).astype(np.int64)


def bin_points(grid: Cells, x_m: ArrayLike, y_m: ArrayLike, weights: ArrayLike | None = None) -> tuple[Floats, int]:
    """Points per cell (rows, cols), or their summed weights, and how many points lie outside the grid.

    Coordinates in metres of the grid's CRS. Half-open cells: the counts sum to the points that were not dropped.
    """
    cell = cell_index(grid, x_m, y_m)
    held = cell >= 0
    kept_weights = None if weights is None else np.asarray(weights, float)[held]
    counts = np.bincount(cell[held], kept_weights, grid.rows * grid.cols).astype(float)
    return counts.reshape(grid.rows, grid.cols), int((~held).sum())


def inside(grid: Cells, x_m: ArrayLike, y_m: ArrayLike) -> tuple[Floats, Floats]:
    """x and y of the points in cells of the town, metres: those that every map counts."""
    x, y = np.asarray(x_m, float), np.asarray(y_m, float)
    cell = cell_index(grid, x, y)
    used = (cell >= 0) & grid.mask.ravel()[cell]
    return x[used], y[used]


def metric_crs(crs: object) -> str:
    """A CRS that pyproj understands, as text. Refused unless it is projected and both axes are in metres."""
    known = CRS.from_user_input(crs)
    if not known.is_projected or any(axis.unit_conversion_factor != 1 for axis in known.axis_info):
        raise Refusal(
            Text(
                "{crs} 不是以米为单位的投影坐标系，无法计算距离。", "{crs} is not a projected system in metres, so it has no distances."
            ).fill(crs=known.to_string()),
            Text("请先转换到以米为单位的分带，例如 EPSG:4546。", "Convert to a zone in metres first, for example EPSG:4546."),
        )
    return str(known.to_string())


def check_outline(outline: Polygon | MultiPolygon) -> None:
    """Refused: an outline that is empty, not an area, or not valid."""
    if outline.geom_type not in ("Polygon", "MultiPolygon") or outline.is_empty:
        raise Refusal(
            Text("辖区轮廓为空或不是面。", "The town outline is empty or not an area."),
            Text("请先导入社区和行政村。", "Import the communities and villages first."),
        )
    if not outline.is_valid:
        raise Refusal(
            Text("辖区轮廓不是有效的面：{why}。", "The town outline is not a valid area: {why}.").fill(
                why=shapely.is_valid_reason(outline)
            ),
            Text("请修复轮廓后重试。", "Repair the outline, then try again."),
        )


def _inside_share(outline: Polygon | MultiPolygon, size_m: float, first_col: int, first_row: int, rows: int, cols: int) -> Floats:
    """Exact share (rows, cols) of each cell's area inside the outline.

    Green's theorem along the outline, cut at the grid lines. Each piece adds its height to all cells west of it
    and, in its own cell, its height times its distance from the cell's west side. With the town on the left of
    every ring, what lies outside cancels.
    """
    parts = shapely.orient_polygons(shapely.get_parts(outline))
    xy, ring = shapely.get_coordinates(shapely.get_rings(parts), return_index=True)
    xy = xy / size_m - (first_col, first_row)
    same_ring = ring[1:] == ring[:-1]
    start, end = _cut_at_grid_lines(xy[:-1][same_ring], xy[1:][same_ring])
    middle, height = (start + end) / 2, end[:, 1] - start[:, 1]
    # One spare column takes an east side that runs along the last grid line; a north side there has no height.
    col = np.clip(np.floor(middle[:, 0]), 0, cols).astype(np.int64)
    row = np.clip(np.floor(middle[:, 1]), 0, rows - 1).astype(np.int64)
    cell, cells = row * (cols + 1) + col, rows * (cols + 1)
    own = np.bincount(cell, height * (middle[:, 0] - col), cells).reshape(rows, cols + 1)
    passing = np.bincount(cell, height, cells).reshape(rows, cols + 1)
    east_of = np.cumsum(passing[:, ::-1], axis=1)[:, ::-1] - passing
    share = np.clip((own + east_of)[:, :cols], 0.0, 1.0)
    share[share < _NO_AREA] = 0.0
    share[share > 1 - _NO_AREA] = 1.0
    return share


def _cut_at_grid_lines(start: Floats, end: Floats) -> tuple[Floats, Floats]:
    """The same segments (n, 2), in cells, cut wherever they cross a whole number in x or y."""
    segments = np.arange(len(start))
    owner, along = [segments], [np.zeros(len(start))]
    for axis in (0, 1):
        a, b = start[:, axis], end[:, axis]
        lowest = np.ceil(np.minimum(a, b))
        crossed = np.where(a == b, 0, np.floor(np.maximum(a, b)) - lowest + 1).astype(np.int64)
        of = np.repeat(segments, crossed)
        nth = np.arange(len(of)) - np.repeat(np.cumsum(crossed) - crossed, crossed)
        owner.append(of)
        along.append((lowest[of] + nth - a[of]) / (b[of] - a[of]))
    of, at = np.concatenate(owner), np.concatenate(along)
    order = np.lexsort((at, of))
    of, at = of[order], at[order]
    last = np.append(of[1:] != of[:-1], True)
    until = np.where(last, 1.0, np.append(at[1:], 1.0))
    step = (end - start)[of]
    return start[of] + at[:, None] * step, start[of] + until[:, None] * step
