"""A sheet is as large as its paper, true to its scale, searchable, the same twice, and refuses with words.

The square town is 1 km x 1 km from (370000, 3175000): at 1:5000 it is 200 mm x 200 mm on paper.
"""

import os
import re
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import geopandas as gpd
import numpy as np
import pikepdf
import pytest
from PIL import Image
from pyproj import Transformer

from exporting.map_sheet import PAPERS, draw_sheet, sheet_bytes
from exporting.page import BOLD_PT, Page
from exporting.sheet_content import prepared
from exporting.sheet_layout import Wording
from exporting.sheet_tables import beat_table
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from tests.exporting.towns import demo_town, random_town, square_town, table

POINTS_PER_MM = 72 / 25.4
CREAM = (255, 237, 215)  # the first beat colour, #ffeed7, give or take the anti-aliasing


def pdf_text(content: bytes, folder: Path) -> str:
    path = folder / "sheet.pdf"
    path.write_bytes(content)
    return subprocess.run(["pdftotext", "-enc", "UTF-8", str(path), "-"], check=True, capture_output=True, text=True).stdout


# size and scale


@pytest.mark.parametrize(
    ("paper", "orientation", "size_mm"),
    [("A3", "landscape", (420, 297)), ("A3", "portrait", (297, 420)), ("A4", "landscape", (297, 210)), ("A4", "portrait", (210, 297))],
)
def test_the_page_is_as_large_as_the_paper(paper: str, orientation: str, size_mm: tuple[int, int]) -> None:
    sheet = draw_sheet(square_town(), paper, orientation)
    with pikepdf.open(BytesIO(sheet.to_bytes("pdf"))) as pdf:
        box = [float(v) / POINTS_PER_MM for v in pdf.pages[0].mediabox]
    assert (box[2], box[3]) == pytest.approx(size_mm, abs=0.05)
    with Image.open(BytesIO(sheet.to_bytes("png", dpi=100))) as image:
        assert image.size == pytest.approx([mm / 25.4 * 100 for mm in size_mm], abs=1)
        assert image.info["dpi"] == pytest.approx((100, 100), abs=0.1)


@pytest.mark.parametrize("file_format", ["png", "pdf"])
def test_a_kilometre_is_two_hundred_millimetres_at_1_to_5000(file_format: str, tmp_path: Path) -> None:
    """The ink itself is measured, in a picture of 300 dots per inch (the PDF as poppler draws it), not the numbers that drew it."""
    sheet = draw_sheet(square_town(), "A3")
    assert sheet.scale == 5000
    path = tmp_path / f"sheet.{file_format}"
    sheet.save(path, file_format, dpi=300)
    if file_format == "pdf":
        subprocess.run(["pdftoppm", "-r", "300", "-png", "-singlefile", path, path.with_suffix("")], check=True)
    with Image.open(path.with_suffix(".png")) as image:
        pixels = np.asarray(image.convert("RGB")).astype(int)
    x0, y0, x1, y1 = (round(mm / 25.4 * 300) for mm in sheet.view.frame)
    height = pixels.shape[0]
    inside = pixels[height - y1 + 4 : height - y0 - 4, x0 + 4 : x1 - 4]
    dark = np.abs(inside - (0x4B, 0x2A, 0x6B)).max(axis=2) < 40  # the town's line, centred on the border
    rows, columns = np.flatnonzero(dark.sum(axis=1) > 1500), np.flatnonzero(dark.sum(axis=0) > 1500)
    line_mm = 1.6 * 25.4 / 72
    assert (columns.max() - columns.min() + 1) / 300 * 25.4 - line_mm == pytest.approx(200, abs=0.1)
    assert (rows.max() - rows.min() + 1) / 300 * 25.4 - line_mm == pytest.approx(200, abs=0.1)


