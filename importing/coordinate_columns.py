"""Which columns of a table hold the coordinates, and the numbers in them: decimal, in degrees and minutes, or both in one column."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from importing.column import EMPTY_MARKS, different, on_rows, plain, text_of
from layers.definition.refusal import Refusal
from layers.definition.text import Text

Numbers = NDArray[np.float64]

_X_NAMES = (
    "经度",
    "经度坐标",
    "lon",
    "lng",
    "long",
    "longitude",
    "lon_wgs84",
    "东经",
    "东坐标",
    "横坐标",
    "east",
    "easting",
    "e",
    "x坐标",
    "x",
    "坐标x",
    "point_x",
    "xcoord",
    "jd",
)
_Y_NAMES = (
    "纬度",
    "纬度坐标",
    "lat",
    "latitude",
    "lat_wgs84",
    "北纬",
    "北坐标",
    "纵坐标",
    "north",
    "northing",
    "n",
    "y坐标",
    "y",
    "坐标y",
    "point_y",
    "ycoord",
    "wd",
)
_BOTH_NAMES = (
    "经纬度",
    "坐标",
    "经纬度坐标",
    "位置坐标",
    "location",
    "lonlat",
    "lnglat",
    "latlon",
    "latlng",
    "coordinates",
    "coordinate",
    "xy",
)
"""Plain names in order of preference; words about the datum around them are left aside before they are compared."""
_DATUM_WORDS = re.compile(r"gcj-?0?2|bd-?0?9(mc|ll)?|wgs-?(19)?84|cgcs-?2000|高德|百度|腾讯|火星|天地图|amap|baidu|tencent|gps|^bd|^gd|^tx")
_NOISE = re.compile(r"[\s_\-.·:*]|\([^)]*\)|\[[^\]]*\]|（[^）]*）|【[^】]*】")
_DEGREES = re.compile(
    r"(?P<before>[东西南北EWSN])?(?P<deg>\d{1,3}(?:\.\d+)?)[°度](?:(?P<min>\d{1,2}(?:\.\d+)?)[′'分])?(?:(?P<sec>\d{1,2}(?:\.\d+)?)(?:[″\"秒]|''))?(?P<after>[东西南北EWSN])?",
    re.IGNORECASE,
)
_PAIR = re.compile(r"\s*[\[(]?\s*([^,，;；\s]+)\s*[,，;；\s]\s*([^,，;；\s\])]+)\s*[\])]?\s*")


@dataclass(frozen=True)
class CoordinateColumns:
    """Names of the columns: x (longitude, or what the file calls x) and y; both in one column when they are the same."""

    x: str
    y: str

    @property
    def names(self) -> tuple[str, ...]:
        """Without repetition."""
        return (self.x,) if self.x == self.y else (self.x, self.y)


def find_coordinate_columns(names: Iterable[str], chosen: Mapping[str, str] | None = None) -> CoordinateColumns | None:
    """The coordinate columns by name in both languages; a choice of the person (column -> 'lon', 'lat' or 'lonlat') comes first.

    None when there are none. Refused: a chosen column that the file does not have, only one of the two.
    """
    names = [str(name) for name in names]
    asked = {target: column for column, target in (chosen or {}).items() if target in ("lon", "lat", "lonlat")}
    if missing := [column for column in asked.values() if column not in names]:
        raise Refusal(
            Text("文件中没有列“{name}”。", "The file has no column {name}.").fill(name=missing[0]),
            Text("可选列：{names}。", "Its columns: {names}.").fill(names=", ".join(names[:30])),
        )
    if "lonlat" in asked:
        return CoordinateColumns(asked["lonlat"], asked["lonlat"])
    if len(asked) == 1:
        raise Refusal(
            Text("只指定了经度或纬度中的一列。", "Only one of longitude and latitude was chosen."),
            Text("请同时指定 lon 和 lat 两列。", "Choose both, as lon and lat."),
        )
    if asked:
        return CoordinateColumns(asked["lon"], asked["lat"])
    x, y = _first(names, _X_NAMES), _first(names, _Y_NAMES)
    if x is not None and y is not None:
        return CoordinateColumns(x, y)
    both = _first(names, _BOTH_NAMES)
    return None if both is None else CoordinateColumns(both, both)


def numbers_of(columns: pd.DataFrame, at: CoordinateColumns) -> tuple[Numbers, NDArray[np.bool_], NDArray[np.bool_]]:
    """(n, 2) numbers of the x and y columns, NaN where empty or unreadable; which rows are empty; which can't be read.

    A row with one of the two is unreadable, so is one with infinity; latitudes south and longitudes west are negative.
    """
    if at.x == at.y:
        x_raw, y_raw = _halves(columns[at.x])
    else:
        x_raw, y_raw = columns[at.x], columns[at.y]
    (x, no_x), (y, no_y) = _numbers(x_raw), _numbers(y_raw)
    xy = np.column_stack([x, y])
    empty = no_x & no_y
    unreadable = ~np.isfinite(xy).all(axis=1) & ~empty
    xy[unreadable] = np.nan
    return xy, empty, unreadable


def bare_name(name: str) -> str:
    """A column's name without units in brackets, blanks, marks and words about the datum."""
    return _DATUM_WORDS.sub("", _NOISE.sub("", unicodedata.normalize("NFKC", name).casefold()))


