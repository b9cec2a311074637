"""A page with the beat editor alone, on the demo town or a made-up one of many cells, with a small server that stores what it is told."""

import os
import sys
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

import geopandas as gpd  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import shapely  # noqa: E402
import streamlit as st  # noqa: E402
from streamlit.runtime.scriptrunner import get_script_run_ctx  # noqa: E402

from layers import LAYERS  # noqa: E402
from layers.definition.crs import STORED_CRS  # noqa: E402
from layers.definition.text import Text  # noqa: E402
from layers.drawing.colour_classes import density_colours  # noqa: E402
from layers.drawing.editor_cells import EditorBase, EditorCells, EditorGraph, Measure, editor_base  # noqa: E402
from layers.drawing.web_map import MapBase, map_base  # noqa: E402
from layers.drawing.web_patch import density_patch  # noqa: E402
from planning.cell_graph import CellGraph, cell_graph  # noqa: E402
from planning.plan import Beat, Plan, PlanHeader  # noqa: E402
from screens.beat_editor import beat_editor, editor_routes  # noqa: E402
from screens.map_host import assets_routes  # noqa: E402

SAMPLE = REPOSITORY / "data" / "sample"
METRIC_CRS = "EPSG:4546"
MADE_UP = int(os.environ.get("JINGGE_TEST_CELLS", "0"))
GROUND = ("county", "water", "roads", "communities", "villages", "schools", "stations")


@dataclass
class Stored:
    """The plan as the server has it."""

    plan: Plan
    in_force: Plan
    acknowledged: int = 0
    refuse: bool = False
    deaf: bool = False
    split: str = ""
    """Code of a cell that was split in two."""
    gestures: list[dict[str, Any]] = field(default_factory=list)
    commands: list[dict[str, Any]] = field(default_factory=list)


@st.cache_resource(show_spinner=False)
def tables() -> dict[str, gpd.GeoDataFrame]:
    """The demo town's layers."""
    files = {key: SAMPLE / f"{key}.geojson" for key in LAYERS}
    return {key: gpd.read_file(path).set_crs(STORED_CRS, allow_override=True) for key, path in files.items() if path.exists()}


def cells() -> gpd.GeoDataFrame:
    """The cells as they are now."""
    return cells_with(stored().split)


@st.cache_resource(show_spinner=False)
def cells_with(split: str) -> gpd.GeoDataFrame:
    """Cells in metres with a workload: the demo town's, one of them perhaps split, or a bent lattice of JINGGE_TEST_CELLS."""
    if MADE_UP:
        return lattice(MADE_UP)
    table = tables()["grid_cells"].to_crs(METRIC_CRS)
    table = table.assign(workload_min_week=(table["dwellings"] * 0.2 + table["persons"] * 0.13).round(1), area_m2=table.area)
    return halved(table, split) if split else table


def halved(table: gpd.GeoDataFrame, code: str) -> gpd.GeoDataFrame:
    """One cell as two with half of its counts each; their codes end in W and E. The cut goes from corner to corner, so that no
    neighbour gets a corner that it does not have."""
    row = table[table["code"] == code]
    cell = row.geometry.iloc[0]
    ring = list(cell.exterior.coords)[:-1]
    pairs = sorted(combinations(range(len(ring)), 2), key=lambda pair: abs(2 * (pair[1] - pair[0]) - len(ring)))
    i, j = next((i, j) for i, j in pairs if cell.relate_pattern(shapely.LineString([ring[i], ring[j]]), "T*****FF*") and abs(i - j) > 1)
    parts = sorted((shapely.Polygon(ring[i : j + 1]), shapely.Polygon(ring[j:] + ring[: i + 1])), key=lambda part: part.centroid.x)
    halves = [row.assign(code=f"{code}{name}", geometry=[part]) for name, part in zip("WE", parts, strict=True)]
    return pd.concat([table[table["code"] != code], *halves], ignore_index=True)


def split_cell(code: str) -> None:
    """Split a cell, and let its parts follow it in the plans."""
    state = stored()

    def parted(plan: Plan, revision: int) -> Plan:
        owners = {cell: beat for cell, beat in plan.beat_of.items() if cell != code} | {f"{code}{end}": plan.beat_of[code] for end in "WE"}
        return Plan(PlanHeader(**{**vars(plan.header), "revision": revision}), plan.beats, owners, plan.locked_cells)

    state.plan = parted(state.plan, state.plan.header.revision + 1)
    state.in_force = parted(state.in_force, state.in_force.header.revision)
    state.split = code


