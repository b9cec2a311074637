"""Published numbers, and cells drawn by hand.

* getisord.csv: the remotely sensed image of Getis and Ord 1996, 16 x 16 cells of 30 m (spData, CC0). Cell 120, counted from 1 along
  the rows: Gi at 30, 60, 90, 120, 150 m = 1.221979, 1.748098, 1.986135, 1.893374, 1.237454; Gi* at 30 m = 1.45078
  (spdep's reference of localG).
* Six points of esda's documentation at (10, 10) (20, 10) (40, 10) (15, 20) (30, 20) (30, 30), y = 2, 3, 3.2, 5, 8, 7, binary
  weights within 15: here six cells of a grid of 5 m.
* Benjamini and Hochberg by hand: p = 0.01, 0.02, 0.03, 0.5 -> 0.04, 0.04, 0.04, 0.5.
"""

from pathlib import Path

import numpy as np
import pytest
import shapely

from analysis.analysis_grid import AnalysisGrid, analysis_grid
from analysis.hex_grid import hex_grid
from analysis.significance import LocalG, Neighbours, benjamini_hochberg, beyond_even, hot_cells, largest_by_chance, max_statistic
from layers.definition.refusal import Refusal

METRIC = "EPSG:4546"
IMAGE = np.loadtxt(Path(__file__).with_name("getisord.csv"), delimiter=",")
PUBLISHED_GI = {30: 1.221979, 60: 1.748098, 90: 1.986135, 120: 1.893374, 150: 1.237454}
CELL_120 = 119
SIX = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)])
SIX_Y = np.array([2, 3, 3.2, 5, 8, 7])
SIX_GI = [-1.0136729, -0.04361589, 1.31558703, -0.31412676, 1.15373986, 1.77833941]
SIX_GI_STAR = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]
TOWN = analysis_grid(shapely.box(0, 0, 3000, 3000), 100, METRIC)
QUEEN = TOWN.runs(1)


def points(counts: np.ndarray, size_m: float = 100) -> tuple[np.ndarray, np.ndarray]:
    """So many points in the cells of rows and columns, anywhere inside each."""
    random = np.random.default_rng(9)
    row, col = (np.repeat(index.ravel(), counts.ravel().astype(int)) for index in np.indices(counts.shape))
    return (col + random.uniform(0.01, 0.99, len(col))) * size_m, (row + random.uniform(0.01, 0.99, len(row))) * size_m


# published numbers


@pytest.mark.parametrize(("distance_m", "published"), PUBLISHED_GI.items())
def test_gi_of_the_published_image_is_the_published_one(distance_m, published):
    grid = AnalysisGrid(0, 0, 30.0, METRIC, np.ones((16, 16)))
    z = LocalG(grid.mask, grid.runs_within(distance_m), star=False).z(IMAGE.ravel())
    assert z[CELL_120] == pytest.approx(published, abs=5e-7)


def test_gi_star_of_the_published_image_is_the_published_one():
    grid = AnalysisGrid(0, 0, 30.0, METRIC, np.ones((16, 16)))
    assert LocalG(grid.mask, grid.runs_within(30)).z(IMAGE.ravel())[CELL_120] == pytest.approx(1.45078, abs=5e-6)


