"""What every hotspot map and table prints: on which incidents, where, when, how fine, and by which test it rests."""

from dataclasses import dataclass
from typing import Any

from analysis.disclosure import HIDDEN_MARK, SMALL, SMALL_MARK, Sum, suppress
from analysis.incident_filter import IncidentFilter
from layers.definition.text import Text

CAUTION = Text(
    "警情反映的是报警与发现，不等于实际发案；仅用于规划地点与工作量，不用于评判个人。",
    "Reports measure reporting, not crime itself; they serve to plan places and workload, never to judge persons.",
)
OUTSIDE = Text("辖区外或无坐标", "outside or without a place")


@dataclass(frozen=True)
class Basis:
    """What every map and table prints: on which incidents, where, when, how fine, and by which test it rests."""

    chosen: IncidentFilter
    crs: str
    mask_km2: float
    n: int
    reported: int
    found: int
    n_dropped: int = 0
    cell_m: float | None = None
    radius_m: float | None = None
    stacked_share: float = 0.0
    top_stack: int = 0
    test: Text | None = None
    shuffles: int | None = None
    seed: int | None = None
    cautions: tuple[Text, ...] = ()
    illustrative: bool = False
    """Whether the town is made up."""
    hexagons: bool = False
    """Whether the cells are hexagons, of that width, and not squares."""
    dropped_why: Text = OUTSIDE
    """Why some were left out."""
    exact: bool = True
    """Whether counts of 1 to 4 may be told; if not, they are hidden with those from which they could be worked out."""

    @property
    def counts(self) -> dict[str, str]:
        """n, dropped, reported, found as they may be told."""
        total = self.n + self.n_dropped
        if self.exact or self.reported + self.found != total:
            told = [
                f"{v:,}" if self.exact or not 0 < v < SMALL else SMALL_MARK for v in (self.n, self.n_dropped, self.reported, self.found)
            ]
        else:
            values = [self.n, self.n_dropped, self.reported, self.found, total]
            shown = suppress(values, [Sum(4, (0, 1)), Sum(4, (2, 3))]).shown
            told = [f"{int(mark):,}" if mark.isdigit() else mark for mark in shown]
        return dict(zip(("n", "dropped", "reported", "found"), told, strict=False))

    @property
    def period(self) -> Text:
        """First and last day with how many of its days count."""
        words = Text("{a} 至 {b}（{d} 天）", "{a} to {b} ({d} days)")
        return words.fill(a=self.chosen.first, b=self.chosen.last, d=self.chosen.exposure_days)

    @property
    def sources(self) -> Text:
        """Reported and police-found apart."""
        return Text("群众报警 {reported} 起，主动发现 {found} 起", "{reported} reported, {found} found by police").fill(**self.counts)

    @property
    def parts(self) -> tuple[Text, ...]:
        """All of it in short wordings, each with its unit."""
        found = [
            Text("n = {n} 起", "n = {n} incidents").fill(n=self.counts["n"]),
            self.sources,
            self.period,
            Text(self.crs, self.crs),
            Text("辖区 {a:,.2f} 平方公里", "area {a:,.2f} km²").fill(a=self.mask_km2),
        ]
        if self.cell_m is not None:
            cell = Text("六边形宽 {c:g} 米", "hexagons {c:g} m wide") if self.hexagons else Text("格 {c:g} 米", "cell {c:g} m")
            found.append(cell.fill(c=self.cell_m))
        if self.radius_m is not None:
            found.append(Text("半径 {r:g} 米", "radius {r:g} m").fill(r=self.radius_m))
        words = Text("未计入 {d} 起（{why}）", "{d} left out ({why})")
        found.append(words.fill(d=self.counts["dropped"], why=self.dropped_why))
        words = Text("{s} 坐标重合，最多 {t} 起在同一点", "{s} share a coordinate, at most {t} at one")
        top = f"{self.top_stack:,}" if self.exact or not 0 < self.top_stack < SMALL else SMALL_MARK
        found.append(words.fill(s=self._percent(self.stacked_share), t=top))
        if self.test is not None:
            found.append(self.test)
        if self.shuffles:
            found.append(Text("随机置换 {n:,} 次，种子 {s}", "{n:,} shuffles, seed {s}").fill(n=self.shuffles, s=self.seed))
        return tuple(found)

    @property
    def line(self) -> Text:
        """The parts in one line."""
        return Text("；".join(part.zh for part in self.parts), "; ".join(part.en for part in self.parts))

    def as_json(self) -> dict[str, Any]:
        """Plain values, for files and the command line."""
        return {
            "n": self._told(self.n, "n"),
            "reported": self._told(self.reported, "reported"),
            "found_by_police": self._told(self.found, "found"),
            "first_day": str(self.chosen.first),
            "last_day": str(self.chosen.last),
            "exposure_days": self.chosen.exposure_days,
            "crs": self.crs,
            "mask_area_km2": round(self.mask_km2, 4),
            "cell_m": self.cell_m,
            "cell_shape": None if self.cell_m is None else "hexagon" if self.hexagons else "square",
            "radius_m": self.radius_m,
            "dropped": self._told(self.n_dropped, "dropped"),
            "stacked_share": round(self.stacked_share, 4) if self.tells(self.stacked_share) else None,
            "top_stack": self.top_stack if self.exact or self.top_stack >= SMALL else SMALL_MARK,
            "test": None if self.test is None else self.test.en,
            "shuffles": self.shuffles,
            "seed": self.seed,
            "cautions": [CAUTION.en, *(text.en for text in self.cautions)],
        }

    def tells(self, share: float) -> bool:
        """Whether a share of the incidents may be told: with n it gives away the count it was made of."""
        count = round(share * self.n)
        return self.exact or not (0 < count < SMALL or 0 < self.n - count < SMALL)

    def _percent(self, share: float) -> str:
        return f"{share:.1%}" if self.tells(share) else HIDDEN_MARK

    def _told(self, value: int, name: str) -> int | str:
        return value if self.counts[name].replace(",", "").isdigit() else self.counts[name]
