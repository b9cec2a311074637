"""Hotspots of the demo town and of made-up choices: counts that add up, small ones hidden, refusals in words, files with their basis.

The demo town (data/sample): 9,000 incidents from 2024-01-01 to 2025-12-31, 374.43 km²; in its last twelve months 3,193, of them 273
found by police. Same days a year earlier: 5,807.
"""

import json
import zlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from actions.caller import Caller
from actions.hotspot_basis import Basis
from actions.hotspot_change import change_view, density_change_view, displacement_of, published_displacement, usual_before
from actions.hotspot_data import chosen_rows, hotspot_data, source_counts, span
from actions.hotspot_evaluate import beat_workload, evaluation_view, held_line, repeat_view
from actions.hotspot_files import areas_to_save, grid_to_save, public_grid, save
from actions.hotspot_maps import (
    area_table,
    areas_patch_of,
    base_of_hotspots,
    change_patch_of,
    density_patch_of,
    roads_patch_of,
    significance_patch_of,
)
from actions.hotspot_persistence import classes_by, persistence_view
from actions.hotspot_significance import cluster_view, moran_view, road_view, significance_view
from actions.hotspot_when import holiday_table, read_holidays, when_view
from actions.hotspots import densest_areas, density_view, risk_view
from actions.see_map import IncidentFilter
from actions.workload_profiles import new_profile, profiles, save_profile
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from layers.drawing.web_patch import unpacked
from planning.workload import incident_minutes

YEAR = IncidentFilter(date(2025, 1, 1), date(2025, 12, 31))


@pytest.fixture(scope="session")
def officer(planner: Caller) -> Caller:
    """An officer of the whole town."""
    return replace(planner, role="officer")


def refusal(function: object, *given: object) -> Refusal:
    """What a call is refused with, in both languages."""
    with pytest.raises(Refusal) as caught:
        function(*given)  # type: ignore[operator]
    assert caught.value.text.zh and caught.value.text.en
    return caught.value


# counts


def test_reported_and_found_are_counted_apart_and_sum_to_n(planner: Caller) -> None:
    basis = density_view(planner, YEAR, 200, 500).basis
    assert (basis.reported, basis.found) == (2920, 273)
    assert basis.n + basis.n_dropped == 3193 == basis.reported + basis.found
    assert source_counts(planner, YEAR) == ("2,920", "273")
    assert source_counts(planner, replace(YEAR, sources=frozenset({"found"}))) == ("2,920", "273")


def test_a_density_integrates_to_the_incidents(planner: Caller) -> None:
    view = density_view(planner, YEAR, 100, 300).density
    whole = np.nansum(view.values * view.grid.inside_share) * view.grid.cell_km2 * 365 / 365.25
    assert whole == pytest.approx(3193, rel=0.01)


def test_the_basis_says_all_that_a_map_must(planner: Caller) -> None:
    view = significance_view(planner, YEAR, 200, shuffles=199, seed=7)
    line = view.basis.line.en
    for part in ("n = 3,193", "2,920 reported", "2025-01-01", "EPSG:4546", "374.43 km²", "cell 200 m", "left out", "share a coordinate"):
        assert part in line
    assert "threshold z" in line and "alpha = 0.05" in line and "199 shuffles, seed 7" in line
    assert view.basis.as_json()["seed"] == 7 and "Reports measure reporting" in view.basis.as_json()["cautions"][0]


def test_all_in_one_hour_of_the_table_is_what_the_filter_keeps(planner: Caller) -> None:
    view = when_view(planner, YEAR)
    assert view.hours.counts.sum() == 3193
    monday_at_8 = IncidentFilter(YEAR.first, YEAR.last, hours=frozenset({8}), weekdays=frozenset({0}))
    assert view.hours.counts[0, 8] == len(chosen_rows(planner, monday_at_8).table)


