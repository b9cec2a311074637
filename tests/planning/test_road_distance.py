"""Distance along roads to the middle of the nine cells of small_town, 1 km each: middles at 500, 1500, 2500 both ways.

A main road runs along y = 400 from x = 0 to 3000, a side road up x = 1600 from y = 400 to 3000. The post is at (100, 300).
    a  100 to the road, 400 along it, 100 to the middle: 600
    b  100 + 1400 + 100 along the main road; the side road is also 100 away and reached later or as late
    h  100 + 1500 + 2100 + 100 = 3800;   i  its middle (2500, 2500) is 900 from the side road: 100 + 1500 + 2100 + 900 = 4600
"""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from layers.definition.refusal import Refusal
from planning.road_distance import RoadDistances, road_distances
from tests.planning.small_town import METRIC, cells

CELLS = cells()
MAIN, SIDE = [(0, 400), (3000, 400)], [(1600, 400), (1600, 3000)]


def roads(*lines: list[tuple[float, float]]) -> gpd.GeoSeries:
    return gpd.GeoSeries([shapely.LineString(line) for line in lines], crs=METRIC)


def posts(*xy: tuple[float, float]) -> gpd.GeoSeries:
    return gpd.GeoSeries(shapely.points(xy), index=[f"post {i + 1}" for i in range(len(xy))], crs=METRIC)


def found(*lines: list[tuple[float, float]], at: tuple[float, float] = (100, 300)) -> RoadDistances:
    return road_distances(CELLS, posts(at), roads(*lines))


def test_distances_are_as_worked_by_hand() -> None:
    distance_m = found(MAIN, SIDE).distance_m["post 1"]
    assert distance_m["a"] == pytest.approx(600)
    assert distance_m["h"] == pytest.approx(3800) and distance_m["i"] == pytest.approx(4600)
    assert found(MAIN, SIDE).access_m["i"] == pytest.approx(900) and found(MAIN, SIDE).post_access_m["post 1"] == pytest.approx(100)


def test_post_and_cell_on_the_same_stretch_go_straight_along_it() -> None:
    assert found(MAIN, at=(2400, 400)).distance_m.loc["c", "post 1"] == pytest.approx(100 + 100)


def test_roads_that_cross_meet_without_a_common_vertex() -> None:
    crossing = [(1600, 0), (1600, 3000)]
    assert found(MAIN, crossing).distance_m.loc["h", "post 1"] == pytest.approx(3800)


@pytest.mark.parametrize("gap_m", [0.0, 1e-7, 0.2, 0.99])
def test_an_end_just_short_of_a_road_is_joined_to_it(gap_m: float) -> None:
    assert found(MAIN, [(1600, 400 + gap_m), (1600, 3000)]).distance_m.loc["h", "post 1"] == pytest.approx(3800, abs=0.01)


def test_how_far_ends_are_joined_can_be_chosen() -> None:
    short = roads(MAIN, [(1600, 403), (1600, 3000)])
    assert road_distances(CELLS, posts((100, 300)), short).unreachable
    assert road_distances(CELLS, posts((100, 300)), short, join_m=5).distance_m.loc["h", "post 1"] == pytest.approx(3800, abs=0.01)


def test_cells_on_roads_of_their_own_are_unreachable_and_told() -> None:
    apart = [(1550, 1100), (1550, 3000)]
    result = found(MAIN, apart)
    assert [cell for cell, _ in result.unreachable] == list("defghi") and np.isnan(result.distance_m.loc["e", "post 1"])
    assert "6 pairs of cell and post have no roads that join them (first: d, post 1)." in [line.en for line in result.lines]


def test_the_shorter_of_two_ways_round_counts() -> None:
    # from (0, 400) to (3000, 400) by a detour over y = 1400 as well
    detour = [(0, 400), (0, 1400), (3000, 1400), (3000, 400)]
    assert found(MAIN, detour).distance_m.loc["f", "post 1"] == pytest.approx(100 + 100 + 1000 + 2500 + 100)


def test_several_posts_have_a_column_each() -> None:
    result = road_distances(CELLS, posts((100, 300), (2500, 500)), roads(MAIN, SIDE))
    assert result.distance_m.columns.tolist() == ["post 1", "post 2"] and result.distance_m.index.tolist() == list("abcdefghi")
    assert result.distance_m.loc["c", "post 2"] == pytest.approx(100 + 0 + 100)


def test_a_far_road_is_told() -> None:
    assert any("over 1000 m from a road" in line.en for line in found(MAIN).lines)


def test_the_way_along_roads_is_never_shorter_than_the_straight_line() -> None:
    random = np.random.default_rng(3)
    net = roads(*(random.uniform(0, 3000, (4, 2)).tolist() for _ in range(12)))
    here = posts(*random.uniform(0, 3000, (5, 2)).tolist())
    result = road_distances(CELLS, here, net)
    straight = shapely.distance(shapely.point_on_surface(CELLS.geometry.to_numpy())[:, None], here.to_numpy()[None, :])
    reached = np.isfinite(result.distance_m.to_numpy())
    assert reached.any() and (result.distance_m.to_numpy()[reached] >= straight[reached] - 0.01).all()


@pytest.mark.parametrize(
    ("town", "where", "net", "said"),
    [
        (CELLS.to_crs("EPSG:4490"), posts((1, 1)), roads(MAIN), "no metres"),
        (CELLS, posts((1, 1)).to_crs("EPSG:4490"), roads(MAIN), "posts are not in the coordinate system"),
        (CELLS, posts((1, 1)), roads(MAIN).to_crs("EPSG:4490"), "roads are not in the coordinate system"),
        (CELLS, posts((1, 1)).iloc[:0], roads(MAIN), "no posts"),
        (CELLS, posts((1, 1)), roads(MAIN).iloc[:0], "no roads"),
        (CELLS, posts((1, 1)), gpd.GeoSeries([None, shapely.LineString(MAIN)], crs=METRIC), r"1 roads have no geometry .*row 1"),
        (CELLS, gpd.GeoSeries([shapely.LineString(MAIN)], crs=METRIC), roads(MAIN), "wrong kind"),
    ],
)
def test_refuses_what_does_not_fit(town: gpd.GeoDataFrame, where: gpd.GeoSeries, net: gpd.GeoSeries, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        road_distances(town, where, net)
