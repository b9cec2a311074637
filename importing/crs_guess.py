"""In which system, and in which order, numbers can be read as coordinates: every reading is tried against the town."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from pyproj.network import set_network_enabled

from layers.definition.crs import STORED_CRS, bd09_to_wgs84, bd09mc_to_bd09, metric_zone
from layers.definition.refusal import Refusal
from layers.definition.text import Text

BD09MC = "BD09MC"
"""Baidu Mercator metres: not an EPSG system, and BD-09 by definition."""
CHINA = (73.0, 3.0, 136.0, 54.0)
CLOSE_M, NEAR_M = 2_000.0, 30_000.0  # in the town but for its edge; in its county
_DEGREE_M = 111_320.0
_NORTHINGS = (1.9e6, 6.0e6)  # 17 to 54 degrees north in metres
_EASTINGS = (2e4, 9.8e5)  # up to 4.5 degrees to either side of a meridian at 500,000 m: the zone itself and its neighbours
_SAMPLE = 5_000
_MODERN = ("worldgeodeticsystem1984", "wgs1984", "wgs84", "china2000", "cgcs2000", "chinageodetic", "itrf")

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Reading:
    """One way to read numbers: a system, whether x and y change places first, and why it came into question."""

    crs: str
    swapped: bool
    why: Text

    def degrees(self, xy: Numbers) -> Numbers:
        """(n, 2) lon, lat in EPSG:4490 degrees; BD-09 metres become degrees that are still BD-09. NaN where impossible."""
        xy = xy[:, ::-1] if self.swapped else xy
        if self.crs == BD09MC:
            return np.column_stack(bd09mc_to_bd09(xy[:, 0], xy[:, 1]))
        if as_stored(self.crs):
            return np.ascontiguousarray(xy)
        try:
            found = np.column_stack(to_stored(self.crs).transform(xy[:, 0], xy[:, 1]))
        except ProjError:
            return np.full(xy.shape, np.nan)
        found[~np.isfinite(found).all(axis=1)] = np.nan
        return found


@dataclass(frozen=True)
class Fit:
    """How well a reading fits: the share of a sample within 2 km of the town and within 30 km (in China without a town)."""

    reading: Reading
    close_share: float
    near_share: float

    @property
    def score(self) -> float:
        """0 to 2."""
        return self.close_share + self.near_share


def known_crs(crs: str | int) -> str:
    """A system as 'EPSG:…', 'BD09MC' or WKT. Refused: one that is not known."""
    name = str(crs).strip()
    if name.upper().replace("-", "") in (BD09MC, "EPSG:BD09MC"):
        return BD09MC
    try:
        found = CRS.from_user_input(int(name) if name.isdigit() else name)
    except (CRSError, ValueError) as error:
        raise Refusal(
            Text("不认识坐标系“{name}”。", "The coordinate system {name} is not known.").fill(name=name[:60]),
            Text("请用 EPSG 代码，如 EPSG:4546，或 BD09MC。", "Give an EPSG code such as EPSG:4546, or BD09MC."),
        ) from error
    epsg = found.to_2d().to_epsg(min_confidence=80)
    return f"EPSG:{epsg}" if epsg else found.to_2d().to_wkt()


@cache
def as_stored(crs: str) -> bool:
    """Are its degrees taken as they are? WGS-84 and CGCS2000 are less than a metre apart."""
    return crs != BD09MC and CRS(crs).to_epsg() in (4490, 4326, 4979, 4480)


@cache
def to_stored(crs: str) -> Any:
    """The transformer to EPSG:4490, longitude first on both sides; it never fetches a grid."""
    set_network_enabled(False)
    return Transformer.from_crs(crs, STORED_CRS, always_xy=True)


def crs_title(crs: str) -> Text:
    """Its name for people."""
    if crs == BD09MC:
        return Text("百度墨卡托米（BD09MC）", "Baidu Mercator metres (BD09MC)")
    found = CRS(crs)
    name = f"{crs} {found.name}" if crs.startswith("EPSG:") else found.name
    return Text(name, name)


def datum_unsettled(crs: str) -> bool:
    """Is it on an older datum, such as Beijing 1954 or Xian 1980, whose shift of about 100 m differs from place to place?"""
    if crs == BD09MC:
        return False
    geodetic = CRS(crs).geodetic_crs
    name = (geodetic.datum.name if geodetic is not None and geodetic.datum is not None else "").lower().replace(" ", "").replace("_", "")
    return not any(word in name for word in _MODERN)


def fits(xy: Numbers, candidates: Sequence[Reading], outline: Any) -> list[Fit]:
    """How well each candidate fits a sample of finite numbers (n, 2), in the order given."""
    step = max(1, len(xy) // _SAMPLE)
    sample = xy[::step]
    return [_fit(reading, reading.degrees(sample), outline) for reading in candidates]


def candidates(xy: Numbers, declared: str | None, outline: Any, metric_crs: str | None) -> list[Reading]:
    """Every reading worth a try, the file's own word first, then what the size of the numbers allows."""
    found: dict[tuple[str, bool], Reading] = {}
    if declared is not None:
        why = Text("文件声明", "the file says so")
        for reading in (
            Reading(declared, False, why),
            Reading(declared, True, Text("文件声明，横纵坐标对调", "the file says so, x and y swapped")),
        ):
            found[reading.crs, reading.swapped] = reading
    for reading in _by_size(xy, outline, metric_crs):
        found.setdefault((reading.crs, reading.swapped), reading)
    return list(found.values())


