"""What each role receives in a real browser, and that a word forged by the browser gives nothing more."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.util import calc_hash

from actions.open_workspace import open_workspace
from actions.permissions import PERMISSIONS, ROLES, may
from screens.pages import PAGES
from tests.browser.acting import pick
from tests.browser.conftest import RunningApp
from tests.browser.map_probe import wait_for_map
from tests.browser.signing import ACCOUNTS, log_in, own_town

ALL_PAGES = [one for pages in PAGES.values() for one in pages]
KEEP_SOCKET = """const Real = window.WebSocket; window.sockets = [];
window.WebSocket = class extends Real { constructor(...given) { super(...given); window.sockets.push(this); } };"""
GESTURE = '{"gestures": [{"kind": "give", "cells": ["all"], "beat": "01"}], "plan": "plan-2025"}'
SPLIT = '{"command": {"n": 1, "name": "split", "cell": "all", "share_by": "dwellings", "dwellings": [1, 1]}, "plan": "plan-2025"}'
FORGED = [
    ("looks", {"query": "officer=P03&plan=plan-2026-draft&lang=zh", "page": "area"}),
    ("cells", {"query": "officer=P03&lang=zh", "page": "area"}),
    ("walks", {"query": "officer=P03&lang=zh", "page": "area"}),
    ("looks", {"query": "lang=zh", "page": "draw", "widget": "beat_editor", "json": GESTURE}),
    ("walks", {"query": "lang=zh&plan=plan-2026-draft", "page": "draw", "widget": "beat_editor", "json": GESTURE}),
    ("looks", {"query": "lang=zh", "page": "map", "widget": "acting role", "json": '"chief"'}),
    ("walks", {"query": "lang=zh&plan=plan-2026-draft", "page": "draw", "widget": "beat_editor", "json": SPLIT}),
    ("walks", {"query": "lang=zh", "page": "plans", "widget": "rule tolerance zh 0", "json": "45"}),
    ("walks", {"query": "lang=zh", "page": "print", "widget": "theme", "json": '"workload_beats"'}),
    ("cells", {"query": "lang=zh", "page": "print", "widget": "theme", "json": '"workload_beats"'}),
    ("cells", {"query": "lang=zh", "page": "hotspots", "widget": "hotspot work of_work", "json": "true"}),
]
"""Account, and what its browser says: where it is, and a value for a widget that was never sent to it."""


def forged(patch: dict[str, str]) -> bytes:
    """A BackMsg as Streamlit's page sends it to run a script again."""
    message = BackMsg()
    message.rerun_script.query_string = patch["query"]
    message.rerun_script.page_name = patch["page"]
    message.rerun_script.page_script_hash = calc_hash(patch["page"])
    if "widget" in patch:
        state = message.rerun_script.widget_states.widgets.add()
        state.id, state.json_value = patch["widget"], patch["json"]
    return message.SerializeToString()


def ask(page: Page, patch: dict[str, str]) -> None:
    """Send it over the socket that the page has open."""
    send = "bytes => { const s = window.sockets.at(-1); s.send(new Uint8Array(bytes)); return s.readyState }"
    assert page.evaluate(send, list(forged(patch))) == 1, "the socket is open"


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory, demo_file: Path) -> Iterator[RunningApp]:
    folder = tmp_path_factory.mktemp("roles")
    running = RunningApp(own_town(demo_file, folder / "own.gpkg"), folder / "log.txt")
    yield running.wait()
    running.stop()


@pytest.mark.parametrize("name", ACCOUNTS)
def test_every_page_opens_for_the_roles_of_its_action_and_for_no_other(closed: RunningApp, page: Page, name: str) -> None:
    """Each page is asked for by its address over the open socket, as the menu does; a link to one that is shut leads no further."""
    role = ACCOUNTS[name][0]
    page.add_init_script(KEEP_SOCKET)
    log_in(page, closed.url, name, "/map?lang=zh" if role == "officer" else "/?lang=zh")
    if role == "officer":  # whom the log-in itself leads to the light page of the own area
        page.goto(f"{closed.url}/?lang=zh")
    expect(page.get_by_text(f"{name} · {ROLES[role].title.zh}").first).to_be_attached()  # the frame is drawn
    first = next(one for one in ALL_PAGES if may(one.action, role))  # it stands at the address of the app itself
    expect(page.get_by_role("heading", name=first.title.zh, level=1)).to_be_visible()
    shut = [one for one in ALL_PAGES if not may(one.action, role)]
    for one in ALL_PAGES:
        if one is first:
            continue
        ask(page, {"query": "lang=zh", "page": one.address})
        expect(page.get_by_role("heading", name=one.title.zh, level=1, exact=True)).to_be_visible()
        refused = page.get_by_text(f"角色“{ROLES[role].title.zh}”不能打开“{one.title.zh}”")
        expect(refused).to_have_count(1 if one in shut else 0)
        expect(page.get_by_text("无权执行此操作")).to_have_count(0)
    if first.address != "map":
        page.goto(f"{closed.url}/{first.address}?lang=zh")
        expect(page.get_by_role("heading", name=first.title.zh, level=1)).to_be_visible()
        expect(page.get_by_text("Page not found")).to_have_count(0)
    if shut:
        page.goto(f"{closed.url}/{shut[-1].address}?lang=zh")
        expect(page.get_by_text(f"不能打开“{shut[-1].title.zh}”")).to_be_visible()


@pytest.mark.parametrize("role", ROLES)
def test_in_the_open_demo_each_role_is_offered_its_pages_alone(app: RunningApp, page: Page, role: str) -> None:
    page.goto(f"{app.url}/?lang=zh")
    switch = page.get_by_role("combobox", name="以何种角色操作")
    pick(page, switch, ROLES[role].title.zh)
    expect(page.get_by_text(f"当前角色“{ROLES[role].title.zh}”")).to_be_visible()
    shown = [title.zh for title, pages in PAGES.items() if any(may(one.action, role) for one in pages)]
    menu = page.locator("[data-testid=stTopNavSection]")
    if len(shown) > 1:
        expect(menu).to_have_count(len(shown))


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


def test_every_page_has_an_action_of_the_table() -> None:
    assert {one.action for one in ALL_PAGES} <= set(PERMISSIONS)


@pytest.mark.parametrize("name", sorted({name for name, _ in FORGED}))
def test_words_forged_by_the_browser_change_nothing(closed: RunningApp, page: Page, name: str) -> None:
    """The browser's words to the server, with another officer, plan or gesture written in, over the socket it has open."""
    page.add_init_script(KEEP_SOCKET)
    log_in(page, closed.url, name, "/map?lang=zh")
    wait_for_map(page)
    store = open_workspace(closed.workspace).store
    before = [(header.id, header.revision) for header in store.plan_headers()], store.revision()
    others = set(store.staff().query("kind == 'officer' and code != 'P01'")["name"])
    told = {officer for officer in others if officer in page.content()}
    for patch in [patch for sender, patch in FORGED if sender == name]:
        ask(page, patch)
        page.wait_for_timeout(3000)
        assert ([(header.id, header.revision) for header in store.plan_headers()], store.revision()) == before, (
            f"no plan, rule or cell: {patch}"
        )
        assert {officer for officer in others if officer in page.content()} <= told, patch
    store.close()
