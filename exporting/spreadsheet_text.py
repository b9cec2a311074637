"""Texts that a spreadsheet shows and never runs. Every CSV that leaves goes through here."""

import pandas as pd

FORMULA_STARTS = tuple("=+-@\t\r\n|＝＋－＠")
"""What some spreadsheet takes for the start of a formula, in full width too."""


def without_formula(word: str) -> str:
    """The text, with an apostrophe before what some spreadsheet would take for a formula, after blanks too. Not for numbers."""
    return f"'{word}" if word.lstrip(" ").startswith(FORMULA_STARTS) else word


def table_without_formulas(table: pd.DataFrame) -> pd.DataFrame:
    """The table with every text in its columns, headings and index made harmless; numbers and times are left as they are."""
    plain = table.rename(index=_harmless, columns=_harmless).rename_axis(index=[_harmless(name) for name in table.index.names])
    return plain.assign(**{name: plain[name].map(_harmless) for name in plain.columns if not pd.api.types.is_numeric_dtype(plain[name])})


def _harmless(value: object) -> object:
    return without_formula(value) if isinstance(value, str) else value
