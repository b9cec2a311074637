"""Any small town, handed out by the export and imported into an empty workspace, is the same town: a property test.

Drawn: units in a row, each parted into cells from west to east; places of two layers, staff, what they answer for, incidents, a plan.
"""

import io
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from actions.caller import Caller
from actions.export_data import DataWish, make_data
from actions.import_layer import ImportWish, accept_import, preview_import
from actions.make_workspace import NewTown, make_empty
from actions.open_workspace import as_caller, open_workspace
from layers.definition.crs import STORED_CRS
from layers.definition.layer import Sensitivity
from planning.plan import Beat, Plan, PlanHeader
from tests.actions.test_import_round_trip import DEGREES

WEST, SOUTH, SIDE = 109.60, 28.70, 0.01
LAYERS = ("communities", "grid_cells", "schools", "other_places")
WORDS = st.text("东门西桥老街新村,'\"&<；·ABab0 ", min_size=1, max_size=8).map(lambda word: f"名{word.strip()}")
WHOLE = st.one_of(st.none(), st.integers(0, 99_999))
LEVELS = ("nursery", "primary", "middle", "high", "vocational")


@dataclass(frozen=True)
class Town:
    """What a workspace is filled with."""

    layers: dict[str, gpd.GeoDataFrame]
    staff: pd.DataFrame
    assignments: pd.DataFrame
    incidents: pd.DataFrame
    plan: Plan


@st.composite
def towns(draw: Any) -> Town:
    """A town of one to four units with one to four cells each."""
    parts = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    unit_codes = [f"43010000{n:04}" for n in range(len(parts))]
    units = _areas(unit_codes, [_words(draw) for _ in parts], [(n * SIDE, (n + 1) * SIDE) for n in range(len(parts))])
    spans = [
        (u, n * SIDE + k * SIDE / p, n * SIDE + (k + 1) * SIDE / p)
        for n, (u, p) in enumerate(zip(unit_codes, parts, strict=True))
        for k in range(p)
    ]
    cells = _areas([f"{u}{k:03}" for k, (u, _, _) in enumerate(spans)], [_words(draw) for _ in spans], [span[1:] for span in spans])
    cells["unit_code"] = [u for u, _, _ in spans]
    cells["persons"] = pd.array([draw(WHOLE) for _ in spans], "Int64")
    width = SIDE * len(parts)
    staff = pd.DataFrame({"code": [f"P{n:02}" for n in range(draw(st.integers(1, 4)))]})
    staff = staff.assign(
        name=[f"王{chr(0x4E00 + n)}" for n in range(len(staff))],
        name_en="Wang",
        kind=[draw(st.sampled_from(("officer", "auxiliary"))) for _ in range(len(staff))],
    )
    beat_of = {code: draw(st.sampled_from(("01", "02", None))) for code in cells["code"]}
    beat_of[cells["code"].iloc[0]] = "01"
    beats = tuple(
        Beat(code, f"第{code}警务区", "", draw(st.sampled_from([None, *staff["code"]])))
        for code in sorted({b for b in beat_of.values() if b})
    )
    places = {
        "schools": {"level": lambda: draw(st.sampled_from(LEVELS))},
        "other_places": {"kind": lambda: draw(st.sampled_from(("银行", "诊所")))},
    }
    return Town(
        {"communities": units, "grid_cells": cells} | {key: _places(draw, key, width, unit_codes, more) for key, more in places.items()},
        staff,
        pd.DataFrame(
            {
                "staff_code": staff["code"],
                "target_kind": "unit",
                "target_code": [draw(st.sampled_from(unit_codes)) for _ in range(len(staff))],
                "role": "community_officer",
            }
        ),
        _incidents(draw, width),
        Plan(PlanHeader("p1", "方案一", "Plan one", "draft", author="tests", created_at="2026-01-01T08:00:00"), beats, beat_of),
    )


def _words(draw: Any) -> str:
    return str(draw(WORDS))


def _areas(codes: list[str], names: list[str], spans: list[tuple[float, float]]) -> gpd.GeoDataFrame:
    shapes = [shapely.box(WEST + a, SOUTH, WEST + b, SOUTH + SIDE) for a, b in spans]
    return gpd.GeoDataFrame({"code": codes, "name": names, "name_en": ""}, geometry=shapes, crs=STORED_CRS)


def _places(draw: Any, key: str, width: float, units: list[str], more: dict[str, Any]) -> gpd.GeoDataFrame:
    n = draw(st.integers(1, 4))
    shares = [(draw(st.integers(1, 999)) / 1000, draw(st.integers(1, 999)) / 1000) for _ in range(n)]
    rows = {"code": [f"{key[0]}{i}" for i in range(n)], "name": [_words(draw) for _ in range(n)], "name_en": ""}
    at = [shapely.Point(round(WEST + x * width, 7), round(SOUTH + y * SIDE, 7)) for x, y in shares]
    rows["unit_code"] = [units[min(int((p.x - WEST) / SIDE), len(units) - 1)] for p in at]
    return gpd.GeoDataFrame(rows | {name: [value() for _ in range(n)] for name, value in more.items()}, geometry=at, crs=STORED_CRS)


