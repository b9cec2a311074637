"""Coordinate systems: what is stored, what is measured in, what base maps use.

Stored: EPSG:4490 (CGCS2000), longitude first. WGS-84 degrees are taken as the same: the two differ
by less than 1 m here and pyproj knows no better shift between them.
Measured: a CGCS2000 3-degree Gauss-Krüger zone in metres, one per town.
"""

import numpy as np
from numpy.typing import NDArray

from layers.definition.refusal import Refusal
from layers.definition.text import Text

STORED_CRS = "EPSG:4490"
DISPLAY_CRS = "EPSG:4326"

Degrees = NDArray[np.float64]

KRASOVSKY_A_M = 6378245.0
KRASOVSKY_EE = 0.00669342162296594323
_SETTLED_DEG = 1e-11  # a micrometre: far below what any coordinate file carries


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
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    w_lon, w_lat = lon.copy(), lat.copy()
    for _ in range(10):  # three or four rounds settle it; ten is a guard against endless input like NaN
        g_lon, g_lat = wgs84_to_gcj02(w_lon, w_lat)
        step_lon, step_lat = g_lon - lon, g_lat - lat
        w_lon, w_lat = w_lon - step_lon, w_lat - step_lat
        if max(np.max(np.abs(step_lon), initial=0), np.max(np.abs(step_lat), initial=0)) < _SETTLED_DEG:
            break
    return w_lon, w_lat