def test_spans_are_shared_out_with_mass_one(planner: Caller) -> None:
    view = when_view(planner, YEAR, spans=True)
    assert view.aoristic is not None and view.aoristic.mass.sum() == pytest.approx(3193)


def test_holidays_are_read_as_people_write_them() -> None:
    read = read_holidays("2025-10-01..2025-10-03，!2025-10-11")
    assert read is not None and read["kind"].to_list() == ["holiday"] * 3 + ["workday"]
    assert read_holidays(" ") is None
    assert "abc" in refusal(read_holidays, "abc").text.en


def test_change_sums_to_both_periods_and_a_row_is_held_against_the_trend_of_the_rest(planner: Caller) -> None:
    before, _ = usual_before(YEAR, span(planner)[0])
    assert (before.first, before.last) == (date(2024, 1, 1), date(2024, 12, 31))
    view = change_view(planner, YEAR, before, "unit")
    assert view.change.table[["before", "after"]].sum().to_list() == [5807, 3193]
    code = view.shown.index[0]
    own, rest = view.change.table.loc[code], view.change.table.drop(index=code)
    assert displacement_of(view, code).estimate == pytest.approx(own["after"] - own["before"] * rest["after"].sum() / rest["before"].sum())
    of_all = sum(displacement_of(view, c).estimate for c in view.shown.index)
    assert abs(of_all) < 0.02 * view.change.table["before"].sum()  # as many fare better than the rest as worse


def test_areas_alike_are_compared_by_the_published_difference(planner: Caller) -> None:
    before, _ = usual_before(YEAR, span(planner)[0])
    view = change_view(planner, YEAR, before, "unit")
    table, scale = view.change.table, 365 / 366
    one, two, three, four = view.shown.index[:4]
    change = table["after"] - table["before"] * scale
    found = published_displacement(view, [one, two], [three], around=[four])
    assert found.estimate == pytest.approx(change[one] + change[two] + change[four] - change[three])
    for treated, control, words in (([one], [one], "twice"), ([one], ["nowhere"], "no row 'nowhere'"), ([], [one], "at least one")):
        with pytest.raises(Refusal, match=words):
            published_displacement(view, treated, control)


def test_percent_is_hidden_below_five(planner: Caller) -> None:
    before, _ = usual_before(YEAR, span(planner)[0])
    fraud = replace(YEAR, categories=frozenset({"gambling"}))
    view = change_view(planner, fraud, before, "cell")
    few = view.change.table["before"] < 5
    assert few.any() and (view.shown.loc[few, "percent"] == "—").all()


def test_both_periods_have_one_grid_and_scale(planner: Caller) -> None:
    before, _ = usual_before(YEAR, span(planner)[0])
    change, basis = density_change_view(planner, YEAR, before, 200, 500)
    assert change.before.grid is change.after.grid and change.before.radius_m == change.after.radius_m == 500
    patch = change_patch_of(planner, change, basis)
    assert len(patch["colours"]) == len(patch["edges"]) == 7


def test_the_methods_are_scored_beside_both_baselines(planner: Caller) -> None:
    scores = evaluation_view(planner, YEAR, 200, 500).result.table.set_index("method")
    assert {"density", "last_counts", "uniform"} <= set(scores.index)
    assert float(scores.at["uniform", "pai"]) == pytest.approx(1)
    assert float(scores.at["density", "hit_share"]) > float(scores.at["last_counts", "hit_share"])


def test_the_check_is_told_in_one_sentence_beside_each_method(planner: Caller) -> None:
    view = evaluation_view(planner, YEAR, 400, 500, train_days=180, test_days=56)
    table = view.result.table.set_index("method")
    for method, name in (("density", "kernel density"), ("gi_star", "z of Gi*")):
        told = held_line(view, method).en
        assert f"best 5% of the area by {name}, {float(table.at[method, 'hit_share']):.0%} of the incidents" in told
        assert f"by last period's counts {float(table.at['last_counts', 'hit_share']):.0%}, by chance 5%" in told


