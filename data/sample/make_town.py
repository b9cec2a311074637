"""The built town: units and cells with their codes, water, roads and bridges, in local metres and in degrees."""

from dataclasses import dataclass

import numpy as np
import shapely
from make_coverage import COMMUNITIES, Labels, border_arcs, build_polygons, grow_cells, grow_units
from make_ground import Array, Ground, make_ground
from make_lines import Road, make_bridges, make_roads, make_streets, make_water
from make_names import figures, generator, units
from make_position import Frame
from shapely.geometry import LineString, Polygon

SEAT_CELLS = 70  # about 400 dwellings each, as 300 to 500 are usual
VILLAGE_CELL_KM2 = 4.2


@dataclass(frozen=True)
class Cell:
    """One grid cell: code, its unit's row in `Town.units`, area in local metres and in degrees."""

    code: str
    unit: int
    number: int
    """Counted inside the unit, from 1."""
    local: Polygon
    degrees: Polygon


@dataclass(frozen=True)
class Town:
    """All geometry that the other subjects build on. Units 0 to 10 are communities."""

    frame: Frame
    ground: Ground
    units: list[dict[str, str]]
    unit_local: list[Polygon]
    unit_degrees: list[Polygon]
    cells: list[Cell]
    hamlets: dict[int, list[Array]]
    """Places where people live in each village, one per cell, local metres."""
    water: dict[str, Polygon]
    bridges: list[LineString]
    roads: list[Road]

    @property
    def outline(self) -> Polygon:
        """The whole town in local metres."""
        return shapely.union_all(self.unit_local)

    def unit_at(self, xy: Array) -> Labels:
        """Row of the unit that holds each point with 12 m to spare, on dry land; -1 for none."""
        found = np.full(len(xy), -1)
        for row, area in enumerate(self.unit_local):
            inner = area.buffer(-12)
            found[shapely.contains_xy(inner, xy[:, 0], xy[:, 1])] = row
        wet = shapely.union_all(list(self.water.values())).buffer(8)
        found[shapely.contains_xy(wet, xy[:, 0], xy[:, 1])] = -1
        return found

    def cell_at(self, xy: Array) -> Labels:
        """Row of the cell that holds each point; -1 for none."""
        tree = shapely.STRtree([cell.local for cell in self.cells])
        found = np.full(len(xy), -1)
        point, row = tree.query(shapely.points(xy), predicate="within")
        found[point] = row
        return found


def make_town() -> Town:
    """Grow, smooth, stretch to the official area, number and name; the same at every call."""
    ground = make_ground()
    label = grow_units(ground)
    cell_label = grow_cells(ground, label, _cell_counts(ground, label))
    arcs = border_arcs(ground, cell_label)
    unit_of_cell = {int(c): int(u) for c, u in zip(cell_label, label, strict=True) if c >= 0}
    local_cells = build_polygons(arcs, int)
    local_units = build_polygons(arcs, unit_of_cell.__getitem__)
    frame = Frame(sum(area.area for area in local_units.values()), figures()["town_area"] * 1e6)

    row_of = _names_on_the_ground()
    rows = units()
    cells = []
    for unit in local_units:
        own = [(local_cells[c], frame.placed(local_cells[c])) for c in local_cells if unit_of_cell[c] == unit]
        own.sort(key=lambda pair: (pair[1].centroid.x, -pair[1].centroid.y))
        for number, (local, degrees) in enumerate(own, 1):
            cells.append(Cell(f"{rows[row_of[unit]]['code']}{number:03d}", row_of[unit], number, local, degrees))
    cells.sort(key=lambda cell: cell.code)

    hamlets = _hamlets(ground, label, cell_label)
    ends = np.array([xy[end] for _, _, xy in arcs for end in (0, -1)])
    bridges = make_bridges(ground, ends[shapely.distance(shapely.points(ends), ground.river) < 25])
    seat = shapely.union_all([local_units[u] for u in range(COMMUNITIES)])
    order = sorted(range(len(rows)), key=lambda unit: row_of[unit])
    roads = make_roads(ground, bridges, hamlets) + make_streets(ground, seat, bridges)
    return Town(
        frame=frame,
        ground=ground,
        units=rows,
        unit_local=[local_units[unit] for unit in order],
        unit_degrees=[frame.placed(local_units[unit]) for unit in order],
        cells=cells,
        hamlets={row_of[unit]: [ground.points[p] for p in found] for unit, found in hamlets.items()},
        water=make_water(ground),
        bridges=bridges,
        roads=[Road(road.line, road.road_class, row_of.get(road.towards, road.towards)) for road in roads],
    )


def _cell_counts(ground: Ground, label: Labels) -> dict[int, int]:
    """How many cells each unit gets: communities share 70 by area, villages one per 4.2 km2, 2 to 4."""
    area_km2 = np.bincount(label[label >= 0], weights=ground.spacing_m[label >= 0] ** 2 * np.sqrt(3) / 2e6)
    seat_km2 = area_km2[:COMMUNITIES].sum()
    counts = {unit: int(np.clip(round(SEAT_CELLS * area / seat_km2), 5, 8)) for unit, area in enumerate(area_km2[:COMMUNITIES])}
    return counts | {unit: int(np.clip(round(area / VILLAGE_CELL_KM2), 2, 4)) for unit, area in enumerate(area_km2) if unit >= COMMUNITIES}


def _names_on_the_ground() -> dict[int, int]:
    """Which row of units.csv lies where; drawn, since no open source tells."""
    rng = generator("units")
    places = [*rng.permutation(COMMUNITIES), *(COMMUNITIES + rng.permutation(len(units()) - COMMUNITIES))]
    return {place: int(row) for place, row in enumerate(places)}


def _hamlets(ground: Ground, label: Labels, cell_label: Labels) -> dict[int, list[int]]:
    """For each village, near ones first, the fine point of each cell that is low, central and away from the river."""
    found: dict[int, list[int]] = {}
    for unit in range(COMMUNITIES, int(label.max()) + 1):
        for cell in np.unique(cell_label[label == unit]):
            members = np.flatnonzero(cell_label == cell)
            off_centre = np.hypot(*(ground.points[members] - ground.points[members].mean(axis=0)).T)
            flood = np.where(ground.river_m[members] < 220, 5, 0)
            found.setdefault(unit, []).append(int(members[np.argmin(off_centre / 1000 + 1.2 * ground.ridge[members] + flood)]))
    return dict(sorted(found.items(), key=lambda item: np.hypot(*ground.points[item[1][0]])))
