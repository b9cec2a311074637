"""Reads CSV: comma, semicolon or tab, any known encoding, every value as text."""

import csv
import io
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv

from importing.column_names import clean_names
from importing.encoding import EncodingChoice, Piece, choose_file_encoding, samples_of
from importing.raw_table import Ask, RawTable
from importing.read_limits import DEFAULT_LIMITS, ReadLimits
from importing.read_refusals import damaged, shown, too_many
from importing.sniffing import FORMATS, empty_text
from layers.definition.refusal import Refusal
from layers.definition.text import Text

DELIMITERS = ",;\t"
_HEAD_BYTES = 1_000_000
_BLOCK_BYTES = 4_000_000
"""No single row may be longer than this."""
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_FIRST_ROWS = 20


@dataclass(frozen=True)
class CsvFacts:
    """How a CSV is written: its encoding, delimiter, and header as cleaned; `blank_lines` stand before the header."""

    encoding: EncodingChoice
    delimiter: str
    header: tuple[str, ...]
    blank_lines: int


def csv_facts(
    path: Path, name: str, *, encoding: str | None = None, limits: ReadLimits = DEFAULT_LIMITS, stop: Callable[[], bool] = lambda: False
) -> CsvFacts:
    """Encoding (the whole file is looked at), delimiter and header of a CSV.

    Refused: text in no known encoding, no header, more columns than allowed.
    """
    choice = choose_file_encoding(path, name, asked=encoding, stop=stop)
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES).decode(_with_mark(choice.codec), "ignore")
    text = head.lstrip("\r\n")
    blank_lines = len(head[: len(head) - len(text)].splitlines())
    first = _first_record(text)
    if not first.strip():
        raise empty_text(name)
    delimiter = max(DELIMITERS, key=_QUOTED.sub("", first).count)
    names = next(csv.reader(io.StringIO(first), delimiter=delimiter))
    if len(names) > limits.max_columns:
        raise too_many(name, Text("列数", "columns"), len(names), limits.max_columns)
    return CsvFacts(choice, delimiter, tuple(clean_names(names)), blank_lines)


def read_csv_table(path: Path, ask: Ask) -> RawTable:
    """A CSV as one table, every value text, empty cells None. Refused: rows with more or fewer fields than the header."""
    facts = csv_facts(path, ask.name, encoding=ask.encoding, limits=ask.limits)
    batches, rows = [], 0
    with path.open("rb") as file:
        for batch in csv_batches(file, facts, ask.name):
            rows += len(batch)
            if rows > ask.limits.max_rows_at_once:
                raise too_many(ask.name, Text("行数", "rows"), rows, ask.limits.max_rows_at_once)
            batches.append(batch)
    schema = pa.schema([(f"f{i}", pa.string()) for i in range(len(facts.header))])
    table = pa.Table.from_batches(batches, schema=schema).combine_chunks()
    columns = [
        (name, pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], pa.string()))
        for name, column in zip(facts.header, table.columns, strict=True)
    ]
    samples = _samples(facts, columns)
    choice = EncodingChoice(facts.encoding.codec, facts.encoding.reason, samples)
    return RawTable(FORMATS["csv"].title, columns, None, choice)


def csv_batches(file: Any, facts: CsvFacts, name: str) -> Iterator[pa.RecordBatch]:
    """The rows in file order, columns f0, f1 … of text. Refused at the end: rows with more or fewer fields than the header."""
    ragged: list[tuple[int | None, int]] = []

    def keep(row: Any) -> str:
        ragged.append((row.number, row.actual_columns))
        return "skip"

    columns = [f"f{i}" for i in range(len(facts.header))]
    last: pa.RecordBatch | None = None
    try:
        reader = pyarrow.csv.open_csv(
            pa.PythonFile(file, mode="r"),
            pyarrow.csv.ReadOptions(
                use_threads=False,
                block_size=_BLOCK_BYTES,
                autogenerate_column_names=True,
                skip_rows_after_names=1 + facts.blank_lines,
                encoding=_with_mark(facts.encoding.codec),
            ),
            pyarrow.csv.ParseOptions(delimiter=facts.delimiter, newlines_in_values=True, invalid_row_handler=keep),
            pyarrow.csv.ConvertOptions(
                column_types={column: pa.string() for column in columns}, strings_can_be_null=True, null_values=[""], check_utf8=True
            ),
        )
        for batch in reader:
            last = batch
            yield batch
    except pa.ArrowInvalid as error:
        if "Empty CSV file" in str(error):
            return
        raise _never_closed(name) from error
    if last is not None and _swallowed_the_rest(file, last):
        raise _never_closed(name)
    if ragged:
        raise _ragged(name, facts, ragged)


def _swallowed_the_rest(file: Any, last: pa.RecordBatch) -> bool:
    """A quotation mark that is never closed turns all that follows into one value, which no closing mark ends."""
    if not len(last) or "\n" not in (last.column(last.num_columns - 1)[-1].as_py() or ""):
        return False
    file.seek(max(0, file.seek(0, 2) - 64))
    return b'"' not in file.read().rstrip()[-2:]


def _never_closed(name: str) -> Refusal:
    return damaged(
        name,
        Text("有一行过长或引号未闭合", "a row is too long, or a quotation mark is never closed"),
        Text("请从原程序另存为 CSV UTF-8。", "Save it again as CSV UTF-8 from the program it came from."),
    )


def _ragged(name: str, facts: CsvFacts, ragged: list[tuple[int | None, int]]) -> Refusal:
    number, fields = ragged[0]
    row = "?" if number is None else number - 1 - facts.blank_lines
    return Refusal(
        Text(
            "{name}：{n:,} 行的列数与表头不同（表头 {header} 列；首见数据第 {row} 行，{fields} 列）。",
            "{name}: {n:,} rows have another number of fields than the header's {header} (first: data row {row} with {fields}).",
        ).fill(name=shown(name), n=len(ragged), header=len(facts.header), row=row, fields=fields),
        Text(
            "含分隔符的值应加英文双引号；请改正后再试。", "Values that contain the delimiter need double quotes; mend them, then try again."
        ),
    )


def _with_mark(codec: str) -> str:
    """UTF-8 may start with a mark, which is not part of the first name."""
    return "utf-8-sig" if codec == "utf-8" else codec


def _first_record(text: str) -> str:
    """The header: up to the first line break outside quotation marks."""
    inside = False
    for place, letter in enumerate(text):
        if letter == '"':
            inside = not inside
        elif letter in "\r\n" and not inside:
            return text[:place]
    return text


def _samples(facts: CsvFacts, columns: list[tuple[str, pa.Array]]) -> tuple[str, ...]:
    values = itertools.chain(*(column.slice(0, 1000).to_pylist() for _, column in columns), facts.header)
    return samples_of((Piece(value.encode()) for value in values if value), "utf-8")
