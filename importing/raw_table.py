"""What a reader hands over inside the jail: columns as Arrow arrays of four plain types, shapes as WKB."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from importing.encoding import EncodingChoice, Piece, samples_of
from importing.import_report import Finding
from importing.read_limits import ReadLimits
from importing.read_refusals import listed, shown
from layers.definition.text import Text

_WHOLE = 2**63
PLAIN_TYPES = (pa.string(), pa.int64(), pa.float64(), pa.bool_())


@dataclass(frozen=True)
class Ask:
    """What the person asked for; `name` is the file's name as they know it."""

    name: str
    layer: str | None = None
    encoding: str | None = None
    limits: ReadLimits = field(default_factory=ReadLimits)


@dataclass(frozen=True)
class RawTable:
    """One layer as read: (name, array) per column, all of one length, each of `PLAIN_TYPES`; names may repeat."""

    layer: str
    columns: list[tuple[str, pa.Array]]
    wkb: pa.Array | None
    encoding: EncodingChoice
    declared_crs: str | None = None
    other_layers: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def utf8_by_norm(columns: Sequence[tuple[str, pa.Array]], title: str) -> EncodingChoice:
    """The encoding of a format that knows only one, with three names out of the columns."""
    pieces = (
        Piece(value.encode())
        for name, array in columns
        if array.type == pa.string()
        for value in [*array.slice(0, 1000).to_pylist(), name]
        if value
    )
    return EncodingChoice("utf-8", Text(f"{title} 规定用 UTF-8", f"{title} is always UTF-8"), samples_of(pieces, "utf-8"))


def array_of(values: Iterable[object]) -> pa.Array:
    """Python values as the narrowest plain type that holds all of them unchanged; text when they differ or are too big.

    Whole numbers stay whole, a mix of whole and broken numbers becomes float64 only if no whole one loses a digit.
    """
    values = list(values)
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {bool}:
        return pa.array(values, pa.bool_() if kinds else pa.string())
    if kinds == {int} and all(value is None or -_WHOLE <= value < _WHOLE for value in values):  # type: ignore[operator]
        return pa.array(values, pa.int64())
    if kinds <= {int, float} and all(not isinstance(value, int) or abs(value) <= 2**53 for value in values):
        return pa.array(values, pa.float64())
    return pa.array([_as_text(value) for value in values], pa.string())


def _as_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def plain(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Any Arrow column as one of the plain types: whole numbers stay whole, times become their wall-clock text, lists become JSON."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
        if isinstance(array, pa.ChunkedArray):
            array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    kind = array.type
    if pa.types.is_dictionary(kind):
        return plain(array.dictionary_decode())
    if kind in PLAIN_TYPES:
        return array
    if pa.types.is_integer(kind) and kind != pa.uint64():
        return array.cast(pa.int64())
    if pa.types.is_floating(kind):
        return array.cast(pa.float64())
    if pa.types.is_timestamp(kind):
        text = array.cast(pa.timestamp(kind.unit)).cast(pa.string())
        return pc.replace_substring_regex(text, r"\.0+$", "")
    if pa.types.is_nested(kind):
        return pa.array(
            [None if value is None else json.dumps(value, ensure_ascii=False, default=str) for value in array.to_pylist()], pa.string()
        )
    return array.cast(pa.string())


def is_binary(kind: pa.DataType) -> bool:
    """Bytes that are not text: pictures and the like, which no layer keeps."""
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind))


def note(key: str, what: Text, *, count: int = 1, rows: Sequence[int] = (), what_next: Text | None = None) -> Finding:
    """A remark of the reading step."""
    return Finding("read", "note", key, what, what_next, count, tuple(rows))


def warning(key: str, what: Text, *, count: int = 1, rows: Sequence[int] = (), what_next: Text | None = None) -> Finding:
    """Something of the reading step that the person must accept."""
    return Finding("read", "warning", key, what, what_next, count, tuple(rows))


def error(key: str, what: Text, *, count: int = 1, rows: Sequence[int] = (), what_next: Text | None = None) -> Finding:
    """Something of the reading step that stops the import."""
    return Finding("read", "error", key, what, what_next, count, tuple(rows))


def layers_left(taken: str, others: Sequence[str]) -> tuple[Finding, ...]:
    """A warning that a file holds further layers, when the person chose none."""
    if not others:
        return ()
    what = Text("文件中有 {n} 个图层，读取了“{taken}”；未读：{zh}。", "The file holds {n} layers; '{taken}' was read. Not read: {en}.")
    return (
        warning(
            "other_layers",
            what.fill(n=len(others) + 1, taken=shown(taken), zh=listed(others, "、"), en=listed(others)),
            count=len(others),
            what_next=Text("要读其他图层，请指明图层名。", "To read another, say which layer."),
        ),
    )
