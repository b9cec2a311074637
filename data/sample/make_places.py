"""Invented places that add up to the report: parks, schools, venues, shops, hazards, risk places, stations, rooms."""

import numpy as np
import shapely
from make_counts import Pool, share_out
from make_coverage import COMMUNITIES
from make_names import figures, generator, risk_places
from make_position import feature
from make_town import Town
from shapely.geometry import Point, Polygon

SHOPS = 1046  # the report says over 1000
VENUES = {  # category: (Chinese, English, how many, workers as low and high weight)
    "hotel": ("旅馆", "Hotel", 38, (8, 40)),
    "entertainment": ("娱乐场所", "Entertainment venue", 22, (10, 45)),
    "internet_cafe": ("网吧", "Internet cafe", 14, (4, 10)),
    "pawn_scrap": ("典当废旧", "Pawn and scrap dealer", 15, (2, 8)),
    "courier": ("寄递点", "Courier", 27, (5, 25)),
    "key_unit": ("重点单位", "Key unit", 33, (40, 240)),
}
SHOP_KINDS = {
    "food": ("餐饮店", "Eatery", 330),
    "retail": ("零售店", "Shop", 440),
    "service": ("服务店", "Service shop", 220),
    "farm": ("农资店", "Farm supplies", 56),
}
LEVELS = {
    "nursery": ("幼儿园", "Nursery"),
    "primary": ("小学", "Primary School"),
    "middle": ("初级中学", "Middle School"),
    "high": ("高级中学", "High School"),
    "vocational": ("职业学校", "Vocational School"),
}
SCHOOLS_IN_SEAT = {"primary": 7, "nursery": 6, "middle": 4, "high": 2, "vocational": 1}
SCHOOLS_IN_VILLAGES = {"primary": 9, "nursery": 3}
INDUSTRIAL_PARKS = [
    ("钟灵山工业园", "Zhonglingshan Industrial Park", 61, 14, 330.0),
    ("创新创业园", "Innovation and Start-up Park", 36, 9, 170.0),
]
RURAL_PARKS = [
    ("扁朝", "扁朝油茶茶园", "Bianchao Tea-oil and Tea Garden", "油茶、茶叶"),
    ("踏梯", "踏梯百亩柑橘园", "Tati Citrus Garden", "柑橘"),
    ("普溪", "普溪百亩柑橘园", "Puxi Citrus Garden", "柑橘"),
    ("四方城", "农村产业园（报道未具名）", "Rural park (not named in the report)", "未具名"),
]
COOPERATING = [
    ("复兴派出所", "Fuxing Police Station", (-17500, -9500)),
    ("阳朝派出所", "Yangchao Police Station", (-16200, -500)),
    ("长潭河派出所", "Changtanhe Police Station", (6200, 16200)),
]
RISK_KINDS = {"vacant buildings": "vacant_buildings", "old lanes": "old_lanes"}
RISK_AT_M = {  # where the drawn town has room for them; the report gives no positions
    "酉溪公园酒吧一条街": (-300, 640),
    "老天桥棚改拆迁区域": (900, 420),
    "老西门口街道巷陌": (-1500, 330),
    "城乡结合部废弃厂房": (2250, -850),
    "采石厂": (4600, 4300),
    "农村偏僻路段": (-5200, -6100),
}
BAR_STREET = "酉溪公园酒吧一条街"


def make_parks(town: Town) -> dict[str, list[dict]]:
    """Industrial parks by the through road near the seat, rural parks near a hamlet of their village."""
    rng = generator("parks")
    through = shapely.union_all([road.line for road in town.roads if road.road_class == "national"])
    near_seat = sorted(range(len(town.units)), key=lambda u: town.unit_local[u].distance(Point(2600, 900)))
    industrial, rural = [], []
    homes = (
        [u for u in near_seat if u >= COMMUNITIES and town.unit_local[u].distance(through) == 0],
        [u for u in near_seat if u < COMMUNITIES],
    )
    for number, ((name, name_en, firms, settled, radius), candidates) in enumerate(zip(INDUSTRIAL_PARKS, homes, strict=True), 1):
        unit, shape = next((u, found) for u in candidates if (found := _blob_in(town, u, radius, rng, through)) is not None)
        own = dict(
            code=f"IP{number}", name=name, name_en=name_en, unit_code=town.units[unit]["code"], firms=firms, disputes_settled=settled
        )
        industrial.append(feature(town.frame.placed(shape), **own))
    short = [row["short"] for row in town.units]
    for number, (village, name, name_en, product) in enumerate(RURAL_PARKS, 1):
        unit = short.index(village)
        shape = _blob_in(town, unit, 260.0, rng, Point(town.hamlets[unit][0]))
        rural.append(
            feature(
                town.frame.placed(shape),
                code=f"RP{number}",
                name=name,
                name_en=name_en,
                unit_code=town.units[unit]["code"],
                product=product,
            )
        )
    return {"industrial_parks": industrial, "rural_parks": rural}


