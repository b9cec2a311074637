"""What a person wants to import and said about it, and how the work is watched and stopped."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from importing.field_match import LEAVE
from importing.read_limits import DEFAULT_LIMITS, ReadLimits
from layers.definition.refusal import Refusal
from layers.definition.text import Text

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
