"""Files for other programs, read back by what reads them: GDAL, geopandas, openpyxl, a DBF reader that knows only its encoding.

One drawn layer of three squares 0.01 degrees wide from 109.60 E, 28.70 N, each a row:
  g1  第1网格     450 persons   =HYPERLINK("x")
  g2  60 characters, rare ones   no number   "-1 a text"
  g3  right-to-left text         7           ＝1+1
"""

import csv
import io
import json
import sqlite3
import struct
import zipfile
from contextlib import closing
from pathlib import Path
from threading import Thread
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely

from exporting.data_files import FORMATS, DataChoice, data_files, data_zip
from exporting.data_table import DataTable, data_table, system
from exporting.read_me import About
from exporting.shapes_out import short_names
from exporting.steady_zip import safe_name, steady_zip, write_whole
from exporting.table_out import csv_word
from layers.definition.crs import wgs84_to_bd09, wgs84_to_gcj02
from layers.definition.fields import CODE, NAME, count
from layers.definition.layer import Field, Layer, Sensitivity, Style
from layers.definition.refusal import Refusal
from layers.definition.text import Text

LONG = "㙦𠮷" + "长" * 58
ARABIC = "مركز الشرطة"
LAYER = Layer(
    title=Text("网格", "Cells"),
    about="Three squares.",
    group="areas",
    geometry="polygon",
    fields=(
        CODE,
        NAME,
        count("registered_persons", Text("人口", "persons"), "Registered persons.", Text("人", "persons")),
        Field("registered_households", Text("户", "households"), "Households.", "number", Text("户", "households")),
        Field("note", Text("备注", "note"), "Words of the station."),
        Field("seen_at", Text("时间", "time"), "When it was seen.", "time"),
    ),
    style=Style(fill="#cc8800", stroke="#112233", weight=2, dash="4,3", label_priority=20),
)
ABOUT = About(
    Text("甲镇", "Town A"), Text("甲所", "Station A"), Text("方案", "Plan"), "2025-12-31", Text("测绘", "survey"), Sensitivity.INTERNAL,
    illustrative=True,
)  # fmt: skip


def _squares() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "code": ["g1", "g2", "g3"],
            "name": ["第1网格", LONG, ARABIC],
            "registered_persons": [450, None, 7],
            "registered_households": [1.5, 2.25, None],
            "note": ['=HYPERLINK("x")', "-1 a text", "＝1+1"],
            "seen_at": ["2025-12-31T22:00", None, "2025-01-02T03:04"],
            "secret": ["s", "s", "s"],
        },
        geometry=[shapely.box(109.60 + i / 100, 28.70, 109.61 + i / 100, 28.71) for i in range(3)],
        crs="EPSG:4490",
    )


@pytest.fixture
def cells() -> DataTable:
    """The drawn squares."""
    return data_table("cells", LAYER, _squares())


@pytest.fixture
def plain() -> DataTable:
    """The squares with names that GBK can write."""
    return data_table("cells", LAYER, _squares().assign(name=["第1网格", "长" * 60, "丙"]))


def _made(table: DataTable, folder: Path, *formats: str, **choice: object) -> Path:
    files, _ = data_files([table], DataChoice(tuple(formats), **choice), ABOUT, "data")
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_bytes(content)
    return folder


def _rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_only_declared_fields_are_handed_out(cells: DataTable) -> None:
    files, _ = data_files([cells], DataChoice(tuple(FORMATS)), ABOUT, "data")
    assert "secret" not in cells.rows and not any(b"secret" in content for content in files.values())


def test_a_geopackage_bears_the_marks_of_the_norm_and_its_extents(cells: DataTable, tmp_path: Path) -> None:
    path = _made(cells, tmp_path, "gpkg") / "gpkg" / "data.gpkg"
    assert _rows(path, "PRAGMA application_id") == [(0x47504B47,)] and _rows(path, "PRAGMA user_version")[0][0] >= 10200
    assert _rows(path, "PRAGMA integrity_check") == [("ok",)] and _rows(path, "PRAGMA foreign_key_check") == []
    assert {-1, 0, 4490} <= {row[0] for row in _rows(path, "SELECT srs_id FROM gpkg_spatial_ref_sys")}
    listed = _rows(path, "SELECT table_name, data_type, srs_id, min_x, min_y, max_x, max_y FROM gpkg_contents ORDER BY 1")
    assert listed[0][:3] == ("cells", "features", 4490) and listed[1][:2] == ("layer_styles", "attributes")
    assert listed[0][3:] == pytest.approx((109.60, 28.70, 109.63, 28.71))
    assert _rows(path, "SELECT column_name, geometry_type_name, srs_id, z, m FROM gpkg_geometry_columns") == [
        ("geom", "POLYGON", 4490, 0, 0)
    ]
    back = gpd.read_file(path, layer="cells")
    assert list(back["name"]) == ["第1网格", LONG, ARABIC] and back["registered_persons"].tolist()[0] == 450
    assert np.isnan(back["registered_persons"].iloc[1]) and shapely.equals(back.geometry.to_numpy(), cells.shapes).all()


