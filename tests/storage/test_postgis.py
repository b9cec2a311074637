"""What is refused of a PostGIS workspace, and that a replacement is whole or not at all."""

from collections.abc import Callable

import psycopg
import pytest

from layers import LAYERS
from layers.definition.refusal import Refusal
from storage.open_store import create_store, open_store
from tests.storage import drawn_town
from tests.storage.conftest import DRAWN, KINDS
from tests.storage.drawn_town import cells

pytestmark = pytest.mark.skipif("postgis" not in KINDS, reason="PostgreSQL with PostGIS is not installed")


@pytest.fixture
def address(postgis_address: Callable[..., str]) -> str:
    """A database with the drawn town."""
    return postgis_address(DRAWN)


def test_a_server_that_does_not_answer_is_refused_without_showing_the_password() -> None:
    with pytest.raises(Refusal, match="does not answer") as refusal:
        open_store("postgresql://me:secret@127.0.0.1:1/town", LAYERS)
    assert "secret" not in str(refusal.value) and "127.0.0.1:1/town" in str(refusal.value)


def test_a_database_without_a_workspace_is_refused(postgis_address: Callable[[], str]) -> None:
    with pytest.raises(Refusal, match="holds no Jingge workspace"):
        open_store(postgis_address(), LAYERS)


def test_a_workspace_is_replaced_only_when_asked_and_only_whole(address: str) -> None:
    with pytest.raises(Refusal, match="holds a workspace already; it was not touched"):
        create_store(address, LAYERS, drawn_town.contents("新镇"), by="tests")
    wrong = drawn_town.contents("新镇")
    wrong.layers["incidents"] = wrong.layers["incidents"].assign(lon=None)
    with pytest.raises(Refusal, match="lon is no coordinate"):
        create_store(address, LAYERS, wrong, by="tests", replace=True)
    old = open_store(address, LAYERS)
    assert old.town().name == "小镇" and old.count("grid_cells") == 9
    old.close()
    new = create_store(address, LAYERS, drawn_town.contents("新镇"), by="tests", replace=True)
    assert new.town().name == "新镇" and new.verify_audit().lines == 2
    new.close()


def test_a_table_of_another_program_is_left_alone(postgis_address: Callable[[], str]) -> None:
    place = postgis_address()
    with psycopg.connect(place, autocommit=True) as connection:
        connection.execute("CREATE TABLE roads (a int)")
    with pytest.raises(Refusal, match="Another program has a table of our name"):
        create_store(place, LAYERS, drawn_town.contents(), by="tests")
    with psycopg.connect(place) as connection:
        assert connection.execute("SELECT count(*) FROM information_schema.tables WHERE table_name = 'plans'").fetchone() == (0,)


def test_a_writer_that_waits_too_long_is_told(address: str) -> None:
    first, second = open_store(address, LAYERS), open_store(address, LAYERS, busy_timeout_s=0.2)
    with first._writing.begin(), pytest.raises(Refusal, match="Somebody else is writing"):
        second.record("Li", "look", "")
    second.record("Li", "look", "")
    first.close()
    second.close()


def test_an_account_that_may_only_read_reads(address: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS reader")
        connection.execute("CREATE ROLE reader LOGIN")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
    store = open_store(address.replace("jingge@", "reader@"), LAYERS)
    assert store.count("grid_cells") == 9
    with pytest.raises(Refusal, match="may not be written; nothing was changed"):
        store.write_layer("grid_cells", cells(), "Li")
    store.close()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP OWNED BY reader")
        connection.execute("DROP ROLE reader")


def test_postgis_itself_understands_the_geometry(address: str) -> None:
    with psycopg.connect(address) as connection:
        first_cell = "ST_Contains(geom, ST_SetSRID(ST_Point(109.605, 28.705), 4490))"
        query = f"SELECT count(*), min(ST_SRID(geom)), min(ST_XMin(geom)) FROM grid_cells WHERE {first_cell}"  # noqa: S608
        assert connection.execute(query).fetchone() == (1, 4490, pytest.approx(109.60))
