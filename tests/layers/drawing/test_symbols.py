"""Every symbol that a layer names exists, fills its square, and is the same on the web and on paper."""

import re

import pytest
import shapely

from layers import LAYERS
from layers.drawing.symbols import SYMBOLS, svg_path, symbol


def test_every_symbol_that_a_layer_names_exists() -> None:
    assert {layer.style.symbol for layer in LAYERS.values()} <= set(SYMBOLS)


@pytest.mark.parametrize("name", SYMBOLS)
def test_a_symbol_is_a_valid_shape_in_its_square_with_its_holes_inside(name: str) -> None:
    outline, *holes = (shapely.Polygon(ring) for ring in SYMBOLS[name])
    assert outline.is_valid and shapely.box(-1, -1, 1, 1).buffer(1e-9).covers(outline) and outline.area > 0.8
    assert all(outline.covers(hole) for hole in holes)
    assert not shapely.LinearRing(SYMBOLS[name][0]).is_ccw or outline.exterior.is_ccw
    assert all(shapely.LinearRing(ring).is_ccw != shapely.LinearRing(SYMBOLS[name][0]).is_ccw for ring in SYMBOLS[name][1:])


def test_an_svg_path_has_every_ring_and_turns_y_down() -> None:
    assert svg_path("triangle", 10) == "M-9.5,7L9.5,7L0,-10Z"
    assert len(re.findall("M", svg_path("warning"))) == len(SYMBOLS["warning"]) == svg_path("warning").count("Z")


def test_an_unknown_symbol_is_a_circle() -> None:
    assert symbol("unheard of") == SYMBOLS["circle"]
