"""One column of a file under check: its different values, and what came of them row by row."""

import unicodedata
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

EMPTY_MARKS = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "空", "null", "none", "n/a", "na", "nan", "nat", "#n/a", "\\n"})
"""What people write where nothing is known, as `plain` makes it."""


@dataclass(frozen=True, eq=False)
class Column:
    """Values of the declared type (None, NaN or NaT where empty or unreadable); masks of the rows to report by finding key."""

    values: Any
    missing: Mask
    problems: dict[str, Mask] = field(default_factory=dict)


def different(raw: Any) -> tuple[NDArray[np.int64], list[Any]]:
    """Where each row's value stands among the different ones (-1 where it is missing), and those values."""
    where, values = pd.factorize(np.asarray(raw, object), use_na_sentinel=True)
    return where.astype(np.int64), list(values)


def values_on_rows(where: NDArray[np.int64], values: list[Any]) -> NDArray[np.object_]:
    """One object per row from one per different value; None where it is missing."""
    known = np.empty(len(values) + 1, object)
    known[:-1] = values
    return known[where]


def on_rows(where: NDArray[np.int64], mask: Mask, missing: bool = False) -> Mask:
    """One mark per row from one per different value; `missing` where there is none."""
    return np.append(mask, missing)[where]


def plain(word: str) -> str:
    """A wording as it is compared: full-width forms made plain, lower case, no spaces."""
    if not word.isascii():
        word = unicodedata.normalize("NFKC", word)
    return "".join(word.casefold().split())


def text_of(value: Any) -> str:
    """A value as text: trimmed, without control characters, whole floats without their point."""
    if isinstance(value, str):
        return value.strip() if value.isprintable() else "".join(c if c.isprintable() else " " for c in value).strip()
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()
