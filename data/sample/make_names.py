"""Names of the demo town in Chinese and English, and the random generator of each subject."""

import csv
from pathlib import Path

import numpy as np

FACTS = Path(__file__).parent / "facts"
TOWN_CODE = "433125109"

PINYIN = {
    "风筝坪": "Fengzhengping",
    "二月坡": "Eryuepo",
    "大月坡": "Dayuepo",
    "沙水井": "Shashuijing",
    "朝阳": "Chaoyang",
    "喜鹊溪": "Xiquexi",
    "竹子坪": "Zhuziping",
    "魏竹路": "Weizhulu",
    "花井": "Huajing",
    "桐木棋": "Tongmuqi",
    "民瑞": "Minrui",
    "龙溪坪": "Longxiping",
    "通坝": "Tongba",
    "三联": "Sanlian",
    "腊水": "Lashui",
    "杨家": "Yangjia",
    "梭西": "Suoxi",
    "和平": "Heping",
    "踏梯": "Tati",
    "陇木峒": "Longmudong",
    "王家": "Wangjia",
    "陇西": "Longxi",
    "府库": "Fuku",
    "撒珠": "Sazhu",
    "松溪": "Songxi",
    "那铁": "Natie",
    "陡滩": "Doutan",
    "昂洞": "Angdong",
    "新码": "Xinma",
    "茶市": "Chashi",
    "那甫": "Nafu",
    "普溪": "Puxi",
    "谭家": "Tanjia",
    "陇洞": "Longdong",
    "利福": "Lifu",
    "扁朝": "Bianchao",
    "土碧": "Tubi",
    "四方城": "Sifangcheng",
    "阿扎河": "Azhahe",
    "哪洞": "Nadong",
}
"""Pinyin of every unit's short name. Readings of local names are not official."""

SUBJECTS = ("ground", "units", "cells", "lines", "streets", "counts", "parks", "places", "risks", "incidents", "plans", "county")


def generator(subject: str) -> np.random.Generator:
    """The generator of one subject, so that a change in one leaves the others as they were."""
    return np.random.default_rng([int(TOWN_CODE), SUBJECTS.index(subject)])


def units() -> list[dict[str, str]]:
    """The 40 units of facts/units.csv with code, name, kind, short (name without 社区 or 村), pinyin, name_en."""
    rows = _facts("units.csv")
    for row in rows:
        row["short"] = row["name"].removesuffix("社区").removesuffix("村")
        row["pinyin"] = PINYIN[row["short"]]
        row["name_en"] = row["pinyin"] + (" Community" if row["kind"] == "community" else " Village")
    return rows


def figures() -> dict[str, float]:
    """The figures of facts/article_figures.csv by key, as numbers; figures that are no number are left out."""
    return {row["key"]: float(row["value"]) for row in _facts("article_figures.csv") if row["value"].lstrip("-").replace(".", "").isdigit()}


def risk_places() -> list[dict[str, str]]:
    """The risk places that the report names: name, name_en, kind, note."""
    return _facts("risk_places.csv")


def _facts(name: str) -> list[dict[str, str]]:
    with (FACTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
