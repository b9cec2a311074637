"""The demo town as built: every figure of the report, a clean coverage, points where they belong, and the same bytes again."""

import csv
import json
import runpy
import sys
from collections import Counter, defaultdict
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Transformer

from layers import LAYERS
from layers.incidents import CATEGORIES, CLASS_OF

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
METRIC = "EPSG:4546"
BAR_STREET = "酉溪公园酒吧一条街"
EMPTY = ("other_places",)  # the demo town has none
STORED = sorted(key for key, layer in LAYERS.items() if layer.kept == "features" and key not in EMPTY)


def layer(key: str) -> gpd.GeoDataFrame:
    """A layer of the sample in stored degrees."""
    features = json.loads((SAMPLE / f"{key}.geojson").read_text("utf-8"))["features"]
    return gpd.GeoDataFrame.from_features(features, crs="EPSG:4490")


def rows(name: str) -> list[dict[str, str]]:
    """A table of the sample."""
    with (SAMPLE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def figure(key: str) -> float:
    """A figure of the report."""
    with (SAMPLE / "facts" / "article_figures.csv").open(encoding="utf-8", newline="") as file:
        return next(float(row["value"]) for row in csv.DictReader(file) if row["key"] == key)


def units() -> gpd.GeoDataFrame:
    """Communities, then villages."""
    both = [layer("communities"), layer("villages")]
    return gpd.GeoDataFrame(gpd.pd.concat(both, ignore_index=True), crs=both[0].crs)


# files


@pytest.mark.parametrize("key", STORED)
def test_layer_has_exactly_its_declared_fields(key):
    declared = [field.name for field in LAYERS[key].fields]
    data = json.loads((SAMPLE / f"{key}.geojson").read_text("utf-8"))
    assert set(data) == {"type", "features"}
    for one in data["features"]:
        assert list(one["properties"]) == declared
        assert one["properties"]["code"] and one["properties"]["name"] and one["properties"]["name_en"]
    codes = [one["properties"]["code"] for one in data["features"]]
    assert len(set(codes)) == len(codes)
    kinds = {"polygon": {"Polygon"}, "line": {"LineString"}, "point": {"Point"}}[LAYERS[key].geometry]
    assert {one["geometry"]["type"] for one in data["features"]} == kinds


@pytest.mark.parametrize("key", STORED)
def test_choices_are_declared_and_coordinates_have_seven_decimals(key):
    table = layer(key)
    for field in LAYERS[key].fields:
        if field.choices:
            assert set(table[field.name]) <= set(field.choices)
    xy = shapely.get_coordinates(table.geometry.array)
    assert np.array_equal(xy, np.round(xy, 7))


def test_made_twice_gives_the_committed_bytes(tmp_path, monkeypatch):
    committed = {path.name: path.read_bytes() for path in SAMPLE.iterdir() if path.suffix in {".geojson", ".csv", ".json"}}
    for run in ("first", "second"):
        monkeypatch.setattr(sys, "path", [str(SAMPLE), *sys.path])
        runpy.run_path(str(SAMPLE / "make_sample.py"))["make_sample"](tmp_path / run)
        assert {path.name: path.read_bytes() for path in (tmp_path / run).iterdir()} == committed


# figures of the report


@pytest.mark.parametrize(
    ("key", "column"),
    [
        ("population_registered", "persons"),
        ("dwellings", "dwellings"),
        ("organisations", "organisations"),
        ("rented_homes", "rented"),
        ("vacant_homes", "vacant"),
        ("owner_homes", "owner_occupied"),
    ],
)
def test_cells_sum_to_the_report(key, column):
    assert layer("grid_cells")[column].sum() == figure(key)


def test_floating_people_are_about_600():
    assert abs(layer("grid_cells")["floating_persons"].sum() - figure("floating_people")) <= 30


def test_surveyed_homes_fit_into_the_dwellings_of_their_cell():
    cells = layer("grid_cells")
    assert (cells[["rented", "vacant", "owner_occupied"]].sum(axis=1) <= cells["dwellings"]).all()


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("communities", "communities"),
        ("villages", "villages"),
        ("venues_regulated", "venues"),
        ("schools", "schools"),
        ("industrial_parks", "industrial_parks"),
        ("rural_parks", "rural_parks"),
        ("fire_hazards", "fire_hazards"),
    ],
)
def test_number_of_rows_is_that_of_the_report(key, name):
    assert len(layer(name)) == figure(key)