def test_work_is_weighed_by_the_profile_that_is_named(drafter: Caller) -> None:
    usual = profiles(drafter)[0]
    doubled = {key: 2 * minutes for key, minutes in usual.minutes_per_incident.items()}
    save_profile(drafter, replace(new_profile(drafter, "double", usual, about=Text("试", "tried")), minutes_per_incident=doubled))
    one, two = (density_view(drafter, YEAR, 200, 500, of_work=True, profile=name) for name in (None, "double"))
    np.testing.assert_allclose(two.density.values, 2 * one.density.values)
    assert any("'double'" in text.en for text in two.basis.cautions)
    plain, double = (beat_workload(drafter, profile=name).table["minutes_week"] for name in (None, "double"))
    np.testing.assert_allclose(double, 2 * plain)
    assert "nowhere" in refusal(density_view, drafter, YEAR, 200, 500, True, "nowhere").text.en


def test_workload_of_a_beat_lies_in_its_interval(planner: Caller) -> None:
    table = beat_workload(planner).table
    assert ((table["low"] <= table["minutes_week"]) & (table["minutes_week"] <= table["high"])).all()


def test_a_cell_that_is_hot_in_all_months_is_persistent(planner: Caller) -> None:
    counted = persistence_view(planner, YEAR, 400).result.counted
    assert counted["persistent"] > 0 and sum(counted.values()) == hotspot_data(planner).grid(400).mask.sum()


def test_classes_are_counted_per_unit_beat_and_cell(planner: Caller) -> None:
    view = persistence_view(planner, YEAR, 400)
    counted = {name: n for name, n in view.result.counted.items() if name != "none"}
    for rows in ("unit", "beat", "cell"):
        table = classes_by(planner, view, rows)
        inside = table[list(counted)].sum()
        assert (inside <= pd.Series(counted)).all() and inside.sum() >= 0.9 * sum(counted.values())  # a centre may lie beyond the border
        assert table["name"].notna().all()


def test_an_hour_s_map_counts_spans_by_their_part_in_it(planner: Caller) -> None:
    hour = replace(YEAR, weekdays=frozenset({4}), hours=frozenset({20}))
    when = when_view(planner, YEAR, spans=True)
    shared = density_view(planner, hour, 200, 500, spans=True)
    told = next(text.en for text in shared.basis.cautions if "shared out" in text.en)
    assert f"{when.aoristic.mass[4, 20]:,.1f} incidents in all" in told
    per_km2 = shared.density.values * hour.exposure_days / 365.25
    assert np.nansum(per_km2 * shared.density.grid.inside_share) * shared.density.grid.cell_km2 == pytest.approx(
        when.aoristic.mass[4, 20] * shared.density.mass_ratio
    )
    begun = density_view(planner, hour, 200, 500)
    assert shared.basis.n >= begun.basis.n and density_view(planner, YEAR, 200, 500, spans=True).basis.n == 3193


def test_months_with_too_little_are_told_and_if_all_are_there_are_no_classes(planner: Caller) -> None:
    noise = replace(YEAR, categories=frozenset({"gambling", "noise"}))
    told = " ".join(text.en for text in persistence_view(planner, noise, 400).basis.cautions)
    assert "of the 12 months have too little for a verdict" in told
    assert "None of the 12 months" in refusal(persistence_view, planner, replace(YEAR, categories=frozenset({"gambling"})), 400).text.en


# maps


def test_maps_are_made_of_every_view(planner: Caller) -> None:
    density = density_patch_of(planner, density_view(planner, YEAR, 200, 500))
    assert density["n"] == 3193 and any(unpacked(density["classes"]))
    tested = significance_view(planner, YEAR, 200)
    assert len(areas_patch_of(planner, tested.claimed)["packed"]) > 100
    roads = json.loads(unpacked(roads_patch_of(planner, road_view(planner, YEAR, 200))["packed"]))["features"]
    assert roads and all(feature["properties"]["kind"] >= 0 for feature in roads)
    assert moran_view(planner, YEAR, 400, shuffles=99).result.reason is None
    assert len(cluster_view(planner, YEAR, 200).result.areas)


