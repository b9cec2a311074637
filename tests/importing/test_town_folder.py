"""A folder of plain files becomes tables, or a refusal that names the file."""

import json
import shutil
from pathlib import Path

import pytest

from actions.make_workspace import SAMPLE, make_workspace
from importing.town_folder import read_town_folder
from layers import LAYERS
from layers.definition.refusal import Refusal

KEPT = {key for key, layer in LAYERS.items() if layer.kept != "computed"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "town"
    place.mkdir()
    for name in ("town.json", "communities.geojson", "staff.csv"):
        shutil.copy(SAMPLE / name, place)
    return place


def test_the_demo_town_is_read_whole() -> None:
    files = read_town_folder(SAMPLE, LAYERS)
    assert set(files.layers) == KEPT and len(files.layers["communities"]) == 11 and len(files.layers["incidents"]) == 9_000
    assert all(isinstance(code, str) for code in files.layers["communities"]["code"])


def test_what_has_no_file_is_empty_with_its_columns(folder: Path) -> None:
    files = read_town_folder(folder, LAYERS)
    assert len(files.layers["schools"]) == 0 and {"code", "level", "geometry"} <= set(files.layers["schools"].columns)
    assert len(files.layers["incidents"]) == 0 and len(files.tables["plans"]) == 0


def test_a_town_without_plan_or_incidents_makes_a_workspace(folder: Path, tmp_path: Path) -> None:
    store = make_workspace(tmp_path / "own.gpkg", folder, user="tests")
    assert store.count("communities") == 11 and store.plan_in_force() is None
    store.close()


def broken(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("town.json", "{"),
        ("town.json", '{"name": "x"}'),
        ("schools.geojson", "no json"),
        (
            "schools.geojson",
            json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": None}, "geometry": None}]}),
        ),
        (
            "schools.geojson",
            json.dumps(
                {
                    "type": "FeatureCollection",
                    "features": [
                        {
                            "type": "Feature",
                            "properties": {"code": "1", "name": "a"},
                            "geometry": {"type": "Point", "coordinates": [369050, 3176754]},
                        }
                    ],
                }
            ),
        ),
        ("incidents.csv", "code,occurred_at,category,source,lon,lat\n1,yesterday,theft,reported,109.6,28.7\n"),
        ("incidents.csv", "code,occurred_at,category,source,lon,lat\n1,2025-01-01T10:00,theft,reported,east,28.7\n"),
        ("incidents.csv", "code,lon,lat\n1,109.6,28.7\n"),
    ],
)
def test_a_broken_file_is_refused_by_name_and_nothing_is_made(folder: Path, tmp_path: Path, name: str, text: str) -> None:
    broken(folder, name, text)
    with pytest.raises(Refusal, match=name):
        make_workspace(tmp_path / "own.gpkg", folder, user="tests")
    assert [path.name for path in tmp_path.iterdir()] == ["town"]


def test_a_folder_without_town_json_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"town\.json"):
        read_town_folder(tmp_path, LAYERS)
