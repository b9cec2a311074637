"""Coordinate systems: what is stored, what is measured in, what base maps use.

Stored: EPSG:4490 (CGCS2000), longitude first. WGS-84 degrees are taken as the same: the two differ
by less than 1 m here and pyproj knows no better shift between them.
Measured: a CGCS2000 3-degree Gauss-Krüger zone in metres, one per town.
Base maps: GCJ-02 (AMap, Tencent) and BD-09 (Baidu), which shift WGS-84 by some 600 m and 1,100 m. pyproj knows
neither, so they are here; every way back is exact, not the usual single pass that is off by a metre or two.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from layers.definition.refusal import Refusal
from layers.definition.text import Text

STORED_CRS = "EPSG:4490"
DISPLAY_CRS = "EPSG:4326"

Degrees = NDArray[np.float64]
Metres = NDArray[np.float64]
Datum = Literal["wgs84", "gcj02", "bd09"]

DATUMS: dict[Datum, Text] = {
    "wgs84": Text("WGS-84 / CGCS2000（GPS、天地图、测绘）", "WGS-84 / CGCS2000 (GPS, Tianditu, survey)"),
    "gcj02": Text("GCJ-02（高德、腾讯）", "GCJ-02 (AMap, Tencent)"),
    "bd09": Text("BD-09（百度）", "BD-09 (Baidu)"),
}

KRASOVSKY_A_M = 6378245.0
KRASOVSKY_EE = 0.00669342162296594323
_BAIDU_WAVE = 3000 / 180 * np.pi  # Baidu's ripple, in radians per degree
_SETTLED_DEG = 1e-11  # a micrometre: far below what any coordinate file carries
_BLOCK = 16_384  # points shifted at a time: their working arrays fit into the processor's cache

_BAIDU_BANDS = np.array(
    [
        # by 15 degrees of latitude from the equator: offset and metres per degree of x; seven powers of y; latitude scale
        [-0.0003218135878613132, 111320.7020701615, 0.00369383431289, 823725.6402795718, 0.46104986909093, 2351.343141331292,
         1.58060784298199, 8.77738589078284, 0.37238884252424, 7.45],
        [-0.0003441963504368392, 111320.7020576856, 278.2353980772752, 2485758.690035394, 6070.750963243378, 54821.18345352118,
         9540.606633304236, -2710.55326746645, 1405.483844121726, 22.5],
        [0.00220636496208, 111320.7020209128, 51751.86112841131, 3796837.749470245, 992013.7397791013, -1221952.21711287,
         1340652.697009075, -620943.6990984312, 144416.9293806241, 37.5],
        [0.00337398766765, 111320.7020202162, 4481351.045890365, -23393751.19931662, 79682215.47186455, -115964993.2797253,
         97236711.15602145, -43661946.33752821, 8477230.501135234, 52.5],
    ]
)  # fmt: skip
"""Baidu's own Mercator (LL2MC of its public JavaScript), 0 to 60 degrees north: numbers that define the projection."""


def metric_zone(longitude: float) -> str:
    """The CGCS2000 3-degree zone for a longitude in degrees, e.g. EPSG:4546 for 109.5 to 112.5 E.

    Refused: longitudes outside 73.5 to 136.5 E, which no zone covers. Source: EPSG:4534 to 4554.
    """
    if not 73.5 <= longitude <= 136.5:
        raise Refusal(
            Text("经度 {lon:.3f} 不在 73.5 至 136.5 度之间。", "Longitude {lon:.3f} is not between 73.5 and 136.5 degrees.").fill(
                lon=longitude
            ),
            Text("请检查经纬度是否颠倒。", "Check whether latitude and longitude are swapped."),
        )
    return f"EPSG:{4534 + min(int((longitude - 73.5) // 3), 20)}"


def wgs84_to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """GCJ-02 degrees of WGS-84 degrees, elementwise; the datum of AMap and Tencent tiles in the mainland.

    Krasovsky constants as in the public implementations; agrees with them to 1e-9 degrees.
    Not meant for points outside the mainland, where GCJ-02 equals WGS-84.
    """
    x, y = np.asarray(lon, float) - 105.0, np.asarray(lat, float) - 35.0
    wave = (20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)) * 2 / 3
    d_lat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + wave
    d_lat += (20 * np.sin(y * np.pi) + 40 * np.sin(y / 3 * np.pi)) * 2 / 3
    d_lat += (160 * np.sin(y / 12 * np.pi) + 320 * np.sin(y * np.pi / 30)) * 2 / 3
    d_lon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + wave
    d_lon += (20 * np.sin(x * np.pi) + 40 * np.sin(x / 3 * np.pi)) * 2 / 3
    d_lon += (150 * np.sin(x / 12 * np.pi) + 300 * np.sin(x / 30 * np.pi)) * 2 / 3
    phi = np.radians(lat)
    magic = 1 - KRASOVSKY_EE * np.sin(phi) ** 2
    d_lat = d_lat * 180 / (KRASOVSKY_A_M * (1 - KRASOVSKY_EE) / (magic * np.sqrt(magic)) * np.pi)
    d_lon = d_lon * 180 / (KRASOVSKY_A_M / np.sqrt(magic) * np.cos(phi) * np.pi)
    return np.asarray(lon, float) + d_lon, np.asarray(lat, float) + d_lat