def test_qgis_finds_a_default_style_with_the_layers_colours(cells: DataTable, tmp_path: Path) -> None:
    path = _made(cells, tmp_path, "gpkg") / "gpkg" / "data.gpkg"
    found = _rows(path, "SELECT f_table_schema, f_table_name, f_geometry_column, useAsDefault, styleQML, styleSLD FROM layer_styles")
    schema, table, column, default, qml, sld = found[0]
    assert (schema, table, column, default) == ("", "cells", "geom", 1)
    marks = {e.get("k"): e.get("v") for e in ElementTree.fromstring(str(qml).split("\n", 1)[1]).iter("prop")}
    assert marks["color"].startswith("204,136,0,") and marks["outline_style"] == "dash"
    named = ElementTree.fromstring(str(qml).split("\n", 1)[1])
    assert named.get("labelsEnabled") == "1" and named.find(".//text-style").get("fieldName") == "name"
    assert "#cc8800" in str(sld) and ElementTree.fromstring(str(sld)).tag.endswith("StyledLayerDescriptor")


def test_geojson_is_rfc_7946(cells: DataTable, tmp_path: Path) -> None:
    found = json.loads((_made(cells, tmp_path, "geojson", epsg="4546") / "geojson" / "cells.geojson").read_bytes())
    assert "crs" not in found and found["features"][1]["properties"]["registered_persons"] is None
    for feature in found["features"]:
        ring = shapely.LinearRing(feature["geometry"]["coordinates"][0])
        assert ring.is_ccw and 109 < ring.bounds[0] < 110


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
def test_a_shapefile_is_read_in_its_encoding_with_full_names_beside_it(plain: DataTable, tmp_path: Path, encoding: str) -> None:
    folder = _made(plain, tmp_path, "shp", encoding=encoding) / "shp"
    assert (folder / "cells.cpg").read_text() == encoding and "CGCS2000" in (folder / "cells.prj").read_text().replace(
        "China_2000", "CGCS2000"
    )
    back = pyogrio.read_dataframe(folder / "cells.shp")
    assert list(back["name"]) == ["第1网格", "长" * 60, "丙"] and list(back.columns)[2:4] == ["registered", "registere2"]
    names, texts = _dbf(folder / "cells.dbf", "utf-8" if encoding == "UTF-8" else "gbk")
    assert all(len(name) <= 10 and name.isascii() for name in names) and "第1网格" in texts[0]
    beside = list(csv.DictReader(io.StringIO((folder / "cells.fields.csv").read_text("utf-8-sig"))))
    assert [(row["column"], row["full_name"]) for row in beside][2:4] == [
        ("registered", "registered_persons"),
        ("registere2", "registered_households"),
    ]


def test_a_shapefile_in_gbk_says_so_by_itself_when_its_cpg_is_lost(plain: DataTable, tmp_path: Path) -> None:
    folder = _made(plain, tmp_path, "shp", encoding="GBK") / "shp"
    (folder / "cells.cpg").unlink()
    assert pyogrio.read_dataframe(folder / "cells.shp")["name"].iloc[0] == "第1网格"


def test_every_file_of_a_shifted_datum_bears_its_mark(cells: DataTable) -> None:
    files, _ = data_files([cells], DataChoice(tuple(FORMATS), datum="gcj02"), ABOUT, "data")
    assert [name for name in files if name != "README.txt" and "_GCJ02." not in name.split("/")[1]] == []


def test_a_csv_has_no_more_decimals_than_mean_something() -> None:
    assert [csv_word(v) for v in (29.795517314797337, 109.6721008, 3.0, 12, None)] == ["29.7955173", "109.6721008", "3.0", "12", ""]


