"""A workspace that can't be used is refused in words, on every screen, and nothing is changed."""

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import RunningApp
from tests.browser.map_probe import wait_for_map


def missing(path: Path) -> None:
    path.unlink()


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:50_000])


def no_database(path: Path) -> None:
    path.write_text("this is a letter")


def newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE workspace SET schema_version = 999")


def spoil(way: Callable[[Path], None], path: Path, demo: Path) -> bytes | None:
    """A copy of the demo made unusable in one way, and what it holds then."""
    shutil.copy(demo, path)
    way(path)
    return path.read_bytes() if path.exists() else None


IN_WORLD_METRES = """() => {
    const { x, y } = window.__jingge.town_map.host.map.options.crs.projection.project({ lat: 28.70, lng: 109.66 });
    return [x, y];
}"""


@pytest.fixture
def start(tmp_path: Path, demo_copy: Path) -> Iterator[Callable[..., RunningApp]]:
    running: list[RunningApp] = []

    def begin(**settings: str) -> RunningApp:
        running.append(RunningApp(demo_copy, tmp_path / f"log{len(running)}.txt", **settings))
        return running[-1].wait()

    yield begin
    for app in running:
        app.stop()


def test_a_workspace_that_cannot_be_used_is_refused_in_words_until_it_comes_back(
    page: Page, start: Callable[..., RunningApp], demo_copy: Path, demo_file: Path
) -> None:
    spoil(missing, demo_copy, demo_file)
    app = start()
    for way, screens in {missing: ("", "area", "print"), truncated: ("",), no_database: ("",), newer: ("print", "area", "")}.items():
        before = spoil(way, demo_copy, demo_file)
        for screen in screens:
            page.goto(f"{app.url}/{screen}?lang=zh")
            expect(page.get_by_text(re.compile("工作区|copy.gpkg")).first, way.__name__).to_be_visible()
            expect(page.get_by_role("button", name="重试"), way.__name__).to_be_visible()
            assert "Traceback" not in page.content()
        page.get_by_role("radio", name="English").click()
        expect(page.get_by_role("button", name="Try again"), way.__name__).to_be_visible()
        expect(page.get_by_text("What to do"), way.__name__).to_be_visible()
        assert (demo_copy.read_bytes() if demo_copy.exists() else None) == before, way.__name__
    shutil.copy(demo_file, demo_copy)
    page.get_by_role("button", name="Try again").click()
    wait_for_map(page)


def test_a_read_only_workspace_can_be_looked_at(page: Page, start: Callable[..., RunningApp], demo_copy: Path) -> None:
    demo_copy.chmod(0o444)
    app = start()
    page.goto(app.url)
    wait_for_map(page)


def test_a_local_base_map_in_gcj02_is_shown_and_the_layers_shift_onto_it(
    page: Page, start: Callable[..., RunningApp], tmp_path: Path
) -> None:
    tiles = tmp_path / "base.mbtiles"
    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f0005000"
        "1ffa0a2f6ad0000000049454e44ae426082"
    )
    with sqlite3.connect(tiles) as made:
        made.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        made.execute("CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB)")
        made.executemany("INSERT INTO metadata VALUES (?, ?)", [("name", "base"), ("format", "png")])
        for zoom in range(8, 15):
            x, y = _tile(109.66, 28.70, zoom)
            rows = [(zoom, x + i, 2**zoom - 1 - (y + j), png) for i in range(-4, 5) for j in range(-4, 5)]
            made.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    settings = {"JINGGE_TILES_FILE": str(tiles), "JINGGE_TILES_ATTRIBUTION": "测试底图", "JINGGE_TILES_REVIEW_NUMBER": "GS(2024)0001"}
    places = {}
    for datum in ("wgs84", "gcj02"):
        app = start(**settings, JINGGE_TILES_DATUM=datum)
        with page.expect_response(lambda answer: "/tiles/" in answer.url and answer.status == 200):
            page.goto(app.url)
        wait_for_map(page)
        expect(page.get_by_text(re.compile("测试底图.*GS"))).to_be_visible()
        places[datum] = page.evaluate(IN_WORLD_METRES)
    east, north = places["gcj02"][0] - places["wgs84"][0], places["gcj02"][1] - places["wgs84"][1]
    assert east == pytest.approx(514.5, abs=2) and north == pytest.approx(
        -427.4, abs=2
    )  # Web Mercator metres: 451.66 E, -373.18 N on the ground


def _tile(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    from math import asinh, pi, radians, tan

    return int((lon + 180) / 360 * 2**zoom), int((1 - asinh(tan(radians(lat))) / pi) / 2 * 2**zoom)
