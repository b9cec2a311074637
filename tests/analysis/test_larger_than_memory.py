"""The counts from files, block by block, are those of the whole table at once."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer

from analysis import larger_than_memory
from analysis.analysis_grid import analysis_grid, bin_points
from analysis.hex_grid import hex_grid
from analysis.larger_than_memory import counts_of_folder
from layers.definition.refusal import Refusal

METRIC = "EPSG:4546"
ROWS = 30_000
RANDOM = np.random.default_rng(0)
LON, LAT = RANDOM.uniform(109.60, 109.72, ROWS), RANDOM.uniform(28.62, 28.74, ROWS)
LON[::1000] = np.nan
X, Y = Transformer.from_crs("EPSG:4490", METRIC, always_xy=True).transform(LON, LAT)
TOWN = shapely.Point(np.nanmean(X), np.nanmean(Y)).buffer(4500)
GRID = analysis_grid(TOWN, 100, METRIC)


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    monkeypatch.setattr(larger_than_memory, "BLOCK_ROWS", 4_000)
    monkeypatch.setattr(larger_than_memory, "BLOCK_BYTES", 100_000)


def table() -> pd.DataFrame:
    return pd.DataFrame({"code": [f"J{i:06d}" for i in range(ROWS)], "lon": LON, "lat": LAT, "category": "盗窃"})


def write(folder, kind: str) -> None:
    half = ROWS // 2
    for n, part in enumerate((table().iloc[:half], table().iloc[half:])):
        if kind == "parquet":
            part.to_parquet(folder / f"{n}.parquet", row_group_size=1_500)
        elif kind == "csv":
            part.to_csv(folder / f"{n}.csv", index=False, encoding="utf-8-sig" if n else "utf-8", lineterminator="\r\n" if n else "\n")
        else:
            points = gpd.points_from_xy(part["lon"], part["lat"], crs="EPSG:4490")
            gpd.GeoDataFrame(part[["code"]], geometry=points).to_parquet(folder / f"{n}.parquet", row_group_size=1_500)


@pytest.mark.parametrize("kind", ["parquet", "csv", "geoparquet"])
def test_counts_from_files_are_those_of_the_table_in_memory(tmp_path, kind):
    write(tmp_path, kind)
    found = counts_of_folder(tmp_path, GRID, None if kind == "geoparquet" else ("lon", "lat"))
    counts, _ = bin_points(GRID, X, Y)
    np.testing.assert_array_equal(found.counts, counts)
    assert (found.n_read, found.n_missing, found.files) == (ROWS, 30, 2) and found.blocks >= 6
    assert found.n_used == counts[GRID.mask].sum() and found.n_used + found.n_dropped == ROWS
    assert found.crs == METRIC and found.crs_of_files == "EPSG:4490"


def test_hexagons_subfolders_and_metres_work_alike(tmp_path):
    (tmp_path / "2024").mkdir()
    grid = hex_grid(TOWN, 200, METRIC)
    pd.DataFrame({"x": X, "y": Y}).to_csv(tmp_path / "2024" / "a.csv", index=False)
    found = counts_of_folder(tmp_path, grid, ("x", "y"), METRIC, workers=1)
    np.testing.assert_array_equal(found.counts, bin_points(grid, X, Y)[0])


def test_every_line_is_counted_once_wherever_the_blocks_are_cut(tmp_path, monkeypatch):
    grid = analysis_grid(shapely.box(0, 0, 100, 100), 10, METRIC)
    (tmp_path / "a.csv").write_bytes(b"x,y\n" + b"".join(b"%d,%d\n" % (i, i) for i in range(99)) + b"99,99")
    for size in (1, 2, 3, 5, 6, 7, 11, 36, 577, 578):
        monkeypatch.setattr(larger_than_memory, "BLOCK_BYTES", size)
        found = counts_of_folder(tmp_path, grid, ("x", "y"), METRIC)
        assert found.n_read == 100 and (np.diag(found.counts) == 10).all(), size


def test_a_cluster_gives_the_same_counts(tmp_path):
    distributed = pytest.importorskip("distributed")
    write(tmp_path, "parquet")
    with distributed.LocalCluster(n_workers=1, processes=False, protocol="tcp", host="127.0.0.1", dashboard_address=":0") as cluster:
        found = counts_of_folder(tmp_path, GRID, scheduler=cluster.scheduler_address)
    np.testing.assert_array_equal(found.counts, bin_points(GRID, X, Y)[0])


# refuses


def test_an_empty_folder_lacking_columns_and_words_for_numbers_are_refused(tmp_path):
    with pytest.raises(Refusal, match=r"no \.parquet or \.csv"):
        counts_of_folder(tmp_path, GRID)
    (tmp_path / "a.csv").write_text("lon,wide\n1,2\n")
    with pytest.raises(Refusal, match=r"a\.csv has no column lat\..*It has lon, wide"):
        counts_of_folder(tmp_path, GRID)
    with pytest.raises(Refusal, match=r"a\.csv is not GeoParquet"):
        counts_of_folder(tmp_path, GRID, None)
    (tmp_path / "a.csv").write_text("lon,lat\n1,2\neast,2\n")
    with pytest.raises(Refusal, match=r"1 values of lon are not numbers \(first: east\)"):
        counts_of_folder(tmp_path, GRID)


def test_files_of_different_systems_are_refused(tmp_path):
    for n, crs in enumerate(("EPSG:4490", METRIC)):
        gpd.GeoDataFrame({"n": [1]}, geometry=gpd.points_from_xy([109.6], [28.7]), crs=crs).to_parquet(tmp_path / f"{n}.parquet")
    with pytest.raises(Refusal, match="different systems: EPSG:4490, EPSG:4546"):
        counts_of_folder(tmp_path, GRID, None)
