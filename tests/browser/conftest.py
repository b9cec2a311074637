"""A running app and a real Chromium that may ask nothing outside this machine."""

import multiprocessing
import shutil
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from tests.browser.serving import serve

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
START_S = 120
expect.set_options(timeout=20_000)  # a machine may have more to do than this test


CHROMIUM_NAMES = "chromium-headless-shell", "chromium", "chromium-browser"
"""What Debian and Ubuntu call it. The shell draws pages just so, without a window around them: a fifth less of the processor."""


def chromium() -> str:
    """Where Debian or Ubuntu put Chromium."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    assert found, "Chromium is missing: sh tests/system_packages.sh"
    return found


def free_port() -> int:
    """A loopback port that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


FRESH = multiprocessing.get_context("spawn")
IMPORTED = multiprocessing.get_context("forkserver")
IMPORTED.set_forkserver_preload(["screens.assets", "screens.gate", "screens.navigation"])


class RunningApp:
    """geo_app.py as a process of its own, on a port of its own; `fresh` as a user starts it, else with its libraries already read."""

    def __init__(self, workspace: Path, log: Path, port: int | None = None, *, fresh: bool = False, **settings: str) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.workspace = workspace
        self._log = log
        settings |= {"JINGGE_WORKSPACE": str(workspace), "JINGGE_PORT": str(self.port)}
        context = FRESH if fresh else IMPORTED
        self.process = context.Process(target=serve, args=(str(log), settings), daemon=True)
        self.process.start()

    def wait(self) -> "RunningApp":
        """Until it answers."""
        for _ in range(START_S * 20):
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1) as answer:
                    if answer.status == 200:
                        return self
            except urllib.error.HTTPError as refused:
                if refused.code == 401:  # it is up, and tells no more to who is not logged in
                    return self
                raise
            except OSError:
                assert self.process.is_alive(), f"the app ended with {self.process.exitcode}; see {self._log}"
                time.sleep(0.05)
        raise AssertionError(f"the app did not start in {START_S} s; see {self._log}")

    def stop(self) -> None:
        """End this process, and only this one."""
        self.process.terminate()
        self.process.join(10)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory, demo_file: Path) -> Iterator[RunningApp]:
    """The app on a copy of the demo town."""
    folder = tmp_path_factory.mktemp("app")
    running = RunningApp(Path(shutil.copy(demo_file, folder / "demo.gpkg")), folder / "log.txt", fresh=True)
    yield running.wait()
    running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[object]:
    """A function that opens a page of a size; at the end no page has asked the outside or thrown an error."""
    outside: list[str] = []
    errors: list[str] = []
    contexts = []

    def watch(request: Request) -> None:
        if urlsplit(request.url).scheme in ("http", "https", "ws") and urlsplit(request.url).hostname not in ("127.0.0.1", "localhost"):
            outside.append(request.url)

    def open_page(size: dict[str, int] = DESKTOP, **options: object) -> Page:
        context = browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", **options)
        contexts.append(context)
        context.on("request", watch)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.set_default_timeout(30_000)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not outside, f"asked the outside: {outside}"
    assert not errors, f"errors in the page: {errors}"


@pytest.fixture
def page(new_page: object) -> Page:
    """A desktop page."""
    return new_page(DESKTOP)


@pytest.fixture
def phone(new_page: object) -> Page:
    """A phone's page, with touch."""
    return new_page(PHONE, has_touch=True, is_mobile=True)
