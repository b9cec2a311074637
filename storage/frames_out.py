"""Rows of the store as DataFrames with the declared types, also when there are no rows."""

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy import Row

from layers.definition.crs import STORED_CRS
from layers.definition.layer import Field, Layer
from storage.schema import POINT_COLUMNS


def layer_frame(layer: Layer, rows: Sequence[Row[Any]]) -> pd.DataFrame:
    """Rows (fields in the layer's order, then geometry or lon and lat) as a table.

    Text is str, or None where missing; whole numbers int64, or Int64 where some are missing; numbers float64;
    times naive datetime64[s]. Geometry in EPSG:4490; lon and lat in its degrees.
    """
    width = len(layer.fields) + (len(POINT_COLUMNS) if layer.kept == "points" else 1)
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    data = {field.name: _typed(field, values) for field, values in zip(layer.fields, columns, strict=False)}
    if layer.kept == "points":
        return pd.DataFrame(data | {name: np.array(values, float) for name, values in zip(POINT_COLUMNS, columns[-2:], strict=True)})
    shapes = np.empty(len(rows), object)
    shapes[:] = columns[-1]
    return gpd.GeoDataFrame(data, geometry=shapes, crs=STORED_CRS)


def plain_frame(names: Sequence[str], rows: Sequence[Row[Any]]) -> pd.DataFrame:
    """Rows of text as a table: str, or None where missing."""
    return pd.DataFrame({name: [row[i] for row in rows] for i, name in enumerate(names)}, dtype=object)


def _typed(field: Field, values: tuple[Any, ...]) -> Any:
    if field.type == "integer":
        return pd.array(values, "Int64") if None in values else np.array(values, np.int64)
    if field.type == "number":
        return np.array(values, float)
    if field.type == "time":
        return np.array(["NaT" if value is None else value for value in values], "datetime64[s]")
    return pd.Series(values, dtype=object)
