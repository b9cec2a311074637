"""The map's bytes for the browser: harmless, stable, small, with shared borders.

Two units side by side, 0.02 degrees wide each, cut in two cells each; the border between them bends by about 20 m:

    A = 100001          B = 100002
    +---------+---------+---------+---------+
    |  001    |  002    <  001    |  002    |      '<' is the bend at 109.62, which 9 m of tolerance keeps
    +---------+---------+---------+---------+      and a wiggle of 2 m on it, which must go on both sides
"""

import json
import re
import zlib

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer
from shapely.geometry import LineString, Point, Polygon

from layers import LAYERS
from layers.definition.crs import STORED_CRS
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from layers.drawing import web_patch
from layers.drawing.web_map import choice_codes, map_base, rendered, simplified, web_map
from layers.drawing.web_patch import density_patch, focus_bounds, plan_patch

NASTY = ["</script><script>alert(1)</script>", "`${alert(1)}`", "\"'-alert(1)-'", "{{ 7*7 }}{% raw %}", "\u2028 & <b>"]
BEND = [(109.62, 28.70), (109.6202, 28.705), (109.62, 28.7083), (109.62002, 28.7085), (109.62, 28.7087), (109.62, 28.71)]


def unit_tables() -> dict[str, gpd.GeoDataFrame]:
    west = [Polygon([(109.60, 28.70), (109.61, 28.70), (109.61, 28.71), (109.60, 28.71)])]
    west.append(Polygon([(109.61, 28.70), *BEND, (109.61, 28.71)]))
    east = [Polygon([*BEND, (109.63, 28.71), (109.63, 28.70)])]
    east.append(Polygon([(109.63, 28.70), (109.64, 28.70), (109.64, 28.71), (109.63, 28.71)]))
    cells = gpd.GeoDataFrame(
        {
            "code": ["100001001", "100001002", "100002001", "100002002"],
            "name": ["东一", "东二", "西一", "西二"],
            "unit_code": ["100001", "100001", "100002", "100002"],
            "dwellings": [1200, 7, 0, 31],
        },
        geometry=[*west, *east],
        crs=STORED_CRS,
    )
    names = {"code": ["100001"], "name": ["甲社区"], "name_en": ["Jia"]}
    community = gpd.GeoDataFrame(names, geometry=[shapely.union_all(west)], crs=STORED_CRS)
    village = gpd.GeoDataFrame({"code": ["100002"], "name": ["乙村"]}, geometry=[shapely.union_all(east)], crs=STORED_CRS)
    return {"communities": community, "villages": village, "grid_cells": cells}


def school_table(names: list[str]) -> gpd.GeoDataFrame:
    columns = {"code": [f"S{i}" for i in range(len(names))], "name": names, "level": "primary"}
    return gpd.GeoDataFrame(columns, geometry=[Point(109.6 + i / 1000, 28.7) for i in range(len(names))], crs=STORED_CRS)


def incident_table(count: int = 3) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "occurred_at": pd.to_datetime(["1970-01-01T00:01", "2024-02-29T23:59", "2025-01-01T00:00"])[:count],
            "category": ["burglary", "help", "theft"][:count],
            "source": ["reported", "found", "reported"][:count],
            "lon": [109.66274, 109.0, 109.5][:count],
            "lat": [28.68759, 28.0, 28.5][:count],
        }
    )


def unpacked(packed: bytes) -> tuple[dict, bytes]:
    raw = zlib.decompress(packed)
    size = int.from_bytes(raw[:4], "little")
    return json.loads(raw[4 : 4 + size]), raw[4 + size :]


def data_of(script: str) -> list[dict]:
    """Every GeoJSON text in a script, as JSON."""
    return [json.loads(found) for found in re.findall(r"_add\((\{.*\})\);", script)]


# refuses


def test_a_table_in_metres_is_refused():
    tables = {"schools": school_table(["一小"]).to_crs("EPSG:4546")}
    with pytest.raises(Refusal, match="EPSG:4546"):
        web_map(LAYERS, tables)


def test_a_table_without_crs_is_refused():
    tables = {"schools": school_table(["一小"]).set_crs(None, allow_override=True)}
    with pytest.raises(Refusal, match="4490"):
        web_map(LAYERS, tables)


def test_an_unknown_layer_is_refused():
    with pytest.raises(Refusal, match="shoals"):
        map_base(LAYERS, {}, computed=["shoals"])


# returns


