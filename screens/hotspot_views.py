"""Where: density, significance, areas, and further methods."""

from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st

from actions.caller import Caller
from actions.hotspot_basis import Basis
from actions.hotspot_maps import (
    MORAN,
    SHAPES,
    area_table,
    areas_patch_of,
    cluster_table,
    clusters_patch_of,
    density_patch_of,
    hexagons_patch_of,
    moran_patch_of,
    risk_patch_of,
    roads_patch_of,
    significance_patch_of,
)
from actions.hotspot_significance import (
    CORRECTIONS,
    SignificanceView,
    cluster_view,
    moran_view,
    road_view,
    significance_view,
)
from actions.hotspots import CELLS_M, CLAIM_CELL_M, densest_areas, density_view, risk_view
from layers.definition.crs import STORED_CRS
from layers.definition.text import Text
from screens.hotspot_evidence import evidence
from screens.hotspot_parts import Asked, OnMap, choice, figures, number, slider, table, weights, worked_out
from screens.kept_results import kept_hotspots
from screens.plain_text import plain
from screens.session import say
from screens.wording import hotspots as words


def density(who: Caller, asked: Asked) -> OnMap:
    """Density of incidents or of their work per area, or incidents per persons or dwellings."""
    per = choice(words.PER, words.PER_CHOICES, "hotspot_per", "area")
    rate = per in ("persons", "dwellings")
    floor = slider(words.FLOOR, [20, 50, 100, 200, 500, 1000], "hotspot_floor", 50) if rate else 50
    profile = weights(who) if per == "work" else None
    patch, basis, highest = kept_hotspots(who, ("density", asked, per, floor, profile), lambda: _density(who, asked, per, floor, profile))
    st.caption(plain(say(words.DENSITY_CELL, c=asked.cell_m)))
    figures([(words.HIGHEST, f"{highest:,.1f} {say(Text(*patch['unit']))}")])
    if per == "area":
        evidence(who, asked, "density")
    return OnMap(patch, basis=basis)


def _density(who: Caller, asked: Asked, per: str, floor: int, profile: str | None) -> tuple[dict[str, Any], Basis, float]:
    if per in ("area", "work"):
        view = density_view(who, asked.by, asked.cell_m, asked.radius_m, per == "work", profile, asked.spans)
        return density_patch_of(who, view), view.basis, float(np.nanmax(view.density.values))
    risk = risk_view(who, asked.by, asked.cell_m, asked.radius_m, "persons" if per == "persons" else "dwellings", float(floor))
    shown = risk.risk.values[np.isfinite(risk.risk.values)]
    return risk_patch_of(who, risk), risk.basis, float(shown.max()) if len(shown) else 0.0


def plain_density(who: Caller, asked: Asked) -> OnMap:
    """The density alone, for views that have no map of their own."""
    patch, basis, _ = kept_hotspots(who, ("density", asked, "area", 50, None), lambda: _density(who, asked, "area", 50, None))
    return OnMap(patch, basis=basis)


def significance(who: Caller, asked: Asked) -> OnMap:
    """z as the map, and as the claim only what passes."""
    view = _tested(who, asked)
    if view is None:
        return plain_density(who, asked)
    result = view.result
    figures(
        [
            (words.THRESHOLD, "—" if result.threshold is None else f"{result.threshold:.2f}"),
            (words.ALPHA, f"{result.alpha:g}"),
            (words.SHUFFLES, f"{result.shuffles:,}"),
            (words.SEED, str(result.seed)),
            (words.CLAIMED, f"{int(result.hot.sum()):,}"),
        ]
    )
    if view.claimed.reason is not None:
        st.info(plain(say(view.claimed.reason)), icon=":material/info:")
    else:
        st.markdown(plain(say(view.claimed.summary)))
    means = words.HOT_MEANS_BH if result.correction == "benjamini_hochberg" else words.HOT_MEANS
    st.caption(plain(say(means, s=1 - result.alpha, a=result.alpha)))
    evidence(who, asked, "gi_star")
    return OnMap(*_drawn(who, view), basis=view.basis)


def _drawn(who: Caller, view: SignificanceView) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """The grid of z and the areas over it; hexagons come as shapes together with them."""
    if view.basis.hexagons:
        return None, hexagons_patch_of(who, view)
    return significance_patch_of(who, view), areas_patch_of(who, view.claimed)


def _tested(who: Caller, asked: Asked) -> SignificanceView | None:
    cell = slider(words.CELL, [c for c in CELLS_M if c >= 100], "hotspot_claim_cell", CLAIM_CELL_M)
    hexagons = choice(words.SHAPE, words.SHAPES, "hotspot_shape", "square") == "hexagon"
    correction = choice(words.TEST, dict(CORRECTIONS), "hotspot_correction", "max_statistic")
    with st.expander(f"{say(words.ALPHA)} · {say(words.SHUFFLES)} · {say(words.SEED)}"):
        alpha = slider(words.ALPHA, [1, 5, 10], "hotspot_alpha", 5) / 100  # in percent: a slider of whole numbers
        shuffles = slider(words.SHUFFLES, [199, 999, 1999], "hotspot_shuffles", 999)
        seed = number(words.SEED, "hotspot_seed", 0, 0, 999_999)
    wish = (asked.by, cell, correction, alpha, shuffles, seed, hexagons)
    return worked_out("significance", asked, wish, lambda progress: significance_view(who, *wish, progress=progress))