def distance_m(lon_lat: Numbers, outline: Any) -> Numbers:
    """Metres (n,) from the town's outline, 0 inside; on a plane true to scale at the town's middle latitude. NaN stays NaN."""
    shrink = np.cos(np.radians((outline.bounds[1] + outline.bounds[3]) / 2))
    plane = shapely.transform(outline, lambda at: at * (shrink, 1.0))
    shapely.prepare(plane)
    ok = np.isfinite(lon_lat).all(axis=1)
    metres = np.full(len(lon_lat), np.nan)
    points = shapely.points(lon_lat[ok] * (shrink, 1.0))
    outside = ~shapely.intersects(plane, points)
    found = np.zeros(len(points))
    found[outside] = shapely.distance(plane, points[outside]) * _DEGREE_M
    metres[ok] = found
    return metres


def _fit(reading: Reading, lon_lat: Numbers, outline: Any) -> Fit:
    if outline is None:
        inside = _in_china(lon_lat)
        return Fit(reading, float(inside.mean()), float(inside.mean()))
    if reading.crs == BD09MC:  # degrees that are still BD-09 lie 1 km off, which would count against it
        lon_lat = np.column_stack(bd09_to_wgs84(lon_lat[:, 0], lon_lat[:, 1]))
    metres = np.nan_to_num(distance_m(lon_lat, outline), nan=np.inf)
    return Fit(reading, float((metres <= CLOSE_M).mean()), float((metres <= NEAR_M).mean()))


def _in_china(lon_lat: Numbers) -> NDArray[np.bool_]:
    west, south, east, north = CHINA
    lon, lat = lon_lat.T
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def _by_size(xy: Numbers, outline: Any, metric_crs: str | None) -> Iterator[Reading]:
    middle = np.median(xy, axis=0)
    if (np.abs(middle) <= 180).all():
        yield Reading(STORED_CRS, False, Text("数值是经纬度", "the numbers are degrees"))
        yield Reading(STORED_CRS, True, Text("数值是经纬度，纬度在前", "the numbers are degrees, latitude first"))
        return
    for swapped in (False, True):
        east, north = middle[::-1] if swapped else middle
        order = Text("，先北后东", ", north first") if swapped else Text("", "")
        if _NORTHINGS[0] <= north <= _NORTHINGS[1]:
            yield from _zones(float(east), swapped, order, outline, metric_crs)
        if 8.1e6 <= east <= 15.2e6 and 3.3e5 <= north <= 7.2e6:
            why = Text("数值在墨卡托范围内{order}", "the numbers are in the range of Mercator metres{order}").fill(order=order)
            yield Reading("EPSG:3857", swapped, why)
            yield Reading(BD09MC, swapped, why)


def _zones(east_m: float, swapped: bool, order: Text, outline: Any, metric_crs: str | None) -> Iterator[Reading]:
    """CGCS2000 Gauss-Krüger zones: the one the easting's prefix names, or without one the town's own and its neighbours.

    EPSG:4513 to 4533 are the 3-degree zones 25 to 45 with a prefix, 4491 to 4501 the 6-degree zones 13 to 23. Without
    a prefix a 6-degree zone equals the 3-degree zone of the same meridian, EPSG:4534 to 4554.
    """
    prefix = int(east_m // 1e6)
    within = _EASTINGS[0] <= east_m % 1e6 <= _EASTINGS[1]
    if within and (25 <= prefix <= 45 or 13 <= prefix <= 23):
        why = Text("东坐标带有带号 {zone}{order}", "the easting begins with zone {zone}{order}").fill(zone=prefix, order=order)
        yield Reading(f"EPSG:{4513 + prefix - 25 if prefix >= 25 else 4491 + prefix - 13}", swapped, why)
    if within and prefix == 0:
        why = Text(
            "数值是高斯投影米，按城镇位置选带{order}", "the numbers are Gauss-Krüger metres; the zone is the one that fits the town{order}"
        )
        for crs in _town_zones(outline, metric_crs):
            yield Reading(crs, swapped, why.fill(order=order))


def _town_zones(outline: Any, metric_crs: str | None) -> list[str]:
    if outline is not None:
        middle = outline.centroid.x
        zones = [metric_zone(float(np.clip(middle + shift, 73.5, 136.5))) for shift in (0, -3, 3)]
        return list(dict.fromkeys(([metric_crs] if metric_crs else []) + zones))
    return [metric_crs] if metric_crs else [f"EPSG:{code}" for code in range(4534, 4555)]
