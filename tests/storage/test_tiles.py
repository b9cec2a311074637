"""Tiles out of an MBTiles file. At zoom 1 the web counts rows from the north, the file from the south: web y 0 is file row 1."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from layers.definition.refusal import Refusal
from storage.tiles import Tiles


@pytest.fixture
def tiles_file(tmp_path: Path) -> Path:
    """Zoom 1: north-west and south-east tiles are there."""
    path = tmp_path / "底图 50%.mbtiles"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        connection.execute("CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)")
        connection.executemany("INSERT INTO metadata VALUES (?, ?)", [("name", "底图"), ("format", "jpg"), ("maxzoom", "1")])
        connection.executemany("INSERT INTO tiles VALUES (1, ?, ?, ?)", [(0, 1, b"north-west"), (1, 0, b"south-east")])
        connection.commit()
    return path


def test_tiles_are_found_by_the_webs_numbers(tiles_file: Path) -> None:
    tiles = Tiles(tiles_file)
    assert tiles.tile(1, 0, 0) == b"north-west" and tiles.tile(1, 1, 1) == b"south-east" and tiles.tile(1, 0, 1) is None
    assert tiles.mime == "image/jpeg" and tiles.metadata() == {"name": "底图", "format": "jpg", "maxzoom": "1"}
    tiles.close()


@pytest.mark.parametrize("place", [(-1, 0, 0), (1, 2, 0), (1, 0, -1), (31, 0, 0), (10**9, 0, 0)])
def test_places_that_no_map_has_are_empty(tiles_file: Path, place: tuple[int, int, int]) -> None:
    assert Tiles(str(tiles_file)).tile(*place) is None


def test_many_threads_may_ask_at_once(tiles_file: Path) -> None:
    tiles = Tiles(tiles_file)
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(lambda _: tiles.tile(1, 0, 0), range(400))) == {b"north-west"}


def test_the_file_is_not_written(tiles_file: Path) -> None:
    before = tiles_file.read_bytes(), tiles_file.stat().st_mtime_ns
    tiles = Tiles(tiles_file)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        tiles._connection.execute("DELETE FROM tiles")
    tiles.close()
    assert (tiles_file.read_bytes(), tiles_file.stat().st_mtime_ns) == before


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.unlink(), "There is no base map file"),
        (lambda path: path.write_text("no tiles here " * 100), "is not a readable MBTiles file"),
        (lambda path: path.write_bytes(path.read_bytes()[:5000]), "is not a readable MBTiles file"),
        (lambda path: _sql(path, "DROP TABLE tiles"), "is not a readable MBTiles file"),
        (lambda path: _sql(path, "DELETE FROM metadata WHERE name = 'format'"), "does not state a tile format"),
        (lambda path: _sql(path, "UPDATE metadata SET value = 'exe' WHERE name = 'format'"), "does not state a tile format"),
    ],
)
def test_what_is_no_mbtiles_is_refused_in_words(tiles_file: Path, spoil: object, said: str) -> None:
    spoil(tiles_file)
    with pytest.raises(Refusal, match=said) as refusal:
        Tiles(tiles_file)
    assert "tiles_file" in str(refusal.value)


def _sql(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()
