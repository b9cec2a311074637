"""The small town's numbers, see small_town.py. A post stands at the middle of cell a (distances: see test_reach.py).

Incidents: 4 in a, 1 in c, 3 in f. Places: 5 in a, 2 in e, 4 in i. P1 leads beats 1 and 3, P2 leads beat 2.
Beat 1 is 0, 1000, 1000 m from the post; beat 2 2000, 2236.1, 2828.4; beat 3 1414.2, 2000, 2236.1.
"""

import math

import numpy as np
import pandas as pd
import pytest

from layers.definition.refusal import Refusal
from planning.beat_outlines import beat_outlines
from planning.cell_graph import cell_graph
from planning.cell_measures import cell_measures
from planning.circumstances import Circumstances
from planning.metrics import METRICS, beat_table, plan_summary
from planning.plan import Beat, Plan
from planning.reach import straight_distance_m
from planning.tally import tally
from tests.planning.small_town import BRIDGE, CODES, RIVER, cells, plan
from tests.planning.test_beat_outlines import voronoi_beats
from tests.planning.test_cell_graph import voronoi_cells

INCIDENTS, PLACES = pd.Series({"a": 4, "c": 1, "f": 3}), pd.Series({"a": 5, "e": 2, "i": 4})
MEASURES = cell_measures(cells(), INCIDENTS, PLACES, pd.Series({"i": 1}))
BARE = cell_measures(cells()[["code", "geometry"]])
GRAPH = cell_graph(cells())
POST = straight_distance_m(MEASURES.inner_xy_m, (500, 500))
DEMAND = np.zeros((9, 168))
DEMAND[:, 0], DEMAND[4, 1] = 1, 3  # one minute each on Monday 00:00, and three more in cell e an hour later
AROUND = Circumstances(before=plan(), post_distance_m=POST, demand_min_week=DEMAND, on_duty=np.arange(168) == 0)


def of(the_plan, measures=MEASURES, graph=GRAPH, around=AROUND):
    return tally(the_plan, measures, graph, around)


def voronoi_plan(n=300):
    town = voronoi_cells(n).assign(workload_min_week=np.arange(n) / 7, unit_code=[f"u{i % 20}" for i in range(n)])
    beats = voronoi_beats(town)
    listed = tuple(Beat(b, b, b, f"P{i % 4}") for i, b in enumerate(sorted(set(beats.values()))))
    return town, Plan(plan().header, listed, beats)


# refuses


def test_a_graph_of_other_cells_and_figures_of_another_size_are_refused():
    with pytest.raises(Refusal, match="not of the same cells"):
        of(plan(), graph=cell_graph(cells()[:8]))
    with pytest.raises(Refusal, match="of 4 cells, not of the 9"):
        of(plan(), around=Circumstances(post_distance_m=POST[:4]))
    with pytest.raises(Refusal, match="of 2 beats, the plan has 3"):
        of(plan(), around=Circumstances(post_distance_m=np.zeros((9, 2))))


def test_work_is_kept_in_minutes_and_read_in_hours_a_week():
    work = METRICS["workload_min_week"]
    assert (work.unit.en, work.shown_unit.en) == ("minutes a week", "hours a week")
    assert [work.shown(minutes) for minutes in (90.0, 3.0, None, float("nan"))] == ["1.5", "0.1", "–", "–"]
    assert METRICS["border_km"].shown_unit == METRICS["border_km"].unit and METRICS["border_km"].shown(1.25) == "1.25"


def test_moving_unknown_cells_or_to_an_unknown_beat_is_refused():
    with pytest.raises(Refusal, match=r"1 cells are not there \(first: z"):
        of(plan()).moved(["a", "z"], "2")
    with pytest.raises(Refusal, match="no beat 9"):
        of(plan()).moved(["a"], "9")


# returns