@pytest.mark.parametrize(("star", "published"), [(False, SIX_GI), (True, SIX_GI_STAR)])
def test_the_six_points_have_their_published_values(star, published):
    mask = np.zeros((7, 9), bool)
    mask[SIX[:, 1] // 5, SIX[:, 0] // 5] = True
    grid = AnalysisGrid(0, 0, 5.0, METRIC, mask.astype(float))
    in_row_order = np.lexsort(SIX.T)
    z = LocalG(mask, grid.runs_within(15), star).z(SIX_Y[in_row_order])
    np.testing.assert_allclose(z, np.array(published)[in_row_order], atol=1e-7)


@pytest.mark.parametrize("star", [True, False])
def test_it_agrees_with_esda_on_random_counts_in_a_ragged_town(star):
    libpysal, getisord = pytest.importorskip("libpysal"), pytest.importorskip("esda.getisord")
    random = np.random.default_rng(4)
    mask = random.random((20, 25)) < 0.85
    row, col = np.nonzero(mask)
    near = (np.abs(row[:, None] - row) <= 1) & (np.abs(col[:, None] - col) <= 1) & ~np.eye(len(row), dtype=bool)
    mask[row[near.sum(1) == 0], col[near.sum(1) == 0]] = False
    row, col = np.nonzero(mask)
    near = (np.abs(row[:, None] - row) <= 1) & (np.abs(col[:, None] - col) <= 1) & ~np.eye(len(row), dtype=bool)
    weights = libpysal.weights.W({i: np.flatnonzero(line).tolist() for i, line in enumerate(near)}, silence_warnings=True)
    values = random.poisson(1.5, len(row)).astype(float)
    theirs = getisord.G_Local(values, weights, transform="B", star=star, permutations=0).Zs
    np.testing.assert_allclose(LocalG(mask, QUEEN, star).z(values), theirs, atol=1e-9)


def test_benjamini_and_hochberg_by_hand_and_when_nothing_passes():
    assert benjamini_hochberg(np.array([0.5, 0.02, 0.01, 0.03])).tolist() == pytest.approx([0.5, 0.04, 0.04, 0.04])
    assert (benjamini_hochberg(np.array([0.2, 0.9, 0.6])) > 0.05).all()


def test_a_p_of_the_max_statistic_counts_the_shuffles_that_reach_the_cell():
    """Nineteen shuffles at 5 %: a cell is hot only above all of them."""
    maxima = np.arange(1.0, 20)
    p, threshold = max_statistic(np.array([19.5, 19, 18.5, 0]), maxima, 0.05)
    assert p.tolist() == [1 / 20, 2 / 20, 2 / 20, 1] and threshold == 19
    assert max_statistic(np.array([99.0]), maxima[:18], 0.05)[1] is None


# neighbours


def test_a_box_and_a_distance_of_the_diagonal_are_the_same_neighbours():
    """At a size and place where floating distances lose a third of the diagonals."""
    grid = analysis_grid(shapely.box(369_000, 3_176_000, 372_000, 3_178_000), 90.1234, METRIC)
    assert grid.runs_within(90.1234 * np.sqrt(2)) == grid.runs(1) == ((-1, -1, 1), (0, -1, 1), (1, -1, 1))
    assert grid.runs_within(90.1234) == ((-1, 0, 0), (0, -1, 1), (1, 0, 0))


def test_a_hexagon_has_six_neighbours_and_twelve_in_the_next_ring():
    grid = hex_grid(shapely.box(0, 0, 3000, 3000), 100, METRIC)
    for reach, cells in ((1, 7), (2, 19)):
        assert sum(last - first + 1 for _, first, last in grid.runs(reach)) == cells
    assert grid.runs_within(100) == grid.runs(1)
    assert sum(last - first + 1 for _, first, last in grid.runs_within(174)) == 13  # the six at sqrt(3) widths too


def test_gi_star_on_hexagons_is_the_sum_over_the_centres_within_a_width():
    grid = hex_grid(shapely.Point(1500, 1500).buffer(1000), 150, METRIC)
    row, col = np.nonzero(grid.mask)
    centres = shapely.get_coordinates(shapely.centroid(grid.outlines(row, col)))
    near = np.hypot(*(centres[:, None] - centres).transpose(2, 0, 1)) < 151
    values = np.random.default_rng(0).poisson(2, len(row)).astype(float)
    n, links = len(row), near.sum(1)
    z = (near @ values - links * values.mean()) / (values.std() * np.sqrt(links * (n - links) / (n - 1)))
    np.testing.assert_allclose(LocalG(grid.mask, grid.runs(1)).z(values), z, atol=1e-9)


# the town and its edge


def test_a_random_round_town_is_not_hot_where_its_box_would_be():
    """Cells above 1.96: some 3 % with the town's mask, 12 % with the box around it."""
    grid = analysis_grid(shapely.Point(3000, 3000).buffer(3000), 100, METRIC)
    random = np.random.default_rng(1)
    shares = []
    for mask in (grid.mask, np.ones(grid.mask.shape, bool)):
        counts = np.zeros(grid.mask.shape)
        counts[grid.mask] = random.poisson(2, grid.mask.sum())
        z = LocalG(mask, QUEEN).z(counts[mask])
        shares.append((z > 1.96).mean())
    assert shares[0] < 0.045 and shares[1] > 0.08


def test_cells_that_the_border_cuts_do_not_make_the_whole_ones_beside_them_hot():
    """Even maps of 50 incidents a cell in a ragged beat of which two cells in five are cut: 41 % alarms by plain counts."""
    turn = np.linspace(0, 2 * np.pi, 80, endpoint=False)
    ragged = np.column_stack([(2500 + 400 * np.sin(5 * turn)) * np.cos(turn), (2000 + 400 * np.cos(3 * turn)) * np.sin(turn)])
    grid = analysis_grid(shapely.Polygon(ragged), 400, METRIC)
    share, local, random = grid.inside_share[grid.mask], LocalG(grid.mask, QUEEN), np.random.default_rng(1)
    alarms = np.zeros(2)
    for seed in range(200):
        counts = np.zeros(grid.mask.shape)
        counts[grid.mask] = random.multinomial(int(50 * share.sum()), share / share.sum())
        for number, values in enumerate((beyond_even(grid, counts), counts[grid.mask])):
            p, _ = max_statistic(local.z(values), largest_by_chance(local, values, 99, seed), 0.05)
            alarms[number] += (p <= 0.05).any()
    assert alarms[0] / 200 <= 0.08 and alarms[1] / 200 >= 0.30


def test_whole_cells_keep_the_z_of_their_counts_and_an_even_town_has_nothing_beyond():
    counts = np.random.default_rng(3).poisson(0.5, (30, 30)).astype(float)
    local = LocalG(TOWN.mask, QUEEN)
    np.testing.assert_allclose(local.z(beyond_even(TOWN, counts)), local.z(counts.ravel()), atol=1e-9)
    cut = analysis_grid(shapely.box(0, 0, 950, 1234), 100, METRIC)
    assert (beyond_even(cut, cut.inside_share * 7) == 0).all()


# the claim


def test_a_planted_hotspot_is_found_and_nothing_far_from_it():
    counts = np.random.default_rng(3).poisson(0.5, (30, 30))
    counts[10:13, 20:23] += 4
    found = hot_cells(TOWN, *points(counts), seed=5)
    assert found.reason is None and found.hot[11, 21] and found.threshold > 2
    row, col = np.nonzero(found.hot)
    assert (np.maximum(np.abs(row - 11), np.abs(col - 21)) <= 3).all()
    assert (found.p[found.hot] <= 0.05).all() and (found.p[~found.hot] > 0.05).all()
    assert (found.z[found.hot] > found.threshold).all() and (found.z[~found.hot] <= found.threshold).all()


def test_one_seed_gives_one_result():
    counts = np.random.default_rng(3).poisson(0.5, (30, 30))
    a, b, c = (hot_cells(TOWN, *points(counts), seed=seed, shuffles=99) for seed in (1, 1, 2))
    np.testing.assert_array_equal(a.p, b.p)
    assert a.threshold == b.threshold and (a.p != c.p).any()


@pytest.mark.parametrize(
    ("kind", "draw"),
    [
        ("sparse", lambda random: random.poisson(0.05, 3600)),
        ("over-dispersed", lambda random: random.negative_binomial(0.3, 0.3 / (0.3 + 0.5), 3600)),
    ],
)
def test_chance_alone_is_rarely_called_hot_where_analytic_p_values_call_it_so(kind, draw):
    """200 maps without any hotspot: at most 7 % show one by the max-statistic, 40 % and more by BH on the normal p-values."""
    from scipy.special import ndtr

    random = np.random.default_rng(11)
    mask = np.ones((60, 60), bool)
    local = LocalG(mask, QUEEN)
    alarms = np.zeros(2)
    for seed in range(200):
        values = draw(random).astype(float)
        z = local.z(values)
        p, _ = max_statistic(z, largest_by_chance(local, values, 199, seed), 0.05)
        alarms += [(p <= 0.05).any(), (benjamini_hochberg(ndtr(-z)) <= 0.05).any()]
    by_max, by_bh = alarms / 200
    assert by_max <= 0.07 and by_bh >= 0.40, (kind, by_max, by_bh)


def test_benjamini_and_hochberg_is_an_option_with_its_caution():
    counts = np.random.default_rng(3).poisson(0.5, (30, 30))
    counts[10:13, 20:23] += 4
    found = hot_cells(TOWN, *points(counts), correction="benjamini_hochberg")
    assert found.hot[11, 21] and found.shuffles == 0 and any("chance" in text.en for text in found.cautions)
    even = hot_cells(TOWN, *points(np.indices((30, 30)).sum(0) % 2 + 1), correction="benjamini_hochberg")
    assert even.threshold is None and not even.hot.any() and even.reason is None


def test_what_was_used_is_told():
    counts = np.random.default_rng(3).poisson(1, (30, 30))
    x, y = points(counts)
    found = hot_cells(TOWN, np.append(x, [np.nan, 9e9]), np.append(y, [5.0, 5.0]), seed=7, shuffles=99, star=False)
    assert (found.n_used, found.n_dropped, found.seed, found.shuffles) == (counts.sum(), 2, 7, 99)
    assert (found.crs, found.size_m, found.mask_area_km2, found.correction) == (METRIC, 100, pytest.approx(9), "max_statistic")
    assert found.test.en.startswith("Gi (") and found.neighbourhood.en == "rings of neighbouring cells: 1" and found.top_stack == 1
    np.testing.assert_array_equal(found.counts, counts)


def test_weights_are_what_is_tested():
    counts = np.ones((30, 30), int)
    x, y = points(counts)
    weights = np.ones(len(x))
    weights[(x // 100 >= 20) & (x // 100 <= 22) & (y // 100 >= 10) & (y // 100 <= 12)] = 9
    assert hot_cells(TOWN, x, y, weights).hot[11, 21]
    assert hot_cells(TOWN, x, y).reason is not None


# progress


def test_the_one_who_waits_is_told_and_can_stop():
    counts = np.random.default_rng(3).poisson(1, (30, 30))
    said: list[int] = []
    hot_cells(TOWN, *points(counts), shuffles=60, progress=lambda done: said.append(done) or True)
    assert said == [0, 25, 50, 60]
    stopped = hot_cells(TOWN, *points(counts), progress=lambda done: done < 10)
    assert stopped.shuffles == 25 and stopped.reason is None
    at_once = hot_cells(TOWN, *points(counts), progress=lambda done: False)
    assert at_once.shuffles == 0 and "too few" in at_once.reason.en and at_once.z is None and not at_once.hot.any()


# not enough


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (np.eye(30)[:, ::-1] * (np.arange(30) < 9)[:, None], "Not enough data: 9 incidents, at least 30"),
        (np.ones((30, 30)), "All cells have the same count"),
        (np.pad([[50]], ((10, 19), (10, 19))), "All 50 incidents lie in one cell"),
    ],
)
def test_too_little_or_nothing_to_tell_apart_is_said_and_no_map_is_shown(counts, words):
    found = hot_cells(TOWN, *points(counts))
    assert words in found.reason.en and found.reason.zh
    assert found.z is None and found.p is None and found.threshold is None and not found.hot.any()


def test_all_in_one_place_and_one_day_are_cautioned():
    found = hot_cells(TOWN, np.full(40, 1550.0), np.full(40, 1550.0), days=1)
    assert found.reason is not None and found.top_stack == 40
    words = " ".join(text.en for text in found.cautions)
    assert "1 days" in words and "one coordinate" in words


def test_a_town_of_a_few_cells_has_no_verdict():
    small = analysis_grid(shapely.box(0, 0, 500, 500), 100, METRIC)
    assert "Not enough cells: 25" in hot_cells(small, *points(np.eye(5) * 9)).reason.en


@pytest.mark.parametrize("star", [True, False])
def test_a_neighbourhood_as_large_as_the_town_is_zero_not_missing(star):
    z = LocalG(np.ones((6, 6), bool), TOWN.runs(6), star).z(np.arange(36.0))
    assert np.isfinite(z).all() and (not star or (z == 0).all())
    lone = LocalG(np.eye(6, dtype=bool)[:, ::-1] & (np.indices((6, 6)).sum(0) == 5), ((0, 0, 0),), star).z(np.arange(6.0))
    assert np.isfinite(lone).all()


# refuses


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        ([], [], "no incidents"),
        ([109.66] * 40, [28.7] * 40, "40 incidents are in degrees"),
        ([9e5], [9e5], "All 1 incidents lie outside"),
    ],
)
def test_what_can_not_be_tested_is_refused(x, y, words):
    town = analysis_grid(shapely.box(4000, 4000, 9000, 9000), 100, METRIC)
    with pytest.raises(Refusal, match=words):
        hot_cells(town, x, y)


def test_cells_finer_than_the_rounding_of_the_coordinates_are_refused():
    x, y = np.random.default_rng(0).integers(0, 12, (2, 500)) * 250.0
    with pytest.raises(Refusal, match=r"rounded to about 250 m, coarser than cells of 100 m.*Choose cells of 250 m"):
        hot_cells(TOWN, x, y)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"neighbours": Neighbours(distance_m=50)}, "below one cell"),
        ({"neighbours": Neighbours(reach=0)}, "below one cell"),
        ({"alpha": 0}, "level of 0"),
        ({"shuffles": 0}, "0 shuffles"),
        ({"weights": [-1.0]}, "negative or missing"),
    ],
)
def test_questions_that_make_no_sense_are_refused(asked, words):
    with pytest.raises(Refusal, match=words):
        hot_cells(TOWN, [1550.0], [1550.0], **asked)
