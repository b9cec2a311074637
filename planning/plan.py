"""A plan as an immutable value: every cell in exactly one beat or unassigned, nothing else is true about beats."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from layers.definition.refusal import Refusal
from layers.definition.text import Text

Status = Literal["draft", "submitted", "in_force", "archived"]
STATUSES: dict[Status, Text] = {
    "draft": Text("草案", "draft"),
    "submitted": Text("已提交", "submitted"),
    "in_force": Text("现行", "in force"),
    "archived": Text("已归档", "archived"),
}


@dataclass(frozen=True)
class Beat:
    """A beat of one plan: number, name, the officer who answers for it (staff code or None), its colour, and its lock.

    `colour` is #rrggbb as a planner chose it, or None: then it is chosen by the neighbours. Cells neither enter nor leave
    a locked beat while a plan is drawn.
    """

    code: str
    name: str
    name_en: str
    lead: str | None = None
    colour: str | None = None
    locked: bool = False

    @property
    def title(self) -> Text:
        """Name in both languages; Chinese stands in where no English name was given."""
        return Text(self.name, self.name_en or self.name)


@dataclass(frozen=True)
class PlanHeader:
    """All about a plan but its cells. Times are ISO 8601 local wall clock; `revision` counts its saves.

    `branch` names the line of work a draft belongs to, `profile` the workload profile it was weighed with. It acts from the
    day `effective_from` to the day before `ended_on`; who submitted and approved it, and when, is written by the store.
    """

    id: str
    name: str
    name_en: str
    status: Status
    revision: int = 0
    parent_id: str | None = None
    author: str = ""
    reason: str = ""
    created_at: str = ""
    effective_from: str | None = None
    branch: str = ""
    profile: str | None = None
    submitted_by: str | None = None
    submitted_at: str | None = None
    approved_by: str | None = None
    approved_at: str | None = None
    ended_on: str | None = None

    @property
    def waits(self) -> bool:
        """Is it approved, but its day has not come or nobody has put it in force since?"""
        return self.status == "submitted" and self.approved_by is not None

    @property
    def title(self) -> Text:
        """Name in both languages; Chinese stands in where no English name was given."""
        return Text(self.name, self.name_en or self.name)


@dataclass(frozen=True)
class Plan:
    """A full partition of the cells: `beat_of` maps every cell code to a beat code, or None for unassigned.

    `locked_cells` keep their beat while a plan is drawn. Refused when built: two beats with one code, a cell that names
    a beat the plan does not have, a lock on a cell it does not have.
    """

    header: PlanHeader
    beats: tuple[Beat, ...]
    beat_of: Mapping[str, str | None]
    locked_cells: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        codes = [beat.code for beat in self.beats]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise Refusal(Text("方案中警务区编号重复：{codes}。", "The plan has beat numbers twice: {codes}.").fill(codes=", ".join(twice)))
        known = set(codes)
        strays = [cell for cell, beat in self.beat_of.items() if beat is not None and beat not in known]
        if strays:
            raise Refusal(
                Text(
                    "{n} 个网格指向方案中没有的警务区（首个：{cell} → {beat}）。",
                    "{n} cells name a beat that the plan does not have (first: {cell} -> {beat}).",
                ).fill(n=len(strays), cell=strays[0], beat=self.beat_of[strays[0]])
            )
        lost = sorted(self.locked_cells - self.beat_of.keys())
        if lost:
            raise _no_such_cells(lost)
        object.__setattr__(self, "beat_of", MappingProxyType(dict(self.beat_of)))

    def beat(self, code: str) -> Beat:
        """The beat with that number. Refused: a number that the plan does not have."""
        for beat in self.beats:
            if beat.code == code:
                return beat
        raise Refusal(Text("方案中没有警务区 {code}。", "The plan has no beat {code}.").fill(code=code))

    def cells_of(self, beat: str | None) -> tuple[str, ...]:
        """Codes of the cells of a beat (None: the unassigned), in the plan's order."""
        return tuple(cell for cell, owner in self.beat_of.items() if owner == beat)

    def beats_led_by(self, staff_code: str) -> tuple[Beat, ...]:
        """The beats whose lead is that member of staff."""
        return tuple(beat for beat in self.beats if beat.lead == staff_code)

    def with_cells(self, cells: Iterable[str], beat: str | None) -> "Plan":
        """A new plan in which these cells belong to that beat (None: unassigned). Refused: unknown cells."""
        cells = list(cells)
        strangers = [cell for cell in cells if cell not in self.beat_of]
        if strangers:
            raise _no_such_cells(strangers)
        return replace(self, beat_of={**self.beat_of, **dict.fromkeys(cells, beat)})


def _no_such_cells(codes: list[str]) -> Refusal:
    return Refusal(
        Text("方案中没有 {n} 个网格（首个：{cell}）。", "The plan does not have {n} cells (first: {cell}).").fill(
            n=len(codes), cell=codes[0]
        )
    )
