"""A plan goes over to new cells by overlap. Old cells are the nine of small_town, 1 km each, see there.

g3  h3  i2
d1  e3  f2
a1  b1  c2
"""

from dataclasses import replace

import geopandas as gpd
import pytest
import shapely

from layers.definition.refusal import Refusal
from planning.carry_over import carry_over
from tests.planning.small_town import METRIC, cells, plan

OLD = cells()


def with_changes(drop: str, **new: shapely.Polygon) -> gpd.GeoDataFrame:
    """The nine cells without those in `drop`, and with new ones."""
    kept = OLD[~OLD["code"].isin(list(drop))][["code", "geometry"]]
    shapes = [*kept.geometry, *new.values()]
    return gpd.GeoDataFrame({"code": [*kept["code"], *new]}, geometry=shapes, crs=METRIC)


def test_the_same_cells_keep_their_beats_and_nothing_is_reported() -> None:
    carried = carry_over(plan({"e": None}), OLD, OLD)
    assert carried.plan == plan({"e": None}) and carried.changed_share == 0
    assert not (carried.vanished or carried.new or carried.split or carried.merged or carried.not_carried or carried.lines)


def test_a_split_cell_hands_its_beat_to_both_parts() -> None:
    carried = carry_over(plan(), OLD, with_changes("b", b1=shapely.box(1000, 0, 1500, 1000), b2=shapely.box(1500, 0, 2000, 1000)))
    assert carried.plan.beat_of["b1"] == carried.plan.beat_of["b2"] == "1" and "b" not in carried.plan.beat_of
    assert (carried.vanished, carried.new, dict(carried.split)) == (("b",), ("b1", "b2"), {"b": ("b1", "b2")})
    assert not carried.merged and carried.changed_share == 0
    assert [line.en for line in carried.lines][-1] == "Cell b was split into b1, b2."


def test_merged_cells_take_the_beat_of_the_larger_and_the_rest_is_counted() -> None:
    # b (beat 1) and 60 % of c (beat 2) become bc; the rest of c keeps its code: 0.6 of 9 km² changes beat
    carried = carry_over(plan(), OLD, with_changes("bc", bc=shapely.box(1000, 0, 2600, 1000), c=shapely.box(2600, 0, 3000, 1000)))
    assert carried.plan.beat_of["bc"] == "1" and carried.plan.beat_of["c"] == "2"
    assert dict(carried.merged) == {"bc": ("b", "c")} and not carried.split
    assert carried.changed_share == pytest.approx(0.6 / 9)


def test_a_cell_of_which_no_old_cell_covers_half_is_left_unassigned_and_told() -> None:
    # x is 900 m x 1500 m: 500 x 1000 of b, 400 x 1000 of c, 900 x 500 outside; 500 / 1350 = 0.3704
    west, east = shapely.box(1000, 0, 1500, 1000), shapely.box(2400, 0, 3000, 1000)
    carried = carry_over(plan(), OLD, with_changes("bc", b=west, x=shapely.box(1500, -500, 2400, 1000), c=east))
    assert carried.plan.beat_of["x"] is None and dict(carried.not_carried) == {"x": 0.3704}
    assert carried.changed_share == pytest.approx(0.9 / 9)


def test_new_ground_is_not_carried() -> None:
    carried = carry_over(plan(), OLD, with_changes("", z=shapely.box(5000, 0, 6000, 1000)))
    assert carried.plan.beat_of["z"] is None and dict(carried.not_carried) == {"z": 0.0} and carried.changed_share == 0


def test_a_corrected_border_is_neither_split_nor_merger() -> None:
    carried = carry_over(plan(), OLD, with_changes("bc", b=shapely.box(1000, 0, 2030, 1000), c=shapely.box(2030, 0, 3000, 1000)))
    assert not carried.split and not carried.merged and carried.changed_share == pytest.approx(0.03 / 9)


def test_header_and_beats_stay_even_when_a_beat_loses_all_cells() -> None:
    carried = carry_over(plan(), OLD, with_changes("egh"))
    assert carried.plan.header == plan().header and carried.plan.beats == plan().beats and carried.plan.cells_of("3") == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (OLD.to_crs("EPSG:4490"), OLD, "no metres"),
        (OLD, OLD.to_crs("EPSG:4545"), "same coordinate system"),
        (OLD, OLD.assign(code="a"), "occur twice"),
        (OLD.iloc[1:], OLD, r"alone \(first: a\)"),
        (OLD, gpd.GeoDataFrame({"code": ["a"]}, geometry=[shapely.Polygon()], crs=METRIC), "no area"),
    ],
)
def test_refuses_cells_that_do_not_fit(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        carry_over(plan(), old, new)


def test_a_lock_goes_with_its_cell() -> None:
    locked = replace(plan(), locked_cells=frozenset("ab"))
    carried = carry_over(locked, OLD, with_changes("b", b1=shapely.box(1000, 0, 1500, 1000), b2=shapely.box(1500, 0, 2000, 1000)))
    assert carried.plan.locked_cells == {"a", "b1", "b2"}
