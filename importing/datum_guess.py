"""Which datum degrees are in: WGS-84, GCJ-02 or BD-09, by points that the town already knows under the same name.

No field of a file tells. The three lie some 600 m and 1,100 m apart in a direction that does not change within a town,
so one to three named points separate them. A guess is only ever shown; the shift waits for the person's word.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.definition.crs import DATUMS, Datum, to_wgs84
from layers.definition.text import Text

Sure = Literal["certain", "likely", "unsure"]
SURE: dict[Sure, Text] = {
    "certain": Text("把握大", "certain"),
    "likely": Text("较可能", "likely"),
    "unsure": Text("没有把握", "unsure"),
}
SAME_PLACE_M = 2000.0  # BD-09 shifts by 1.1 km; what is farther under every datum is another place of that name
TAIL_LETTERS = 4  # 保靖县风筝坪小学 is 风筝坪小学; shorter ends, such as 派出所, are anybody's
CLEAR_GAP_M = 150.0  # maps differ by tens of metres on where a school is; in parts of the far west GCJ-02 is no farther off
SHOWN_PAIRS = 10
_DATUMS: tuple[Datum, ...] = get_args(Datum)
_SHORT: dict[Datum, str] = {"wgs84": "WGS-84", "gcj02": "GCJ-02", "bd09": "BD-09"}
_HINTS: dict[Datum, re.Pattern[str]] = {
    "bd09": re.compile(r"bd-?_?0?9|baidu|百度"),
    "gcj02": re.compile(r"gcj|火星|高德|amap|腾讯|tencent"),
    "wgs84": re.compile(r"wgs-?_?84|cgcs|gps|天地图|tianditu"),
}

Degrees = NDArray[np.float64]


@dataclass(frozen=True)
class NamedPair:
    """A point of the file beside the town's point of that name: lon, lat in degrees, as read under each datum."""

    name: str
    row: int
    known: tuple[float, float]
    read_as: Mapping[Datum, tuple[float, float]]


@dataclass(frozen=True)
class DatumGuess:
    """The likeliest datum (None: nothing tells), how sure, why, and the positions to be shown for either."""

    datum: Datum | None
    sure: Sure
    mean_m: Mapping[Datum, float]
    """Mean distance to the town's points of the same names under each datum; empty without any."""
    matched: int
    evidence: tuple[Text, ...]
    pairs: tuple[NamedPair, ...] = ()
    outside: Mapping[Datum, int] = field(default_factory=dict)
    """Rows that would lie outside the town under each datum; empty where that was not looked at."""
    away: Mapping[Datum, int] = field(default_factory=dict)
    """Rows that would lie outside the unit they name."""

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "datum": self.datum,
            "sure": self.sure,
            "mean_m": {datum: round(metres, 1) for datum, metres in self.mean_m.items()},
            "matched": self.matched,
            "evidence": [text.en for text in self.evidence],
            "evidence_zh": [text.zh for text in self.evidence],
            "outside_town": dict(self.outside),
            "outside_their_unit": dict(self.away),
            "pairs": [
                {"name": p.name, "row": p.row, "known": list(p.known), "read_as": {d: list(at) for d, at in p.read_as.items()}}
                for p in self.pairs
            ],
        }


def guess_datum(
    names: Sequence[Any] | None,
    lon: Degrees,
    lat: Degrees,
    control_points: Mapping[str, tuple[float, float]],
    hints: Iterable[str] = (),
    rows: NDArray[np.int64] | None = None,
) -> DatumGuess:
    """Guess the datum of points (n,) in degrees by their names (n,), or by words in column and file names (`hints`).

    control_points: name -> lon, lat in WGS-84 degrees. A name that stands twice on either side is left out, so is a pair
    farther apart than 2 km under every datum. Words alone never make it certain. rows: numbers for the pairs shown.
    """
    hinted = _hinted(hints)
    at, known, words = _named(names, control_points)
    usable = np.isfinite(lon[at]) & np.isfinite(lat[at])
    at, known = at[usable], known[usable]
    words = [word for word, kept in zip(words, usable, strict=True) if kept]
    positions = {datum: np.column_stack(to_wgs84(datum, lon[at], lat[at])) for datum in _DATUMS}
    metres = np.column_stack([_metres(positions[datum], known) for datum in _DATUMS])
    near = metres.min(axis=1, initial=np.inf) <= SAME_PLACE_M
    pairs = _pairs(words, at, known, positions, np.flatnonzero(near), rows)
    if not near.any():
        return _by_words(hinted, len(at))
    guess = _by_points(metres[near], positions["wgs84"][near] - known[near], known[near], int((~near).sum()))
    return DatumGuess(guess.datum, guess.sure, guess.mean_m, guess.matched, (*guess.evidence, *_said(hinted)), pairs)


