"""Points on one and the same coordinate: what share of all, and whether most stand where a geocoder puts what it can't find."""

from collections.abc import Iterable

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

    def default_point(self) -> tuple[float, float] | None:
        """Longitude and latitude where so many rows stand that a geocoder must have put them there; None where there is none."""
        places, counts = self._counted()
        if not len(counts) or not _is_default(int(counts.max()), int(counts.sum())):
            return None
        lon, lat = _unpacked(places[[int(counts.argmax())]])[0]
        return float(lon), float(lat)

    def tell(self, tally: FindingTally) -> None:
        """How many rows stand on a coordinate that others have too, and where most do."""
        places, counts = self._counted()
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
        if _is_default(most, total):
            tally.add_count("default_point", most, places=lon_lat[:1], share=most / total, top=top[0])
        tally.add_count("stacked", shared, places=lon_lat, share=shared / total, top=words)

    def _counted(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Each coordinate once, and how many rows stand on it."""
        if len(self._points) > 1:
            self._points = [np.concatenate(self._points)]
        return np.unique(self._points[0] if self._points else np.empty(0, np.int64), return_counts=True)


def at_points(lon_lat: NDArray[np.float64], points: Iterable[tuple[float, float]]) -> NDArray[np.bool_]:
    """Which rows (n, 2) stand on one of these points, to a centimetre."""
    found = np.zeros(len(lon_lat), bool)
    for point in points:
        found |= (np.rint(lon_lat * 1e7) == np.rint(np.array(point) * 1e7)).all(axis=1)
    return found


def _is_default(most: int, total: int) -> bool:
    return most >= DEFAULT_POINT_ROWS and most / total >= DEFAULT_POINT_SHARE


def _packed(lon_lat: NDArray[np.float64]) -> NDArray[np.int64]:
    """Both coordinates to 7 decimals (a centimetre) in one whole number."""
    whole = np.rint(lon_lat[np.isfinite(lon_lat).all(axis=1)] * 1e7).astype(np.int64)
    return (whole[:, 0] << 32) + (whole[:, 1] & 0xFFFFFFFF)


def _unpacked(packed: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.column_stack([packed >> 32, (packed & 0xFFFFFFFF).astype(np.uint32).view(np.int32)]) / 1e7
