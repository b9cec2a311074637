"""Hotspots from the command line: every subcommand as JSON with its basis and the caution, and folders larger than memory.

The demo town's last twelve months: 3,193 incidents, 374.43 km². The folder below: 1,000 rows at 109.66, 28.70 inside the town and 10 in
the sea.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from geo_cli import cli

BASIS = {
    "n",
    "reported",
    "found_by_police",
    "first_day",
    "last_day",
    "crs",
    "mask_area_km2",
    "cell_m",
    "dropped",
    "stacked_share",
    "cautions",
}


def run(workspace: Path, *words: object) -> Result:
    return CliRunner().invoke(cli, ["hotspots", *(str(word) for word in words), "--workspace", str(workspace)])


def told(workspace: Path, *words: object) -> dict:
    done = run(workspace, *words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "words",
    [
        ("density",),
        ("density", "--per", "persons"),
        ("density", "--public"),
        ("areas", "--shuffles", 199),
        ("areas", "--shuffles", 199, "--hexagons", "--cell", 300),
        ("clusters",),
        ("roads",),
        ("when",),
        ("change", "--rows", "beat"),
        ("repeat", "--shuffles", 19),
        ("evaluate", "--train", 180, "--test", 56),
    ],
    ids=lambda words: " ".join(map(str, words)),
)
def test_every_subcommand_gives_its_basis_and_the_caution(demo_file: Path, words: tuple[object, ...]) -> None:
    basis = told(demo_file, *words)["basis"]
    assert set(basis) >= BASIS and basis["crs"] == "EPSG:4546" and basis["mask_area_km2"] == pytest.approx(374.43, abs=0.01)
    assert "Reports measure reporting" in basis["cautions"][0]


def test_a_beat_is_a_town_of_its_own(demo_file: Path) -> None:
    whole, beat = told(demo_file, "areas", "--shuffles", 99), told(demo_file, "areas", "--shuffles", 99, "--beat", "01")
    assert 0 < beat["basis"]["mask_area_km2"] < 100 and beat["basis"]["n"] < whole["basis"]["n"]
    assert any("inside beat 01" in text for text in beat["basis"]["cautions"])
    done = run(demo_file, "when", "--beat", "99", "--lang", "en")
    assert done.exit_code == 1 and "no beat 99" in done.stderr


def test_days_of_ones_own_and_the_displacement_difference(demo_file: Path) -> None:
    words = ("change", "--rows", "beat", "--first", "2025-07-01", "--before-first", "2025-01-01", "--before-last", "2025-06-30")
    found = told(demo_file, *words, "--treated", "01", "--control", "02", "--around", "03")
    rows = {row["code"]: row for row in found["rows"]}
    scale = 184 / 181
    change = {code: float(rows[code]["after"]) - float(rows[code]["before"]) * scale for code in ("01", "02", "03")}
    assert found["displacement"]["estimate"] == pytest.approx(change["01"] + change["03"] - change["02"], abs=1e-4)
    assert found["before"] == "2025-01-01 to 2025-06-30"
    done = run(demo_file, "change", "--before-first", "2025-01-01", "--lang", "en")
    assert done.exit_code == 1 and "lacks its first or last day" in done.stderr


def test_both_languages_are_spoken(demo_file: Path) -> None:
    assert "起/平方公里·年" in run(demo_file, "density", "--lang", "zh").stdout
    assert "incidents per km² and year" in run(demo_file, "density", "--lang", "en").stdout


def test_what_is_no_date_ends_with_1_and_its_reason(demo_file: Path) -> None:
    done = run(demo_file, "when", "--first", "yesterday", "--lang", "en")
    assert done.exit_code == 1 and "'yesterday' is not a date" in done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A thousand rows in the town and ten in the sea, as two CSV files."""
    path = tmp_path / "many"
    path.mkdir()
    spread = np.random.default_rng(0).uniform(-0.01, 0.01, (1000, 2)) + np.array([109.66, 28.70])
    inside = pd.DataFrame(spread, columns=["lon", "lat"])
    inside.to_csv(path / "a.csv", index=False)
    pd.DataFrame({"lon": [120.0] * 10, "lat": [20.0] * 10}).to_csv(path / "b.csv", index=False)
    return path


def test_a_folder_larger_than_memory_is_counted_on_the_towns_grid(demo_file: Path, folder: Path, tmp_path: Path) -> None:
    words = ("density", "--folder", folder, "--first", "2025-01-01", "--last", "2025-12-31", "--cell", 200, "--out", tmp_path / "g.csv")
    found = told(demo_file, *words)
    assert (found["n"], found["dropped"], found["rows"], found["files"]) == (1000, 10, 1010, 2)
    assert found["radius_m"] == 600 and found["exposure_days"] == 365 and found["highest_per_km2_year"] > 100
    assert pd.read_csv(tmp_path / "g.csv")["count"].sum() == 1000


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ((), "First and last day are needed"),
        (("--first", "2025-01-01", "--last", "2025-12-31", "--points", "x,y"), "has no column x, y"),
        (("--first", "2025-01-01", "--last", "2025-12-31", "--points", "x"), "Two columns"),
        (("--first", "2025-01-01", "--last", "2025-12-31", "--crs", "EPSG:4546"), "outside the town"),
        (("--first", "2025-01-01", "--last", "2025-12-31", "--cell", "500", "--radius", "200"), "below the cell size"),
    ],
)
def test_a_folder_that_can_not_be_counted_is_refused_in_words(demo_file: Path, folder: Path, words: tuple[str, ...], reason: str) -> None:
    done = run(demo_file, "density", "--folder", folder, *words, "--lang", "en")
    assert done.exit_code == 1 and reason in done.stderr
