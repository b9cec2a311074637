"""Two knots of 40 and 30 incidents (standard deviation 30 m) 2 km apart, and 20 single ones far from each other."""

import numpy as np
import pytest
import shapely

from analysis.analysis_grid import analysis_grid
from analysis.clusters import clusters
from layers.definition.refusal import Refusal

TOWN = analysis_grid(shapely.box(0, 0, 6000, 6000), 100, "EPSG:4546")
RANDOM = np.random.default_rng(0)
LONE = np.column_stack([np.linspace(200, 5800, 20), np.full(20, 5500.0)])
POINTS = np.vstack([RANDOM.normal((1500, 1500), 30, (30, 2)), RANDOM.normal((3500, 1500), 30, (40, 2)), LONE])
X, Y = POINTS.T


@pytest.mark.parametrize("method", ["dbscan", "hdbscan"])
def test_two_knots_are_two_areas_with_counts_largest_first(method):
    found = clusters(TOWN, X, Y, 150, fewest=15, method=method)
    areas = found.areas
    assert areas["count"].tolist()[:2] == [40, 30] and areas["rank"].tolist()[:2] == [1, 2] and found.reason is None
    assert (found.label[:30] == 2).all() and (found.label[30:70] == 1).all()
    if method == "dbscan":
        assert len(areas) == 2 and (found.label[70:] == 0).all() and found.radius_m == 150
    assert shapely.contains_xy(areas.geometry[0], X[30:70], Y[30:70]).all()
    assert areas["share_of_incidents"].tolist()[:2] == pytest.approx([40 / 90, 30 / 90])
    assert areas["per_km2"][0] == pytest.approx(40 / (areas.geometry[0].area / 1e6)) and areas.crs.to_string() == "EPSG:4546"


def test_incidents_at_one_address_are_a_disc_and_counted_each():
    found = clusters(TOWN, np.full(25, 1000.0), np.full(25, 1000.0), 100, fewest=20)
    assert found.areas["count"].tolist() == [25] and found.areas["places"].tolist() == [1] and found.stacked_share == 1
    assert found.areas["area_km2"][0] == pytest.approx(np.pi * 0.025**2, rel=0.02)


def test_what_lies_outside_is_dropped_and_told():
    found = clusters(TOWN, np.append(X, [9e5, np.nan]), np.append(Y, [9e5, 1.0]), 150, fewest=15)
    assert (found.n_used, found.n_dropped) == (90, 2) and found.label[-2:].tolist() == [-1, -1]
    assert "chance" in found.caution.en and "25 m" in found.outline.en


@pytest.mark.parametrize("method", ["dbscan", "hdbscan"])
def test_nothing_close_together_is_a_word_and_an_empty_table(method):
    found = clusters(TOWN, *LONE[:10].T, 150, fewest=15, method=method)
    assert len(found.areas) == 0 and "Nowhere do 15 or more" in found.reason.en and (found.label == 0).all()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"radius_m": 0}, "radius of 0"),
        ({"radius_m": None}, "radius of None"),
        ({"fewest": 1}, "at least 2"),
        ({"method": "kmeans"}, "no method kmeans"),
    ],
)
def test_impossible_choices_are_refused(asked, words):
    with pytest.raises(Refusal, match=words):
        clusters(TOWN, X, Y, **asked)


def test_no_incidents_degrees_and_too_many_are_refused():
    with pytest.raises(Refusal, match="no incidents"):
        clusters(TOWN, [], [])
    far = analysis_grid(shapely.box(4000, 4000, 9000, 9000), 100, "EPSG:4546")
    with pytest.raises(Refusal, match="in degrees"):
        clusters(far, [109.6], [28.7])
    with pytest.raises(Refusal, match="50,001 incidents are too many"):
        clusters(TOWN, np.full(50_001, 5.0), np.full(50_001, 5.0), method="hdbscan")
