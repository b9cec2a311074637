"""A plan's files: the same cells in each, text that stays text, shapes in degrees."""

import csv
import io
import json
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
import shapely
from shapely.geometry import box

from exporting.plan_table import FORMATS, HEADINGS, plan_file
from layers.definition.refusal import Refusal

# Three cells side by side, 0.01 degrees wide: two in beat 01, one in none. A cell's name starts like a formula.
CELLS = gpd.GeoDataFrame(
    {
        "cell_code": ["001", "002", "003"],
        "cell_name": ["=HYPERLINK(1)", "乙网格", "-丙"],
        "unit_code": ["A", "A", "B"],
        "beat": ["01", "01", None],
        "beat_name": ["+东区", "+东区", None],
        "beat_name_en": ["East", "East", None],
        "lead": ["P01", "P01", None],
    },
    geometry=[box(109 + i / 100, 28, 109.01 + i / 100, 28.01) for i in range(3)],
    crs="EPSG:4490",
)
BEATS = gpd.GeoDataFrame({"code": ["01"], "name": ["东区"], "name_en": ["East"]}, geometry=[box(109, 28, 109.02, 28.01)], crs="EPSG:4490")


def test_the_csv_opens_in_a_spreadsheet_as_utf8_and_computes_nothing() -> None:
    made = plan_file(CELLS, BEATS, "csv")
    assert made.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(made.decode("utf-8-sig")))
    assert head == list(HEADINGS.values())
    assert rows[0] == ["001", "'=HYPERLINK(1)", "A", "01", "'+东区", "East", "P01"]
    assert rows[2] == ["003", "'-丙", "B", "", "", "", ""]


def test_the_xlsx_holds_text_and_no_formula() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(plan_file(CELLS, BEATS, "xlsx"))).active
    rows = list(sheet.iter_rows(min_row=2))
    assert [[cell.value for cell in row[:2]] for row in rows] == [["001", "=HYPERLINK(1)"], ["002", "乙网格"], ["003", "-丙"]]
    assert all(cell.data_type == "s" for row in rows for cell in row if cell.value)


def test_the_geopackage_has_the_beats_dissolved_and_the_cells_in_their_system(tmp_path: Path) -> None:
    path = tmp_path / "plan.gpkg"
    path.write_bytes(plan_file(CELLS, BEATS, "gpkg"))
    cells, beats = (gpd.read_file(path, layer=layer) for layer in ("cells", "beats"))
    assert (cells.crs.to_epsg(), beats.crs.to_epsg(), len(cells)) == (4490, 4490, 3)
    inside = shapely.union_all(cells.geometry[cells["beat"] == "01"].to_numpy())
    assert beats.geometry.iloc[0].symmetric_difference(inside).area < 1e-12


def test_the_geojson_names_cell_and_beat_and_null_where_there_is_none() -> None:
    features = json.loads(plan_file(CELLS, BEATS, "geojson"))["features"]
    assert [(f["properties"]["cell_code"], f["properties"]["beat"]) for f in features] == [("001", "01"), ("002", "01"), ("003", None)]


def test_what_a_role_may_not_see_is_in_no_file() -> None:
    hidden = gpd.GeoDataFrame(CELLS.drop(columns="lead"))
    for format in FORMATS:
        assert b"P01" not in plan_file(hidden, BEATS, format)


def test_an_unknown_format_and_shapes_in_metres_are_refused() -> None:
    with pytest.raises(Refusal, match="Choose one of: csv, xlsx, gpkg, geojson"):
        plan_file(CELLS, BEATS, "dbf")
    with pytest.raises(Refusal, match="degrees"):
        plan_file(gpd.GeoDataFrame(CELLS.to_crs("EPSG:4546")), BEATS, "csv")
