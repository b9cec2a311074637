"""An import that is killed, at 20 moments spread over it, leaves the old state or the new one, and an audit that holds."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from actions.make_workspace import SAMPLE
from layers import LAYERS
from storage.open_store import open_store
from tests.conftest import REPOSITORY

ROWS = 6_000
HEAD = "编码,发生时间,类别,来源,经度,纬度\n"


class Imports:
    """The process that forks an import per line."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.actions.killed_import"]
        self.process = subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, workspace: Path, file: Path, target: str, after: str) -> tuple[str, float, float]:
        """How it ended, the seconds of the preview and of taking over."""
        assert self.process.stdin is not None and self.process.stdout is not None
        print(workspace, file, target, after, sep="\t", file=self.process.stdin, flush=True)
        ended, previewed, taken = self.process.stdout.readline().split()
        return ended, float(previewed), float(taken)


@pytest.fixture(scope="module")
def imports() -> Iterator[Imports]:
    process = Imports()
    yield process
    process.process.stdin.close()
    assert process.process.wait(20) == 0


def incidents(folder: Path) -> Path:
    path = folder / "incidents.csv"
    rows = [
        f"N{i:06d},2025-12-{i % 28 + 1:02d} 23:10,盗窃,群众报警,{109.62 + i % 977 / 10_000},{28.66 + i % 891 / 10_000}" for i in range(ROWS)
    ]
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def cells(folder: Path) -> Path:
    """All cells under new codes, so that every plan is carried over with them."""
    features = json.loads((SAMPLE / "grid_cells.geojson").read_text(encoding="utf-8"))
    for number, feature in enumerate(features["features"]):
        feature["properties"]["code"] = f"{feature['properties']['unit_code']}9{number:03d}"
    path = folder / "cells.geojson"
    path.write_text(json.dumps(features, ensure_ascii=False), encoding="utf-8")
    return path


def state(workspace: Path) -> tuple[object, ...]:
    """All that the import may change: rows, plans, ledger. The audit must hold, and plans have the cells there are."""
    store = open_store(workspace, LAYERS)
    codes = frozenset(store.read_layer("grid_cells")["code"])
    plans = tuple(store.plan(header.id) for header in store.plan_headers())
    assert all(set(plan.beat_of) == codes for plan in plans)
    assert store.verify_audit().ok
    found = (
        store.count("incidents"),
        codes,
        tuple(dict(plan.beat_of) for plan in plans),
        len([i for i in store.imports() if not i.undone_at]),
    )
    store.close()
    return found


def undo(workspace: Path) -> None:
    store = open_store(workspace, LAYERS)
    store.undo_import(store.imports()[0].id, "tests")
    store.close()


@pytest.mark.parametrize(("target", "make"), [("incidents", incidents), ("grid_cells", cells)])
def test_ten_kills_leave_the_old_state_or_the_new_one(imports: Imports, demo_copy: Path, tmp_path: Path, target: str, make: object) -> None:
    file, old = make(tmp_path), state(demo_copy)
    ended, preview_s, take_s = imports.run(demo_copy, file, target, "-")
    assert ended == "done"
    new = state(demo_copy)
    assert new != old
    undo(demo_copy)
    assert state(demo_copy) == old
    early = [f"-{preview_s * share}" for share in (0.2, 0.6, 0.9)]
    met = set()
    for after in [*early, *(str(take_s * (number + 0.5) / 7) for number in range(7))]:
        ended, _, _ = imports.run(demo_copy, file, target, after)
        assert ended in ("killed", "done")
        now = state(demo_copy)
        assert now in (old, new), after
        met.add(ended)
        if now == new:
            undo(demo_copy)
            assert state(demo_copy) == old
    assert "killed" in met
