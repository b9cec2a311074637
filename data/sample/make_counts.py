"""Counts of every cell that add up to the figures of the report, and the pool of points along streets and roads."""

from dataclasses import dataclass

import numpy as np
import shapely
from make_coverage import COMMUNITIES, Labels
from make_ground import Array
from make_names import figures, generator
from make_town import Town

FLOATING_PERSONS = 612  # the report says about 600


@dataclass(frozen=True)
class Pool:
    """Dry points where something may stand or happen, inside the town; arrays share one order."""

    xy: Array
    unit: Labels
    cell: Labels
    road_class: np.ndarray

    def taken(self, wanted: np.ndarray, count: int, rng: np.random.Generator, weight: Array | None = None) -> Labels:
        """Indices of `count` different points among the wanted ones."""
        rows = np.flatnonzero(wanted)
        share = None if weight is None else weight[rows] / weight[rows].sum()
        return rng.choice(rows, count, replace=False, p=share)

    def nearest(self, xy: tuple[float, float], wanted: np.ndarray | None = None) -> int:
        """Index of the point next to a local position."""
        gap = np.hypot(*(self.xy - np.asarray(xy)).T)
        return int(np.argmin(gap if wanted is None else np.where(wanted, gap, np.inf)))


def share_out(total: int, weight: Array) -> np.ndarray:
    """Whole numbers in proportion to the weights that sum to the total: largest remainders are rounded up."""
    exact = total * np.asarray(weight, float) / np.sum(weight)
    whole = np.floor(exact).astype(int)
    whole[np.argsort(whole - exact, kind="stable")[: total - whole.sum()]] += 1
    return whole


def make_counts(town: Town) -> dict[str, np.ndarray]:
    """Each count column of the grid cells, in the order of `town.cells`. The survey of homes took a sample in every cell."""
    rng, figure = generator("counts"), figures()
    urban = np.array([cell.unit < COMMUNITIES for cell in town.cells])
    area = np.array([cell.local.area for cell in town.cells])
    n = len(town.cells)
    dwellings = np.zeros(n, int)
    dwellings[urban] = rng.integers(318, 478, urban.sum())
    rest = int(figure["dwellings"]) - dwellings.sum()
    dwellings[~urban] = share_out(rest, (area[~urban] ** 0.5) * rng.uniform(0.7, 1.35, (~urban).sum()))

    def spread(key_or_total: str | int, urban_weight: float) -> np.ndarray:
        total = int(figure[key_or_total]) if isinstance(key_or_total, str) else key_or_total
        return share_out(total, dwellings * np.where(urban, urban_weight, 1) * rng.uniform(0.6, 1.4, n))

    return {
        "dwellings": dwellings,
        "persons": share_out(int(figure["population_registered"]), dwellings * np.where(urban, 1, 1.12) * rng.uniform(0.92, 1.08, n)),
        "organisations": spread("organisations", 5.0),
        "rented": spread("rented_homes", 4.0),
        "vacant": spread("vacant_homes", 0.8),
        "owner_occupied": spread("owner_homes", 1.0),
        "floating_persons": spread(FLOATING_PERSONS, 6.0),
    }


def make_pool(town: Town) -> Pool:
    """Points on both sides of every street and road, and loose ones around each hamlet."""
    rng = generator("places")
    parts, classes = [], []
    for road in town.roads:
        step = 9.0 if road.road_class == "street" else 22.0
        along = np.arange(step, road.line.length - step, step)
        if len(along) == 0:
            continue
        here, ahead = (shapely.get_coordinates(shapely.line_interpolate_point(road.line, along + d)) for d in (0, 2))
        normal = (ahead - here)[:, ::-1] * [-1, 1] / np.hypot(*(ahead - here).T)[:, None]
        offset = rng.uniform(9, 24, len(along)) * rng.choice([-1, 1], len(along))
        parts.append(here + normal * offset[:, None])
        classes.append(np.full(len(along), road.road_class, dtype="<U8"))
    for hamlet in (xy for found in town.hamlets.values() for xy in found):
        parts.append(hamlet + rng.normal(0, 170, (40, 2)))
        classes.append(np.full(40, "hamlet", dtype="<U8"))
    xy, road_class = np.vstack(parts), np.concatenate(classes)
    unit = town.unit_at(xy)
    return Pool(xy[unit >= 0], unit[unit >= 0], town.cell_at(xy[unit >= 0]), road_class[unit >= 0])
