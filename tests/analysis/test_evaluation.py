"""A town of four cells of 1 km in a row, 4 km². Training 0 6 3 1, test 1 5 4 0: 10 incidents.

Ranked by training: cells 1, 2, 3, 0. At 25 % of the area 5 hits: hit rate 0.5, PAI 2, PEI 5 / 5, training rate 0.6, RRI 5/6.
At 50 %: 9 hits: PAI 1.8. Ranked with cells 1 and 2 equal, 25 % holds half of their 9: 4.5.
"""

import itertools
from datetime import date

import numpy as np
import pandas as pd
import pytest
import shapely

from analysis.analysis_grid import analysis_grid
from analysis.evaluation import DensitySurface, Evaluation, Origin, Training, all_counts, evaluate, gi_star, hit_curve, rolling_origins
from analysis.significance import hot_cells
from analysis.timing import Period
from layers.definition.refusal import Refusal

METRIC = "EPSG:4546"
FOUR = analysis_grid(shapely.box(0, 0, 4000, 1000), 1000, METRIC)
MAY, JUNE = Period(date(2025, 5, 1), date(2025, 5, 31)), Period(date(2025, 6, 1), date(2025, 6, 30))
TRAIN, TEST = np.array([[0, 6, 3, 1]]), np.array([[1, 5, 4, 0]])


def points(counts: np.ndarray, day: str) -> tuple[np.ndarray, np.ndarray, list[str]]:
    col = np.repeat(np.arange(4), counts[0])
    return col * 1000.0 + 500, np.full(len(col), 500.0), [f"{day}T10:00"] * len(col)


def both(train: np.ndarray = TRAIN, test: np.ndarray = TEST) -> tuple[np.ndarray, np.ndarray, list[str]]:
    a, b = points(train, "2025-05-20"), points(test, "2025-06-20")
    return np.append(a[0], b[0]), np.append(a[1], b[1]), a[2] + b[2]


def scored(share: float, **methods: object) -> Evaluation:
    return evaluate(FOUR, *both(), [Origin(MAY, JUNE)], {"all": all_counts, **methods}, share)


def row(found: Evaluation, method: str) -> pd.Series:
    return found.origins.set_index("method").loc[method]


# by hand


def test_the_measures_are_those_worked_by_hand() -> None:
    quarter, half = row(scored(0.25), "all"), row(scored(0.5), "all")
    assert (quarter["hits"], quarter["pai"], quarter["pei"], quarter["area_km2"]) == (5, 2, 1, 1)
    assert quarter["rri"] == pytest.approx(5 / 6)
    assert half["pai"] == pytest.approx(1.8) and half["tested"] == half["trained"] == 10


def test_an_area_between_cells_takes_part_of_a_cell() -> None:
    assert row(scored(0.375), "all")["hits"] == pytest.approx(5 + 4 / 2)


def test_equal_scores_have_their_expected_hits_in_whatever_order() -> None:
    for tie in ([[0, 6, 6, 1]], [[0, 6, 6 + 1e-12, 1]]):
        assert hit_curve(FOUR, np.array(tie, float), TEST).hits_at(0.25) == pytest.approx(4.5)


def test_a_uniform_map_is_chance_at_any_share() -> None:
    for share in (0.01, 0.1, 0.25, 0.6):
        assert row(scored(share), "uniform")["pai"] == pytest.approx(1)


def test_no_method_beats_the_best_possible() -> None:
    perfect = scored(0.25, oracle=lambda training: TEST.astype(float))
    assert row(perfect, "oracle")["pei"] == 1 and perfect.origins["pei"].max() == 1


def test_a_cell_that_the_border_cuts_counts_by_its_area_inside() -> None:
    cut = analysis_grid(shapely.box(0, 0, 3500, 1000), 1000, METRIC)
    curve = hit_curve(cut, np.array([[0.0, 1, 2, 3]]), np.array([[0.0, 0, 0, 6]]))
    assert curve.area_km2.tolist() == pytest.approx([0, 0.5, 1.5, 2.5, 3.5])
    assert curve.share_at([0.5 / 3.5]) == pytest.approx([1])


def test_the_curve_rises_from_chance_to_all() -> None:
    curve = scored(0.25).curve
    for _, own in curve.groupby("method"):
        assert own["hit_share"].is_monotonic_increasing and own["hit_share"].iloc[-1] == pytest.approx(1)
    uniform = curve[curve["method"] == "uniform"]
    assert uniform["hit_share"].to_numpy() == pytest.approx(uniform["area_share"].to_numpy())


# origins


def test_origins_roll_back_from_the_end_without_overlap() -> None:
    found = rolling_origins(date(2025, 1, 1), date(2025, 6, 30), 90, 28)
    assert len(found) == 3 and found[-1].test.last == date(2025, 6, 30)
    assert all((o.train.days, o.test.days) == (90, 28) and o.train.last < o.test.first for o in found)
    assert all(a.test.last < b.test.first for a, b in itertools.pairwise(found))


def test_a_method_sees_nothing_of_the_test() -> None:
    seen: list[Training] = []
    scored(0.25, spy=lambda training: seen.append(training) or all_counts(training))
    assert len(seen) == 1 and seen[0].at.max() < np.datetime64("2025-06-01")


