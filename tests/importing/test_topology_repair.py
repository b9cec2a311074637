"""Gaps and overlaps go, borders stay shared, nothing moves beyond the tolerance.

Drawn by hand, in metres east and north of ORIGIN:

    2000 +------+------+        lower left a, lower right b, upper left c, upper right d, 1 km each.
         |  c   |  d   |        FLAWED: a ends 2 m before b (gap of 2 x 1000 m);
    1000 +------+------+        d reaches 3 m down into b (overlap of 3 x 1000 m).
         |  a   |  b   |
       0 +------+------+
"""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely import affinity, box

from importing.topology_repair import Repaired, repair_topology
from layers.definition.refusal import Refusal
from tests.importing.broken_coverages import METRIC, ORIGIN, as_table, curved_partition, rook_pairs, roughened

LONG_BORDER_M = 10
SEARCH = (Phase.reuse, Phase.generate)  # a seed says all; nothing about it can be made smaller


def squares(*bounds: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    return as_table(np.array([affinity.translate(box(*each), *ORIGIN) for each in bounds]))


A, B, C, D = (0, 0, 1000, 1000), (1000, 0, 2000, 1000), (0, 1000, 1000, 2000), (1000, 1000, 2000, 2000)
SHORT_A, DEEP_D = (0, 0, 998, 1000), (1000, 997, 2000, 2000)
FLAWED = squares(SHORT_A, B, C, DEEP_D)


def shapes(table: gpd.GeoDataFrame) -> NDArray:
    return table.geometry.to_crs(METRIC).to_numpy()


def farthest_move_m(before: NDArray, after: NDArray) -> float:
    """How far any point of a new border lies from the old border of the same area, sampled every 20 cm."""
    new = shapely.segmentize(shapely.boundary(after), 0.2)
    xy, owner = shapely.get_coordinates(new, return_index=True)
    return float(shapely.distance(shapely.boundary(before)[owner], shapely.points(xy)).max())


def test_a_gap_and_an_overlap_go_and_nothing_else_changes() -> None:
    repaired = repair_topology(None, FLAWED, METRIC)
    assert repaired.cells is not None and repaired.units is None
    assert list(repaired.cells["code"]) == list(FLAWED["code"]) and list(repaired.cells["name"]) == list(FLAWED["name"])
    assert shapely.coverage_is_valid(shapes(repaired.cells))
    assert shapely.area(shapes(repaired.cells)).tolist() == pytest.approx([1e6, 997e3, 1e6, 1003e3], abs=0.1)
    assert repaired.moved_m == pytest.approx(3, abs=0.05)
    before, after = repaired.before["cells"], repaired.after["cells"]
    assert before.gap_m2 == pytest.approx(2000, abs=0.1) and before.overlap_m2 == pytest.approx(3000, abs=0.1) and before.invalid == 4
    assert (after.gap_m2, after.overlap_m2, after.invalid) == (0, 0, 0)
    assert [finding.key for finding in repaired.findings] == ["repaired"]


def test_an_exact_coverage_stays_as_it_is() -> None:
    cells = curved_partition(30, np.random.default_rng(3), hole=True)
    repaired = repair_topology(None, cells, METRIC)
    assert repaired.cells is not None and repaired.moved_m == 0 and repaired.findings == ()
    assert shapely.area(shapely.symmetric_difference(shapes(cells), shapes(repaired.cells))).max() < 1e-3


def test_neighbours_that_meet_without_common_vertices_get_them() -> None:
    cells = squares((0, 0, 1000, 1000), (1000, 0, 2000, 400), (1000, 400, 2000, 1000))
    assert not shapely.coverage_is_valid(shapes(cells))
    repaired = repair_topology(None, cells, METRIC)
    assert repaired.cells is not None and shapely.coverage_is_valid(shapes(repaired.cells)) and repaired.moved_m < 0.001


def test_a_real_hole_stays_whole() -> None:
    ring = affinity.translate(shapely.difference(box(0, 0, 1000, 1000), box(300, 300, 700, 700)), *ORIGIN)
    repaired = repair_topology(None, as_table(np.array([ring])), METRIC)
    assert repaired.cells is not None and shapely.area(shapes(repaired.cells))[0] == pytest.approx(840_000, abs=0.1)


def test_a_slit_open_to_the_outside_is_closed() -> None:
    cells = squares((0, 0, 998, 1000), (1000, 0, 2000, 1000))
    repaired = repair_topology(None, cells, METRIC)
    assert repaired.cells is not None and shapely.area(shapes(repaired.cells)).sum() == pytest.approx(2e6, abs=0.1)


def test_a_bend_of_the_towns_edge_is_not_a_gap() -> None:
    wedge = [
        shapely.Polygon([(0, 0), (100, 0), (98, 4), (98, 100), (0, 100)]),
        shapely.Polygon([(100, 0), (200, 0), (200, 100), (98, 100), (98, 4)]),
    ]
    cells = as_table(np.array([affinity.translate(shape, *ORIGIN) for shape in wedge]))
    outline = shapely.union_all(shapes(cells))
    repaired = repair_topology(None, cells, METRIC)
    assert repaired.cells is not None and shapely.union_all(shapes(repaired.cells)).symmetric_difference(outline).area < 0.01


def test_a_gap_wider_than_the_tolerance_stays_and_is_told() -> None:
    cells = squares((0, 0, 988, 1000), B, (0, 1000, 2000, 2000), (0, -1000, 2000, 0))
    repaired = repair_topology(None, cells, METRIC)
    assert repaired.cells is not None and shapely.area(shapes(repaired.cells))[0] == pytest.approx(988_000, abs=0.1)
    assert [finding.key for finding in repaired.findings] == ["repaired", "gap_left"]
    assert repaired.findings[1].places and repaired.after["cells"].gap_m2 == pytest.approx(12_000, abs=1)


def test_a_broken_ring_is_mended() -> None:
    bow = shapely.Polygon([(0, 0), (1000, 0), (1000, 1000), (500, 1000), (502, 1001), (500, 1001), (502, 1000), (0, 1000)])
    cells = as_table(np.array([affinity.translate(bow, *ORIGIN)]))
    assert not shapely.is_valid(shapes(cells)).any()
    repaired = repair_topology(None, cells, METRIC)
    assert repaired.cells is not None and shapely.is_valid(shapes(repaired.cells)).all() and repaired.before["cells"].invalid == 1


def test_units_become_the_union_of_their_cells() -> None:
    units = squares((0, 0, 1000, 2000), (1001, 0, 2000, 2000)).assign(code=["U1", "U2"])
    cells = squares(A, (999, 0, 2003, 1002), (0, 1000, 998, 2000), D).assign(unit_code=["U1", "U2", "U1", "U2"])
    repaired = repair_topology(units, cells, METRIC)
    assert repaired.units is not None and repaired.cells is not None
    assert shapely.coverage_is_valid(shapes(repaired.units)) and shapely.coverage_is_valid(shapes(repaired.cells))
    for code, unit in zip(repaired.units["code"], shapes(repaired.units), strict=True):
        own = shapes(repaired.cells)[(repaired.cells["unit_code"] == code).to_numpy()]
        assert shapely.coverage_is_valid(np.append(own, unit)[:-1])
        assert shapely.normalize(shapely.coverage_union_all(own)) == shapely.normalize(unit)
    assert farthest_move_m(shapes(cells), shapes(repaired.cells)) <= repaired.moved_m + 0.05 <= 5


def test_degrees_come_back_as_degrees() -> None:
    degrees = FLAWED.to_crs("EPSG:4490")
    repaired = repair_topology(None, degrees, METRIC)
    assert repaired.cells is not None and repaired.cells.crs == degrees.crs
    assert shapely.coverage_is_valid(repaired.cells.geometry.to_numpy())


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (squares(A, (990, 0, 2000, 1000)), r"2 areas need a border moved by more than 5 m.*C0001.*C0002.*10,000 m²"),
        (squares(A, A), "overlap by 1,000,000 m²"),
        (squares(A, (400, 400, 600, 600)), "overlap by 40,000 m²"),
    ],
    ids=["an overlap of 10 m", "a duplicate", "a cell inside another"],
)
def test_refuses_what_would_move_a_border_too_far(cells: gpd.GeoDataFrame, said: str) -> None:
    with pytest.raises(Refusal, match=said) as refused:
        repair_topology(None, cells, METRIC)
    assert refused.value.what_next is not None


