"""Good files come back whole, in every format and encoding; what was chosen and noticed is told.

Two cells: 430703001001001 杨家村 312 households, 430703001001002 沙河口社区 428 households.
"""

import dataclasses
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from importing.import_report import ImportReport
from importing.read_file import read_file
from importing.read_limits import DEFAULT_LIMITS
from importing.source_table import SourceTable
from layers.definition.refusal import Refusal
from tests.importing import good_files
from tests.importing.good_files import CODES, HOUSEHOLDS, NAMES, SHAPES
from tests.importing.hostile_files import zipped


def read(path: Path, **options: str) -> tuple[SourceTable, ImportReport]:
    return read_file(path, path.name, **options)


def keys(report: ImportReport) -> set[str]:
    return {finding.key for finding in report.findings}


def write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


KML = (
    '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>d</name><Folder><name>网格</name>'
    + "".join(
        f'<Placemark><name>{name}</name><ExtendedData><Data name="code"><value>{code}</value></Data>'
        f'<SchemaData><SimpleData name="households">{households}</SimpleData></SchemaData></ExtendedData>'
        f"<MultiGeometry><Polygon><outerBoundaryIs><LinearRing><coordinates>{' '.join(f'{x},{y},0' for x, y in shape.exterior.coords)}"
        "</coordinates></LinearRing></outerBoundaryIs></Polygon></MultiGeometry></Placemark>"
        for code, name, households, shape in zip(CODES, NAMES, HOUSEHOLDS, SHAPES, strict=True)
    )
    + "</Folder></Document></kml>"
)


def made(folder: Path, ending: str) -> Path:
    path = folder / f"网格{ending}"
    if ending == ".kml":
        return write(path, KML)
    if ending == ".kmz":
        return write(path, zipped({"doc.kml": KML.encode()}))
    if ending == ".parquet":
        good_files.cells().to_parquet(path)
    elif ending == ".zip":
        good_files.shapefile(path, good_files.shapefile_parts())
    else:
        good_files.cells().to_file(path, layer="网格") if ending == ".gpkg" else good_files.cells().to_file(path)
    return path


@pytest.mark.parametrize(
    ("ending", "driver", "crs"),
    [
        (".zip", "ESRI Shapefile", "EPSG:4490"),
        (".gpkg", "GeoPackage", "EPSG:4490"),
        (".geojson", "GeoJSON", "EPSG:4490"),
        (".kml", "KML", "EPSG:4326"),
        (".kmz", "KMZ", "EPSG:4326"),
        (".fgb", "FlatGeobuf", "EPSG:4490"),
        (".parquet", "GeoParquet", "EPSG:4490"),
    ],
)
def test_every_format_comes_back_whole(ending: str, driver: str, crs: str, tmp_path: Path) -> None:
    table, report = read(made(tmp_path, ending))
    order = table.columns["code"].argsort()  # FlatGeobuf keeps its rows in the order of its index
    columns = table.columns.iloc[order]
    assert list(columns["code"]) == list(CODES) and list(columns["name"]) == list(NAMES)
    assert [int(value) for value in columns["households"]] == list(HOUSEHOLDS)
    assert table.shapes is not None and shapely.equals(table.shapes[order], np.array(SHAPES)).all()
    assert (table.driver, table.declared_crs, table.file_name) == (driver, crs, f"网格{ending}")
    assert table.encoding == "utf-8" and NAMES[0] in table.encoding_samples
    assert report.findings == () and report.choices["rows"] == 2


@pytest.mark.parametrize("codec", ["utf-8", "gbk"])
@pytest.mark.parametrize("told_by", ["cpg", "language byte", "nothing"])
def test_a_shapefile_in_any_encoding_is_read_right(codec: str, told_by: str, tmp_path: Path) -> None:
    if (codec, told_by) == ("utf-8", "language byte"):
        pytest.skip("no language byte means UTF-8")
    parts = good_files.shapefile_parts(codec, cpg=told_by == "cpg", language_byte=0x4D if told_by == "language byte" else 0)
    table, report = read(good_files.shapefile(tmp_path / "a.zip", parts))
    assert list(table.columns["name"]) == list(NAMES)
    assert table.encoding == ("utf-8" if codec == "utf-8" else "gb18030")
    assert set(NAMES) <= set(table.encoding_samples)
    assert {"cpg": ".cpg", "language byte": "0x4D", "nothing": "valid"}[told_by] in table.encoding_reason.en
    assert report.findings == ()


def points(folder: Path, table: bytes, **more: bytes) -> Path:
    shp, shx = good_files.points_shp(3)
    parts = {"点.shp": shp, "点.shx": shx, "点.dbf": table} | {f"点.{ending}": content for ending, content in more.items()}
    return good_files.shapefile(folder / "a.zip", parts)


