"""The small town's numbers, see small_town.py. Workloads 70, 180, 200; ideal 150.

Largest deviation: |70 / 150 - 1| = 8/15.     Variation: sqrt((80² + 30² + 50²) / 3) / 150 = 0.38103.
Gini: (-2 * 70 + 0 * 180 + 2 * 200) / (3 * 450) = 26/135.
"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.definition.refusal import Refusal
from planning.cell_graph import cell_graph
from planning.metrics import METRICS, beat_table, gini, largest_deviation, plan_summary, polsby_popper, variation
from tests.planning.small_town import BRIDGE, RIVER, cells, plan
from tests.planning.test_beat_outlines import voronoi_beats
from tests.planning.test_cell_graph import voronoi_cells

WORKLOADS = np.array([70.0, 180.0, 200.0])
works = st.lists(st.floats(0, 1e6), min_size=1, max_size=20).map(np.array).filter(lambda w: w.sum() > 1e-3)


def test_each_beat_has_the_numbers_worked_by_hand():
    table = beat_table(plan(), cells())
    assert list(table.index) == ["1", "2", "3"] and list(table) == [key for key, m in METRICS.items() if m.scope == "beat"]
    assert table["cells"].to_list() == [3, 3, 3]
    assert table["dwellings"].to_list() == [7, 18, 20]
    assert table["persons"].to_list() == [14, 36, 40]
    assert table["area_km2"].to_list() == [3, 3, 3]
    assert table["workload_min_week"].to_list() == [70, 180, 200]
    assert table["workload_share"].to_list() == pytest.approx([7 / 45, 2 / 5, 4 / 9])
    assert table["deviation"].to_list() == pytest.approx([-8 / 15, 1 / 5, 1 / 3])
    assert table["polsby_popper"].to_list() == pytest.approx([12 * math.pi / 64] * 3)


def test_the_plan_has_the_numbers_worked_by_hand():
    assert plan_summary(plan(), cells()) == pytest.approx(
        {
            "beats": 3,
            "unassigned_cells": 0,
            "largest_deviation": 8 / 15,
            "workload_variation": math.sqrt((80**2 + 30**2 + 50**2) / 3) / 150,
            "workload_gini": 26 / 135,
            "mean_polsby_popper": 12 * math.pi / 64,
        }
    )


def test_a_graph_gives_the_same_borders_as_dissolving_the_cells():
    town = voronoi_cells(300).assign(workload_min_week=1.0)
    beats = voronoi_beats(town)
    graph = cell_graph(town)
    whole = plan().__class__(plan().header, tuple(plan().beats[0].__class__(b, b, b) for b in sorted(set(beats.values()))), beats)
    np.testing.assert_allclose(beat_table(whole, town, graph), beat_table(whole, town), rtol=1e-9)
    river_too = cell_graph(cells(), RIVER, BRIDGE)
    np.testing.assert_allclose(beat_table(plan(), cells(), river_too), beat_table(plan(), cells()))


def test_the_ideal_does_not_move_while_cells_are_unassigned():
    table = beat_table(plan({"i": None}), cells(), cell_graph(cells()))
    assert table.loc["2", "workload_min_week"] == 90 and table.loc["2", "deviation"] == pytest.approx(90 / 150 - 1)
    assert table["workload_share"].sum() == pytest.approx(0.8)
    assert plan_summary(plan({"i": None}), cells())["unassigned_cells"] == 1


def test_a_cell_that_the_plan_lacks_is_unassigned():
    fewer = plan().__class__(plan().header, plan().beats, {"a": "1"})
    assert plan_summary(fewer, cells())["unassigned_cells"] == 8


def test_an_empty_beat_has_zeros_and_no_roundness():
    empty = plan(leads=("P1", "P2", "P3", None))
    for graph in (None, cell_graph(cells())):
        row = beat_table(empty, cells(), graph).loc["4"]
        assert (row["cells"], row["area_km2"], row["deviation"]) == (0, 0, -1) and math.isnan(row["polsby_popper"])
        assert plan_summary(empty, cells(), graph)["mean_polsby_popper"] == pytest.approx(12 * math.pi / 64)


def test_what_is_not_known_is_missing_and_not_zero():
    bare = cells()[["code", "geometry"]]
    table = beat_table(plan(), bare)
    assert table[["dwellings", "persons", "workload_min_week", "deviation"]].isna().all(axis=None)
    summary = plan_summary(plan(), bare)
    assert summary["workload_gini"] is None and summary["largest_deviation"] is None and summary["beats"] == 3


def test_a_plan_without_beats_has_an_empty_table():
    nothing = plan().__class__(plan().header, (), {})
    assert beat_table(nothing, cells()).empty
    assert plan_summary(nothing, cells())["largest_deviation"] is None


def test_degrees_are_refused():
    with pytest.raises(Refusal, match="no metres"):
        beat_table(plan(), cells().to_crs(4490))


def test_shapes_have_their_known_roundness():
    circle, square, ribbon = (math.pi, 2 * math.pi), (1, 4), (10, 2 * 10 + 2 * 1)
    areas, borders = np.array([circle, square, ribbon]).T
    assert polsby_popper(areas, borders).tolist() == pytest.approx([1, math.pi / 4, 4 * math.pi * 10 / 22**2])


def test_the_measures_of_balance_by_hand():
    assert gini(WORKLOADS) == pytest.approx(26 / 135)
    assert gini(np.array([0, 0, 0, 8.0])) == pytest.approx(3 / 4)
    assert (gini(np.full(5, 3.0)), variation(np.full(5, 3.0)), largest_deviation(np.full(5, 3.0), 3)) == (0, 0, 0)
    assert largest_deviation(np.array([90, 100, 125.0]), 100) == pytest.approx(0.25)
    for nothing in (np.array([]), np.zeros(3)):
        assert math.isnan(gini(nothing)) and math.isnan(variation(nothing))


@given(works, st.floats(0.1, 1000))
def test_measures_of_balance_do_not_depend_on_order_or_unit(work, factor):
    for measure in (gini, variation):
        assert measure(work) == pytest.approx(measure(np.sort(work)[::-1] * factor), abs=1e-9)
    assert -1e-12 <= gini(work) <= 1 - 1 / len(work) + 1e-12


def test_every_measure_says_what_it_is_in_both_languages():
    for key, metric in METRICS.items():
        assert metric.key == key and metric.title.zh and metric.title.en and metric.about and metric.source and metric.version >= 1
