"""Cells of 100 m (0.01 km²), counts by hand; row 0 is the southernmost.

row 2   .  .  9      north-east cell: 9 in 0.01 km², half of it in the town in one test
row 1   .  .  .
row 0   4  4  .      two cells side by side: 8 in 0.02 km²; 3 more incidents elsewhere
"""

import numpy as np
import pytest
import shapely

from analysis.analysis_grid import AnalysisGrid, analysis_grid
from analysis.hex_grid import hex_grid
from analysis.hotspot_areas import densest_cells, hotspot_areas
from layers.definition.refusal import Refusal

METRIC = "EPSG:4546"
GRID = analysis_grid(shapely.box(0, 0, 300, 300), 100, METRIC)
COUNTS = np.array([[4, 4, 1], [1, 1, 0], [0, 0, 9.0]])
HOT = COUNTS >= 4


def test_cells_side_by_side_are_one_area_with_count_density_rank_and_shares():
    found = hotspot_areas(GRID, HOT, COUNTS, days=365.25 * 2)
    table = found.areas
    assert table["rank"].tolist() == [1, 2] and table["cells"].tolist() == [1, 2] and table["count"].tolist() == [9, 8]
    assert table["area_km2"].tolist() == pytest.approx([0.01, 0.02]) and table["per_km2"].tolist() == pytest.approx([900, 400])
    assert table["per_km2_year"].tolist() == pytest.approx([450, 200])
    assert (found.share_of_incidents, found.share_of_area) == (pytest.approx(17 / 20), pytest.approx(1 / 3))
    assert table.crs.to_string() == METRIC and table.geometry[1].equals(shapely.box(0, 0, 200, 100))
    assert found.summary.en == "2 hotspot areas: 85.0% of the incidents in 33.3% of the area."


def test_cells_that_touch_at_a_corner_alone_are_two_areas():
    assert len(hotspot_areas(GRID, np.eye(3, dtype=bool), COUNTS).areas) == 3


def test_area_is_what_lies_inside_the_town_and_the_outline_cuts_the_polygon():
    town = shapely.box(0, 0, 250, 300)
    grid = analysis_grid(town, 100, METRIC)
    found = hotspot_areas(grid, HOT, COUNTS, outline=town).areas
    assert found["area_km2"][0] == pytest.approx(0.005) and found.geometry[0].area == pytest.approx(5000)
    assert found["per_km2"][0] == pytest.approx(1800)


def test_hexagons_join_on_all_six_sides():
    grid = hex_grid(shapely.Point(1000, 1000).buffer(900), 100, METRIC)
    row, col = np.argwhere(grid.inside_share == 1)[60]
    chosen = np.zeros(grid.mask.shape, bool)
    for offset, first, last in grid.runs(1):
        chosen[row + offset, col + first : col + last + 1] = True
    found = hotspot_areas(grid, chosen, chosen.astype(float)).areas
    assert found["cells"].tolist() == [7] and found.geometry[0].geom_type == "Polygon"
    assert found.geometry[0].area == pytest.approx(7 * grid.cell_km2 * 1e6)
    chosen[row, col + 1] = chosen[row + 1, col - 1] = False
    assert len(hotspot_areas(grid, chosen, chosen.astype(float)).areas) == 1


def test_nothing_chosen_is_an_empty_table_with_a_word():
    found = hotspot_areas(GRID, np.zeros((3, 3), bool), COUNTS)
    assert len(found.areas) == 0 and found.share_of_incidents == 0 and found.summary.en == "There are no hotspot areas."
    assert hotspot_areas(GRID, HOT, np.zeros((3, 3))).areas["share_of_incidents"].tolist() == [0, 0]


def test_the_densest_cells_fill_at_most_the_share_and_take_no_tie_by_chance():
    assert densest_cells(GRID, COUNTS, 1 / 9).tolist() == (COUNTS == 9).tolist()
    assert densest_cells(GRID, COUNTS, 2 / 9).tolist() == (COUNTS == 9).tolist()  # both fours or none
    assert densest_cells(GRID, COUNTS, 3 / 9).tolist() == HOT.tolist()
    assert densest_cells(GRID, COUNTS, 1).tolist() == (COUNTS > 0).tolist()
    assert not densest_cells(GRID, np.zeros((3, 3)), 0.5).any()
    edge = AnalysisGrid(0, 0, 100.0, METRIC, np.array([[1, 0.5, 0.0]]))
    assert densest_cells(edge, np.array([[1, 2, np.nan]]), 0.4).tolist() == [[False, True, False]]


@pytest.mark.parametrize("share", [0, -1, 1.5, float("nan")])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(Refusal, match="between 0 and 1"):
        densest_cells(GRID, COUNTS, share)


def test_data_of_another_grid_and_no_days_are_refused():
    with pytest.raises(Refusal, match="differ in rows"):
        hotspot_areas(GRID, HOT[:2], COUNTS)
    with pytest.raises(Refusal, match="0 days"):
        hotspot_areas(GRID, HOT, COUNTS, days=0)