def lattice(count: int) -> gpd.GeoDataFrame:
    """A town of about so many cells of a dozen corners each: a lattice whose corners and sides are shaken."""
    random = np.random.default_rng(4)
    side = round(count**0.5)
    steps = 3 * side + 1
    x, y = np.meshgrid(np.arange(steps) * 100.0, np.arange(steps) * 100.0)
    x, y = x + random.uniform(-28, 28, x.shape) + 550_000, y + random.uniform(-28, 28, y.shape) + 3_170_000
    shapes, units = [], []
    for r in range(side):
        for c in range(side):
            walk = [(3 * r, 3 * c + k) for k in range(3)] + [(3 * r + k, 3 * c + 3) for k in range(3)]
            walk += [(3 * r + 3, 3 * c + 3 - k) for k in range(3)] + [(3 * r + 3 - k, 3 * c) for k in range(3)]
            shapes.append(shapely.Polygon([(x[i, j], y[i, j]) for i, j in walk]))
            units.append(f"433125{r // 8:03d}{c // 8:03d}")
    rank = pd.Series(units).groupby(units).cumcount() + 1
    codes = [f"{unit}{n:03d}" for unit, n in zip(units, rank, strict=True)]
    dwellings = random.integers(60, 400, len(shapes))
    table = pd.DataFrame(
        {"code": codes, "unit_code": units, "name": [f"第{c[-3:]}网格" for c in codes], "name_en": [f"Cell {c[-3:]}" for c in codes]}
    )
    table = table.assign(dwellings=dwellings, persons=dwellings * 3, workload_min_week=(dwellings * 0.45).round(1))
    out = gpd.GeoDataFrame(table, geometry=shapes, crs=METRIC_CRS)
    return out.assign(area_m2=out.area)


def graph() -> CellGraph:
    """Neighbours of the cells as they are now."""
    return graph_with(stored().split)


@st.cache_resource(show_spinner=False)
def graph_with(split: str) -> CellGraph:
    """Neighbours of the cells."""
    water = None if MADE_UP else tables()["water"].to_crs(METRIC_CRS).geometry
    bridges = (
        None if MADE_UP else gpd.read_file(SAMPLE / "bridges.geojson").set_crs(STORED_CRS, allow_override=True).to_crs(METRIC_CRS).geometry
    )
    return cell_graph(cells(), water, bridges)


@st.cache_resource(show_spinner=False)
def ground() -> MapBase:
    """What lies around the cells."""
    keys = ("county", "water") if MADE_UP else GROUND
    return map_base(
        {key: LAYERS[key] for key in LAYERS if key in (*keys, "hotspots")},
        {key: tables()[key] for key in LAYERS if key in keys},
        computed=["hotspots"],
        illustrative=True,
    )


