"""What a measure of a plan says about itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from layers.definition.text import Text
from planning.shown import shown
from planning.tally import Tally


@dataclass(frozen=True)
class Metric:
    """One measure. A changed formula raises `version`, which makes stored results stale."""

    key: str
    title: Text
    unit: Text
    digits: int
    """Decimals to show it with, see `planning.shown`."""
    better: Literal["lower", "higher"] | None
    about: Text
    formula: str
    source: str
    scope: Literal["beat", "plan"]
    compute: Callable[[Tally], NDArray[np.float64] | float]
    """(k,) for a beat's measure, one number for a plan's; NaN where it can't be known."""
    version: int = 1

    @property
    def shown_unit(self) -> Text:
        """The unit that people read: a week's work is kept in minutes and read in hours."""
        return HOURS if self.unit == MINUTES else self.unit

    def shown(self, value: float | None) -> str:
        """A value in the unit that people read, with its decimals; – where it is not known."""
        if self.unit == MINUTES:
            return shown(None if value is None else value / MINUTES_PER_HOUR, HOUR_DIGITS)
        return shown(value, self.digits)

    def as_json(self) -> dict[str, Any]:
        """What it says about itself, in plain values."""
        told = {"title": self.title.en, "title_zh": self.title.zh, "unit": self.unit.en, "better": self.better}
        return told | {"formula": self.formula, "source": self.source, "version": self.version}


COUNT = Text("个", "")
SHARE = Text("（占比，0–1）", "share, 0 to 1")
INDEX = Text("（0–1）", "0 to 1")
METRES = Text("米", "m")
KILOMETRES = Text("公里", "km")
MINUTES = Text("分钟/周", "minutes a week")
HOURS = Text("小时/周", "hours a week")
MINUTES_PER_HOUR, HOUR_DIGITS = 60.0, 1