def _incidents(draw: Any, width: float) -> pd.DataFrame:
    n = draw(st.integers(1, 12))
    start = np.datetime64("2025-01-01T00:00", "s")
    at = [start + np.timedelta64(draw(st.integers(0, 60 * 24 * 300)), "m") for _ in range(n)]
    wait = [draw(st.one_of(st.none(), st.integers(1, 600))) for _ in range(n)]
    return pd.DataFrame(
        {
            "code": [f"J{i:03}" for i in range(n)],
            "occurred_at": np.array(at),
            "occurred_until": np.array(
                [np.datetime64("NaT", "s") if w is None else t + np.timedelta64(w, "m") for t, w in zip(at, wait, strict=True)]
            ),
            "category": [draw(st.sampled_from(("theft", "fraud", "dispute", "noise"))) for _ in range(n)],
            "source": [draw(st.sampled_from(("reported", "found"))) for _ in range(n)],
            "lon": [round(WEST + draw(st.integers(1, 999)) / 1000 * width, 7) for _ in range(n)],
            "lat": [round(SOUTH + draw(st.integers(1, 999)) / 1000 * SIDE, 7) for _ in range(n)],
        }
    )


def opened(folder: Path, name: str) -> Caller:
    make_empty(folder / f"{name}.gpkg", NewTown("测试镇", metric_crs="EPSG:4546"), user="tests").close()
    return as_caller(open_workspace(folder / f"{name}.gpkg"), "tests", "planner")


def filled(me: Caller, town: Town) -> None:
    for key, table in town.layers.items():
        me.store.write_layer(key, table, by="tests")
    me.store.write_layer("incidents", town.incidents, by="tests")
    me.store.write_staff(town.staff, by="tests")
    me.store.write_assignments(town.assignments, by="tests")
    me.store.save_plan(town.plan, by="tests")


def taken(me: Caller, target: str, path: Path, layer: str | None = None) -> None:
    preview = preview_import(me, ImportWish(target, path, path.name, layer, datum="wgs84"))
    assert preview.may_be_taken, (target, [f.what.en for f in preview.report.findings if f.severity == "error"])
    accept_import(me, preview, accept_warnings=True)


def handed_out(me: Caller, folder: Path) -> Path:
    """The GeoPackage of the export, with every layer and field."""
    wish = DataWish("p1", (*LAYERS, "incidents"), ("gpkg",), Sensitivity.INCIDENT, purpose="搬到另一个工作区")
    with zipfile.ZipFile(io.BytesIO(make_data(me, wish).content)) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith(".gpkg"))
        (folder / "all.gpkg").write_bytes(archive.read(name))
    return folder / "all.gpkg"


@settings(max_examples=3, deadline=None, derandomize=True, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
@given(towns())
def test_any_town_that_is_exported_and_imported_is_the_same_town(town: Town) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        old, new = opened(folder, "old"), opened(folder, "new")
        filled(old, town)
        package = handed_out(old, folder)
        old.store.staff().to_csv(folder / "staff.csv", index=False)
        old.store.assignments().to_csv(folder / "assignments.csv", index=False)
        plan = old.store.plan("p1")
        lines = [
            (cell, beat or "", plan.beat(beat).name if beat else "", (plan.beat(beat).lead or "") if beat else "")
            for cell, beat in plan.beat_of.items()
        ]
        pd.DataFrame(lines, columns=["网格编码", "警务区", "警务区名称", "责任民警"]).to_csv(folder / "plan.csv", index=False)
        for key in LAYERS:
            taken(new, key, package, key)
        taken(new, "staff", folder / "staff.csv")
        taken(new, "assignments", folder / "assignments.csv")
        taken(new, "incidents", package, "incidents")
        taken(new, "plan_cells", folder / "plan.csv")
        _same(old, new)
        for me in (old, new):
            me.store.close()


def same_empties(table: pd.DataFrame) -> pd.DataFrame:
    """An empty text, no text and no number are one and the same in a file."""
    plain = pd.DataFrame(table).astype(object)
    plain = plain.where(plain.notna(), None)
    return plain.where(plain != "", None)


def _same(old: Caller, new: Caller) -> None:
    for key in LAYERS:
        before, after = (store.read_layer(key).sort_values("code", ignore_index=True) for store in (old.store, new.store))
        attributes = [name for name in before.columns if name != "geometry"]
        pd.testing.assert_frame_equal(same_empties(before[attributes]), same_empties(after[attributes]), check_dtype=False)
        assert shapely.equals_exact(before.geometry.to_numpy(), after.geometry.to_numpy(), tolerance=DEGREES, normalize=True).all(), key
    for read in ("staff", "assignments"):
        pd.testing.assert_frame_equal(same_empties(getattr(old.store, read)()), same_empties(getattr(new.store, read)()), check_dtype=False)
    before, after = (store.read_layer("incidents").sort_values("code", ignore_index=True) for store in (old.store, new.store))
    pd.testing.assert_frame_equal(before, after[before.columns], check_dtype=False, atol=DEGREES, rtol=0)
    (header,) = new.store.plan_headers()
    plan, kept = new.store.plan(header.id), old.store.plan("p1")
    assert dict(plan.beat_of) == dict(kept.beat_of)
    assert {(b.code, b.name, b.lead) for b in plan.beats} == {(b.code, b.name, b.lead) for b in kept.beats}