def test_units_are_the_official_ones_in_order():
    with (SAMPLE / "facts" / "units.csv").open(encoding="utf-8", newline="") as file:
        official = [(row["code"], row["name"]) for row in csv.DictReader(file)]
    assert list(zip(units()["code"], units()["name"], strict=True)) == official


def test_shops_are_over_1000_and_workers_sum_up():
    shops, venues = layer("shops"), layer("venues")
    assert len(shops) > figure("shops")
    assert shops["workers"].sum() + venues["workers"].sum() == figure("workers_in_venues_and_shops")
    assert min(shops["workers"].min(), venues["workers"].min()) >= 1


def test_parks():
    parks = layer("industrial_parks")
    assert list(parks["name"]) == ["钟灵山工业园", "创新创业园"]
    assert 90 <= parks["firms"].sum() < figure("firms_in_parks")
    assert parks["disputes_settled"].sum() == 23 > figure("park_disputes")
    rural = layer("rural_parks").merge(units()[["code", "name"]], left_on="unit_code", right_on="code", suffixes=("", "_unit"))
    assert list(rural["name_unit"])[:3] == ["扁朝村", "踏梯村", "普溪村"]
    assert rural["name"].iloc[3] == "农村产业园（报道未具名）"


def test_risk_places_are_the_seven_of_the_report():
    with (SAMPLE / "facts" / "risk_places.csv").open(encoding="utf-8", newline="") as file:
        named = [row["name"] for row in csv.DictReader(file)]
    risks = layer("risk_places").set_index("name")
    assert list(risks.index) == named
    bar = risks.loc[BAR_STREET]
    assert (bar["inspections"], bar["notices"]) == (figure("bar_street_inspections"), figure("bar_street_notices"))
    assert bar["patrols"] == 126 > figure("bar_street_patrols")


def test_stations_and_police_rooms():
    stations = layer("stations")
    assert Counter(stations["role"]) == {"own": 1, "cooperating": figure("cooperating_stations")}
    town, county = units().union_all(), layer("county").geometry.iloc[0]
    outside = stations[stations["role"] == "cooperating"]
    assert set(outside["unit_code"]) == {""}
    assert not outside.intersects(town).any() and outside.within(county).all()
    assert set(layer("communities")["code"]) <= set(layer("police_rooms")["unit_code"])


# areas


def test_town_area_is_official():
    assert units().to_crs(METRIC).area.sum() / 1e6 == pytest.approx(figure("town_area"), abs=0.005)


def test_communities_are_small_and_dense():
    assert 12 <= layer("communities").to_crs(METRIC).area.sum() / 1e6 <= 18


def test_town_lies_in_the_county_outline():
    assert layer("county").geometry.iloc[0].contains(units().union_all())


@pytest.mark.parametrize("make", [units, lambda: layer("grid_cells")], ids=["units", "cells"])
def test_coverage_is_valid_single_and_without_holes(make):
    areas = make().geometry.array
    assert shapely.coverage_is_valid(areas)
    assert all(area.is_valid and area.geom_type == "Polygon" and not area.interiors for area in areas)
    union = shapely.coverage_union_all(areas)
    assert union.geom_type == "Polygon" and not union.interiors


def test_cells_tile_their_unit_vertex_by_vertex():
    unit = units().set_index("code").geometry
    for code, cells in layer("grid_cells").groupby("unit_code"):
        union = shapely.coverage_union_all(cells.geometry.array)
        assert union.equals(unit[code])
        own = set(map(tuple, shapely.get_coordinates(unit[code])))
        assert own <= set(map(tuple, shapely.get_coordinates(cells.geometry.array)))


def test_cell_codes_count_from_west_to_east():
    cells = layer("grid_cells")
    assert 120 <= len(cells) <= 180
    assert list(cells["code"]) == sorted(cells["code"])
    for unit, own in cells.groupby("unit_code"):
        assert list(own["code"]) == [f"{unit}{n:03d}" for n in range(1, len(own) + 1)]
        order = [(shape.centroid.x, -shape.centroid.y) for shape in own.geometry]
        assert order == sorted(order)


def test_community_cells_have_300_to_500_dwellings_and_villages_few_cells():
    cells = layer("grid_cells")
    urban = cells["unit_code"].isin(layer("communities")["code"])
    assert cells.loc[urban, "dwellings"].between(300, 500).all()
    assert cells[~urban].groupby("unit_code").size().between(1, 4).all()


