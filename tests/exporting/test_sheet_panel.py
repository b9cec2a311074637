"""The panel beside the map: what a change comes to for each beat, and a legend whose words are whole.

Two beats of one square kilometre: 02 gives a cell of 40 homes to 01, which then has 140; 02 keeps 60. Before: 100 and 100.
"""

from dataclasses import replace
from itertools import product

import geopandas as gpd
import shapely

from exporting.index_table import number_text
from exporting.map_sheet import draw_sheet
from exporting.number_key import is_mark
from exporting.page import Page
from exporting.sheet_blocks import LEGEND, Legend
from exporting.sheet_content import PlanChange, SheetContent, prepared
from exporting.sheet_layout import NAMES, PAPERS, Wording
from exporting.sheet_panel import GAP_MM
from exporting.sheet_tables import balance_table, beat_table, cell_table, place_table
from exporting.sheet_themes import VARIANTS
from layers.definition.text import Text
from layers.drawing.colour_classes import BEAT_COLOURS
from tests.exporting.towns import demo_town, square_town, table

WEST, EAST = shapely.box(370_000, 3_175_000, 370_500, 3_176_000), shapely.box(370_500, 3_175_000, 371_000, 3_176_000)
MOVED = shapely.box(370_400, 3_175_000, 370_500, 3_176_000)
THEME = PAPERS["A3"].theme
BEFORE, AFTER, CHANGE = (100, 100), (140, 60), ("+40", "−40")


def changed_town() -> SheetContent:
    town = square_town(theme="change")
    rows = [("01", WEST, AFTER[0]), ("02", EAST, AFTER[1])]
    beats = table([{"code": c, "name": f"{c}警务区", "name_en": f"Beat {c}", "dwellings": n, "geometry": g} for c, g, n in rows])
    cell = {"cell": "c1", "name": "网格", "name_en": "Cell", "before": "02", "after": "01", "dwellings": 40, "colour": "#ffeed7"}
    change = PlanChange(Text("旧方案", "old plan"), beats, gpd.GeoDataFrame(table([{**cell, "geometry": MOVED}])))
    return replace(town, layers={**town.layers, "beats": beats}, change=change)


def test_homes_before_and_after_are_those_worked_by_hand() -> None:
    found = balance_table(prepared(changed_town()), Wording("en"), PAPERS["A3"].theme)
    assert found is not None
    expected = [(code, f"Beat {code}", str(b), str(a), c) for code, b, a, c in zip(("01", "02"), BEFORE, AFTER, CHANGE, strict=True)]
    assert [tuple(cell[0] for cell in row.cells) for row in found.rows] == expected


def test_without_counts_of_homes_there_is_no_such_table() -> None:
    town = changed_town()
    town = replace(town, layers={**town.layers, "beats": town.layers["beats"].drop(columns="dwellings")})
    assert balance_table(prepared(town), Wording("both"), PAPERS["A3"].theme) is None


def test_a_change_sheet_shows_it_below_the_cells_that_move() -> None:
    for orientation in ("landscape", "portrait"):
        at = {mark.text: mark.box for mark in draw_sheet(changed_town(), "A3", orientation).texts}
        cells, balance = (next(box for text, box in at.items() if text.startswith(start)) for start in ("换区网格", "警务区户数变化"))
        assert balance[3] < cells[1] - GAP_MM and balance[0] == cells[0]


def test_the_words_of_the_whole_legend_are_never_cut_short() -> None:
    for size in PAPERS.values():
        for names, variant in product(NAMES, ("colour", "bw")):
            page = Page(size.panel_mm, 200)
            Legend(tuple(LEGEND), (), Wording(names), size.theme, variant=VARIANTS[variant]).draw(page, 0, 200, size.panel_mm)
            assert any(mark.text.startswith(("颜色", "Colours") if variant == "colour" else ("底纹", "Patterns")) for mark in page.marks)
            assert [mark.text for mark in page.marks if mark.text.endswith("…")] == [], (size.name, names)
            assert max(mark.box[2] for mark in page.marks) <= size.panel_mm


def test_the_sheet_of_one_beat_lists_its_cells_and_key_places_and_that_of_the_town_does_not() -> None:
    data = prepared(demo_town(focus=("04",)))
    cells, places = cell_table(data, Wording("en"), THEME), place_table(data, Wording("en"), THEME)
    assert cells is not None and places is not None
    inside = data.table("grid_cells")
    inside = inside[inside.representative_point().within(data.subject)]
    assert len(cells.rows) == len(inside) == 15
    assert {row.cells[1][0] for row in cells.rows} == {number_text(n) for n in inside["dwellings"]}
    named = {row.cells[0][0]: row.cells[2][0] for row in places.rows}
    assert named["Schools"].count(",") + 1 == 2 and "Tanjia Primary School" in named["Schools"]
    whole = prepared(demo_town())
    assert cell_table(whole, Wording("en"), THEME) is None and place_table(whole, Wording("en"), THEME) is None
    texts = [mark.text for mark in draw_sheet(demo_town(focus=("04",)), "A3").texts]
    assert "网格一览表  Index of cells" in texts and any(text.startswith("重点场所") for text in texts)


def test_the_index_names_what_the_theme_is_about() -> None:
    table = beat_table(prepared(demo_town(theme="places")), Wording("zh"), THEME, 1)
    listed = {row.cells[0][0]: row.cells[3][0] for row in table.rows if row.fill}
    assert [str(column.heading.zh) for column in table.columns[:4]] == ["编号", "警务区", "责任民警", "学校、园区"]
    assert {"谭家小学", "钟灵山工业园"} <= set(listed["04"].split("、")) and "社区" not in listed["04"]
    risks = beat_table(prepared(demo_town(theme="risks")), Wording("zh"), THEME, 1)
    assert any("采石厂" in text for row in risks.rows for cell in row.cells for text in cell)


def test_what_a_letter_stands_for_is_beside_the_map_on_the_smallest_upright_paper_too() -> None:
    sheet = draw_sheet(demo_town(), "A4", "portrait")
    letters = [mark for mark, _ in sheet.named if is_mark(mark)]
    told = " ".join(mark.text for mark in sheet.texts)
    assert letters and sheet.further == ()
    assert all(f"{mark} {name.zh}" in told for mark, name in sheet.named if is_mark(mark))


def test_a_beat_that_has_the_sheet_for_itself_is_light_and_outlined() -> None:
    town = demo_town()
    coloured = town.layers["beats"].assign(colour=BEAT_COLOURS[4][3])
    data = prepared(replace(town, layers={**town.layers, "beats": coloured}, focus=("01",)))
    assert data.colours["01"] == VARIANTS["colour"].fill(max(BEAT_COLOURS[4], key=lambda c: int(c[1:3], 16)))
    assert "subject" in draw_sheet(demo_town(focus=("01",)), "A3").legend
