"""A file of points that is too long to be held at once: how every chunk of it becomes rows, decided once and done again."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd

from actions.import_town import made_codes
from actions.import_wish import CHECKING, ImportWish, Watch
from importing.crs_check import Placement, TownFrame, place_rows
from importing.finding_tally import FindingTally
from importing.kinds import Kind
from importing.read_csv import CsvFacts
from importing.read_csv_chunks import read_csv_chunks
from importing.seen_rows import Hashes, column_hashes
from importing.source_table import SourceTable
from importing.table_check import TableCheck
from importing.templates import drop_template_rows
from importing.town_tables import TownTables

CHUNK_ROWS = 100_000
FACTS_SHARE = 0.05  # of the whole work: checksum and encoding


@dataclass(frozen=True, eq=False)
class StreamedPoints:
    """How every chunk of a file becomes rows: decided once in the preview, done again when it is accepted."""

    wish: ImportWish
    kind: Kind
    facts: CsvFacts
    placement: Placement
    frame: TownFrame
    columns: dict[str, str]
    values: dict[str, dict[str, str]]
    tables: TownTables
    sha256: str

    def check(self) -> TableCheck:
        """A check that has seen nothing yet."""
        wish = self.wish
        return TableCheck(
            self.kind,
            self.columns,
            self.tables,
            given=wish.given,
            wordings=self.values,
            left=wish.left_out,
            nowhere=wish.leave_points,
            made=made_codes(wish, self.kind),
        )

    def kept(self, check: TableCheck, tally: FindingTally, known: Hashes, watch: Watch, end: float) -> Iterator[pd.DataFrame]:
        """The rows to take, chunk by chunk: readable, without those whose code is there already. Refused: stopped.

        end: the share of the whole work that is done when all are read.
        """
        for source, done in chunks(self.wish, self.facts, self.sha256):
            watch.at(FACTS_SHARE + done * (end - FACTS_SHARE), CHECKING)
            rows = check.add(source, place_rows(source, self.placement, self.frame, tally))
            yield rows[~np.isin(column_hashes(rows["code"]), known)].reset_index(drop=True)


def chunks(wish: ImportWish, facts: CsvFacts, sha256: str) -> Iterator[tuple[SourceTable, float]]:
    """Each chunk as a table, without the template's own rows, and the share of the file before it."""
    done = [0.0]

    def heard(read: int, total: int) -> None:
        done[0] = read / max(total, 1)

    frames = read_csv_chunks(wish.path, wish.file_name, facts=facts, rows=CHUNK_ROWS, limits=wish.limits, progress=heard)
    first = next(frames, None)
    for frame in chain(() if first is None else (drop_template_rows(first),), frames):
        yield _source(wish, facts, sha256, frame), done[0]


def _source(wish: ImportWish, facts: CsvFacts, sha256: str, frame: pd.DataFrame) -> SourceTable:
    choice = facts.encoding
    return SourceTable(wish.file_name, sha256, "CSV", "", choice.codec, choice.reason, choice.samples, None, frame, None)