def test_no_unit_spans_the_river():
    river = layer("water").iloc[0].geometry
    for shape in units().geometry:
        land = [part.area for part in shapely.get_parts(shape.difference(river))]
        assert sum(sorted(land)[:-1]) < 0.02 * shape.area


@pytest.mark.parametrize(
    "key", ["schools", "venues", "shops", "fire_hazards", "risk_places", "police_rooms", "industrial_parks", "rural_parks"]
)
def test_places_lie_in_the_unit_they_name_and_are_dry(key):
    unit = units().set_index("code").geometry
    wet = layer("water").union_all()
    for place in layer(key).itertuples():
        assert unit[place.unit_code].contains(place.geometry), place.name
        assert not place.geometry.intersects(wet), place.name


def test_roads_cross_the_river_at_bridges_only():
    river, bridges = layer("water").to_crs(METRIC).geometry.iloc[0], layer("bridges").to_crs(METRIC)
    assert 4 <= len(bridges) <= 6
    for road in layer("roads").to_crs(METRIC).geometry:
        wet = road.intersection(river.buffer(-2))
        assert wet.is_empty or bridges.distance(wet).min() < 1


# staff


def test_staff_and_units():
    kinds = Counter(row["kind"] for row in rows("staff"))
    assert kinds == {"officer": 16, "auxiliary": figure("auxiliaries"), "village_auxiliary": figure("village_auxiliaries")}
    held = defaultdict(Counter)
    for row in rows("assignments"):
        if row["target_kind"] == "unit":
            held[row["target_code"]][row["role"]] += 1
    assert all(held[code] == {"community_officer": 1, "community_auxiliary": 2} for code in layer("communities")["code"])
    assert all(held[code] == {"village_auxiliary": 1} for code in layer("villages")["code"])
    codes = [row["code"] for row in rows("staff")]
    assert len(set(codes)) == len(codes) and {row["staff_code"] for row in rows("assignments")} <= set(codes)


def test_schools_have_five_vice_principals_and_three_teams():
    posts = rows("assignments")
    vice = [row for row in posts if row["role"] == "vice_principal"]
    assert sorted(row["target_code"] for row in vice) == sorted(layer("schools")["code"])
    assert len({row["staff_code"] for row in vice}) == figure("school_vice_principals")
    safety = [row for row in posts if row["role"] == "school_safety"]
    assert {row["target_code"] for row in safety} == {str(n + 1) for n in range(int(figure("school_safety_teams")))}
    kind = {row["code"]: row["kind"] for row in rows("staff")}
    assert Counter(kind[row["staff_code"]] for row in safety) == {"officer": figure("officers"), "auxiliary": figure("auxiliaries")}
    assert len({row["staff_code"] for row in safety}) == len(safety)


# incidents


def test_incidents_and_their_falls():
    table = rows("incidents")
    assert len(table) == 9000 and len({row["code"] for row in table}) == 9000
    assert {row["category"] for row in table} == set(CATEGORIES) - {"other"}  # every invented incident has a kind
    assert {row["source"] for row in table} == {"reported", "found"}
    assert [row["occurred_at"] for row in table] == sorted(row["occurred_at"] for row in table)
    year = Counter(row["occurred_at"][:4] for row in table)
    assert year == {"2024": 5807, "2025": 3193}
    kind = Counter((row["occurred_at"][:4], CLASS_OF.get(row["category"], "other")) for row in table)

    def change(after: int, before: int) -> int:
        return round(100 * (after / before - 1))

    assert change(year["2025"], year["2024"]) == figure("cases_accepted_change")
    assert change(kind["2025", "criminal"], kind["2024", "criminal"]) == figure("criminal_change")
    assert change(kind["2025", "administrative"], kind["2024", "administrative"]) == figure("administrative_change")
    disputes = Counter(row["occurred_at"][:4] for row in table if row["category"] == "dispute")
    assert disputes["2025"] > figure("disputes_mediated") and disputes.total() > 1000
    assert sum(row["occurred_at"] >= "2025-12" for row in table) > 150


def test_spans_end_after_they_start_and_are_few():
    spans = [row for row in rows("incidents") if row["occurred_until"]]
    assert all(row["occurred_until"] > row["occurred_at"] for row in spans)
    assert 0.01 < len(spans) / 9000 < 0.06


