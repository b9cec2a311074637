"""9,000 invented incidents of two years: plausible hours, weekdays, seasons and places, and the falls that the report states."""

from datetime import datetime, timedelta

import numpy as np
from make_counts import Pool
from make_coverage import COMMUNITIES
from make_ground import Array
from make_names import generator
from make_places import BAR_STREET
from make_position import Frame
from make_town import Town

CASES = {  # category: (class, in 2024, in 2025); falls: criminal 59 %, administrative 52 %, all 45 %
    "burglary": ("criminal", 210, 78),
    "theft": ("criminal", 330, 127),
    "fraud": ("criminal", 400, 180),
    "injury": ("criminal", 60, 25),
    "fight": ("administrative", 420, 205),
    "petty_theft": ("administrative", 540, 250),
    "gambling": ("administrative", 260, 130),
    "disorder": ("administrative", 280, 135),
    "dispute": ("other", 980, 620),
    "noise": ("other", 430, 280),
    "traffic": ("other", 1017, 613),
    "help": ("other", 880, 550),
}
AT_BAR_STREET = {2024: ["fight", "fight", "disorder", "fight"], 2025: ["fight"]}
BAR_STREET_M = 150.0
HOURS = {  # share of each hour from 0 to 23, any scale
    "night": [9, 8, 6, 3, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 2, 3, 5, 8, 11, 13, 12],
    "burgled": [9, 12, 15, 14, 9, 4, 2, 2, 4, 5, 6, 5, 4, 4, 5, 5, 4, 3, 3, 4, 4, 4, 5, 7],
    "market": [1, 1, 1, 1, 1, 2, 4, 7, 10, 12, 12, 11, 8, 7, 9, 10, 10, 9, 8, 8, 7, 5, 3, 2],
    "office": [1, 1, 0, 0, 0, 1, 1, 3, 8, 13, 14, 11, 7, 8, 12, 13, 11, 8, 5, 6, 6, 4, 2, 1],
    "evening": [3, 1, 1, 1, 0, 1, 2, 4, 6, 8, 8, 8, 7, 6, 7, 7, 8, 9, 11, 14, 15, 13, 9, 5],
    "peaks": [1, 1, 0, 0, 1, 2, 6, 14, 13, 8, 7, 8, 9, 6, 6, 7, 9, 15, 14, 9, 6, 5, 3, 2],
    "day": [2, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 8, 7, 6, 7, 8, 8, 8, 8, 8, 7, 6, 4, 3],
}
RHYTHM = {
    "burglary": "burgled", "theft": "market", "fraud": "office", "injury": "night", "fight": "night", "petty_theft": "market",
    "gambling": "evening", "disorder": "night", "dispute": "evening", "noise": "night", "traffic": "peaks", "help": "day",
}  # fmt: skip
NIGHTLIFE = {"injury", "fight", "disorder", "noise"}
FOUND_SHARE = {"gambling": 0.55, "disorder": 0.30, "traffic": 0.25}
SPAN_SHARE = {"burglary": 0.50, "theft": 0.15, "petty_theft": 0.08}
FESTIVALS = [("2024-02-08", 10), ("2025-01-27", 10), ("2024-05-01", 5), ("2025-05-01", 5), ("2024-10-01", 7), ("2025-10-01", 7)]
NEAR = {  # risk place: (reach in metres, weight by category)
    BAR_STREET: (85, {"dispute": 45, "noise": 110, "help": 5}),
    "老天桥棚改拆迁区域": (220, {"theft": 12, "petty_theft": 6, "burglary": 16, "disorder": 14}),
    "老西门口街道巷陌": (260, {"burglary": 15, "petty_theft": 9, "dispute": 4, "gambling": 10}),
    "城乡结合部废弃厂房": (260, {"theft": 12, "gambling": 18, "disorder": 10}),
    "采石厂": (400, {"dispute": 8, "traffic": 12, "noise": 12}),
    "农村偏僻路段": (700, {"traffic": 26}),
    "校园周边": (250, {"fight": 6, "traffic": 5, "dispute": 3, "petty_theft": 3}),
}


def make_incidents(town: Town, pool: Pool, persons: np.ndarray, risks: list[dict]) -> list[dict]:
    """Rows of incidents.csv in order of time: code, times, category, source, lon, lat."""
    rng = generator("incidents")
    bar = next(risk for risk in risks if risk["properties"]["name"] == BAR_STREET)["geometry"]["coordinates"]
    bar_m = _metres_from(town.frame, pool.xy, bar)
    level = rng.normal(1, 0.06, 24).clip(0.85, 1.15)  # a month's own level; the years' trend is in _hours_of
    rows = []
    for category, (kind, *counts) in CASES.items():
        place = _place_weight(town, pool, persons, risks, category)
        if kind != "other":
            place = np.where(bar_m < BAR_STREET_M + 60, 0, place)  # its few cases are set by hand below
        for year, count in zip((2024, 2025), counts, strict=True):
            by_hand = AT_BAR_STREET[year].count(category)
            hours, share = _hours_of(year, category, level)
            picked = rng.choice(len(hours), count, p=share)
            spots = rng.choice(len(pool.xy), count, p=place / place.sum())
            at_bar = np.flatnonzero(bar_m < 70)
            spots[:by_hand] = rng.choice(at_bar, by_hand, replace=False)
            for hour, xy in zip(picked, _scattered(town, pool, spots, by_hand, rng), strict=True):
                lon, lat = town.frame.degrees(xy, 5)[0]
                start = hours[hour] + timedelta(minutes=_minute(rng))
                rows.append(
                    (
                        start,
                        category,
                        _until(rng, category, start),
                        "found" if rng.random() < FOUND_SHARE.get(category, 0) else "reported",
                        lon,
                        lat,
                    )
                )
    rows.sort()
    return _numbered(rows)


