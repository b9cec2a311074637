"""The datum without a named place: the drawn town is 4 km wide, its units 2 km; at 109.66 E, 28.70 N GCJ-02 lies 586 m off, BD-09 1.1 km.

Points on a grid of 12 by 12 over the town; each names the unit it lies in.
"""

import numpy as np
import pandas as pd
import pytest
import shapely

from importing.crs_check import TownFrame, choose_placement
from importing.datum_by_units import guess_by_units
from layers.definition.crs import wgs84_to_bd09, wgs84_to_gcj02
from tests.importing.drawn_source import FRAME, UNIT_SHAPES, UNITS, finding, keys, source

SHIFT = {"wgs84": lambda lon, lat: (lon, lat), "gcj02": wgs84_to_gcj02, "bd09": wgs84_to_bd09}
LON, LAT = (axis.ravel() for axis in np.meshgrid(np.linspace(109.6415, 109.6785, 12), np.linspace(28.6815, 28.7185, 12)))
SHAPES = dict(zip(UNIT_SHAPES["code"], UNIT_SHAPES.geometry, strict=True))
BY_NAME = SHAPES | {UNITS[code]: shape for code, shape in SHAPES.items()}
HOME = [next(code for code, shape in SHAPES.items() if shapely.intersects_xy(shape, x, y)) for x, y in zip(LON, LAT, strict=True)]
FRESH = TownFrame(FRAME.outline, FRAME.metric_crs, units=BY_NAME, first_points=True)


def guessed(datum, columns):
    return guess_by_units(pd.DataFrame(columns), *SHIFT[datum](LON, LAT), FRAME.outline, BY_NAME)


@pytest.mark.parametrize("datum", SHIFT)
@pytest.mark.parametrize(
    "columns",
    [
        {"编号": range(144)},
        {"所属社区/村": HOME},
        {"所属社区/村": [UNITS[code] for code in HOME]},
        {"名称": [f"{UNITS[code].removesuffix('社区')}第{n}小学" for n, code in enumerate(HOME)]},
    ],
    ids=["outline alone", "codes of units", "names of units", "names of places that hold a unit's"],
)
def test_fewest_rows_lie_outside_in_the_datum_they_are_in(datum, columns):
    guess = guessed(datum, columns)
    assert (guess.datum, guess.sure) == (datum, "likely")
    assert guess.outside[datum] + guess.away.get(datum, 0) == 0
    assert all(guess.outside[other] + guess.away.get(other, 0) > 10 for other in SHIFT if other != datum)


def test_a_row_that_names_its_unit_is_judged_by_that_and_not_by_the_town():
    guess = guessed("gcj02", {"unit": HOME})
    assert 0 < guess.outside["wgs84"] < guess.away["wgs84"] and guess.away["wgs84"] > 20
    assert "144 rows name their unit" in guess.evidence[0].en


def test_few_rows_or_rows_far_inside_tell_nothing():
    assert guess_by_units(pd.DataFrame({"a": [1, 2]}), LON[:2], LAT[:2], FRAME.outline, BY_NAME).datum is None
    inner = np.full(40, 109.66), np.full(40, 28.70)
    guess = guess_by_units(pd.DataFrame({"a": range(40)}), *inner, FRAME.outline, BY_NAME)
    assert (guess.datum, guess.sure) == (None, "unsure") and set(guess.outside.values()) == {0}


def test_what_lies_outside_under_every_datum_speaks_for_none():
    far = guess_by_units(pd.DataFrame({"a": range(144)}), LON + 1, LAT, FRAME.outline, BY_NAME)
    assert far.datum is None and set(far.outside.values()) == {144}


def test_without_an_outline_or_a_point_there_is_no_guess():
    assert guess_by_units(pd.DataFrame({"a": range(144)}), LON, LAT, None, {}) is None
    assert guess_by_units(pd.DataFrame({"a": [1]}), np.array([np.nan]), np.array([np.nan]), FRAME.outline, BY_NAME) is None


def table(datum, **columns):
    lon, lat = SHIFT[datum](LON, LAT)
    return source({"名称": [f"学校{n}" for n in range(144)], **columns, "经度": lon, "纬度": lat})


def test_the_first_points_of_a_town_wait_for_the_persons_word_whatever_they_seem_to_be():
    report = choose_placement(table("wgs84", 社区=HOME), FRESH)[1]
    asked = finding(report, "datum_first_points")
    assert asked.severity == "warning" and "AMap" in asked.what.en and "高德" in asked.what.zh
    assert report.choices["datum_guess"]["outside_their_unit"]["wgs84"] == 0


def test_first_points_that_seem_shifted_are_refused_until_the_person_says_so():
    report = choose_placement(table("gcj02", 社区=HOME), FRESH)[1]
    assert keys(report, "error") == ["datum_needs_word"]
    placement, told = choose_placement(table("gcj02", 社区=HOME), FRESH, datum="gcj02")
    assert placement.datum == "gcj02" and "datum_as_asked" in keys(told) and not told.refused


def test_a_word_against_the_evidence_is_taken_with_a_warning():
    report = choose_placement(table("gcj02", 社区=HOME), FRESH, datum="wgs84")[1]
    assert keys(report, "warning") == ["datum_contradicted"] and not report.refused


def test_surveyed_metres_are_not_asked_about():
    from pyproj import Transformer

    east, north = Transformer.from_crs("EPSG:4490", "EPSG:4546", always_xy=True).transform(LON, LAT)
    report = choose_placement(source({"东坐标": east, "北坐标": north}), FRESH, crs="EPSG:4546")[1]
    assert not {"datum_first_points", "datum_unknown"} & set(keys(report))
