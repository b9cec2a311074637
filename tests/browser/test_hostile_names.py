"""A town in which every name is an attack: on every page, in every tip and on the telephone it is shown as the text it is."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from screens.pages import PAGES
from tests.browser.acting import at_rest
from tests.browser.conftest import RunningApp
from tests.browser.map_probe import wait_for_map
from tests.browser.signing import add_accounts, log_in

HOSTILE = (
    '<img src=x onerror="window.pwned=1">`${window.pwned=2}`</script><script>window.pwned=3</script>'
    "![i](https://evil.example/x.png)[l](javascript:window.pwned=4){{7*7}}:material/bolt:$x$|*b*"
)
MARK = "<img src=x onerror"
"""How it begins, wherever it is shown."""
NAMED = ("communities", "villages", "grid_cells", "schools", "stations", "risk_places", "rural_parks", "industrial_parks", "police_rooms")
PAGES_OF_A_CHIEF = [page.address for pages in PAGES.values() for page in pages if page.address not in ("people", "system", "record")]
FOUND = """() => ({
  ran: window.pwned ?? null,
  made: document.querySelectorAll('img[src="x"], img[src*="evil"], a[href^="javascript"], [onerror]').length,
  counted: document.body.innerText.includes("49:material"),
})"""


def hostile_town(demo: Path, path: Path) -> Path:
    """The demo town with such names for all that has one, the town and its staff included, and an account per role."""
    shutil.copy(demo, path)
    with closing(sqlite3.connect(path)) as changed:
        for table in (*NAMED, "staff"):
            changed.execute(f"UPDATE {table} SET name = ? || code, name_en = ? || code", (HOSTILE, HOSTILE))  # noqa: S608  # our own names
        changed.execute("UPDATE town SET name = ?, name_en = ?, station = ?, station_en = ?, illustrative = 0", (HOSTILE,) * 4)
        changed.execute("UPDATE plan_beats SET name = ? || code, name_en = ? || code", (HOSTILE, HOSTILE))
        changed.execute("UPDATE plans SET name = ? || id, name_en = ? || id, author = ?, reason = ?", (HOSTILE,) * 4)
        changed.commit()
    add_accounts(path)
    with closing(sqlite3.connect(path)) as changed:
        changed.execute("UPDATE users SET display_name = ?", (HOSTILE,))
        changed.commit()
    return path


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, demo_file: Path) -> Iterator[RunningApp]:
    folder = tmp_path_factory.mktemp("hostile")
    running = RunningApp(hostile_town(demo_file, folder / "hostile.gpkg"), folder / "log.txt")
    yield running.wait()
    running.stop()


def nothing_ran(page: Page) -> None:
    assert page.evaluate(FOUND) == {"ran": None, "made": 0, "counted": False}, page.url


@pytest.mark.parametrize(("name", "pages"), [("boss", PAGES_OF_A_CHIEF), ("keeps", ["people", "system"]), ("reads", ["record"])])
def test_on_every_page_a_name_is_text(hostile: RunningApp, page: Page, name: str, pages: list[str]) -> None:
    log_in(page, hostile.url, name, "/?lang=zh")
    for address in pages:
        page.goto(f"{hostile.url}/{address}?lang=zh")
        expect(page.locator("h1.page-title")).to_be_visible()
        expect(page.get_by_text(MARK).first).to_be_attached()  # the town's name at the least
        at_rest(page)
        nothing_ran(page)


def test_in_tips_labels_details_and_the_search_a_name_is_text(hostile: RunningApp, page: Page) -> None:
    log_in(page, hostile.url, "boss", "/map?lang=zh")
    wait_for_map(page)
    box = page.locator("[data-map]").bounding_box()
    for share in (0.45, 0.5, 0.55, 0.6):
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] * 0.45, steps=3)
        page.wait_for_timeout(200)
    page.mouse.click(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.4)
    expect(page.locator("h5").get_by_text(MARK)).to_be_visible()
    page.get_by_label("查找").fill("<img src=x")
    page.keyboard.press("Enter")
    expect(page.get_by_text("找到 30 处").first).to_be_attached()
    nothing_ran(page)


def test_on_the_telephone_and_on_the_printed_handover_a_name_is_text(hostile: RunningApp, phone: Page) -> None:
    log_in(phone, hostile.url, "boss", "/area?lang=zh")
    for address in ("/mine?officer=P04&lang=zh", "/mine/handover?officer=P04&lang=en"):
        phone.goto(f"{hostile.url}{address}")
        expect(phone.locator("h1")).to_contain_text(MARK)
        phone.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
        nothing_ran(phone)
