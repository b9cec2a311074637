"""How compact beats are: four measures from 0 to 1, all 1 for a circle (the convex hull's for every convex shape)."""

import numpy as np
import shapely
from numpy.typing import NDArray

from planning.cell_measures import CellMeasures

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def polsby_popper(area_m2: Floats, border_m: Floats) -> Floats:
    """How round each beat is: 1 for a circle, pi / 4 for a square, near 0 for a ribbon. Arrays (k,); NaN for no border.

    4 pi A / P squared, in metres only. Source: Polsby and Popper 1991.
    """
    return _ratio(4 * np.pi * area_m2, border_m**2)


def schwartzberg(area_m2: Floats, border_m: Floats) -> Floats:
    """Outline of the circle of the same area / outline of the beat. Arrays (k,), in metres; NaN for no border.

    2 sqrt(pi A) / P: the ratio of the source turned over, so that 1 is best here too. Source: Schwartzberg 1966.
    """
    return _ratio(2 * np.sqrt(np.pi * area_m2), border_m)


def reock(area_m2: Floats, circle_m: Floats) -> Floats:
    """Share of the smallest circle around each beat that the beat fills. `circle_m` is its radius. Arrays (k,).

    A / (pi R squared); 2 / pi for a square. Source: Reock 1961.
    """
    return _ratio(area_m2, np.pi * circle_m**2)


def hull_share(area_m2: Floats, hull_m2: Floats) -> Floats:
    """Share of its convex hull that each beat fills: 1 without bays or holes. Arrays (k,); NaN for an empty beat.

    A / A of the hull. Source: Niemi, Grofman, Carlucci and Hofeller 1990.
    """
    return _ratio(area_m2, hull_m2)


def enclosures(measures: CellMeasures, owner: Integers, beats: Integers) -> Floats:
    """Area of the convex hull in m² and radius of the smallest enclosing circle in m of some beats: (len(beats), 2).

    `owner` (n,) gives the beat of each cell, -1 for none. Both depend only on the corners of the cells' hulls, so no
    outline is needed. 0 for a beat without cells. Source of the circle: GEOS, exact.
    """
    found = np.zeros((len(beats), 2))
    slot = np.full(max([int(owner.max(initial=-1)), *beats.tolist()], default=-1) + 2, -1)
    slot[beats] = np.arange(len(beats))  # the last place stays -1, for the cells in no beat
    beat = slot[owner][measures.hull_cell]
    kept = np.flatnonzero(beat >= 0)
    kept = kept[np.argsort(beat[kept], kind="stable")]
    if not len(kept):
        return found
    there, index = np.unique(beat[kept], return_inverse=True)
    hulls = shapely.convex_hull(shapely.linestrings(measures.hull_xy_m[kept], indices=index))
    found[there] = np.column_stack([shapely.area(hulls), shapely.minimum_bounding_radius(hulls)])
    return found


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
