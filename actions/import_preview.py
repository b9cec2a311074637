"""What an import would do: the rows, the report and the counts, before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from actions.import_wish import ImportWish
from actions.streamed_points import StreamedPoints
from importing.import_report import ImportReport
from importing.kinds import Kind
from planning.plan import Plan


@dataclass(frozen=True, eq=False)
class RepairPicture:
    """What a repair did: the areas with a border that moved, worst first, before and after it (EPSG:4490), row by row.

    Both have the columns code, name, moved_m (metres) and geometry; `areas` counts all that moved, also those past the
    most that are drawn. moved_m is the farthest that any border moved.
    """

    before: gpd.GeoDataFrame
    after: gpd.GeoDataFrame
    moved_m: float
    areas: int


@dataclass(frozen=True, eq=False)
class ImportPreview:
    """What an import would do. `rows` is None when the report refuses; nothing has been written.

    Of a file that is read in chunks (`streamed`), `rows` are a sample spread evenly over it, and the file must still be in
    its place, unchanged, when the import is accepted.
    """

    wish: ImportWish
    kind: Kind
    report: ImportReport
    rows: pd.DataFrame | None
    counts: dict[str, int]
    revision: str
    sha256: str
    plans: tuple[Plan, ...] = ()
    """Plans carried over to new cells, or the new draft, saved with the rows."""
    plans_revision: str | None = None
    streamed: StreamedPoints | None = None
    unknown_choices: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Field -> wording that stands for no known choice -> rows; `ImportWish.values` says what they mean."""
    usual_choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Field -> wording that was read by its usual meaning -> the choice; `ImportWish.values` wins over it."""
    drawn: gpd.GeoDataFrame | None = None
    """Units and cells as the file has them (EPSG:4490), also when the import is refused, so that flaws are seen among them."""
    flaws: gpd.GeoDataFrame | None = None
    """Flaws of borders as points (EPSG:4490), worst first, at most 200: kind, title_zh, title_en, severity, who, size."""
    repair: RepairPicture | None = None
    also: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)
    """Further layers saved in the same step: units of the other kind in the file, and those whose borders move with these."""
    also_revisions: Mapping[str, str] = field(default_factory=dict)
    default_point: tuple[float, float] | None = None
    """Longitude and latitude where so many incidents stand that a geocoder must have put them there; see `ImportWish.leave_points`."""
    places: NDArray[np.float64] | None = None
    """Some of the points, or middles of areas, evenly spread, in WGS-84 degrees (n, 2) as the file would have them in that datum."""
    protected: pd.DataFrame | None = None
    """What is not kept as points but counted by unit: the columns of `storage.protected_counts.COLUMNS`."""

    @property
    def may_be_taken(self) -> bool:
        """No error was found and there is something to take."""
        return self.rows is not None and not self.report.refused

    @property
    def datum_pairs(self) -> pd.DataFrame:
        """Places of the file beside the town's of the same name, in degrees: name, read_lon/lat as the file has them,
        shifted_lon/lat under the datum that is guessed, town_lon/lat. Without any, no rows."""
        guess = self.report.choices.get("datum_guess") or {}
        datum = guess.get("datum") or "wgs84"
        rows = [(pair["name"], *pair["read_as"]["wgs84"], *pair["read_as"][datum], *pair["known"]) for pair in guess.get("pairs", ())]
        columns = ["name", "read_lon", "read_lat", "shifted_lon", "shifted_lat", "town_lon", "town_lat"]
        return pd.DataFrame(rows, columns=columns)

    def as_json(self) -> dict[str, Any]:
        """Plain values, as `geo_cli.py import --json` prints them."""
        return {
            "target": self.kind.key,
            "file": self.wish.file_name,
            "counts": self.counts,
            "unknown_choices": {name: dict(words) for name, words in self.unknown_choices.items()},
            **self.report.as_json(),
        }
