"""Layers as GeoPackage, Shapefile, GeoJSON, KML and GeoParquet. Each gives file names with their bytes; nothing is left on disk."""

import csv
import io
import json
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray

from exporting.data_table import DataTable, System, degrees_only, missing
from exporting.qgis_style import qml, sld
from layers.definition.refusal import Refusal
from layers.definition.text import Text

Files = dict[str, bytes]
FIXED_TIME = "2000-01-01T00:00:00Z"  # in place of the clock: the same tables give the same bytes
NAME_BYTES = 10  # of a column in a Shapefile's DBF
TEXT_BYTES = 254  # of a text in a DBF
GBK_DRIVER = b"\x4d"  # code page 936
GPKG_VERSION = "1.3"  # the newest that the GDAL of Debian 12 reads without a warning
ENCODINGS = {"UTF-8": "utf-8", "GBK": "gbk"}
_gdal_clock = Lock()
_KIND = {"polygon": ("Polygon", "MultiPolygon"), "line": ("LineString", "MultiLineString"), "point": ("Point", "MultiPoint")}


def geopackage(tables: Sequence[DataTable], system: System, name: str) -> Files:
    """One file with a feature table per layer, and `layer_styles`, from which QGIS takes how each is drawn."""
    with tempfile.TemporaryDirectory(prefix="jingge") as folder, _gdal_clock:
        path = Path(folder) / "data.gpkg"
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_TIME})
        try:
            for table in tables:
                pyogrio.write_dataframe(
                    _frame(table, system),
                    path,
                    layer=table.key,
                    driver="GPKG",
                    geometry_type=_geometry_type(table),
                    geometry_name="geom",
                    VERSION=GPKG_VERSION,
                    identifier=table.title.zh,
                    description=f"{table.title.en}. {table.about}",
                )
            pyogrio.write_dataframe(_styles(tables), path, layer="layer_styles", driver="GPKG", fid="id")
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        return {f"{name}.gpkg": path.read_bytes()}


def shapefiles(tables: Sequence[DataTable], system: System, encoding: str = "UTF-8") -> Files:
    """Per layer .shp .shx .dbf .prj .cpg and a .fields.csv with the full name behind each short one.

    Column names are ASCII, at most 10 bytes and unique. Refused: characters that GBK lacks; an unknown encoding.
    """
    if encoding not in ENCODINGS:
        raise Refusal(
            Text("没有编码“{e}”。", "There is no encoding {e}.").fill(e=encoding), Text("可选：UTF-8、GBK。", "Choose UTF-8 or GBK.")
        )
    files: Files = {}
    for table in tables:
        frame = _frame(table, system)
        _fits_encoding(table, frame, encoding)
        short = short_names([f.name for f in table.fields])
        with tempfile.TemporaryDirectory(prefix="jingge") as folder:
            path = Path(folder) / f"{table.key}.shp"
            pyogrio.write_dataframe(
                frame.rename(columns=short),
                path,
                driver="ESRI Shapefile",
                encoding=encoding,
                geometry_type=_geometry_type(table, shapefile=True),
                DBF_DATE_LAST_UPDATE=FIXED_TIME[:10],
            )
            files |= {part.name: part.read_bytes() for part in sorted(Path(folder).iterdir())}
        files[f"{table.key}.cpg"] = encoding.encode() if encoding == "UTF-8" else b"GBK"
        if encoding == "GBK":
            files[f"{table.key}.dbf"] = _with_language(files[f"{table.key}.dbf"])
        files[f"{table.key}.fields.csv"] = _sidecar(table, short)
    return files


