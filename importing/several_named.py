"""Cells that name several of the staff, as in 张三、李四: a row for each of them."""

import re
from dataclasses import replace

import numpy as np

from importing.column import text_of
from importing.finding_tally import SHOWN_ROWS
from importing.import_report import Finding
from importing.kinds import Kind
from importing.source_table import SourceTable
from layers.definition.text import Text

_BETWEEN = re.compile(r"[、,，;；\r\n]+")


def one_named_each(source: SourceTable, kind: Kind, columns: dict[str, str]) -> tuple[SourceTable, tuple[Finding, ...]]:
    """The table with a row for each name in such a cell, and what to tell; rows keep the numbers that the person counts.

    Only in tables without a key, in which a row stands for one person's task.
    """
    field = next((name for name, reference in kind.references.items() if reference == "officer" and kind.key_field is None), None)
    if field is None or field not in columns:
        return source, ()
    named = [[name for name in _BETWEEN.split(text_of(value)) if name.strip()] or [value] for value in source.columns[columns[field]]]
    several = np.array([len(names) > 1 for names in named], bool)
    if not several.any():
        return source, ()
    rows = np.repeat(np.arange(len(named)), [len(names) for names in named])
    table = source.columns.iloc[rows].copy()
    table[columns[field]] = [name for names in named for name in names]
    numbers = np.asarray(source.columns.index)[several] + 1
    what = Text(
        "{n} 行的“{title}”写有几个人，拆成每人一行。", "{n} rows name several people as {title}; each of them gets a row of their own."
    ).fill(n=int(several.sum()), title=kind.field(field).title)
    told = Finding("match", "note", "several_named", what, None, int(several.sum()), tuple(numbers[:SHOWN_ROWS].tolist()))
    return replace(source, columns=table), (told,)
