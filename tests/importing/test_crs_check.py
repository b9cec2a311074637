"""Step place: four schools of a drawn town (see drawn_source), written in every way that files come in.

109.66 E 28.70 N is 369050.1633 E 3176754.7822 N in EPSG:4546, 37369050.1633 in EPSG:4525, 662225.7305 E 3177148.0822 N in
EPSG:4545, and 12207295.3604 3337517.8870 in EPSG:3857.
"""

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from importing.crs_check import TownFrame, choose_placement, place_rows, placed, town_zone
from importing.finding_tally import FindingTally
from importing.place_wording import PLACE
from layers.definition.crs import bd09_to_bd09mc, wgs84_to_bd09, wgs84_to_gcj02
from layers.definition.refusal import Refusal
from tests.importing.drawn_source import FRAME, NEW_TOWN, SCHOOLS, finding, keys, source

NAMES = list(SCHOOLS)
LON_LAT = np.array(list(SCHOOLS.values()))
NO_NAMES = TownFrame(FRAME.outline, FRAME.metric_crs)


def written(x, y, x_name="经度", y_name="纬度"):
    return source({"名称": NAMES, x_name: x, y_name: y})


def grid(crs):
    return Transformer.from_crs(4490, crs, always_xy=True).transform(*LON_LAT.T)


def lies_where_it_should(rows, tolerance=1e-8):
    found = np.column_stack([rows.lon, rows.lat]) if rows.shapes is None else shapely.get_coordinates(rows.shapes)
    np.testing.assert_allclose(found, LON_LAT, atol=tolerance, rtol=0)


# degrees


def test_degrees_under_chinese_headers_are_taken_as_they_are_and_their_datum_is_certain_by_the_schools():
    rows, report = placed(written(*LON_LAT.T), FRAME)
    lies_where_it_should(rows, 0)
    assert rows.columns == ("经度", "纬度") and keys(report) == ["crs_degrees", "datum_wgs84"]
    assert report.choices["datum"] == "wgs84" and report.choices["crs"] == "EPSG:4490" and not report.refused


@pytest.mark.parametrize(
    ("x", "y"), [("lon", "lat"), ("LNG", "Lat"), ("Longitude", "Latitude"), ("经度(°)", "纬度(°)"), ("经 度", "纬 度")]
)
def test_coordinate_columns_are_found_in_both_languages(x, y):
    rows, _ = placed(written(*LON_LAT.T, x, y), FRAME)
    lies_where_it_should(rows)


def test_columns_that_the_person_names_win_over_those_found():
    table = source({"名称": NAMES, "lon": 0.0, "lat": 0.0, "a": LON_LAT[:, 0], "b": LON_LAT[:, 1]})
    rows, report = placed(table, FRAME, columns={"a": "lon", "b": "lat", "名称": "name"})
    lies_where_it_should(rows)
    assert report.choices["coordinate_columns"] == ["a", "b"]


def test_both_coordinates_may_stand_in_one_column():
    rows, _ = placed(source({"名称": NAMES, "location": [f"{x},{y}" for x, y in LON_LAT]}), FRAME)
    lies_where_it_should(rows)


def test_swapped_latitude_and_longitude_are_put_in_order_and_told():
    rows, report = placed(written(LON_LAT[:, 1], LON_LAT[:, 0]), FRAME)
    lies_where_it_should(rows)
    assert "axes_swapped" in keys(report, "warning") and report.choices["axes_swapped"]


def test_degrees_minutes_seconds_and_compass_letters_are_read():
    x = ["109°38′42″E", "109度39分54秒", "东经109°38'42.0\"", "１０９．６７"]
    y = ["28°41′6″N", "28度41分6秒", "北纬28°42'18.0\"", " 28.712 "]
    rows, _ = placed(written(x, y), FRAME)
    lies_where_it_should(rows, 1e-9)


def test_single_swapped_rows_are_an_error_with_their_numbers_and_where_they_would_lie():
    lon, lat = LON_LAT.T.copy()
    lon[2], lat[2] = lat[2], lon[2]
    _, report = placed(written(lon, lat), FRAME)
    found = finding(report, "rows_swapped")
    assert (found.severity, found.rows, found.places) == ("error", (3,), ((109.645, 28.705),))


