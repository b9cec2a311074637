"""The audit: lines that are only ever added, each holding the SHA-256 of itself and of the line before."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from layers.definition.text import Text
from planning.plan import Beat
from storage.schema import Schema

_START = "0" * 64  # what stands for the line before the first
_PAGE = 500  # a new plan of 5,000 cells is a line of a hundred kilobytes


@dataclass(frozen=True)
class AuditLine:
    """Who did what to which subject, when, and how it ended. Lines about a plan's saves carry plan and revision."""

    id: int
    at: str
    who: str
    action: str
    subject: str
    detail: Mapping[str, Any]
    result: str
    plan_id: str | None
    revision: int | None
    previous_hash: str
    hash: str


@dataclass(frozen=True)
class AuditCheck:
    """What a check of the audit found: lines seen, the first line that does not hold, plans that are not what the lines say.

    `last_hash`, written down elsewhere, also shows whether lines were cut off at the end later.
    """

    lines: int
    last_hash: str
    broken_at: int | None = None
    strayed_plans: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Does everything hold?"""
        return self.broken_at is None and not self.strayed_plans

    @property
    def text(self) -> Text:
        """The finding in words."""
        if self.broken_at is not None:
            return Text("审计记录自第 {id} 行起不可信。", "The audit can't be trusted from line {id} on.").fill(id=self.broken_at)
        if self.strayed_plans:
            return Text("方案与审计记录不符：{plans}。", "Plans differ from what the audit says: {plans}.").fill(
                plans=", ".join(self.strayed_plans)
            )
        return Text("审计记录完整，共 {n} 行。", "The audit is whole: {n} lines.").fill(n=self.lines)


def now() -> str:
    """Local wall clock as ISO 8601 to the second, for whoever gives no time."""
    return datetime.now().isoformat(timespec="seconds")


def append(
    connection: Connection,
    schema: Schema,
    at: str,
    who: str,
    action: str,
    subject: str,
    detail: Mapping[str, Any],
    result: str = "done",
    plan_id: str | None = None,
    revision: int | None = None,
) -> int:
    """Add a line in the caller's write transaction; its number. The numbers have no gaps.

    In which role and from where it was done comes along with the connection, see `AccountStore.acting`.
    """
    table, acting = schema.table("audit"), connection.get_execution_options().get("acting", {})
    last = connection.execute(select(table.c.id, table.c.hash).order_by(table.c.id.desc()).limit(1)).one_or_none()
    line: dict[str, Any] = {
        "id": 1 if last is None else last.id + 1,
        "at": at,
        "who": who,
        "action": action,
        "subject": subject,
        "detail": json.dumps({**detail, **acting}, ensure_ascii=False, separators=(",", ":"), default=str),
        "result": result,
        "plan_id": plan_id,
        "revision": revision,
        "previous_hash": _START if last is None else last.hash,
    }
    connection.execute(table.insert(), {**line, "hash": _fingerprint(line)})
    return int(line["id"])


def _fingerprint(line: Mapping[str, Any]) -> str:
    written = json.dumps(line, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def read_lines(connection: Connection, query: Select[Any]) -> Iterator[AuditLine]:
    """The lines of a query on the audit table."""
    for row in connection.execute(query):
        yield AuditLine(**{**row._mapping, "detail": json.loads(row.detail)})


def latest_lines(
    connection: Connection, schema: Schema, limit: int, before: int | None, who: str | None, action: str | None, day: str | None = None
) -> tuple[AuditLine, ...]:
    """The latest lines, newest first; those with a number below `before`, of one person, one action, one day (YYYY-MM-DD)."""
    table = schema.table("audit")
    query = select(table).order_by(table.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(table.c.id < before)
    for column, value in ((table.c.who, who), (table.c.action, action)):
        if value is not None:
            query = query.where(column == value)
    if day is not None:
        query = query.where(table.c.at.startswith(day, autoescape=True))
    return tuple(read_lines(connection, query))


def csv_rows(connection: Connection, schema: Schema) -> Iterator[tuple[str, ...]]:
    """All lines as text, oldest first, after the names of their columns; a page at a time."""
    table = schema.table("audit")
    yield tuple(column.name for column in table.c)
    page, last = select(table).order_by(table.c.id).limit(_PAGE), 0
    while rows := connection.execute(page.where(table.c.id > last)).all():
        yield from (tuple("" if value is None else str(value) for value in row) for row in rows)
        last = rows[-1].id


def check_chain(rows: Iterable[Row[Any]]) -> AuditCheck:
    """Check all rows of the audit in order: numbers without gaps, each hash that of its line and of the one before."""
    count, previous = 0, _START
    for count, row in enumerate(rows, start=1):
        line = dict(row._mapping)
        written = line.pop("hash")
        if row.id != count or row.previous_hash != previous or written != _fingerprint(line):
            return AuditCheck(count, previous, broken_at=row.id)
        previous = written
    return AuditCheck(count, previous)


def replay(lines: Iterable[AuditLine]) -> tuple[tuple[Beat, ...], dict[str, str | None], frozenset[str]]:
    """Beats, cell -> beat and locked cells of a plan after these saves of it, in order, starting from nothing."""
    beats: tuple[Beat, ...] = ()
    beat_of: dict[str, str | None] = {}
    locked: set[str] = set()
    for line in lines:
        beats = tuple(Beat(*beat) for beat in line.detail["beats"])
        for cell in line.detail["gone"]:
            del beat_of[cell]
        beat_of.update({cell: to for cell, _, to in line.detail["cells"]} | {cell: to for cell, to in line.detail["added"]})
        locked = (locked - {*line.detail["gone"], *line.detail.get("unlocked", ())}) | {*line.detail.get("locked", ())}
    return beats, beat_of, frozenset(locked)


def beat_values(beat: Beat) -> list[Any]:
    """A beat as its audit line keeps it: `Beat(*values)` gives it back. Colour and lock are left out where there is neither."""
    values = list(astuple(beat))
    return values if beat.colour is not None or beat.locked else values[:4]