def test_each_beat_has_the_numbers_worked_by_hand():
    table = beat_table(of(plan()))
    assert list(table.index) == ["1", "2", "3"] and list(table) == [key for key, m in METRICS.items() if m.scope == "beat"]
    assert table["cells"].to_list() == [3, 3, 3]
    assert table["dwellings"].to_list() == [7, 18, 20]
    assert table["persons"].to_list() == [14, 36, 40]
    assert table["incidents"].to_list() == [4, 4, 0]
    assert table["area_km2"].to_list() == [3, 3, 3] and table["border_km"].to_list() == [8, 8, 8]
    assert table["workload_min_week"].to_list() == [70, 180, 200]
    assert table["workload_share"].to_list() == pytest.approx([7 / 45, 2 / 5, 4 / 9])
    assert table["deviation"].to_list() == pytest.approx([-8 / 15, 1 / 5, 1 / 3])
    assert table["polsby_popper"].to_list() == pytest.approx([12 * math.pi / 64] * 3)
    assert table["schwartzberg"].to_list() == pytest.approx([math.sqrt(12 * math.pi / 64)] * 3)
    assert table["reock"].to_list() == pytest.approx([1.5 / math.pi, 1.2 / math.pi, 1.5 / math.pi])
    assert table["hull_share"].to_list() == pytest.approx([6 / 7, 1, 6 / 7])
    assert table["mean_post_distance_m"].to_list() == pytest.approx([2000 / 3, 7064.5 / 3, 5650.3 / 3])
    assert table["incident_post_distance_m"].to_list() == pytest.approx([0, 8708.3 / 4, math.nan], nan_ok=True)
    assert table["largest_post_distance_m"].to_list() == [1000, 2828.4, 2236.1]
    assert table["places_per_officer"].to_list() == [7, 4, 7]
    assert table["risk_places_per_officer"].to_list() == [0, 1, 0]


def test_the_plan_has_the_numbers_worked_by_hand():
    assert plan_summary(of(plan())) == pytest.approx(
        {
            "beats": 3,
            "unassigned_cells": 0,
            "largest_deviation": 8 / 15,
            "workload_variation": math.sqrt((80**2 + 30**2 + 50**2) / 3) / 150,
            "workload_gini": 26 / 135,
            "workload_theil": (7 * math.log(7 / 15) + 18 * math.log(6 / 5) + 20 * math.log(4 / 3)) / 45,
            "mean_polsby_popper": 12 * math.pi / 64,
            "mean_schwartzberg": math.sqrt(12 * math.pi / 64),
            "mean_reock": 1.4 / math.pi,
            "mean_hull_share": 19 / 21,
            "cut_border_km": 6,
            "split_units": 2,
            "plan_mean_post_distance_m": 14714.8 / 9,
            "plan_incident_post_distance_m": 8708.3 / 8,
            "plan_largest_post_distance_m": 2828.4,
            "most_places_per_officer": 7,
            "most_risk_places_per_officer": 1,
            "kept_beat_cells_share": 1,
            "kept_beat_dwellings_share": 1,
            "kept_beat_workload_share": 1,
            "kept_lead_cells_share": 1,
            "kept_lead_dwellings_share": 1,
            "kept_lead_workload_share": 1,
            "unserved_share": 3 / 12,
        }
    )


def test_sums_and_borders_are_exact_whole_numbers():
    totals = of(plan()).totals
    assert totals.wholes["workload"].tolist() == [7000, 18_000, 20_000] and totals.border_dm.tolist() == [80_000] * 3
    assert totals.cut_border_dm == 60_000 and totals.wholes["area"].dtype == np.int64


def test_borders_are_those_of_the_dissolved_cells_to_half_a_decimetre_a_border():
    town, whole = voronoi_plan()
    found = beat_table(tally(whole, cell_measures(town), cell_graph(town)))["border_km"]
    np.testing.assert_allclose(found, beat_outlines(town, whole.beat_of).length / 1000, atol=0.01)
    by_river = tally(plan(), MEASURES, cell_graph(cells(), RIVER, BRIDGE))
    assert beat_table(by_river)["border_km"].to_list() == [8, 8, 8]