def test_the_base_of_the_map_holds_no_incident(planner: Caller) -> None:
    header = unpacked_header(base_of_hotspots(planner).packed)
    assert header["incidents"] is None and "incidents" not in [layer["key"] for layer in header["layers"]]


def unpacked_header(packed: bytes) -> dict:
    """The header of a map's base."""
    whole = zlib.decompress(packed)
    return json.loads(whole[4 : 4 + int.from_bytes(whole[:4], "little")])


def test_a_risk_is_not_shown_where_few_live(planner: Caller) -> None:
    low = risk_view(planner, YEAR, 200, 500, "persons", 50).risk
    high = risk_view(planner, YEAR, 200, 500, "persons", 5000).risk
    assert high.shown.sum() < low.shown.sum() and np.isfinite(low.values[low.shown]).all()


# fair use


def test_small_counts_are_hidden_from_an_officer_and_told_to_a_planner(planner: Caller, officer: Caller) -> None:
    rare = replace(YEAR, categories=frozenset({"gambling"}))
    exact, hidden = when_view(planner, rare).shown, when_view(officer, rare).shown
    small = exact.map(lambda v: 0 < int(v) < 5)
    assert small.to_numpy().any() and (hidden.to_numpy()[small.to_numpy()] != exact.to_numpy()[small.to_numpy()]).all()


def test_the_two_sources_can_not_be_subtracted(planner: Caller) -> None:
    basis = Basis(YEAR, "EPSG:4546", 1.0, n=10, reported=8, found=2, exact=False)
    assert basis.counts["found"] == "<5" and not basis.counts["reported"].isdigit()
    assert basis.as_json()["found_by_police"] == "<5"


def test_an_areas_density_is_hidden_with_its_count(officer: Caller) -> None:
    rare = replace(YEAR, categories=frozenset({"gambling"}))
    table = area_table(officer, densest_areas(officer, rare, 200, 300))
    hidden = ~table["count"].str.isdigit()
    assert hidden.any() and table.loc[hidden, ["per_km2_year", "share_of_incidents"]].isna().all().all()


def test_the_public_grid_is_coarse_and_tells_no_small_count(planner: Caller) -> None:
    table, basis = public_grid(planner, YEAR)
    assert set(table.columns) == {"shown", "geometry"} and np.allclose(table.area, 200 * 200)
    numbers = pd.to_numeric(table["shown"], errors="coerce").dropna()
    assert (numbers >= 5).all() and not basis.exact
    assert "200 m" in refusal(public_grid, planner, YEAR, 100).text.en


def test_who_may_not_see_or_export_is_refused(planner: Caller, officer: Caller, tmp_path: Path) -> None:
    refusal(density_view, replace(planner, role="viewer"), YEAR, 200, 500)
    view = densest_areas(planner, YEAR, 200, 500)
    refusal(save, officer, areas_to_save(planner, view), view.basis, tmp_path / "a.csv")


# files


@pytest.mark.parametrize("ending", [".gpkg", ".geojson", ".csv"])
def test_a_file_carries_its_parameters_and_the_caution(planner: Caller, tmp_path: Path, ending: str) -> None:
    view = significance_view(planner, YEAR, 200)
    path = save(planner, areas_to_save(planner, view.claimed), view.basis, tmp_path / f"areas{ending}").path
    read = pd.read_csv(path) if ending == ".csv" else gpd.read_file(path)
    assert len(read) == 4 and "Reports measure reporting" in read["caution"][0] and "seed 0" in read["basis"][0]
    if ending == ".geojson":
        assert json.loads(path.read_text(encoding="utf-8"))["about"]["crs"] == "EPSG:4546"
    if ending == ".gpkg":
        assert read.crs.to_epsg() == 4546
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_the_counts_of_the_grid_file_sum_to_n(planner: Caller) -> None:
    view = density_view(planner, YEAR, 500, 1000)
    assert grid_to_save(planner, view)["count"].sum() == view.basis.n


