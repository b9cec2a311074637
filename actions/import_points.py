"""Incidents from a CSV of any length, in bounded memory: one pass checks all of it, a second one takes it over."""

import hashlib
from collections.abc import Iterator
from itertools import chain

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from actions.caller import Caller
from actions.import_preview import ImportPreview
from actions.import_protected import protected_choices, protected_to_keep
from actions.import_town import NO_PROJECTION, given_fields, town_frame, town_tables
from actions.import_wish import CHECKING, READING, WRITING, ImportWish, Watch, stopped
from actions.streamed_points import FACTS_SHARE, StreamedPoints, chunks
from importing.crs_check import Placed, choose_placement, place_rows
from importing.field_match import matched, with_open_columns
from importing.finding_tally import FindingTally
from importing.import_report import ImportReport
from importing.kinds import Kind
from importing.place_wording import PLACE
from importing.read_csv import CsvFacts, csv_facts
from importing.read_file import formula_like, formulas_told
from importing.seen_rows import Hashes, column_hashes
from importing.source_table import SourceTable
from layers.definition.crs import wgs84_to_bd09, wgs84_to_gcj02
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from storage.row_parts import PART_ROWS

SHOWN_PLACES = 200
SAMPLED = 400  # rows of a chunk for the map: 40,000 points of ten million
_BLOCK = 1 << 20
_READ_SHARE = 0.6  # of the time of taking over; the rest is writing


def is_streamed(wish: ImportWish, kind: Kind) -> bool:
    """Whether the file is read in chunks: a CSV of points that is too long to be held at once."""
    is_csv = kind.kept == "points" and wish.file_name.lower().endswith((".csv", ".txt", ".tsv"))
    return is_csv and wish.path.is_file() and wish.path.stat().st_size > wish.limits.max_csv_at_once_bytes


def preview_points(caller: Caller, wish: ImportWish, kind: Kind, values: dict[str, dict[str, str]], watch: Watch) -> ImportPreview:
    """What the import of a long CSV would do, from a pass over all its rows; memory grows by some 40 bytes a row.

    How coordinates are read and which column is which field is decided on the first 100,000 rows. Refused at once: see
    `read_csv_chunks`; stopped.
    """
    revision = caller.store.revision(kind.key)
    watch.at(0.0, READING)
    sha256 = file_sha256(wish, watch)
    facts = csv_facts(wish.path, wish.file_name, encoding=wish.encoding, limits=wish.limits, stop=watch.stop)
    watch.at(FACTS_SHARE, READING)  # a stop while the encoding was looked for ends here
    head = next((source for source, _ in chunks(wish, facts, sha256)), None)
    report = ImportReport(choices=_about(wish, facts, sha256, head, kind))

    def refused(report: ImportReport, seen: NDArray[np.float64] | None = None) -> ImportPreview:
        return ImportPreview(wish, kind, report, None, {"read": 0 if head is None else len(head)}, revision, sha256, places=seen)

    if head is None:
        return refused(report)
    if not caller.model.placed:
        return refused(report.with_(NO_PROJECTION))
    frame = town_frame(caller.model, kind)
    places = {column: target for column, target in wish.columns.items() if target in ("lon", "lat", "lonlat")}
    placement, told = choose_placement(head, frame, crs=wish.crs, datum=wish.datum, columns=places)  # type: ignore[arg-type]
    report = joined(report, told)
    seen = None if placement is None else some_places(place_rows(head, placement, frame, FindingTally(PLACE)), wish.datum)
    if placement is None or told.refused:
        return refused(report, seen)
    taken = placement.columns.names if placement.columns else ()
    columns, told = matched(list(head.columns.columns), kind, wish.columns, taken=taken, given=given_fields(wish, kind))
    report = joined(report, told)
    if told.refused:
        return refused(report, seen)
    tables = town_tables(caller, caller.model, kind)
    return _checked(
        caller, StreamedPoints(wish, kind, facts, placement, frame, columns, values, tables, sha256), report, revision, watch, seen
    )


