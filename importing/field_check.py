"""Single columns on their way into a declared field: text, whole numbers, numbers, local times, choices.

Every function takes a column of raw values (text or whatever a workbook gave) and returns values of the declared type in
the same order, with the rows that could not be read. Work is done once per different value, so a million rows cost little.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.definition.layer import Field
from layers.definition.refusal import Refusal
from layers.definition.text import Text

Mask = NDArray[np.bool_]

EMPTY_MARKS = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "空", "null", "none", "n/a", "na", "nan", "nat", "#n/a", "\\n"})
"""What people write where nothing is known; in text fields only the last six, for a place may be called 无."""
_EMPTY_TEXT = frozenset({"", "null", "none", "n/a", "nan", "nat", "#n/a", "\\n"})
FIRST_YEAR, LAST_YEAR = 1980, 2100  # outside lie the zero dates of other programs, such as 1900-01-01
_EXCEL_ZERO = np.datetime64("1899-12-30T00:00:00", "s")  # day 0 of Excel's 1900 calendar after its false leap day
_EXCEL_DAYS = (29221, 73416)  # 1980-01-01 to 2101-01-01
_EXACT_FLOAT = 2**53  # whole numbers above lose digits in a float


@dataclass(frozen=True, eq=False)
class Column:
    """Values of the declared type (None, NaN or NaT where empty or unreadable) and masks of the rows to report, by finding key."""

    values: Any
    missing: Mask
    problems: dict[str, Mask] = field(default_factory=dict)


def column_of(field: Field, raw: Any, time_zone: str, is_code: bool = False, also: Mapping[str, str] | None = None) -> Column:
    """A raw column (a Series) as the field declares it: one value per row, same order.

    time_zone: IANA name of the town's wall clock; is_code: full-width characters become plain ones, numbers become digits;
    also: further wordings of a choice, by wording. Choices are read by key or by wording in either language.
    """
    if field.type == "time":
        return times(raw, time_zone)
    if field.type in ("integer", "number"):
        return numbers(raw, whole=field.type == "integer", unit=field.unit)
    return choices(raw, field.choices, also or {}) if field.choices else texts(raw, is_code)


def texts(raw: Any, is_code: bool = False) -> Column:
    """Text, trimmed, without control characters; None where empty.

    Codes: as typed, or the digits of a whole number. Reported: 'code_lost_digits', numbers past 2**53 and scientific
    notation, of which the last digits are gone.
    """
    where, uniques = _uniques(raw)
    lost = np.array([is_code and _lost_digits(value) for value in uniques], bool)
    words = [_code(value) if is_code else _text(value) for value in uniques]
    values = _spread(where, [None if word.lower() in _EMPTY_TEXT else word for word in words])
    return Column(values, _none(values), {"code_lost_digits": _at(where, lost)})


def choices(raw: Any, known: Mapping[str, Text], also: Mapping[str, str]) -> Column:
    """Keys of the choices by key or wording. Reported: 'unknown_choice'."""
    keys = {plain(word): key for key, text in known.items() for word in (text.zh, text.en, key)}
    keys |= {plain(word): key for word, key in also.items()}
    where, uniques = _uniques(raw)
    words = [plain(_text(value)) for value in uniques]
    found = [keys.get(word) for word in words]
    empty = np.array([word in EMPTY_MARKS and key is None for word, key in zip(words, found, strict=True)], bool)
    unknown = np.array([key is None for key in found], bool) & ~empty
    return Column(_spread(where, found), _at(where, empty, True), {"unknown_choice": _at(where, unknown)})


def numbers(raw: Any, whole: bool, unit: Text | None = None) -> Column:
    """Numbers as float64, or Int64 where whole: full-width digits, thousands separators and the field's own unit are understood.

    Reported: 'not_a_number', 'not_whole', 'negative' (all that is counted here starts at nought).
    """
    where, uniques = _uniques(raw)
    found = np.array([_number(value, unit) for value in uniques], float)
    empty = np.array([plain(_text(value)) in EMPTY_MARKS for value in uniques], bool)
    wrong = {"not_a_number": ~np.isfinite(found) & ~empty}
    if whole:
        wrong["not_whole"] = np.isfinite(found) & (found % 1 != 0)
        wrong["negative"] = found < 0
    bad = empty | np.logical_or.reduce(list(wrong.values()))
    values = np.append(np.where(bad, np.nan, found), np.nan)[where]
    typed = pd.array(values, "Float64").astype("Int64") if whole and np.isnan(values).any() else values
    if whole and not isinstance(typed, np.ndarray):
        pass
    elif whole:
        typed = values.astype(np.int64)
    return Column(typed, _at(where, empty, True), {key: _at(where, mask) for key, mask in wrong.items()})


def times(raw: Any, time_zone: str) -> Column:
    """Local wall clock of the named zone as datetime64[s]; never converted.

    Read: ISO 8601, 2024/1/1 7:56, 2024年1月1日 7时56分, 20240101075600, 上午/下午, Excel serial days. Reported:
    'not_a_time', 'other_offset' (a UTC offset that is not the zone's own at that time), 'time_out_of_range',
    'time_without_clock' (taken as midnight), 'excel_serial'. Refused: a zone that does not exist.
    """
    zone = _zone(time_zone)
    where, uniques = _uniques(raw)
    cleaned = [value if isinstance(value, str) else _text(value) for value in uniques]
    found = _iso_minutes(cleaned)
    flags = {key: np.zeros(len(cleaned), bool) for key in ("other_offset", "time_without_clock", "excel_serial")}
    for i in np.flatnonzero(np.isnat(found)).tolist():
        time, flag = _time(cleaned[i], zone)
        found[i] = np.datetime64("NaT") if time is None else np.datetime64(time, "s")
        if flag:
            flags[flag][i] = True
    empty = np.array([plain(word) in EMPTY_MARKS if nat else False for word, nat in zip(cleaned, np.isnat(found), strict=True)], bool)
    flags["not_a_time"] = np.isnat(found) & ~empty & ~flags["other_offset"]
    years = found.astype("datetime64[Y]").astype(np.int64) + 1970
    flags["time_out_of_range"] = ~np.isnat(found) & ((years < FIRST_YEAR) | (years > LAST_YEAR))
    found[flags["time_out_of_range"]] = np.datetime64("NaT")
    values = np.append(found, np.datetime64("NaT", "s"))[where]
    return Column(values, _at(where, empty, True), {key: _at(where, mask) for key, mask in flags.items()})


def plain(word: str) -> str:
    """A wording as it is compared: full-width forms made plain, lower case, no spaces."""
    if not word.isascii():
        word = unicodedata.normalize("NFKC", word)
    return "".join(word.casefold().split())


def _uniques(raw: Any) -> tuple[NDArray[np.int64], list[Any]]:
    """Where each row's value stands among the different ones; -1, the last place, for what is missing."""
    where, uniques = pd.factorize(np.asarray(raw, object), use_na_sentinel=True)
    return where.astype(np.int64), list(uniques)


def _spread(where: NDArray[np.int64], values: list[Any]) -> NDArray[np.object_]:
    known = np.empty(len(values) + 1, object)
    known[:-1] = values
    return known[where]


def _at(where: NDArray[np.int64], mask: Mask, missing: bool = False) -> Mask:
    return np.append(mask, missing)[where]


def _none(values: NDArray[np.object_]) -> Mask:
    return np.array([value is None for value in values.tolist()], bool)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip() if value.isprintable() else "".join(c if c.isprintable() else " " for c in value).strip()
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def _code(value: Any) -> str:
    word = _text(value)
    return word if word.isascii() else unicodedata.normalize("NFKC", word).strip()


def _lost_digits(value: Any) -> bool:
    if isinstance(value, str):
        return "E+" in value.upper() and re.fullmatch(r"\d(\.\d+)?[Ee]\+\d+", value.strip()) is not None
    return isinstance(value, (int, float, np.number)) and abs(value) >= _EXACT_FLOAT


def _number(value: Any, unit: Text | None) -> float:
    if isinstance(value, (int, float, np.number)):
        return float(value)
    word = plain(_text(value))
    for end in (unit.zh, unit.en) if unit else ():
        word = word.removesuffix(plain(end))
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", word):
        word = word.replace(",", "")
    return float(word) if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", word) else np.nan


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise Refusal(
            Text("没有名为“{zone}”的时区。", "There is no time zone {zone}.").fill(zone=name),
            Text("中国内地用 Asia/Shanghai。", "The mainland of China uses Asia/Shanghai."),
        ) from error


def _iso_minutes(words: list[str]) -> NDArray[np.datetime64]:
    """Times of the two commonest forms, YYYY-MM-DD HH:MM and with :SS (also with / or T); NaT for all others. (n,)"""
    found = np.full(len(words), np.datetime64("NaT"), "datetime64[s]")
    for length in (16, 19):
        at = np.array([i for i, word in enumerate(words) if len(word) == length and word.isascii()], np.int64)
        if not len(at):
            continue
        letters = np.array([words[i] for i in at.tolist()], f"S{length}").view(np.uint8).reshape(-1, length)
        digits = np.delete(letters, [4, 7, 10, 13, 16][: 4 if length == 16 else 5], axis=1).astype(np.int64) - ord("0")
        right = ((digits >= 0) & (digits <= 9)).all(axis=1) & (letters[:, 4] == letters[:, 7]) & (letters[:, 13] == ord(":"))
        right &= np.isin(letters[:, 4], [ord("-"), ord("/")]) & np.isin(letters[:, 10], [ord(" "), ord("T")])
        if length == 19:
            right &= letters[:, 16] == ord(":")
        found[at] = np.where(right, _joined(digits), np.datetime64("NaT"))
    return found


def _joined(digits: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """Times of rows of digits YYYYMMDDHHMM[SS]; NaT where there is no such day or hour."""
    year = digits[:, 0] * 1000 + digits[:, 1] * 100 + digits[:, 2] * 10 + digits[:, 3]
    month, day, hour, minute, *rest = (digits[:, k] * 10 + digits[:, k + 1] for k in range(4, digits.shape[1], 2))
    second = rest[0] if rest else np.zeros(len(year), np.int64)
    months = (year - 1970).astype("timedelta64[Y]").astype("timedelta64[Y]") + np.datetime64("1970", "Y")
    first = months.astype("datetime64[M]") + (month - 1).astype("timedelta64[M]")
    date = first.astype("datetime64[D]") + (day - 1).astype("timedelta64[D]")
    right = (month >= 1) & (month <= 12) & (day >= 1) & (date.astype("datetime64[M]") == first) & (hour < 24) & (minute < 60) & (second < 60)
    seconds = (hour * 3600 + minute * 60 + second).astype("timedelta64[s]")
    return np.where(right, date.astype("datetime64[s]") + seconds, np.datetime64("NaT", "s"))


_DATE = r"(?P<year>\d{4})(?P<sep>[-/.年])(?P<month>\d{1,2})(?:(?P=sep)|月)(?P<day>\d{1,2})[日号]?"
_HALF = r"(?P<half>上午|下午|凌晨|中午|晚上|am|pm)?"
_CLOCK = r"(?P<hour>\d{1,2})[:时点](?:(?P<minute>\d{1,2})(?:[:分](?:(?P<second>\d{1,2})(?:\.\d+)?秒?)?)?)?"
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], dt.datetime]], ...]
_WRITTEN = re.compile(
    rf"{_DATE}(?:[t\s]*{_HALF}\s*{_CLOCK}\s*(?P<after>am|pm)?\s*(?P<offset>z|[+-]\d{{2}}:?\d{{2}})?)?", re.IGNORECASE
)
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[t\s]?(\d{2})(\d{2})(\d{2})?)?", re.IGNORECASE)
