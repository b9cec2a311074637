"""Neighbours differ in colour, ramps darken, and class edges can be read.

Square of four beats that all meet:   a b      needs four colours only if the diagonals count
                                      c d
"""

import networkx as nx
import pytest

from layers.drawing.colour_classes import (
    BEAT_COLOURS,
    DENSITY_COLOURS,
    _luminance,
    beat_colours,
    class_breaks,
    density_colours,
    steps_below,
    text_on,
)

SQUARE = [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]


def test_neighbours_never_share_a_colour() -> None:
    graph = nx.hexagonal_lattice_graph(6, 6)
    graph = nx.relabel_nodes(nx.compose(graph, nx.random_geometric_graph(1, 0.1)), str)
    colours = beat_colours(graph, graph.nodes)
    assert all(colours[a] != colours[b] for a, b in graph.edges)
    assert set(colours.values()) <= set(BEAT_COLOURS[4])


def test_four_that_all_touch_take_four_colours_and_five_take_five() -> None:
    for count in (4, 5):
        names = "abcde"[:count]
        complete = [(a, b) for a in names for b in names if a < b]
        assert sorted(beat_colours(complete, names).values()) == sorted(BEAT_COLOURS[count])


def test_the_same_neighbours_give_the_same_colours_in_any_order() -> None:
    assert beat_colours(SQUARE, "abcd") == beat_colours([(b, a) for a, b in reversed(SQUARE)], "dcba")


def test_strangers_and_loops_among_the_edges_are_ignored() -> None:
    assert set(beat_colours([("a", "a"), ("a", "x")], "ab")) == {"a", "b"}
    assert beat_colours([], []) == {}


def test_the_largest_area_gets_the_lightest_colour() -> None:
    colours = beat_colours(SQUARE, "abcd", {"a": 1.0, "d": 1.0, "b": 50.0, "c": 50.0})
    assert colours["b"] == max(BEAT_COLOURS[4], key=_luminance)


def test_the_density_ramp_only_darkens() -> None:
    shades = [_luminance(colour) for colour in DENSITY_COLOURS]
    assert shades == sorted(shades, reverse=True)
    assert density_colours(3) == (DENSITY_COLOURS[0], DENSITY_COLOURS[3], DENSITY_COLOURS[6])
    assert len(density_colours(99)) == 7 and len(density_colours(0)) == 1


def test_class_edges_are_quantiles_to_two_figures_that_hold_every_value() -> None:
    """1..100 in four classes: quantiles 1, 25.75, 50.5, 75.25, 100 become 1, 26, 50, 75, 100."""
    classes = class_breaks(list(range(1, 101)), 4)
    assert classes.edges == (1, 26, 50, 75, 100)
    assert [classes.of(v) for v in (1, 25.9, 26, 100, -5, 999)] == [0, 0, 1, 3, 0, 3]
    assert classes.spans()[0] == "1–26" and classes.count == 4


def test_few_values_give_few_classes() -> None:
    assert class_breaks([], 5).count == 0
    assert class_breaks([7, 7, 7], 5).count == 1
    assert class_breaks([float("nan"), 1, 2], 2).edges[0] == 1


def test_steps_lie_below_the_top() -> None:
    assert steps_below(130, 4) == (10, 20, 50, 100)
    assert steps_below(0) == () and steps_below(float("nan")) == ()


@pytest.mark.parametrize(("fill", "ink"), [("#ffeed7", "#000000"), ("#14284b", "#ffffff"), ("#b10026", "#ffffff"), ("#ffffff", "#000000")])
def test_text_stands_out_from_its_ground(fill: str, ink: str) -> None:
    assert text_on(fill) == ink
