"""Every flaw is found with its place and size, and an exact coverage has none.

Squares of 1 km in metres east and north of ORIGIN, as in test_topology_repair:

    2000 +------+------+
         |  c   |  d   |
    1000 +------+------+
         |  a   |  b   |
       0 +------+------+
"""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import affinity, box

from importing.import_report import Finding
from importing.topology_check import TopologyCheck, check_topology
from importing.topology_flaws import FLAWS
from layers.definition.refusal import Refusal
from tests.importing.broken_coverages import METRIC, ORIGIN, as_table, curved_partition, roughened

A, B, C, D = box(0, 0, 1000, 1000), box(1000, 0, 2000, 1000), box(0, 1000, 1000, 2000), box(1000, 1000, 2000, 2000)
UNITS = [box(0, 0, 1000, 2000), box(1000, 0, 2000, 2000)]


def table(*shapes: shapely.Geometry | None, **columns: object) -> gpd.GeoDataFrame:
    placed = [None if shape is None else affinity.translate(shape, *ORIGIN) for shape in shapes]
    return as_table(np.array(placed, dtype=object)).assign(**columns)


def units() -> gpd.GeoDataFrame:
    return table(*UNITS, code=["U1", "U2"], name=["东村", "西村"])


def found(*shapes: shapely.Geometry | None) -> dict[str, Finding]:
    return by_kind(check_topology(None, table(*shapes), METRIC))


def by_kind(check: TopologyCheck) -> dict[str, Finding]:
    return {finding.key: finding for finding in check.findings}


def metres(finding: Finding) -> tuple[float, float]:
    """The first place, in metres from ORIGIN."""
    point = gpd.GeoSeries([shapely.Point(finding.places[0])], crs="EPSG:4490").to_crs(METRIC).iloc[0]
    return point.x - ORIGIN[0], point.y - ORIGIN[1]


def test_an_exact_coverage_has_no_flaw() -> None:
    assert found(A, B, C, D) == {} and len(check_topology(None, table(A, B, C, D), METRIC).flaws) == 0
    assert check_topology(units(), table(A, B, C, D, unit_code=["U1", "U2", "U1", "U2"]), METRIC).findings == ()
    assert check_topology(None, curved_partition(60, np.random.default_rng(5)), METRIC).findings == ()


def test_a_real_hole_is_only_noted() -> None:
    flaws = found(shapely.difference(A, box(300, 300, 400, 500)))
    assert list(flaws) == ["hole"] and flaws["hole"].severity == "note" and "20,000 m²" in flaws["hole"].what.en


def test_a_gap_has_its_place_and_size() -> None:
    # 2 m between a and b, open to the south; the cells beside it do not meet c vertex to vertex
    flaws = found(box(0, 0, 998, 1000), B, box(0, 1000, 2000, 2000))
    assert flaws["gap"].severity == "error" and flaws["gap"].count == 1 and "2,000 m²" in flaws["gap"].what.en
    east, north = metres(flaws["gap"])
    assert 998 < east < 1000 and 0 < north < 1000
    assert set(flaws) == {"gap", "unmatched"}


def test_a_gap_wider_than_the_tolerance_is_a_warning() -> None:
    around = shapely.difference(box(-1000, -1000, 3000, 2000), box(0, 0, 2000, 1000))
    flaws = found(box(0, 0, 990, 1000), B, around)
    assert flaws["wide_gap"].severity == "warning" and "10,000 m²" in flaws["wide_gap"].what.en and "gap" not in flaws


def test_an_overlap_names_the_pair_and_its_size() -> None:
    flaws = found(A, box(997, 0, 2000, 1000))
    assert list(flaws) == ["overlap"] and flaws["overlap"].rows == (1,)
    assert "C0001 第1网格 and C0002 第2网格, 3,000 m²" in flaws["overlap"].what.en


def test_neighbours_without_common_vertices_are_told_apart_from_overlaps() -> None:
    flaws = found(A, box(1000, 0, 2000, 400), box(1000, 400, 2000, 1000))
    assert list(flaws) == ["unmatched"] and flaws["unmatched"].count == 3


def test_a_broken_ring_comes_with_its_reason_and_place() -> None:
    bow = shapely.Polygon([(0, 0), (1000, 1000), (1000, 0), (0, 1000)])
    flaws = found(bow)
    assert flaws["invalid_ring"].rows == (1,) and metres(flaws["invalid_ring"]) == pytest.approx((500, 500), abs=0.1)
    assert "the ring crosses itself" in flaws["invalid_ring"].what.en and "边界自相交" in flaws["invalid_ring"].what.zh
    assert "2 areas" not in flaws["multi_part"].what.en  # mended it has two parts


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_rows_without_an_area_are_counted_by_kind() -> None:
    flaws = found(A, None, shapely.Polygon(), shapely.Point(10, 10), shapely.Polygon([(0, 0), (1, np.nan), (1, 1), (0, 0)]))
    assert {key: finding.rows for key, finding in flaws.items()} == {"no_geometry": (2, 3), "not_an_area": (4,), "not_a_number": (5,)}


