"""Single columns on their way into a declared field: text, whole numbers, numbers, local times, choices.

Every function takes a column of raw values (text or whatever a workbook gave) and returns values of the declared type in
the same order, with the rows that could not be read. Work is done once per different value, so a million rows cost little.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from importing.column import EMPTY_MARKS, Column, different, on_rows, plain, text_of, values_on_rows
from importing.usual_wordings import usual_choice
from importing.wall_clock import wall_clock
from importing.wordings import LEFT_EMPTY
from layers.definition.layer import Field
from layers.definition.text import Text

_EMPTY_TEXT = frozenset({"", "null", "none", "n/a", "nan", "nat", "#n/a", "\\n"})
_EXACT_FLOAT = 2**53  # whole numbers above lose digits in a float


def column_of(
    field: Field,
    raw: Any,
    time_zone: str,
    is_code: bool = False,
    also: Mapping[str, str] | None = None,
    usual: Mapping[str, str] | None = None,
) -> Column:
    """A raw column (a Series) as the field declares it: one value per row, same order.

    time_zone: IANA name of the town's wall clock; is_code: full-width characters become plain ones, numbers become digits;
    also: further wordings of a choice, by wording, as the person says them; usual: those of `usual_wordings`. Choices are
    read by key or by wording in either language.
    """
    if field.type == "time":
        return wall_clock(raw, time_zone)
    if field.type in ("integer", "number"):
        return numbers(raw, whole=field.type == "integer", unit=field.unit)
    return choices(raw, field.choices, also or {}, usual) if field.choices else texts(raw, is_code)


def texts(raw: Any, is_code: bool = False) -> Column:
    """Text, trimmed, without control characters; None where empty.

    Codes: as typed, or the digits of a whole number. Reported: 'code_lost_digits', numbers past 2**53 and scientific
    notation, of which the last digits are gone.
    """
    where, uniques = different(raw)
    lost = np.array([is_code and _lost_digits(value) for value in uniques], bool)
    words = [_code(value) if is_code else text_of(value) for value in uniques]
    values = values_on_rows(where, [None if word.lower() in _EMPTY_TEXT else word for word in words])
    missing = np.array([value is None for value in values.tolist()], bool)
    return Column(values, missing, {"code_lost_digits": on_rows(where, lost)})


def choices(raw: Any, known: Mapping[str, Text], also: Mapping[str, str], usual: Mapping[str, str] | None = None) -> Column:
    """Keys of the choices by key or wording. Reported: 'usual_choice', by a usual other wording; 'unknown_choice'."""
    own = {plain(word): key for key, text in known.items() for word in (text.zh, text.en, key)}
    keys = own | {plain(word): key for word, key in also.items()}
    where, uniques = different(raw)
    words = [plain(text_of(value)) for value in uniques]
    meant = [None if word in keys or not usual else usual_choice(word, own, usual) for word in words]
    read = [keys.get(word, key) for word, key in zip(words, meant, strict=True)]
    empty = np.array([key == LEFT_EMPTY or (word in EMPTY_MARKS and key is None) for word, key in zip(words, read, strict=True)], bool)
    found = [key or None for key in read]
    unknown = np.array([key is None for key in found], bool) & ~empty
    usually = np.array([key is not None for key in meant], bool)
    problems = {"usual_choice": on_rows(where, usually), "unknown_choice": on_rows(where, unknown)}
    return Column(values_on_rows(where, found), on_rows(where, empty, True), problems)


def numbers(raw: Any, whole: bool, unit: Text | None = None) -> Column:
    """Numbers as float64, or Int64 where whole: full-width digits, thousands separators and the field's own unit are understood.

    Reported: 'not_a_number', 'not_whole', 'negative' (all that is counted here starts at nought).
    """
    where, uniques = different(raw)
    found = np.array([_number(value, unit) for value in uniques], float)
    empty = np.array([plain(text_of(value)) in EMPTY_MARKS for value in uniques], bool)
    wrong = {"not_a_number": ~np.isfinite(found) & ~empty}
    if whole:
        wrong["not_whole"] = np.isfinite(found) & (np.floor(found) != found)
        wrong["negative"] = found < 0
    bad = empty | np.logical_or.reduce(list(wrong.values()))
    values = np.append(np.where(bad, np.nan, found), np.nan)[where]
    return Column(
        pd.array(values, "Float64").astype("Int64") if whole else values,
        on_rows(where, empty, True),
        {key: on_rows(where, mask) for key, mask in wrong.items()},
    )


def _code(value: Any) -> str:
    word = text_of(value)
    return word if word.isascii() else unicodedata.normalize("NFKC", word).strip()


def _lost_digits(value: Any) -> bool:
    if isinstance(value, str):
        return "E+" in value.upper() and re.fullmatch(r"\d(\.\d+)?[Ee]\+\d+", value.strip()) is not None
    return isinstance(value, int | float) and abs(value) >= _EXACT_FLOAT


def _number(value: Any, unit: Text | None) -> float:
    if isinstance(value, int | float):
        return float(value)
    word = plain(text_of(value))
    for end in (unit.zh, unit.en) if unit else ():
        word = word.removesuffix(plain(end))
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", word):
        word = word.replace(",", "")
    return float(word) if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", word) else np.nan
