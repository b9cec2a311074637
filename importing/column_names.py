"""Names of columns as people type them: full-width letters, stray blanks, line breaks, the same name twice, none at all."""

import unicodedata
from collections.abc import Sequence


def clean_names(names: Sequence[str]) -> list[str]:
    """The names with full-width letters and digits made plain, blanks trimmed to one, and numbers added until all differ.

    A column without a name becomes 'column 3', counted from 1.
    """
    kept: list[str] = []
    taken: set[str] = set()
    for number, name in enumerate(names, 1):
        plain = " ".join(unicodedata.normalize("NFKC", name).replace("\ufeff", "").split()) or f"column {number}"
        unique, again = plain, 2
        while unique in taken:
            unique, again = f"{plain} ({again})", again + 1
        taken.add(unique)
        kept.append(unique)
    return kept