def test_ground_lies_where_its_coordinates_say() -> None:
    sheet = draw_sheet(square_town(), "A3")
    to_degrees = Transformer.from_crs("EPSG:4546", "EPSG:4490", always_xy=True)
    frame = sheet.view.frame
    middle = ((frame[0] + frame[2]) / 2, (frame[1] + frame[3]) / 2)
    assert sheet.view.page_point(*to_degrees.transform(370_500, 3_175_500)) == pytest.approx(middle, abs=0.01)
    assert sheet.view.page_point(*to_degrees.transform(371_000, 3_175_000)) == pytest.approx((middle[0] + 100, middle[1] - 100), abs=0.01)


def test_the_scale_is_the_largest_round_one_that_fits() -> None:
    sheet = draw_sheet(demo_town(), "A3")
    _, y0, _, y1 = sheet.view.frame
    assert sheet.scale == 125_000  # 24.1 km high: 241 mm at 1:100 000 do not fit the frame's 229 mm, 193 mm at 1:125 000 do
    assert y1 - y0 < 241
    assert sheet.enlargement is not None and sheet.enlargement.view.scale < sheet.scale / 1.5


# text


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_every_name_can_be_searched_in_the_pdf(language: str, tmp_path: Path) -> None:
    text = pdf_text(sheet_bytes(square_town(illustrative=True, internal=True), language=language), tmp_path).replace("\n", " ")
    chinese = ["河口警务区", "河口社区", "示范镇警务区划分图", "示意图 · 仅供演示", "内部使用", "2025-12-31", "虚构数据"]
    english = ["Hekou Beat", "Hekou Community", "Police Beats of Model Town", "ILLUSTRATIVE", "INTERNAL", "Invented data"]
    assert "民警01" in text and "1:5 000" in text and "EPSG:4546" in text and "200" in text  # metres of the bar
    assert all(word in text for word in chinese) == (language != "en")
    assert all(word in text for word in english) == (language != "zh")


def test_an_english_sheet_has_no_chinese_character(tmp_path: Path) -> None:
    text = pdf_text(sheet_bytes(demo_town(), "A3", language="en"), tmp_path)
    assert "Officer 01" in text and "Hunan Fazhi Bao" in text
    assert re.findall("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]", text) == []


def test_both_languages_name_the_lead_in_both() -> None:
    texts = {mark.text for mark in draw_sheet(demo_town(), "A3").texts}
    assert "民警14 Officer 14" in texts  # on the map, where beat 14 has room
    assert {"民警01", "Officer 01"} <= texts  # in the index, one below the other


@pytest.mark.parametrize("dpi", [110, 300])
def test_halo_weight_and_letters_lie_on_each_other_in_a_picture(dpi: int) -> None:
    """A stroke lies half outside the letters: a halo of 2 pt reaches 1 pt less half the weight beyond the ink, on both sides."""
    page = Page(120, 20)
    page.box((0, 0, 120, 20), fill="#0000ff", z=1)
    page.text(5, 8, "Index of beats 警务区一览表 (A3, print at 100 %) IIII", 9, bold=True, colour="#00ff00", halo="#ff0000", halo_pt=2)
    out = BytesIO()
    page.write(out, "png", dpi, {})
    pixels = np.asarray(Image.open(out).convert("RGB")).astype(int)
    halo = np.flatnonzero((pixels[:, :, 2] < 128).any(axis=0))
    ink = np.flatnonzero((pixels[:, :, 1] > 128).any(axis=0))
    beyond = (2 - BOLD_PT * 9) / 2 / 72 * dpi
    assert ink[0] - halo[0] == pytest.approx(beyond, abs=1.1)
    assert halo[-1] - ink[-1] == pytest.approx(beyond, abs=1.1)


def test_no_word_of_the_index_is_cut() -> None:
    content = demo_town()
    beats = content.layers["beats"]
    words = {word for key in ("name_en", "units_en", "lead_en") for text in beats[key] for word in text.replace(",", "").split()}
    for paper in PAPERS:
        table = beat_table(prepared(content), Wording("en"), PAPERS[paper].theme, 2)
        lines = [line for row in table._lines(PAPERS[paper].panel_mm) for cell in row[1:4] for line in cell]
        assert {word for line in lines for word in line.replace(",", "").split()} - words == {"Total"}