def test_refuses_a_cell_deep_in_another_unit() -> None:
    units = squares((0, 0, 1000, 2000), (1000, 0, 2000, 2000)).assign(code=["U1", "U2"])
    cells = squares(A, B).assign(unit_code=["U1", "U1"])
    with pytest.raises(Refusal, match="1,000,000 m² of C0002 第2网格 lie in another unit"):
        repair_topology(units, cells, METRIC)


@pytest.mark.parametrize("shape", [None, shapely.Point(5e5, 3e6), shapely.Polygon(), shapely.Polygon([(0, 0), (1, np.inf), (1, 1)])])
def test_refuses_a_row_without_a_usable_area(shape: shapely.Geometry) -> None:
    cells = FLAWED.copy()
    cells.loc[2, "geometry"] = shape
    with pytest.raises(Refusal, match=r"1 row has no usable area \(first: row 3, C0003"):
        repair_topology(None, cells, METRIC)


def check_property(before: gpd.GeoDataFrame, broken: gpd.GeoDataFrame, repaired: Repaired, tolerance_m: float) -> None:
    assert repaired.cells is not None
    after = shapes(repaired.cells)
    assert shapely.coverage_is_valid(after) and not shapely.is_empty(after).any()
    assert repaired.cells[["code", "name"]].equals(broken[["code", "name"]])
    wanted, found, touching = rook_pairs(shapes(before), LONG_BORDER_M), rook_pairs(after, LONG_BORDER_M), rook_pairs(after, 0)
    assert wanted <= touching and found <= rook_pairs(shapes(before), 0)
    assert farthest_move_m(shapes(broken), after) <= repaired.moved_m + 0.05 <= tolerance_m + 0.1


