"""Reads the table of a shapefile byte by byte: names cut at ten bytes, text in any encoding, numbers as they are written."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from importing.column_names import clean_names
from importing.encoding import EncodingChoice, Piece, choose_encoding
from importing.import_report import Finding
from importing.raw_table import Ask, note, warning
from importing.read_refusals import damaged, listed, too_many
from importing.read_shapes import first_rows
from layers.definition.text import Text

_HEADER = struct.Struct("<4xLHH17xB2x")
_FIELD = struct.Struct("<11sc4xBB14x")
_NAME_BYTES = 10
_WHOLE_DIGITS = 18
_DELETED = 0x2A
_TEXT_TYPES, _NUMBER_TYPES = (b"C",), (b"N", b"F")


@dataclass(frozen=True)
class _Field:
    name: bytes
    kind: bytes
    width: int
    start: int


@dataclass(frozen=True)
class DbfTable:
    """Columns of all records in the file's order, and which of them are deleted."""

    columns: list[tuple[str, pa.Array]]
    deleted: NDArray[np.bool_]
    encoding: EncodingChoice
    findings: tuple[Finding, ...]


def read_dbf(path: Path, ask: Ask, cpg: str | None) -> DbfTable:
    """The table. Text decoded by the rule of `encoding`, whole numbers as int64, dates as YYYY-MM-DD text, blanks None.

    Refused: a header that does not fit the file, fewer records than announced, too many rows or columns.
    """
    fields, records, language_byte = _records(path.read_bytes(), ask)
    texts = [_distinct(records, field) if field.kind in _TEXT_TYPES else None for field in fields]
    named = [Piece(field.name, len(field.name) >= _NAME_BYTES) for field in fields]
    pieces = [piece for pieces, _ in filter(None, texts) for piece in pieces] + named
    choice = choose_encoding([piece for piece in pieces if piece.raw], ask.name, asked=ask.encoding, cpg=cpg, language_byte=language_byte)
    names = clean_names([piece.decoded(choice.codec) for piece in named])
    findings: list[Finding] = []
    columns: list[tuple[str, pa.Array]] = []
    left_out: list[str] = []
    for name, field, text in zip(names, fields, texts, strict=True):
        array = _text(*text, choice.codec) if text is not None else _other(records, field, name, findings)
        if array is None:
            left_out.append(name)
        else:
            columns.append((name, array))
    findings += _about(fields, names, left_out, choice)
    return DbfTable(columns, records[:, 0] == _DELETED, choice, tuple(findings))


def _records(raw: bytes, ask: Ask) -> tuple[list[_Field], NDArray[np.uint8], int]:
    if len(raw) < 33:
        raise damaged(ask.name, Text(".dbf 被截断", "the .dbf is cut short"))
    count, header, width, language_byte = _HEADER.unpack_from(raw)
    fields: list[_Field] = []
    at, start = 32, 1
    while at + _FIELD.size <= min(header, len(raw)) and raw[at] != 0x0D:
        name, kind, size, decimals = _FIELD.unpack_from(raw, at)
        size += decimals << 8 if kind in _TEXT_TYPES else 0
        fields.append(_Field(name.split(b"\0")[0].strip(), kind, size, start))
        at, start = at + _FIELD.size, start + size
    if not fields or start > width or header > len(raw) or any(field.width == 0 for field in fields):
        raise damaged(ask.name, Text(".dbf 的表头有错", "the header of the .dbf is wrong"))
    if len(fields) > ask.limits.max_columns:
        raise too_many(ask.name, Text("列数", "columns"), len(fields), ask.limits.max_columns)
    if count > ask.limits.max_rows_at_once:
        raise too_many(ask.name, Text("行数", "rows"), count, ask.limits.max_rows_at_once)
    if header + count * width > len(raw):
        there = (len(raw) - header) // width
        raise damaged(
            ask.name, Text(".dbf 应有 {n:,} 行，只有 {m:,} 行", "the .dbf should have {n:,} rows and has {m:,}").fill(n=count, m=there)
        )
    return fields, np.frombuffer(raw, np.uint8, count * width, header).reshape(count, width), language_byte


def _bytes(records: NDArray[np.uint8], field: _Field) -> pa.Array:
    cut = np.ascontiguousarray(records[:, field.start : field.start + field.width])
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(field.width), len(cut), [None, pa.py_buffer(cut)])


