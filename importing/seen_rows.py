"""What was seen in earlier chunks of a file, as 64-bit hashes: memory of 8 bytes a row, whatever the rows hold."""

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # odd and without pattern (2**64 over the golden ratio), so that columns do not cancel out


class SeenHashes:
    """A growing set of hashes. Sorted parts of doubling size are merged, so n rows cost n log n in all."""

    def __init__(self) -> None:
        self._parts: list[Hashes] = []

    def seen_before(self, hashes: Hashes) -> NDArray[np.bool_]:
        """Which of these (n,) were added before or stand earlier among themselves; all are added."""
        before = pd.Series(hashes).duplicated().to_numpy()
        for part in self._parts:
            at = np.minimum(np.searchsorted(part, hashes), len(part) - 1)
            before = before | (part[at] == hashes)
        new = np.unique(hashes[~before])
        while self._parts and len(self._parts[-1]) <= 2 * len(new):
            new = np.sort(np.concatenate([self._parts.pop(), new]))
        if len(new):
            self._parts.append(new)
        return np.asarray(before, bool)


def column_hashes(values: Any) -> Hashes:
    """A hash per value (n,) of text, numbers or times; all that is missing has the same."""
    array: Any = np.asarray(values, object) if isinstance(values, pd.api.extensions.ExtensionArray) else np.asarray(values)
    if array.dtype == object:
        array = pd.Series(array, dtype=object).where(~pd.isna(array), None).to_numpy()
    return np.asarray(pd.util.hash_array(array), np.uint64)


def shape_hashes(shapes: NDArray[np.object_]) -> Hashes:
    """A hash per geometry (n,), of its well-known binary."""
    return column_hashes(np.array([None if wkb is None else wkb.hex() for wkb in shapely.to_wkb(shapes)], object))


def joined(columns: list[Hashes], rows: int) -> Hashes:
    """One hash per row out of those of its columns; their order counts."""
    found = np.zeros(rows, np.uint64)
    for column in columns:
        found = (found ^ column) * _FACTOR
        found ^= found >> np.uint64(29)
    return found
