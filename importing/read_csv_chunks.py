"""Reads a CSV of any length in chunks, in bounded memory; can be watched and stopped."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa

from importing.read_csv import CsvFacts, csv_batches, csv_facts
from importing.read_limits import DEFAULT_LIMITS, ReadLimits
from importing.read_refusals import missing, not_taken, shown, too_big, too_many
from importing.sniffing import FORMATS, sniff
from layers.definition.refusal import Refusal
from layers.definition.text import Text


def read_csv_chunks(
    path: Path,
    name: str,
    *,
    encoding: str | None = None,
    facts: CsvFacts | None = None,
    rows: int = 200_000,
    limits: ReadLimits = DEFAULT_LIMITS,
    progress: Callable[[int, int], None] = lambda done, total: None,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[pd.DataFrame]:
    """A CSV of any length as tables of at most `rows` rows, every value text; the index counts the file's data rows from 0.

    `facts` are those of `csv_facts`, where they are known already: finding the encoding looks at the whole file.
    `progress` hears (bytes done, bytes total) after each chunk; when `stop` says True a Refusal ends the reading, so that
    whoever takes the rows undoes them. Refused, some only when the reading gets there: not a CSV, past the limits, no
    known encoding, rows with more or fewer fields than the header.
    """
    total = _checked_size(path, name, limits)
    facts = facts or csv_facts(path, name, encoding=encoding, limits=limits, stop=stop)
    start = 0
    with path.open("rb") as file:
        for table in _tables(csv_batches(file, facts, name), rows):
            if stop():
                break
            frame = table.rename_columns(list(facts.header)).to_pandas()
            frame.index = pd.RangeIndex(start, start + len(frame))
            start += len(frame)
            if start > limits.max_rows:
                raise too_many(name, Text("行数", "rows"), start, limits.max_rows)
            yield frame
            progress(min(file.tell(), total), total)
    if stop():
        raise Refusal(
            Text("已在第 {n:,} 行后停止读取 {name}。", "Reading {name} was stopped after {n:,} rows.").fill(n=start, name=shown(name)),
            Text("没有写入任何内容。", "Nothing was written."),
        )


def _checked_size(path: Path, name: str, limits: ReadLimits) -> int:
    if not path.is_file():
        raise missing(name)
    size = path.stat().st_size
    if size > limits.max_csv_bytes:
        raise too_big(name, size, limits.max_csv_bytes)
    found = sniff(path, name, limits)
    if found != "csv":
        raise not_taken(
            name, Text("{t} 文件", "a {t} file").fill(t=FORMATS[found].title), Text("这里只读取 CSV。", "Only CSV is read here.")
        )
    return size


def _tables(batches: Iterator[pa.RecordBatch], rows: int) -> Iterator[pa.Table]:
    waiting: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        while count + len(batch) >= rows:
            taken = rows - count
            yield pa.Table.from_batches([*waiting, batch.slice(0, taken)])
            batch, waiting, count = batch.slice(taken), [], 0
        if len(batch):
            waiting.append(batch)
            count += len(batch)
    if waiting:
        yield pa.Table.from_batches(waiting)