def areas(who: Caller, asked: Asked) -> OnMap:
    """Areas as a table and on the map; a click on a row goes there."""
    rule = choice(words.RULE, words.RULES, "hotspot_rule", "test")
    if rule == "test":
        tested = _tested(who, asked)
        if tested is None:
            return plain_density(who, asked)
        view, (grid, shapes) = tested.claimed, _drawn(who, tested)
    else:
        share = slider(words.SHARE_OF_AREA, [1, 2, 3, 5, 10], "hotspot_share", 5) / 100
        wish = ("densest", asked, share)
        view = kept_hotspots(who, wish, lambda: densest_areas(who, asked.by, asked.cell_m, asked.radius_m, share))
        grid, shapes = plain_density(who, asked).grid, areas_patch_of(who, view)
    evidence(who, asked, "gi_star" if rule == "test" else "density")
    if view.reason is not None:
        st.info(plain(say(view.reason)), icon=":material/info:")
        return OnMap(grid, shapes, basis=view.basis)
    st.markdown(plain(say(view.summary)))
    rows = area_table(who, view)
    focus, picked = _clicked(rows, _area_rows(rows), "hotspot areas", asked)
    return OnMap(grid, shapes, focus, picked, view.basis)


def _clicked(rows: gpd.GeoDataFrame, shown: pd.DataFrame, name: str, asked: Asked) -> tuple[dict[str, Any] | None, tuple[str, str] | None]:
    """The table of areas; where the clicked one lies, and which it is."""
    clicked = table(shown, name, picks=True)
    if clicked is None:
        return None, None
    code = str(rows["code"].iloc[clicked])
    bounds = [float(v) for v in rows.iloc[[clicked]].to_crs(STORED_CRS).total_bounds]
    return {"token": f"{name} {code} {hash(asked)}", "bounds": bounds, "layer": SHAPES, "code": code}, (SHAPES, code)


def _area_rows(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            say(words.RANK): rows["rank"],
            say(words.COUNT): rows["count"],
            say(words.AREA): rows["area_km2"].round(2),
            say(words.PER_KM2_YEAR): rows["per_km2_year"].round(0),
            say(words.SHARE_INCIDENTS): (rows["share_of_incidents"] * 100).round(1),
            say(words.AREA_PERCENT): (rows["share_of_area"] * 100).round(2),
        }
    )


def further(who: Caller, asked: Asked) -> OnMap:
    """Local Moran, clusters, and density along roads."""
    method = choice(words.METHOD, words.METHODS, "hotspot_method", "moran")
    if method == "moran":
        cell = slider(words.CELL, [c for c in CELLS_M if c >= 200], "hotspot_moran_cell", CLAIM_CELL_M)
        hexagons = choice(words.SHAPE, words.SHAPES, "hotspot_shape", "square") == "hexagon"
        wish = (asked.by, cell, hexagons)
        view = worked_out("moran", asked, wish, lambda progress: moran_view(who, asked.by, cell, hexagons=hexagons, progress=progress))
        if view is None:
            return plain_density(who, asked)
        if view.result.reason is not None:
            st.info(plain(say(view.result.reason)), icon=":material/info:")
        else:
            st.caption(plain(say(words.MORAN_ABOUT)))
            counted = {kind: int((view.result.kind == kind).sum()) for kind in MORAN}
            figures([(words.CELLS_OF_KIND.fill(k=MORAN[kind].title), f"{n:,}") for kind, n in counted.items()])
        return OnMap(None, kept_hotspots(who, ("moran", *wish), lambda: moran_patch_of(who, view)), basis=view.basis)
    if method == "roads":
        reach = slider(words.REACH, [100, 200, 300, 500], "hotspot_road_reach", 300)

        roads = worked_out(
            "roads", asked, (asked.by, reach), lambda progress: road_view(who, asked.by, asked.cell_m, float(reach), progress)
        )
        if roads is None:
            return plain_density(who, asked)
        figures([(words.HIGHEST, f"{roads.result.lixels['per_km_year'].max():,.0f} {say(words.PER_KM_YEAR)}")])
        return OnMap(None, kept_hotspots(who, ("roads", asked, reach), lambda: roads_patch_of(who, roads)), basis=roads.basis)
    reach = slider(words.REACH, [50, 100, 150, 200, 300], "hotspot_reach", 150) if method == "dbscan" else 150
    fewest = slider(words.FEWEST, [5, 10, 20, 50, 100], "hotspot_fewest", 20)
    name: Literal["dbscan", "hdbscan"] = "dbscan" if method == "dbscan" else "hdbscan"
    found = worked_out(
        "clusters",
        asked,
        (asked.by, name, reach, fewest),
        lambda progress: cluster_view(who, asked.by, asked.cell_m, name, float(reach), fewest, progress),
    )
    if found is None:
        return plain_density(who, asked)
    if found.result.reason is not None:
        st.info(plain(say(found.result.reason)), icon=":material/info:")
        return OnMap(plain_density(who, asked).grid, clusters_patch_of(who, found), basis=found.basis)
    rows = cluster_table(who, found)
    shown = pd.DataFrame(
        {
            say(words.RANK): rows["rank"],
            say(words.COUNT): rows["count"],
            say(words.AREA): rows["area_km2"].round(2),
            say(words.SHARE_INCIDENTS): (rows["share_of_incidents"] * 100).round(1),
            say(words.AREA_PERCENT): (rows["share_of_area"] * 100).round(2),
        }
    )
    focus, picked = _clicked(rows, shown, "hotspot clusters", asked)
    return OnMap(plain_density(who, asked).grid, clusters_patch_of(who, found), focus, picked, found.basis)
