"""A sheet's files: georeferenced PDF that GDAL reads, SVG on its own, the same bytes four at once; odd towns give a sheet or a message.

The square town is 1 km x 1 km from (370000, 3175000): at 1:5000 it is 200 mm x 200 mm on paper.
"""

import json
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import geopandas as gpd
import numpy as np
import pikepdf
import pytest
import shapely
from pyproj import Transformer

from exporting.map_sheet import THEMES, VARIANTS, draw_sheet, sheet_bytes
from exporting.sheet_content import ClassedAreas, PlanChange, SheetContent
from exporting.sheet_layout import SMALLEST_PT
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from tests.conftest import REPOSITORY
from tests.exporting.towns import CRS, demo_town, random_town, square_town, table


def with_theme(content: SheetContent, theme: str, variant: str = "colour") -> SheetContent:
    """The content with what that theme needs: cells in two classes, and the first cell moved from the second beat to the first."""
    cells = content.layers["grid_cells"]
    areas = cells.assign(level=[i % 2 for i in range(len(cells))])[["level", "geometry"]]
    classes = ClassedAreas(Text("密度", "density"), areas, ("1–2", "2–5"), (Text("n = 7", "n = 7 incidents"),))
    moved = cells.iloc[:1].assign(cell="c0", before="02", after="01", colour="#ffeed7", name_en="Cell 0")
    change = PlanChange(Text("旧方案", "old plan"), content.layers["beats"], gpd.GeoDataFrame(moved))
    return replace(content, theme=theme, variant=variant, classes=classes, change=change)


# georeference


def viewport(content: bytes) -> pikepdf.Object:
    with pikepdf.open(BytesIO(content)) as pdf:
        first = pdf.pages[0].VP[0]
        return {
            "box": [float(v) for v in first.BBox],
            "gpts": [float(v) for v in first.Measure.GPTS],
            "epsg": int(first.Measure.GCS.EPSG),
        }


def test_the_pdf_tells_the_ground_of_its_frame() -> None:
    sheet = draw_sheet(square_town(), "A3")
    found = viewport(sheet.to_bytes("pdf"))
    assert found["epsg"] == 4546
    assert found["box"] == pytest.approx([mm * 72 / 25.4 for mm in sheet.view.frame], abs=0.01)
    west, south, east, north = sheet.view.ground(sheet.view.frame)
    to_metres = Transformer.from_crs("EPSG:4490", CRS, always_xy=True)
    corners = [to_metres.transform(lon, lat) for lat, lon in zip(found["gpts"][::2], found["gpts"][1::2], strict=True)]
    assert np.asarray(corners) == pytest.approx(np.asarray([(west, south), (west, north), (east, north), (east, south)]), abs=0.01)


@pytest.mark.skipif(shutil.which("gdalinfo") is None, reason="GDAL's tools are not installed: gdal-bin")
def test_gdal_reads_where_the_sheet_lies(tmp_path: Path) -> None:
    sheet = draw_sheet(demo_town(), "A3")
    path = tmp_path / "sheet.pdf"
    sheet.save(path)
    said = json.loads(subprocess.run(["gdalinfo", "-json", str(path)], check=True, capture_output=True, text=True).stdout)
    assert "China Geodetic Coordinate System 2000" in said["coordinateSystem"]["wkt"] and "111" in said["coordinateSystem"]["wkt"]
    origin_x, width, _, origin_y, _, height = said["geoTransform"]
    page_west, _, _, page_north = sheet.view.ground((0, 0, sheet.width_mm, sheet.height_mm))
    pixel_m = sheet.width_mm / said["size"][0] * sheet.scale / 1000
    assert (width, -height) == pytest.approx((pixel_m, pixel_m), rel=0.002)
    assert (origin_x, origin_y) == pytest.approx((page_west, page_north), abs=2 * pixel_m)


# svg


def test_an_svg_keeps_its_text_and_refers_to_nothing_outside() -> None:
    svg = sheet_bytes(square_town(), "A4", format="svg").decode()
    tree = ElementTree.fromstring(svg)
    words = {"".join(text.itertext()) for text in tree.iter("{http://www.w3.org/2000/svg}text")}
    assert {"河口警务区", "示范镇警务区划分图"} <= words
    assert "Noto Sans SC" in svg and "DejaVu" not in svg and "DOCTYPE" not in svg and "url(http" not in svg
    links = [value for node in tree.iter() for name, value in node.attrib.items() if name.endswith("href")]
    assert all(link.startswith("#") for link in links)
    assert (tree.attrib["width"], tree.attrib["height"]) == ("841.889764pt", "595.275591pt")