def _blob_in(town: Town, unit: int, radius: float, rng: np.random.Generator, beside) -> Polygon | None:
    """A rounded area of that mean radius in metres, wholly in the unit and dry, as near as can be to `beside`."""
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    reach = radius * (1 + sum(0.13 * np.cos(k * angle + rng.uniform(0, 6.28)) for k in (2, 3, 5)))
    shape = Polygon(np.column_stack([1.3 * reach * np.cos(angle), 0.8 * reach * np.sin(angle)]))
    room = (
        town.unit_local[unit].buffer(-25).difference(shapely.union_all(list(town.water.values())).buffer(30)).difference(beside.buffer(20))
    )
    west, south, east, north = room.bounds
    x, y = np.meshgrid(np.arange(west, east, 40), np.arange(south, north, 40))
    spots = np.column_stack([x.ravel(), y.ravel()])
    spots = spots[np.argsort(shapely.distance(shapely.points(spots), beside), kind="stable")]
    shapely.prepare(room)
    for spot in spots:
        moved = shapely.transform(shape, lambda xy, spot=spot: xy + spot)
        if room.contains(moved):
            return moved
    return None


def make_schools(town: Town, pool: Pool) -> list[tuple[int, dict]]:
    """32 schools as (pool index, properties); at most one of a level in a unit."""
    rng = generator("places")
    found = []
    for urban, wanted in ((True, SCHOOLS_IN_SEAT), (False, SCHOOLS_IN_VILLAGES)):
        homes = np.arange(COMMUNITIES) if urban else np.arange(COMMUNITIES, len(town.units))
        for level, count in wanted.items():
            for unit in np.sort(rng.choice(homes, count, replace=False)):
                (spot,) = pool.taken(pool.unit == unit, 1, rng)
                row = town.units[unit]
                found.append(
                    (int(spot), dict(name=row["short"] + LEVELS[level][0], name_en=f"{row['pinyin']} {LEVELS[level][1]}", level=level))
                )
    return found


def make_places(town: Town, pool: Pool, dwellings: np.ndarray) -> dict[str, list[dict]]:
    """Every point layer of places. Most stand in the seat, along its streets."""
    rng = generator("places")
    schools = make_schools(town, pool)
    risks = make_risks(town, pool, schools)
    urban = pool.unit < COMMUNITIES
    centre = np.exp(-((np.hypot(*(pool.xy / [1500, 800]).T)) ** 2)) + 0.12
    free = np.ones(len(pool.xy), bool)
    free[[spot for spot, _ in schools + risks]] = False
    bar_m = np.hypot(*(pool.xy - pool.xy[risks[0][0]]).T)

    venues, weights = [], []
    for category, (zh, en, count, (low, high)) in VENUES.items():
        weight = np.where(urban, centre, 0.01) + (6 * np.exp(-((bar_m / 150) ** 2)) if category == "entertainment" else 0)
        for number, spot in enumerate(pool.taken(free, count, rng, weight), 1):
            free[spot] = False
            venues.append((spot, dict(name=f"{zh}{number:02d}", name_en=f"{en} {number:02d}", category=category)))
            weights.append(rng.uniform(low, high))
    shops, shop_workers = [], []
    for category, (zh, en, count) in SHOP_KINDS.items():
        weight = np.where(urban, centre, 0.02 if category != "farm" else 0.4)
        for number, spot in enumerate(np.sort(pool.taken(free & (pool.road_class != "hamlet"), count, rng, weight)), 1):
            free[spot] = False
            shops.append((spot, dict(name=f"{zh}{number:03d}", name_en=f"{en} {number:03d}", category=category)))
            shop_workers.append(int(1 + rng.poisson(2.1)))
    left = int(figures()["workers_in_venues_and_shops"]) - sum(shop_workers) - len(venues)
    for (_, row), workers in zip(venues, share_out(left, np.array(weights)) + 1, strict=True):
        row["workers"] = int(workers)
    for (_, row), workers in zip(shops, shop_workers, strict=True):
        row["workers"] = workers

    hazards = []
    for number, spot in enumerate(pool.taken(free, int(figures()["fire_hazards"]), rng, np.where(urban, centre, 0.03)), 1):
        hazards.append(
            (
                spot,
                dict(
                    name=f"消防隐患点{number:02d}", name_en=f"Fire hazard {number:02d}", state="fixed" if number % 5 in (1, 3) else "open"
                ),
            )
        )
    return {
        "schools": _features(town, pool, "S", 3, schools),
        "venues": _features(town, pool, "V", 3, venues),
        "shops": _features(town, pool, "P", 4, shops),
        "fire_hazards": _features(town, pool, "F", 2, hazards),
        "risk_places": _features(town, pool, "K", 1, risks),
        "stations": make_stations(town, pool),
        "police_rooms": _features(town, pool, "J", 2, _rooms(town, pool)),
    }


