"""The hotspot screen in a real browser: one map for all views, the basis beside it, and a claim that is outlined."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import free_port
from tests.browser.map_probe import density_count, drawn, mounts
from tests.conftest import REPOSITORY

START_S = 60
MAP = "hotspot_map"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, demo_file: Path) -> Iterator[str]:
    """The screen on a copy of the demo town."""
    folder = tmp_path_factory.mktemp("hotspots")
    port = free_port()
    environment = {**os.environ, "JINGGE_WORKSPACE": str(shutil.copy(demo_file, folder / "demo.gpkg"))}
    command = [sys.executable, "-m", "uvicorn", "tests.browser.hotspots_app:app", "--host", "127.0.0.1", "--port", str(port)]
    log = folder / "log.txt"
    with log.open("w") as out:
        process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=out, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    for _ in range(START_S * 10):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                break
        except OSError:
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
    yield address
    process.terminate()
    process.wait(10)


def opened(page: Page, server: str, language: str = "en") -> Page:
    """The screen with its map and a density on it."""
    page.goto(f"{server}/?lang={language}")
    page.locator(f"[data-map='{MAP}'][data-ready='1']").wait_for()
    density_rests_on(page, 3193)
    return page


def density_rests_on(page: Page, n: int) -> None:
    """Until the density on the map rests on so many incidents."""
    page.wait_for_function("([key, n]) => window.__jingge?.[key]?.host.density?.n === n", arg=[MAP, n], polling=50)


def view(page: Page, name: str) -> None:
    """Go to a view."""
    page.get_by_role("radio", name=name, exact=True).first.click()


def test_views_change_the_map_that_stands(page: Page, server: str) -> None:
    opened(page, server)
    expect(page.get_by_text("Reports measure reporting").first).to_be_visible()
    expect(page.get_by_text("EPSG:4546").first).to_be_visible()
    view(page, "Significance")
    page.wait_for_function("key => window.__jingge[key].drawn().paths.shapes > 0", arg=MAP, polling=50)
    expect(page.get_by_text("Threshold z").first).to_be_visible()
    view(page, "Areas")
    expect(page.get_by_text("4 hotspot areas").first).to_be_visible()
    view(page, "Change")
    page.wait_for_function("key => window.__jingge[key].drawn().paths.shapes >= 14", arg=MAP, polling=50)
    assert mounts(page, MAP) == 1


def test_the_source_is_a_choice_that_is_always_visible(page: Page, server: str) -> None:
    opened(page, server)
    page.get_by_role("radio", name="Found by police (273)").click()
    density_rests_on(page, 273)
    assert density_count(page, MAP) == 273 and mounts(page, MAP) == 1


def test_a_click_on_an_hour_keeps_the_map_to_it(page: Page, server: str) -> None:
    opened(page, server)
    view(page, "When")
    chart = page.locator("[data-testid='stVegaLiteChart'] canvas, [data-testid='stVegaLiteChart'] svg").first
    chart.wait_for()
    box = chart.bounding_box()
    assert box is not None
    chart.click(position={"x": box["width"] * 0.6, "y": box["height"] * 0.3})
    expect(page.get_by_text("On the map:").first).to_be_visible()
    page.wait_for_function("key => window.__jingge[key].host.density?.n < 100", arg=MAP, polling=50)
    page.get_by_role("button", name="Show all hours").click()
    density_rests_on(page, 3193)
    assert mounts(page, MAP) == 1


def test_a_phone_shows_map_and_figures_without_sideways_scrolling(phone: Page, server: str) -> None:
    opened(phone, server, "zh")
    expect(phone.get_by_text("群众报警 (2,920)").first).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert drawn(phone, MAP)["paths"]["hotspots"] > 0