def test_a_mark_stands_on_the_sheet_and_in_the_files_own_words() -> None:
    with pikepdf.open(BytesIO(sheet_bytes(square_town(illustrative=True)))) as pdf:
        info = {key: str(value) for key, value in pdf.docinfo.items()}
    assert "示意图" in info["/Title"] and "ILLUSTRATIVE" in info["/Subject"]
    assert "/CreationDate" not in info
    plain = draw_sheet(square_town())
    assert "ILLUSTRATIVE" not in f"{plain.title} {plain.subject}" and not any("ILLUSTRATIVE" in mark.text for mark in plain.texts)


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_nothing_on_a3_is_smaller_than_six_points(language: str) -> None:
    assert min(mark.size_pt for mark in draw_sheet(demo_town(), "A3", language=language).texts) >= 6


@pytest.mark.parametrize("paper", list(PAPERS))
@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
def test_no_text_runs_off_the_page(paper: str, orientation: str) -> None:
    sheet = draw_sheet(demo_town(), paper, orientation)
    for mark in sheet.texts:
        x0, y0, x1, y1 = mark.box
        if not mark.angle_deg:
            assert x0 > 3 and y0 > 3 and x1 < sheet.width_mm - 3 and y1 < sheet.height_mm - 3, mark


def test_characters_that_the_font_lacks_are_named() -> None:
    content = square_town(title=Text("镇𪻐图", "Map"))
    assert any("𪻐" in note.zh for note in draw_sheet(content).notes)
    assert draw_sheet(square_town()).notes == ()


# legend


def test_the_legend_explains_what_is_drawn_and_nothing_else() -> None:
    assert draw_sheet(square_town()).legend == ("badge", "lead", "town", "beats", "units", "grid_cells")
    content = square_town()
    school = table([{"code": "s", "name": "小学", "geometry": content.layers["communities"].to_crs("EPSG:4546").geometry[0].centroid}])
    far = table([{"code": "f", "name": "远处", "geometry": school.to_crs("EPSG:4546").translate(90_000).iloc[0]}])
    with_school = draw_sheet(square_town(layers={**content.layers, "schools": school, "stations": far}))
    assert "schools" in with_school.legend and "stations" not in with_school.legend


def test_colours_are_explained_where_there_are_several() -> None:
    assert "colours" in draw_sheet(random_town(1)).legend


# the same again


def test_the_same_content_gives_the_same_bytes_in_four_threads() -> None:
    content = random_town(2, 60, 12, 5)

    def draw(_: int = 0) -> tuple[bytes, bytes]:
        sheet = draw_sheet(content, "A4")
        return sheet.to_bytes("pdf"), sheet.to_bytes("png", 60)

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(draw, range(4)))
    assert set(together) == {draw()}


def test_a_sheet_can_be_written_twice() -> None:
    sheet = draw_sheet(square_town(), "A4")
    assert sheet.to_bytes("pdf") == sheet.to_bytes("pdf")


# refuses


@pytest.mark.parametrize(
    ("wish", "listed"),
    [({"paper": "A7"}, "A3"), ({"orientation": "upright"}, "portrait"), ({"language": "fr"}, "both"), ({"format": "docx"}, "pdf")],
)
def test_what_there_is_not_is_refused_with_a_list(wish: dict[str, str], listed: str) -> None:
    with pytest.raises(Refusal) as refusal:
        sheet_bytes(square_town(), **wish)
    assert refusal.value.what_next is not None
    assert listed in refusal.value.what_next.en and listed in refusal.value.what_next.zh


def test_a_town_without_any_area_is_refused() -> None:
    content = square_town(layers={"schools": square_town().layers["beats"].iloc[:0]})
    with pytest.raises(Refusal, match="no beat"):
        draw_sheet(content)


def test_a_table_without_a_coordinate_system_is_refused() -> None:
    lost = gpd.GeoDataFrame(square_town().layers["beats"].drop(columns="geometry"), geometry=list(square_town().layers["beats"].geometry))
    with pytest.raises(Refusal, match="beats states no coordinate system"):
        draw_sheet(square_town(layers={"beats": lost}))


