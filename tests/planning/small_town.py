"""Nine cells of 1 km, three beats, and a river with a bridge: what the tests of planning/ work by hand on.

    g3  h3  i2      workload 70 80 90      dwellings 7 8 9
    d1  e3  f2               40 50 60                4 5 6
    ~~~~[]~~~~      a river along y = 1000, 100 m wide, with a bridge at x = 1500 when asked for
    a1  b1  c2               10 20 30                1 2 3

Units: U1 is the southern row, U2 the rest.

beat  cells   workload  share    off the ideal of 150   area   border   roundness
1     a b d         70  7/45     -8/15                  3 km²  8 km     12 pi / 64 = 0.5890
2     c f i        180  2/5      +1/5                   3 km²  8 km     0.5890
3     e g h        200  4/9      +1/3                   3 km²  8 km     0.5890

Beats 1 and 3 are an L: hull 3.5 km², circle of R² = 2 km² around the corner where the two arms meet.
Beat 2 is a strip: hull 3 km², R² = (1² + 3²) / 4 = 2.5 km². Six borders of 1 km lie between different beats.
"""

import geopandas as gpd
import numpy as np
import shapely

from planning.plan import Beat, Plan, PlanHeader

METRIC = "EPSG:4546"
CODES = tuple("abcdefghi")
BEAT_OF = dict(zip(CODES, ["1", "1", "2", "1", "3", "2", "3", "3", "2"], strict=True))
RIVER = gpd.GeoSeries([shapely.box(-100, 950, 3100, 1050)], crs=METRIC)
BRIDGE = gpd.GeoSeries([shapely.Point(1500, 1000)], crs=METRIC)


def cells() -> gpd.GeoDataFrame:
    """The nine cells, from the south-west eastwards and northwards."""
    west, south = np.tile([0, 1000, 2000], 3), np.repeat([0, 1000, 2000], 3)
    return gpd.GeoDataFrame(
        {
            "code": CODES,
            "unit_code": ["U1"] * 3 + ["U2"] * 6,
            "dwellings": range(1, 10),
            "persons": range(2, 20, 2),
            "workload_min_week": np.arange(10.0, 100, 10),
        },
        geometry=shapely.box(west, south, west + 1000, south + 1000),
        crs=METRIC,
    )


def plan(beat_of: dict[str, str | None] | None = None, leads: tuple[str | None, ...] = ("P1", "P2", "P1")) -> Plan:
    """Three beats, 1 to 3, over the nine cells."""
    beats = tuple(Beat(str(i + 1), f"{i + 1}号警务区", f"Beat {i + 1}", lead) for i, lead in enumerate(leads))
    return Plan(PlanHeader("p", "方案", "plan", "draft"), beats, {**BEAT_OF, **(beat_of or {})})