def test_intervals_are_over_origins_and_the_difference_is_paired() -> None:
    rng = np.random.default_rng(4)
    town = analysis_grid(shapely.box(0, 0, 3000, 3000), 100, METRIC)
    n = 3000
    hot = rng.random(n) < 0.5
    x = np.where(hot, rng.normal(1500, 150, n), rng.uniform(0, 3000, n)).clip(0, 2999)
    y = np.where(hot, rng.normal(1500, 150, n), rng.uniform(0, 3000, n)).clip(0, 2999)
    at = np.datetime64("2025-01-01") + rng.integers(0, 181, n).astype("timedelta64[D]")
    origins = rolling_origins(date(2025, 1, 1), date(2025, 6, 30), 90, 14)
    found = evaluate(town, x, y, at, origins, {"density": DensitySurface(400)}, 0.05)
    table, pai = found.table.set_index("method"), found.origins.pivot(index="test", columns="method", values="pai")
    assert table.loc["density", "origins"] == len(origins) == 6
    assert table.loc["density", "pai"] == pytest.approx(pai["density"].mean())
    assert table.loc["density", "pai_lower"] > table.loc["last_counts", "pai"] > table.loc["uniform", "pai"]
    half = 2.5706 * pai["density"].std() / np.sqrt(6)  # t of 5 degrees of freedom
    assert table.loc["density", "pai_upper"] - table.loc["density", "pai"] == pytest.approx(half, rel=1e-4)
    assert table.loc["density", "pai_over_counts"] == pytest.approx((pai["density"] - pai["last_counts"]).mean())
    assert table.loc["uniform", "pai"] == pytest.approx(1) and table.loc["last_counts", "pai_over_counts"] == 0
    assert (found.area_km2, found.crs, found.size_m) == (pytest.approx(0.45), METRIC, 100) and not found.notices


def test_gi_star_ranks_by_the_z_of_the_training_alone() -> None:
    town = analysis_grid(shapely.Point(1000, 1000).buffer(900), 100, METRIC)
    rng = np.random.default_rng(2)
    x, y = rng.normal(1200, 200, (2, 400))
    at = np.where(np.arange(400) < 300, np.datetime64("2025-05-10"), np.datetime64("2025-06-10"))
    scores: list[np.ndarray] = []
    evaluate(town, x, y, at, [Origin(MAY, JUNE)], {"gi_star": lambda training: scores.append(gi_star(training)) or scores[0]})
    tested = hot_cells(town, x[:300], y[:300], shuffles=19)
    np.testing.assert_allclose(scores[0][town.mask], tested.z[town.mask])
    empty = evaluate(town, x[300:], y[300:], at[300:], [Origin(MAY, JUNE)], {"gi_star": gi_star})
    assert row(empty, "gi_star")["pai"] == pytest.approx(1)  # nothing learnt: chance


def test_few_origins_have_no_interval_and_say_so() -> None:
    found = scored(0.25)
    assert found.table["pai_lower"].isna().all() and any("no interval" in notice.en for notice in found.notices)
    assert any("10 incidents tested" in notice.en for notice in found.notices)


def test_an_empty_test_is_told_and_an_empty_training_is_chance() -> None:
    july = Period(date(2025, 7, 1), date(2025, 7, 31))
    april = Period(date(2025, 4, 1), date(2025, 4, 30))
    found = evaluate(FOUR, *both(), [Origin(april, MAY), Origin(MAY, JUNE), Origin(JUNE, july)], {"d": DensitySurface(1500)}, 0.25)
    assert found.empty_tests == (july,) and found.table["origins"].tolist() == [2, 2, 2]
    first = found.origins[found.origins["test"] == MAY.title.en]
    assert first["pai"].tolist() == pytest.approx([1, 1, 1]) and first["rri"].isna().all()
    assert any("Some training has no incidents" in notice.en for notice in found.notices)
    assert "nan" not in found.table.to_csv().lower() + found.origins.to_csv().lower()


def test_incidents_outside_or_without_a_time_are_counted() -> None:
    x, y, at = both()
    found = evaluate(FOUR, [*x, 1e6, 500], [*y, 1e6, 500], [*at, "2025-06-01", None], [Origin(MAY, JUNE)], {})
    assert found.n_dropped == 2


def test_all_in_one_place_is_scored_like_any_other() -> None:
    one = np.array([[0, 20, 0, 0]])
    found = evaluate(FOUR, *both(one, one), [Origin(MAY, JUNE)], {}, 0.25)
    assert row(found, "last_counts")["pai"] == 4 and row(found, "last_counts")["rri"] == 1


# refuses


def test_what_can_not_be_checked_is_refused() -> None:
    with pytest.raises(Refusal, match="overlaps the training"):
        Origin(MAY, Period(date(2025, 5, 31), date(2025, 6, 30)))
    with pytest.raises(Refusal, match="1 of which overlap"):
        evaluate(FOUR, *both(), [Origin(MAY, JUNE), Origin(MAY, JUNE)], {})
    with pytest.raises(Refusal, match="0 tests"):
        evaluate(FOUR, *both(), [], {})
    with pytest.raises(Refusal, match="share of the area of 1"):
        evaluate(FOUR, *both(), [Origin(MAY, JUNE)], {}, 1)
    with pytest.raises(Refusal, match="no incidents"):
        evaluate(FOUR, [], [], [], [Origin(MAY, JUNE)], {})
    with pytest.raises(Refusal, match="None of the 1 tests"):
        evaluate(FOUR, *points(TRAIN, "2025-05-20"), [Origin(MAY, JUNE)], {})
    with pytest.raises(Refusal, match="4 cells of the town have no score"):
        scored(0.25, broken=lambda training: np.full((1, 4), np.nan))
    with pytest.raises(Refusal, match="10 days of data do not hold 20"):
        rolling_origins(date(2025, 6, 1), date(2025, 6, 10), 20, 5)


def test_stopping_leaves_the_origins_done() -> None:
    origins = [Origin(Period(date(2025, 4, 1), date(2025, 4, 30)), MAY), Origin(MAY, JUNE)]
    assert evaluate(FOUR, *both(), origins, {}, progress=lambda done: done < 1).table["origins"].tolist() == [1, 1]
