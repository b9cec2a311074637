"""A cross of four roads of 1 km that meet at (0, 0), pieces of 10 m, radius 300 m.

* Quartic along a road: 15 / (16 R) (1 - d²/R²)²; at its own place 15 / (16 * 0.3) = 3.125 per km.
* An incident 100 m west of the crossing: beyond it a third of the kernel in each of three roads (discontinuous), or half of it in
  each (continuous), and then half is taken back on the road it came by: (2 - 4) / 4 = -1/2.
* An incident on the crossing: half of the kernel's height in each of the four: 2 / 4.
"""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from analysis.network_density import NetworkDensity, network_density
from layers.definition.refusal import Refusal

METRIC = "EPSG:4546"
YEAR = 365.25
CROSS = gpd.GeoSeries([shapely.LineString([(-1000, 0), (1000, 0)]), shapely.LineString([(0, -1000), (0, 1000)])], crs=METRIC)


def height(away_m: float, radius_m: float = 300) -> float:
    """Of the kernel per km."""
    return 15 / (16 * radius_m / 1000) * (1 - (away_m / radius_m) ** 2) ** 2 if away_m < radius_m else 0.0


def at(found: NetworkDensity, x: float, y: float) -> float:
    """Density on the piece nearest to a point."""
    return float(found.lixels["per_km_year"].iloc[int(found.lixels.distance(shapely.Point(x, y)).argmin())])


def cross(x: list[float], y: list[float], **more: object) -> NetworkDensity:
    return network_density(CROSS, x, y, 300, YEAR, lixel_m=10, **more)


# returns


def test_away_from_junctions_it_is_the_kernel_along_the_road():
    found = cross([-505.0], [3.0])
    for away in (0, 100, 200, 290):
        assert at(found, -505 + away, 0) == pytest.approx(height(away), abs=0.01)
    assert at(found, -155, 0) == 0 and found.mass_ratio == pytest.approx(1)
    assert at(found, -505, 0) == pytest.approx(3.125, abs=0.003)


@pytest.mark.parametrize(("split", "beyond", "back"), [("discontinuous", 1 / 3, 0.0), ("continuous", 1 / 2, -1 / 2)])
def test_at_a_crossing_it_is_split_as_stated(split, beyond, back):
    found = cross([-100.0], [0.0], split=split)
    for x, y in ((55, 0), (0, 55), (0, -55)):
        assert at(found, x, y) == pytest.approx(beyond * height(155), abs=0.01)
    assert at(found, -45, 0) == pytest.approx(height(55) + back * height(145), abs=0.02)
    assert found.mass_ratio == pytest.approx(1, abs=1e-3)


def test_the_continuous_kernel_has_no_step_at_the_crossing_and_the_other_has():
    steps = {}
    for split in ("discontinuous", "continuous"):
        found = cross([-100.0], [0.0], split=split)
        steps[split] = at(found, -5, 0) / at(found, 5, 0)
    assert steps["discontinuous"] > 3 and steps["continuous"] == pytest.approx(1, abs=0.11)  # 10 m of the kernel's own slope


@pytest.mark.parametrize("split", ["discontinuous", "continuous"])
def test_an_incident_on_the_crossing_is_shared_by_the_four_roads(split):
    found = cross([0.0], [0.0], split=split)
    around = [at(found, x, y) for x, y in ((55, 0), (-55, 0), (0, 55), (0, -55))]
    np.testing.assert_allclose(around, height(55) / 2, atol=0.01)
    assert found.mass_ratio == pytest.approx(1)


def test_at_a_dead_end_it_turns_back():
    found = cross([-900.0], [0.0])
    assert at(found, -995, 0) == pytest.approx(height(95) + height(105), abs=0.02) and found.mass_ratio == pytest.approx(1)


@pytest.mark.parametrize("split", ["discontinuous", "continuous"])
def test_the_mass_is_that_of_the_incidents_on_a_net_of_streets(split):
    streets = [shapely.LineString([(i * 150, 0), (i * 150, 1500)]) for i in range(11)]
    streets += [shapely.LineString([(0, i * 150), (1500, i * 150)]) for i in range(11)]
    x, y = np.random.default_rng(0).uniform(0, 1500, (2, 800))
    found = network_density(gpd.GeoSeries(streets, crs=METRIC), x, y, 400, 100, split=split, snap_m=80)
    km = found.lixels["length_m"] / 1000
    assert (found.lixels["per_km_year"] * km).sum() * 100 / YEAR == pytest.approx(found.n_used, rel=2e-3)
    assert found.mass_ratio == pytest.approx(1, abs=2e-3) and found.road_km == pytest.approx(33)
    assert found.lixels["length_m"].max() <= 20 + 1e-6 and found.lixels["length_m"].sum() == pytest.approx(33_000)


def test_joining_wavefronts_changes_next_to_nothing(monkeypatch):
    streets = [shapely.LineString([(i * 150, 0), (i * 150, 900)]) for i in range(7)]
    streets += [shapely.LineString([(0, i * 150), (900, i * 150)]) for i in range(7)]
    x, y = np.random.default_rng(0).uniform(0, 900, (2, 100))
    apart = network_density(gpd.GeoSeries(streets, crs=METRIC), x, y, 400, YEAR, snap_m=80).lixels["per_km_year"]
    monkeypatch.setattr("analysis.network_density._MERGE_FROM", 10)
    joined = network_density(gpd.GeoSeries(streets, crs=METRIC), x, y, 400, YEAR, snap_m=80).lixels["per_km_year"]
    assert np.abs(joined - apart).max() < 2e-3 * apart.max()


def test_weights_days_and_what_was_used():
    x, y = [-505.0, -505.0, 400.0, 400.0, np.nan], [0.0, 0.0, 60.0, 0.0, 0.0]
    found = network_density(CROSS, x, y, 300, YEAR / 2, weights=[1, 2, 9, 1, 1], lixel_m=10)
    assert (found.n_used, found.n_far, found.top_stack) == (3, 2, 2) and found.stacked_share == pytest.approx(2 / 3)
    assert at(found, -505, 0) == pytest.approx(2 * 3 * 3.125, rel=0.002)
    assert (found.radius_m, found.lixel_m, found.snap_m, found.split, found.crs) == (300, 10, 50, "discontinuous", METRIC)
    assert sorted(found.lixels["road"].unique()) == [0, 1] and found.lixels.crs.to_string() == METRIC and found.caution.zh


# refuses


@pytest.mark.parametrize(
    ("roads", "asked", "words"),
    [
        (CROSS.set_crs("EPSG:4490", allow_override=True), {}, "metres"),
        (gpd.GeoSeries(CROSS.to_numpy()), {}, "no coordinate system"),
        (gpd.GeoSeries([shapely.Point(0, 0)], crs=METRIC), {}, "no line"),
        (CROSS, {"radius_m": 5}, "radius of 5 m"),
        (CROSS, {"lixel_m": 0}, "pieces of 0 m"),
        (CROSS, {"days": 0}, "0 days"),
        (CROSS, {"x_m": [], "y_m": []}, "no incidents"),
        (CROSS, {"x_m": [500.0], "y_m": [500.0]}, "All 1 incidents are farther than 50 m"),
        (CROSS, {"weights": [-1]}, "negative or missing"),
    ],
)
def test_what_can_not_be_put_on_roads_is_refused(roads, asked, words):
    given = {"x_m": [10.0], "y_m": [0.0], "radius_m": 300, "days": YEAR} | asked
    with pytest.raises(Refusal, match=words):
        network_density(roads, **given)
