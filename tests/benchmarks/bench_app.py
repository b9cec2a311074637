"""How fast and how heavy the app is in a real Chromium: start, first load, filter, click, layer switch, memory per session.

Run: python -m tests.benchmarks.bench_app (or make bench). Beside it, in the same run: a bare Streamlit page with one line of text.
Bytes are what the browser received: HTTP bodies as sent, and the payload of WebSocket frames before the socket's own compression.
"""

import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from actions.make_workspace import make_demo
from tests.browser.conftest import CHROMIUM_FLAGS, DESKTOP, RunningApp, chromium, free_port
from tests.browser.map_probe import density_count, open_layer_list, wait_for_density, wait_for_map
from tests.conftest import REPOSITORY

BARE = "import streamlit as st\nst.write('x')\n"
ROUNDS = 7
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
SESSIONS = 8


class Traffic:
    """Bytes that one page received, by HTTP and by WebSocket; `font` is the part of the web font."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.http = self.socket = self.font = 0
        self._fonts: set[str] = set()
        devtools = context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.on("Network.requestWillBeSent", self._asked)
        devtools.on("Network.loadingFinished", self._finished)
        devtools.on("Network.webSocketFrameReceived", self._frame)

    def _asked(self, event: dict) -> None:
        if "/assets/font/" in event["request"]["url"]:
            self._fonts.add(event["requestId"])

    def _finished(self, event: dict) -> None:
        size = int(event["encodedDataLength"])
        self.http += size
        self.font += size if event["requestId"] in self._fonts else 0

    def _frame(self, event: dict) -> None:
        payload = event["response"]
        size = len(payload["payloadData"])
        self.socket += size * 3 // 4 if payload["opcode"] == 2 else size

    @property
    def total(self) -> int:
        """All bytes so far."""
        return self.http + self.socket


def first_load(browser: Browser, url: str, ready: Callable[[Page], None]) -> tuple[float, Traffic, Page]:
    """Seconds until the page is complete, its bytes, and the page."""
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    traffic = Traffic(context, page)
    began = time.perf_counter()
    page.goto(url)
    ready(page)
    return time.perf_counter() - began, traffic, page


def settled(page: Page, traffic: Traffic, quiet_s: float = 0.7) -> None:
    """Until nothing more has come for a while."""
    seen, since = traffic.total, time.perf_counter()
    while time.perf_counter() - since < quiet_s:
        page.wait_for_timeout(50)
        if traffic.total != seen:
            seen, since = traffic.total, time.perf_counter()


def bare_page_bytes(browser: Browser, folder: Path) -> int:
    """What a page of Streamlit itself weighs."""
    script = folder / "bare.py"
    script.write_text(BARE)
    port = free_port()
    options = ["--server.headless", "true", "--server.port", str(port), "--server.address", "127.0.0.1"]
    with (folder / "bare.log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "streamlit", "run", script, *options], stdout=log, stderr=log, cwd=REPOSITORY)
    try:
        for _ in range(300):
            try:
                context = browser.new_context(viewport=DESKTOP)
                page = context.new_page()
                traffic = Traffic(context, page)
                page.goto(f"http://127.0.0.1:{port}")
                break
            except Exception:
                context.close()
                time.sleep(0.2)
        page.get_by_text("x", exact=True).wait_for()
        settled(page, traffic)
        context.close()
        return traffic.total
    finally:
        process.terminate()
        process.wait()


def measure(browser: Browser, folder: Path) -> dict[str, float]:
    """All figures of one run."""
    workspace = folder / "demo.gpkg"
    make_demo(workspace, user="benchmark").close()
    RunningApp(workspace, folder / "first.log", fresh=True).wait().stop()  # the first start makes the web font; the second is what counts

    began = time.perf_counter()
    app = RunningApp(workspace, folder / "second.log", fresh=True)
    try:
        app.wait()
        answering = time.perf_counter() - began
        _, traffic, page = first_load(browser, app.url, wait_for_map)
        complete = time.perf_counter() - began
        settled(page, traffic)
        found = {
            "second start: server answers (s)": answering,
            "second start: first complete map (s)": complete,
            "first load (kB)": traffic.total / 1000,
            "of that the web font, on a machine without a Chinese one (kB)": traffic.font / 1000,
        }
        found |= interactions(page, traffic)
        return found | further_sessions(browser, app)
    finally:
        app.stop()


def interactions(page: Page, traffic: Traffic) -> dict[str, float]:
    """Seconds and bytes of a filter, a click and a switched layer, medians."""
    filters, filter_bytes, clicks, switches = [], [], [], []
    sunday = page.get_by_test_id("stSidebar").get_by_role("button", name="日", exact=True)
    for _ in range(ROUNDS):
        before, shown = traffic.total, density_count(page)
        began = time.perf_counter()
        sunday.click()
        wait_for_density(page, other_than=shown)
        page.evaluate(TWO_FRAMES)
        filters.append(time.perf_counter() - began)
        settled(page, traffic)
        filter_bytes.append((traffic.total - before) / 1000)
    box = page.locator("[data-map]").first.bounding_box()
    for step in range(ROUNDS):
        before = traffic.total
        page.mouse.click(box["x"] + box["width"] * (0.35 + 0.05 * step), box["y"] + box["height"] * 0.4)
        settled(page, traffic)
        clicks.append((traffic.total - before) / 1000)
    open_layer_list(page)
    for _ in range(ROUNDS):
        switch = page.get_by_role("checkbox", name=re.compile("^网格")).first
        began = time.perf_counter()
        switch.click()
        page.evaluate(TWO_FRAMES)
        switches.append(time.perf_counter() - began)
    middle = statistics.median
    return {
        "filter to map (s)": middle(filters),
        "filter (kB)": middle(filter_bytes),
        "click (kB)": middle(clicks),
        "largest filter or click (kB)": max(filter_bytes + clicks),
        "layer switch to map (s)": middle(switches),
    }


def further_sessions(browser: Browser, app: RunningApp) -> dict[str, float]:
    """What the tenth browser sees: seconds to its map with nothing cached, and how much the server's memory grew for it, in MB."""
    process = psutil.Process(app.process.pid)
    pages = [first_load(browser, app.url, wait_for_map)[2] for _ in range(2)]
    time.sleep(1)
    before = process.memory_info().rss
    opened = [first_load(browser, app.url, wait_for_map) for _ in range(SESSIONS)]
    time.sleep(1)
    growth = (process.memory_info().rss - before) / SESSIONS / 1e6
    for page in pages + [page for _, _, page in opened]:
        page.context.close()
    seconds = statistics.median(seconds for seconds, _, _ in opened)
    return {"map in a further browser, nothing cached (s)": seconds, "memory per further session (MB)": growth}


def main() -> None:
    """Print the figures, and the page's weight against Streamlit's own."""
    folder = Path(tempfile.mkdtemp())
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
            bare = bare_page_bytes(browser, folder) / 1000
            found = measure(browser, folder)
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    found["Streamlit's own page (kB)"] = bare
    found["added to Streamlit's page (kB)"] = found["first load (kB)"] - bare
    print(json.dumps({name: round(value, 3) for name, value in found.items()}, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