def test_a_graph_in_another_order_gives_the_same():
    turned = cell_graph(cells()[::-1])
    pd.testing.assert_frame_equal(beat_table(of(plan(), graph=turned)), beat_table(of(plan())))


def test_the_equal_part_does_not_move_while_cells_are_unassigned():
    table, summary = beat_table(of(plan({"i": None}))), plan_summary(of(plan({"i": None})))
    assert table.loc["2", "workload_min_week"] == 90 and table.loc["2", "deviation"] == pytest.approx(90 / 150 - 1)
    assert table["workload_share"].sum() == pytest.approx(0.8)
    assert summary["unassigned_cells"] == 1 and summary["cut_border_km"] == 5  # h-i lies towards no beat
    assert summary["kept_lead_cells_share"] == pytest.approx(8 / 9)


def test_a_cell_that_the_plan_lacks_is_unassigned():
    fewer = Plan(plan().header, plan().beats, {"a": "1"})
    assert plan_summary(of(fewer))["unassigned_cells"] == 8


def test_an_empty_beat_has_zeros_and_no_shape_or_distance():
    empty = of(plan(leads=("P1", "P2", "P3", None)))
    row, summary = beat_table(empty).loc["4"], plan_summary(empty)
    assert (row["cells"], row["area_km2"], row["deviation"]) == (0, 0, -1)
    shapeless = ["polsby_popper", "schwartzberg", "reock", "hull_share", "mean_post_distance_m", "largest_post_distance_m"]
    assert row[[*shapeless, "places_per_officer"]].isna().all()
    assert summary["mean_hull_share"] == pytest.approx(19 / 21) and summary["plan_largest_post_distance_m"] == 2828.4


def test_what_is_not_known_is_missing_and_not_zero():
    bare = tally(plan(), BARE)
    known = beat_table(bare).dropna(axis=1, how="all")
    assert list(known) == ["cells", "area_km2", "reock", "hull_share"]
    summary = plan_summary(bare)
    assert {key for key, value in summary.items() if value is not None} == {"beats", "unassigned_cells", "mean_reock", "mean_hull_share"}


def test_a_distance_that_is_not_known_makes_its_beats_unknown_and_no_others():
    unreachable = np.where(np.array(CODES) == "f", np.inf, POST)
    found = of(plan(), around=Circumstances(post_distance_m=unreachable))
    assert beat_table(found)["largest_post_distance_m"].to_list() == pytest.approx([1000, math.nan, 2236.1], nan_ok=True)
    assert beat_table(found)["mean_post_distance_m"].isna().to_list() == [False, True, False]
    assert plan_summary(found)["plan_largest_post_distance_m"] is None and plan_summary(found)["plan_mean_post_distance_m"] is None


def test_each_beat_can_have_its_own_post():
    posts = straight_distance_m(MEASURES.inner_xy_m, [(500, 500), (2500, 1500), (1500, 2500)])
    table = beat_table(of(plan(), around=Circumstances(post_distance_m=posts)))
    assert table["largest_post_distance_m"].to_list() == [1000, 1000, 1000]
    moved = of(plan(), around=Circumstances(post_distance_m=posts)).moved(["b"], "2")
    assert beat_table(moved).loc["2", "largest_post_distance_m"] == 1414.2


def test_what_keeps_its_beat_and_what_keeps_its_lead():
    to_same_lead = plan_summary(of(plan({"e": "1"})))  # P1 leads 1 and 3; e has 5 of 45 dwellings, 50 of 450 minutes
    assert to_same_lead["kept_beat_cells_share"] == pytest.approx(8 / 9) and to_same_lead["kept_lead_cells_share"] == 1
    assert to_same_lead["kept_beat_dwellings_share"] == pytest.approx(40 / 45)
    assert to_same_lead["kept_beat_workload_share"] == pytest.approx(400 / 450)
    to_another = plan_summary(of(plan({"i": "3"})))
    assert to_another["kept_lead_dwellings_share"] == pytest.approx(36 / 45)
    swapped = plan_summary(of(plan(leads=("P2", "P2", "P9"))))
    assert swapped["kept_beat_cells_share"] == 1 and swapped["kept_lead_cells_share"] == pytest.approx(3 / 9)


