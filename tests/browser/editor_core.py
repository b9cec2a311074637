"""The editor's JavaScript on a loopback address, a drawn town for it, and the same figures in Python."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np

from planning.balance import deviation, gini, largest_deviation, variation
from planning.cell_graph import CellGraph
from planning.compactness import polsby_popper
from planning.plan import Beat, Plan, PlanHeader
from tests.conftest import REPOSITORY

CORE = REPOSITORY / "screens" / "beat_editor"
PROBE = Path(__file__).with_name("editor_core_probe.js")
KEYS = ("workload", "dwellings", "persons", "incidents", "area")
TOLERANCE_SHARE = 0.1


class _Modules(SimpleHTTPRequestHandler):
    """The modules under /core/, the probe beside them, and an empty page."""

    extensions_map = {".js": "text/javascript", ".html": "text/html", "": "application/octet-stream"}  # noqa: RUF012

    def translate_path(self, path: str) -> str:
        name = path.partition("?")[0].removeprefix("/core/")
        return str(PROBE if name == "/probe.js" else CORE / Path(name).name)

    def do_GET(self) -> None:
        if self.path == "/":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><link rel=icon href=data:><title>core</title>")
        else:
            super().do_GET()

    def end_headers(self) -> None:
        """Alone in its process, a page may read a finer clock: 5 µs instead of 100."""
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@contextmanager
def served() -> Iterator[str]:
    """The address of an empty page from which the modules can be imported."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Modules))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    thread.join()
    server.server_close()


def grid_base(columns: int, rows: int, beats: int, seed: int) -> dict[str, Any]:
    """A town of columns x rows cells with whole numbers drawn by a seed, as the plain lists of the core's base."""
    rng = np.random.default_rng(seed)
    n = columns * rows
    place = np.arange(n).reshape(rows, columns)
    edges = np.vstack(
        [np.column_stack([place[:, :-1].ravel(), place[:, 1:].ravel()]), np.column_stack([place[:-1].ravel(), place[1:].ravel()])]
    )
    border = rng.integers(1, 4000, len(edges))
    around = np.bincount(edges.ravel(), np.repeat(border, 2), n).astype(int)
    return {
        "plan": {"id": "p", "revision": 3, "status": "draft"},
        "digest": f"d{seed}",
        "codes": [f"c{i:03d}" for i in range(n)],
        "unit": rng.integers(0, 4, n).tolist(),
        "edges": edges.ravel().tolist(),
        "connected": (rng.random(len(edges)) < 0.85).astype(int).tolist(),
        "border": border.tolist(),
        "outline": (around + rng.integers(0, 5000, n)).tolist(),
        "measures": [{"key": key, "step": 0.01 if key == "workload" else 1, "values": rng.integers(0, 10**6, n).tolist()} for key in KEYS],
        "beats": [beat_row(f"{i:02d}", int(rng.integers(0, 3)), bool(rng.random() < 0.15)) for i in range(1, beats + 1)],
        "beatOf": rng.integers(-1, beats, n).tolist(),
        "lockedCells": (rng.random(n) < 0.1).astype(int).tolist(),
        "inForce": {
            "beats": ["01", "02", "09"],
            "leads": ["P1", None, "P2"],
            "beatOf": rng.integers(-1, 3, n).tolist(),
        },
        "tolerance": TOLERANCE_SHARE,
    }


def beat_row(code: str, lead: int, locked: bool) -> dict[str, Any]:
    """A beat as the base has it."""
    names = {"name": f"警务区{code}", "name_en": "", "colour": None}
    return {"code": code, **names, "lead": f"P{lead}" if lead else None, "locked": locked}


def plan_of(base: dict[str, Any]) -> Plan:
    """The plan that a base shows."""
    beats = tuple(Beat(**row) for row in base["beats"])
    owner = [None if place < 0 else beats[place].code for place in base["beatOf"]]
    locked = frozenset(code for code, flag in zip(base["codes"], base["lockedCells"], strict=True) if flag)
    return Plan(PlanHeader("p", "方案", "", "draft", 3), beats, dict(zip(base["codes"], owner, strict=True)), locked)