def test_incidents_lie_in_the_town_and_are_dry():
    xy = np.array([(float(row["lon"]), float(row["lat"])) for row in rows("incidents")])
    town, wet = units().union_all(), layer("water").union_all()
    assert shapely.contains_xy(town, xy).all()
    assert not shapely.contains_xy(wet, xy).any()


def test_bar_street_cases_fall_from_four_to_one():
    to_metric = Transformer.from_crs("EPSG:4490", METRIC, always_xy=True)
    risks = layer("risk_places").set_index("name")
    bar = np.array(to_metric.transform(*risks.geometry[BAR_STREET].coords[0]))
    near = Counter()
    for row in rows("incidents"):
        gap = np.hypot(*(np.array(to_metric.transform(float(row["lon"]), float(row["lat"]))) - bar))
        if gap <= 150:
            near[row["occurred_at"][:4], CLASS_OF.get(row["category"], "other") != "other"] += 1
    assert near["2024", True] == 4 and near["2025", True] == figure("bar_street_cases_this_year")
    assert near["2024", False] > 50 and near["2025", False] > 30


# plans


def neighbours() -> dict[str, set[str]]:
    """Cells that share a border on dry land, or face each other at a bridge."""
    cells = layer("grid_cells").to_crs(METRIC)
    river, near = layer("water").to_crs(METRIC).geometry.iloc[0], defaultdict(set)
    shapes, codes = cells.geometry.array, list(cells["code"])
    for a, b in zip(*shapely.STRtree(shapes).query(shapes, predicate="intersects"), strict=True):
        if a != b and shapes[a].intersection(shapes[b]).difference(river).length > 20:
            near[codes[a]].add(codes[b])
    for bridge in layer("bridges").to_crs(METRIC).geometry:
        joined = [codes[n] for n in np.flatnonzero(shapely.intersects(shapes, bridge.buffer(100)))]
        assert len(joined) == 2, "a bridge joins two cells"
        near[joined[0]].add(joined[1])
        near[joined[1]].add(joined[0])
    return near


def test_every_beat_is_in_one_piece_in_both_plans():
    near, held = neighbours(), defaultdict(set)
    for row in rows("plan_cells"):
        held[row["plan_id"], row["beat"]].add(row["cell_code"])
    assert len(held) == 28
    for beat, cells in held.items():
        seen, ahead = set(), [min(cells)]
        while ahead:
            here = ahead.pop()
            seen.add(here)
            ahead += sorted((near[here] & cells) - seen)
        assert seen == cells, beat


def test_plan_in_force_is_made_of_whole_units_and_the_draft_moves_a_few_cells():
    codes = set(layer("grid_cells")["code"])
    beat = {
        plan["id"]: {row["cell_code"]: row["beat"] for row in rows("plan_cells") if row["plan_id"] == plan["id"]} for plan in rows("plans")
    }
    assert set(beat) == {"plan-2025", "plan-2026-draft"} and all(set(cells) == codes for cells in beat.values())
    by_unit = defaultdict(set)
    for cell, number in beat["plan-2025"].items():
        by_unit[cell[:12]].add(number)
    assert all(len(numbers) == 1 for numbers in by_unit.values())
    assert 8 <= sum(beat["plan-2025"][code] != beat["plan-2026-draft"][code] for code in codes) <= 12


def test_leads():
    beats = rows("plan_beats")
    officer = {row["target_code"]: row["staff_code"] for row in rows("assignments") if row["role"] == "community_officer"}
    base = {row["beat"]: set() for row in rows("plan_cells")}
    for row in rows("plan_cells"):
        if row["plan_id"] == "plan-2025":
            base[row["beat"]].add(row["cell_code"][:12])
    leads = {plan: {row["code"]: row["lead"] for row in beats if row["plan_id"] == plan} for plan in ("plan-2025", "plan-2026-draft")}
    assert leads["plan-2025"] == leads["plan-2026-draft"] and len(leads["plan-2025"]) == 14
    for number, lead in leads["plan-2025"].items():
        communities = base[number] & set(officer)
        assert lead in ({officer[code] for code in communities} if communities else {"P12", "P13", "P14"})
    assert len({row["name"] for row in beats if row["plan_id"] == "plan-2025"}) == 14
