"""Scale bar, degrees and numbers say what is true."""

import pytest
from pyproj import Transformer

from exporting.index_table import number_text
from exporting.map_view import SCALES, MapView, crossings, degrees_text
from exporting.page import Page
from exporting.sheet_content import prepared
from exporting.sheet_furniture import bar_length_m, draw_scale_bar, ratio_text
from exporting.sheet_layout import PAPERS, Wording, fitting_scales, layout
from exporting.sheet_tables import beat_table, unit_table
from layers.definition.refusal import Refusal
from tests.exporting.towns import demo_town

VIEW = MapView("EPSG:4546", 125_000, (20.0, 30.0, 280.0, 250.0), (368_000.0, 3_177_000.0))


def test_the_bar_is_as_long_as_its_number_says() -> None:
    assert bar_length_m(125_000, 70) == 5_000
    page = Page(200, 100)
    assert draw_scale_bar(page, 10, 10, 125_000, 70, 7) == pytest.approx(40)
    assert [mark.text for mark in page.marks] == ["0", "2.5", "5", "km"]


def test_degrees_stand_where_the_graticule_leaves_the_frame() -> None:
    ends, inside = crossings(VIEW)
    assert {end.side for end in ends} == {"top", "bottom", "left", "right"}
    to_degrees = Transformer.from_crs("EPSG:4546", "EPSG:4490", always_xy=True)
    x0, y0, x1, y1 = VIEW.frame
    for end in ends:
        x, y = (end.place_mm, y1 if end.side == "top" else y0) if end.is_longitude else (x1 if end.side == "right" else x0, end.place_mm)
        east, north, *_ = VIEW.ground((x, y, x, y))
        assert to_degrees.transform(east, north)[0 if end.is_longitude else 1] == pytest.approx(end.degrees, abs=1e-6)
    assert all(x0 < x < x1 and y0 < y < y1 for x, y in inside) and inside


def test_degrees_are_written_as_on_maps() -> None:
    assert degrees_text(109.5, True) == "109°30′E"
    assert degrees_text(28 + 42 / 60 + 15 / 3600, False) == "28°42′15″N"


def test_convergence_is_that_of_the_zone() -> None:
    """sin(latitude) times the angle to the central meridian of 111 E: about (109.65 - 111) sin 28.7 = -0.65 degrees."""
    assert VIEW.convergence_deg() == pytest.approx(-0.65, abs=0.03)


def test_scales_are_round_and_the_largest_that_fits_comes_first() -> None:
    assert ratio_text(125_000) == "1:125 000" and 60_000 in SCALES
    assert fitting_scales((10_000, 5_000), (0, 0, 109.5, 100))[0] == 100_000
    with pytest.raises(Refusal, match="too large"):
        fitting_scales((1e9, 1e9), (0, 0, 100, 100))


def test_boxes_of_a_page_do_not_overlap() -> None:
    for paper in PAPERS.values():
        for orientation in ("landscape", "portrait"):
            at = layout(paper, orientation)
            assert at.title[1] >= at.frame[3] and at.foot[3] <= at.frame[1]
            assert at.panel[0] > at.frame[2] if orientation == "landscape" else at.panel[3] < at.foot[1]


def test_numbers_are_grouped_and_nothing_is_a_dash() -> None:
    assert number_text(45570) == "45 570" and number_text(1.714, 2) == "1.71"
    assert number_text(None) == number_text(float("nan")) == number_text("?") == "–"


def test_the_index_sums_to_the_published_figures() -> None:
    """45,570 dwellings, 97,656 persons and 374.43 km² are published for the town."""
    data, theme = prepared(demo_town()), PAPERS["A3"].theme
    table = beat_table(data, Wording("both"), theme, 2)
    assert [cell[0] for cell in table.rows[-1].cells[-3:]] == ["45 570", "97 656", "374.43"]
    assert len(table.rows) == 14 + 1
    units = unit_table(data, Wording("zh"), theme)
    assert units is not None and len(units.rows) == 40