def _with_language(dbf: bytes) -> bytes:
    """The DBF that says GBK by itself, for a reader that has lost the .cpg. Source: dBASE table header, byte 29, language driver."""
    return dbf[:29] + GBK_DRIVER + dbf[30:]


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Full name -> a name of at most 10 ASCII letters, digits and _, no two alike whatever their case."""
    taken: set[str] = set()
    short: dict[str, str] = {}
    for place, name in enumerate(names):
        plain = re.sub(r"[^A-Za-z0-9_]", "", name)[:NAME_BYTES] or f"field{place + 1}"
        choice, number = plain, 1
        while choice.lower() in taken:
            number += 1
            choice = plain[: NAME_BYTES - len(str(number))] + str(number)
        taken.add(choice.lower())
        short[name] = choice
    return short


def cut_texts(table: DataTable, encoding: str = "UTF-8") -> int:
    """How many texts a DBF cuts because they are longer than 254 bytes."""
    texts = table.attributes.select_dtypes(object)
    return int(sum(len(str(v).encode(ENCODINGS[encoding], "replace")) > TEXT_BYTES for v in texts.to_numpy().ravel() if not missing(v)))


def geojson(tables: Sequence[DataTable], system: System) -> Files:
    """RFC 7946: degrees, outer rings counter-clockwise, 7 decimals. A shifted datum is named in a member of its own."""
    system = degrees_only(system)
    files: Files = {}
    for table in tables:
        shapes = shapely.orient_polygons(shapely.transform(system.placed(table.shapes), lambda xy: np.round(xy, 7)))
        features = [
            {
                "type": "Feature",
                "properties": row,
                "geometry": None if shape is None or shape.is_empty else json.loads(shapely.to_geojson(shape)),
            }
            for row, shape in zip(_plain_rows(table), shapes, strict=True)
        ]
        collection: dict[str, Any] = {"type": "FeatureCollection", "name": table.key}
        if system.datum != "wgs84":
            collection["shifted_datum"] = system.mark
        collection["features"] = features
        files[f"{table.key}.geojson"] = json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()
    return files


def kml(tables: Sequence[DataTable], system: System, name: str) -> Files:
    """One KML 2.2 file with a folder per layer, in degrees; every field under its title in both languages."""
    system = degrees_only(system)
    root = Element("kml", xmlns="http://www.opengis.net/kml/2.2")
    document = SubElement(root, "Document")
    SubElement(document, "name").text = name
    for table in tables:
        folder = SubElement(document, "Folder")
        SubElement(folder, "name").text = f"{table.title.zh} {table.title.en}"
        rows = _plain_rows(table)
        for row, shape in zip(rows, system.placed(table.shapes), strict=True):
            place = SubElement(folder, "Placemark")
            SubElement(place, "name").text = str(row.get("name") or row.get("code") or "")
            _kml_style(place, table, row)
            extended = SubElement(place, "ExtendedData")
            for declared in table.fields:
                if row[declared.name] is not None:
                    data = SubElement(extended, "Data", name=declared.name)
                    SubElement(data, "displayName").text = f"{declared.title.zh} {declared.title.en}"
                    SubElement(data, "value").text = str(row[declared.name])
            if shape is not None and not shape.is_empty:
                _kml_shape(place, shape)
    return {f"{name}.kml": b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode").encode()}


def geoparquet(tables: Sequence[DataTable], system: System) -> Files:
    """GeoParquet 1.0, one file per layer, with the CRS in its metadata."""
    files: Files = {}
    for table in tables:
        out = io.BytesIO()
        _frame(table, system, times_as_text=False).to_parquet(out, index=False, schema_version="1.0.0")
        files[f"{table.key}.parquet"] = out.getvalue()
    return files


def _frame(table: DataTable, system: System, times_as_text: bool = True) -> gpd.GeoDataFrame:
    """Attributes and shapes in the system of the files. Times as text, since GDAL would take the wall clock for UTC."""
    attributes = table.attributes
    for declared in table.fields:
        if declared.type == "time" and times_as_text:
            attributes[declared.name] = [None if missing(v) else v.isoformat(timespec="minutes") for v in attributes[declared.name]]
    return gpd.GeoDataFrame(attributes, geometry=gpd.GeoSeries(system.placed(table.shapes), index=attributes.index, crs=system.crs))


def _geometry_type(table: DataTable, shapefile: bool = False) -> str:
    """The plain type where every shape is of it, else the type of several parts, into which the writer turns all."""
    one, several = _KIND[table.geometry]
    kinds = {shape.geom_type for shape in table.shapes if shape is not None}
    return one if kinds <= {one} or (shapefile and table.geometry != "point") else several


def _styles(tables: Sequence[DataTable]) -> pd.DataFrame:
    """The table as QGIS itself makes it."""
    rows = [
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": table.key,
            "f_geometry_column": "geom",
            "styleName": table.title.zh,
            "styleQML": qml(table),
            "styleSLD": sld(table),
            "useAsDefault": True,
            "description": table.title.en,
            "owner": "",
            "ui": "",
            "update_time": pd.Timestamp(FIXED_TIME),
        }
        for table in tables
    ]
    return pd.DataFrame(rows)


def _fits_encoding(table: DataTable, frame: pd.DataFrame, encoding: str) -> None:
    wrong = []
    for name in (f.name for f in table.fields if f.type == "text"):
        for row, value in enumerate(frame[name], 1):
            lacking = [c for c in str(value) if not _in(c, encoding)] if not missing(value) else []
            if lacking:
                wrong.append((row, name, "".join(dict.fromkeys(lacking))[:10]))
    if wrong:
        row, name, characters = wrong[0]
        raise Refusal(
            Text(
                "{layer}：{n} 处文字含 {e} 没有的字（首个：第 {row} 行 {name}，“{c}”）。",
                "{layer}: {n} texts hold characters that {e} lacks (first: row {row}, {name}, {c}).",
            ).fill(layer=table.title, n=len(wrong), e=encoding, row=row, name=name, c=characters),
            Text("请改用 UTF-8。", "Choose UTF-8 instead."),
        )


def _in(character: str, encoding: str) -> bool:
    try:
        character.encode(ENCODINGS[encoding])
    except UnicodeEncodeError:
        return False
    return True


def _sidecar(table: DataTable, short: dict[str, str]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["column", "full_name", "标题", "title", "单位", "unit", "about"])
    for declared in table.fields:
        unit = declared.unit or Text("", "")
        writer.writerow([short[declared.name], declared.name, *declared.title, *unit, declared.about])
    return out.getvalue().encode("utf-8-sig")


def _plain_rows(table: DataTable) -> list[dict[str, Any]]:
    return [{str(name): _plain(value) for name, value in row.items()} for row in table.attributes.to_dict("records")]


def _plain(value: Any) -> Any:
    if missing(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.isoformat(timespec="minutes")
    return value.item() if isinstance(value, np.generic) else value


def _kml_style(place: Element, table: DataTable, row: dict[str, Any]) -> None:
    fill = table.colours.get(str(row.get("code")), table.style.fill)
    style = SubElement(place, "Style")
    if table.geometry == "point":
        SubElement(SubElement(style, "IconStyle"), "color").text = _abgr(fill or "#333333", 1.0)
        return
    line = SubElement(style, "LineStyle")
    SubElement(line, "color").text = _abgr(table.style.stroke or fill or "#333333", 1.0)
    SubElement(line, "width").text = f"{table.style.weight:g}"
    if table.geometry == "polygon":
        SubElement(SubElement(style, "PolyStyle"), "color").text = _abgr(fill or "#cccccc", table.style.fill_opacity if fill else 0.0)


def _kml_shape(parent: Element, shape: Any) -> None:
    if shape.geom_type.startswith("Multi"):
        several = SubElement(parent, "MultiGeometry")
        for part in shape.geoms:
            _kml_shape(several, part)
    elif shape.geom_type == "Polygon":
        polygon = SubElement(parent, "Polygon")
        for kind, ring in [("outerBoundaryIs", shape.exterior), *(("innerBoundaryIs", hole) for hole in shape.interiors)]:
            holder = SubElement(SubElement(polygon, kind), "LinearRing")
            SubElement(holder, "coordinates").text = _kml_points(shapely.get_coordinates(ring))
    else:
        holder = SubElement(parent, shape.geom_type)
        SubElement(holder, "coordinates").text = _kml_points(shapely.get_coordinates(shape))


def _kml_points(xy: NDArray[np.float64]) -> str:
    return " ".join(f"{x:.7f},{y:.7f}" for x, y in xy)


def _abgr(colour: str, opacity: float) -> str:
    return f"{round(opacity * 255):02x}{colour[5:7]}{colour[3:5]}{colour[1:3]}".lower()
