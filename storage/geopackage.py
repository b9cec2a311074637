"""What makes an SQLite file a GeoPackage 1.3: its marks, its systems, and the list of its tables with their extents.

No R-tree extension: its triggers call functions that only a loaded extension brings. Source: OGC 12-128r17.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from math import isfinite

from pyproj import CRS
from sqlalchemy import Connection, Table, text

from layers.definition.crs import STORED_CRS
from storage.geometry_column import SRS_ID
from storage.schema import GEOMETRY_NAME, Schema

APPLICATION_ID = 0x47504B47  # "GPKG"
USER_VERSION = 10300

Bounds = tuple[float, float, float, float]

_TABLES = (
    """CREATE TABLE gpkg_spatial_ref_sys (
        srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
        organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT)""",
    """CREATE TABLE gpkg_contents (
        table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
        last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
        min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
        CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))""",
    """CREATE TABLE gpkg_geometry_columns (
        table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
        z TINYINT NOT NULL, m TINYINT NOT NULL,
        CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
        CONSTRAINT uk_gc_table_name UNIQUE (table_name),
        CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
        CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id))""",
)
_UNDEFINED = (("Undefined Cartesian", -1), ("Undefined geographic", 0))


def as_bounds(numbers: Iterable[float]) -> Bounds | None:
    """West, south, east, north as geopandas and shapely give them; None where they are NaN, as for nothing at all."""
    west, south, east, north = map(float, numbers)
    return (west, south, east, north) if isfinite(west + south + east + north) else None


def prepare(connection: Connection, schema: Schema) -> None:
    """Give a new SQLite database the marks and tables of a GeoPackage and list the schema's tables. Nothing on other databases."""
    if connection.dialect.name != "sqlite":
        return
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {USER_VERSION}")
    for statement in _TABLES:
        connection.exec_driver_sql(statement)
    for row in _systems():
        connection.exec_driver_sql("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", row)
    for key in schema.layer_keys():
        list_layer(connection, schema, key)
    for name in ("town", "staff", "assignments"):
        _list(connection, name, "attributes", "")


def list_layer(connection: Connection, schema: Schema, key: str) -> None:
    """Enter a layer's table in the list of contents. Nothing on other databases than SQLite."""
    if connection.dialect.name != "sqlite":
        return
    layer = schema.layers[key]
    features = layer.kept == "features"
    _list(connection, key, "features" if features else "attributes", f"{layer.title.zh} {layer.title.en}")
    if features:
        connection.exec_driver_sql(
            "INSERT INTO gpkg_geometry_columns VALUES (?, ?, 'GEOMETRY', ?, 0, 0)",
            (key, GEOMETRY_NAME, SRS_ID),
        )


def note_change(connection: Connection, table: Table, bounds: Bounds | None) -> None:
    """Put time and extent (degrees; None for an empty table) of a changed table right. Nothing on other databases than SQLite."""
    if connection.dialect.name != "sqlite":
        return
    west, south, east, north = bounds or (None, None, None, None)
    connection.execute(
        text(
            "UPDATE gpkg_contents SET last_change = :now, min_x = :west, min_y = :south, max_x = :east, max_y = :north"
            " WHERE table_name = :name"
        ),
        {"now": _utc_now(), "west": west, "south": south, "east": east, "north": north, "name": table.name},
    )


def _list(connection: Connection, name: str, data_type: str, description: str) -> None:
    connection.exec_driver_sql(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id) VALUES (?, ?, ?, ?, ?, ?)",
        (name, data_type, name, description, _utc_now(), SRS_ID if data_type == "features" else None),
    )


def _systems() -> list[tuple[str, int, str, int, str, str]]:
    known = [(CRS.from_user_input(name), name) for name in (STORED_CRS, "EPSG:4326")]
    return [
        *((name, srs_id, "NONE", srs_id, "undefined", name) for name, srs_id in _UNDEFINED),
        *((crs.name, int(name[5:]), "EPSG", int(name[5:]), crs.to_wkt("WKT1_GDAL"), "longitude, latitude") for crs, name in known),
    ]


def _utc_now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
