"""How the beat editor feels in Chromium: python -m tests.benchmarks.bench_beat_editor [cells ...]

Made-up towns of about 5,000 and 20,000 cells of a dozen corners each, 25 beats, on the test harness. Reported: bytes of the first
payload; from the component's call to cells on the screen; script and drawing per frame while a brush moves for 240 steps (handler,
canvas, panel with live totals), and the longest interval between two frames; undo with its drawing; the round trip of 500 changed
cells. Chromium without a graphics card draws in software: a desktop is faster.
"""

import os
import subprocess
import sys
import time
import urllib.request
from typing import Any

import numpy as np
from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import CHROMIUM_FLAGS, DESKTOP, chromium, free_port
from tests.conftest import REPOSITORY

STEPS = 240
WATCH = """() => { window.__gaps = []; let last = performance.now();
    const tick = (now) => { window.__gaps.push(now - last); last = now; window.__ticking = requestAnimationFrame(tick); };
    window.__ticking = requestAnimationFrame(tick); window.__jingge.editor.editor.timing.frames.length = 0; }"""
SEEN = "() => { cancelAnimationFrame(window.__ticking); return [window.__jingge.editor.editor.timing.frames, window.__gaps]; }"
TRAVEL = """(how) => { const { editor } = window.__jingge.editor, start = performance.now();
    editor.travel(how); editor.sheet.flush(); editor.panel.live(); editor.bar.live(); return performance.now() - start; }"""


def brush(page: Page, size: int) -> tuple[list[float], list[float], int]:
    """Milliseconds of script and drawing per frame, and between frames, of one long stroke; cells that it changed."""
    page.evaluate("(size) => { const { editor } = window.__jingge.editor; editor.pointer.size = size; editor.use('brush'); }", size)
    box = page.locator(".jingge .map").bounding_box()
    assert box is not None
    middle, radius = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), min(box["width"], box["height"]) * 0.3
    page.mouse.move(middle[0] + 10, middle[1])
    page.mouse.down()
    page.evaluate(WATCH)
    for step in range(STEPS):
        angle, reach = step * 0.11, 10 + radius * step / STEPS
        page.mouse.move(middle[0] + reach * np.cos(angle), middle[1] + reach * np.sin(angle))
    frames, gaps = page.evaluate(SEEN)
    page.mouse.up()
    return frames, gaps, page.evaluate("() => window.__jingge.editor.editor.core.pending(0)?.gestures.at(-1).cells.length ?? 0")


def told(values: list[float]) -> str:
    """Median, 95th percentile and largest."""
    return f"{np.median(values):6.1f} {np.percentile(values, 95):6.1f} {max(values):6.1f}" if values else "  none"


def measured(page: Page, address: str, cells: int) -> None:
    """One town's figures."""
    page.goto(f"{address}/")
    page.wait_for_function("() => window.__jingge?.editor?.editor?.sheet", timeout=120_000)
    page.evaluate(
        """() => { const { editor } = window.__jingge.editor, { host, cells } = editor;
        host.room.fit(cells.bounds(Array.from({ length: cells.n }, (_, cell) => cell)), 0); }"""
    )
    page.wait_for_timeout(1500)
    facts: dict[str, Any] = page.evaluate("() => ({ n: window.__jingge.editor.editor.core.n, ...window.__jingge.editor.editor.facts })")
    print(f"\n{facts['n']} cells · payload {facts['bytes'] / 1000:.0f} kB · mount {facts['mount_ms']:.0f} ms")
    print(f"{'a frame, ms':<26} median    p95    max | between frames median, p95, max")
    for size in (1, 3, 6):
        frames, gaps, changed = brush(page, size)
        print(f"brush of size {size}, {changed:5d} cells {told(frames)} | {told(gaps)}")
        times = [page.evaluate(TRAVEL, how) for how in ("undo", "redo", "undo", "redo", "undo")]
        print(f"  undo and redo of them   {told(times)}")
    page.wait_for_function("() => window.__jingge.editor.editor.keeper.state === 'saved'", timeout=60_000)
    start = time.perf_counter()
    page.evaluate(
        """() => { const { editor } = window.__jingge.editor, to = editor.core.order[0];
        editor.finished(editor.core.assign('proposal', Array.from({ length: 700 }, (_, i) => i + 900), to)); }"""
    )
    page.wait_for_function("() => window.__jingge.editor.editor.keeper.state === 'saved'", polling=5)
    print(f"500 and more cells to Python and confirmed {1000 * (time.perf_counter() - start):.0f} ms")


def main() -> None:
    """All sizes that were asked for."""
    for cells in [int(word) for word in sys.argv[1:]] or [5000, 20000]:
        port = free_port()
        environment = {**os.environ, "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false", "JINGGE_TEST_CELLS": str(cells)}
        command = [sys.executable, "-m", "uvicorn", "tests.browser.beat_editor_app:app", "--host", "127.0.0.1", "--port", str(port)]
        server = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        address = f"http://127.0.0.1:{port}"
        for _ in range(1200):
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                    break
            except OSError:
                time.sleep(0.1)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
                measured(browser.new_context(viewport=DESKTOP).new_page(), address, cells)
                browser.close()
        finally:
            server.terminate()
            server.wait(10)


if __name__ == "__main__":
    main()
