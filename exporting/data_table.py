"""One layer on its way into a file: its declared fields only, and the coordinate system it is written in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from layers.definition.crs import DATUMS, STORED_CRS, Datum, wgs84_to_bd09, wgs84_to_gcj02
from layers.definition.layer import Field, Geometry, Layer, Style
from layers.definition.refusal import Refusal
from layers.definition.text import Text

DATUM_MARK: dict[Datum, str] = {"wgs84": "", "gcj02": "GCJ02", "bd09": "BD09"}
"""What stands in the file name where coordinates are shifted."""
_SHIFTED_WKT = (
    'GEOGCRS["{name} (shifted, not WGS 84)",DATUM["{name}",ELLIPSOID["WGS 84",6378137,298.257223563]],'
    'CS[ellipsoidal,2],AXIS["longitude",east],AXIS["latitude",north],ANGLEUNIT["degree",0.0174532925199433]]'
)


@dataclass(frozen=True, eq=False)
class DataTable:
    """A layer as it may be handed out: rows in degrees (EPSG:4490), of which only `fields` are ever written."""

    key: str
    """ASCII; the name of the table and of its files."""
    title: Text
    about: str
    geometry: Geometry
    fields: tuple[Field, ...]
    style: Style
    rows: gpd.GeoDataFrame
    colours: Mapping[str, str] = field(default_factory=dict)
    """Code -> fill, for a layer whose style has no fill of its own."""

    @property
    def attributes(self) -> pd.DataFrame:
        """The columns without geometry: text without control characters, whole numbers that may be missing, times as times."""
        return pd.DataFrame({f.name: _typed(f, self.rows[f.name]) for f in self.fields}, index=self.rows.index)

    @property
    def shapes(self) -> NDArray[np.object_]:
        """(n,) geometries in degrees."""
        return np.asarray(self.rows.geometry.to_numpy(), dtype=object)


def data_table(
    key: str, layer: Layer, rows: gpd.GeoDataFrame, more: tuple[Field, ...] = (), colours: Mapping[str, str] | None = None
) -> DataTable:
    """The table of a layer; columns that neither the layer nor `more` declares are left out. Refused: rows not in EPSG:4490 degrees."""
    if rows.crs is None or rows.crs.to_epsg() not in (4490, 4326):
        raise Refusal(
            Text("{layer}的坐标系不是 EPSG:4490。", "{layer} is not in EPSG:4490.").fill(layer=layer.title),
            Text("请先转换坐标系。", "Convert it first."),
        )
    fields = tuple(f for f in (*layer.fields, *more) if f.name in rows.columns)
    kept = {name for f in fields for name in (f.name, f"{f.name}_en")} | {rows.geometry.name}
    shown = gpd.GeoDataFrame(rows[[name for name in rows.columns if name in kept]].reset_index(drop=True))
    return DataTable(key, layer.title, layer.about, layer.geometry, fields, layer.style, shown, dict(colours or {}))


@dataclass(frozen=True)
class System:
    """The coordinate system of the files: a CRS by its EPSG code, or degrees shifted into a datum of web maps."""

    crs: CRS
    datum: Datum
    title: Text

    @property
    def mark(self) -> str:
        """What file names carry: GCJ02, BD09, EPSG4546; nothing for plain degrees."""
        if self.datum != "wgs84":
            return DATUM_MARK[self.datum]
        return "" if self.crs.is_geographic else f"EPSG{self.crs.to_epsg()}"

    @property
    def in_degrees(self) -> bool:
        """Longitude and latitude, or metres."""
        return bool(self.crs.is_geographic)

    def placed(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """The shapes (n,), given in EPSG:4490 degrees, in this system; x is east, y is north."""
        if self.datum != "wgs84":
            shift = wgs84_to_gcj02 if self.datum == "gcj02" else wgs84_to_bd09
            return np.asarray(shapely.transform(shapes, lambda xy: np.column_stack(shift(xy[:, 0], xy[:, 1]))), dtype=object)
        if self.crs.to_epsg() in (4490, 4326):
            return shapes
        change = Transformer.from_crs(STORED_CRS, self.crs, always_xy=True)
        moved = np.asarray(shapely.transform(shapes, lambda xy: np.column_stack(change.transform(xy[:, 0], xy[:, 1]))), dtype=object)
        if not np.isfinite(shapely.get_coordinates(moved)).all():
            raise Refusal(
                Text("部分图形不在 {crs} 的适用范围内。", "Some shapes lie outside the area of {crs}.").fill(crs=self.title),
                Text("请选本地的投影带，或 EPSG:4490。", "Choose the local zone, or EPSG:4490."),
            )
        return moved


def system(epsg: str = STORED_CRS, datum: Datum = "wgs84") -> System:
    """The system of that EPSG code (with or without "EPSG:"), or degrees of a shifted datum, which has no EPSG code.

    Refused: an unknown code or datum; a shifted datum together with a projected system, since no map service uses one.
    """
    if datum not in DATUMS:
        raise Refusal(Text("没有名为“{d}”的基准。", "There is no datum called {d}.").fill(d=datum), _choices(", ".join(DATUMS)))
    code = epsg.strip().upper().removeprefix("EPSG:")
    try:
        crs = CRS.from_epsg(int(code))
    except (CRSError, ValueError) as error:
        raise Refusal(
            Text("没有坐标系 EPSG:{code}。", "There is no coordinate system EPSG:{code}.").fill(code=code[:20]),
            Text("例如 4490、4326、4546。", "For example 4490, 4326 or 4546."),
        ) from error
    if not (crs.is_geographic or crs.is_projected) or len(crs.axis_info) != 2:
        raise Refusal(
            Text("EPSG:{code} 不是平面或经纬度坐标系。", "EPSG:{code} is neither a map projection nor longitude and latitude.").fill(
                code=code
            ),
            Text("例如 4490、4326、4546。", "For example 4490, 4326 or 4546."),
        )
    if datum == "wgs84":
        return System(crs, datum, Text(f"EPSG:{code} {crs.name}", f"EPSG:{code} {crs.name}"))
    if not crs.is_geographic:
        raise Refusal(
            Text("GCJ-02、BD-09 只用于经纬度。", "GCJ-02 and BD-09 go with degrees only."), Text("请选 EPSG:4490。", "Choose EPSG:4490.")
        )
    name = "GCJ-02" if datum == "gcj02" else "BD-09"
    return System(CRS.from_wkt(_SHIFTED_WKT.format(name=name)), datum, DATUMS[datum])


def degrees_only(wished: System) -> System:
    """What a format takes that knows degrees only: the wish, or EPSG:4326 in place of a projected system."""
    return wished if wished.datum != "wgs84" else system("EPSG:4326")


def clean(text: str) -> str:
    """Text without the control characters that XML, spreadsheets and terminals stumble over; lone surrogates become U+FFFD."""
    kept = "".join(c if c in "\t\n" or (ord(c) >= 32 and c not in "\x7f\ufffe\uffff") else " " for c in text)
    return kept.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def missing(value: Any) -> bool:
    """Whether a cell holds nothing."""
    return value is None or bool(pd.isna(value))


def _typed(declared: Field, column: pd.Series) -> pd.Series:
    if declared.type == "integer":
        return pd.to_numeric(column).round().astype("Int64")
    if declared.type == "number":
        return pd.to_numeric(column).astype("float64")
    if declared.type == "time":
        return pd.to_datetime(column, format="ISO8601", errors="coerce")
    return pd.Series([None if missing(v) else clean(str(v)) for v in column], index=column.index, dtype=object)


def _choices(names: str) -> Text:
    return Text(f"可选：{names}。", f"Choose one of {names}.")