def test_a_layer_or_a_beat_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Refusal, match="no layer 'castles'"):
        draw_sheet(square_town(layers={**square_town().layers, "castles": square_town().layers["beats"]}))
    with pytest.raises(Refusal, match="no beat 77"):
        draw_sheet(square_town(focus=("77",)))


def test_no_half_file_is_left_where_writing_fails(tmp_path: Path) -> None:
    sheet = draw_sheet(square_town(), "A4")
    with pytest.raises(Refusal, match="can't be written"):
        sheet.save(tmp_path / "missing" / "sheet.pdf")
    (tmp_path / "taken.pdf").mkdir()
    with pytest.raises(Refusal):
        sheet.save(tmp_path / "taken.pdf")
    assert [path.name for path in tmp_path.iterdir()] == ["taken.pdf"]
    sheet.save(tmp_path / "sheet.pdf")
    assert (tmp_path / "sheet.pdf").read_bytes() == sheet.to_bytes("pdf")


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640)])
def test_a_saved_sheet_has_the_mode_of_an_ordinary_new_file(umask: int, mode: int, tmp_path: Path) -> None:
    sheet = draw_sheet(square_town(), "A4")
    before = os.umask(umask)
    try:
        sheet.save(tmp_path / "sheet.pdf")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "sheet.pdf").stat().st_mode) == mode


def test_a_paper_and_a_format_may_be_written_in_small_or_large_letters() -> None:
    sheet = draw_sheet(square_town(), "a4", "Portrait", "EN")
    assert (sheet.width_mm, sheet.height_mm) == (210, 297)
    assert sheet.to_bytes("PDF") == sheet.to_bytes("pdf")


# odd towns


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_names_of_sixty_characters_still_give_a_sheet(language: str) -> None:
    long = Text("很" * 60, "Averylongname " * 5)
    content = square_town(title=long, subtitle=long, plan=long, source=long, station=long)
    beats = content.layers["beats"].assign(name=long.zh, name_en=long.en, lead=long.zh, units_zh=long.zh, units_en=long.en)
    units = content.layers["communities"].assign(name=long.zh, name_en=long.en)
    layers = {**content.layers, "beats": beats, "communities": units}
    for paper in PAPERS:
        sheet = draw_sheet(
            square_town(title=long, subtitle=long, plan=long, source=long, station=long, layers=layers), paper, language=language
        )
        assert all(mark.box[2] < sheet.width_mm - 3 for mark in sheet.texts if not mark.angle_deg)


def test_without_a_plan_the_units_are_indexed() -> None:
    content = random_town(3)
    sheet = draw_sheet(square_town(layers={key: table for key, table in content.layers.items() if key != "beats"}))
    assert "beats" not in sheet.legend and "badge" not in sheet.legend
    assert any("社区、村一览表" in mark.text for mark in sheet.texts)


@pytest.mark.parametrize("key", ["grid_cells", "communities", "beats"])
def test_one_kind_of_area_is_enough(key: str) -> None:
    assert draw_sheet(square_town(layers={key: square_town().layers[key]}), "A4").scale > 0


def test_empty_layers_and_missing_values_are_borne() -> None:
    content = square_town()
    empty = {key: content.layers["communities"].iloc[:0] for key in ("villages", "water", "roads", "schools", "county")}
    beats = content.layers["beats"].assign(lead=None, name_en=None, persons=np.nan)
    assert draw_sheet(square_town(layers={**content.layers, **empty, "beats": beats})).notes == ()


def test_rows_without_geometry_are_told() -> None:
    content = random_town(4)
    schools = content.layers["schools"].copy()
    schools.loc[3, "geometry"] = None
    assert any("1 row has no geometry" in note.en for note in draw_sheet(square_town(layers={**content.layers, "schools": schools})).notes)


def test_a_sheet_about_one_officer_shows_that_beat_larger() -> None:
    content = demo_town()
    whole, one = draw_sheet(content, "A4"), draw_sheet(demo_town(focus=("07",)), "A4")
    assert one.scale < whole.scale / 4
    assert any(label.kind == "cell" for label in one.labels)
    assert not any("民警01" in mark.text for mark in one.texts)
