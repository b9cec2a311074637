"""What each role receives in a real browser, and that a word forged by the browser gives nothing more."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from actions.open_workspace import open_workspace
from actions.permissions import PERMISSIONS, SCREENS
from tests.browser.conftest import RunningApp
from tests.browser.map_probe import wait_for_map
from tests.browser.signing import ACCOUNTS, log_in, own_town

PATHS = {"see_map": "map", "see_area": "area", "draw_plan": "draw", "take_snapshot": "print", "import_layer": "import"}


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory, demo_file: Path) -> Iterator[RunningApp]:
    folder = tmp_path_factory.mktemp("roles")
    running = RunningApp(own_town(demo_file, folder / "own.gpkg"), folder / "log.txt")
    yield running.wait()
    running.stop()


@pytest.mark.parametrize("name", ACCOUNTS)
def test_a_screen_shows_nothing_to_a_role_that_may_not_open_it(closed: RunningApp, page: Page, name: str) -> None:
    role = ACCOUNTS[name][0]
    log_in(page, closed.url, name, "/map?lang=zh")
    for action, path in PATHS.items():
        if role in PERMISSIONS[action].roles:
            continue
        page.goto(f"{closed.url}/{path}?lang=zh")
        page.locator("[data-testid=stApp]").wait_for()
        page.wait_for_timeout(2500)
        assert page.locator("[data-map]").count() == 0, f"{role} sees {path}"
        for secret in ("民警01", "民警03"):
            assert secret not in page.content(), f"{role} is told a name on {path}"


@pytest.mark.parametrize("name", ["looks", "cells", "walks", "boss"])
def test_what_is_sent_to_the_browser_ends_at_the_role(closed: RunningApp, page: Page, name: str) -> None:
    frames: list[bytes] = []
    page.on("websocket", lambda ws: ws.on("framereceived", lambda data: frames.append(data if isinstance(data, bytes) else data.encode())))
    log_in(page, closed.url, name, "/map?lang=zh")
    wait_for_map(page)
    sent = b"".join(frames)
    store = open_workspace(closed.workspace).store
    names = [name.encode() for name in store.staff().query("kind == 'officer'")["name"]]
    store.close()
    may_see_staff = ACCOUNTS[name][0] in ("chief", "officer")
    assert any(staff in sent for staff in names) == may_see_staff


def test_an_officer_opens_the_own_area_and_no_other_by_no_address(closed: RunningApp, page: Page) -> None:
    log_in(page, closed.url, "walks", "/area?lang=zh")
    expect(page.get_by_text("责任警务区").or_(page.get_by_text("民警01")).first).to_be_visible()
    page.goto(f"{closed.url}/area?officer=P03&lang=zh")
    expect(page.get_by_text("没有名为“P03”的民警")).to_be_visible()
    assert "民警03" not in page.locator("[role=combobox]").all_inner_texts()


def test_a_shut_account_sees_nothing_more_on_its_open_page(closed: RunningApp, page: Page) -> None:
    log_in(page, closed.url, "draws", "/map?lang=zh")
    wait_for_map(page)
    store = open_workspace(closed.workspace).store
    store.disable_user(store.find_user("draws").id, by="tests")
    page.reload()
    expect(page.locator("input[name=password]")).to_be_visible()
    store.enable_user(store.find_user("draws").id, by="tests")
    store.close()


def test_what_was_looked_at_is_on_record_with_name_role_and_address(closed: RunningApp, page: Page) -> None:
    log_in(page, closed.url, "boss", "/map?lang=zh")
    store = open_workspace(closed.workspace).store
    for _ in range(100):
        lines = store.audit_lines(action="see_incidents", who="boss")
        if lines:
            break
        page.wait_for_timeout(200)
    assert lines[0].detail["role"] == "chief" and lines[0].detail["address"] == "127.0.0.1"
    assert store.verify_audit().ok
    store.close()


def test_every_screen_has_an_action_and_the_action_a_role() -> None:
    assert set(SCREENS.values()) <= set(PERMISSIONS)
