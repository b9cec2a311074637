"""Points on one and the same coordinate: what share of all, and whether most stand where a geocoder puts what it can't find."""

import numpy as np
from numpy.typing import NDArray

from importing.finding_tally import FindingTally
from layers.definition.text import Text

DEFAULT_POINT_SHARE, DEFAULT_POINT_ROWS = 0.05, 20
TOP_POINTS = 5


class StackedPoints:
    """The coordinates of a file's rows, chunk by chunk: 8 bytes a row."""

    def __init__(self) -> None:
        self._points: list[NDArray[np.int64]] = []

    def add(self, lon_lat: NDArray[np.float64]) -> None:
        """Degrees (n, 2); rows without a place are left aside."""
        self._points.append(_packed(lon_lat))

    def tell(self, tally: FindingTally) -> None:
        """How many rows stand on a coordinate that others have too, and where most do."""
        if not self._points:
            return
        places, counts = np.unique(np.concatenate(self._points), return_counts=True)
        shared, total = int(counts[counts > 1].sum()), int(counts.sum())
        if not shared:
            return
        order = np.argsort(-counts, kind="stable")[:TOP_POINTS]
        order = order[counts[order] > 1]
        lon_lat = _unpacked(places[order])
        top = [
            Text(f"{x:.5f},{y:.5f} 有 {n:,} 行", f"{x:.5f},{y:.5f} with {n:,}") for (x, y), n in zip(lon_lat, counts[order], strict=True)
        ]
        words = Text("；".join(text.zh for text in top), "; ".join(text.en for text in top))
        most = int(counts[order[0]])
        if most >= DEFAULT_POINT_ROWS and most / total >= DEFAULT_POINT_SHARE:
            tally.add_count("default_point", most, places=lon_lat[:1], share=most / total, top=top[0])
        tally.add_count("stacked", shared, places=lon_lat, share=shared / total, top=words)


def _packed(lon_lat: NDArray[np.float64]) -> NDArray[np.int64]:
    """Both coordinates to 7 decimals (a centimetre) in one whole number."""
    whole = np.rint(lon_lat[np.isfinite(lon_lat).all(axis=1)] * 1e7).astype(np.int64)
    return (whole[:, 0] << 32) + (whole[:, 1] & 0xFFFFFFFF)


def _unpacked(packed: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.column_stack([packed >> 32, (packed & 0xFFFFFFFF).astype(np.uint32).view(np.int32)]) / 1e7
