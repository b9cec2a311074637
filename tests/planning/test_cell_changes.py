"""Cells split, merged and parted anew. The nine cells of small_town are 1 km each, see there; units U1 (a b c) and U2.

g3  h3  i2      dwellings 7 8 9
d1  e3  f2                4 5 6
a1  b1  c2                1 2 3
"""

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.definition.refusal import Refusal
from planning.cell_changes import CellChange, merge_cells, move_border, split_cell
from planning.cell_graph import cell_graph
from planning.plan import Plan
from tests.planning.small_town import METRIC, cells, plan

TOWN = cells().assign(name=[f"{code}格" for code in "abcdefghi"])
COUNTS = ["dwellings", "persons", "workload_min_week"]


def line(*xy: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString(xy)


def points(*xy: tuple[float, float]) -> gpd.GeoSeries:
    return gpd.GeoSeries(shapely.points(xy), crs=METRIC)


def cell(change: CellChange, code: str) -> pd.Series:
    return change.cells.set_index("code").loc[code]


def check_sound(change: CellChange, before: gpd.GeoDataFrame) -> None:
    after = change.cells
    assert shapely.coverage_is_valid(after.geometry.to_numpy(), gap_width=0.5) and after.geometry.is_valid.all()
    assert after.geometry.area.sum() == pytest.approx(before.geometry.area.sum(), abs=1e-6 * before.geometry.area.sum())
    assert after[COUNTS].sum().tolist() == before[COUNTS].sum().tolist()
    assert change.counts_before == change.counts_after
    assert list(after.columns) == list(before.columns) and after.crs == before.crs and after["code"].is_unique
    assert after.dtypes.drop("geometry").equals(before.dtypes.drop("geometry"))


# splitting


def test_a_split_cell_becomes_children_with_new_codes_from_west_to_east() -> None:
    change = split_cell(TOWN, "e", line((1250, 900), (1250, 2100)))
    check_sound(change, TOWN)
    assert dict(change.children) == {"e": ("U2001", "U2002")} and change.parents == {"U2001": ("e",), "U2002": ("e",)}
    assert change.cells["code"].tolist() == ["a", "b", "c", "d", "U2001", "U2002", "f", "g", "h", "i"]
    assert cell(change, "U2001").geometry.equals(shapely.box(1000, 1000, 1250, 2000))
    assert cell(change, "U2001")["name"] == "e格(1)" and cell(change, "U2002")["unit_code"] == "U2"
    # 5 dwellings by area 1 : 3 are 1.25 and 3.75; the larger remainder gets the odd one
    assert (cell(change, "U2001")["dwellings"], cell(change, "U2002")["dwellings"]) == (1, 4)


def test_the_neighbours_get_the_vertex_and_keep_their_ground() -> None:
    change = split_cell(TOWN, "e", line((1250, 900), (1290, 2100)))
    assert change.changed == ("b", "h")
    assert shapely.get_num_coordinates(cell(change, "b").geometry) == 6
    assert cell(change, "b").geometry.area == pytest.approx(1e6)
    assert cell(change, "d").geometry == TOWN.geometry.iloc[3]


def test_the_children_make_up_the_parent() -> None:
    change = split_cell(TOWN, "e", line((900, 1100), (1400, 1700), (2100, 1900)))
    children = change.cells[change.cells["code"].isin(change.children["e"])]
    assert shapely.symmetric_difference(children.union_all(), TOWN.geometry.iloc[4]).area < 1e-6


def test_an_end_just_short_of_the_border_is_drawn_out_straight_on() -> None:
    change = split_cell(TOWN, "e", line((1500, 1020), (1500, 1500), (1740, 1980)))
    check_sound(change, TOWN)
    corners = {tuple(corner) for corner in shapely.get_coordinates(cell(change, "U2001").geometry).round(6)}
    assert {(1500.0, 1000.0), (1750.0, 2000.0)} <= corners


def test_a_cut_near_a_corner_goes_through_it() -> None:
    change = split_cell(TOWN, "e", line((1000.3, 1000.2), (1999.8, 1999.9)))
    check_sound(change, TOWN)
    assert change.changed == () and cell(change, "U2001").geometry.area == pytest.approx(5e5)


def test_a_line_that_crosses_twice_leaves_three_children() -> None:
    change = split_cell(TOWN, "e", shapely.MultiLineString([[(1300, 900), (1300, 2100)], [(1600, 900), (1600, 2100)]]))
    check_sound(change, TOWN)
    assert change.children["e"] == ("U2001", "U2002", "U2003")


def test_a_loop_inside_cuts_out_an_island() -> None:
    change = split_cell(TOWN, "e", shapely.box(1200, 1200, 1500, 1500).boundary)
    check_sound(change, TOWN)
    assert change.changed == () and len(change.children["e"]) == 2


def test_codes_go_on_after_the_highest_and_retired_ones_are_not_used_again() -> None:
    first = split_cell(TOWN, "e", line((1500, 900), (1500, 2100)))
    again = split_cell(first.cells, "U2001", line((900, 1500), (1600, 1500)), taken=["U2003"])
    check_sound(again, TOWN)
    assert again.children["U2001"] == ("U2004", "U2005")


def test_counts_follow_incidents_or_points_of_their_own_and_area_for_want_of_them() -> None:
    cut = line((1500, 900), (1500, 2100))
    west = points((1100, 1500), (1200, 1500), (1300, 1500), (1900, 1500), (500, 500))  # 3 : 1, and one in another cell
    change = split_cell(TOWN, "e", cut, "incidents", west)
    check_sound(change, TOWN)
    assert [cell(change, code)["dwellings"] for code in change.children["e"]] == [4, 1]
    assert change.shared_by["dwellings"].en == "points"
    mixed = split_cell(TOWN, "e", cut, {"dwellings": points((1900, 1500)), "persons": "area", "workload_min_week": points((10, 10))})
    assert [cell(mixed, code)["dwellings"] for code in mixed.children["e"]] == [0, 5]
    assert [cell(mixed, code)["persons"] for code in mixed.children["e"]] == [5, 5]
    assert mixed.shared_by["workload_min_week"].en == "area, for want of points"


def test_dwellings_that_were_counted_are_kept_and_all_else_goes_by_them() -> None:
    cut = line((1500, 900), (1500, 2100))
    change = split_cell(TOWN, "e", cut, (4, 1))
    check_sound(change, TOWN)
    west, east = (cell(change, code) for code in change.children["e"])
    assert (west["dwellings"], east["dwellings"], west["persons"], east["persons"]) == (4, 1, 8, 2)
    assert change.shared_by["persons"].en == "dwellings as counted"
    for wrong in ((5,), (3, 1), (6, -1), ()):
        with pytest.raises(Refusal, match="must add up to 5"):
            split_cell(TOWN, "e", cut, wrong)


def test_a_missing_count_stays_missing_and_a_fraction_is_shared_in_proportion() -> None:
    town = TOWN.assign(rented=[1.0, 2, 3, 4, None, 6, 7, 8, 9], hours=[0.5] * 9)
    change = split_cell(town, "e", line((1250, 900), (1250, 2100)))
    assert change.cells.set_index("code")["rented"].loc[list(change.children["e"])].isna().all()
    assert cell(change, "U2001")["hours"] == pytest.approx(0.125)


def test_a_parent_of_several_pieces_gives_the_untouched_piece_to_the_nearest_child() -> None:
    island = shapely.box(5000, 0, 6000, 1000)
    town = gpd.GeoDataFrame(TOWN.assign(geometry=[*TOWN.geometry[:8], shapely.union(TOWN.geometry.iloc[8], island)]), crs=METRIC)
    change = split_cell(town, "i", line((2500, 1900), (2500, 3100)))
    assert cell(change, "U2002").geometry.area == pytest.approx(1.5e6) and change.cells.area.sum() == pytest.approx(10e6)


@pytest.mark.parametrize(
    ("town", "code", "cut", "more", "said"),
    [
        (TOWN.to_crs("EPSG:4490"), "e", line((0, 0), (1, 1)), {}, "no metres"),
        (TOWN, "z", line((1500, 900), (1500, 2100)), {}, r"no 1 such cells \(first: z\)"),
        (TOWN, "e", line((1500, 900), (1500, 1900)), {}, "does not part cell e"),
        (TOWN, "e", line((100, 100), (200, 200)), {}, "does not part cell e"),
        (TOWN, "e", line((1003, 900), (1003, 2100)), {}, "1 slivers .*3.0 m wide"),
        (TOWN, "e", shapely.MultiLineString([[(x, 900), (x, 2100)] for x in range(1050, 1950, 50)]), {}, "into 19 parts"),
        (TOWN, "e", line((1500, 900), (1500, 2100)), {"share_by": "incidents"}, "No incidents"),
        (TOWN, "e", line((1500, 900), (1500, 2100)), {"share_by": "guess"}, "can't be shared"),
        (TOWN, "e", line((1500, 900), (1500, 2100)), {"share_by": {"dwelings": "area"}}, "first: dwelings"),
        (TOWN, "e", line((1500, 900), (1500, 2100)), {"taken": [f"U2{i:03d}" for i in range(1, 999)]}, "has 1 cell numbers left of the 2"),
        (TOWN.assign(code="a"), "a", line((1500, 900), (1500, 2100)), {}, "occur twice"),
    ],
)
def test_refuses_a_split(town: gpd.GeoDataFrame, code: str, cut: shapely.Geometry, more: dict, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        split_cell(town, code, cut, **more)


def test_refuses_points_in_another_system_and_neighbours_that_do_not_meet() -> None:
    cut = line((1500, 900), (1500, 2100))
    with pytest.raises(Refusal, match="points to share by"):
        split_cell(TOWN, "e", cut, "incidents", points((1, 1)).to_crs("EPSG:4545"))
    overlapping = TOWN.set_geometry(
        [shapely.box(900, 1000, 2000, 2000) if code == "e" else shape for code, shape in zip(TOWN["code"], TOWN.geometry, strict=True)]
    )
    with pytest.raises(Refusal, match="do not meet exactly"):
        split_cell(overlapping.set_crs(METRIC), "e", cut)


def test_a_table_with_another_index_and_another_name_for_its_geometry_is_as_good() -> None:
    town = TOWN.rename_geometry("outline").set_index(pd.Index(list("ihgfedcba")))
    change = split_cell(town, "e", line((1250, 900), (1250, 2100)))
    assert list(change.cells.columns) == list(town.columns) and change.cells.geometry.name == "outline"
    assert change.cells["code"].tolist()[3:7] == ["d", "U2001", "U2002", "f"] and change.cells.area.sum() == pytest.approx(9e6)


# merging


def test_merged_cells_keep_the_lowest_code_and_add_up() -> None:
    change = merge_cells(TOWN, ["f", "e", "d"])
    check_sound(change, TOWN)
    assert dict(change.children) == {"d": ("d",), "e": ("d",), "f": ("d",)} and change.parents == {"d": ("d", "e", "f")}
    assert change.cells["code"].tolist() == ["a", "b", "c", "d", "g", "h", "i"]
    assert cell(change, "d")["dwellings"] == 15 and cell(change, "d")["name"] == "d格"
    assert change.changed == ()


def test_a_split_taken_back_gives_the_same_ground_and_counts() -> None:
    split = split_cell(TOWN, "e", line((1250, 900), (1250, 2100)))
    back = merge_cells(split.cells, split.children["e"])
    check_sound(back, TOWN)
    assert cell(back, "U2001").geometry.equals(TOWN.geometry.iloc[4]) and cell(back, "U2001")["dwellings"] == 5


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (["a", "d"], "2 units: U1, U2"),
        (["d", "f"], "in 2 pieces without a common border .first: d; second: f"),
        (["d"], "at least two"),
        (["d", "z"], "first: z"),
    ],
)
def test_refuses_a_merger(codes: list[str], said: str) -> None:
    with pytest.raises(Refusal, match=said):
        merge_cells(TOWN, codes)


