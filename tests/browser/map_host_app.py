"""A page with the map host alone, on the demo town, with a widget for every patch. Run by test_map_host.py."""

import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

import geopandas as gpd  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import streamlit as st  # noqa: E402
from shapely import coverage_union_all  # noqa: E402
from streamlit.runtime.scriptrunner import get_script_run_ctx  # noqa: E402

from layers import LAYERS  # noqa: E402
from layers.definition.crs import STORED_CRS  # noqa: E402
from layers.definition.text import Text  # noqa: E402
from layers.drawing.colour_classes import beat_colours, density_colours  # noqa: E402
from layers.drawing.web_map import MapBase, map_base  # noqa: E402
from layers.drawing.web_patch import density_patch, plan_patch  # noqa: E402
from screens.map_host import assets_routes, map_view  # noqa: E402

SAMPLE = REPOSITORY / "data" / "sample"
METRIC_CRS = "EPSG:4546"
CELL_M = 100.0


@st.cache_resource
def tables() -> dict[str, gpd.GeoDataFrame]:
    """The demo town's layers."""
    files = {key: SAMPLE / f"{key}.geojson" for key in LAYERS}
    return {key: gpd.read_file(path).set_crs(STORED_CRS, allow_override=True) for key, path in files.items() if path.exists()}


@st.cache_resource
def base(incidents: bool) -> MapBase:
    """The map before any patch, with or without the points."""
    points = pd.read_csv(SAMPLE / "incidents.csv") if incidents else None
    return map_base(LAYERS, tables(), points, computed=["beats", "officers", "hotspots"], illustrative=True)


@st.cache_resource
def plan(plan_id: str) -> dict[str, object]:
    """A plan of the demo, dissolved from its cells; its officers at the middle of their beats."""
    owners = pd.read_csv(SAMPLE / "plan_cells.csv", dtype=str).query("plan_id == @plan_id").set_index("cell_code")["beat"]
    beats = pd.read_csv(SAMPLE / "plan_beats.csv", dtype=str).query("plan_id == @plan_id").fillna("")
    staff = pd.read_csv(SAMPLE / "staff.csv", dtype=str).fillna("").set_index("code")
    cells = tables()["grid_cells"].assign(beat=lambda t: t["code"].map(owners))
    shapes = {code: coverage_union_all(part.geometry.to_numpy()) for code, part in cells.groupby("beat")}
    rows = beats[beats["code"].isin(shapes)].assign(geometry=lambda t: t["code"].map(shapes), lead=lambda t: t["lead"].map(staff["name"]))
    drawn = gpd.GeoDataFrame(rows.drop(columns="plan_id"), geometry="geometry", crs=STORED_CRS)
    touching = [(a, b) for a in shapes for b in shapes if a < b and shapes[a].intersection(shapes[b]).length > 0]
    officers = drawn[["code", "lead"]].rename(columns={"lead": "name"}).set_geometry(drawn.representative_point()).dropna(subset="name")
    title = Text(f"方案 {plan_id}", f"Plan {plan_id}")
    return plan_patch(LAYERS, plan_id, title, Text("现行", "in force"), drawn, beat_colours(touching, shapes), officers)


@st.cache_resource
def density() -> dict[str, object]:
    """A made-up bell over the county seat on a 100 m grid."""
    outline = tables()["grid_cells"].to_crs(METRIC_CRS)
    west, south, east, north = (np.array(outline.total_bounds) // CELL_M * CELL_M).tolist()
    x, y = np.meshgrid(np.arange(west, east, CELL_M), np.arange(south, north, CELL_M))
    seat = tables()["stations"].to_crs(METRIC_CRS).query("role == 'own'").geometry.iloc[0]
    values = 900 * np.exp(-((x - seat.x) ** 2 + (y - seat.y) ** 2) / 1500**2)
    edges = (5, 20, 60, 150, 300, 600)
    period = Text("2024-01-01 至 2024-12-31", "2024-01-01 to 2024-12-31")
    place = {"west_m": west, "south_m": south, "size_m": CELL_M, "crs": METRIC_CRS}
    return density_patch(values, edges, density_colours(6), **place, n=9000, radius_m=500, period=period, illustrative=True)


def patch() -> dict[str, object]:
    """What the widgets ask for."""
    with st.sidebar:
        language = st.radio("language", ["zh", "en"], horizontal=True)
        plan_id = st.radio("plan", sorted(pd.read_csv(SAMPLE / "plans.csv", dtype=str)["id"]))
        dense = st.checkbox("density", True)
        night = st.checkbox("night only")
        stressed = st.checkbox("highlight")
        focus = st.checkbox("focus")
        gcj = st.checkbox("gcj02 tiles")
    return {
        "language": language,
        "plan": plan(plan_id),
        "density": density() if dense else None,
        "filter": {"hours": [22, 23, 0, 1, 2, 3]} if night else None,
        "highlight": {"layer": "beats", "codes": ["01"], "neighbours": [{"code": "02", "label": ["民警", "officer"]}]}
        if stressed
        else None,
        "focus": {"token": "school", "layer": "schools", "code": tables()["schools"]["code"].iloc[0], "at": [109.66, 28.70]}
        if focus
        else None,
        "base_map": {"url": "tiles/{z}/{x}/{y}", "datum": "gcj02", "review_number": "GS(2024)0001号", "attribution": "测试"}
        if gcj
        else None,
    }


def town() -> None:
    """The map with points."""
    event = map_view(base(incidents=True), patch(), key="town", height=800)
    st.caption(f"clicked {event.layer} {event.code} {event.n}" if event else "nothing clicked")


def elsewhere() -> None:
    """A page without the map."""
    st.write("elsewhere")


if get_script_run_ctx() is None:
    app = st.App(__file__, routes=assets_routes(st.get_option("server.baseUrlPath")))
else:
    st.set_page_config(layout="wide")
    st.navigation([st.Page(town, default=True), st.Page(elsewhere)]).run()