@st.cache_resource(show_spinner=False)
def density() -> dict[str, Any]:
    """A made-up density in incidents per km² and year on a grid of 200 m: less and less away from the middle of the town."""
    west, south, east, north = (np.array(cells_with("").total_bounds) // 200 * 200).tolist()
    x, y = np.meshgrid(np.arange(west, east, 200), np.arange(south, north, 200))
    values = 900 * np.exp(-((x - (west + east) / 2) ** 2 + (y - (south + north) / 2) ** 2) / 2500**2)
    edges, period = (5, 20, 60, 150, 300, 600), Text("2024-01-01 至 2024-12-31", "2024-01-01 to 2024-12-31")
    place = {"west_m": west, "south_m": south, "size_m": 200, "crs": METRIC_CRS}
    return density_patch(values, edges, density_colours(6), **place, n=9000, radius_m=500, period=period, illustrative=True)


def stored() -> Stored:
    """The plan that is edited, and the one in force: of their own for everyone who comes with another cookie."""
    return stored_for(st.context.cookies.get("plan", ""))


@st.cache_resource(show_spinner=False)
def stored_for(name: str) -> Stored:
    """The plans of one name."""
    now, draft = (_plan(name) for name in ("plan-2025", "plan-2026-draft"))
    return Stored(draft, now)


def _plan(plan_id: str) -> Plan:
    header = PlanHeader(plan_id, "2026年调整草案", "2026 draft", "draft")
    if MADE_UP:
        side = round(MADE_UP**0.5)
        blocks = [f"{5 * (i // side) * 5 // side // 5 * 5 + 5 * (i % side) // side + 1:02d}" for i in range(side * side)]
        beats = tuple(Beat(code, f"第{code}警务区", f"Beat {code}") for code in sorted(set(blocks)))
        return Plan(header, beats, dict(zip(cells_with("")["code"], blocks, strict=True)))
    owners = pd.read_csv(SAMPLE / "plan_cells.csv", dtype=str).query("plan_id == @plan_id").set_index("cell_code")["beat"]
    rows = pd.read_csv(SAMPLE / "plan_beats.csv", dtype=str).query("plan_id == @plan_id").fillna("")
    beats = tuple(Beat(row.code, row.name_, row.name_en, row.lead or None) for row in rows.rename(columns={"name": "name_"}).itertuples())
    return Plan(header, beats, {code: owners.get(code) for code in cells_with("")["code"]})


def draft_base() -> EditorBase:
    """The plan for the browser, as it is stored now."""
    table, links, state = cells(), graph(), stored()
    degrees = table.to_crs(STORED_CRS)
    units = list(dict.fromkeys(table["unit_code"]))
    known = {} if MADE_UP else {row.code: Text(row.title, row.title_en) for row in _units()}
    measures = [
        Measure("workload", Text("工作量", "Workload"), Text("分钟/周", "min/week"), table["workload_min_week"], step=0.1),
        Measure("dwellings", Text("房屋", "Dwellings"), Text("户", ""), table["dwellings"]),
        Measure("persons", Text("人口", "Persons"), Text("人", ""), table["persons"]),
        Measure("places", Text("重点场所", "Key places"), Text("处", ""), np.arange(len(table)) % 3),
        Measure("risk_places", Text("风险场所", "Risk places"), Text("处", ""), np.arange(len(table)) % 2),
        Measure("area", Text("面积", "Area"), Text("平方公里", "km²"), table["area_m2"], scale=1e-6, decimals=2),
    ]
    plan, then = state.plan, state.in_force
    beats = [{name: getattr(beat, name) for name in ("code", "name", "name_en", "lead", "colour", "locked")} for beat in plan.beats]
    about = {"id": plan.header.id, "revision": plan.header.revision, "status": plan.header.status, "title": plan.header.title}
    return editor_base(
        EditorCells(
            degrees.geometry.to_numpy(), list(table["code"]), list(table["name"]), list(table["name_en"]),
            [units.index(code) for code in table["unit_code"]], [(code, known.get(code, Text(code, code))) for code in units], table.length,
        ),
        EditorGraph(links.edges, links.border_m, links.connected),
        measures,
        {**about, "beats": beats, "beat_of": plan.beat_of, "locked_cells": plan.locked_cells, "acknowledged": state.acknowledged or None},
        parents={state.split: [f"{state.split}{end}" for end in "WE"]} if state.split else None,
        in_force={"beats": [b.code for b in then.beats], "leads": [b.lead for b in then.beats], "beat_of": then.beat_of},
    )  # fmt: skip


def _units() -> list[Any]:
    parts = [tables()[key].rename(columns={"name": "title", "name_en": "title_en"}) for key in ("communities", "villages")]
    return [row for part in parts for row in part[["code", "title", "title_en"]].itertuples()]


def take(message: dict[str, Any]) -> dict[str, Any]:
    """Store the gestures that are new, and say so."""
    state = stored()
    if state.refuse:
        refusal = ["另一位规划员已修改此方案", "Another planner has changed this plan"]
        return {"n": state.acknowledged, "revision": state.plan.header.revision, "refused": refusal}
    codes = list(cells()["code"])
    for gesture in message["gestures"]:
        if gesture["n"] <= state.acknowledged:
            continue
        beats = state.plan.beats
        if "beats" in gesture:
            beats = tuple(Beat(**beat) for beat in gesture["beats"])
        named = gesture.get("renamed") or {}
        owners = {cell: named.get(beat, beat) if beat else None for cell, beat in state.plan.beat_of.items()}
        to = gesture["to"] if isinstance(gesture["to"], list) else [gesture["to"]] * len(gesture["cells"])
        owners |= {codes[cell]: beat for cell, beat in zip(gesture["cells"], to, strict=True)}
        known = {beat.code for beat in beats}
        owners = {cell: beat if beat in known else None for cell, beat in owners.items()}
        locks = set(state.plan.locked_cells)
        if "locked_cells" in gesture:
            chosen = {codes[cell] for cell in gesture["locked_cells"]["cells"]}
            locks = locks | chosen if gesture["locked_cells"]["locked"] else locks - chosen
        header = PlanHeader(**{**vars(state.plan.header), "revision": state.plan.header.revision + 1})
        state.plan = Plan(header, beats, owners, frozenset(locks))
        state.acknowledged = gesture["n"]
        state.gestures.append(gesture)
    return {"n": state.acknowledged, "revision": state.plan.header.revision}


def checks() -> list[dict[str, Any]]:
    """A few checks of the plan as the panel takes them: one about cells, one about beats, one that is not made."""
    plan = stored().plan
    bare = plan.cells_of(None)
    parts = {beat.code: len(graph().pieces(plan.cells_of(beat.code))) for beat in plan.beats}
    split = [code for code, pieces in parts.items() if pieces > 1]
    told = [
        ("complete", ["完整", "Complete"], [f"{len(bare)} 个网格未分配。", f"{len(bare)} cells are in no beat."], bare, "cell"),
        ("in_one_piece", ["连片", "In one piece"], [f"{len(split)} 个警务区不连片。", f"{len(split)} beats in pieces."], split, "beat"),
    ]
    found = [
        {"key": key, "title": title, "state": "broken" if where else "ok", "message": message, "where": list(where), "where_kind": kind}
        for key, title, message, where, kind in told
    ]
    unknown = {"key": "staffing", "title": ["人员配置", "Staffing"], "state": "not_checked", "message": ["缺少人员表。", "Staff unknown."]}
    return [{**one, "weight": "must" if one["key"] == "complete" else "should"} for one in (*found, unknown)]


def town() -> None:
    """The editor."""
    state = stored()
    with st.sidebar:
        language = st.radio("language", ["zh", "en"], horizontal=True)
        mode = st.radio("mode", ["edit", "view"], horizontal=True)
        state.refuse = st.checkbox("refuse")
        state.deaf = st.checkbox("deaf")
        shifted = st.checkbox("gcj02")
        helped = st.checkbox("team")
        dense = st.checkbox("density")
        st.button("rerun")
        if st.button("split first"):
            split_cell(next(code for code, beat in state.plan.beat_of.items() if beat is not None))
            st.session_state.pop("draft", None)
        if st.button("other plan"):
            state.plan = Plan(PlanHeader("plan-b", "另一方案", "Another plan", "draft"), state.in_force.beats, state.in_force.beat_of)
            state.acknowledged = 0
            st.session_state.pop("draft", None)
            st.session_state.pop("ack", None)
    if "draft" not in st.session_state:
        st.session_state.draft = draft_base()
    event = st.session_state.get("editor")
    message = event.get("message") if event else None
    if message and message != st.session_state.get("heard") and not state.deaf and message["plan"] == state.plan.header.id:
        st.session_state.heard, st.session_state.ack = message, take(message)  # a message is heard once, as in the app
    ack = st.session_state.get("ack")
    staff = (
        pd.read_csv(SAMPLE / "staff.csv", dtype=str).fillna("").query("kind == 'officer'")[["code", "name", "name_en"]].to_dict("records")
    )
    patch = {
        "language": language,
        "mode": mode,
        "ack": ack,
        "staff": staff,
        "team": {beat.code: 3 for beat in state.plan.beats} if helped else None,
        "density": density() if dense else None,
        "base_map": {"url": "/no_tiles/{z}/{x}/{y}", "datum": "gcj02"} if shifted else None,
        "checks": checks() if not MADE_UP else [],
    }
    got = beat_editor(ground(), st.session_state.draft, patch, key="editor", height=840)
    if got and got.command and got.command["n"] not in [c["n"] for c in state.commands]:
        state.commands.append(dict(got.command))
    counts = pd.Series(list(state.plan.beat_of.values())).value_counts(dropna=False)
    st.caption(f"stored revision {state.plan.header.revision} · {len(state.gestures)} gestures · 01: {counts.get('01', 0)} cells")
    if state.commands:
        st.caption(f"command {state.commands[-1]}")


def elsewhere() -> None:
    """A page without the editor."""
    st.write("elsewhere")


if get_script_run_ctx() is None:
    base_path = st.get_option("server.baseUrlPath")
    app = st.App(__file__, routes=[*assets_routes(base_path), *editor_routes(base_path)])
else:
    st.set_page_config(layout="wide")
    st.navigation([st.Page(town, default=True), st.Page(elsewhere)]).run()