def test_another_ending_is_refused(planner: Caller, tmp_path: Path) -> None:
    view = densest_areas(planner, YEAR, 200, 500)
    assert ".gpkg" in str(refusal(save, planner, areas_to_save(planner, view), view.basis, tmp_path / "a.shp").what_next)


# bad input


def test_no_incident_is_told(planner: Caller) -> None:
    nothing = IncidentFilter(date(2030, 1, 1), date(2030, 1, 2))
    for view in (density_view, significance_view):
        assert "No incident" in refusal(view, planner, nothing, 200, *([500] if view is density_view else [])).text.en


def test_a_radius_below_the_cell_is_refused(planner: Caller) -> None:
    assert "below the cell size" in refusal(density_view, planner, YEAR, 500, 200).text.en


def test_one_day_gives_no_verdict_and_an_empty_map(planner: Caller) -> None:
    day = IncidentFilter(date(2025, 12, 31), date(2025, 12, 31))
    view = significance_view(planner, day, 200)
    assert view.result.reason is not None and "Not enough data" in view.result.reason.en
    assert not any(unpacked(significance_patch_of(planner, view)["classes"]))
    assert density_view(planner, day, 200, 500).basis.cautions
    assert repeat_view(planner, day, shuffles=19).result.reason is not None


def test_too_early_a_period_has_nothing_to_compare_with(planner: Caller) -> None:
    assert "not enough data before" in refusal(usual_before, IncidentFilter(date(2024, 1, 1), date(2024, 12, 31)), date(2024, 1, 1)).text.en


def test_stopping_months_gives_no_half_result(planner: Caller) -> None:
    assert "Stopped" in refusal(lambda: persistence_view(planner, YEAR, 400, progress=lambda share, what: False)).text.en


def test_the_days_off_are_those_of_the_notices() -> None:
    """General Office of the State Council, 国办发明电〔2023〕7号, 〔2024〕12号, and the notice of 4 November 2025."""
    table = holiday_table()
    of_year = table.groupby([table["date"].str[:4], "kind"]).size().unstack()
    assert of_year["holiday"].to_dict() == {"2024": 28, "2025": 28, "2026": 33}
    assert of_year["workday"].to_dict() == {"2024": 8, "2025": 5, "2026": 6}
    worked = pd.to_datetime(table.loc[table["kind"] == "workday", "date"])
    assert (worked.dt.day_of_week >= 5).all()
    off = table.loc[table["kind"] == "holiday", "date"]
    for first, last in (
        ("2024-02-10", "2024-02-17"),
        ("2025-01-28", "2025-02-04"),
        ("2026-02-15", "2026-02-23"),
        ("2026-10-01", "2026-10-07"),
    ):
        assert set(pd.date_range(first, last).strftime("%Y-%m-%d")) <= set(off)


def test_a_density_of_work_sums_to_the_hours_of_its_incidents(planner: Caller) -> None:
    theft = replace(YEAR, categories=frozenset({"theft"}))
    plain, work = density_view(planner, theft, 100, 400), density_view(planner, theft, 100, 400, of_work=True)
    hours = incident_minutes(chosen_rows(planner, theft).table.astype({"category": str})).mean() / 60
    of_one = [np.nansum(view.density.values) / view.density.mass_ratio for view in (plain, work)]
    assert of_one[1] == pytest.approx(of_one[0] * hours)
    patch = density_patch_of(planner, work)
    assert patch["title"][0] == "工作量密度" and patch["n"] == work.basis.n and "小时" in patch["unit"][0]
    assert "hours_per_km2_year" in grid_to_save(planner, work)
