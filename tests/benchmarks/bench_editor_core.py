"""The editor's model in Chromium on 5,000 and 20,000 hexagons in 100 beats: python -m tests.benchmarks.bench_editor_core

Hexagons of 100 m with drawn whole numbers, a plan in force, 100 beats of about square blocks. 200 strokes of 25 steps in
straight lines, the round tip 250 m wide in radius (about 25 cells), each step half a radius on. Microseconds of one step, by
the page's clock of 5 µs: "shapes" finds the cells under the tip, "cells" gives them with all sums, "figures" is the whole
summary with the pieces of the touched beats, once per frame on the screen. Then commit, undo, redo
of a stroke, all cells given to one beat and taken back, all pieces anew, and the history and its message as JSON.
"""

import json
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM_FLAGS, chromium
from tests.browser.editor_core import KEYS, beat_row, served

SIZES = ((100, 50), (200, 100))  # columns, rows
SIDE_M = 100.0
BEATS = 10  # along either axis

MEASURE = """async ({ plain, shapes, strokes, radius }) => {
    const modules = ["/core/core.js", "/core/shapes.js", "/probe.js"].map((one) => import(one));
    const [{ Core }, { Shapes }, { baseOf }] = await Promise.all(modules);
    const times = {};
    const timed = (name, action) => {
        const from = performance.now(), found = action();
        (times[name] ??= []).push((performance.now() - from) * 1000);
        return found;
    };
    const base = baseOf(plain), core = timed("start", () => new Core(base)), index = timed("index", () => new Shapes(shapes));
    let touched = 0, changed = 0;
    for (const { to, path } of strokes) {
        core.begin("brush", to);
        for (let i = 2; i < path.length; i += 2) {
            const cells = timed("shapes", () => index.underBrush(path[i - 2], path[i - 1], path[i], path[i + 1], radius));
            changed += timed("cells", () => core.add(cells)).length;
            touched += cells.length;
            timed("figures", () => core.summary());
        }
        timed("commit", () => core.commit());
    }
    timed("pending", () => JSON.stringify(core.pending()));
    const saved = timed("saved", () => JSON.stringify(core.saved()));
    for (let i = 0; i < 100; i += 1) timed("undo", () => core.undo());
    for (let i = 0; i < 100; i += 1) timed("redo", () => core.redo());
    const every = Int32Array.from({ length: core.n }, (_, cell) => cell);
    timed("all", () => core.assign("list", every, 0));
    timed("unall", () => core.undo());
    for (let i = 0; i < 50; i += 1) {
        for (const slot of [-1, ...core.order]) core.parts.touch(slot, slot);
        timed("pieces", () => core.pieces(0));
    }
    return { times, steps: times.cells.length, touched, changed, bytes: saved.length };
}"""


def hexagons(columns: int, rows: int) -> tuple[dict[str, Any], dict[str, Any], tuple[float, float]]:
    """Base and outlines of a town of columns x rows hexagons, and its width and height in metres."""
    rng = np.random.default_rng(7)
    n, place = columns * rows, np.arange(columns * rows).reshape(rows, columns)
    row, column = np.divmod(np.arange(n), columns)
    wide, high = SIDE_M * np.sqrt(3), SIDE_M * 1.5
    centre = np.column_stack([(column + (row % 2) / 2) * wide, row * high])
    turn = np.radians(np.arange(30, 390, 60))
    corners = centre[:, None] + SIDE_M * np.column_stack([np.cos(turn), np.sin(turn)])
    right = np.column_stack([place[:, :-1].ravel(), place[:, 1:].ravel()])
    straight = np.column_stack([place[:-1].ravel(), place[1:].ravel()])
    slanted = [
        np.column_stack([place[r, 1:], place[r + 1, :-1]] if r % 2 == 0 else [place[r, :-1], place[r + 1, 1:]]) for r in range(rows - 1)
    ]
    edges = np.vstack([right, straight, *slanted])
    beat_of = (row * BEATS // rows) * BEATS + column * BEATS // columns
    codes = [f"{i:02d}" for i in range(1, BEATS * BEATS + 1)]
    base = {
        "plan": {"id": "p", "revision": 1, "status": "draft"},
        "digest": "d",
        "codes": [f"3701020010{i:05d}" for i in range(n)],
        "unit": (beat_of // 4).tolist(),
        "edges": edges.ravel().tolist(),
        "connected": (rng.random(len(edges)) < 0.97).astype(int).tolist(),
        "border": [1000] * len(edges),
        "outline": [6000] * n,
        "measures": [{"key": key, "step": 1, "values": rng.integers(0, 5000, n).tolist()} for key in KEYS],
        "beats": [beat_row(code, 1 + i % 3, False) for i, code in enumerate(codes)],
        "beatOf": beat_of.tolist(),
        "lockedCells": [0] * n,
        "inForce": {"beats": codes, "leads": ["P1"] * len(codes), "beatOf": beat_of.tolist()},
        "tolerance": 0.1,
    }
    shapes = {
        "xy": corners.ravel().tolist(),
        "ringStart": list(range(0, 6 * n + 1, 6)),
        "cellStart": list(range(n + 1)),
        "inner": centre.ravel().tolist(),
    }
    return base, shapes, (columns * wide, rows * high)


def strokes(size: tuple[float, float], radius: float, count: int = 200, steps: int = 25) -> list[dict[str, Any]]:
    """Straight lines through the town, each to a beat of its own."""
    rng = np.random.default_rng(11)
    found = []
    for i in range(count):
        angle, start = rng.uniform(0, 2 * np.pi), rng.uniform(0.2, 0.8, 2) * size
        way = np.arange(steps + 1)[:, None] * radius / 2 * [np.cos(angle), np.sin(angle)]
        found.append({"to": i % (BEATS * BEATS), "path": (start + way).ravel().tolist()})
    return found


def main() -> None:
    """Prints one table per size."""
    radius = 2.5 * SIDE_M
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        for columns, rows in SIZES:
            base, shapes, size = hexagons(columns, rows)
            page = browser.new_page()
            page.goto(address)
            found = page.evaluate(MEASURE, {"plain": base, "shapes": shapes, "strokes": strokes(size, radius), "radius": radius})
            page.close()
            facts = {key: found[key] for key in ("steps", "touched", "changed", "bytes")}
            print(f"{columns * rows:,} cells: {json.dumps(facts)}")
            for name, times in found["times"].items():
                print(f"  {name:>8} median {np.median(times):9.0f} µs   p95 {np.percentile(times, 95):9.0f} µs   of {len(times)}")
        browser.close()


if __name__ == "__main__":
    main()