def test_coordinates_that_cant_be_read_are_an_error_and_empty_ones_are_left_to_the_check():
    rows, report = placed(written(["109.645", "about 109", "", None], ["28.685", "28.685", "", None]), FRAME)
    found = finding(report, "coordinate_unreadable")
    assert (found.severity, found.rows) == ("error", (2,))
    assert np.isnan(rows.lon[1:]).all() and rows.lon[0] == 109.645


def test_half_a_coordinate_and_infinity_can_not_be_read():
    _, report = placed(written([109.645, np.inf, 109.645, 109.67], [28.685, 28.685, np.nan, 28.712]), FRAME)
    assert finding(report, "coordinate_unreadable").rows == (2, 3)


def test_rows_outside_the_town_are_counted_with_the_farthest():
    lon, lat = LON_LAT.T.copy()
    lon[1] = 109.70  # 0.02 degrees east of the town: 0.02 x 111.32 km x cos 28.7 = 1.95 km
    lat[3] = 28.90  # 0.18 degrees north: 20.0 km
    _, report = placed(written(lon, lat), NO_NAMES)
    found = finding(report, "outside_town")
    assert (found.severity, found.count, found.rows) == ("warning", 2, (4, 2))
    assert "20.0 km" in found.what.en and "20.0 公里" in found.what.zh


def test_a_file_of_another_town_is_an_error_and_still_shown_where_it_lies():
    rows, report = placed(written(LON_LAT[:, 0] + 4, LON_LAT[:, 1]), NO_NAMES)
    assert finding(report, "far_from_town").severity == "error" and rows.lon[0] == pytest.approx(113.645)


def test_numbers_of_no_known_system_are_refused():
    rows, report = placed(written(LON_LAT[:, 0] * 10, LON_LAT[:, 1] * 10), FRAME)
    assert keys(report, "error") == ["crs_unknown"] and rows.lon is None and rows.shapes is None


def test_a_table_without_coordinates_says_which_columns_it_has():
    _, report = placed(source({"名称": NAMES}), FRAME)
    assert "名称" in finding(report, "no_coordinates").what.zh


# metres


@pytest.mark.parametrize("crs", [4546, 4545, 4547, 4525, 4524, 4497, 3857])
@pytest.mark.parametrize("north_first", [False, True])
def test_metres_without_a_system_are_found_by_where_they_fall_in_either_order(crs, north_first):
    east, north = grid(crs)
    table = written(north, east, "X", "Y") if north_first else written(east, north, "x", "y")
    rows, report = placed(table, FRAME)
    lies_where_it_should(rows)
    assert report.choices["crs"] == f"EPSG:{crs}" and report.choices["axes_swapped"] is north_first
    assert "crs_guessed" in keys(report, "warning") and ("axes_swapped" in keys(report)) is north_first and not report.refused


def test_metres_with_thousands_separators_are_read():
    east, north = grid(4546)
    rows, _ = placed(written([f"{v:,.3f}" for v in east], [f"{v:,.3f}" for v in north], "东坐标", "北坐标"), FRAME)
    lies_where_it_should(rows, 1e-7)


@pytest.mark.parametrize(
    ("true", "label"), [(4545, "EPSG:4326"), (4545, "EPSG:4546"), (3857, "EPSG:4490"), (4490, "EPSG:3857"), (4490, "EPSG:4546")]
)
def test_a_declared_system_that_the_numbers_contradict_is_set_aside_with_a_warning(true, label):
    shapes = shapely.points(np.column_stack(grid(true)))
    rows, report = placed(source({"name": NAMES}, shapes, label), FRAME)
    lies_where_it_should(rows)
    assert finding(report, "crs_contradicted").severity == "warning" and report.choices["crs"] == f"EPSG:{true}"


def test_a_declared_system_that_fits_is_used_without_a_warning():
    rows, report = placed(source({"name": NAMES}, shapely.points(np.column_stack(grid(4545))), "EPSG:4545"), FRAME)
    lies_where_it_should(rows)
    assert keys(report, "warning") == []


