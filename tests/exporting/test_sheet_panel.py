"""The panel beside the map: what a change comes to for each beat, and a legend whose words are whole.

Two beats of one square kilometre: 02 gives a cell of 40 homes to 01, which then has 140; 02 keeps 60. Before: 100 and 100.
"""

from dataclasses import replace

import geopandas as gpd
import shapely

from exporting.index_table import balance_table
from exporting.map_sheet import draw_sheet
from exporting.page import Page
from exporting.sheet_blocks import LEGEND, Legend
from exporting.sheet_content import PlanChange, SheetContent, prepared
from exporting.sheet_layout import NAMES, PAPERS, Wording
from exporting.sheet_panel import GAP_MM
from layers.definition.text import Text
from tests.exporting.towns import square_town, table

WEST, EAST = shapely.box(370_000, 3_175_000, 370_500, 3_176_000), shapely.box(370_500, 3_175_000, 371_000, 3_176_000)
MOVED = shapely.box(370_400, 3_175_000, 370_500, 3_176_000)
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
        for names in NAMES:
            page = Page(size.panel_mm, 200)
            Legend(tuple(LEGEND), (), Wording(names), size.theme).draw(page, 0, 200, size.panel_mm)
            assert [mark.text for mark in page.marks if mark.text.endswith("…")] == [], (size.name, names)
            assert max(mark.box[2] for mark in page.marks) <= size.panel_mm
