"""The phone's page of an officer's own area in a real Chromium: one tap, one thumb, offline, nothing sent, nothing left behind."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, RunningApp

IN_THE_AREA = {"longitude": 109.66, "latitude": 28.7186}
SMALLEST_PX = 44


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory, demo_file: Path) -> Iterator[RunningApp]:
    """The app on a copy of the demo town."""
    folder = tmp_path_factory.mktemp("mine")
    running = RunningApp(Path(shutil.copy(demo_file, folder / "demo.gpkg")), folder / "log.txt")
    yield running.wait()
    running.stop()


def test_one_address_without_a_name_opens_the_own_area_and_asks_for_nothing_more(mine: RunningApp, phone: Page) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(urlsplit(request.url).path))
    phone.goto(f"{mine.url}/mine")
    expect(phone.locator("h1")).to_have_text("民警01")
    phone.wait_for_function("window.__jingge?.mine?.places > 0")
    beside = {path for path in asked if path not in ("image/x-icon,", ",") and not path.startswith("/assets/font/")}
    assert beside <= {"/mine", "/offline.js"}, "the font is for a browser that has no Chinese one"
    assert phone.evaluate("document.documentElement.scrollWidth") == 390


def test_a_browser_without_a_chinese_font_gets_the_apps_own(mine: RunningApp, phone: Page) -> None:
    phone.add_init_script(
        """const context = CanvasRenderingContext2D.prototype, real = context.fillText;
        context.fillText = function (text, ...at) { real.call(this, text.length > 1 ? text : "x", ...at); };"""
    )  # as if every sign were the same box
    with phone.expect_response("**/assets/font/*.woff2") as asked:
        phone.goto(f"{mine.url}/mine?officer=P04")
    assert asked.value.status == 200


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_everything_to_touch_is_large_enough(mine: RunningApp, phone: Page, lang: str) -> None:
    phone.goto(f"{mine.url}/mine?officer=P04&lang={lang}")
    phone.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
    sizes = phone.evaluate(
        """() => [...document.querySelectorAll("a,button,summary,select,input:not([type=hidden])")].map((node) => {
          const box = node.getBoundingClientRect(); return [node.outerHTML.slice(0, 80), box.width, box.height]; })"""
    )
    assert sizes and not [size for size in sizes if size[1] and min(size[1:]) < SMALLEST_PX]


def test_the_position_shows_on_the_map_and_is_never_sent(mine: RunningApp, new_page: Any) -> None:
    phone = new_page({"width": 390, "height": 844}, geolocation={**IN_THE_AREA, "accuracy": 20}, permissions=["geolocation"])
    asked: list[str] = []
    phone.goto(f"{mine.url}/mine?officer=P04&lang=en")
    phone.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    phone.click("#where")
    expect(phone.locator("#told")).to_contain_text("your area (within about 20 m)")
    x, y = phone.evaluate("window.__jingge.mine.me().at")
    assert abs(x) < 30_000 and abs(y) < 30_000 and not [line for line in asked if "109.6" in line or "28.7" in line]


def test_a_duty_is_ticked_with_one_tap_and_taken_back_with_another(mine: RunningApp, phone: Page) -> None:
    phone.goto(f"{mine.url}/mine?officer=P04&lang=en")
    due = phone.locator("#duties h2")
    before = int(due.inner_text().split()[0])
    phone.locator(".tick").first.click()
    expect(phone.locator(".saved")).to_contain_text("Saved")
    expect(due).to_have_text(f"{before - 1} due now")
    phone.get_by_text("Latest records").click()
    phone.locator(".undo").click()
    expect(due).to_have_text(f"{before} due now")
    expect(phone.locator("#duties s")).to_have_count(1)


def test_what_no_list_offers_is_refused_in_words(mine: RunningApp, phone: Page) -> None:
    phone.goto(f"{mine.url}/mine?officer=P04&lang=en")
    phone.evaluate("document.querySelector('.due input[name=place]').value = 'villages/<b>Zhang San 13812345678</b>'")
    phone.evaluate("document.querySelector('.due input[name=kind]').value = 'visit'")
    phone.locator(".tick").first.click()
    expect(phone.get_by_role("alert")).to_contain_text("no such place in the area")
    expect(phone.locator("b")).to_have_count(0)
    phone.goto(f"{mine.url}/mine?officer=<script>alert(1)</script>&lang=en")
    expect(phone.get_by_role("alert")).to_contain_text("There is no officer '<script>")


def wait_until_kept(page: Page, kept: bool) -> None:
    for _ in range(100):
        if page.evaluate("caches.match('/mine-last').then(Boolean)") == kept:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"the last view is {'not ' if kept else ''}kept")


def test_the_last_view_is_readable_offline_and_gone_after_log_out(mine: RunningApp, browser: Browser) -> None:
    context = browser.new_context(viewport=PHONE)  # without a watch on its requests, which a worker's answers would not pass
    phone = context.new_page()
    phone.goto(f"{mine.url}/mine?officer=P04&lang=en")
    wait_until_kept(phone, True)
    phone.context.set_offline(True)
    phone.goto(f"{mine.url}/mine?officer=P04&lang=en")
    expect(phone.locator("h1")).to_have_text("Officer 04")
    expect(phone.locator("#offline")).to_be_visible()
    expect(phone.locator(".tick").first).to_be_hidden()
    phone.context.set_offline(False)
    phone.goto(f"{mine.url}/signout")
    phone.locator("form button").click()
    wait_until_kept(phone, False)
    phone.goto(f"{mine.url}/mine?officer=P04&lang=en")
    wait_until_kept(phone, True)
    phone.evaluate("fetch('/openid', {method: 'POST'})")  # somebody sets out to sign in with the organisation
    wait_until_kept(phone, False)
    context.close()


def test_the_handover_list_is_a_page_to_print(mine: RunningApp, phone: Page) -> None:
    phone.goto(f"{mine.url}/mine?officer=P04&lang=en")
    phone.get_by_role("link", name="Handover list").click()
    expect(phone.locator("h1")).to_contain_text("Handover list of Officer 04")
    assert phone.locator("tbody tr").count() > 10