def test_the_persons_system_wins_and_is_recorded():
    east, north = grid(4545)
    rows, report = placed(written(east, north, "x", "y"), FRAME, crs="4545")
    lies_where_it_should(rows)
    assert keys(report)[0] == "crs_as_asked" and report.choices["crs_asked"] == "EPSG:4545" and report.choices["crs_sure"] == 1.0
    wrong, report = placed(written(east, north, "x", "y"), FRAME, crs="EPSG:4546")
    assert wrong.lon[0] == pytest.approx(LON_LAT[0, 0] + 3, abs=0.01) and finding(report, "far_from_town").severity == "warning"


def test_an_old_datum_is_told():
    xian = np.column_stack(Transformer.from_crs(4610, 2383, always_xy=True).transform(*LON_LAT.T))
    _, report = placed(source({"name": NAMES}, shapely.points(xian), "EPSG:2383"), FRAME)
    assert "datum_old" in keys(report, "warning")


@pytest.mark.parametrize("crs", ["EPSG:999999", "nonsense", "EPSG:"])
def test_a_system_that_does_not_exist_is_refused(crs):
    with pytest.raises(Refusal, match="not known"):
        placed(written(*LON_LAT.T), FRAME, crs=crs)


def test_a_datum_that_does_not_exist_and_columns_that_are_not_there_are_refused():
    with pytest.raises(Refusal, match="datum"):
        placed(written(*LON_LAT.T), FRAME, datum="pz90")
    with pytest.raises(Refusal, match="no column"):
        placed(written(*LON_LAT.T), FRAME, columns={"nowhere": "lon", "纬度": "lat"})
    with pytest.raises(Refusal, match="Only one"):
        placed(written(*LON_LAT.T), FRAME, columns={"经度": "lon"})


# datum


@pytest.mark.parametrize(("shift", "datum"), [(wgs84_to_gcj02, "gcj02"), (wgs84_to_bd09, "bd09")])
def test_a_shifted_datum_is_never_undone_without_the_persons_word(shift, datum):
    table = written(*shift(*LON_LAT.T))
    rows, report = placed(table, FRAME)
    np.testing.assert_array_equal(np.column_stack([rows.lon, rows.lat]), np.column_stack(shift(*LON_LAT.T)))
    assert keys(report, "error") == ["datum_needs_word"]
    guess = report.choices["datum_guess"]
    assert (guess["datum"], guess["sure"], guess["matched"]) == (datum, "certain", 4)
    assert guess["pairs"][0]["read_as"][datum] == pytest.approx(LON_LAT[0], abs=1e-8)
    rows, report = placed(table, FRAME, datum=datum)
    lies_where_it_should(rows)
    assert not report.refused and "datum_contradicted" not in keys(report)


def test_a_word_against_the_evidence_is_obeyed_and_told():
    table = written(*wgs84_to_gcj02(*LON_LAT.T))
    rows, report = placed(table, FRAME, datum="wgs84")
    np.testing.assert_array_equal(rows.lon, wgs84_to_gcj02(*LON_LAT.T)[0])
    assert finding(report, "datum_contradicted").severity == "warning" and not report.refused


def test_baidu_metres_are_told_from_web_mercator_and_need_the_word():
    table = written(*bd09_to_bd09mc(*wgs84_to_bd09(*LON_LAT.T)), "x", "y")
    _, report = placed(table, FRAME)
    assert report.choices["crs"] == "BD09MC" and keys(report, "error") == ["datum_needs_word"]
    rows, report = placed(table, FRAME, datum="bd09")
    lies_where_it_should(rows)
    rows, _ = placed(table, NEW_TOWN, crs="bd09mc", datum="bd09")
    lies_where_it_should(rows)


def test_without_named_places_degrees_are_taken_with_a_warning_and_survey_metres_without():
    _, report = placed(written(*LON_LAT.T), NO_NAMES)
    assert "datum_unknown" in keys(report, "warning") and report.choices["datum"] == "wgs84"
    _, report = placed(written(*grid(4525), "x", "y"), NO_NAMES)
    assert "datum_surveyed" in keys(report, "note")


# shapes


def test_shapes_are_moved_as_a_whole_and_lose_their_heights():
    east, north = grid(4546)
    shapes = [shapely.Polygon([(e, n, 7), (e + 100, n, 7), (e, n + 100, 7)]) for e, n in zip(east, north, strict=True)]
    rows, _ = placed(source({"name": NAMES}, shapes, "EPSG:4546"), NO_NAMES)
    assert not shapely.has_z(rows.shapes).any()
    np.testing.assert_allclose([shape.exterior.coords[0] for shape in rows.shapes], LON_LAT, atol=1e-8)