def _dbf(path: Path, encoding: str) -> tuple[list[str], list[str]]:
    """A reader that knows nothing but the encoding."""
    raw = path.read_bytes()
    count_, head, length = struct.unpack("<IHH", raw[4:12])
    names = [raw[at : at + 11].split(b"\0")[0].decode(encoding) for at in range(32, head - 1, 32)]
    return names, [raw[head + i * length : head + (i + 1) * length].decode(encoding) for i in range(count_)]


def test_characters_that_gbk_lacks_are_named_and_refused(cells: DataTable) -> None:
    with pytest.raises(Refusal, match=r"2 texts hold characters that GBK lacks \(first: row 2, name, 㙦𠮷"):
        data_files([cells], DataChoice(("shp",), encoding="GBK"), ABOUT, "data")


def test_short_names_are_ascii_unique_and_ten_bytes_long() -> None:
    short = short_names(
        ["registered_persons", "registered_places", "REGISTERED", "网格", "a b", *[f"same_long_name_{i}" for i in range(120)]]
    )
    assert all(1 <= len(v) <= 10 and v.isascii() for v in short.values())
    assert len({v.lower() for v in short.values()}) == len(short)


def test_kml_carries_every_field_and_closes_its_rings(cells: DataTable, tmp_path: Path) -> None:
    root = ElementTree.parse(_made(cells, tmp_path, "kml") / "kml" / "data.kml").getroot()
    space = "{http://www.opengis.net/kml/2.2}"
    names = [place.findtext(f"{space}name") for place in root.iter(f"{space}Placemark")]
    assert names == ["第1网格", LONG, ARABIC]
    points = next(root.iter(f"{space}coordinates")).text.split()
    assert points[0] == points[-1] and len(points) == 5
    assert len(gpd.read_file(tmp_path / "kml" / "data.kml")) == 3


def test_a_csv_is_for_excel_and_computes_nothing(cells: DataTable, tmp_path: Path) -> None:
    raw = (_made(cells, tmp_path, "csv") / "csv" / "cells.csv").read_bytes()
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert raw.startswith(b"\xef\xbb\xbf") and rows[0][2] == "人口（人）" and rows[0][-2] == "经度（度）"
    assert [row[4] for row in rows[1:]] == ['\'=HYPERLINK("x")', "'-1 a text", "'＝1+1"]
    assert rows[2][2] == "" and float(rows[1][-2]) == pytest.approx(109.605)