def test_a_dbf_by_hand_keeps_codes_dates_numbers_and_blanks(tmp_path: Path) -> None:
    fields = [
        ("警务责任区名".encode()[:10], b"C", 12),  # cut in the middle of a letter, as every program does
        (b"long", b"N", 20),
        (b"whole", b"N", 9),
        (b"share", b"F", 8),
        (b"day", b"D", 8),
        (b"yes", b"L", 1),
        (b"memo", b"M", 10),
    ]
    rows = [
        ["一区".encode(), b"43070300100100100012", b"12", b"0.5", b"20240131", b"T", b"1"],
        ["二三四五".encode(), b"1", b"", b"1e3", b"", b"?", b""],
        [b"", b"2", b"-7", b"****", b"00000000", b"n", b""],
    ]
    table, report = read(points(tmp_path, good_files.dbf(fields, rows)))
    columns = table.columns
    assert list(columns) == ["警务责", "long", "whole", "share", "day", "yes"]
    assert list(columns["警务责"].fillna("")) == ["一区", "二三四五", ""]
    assert list(columns["long"]) == ["43070300100100100012", "1", "2"]
    assert columns["whole"].dtype == "Int64" and list(columns["whole"].fillna(0)) == [12, 0, -7]
    assert list(columns["share"].fillna(-1)) == [0.5, 1000.0, -1]
    assert list(columns["day"].fillna("")) == ["2024-01-31", "", ""]
    assert list(columns["yes"].astype(object).fillna("none")) == [True, "none", False]
    assert keys(report) == {"names_cut", "columns_left_out"} and table.layer == "点" and table.declared_crs is None


def test_rows_marked_as_deleted_stay_out_with_their_shapes(tmp_path: Path) -> None:
    content = bytearray(good_files.dbf([(b"code", b"C", 2)], [[b"01"], [b"02"], [b"03"]]))
    content[content.index(b" 02")] = ord("*")
    table, report = read(points(tmp_path, bytes(content)))
    assert list(table.columns["code"]) == ["01", "03"] and list(shapely.get_x(table.shapes)) == [0, 2]
    assert keys(report) == {"deleted_rows"}


def test_a_missing_shx_is_made_anew_and_a_wrong_prj_is_told(tmp_path: Path) -> None:
    shp, _ = good_files.points_shp(3)
    parts = {"a.SHP": shp, "a.DBF": good_files.dbf([(b"code", b"C", 2)], [[b"01"], [b"02"], [b"03"]]), "a.prj": b"GEOGCS[nonsense"}
    table, report = read(good_files.shapefile(tmp_path / "a.zip", parts))
    assert list(shapely.get_y(table.shapes)) == [0, 1, 2] and keys(report) == {"shx_made", "prj_unreadable"}


def test_of_several_shapefiles_the_named_one_is_read(tmp_path: Path) -> None:
    parts = good_files.shapefile_parts()
    both = parts | {member.replace("cells", "另/units"): content for member, content in parts.items()}
    path = good_files.shapefile(tmp_path / "a.zip", both)
    with pytest.raises(Refusal, match="cells, 另/units"):
        read(path)
    assert read(path, layer="units")[0].layer == "units"


