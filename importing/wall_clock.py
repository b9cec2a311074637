"""Times on their way in: the local wall clock of a named zone, in the forms people and programs write it. Never converted."""

import datetime as dt
import re
import unicodedata
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from importing.column import EMPTY_MARKS, Column, different, on_rows, plain, text_of
from layers.definition.refusal import Refusal
from layers.definition.text import Text

FIRST_YEAR, LAST_YEAR = 1980, 2100  # outside lie the zero dates of other programs, such as 1900-01-01

_EXCEL_ZERO = dt.datetime(1899, 12, 30)  # day 0 of Excel's calendar, counted back over its false leap day of 1900
_EXCEL_DAYS = range(29221, 73416)  # 1980-01-01 to 2100-12-31
_NAT = np.datetime64("NaT", "s")

_DATE = r"(?P<year>\d{4})(?P<mark>[-/.年])(?P<month>\d{1,2})(?:(?P=mark)|月)(?P<day>\d{1,2})[日号]?"
_HALF = r"(?P<half>上午|下午|凌晨|中午|晚上)?"
_CLOCK = r"(?P<hour>\d{1,2})[:时点](?:(?P<minute>\d{1,2})(?:[:分](?:(?P<second>\d{1,2})(?:\.\d+)?秒?)?)?)?"
_WRITTEN = re.compile(rf"{_DATE}(?:[T\s]*{_HALF}\s*{_CLOCK}\s*(?P<after>AM|PM)?\s*(?P<offset>Z|[+-]\d\d:?\d\d)?)?", re.IGNORECASE)
_PACKED = re.compile(r"(\d{4})(\d\d)(\d\d)(?:[T\s]?(\d\d)(\d\d)(\d\d)?)?", re.IGNORECASE)
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_FLAGS = ("other_offset", "time_without_clock", "excel_serial")


def wall_clock(raw: Any, time_zone: str) -> Column:
    """A column of raw values as datetime64[s] of the named zone's wall clock, NaT where empty or unreadable.

    Read: ISO 8601, 2024/1/1 7:56, 2024年1月1日 7时56分, 20240101075600, 上午/下午 and AM/PM, Excel's serial days. Forms that
    do not start with the year are not: 01/02/2024 has two meanings. Reported: 'not_a_time'; 'other_offset', a UTC offset
    that is not the zone's own at that time; 'time_out_of_range'; 'time_without_clock', taken as midnight; 'excel_serial'.
    Refused: a zone that does not exist.
    """
    zone = _zone(time_zone)
    where, values = different(raw)
    words = [text_of(value) for value in values]
    found = _common_forms(words)
    flags = {key: np.zeros(len(words), bool) for key in _FLAGS}
    for i in np.flatnonzero(np.isnat(found)).tolist():
        time, flag = _time(words[i], zone)
        found[i] = _NAT if time is None else np.datetime64(time, "s")
        if flag:
            flags[flag][i] = True
    nowhere = np.isnat(found)
    empty = np.array([bool(gone) and plain(word) in EMPTY_MARKS for word, gone in zip(words, nowhere, strict=True)], bool)
    years = found.astype("datetime64[Y]").astype(np.int64) + 1970
    flags["not_a_time"] = nowhere & ~empty & ~flags["other_offset"]
    flags["time_out_of_range"] = ~nowhere & ((years < FIRST_YEAR) | (years > LAST_YEAR))
    found[flags["time_out_of_range"]] = _NAT
    return Column(np.append(found, _NAT)[where], on_rows(where, empty, True), {key: on_rows(where, mask) for key, mask in flags.items()})


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise Refusal(
            Text("没有名为“{zone}”的时区。", "There is no time zone {zone}.").fill(zone=name),
            Text("中国内地用 Asia/Shanghai。", "The mainland of China uses Asia/Shanghai."),
        ) from error


