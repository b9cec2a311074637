"""No label overlaps another or crosses its own border, and nothing stays unnamed: read from what was drawn.

The demo town and five towns at random of 10 to 400 cells, on A4, A3 and A0.
"""

from itertools import combinations

import numpy as np
import pytest
import shapely

from exporting.drawn_sheet import Sheet
from exporting.label_placing import Placed
from exporting.map_names import CROWD
from exporting.map_sheet import draw_sheet
from exporting.map_view import MapView
from exporting.number_key import is_mark
from exporting.page import Box
from exporting.sheet_content import SheetContent, SheetData, prepared
from exporting.sheet_layout import SMALLEST_PT
from tests.exporting.towns import demo_town, random_town

TOWNS = {
    # seed, cells, units, beats
    "demo": None,
    "10": (1, 10, 5, 3),
    "60": (2, 60, 16, 7),
    "130": (3, 130, 30, 11),
    "240": (4, 240, 60, 20),
    "400": (5, 400, 100, 30),
}


def town(key: str) -> SheetContent:
    made = TOWNS[key]
    return demo_town() if made is None else random_town(*made)


def overlaps(labels: tuple[Placed, ...]) -> list[tuple[str, str]]:
    return [(one.code, other.code) for one, other in combinations(labels, 2) if any(touch(a, b) for a in one.covers for b in other.covers)]


def touch(a: Box, b: Box) -> bool:
    return a[0] < b[2] - 1e-6 and b[0] < a[2] - 1e-6 and a[1] < b[3] - 1e-6 and b[1] < a[3] - 1e-6


def crossings(labels: tuple[Placed, ...], view: MapView, data: SheetData) -> list[str]:
    """Labels of areas that stand in their area and yet reach over its border."""
    areas = {("beat", str(code)): shape for code, shape in zip(data.beats["code"], data.beats.geometry, strict=True)}
    cells = data.table("grid_cells")
    areas |= {("cell", str(code)): shape for code, shape in zip(cells["code"], cells.geometry, strict=True)}
    areas |= {("unit", str(code)): shape for code, shape in zip(data.units["code"], data.units.geometry, strict=True)}
    found = []
    for label in labels:
        shape = areas.get((label.kind, label.code))
        if shape is not None and not label.leader and not view.on_page(shape).contains(shapely.box(*label.box)):
            found.append(label.code)
    return found


@pytest.fixture(scope="module", params=[(key, paper) for key in TOWNS for paper in ("A4", "A3", "A0")], ids=lambda p: f"{p[0]}-{p[1]}")
def drawn(request: pytest.FixtureRequest) -> tuple[SheetData, Sheet]:
    key, paper = request.param
    content = town(key)
    return prepared(content), draw_sheet(content, paper)


def test_no_label_overlaps_another(drawn: tuple[SheetData, Sheet]) -> None:
    _, sheet = drawn
    assert overlaps(sheet.labels) == [] and overlaps(sheet.enlarged_labels) == []
    if sheet.enlargement is not None:
        box = shapely.box(*sheet.enlargement.box)
        assert not any(box.intersects(shapely.box(*cover)) for label in sheet.labels for cover in label.covers)


def test_no_label_crosses_its_own_border(drawn: tuple[SheetData, Sheet]) -> None:
    data, sheet = drawn
    assert crossings(sheet.labels, sheet.view, data) == []
    if sheet.enlargement is not None:
        assert crossings(sheet.enlarged_labels, sheet.enlargement.view, data) == []


def test_no_label_lies_on_a_place_symbol(drawn: tuple[SheetData, Sheet]) -> None:
    """Symbols of a layer with fewer than CROWD points; the label of a symbol stands beside it."""
    _, sheet = drawn
    for labels, symbols in ((sheet.labels, sheet.symbols), (sheet.enlarged_labels, sheet.enlarged_symbols)):
        taken = [(*cover, label.code) for label in labels for cover in label.covers]
        points = [(layer, x, y) for layer, places in symbols.items() if len(places) < CROWD for x, y in places]
        assert [(layer, code) for layer, x, y in points for x0, y0, x1, y1, code in taken if x0 < x < x1 and y0 < y < y1] == []


def test_what_has_only_a_mark_is_pointed_at_and_never_just_listed(drawn: tuple[SheetData, Sheet]) -> None:
    """Units, cells and places of the key carry letters, in their areas or on leaders;
    on the smallest paper up to three are only said to lie in a beat."""
    _, sheet = drawn
    assert sum(mark.startswith("(") for mark, _ in sheet.named) <= (3 if sheet.width_mm < 300 else 0)
    assert not any(mark.isdigit() for mark, _ in sheet.named)


def test_cells_names_stay_inside_their_cells() -> None:
    content = demo_town(focus=("07",))
    sheet = draw_sheet(content, "A3")
    assert any(label.kind == "cell" for label in sheet.labels)
    assert crossings(sheet.labels, sheet.view, prepared(content)) == []


def test_no_text_is_smaller_than_six_points_and_none_lies_on_another(drawn: tuple[SheetData, Sheet]) -> None:
    _, sheet = drawn
    assert min(mark.size_pt for mark in sheet.texts) >= SMALLEST_PT
    level = [mark for mark in sheet.texts if not mark.angle_deg and mark.text.strip()]
    boxes = shapely.box(*np.add([mark.box for mark in level], (0.15, 0.15, -0.15, -0.15)).T)
    tree = shapely.STRtree(boxes)
    left, right = tree.query(boxes, predicate="intersects")
    assert [(level[a].text, level[b].text) for a, b in zip(left, right, strict=True) if a < b] == []


def test_every_beat_and_unit_is_named_or_numbered(drawn: tuple[SheetData, Sheet]) -> None:
    data, sheet = drawn
    labels = (*sheet.labels, *sheet.enlarged_labels)
    said = {label.code for label in labels if label.kind in ("beat", "unit", "key")}
    listed = {name.zh for _, name in sheet.named}
    assert [b.code for b in data.beats.itertuples() if b.code not in said and b.name not in listed] == []
    assert [u.code for u in data.units.itertuples() if u.code not in said and u.name not in listed] == []
    written = " ".join(mark.text for mark in sheet.texts)
    lost = [mark for mark, _ in sheet.named if is_mark(mark) and mark not in written]
    assert lost == []
