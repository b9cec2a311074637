"""What the town already has that rows may refer to: units, staff, cells, beats; by code or by name."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from importing.column import plain
from importing.kinds import Reference

_OFFICE = re.compile(r"(居民委员会|村民委员会|居委会|村委会)$")
_UNIT_END = re.compile(r"(社区|行政村|村)$")


@dataclass(frozen=True, eq=False)
class TownTables:
    """Codes with names, as the workspace has them. What is None is not known, so references to it are not checked.

    unit_shapes: the units as a GeoDataFrame with `code`, in EPSG:4490; time_zone: IANA name of the town's wall clock.
    """

    units: Mapping[str, str] | None = None
    unit_shapes: Any = None
    officers: Mapping[str, str] | None = None
    cells: Mapping[str, str] | None = None
    beats: Mapping[str, str] | None = None
    time_zone: str = "Asia/Shanghai"

    def codes(self, reference: Reference) -> dict[str, str] | None:
        """Every wording that stands for one row (its code, or a name only it has) as `plain` makes it -> its code."""
        known = {"unit": self.units, "officer": self.officers, "cell": self.cells, "beat": self.beats}[reference]
        if known is None:
            return None
        names = _once((_words(name, reference), code) for code, name in known.items() if name)
        return names | {plain(code): code for code in known}

    def unit_at(self, lon_lat: NDArray[np.float64]) -> NDArray[np.object_]:
        """Code of the unit at each lon, lat (n, 2); None outside all of them, or where the units are not known."""
        found = np.full(len(lon_lat), None, object)
        if self.unit_shapes is None or not len(self.unit_shapes):
            return found
        points = shapely.points(lon_lat)
        at, unit = self._tree.query(points, predicate="intersects")
        found[at[::-1]] = self.unit_shapes["code"].to_numpy(object)[unit[::-1]]  # on a shared border the first one has it
        return found

    @cached_property
    def _tree(self) -> Any:
        return shapely.STRtree(self.unit_shapes.geometry.to_numpy())


def _words(name: str, reference: Reference) -> tuple[str, ...]:
    word = plain(name)
    if reference != "unit":
        return (word,)
    bare = _OFFICE.sub("", word)
    return (word, bare, _UNIT_END.sub("", bare), f"{bare}居民委员会", f"{bare}居委会", f"{bare}村民委员会", f"{bare}村委会")


def _once(named: Iterable[tuple[tuple[str, ...], str]]) -> dict[str, str]:
    """Wording -> code, without those that stand for several."""
    codes: dict[str, set[str]] = {}
    for words, code in named:
        for word in words:
            codes.setdefault(word, set()).add(code)
    return {word: next(iter(found)) for word, found in codes.items() if len(found) == 1}