def test_duplicates_and_a_cell_inside_another_are_no_plain_overlaps() -> None:
    assert {key: finding.rows for key, finding in found(A, B, A).items() if key != "unmatched"} == {"duplicate_shape": (1,)}
    flaws = found(A, box(400, 400, 600, 600))
    assert flaws["inside_another"].rows == (2,) and "40,000 m²" in flaws["inside_another"].what.en and "overlap" not in flaws


def test_a_whole_that_was_left_beside_its_parts_is_found() -> None:
    left, right = box(0, 0, 500, 1000), box(500, 0, 1000, 1000)
    whole = shapely.Polygon([(0, 0), (500, 0), (1000, 0), (1000, 1000), (500, 1000), (0, 1000)])
    flaws = found(left, right, whole)
    assert flaws["inside_another"].rows == (1, 2) and "C0001 第1网格 and C0003 第3网格, 500,000 m²" in flaws["inside_another"].what.en


def test_slivers_and_parts_are_doubtful() -> None:
    flaws = found(shapely.union(A, box(3000, 0, 3100, 200)), box(1000, 0, 1003, 1000))
    assert {key: (finding.severity, finding.rows) for key, finding in flaws.items()} == {
        "sliver": ("warning", (2,)),
        "multi_part": ("warning", (1,)),
    }
    assert "20,000 m²" in flaws["multi_part"].what.en


def test_a_cell_that_straddles_units_names_cell_unit_and_size() -> None:
    cells = table(box(0, 0, 1200, 1000), box(1200, 0, 2000, 1000), C, D, unit_code=["U1", "U2", "U1", "U2"])
    flaws = by_kind(check_topology(units(), cells, METRIC))
    assert flaws["straddle"].rows == (1,) and "C0001 第1网格 → U2 西村, 200,000 m²" in flaws["straddle"].what.en


def test_a_cell_in_another_unit_than_its_code_says_straddles_whole() -> None:
    cells = table(A, B, C, D, unit_code=["U2", "U2", "U1", "U2"])
    flaws = by_kind(check_topology(units(), cells, METRIC))
    assert list(flaws) == ["straddle"] and "C0001 第1网格 → U1 东村, 1,000,000 m²" in flaws["straddle"].what.en


def test_a_border_a_little_off_the_units_can_be_repaired() -> None:
    cells = table(box(0, 0, 1002, 1000), box(1002, 0, 2000, 1000), C, D)
    flaws = by_kind(check_topology(units(), cells, METRIC))
    assert set(flaws) == {"unit_border", "unmatched"} and "2,000 m²" in flaws["unit_border"].what.en


def test_cells_that_leave_a_strip_of_their_unit_uncovered_leave_a_gap() -> None:
    flaws = by_kind(check_topology(units(), table(box(3, 0, 1000, 1000), B, box(3, 1000, 1000, 2000), D), METRIC))
    assert set(flaws) == {"gap"} and "6,000 m²" in flaws["gap"].what.en


def test_what_lies_outside_units_or_town_is_told() -> None:
    cells = table(A, B, C, D, box(2000, 0, 2100, 1000))
    assert "100,000 m²" in by_kind(check_topology(units(), cells, METRIC))["outside_units"].what.en
    town = gpd.GeoSeries([affinity.translate(box(0, 0, 1996, 2000), *ORIGIN)], crs=METRIC).to_crs("EPSG:4490")
    flaws = by_kind(check_topology(None, cells, METRIC, town))
    assert set(flaws) == {"outside_town"} and flaws["outside_town"].rows == (5,)


def test_every_flaw_is_a_row_with_a_place_largest_first() -> None:
    cells = roughened(curved_partition(40, np.random.default_rng(2)), np.random.default_rng(2)).to_crs("EPSG:4490")
    check = check_topology(None, cells, METRIC)
    assert check.flaws.crs.to_epsg() == 4490 and not check.flaws.geometry.is_empty.any()
    overlaps = check.flaws[check.flaws["kind"] == "overlap"]
    finding = by_kind(check)["overlap"]
    assert len(overlaps) == finding.count and overlaps["area_m2"].is_monotonic_decreasing
    assert len(finding.rows) == len(finding.places) == 10 and finding.rows == tuple(overlaps["row"][:10])


def test_a_layer_without_rows_is_no_flaw() -> None:
    assert check_topology(table(), table(), METRIC).findings == ()


def test_refuses_a_layer_without_a_coordinate_system() -> None:
    with pytest.raises(Refusal, match="no coordinate system"):
        check_topology(None, table(A).set_crs(None, allow_override=True), METRIC)


def test_every_kind_is_worded_in_both_languages_with_the_same_blanks() -> None:
    for flaw in FLAWS.values():
        for blank in ("{layer}", "{n}", "{who}", "{size}", "{at}", "{total}"):
            assert (blank in flaw.what.zh) == (blank in flaw.what.en)
