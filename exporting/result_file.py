"""Results of an analysis as a GeoPackage: one table with its shapes, in the system that they were worked out in."""

from pathlib import Path

import geopandas as gpd
import pyogrio


def write_geopackage(table: gpd.GeoDataFrame, path: Path, layer: str) -> None:
    """Write `table` as the one layer of a new file at `path`. Refused by the writer: a folder that is not there or not writable."""
    pyogrio.write_dataframe(table, path, layer=layer, driver="GPKG")