def test_the_script_names_no_address_outside():
    script = rendered(web_map(LAYERS, {**unit_tables(), "schools": school_table(["一小"])})).script
    assert re.findall(r"https?:|//[a-z]+\.|cdn|tileLayer|ajax", script) == []


def test_equal_tables_give_equal_bytes():
    first, second = (map_base(LAYERS, {**unit_tables(), "schools": school_table(["一小"])}, incident_table()) for _ in range(2))
    assert first == second
    assert map_base(LAYERS, unit_tables()).digest != first.digest


def test_nasty_names_stay_data():
    script = rendered(web_map(LAYERS, {"schools": school_table(NASTY)})).script
    assert "<script" not in script
    assert "</" not in script
    (collection,) = data_of(script)
    assert [f["properties"]["name"] for f in collection["features"]] == NASTY
    without_strings = re.sub(r'"(?:[^"\\]|\\.)*"', '""', script)
    assert "alert" not in without_strings
    assert "`" not in without_strings


def test_a_template_in_a_name_is_not_run_on_the_server():
    """branca compiles the finished script as a Jinja template again; without care a name would be code in our own process."""
    names = ["{{ 7*7 }}", "{{ cycler.__init__.__globals__.os.getpid() }}", "{% for x in range(3) %}x{% endfor %}", "{# gone #}"]
    (collection,) = data_of(rendered(web_map(LAYERS, {"schools": school_table(names)})).script)
    assert [f["properties"]["name"] for f in collection["features"]] == names


def test_features_carry_code_names_and_tips_in_both_languages():
    base = map_base(LAYERS, {**unit_tables(), "schools": school_table(["一小"])})
    header, points = unpacked(base.packed)
    lines = {line["key"]: line for line in header["layers"]}
    assert list(lines) == ["villages", "communities", "grid_cells", "schools"]
    assert lines["grid_cells"]["tips"] == [["房屋", "dwellings"]]
    collections = {c["features"][0]["properties"]["code"]: c["features"] for c in data_of(header["script"])}
    cell, school = collections["100001001"][0]["properties"], collections["S0"][0]["properties"]
    assert cell["tip"] == [["1,200 户", "1,200 dwellings"]]
    assert school["tip"] == [["小学", "primary school"]]
    assert collections["100001"][0]["properties"]["name_en"] == "Jia"
    assert points == b""
    assert header["incidents"] is None


def test_borders_stay_shared_between_units_and_cells_and_lose_small_wiggles():
    drawn = simplified(LAYERS, unit_tables(), 9.0)
    west, east = drawn["communities"].geometry.iloc[0], drawn["villages"].geometry.iloc[0]
    border = {tuple(xy) for xy in shapely.get_coordinates(west)} & {tuple(xy) for xy in shapely.get_coordinates(east)}
    assert (109.6202, 28.705) in border
    assert (109.62002, 28.7085) not in border
    assert west.intersection(east).area == 0
    cells = drawn["grid_cells"].geometry.to_numpy()
    assert shapely.equals(shapely.union_all(cells), shapely.union_all([west, east]))


def test_a_label_point_lies_inside_its_area_or_on_its_line():
    tables = unit_tables()
    road = gpd.GeoDataFrame({"code": ["R1"], "name": ["路"]}, geometry=[LineString([(109.6, 28.7), (109.62, 28.7)])], crs=STORED_CRS)
    header, _ = unpacked(map_base(LAYERS, {**tables, "roads": road}).packed)
    for collection in data_of(header["script"]):
        for feature in collection["features"]:
            shape = shapely.from_geojson(json.dumps(feature["geometry"]))
            assert shape.distance(Point(feature["properties"]["at"])) < 1e-5


def test_coordinates_have_five_decimals():
    for collection in data_of(rendered(web_map(LAYERS, unit_tables())).script):
        text = json.dumps([feature["geometry"] for feature in collection["features"]])
        assert max(len(digits) for digits in re.findall(r"\.(\d+)", text)) <= 5


def test_rows_without_geometry_are_left_out():
    schools = school_table(["一小", "二小"])
    schools.loc[0, "geometry"] = None
    (collection,) = data_of(rendered(web_map(LAYERS, {"schools": schools})).script)
    assert [f["properties"]["code"] for f in collection["features"]] == ["S1"]


# incidents


