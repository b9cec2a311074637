"""Every input of every page, said by every role that was not offered it: over the open socket, as a browser could. Nothing comes of it.

An input's id is the same for all people, so whoever knows the program can say any of them. The inputs are gathered from the running
app itself, page by page and role by role, and each role then says all those that it was not shown.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from actions.open_workspace import open_workspace
from actions.permissions import PERMISSIONS, may
from screens.pages import PAGES
from tests.browser.conftest import RunningApp
from tests.browser.signing import ACCOUNTS, Visitor, own_town
from tests.browser.talking import open_socket, shown

ALL_PAGES = [one for pages in PAGES.values() for one in pages]
LOOKS = ("see_", "open_session", "find")
"""What stands in the record of somebody who only looked."""
NOT_KEPT = ("sessions", "login_attempts", "audit", "sqlite_sequence")
"""Tables that looking itself writes to."""

Offered = dict[str, dict[str, dict[str, str]]]


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory, demo_file: Path) -> Iterator[RunningApp]:
    folder = tmp_path_factory.mktemp("words")
    running = RunningApp(own_town(demo_file, folder / "own.gpkg"), folder / "log.txt")
    yield running.wait()
    running.stop()


@pytest.fixture(scope="module")
def offered(closed: RunningApp) -> Offered:
    """Account -> page -> the inputs that it is shown there, id -> kind; pages that are shut to it show none."""
    found: Offered = {}
    for name, (role, _) in ACCOUNTS.items():
        visitor = Visitor(closed.port)
        visitor.log_in(name)
        with open_socket(closed, visitor) as opened:
            found[name] = {one.address: shown(opened, one.address).inputs for one in ALL_PAGES if may(one.action, role)}
    return found


def kept(path: Path) -> str:
    """A mark of all that is kept in the workspace but for sessions and the record."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        kept_ones = [name for name in tables if name not in NOT_KEPT]
        rows = [connection.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in kept_ones]  # noqa: S608  # our own names
    return sha256(repr(rows).encode()).hexdigest()


@pytest.mark.parametrize("name", ACCOUNTS)
def test_what_a_role_was_never_offered_it_can_say_in_vain(closed: RunningApp, offered: Offered, name: str) -> None:
    visitor, store = Visitor(closed.port), open_workspace(closed.workspace).store
    visitor.log_in(name)
    before, last = kept(closed.workspace), store.audit_lines(1)[0].id
    said: dict[str, int] = {}
    with open_socket(closed, visitor) as opened:
        for one in ALL_PAGES:
            of_all = {key: kind for pages in offered.values() for key, kind in pages.get(one.address, {}).items()}
            forged = {key: kind for key, kind in of_all.items() if key not in offered[name].get(one.address, {})}
            if forged:
                told = shown(opened, one.address, inputs=forged)
                said[one.address] = len(forged)
                assert not told.says("Traceback") and not told.says("StreamlitAPIException"), one.address
    assert kept(closed.workspace) == before, f"something changed after {said}"
    lines = [line for line in store.audit_lines(500, who=name) if line.id > last]
    store.close()
    assert sum(said.values()) > 20 and all(line.action.startswith(LOOKS) for line in lines), {line.action for line in lines}


def test_each_action_that_changes_something_stands_on_a_page_that_somebody_is_not_offered(offered: Offered) -> None:
    """So that the test above is about all of them, for each role that lacks one."""
    shut = {one.action for one in ALL_PAGES for role, _ in ACCOUNTS.values() if not may(one.action, role)}
    assert {one.action for one in ALL_PAGES} - shut <= {action for action, row in PERMISSIONS.items() if len(row.roles) == len(ACCOUNTS)}
    for name, (role, _) in ACCOUNTS.items():
        assert set(offered[name]) == {one.address for one in ALL_PAGES if may(one.action, role)}


def test_the_same_words_from_whoever_was_offered_them_are_obeyed(closed: RunningApp, offered: Offered) -> None:
    keeper = Visitor(closed.port)
    keeper.log_in("keeps")
    told = {key: kind for key, kind in offered["keeps"]["people"].items() if kind in ("text_input", "button")}
    with open_socket(closed, keeper) as opened:
        shown(opened, "people")
        shown(opened, "people", inputs=told)
    store = open_workspace(closed.workspace).store
    assert "forged" in {user.name for user in store.users()}
    store.close()
