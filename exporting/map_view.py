"""Where ground meets paper: a frame on the page, a scale and a centre, and the exact way from one to the other."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Proj, Transformer

from exporting.page import Box
from layers.definition.crs import STORED_CRS

SCALES = tuple(
    int(first * 10**power) for power in range(2, 7) for first in (1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 5, 6, 7.5)
)  # people measure on paper: only ratios that a ruler can follow


@dataclass(frozen=True)
class MapView:
    """A map at 1:`scale` of the ground in `crs` (metres), whose frame on the page (mm) is centred on `centre_m`."""

    crs: str
    scale: int
    frame: Box
    centre_m: tuple[float, float]

    @property
    def mm_per_m(self) -> float:
        """Millimetres on paper of one metre on the ground."""
        return 1000.0 / self.scale

    @property
    def shift_mm(self) -> tuple[float, float]:
        """Page position of the origin of the coordinate system."""
        x0, y0, x1, y1 = self.frame
        return (x0 + x1) / 2 - self.centre_m[0] * self.mm_per_m, (y0 + y1) / 2 - self.centre_m[1] * self.mm_per_m

    def on_page(self, geometries: Any) -> Any:
        """Geometries in metres of `crs` as geometries in mm of the page; same shape of array."""
        dx, dy = self.shift_mm
        return shapely.transform(geometries, lambda xy: xy * self.mm_per_m + (dx, dy))

    def page_point(self, lon: float, lat: float) -> tuple[float, float]:
        """Page position in mm of a longitude and latitude of EPSG:4490."""
        east, north = Transformer.from_crs(STORED_CRS, self.crs, always_xy=True).transform(lon, lat)
        dx, dy = self.shift_mm
        return east * self.mm_per_m + dx, north * self.mm_per_m + dy

    def ground(self, box: Box) -> Box:
        """A box of the page in metres of `crs`."""
        dx, dy = self.shift_mm
        x0, y0, x1, y1 = box
        return (x0 - dx) / self.mm_per_m, (y0 - dy) / self.mm_per_m, (x1 - dx) / self.mm_per_m, (y1 - dy) / self.mm_per_m

    def convergence_deg(self) -> float:
        """Angle from true north to grid north at the centre, positive when grid north lies east of it."""
        lon, lat = Transformer.from_crs(self.crs, STORED_CRS, always_xy=True).transform(*self.centre_m)
        return float(Proj(CRS(self.crs)).get_factors(lon, lat).meridian_convergence)


@dataclass(frozen=True)
class Crossing:
    """Where a meridian or parallel leaves the frame: side of the frame, place along it in mm, and the degrees."""

    side: str
    place_mm: float
    degrees: float
    is_longitude: bool


def round_step_deg(span_deg: float, wanted: int = 5) -> float:
    """The step of the graticule, from a list of minutes, that gives about `wanted` lines over the span."""
    minutes = (1 / 120, 1 / 60, 1 / 30, 1 / 12, 1 / 6, 0.25, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600)
    return min(minutes, key=lambda m: abs(span_deg * 60 / m - wanted)) / 60


def crossings(view: MapView) -> tuple[list[Crossing], list[tuple[float, float]]]:
    """The ends of the graticule on the four sides of the frame, and its crossings inside as page points (mm)."""
    to_degrees = Transformer.from_crs(view.crs, STORED_CRS, always_xy=True)
    x0, y0, x1, y1 = view.frame
    west, south, east, north = view.ground(view.frame)
    lons, lats = to_degrees.transform([west, east, west, east], [south, south, north, north])
    step = round_step_deg(max(lons) - min(lons))
    found: list[Crossing] = []
    for side, along, is_longitude in (("bottom", "x", True), ("top", "x", True), ("left", "y", False), ("right", "y", False)):
        share = np.linspace(0, 1, 201)
        xs = west + share * (east - west) if along == "x" else np.full(201, west if side == "left" else east)
        ys = south + share * (north - south) if along == "y" else np.full(201, south if side == "bottom" else north)
        values = np.asarray(to_degrees.transform(xs, ys)[0 if is_longitude else 1])
        start, length = (x0, x1 - x0) if along == "x" else (y0, y1 - y0)
        for degrees in _multiples(values[0], values[-1], step):
            found.append(Crossing(side, start + float(np.interp(degrees, values, share)) * length, degrees, is_longitude))
    inside = [view.page_point(lon, lat) for lon in _multiples(min(lons), max(lons), step) for lat in _multiples(min(lats), max(lats), step)]
    return found, [(x, y) for x, y in inside if x0 < x < x1 and y0 < y < y1]


def _multiples(low: float, high: float, step: float) -> list[float]:
    return [k * step for k in range(int(np.ceil(low / step - 1e-9)), int(np.floor(high / step + 1e-9)) + 1)]


def degrees_text(degrees: float, is_longitude: bool) -> str:
    """Degrees as written on a frame, e.g. 109°30′E; seconds only where the step needs them."""
    halves = round(abs(degrees) * 7200)
    whole, minute, second = halves // 7200, halves // 120 % 60, halves % 120 / 2
    side = ("E" if degrees >= 0 else "W") if is_longitude else ("N" if degrees >= 0 else "S")
    return f"{whole}°{minute:02d}′{f'{second:04.1f}″'.replace('.0', '') if second else ''}{side}"