# moving a border


def test_a_moved_border_moves_for_both_and_ground_takes_its_counts_along() -> None:
    change = move_border(TOWN, "e", "f", line((1500, 900), (1500, 2100)))
    check_sound(change, TOWN)
    assert cell(change, "e").geometry.area == pytest.approx(5e5) and cell(change, "f").geometry.area == pytest.approx(1.5e6)
    # half of e's 5 dwellings: 2.5 each, the first gets the odd one
    assert (cell(change, "e")["dwellings"], cell(change, "f")["dwellings"]) == (3, 8)
    assert change.changed == ("b", "h") and change.carried(plan()) == plan()


def test_a_small_cell_may_grow_far_into_a_large_one() -> None:
    town = merge_cells(TOWN, ["e", "f"]).cells  # d has 1 km², e has 2 km² to its east
    change = move_border(town, "d", "e", line((2400, 900), (2400, 2100)))
    assert cell(change, "d").geometry.bounds == pytest.approx((0, 1000, 2400, 2000))


@pytest.mark.parametrize(
    ("a", "b", "new", "said"),
    [
        ("e", "f", line((1200, 900), (1200, 1500)), "does not part"),
        ("e", "f", shapely.MultiLineString([[(1200, 900), (1200, 2100)], [(2200, 900), (2200, 2100)]]), "3 pieces instead of 2"),
        ("d", "f", line((1200, 900), (1200, 2100)), "share no border"),
        ("b", "e", line((900, 900), (2100, 900)), "2 units"),
        ("e", "e", line((1200, 900), (1200, 2100)), "share no border"),
    ],
)
def test_refuses_a_border(a: str, b: str, new: shapely.Geometry, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        move_border(TOWN, a, b, new)


# plans over the new cells


def locked(*codes: str) -> Plan:
    old = plan()
    return Plan(old.header, old.beats, old.beat_of, frozenset(codes))


def test_children_take_their_parents_beat_and_lock() -> None:
    carried = split_cell(TOWN, "e", line((1250, 900), (1250, 2100))).carried(locked("e", "a"))
    assert carried.beat_of["U2001"] == carried.beat_of["U2002"] == "3" and "e" not in carried.beat_of
    assert carried.locked_cells == {"U2001", "U2002", "a"} and len(carried.beat_of) == 10


def test_cells_of_different_beats_are_merged_only_into_a_named_beat() -> None:
    change = merge_cells(TOWN, ["d", "e"])
    with pytest.raises(Refusal, match="different beats: 1, 3"):
        change.carried(plan())
    assert change.carried(plan(), into="3").beat_of["d"] == "3"
    with pytest.raises(Refusal, match=r"locked in their beat \(first: d\)"):
        change.carried(locked("d"), into="3")
    assert change.carried(locked("e"), into="3").locked_cells == {"d"}


def test_a_plan_without_the_old_cells_is_refused() -> None:
    change = split_cell(TOWN, "e", line((1250, 900), (1250, 2100)))
    with pytest.raises(Refusal, match="does not have 1 cells"):
        change.carried(change.carried(plan()))


def test_the_log_names_parents_children_and_how_counts_were_shared() -> None:
    said = [text.en for text in split_cell(TOWN, "e", line((1250, 900), (1250, 2100))).lines]
    assert said[0] == "Cell e into U2001, U2002." and "dwellings was shared by area." in said
    assert said[-1] == "2 neighbours got a vertex: b, h."
    assert merge_cells(TOWN, ["d", "e"]).lines[0].en == "Cells d, e were merged into d."


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 99), *[st.floats(0, 1)] * 4), min_size=1, max_size=8))
def test_any_sequence_of_splits_and_mergers_keeps_coverage_counts_and_beats(steps: list[tuple]) -> None:
    town, drawn = TOWN, plan()
    for splits, pick, *where in steps:
        code = town["code"].iloc[pick % len(town)]
        try:
            if splits:
                west, south, east, north = town.geometry.iloc[pick % len(town)].bounds
                a, b, c, d = where
                cut = line(
                    (west - 10, south + a * (north - south)),
                    (west + b * (east - west), south + c * (north - south)),
                    (east + 10, south + d * (north - south)),
                )
                change = split_cell(town, code, cut)
            else:
                units = town.set_index("code")["unit_code"]
                near = [other for other in cell_graph(town).neighbours(code) if units[other] == units[code]]
                change = merge_cells(town, [code, *near[:1]])
            drawn = change.carried(drawn, into=None if splits else drawn.beat_of[code])
        except Refusal:
            continue
        check_sound(change, town)
        town = change.cells
        assert set(drawn.beat_of) == set(town["code"]) and None not in drawn.beat_of.values()
    assert town[COUNTS].sum().tolist() == TOWN[COUNTS].sum().tolist()
    assert town.geometry.area.sum() == pytest.approx(9e6, rel=1e-6)
