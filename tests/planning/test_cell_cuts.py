"""A square of 1 km, cut along lines."""

import numpy as np
import pytest
import shapely

from layers.definition.refusal import Refusal
from planning.cell_cuts import faces_of, from_west

SQUARE = shapely.box(0, 0, 1000, 1000)


def areas(*xy: tuple[float, float]) -> list[float]:
    return sorted(shapely.area(faces_of(SQUARE, shapely.LineString(xy), "x")).round(3).tolist())


def test_a_line_from_border_to_border_gives_two_faces() -> None:
    assert areas((300, -10), (300, 1010)) == [300_000, 700_000]


@pytest.mark.parametrize("short", [0, 1e-9, 0.3, 24.9])
def test_ends_on_the_border_or_just_short_of_it_reach_it(short: float) -> None:
    assert areas((300, short), (300, 1000 - short)) == pytest.approx([300_000, 700_000])


def test_an_end_that_runs_along_the_border_goes_to_its_nearest_point() -> None:
    # straight on from (300, 20) westwards the border is 300 m off, downwards 20 m: 500 x 1000 less 200 x 20 in the west
    assert areas((500, 1010), (500, 20), (300, 20)) == [496_000, 504_000]


def test_an_end_further_off_is_meant_and_does_not_cut() -> None:
    with pytest.raises(Refusal, match="does not part cell x"):
        areas((300, 26), (300, 1010))


def test_a_road_in_two_pieces_is_one_line() -> None:
    road = shapely.MultiLineString([[(300, -10), (300, 400)], [(300, 400), (300, 1010)]])
    assert len(faces_of(SQUARE, road, "x")) == 2


def test_side_roads_that_end_inside_leave_no_trace() -> None:
    road = shapely.MultiLineString([[(300, -10), (300, 400)], [(300, 400), (300, 1010)], [(300, 400), (600, 400)]])
    assert shapely.get_num_coordinates(faces_of(SQUARE, road, "x")).max() <= 7


def test_corners_of_the_area_keep_their_coordinates() -> None:
    corners = set(map(tuple, shapely.get_coordinates(faces_of(SQUARE, shapely.LineString([(333, -7), (444, 1007)]), "x"))))
    assert set(map(tuple, shapely.get_coordinates(SQUARE))) <= corners


def test_heights_are_left_out() -> None:
    assert not shapely.has_z(faces_of(SQUARE, shapely.LineString([(300, -10, 5), (300, 1010, 5)]), "x")).any()


def test_parts_are_numbered_from_west_to_east_and_north_to_south() -> None:
    tall = np.array([shapely.box(5, 0, 9, 9), shapely.box(0, 0, 4, 4), shapely.box(0, 5, 4, 9)])
    assert [shape.bounds[:2] for shape in from_west(tall)] == [(0, 5), (0, 0), (5, 0)]