def figures(plan: Plan, base: dict[str, Any]) -> dict[str, Any]:
    """Rows (unassigned first), summary and pieces of a plan, added up anew in whole numbers."""
    codes = [None, *(beat.code for beat in plan.beats)]
    position = {code: i for i, code in enumerate(codes)}
    owner = np.array([position[plan.beat_of[cell]] for cell in base["codes"]], dtype=np.int64)
    sums = {m["key"]: _summed(owner, np.array(m["values"], dtype=np.int64), len(codes)) for m in base["measures"]}
    edges = np.array(base["edges"], dtype=np.int64).reshape(-1, 2)
    border = np.array(base["border"], dtype=np.int64)
    inside = owner[edges[:, 0]] == owner[edges[:, 1]]
    inner = _summed(owner[edges[inside, 0]], border[inside], len(codes))
    perimeter = _summed(owner, np.array(base["outline"], dtype=np.int64), len(codes)) - 2 * inner
    cells = np.bincount(owner, minlength=len(codes))
    round_ = polsby_popper(sums["area"].astype(float), perimeter / 10)
    graph = CellGraph(tuple(base["codes"]), edges, border / 10, np.zeros(len(edges), bool), np.array(base["connected"], dtype=bool))
    pieces = [graph.pieces(plan.cells_of(code)) for code in codes]
    rows = [
        {
            "cells": int(cells[i]),
            **{key: int(sums[key][i]) for key in sums},
            "perimeter": int(perimeter[i]),
            "polsbyPopper": _known(round_[i]),
        }
        for i in range(len(codes))
    ]
    return {
        "rows": rows,
        "pieces": [[[graph.position[cell] for cell in piece] for piece in found] for found in pieces],
        "summary": _summary(plan, base, sums["workload"], round_[1:], rows, [len(found) for found in pieces]),
    }


def _summary(
    plan: Plan, base: dict[str, Any], works: np.ndarray, roundness: np.ndarray, rows: list[dict[str, Any]], pieces: list[int]
) -> dict[str, Any]:
    codes, each, total = [beat.code for beat in plan.beats], works[1:], int(works.sum())
    off = deviation(each, total)
    order = np.argsort(-np.abs(off), kind="stable")
    return {
        "beats": len(codes),
        "ideal": total / len(codes) if codes else None,
        "largestDeviation": _known(largest_deviation(each, total)),
        "furthest": codes[order[0]] if codes and np.isfinite(off).all() else None,
        "beyond": [codes[i] for i in order if abs(off[i]) > TOLERANCE_SHARE + 1e-9],
        "variation": _known(variation(each)),
        "gini": _known(gini(each)),
        "meanPolsbyPopper": _known(np.nanmean(roundness)) if np.isfinite(roundness).any() else None,
        "unassigned": rows[0],
        "complete": rows[0]["cells"] == 0,
        "empty": [code for code, row in zip(codes, rows[1:], strict=True) if row["cells"] == 0],
        "split": [code for code, count in zip(codes, pieces[1:], strict=True) if count > 1],
        "noLead": [beat.code for beat in plan.beats if not beat.lead],
        "pieces": pieces,
        "changed": _changed(plan, base),
    }


def _changed(plan: Plan, base: dict[str, Any]) -> dict[str, int]:
    then, found = base["inForce"], {"cells": 0, "workload": 0, "dwellings": 0}
    leads = {beat.code: beat.lead for beat in plan.beats}
    values = {m["key"]: m["values"] for m in base["measures"]}
    for i, cell in enumerate(base["codes"]):
        now, place = plan.beat_of[cell], then["beatOf"][i]
        if now != (None if place < 0 else then["beats"][place]):
            found["cells"] += 1
            found["workload"] += values["workload"][i]
        if leads.get(now) != (None if place < 0 else then["leads"][place]):
            found["dwellings"] += values["dwellings"][i]
    return found


def _summed(owner: np.ndarray, values: np.ndarray, count: int) -> np.ndarray:
    found = np.zeros(count, dtype=np.int64)
    np.add.at(found, owner, values)
    return found


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