def test_a_workbook_has_typed_columns_a_frozen_heading_and_no_formula(cells: DataTable, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(_made(cells, tmp_path, "xlsx") / "xlsx" / "data.xlsx")["网格"]
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == "A1:H4"
    assert [sheet.cell(2, c).data_type for c in range(1, 9)] == ["s", "s", "n", "n", "s", "d", "n", "n"]
    assert sheet["E2"].value == '=HYPERLINK("x")' and not any(c.data_type == "f" for row in sheet for c in row)
    assert sheet["C3"].value is None and sheet["F2"].value.isoformat() == "2025-12-31T22:00:00"


def test_geoparquet_keeps_types_and_system(cells: DataTable, tmp_path: Path) -> None:
    back = gpd.read_parquet(_made(cells, tmp_path, "parquet", epsg="4546") / "parquet_EPSG4546" / "cells_EPSG4546.parquet")
    assert back.crs.to_epsg() == 4546 and back["seen_at"].dtype.kind == "M" and str(back["registered_persons"].dtype) == "Int64"
    assert back.area.iloc[0] == pytest.approx(0.01**2 * 111_320**2 * np.cos(np.radians(28.705)), rel=0.01)


@pytest.mark.parametrize(("datum", "shift", "mark"), [("gcj02", wgs84_to_gcj02, "GCJ02"), ("bd09", wgs84_to_bd09, "BD09")])
def test_a_shifted_datum_is_marked_in_name_system_and_read_me(
    cells: DataTable, tmp_path: Path, datum: str, shift: object, mark: str
) -> None:
    choice = DataChoice(("gpkg", "geojson"), datum=datum)
    made = data_zip([cells], choice, ABOUT, "data")
    assert made.name.endswith(mark) and "hundreds of metres" in made.notes[0].en
    folder = _made(cells, tmp_path, "gpkg", "geojson", datum=datum)
    back = gpd.read_file(folder / f"gpkg_{mark}" / f"data_{mark}.gpkg", layer="cells")
    lon, lat = shift(np.array([109.60]), np.array([28.70]))
    assert back.total_bounds[:2] == pytest.approx((lon[0], lat[0]), abs=1e-4) and back.crs.to_epsg() is None
    assert json.loads((folder / f"geojson_{mark}" / f"cells_{mark}.geojson").read_bytes())["shifted_datum"] == mark
    assert mark.replace("0", "-0") in (folder / "README.txt").read_text("utf-8-sig")


def test_the_read_me_says_all_in_both_languages(cells: DataTable, tmp_path: Path) -> None:
    text = (_made(cells, tmp_path, "csv") / "README.txt").read_text("utf-8-sig")
    for words in (
        "示意数据",
        "Illustrative data",
        "survey",
        "测绘",
        "2025-12-31",
        "3 features",
        "3 个要素",
        "EPSG:4490",
        "never to judge persons",
    ):
        assert words in text
    assert "registered_persons: 人口 (人)" in text and "csv/cells.csv" in text and "For internal use" in text


def test_the_same_input_gives_the_same_bytes_four_at_once(plain: DataTable) -> None:
    choice = DataChoice(tuple(FORMATS))
    first, made = data_zip([plain], choice, ABOUT, "data").content, []
    threads = [Thread(target=lambda: made.append(data_zip([plain], choice, ABOUT, "data").content)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [first] * 4


def test_an_empty_layer_gives_readable_files(tmp_path: Path) -> None:
    empty = data_table("cells", LAYER, _squares().iloc[:0])
    folder = _made(empty, tmp_path, *FORMATS)
    assert len(gpd.read_file(folder / "gpkg" / "data.gpkg", layer="cells")) == 0
    assert "1 layers hold no feature" in (folder / "README.txt").read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        (DataChoice(("dwg",)), "There is no format dwg"),
        (DataChoice(()), "No format"),
        (DataChoice(epsg="abc"), "no coordinate system EPSG:ABC"),
        (DataChoice(epsg="5773"), "neither a map projection"),
        (DataChoice(epsg="4546", datum="gcj02"), "degrees only"),
        (DataChoice(datum="mars"), "no datum"),
        (DataChoice(("shp",), encoding="BIG5"), "no encoding"),
    ],
)
def test_a_choice_that_can_not_be_is_refused(cells: DataTable, choice: DataChoice, says: str) -> None:
    with pytest.raises(Refusal, match=says):
        data_files([cells], choice, ABOUT, "data")


def test_stopping_leaves_nothing(cells: DataTable) -> None:
    with pytest.raises(Refusal, match="stopped"):
        data_zip([cells], DataChoice(), ABOUT, "data", lambda share, what: False)


def test_names_lead_nowhere(tmp_path: Path) -> None:
    assert safe_name("../../etc/pass wd") == "etc-pass-wd" and safe_name("CON") == "_CON" and safe_name("///") == "_"
    for name in ("../x", "/x", "a/../../x", "C:x", "a\\b"):
        with pytest.raises(Refusal):
            steady_zip({name: b""})


def test_a_folder_that_can_not_be_written_leaves_no_half_file(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="can't be written"):
        write_whole(tmp_path / "missing" / "a.zip", b"x")
    (tmp_path / "taken.zip").mkdir()
    with pytest.raises(Refusal):
        write_whole(tmp_path / "taken.zip", b"x")
    assert [p.name for p in tmp_path.iterdir()] == ["taken.zip"]


def test_a_full_disk_leaves_no_half_file() -> None:
    with pytest.raises(Refusal, match="No space left"):
        write_whole(_FullDisk("/dev/full"), b"x" * 100_000)


class _FullDisk(type(Path())):
    """Its temporary file is the device that is always full."""

    def with_name(self, name: str) -> Path:
        return _FullDisk("/dev/full")

    def unlink(self, missing_ok: bool = False) -> None:
        raise PermissionError


def test_zip_dates_are_fixed(cells: DataTable) -> None:
    with zipfile.ZipFile(io.BytesIO(data_zip([cells], DataChoice(("csv",)), ABOUT, "data").content)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_system_far_away_is_refused(cells: DataTable) -> None:
    moved = system("EPSG:4546").placed(cells.shapes)
    assert shapely.bounds(moved)[:, 0].min() == pytest.approx(363_000, abs=3_000)
