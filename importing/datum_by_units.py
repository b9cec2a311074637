"""Which datum degrees are in where no place is known by name: by the town's outline, and by the units that rows speak of.

A shift of some 600 m or 1,100 m carries points over the borders of the town and of its units. Read in the datum that they are
in, fewer rows lie outside the town or outside the unit that they name. This is weaker than named places, so it is never certain.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from importing.crs_guess import CHINA, distance_m
from importing.datum_guess import DatumGuess
from layers.definition.crs import DATUMS, Datum, to_wgs84
from layers.definition.text import Text

SLACK_M = 50.0  # maps, and the borders themselves, differ by tens of metres
LEAD = 3  # rows: fewer may lie over a border by chance
MOST_ROWS = 5_000  # evenly spread: more would tell nothing new
SHORTEST = 2  # letters of a unit's name without 社区 or 村: one letter stands in anything
_DATUMS: tuple[Datum, ...] = get_args(Datum)
_TAILS = ("社区居委会", "居委会", "村委会", "社区", "村")

Degrees = NDArray[np.float64]


@dataclass(frozen=True)
class Misplaced:
    """Rows that lie in the wrong place under each datum: `outside` the town, `away` from the unit they name, `wrong` by more than
    `SLACK_M` in what they are judged by: the unit for rows that name one, the town for the others."""

    rows: int
    named: int
    outside: Mapping[Datum, int]
    away: Mapping[Datum, int]
    wrong: Mapping[Datum, int]

    @property
    def ranked(self) -> list[Datum]:
        """The datum with the fewest first."""
        return sorted(_DATUMS, key=lambda datum: self.wrong[datum])

    @property
    def tells(self) -> bool:
        """The best has `LEAD` rows fewer than the next, and half as many at most."""
        best, second = (self.wrong[datum] for datum in self.ranked[:2])
        return second - best >= LEAD and best <= 0.5 * second


def guess_by_units(columns: pd.DataFrame, lon: Degrees, lat: Degrees, outline: Any, units: Mapping[str, Any]) -> DatumGuess | None:
    """Guess the datum of points (n,) in degrees by where they would lie; None without a point or an outline.

    columns: the file's columns (n rows); outline: the town; units: code or name -> polygon; both in EPSG:4490 degrees.
    A guess is likely at best: the rule is `Misplaced.tells`. What lies outside under every datum speaks for none.
    """
    west, south, east, north = CHINA  # a row outside it is told by itself
    there = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
    if outline is None or not len(there):
        return None
    at = there[np.unique(np.linspace(0, len(there) - 1, min(len(there), MOST_ROWS)).astype(int))]
    read_as = {datum: np.column_stack(to_wgs84(datum, lon[at], lat[at])) for datum in _DATUMS}
    found = _misplaced(read_as, outline, _units_named(columns.iloc[at], units), units)
    best = found.ranked[0] if found.tells else None
    return DatumGuess(
        best, "likely" if best else "unsure", {}, 0, _evidence(found, len(there)), (), found.outside, found.away if found.named else {}
    )


def _misplaced(read_as: Mapping[Datum, Degrees], outline: Any, named: NDArray[np.object_], units: Mapping[str, Any]) -> Misplaced:
    is_named = np.array([name is not None for name in named], bool)
    out = {datum: distance_m(lon_lat, outline) for datum, lon_lat in read_as.items()}
    away = {datum: np.zeros(len(named)) for datum in _DATUMS}
    for name in dict.fromkeys(named[is_named].tolist()):
        of_it = np.flatnonzero(named == name)
        for datum, lon_lat in read_as.items():
            away[datum][of_it] = distance_m(lon_lat[of_it], units[name])
    wrong = {datum: np.where(is_named, away[datum], out[datum]) for datum in _DATUMS}
    told = ((out, 0.0), (away, 0.0), (wrong, SLACK_M))
    sums = ({datum: int((metres > slack).sum()) for datum, metres in each.items()} for each, slack in told)
    return Misplaced(len(named), int(is_named.sum()), *sums)


def _units_named(columns: pd.DataFrame, units: Mapping[str, Any]) -> NDArray[np.object_]:
    """Which unit each row speaks of (n,), None where none: a column of units' codes or names, else what a text contains."""
    none = np.full(len(columns), None, dtype=object)
    if not units or not len(columns):
        return none
    texts = {name: columns[name].astype(object).where(columns[name].notna(), "").map(str).str.strip() for name in columns.columns}
    met = {name: int(text.isin(list(units)).sum()) for name, text in texts.items()}
    best = max(met, key=lambda name: met[name], default=None)
    if best is not None and met[best] * 2 >= len(columns):
        return np.where(texts[best].isin(list(units)), texts[best], none)
    stems = _stems(units)
    for text in texts.values():
        for place, value in enumerate(text):
            none[place] = none[place] or next((unit for stem, unit in stems if stem in value), None)
    return none


def _stems(units: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What of a unit's name a place's name would contain, longest first, and the unit; codes and what two units share are left out."""
    found: dict[str, list[str]] = {}
    for name in units:
        stem = next((name.removesuffix(tail) for tail in _TAILS if name.endswith(tail)), name)
        if not name.isascii() and len(stem) >= SHORTEST:
            found.setdefault(stem, []).append(name)
    return sorted(((stem, names[0]) for stem, names in found.items() if len(names) == 1), key=lambda pair: -len(pair[0]))


def _evidence(found: Misplaced, rows: int) -> tuple[Text, ...]:
    """How many of the rows that were looked at lie outside under each datum, in words."""

    def listed(counts: Mapping[Datum, int]) -> Text:
        return Text(
            "，".join(f"按 {DATUMS[d].zh.split('（')[0]} {counts[d]:,} 行" for d in _DATUMS),
            ", ".join(f"{counts[d]:,} as {DATUMS[d].en.split(' (')[0]}" for d in _DATUMS),
        )

    told = []
    if found.named:
        text = Text(
            "{n:,} 行写有社区、村名，其中不在该社区、村的：{counts}。",
            "{n:,} rows name their unit; elsewhere: {counts}.",
        )
        told.append(text.fill(n=found.named, counts=listed(found.away)))
    text = Text("{n:,} 行中在辖区外的：{counts}。", "Outside the town, of {n:,} rows: {counts}.")
    if found.rows < rows:
        text = Text("抽查的 {n:,} 行中在辖区外的：{counts}。", "Outside the town, of {n:,} rows looked at: {counts}.")
    told.append(text.fill(n=found.rows, counts=listed(found.outside)))
    return tuple(told)
