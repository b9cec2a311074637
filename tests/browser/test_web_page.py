"""The web page in a real Chromium, from file://, with every request watched."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from actions.caller import Caller
from actions.export_page import PageWish, make_page
from exporting.web_page import web_page
from layers.definition.layer import Sensitivity
from tests.browser.conftest import DESKTOP, PHONE
from tests.exporting.test_web_page import _content


@pytest.fixture(scope="module")
def file(planner: Caller, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo town's page with names of staff."""
    path = tmp_path_factory.mktemp("stick") / "map.html"
    path.write_bytes(make_page(planner, PageWish(level=Sensitivity.STAFF, day=date(2026, 1, 1))).content)
    return path


class Opened:
    """A page from file:// and what it asked for and threw."""

    def __init__(self, browser: Browser, path: Path, size: dict[str, int] = DESKTOP) -> None:
        self.asked: list[str] = []
        self.errors: list[str] = []
        self.page: Page = browser.new_page(viewport=size)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(path.as_uri())
        self.quiet = lambda: [url for url in self.asked if not url.startswith("data:")] == [path.as_uri()] and not self.errors


def test_the_page_draws_the_town_and_asks_for_nothing(browser: Browser, file: Path) -> None:
    opened = Opened(browser, file)
    assert opened.page.locator("#map path").count() > 200
    expect(opened.page.locator("h1")).to_have_text("迁陵镇")
    expect(opened.page.locator("#marks")).to_contain_text("示意数据")
    expect(opened.page.locator("#index tbody tr")).to_have_count(14)
    expect(opened.page.locator("#legend")).to_contain_text("n = 3,193")
    assert opened.quiet()
    opened.page.close()


def test_language_search_layers_and_index_work(browser: Browser, file: Path) -> None:
    opened = Opened(browser, file)
    page = opened.page
    page.click("#language")
    expect(page.locator("#index")).to_contain_text("Officer 01")
    page.fill("#search", "primary school")
    page.locator("#hits button").first.click()
    expect(page.locator(".leaflet-popup-content")).to_contain_text("Primary School")
    page.locator("#index tbody tr").nth(2).click()
    expect(page.locator(".leaflet-popup-content")).to_contain_text("03")
    before = page.locator("#map path").count()
    page.get_by_label("Incident density").check()
    assert page.locator("#map path").count() > before
    page.fill("#search", "zzzz")
    expect(page.locator("#hits")).to_have_text("Nothing found")
    assert opened.quiet()
    page.close()


def test_no_label_lies_on_another_and_the_phone_scrolls_one_way(browser: Browser, file: Path) -> None:
    opened = Opened(browser, file, PHONE)
    opened.page.evaluate("document.fonts.ready.then(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))")
    boxes = opened.page.evaluate(
        "[...document.querySelectorAll('.beat:not(.hidden) > span')].map(e => {const b = e.getBoundingClientRect();"
        " return [b.left, b.top, b.right, b.bottom]})"
    )
    pairs = [(a, b) for i, a in enumerate(boxes) for b in boxes[:i]]
    assert len(boxes) >= 5 and not any(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for a, b in pairs)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    opened.page.close()


def test_it_prints_on_two_sheets_of_a4(browser: Browser, file: Path, tmp_path: Path) -> None:
    opened = Opened(browser, file)
    pdf = opened.page.pdf(prefer_css_page_size=True, print_background=True)
    assert pdf.count(b"/Type /Page\n") == 2
    opened.page.close()


def test_hostile_names_are_shown_as_they_are(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "hostile.html"
    path.write_bytes(web_page(_content()))
    opened = Opened(browser, path)
    assert opened.page.evaluate("window.broken") is None
    expect(opened.page.locator("h1")).to_contain_text("</script>")
    opened.page.fill("#search", "{{ 7*7")
    expect(opened.page.locator("#hits button")).to_contain_text("{{ 7*7 }} [[DATA]]")
    assert opened.page.locator("img").count() == 0 and opened.quiet()
    opened.page.close()
