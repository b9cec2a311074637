"""GDAL never opens the live file in this process: it carries an SQLite of its own, whose close() drops our locks.

So its names stand in importing/, exporting/ and the tests alone.
"""

import ast
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

GDAL = {"pyogrio", "fiona", "osgeo"}
MAY = ("importing", "exporting", "tests")
SKIPPED = {"local", "build", "node_modules"}


def _files() -> list[Path]:
    paths = [path.relative_to(REPOSITORY) for path in REPOSITORY.rglob("*.py")]
    return [path for path in paths if path.parts[0] not in MAY and not any(part.startswith(".") or part in SKIPPED for part in path.parts)]


def gdal_uses(source: str) -> list[str]:
    """The uses of GDAL in a file: its modules, and geopandas' ways to it."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.split(".")[0] in GDAL]
        elif isinstance(node, ast.ImportFrom) and node.module:
            root = node.module.split(".")[0]
            found += [
                f"{node.module}.{alias.name}" for alias in node.names if root in GDAL or (root == "geopandas" and alias.name == "read_file")
            ]
        elif isinstance(node, ast.Attribute) and node.attr == "to_file":
            found.append(".to_file")
        elif isinstance(node, ast.Attribute) and node.attr in {"read_file", "list_layers"} and isinstance(node.value, ast.Name):
            found += [f"{node.value.id}.{node.attr}"] if node.value.id in {"gpd", "geopandas"} else []
    return found


def test_there_are_files_to_look_at() -> None:
    assert Path("storage/store.py") in _files() and len(_files()) > 40


@pytest.mark.parametrize("path", _files(), ids=str)
def test_no_file_outside_reading_and_exporting_uses_gdal(path: Path) -> None:
    assert gdal_uses((REPOSITORY / path).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pyogrio",
        "from pyogrio import read_dataframe",
        "import fiona.crs",
        "from osgeo import ogr",
        "import geopandas as gpd\ngpd.read_file('a')",
        "from geopandas import read_file",
        "frame.to_file('a')",
    ],
)
def test_the_search_finds_each_way(source: str) -> None:
    assert len(gdal_uses(source)) == 1