def _first(names: list[str], wanted: tuple[str, ...]) -> str | None:
    bare = [bare_name(name) for name in names]
    for word in wanted:
        if _NOISE.sub("", word) in bare:
            return names[bare.index(_NOISE.sub("", word))]
    return None


def _halves(raw: Any) -> tuple[Any, Any]:
    found = [_PAIR.fullmatch(value) if isinstance(value, str) else None for value in np.asarray(raw, object).tolist()]
    whole = [None if value is None or value != value else text_of(value) for value in np.asarray(raw, object).tolist()]
    first = [match[1] if match else text for match, text in zip(found, whole, strict=True)]
    second = [match[2] if match else text and "?" for match, text in zip(found, whole, strict=True)]
    return pd.Series(first, dtype=object), pd.Series(second, dtype=object)


def _numbers(raw: Any) -> tuple[Numbers, NDArray[np.bool_]]:
    """Numbers, and which are empty. Text that pandas can't read is looked at one different value at a time."""
    found = pd.to_numeric(pd.Series(np.asarray(raw)), errors="coerce").to_numpy(float, na_value=np.nan, copy=True)
    empty = pd.isna(raw).to_numpy() if hasattr(raw, "to_numpy") else pd.isna(raw)
    left = np.flatnonzero(np.isnan(found) & ~empty)
    where, values = different(np.asarray(raw, object)[left])
    words = [text_of(value) for value in values]
    found[left] = np.append([_number(word) for word in words], np.nan)[where]
    empty = empty.copy()
    empty[left] = on_rows(where, np.array([plain(word) in EMPTY_MARKS for word in words], bool), True)
    return found, empty


def _number(word: str) -> float:
    word = unicodedata.normalize("NFKC", word).replace(" ", "").replace("′", "'").replace("″", '"')
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", word):
        word = word.replace(",", "")
    if re.fullmatch(r"[+-]?\d+(\.\d*)?(e[+-]?\d+)?", word, re.IGNORECASE):
        return float(word)
    if metres := re.fullmatch(r"([+-]?\d+(?:\.\d+)?)(m|米)", word, re.IGNORECASE):
        return float(metres[1])
    if compass := re.fullmatch(r"([东西南北EWSN][经纬]?)?(\d+(?:\.\d+)?)([EWSN])?", word, re.IGNORECASE):
        return _signed(float(compass[2]), (compass[1] or "") + (compass[3] or ""))
    match = _DEGREES.fullmatch(word.replace("经", "").replace("纬", ""))
    if match is None:
        return np.nan
    degrees = float(match["deg"]) + float(match["min"] or 0) / 60 + float(match["sec"] or 0) / 3600
    return _signed(degrees, (match["before"] or "") + (match["after"] or ""))


def _signed(degrees: float, side: str) -> float:
    return -degrees if any(mark in side.upper() for mark in "西南WS") else degrees
