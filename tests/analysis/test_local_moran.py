"""A high block in a random field is high among high; one lone high cell is high among low."""

import numpy as np
import pytest
import shapely

from analysis.analysis_grid import AnalysisGrid, analysis_grid
from analysis.local_moran import KINDS, local_moran
from layers.definition.refusal import Refusal

TOWN = analysis_grid(shapely.box(0, 0, 3000, 3000), 100, "EPSG:4546")


def field() -> np.ndarray:
    counts = np.random.default_rng(1).poisson(1, (30, 30)).astype(float)
    counts[5:11, 5:11] += 10
    return counts


def test_a_high_block_is_high_among_high_and_the_rest_mostly_nothing():
    found = local_moran(TOWN, field())
    assert KINDS[int(found.kind[8, 8])].en == "high among high" and found.i[8, 8] > 1
    assert (found.kind[15:, 15:] == 0).mean() > 0.97
    assert (found.n, found.seed, found.shuffles, found.crs) == (field().sum(), 0, 9_999, "EPSG:4546")


def test_i_is_that_of_the_formula():
    """I = z of the cell times the mean z of its neighbours; esda has n - 1 for n, a thousandth less."""
    counts = field()
    z = (counts - counts.mean()) / counts.std()
    by_hand = z[8, 8] * (z[7:10, 7:10].sum() - z[8, 8]) / 8
    assert local_moran(TOWN, counts, shuffles=99).i[8, 8] == pytest.approx(by_hand, rel=0.01)


def test_one_seed_gives_one_result_and_nothing_outside_the_town():
    grid = analysis_grid(shapely.Point(1500, 1500).buffer(1400), 100, "EPSG:4546")
    counts = np.where(grid.mask, field()[:28, :28], 0)
    one, two = (local_moran(grid, counts, shuffles=999, seed=3, corrected=False) for _ in range(2))
    np.testing.assert_array_equal(one.p, two.p)
    assert (one.kind[~grid.mask] == 0).all() and np.isfinite(one.p[grid.mask]).all() and "Not corrected" in one.caution.en


@pytest.mark.parametrize(
    ("counts", "words"), [(np.zeros((30, 30)), "0 incidents"), (np.full((30, 30), 2.0), "same count"), (np.eye(30) * 0.5, "15 incidents")]
)
def test_too_little_or_nothing_to_tell_apart_has_a_word(counts, words):
    found = local_moran(TOWN, counts)
    assert words in found.reason.en and found.i is None and found.p is None and (found.kind == 0).all()


def test_another_shape_and_too_many_cells_are_refused():
    with pytest.raises(Refusal, match="differ in rows"):
        local_moran(TOWN, np.ones((3, 3)))
    with pytest.raises(Refusal, match="40,401 cells are too many"):
        local_moran(AnalysisGrid(0, 0, 100.0, "EPSG:4546", np.ones((201, 201))), np.ones((201, 201)))