@settings(max_examples=25, deadline=None, phases=SEARCH, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(2, 18), hole=st.booleans())
def test_any_partition_with_small_flaws_comes_out_clean_with_the_same_neighbours(seed: int, n: int, hole: bool) -> None:
    rng = np.random.default_rng(seed)
    exact = curved_partition(n, rng, hole)
    broken = roughened(exact, rng, noise_m=0.7, scale=0.002, shift_m=0.7, simplify_m=0.3)
    check_property(exact, broken, repair_topology(None, broken, METRIC), 5.0)


@settings(max_examples=15, deadline=None, phases=SEARCH, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(2, 15), noise_m=st.floats(0, 8), tolerance_m=st.sampled_from([2.0, 5.0, 20.0]))
def test_larger_flaws_are_repaired_within_the_tolerance_or_refused(seed: int, n: int, noise_m: float, tolerance_m: float) -> None:
    rng = np.random.default_rng(seed)
    broken = roughened(curved_partition(n, rng), rng, noise_m=noise_m)
    try:
        repaired = repair_topology(None, broken, METRIC, tolerance_m)
    except Refusal as refused:
        assert f"more than {tolerance_m:g} m" in str(refused)
        return
    assert repaired.cells is not None
    after = shapes(repaired.cells)
    assert shapely.coverage_is_valid(after) and not shapely.is_empty(after).any()
    assert farthest_move_m(shapely.make_valid(shapes(broken), method="structure"), after) <= repaired.moved_m + 0.05 <= tolerance_m + 0.1


@settings(max_examples=12, deadline=None, phases=SEARCH, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(4, 14))
def test_units_and_cells_with_small_flaws_come_out_fitted(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    exact = curved_partition(n, rng)
    unit_codes = np.where(np.arange(n) < n // 2, "U1", "U2")
    merged = exact.assign(code=unit_codes).dissolve("code", as_index=False)[["code", "geometry"]]
    small = {"noise_m": 0.5, "scale": 0.0005, "shift_m": 0.5, "simplify_m": 0.3}
    units, cells = roughened(merged, rng, **small), roughened(exact, rng, **small).assign(unit_code=unit_codes)
    repaired = repair_topology(units, cells, METRIC)
    assert repaired.units is not None and repaired.cells is not None
    after = shapes(repaired.cells)
    assert shapely.coverage_is_valid(after) and shapely.coverage_is_valid(shapes(repaired.units))
    for code, unit in zip(repaired.units["code"], shapes(repaired.units), strict=True):
        assert shapely.normalize(shapely.coverage_union_all(after[unit_codes == code])) == shapely.normalize(unit)
    assert rook_pairs(shapes(exact), LONG_BORDER_M) <= rook_pairs(after, 0)