def test_shapes_without_place_stay_none_and_those_with_nan_or_infinity_are_an_error():
    with np.errstate(invalid="ignore"):
        broken = shapely.LineString([(109.65, 28.69), (np.nan, 28.69), (109.66, 28.69)])
    shapes = [shapely.Point(LON_LAT[0]), None, shapely.Point(), broken]
    rows, report = placed(source({"name": NAMES}, shapes), NO_NAMES)
    assert rows.shapes[0] is not None and rows.shapes[1:].tolist() == [None, None, None]
    assert finding(report, "coordinate_not_finite").rows == (4,)


def test_a_shape_that_reaches_into_the_town_is_not_outside():
    shapes = [shapely.box(109.60, 28.60, 109.65, 28.69), shapely.box(109.70, 28.68, 109.71, 28.69)]
    _, report = placed(source({"name": ["a", "b"]}, shapes, "EPSG:4490"), NO_NAMES)
    assert finding(report, "outside_town").rows == (2,)


# a new town


def test_a_new_town_gets_the_zone_of_its_longitude():
    _, report = placed(written(*LON_LAT.T), NEW_TOWN)
    assert report.choices["metric_crs"] == "EPSG:4546" and "zone_chosen" in keys(report)


def test_a_town_across_a_border_gets_the_zone_that_fits_best_and_is_told():
    # 109.18 to 109.84: the middle 109.51 is nearer to 111 than to 108; (1.82 deg x cos 28.7)^2 / 2 = 388 ppm = 39 cm a km
    crs, told = town_zone(np.array([[109.18, 28.6], [109.84, 28.8]]))
    assert crs == "EPSG:4546" and told[0].key == "zone_border" and "39 cm" in told[0].what.en
    assert town_zone(np.array([[109.0, 28.6], [109.7, 28.8]]))[0] == "EPSG:4545"


def test_a_new_town_takes_the_zone_out_of_the_eastings_prefix_but_asks_when_there_is_none():
    rows, report = placed(written(*grid(4525), "x", "y"), NEW_TOWN)
    lies_where_it_should(rows)
    assert report.choices["metric_crs"] == "EPSG:4546"
    _, report = placed(written(*grid(4546), "x", "y"), NEW_TOWN)
    assert keys(report, "error") == ["crs_needs_word"] and "EPSG:4546" in report.choices["crs_candidates"]
    rows, _ = placed(written(*grid(4546), "x", "y"), NEW_TOWN, crs=4546)
    lies_where_it_should(rows)


def test_mercator_metres_of_a_new_town_may_be_google_or_baidu_and_are_asked():
    _, report = placed(written(*grid(3857), "x", "y"), NEW_TOWN)
    assert report.choices["crs_candidates"] == ["EPSG:3857", "BD09MC"]


# chunks


def test_a_placement_of_the_first_chunk_serves_all_and_rows_count_on():
    table = pd.DataFrame({"名称": NAMES, "经度": LON_LAT[:, 0], "纬度": LON_LAT[:, 1]})
    table.loc[3, "经度"] = np.inf
    placement, report = choose_placement(source(table.iloc[:2]), FRAME)
    assert not report.refused
    tally = FindingTally(PLACE)
    rows = [place_rows(source(table.iloc[at : at + 2]), placement, FRAME, tally) for at in (0, 2)]
    assert rows[1].lon[0] == LON_LAT[2, 0] and tally.findings()[0].rows == (4,)


# properties


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(109.641, 109.679), st.floats(28.681, 28.719)), min_size=1, max_size=8),
    st.sampled_from([4490, 4546, 4545, 4525, 3857]),
    st.booleans(),
)
def test_whatever_the_system_and_order_points_of_the_town_come_back_to_where_they_were(points, crs, swapped):
    lon, lat = np.array(points).T
    x, y = Transformer.from_crs(4490, crs, always_xy=True).transform(lon, lat) if crs != 4490 else (lon, lat)
    rows, report = placed(source({"x": y, "y": x} if swapped else {"x": x, "y": y}), NO_NAMES)
    np.testing.assert_allclose((rows.lon, rows.lat), (lon, lat), atol=1e-8)
    assert not report.refused
