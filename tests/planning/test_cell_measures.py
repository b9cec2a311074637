"""The small town in whole numbers: cell a has 10 minutes = 1,000 steps, 1 km² = 1,000,000 m², an outline of 4 km = 40,000 dm."""

import numpy as np
import pandas as pd
import pytest
import shapely

from layers.definition.refusal import Refusal
from planning.cell_graph import cell_graph
from planning.cell_measures import AMOUNTS, borders_dm, cell_measures, wholes
from tests.planning.small_town import CODES, cells


def with_values(column, values):
    return cells().assign(**{column: values})


# refuses


def test_degrees_are_refused():
    with pytest.raises(Refusal, match="no metres"):
        cell_measures(cells().to_crs(4490))


def test_codes_twice_and_cells_without_a_shape_are_refused():
    with pytest.raises(Refusal, match=r"1 cell codes occur twice \(first: a"):
        cell_measures(cells().replace({"code": {"b": "a"}}))
    bare = cells()
    bare.loc[[3, 4], "geometry"] = [None, shapely.Polygon()]
    with pytest.raises(Refusal, match=r"2 cells have no shape \(first: d"):
        cell_measures(bare)


@pytest.mark.parametrize("wrong", [-1.0, np.inf])
def test_negative_and_infinite_amounts_are_refused_with_the_first(wrong):
    with pytest.raises(Refusal, match=r"1 cells have a negative or infinite workload \(first: c"):
        cell_measures(with_values("workload_min_week", [1, 1, wrong, *[1] * 6]))


def test_a_sum_that_a_browser_could_not_hold_exactly_is_refused():
    cell_measures(with_values("persons", [2**52] + [0] * 8))
    with pytest.raises(Refusal, match="persons of all cells is too large"):
        cell_measures(with_values("persons", [2**52, 2**52] + [0] * 7))


def test_counts_for_unknown_cells_are_refused():
    with pytest.raises(Refusal, match=r"1 cells have a count but are not among the cells \(first: z"):
        cell_measures(cells(), incidents_per_cell=pd.Series({"a": 1, "z": 2}))


# returns


def test_every_amount_is_in_its_whole_steps():
    found = cell_measures(cells(), pd.Series({"c": 3, "a": 2}), places_per_cell=pd.Series({"i": 4}))
    first = {key: None if column is None else int(column[0]) for key, column in found.columns.items()}
    assert first == {
        "workload": 1000,
        "dwellings": 1,
        "persons": 2,
        "incidents": 2,
        "places": 0,
        "risk_places": None,
        "area": 1_000_000,
        "outline": 40_000,
    }
    assert found.columns["incidents"].tolist() == [2, 0, 3, 0, 0, 0, 0, 0, 0]
    assert all(column.dtype == np.int64 and not column.flags.writeable for column in found.columns.values() if column is not None)
    assert found.codes == CODES and found.unit_code.tolist() == ["U1"] * 3 + ["U2"] * 6
    assert found.total("workload") == 45_000 and found.total("risk_places") is None
    assert found.inner_xy_m[4].tolist() == [1500, 1500] and not found.missing


def test_halves_are_rounded_upwards():
    assert wholes([0.004, 0.005, 1.125, 2], 100).tolist() == [0, 1, 113, 200]


def test_a_missing_value_counts_as_0_and_is_told():
    found = cell_measures(with_values("dwellings", [None, 2, 3, 4, 5, None, 7, 8, 9]))
    assert found.missing == {"dwellings": ("a", "f")} and found.columns["dwellings"].tolist() == [0, 2, 3, 4, 5, 0, 7, 8, 9]


def test_a_column_that_every_cell_misses_or_that_is_not_there_is_not_known():
    found = cell_measures(with_values("dwellings", None).drop(columns=["persons", "unit_code"]))
    assert found.columns["dwellings"] is None and found.columns["persons"] is None
    assert found.missing == {} and found.unit_code is None


def test_the_tables_index_does_not_matter():
    turned = cells().set_index("code", drop=False)[::-1]
    found = cell_measures(turned, pd.Series({"a": 1}))
    assert found.codes == CODES[::-1] and found.columns["incidents"].tolist() == [0] * 8 + [1]
    assert found.positions(["a", "i"]).tolist() == [8, 0]
    with pytest.raises(Refusal, match=r"1 cells are not there \(first: z"):
        found.positions(["z"])


def test_no_cells_at_all_are_no_mistake():
    assert cell_measures(cells()[:0]).total("area") == 0


def test_borders_are_in_whole_decimetres():
    assert borders_dm(cell_graph(cells())).tolist() == [10_000] * 12


def test_every_amount_says_what_it_is_in_both_languages():
    assert all(key == a.key and all((*a.title, *a.unit)) and a.per_unit >= 1 for key, a in AMOUNTS.items())