def test_the_same_content_gives_the_same_svg_four_at_once() -> None:
    content = with_theme(random_town(2, 40, 8, 4), "change", "bw")
    with ThreadPoolExecutor(4) as pool:
        together = set(pool.map(lambda _: sheet_bytes(content, "A4", format="svg"), range(4)))
    assert together == {sheet_bytes(content, "A4", format="svg")}


# themes


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("variant", VARIANTS)
def test_every_theme_is_drawn_in_every_colouring(theme: str, variant: str) -> None:
    sheet = draw_sheet(with_theme(random_town(1, 60, 12, 5), theme, variant), "A4")
    assert sheet.texts and min(mark.size_pt for mark in sheet.texts) >= SMALLEST_PT
    assert ("moved" in sheet.legend) == (theme == "change")
    assert any("n = 7" in mark.text for mark in sheet.texts) == (THEMES[theme].fill == "classes")


def test_a_change_sheet_says_from_which_beat_to_which() -> None:
    sheet = draw_sheet(with_theme(random_town(1, 60, 12, 5), "change"), "A3")
    assert any("02→01" in mark.text for mark in sheet.texts)


def test_a_theme_without_its_data_is_refused() -> None:
    with pytest.raises(Refusal, match="nothing to draw"):
        draw_sheet(square_town(theme="hotspots"))
    with pytest.raises(Refusal, match="no theme 'weather'"):
        draw_sheet(square_town(theme="weather"))


# what you see


def test_a_part_of_the_town_is_printed_at_a_larger_scale() -> None:
    to_degrees = Transformer.from_crs(CRS, "EPSG:4490", always_xy=True)
    extent = (*to_degrees.transform(370_100, 3_175_100), *to_degrees.transform(370_300, 3_175_300))
    sheet = draw_sheet(square_town(extent=extent), "A3")
    assert sheet.scale < draw_sheet(square_town(), "A3").scale
    west, south, east, north = sheet.view.ground(sheet.view.frame)
    assert west < 370_100 and south < 3_175_100 and east > 370_300 and north > 3_175_300
    assert any(mark.text.startswith("位置图") for mark in sheet.texts)  # the town, and in it the part


@pytest.mark.parametrize("extent", [(10, 10, 11, 11), (5, 4, 3, 2), (200, 100, 300, 200), (float("inf"), float("nan"), 1, 2)])
def test_a_part_that_does_not_show_the_town_is_refused(extent: tuple[float, float, float, float]) -> None:
    with pytest.raises(Refusal, match="does not show the town"):
        draw_sheet(square_town(extent=extent))


# marks


def test_a_public_sheet_carries_its_review_number_or_says_that_it_lacks_one() -> None:
    sheet = draw_sheet(square_town(public=True, review_number="湘S(2026)001号"))
    assert any("审图号：湘S(2026)001号" in mark.text for mark in sheet.texts) and sheet.notes == ()
    assert any("审图号" in note.en for note in draw_sheet(square_town(public=True)).notes)


def test_who_printed_it_stands_in_the_margin() -> None:
    printed = Text("张三 2026-01-05 10:30 打印，用途：晨会", "Printed by Zhang San")
    assert any("用途：晨会" in mark.text for mark in draw_sheet(square_town(printed=printed, watermark=printed), "A4").texts)


def test_a_drawing_can_be_stopped() -> None:
    with pytest.raises(Refusal, match="stopped"):
        draw_sheet(square_town(), progress=lambda share, what: share < 0.4)


# odd towns


def scaled(content: SheetContent, factor: float) -> SheetContent:
    """The town made larger or smaller around (370000, 3175000)."""
    layers = {}
    for key, each in content.layers.items():
        metres = each.to_crs(CRS)
        shapes = shapely.transform(metres.geometry.to_numpy(), lambda xy: (xy - (370_000, 3_175_000)) * factor + (370_000, 3_175_000))
        layers[key] = metres.set_geometry(gpd.GeoSeries(shapes, index=metres.index, crs=CRS)).to_crs("EPSG:4490")
    return replace(content, layers=layers)


@pytest.mark.parametrize(("factor", "long_m"), [(0.03, 30), (300.0, 300_000)])
def test_a_town_of_thirty_metres_or_three_hundred_kilometres_is_drawn(factor: float, long_m: int) -> None:
    sheet = draw_sheet(scaled(square_town(), factor), "A3")
    assert 100 < long_m * 1000 / sheet.scale < 240
    assert any(mark.text in ("m", "km") for mark in sheet.texts)
    assert len({mark.text for mark in sheet.texts if mark.text.endswith(("E", "N"))}) >= 2