def _metres_from(frame: Frame, xy: Array, lon_lat: tuple[float, float]) -> Array:
    """Metres on the ground from a place in degrees, near enough for a street (a flat earth about it)."""
    gap = (frame.degrees(xy) - np.asarray(lon_lat)) * [111320 * np.cos(np.radians(28.7)), 110850]
    return np.hypot(*gap.T)


def _place_weight(town: Town, pool: Pool, persons: np.ndarray, risks: list[dict], category: str) -> Array:
    """Where a category happens: by the people of the cell, by the class of road, and more at its risk places."""
    points_in_cell = np.bincount(pool.cell, minlength=len(town.cells))
    weight = persons[pool.cell] / points_in_cell[pool.cell]
    centre = np.exp(-((np.hypot(*(pool.xy / [1300, 700]).T)) ** 2))
    lively = 3.0 if category in NIGHTLIFE or category in {"theft", "petty_theft"} else 1.2
    weight = weight * np.where(pool.unit < COMMUNITIES, 1.35 + lively * centre, 1)
    if category == "traffic":
        weight = weight * np.select([pool.road_class == "national", pool.road_class == "hamlet"], [3.0, 0.15], 1.0)
    base = weight.mean()
    for risk in risks:
        reach, boost = NEAR[risk["properties"]["name"]]
        gap = _metres_from(town.frame, pool.xy, risk["geometry"]["coordinates"])
        weight = weight + boost.get(category, 0) * base * np.exp(-((gap / reach) ** 2))
    return weight


def _hours_of(year: int, category: str, level: Array) -> tuple[list[datetime], Array]:
    """Every hour of the year and its share of the category's incidents."""
    start = datetime(year, 1, 1)
    hours = [start + timedelta(hours=h) for h in range(24 * (366 if year == 2024 else 365))]
    festive = {datetime.fromisoformat(day).date() + timedelta(days=d) for day, length in FESTIVALS for d in range(length)}
    profile = HOURS[RHYTHM[category]]
    share = np.empty(len(hours))
    for n, hour in enumerate(hours):
        month = hour.month - 1
        trend = 1.16 - 0.028 * month if year == 2024 else 1.04 - 0.007 * month
        weight = profile[hour.hour] * trend * level[month + 12 * (year - 2024)]
        weekday = (hour - timedelta(hours=5)).weekday()  # the small hours belong to the evening before
        if category in NIGHTLIFE and weekday in (4, 5) and (hour.hour >= 20 or hour.hour < 5):
            weight *= 2.1
        if category in {"fraud", "traffic"} and weekday >= 5:
            weight *= 0.72
        if hour.date() in festive:
            weight *= 0.75 if category == "fraud" else 1.3
        share[n] = weight
    return hours, share / share.sum()


def _scattered(town: Town, pool: Pool, spots: np.ndarray, still: int, rng: np.random.Generator) -> Array:
    """The picked points moved by some metres, unless that leaves their unit or wets them."""
    moved = pool.xy[spots] + rng.normal(0, 20, (len(spots), 2)).clip(-55, 55)
    keep = town.unit_at(moved) != pool.unit[spots]
    keep[:still] = True
    return np.where(keep[:, None], pool.xy[spots], moved)


def _minute(rng: np.random.Generator) -> int:
    """People round what they tell to five minutes about every other time."""
    minute = int(rng.integers(0, 60))
    return minute - minute % 5 if rng.random() < 0.45 else minute


def _until(rng: np.random.Generator, category: str, start: datetime) -> str:
    """The latest time of what was found some hours later, e.g. a burglary in the morning; otherwise empty."""
    if rng.random() >= SPAN_SHARE.get(category, 0):
        return ""
    until = start + timedelta(minutes=int(rng.integers(18, 96)) * 5)
    return until.strftime("%Y-%m-%dT%H:%M") if until.year == start.year else ""


def _numbered(rows: list[tuple]) -> list[dict]:
    counts, table = {2024: 0, 2025: 0}, []
    for start, category, until, source, lon, lat in rows:
        counts[start.year] += 1
        code = f"I{start.year % 100}{counts[start.year]:04d}"
        at = start.strftime("%Y-%m-%dT%H:%M")
        table.append(
            dict(code=code, occurred_at=at, occurred_until=until, category=category, source=source, lon=f"{lon:.5f}", lat=f"{lat:.5f}")
        )
    return table
