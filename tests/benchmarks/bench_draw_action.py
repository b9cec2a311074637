"""What a stroke of 500 cells takes in Python: python -m tests.benchmarks.bench_draw_action [cells] [runs]

The demo town with a made-up grid of 5,000 cells of about 25 ha in 40 beats in a workspace file, a plan in force beside the draft.
Milliseconds, wall and processor, from the message as the browser sends it to the saved plan (`take_gestures`), its figures and
checks (`measured`) and what the editor is told of them (`checks_for_editor`); then the three together.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from actions.caller import Caller
from actions.draw_plan import Drawing, Taken, checks_for_editor, open_drawing, take_gestures
from actions.make_workspace import SAMPLE
from actions.measure_plan import measure_plan
from actions.open_workspace import as_caller, open_workspace
from importing.town_folder import read_town_folder
from layers import LAYERS
from layers.definition.crs import STORED_CRS
from planning.plan import Beat, Plan, PlanHeader
from storage.contents import WorkspaceContents
from storage.open_store import create_store
from tests.importing.broken_coverages import curved_partition

BEATS, STROKE = 40, 500


def grid(count: int, units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cells with bent borders around the middle of the town, each in the unit that is nearest."""
    random = np.random.default_rng(3)
    cells = curved_partition(count, random)
    there, here = units.to_crs(cells.crs).total_bounds, cells.total_bounds
    cells = cells.set_geometry(
        cells.translate((there[0] + there[2] - here[0] - here[2]) / 2, (there[1] + there[3] - here[1] - here[3]) / 2)
    )
    middles = gpd.GeoDataFrame(geometry=cells.representative_point(), crs=cells.crs)
    found = middles.sjoin_nearest(units[["code", "geometry"]].to_crs(cells.crs), how="left")
    unit = found[~found.index.duplicated()]["code"].to_numpy()
    names = [f"第{i}网格" for i in range(len(cells))]
    dwellings = random.integers(20, 200, len(cells))
    table = pd.DataFrame({"code": [f"{code}{i:05}" for i, code in enumerate(unit)], "unit_code": unit, "name": names, "name_en": names})
    return gpd.GeoDataFrame(
        table.assign(dwellings=dwellings, persons=2 * dwellings, organisations=1), geometry=cells.geometry.to_numpy(), crs=cells.crs
    ).to_crs(STORED_CRS)


def workspace(path: Path, count: int) -> None:
    """The demo town with those cells, a plan in force and a draft."""
    files = read_town_folder(SAMPLE, LAYERS)
    units = gpd.GeoDataFrame(pd.concat([files.layers["communities"], files.layers["villages"]]), crs=STORED_CRS)
    cells = grid(count, units)
    middle = cells.representative_point()
    strip = np.argsort(np.argsort(middle.x.to_numpy())) * BEATS // len(cells)
    beats = tuple(Beat(f"{b:02}", f"{b}", f"{b}") for b in range(BEATS))
    owners = dict(zip(cells["code"], (f"{b:02}" for b in strip), strict=True))
    now = Plan(PlanHeader("now", "现行", "now", "in_force"), beats, owners)
    draft = Plan(PlanHeader("draft", "草案", "draft", "draft"), beats, owners)
    layers = {**files.layers, "grid_cells": cells}
    contents = WorkspaceContents(files.town, layers, files.tables["staff"], files.tables["assignments"], (now, draft))
    create_store(path, LAYERS, contents, by="bench").close()


def message(drawing: Drawing, revision: int, n: int, to: str) -> dict[str, object]:
    """One stroke over 500 cells in a row."""
    start = (n * 97) % (len(drawing.codes) - STROKE)
    gesture = {"n": n, "kind": "brush", "cells": list(range(start, start + STROKE)), "to": to}
    return {"plan": "draft", "digest": drawing.base.cells_digest, "revision": revision, "gestures": [gesture]}


def strokes(who: Caller, runs: int) -> dict[str, list[tuple[float, float]]]:
    """Wall and processor milliseconds of each part of so many strokes."""
    took: dict[str, list[tuple[float, float]]] = {"take_gestures": [], "measure_plan": [], "checks_for_editor": [], "together": []}

    def timed(name: str, act: Callable[..., Any], *given: object) -> Any:
        wall, used = time.perf_counter(), time.process_time()
        found = act(*given)
        took[name].append((1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - used)))
        return found

    drawing = open_drawing(who, "draft")
    since = Taken(0, drawing.plan)
    for n in range(1, runs + 1):
        said = message(drawing, since.plan.header.revision, n, f"{n % BEATS:02}")
        since = timed("take_gestures", take_gestures, who, drawing, said, since)
        found = timed("measure_plan", measure_plan, who, "draft")
        timed("checks_for_editor", checks_for_editor, who, found)
        parts = [took[name][-1] for name in ("take_gestures", "measure_plan", "checks_for_editor")]
        took["together"].append((sum(wall for wall, _ in parts), sum(used for _, used in parts)))
    return took


def main(count: int, runs: int) -> None:
    """One line per part."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.gpkg"
        workspace(path, count)
        opened = open_workspace(path)
        start = time.perf_counter()
        took = strokes(as_caller(opened, "bench", "planner"), runs)
        print(f"{count} cells, {runs} strokes of {STROKE}; all of it with opening the draft {time.perf_counter() - start:.1f} s")
        print("wall: best, median, worst; processor: median")
        for name, times in took.items():
            wall, used = zip(*times, strict=True)
            print(f"{name:<18} wall {min(wall):6.1f} {median(wall):6.1f} {max(wall):6.1f} ms, processor {median(used):6.1f} ms")
        opened.store.close()


if __name__ == "__main__":
    asked = [int(word) for word in sys.argv[1:3]]
    main(*asked, *(5000, 20)[len(asked) :])
