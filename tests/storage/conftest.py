"""The drawn town in a store of each kind: the embedded file, and PostGIS where it is installed."""

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pandas as pd
import psycopg
import pytest

from layers import LAYERS
from storage.open_store import create_store, open_store
from storage.store import Store, WorkspaceContents
from tests.storage import drawn_town, postgis_server

WANTED = os.environ.get("JINGGE_TEST_POSTGIS") == "1"
KINDS = ["file", "postgis"] if WANTED or postgis_server.programs() else ["file"]


EMPTY, DRAWN = "empty", "drawn"


@pytest.fixture(scope="session")
def drawn_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The drawn town as a file, to be copied and never opened."""
    path = tmp_path_factory.mktemp("drawn") / "town.gpkg"
    create_store(path, LAYERS, drawn_town.contents(), by="tests", at=drawn_town.AT).close()
    return path


@pytest.fixture(scope="session")
def postgis_address() -> Iterator[Callable[..., str]]:
    """Gives the address of a new database each time it is called: EMPTY but for PostGIS, or with the DRAWN town."""
    programs = postgis_server.programs()
    if programs is None:
        pytest.fail("JINGGE_TEST_POSTGIS=1, but PostgreSQL with PostGIS is not installed: apt-get install postgresql postgresql-postgis")
    numbers = count(1)
    with postgis_server.running(programs) as server:

        def new(template: str = EMPTY, name: str = "") -> str:
            name = name or f"town_{next(numbers)}"
            with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # the names are ours
            return f"{server}/{name}"

        with psycopg.connect(new("template1", EMPTY), autocommit=True) as connection:
            connection.execute("CREATE EXTENSION postgis")
        create_store(new(EMPTY, DRAWN), LAYERS, drawn_town.contents(), by="tests", at=drawn_town.AT).close()
        yield new


@pytest.fixture(params=KINDS)
def location(request: pytest.FixtureRequest, tmp_path: Path, drawn_file: Path) -> str | Path:
    """The drawn town, kept in each kind of place; nobody has it open."""
    if request.param == "file":
        return Path(shutil.copy(drawn_file, tmp_path / "town.gpkg"))
    return request.getfixturevalue("postgis_address")(DRAWN)


@pytest.fixture
def store(location: str | Path) -> Iterator[Store]:
    """The drawn town, open."""
    opened = open_store(location, LAYERS)
    yield opened
    opened.close()


@pytest.fixture
def town_file(tmp_path: Path, drawn_file: Path) -> Path:
    """The drawn town as a file that nobody has open, alone in its folder."""
    return Path(shutil.copy(drawn_file, tmp_path / "file.gpkg"))


@pytest.fixture(scope="module", params=KINDS)
def new_place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str | Path]:
    """Gives a place for another workspace of one kind each time it is called."""
    if request.param == "file":
        return lambda: tmp_path_factory.mktemp("shared") / "town.gpkg"
    return request.getfixturevalue("postgis_address")


@pytest.fixture(scope="module")
def store_of_nothing(new_place: Callable[[], str | Path]) -> Iterator[Store]:
    """A town without a single row, shared by the tests of a file."""
    empty = WorkspaceContents(drawn_town.TOWN, {}, pd.DataFrame(), pd.DataFrame())
    made = create_store(new_place(), LAYERS, empty, by="tests")
    yield made
    made.close()


@pytest.fixture(scope="module")
def steady_store(new_place: Callable[[], str | Path]) -> Iterator[Store]:
    """The drawn town, shared by those tests of a file that change nothing."""
    made = create_store(new_place(), LAYERS, drawn_town.contents(), by="tests", at=drawn_town.AT)
    yield made
    made.close()
