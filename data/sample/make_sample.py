"""Make the demo town: run `python data/sample/make_sample.py [--out DIR]`; twice gives the same bytes.

What is official, reported or invented is told in data/README.md.
"""

import argparse
import json
from pathlib import Path

from make_counts import make_counts, make_pool
from make_coverage import COMMUNITIES
from make_incidents import make_incidents
from make_lines import make_county
from make_names import TOWN_CODE, figures
from make_places import make_parks, make_places
from make_plans import make_plans
from make_position import METRIC_CRS, feature, write_csv, write_geojson
from make_staff import make_assignments, make_staff
from make_town import Town, make_town

NUMERALS = "一二三四五六七八九十"


def make_sample(out: Path) -> None:
    """Write every file of the demo town into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    town = make_town()
    pool = make_pool(town)
    counts = make_counts(town)
    places = make_places(town, pool, counts["dwellings"])
    layers = areas(town, counts) | background(town) | make_parks(town) | places
    for key, features in layers.items():
        write_geojson(out / f"{key}.geojson", features)
    write_csv(out / "incidents.csv", make_incidents(town, pool, counts["persons"], places["risk_places"]))
    write_csv(out / "staff.csv", make_staff(len(town.units) - COMMUNITIES))
    write_csv(out / "assignments.csv", make_assignments(town.units, [row["properties"]["code"] for row in places["schools"]]))
    for name, rows in zip(("plans", "plan_beats", "plan_cells"), make_plans(town, counts["dwellings"]), strict=True):
        write_csv(out / f"{name}.csv", rows)
    (out / "town.json").write_bytes((json.dumps(about(), ensure_ascii=False, indent=2) + "\n").encode())


def about() -> dict:
    """The facts that name and place the town."""
    return {
        "name": "迁陵镇",
        "name_en": "Qianling Town",
        "code": TOWN_CODE,
        "county": "保靖县",
        "county_en": "Baojing County",
        "metric_crs": METRIC_CRS,
        "time_zone": "Asia/Shanghai",
        "illustrative": True,
        "as_of": "2025-12-31",
        "source": {
            "zh": "名称和代码为官方资料，数字取自湖南法治报的报道，图形、点位和警情均为虚构。",
            "en": "Names and codes are official, figures are from a report of Hunan Rule of Law News "
            "(Hunan Fazhi Bao); geometry, places and incidents are invented.",
        },
        "area_km2": figures()["town_area"],
        "station": "迁陵派出所",
        "station_en": "Qianling Police Station",
    }


def areas(town: Town, counts: dict) -> dict[str, list[dict]]:
    """Communities, villages and grid cells."""
    units = [
        feature(shape, code=row["code"], name=row["name"], name_en=row["name_en"])
        for row, shape in zip(town.units, town.unit_degrees, strict=True)
    ]
    cells = []
    for n, cell in enumerate(town.cells):
        unit = town.units[cell.unit]
        names = dict(name=f"{unit['short']}第{NUMERALS[cell.number - 1]}网格", name_en=f"{unit['pinyin']} Cell {cell.number}")
        own = {column: int(values[n]) for column, values in counts.items()}
        cells.append(feature(cell.degrees, code=cell.code, **names, unit_code=unit["code"], **own))
    return {"communities": units[:COMMUNITIES], "villages": units[COMMUNITIES:], "grid_cells": cells}


def background(town: Town) -> dict[str, list[dict]]:
    """Roads, water, bridges and the county's outline."""
    placed = town.frame.placed
    roads, streets = [], 0
    for n, road in enumerate(town.roads, 1):
        if road.road_class == "street":
            streets += 1
            names = (f"街道{streets:02d}", f"Street {streets:02d}")
        elif road.road_class == "national":
            names = ("过境公路", "Through Road")
        elif road.towards < 0:
            names = ("南岸公路", "South Bank Road")
        else:
            names = (f"{town.units[road.towards]['short']}公路", f"{town.units[road.towards]['pinyin']} Road")
        roads.append(feature(placed(road.line), code=f"R{n:03d}", name=names[0], name_en=names[1], road_class=road.road_class))
    water = [("W1", "酉水", "You River", "river"), ("W2", "酉溪", "Youxi Stream", "stream")]
    bridges = [
        feature(
            placed(span.interpolate(0.5, normalized=True)), code=f"B{n}", name=f"酉水{NUMERALS[n - 1]}桥", name_en=f"You River Bridge {n}"
        )
        for n, span in enumerate(town.bridges, 1)
    ]
    return {
        "roads": roads,
        "water": [feature(placed(town.water[key]), code=code, name=zh, name_en=en) for code, zh, en, key in water],
        "bridges": bridges,
        "county": [feature(placed(make_county(town.outline)), code="433125", name="保靖县", name_en="Baojing County")],
    }


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder to write to; its own by default")
    make_sample(arguments.parse_args().out)
