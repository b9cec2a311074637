"""Reads a town from a folder of plain files: GeoJSON per layer, CSV for tables, one JSON about the town. data/README.md lists them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from layers.definition.crs import STORED_CRS
from layers.definition.layer import Layer
from layers.definition.refusal import Refusal
from layers.definition.text import Text

TABLES: dict[str, tuple[str, ...]] = {
    "staff": ("code", "name", "name_en", "kind"),
    "assignments": ("staff_code", "target_kind", "target_code", "role", "plan_id", "valid_from", "valid_to"),
    "plans": ("id", "name", "name_en", "status", "parent_id", "author", "reason", "created_at", "effective_from"),
    "plan_beats": ("plan_id", "code", "name", "name_en", "lead"),
    "plan_cells": ("plan_id", "cell_code", "beat"),
}
"""The tables beside the layers, with their columns."""
TOWN_NEEDS = ("name", "name_en", "code", "metric_crs")


@dataclass(frozen=True)
class TownFiles:
    """The tables of a town as read: features in EPSG:4490 degrees, points with lon and lat columns, codes as text."""

    town: dict[str, Any]
    layers: dict[str, pd.DataFrame]
    tables: dict[str, pd.DataFrame]


def read_town_folder(folder: Path, layers: Mapping[str, Layer]) -> TownFiles:
    """The town kept in a folder. A layer or table without a file comes back empty.

    Refused: no town.json, a file that is not what its name says, required columns that are missing, coordinates that
    are not degrees.
    """
    about = folder / "town.json"
    if not about.is_file():
        raise Refusal(
            Text("{folder} 中没有 town.json。", "There is no town.json in {folder}.").fill(folder=folder.name),
            Text("data/README.md 说明了所需的文件。", "data/README.md lists the files a town needs."),
        )
    return TownFiles(
        town=_town(about),
        layers={key: _layer(folder, key, layer) for key, layer in layers.items() if layer.kept != "computed"},
        tables={name: _table(folder / f"{name}.csv", columns) for name, columns in TABLES.items()},
    )


def _town(path: Path) -> dict[str, Any]:
    town = _json(path)
    missing = [name for name in TOWN_NEEDS if not isinstance(town, dict) or not town.get(name)]
    if missing:
        raise _lacks(path, missing)
    return town


def _layer(folder: Path, key: str, layer: Layer) -> pd.DataFrame:
    names = [field.name for field in layer.fields]
    if layer.kept == "points":
        return _points(folder / f"{key}.csv", layer)
    path = folder / f"{key}.geojson"
    features = _json(path).get("features", []) if path.is_file() else []
    if not features:
        return gpd.GeoDataFrame({name: [] for name in names}, geometry=[], crs=STORED_CRS)
    table = gpd.GeoDataFrame.from_features(features, crs=STORED_CRS)
    _check_columns(path, table, layer)
    west, south, east, north = table.total_bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise Refusal(
            Text("{file} 的坐标不是经纬度（{west:.0f} 至 {east:.0f}）。", "{file} is not in degrees ({west:.0f} to {east:.0f}).").fill(
                file=path.name, west=west, east=east
            ),
            Text("请先转换为 CGCS2000 或 WGS-84 经纬度。", "Convert it to CGCS2000 or WGS-84 degrees first."),
        )
    return table.reindex(columns=[*names, "geometry"])


def _points(path: Path, layer: Layer) -> pd.DataFrame:
    columns = [field.name for field in layer.fields] + ["lon", "lat"]
    table = _table(path, tuple(columns))
    if len(table):
        _check_columns(path, table, layer)
    try:
        table = table.astype({"lon": float, "lat": float})
        for field in layer.fields:
            if field.type == "time":
                table[field.name] = pd.to_datetime(table[field.name], format="ISO8601")
    except (TypeError, ValueError) as error:
        raise Refusal(
            Text("{file} 中有无法读取的坐标或时间：{error}。", "{file} has a coordinate or time that can't be read: {error}.").fill(
                file=path.name, error=str(error)[:120]
            ),
            Text("坐标用十进制度，时间用 YYYY-MM-DDTHH:MM。", "Write coordinates in decimal degrees and times as YYYY-MM-DDTHH:MM."),
        ) from error
    return table


def _table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    if not path.is_file():
        return pd.DataFrame({name: pd.Series(dtype=object) for name in columns})
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise _unreadable(path, error) from error
    return table.where(table != "", None).reindex(columns=list(columns))


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, ValueError) as error:
        raise _unreadable(path, error) from error


def _check_columns(path: Path, table: pd.DataFrame, layer: Layer) -> None:
    missing = [f.name for f in layer.fields if f.required and (f.name not in table or table[f.name].isna().any())]
    if missing:
        raise _lacks(path, missing)


def _lacks(path: Path, missing: list[str]) -> Refusal:
    return Refusal(
        Text("{file} 缺少必填内容：{missing}。", "{file} lacks what is required: {missing}.").fill(
            file=path.name, missing=", ".join(missing)
        ),
        Text("请补全每一行后再试。", "Fill it in on every row, then try again."),
    )


def _unreadable(path: Path, error: Exception) -> Refusal:
    return Refusal(
        Text("{file} 无法读取：{error}。", "{file} can't be read: {error}.").fill(file=path.name, error=str(error)[:120]),
        Text("请以 UTF-8 保存后再试。", "Save it as UTF-8, then try again."),
    )