def test_of_several_layers_of_a_geopackage_the_first_is_read_and_the_others_told(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    odd = 'x"; DROP TABLE cells; --'
    good_files.cells().to_file(path, layer="cells")
    good_files.cells().iloc[:1].to_file(path, layer=odd)
    table, report = read(path)
    assert (table.layer, table.other_layers, keys(report)) == ("cells", (odd,), {"other_layers"})
    table, report = read(path, layer=odd)
    assert (table.layer, len(table), keys(report)) == (odd, 1, set())
    with pytest.raises(Refusal, match="no layer 'cells; DROP'"):
        read(path, layer="cells; DROP")


def test_a_geopackage_copied_while_open_is_told(tmp_path: Path) -> None:
    content = bytearray(good_files.geopackage(tmp_path / "a.gpkg").read_bytes())
    content[18:20] = b"\x02\x02"  # the mark of a write-ahead log
    table, report = read(write(tmp_path / "a.gpkg", bytes(content)))
    assert len(table) == 2 and keys(report) == {"still_open"}


def test_a_field_named_like_a_placemarks_own_does_not_hide_it(tmp_path: Path) -> None:
    field = '<ExtendedData><Data name="name"><value>一区</value></Data></ExtendedData>'
    point = "<Point><coordinates>109.6,28.7</coordinates></Point>"
    kml = f"<kml><Placemark><name>杨家村</name>{field}{point}</Placemark><NetworkLink/></kml>"
    table, report = read(write(tmp_path / "a.kml", kml))
    assert table.columns.loc[0, ["name", "name (2)"]].tolist() == ["杨家村", "一区"] and keys(report) == {"network_links"}


def test_missing_mixed_and_high_shapes_are_told(tmp_path: Path) -> None:
    shapes = [shapely.Point(1, 2, 3), None, shapely.LineString([(0, 0), (1, 1)]), shapely.Point()]
    gpd.GeoDataFrame({"code": list("abcd")}, geometry=shapes, crs="EPSG:4490").to_file(tmp_path / "a.gpkg")
    table, report = read(tmp_path / "a.gpkg")
    assert keys(report) == {"missing_shape", "mixed_shapes", "heights_dropped"} and not report.refused
    missing = next(finding for finding in report.findings if finding.key == "missing_shape")
    assert (missing.count, missing.rows) == (2, (2, 4)) and not shapely.has_z(table.shapes).any()


def test_open_rings_are_closed_and_wild_coordinates_stop_the_import(tmp_path: Path) -> None:
    far = shapely.box(1e300, 0, 2e300, 1)
    gpd.GeoDataFrame({"code": ["a", "b"]}, geometry=[SHAPES[0], far], crs="EPSG:4490").to_file(tmp_path / "a.fgb", SPATIAL_INDEX="NO")
    table, report = read(tmp_path / "a.fgb")
    assert report.refused and keys(report) == {"wild_coordinates"} and table.shapes is not None and table.shapes[1] is None
    open_ring = '{"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1]]]}'
    table, report = read(write(tmp_path / "a.geojson", open_ring))
    assert table.shapes is not None and table.shapes[0].area == 0.5 and not report.refused


def test_geojson_keeps_long_codes_ids_and_says_no_more_than_the_file(tmp_path: Path) -> None:
    features = ",".join(
        f'{{"type": "Feature", "id": {i}, "properties": {{"code": {code}, "mixed": {mixed}, "list": [1]}},'
        ' "geometry": {"type": "Point", "coordinates": [109.6, 28.7]}}'
        for i, (code, mixed) in enumerate([("43070300100100100012", "1"), ("1", '"a"')])
    )
    table, _ = read(write(tmp_path / "a.json", f'{{"type": "FeatureCollection", "name": "网格", "features": [{features}]}}'))
    assert table.columns.to_dict("list") == {
        "code": ["43070300100100100012", "1"],
        "mixed": ["1", "a"],
        "list": ["[1]", "[1]"],
        "id": [0, 1],
    }
    assert table.layer == "网格" and table.declared_crs is None


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_a_csv_in_any_encoding_is_all_text(codec: str, tmp_path: Path) -> None:
    text = '网格 编码;"名称";户数\r\n430703001001001;杨家村;0312\r\n;"a;b";-5\r\n'
    table, report = read(write(tmp_path / "a.csv", text.encode(codec)))
    assert list(table.columns) == ["网格 编码", "名称", "户数"] and table.shapes is None and table.declared_crs is None
    assert table.columns.fillna("").to_numpy().tolist() == [["430703001001001", "杨家村", "0312"], ["", "a;b", "-5"]]
    assert "杨家村" in table.encoding_samples and report.findings == ()


def test_the_persons_encoding_is_obeyed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "名稱,縣\n楊家村,a\n".encode("big5"))
    assert list(read(path, encoding="big5")[0].columns["名稱"]) == ["楊家村"]


def test_formula_like_text_is_kept_and_told_but_numbers_and_dashes_are_not(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a,b\n=1+1,-5\n@SUM(A1),+86 138\n-,--\n＝1,-2+cmd|x\n+cmd,-0.5\n")
    table, report = read(path)
    (finding,) = report.findings
    assert (finding.key, finding.severity, finding.count) == ("formula_like", "warning", 5)
    assert list(table.columns["a"]) == ["=1+1", "@SUM(A1)", "-", "＝1", "+cmd"]


def test_a_table_without_rows_stops_the_import(tmp_path: Path) -> None:
    _, report = read(write(tmp_path / "a.csv", "a,b\n"))
    assert report.refused and keys(report) == {"no_rows"}


def test_a_file_past_the_limit_is_refused_with_both_sizes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", b"a\n" + b"1\n" * 1_000_000)
    with pytest.raises(Refusal, match=r"has 2\.0 MB; the limit is 1 MB"):
        read_file(path, "a.csv", limits=dataclasses.replace(DEFAULT_LIMITS, max_file_bytes=1_000_000))


def test_a_reader_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    rows = "".join(f'<row><c t="inlineStr"><is><t>{i}</t></is></c></row>' for i in range(600_000))
    path = write(tmp_path / "a.xlsx", good_files.workbook(rows))
    with pytest.raises(Refusal, match="more than 1 seconds"):
        read_file(path, "a.xlsx", limits=dataclasses.replace(DEFAULT_LIMITS, max_seconds=1))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="no file"):
        read(tmp_path / "a.csv")


def test_a_workbook_of_a_real_program_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    frame = pd.DataFrame({" 编 码　": ["01"], "户数１": [12], "时间": [pd.Timestamp("2024-01-31 08:30")], "share": [0.1]})
    with pd.ExcelWriter(path) as book:
        frame.to_excel(book, sheet_name="数据", index=False)
        pd.DataFrame({"说明": ["x"]}).to_excel(book, sheet_name="说明", index=False)
    table, report = read(path)
    assert table.columns.to_dict("list") == {"编 码": ["01"], "户数1": ["12"], "时间": ["2024-01-31 08:30:00"], "share": ["0.1"]}
    assert (table.layer, table.other_layers, keys(report)) == ("数据", ("说明",), {"other_layers"})
    assert list(read(path, layer="说明")[0].columns["说明"]) == ["x"]
