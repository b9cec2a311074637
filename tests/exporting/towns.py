"""Towns to print: the demo town from its files, towns at random, and one square kilometre whose every number is known."""

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from exporting.sheet_content import SheetContent
from layers.definition.text import Text

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
CRS = "EPSG:4546"
WORDS: dict[str, Any] = {
    "station": Text("示范派出所", "Model Police Station"),
    "title": Text("示范镇警务区划分图", "Police Beats of Model Town"),
    "subtitle": Text("现行方案", "Plan in force"),
    "plan": Text("现行方案 · 现行 · 第 3 版", "Plan in force · in force · revision 3"),
    "as_of": "2025-12-31",
    "source": Text("虚构数据", "Invented data"),
    "maker": Text("示范派出所", "Model Police Station"),
    "metric_crs": CRS,
}
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"


def table(rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    """Rows drawn in metres of EPSG:4546, handed over in degrees as a sheet's content is."""
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS).to_crs("EPSG:4490")


def square_town(**changes: Any) -> SheetContent:
    """One beat, one community, one cell: the square from (370000, 3175000) to (371000, 3176000)."""
    square = shapely.box(370_000, 3_175_000, 371_000, 3_176_000)
    layers = {
        "grid_cells": table([{"code": "c1", "name": "第一网格", "name_en": "Cell 1", "unit_code": "u1", "geometry": square}]),
        "communities": table([{"code": "u1", "name": "河口社区", "name_en": "Hekou Community", "geometry": square}]),
        "beats": table([{"code": "01", "name": "河口警务区", "name_en": "Hekou Beat", "lead": "民警01", "geometry": square}]),
    }
    return SheetContent(Text("示范镇", "Model Town"), **{**WORDS, "layers": layers, **changes})


def random_town(seed: int, cells: int = 130, units: int = 30, beats: int = 11) -> SheetContent:
    """A town of about 20 km with small cells in its middle, units of cells and beats of units, and places at random."""
    rng = np.random.default_rng(seed)
    angles = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    radii = 9_000 * (1 + 0.15 * np.sin(3 * angles + rng.uniform(0, 6)) + 0.08 * np.sin(7 * angles + rng.uniform(0, 6)))
    outline = shapely.Polygon(np.column_stack([radii * np.cos(angles), 0.8 * radii * np.sin(angles)]))
    seeds = np.vstack([rng.normal(0, 1_400, (cells // 2, 2)), rng.uniform(-9_000, 9_000, (cells - cells // 2, 2))])
    seeds = seeds[shapely.contains_xy(outline, seeds[:, 0], seeds[:, 1])]
    pieces = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=outline, ordered=True))
    shapes = shapely.transform(shapely.intersection(pieces, outline), lambda xy: xy + np.asarray([370_000, 3_175_000]))
    unit_of = _nearest(seeds, seeds[rng.choice(len(seeds), units, replace=False)])
    middle = np.asarray([seeds[unit_of == u].mean(axis=0) for u in range(units)])
    beat_of = _nearest(middle, middle[rng.choice(units, beats, replace=False)])[unit_of]
    layers = {
        "grid_cells": table(
            [{"code": f"c{i}", "name": f"网格{i}", "unit_code": f"u{unit_of[i]}", "geometry": g} for i, g in enumerate(shapes)]
        ),
        "communities": table([_area(f"u{u}", rng, "社区", "Community", shapes[unit_of == u]) for u in range(units)]),
        "beats": table(
            [
                {**_area(f"{b + 1:02d}", rng, "警务区", "Beat", shapes[beat_of == b]), "lead": f"民警{b + 1:02d}", "persons": 1000 * b + 7}
                for b in range(beats)
                if (beat_of == b).any()
            ]
        ),
        "schools": table([_place(f"s{i}", rng, "小学") for i in range(25)]),
        "stations": table([_place("st", rng, "派出所")]),
        "risk_places": table([_place(f"r{i}", rng, "风险点") for i in range(6)]),
    }
    return SheetContent(Text("示范镇", "Model Town"), **{**WORDS, "layers": layers, "illustrative": True})


def demo_town(**changes: Any) -> SheetContent:
    """The demo town with its plan in force, read from data/sample."""
    about = json.loads((SAMPLE / "town.json").read_text("utf-8"))
    keys = "grid_cells communities villages water roads county stations police_rooms schools industrial_parks rural_parks risk_places"
    layers = {key: gpd.read_file(SAMPLE / f"{key}.geojson").set_crs("EPSG:4490", allow_override=True) for key in keys.split()}
    cells, beats = (pd.read_csv(SAMPLE / name, dtype=str).query("plan_id == 'plan-2025'") for name in ("plan_cells.csv", "plan_beats.csv"))
    owner = layers["grid_cells"]["code"].map(cells.set_index("cell_code")["beat"])
    joined = layers["grid_cells"][["dwellings", "persons", "geometry"]].dissolve(by=owner, aggfunc="sum")
    unit_of = layers["grid_cells"]["unit_code"]
    units = pd.concat([layers["communities"], layers["villages"]]).set_index("code")
    named = {b: list(dict.fromkeys(unit_of[owner == b])) for b in joined.index}
    staff = pd.read_csv(SAMPLE / "staff.csv", dtype=str).set_index("code")
    beats = beats.assign(lead=beats["lead"].map(staff["name"]), lead_en=beats["lead"].map(staff["name_en"]))
    layers["beats"] = gpd.GeoDataFrame(
        beats.merge(joined, left_on="code", right_index=True).assign(
            area_km2=lambda t: gpd.GeoSeries(t["geometry"], crs="EPSG:4490").to_crs(CRS).area / 1e6,
            units_zh=[("、".join(units["name"][u] for u in named[b])) for b in beats["code"]],
            units_en=[(", ".join(units["name_en"][u] for u in named[b])) for b in beats["code"]],
        ),
        geometry="geometry",
        crs="EPSG:4490",
    )
    words = {
        "title": Text(f"{about['name']}警务区划分图", f"Police Beats of {about['name_en']}"),
        "source": Text(**{"zh": about["source"]["zh"], "en": about["source"]["en"]}),
        "illustrative": True,
        "internal": True,
    }
    return SheetContent(Text(about["name"], about["name_en"]), **{**WORDS, "layers": layers, **words, **changes})


def _nearest(points: Any, centres: Any) -> Any:
    return np.argmin(np.linalg.norm(points[:, None, :] - centres[None, :, :], axis=2), axis=1)


def _area(code: str, rng: np.random.Generator, kind: str, kind_en: str, shapes: Any) -> dict[str, Any]:
    name = "".join(rng.choice(list(_SURNAMES), 2))
    return {"code": code, "name": f"{name}{kind}", "name_en": f"Name{code} {kind_en}", "geometry": shapely.union_all(shapes)}


def _place(code: str, rng: np.random.Generator, kind: str) -> dict[str, Any]:
    x, y = rng.normal(0, 2_500, 2)
    return {"code": code, "name": f"第{code}{kind}", "name_en": f"Place {code}", "geometry": shapely.Point(370_000 + x, 3_175_000 + y)}
