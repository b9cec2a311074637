"""What an import found and chose, step by step: the one thing that screen, command line and ledger show."""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from layers.definition.text import Text

Step = Literal["read", "place", "match", "check"]
Severity = Literal["note", "warning", "error"]

STEPS: dict[Step, Text] = {
    "read": Text("读取", "Read"),
    "place": Text("定位", "Place"),
    "match": Text("匹配", "Match"),
    "check": Text("检查", "Check"),
}


@dataclass(frozen=True)
class Finding:
    """One thing found: an error stops the import, a warning must be accepted, a note only tells.

    rows: numbers of the first rows concerned, as the person counts them in the file (data rows from 1);
    places: lon, lat of where to look on the map, in EPSG:4490 degrees, in the order of `rows` where both are given.
    """

    step: Step
    severity: Severity
    key: str
    """Names the kind of finding for tests and for --json, e.g. 'duplicate_key'."""
    what: Text
    what_next: Text | None = None
    count: int = 1
    rows: tuple[int, ...] = ()
    places: tuple[tuple[float, float], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "step": self.step,
            "severity": self.severity,
            "key": self.key,
            "what": self.what.en,
            "what_zh": self.what.zh,
            "next": self.what_next.en if self.what_next else None,
            "next_zh": self.what_next.zh if self.what_next else None,
            "count": self.count,
            "rows": list(self.rows),
            "places": [list(place) for place in self.places],
        }


@dataclass(frozen=True)
class ImportReport:
    """All findings so far, and every automatic or chosen decision by name (driver, layer, encoding, crs, datum, columns ...)."""

    findings: tuple[Finding, ...] = ()
    choices: dict[str, Any] = field(default_factory=dict)

    def with_(self, *findings: Finding, **choices: Any) -> "ImportReport":
        """A report with more findings and choices."""
        return replace(self, findings=self.findings + findings, choices={**self.choices, **choices})

    @property
    def refused(self) -> bool:
        """An error was found; nothing can be taken over."""
        return any(finding.severity == "error" for finding in self.findings)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What a person must accept before the rows are taken over."""
        return tuple(finding for finding in self.findings if finding.severity == "warning")

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"refused": self.refused, "choices": self.choices, "findings": [finding.as_json() for finding in self.findings]}
