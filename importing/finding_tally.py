"""Counts what is wrong over the chunks of a file, and words it once at the end: how many, where first, what next."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from importing.import_report import Finding, Severity, Step
from layers.definition.text import Text

SHOWN_ROWS = 20
"""Rows and places that a finding lists; the rest are counted."""
SHOWN_VALUES = 8
_KEPT_VALUES = 10_000  # different values counted for one finding: a column of free text must not fill the memory

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Wording:
    """How one kind of finding is said. `{n}`, `{first}` and `{values}` are filled by the tally, others by whoever found it."""

    step: Step
    severity: Severity
    what: Text
    what_next: Text | None = None


@dataclass
class _Found:
    words: dict[str, Any]
    severity: Severity | None = None
    count: int = 0
    rows: list[int] = field(default_factory=list)
    places: list[tuple[float, float]] = field(default_factory=list)
    values: Counter[str] = field(default_factory=Counter)


class FindingTally:
    """Findings that grow chunk by chunk; one per key and subject (mostly the title of a field)."""

    def __init__(self, wordings: dict[str, Wording]) -> None:
        self._wordings = wordings
        self._found: dict[tuple[str, str], _Found] = {}

    def add(
        self,
        key: str,
        rows: Rows | Iterable[int],
        title: Text | None = None,
        places: NDArray[np.float64] | None = None,
        values: Iterable[Any] | None = None,
        severity: Severity | None = None,
        most: dict[str, float] | None = None,
        **words: Any,
    ) -> None:
        """Rows (numbers as the person counts them) where it was found; nothing happens when there are none.

        places: (n, 2) lon, lat in degrees for the same rows; those that are not finite are left out.
        values: what stands there, to be listed with its count. Later words replace earlier ones; of `most` the greatest stay.
        """
        rows = np.asarray(rows if isinstance(rows, np.ndarray) else list(rows), np.int64)
        if not len(rows):
            return
        words = words | ({} if title is None else {"title": title})
        found = self._found.setdefault((key, "" if title is None else title.en), _Found(words))
        found.words.update(words)
        found.words.update({name: max(number, found.words.get(name, number)) for name, number in (most or {}).items()})
        found.severity = severity or found.severity
        found.count += len(rows)
        room = SHOWN_ROWS - len(found.rows)
        found.rows += rows[: max(room, 0)].tolist()
        if places is not None and room > 0:
            found.places += [(float(x), float(y)) for x, y in places[:room] if np.isfinite(x) and np.isfinite(y)]
        if values is not None:
            counted = Counter(map(str, values))
            found.values.update(counted if len(found.values) < _KEPT_VALUES else {k: n for k, n in counted.items() if k in found.values})

    def add_count(self, key: str, count: int, places: NDArray[np.float64] | None = None, **words: Any) -> None:
        """So many rows, of which none is to be named."""
        found = self._found.setdefault((key, ""), _Found(words))
        found.words.update(words)
        found.count += count
        found.places += [] if places is None else [(float(x), float(y)) for x, y in places]

    def count(self, key: str) -> int:
        """Rows found under that key, over all subjects."""
        return sum(found.count for (each, _), found in self._found.items() if each == key)

    def findings(self) -> tuple[Finding, ...]:
        """All of them, errors first, otherwise in the order they were first met."""
        order = {"error": 0, "warning": 1, "note": 2}
        return tuple(sorted((self._finding(key, found) for (key, _), found in self._found.items()), key=lambda f: order[f.severity]))

    def _finding(self, key: str, found: _Found) -> Finding:
        wording = self._wordings[key]
        words = {"n": f"{found.count:,}", "first": found.rows[0] if found.rows else "", "values": _listed(found.values), **found.words}
        return Finding(
            step=wording.step,
            severity=found.severity or wording.severity,
            key=key,
            what=wording.what.fill(**words),
            what_next=wording.what_next.fill(**words) if wording.what_next else None,
            count=found.count,
            rows=tuple(found.rows),
            places=tuple(found.places),
        )


def _listed(values: Counter[str]) -> Text:
    top = [(f"{value[:40]}{'…' if len(value) > 40 else ''}", n) for value, n in values.most_common(SHOWN_VALUES)]
    more = len(values) - len(top)
    zh = "、".join(f"“{value}”{n:,} 行" for value, n in top) + (f"，另有 {more:,} 种" if more else "")
    en = ", ".join(f'"{value}" in {n:,}' for value, n in top) + (f" and {more:,} more" if more else "")
    return Text(zh, en)