def _common_forms(words: list[str]) -> NDArray[np.datetime64]:
    """Times of YYYY-MM-DD HH:MM and YYYY-MM-DD HH:MM:SS, also with / and T, all at once; NaT for every other form."""
    found = np.full(len(words), _NAT)
    for length, marks in ((16, [4, 7, 10, 13]), (19, [4, 7, 10, 13, 16])):
        at = np.array([i for i, word in enumerate(words) if len(word) == length and word.isascii()], np.int64)
        if not len(at):
            continue
        letters = np.array([words[i] for i in at.tolist()], f"S{length}").view(np.uint8).reshape(-1, length)
        digits = np.delete(letters, marks, axis=1).astype(np.int64) - ord("0")
        right = ((digits >= 0) & (digits <= 9)).all(axis=1) & (letters[:, 4] == letters[:, 7])
        right &= np.isin(letters[:, 4], (ord("-"), ord("/"))) & np.isin(letters[:, 10], (ord(" "), ord("T")))
        right &= (letters[:, marks[3:]] == ord(":")).all(axis=1)
        found[at] = np.where(right, _joined(digits), _NAT)
    return found


def _joined(digits: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """Times of rows of digits YYYYMMDDHHMM[SS]; NaT where there is no such day or hour."""
    year = digits[:, :4] @ np.array([1000, 100, 10, 1])
    month, day, hour, minute, second = (digits[:, k : k + 2] @ np.array([10, 1])[: digits[:, k : k + 2].shape[1]] for k in range(4, 14, 2))
    first = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    date = first.astype("datetime64[D]") + (day - 1)
    right = (month >= 1) & (month <= 12) & (day >= 1) & (date.astype("datetime64[M]") == first)
    right &= (hour < 24) & (minute < 60) & (second < 60)
    return np.where(right, date.astype("datetime64[s]") + (hour * 3600 + minute * 60 + second), _NAT)


def _time(word: str, zone: ZoneInfo) -> tuple[dt.datetime | None, str | None]:
    """The time that a word says, and the finding that goes with it."""
    word = unicodedata.normalize("NFKC", word)
    if _SERIAL.fullmatch(word):
        days = float(word)
        return (_EXCEL_ZERO + dt.timedelta(seconds=round(days * 86400)), "excel_serial") if int(days) in _EXCEL_DAYS else (None, None)
    if packed := _PACKED.fullmatch(word):
        year, month, day, hour, minute, second = (int(part or 0) for part in packed.groups())
        return _made(year, month, day, hour, minute, second), None if packed[4] else "time_without_clock"
    written = _WRITTEN.fullmatch(word)
    if written is None:
        return None, None
    clock = _hour(int(written["hour"] or 0), written["half"] or (written["after"] or "").upper())
    year, month, day, minute, second = (int(written[part] or 0) for part in ("year", "month", "day", "minute", "second"))
    time = None if clock is None else _made(year, month, day, clock, minute, second)
    if time is not None and written["offset"] and _offset(written["offset"]) != time.replace(tzinfo=zone).utcoffset():
        return None, "other_offset"
    return time, None if written["hour"] or time is None else "time_without_clock"


def _made(year: int, month: int, day: int, hour: int, minute: int, second: int) -> dt.datetime | None:
    """The time, 24:00 being the midnight that ends the day; None where there is no such time."""
    try:
        if (hour, minute, second) == (24, 0, 0):
            return dt.datetime(year, month, day) + dt.timedelta(days=1)
        return dt.datetime(year, month, day, hour, minute, second)
    except (ValueError, OverflowError):
        return None


def _hour(hour: int, half: str) -> int | None:
    """The hour of the day; None where the half of the day and the hour do not go together."""
    if not half:
        return hour
    if not 0 <= hour <= 12 or (half == "晚上" and hour == 12):
        return hour if half in ("下午", "晚上", "PM", "中午") and 12 < hour < 24 else None
    if half in ("上午", "凌晨", "AM"):
        return hour % 12
    return hour if half == "中午" and hour == 11 else hour % 12 + 12


def _offset(word: str) -> dt.timedelta:
    if word.upper() == "Z":
        return dt.timedelta(0)
    sign = -1 if word[0] == "-" else 1
    return sign * dt.timedelta(hours=int(word[1:3]), minutes=int(word[-2:]))