def make_risks(town: Town, pool: Pool, schools: list[tuple[int, dict]]) -> list[tuple[int, dict]]:
    """The risk places of the report, bar street first; what was done there is stated for the bar street only."""
    figure, found = figures(), []
    school = next(spot for spot, row in schools if row["level"] == "primary" and pool.xy[spot][1] < -400)
    for row in risk_places():
        bar = row["name"] == BAR_STREET
        spot = pool.nearest(RISK_AT_M[row["name"]], pool.road_class != "hamlet") if row["name"] in RISK_AT_M else _beside(pool, school)
        done = dict(
            inspections=int(figure["bar_street_inspections"]) if bar else 0,
            notices=int(figure["bar_street_notices"]) if bar else 0,
            patrols=126 if bar else 0,  # the report says over 120
        )
        found.append(
            (spot, dict(name=row["name"], name_en=row["name_en"], kind=RISK_KINDS.get(row["kind"], row["kind"]), note=row["note"], **done))
        )
    return found


def make_stations(town: Town, pool: Pool) -> list[dict]:
    """The own station in the seat; the three that cooperate lie outside the town, at invented positions."""
    spot = pool.nearest((-650, 300), pool.road_class == "street")
    own = dict(code="ST1", name="迁陵派出所", name_en="Qianling Police Station", unit_code=town.units[pool.unit[spot]]["code"], role="own")
    stations = [feature(town.frame.placed(Point(pool.xy[spot])), **own)]
    for number, (name, name_en, xy) in enumerate(COOPERATING, 2):
        stations.append(
            feature(town.frame.placed(Point(xy)), code=f"ST{number}", name=name, name_en=name_en, unit_code="", role="cooperating")
        )
    return stations


def _rooms(town: Town, pool: Pool) -> list[tuple[int, dict]]:
    """A police room in every community and in twelve villages, at their heart."""
    rng = generator("risks")
    with_room = [*range(COMMUNITIES), *np.sort(rng.choice(np.arange(COMMUNITIES, len(town.units)), 12, replace=False))]
    rooms = []
    for unit in with_room:
        heart = town.hamlets[unit][0] if unit >= COMMUNITIES else town.unit_local[unit].centroid.coords[0]
        row = town.units[unit]
        rooms.append((pool.nearest(heart, pool.unit == unit), dict(name=f"{row['name']}警务室", name_en=f"{row['pinyin']} Police Room")))
    return rooms


def _beside(pool: Pool, spot: int) -> int:
    gap = np.hypot(*(pool.xy - pool.xy[spot]).T)
    return int(np.argmin(np.where((gap > 25) & (pool.unit == pool.unit[spot]), gap, np.inf)))


def _features(town: Town, pool: Pool, letter: str, digits: int, found: list[tuple[int, dict]]) -> list[dict]:
    features = []
    for number, (spot, row) in enumerate(found, 1):
        first = dict(
            code=f"{letter}{number:0{digits}d}", name=row["name"], name_en=row["name_en"], unit_code=town.units[pool.unit[spot]]["code"]
        )
        features.append(feature(town.frame.placed(Point(pool.xy[spot])), **(first | row)))
    return features
