"""Datum shifts against vectors that four public libraries agree on to 1e-9 degrees (Krasovsky, a = 6378245)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from layers.definition.crs import (
    STORED_CRS,
    bd09_to_bd09mc,
    bd09_to_gcj02,
    bd09_to_wgs84,
    bd09mc_to_bd09,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    metric_zone,
    to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)
from layers.definition.refusal import Refusal

TOLERANCE_DEG = 1e-8  # a millimetre

WGS84_TO_GCJ02 = [
    # WGS-84 lat, lon         GCJ-02 lat, lon
    (39.915, 116.404, 39.916404282, 116.410244499),
    (28.70, 109.66, 28.696632823, 109.664621894),
    (28.62, 109.45, 28.616836275, 109.454849248),
    (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),
    (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),
    (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),
    (43.8, 87.6, 43.801212030, 87.602838972),
]
FROM_OTHERS_TESTS = {(31.1774276, 121.5272106), (22.543847, 113.912316), (39.911954, 116.377817)}
ELLIPSOID_TOLERANCE_DEG = 1e-6  # these three come from a library with a = 6378137, about a centimetre off

GCJ02_TO_WGS84 = [
    # GCJ-02 lat, lon         WGS-84 lat, lon, exact and not by one pass
    (28.70, 109.66, 28.703373565981, 109.655388032711),
    (39.915, 116.404, 39.91359623568433, 116.3977557546871),
]

WGS84_TO_BD09 = [
    # WGS-84 lat, lon         BD-09 lat, lon
    (39.915, 116.404, 39.922699552, 116.416627244),
    (28.70, 109.66, 28.702864679, 109.671077036),
    (28.62, 109.45, 28.623071123, 109.461291256),
    (43.8, 87.6, 43.807472508, 87.609210152),
]
BD09_TO_WGS84 = [(28.70, 109.66, 28.697325290223, 109.648905019540)]
GCJ02_TO_BD09 = [(39.915, 116.404, 39.92133699351021, 116.41036949371029)]  # coordtransform's own test

LON_LAT_TO_GRID = [
    # EPSG         lon, lat, east m, north m
    ("EPSG:4546", 109.66, 28.70, 369050.1633, 3176754.7822),
    ("EPSG:4545", 109.66, 28.70, 662225.7305, 3177148.0822),
    ("EPSG:4546", 109.65, 28.72, 368097.9255, 3178982.7555),
]

mainland = {"lon": st.floats(75, 134), "lat": st.floats(18, 53)}


@pytest.mark.parametrize(("lat", "lon", "lat_out", "lon_out"), WGS84_TO_GCJ02)
def test_wgs84_goes_to_gcj02_as_published(lat, lon, lat_out, lon_out):
    tolerance = ELLIPSOID_TOLERANCE_DEG if (lat, lon) in FROM_OTHERS_TESTS else TOLERANCE_DEG
    assert wgs84_to_gcj02(np.array(lon), np.array(lat)) == pytest.approx((lon_out, lat_out), abs=tolerance)


@pytest.mark.parametrize(("lat", "lon", "lat_out", "lon_out"), GCJ02_TO_WGS84)
def test_gcj02_goes_back_to_wgs84_as_published(lat, lon, lat_out, lon_out):
    assert gcj02_to_wgs84(np.array(lon), np.array(lat)) == pytest.approx((lon_out, lat_out), abs=TOLERANCE_DEG)


@given(**mainland)
def test_there_and_back_is_the_same_place_all_over_the_mainland(lon, lat):
    there = wgs84_to_gcj02(np.array([lon]), np.array([lat]))
    back = gcj02_to_wgs84(*there)
    assert (back[0][0], back[1][0]) == pytest.approx((lon, lat), abs=1e-9)


def test_ten_round_trips_do_not_drift():
    lon, lat = np.array([109.66]), np.array([28.70])
    for _ in range(10):
        lon, lat = gcj02_to_wgs84(*wgs84_to_gcj02(lon, lat))
    assert (lon[0], lat[0]) == pytest.approx((109.66, 28.70), abs=1e-9)


def test_arrays_are_shifted_elementwise_and_left_unchanged():
    lat, lon, lat_out, lon_out = np.array([row for row in WGS84_TO_GCJ02 if row[:2] not in FROM_OTHERS_TESTS]).T
    before = lon.copy(), lat.copy()
    shifted = wgs84_to_gcj02(lon, lat)
    np.testing.assert_allclose(shifted, (lon_out, lat_out), atol=TOLERANCE_DEG, rtol=0)
    np.testing.assert_array_equal((lon, lat), before)


def test_no_points_and_missing_points_pass_through():
    assert gcj02_to_wgs84(np.array([]), np.array([]))[0].shape == (0,)
    lon, lat = gcj02_to_wgs84(np.array([np.nan, 109.66]), np.array([28.70, 28.70]))
    assert (
        np.isnan(lon[0])
        and lon[1] == pytest.approx(109.655388032711, abs=TOLERANCE_DEG)
        and lat[1] == pytest.approx(28.703373565981, abs=TOLERANCE_DEG)
    )


@pytest.mark.parametrize(
    ("longitude", "zone"),
    [(109.66, "EPSG:4546"), (109.49, "EPSG:4545"), (109.5, "EPSG:4546"), (73.5, "EPSG:4534"), (136.5, "EPSG:4554"), (111, "EPSG:4546")],
)
def test_the_zone_is_that_of_the_longitude(longitude, zone):
    assert metric_zone(longitude) == zone


@given(st.floats(73.5, 136.5))
def test_the_zones_meridian_is_within_a_degree_and_a_half(longitude):
    operation = CRS(metric_zone(longitude)).coordinate_operation
    meridian = next(p.value for p in operation.params if p.name == "Longitude of natural origin")
    assert abs(meridian - longitude) <= 1.5


@pytest.mark.parametrize("longitude", [73.49, 136.51, 28.7, -109.0, float("nan")])
def test_a_longitude_that_no_zone_covers_is_refused(longitude):
    with pytest.raises(Refusal, match="swapped"):
        metric_zone(longitude)


@pytest.mark.parametrize(("zone", "lon", "lat", "east_m", "north_m"), LON_LAT_TO_GRID)
def test_stored_degrees_project_to_the_published_metres(zone, lon, lat, east_m, north_m):
    found = Transformer.from_crs(STORED_CRS, zone, always_xy=True).transform(lon, lat)
    assert found == pytest.approx((east_m, north_m), abs=1e-3)


@pytest.mark.parametrize(("lat", "lon", "lat_out", "lon_out"), WGS84_TO_BD09)
def test_wgs84_goes_to_bd09_as_published(lat, lon, lat_out, lon_out):
    assert wgs84_to_bd09(np.array(lon), np.array(lat)) == pytest.approx((lon_out, lat_out), abs=TOLERANCE_DEG)


@pytest.mark.parametrize(("lat", "lon", "lat_out", "lon_out"), BD09_TO_WGS84)
def test_bd09_goes_back_to_wgs84_as_published(lat, lon, lat_out, lon_out):
    assert bd09_to_wgs84(np.array(lon), np.array(lat)) == pytest.approx((lon_out, lat_out), abs=TOLERANCE_DEG)


@pytest.mark.parametrize(("lat", "lon", "lat_out", "lon_out"), GCJ02_TO_BD09)
def test_gcj02_goes_to_bd09_as_published(lat, lon, lat_out, lon_out):
    assert gcj02_to_bd09(np.array(lon), np.array(lat)) == pytest.approx((lon_out, lat_out), abs=TOLERANCE_DEG)


SHIFTS = [
    (wgs84_to_gcj02, gcj02_to_wgs84),
    (wgs84_to_bd09, bd09_to_wgs84),
    (gcj02_to_bd09, bd09_to_gcj02),
    (bd09_to_bd09mc, bd09mc_to_bd09),
]


@pytest.mark.parametrize(("there", "back"), SHIFTS)
@settings(deadline=None)
@given(**mainland)
def test_every_shift_has_an_exact_inverse_all_over_the_mainland(there, back, lon, lat):
    found = back(*there(np.array([lon]), np.array([lat])))
    assert (found[0][0], found[1][0]) == pytest.approx((lon, lat), abs=1e-9)


@pytest.mark.parametrize(("there", "back"), SHIFTS)
def test_arrays_of_any_shape_and_holes_in_them_are_kept(there, back):
    lon = np.array([[109.66, np.nan], [87.6, 116.4]])
    lat = np.array([[28.70, 30.0], [43.8, 39.9]])
    found = back(*there(lon, lat))
    np.testing.assert_allclose(found, (lon, np.where(np.isnan(found[1]), np.nan, lat)), atol=1e-9, rtol=0)
    assert np.isnan(found[0][0, 1]) and not np.isnan(found[1][1]).any()
    assert [array.size for array in back(np.array([]), np.array([]))] == [0, 0]


def test_more_points_than_one_block_are_shifted_alike():
    lon, lat = np.linspace(75, 134, 40_000), np.linspace(18, 53, 40_000)
    np.testing.assert_allclose(bd09_to_wgs84(*wgs84_to_bd09(lon, lat)), (lon, lat), atol=1e-9, rtol=0)


def test_baidu_metres_are_those_of_baidus_map():
    # 12945050.96, 4826978.52 is what Baidu's map gives for a place in Beijing; its own MC2LL table puts it at
    # 116.286106, 39.922296. The exact inverse of LL2MC is within 0.05 m of that.
    lon, lat = bd09mc_to_bd09(np.array([12945050.96]), np.array([4826978.52]))
    assert (lon[0], lat[0]) == pytest.approx((116.286106, 39.922296), abs=1e-6)


def test_baidu_metres_outside_0_to_60_degrees_north_are_nowhere():
    assert np.isnan(bd09_to_bd09mc(np.array([110.0, 110.0]), np.array([-1.0, 60.1]))).all()
    assert np.isnan(bd09mc_to_bd09(np.array([1.2e7, 1.2e7]), np.array([-5.0, 9e6]))).all()


def test_a_datum_by_name_is_shifted_by_its_own_inverse():
    lon, lat = np.array([109.66]), np.array([28.70])
    assert to_wgs84("wgs84", lon, lat) == (lon, lat)
    np.testing.assert_array_equal(to_wgs84("gcj02", lon, lat), gcj02_to_wgs84(lon, lat))
    np.testing.assert_array_equal(to_wgs84("bd09", lon, lat), bd09_to_wgs84(lon, lat))
