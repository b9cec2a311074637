"""From local metres to stored degrees and back to the town's metric system; GeoJSON and CSV as text."""

import csv
import json
from pathlib import Path

import numpy as np
import shapely
from make_ground import Array
from pyproj import Transformer

METRIC_CRS = "EPSG:4546"
SEAT_LON_LAT = (109.66, 28.70)
_TO_METRIC = Transformer.from_crs("EPSG:4490", METRIC_CRS, always_xy=True)
_ORIGIN_M = np.array(_TO_METRIC.transform(*SEAT_LON_LAT))


class Frame:
    """Where local metres lie on the Earth, stretched so that the town has exactly its area."""

    def __init__(self, area_drawn_m2: float, area_wanted_m2: float) -> None:
        self.stretch = float(np.sqrt(area_wanted_m2 / area_drawn_m2))

    def degrees(self, xy: Array, digits: int = 7) -> Array:
        """Longitude and latitude of local metres, rounded, so that shared vertices stay the same number."""
        east, north = (_ORIGIN_M + self.stretch * np.asarray(xy, float).reshape(-1, 2)).T
        return np.round(np.column_stack(_TO_METRIC.transform(east, north, direction="INVERSE")), digits)

    def placed(self, shape):
        """A shapely geometry in local metres as one in degrees."""
        return shapely.transform(shape, self.degrees)


def feature(shape, **properties: object) -> dict:
    """One GeoJSON feature out of a geometry in degrees."""
    return {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(shape)}


def write_geojson(path: Path, features: list[dict]) -> None:
    """A FeatureCollection with one feature a line, for readable differences."""
    lines = ",\n".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in features)
    path.write_bytes(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'.encode())


def write_csv(path: Path, rows: list[dict]) -> None:
    """A UTF-8 table with LF line ends; None is an empty field."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
