"""The command line: the same actions without a screen; 0 done, 1 refused, 2 wrong usage."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commands.command import operator
from geo_cli import cli
from tests.conftest import REPOSITORY

COUNTS = {
    "communities": 11,
    "villages": 29,
    "persons": 97_656,
    "dwellings": 45_570,
    "organisations": 735,
    "auxiliaries": 22,
    "village_auxiliaries": 29,
    "schools": 32,
    "industrial_parks": 2,
    "rural_parks": 4,
    "venues": 149,
    "workers": 9_296,
    "fire_hazards": 21,
    "risk_places": 7,
    "stations": 4,
}


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def test_info_gives_the_town_the_counts_and_the_plans(demo_file: Path) -> None:
    told = json.loads(run("info", "--workspace", demo_file, "--json").stdout)
    assert told["town"] == {"name": "迁陵镇", "name_en": "Qianling Town", "code": "433125109", "area_km2": 374.43, "crs": "EPSG:4546"}
    assert {key: told["counts"][key] for key in COUNTS} == COUNTS
    assert 120 <= told["counts"]["grid_cells"] <= 180 and told["counts"]["shops"] > 1_000
    assert [(plan["status"], 12 <= plan["beats"] <= 16) for plan in told["plans"]] == [("in_force", True), ("draft", True)]
    assert told["illustrative"] is True


def test_layers_lists_every_layer_with_its_fields(demo_file: Path) -> None:
    told = {layer["key"]: layer for layer in json.loads(run("layers", "--workspace", demo_file, "--json").stdout)}
    assert told["communities"]["rows"] == 11 and told["beats"]["rows"] is None
    assert any(field["name"] == "persons" and field["unit"] for field in told["grid_cells"]["fields"])


@pytest.mark.parametrize("asked", ["民警03", "Officer 03"])
def test_area_of_an_officer_by_name_in_either_language(demo_file: Path, asked: str) -> None:
    told = json.loads(run("area-of", asked, "--workspace", demo_file, "--json").stdout)
    assert told["officer"]["name"] == "民警03" and told["beats"] and told["neighbours"] and told["persons"] > 1_000
    assert told["incidents"]["this_month"]["from"] == "2025-12-01" and told["incidents"]["last_month"]["to"] == "2025-11-30"


@pytest.mark.parametrize("ending", ["pdf", "png"])
def test_a_sheet_is_written_in_the_format_its_name_asks_for(demo_file: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"map.{ending}"
    done = run("sheet", "--plan", "plan-2025", "--paper", "A3", "--out", out, "--workspace", demo_file, "--json")
    assert done.exit_code == 0, done.stderr
    assert out.read_bytes()[:4] == {"pdf": b"%PDF", "png": b"\x89PNG"}[ending]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("area-of", "民警99"), "民警99"),
        (("sheet", "--plan", "nowhere", "--out", "x.pdf"), "nowhere"),
        (("sheet", "--paper", "B7", "--out", "x.pdf"), "B7"),
        (("sheet", "--out", "x.docx"), "docx"),
        (("sheet", "--out", "no/such/folder/x.pdf"), "folder"),
    ],
)
def test_what_cannot_be_done_is_refused_with_status_1_and_the_reason(
    demo_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*words, "--workspace", demo_file)
    assert done.exit_code == 1 and says in done.stderr and not done.stdout
    assert not list(tmp_path.iterdir())


def test_a_workspace_that_is_missing_is_refused(tmp_path: Path) -> None:
    done = run("info", "--workspace", tmp_path / "none.gpkg")
    assert done.exit_code == 1 and "none.gpkg" in done.stderr and not list(tmp_path.iterdir())


def test_demo_makes_a_workspace_and_refuses_to_overwrite_one(tmp_path: Path) -> None:
    place = tmp_path / "town.gpkg"
    assert run("demo", "--workspace", place).exit_code == 0
    before = place.read_bytes()
    assert run("demo", "--workspace", place).exit_code == 1 and place.read_bytes() == before
    assert run("demo", "--workspace", place, "--replace").exit_code == 0


@pytest.mark.parametrize("words", [("nonsense",), ("area-of",), ("sheet",), ("info", "--colour", "red")])
def test_wrong_usage_ends_with_status_2(words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


def test_it_runs_as_a_program(demo_file: Path) -> None:
    done = subprocess.run(
        [sys.executable, "geo_cli.py", "info", "--workspace", demo_file, "--json"],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
        text=True,
    )
    assert json.loads(done.stdout)["town"]["code"] == "433125109"


def test_the_record_names_the_account_of_the_system_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = operator()
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "boss")
    assert operator() == mine != "boss"
