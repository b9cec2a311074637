"""What a person wants to import and said about it, what it would do, and how the work is watched and stopped."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from importing.field_match import LEAVE
from importing.import_report import ImportReport
from importing.kinds import Kind
from importing.read_limits import DEFAULT_LIMITS, ReadLimits
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.plan import Plan

if TYPE_CHECKING:
    from actions.import_points import StreamedPoints

Progress = Callable[[float, Text], bool]
"""Told the share of the work that is done, 0 to 1, and what is being done; False stops it."""

READING = Text("正在读取", "reading")
PLACING = Text("正在定位", "placing")
CHECKING = Text("正在检查", "checking")
REPAIRING = Text("正在修复边界", "mending the borders")
COMPARING = Text("正在与现有数据比较", "comparing with what is there")
WRITING = Text("正在写入", "writing")


def never() -> bool:
    """Nobody stops it."""
    return False


@dataclass(frozen=True)
class Watch:
    """Whoever watches an import: is told how far it is, and may stop it by either way."""

    progress: Progress | None = None
    stop: Callable[[], bool] = never

    def asked_to_stop(self, share: float, doing: Text) -> bool:
        """Tell how far it is; whether it is to stop."""
        return self.stop() or (self.progress is not None and not self.progress(min(max(share, 0.0), 1.0), doing))

    def at(self, share: float, doing: Text) -> None:
        """Tell how far it is. Refused: stopped."""
        if self.asked_to_stop(share, doing):
            raise stopped()


def stopped() -> Refusal:
    """The refusal of an import that somebody stopped."""
    return Refusal(
        Text("已停止，没有写入任何内容。", "Stopped, nothing written."), Text("可随时重新导入。", "It can be started again at any time.")
    )


@dataclass(frozen=True)
class ImportWish:
    """What to import and what the person said about it. Empty values are found out, shown, and may then be overruled.

    columns: column -> field; '-' leaves a column out. given: field -> one value for all rows. datum: auto, wgs84, gcj02, bd09.
    values: field -> wording in the file -> the choice it stands for, by key or by its wording in either language.
    repair: mend the borders of units and cells. number_rows: make the codes that the file lacks. one_kind: take all rows as the
    target, also where some of them are units of the other kind. leave_points: (lon, lat) where a geocoder puts incidents that it
    can't find, which are left out. limits: how much of a file is read; see `importing.read_limits`.
    """

    target: str
    path: Path
    file_name: str
    layer: str | None = None
    encoding: str | None = None
    crs: str | None = None
    datum: str = "auto"
    columns: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    repair: bool = False
    number_rows: bool = False
    one_kind: bool = False
    leave_points: tuple[tuple[float, float], ...] = ()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    limits: ReadLimits = DEFAULT_LIMITS

    @property
    def left_out(self) -> list[str]:
        """The columns that the person said are not to be taken."""
        return [column for column, target in self.columns.items() if target in LEAVE]


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
    streamed: "StreamedPoints | None" = None
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
