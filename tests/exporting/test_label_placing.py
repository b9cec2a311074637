"""No name lies on another, on a symbol or across the border of its own area: on the demo town and on towns at random."""

import numpy as np
import pytest
import shapely

from exporting.label_placing import Label, Line, Obstacles, place_beside, place_in_area, place_on_leader, spread_symbols
from exporting.labels_along import place_along
from exporting.map_sheet import Sheet, draw_sheet
from exporting.sheet_content import SheetContent
from tests.exporting.towns import demo_town, random_town

FRAME = (0.0, 0.0, 100.0, 100.0)
NAME = Label((Line("竹子坪社区", 7),))  # five characters of 7 pt: 12.3 mm wide, 2.9 mm high
SHORT = Label((Line("竹", 7),), rank=1)


def overlapping_pairs(sheet: Sheet) -> list[tuple[str, str]]:
    found = []
    for labels in (sheet.labels, sheet.enlarged_labels):
        boxes = [(label.code, shapely.box(*box)) for label in labels for box in label.covers]
        tree = shapely.STRtree([box for _, box in boxes])
        for i, (code, box) in enumerate(boxes):
            found += [
                (code, boxes[j][0]) for j in tree.query(box) if j > i and boxes[j][0] != code and boxes[j][1].intersection(box).area > 1e-6
            ]
    return found


def crossing_their_border(sheet: Sheet, content: SheetContent) -> list[str]:
    found = []
    for view, labels in ((sheet.view, sheet.labels), (sheet.enlargement and sheet.enlargement.view, sheet.enlarged_labels)):
        for key, kind in (("beats", "beat"), ("communities", "unit"), ("villages", "unit")):
            if view is None or key not in content.layers:
                continue
            table = content.layers[key].to_crs("EPSG:4546").set_index("code")
            for label in labels:
                if label.kind == kind and label.code in table.index and not label.leader:
                    border = view.on_page(table.geometry[label.code]).boundary
                    if border.intersects(shapely.box(*label.box)):
                        found.append(label.code)
    return found


@pytest.mark.parametrize("paper", ["A3", "A4"])
@pytest.mark.parametrize("town", ["demo", 11, 12, 13])
def test_no_label_overlaps_another_or_crosses_its_own_border(town: str | int, paper: str) -> None:
    content = demo_town() if town == "demo" else random_town(int(town))
    sheet = draw_sheet(content, paper)
    assert overlapping_pairs(sheet) == []
    assert crossing_their_border(sheet, content) == []


@pytest.mark.parametrize("language", ["zh", "both"])
def test_every_beat_of_the_demo_is_numbered_and_every_unit_and_risk_place_named_or_keyed(language: str) -> None:
    content = demo_town()
    sheet = draw_sheet(content, "A3", language=language)
    labels = (*sheet.labels, *sheet.enlarged_labels)
    assert {label.code for label in sheet.labels if label.kind == "beat"} == set(content.layers["beats"]["code"])
    units = {*content.layers["communities"]["code"], *content.layers["villages"]["code"]}
    named = {label.code for label in labels if label.kind in ("unit", "key", "place")}
    assert units <= named
    assert {f"risk_places:{code}" for code in content.layers["risk_places"]["code"]} <= named


def test_a_name_lies_inside_its_area_clear_of_what_is_taken() -> None:
    taken = Obstacles([(10, 10, 20, 30)])
    placed = place_in_area("unit", "u", shapely.box(10, 10, 40, 30), [NAME], taken)
    assert placed is not None and shapely.box(10, 10, 40, 30).contains(shapely.box(*placed.box)) and placed.box[0] >= 20
    assert not taken.free(np.asarray([placed.box]))[0]


def test_a_shorter_form_is_taken_where_the_full_one_does_not_fit() -> None:
    placed = place_in_area("unit", "u", shapely.box(0, 0, 5, 5), [NAME, SHORT], Obstacles())
    assert placed is not None and placed.label is SHORT
    assert place_in_area("unit", "u", shapely.box(0, 0, 5, 5), [NAME], Obstacles()) is None


def test_a_leader_joins_label_and_area_over_free_ground() -> None:
    taken = Obstacles([(52, 40, 60, 60)])
    placed = place_on_leader("beat", "b", shapely.box(48, 48, 51, 51), [NAME], taken, FRAME)
    assert placed is not None and placed.leader
    assert not shapely.LineString(placed.leader).intersects(shapely.box(52, 40, 60, 60))


def test_a_name_beside_a_point_avoids_borders_where_it_can() -> None:
    border = shapely.LineString([(55, 0), (55, 100)])
    placed = place_beside("place", "p", 50, 50, 1.0, [NAME], Obstacles(), FRAME, border)
    assert placed is not None and placed.box[2] < 50


def test_a_name_along_a_line_is_never_upside_down() -> None:
    for end in ((90, 60), (10, 60), (10, 40), (90, 40)):
        placed = place_along("road", "r", shapely.LineString([(50, 50), end]), NAME, Obstacles(), FRAME)
        assert placed is not None and -90 < placed.angle_deg <= 90


def test_a_symbol_moved_aside_stays_in_its_beat() -> None:
    home = shapely.box(0, 0, 50.4, 100)
    moved, stuck = spread_symbols([(50, 50), (50, 50)], 1.0, Obstacles(), 3.0, [[home], [home]])
    assert stuck == 0 and moved[0] == (50, 50)
    assert np.hypot(moved[1][0] - 50, moved[1][1] - 50) <= 3.0 and home.contains(shapely.Point(moved[1]))


def test_a_name_keeps_off_a_river_where_its_area_has_room_beside_it() -> None:
    river = shapely.LineString([(0, 50), (100, 50)])
    placed = place_in_area("unit", "u", shapely.box(40, 40, 60, 60), [NAME], Obstacles(), river)
    assert placed is not None and not shapely.box(*placed.box).intersects(river)
    narrow = place_in_area("unit", "u", shapely.box(40, 48, 60, 52), [NAME], Obstacles(), river)
    assert narrow is not None and shapely.box(*narrow.box).intersects(river)


def test_neither_label_nor_leader_meets_the_lines_it_must_keep_off() -> None:
    border = shapely.LineString([(53, 0), (53, 100)])
    taken = Obstacles([(0, 44, 49, 56)])  # the near side of the border is taken beside the point
    placed = place_on_leader("place", "p", shapely.Point(50, 50), [NAME], taken, FRAME, border, reach_mm=24)
    assert placed is not None and placed.leader
    assert not border.intersects(shapely.box(*placed.box)) and not border.intersects(shapely.LineString(placed.leader))
    assert placed.box[2] < 53