def _distinct(records: NDArray[np.uint8], field: _Field) -> tuple[list[Piece], pa.Array]:
    """The different texts of a column and, per row, which of them: thousands of rows share few texts."""
    coded = _bytes(records, field).dictionary_encode()
    kept = [value.split(b"\0")[0].rstrip(b" ") for value in coded.dictionary.to_pylist()]
    return [Piece(text, len(text) == field.width) for text in kept], coded.indices


def _text(pieces: list[Piece], indices: pa.Array, codec: str) -> pa.Array:
    return pa.array([piece.decoded(codec).rstrip() or None for piece in pieces], pa.string()).take(indices)


def _other(records: NDArray[np.uint8], field: _Field, name: str, findings: list[Finding]) -> pa.Array | None:
    """A column that is not text; None for a kind that is not read, such as memos kept in another file."""
    if field.kind in (b"I", b"+") and field.width == 4:
        return pa.array(np.frombuffer(records[:, field.start : field.start + 4].tobytes(), "<i4").astype("i8"))
    if field.kind == b"O" and field.width == 8:
        return pa.array(np.frombuffer(records[:, field.start : field.start + 8].tobytes(), "<f8"))
    if field.kind not in (*_NUMBER_TYPES, b"D", b"L"):
        return None
    coded = _bytes(records, field).dictionary_encode()
    texts = [value.decode("ascii", "replace").strip(" \0") for value in coded.dictionary.to_pylist()]
    if field.kind == b"D":
        return pa.array(
            [f"{t[:4]}-{t[4:6]}-{t[6:8]}" if len(t) == 8 and t.isdecimal() and t != "00000000" else None for t in texts], pa.string()
        ).take(coded.indices)
    if field.kind == b"L":
        return pa.array([{"T": True, "Y": True, "F": False, "N": False}.get(t.upper()) for t in texts], pa.bool_()).take(coded.indices)
    return _numbers(texts, coded.indices, name, findings)


def _numbers(texts: Sequence[str], indices: pa.Array, name: str, findings: list[Finding]) -> pa.Array:
    """int64 if every number is whole, as text if one is longer than 18 digits, else float64; what is no number is None, with a warning."""
    if all(not t or (t.lstrip("+-").isdecimal()) for t in texts):
        long = any(len(t.lstrip("+-")) > _WHOLE_DIGITS for t in texts)
        return pa.array([(t or None) if long else (int(t) if t else None) for t in texts], pa.string() if long else pa.int64()).take(
            indices
        )
    values = pa.array([_number(t) for t in texts], pa.float64())
    written = pa.array([bool(t) and set(t) != {"*"} for t in texts], pa.bool_())
    wrong = pc.and_(pc.is_null(values), written).take(indices).to_numpy(zero_copy_only=False)
    if wrong.any():
        what = Text("{n} 行的“{name}”不是数，作空值。", "{n} rows have a '{name}' that is no number; it was left empty.")
        findings.append(warning("not_a_number", what.fill(n=int(wrong.sum()), name=name), count=int(wrong.sum()), rows=first_rows(wrong)))
    return values.take(indices)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _about(fields: Sequence[_Field], names: Sequence[str], left_out: Sequence[str], choice: EncodingChoice) -> list[Finding]:
    found = []
    cut = [name for name, field in zip(names, fields, strict=True) if len(field.name) >= _NAME_BYTES - 1 and not field.name.isascii()]
    if cut:
        what = Text(
            "{n} 个列名可能被截断（DBF 限 10 字节）：{names}。", "{n} names of columns may be cut short (DBF keeps 10 bytes): {names}."
        )
        found.append(note("names_cut", what.fill(n=len(cut), names=listed(cut)), count=len(cut)))
    if left_out:
        what = Text("{n} 列的类型不能读取：{names}。", "{n} columns are of a kind that can't be read: {names}.")
        found.append(warning("columns_left_out", what.fill(n=len(left_out), names=listed(left_out)), count=len(left_out)))
    if choice.overruled is not None:
        what = Text("{said}；按 {codec} 读取。", "{said}; it was read as {codec}.").fill(said=choice.overruled, codec=choice.codec)
        found.append(
            warning(
                "encoding_doubt",
                what,
                what_next=Text("请核对名称；必要时指明编码。", "Look at the names; say which encoding it is if they are wrong."),
            )
        )
    return found