def test_the_index_of_four_hundred_beats_goes_on_over_further_pages() -> None:
    """On a map of a part of the town, for the index lists all beats whatever the map shows."""
    town = random_town(7, 700, 420, 400)
    content = replace(town, layers={key: town.layers[key] for key in ("beats", "grid_cells")}, extent=(109.66, 28.68, 109.68, 28.70))
    sheet = draw_sheet(content, "A4", language="zh")
    beats = content.layers["beats"]
    assert len(beats) > 300
    assert any("page 2 of the PDF" in note.en for note in sheet.notes)
    assert min(mark.size_pt for page in (sheet.page, *sheet.further) for mark in page.marks) >= SMALLEST_PT
    listed = {mark.text for page in sheet.further for mark in page.marks}
    assert set(beats["code"]) | set(beats["name"]) <= listed
    for page in sheet.further:
        boxes = [mark.box for mark in page.marks]
        assert all(x0 > 3 and y0 > 3 and x1 < sheet.width_mm - 3 and y1 < sheet.height_mm - 3 for x0, y0, x1, y1 in boxes)
    with pikepdf.open(BytesIO(sheet.to_bytes("pdf"))) as pdf:
        assert len(pdf.pages) == 1 + len(sheet.further) and "/VP" in pdf.pages[0] and "/VP" not in pdf.pages[1]


def test_what_the_font_lacks_is_named_and_replaced_by_a_mark(tmp_path: Path) -> None:
    beats = square_town().layers["beats"].assign(name="شرطة 𪻐𠀀 警务区", name_en="שלום Beat")
    sheet = draw_sheet(square_town(layers={**square_town().layers, "beats": beats}), "A3")
    assert any("𪻐" in note.zh and "ش" in note.zh for note in sheet.notes)
    (tmp_path / "sheet.pdf").write_bytes(sheet.to_bytes("pdf"))
    text = subprocess.run(["pdftotext", str(tmp_path / "sheet.pdf"), "-"], check=True, capture_output=True, text=True).stdout
    assert "〓〓 警务区" in text and "𪻐" not in text


def test_a_beat_without_an_officer_is_said_to_have_none() -> None:
    beats = square_town().layers["beats"].drop(columns="lead")
    sheet = draw_sheet(square_town(theme="officers", layers={**square_town().layers, "beats": beats}))
    assert any("无责任民警" in mark.text for mark in sheet.texts)


FILL_THE_DISK = """
import sys
from pathlib import Path
from exporting import drawn_sheet, steady_zip
from exporting.map_sheet import draw_sheet
from layers.definition.refusal import Refusal
from tests.exporting.towns import square_town

folder = Path(sys.argv[1])
(folder / "sheet.svg").write_bytes(b"before")
for write in (
    lambda: draw_sheet(square_town(), "A4").save(folder / "sheet.svg", "svg"),
    lambda: drawn_sheet.write_whole(folder / "book.pdf", bytes(10**6)),
    lambda: steady_zip.write_whole(folder / "data.zip", bytes(10**6)),
):
    try:
        write()
    except Refusal as refusal:
        print(refusal.text.en)
print(sorted(path.name for path in folder.iterdir()), (folder / "sheet.svg").read_bytes())
"""


@pytest.mark.skipif(
    shutil.which("unshare") is None or subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode != 0,
    reason="this system gives no mount namespace for a small disk",
)
def test_a_full_disk_leaves_the_old_file_and_no_half_one(tmp_path: Path) -> None:
    """A real disk of 32 kB."""
    mount_and_run = f'mount -t tmpfs -o size=32k full "{tmp_path}" && exec "{sys.executable}" -c "$0" "{tmp_path}"'
    done = subprocess.run(["unshare", "-rm", "sh", "-c", mount_and_run, FILL_THE_DISK], cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    *refusals, left = done.stdout.splitlines()
    assert len(refusals) == 3 and all("No space left on device" in line for line in refusals)
    assert left == "['sheet.svg'] b'before'"


def test_an_empty_plan_still_gives_a_sheet_of_its_units() -> None:
    content = square_town()
    sheet = draw_sheet(square_town(layers={**content.layers, "beats": content.layers["beats"].iloc[:0]}))
    assert any("社区、村一览表" in mark.text for mark in sheet.texts)
    assert table([{"code": "x", "geometry": shapely.Point(370_000, 3_175_000)}]).crs == "EPSG:4490"
