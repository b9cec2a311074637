"""Communities and villages in one file, as surveyors hand them over: which row is which, by its code and its name."""

import re
from typing import Any, Literal

import geopandas as gpd
import numpy as np

from importing.import_report import Finding
from layers import LAYERS
from layers.definition.text import Text

UnitKind = Literal["communities", "villages"]

_CODE = re.compile(r"\d{9}(\d)\d{2}")
_BY_DIGIT: dict[str, UnitKind] = {
    "0": "communities",
    "1": "communities",
    "2": "villages",
    "3": "villages",
    "4": "communities",
    "5": "villages",
}
"""The tenth digit of a statistical code: 001 to 199 are residents' committees and 200 to 399 villagers' committees; 400 to 499
and 500 to 599 what is like the one or the other. Source: 统计用区划代码和城乡划分代码编制规则, National Bureau of Statistics."""
_BY_NAME: dict[UnitKind, str] = {"communities": r"(社区|居委会|居民委员会)$", "villages": r"(村|村委会|村民委员会)$"}


def unit_kind(code: Any, name: Any) -> UnitKind | None:
    """What a unit is; None where neither tells, or where one says this and the other that, as of a village turned community."""
    match = _CODE.fullmatch(str(code))
    told = {_BY_DIGIT[match[1]]} if match and match[1] in _BY_DIGIT else set()
    told |= {kind for kind, end in _BY_NAME.items() if re.search(end, str(name))}
    return told.pop() if len(told) == 1 else None


def parted(key: str, frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, dict[str, gpd.GeoDataFrame], tuple[Finding, ...]]:
    """The rows of that kind and of no clear kind, those of the other kind by its key, and what to tell.

    Where all rows are of the other kind nothing is parted: the person is told to import them there.
    """
    other: UnitKind = "villages" if key == "communities" else "communities"
    away = np.array([unit_kind(code, name) == other for code, name in zip(frame["code"], frame["name"], strict=True)], bool)
    words = {"n": int(away.sum()), "first": frame["name"][away].iloc[0] if away.any() else "", "other": _plural(other)}
    if not away.any():
        return frame, {}, ()
    if away.all():
        what = Text("{n} 行看起来都是{other}（首个：{first}）。", "All {n} rows look like {other} (first: {first}).")
        then = Text("若是，请改选导入到“{other}”。", "If they are, import them into {other} instead.")
        return frame, {}, (Finding("check", "warning", "other_units", what.fill(**words), then.fill(**words), len(frame)),)
    what = Text(
        "文件中有 {n} 行是{other}（首个：{first}），将一并导入到“{other}”，一步撤销。",
        "{n} rows of the file are {other} (first: {first}); they go into {other} in the same step, undone together.",
    )
    then = Text(
        "按统计代码第 10 位和名称判断；若都是{own}，请选“全部作为{own}导入”。",
        "Told by the tenth digit of the code and the name; if all are {own}, say so.",
    )
    finding = Finding("check", "warning", "units_parted", what.fill(**words), then.fill(own=_plural(key)), int(away.sum()))
    return frame[~away].reset_index(drop=True), {other: frame[away].reset_index(drop=True)}, (finding,)


def _plural(key: str) -> Text:
    return Text(LAYERS[key].title.zh, LAYERS[key].title.en.lower())