def _checked(
    caller: Caller, points: StreamedPoints, report: ImportReport, revision: str, watch: Watch, seen: NDArray[np.float64] | None
) -> ImportPreview:
    """The pass over the whole file: everything is counted, a sample is kept for the map."""
    check, tally, new, formulas = points.check(), FindingTally(PLACE), 0, 0
    sample: list[pd.DataFrame] = []
    for rows in points.kept(check, tally, _known(caller), watch, 1.0):
        new += len(rows)
        formulas += sum(found.count for found in formula_like(pa.table({"code": pa.array(rows["code"], pa.string())})))
        sample.append(rows.iloc[:: max(1, len(rows) // SAMPLED)])
    watch.at(1.0, CHECKING)
    told = check.report()
    told_formulas = formulas_told({points.columns["code"]: formulas} if formulas else {})
    report = with_open_columns(report, told.choices.get("personal_columns", ()))
    report = joined(report.with_(*told_formulas, *tally.findings()), told)
    taken = int(told.choices["rows_taken"])
    counts = {"read": int(told.choices["rows_read"]), "new": new, "known": taken - new, **outside_town(report)}
    protected, told_counts = protected_to_keep(caller, check.protected_counts(), check.protected_months(), points.sha256)
    report = report.with_(*told_counts, **protected_choices(caller.model, check.protected_counts()))
    report = report.with_(rows=counts["read"], read_in_chunks=True)
    rows = None if report.refused else pd.concat(sample, ignore_index=True)
    return ImportPreview(
        points.wish,
        points.kind,
        report,
        rows,
        counts,
        revision,
        points.sha256,
        streamed=points,
        unknown_choices=check.unknown_choices(),
        usual_choices=check.usual_choices(),
        default_point=check.default_point(),
        protected=protected,
        places=seen,
    )


def rows_again(caller: Caller, points: StreamedPoints, watch: Watch) -> Iterator[pd.DataFrame]:
    """The rows to take, read a second time. Refused: the file is gone or is another than the preview saw; stopped."""
    if not points.wish.path.is_file() or file_sha256(points.wish, watch) != points.sha256:
        raise Refusal(
            Text("{file} 在预览之后被移走或改动。", "{file} was moved or changed since the preview.").fill(file=points.wish.file_name),
            Text("请重新预览；没有写入任何内容。", "Preview it again; nothing was written."),
        )
    yield from (rows for rows in points.kept(points.check(), FindingTally(PLACE), _known(caller), watch, _READ_SHARE) if len(rows))


class WritingWatch:
    """What the store asks: with the number of rows after each that it read, then with the same number after each part it wrote.

    rows: how many will be written; read: whether they come one table after the other, whose reading is told by `kept`.
    """

    def __init__(self, watch: Watch, rows: int, read: bool) -> None:
        self._watch, self._rows, self._parts = watch, max(rows, 1), 0
        self._read = -1 if read else rows

    def __call__(self, rows: int) -> bool:
        """Whether to go on."""
        if rows != self._read:
            self._read = rows
            return not self._watch.stop()
        self._parts += 1
        written = min(self._parts * PART_ROWS / self._rows, 1.0)
        return not self._watch.asked_to_stop(_READ_SHARE + (1 - _READ_SHARE) * written, WRITING)


def file_sha256(wish: ImportWish, watch: Watch) -> str:
    """SHA-256 of the file. Refused: stopped."""
    digest = hashlib.sha256()
    with wish.path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            if watch.stop():
                raise stopped()
    return digest.hexdigest()


def some_places(rows: Placed, asked: str) -> NDArray[np.float64] | None:
    """Some of the points, or middles of shapes, evenly spread, as they would lie if their numbers were WGS-84 degrees (n, 2)."""
    if rows.shapes is not None:
        lon_lat = shapely.get_coordinates(shapely.centroid(rows.shapes[~shapely.is_missing(rows.shapes)]))
    else:
        lon_lat = np.column_stack([np.asarray(rows.lon, float), np.asarray(rows.lat, float)])
    lon_lat = lon_lat[np.isfinite(lon_lat).all(axis=1)]
    if not len(lon_lat):
        return None
    lon_lat = lon_lat[np.unique(np.linspace(0, len(lon_lat) - 1, min(len(lon_lat), SHOWN_PLACES)).astype(int))]
    back = {"gcj02": wgs84_to_gcj02, "bd09": wgs84_to_bd09}.get(asked)
    return lon_lat if back is None else np.column_stack(back(*lon_lat.T))


def outside_town(report: ImportReport) -> dict[str, int]:
    """How many rows lie outside the town, as a count of the preview; nothing where none does."""
    rows = sum(finding.count for finding in report.findings if finding.key == "outside_town")
    return {"outside": rows} if rows else {}


def joined(report: ImportReport, more: ImportReport) -> ImportReport:
    """Both reports as one."""
    return report.with_(*more.findings, **more.choices)


def _known(caller: Caller) -> Hashes:
    return np.unique(column_hashes(caller.model.incidents["code"].to_numpy(object)))


def _about(wish: ImportWish, facts: CsvFacts, sha256: str, head: SourceTable | None, kind: Kind) -> dict[str, object]:
    choice = facts.encoding
    return {
        "file": wish.file_name,
        "sha256": sha256,
        "driver": "CSV",
        "layer": "",
        "encoding": choice.codec,
        "encoding_reason": choice.reason.en,
        "encoding_reason_zh": choice.reason.zh,
        "encoding_samples": [] if head is None else _samples(head),
        "declared_crs": None,
        "target": kind.key,
    }


def _samples(head: SourceTable) -> list[str]:
    """Three values with other than ASCII letters, as they were decoded; the header's names count too."""
    texts = chain(map(str, head.columns.columns), *(head.columns[name].head(100) for name in head.columns.columns))
    found = dict.fromkeys(text for text in texts if isinstance(text, str) and not text.isascii())
    return [text[:40] for text in list(found)[:3]]