def test_incidents_are_five_arrays_of_fourteen_bytes_each():
    header, points = unpacked(map_base(LAYERS, {}, incident_table()).packed)
    assert header["incidents"]["count"] == 3
    assert len(points) == 3 * 14
    lon, lat, minutes = (np.frombuffer(points, "<i4", 3, start) for start in (0, 12, 24))
    assert lon.tolist() == [10966274, 10900000, 10950000]
    assert lat.tolist() == [2868759, 2800000, 2850000]
    # 2024-02-29: 19,782 days after 1970-01-01, at 1,439 minutes; 2025-01-01: 20,089 days
    assert minutes.tolist() == [1, 19782 * 1440 + 1439, 20089 * 1440]
    codes = choice_codes(LAYERS["incidents"], "category")
    assert list(points[36:39]) == [codes["burglary"], codes["help"], codes["theft"]]
    assert list(points[39:42]) == [0, 1, 0]
    assert [word[0] for word in header["incidents"]["category"]] == list(codes)


def test_without_incidents_the_layer_is_not_listed():
    header, _ = unpacked(map_base(LAYERS, unit_tables()).packed)
    assert "incidents" not in {line["key"] for line in header["layers"]}


# patches


def test_a_plan_is_beats_with_colours_and_officers_only_where_given():
    cells = unit_tables()["grid_cells"]
    shapes = cells.dissolve("unit_code").reset_index(drop=True)[["geometry"]]
    beats = shapes.assign(code=["01", "02"], name=["甲", "乙"], lead=["民警01", None])
    patch = plan_patch(LAYERS, "p1", Text("方案", "Plan"), Text("现行", "in force"), beats, {"01": "#b3d0e5"})
    assert patch["title"] == ["方案", "Plan"]
    layers = json.loads(web_patch.unpacked(patch["packed"]))
    assert list(layers) == ["beats"]
    first, second = (feature["properties"] for feature in layers["beats"]["features"])
    assert (first["colour"], second["colour"]) == ("#b3d0e5", "#efefef")
    assert layers["beats"]["tips"] == [["责任民警", "lead officer"]]
    assert (first["tip"], second["tip"]) == (["民警01"], [None])
    with_officers = plan_patch(LAYERS, "p1", Text("方案", "Plan"), Text("现行", "in force"), beats, {}, school_table(["民警01"]))
    assert len(json.loads(web_patch.unpacked(with_officers["packed"]))["officers"]["features"]) == 1


def test_density_classes_are_half_open_and_the_outside_is_zero():
    values = np.array([[np.nan, 0.0, 4.9], [5.0, 19.9, 20.0], [59.0, 60.0, 1e6]])
    place = {"west_m": 500_000.0, "south_m": 3_170_000.0, "size_m": 100.0, "crs": "EPSG:4546"}
    patch = density_patch(values, (5, 20, 60), ("#1", "#2", "#3"), **place, n=9, radius_m=300, period=Text("今年", "this year"))
    assert list(web_patch.unpacked(patch["classes"])) == [0, 0, 0, 1, 1, 2, 2, 3, 3]


def test_straight_lines_between_lattice_nodes_miss_the_true_corners_by_less_than_a_metre():
    rows, cols, size = 240, 210, 100.0
    west, south = 465_000.0, 3_163_000.0
    patch = density_patch(
        np.zeros((rows, cols)),
        (1,),
        ("#1",),
        west_m=west,
        south_m=south,
        size_m=size,
        crs="EPSG:4546",
        n=0,
        radius_m=500,
        period=Text("", ""),
    )
    lattice = patch["lattice"]
    lon, lat = (np.array(lattice[name]).reshape(len(lattice["rows"]), -1) / 1e6 for name in ("lon", "lat"))
    between = np.array([np.interp(np.arange(cols + 1), lattice["cols"], row) for row in lon])
    at = np.array([np.interp(np.arange(rows + 1), lattice["rows"], column) for column in between.T]).T
    between = np.array([np.interp(np.arange(cols + 1), lattice["cols"], row) for row in lat])
    up = np.array([np.interp(np.arange(rows + 1), lattice["rows"], column) for column in between.T]).T
    x, y = np.meshgrid(west + np.arange(cols + 1) * size, south + np.arange(rows + 1) * size)
    there = Transformer.from_crs(STORED_CRS, "EPSG:4546", always_xy=True).transform(at, up)
    assert np.hypot(there[0] - x, there[1] - y).max() < 1.0
    assert len(json.dumps(patch)) < 15_000


def test_focus_bounds_hold_the_chosen_rows():
    cells = unit_tables()["grid_cells"]
    assert focus_bounds(cells, ["100001001", "100002002"]) == [109.6, 28.7, 109.64, 28.71]
    assert focus_bounds(cells, ["none"]) is None