def _by_points(metres: Degrees, off_deg: Degrees, known: Degrees, left_out: int) -> DatumGuess:
    """The datum with the least mean distance (rule of `_sure`), from distances (n, 3)."""
    mean = dict(zip(_DATUMS, metres.mean(axis=0).tolist(), strict=True))
    ranked = sorted(_DATUMS, key=lambda datum: mean[datum])
    best, second = ranked[0], ranked[1]
    votes = float((metres.argmin(axis=1) == _DATUMS.index(best)).mean())
    east_m, north_m = (float(metres.mean()) for metres in _east_north_m(off_deg, known[:, 1]))
    means = Text(
        "；".join(f"按 {_SHORT[d]} 平均相差 {m:,.0f} 米" for d, m in mean.items()),
        "; ".join(f"read as {_SHORT[d]} {m:,.0f} m off" for d, m in mean.items()),
    )
    evidence = [
        Text("{n} 个同名地点：{means}。", "{n} places of the same name, on average: {means}.").fill(n=len(metres), means=means),
        Text("原样读取时平均偏东 {e:+,d} 米、偏北 {n:+,d} 米。", "As it stands it lies {e:+,d} m east and {n:+,d} m north.").fill(
            e=round(east_m), n=round(north_m)
        ),
        Text("{share:.0%} 的同名地点以 {datum} 最近。", "{share:.0%} of them are nearest as {datum}.").fill(
            share=votes, datum=_SHORT[best]
        ),
    ]
    if left_out:
        text = Text("{n} 个同名地点相距超过 2 公里，视为不同地点。", "Of the same name but over 2 km apart, so other places: {n}.")
        evidence.append(text.fill(n=left_out))
    return DatumGuess(best, _sure(len(metres), votes, mean[best], mean[second]), mean, len(metres), tuple(evidence))


def _sure(points: int, votes: float, best_m: float, second_m: float) -> Sure:
    """Certain: three points or more, four in five agree, the next datum is twice as far off and 150 m more. Likely: one point."""
    if best_m > 0.5 * second_m or second_m - best_m < CLEAR_GAP_M or votes < 0.6:
        return "unsure"
    return "certain" if points >= 3 and votes >= 0.8 else "likely"


NO_NAMESAKE = Text("没有可比对的同名地点。", "No place of the same name to compare with.")


def _by_words(hinted: dict[Datum, str], far: int) -> DatumGuess:
    evidence = [NO_NAMESAKE]
    if far:
        text = Text("{n} 个同名地点都相距 2 公里以上。", "Places of the same name, all over 2 km apart: {n}.")
        evidence = [text.fill(n=far)]
    datum = next(iter(hinted)) if len(hinted) == 1 else None
    return DatumGuess(datum, "likely" if datum else "unsure", {}, 0, (*evidence, *_said(hinted)))


def _said(hinted: dict[Datum, str]) -> list[Text]:
    text = Text("列名或文件名“{word}”提到 {datum}。", "A column's or the file's name, {word}, speaks of {datum}.")
    return [text.fill(word=word[:60], datum=DATUMS[datum]) for datum, word in hinted.items()]


def _hinted(hints: Iterable[str]) -> dict[Datum, str]:
    found: dict[Datum, str] = {}
    for word in hints:
        for datum, pattern in _HINTS.items():
            if pattern.search(unicodedata.normalize("NFKC", word).casefold()):
                found.setdefault(datum, word)
                break
    return found


def _named(names: Sequence[Any] | None, control_points: Mapping[str, tuple[float, float]]) -> tuple[NDArray[np.int64], Degrees, list[str]]:
    """Places of the rows with a name that the town knows, once on either side; the known lon, lat (m, 2); the names."""
    if names is None or not control_points:
        return np.empty(0, np.int64), np.empty((0, 2)), []
    bared = pd.Series([_bare(name) for name in control_points], dtype=object)
    known = {
        bare: place for bare, place, twice in zip(bared, control_points.values(), bared.duplicated(keep=False), strict=True) if not twice
    }
    of_row = _known_names(pd.Series([_bare(name) if isinstance(name, str) else "" for name in names], dtype=object), known)
    at = np.flatnonzero(of_row.notna() & ~of_row.duplicated(keep=False))
    places = np.array([known[of_row[row]] for row in at.tolist()], float).reshape(-1, 2)
    return at, places, [str(names[row]) for row in at.tolist()]


def _known_names(bared: Any, known: Mapping[str, tuple[float, float]]) -> Any:
    """Which known name each row bears (None: none): itself, or at its end after the names of county and town."""
    exact = bared.where(bared.isin(list(known)), None)
    tails = tuple(name for name in known if len(name) >= TAIL_LETTERS and name not in set(exact))
    longer = [max((tail for tail in tails if word.endswith(tail)), key=len) if word.endswith(tails) else None for word in bared]
    return exact.where(exact.notna(), pd.Series(longer, dtype=object))


def _bare(name: str) -> str:
    """A name as it is compared: plain letters, no blanks, nothing in brackets."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"\([^)]*\)|\s", "", plain)


def _metres(lon_lat: Degrees, known: Degrees) -> Degrees:
    """Distances (n,), good to a part in a thousand over a few kilometres."""
    return np.hypot(*_east_north_m(lon_lat - known, known[:, 1]))


def _east_north_m(off_deg: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Metres east and north of differences in degrees (n, 2), by the usual series for the length of a degree on WGS-84."""
    phi = np.radians(lat)
    east_m = 111_412.84 * np.cos(phi) - 93.5 * np.cos(3 * phi)
    north_m = 111_132.92 - 559.82 * np.cos(2 * phi) + 1.175 * np.cos(4 * phi)
    return off_deg[:, 0] * east_m, off_deg[:, 1] * north_m


def _pairs(
    words: list[str],
    at: NDArray[np.int64],
    known: Degrees,
    positions: Mapping[Datum, Degrees],
    shown: NDArray[np.int64],
    rows: NDArray[np.int64] | None,
) -> tuple[NamedPair, ...]:
    return tuple(
        NamedPair(
            name=words[i],
            row=int(at[i]) + 1 if rows is None else int(rows[at[i]]),
            known=(float(known[i, 0]), float(known[i, 1])),
            read_as={datum: (float(place[i, 0]), float(place[i, 1])) for datum, place in positions.items()},
        )
        for i in shown[:SHOWN_PAIRS].tolist()
    )
