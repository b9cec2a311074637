"""The change sheet: exact paper, every cell that moves, the marks, and text that stays on the page."""

from dataclasses import replace
from io import BytesIO

import geopandas as gpd
import pandas as pd
import pikepdf
import pytest
from shapely.geometry import box

from exporting.plan_sheet import TITLE, ChangeContent, draw_change_sheet
from exporting.sheet_content import PlanChange, SheetContent
from layers.definition.refusal import Refusal
from layers.definition.text import Text

MM_PER_POINT = 25.4 / 72


def beats(split: float) -> gpd.GeoDataFrame:
    """Two beats side by side in 0.1 x 0.05 degrees, parted at a longitude."""
    return gpd.GeoDataFrame(
        {"code": ["01", "02"], "name": ["西区", "东区"], "name_en": ["West", "East"], "colour": ["#b3d0e5", "#e69e66"]},
        geometry=[box(109.6, 28.6, split, 28.65), box(split, 28.6, 109.7, 28.65)],
        crs="EPSG:4490",
    )


def moved(n: int) -> gpd.GeoDataFrame:
    """So many cells one above the other between the old border and the new one, all from 02 to 01."""
    high = 0.05 / max(n, 1)
    columns = {
        "cell": [f"4331251090010{i:02d}" for i in range(n)],
        "name": [f"第{i}网格" for i in range(n)],
        "name_en": [f"Cell {i}" for i in range(n)],
        "before": ["02"] * n,
        "after": ["01"] * n,
        "from_lead": ["民警02"] * n,
        "from_lead_en": ["Officer 02"] * n,
        "to_lead": ["民警01"] * n,
        "to_lead_en": ["Officer 01"] * n,
        "dwellings": [100.0] * n,
        "colour": ["#b3d0e5"] * n,
    }
    shapes = [box(109.65, 28.6 + i * high, 109.67, 28.6 + (i + 1) * high) for i in range(n)]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4490")


def content(n: int = 3) -> ChangeContent:
    gains = {"cells_gained": [n, 0], "cells_lost": [0, n], "dwellings_gained": [100 * n, 0], "dwellings_lost": [0, 100 * n]}
    return ChangeContent(
        SheetContent(
            town=Text("试镇", "Test Town"),
            metric_crs="EPSG:4546",
            layers={"beats": beats(109.67 if n else 109.65)},
            title=Text(f"试镇{TITLE.zh}", f"Test Town: {TITLE.en}"),
            subtitle=Text("旧方案 → 新方案", "old plan → new plan"),
            illustrative=True,
            internal=True,
            theme="change",
            change=PlanChange(Text("旧方案", "old plan"), beats(109.65), moved(n)),
        ),
        officers=pd.DataFrame({"name": ["民警01", "民警02"], "name_en": ["Officer 01", "Officer 02"], **gains}, index=["P01", "P02"]),
        facts=((Text("最大偏差", "largest deviation"), "0.385", "0.288", Text("▲ 更好", "▲ better")),),
        about=(Text("按默认权重计算。", "Weighed by the default."),),
    )


def test_the_pdf_is_a3_with_a_map_and_a_list_and_both_languages() -> None:
    sheet = draw_change_sheet(content())
    with pikepdf.open(BytesIO(sheet.to_bytes())) as pdf:
        sizes = [[round(float(side) * MM_PER_POINT) for side in page.mediabox[2:]] for page in pdf.pages]
    assert sizes == [[420, 297]] * 2
    first, second = ("\n".join(mark.text for mark in page.marks) for page in sheet.pages)
    for words in ("试镇警务区调整变更表", "Change of police beats", "02→01", "ILLUSTRATIVE", "民警01", "better", "3 cells"):
        assert words in first
    for words in ("433125109001002", "02 东区", "01 West", "Officer 02", "ILLUSTRATIVE"):
        assert words in second


def test_every_cell_that_moves_is_listed_on_as_many_pages_as_it_takes() -> None:
    sheet = draw_change_sheet(content(97))
    listed = [mark.text for page in sheet.pages[1:] for mark in page.marks if mark.text.startswith("43312510900")]
    assert listed == [f"4331251090010{i:02d}" for i in range(97)] and len(sheet.pages) > 2


def test_no_text_leaves_the_page() -> None:
    for names in ("zh", "en", "both"):
        for page in draw_change_sheet(content(40), names).pages:
            for mark in page.marks:
                left, bottom, right, top = mark.box
                assert left >= -0.1 and bottom >= -0.1 and right <= page.width_mm + 0.1 and top <= page.height_mm + 0.1, mark.text


def test_the_same_content_gives_the_same_bytes() -> None:
    assert draw_change_sheet(content()).to_bytes() == draw_change_sheet(content()).to_bytes()


def test_a_plan_that_changes_nothing_says_so_on_one_page() -> None:
    sheet = draw_change_sheet(content(0))
    assert len(sheet.pages) == 1 and any("No cell changes its beat" in mark.text for mark in sheet.texts)


def test_officers_are_left_out_for_those_who_may_not_see_staff() -> None:
    columns = ["from_lead", "from_lead_en", "to_lead", "to_lead_en"]
    shown = content()
    assert shown.sheet.change is not None
    change = replace(shown.sheet.change, moved=gpd.GeoDataFrame(shown.sheet.change.moved.drop(columns=columns)))
    bare = replace(shown, sheet=replace(shown.sheet, change=change), officers=shown.officers.iloc[:0])
    assert not any("民警" in mark.text or "Officer" in mark.text for page in draw_change_sheet(bare).pages for mark in page.marks)


def test_unknown_names_and_plans_without_beats_are_refused() -> None:
    with pytest.raises(Refusal, match="no language"):
        draw_change_sheet(content(), "fr")
    with pytest.raises(Refusal, match="Neither plan"):
        none = beats(109.65).iloc[:0]
        change = PlanChange(Text("旧方案", "old plan"), none, moved(0))
        draw_change_sheet(replace(content(), sheet=replace(content().sheet, layers={"beats": none}, change=change)))


def test_what_has_no_room_beside_the_map_follows_on_further_pages_and_is_told() -> None:
    many = 80
    gains = {key: [1] * many for key in ("cells_gained", "cells_lost", "dwellings_gained", "dwellings_lost")}
    names = {"name": [f"民警{i:02d}" for i in range(many)], "name_en": [f"Officer {i:02d}" for i in range(many)]}
    sheet = draw_change_sheet(replace(content(), officers=pd.DataFrame({**names, **gains})))
    further = {mark.text for page in sheet.further for mark in page.marks}
    assert set(names["name"]) <= further and any("What each officer gains" in note.en for note in sheet.notes)
    numbers = [page.marks[-1].text for page in sheet.further if any(mark.text.startswith("43312510900") for mark in page.marks)]
    assert numbers == [str(len(sheet.pages))]
