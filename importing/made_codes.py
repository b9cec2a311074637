"""Codes for rows that came without: what is there keeps its code by its name, what is new gets the next number.

Cells get the code of their unit and three digits, west to east and north to south. Incidents get a code of what they say, so
that the same incident has the same code when its file is imported again.
"""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from importing.column import plain, text_of
from importing.import_report import Finding
from importing.kinds import Kind
from importing.seen_rows import Hashes
from layers.definition.text import Text

KEY_FIELD = "code"
CELLS = "grid_cells"
DIGITS = 3


def may_be_made(kind: Kind) -> bool:
    """Whether rows of this kind may come without codes; in other tables the key names a row that is there."""
    return kind.key_field == KEY_FIELD


@dataclass(frozen=True, eq=False)
class MadeCodes:
    """Makes the codes of one import. present: the rows of the kind that are there, with code and name (and unit_code)."""

    kind: Kind
    present: pd.DataFrame

    def codes(self, names: Any, units: Any, lon_lat: NDArray[np.float64], body: Hashes) -> NDArray[np.object_]:
        """A code per row (n,). names, units: as the rows have them, None where unknown; body: a hash of all else in each row."""
        if self.kind.kept == "points":
            return np.array([f"I{value:016x}" for value in body.tolist()], object)
        cells = self.kind.key == CELLS
        homes = list(units) if cells else [None] * len(names)
        codes = self._known(names, homes)
        taken = {str(code) for code in self.present["code"]}
        numbers: dict[str, int] = {}
        for row in np.lexsort((-lon_lat[:, 1], lon_lat[:, 0])) if cells else range(len(names)):
            if codes[row] is None:
                codes[row] = _next(homes[row] or "".join(word[0] for word in self.kind.key.split("_")).upper(), taken, numbers)
        return np.array([*codes, None], object)[:-1]

    def _known(self, names: Any, homes: list[str | None]) -> list[str | None]:
        """The code of the one row that is there under the name (of a cell: in the unit), where the file has that name once."""
        own = pd.Series([(home, plain(text_of(name))) if name else None for name, home in zip(names, homes, strict=True)], dtype=object)
        there: dict[tuple[str | None, str], list[str]] = {}
        for row in self.present.to_dict("records"):
            home = row["unit_code"] if self.kind.key == CELLS else None
            there.setdefault((home, plain(text_of(row["name"]))), []).append(str(row["code"]))
        found = [there.get(key, []) if one else [] for key, one in zip(own, ~own.duplicated(keep=False), strict=True)]
        return [codes[0] if len(codes) == 1 else None for codes in found]


def _next(start: str, taken: set[str], numbers: dict[str, int]) -> str:
    """The next number after that start, past all that are taken."""
    if start not in numbers:
        after = re.compile(rf"{re.escape(start)}(\d{{1,6}})")
        numbers[start] = max((int(match[1]) for code in taken if (match := after.fullmatch(code))), default=0)
    numbers[start] += 1
    return f"{start}{numbers[start]:0{DIGITS}}"


def codes_told(kind: Kind, count: int) -> Finding:
    """The note that codes were made."""
    what = (
        Text(
            "文件没有编号，{n} 行按内容生成编号；同一行再次导入时编号不变。",
            "The file has no codes: {n} rows got one from what they say, the same whenever they are imported.",
        )
        if kind.kept == "points"
        else Text(
            "文件没有编码，由程序为 {n} 行编号；同名的沿用已有编码。",
            "The file has no codes: {n} rows were numbered; what is there already keeps its code by its name.",
        )
    )
    return Finding("check", "note", "codes_made", what.fill(n=f"{count:,}"), None, count)
