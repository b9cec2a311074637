"""Twelve borders of 1 km join the nine cells of the small town; the river lies on a-d, b-e and c-f, the bridge on b-e."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from layers.definition.refusal import Refusal
from planning.cell_graph import cell_graph
from tests.planning.small_town import BRIDGE, CODES, METRIC, RIVER, cells

BORDERS = {"ab", "bc", "de", "ef", "gh", "hi", "ad", "be", "cf", "dg", "eh", "fi"}


def joined(graph, flags=None) -> set[str]:
    """Edges as pairs of letters, all or those with a flag."""
    chosen = graph.edges if flags is None else graph.edges[flags]
    return {"".join(graph.codes[i] for i in pair) for pair in chosen}


def voronoi_cells(n: int, seed: int = 0) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(seed)
    shapes = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(rng.uniform(0, 10_000, (n, 2)))))
    shapes = shapely.coverage_clean(shapely.intersection(shapes, shapely.box(0, 0, 10_000, 10_000)))
    return gpd.GeoDataFrame({"code": [f"c{i:04}" for i in range(n)]}, geometry=shapes, crs=METRIC)


# refuses


def test_degrees_and_cells_without_a_crs_are_refused():
    for wrong in (cells().to_crs("EPSG:4490"), cells().set_crs(None, allow_override=True)):
        with pytest.raises(Refusal, match="no metres"):
            cell_graph(wrong)


@pytest.mark.parametrize(("water", "bridges", "name"), [(RIVER.to_crs(4490), None, "water"), (RIVER, BRIDGE.to_crs(4545), "bridges")])
def test_another_crs_for_water_or_bridges_is_refused(water, bridges, name):
    with pytest.raises(Refusal, match=f"The {name} layer is not in the coordinate system"):
        cell_graph(cells(), water, bridges)


def test_codes_that_occur_twice_are_refused():
    with pytest.raises(Refusal, match=r"1 cell codes occur twice \(first: a"):
        cell_graph(cells().replace({"code": {"b": "a"}}))


def test_cells_that_overlap_or_do_not_meet_exactly_are_refused_with_the_first():
    overlapping, apart = cells(), cells()
    overlapping.loc[4, "geometry"] = shapely.box(900, 1000, 2000, 2000)
    apart.loc[4, "geometry"] = shapely.Polygon([(1000.001, 1500), (1000, 1000), (2000, 1000), (2000, 2000), (1000, 2000)])
    for wrong, first in ((overlapping, "b"), (apart, "d")):
        with pytest.raises(Refusal, match=rf"cells overlap a neighbour or do not meet it exactly \(first: {first}\)"):
            cell_graph(wrong)


def test_unknown_codes_are_refused():
    graph = cell_graph(cells())
    for ask in (lambda: graph.neighbours("x"), lambda: graph.pieces(["a", "x"]), lambda: cell_graph(cells(), links=[("a", "x")])):
        with pytest.raises(Refusal, match=r"1 cells are not in the cell graph \(first: x\)"):
            ask()


# neighbours


def test_cells_that_share_a_line_are_neighbours_and_corners_do_not_count():
    graph = cell_graph(cells())
    assert joined(graph) == BORDERS and graph.codes == CODES
    np.testing.assert_allclose(graph.border_m, 1000)
    assert graph.connected.all() and not graph.crosses_water.any()
    assert graph.neighbours("e") == ("b", "d", "f", "h") and graph.neighbours("a") == ("b", "d")


def test_borders_are_as_long_as_an_intersection_says():
    town = voronoi_cells(200)
    graph = cell_graph(town)
    shapes = town.geometry.to_numpy()
    a, b = graph.edges.T
    np.testing.assert_allclose(graph.border_m, shapely.length(shapely.intersection(shapes[a], shapes[b])), rtol=1e-9, atol=1e-6)
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    touching = {
        (i, j) for i, j in zip(left, right, strict=True) if i < j and shapely.length(shapely.intersection(shapes[i], shapes[j])) > 0
    }
    assert {tuple(edge) for edge in graph.edges.tolist()} == touching


def test_cells_with_holes_and_parts_have_all_their_borders():
    island = shapely.box(400, 400, 600, 600)
    around = shapely.box(0, 0, 1000, 1000).difference(island)
    two_parts = shapely.MultiPolygon([shapely.box(1000, 0, 1100, 1000), shapely.box(2000, 0, 2100, 1000)])
    town = gpd.GeoDataFrame({"code": ["around", "island", "parts"]}, geometry=[around, island, two_parts], crs=METRIC)
    graph = cell_graph(town)
    assert graph.edges.tolist() == [[0, 1], [0, 2]] and graph.border_m.tolist() == [800, 1000]


def test_no_cells_one_cell_and_cells_that_do_not_touch_have_no_edges():
    for town in (cells()[:0], cells()[:1], cells().iloc[[0, 8]]):
        graph = cell_graph(town.reset_index(drop=True), RIVER, BRIDGE)
        assert graph.edges.shape == (0, 2) and len(graph.pieces(town["code"])) == len(town)


# water and bridges


def test_a_river_parts_the_cells_on_its_banks():
    graph = cell_graph(cells(), RIVER)
    assert joined(graph, graph.crosses_water) == joined(graph, ~graph.connected) == {"ad", "be", "cf"}
    assert graph.neighbours("b") == ("a", "c")
    assert graph.pieces(CODES) == [("d", "e", "f", "g", "h", "i"), ("a", "b", "c")]


def test_a_bridge_joins_the_two_cells_it_leads_to_and_no_others():
    graph = cell_graph(cells(), RIVER, BRIDGE)
    assert joined(graph, graph.crosses_water) == {"ad", "be", "cf"}
    assert joined(graph, ~graph.connected) == {"ad", "cf"}
    assert graph.pieces(CODES) == [CODES]
    assert graph.pieces(["a", "d"]) == [("a",), ("d",)] and graph.pieces(["b", "e"]) == [("b", "e")]


@pytest.mark.parametrize(("away_m", "reach_m", "joins"), [(59, 60, True), (61, 60, False), (61, 100, True)])
def test_a_bridge_counts_within_the_stated_distance(away_m, reach_m, joins):
    bridge = gpd.GeoSeries([shapely.Point(1500, 1000 + away_m)], crs=METRIC)
    graph = cell_graph(cells(), RIVER, bridge, bridge_reach_m=reach_m)
    assert ("be" in joined(graph, graph.connected)) == joins


@pytest.mark.parametrize(("wet_m", "parted"), [(400, False), (600, True)])
def test_a_border_is_parted_only_if_most_of_it_is_water(wet_m, parted):
    pond = gpd.GeoSeries([shapely.box(0, 900, wet_m, 1100)], crs=METRIC)
    graph = cell_graph(cells(), pond)
    assert ("ad" in joined(graph, graph.crosses_water)) == parted


def test_a_river_across_a_border_does_not_part():
    across = gpd.GeoSeries([shapely.box(-100, 1450, 3100, 1550)], crs=METRIC)
    assert cell_graph(cells(), across).connected.all()


def test_a_border_drawn_along_the_bank_is_parted_too():
    one_sided = gpd.GeoSeries([shapely.box(-100, 1003, 3100, 1103)], crs=METRIC)
    graph = cell_graph(cells(), one_sided)
    assert joined(graph, graph.crosses_water) == {"ad", "be", "cf"}


def test_links_join_what_the_river_parts_and_what_does_not_touch():
    graph = cell_graph(cells(), RIVER, links=[("d", "a"), ("c", "i")])
    assert joined(graph, ~graph.connected) == {"be", "cf"}
    assert graph.neighbours("c") == ("b", "i")
    assert graph.border_m[[list(map(tuple, graph.edges)).index((2, 8))]] == 0
    assert graph.pieces(CODES) == [CODES]


# pieces and views


def test_pieces_come_largest_first_and_ignore_repeats():
    graph = cell_graph(cells())
    assert graph.pieces(["a", "i", "h", "g", "a", "c"]) == [("g", "h", "i"), ("a",), ("c",)]
    assert graph.pieces([]) == []


def test_the_networkx_graph_has_the_usable_edges_with_their_lengths():
    graph = cell_graph(cells(), RIVER, BRIDGE)
    usable, all_edges = graph.to_networkx(), graph.to_networkx(only_connected=False)
    assert set(usable) == set(CODES) and (usable.number_of_edges(), all_edges.number_of_edges()) == (10, 12)
    assert usable.edges["b", "e"] == {"border_m": 1000.0, "crosses_water": True, "connected": True}


def test_the_graph_can_not_be_changed_and_does_not_depend_on_the_order_of_cells():
    graph = cell_graph(cells(), RIVER, BRIDGE)
    with pytest.raises(ValueError, match="read-only"):
        graph.connected[0] = False
    turned = cell_graph(cells()[::-1].reset_index(drop=True), RIVER, BRIDGE)
    assert {frozenset(pair) for pair in joined(turned, turned.connected)} == {frozenset(pair) for pair in joined(graph, graph.connected)}
