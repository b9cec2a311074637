"""Cells given to areas of a boundary file. The nine cells of small_town are 1 km each, 0 to 3000 both ways.

West is x < 1600, East the rest: column b e h lies 60 % in West and 40 % in East.
"""

import geopandas as gpd
import pytest
import shapely

from layers.definition.refusal import Refusal
from planning.plan import Plan, PlanHeader
from planning.plan_from_areas import plan_from_areas
from tests.planning.small_town import METRIC, cells

CELLS = cells()


def areas(*shapes: shapely.Geometry, **columns: list) -> gpd.GeoDataFrame:
    codes = [f"{i + 1}" for i in range(len(shapes))]
    return gpd.GeoDataFrame({"code": codes, **columns}, geometry=list(shapes), crs=METRIC)


HALVES = areas(shapely.box(0, 0, 1600, 3000), shapely.box(1600, 0, 3000, 3000), name=["西", "东"], name_en=["West", None])


def test_each_cell_goes_where_most_of_it_lies() -> None:
    found = plan_from_areas(CELLS, HALVES)
    assert dict(found.beat_of) == dict(zip("abcdefghi", "112112112", strict=True))
    assert [(beat.code, beat.name, beat.name_en) for beat in found.beats] == [("1", "西", "West"), ("2", "东", "2")]
    Plan(PlanHeader("p", "方案", "plan", "draft"), found.beats, found.beat_of)


def test_shares_are_stated_and_straddling_cells_listed() -> None:
    found = plan_from_areas(CELLS, HALVES)
    assert found.shares.loc["b"].tolist() == ["1", pytest.approx(0.6), "2", pytest.approx(0.4), pytest.approx(1)]
    assert found.shares.loc["a", "second"] is None
    assert dict(found.straddling) == {code: (("1", 0.6), ("2", 0.4)) for code in "beh"}
    assert "Cell b lies across areas: 1 60%, 2 40%." in [line.en for line in found.lines]


def test_a_border_drawn_a_little_differently_is_no_straddling() -> None:
    assert not plan_from_areas(CELLS, areas(shapely.box(0, 0, 1040, 3000), shapely.box(1040, 0, 3000, 3000))).straddling


def test_cells_less_than_half_covered_are_unassigned_and_listed() -> None:
    found = plan_from_areas(CELLS, areas(shapely.box(0, 0, 3000, 1400)))
    assert found.unassigned == tuple("defghi") and found.shares.loc["d", "covered"] == pytest.approx(0.4)
    assert any("6 cells are less than half covered" in line.en for line in found.lines)


def test_three_areas_that_cover_a_cell_together_give_it_to_the_largest() -> None:
    found = plan_from_areas(CELLS, areas(*(shapely.box(0, y, 3000, top) for y, top in ((0, 400), (400, 750), (750, 1000)))))
    assert found.beat_of["a"] == "1" and found.straddling["a"] == (("1", 0.4), ("2", 0.35), ("3", 0.25))


def test_rows_with_one_code_are_one_area() -> None:
    parts = areas(shapely.box(0, 0, 1000, 3000), shapely.box(1000, 0, 1600, 3000), shapely.box(1600, 0, 3000, 3000)).assign(
        code=["1", "1", "2"]
    )
    assert plan_from_areas(CELLS, parts).beat_of == plan_from_areas(CELLS, HALVES).beat_of


def test_areas_that_overlap_are_counted_once_and_told() -> None:
    found = plan_from_areas(CELLS, areas(shapely.box(0, 0, 1000, 1000), shapely.box(0, 0, 300, 1000), shapely.box(1000, 0, 1400, 1000)))
    assert found.overlap_m2 == pytest.approx(300_000) and found.shares.loc["a", "covered"] == pytest.approx(1)
    assert found.beat_of["b"] is None and found.empty == ("2", "3")
    assert found.lines[-1].en == "Areas overlap each other by 300,000 m²."


def test_an_area_beside_the_town_stays_as_a_beat_without_cells() -> None:
    found = plan_from_areas(CELLS, areas(shapely.box(0, 0, 3000, 3000), shapely.box(9000, 0, 9100, 100)))
    assert found.empty == ("2",) and len(found.beats) == 2 and set(found.beat_of.values()) == {"1"}


def test_numbers_as_codes_become_text() -> None:
    assert plan_from_areas(CELLS, HALVES.assign(code=[7, 8])).beat_of["a"] == "7"


@pytest.mark.parametrize(
    ("town", "given", "said"),
    [
        (CELLS.to_crs("EPSG:4490"), HALVES, "no metres"),
        (CELLS, HALVES.to_crs("EPSG:4490"), "coordinate system of the cells"),
        (CELLS, HALVES.drop(columns="code"), "no column of codes"),
        (CELLS, HALVES.iloc[:0], "no areas"),
        (CELLS, HALVES.assign(code=["1", None]), r"1 row of the areas has no code \(first: row 2\)"),
        (CELLS, HALVES.assign(code=["1", " "]), "has no code"),
        (CELLS, areas(shapely.LineString([(0, 0), (1, 1)])), "has no polygon"),
        (CELLS, areas(shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])), "crosses itself"),
        (CELLS.assign(code="a"), HALVES, "code twice"),
    ],
)
def test_refuses_areas_that_do_not_fit(town: gpd.GeoDataFrame, given: gpd.GeoDataFrame, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        plan_from_areas(town, given)
