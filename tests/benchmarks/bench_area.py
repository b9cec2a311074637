"""How long an officer waits for the own area on a slow connection: `python -m tests.benchmarks.bench_area`.

1 Mbit/s down and up with 100 ms of latency, set in Chromium itself; a phone's window, nothing kept from before. Prints the
median of five first visits: bytes on the way, seconds until the page stands, until the map is drawn.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from actions.make_workspace import make_demo
from tests.browser.conftest import CHROMIUM_FLAGS, PHONE, chromium, free_port
from tests.conftest import REPOSITORY

BYTES_PER_S = 1_000_000 / 8
LATENCY_MS = 100
VISITS = 5


def main() -> None:
    """Start the app on the demo town, visit, print."""
    with tempfile.TemporaryDirectory() as folder:
        town, port = Path(folder) / "demo.gpkg", free_port()
        make_demo(town, user="bench").close()
        environment = {**os.environ, "JINGGE_WORKSPACE": str(town), "JINGGE_PORT": str(port)}
        app = subprocess.Popen([sys.executable, "geo_app.py"], cwd=REPOSITORY, env=environment, stdout=subprocess.DEVNULL)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
                found = [_visit(browser, f"{url}/mine?officer=P04") for _ in range(VISITS)]
                browser.close()
        finally:
            app.terminate()
            app.wait()
    medians = {name: round(statistics.median(visit[name] for visit in found), 2) for name in found[0]}
    print(json.dumps({**medians, "slowest_map_s": round(max(visit["map_s"] for visit in found), 2), "visits": VISITS}))


def _visit(browser: Browser, url: str) -> dict[str, float]:
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    slow = {"offline": False, "latency": LATENCY_MS, "downloadThroughput": BYTES_PER_S, "uploadThroughput": BYTES_PER_S}
    devtools.send("Network.emulateNetworkConditions", slow)
    sizes: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    begun = time.perf_counter()
    page.goto(url, wait_until="load")
    loaded = time.perf_counter() - begun
    page.wait_for_function("window.__jingge?.mine?.places > 0")
    drawn = time.perf_counter() - begun
    context.close()
    return {"kilobytes": sum(sizes) / 1000, "load_s": loaded, "map_s": drawn}


def _wait(url: str) -> None:
    for _ in range(1200):
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the app did not start")


if __name__ == "__main__":
    main()
