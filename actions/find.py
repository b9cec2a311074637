"""Search by name, code or officer, in what the caller's map shows and nothing else."""

import unicodedata
from dataclasses import dataclass

from actions.audit_record import searched
from actions.caller import Caller
from actions.own_area import own_rows
from actions.see_map import PlanOnMap
from layers import LAYERS
from layers.definition.text import Text

MOST_HITS = 30
MOST_LETTERS = 60


@dataclass(frozen=True)
class Hit:
    """One thing found: its layer and code on the map, and how it is called."""

    layer: str
    code: str
    name: Text

    @property
    def title(self) -> Text:
        """Name with the layer's name, for lists."""
        kind = LAYERS[self.layer].title
        return Text(f"{self.name.zh}（{kind.zh}）", f"{self.name.en} ({kind.en})")


def find(caller: Caller, asked: str, on_map: PlanOnMap | None = None) -> list[Hit]:
    """Rows whose name (either language) or code contains the words asked for; at most 30, best first.

    Upper and lower case and full-width characters make no difference. Nothing asked, nothing found. What was asked goes on
    record, cut short.
    """
    caller.must("find")
    words = _plain(asked)
    if not words:
        return []
    tables = {key: own_rows(caller, key, table) for key, table in caller.model.layers.items() if caller.may_see(LAYERS[key])}
    if on_map is not None:
        tables["beats"] = on_map.beats
        if on_map.officers is not None:
            tables["officers"] = on_map.officers.drop_duplicates("code")
    hits = []
    for key, table in tables.items():
        for row in table[["code", "name", "name_en"]].itertuples(index=False, name="Row"):
            rank = _rank(words, [_plain(str(value or "")) for value in row])
            if rank is not None:
                hits.append((rank, _IMPORTANCE.get(key, 9), row.code, Hit(key, row.code, Text(row.name, row.name_en or row.name))))
    found = [hit for *_, hit in sorted(hits, key=lambda found: found[:3])[:MOST_HITS]]
    searched(caller, asked.strip()[:MOST_LETTERS], len(found))
    return found


_IMPORTANCE = {"officers": 0, "beats": 1, "communities": 2, "villages": 2, "stations": 3, "schools": 4, "risk_places": 4, "grid_cells": 8}
"""Which layer goes first among equally good hits."""


def _rank(words: str, texts: list[str]) -> int | None:
    if words in texts:
        return 0
    if any(text.startswith(words) for text in texts):
        return 1
    return 2 if any(words in text for text in texts) else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
