"""Names keep off symbols, symbols keep to their beat, and a crowded centre finds room for its enlargement.

The frame is 200 mm x 200 mm at 1:100 000, so 20 km x 20 km; the town below is 10 km x 10 km in its middle.
"""

import numpy as np
import pytest
import shapely

from exporting.enlargement import crowded_regions, find_room
from exporting.labels_along import river_line
from exporting.map_names import Missing, Namer, Names
from exporting.map_view import MapView
from exporting.sheet_content import SheetData, prepared
from exporting.sheet_layout import PAPERS, Wording
from layers import LAYERS
from layers.definition.text import Text
from layers.drawing.print_map import symbol_half_mm
from tests.exporting.towns import demo_town

VIEW = MapView("EPSG:4546", 100_000, (0.0, 0.0, 200.0, 200.0), (370_000.0, 3_175_000.0))
TOWN = shapely.box(365_000, 3_170_000, 375_000, 3_180_000)


@pytest.fixture(scope="module")
def demo() -> SheetData:
    return prepared(demo_town())


@pytest.fixture(scope="module")
def names(demo: SheetData) -> Names:
    view = MapView("EPSG:4546", 60_000, (10.0, 10.0, 290.0, 270.0), (369_000.0, 3_176_700.0))
    return Namer(view, demo, Wording("both"), PAPERS["A3"].theme, []).names()


def test_no_name_lies_on_a_symbol(names: Names) -> None:
    for layer, places in names.symbols.items():
        half = symbol_half_mm(LAYERS[layer].style)
        squares = shapely.box(*(np.asarray(places)[:, [0, 1, 0, 1]] + [-half, -half, half, half]).T)
        for label in names.placed:
            boxes = shapely.box(*np.asarray(label.covers).T)
            assert not shapely.intersects(shapely.union_all(boxes).buffer(-0.01), squares).any(), (layer, label.code)


def test_every_symbol_stands_in_the_beat_it_belongs_to(demo: SheetData, names: Names) -> None:
    view = MapView("EPSG:4546", 60_000, (10.0, 10.0, 290.0, 270.0), (369_000.0, 3_176_700.0))
    beats = view.on_page(demo.beats.geometry.to_numpy())
    for layer in ("police_rooms", "risk_places"):
        points = view.on_page(demo.table(layer).geometry.to_numpy())
        points = points[shapely.contains(shapely.box(*view.frame).buffer(-0.8), points)]
        assert len(points) == len(names.symbols[layer])
        for before, after in zip(points, names.symbols[layer], strict=True):
            home = [i for i, beat in enumerate(beats) if beat.contains(before)]
            assert all(beats[i].contains(shapely.Point(after)) for i in home)


def missing(x: float, y: float, size: float = 4.0) -> Missing:
    return Missing("unit", f"{x},{y}", Text("", ""), shapely.box(x, y, x + size, y + size))


def test_three_crowded_areas_together_ask_for_an_enlargement_and_a_lone_one_does_not() -> None:
    assert crowded_regions((missing(100, 100), missing(105, 100)), VIEW) == []
    region, *_ = crowded_regions((missing(100, 100), missing(105, 100), missing(100, 105), missing(5, 180)), VIEW)
    assert len(crowded_regions(tuple(missing(x, 100) for x in (100, 105, 110, 115, 120)), VIEW)) > 1
    x0, y0, x1, y1 = region  # 9 mm and the padding, at 100 m per mm
    assert x1 - x0 == pytest.approx(y1 - y0) and 900 < x1 - x0 < 1200


def test_the_enlargement_lies_in_the_frame_clear_of_the_town_at_a_larger_scale() -> None:
    region = (369_500.0, 3_174_500.0, 370_500.0, 3_175_500.0)
    room = find_room(region, VIEW, TOWN, heading_mm=4)
    assert room is not None and room.view.scale <= VIEW.scale / 1.6
    assert shapely.box(*VIEW.frame).contains(shapely.box(*room.box))
    assert not room.main.on_page(TOWN).intersects(shapely.box(*room.box))
    assert room.view.ground(room.view.frame) == pytest.approx(region)
    assert room.outline_on(room.main).area == pytest.approx(10 * 10)


def test_there_is_no_enlargement_where_the_town_fills_the_frame() -> None:
    assert find_room((369_500, 3_174_500, 370_500, 3_175_500), VIEW, shapely.box(360_200, 3_165_200, 379_800, 3_184_800), 4) is None


def test_the_middle_of_a_river_follows_it() -> None:
    bends = shapely.LineString([(0, 50), (40, 60), (80, 45), (120, 50)])
    middle = river_line(bends.buffer(2, cap_style="flat"))
    assert middle is not None and middle.length == pytest.approx(bends.length, rel=0.05)
    assert shapely.hausdorff_distance(middle, bends) < 3
    assert river_line(shapely.Point()) is None


def test_no_name_of_an_area_lies_on_a_park(demo: SheetData, names: Names) -> None:
    view = MapView("EPSG:4546", 60_000, (10.0, 10.0, 290.0, 270.0), (369_000.0, 3_176_700.0))
    parks = view.on_page(shapely.union_all([*demo.table("industrial_parks").geometry, *demo.table("rural_parks").geometry]))
    assert [p.code for p in names.placed if p.kind in ("beat", "unit") and parks.intersects(shapely.box(*p.box))] == []


def test_around_the_area_of_one_beat_no_place_gets_a_leader_or_a_letter() -> None:
    data = prepared(demo_town(focus=("02",)))
    x0, y0, x1, y1 = data.subject.bounds
    view = MapView("EPSG:4546", 75_000, (10.0, 10.0, 290.0, 270.0), ((x0 + x1) / 2, (y0 + y1) / 2))
    names = Namer(view, data, Wording("both"), PAPERS["A3"].theme, []).names()
    subject = view.on_page(data.subject)
    assert [m.code for m in names.missing if m.kind == "place" and not subject.intersects(m.area)] == []
    led = [p for p in names.placed if p.kind == "place" and p.leader and not p.code.startswith("stations")]
    assert all(subject.intersects(shapely.Point(p.leader[0])) for p in led)