def gcj02_to_wgs84(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Exact inverse of `wgs84_to_gcj02` by fixed-point iteration, elementwise, to 1e-11 degrees."""
    return _undone(wgs84_to_gcj02, lon, lat)


def gcj02_to_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """BD-09 degrees of GCJ-02 degrees, elementwise; the datum of Baidu. Formula as in the public implementations."""
    x, y = np.asarray(lon, float), np.asarray(lat, float)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BAIDU_WAVE)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BAIDU_WAVE)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def bd09_to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Exact inverse of `gcj02_to_bd09`, elementwise, to 1e-11 degrees."""
    return _undone(gcj02_to_bd09, lon, lat)


def wgs84_to_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """BD-09 degrees of WGS-84 degrees in the mainland, elementwise: GCJ-02 first, then Baidu's own shift."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Exact inverse of `wgs84_to_bd09`, elementwise, to 1e-11 degrees."""
    return _undone(wgs84_to_bd09, lon, lat)


def bd09_to_bd09mc(lon: Degrees, lat: Degrees) -> tuple[Metres, Metres]:
    """Baidu Mercator metres (x east, y north) of BD-09 degrees, elementwise; NaN outside 0 to 60 degrees north.

    x = a + b lon; y is a polynomial of sixth degree in lat / scale, one per 15 degrees of latitude.
    """
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    outside = ~((lat >= 0) & (lat < 60))
    band = _BAIDU_BANDS[np.where(outside, 0, lat // 15).astype(int)]
    x, y = band[..., 0] + band[..., 1] * lon, _baidu_north_m(band, lat / band[..., 9])
    return np.where(outside, np.nan, x), np.where(outside, np.nan, y)


def bd09mc_to_bd09(x_m: Metres, y_m: Metres) -> tuple[Degrees, Degrees]:
    """Exact inverse of `bd09_to_bd09mc` by Newton's method, elementwise; NaN outside 0 to 60 degrees north.

    Baidu's own table for the way back (MC2LL) is a second approximation of the same curve and ends up to 0.05 m elsewhere.
    """
    x_m, y_m = np.asarray(x_m, float), np.asarray(y_m, float)
    edges_m = _baidu_north_m(_BAIDU_BANDS, np.array([0.0, 15, 30, 45]) / _BAIDU_BANDS[:, 9])
    row = np.searchsorted(edges_m, np.nan_to_num(y_m), side="right") - 1
    band = _BAIDU_BANDS[np.maximum(row, 0)]
    part = np.clip((np.maximum(row, 0) * 15 + 7.5) / band[..., 9], 0, None)
    for _ in range(8):  # four or five steps settle it from the middle of a band
        part = part - (_baidu_north_m(band, part) - y_m) / _baidu_slope(band, part)
    lon, lat = (x_m - band[..., 0]) / band[..., 1], part * band[..., 9]
    outside = ~((row >= 0) & (lat < 60 + _SETTLED_DEG))
    return np.where(outside, np.nan, lon), np.where(outside, np.nan, lat)


def to_wgs84(datum: Datum, lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """WGS-84 degrees of degrees in that datum, elementwise; WGS-84 itself comes back as it was."""
    if datum == "wgs84":
        return np.asarray(lon, float), np.asarray(lat, float)
    return (gcj02_to_wgs84 if datum == "gcj02" else bd09_to_wgs84)(lon, lat)


def _undone(forward: Callable[[Degrees, Degrees], tuple[Degrees, Degrees]], lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Where `forward` came from: w <- w - (forward(w) - given), until no point moves by more than 1e-11 degrees."""
    lon, lat = np.broadcast_arrays(np.asarray(lon, float), np.asarray(lat, float))
    w_lon, w_lat = lon.copy(), lat.copy()
    flat = [array.reshape(-1) for array in (lon, lat, w_lon, w_lat)]
    for start in range(0, lon.size, _BLOCK):
        to_lon, to_lat, x, y = (array[start : start + _BLOCK] for array in flat)
        for _ in range(12):  # three to five rounds settle it; twelve is a guard; fmax passes over NaN
            now_lon, now_lat = forward(x, y)
            step_lon, step_lat = now_lon - to_lon, now_lat - to_lat
            x -= step_lon
            y -= step_lat
            if max(np.fmax.reduce(np.abs(step_lon)), np.fmax.reduce(np.abs(step_lat))) < _SETTLED_DEG:
                break
    return w_lon, w_lat


def _baidu_north_m(band: NDArray[np.float64], part: NDArray[np.float64]) -> Metres:
    powers = band[..., 8]
    for k in range(7, 1, -1):
        powers = powers * part + band[..., k]
    return powers


def _baidu_slope(band: NDArray[np.float64], part: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = 6 * band[..., 8]
    for k in range(7, 2, -1):
        powers = powers * part + (k - 2) * band[..., k]
    return powers