def test_continuity_counts_only_cells_that_had_a_beat_or_a_lead():
    before = plan({"a": None, "b": None}, leads=("P1", "P2", None))
    summary = plan_summary(of(plan({"c": "1"}), around=Circumstances(before=before)))
    assert summary["kept_beat_cells_share"] == pytest.approx(6 / 7)
    assert summary["kept_lead_cells_share"] == pytest.approx(3 / 4)  # c d f i had a lead; c went from P2 to P1
    gone = Plan(before.header, (Beat("7", "7", "7", "P1"),), dict.fromkeys(CODES, "7"))
    assert plan_summary(of(plan(), around=Circumstances(before=gone)))["kept_beat_cells_share"] == 0


def test_duty_hours_may_differ_by_beat_and_cells_in_no_beat_have_none():
    duty = np.zeros((3, 168), dtype=bool)
    duty[0, 0] = duty[1, 0] = duty[2, 1] = True
    around = Circumstances(demand_min_week=DEMAND, on_duty=duty)
    assert plan_summary(of(plan(), around=around))["unserved_share"] == pytest.approx(3 / 12)  # e g h at 00:00
    assert plan_summary(of(plan({"e": None}), around=around))["unserved_share"] == pytest.approx(6 / 12)
    assert plan_summary(of(plan({"e": None})))["unserved_share"] == pytest.approx(3 / 12)  # the town's one roster


def test_cells_that_name_no_unit_are_no_unit_of_their_own():
    partly = cell_measures(cells().assign(unit_code=[None, None, None, *["U2"] * 6]))
    assert plan_summary(of(plan(), partly))["split_units"] == 1


def test_a_moved_cell_gives_what_starting_again_gives():
    found, cell_of = of(plan()), {}
    for cells_moved, to in ((["e"], "1"), (["a", "b"], "2"), (["i"], None), (["i"], "3"), (["e"], "3"), ([], "2")):
        found = found.moved(cells_moved, to)
        cell_of |= dict.fromkeys(cells_moved, to)
        again = of(plan(cell_of))
        pd.testing.assert_frame_equal(beat_table(found), beat_table(again))
        assert plan_summary(found) == plan_summary(again)


def test_many_random_moves_give_what_starting_again_gives():
    town, whole = voronoi_plan()
    measures, graph, rng = cell_measures(town), cell_graph(town), np.random.default_rng(5)
    around = Circumstances(before=whole, post_distance_m=straight_distance_m(measures.inner_xy_m, (5000, 5000)))
    found = tally(whole, measures, graph, around)
    for _ in range(40):
        cell, to = str(rng.choice(town["code"])), whole.beats[rng.integers(len(whole.beats))].code
        found, whole = found.moved([cell], to), whole.with_cells([cell], to)
    again = tally(whole, measures, graph, around)
    pd.testing.assert_frame_equal(beat_table(found), beat_table(again), check_exact=True)
    assert plan_summary(found) == plan_summary(again)


def test_a_plan_without_beats_has_an_empty_table():
    nothing = of(Plan(plan().header, (), {}))
    assert beat_table(nothing).empty
    assert plan_summary(nothing)["largest_deviation"] is None and plan_summary(nothing)["unassigned_cells"] == 9


def test_every_measure_says_what_it_is_in_both_languages():
    for key, metric in METRICS.items():
        assert metric.key == key and all((*metric.title, *metric.about, metric.formula, metric.source))
        assert metric.version >= 1 and metric.digits >= 0
