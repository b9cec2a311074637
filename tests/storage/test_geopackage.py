"""The file is a GeoPackage: the marks of the norm, and what GDAL reads from a snapshot of it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from layers import LAYERS
from storage.store import Store
from tests.storage.drawn_town import CELL_CODES, EXTENT, cells

FEATURES = [key for key, layer in LAYERS.items() if layer.kept == "features"]


def _rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture
def copy(store: Store, tmp_path: Path) -> Path:
    """A snapshot of the drawn town, from either kind of store."""
    store.snapshot(tmp_path / "copy.gpkg")
    return tmp_path / "copy.gpkg"


def test_gdal_finds_every_layer_with_its_system_and_its_extent(copy: Path) -> None:
    names = [name for name, _ in pyogrio.list_layers(copy)]
    assert set(FEATURES) <= set(names) and {"incidents", "town", "staff", "assignments"} <= set(names)
    for key in FEATURES:
        info = pyogrio.read_info(copy, layer=key)
        assert info["crs"] == "EPSG:4490" and info["geometry_name"] == "geom" and info["fid_column"] == "fid"
        assert list(info["fields"]) == [field.name for field in LAYERS[key].fields]
    assert pyogrio.read_info(copy, layer="grid_cells")["total_bounds"] == pytest.approx(EXTENT)


def test_gdal_reads_the_rows_with_their_chinese_and_their_numbers(copy: Path) -> None:
    frame = pyogrio.read_dataframe(copy, layer="grid_cells")
    assert tuple(frame["code"]) == CELL_CODES and frame["name"][0] == "第1网格" and frame["persons"].sum() == 450
    assert frame["persons"].dtype.kind == "i"
    assert shapely.equals(frame.geometry.to_numpy(), cells().geometry.to_numpy()).all()


def test_gdal_reads_points_as_a_table_and_filters_by_place(copy: Path) -> None:
    table = pyogrio.read_dataframe(copy, layer="incidents")
    assert table["lon"].dtype == np.float64 and table["occurred_at"][0] == "2025-12-31T22:00:00"
    corner = pyogrio.read_dataframe(copy, layer="grid_cells", bbox=(109.601, 28.701, 109.602, 28.702))
    assert list(corner["code"]) == ["c1"]


def test_the_file_bears_the_marks_of_the_norm(copy: Path) -> None:
    assert _rows(copy, "PRAGMA application_id") == [(0x47504B47,)] and _rows(copy, "PRAGMA user_version") == [(10300,)]
    assert {row[0] for row in _rows(copy, "SELECT srs_id FROM gpkg_spatial_ref_sys")} == {-1, 0, 4326, 4490}
    assert "China Geodetic Coordinate System 2000" in str(
        _rows(copy, "SELECT definition FROM gpkg_spatial_ref_sys WHERE srs_id = 4490")[0][0]
    )
    kinds = dict(_rows(copy, "SELECT table_name, data_type FROM gpkg_contents"))
    assert kinds["grid_cells"] == "features" and kinds["incidents"] == kinds["staff"] == "attributes"
    listed = _rows(copy, "SELECT table_name, column_name, geometry_type_name, srs_id, z, m FROM gpkg_geometry_columns")
    assert ("grid_cells", "geom", "GEOMETRY", 4490, 0, 0) in listed and len(listed) == len(FEATURES)
    assert _rows(copy, "PRAGMA foreign_key_check") == [] and _rows(copy, "PRAGMA integrity_check") == [("ok",)]


def test_columns_are_of_the_types_the_norm_knows(copy: Path) -> None:
    listed = [name for (name,) in _rows(copy, "SELECT table_name FROM gpkg_contents")]
    types = {kind for name in listed for (kind,) in _rows(copy, f"SELECT type FROM pragma_table_info('{name}')")}  # noqa: S608
    assert types == {"INTEGER", "TEXT", "DOUBLE", "BOOLEAN", "GEOMETRY"}


def test_the_extent_follows_what_is_written(store: Store, tmp_path: Path) -> None:
    store.write_layer("grid_cells", cells().head(1), "tests")
    store.snapshot(tmp_path / "one.gpkg")
    store.write_layer("grid_cells", cells().head(0), "tests")
    store.snapshot(tmp_path / "none.gpkg")
    query = "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'grid_cells'"
    assert _rows(tmp_path / "one.gpkg", query)[0] == pytest.approx((109.60, 28.70, 109.61, 28.71))
    assert _rows(tmp_path / "none.gpkg", query)[0] == (None,) * 4
