"""How fast a filter or radius change reaches the hotspot map in a real Chromium, at 100,000 and at 1,000,000 incidents.

Run: python -m tests.benchmarks.bench_hotspots_app [incidents ...]. The workspace is the demo town with its incidents repeated, each copy
moved by up to 300 m. Seconds from the click to the frame in which the new density is drawn, median of the rounds; on a busy machine
read the processor time of the server per change beside it, and its memory.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import Page, sync_playwright

from actions.make_workspace import make_demo
from actions.open_workspace import as_caller, open_workspace
from tests.browser.conftest import CHROMIUM_FLAGS, DESKTOP, chromium, free_port
from tests.conftest import REPOSITORY

ROUNDS = 5
MAP = "hotspot_map"
LIMIT_S = {100_000: 1.0, 1_000_000: 2.0}


def big_town(path: Path, incidents: int) -> None:
    """The demo town with so many incidents."""
    make_demo(path, user="bench").close()
    caller = as_caller(open_workspace(path), "bench", "planner")
    few = caller.store.read_layer("incidents")
    random = np.random.default_rng(0)
    table = few.iloc[random.integers(0, len(few), incidents)].reset_index(drop=True)
    table["code"] = [f"B{i:07d}" for i in range(incidents)]
    for name in ("lon", "lat"):
        table[name] = table[name] + random.uniform(-0.003, 0.003, incidents)
    caller.store.write_layer("incidents", pd.DataFrame(table), by="bench")
    caller.store.close()


def until_drawn(page: Page, act: str, name: str) -> float:
    """Seconds from a click until another density stands on the map and a frame has been painted."""
    page.evaluate("key => { window.__was = window.__jingge[key].host.density; }", MAP)
    began = time.perf_counter()
    page.get_by_role(act, name=name).first.click()
    page.wait_for_function(
        "key => window.__jingge[key].host.density && window.__jingge[key].host.density !== window.__was", arg=MAP, polling=20
    )
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return time.perf_counter() - began


def measured(incidents: int) -> dict[str, float]:
    """Medians in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.gpkg"
        big_town(path, incidents)
        port = free_port()
        environment = {**os.environ, "JINGGE_WORKSPACE": str(path)}
        command = [sys.executable, "-m", "uvicorn", "tests.browser.hotspots_app:app", "--host", "127.0.0.1", "--port", str(port)]
        process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            return in_browser(f"http://127.0.0.1:{port}", process.pid)
        finally:
            process.terminate()
            process.wait(10)


def used(pid: int) -> tuple[float, float]:
    """Processor seconds and the most memory in MB of a process so far."""
    ticks = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    peak = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK"), int(peak.split()[1]) / 1024


def in_browser(address: str, pid: int) -> dict[str, float]:
    """Filter changes (categories one after the other, so that none is kept from before) and radius changes."""
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
            break
        except OSError:
            time.sleep(0.1)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport=DESKTOP)
        page.set_default_timeout(120_000)
        page.goto(f"{address}/?lang=en")
        page.wait_for_function("key => window.__jingge?.[key]?.host.density", arg=MAP)
        names = ("theft", "fraud", "traffic", "noise", "dispute", "injury")[: ROUNDS + 1]
        filters = [until_drawn(page, "button", name) for name in names]
        before, radius = used(pid)[0], []
        page.locator("[data-testid='stSlider']").filter(has_text="Density radius").get_by_role("slider").focus()
        for _ in range(ROUNDS):
            page.evaluate("key => { window.__was = window.__jingge[key].host.density; }", MAP)
            began = time.perf_counter()
            page.keyboard.press("ArrowRight")
            page.wait_for_function("key => window.__jingge[key].host.density !== window.__was", arg=MAP, polling=20)
            radius.append(time.perf_counter() - began)
        cpu = (used(pid)[0] - before) / ROUNDS
        browser.close()
    memory = {"server cpu per radius": cpu, "server MB": used(pid)[1]}
    return memory | {"filter": statistics.median(filters[1:]), "radius": statistics.median(radius), "slowest": max(filters[1:] + radius)}


if __name__ == "__main__":
    for size in [int(word) for word in sys.argv[1:]] or [100_000, 1_000_000]:
        found = measured(size)
        limit = LIMIT_S.get(size)
        print(f"{size:,} incidents: " + ", ".join(f"{name} {value:.2f}" for name, value in found.items()) + f" (limit {limit} s)")
